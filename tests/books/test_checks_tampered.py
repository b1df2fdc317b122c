"""After a month of business, whatever somebody writes over with the bare driver is noticed by `verify`."""

from collections.abc import Callable, Iterator

import pytest

import finzcore
from finzcore.books.resources import items
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import ENGINES, Place
from tests.tampering import Bare, laid_open, put_back
from tests.trade import Trade


def month(call: Call, org: finzcore.Org) -> None:
    """Every kind of document in every state that it can be in, so that each row below hits something."""
    org.enable_currency("USD")
    trade = Trade(call, org)
    asha = trade.contact(opening_balance="1180.00")
    trade.contact("Timber Mart", contact_type="VENDOR", opening_balance="250.00")
    chair = call.ok("POST", "/items", {"item_name": "Oak chair", "rate": 400, "track_inventory": True})[
        "item"
    ]
    trade.contact("Nobody")
    line = {"item_id": chair["item_id"], "quantity": 3, "tax_id": org.tax_id("GST 18%"), "discount": "10%"}
    goods = trade.invoice(asha, 0, line_items=[line, trade.line(50), trade.line(70)], discount=20)
    trade.receive(asha, 300, (goods, 200), bank_charges=10, reference_number="UTR 1")
    trade.void(trade.taxed(asha, 100))
    call.ok("DELETE", f"/invoices/{trade.invoice(asha, 60, auto_approve=False)['invoice_id']}")
    trade.invoice(asha, 80, auto_approve=False)
    later = trade.receive(asha, 500, payment_type="ADVANCE")
    trade.apply(later, (goods, 150))
    trade.refund(asha, 100)
    trade.void(trade.receive(asha, 40, (goods, 40)))
    note = trade.note(asha, 0, line_items=[line | {"quantity": 1, "restock": True}])
    changed = {"line_items": [line | {"quantity": 1, "restock": True, "rate": 390}]}
    call.ok("PUT", f"/credit_notes/{note['credit_note_id']}", changed)
    trade.apply_note(note, goods, 90)
    trade.refund(asha, 30, credit_note_id=note["credit_note_id"])
    trade.void(trade.note(asha, 25))
    dollars = {"currency_code": "USD", "exchange_rate": "83.77"}
    abroad = trade.invoice(asha, 1000, **dollars)
    paid = trade.receive(asha, 700, (abroad, 300), **dollars | {"exchange_rate": "84.11"})
    trade.apply(paid, (abroad, 100))
    trade.invoice(asha, 99, tds_rate=10, is_inclusive_tax=True, line_items=[trade.line(118)])


@pytest.fixture(scope="module", params=ENGINES)
def told(
    request: pytest.FixtureRequest, places: Callable[[str], Place]
) -> Iterator[tuple[finzcore.Engine, Bare]]:
    """The books of a month, and without their nets in the hands of the bare driver; sound after each test."""
    with places(request.param)() as target, opened(target) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        month(Call(engine, engine.mint_pat(org_id=acme.org_id).token), acme)
        assert [] == engine.verify()
        with laid_open(target) as books:
            yield engine, books
        assert [] == engine.verify()


def opened(target: str) -> finzcore.Engine:
    settings = finzcore.Settings(durability="relaxed")
    return finzcore.open(
        target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom(), settings=settings
    )


SENT = "number = 'INV-2627-001'"
RECEIPT = "number = 'PAY-2627-001'"
USED = "released_at IS NULL AND target_type = 'invoices'"
OURS = f"document_id = (SELECT id FROM invoices WHERE {SENT})"

# (table, what is set, of which rows, the check that must notice)
CHANGED = [
    ("payments", "amount = amount + 1", RECEIPT, "payment.differs"),
    ("payments", "booked = booked + 1", RECEIPT, "payment.differs"),
    ("payments", "settles = settles + 1", RECEIPT, "payment.differs"),
    ("payments", "applied = applied - 1", RECEIPT, "payment.differs"),
    ("payments", "refunded = refunded + 1", RECEIPT, "payment.differs"),
    ("payments", "bank_charges = 0", RECEIPT, "payment.differs"),
    ("payments", "tds_amount = 100", RECEIPT, "payment.differs"),
    ("payments", "exchange_rate = exchange_rate + 1000000", "currency_code = 'USD'", "payment.differs"),
    ("payments", "payment_type = 'ADVANCE'", RECEIPT, "payment.differs"),
    ("payments", "flow = 'OUTGOING'", RECEIPT, "payment.differs"),
    ("payments", "bank_account = (SELECT MAX(number) FROM accounts)", RECEIPT, "payment.differs"),
    ("payments", "entry = entry + 1", RECEIPT, "document.unposted"),
    ("payments", "status = 'VOIDED'", RECEIPT, "document.unposted"),
    ("payments", "status = 'RECORDED'", "status = 'VOIDED'", "document.unposted"),
    ("payments", "voided_at = created_time", RECEIPT, "payment.differs"),
    ("payments", "date = '2026-05-18'", RECEIPT, "document.unposted"),
    (
        "payments",
        "contact_id = (SELECT id FROM contacts WHERE contact_name = 'Nobody')",
        RECEIPT,
        "document.unposted",
    ),
    ("payments", "reference_number = 'UTR 2'", RECEIPT, "document.unposted"),
    ("payments", "exchange_rate = 9000000000000000000", RECEIPT, "payment.differs"),
    ("payments", "exchange_rate = 0", RECEIPT, "payment.differs"),
    ("payments", "flow = 'SIDEWAYS'", RECEIPT, "payment.differs"),
    ("payments", "exchange_rate = 9000000000000000000", "currency_code = 'USD'", "allocation.differs"),
    ("payments", "number = 'PAY-2627-099'", RECEIPT, "number.differs"),
    ("invoices", "number = 'INV-2627-099'", SENT, "number.differs"),
    ("invoices", "number = 'INV-2627-099'", "status = 'DRAFT'", "number.differs"),
    ("invoices", "date = '2026-05-18'", SENT, "document.unposted"),
    ("invoices", "date = '2027-05-18'", "status = 'DRAFT'", "number.differs"),
    ("invoices", "entry = entry + 1", SENT, "document.unposted"),
    ("invoices", "entry = NULL", SENT, "document.misposted"),
    ("invoices", "entry = 1", "status = 'DRAFT'", "document.unposted"),
    ("invoices", "booked = booked + 1", SENT, "document.differs"),
    ("invoices", "status = 'DRAFT'", SENT, "document.unposted"),
    ("invoices", "status = 'CANCELLED'", SENT, "document.unposted"),
    ("invoices", "status = 'SENT'", "status = 'CANCELLED'", "document.unposted"),
    ("invoices", "place_of_supply = 'IN-MH'", SENT, "line.differs"),
    ("invoices", "exchange_rate = exchange_rate + 1000000", "currency_code = 'USD'", "document.misposted"),
    ("invoices", "discount = discount - 1, total = total + 1", SENT, "line.differs"),
    ("invoices", "round_off = round_off + 1, total = total + 1", SENT, "document.misposted"),
    ("invoices", "shipping_charge = 100, adjustment = adjustment - 100", SENT, "document.misposted"),
    ("invoices", "tds_amount = tds_amount + 1, total = total - 1", "tds_rate > 0", "line.differs"),
    (
        "invoices",
        "customer_id = (SELECT id FROM contacts WHERE contact_name = 'Nobody')",
        SENT,
        "document.unposted",
    ),
    ("invoices", "place_of_supply = 'IN-XX'", SENT, "line.differs"),
    ("invoices", "exchange_rate = 9000000000000000000", SENT, "line.differs"),
    ("invoices", "discount_given = '999999.00'", SENT, "line.differs"),
    ("document_lines", "quantity = 0", f"{OURS} AND line_no = 2", "line.differs"),
    ("document_lines", "tax_id = 5", f"{OURS} AND line_no = 2", "line.differs"),
    ("document_lines", "rate = rate + 1000000", f"{OURS} AND line_no = 2", "line.differs"),
    ("document_lines", "quantity = quantity + 1000000", f"{OURS} AND line_no = 2", "line.differs"),
    ("document_lines", "taxable = taxable + 1", f"{OURS} AND line_no = 2", "line.differs"),
    ("document_lines", "taxable = taxable + 3 - 2 * line_no", f"{OURS} AND line_no < 3", "line.differs"),
    ("document_lines", "item_total = item_total + 1", f"{OURS} AND line_no = 2", "document.differs"),
    ("document_lines", "cgst = cgst + 3 - 2 * line_no", f"{OURS} AND line_no < 3", "line.differs"),
    ("document_lines", "discount_given = '5%'", f"{OURS} AND line_no = 1", "line.differs"),
    ("document_lines", "tax_percentage = 5000000", f"{OURS} AND line_no = 1", "line.differs"),
    ("document_lines", "tax_id = NULL", f"{OURS} AND line_no = 1", "line.differs"),
    (
        "document_lines",
        "account = (SELECT number FROM accounts WHERE role = 'OTHER_INCOME' OR code = '4020')",
        f"{OURS} AND line_no = 2",
        "document.misposted",
    ),
    ("document_lines", "restock = 0", "restock = 1", "stock.differs"),
    ("credit_notes", "credits_applied = credits_applied + 1", "status = 'ISSUED'", "document.differs"),
    ("credit_notes", "refunded_amount = refunded_amount - 1", "status = 'ISSUED'", "document.differs"),
    ("credit_notes", "entry = entry - 2", "status = 'ISSUED'", "document.unposted"),
    ("credit_notes", "status = 'CANCELLED'", "status = 'ISSUED'", "document.unposted"),
    ("credit_notes", "lines_version = 1", "status = 'ISSUED'", "document.differs"),
    ("credit_notes", "number = 'CN-2627-099'", "status = 'ISSUED'", "number.differs"),
    ("allocations", "released_at = created_at", "target_type = 'refunds'", "payment.differs"),
    ("allocations", "released_at = created_at", USED, "document.differs"),
    ("allocations", "released_at = NULL", "released_at IS NOT NULL", "allocation.differs"),
    ("allocations", "amount = amount + 1", USED, "allocation.differs"),
    ("allocations", "amount = -amount", USED, "allocation.differs"),
    ("allocations", "used = used + 1", USED, "allocation.differs"),
    ("allocations", "relieved = relieved + 1", USED, "allocation.differs"),
    ("allocations", "relieved = relieved + 1", "used <> relieved AND entry IS NULL", "payment.differs"),
    ("allocations", "used = used + 1", "used <> relieved AND entry > 0", "allocation.differs"),
    ("allocations", "used = used + 1", "target_type = 'refunds'", "payment.differs"),
    ("allocations", "date = '2026-05-18'", "entry IS NULL AND released_at IS NULL", "allocation.differs"),
    ("allocations", "date = '2026-06-18'", "entry > 0 AND released_at IS NULL", "allocation.differs"),
    ("allocations", "entry = NULL", "target_type = 'invoices' AND entry > 0", "entry.stray"),
    ("allocations", "source_id = source_id + 1", USED, "allocation.differs"),
    ("allocations", "target_id = target_id + 1", USED, "allocation.differs"),
    ("numbers", "document_id = document_id + 1", "number = 'INV-2627-001'", "number.differs"),
    ("numbers", "number = 'INV-2627-099'", "number = 'INV-2627-001'", "number.differs"),
    ("numbers", "number = 'INV-2627-098'", "number = 'INV-2627-003'", "number.differs"),
    ("numbers", "year = '2025-26'", "number = 'INV-2627-001'", "number.differs"),
    ("contacts", "opening_balance = opening_balance + 1", "opening_balance > 0", "opening.differs"),
    ("contacts", "opening_balance = 100", "contact_name = 'Nobody'", "opening.differs"),
    ("contacts", "opening_entry = NULL", "opening_balance > 0", "opening.differs"),
    ("contacts", "opening_entry = opening_entry + 1", "contact_name = 'Asha Stores'", "opening.differs"),
    ("contacts", "opening_entry = NULL, opening_balance = 0", "opening_balance > 0", "entry.stray"),
    ("items", "stock_on_hand = stock_on_hand + 1000000", "id > 0", "stock.differs"),
]

REMOVED = [
    ("payments", RECEIPT, "entry.stray"),
    ("payments", "status = 'VOIDED'", "number.differs"),
    ("invoices", SENT, "entry.stray"),
    ("invoices", "status = 'CANCELLED'", "entry.stray"),
    ("invoices", "status = 'DRAFT'", "number.differs"),
    ("credit_notes", "status = 'ISSUED'", "entry.stray"),
    ("document_lines", f"{OURS} AND line_no = 3", "document.differs"),
    ("document_lines", "document_id IN (SELECT id FROM invoices WHERE status = 'DRAFT')", "line.differs"),
    ("allocations", USED, "document.differs"),
    ("allocations", "target_type = 'refunds'", "payment.differs"),
    ("numbers", "number = 'INV-2627-001'", "number.differs"),
    ("contacts", "contact_name = 'Timber Mart'", "entry.stray"),
]


def words(engine: finzcore.Engine) -> set[str]:
    return {problem.check for problem in engine.verify()}


@pytest.mark.parametrize(("table", "change", "which", "check"), CHANGED)
def test_what_was_written_over_is_noticed(
    told: tuple[finzcore.Engine, Bare], table: str, change: str, which: str, check: str
) -> None:
    engine, books = told
    with put_back(books, table):
        assert books.execute(f"UPDATE {table} SET {change} WHERE {which}").rowcount > 0
        assert check in words(engine)


@pytest.mark.parametrize(("table", "which", "check"), REMOVED)
def test_what_was_taken_out_is_noticed(
    told: tuple[finzcore.Engine, Bare], table: str, which: str, check: str
) -> None:
    engine, books = told
    with put_back(books, table):
        assert books.execute(f"DELETE FROM {table} WHERE {which}").rowcount > 0
        assert check in words(engine)


def test_a_preference_that_changes_later_leaves_documents_alone(
    call: Call, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    trade = Trade(call, acme)
    asha = trade.contact()
    trade.invoice(asha, 0, line_items=[trade.line("10.05")] * 3, tds_rate=1)
    acme.set_preferences(taxRounding="rupee", taxRoundingLevel="group", tdsRounding="up")
    trade.invoice(asha, 0, line_items=[trade.line("10.05")] * 3, tds_rate=1)
    assert [] == engine.verify()


def test_stock_is_left_alone_where_tracking_was_switched_meanwhile(
    call: Call, acme: finzcore.Org, engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As version 0.1.0 still let it."""
    monkeypatch.setattr(items, "_in_use", lambda books, row: None)
    trade = Trade(call, acme)
    asha = trade.contact()
    chair = call.ok("POST", "/items", {"item_name": "Oak chair", "rate": 400})["item"]["item_id"]
    trade.invoice(asha, 0, line_items=[{"item_id": chair}])
    call.ok("PUT", f"/items/{chair}", {"track_inventory": True})
    trade.invoice(asha, 0, line_items=[{"item_id": chair}])
    assert [] == engine.verify()
