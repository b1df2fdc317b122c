"""Each invariant is silent about sound books, and names what somebody wrote over around our code."""

from decimal import Decimal

import pytest

import finzcore
from finzcore.books.problem import Problem
from finzcore.testing import Call, invariants
from finzcore.testing.invariants import Invariant
from tests.buying import Buyer
from tests.tampering import laid_open
from tests.trade import Trade


@pytest.fixture
def org_id(call: Call, acme: finzcore.Org) -> str:
    """Some trade: an invoice paid in part, a note applied, an advance, a refund, dollars, a void."""
    acme.enable_currency("USD")
    trade = Trade(call, acme)
    asha = trade.contact(opening_balance="1180.00")
    sold = trade.taxed(asha, 100)
    trade.receive(asha, 60, (sold, 50))
    trade.refund(asha, 5)
    trade.apply_note(trade.note(asha, 30), sold, 20)
    trade.apply(trade.receive(asha, 40, payment_type="ADVANCE"), (sold, 10))
    abroad = trade.invoice(asha, 1000, currency_code="USD", exchange_rate="83.77")
    trade.receive(asha, 300, (abroad, 100), currency_code="USD", exchange_rate="84.11")
    trade.void(trade.taxed(asha, 70))
    call.ok("DELETE", f"/invoices/{trade.invoice(asha, 9, auto_approve=False)['invoice_id']}")
    buyer = Buyer(call, acme)
    bought = buyer.bill(is_rcm=True, rcm_rate=5, tds_rate=2)
    buyer.note("credit_note", buyer.line(100), bill_id=bought["bill_id"])
    buyer.pay(500, {"bill_id": bought["bill_id"], "amount": 400})
    return acme.org_id


BILL = "number = 'BILL-2627-001'"
PURCHASE = f"entry = (SELECT entry FROM bills WHERE {BILL})"
VOIDED = "entry = (SELECT entry FROM invoices WHERE status = 'CANCELLED')"
FIRST = "number = 'INV-2627-001'"
SALE = f"entry = (SELECT entry FROM invoices WHERE {FIRST})"

# (which invariant, the statement that damages the books, the check that names it)
DAMAGED: list[tuple[Invariant, str, str]] = [
    (invariants.books_agree, f"UPDATE invoices SET booked = booked + 1 WHERE {FIRST}", "document.differs"),
    (invariants.chain_is_intact, "UPDATE entries SET memo = 'Something else' WHERE seq = 2", "chain.broken"),
    (invariants.chain_is_intact, "DELETE FROM events WHERE seq = 3", "chain.gap"),
    (invariants.chain_is_intact, "UPDATE heads SET entry_seq = entry_seq - 1", "head.differs"),
    (
        invariants.numbers_have_no_gap,
        "DELETE FROM numbers WHERE number = 'INV-2627-004'",
        "numbers.incomplete",
    ),
    (invariants.numbers_have_no_gap, "UPDATE invoices SET number = 'INV-2627-001'", "numbers.twice"),
    (
        invariants.entries_balance,
        f"UPDATE postings SET amount = amount + 1 WHERE {SALE} AND line = 1",
        "entry.sides",
    ),
    (invariants.entries_balance, f"DELETE FROM postings WHERE {SALE} AND line > 1", "entry.alone"),
    (
        invariants.trial_balance_is_zero,
        "UPDATE totals SET debit = debit + 1 WHERE debit > 0",
        "trial_balance.sides",
    ),
    (
        invariants.totals_match_postings,
        "UPDATE totals SET credit = credit + 1 WHERE credit > 0",
        "account.differs",
    ),
    (invariants.documents_add_up, f"UPDATE invoices SET total = total + 1 WHERE {FIRST}", "document.total"),
    (
        invariants.documents_add_up,
        f"UPDATE invoices SET sub_total = sub_total + 1 WHERE {FIRST}",
        "document.items",
    ),
    (
        invariants.documents_add_up,
        f"UPDATE invoices SET cgst_total = cgst_total + 1 WHERE {FIRST}",
        "document.halves",
    ),
    (invariants.documents_add_up, "UPDATE document_lines SET igst = igst + 1", "document.tax"),
    (invariants.documents_add_up, f"UPDATE bills SET total = total + 1 WHERE {BILL}", "document.total"),
    (
        invariants.entries_bear_what_is_owed,
        f"UPDATE postings SET amount = -amount WHERE {SALE}",
        "document.owed",
    ),
    (
        invariants.entries_bear_what_is_owed,
        f"UPDATE postings SET contact_id = NULL WHERE {PURCHASE}",
        "document.owed",
    ),
    (
        invariants.a_void_leaves_nothing,
        f"UPDATE postings SET amount = 2 * amount WHERE {VOIDED}",
        "void.leaves",
    ),
    (
        invariants.nothing_is_over_applied,
        f"UPDATE invoices SET payment_made = payment_made + 1 WHERE {FIRST}",
        "invoice.paid",
    ),
    (
        invariants.nothing_is_over_applied,
        f"UPDATE invoices SET credits_applied = credits_applied + 1 WHERE {FIRST}",
        "invoice.credited",
    ),
    (
        invariants.nothing_is_over_applied,
        "UPDATE allocations SET amount = amount + 1000000 WHERE source_type = 'payments'",
        "applied.too_much",
    ),
    (
        invariants.nothing_is_over_applied,
        "UPDATE credit_notes SET credits_applied = credits_applied + 1",
        "credit_note.applied",
    ),
    (
        invariants.nothing_is_over_applied,
        "UPDATE credit_notes SET refunded_amount = total",
        "books.unreadable",
    ),
    (
        invariants.receivables_match_open_documents,
        f"UPDATE invoices SET status = 'CANCELLED' WHERE {FIRST}",
        "customer.owes",
    ),
    (
        invariants.receivables_match_open_documents,
        f"UPDATE postings SET amount = amount + 100 WHERE {SALE} AND line = 1",
        "customers.owe",
    ),
    (
        invariants.receivables_match_open_documents,
        "UPDATE allocations SET amount = amount + 1 WHERE source_type = 'payments'",
        "customer.owes",
    ),
    (
        invariants.payables_match_open_documents,
        f"UPDATE bills SET status = 'CANCELLED' WHERE {BILL}",
        "vendor.owes",
    ),
    (
        invariants.payables_match_open_documents,
        f"UPDATE postings SET amount = amount + 100 WHERE {PURCHASE} AND contact_id IS NOT NULL",
        "vendors.owe",
    ),
]


@pytest.mark.parametrize("holds", invariants.BOOKS, ids=lambda one: one.__name__)
def test_sound_books_break_no_invariant(holds: Invariant, engine: finzcore.Engine, org_id: str) -> None:
    assert [] == holds(engine, org_id)


@pytest.mark.parametrize(("holds", "damage", "check"), DAMAGED)
def test_damage_is_named(
    holds: Invariant, damage: str, check: str, engine: finzcore.Engine, org_id: str, target: str
) -> None:
    with laid_open(target) as books:
        assert books.execute(damage).rowcount > 0
    assert check in {problem.check for problem in holds(engine, org_id)}


def test_every_invariant_has_its_damage_and_a_sentence_that_says_what_it_is() -> None:
    """Those of reports are shown to notice something in `tests/test_agreement.py`."""
    assert set(invariants.BOOKS) == {holds for holds, _, _ in DAMAGED}
    assert invariants.ALL == invariants.BOOKS + invariants.REPORTS
    assert [] == [holds for holds in invariants.ALL if not (holds.__doc__ or "").rstrip().endswith(".")]
    assert [] == [holds for holds in invariants.ALL if getattr(invariants, holds.__name__) is not holds]


def test_check_lists_what_each_invariant_found(engine: finzcore.Engine, org_id: str, target: str) -> None:
    with laid_open(target) as books:
        books.execute(f"UPDATE invoices SET total = total + 1 WHERE {FIRST}")
    with pytest.raises(AssertionError) as found:
        invariants.check(engine, org_id)
    first, *lines = str(found.value).splitlines()
    assert "These books are not sound:" == first
    named = {line.partition(":")[0] for line in lines}
    assert {"books_agree", "documents_add_up", "receivables_match_open_documents"} <= named
    # 18 % on 100 makes 118.00; a paisa was put on top.
    total = "documents_add_up: document.total: invoice INV-2627-001: expected 118.00, found 118.01"
    assert total in lines


def test_check_takes_invariants_of_ones_own(engine: finzcore.Engine, org_id: str) -> None:
    def nobody_owes_a_thousand(engine: finzcore.Engine, org_id: str) -> list[Problem]:
        """No customer owes more than a thousand rupees."""
        acme = engine.org(org_id)
        owed = [
            acme.reports.customer_ledger(contact_id=one["contact_id"])["closing_balance"]
            for one in acme.contacts.all()
        ]
        return [
            Problem(check="owes.much", org_id=org_id, where="somebody", expected="1000", found=str(amount))
            for amount in owed
            if amount > Decimal(1000)
        ]

    with pytest.raises(AssertionError, match=r"nobody_owes_a_thousand: owes\.much: somebody"):
        invariants.check(engine, org_id, [*invariants.ALL, nobody_owes_a_thousand])


def test_other_organisations_are_left_alone(engine: finzcore.Engine, org_id: str, target: str) -> None:
    other = engine.create_org(name="Somebody else", state="IN-MH")
    with laid_open(target) as books:
        books.execute(f"UPDATE invoices SET total = total + 1 WHERE {FIRST}")
    invariants.check(engine, other.org_id)
