"""Credit notes as the API takes and shows them: from creation to void (`api.md` §4.11)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.papers.lines import LINES
from finzcore.books.text import json_value
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import Place
from tests.trade import TODAY, Body, Trade

VALUE, REQUIRED = "validation.invalid_value", "validation.required_field"


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    acme.enable_currency("USD")
    acme.enable_currency("EUR")
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def change(call: Call, note: Body, **body: Any) -> Body:
    made: Body = call.ok("PUT", f"/credit_notes/{note['credit_note_id']}", body)["credit_note"]
    return made


def on_invoice(trade: Trade, invoice: Body, rate: Any, **more: Any) -> Body:
    """A note of one taxed line on an invoice."""
    lines = [trade.line(rate)]
    return trade.note(
        invoice["customer_id"], rate, line_items=lines, invoice_id=invoice["invoice_id"], **more
    )


def test_a_note_shows_every_documented_field(trade: Trade, asha: str) -> None:
    invoice = trade.taxed(asha, 1000)
    made = on_invoice(trade, invoice, 100, reason="Broken", notes="With regrets", reference_number="RMA 1")
    (line,) = made["line_items"]
    expected = {
        "credit_note_number": "CN-2627-001",
        "type": "customer",
        "customer_id": asha,
        "customer_name": "Asha Stores",
        "invoice_id": invoice["invoice_id"],
        "bill_id": None,
        "date": "2026-05-19T00:00:00",
        "reference_number": "RMA 1",
        "reason": "Broken",
        "place_of_supply": "IN-KA",
        "currency_code": "INR",
        "exchange_rate": 1,
        "sub_total": 100,
        "tax_total": 18,
        "tds_amount": 0,
        "round_off": 0,
        "total": 118,
        "credits_applied": 0,
        "credits_remaining": 118,
        "refunded_amount": 0,
        "applications": [],
        "status": "ISSUED",
        "notes": "With regrets",
        "version": 1,
    }
    assert expected == {name: made[name] for name in expected}
    assert (False, 9, 9, 100) == (line["restock"], line["cgst"], line["sgst"], line["item_total"])
    assert made == trade.again(made)
    assert ("SENT", 1180) == trade.stands(invoice)


def test_creating_answers_201_with_a_sentence(call: Call, asha: str) -> None:
    body = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]}
    response = call("POST", "/credit_notes", body)
    assert (201, "The credit note has been created.") == (response.status, response.json()["message"])


@pytest.mark.parametrize("alias", ["vendor_id", "contact_id"])
def test_the_customer_has_other_names(alias: str, call: Call, asha: str) -> None:
    body = {alias: asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]}
    assert asha == call.ok("POST", "/credit_notes", body)["credit_note"]["customer_id"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"customer_id": None}, "customer_id", REQUIRED),
        ({"date": None}, "date", REQUIRED),
        ({"line_items": []}, "line_items", REQUIRED),
        ({"line_items": [{"rate": 1}]}, "line_items[0].name", REQUIRED),
        ({"line_items": [{"name": "x"}]}, "line_items[0].rate", REQUIRED),
        ({"line_items": [{"name": "x", "rate": 1, "restock": 3}]}, "line_items[0].restock", VALUE),
        ({"type": "STRANGER"}, "type", VALUE),
        ({"type": "vendor"}, "type", VALUE),
        ({"reason": "x" * 501}, "reason", VALUE),
        ({"reverse_tds": "maybe"}, "reverse_tds", VALUE),
        ({"credit_note_number": "no such form!"}, "credit_note_number", VALUE),
        ({"customer_id": "ct_1"}, "customer_id", "not_found.resource"),
        ({"invoice_id": "inv_1"}, "invoice_id", "not_found.resource"),
        ({"bill_id": "bl_1"}, "bill_id", "not_found.resource"),
        ({"branch_id": "br_1"}, "branch_id", "not_found.resource"),
        ({"salesperson_id": "sp_1"}, "salesperson_id", "not_found.resource"),
        ({"line_items": [{"item_id": "it_1"}]}, "line_items[0].item_id", "not_found.resource"),
        (
            {"line_items": [{"name": "x", "rate": 1, "tax_id": "tx_1"}]},
            "line_items[0].tax_id",
            "not_found.resource",
        ),
        (
            {"line_items": [{"name": "x", "rate": 1, "account_id": "acc_1"}]},
            "line_items[0].account_id",
            "not_found.resource",
        ),
    ],
)
def test_what_is_wrong_is_refused_on_its_field(
    body: Body, field: str, code: str, call: Call, trade: Trade, asha: str
) -> None:
    before = trade.entries()
    whole = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]} | body
    status = 404 if code == "not_found.resource" else 400
    assert (status, code, field) == call.refused("POST", "/credit_notes", whole)
    assert before == trade.entries()


def test_every_problem_of_a_body_is_told_at_once(call: Call) -> None:
    said = call("POST", "/credit_notes", {"line_items": [{"name": "x", "rate": -1}], "date": "soon"}).json()
    fields = [fault["field"] for fault in said["details"]["errors"]]
    assert {"customer_id", "date", "line_items[0].rate"} == set(fields)
    assert "customer_id" == fields[0]


@pytest.mark.parametrize("path", ["", "/{id}/apply-to-invoice", "/{id}/apply-to-bill"])
def test_notes_and_their_applies_need_a_key(path: str, call: Call, trade: Trade, asha: str) -> None:
    note = trade.note(asha, 1)
    path = f"/credit_notes{path}".replace("{id}", note["credit_note_id"])
    refused = call.refused("POST", path, {}, key=None)
    assert (400, "idempotency.key_required", "Idempotency-Key") == refused


def test_a_note_is_on_the_side_of_its_contact(call: Call, trade: Trade, asha: str) -> None:
    vendor = trade.contact(contact_type="VENDOR")
    body = {"customer_id": vendor, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]}
    assert "vendor" == call.ok("POST", "/credit_notes", body)["credit_note"]["type"]
    wrong = body | {"type": "customer"}
    assert (400, VALUE, "type") == call.refused("POST", "/credit_notes", wrong)
    wrong = body | {"customer_id": asha, "type": "vendor"}
    assert (400, VALUE, "type") == call.refused("POST", "/credit_notes", wrong)


# ----- numbers -----


def test_notes_have_a_series_of_their_own(call: Call, trade: Trade, asha: str) -> None:
    made = [
        trade.note(asha, 1),
        trade.note(asha, 1, credit_note_number="CN-2627-002"),
        trade.note(asha, 1),
        trade.note(asha, 1, series="RET"),
        trade.note(asha, 1, date="2026-03-31"),
    ]
    assert ["CN-2627-001", "CN-2627-002", "CN-2627-003", "RET-2627-001", "CN-2526-001"] == [
        one["credit_note_number"] for one in made
    ]
    body = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]}
    refused = call.refused("POST", "/credit_notes", body | {"credit_note_number": "cn-2627-001"})
    assert (409, "conflict.duplicate", "credit_note_number") == refused


def test_a_refused_note_takes_no_number(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 10)
    body = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 11}]}
    refused = call.refused("POST", "/credit_notes", body | {"invoice_id": invoice["invoice_id"]})
    assert (400, VALUE, "line_items") == refused
    assert "CN-2627-001" == trade.note(asha, 1)["credit_note_number"]


# ----- what a note takes from its invoice -----


def test_a_note_takes_over_what_it_leaves_open(trade: Trade, acme: finzcore.Org) -> None:
    mumbai = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    abroad = trade.contact("Abroad", gst_treatment="OVERSEAS")
    invoice = trade.invoice(
        abroad, 100, branch_id=mumbai, currency_code="USD", exchange_rate=83, place_of_supply="OVERSEAS",
        with_payment=False,
    )  # fmt: skip
    note = trade.note(abroad, 10, invoice_id=invoice["invoice_id"])
    for name in ("branch_id", "currency_code", "exchange_rate", "place_of_supply", "with_payment"):
        assert invoice[name] == note[name]
    assert "MUM-CN-2627-001" == note["credit_note_number"]
    assert 80 == trade.note(abroad, 10, invoice_id=invoice["invoice_id"], exchange_rate=80)["exchange_rate"]


@pytest.mark.parametrize(("place", "expected"), [("IN-TN", "IN-TN"), (None, "IN-KA")])
def test_without_an_invoice_it_is_supplied_where_the_contact_is_else_the_branch(
    place: str | None, expected: str, trade: Trade
) -> None:
    contact = trade.contact("Bharat", place_of_contact=place)
    note = trade.note(contact, 100, line_items=[trade.line(100)])
    assert (expected, 18) == (note["place_of_supply"], note["tax_total"])
    assert 0 == note["igst_total" if expected == "IN-KA" else "cgst_total"]


@pytest.mark.parametrize("which", ["other customer", "other currency", "draft", "cancelled"])
def test_a_note_is_for_a_posted_invoice_of_its_customer(
    which: str, call: Call, trade: Trade, asha: str
) -> None:
    customer = trade.contact("Bharat") if which == "other customer" else asha
    invoice = trade.invoice(customer, 100, auto_approve=which != "draft")
    if which == "cancelled":
        trade.void(invoice)
    body = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 1}]}
    body["invoice_id"] = invoice["invoice_id"]
    if which == "other currency":
        body |= {"currency_code": "USD", "exchange_rate": 83}
    field = "currency_code" if which == "other currency" else "invoice_id"
    assert (400, VALUE, field) == call.refused("POST", "/credit_notes", body)


def test_the_notes_of_an_invoice_never_exceed_its_total(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    own = {"invoice_id": invoice["invoice_id"]}
    body = {"customer_id": asha, "date": TODAY} | own
    draft = trade.note(asha, 70, draft=True, **own)
    first = trade.note(asha, 60, **own)
    too_much = body | {"line_items": [{"name": "Work", "rate": "40.01"}]}
    assert (400, VALUE, "line_items") == call.refused("POST", "/credit_notes", too_much)
    path = f"/credit_notes/{draft['credit_note_id']}"
    assert (400, VALUE, "line_items") == call.refused("PUT", path, {"auto_approve": True})
    trade.void(first)
    assert "ISSUED" == change(call, draft, auto_approve=True)["status"]
    refused = call.refused("PUT", path, {"line_items": [{"name": "Work", "rate": 101}]})
    assert (400, VALUE, "line_items") == refused
    assert 100 == change(call, draft, line_items=[{"name": "Work", "rate": 100}])["total"]


# ----- the entry, TDS, stock -----


def test_the_entry_of_a_note_takes_back_its_part_of_the_tds(trade: Trade, asha: str) -> None:
    """`api.md` §10, rows 5 and 6."""
    invoice = trade.taxed(asha, 12000, tds_rate=10)
    assert 12960 == invoice["total"]
    note = on_invoice(trade, invoice, 3000)
    assert (300, 3240) == (note["tds_amount"], note["total"])
    assert [
        ("Accounts Receivable", "credit_note.receivable", -3240),
        ("Sales", "credit_note.income", 3000),
        ("Output CGST", "credit_note.output_cgst", 270),
        ("Output SGST", "credit_note.output_sgst", 270),
        ("TDS Receivable", "credit_note.tds", -300),
    ] == trade.postings(note["journal_id"])


@pytest.mark.parametrize(
    ("body", "tds"),
    [
        ({"tds_amount": "12.50"}, "12.50"),
        ({"tds_amount": 0}, "0"),
        ({"reverse_tds": False}, "0"),
        ({}, "100"),
    ],
)
def test_how_much_tds_is_taken_back_can_be_said(body: Body, tds: str, trade: Trade, asha: str) -> None:
    invoice = trade.taxed(asha, 12000, tds_rate=10)
    note = on_invoice(trade, invoice, 1000, **body)
    assert (Decimal(tds), 1180 - Decimal(tds)) == (note["tds_amount"], note["total"])


def test_the_parts_of_the_tds_come_to_the_whole(trade: Trade, asha: str) -> None:
    """TDS 1.00 on 100.00: 0.505 and 0.485 are rounded up, and so nothing is left for the last note."""
    invoice = trade.invoice(asha, 100, tds_amount=1)
    own = {"invoice_id": invoice["invoice_id"]}
    notes = [trade.note(asha, rate, **own) for rate in ("50.50", "48.50", "1")]
    assert [Decimal(text) for text in ("0.51", "0.49", "0.00")] == [note["tds_amount"] for note in notes]
    assert invoice["total"] == sum(note["total"] for note in notes)


def test_a_note_of_nothing_is_used_up_from_the_start(call: Call, trade: Trade, asha: str) -> None:
    note = trade.note(asha, 0)
    assert ("APPLIED", None) == (note["status"], note["journal_id"])
    assert 5 == change(call, note, line_items=[{"name": "Work", "rate": 5}])["total"]
    assert "CANCELLED" == trade.void(note)["status"]


def test_goods_that_are_restocked_come_back_once(call: Call, trade: Trade, asha: str) -> None:
    item = call.ok(
        "POST", "/items", {"item_name": "Chair", "rate": 100, "track_inventory": True}
    )["item"]["item_id"]  # fmt: skip

    def stock() -> Decimal:
        on_hand: Decimal = call.ok("GET", f"/items/{item}")["item"]["stock_on_hand"]
        return on_hand

    line = {"item_id": item, "quantity": 2}
    note = trade.note(asha, 0, line_items=[line | {"restock": True}, line])
    assert [True, False] == [line["restock"] for line in note["line_items"]]
    assert 2 == stock()
    change(call, note, notes="Still two")
    assert 2 == stock()
    change(call, note, line_items=[line | {"restock": True, "quantity": 5}])
    assert 5 == stock()
    trade.void(note)
    assert 0 == stock()
    draft = trade.note(asha, 0, line_items=[line | {"restock": True}], draft=True)
    assert 0 == stock()
    change(call, draft, auto_approve=True)
    assert 2 == stock()


# ----- drafts and changes -----


def test_a_draft_is_posted_by_a_change(call: Call, trade: Trade, asha: str) -> None:
    before = trade.entries()
    note = trade.note(asha, 100, draft=True)
    assert ("DRAFT", None, before) == (note["status"], note["journal_id"], trade.entries())
    changed = change(call, note, line_items=[{"name": "Work", "rate": 90}], reason="Less")
    assert ("DRAFT", 90, "Less", 2) == (
        changed["status"], changed["total"], changed["reason"], changed["version"],
    )  # fmt: skip
    posted = change(call, note, auto_approve=True)
    assert ("ISSUED", "CN-2627-001", before + 1) == (
        posted["status"], posted["credit_note_number"], trade.entries(),
    )  # fmt: skip
    assert -90 == trade.on("1040")


def test_a_posted_note_that_is_changed_is_reversed_and_posted_again(
    call: Call, trade: Trade, asha: str, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    note = trade.note(asha, 100)
    after = change(call, note, line_items=[{"name": "Goods", "rate": 60}, {"name": "Work", "rate": 10}])
    assert (70, 70, 2) == (after["total"], after["credits_remaining"], after["version"])
    assert note["credit_note_number"] == after["credit_note_number"]
    assert note["journal_id"] != after["journal_id"]
    # Before the change there were the opposite entry and the new one: three in all.
    assert (3, -70) == (trade.entries(), trade.on("1040"))
    assert after == trade.again(note)
    with engine.store.read(acme._key) as session:
        versions = [(row["version"], row["name"]) for row in session.find(LINES, ascending=True)]
        event = session.find(EVENTS)[0]
    assert [(1, "Work"), (2, "Goods"), (2, "Work")] == versions
    assert ("CREDIT_NOTE_UPDATED", "CREDIT_NOTE_UPDATED") == (event["event_type"], event["action"])
    changes = json_value(event["changes"])
    assert {"old": Decimal("100.00"), "new": Decimal("70.00")} == changes["total"]
    assert ["Work"] == [line["name"] for line in changes["line_items"]["old"]]
    assert {"old": note["journal_id"], "new": after["journal_id"]} == changes["journal_id"]


def test_what_a_change_leaves_out_stays(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.taxed(asha, 1000, tds_rate=10)
    note = on_invoice(trade, invoice, 100, reason="Broken", discount="10%", tags=[], terms="Net 30")
    after = change(call, note, notes="New")
    moving = {"notes", "journal_id", "version", "line_items"}
    assert {name: value for name, value in note.items() if name not in moving} == {
        name: value for name, value in after.items() if name not in moving
    }
    assert ("New", note["line_items"]) == (after["notes"], after["line_items"])
    assert (9, 90) == (after["tds_amount"], after["sub_total"] - after["discount"])


@pytest.mark.parametrize("more", [{}, {"draft": True}, {"discount": "10%", "tags": [], "terms": "Net 30"}])
def test_a_change_of_nothing_does_nothing(more: Body, call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.taxed(asha, 1000, tds_rate=10)
    note = on_invoice(trade, invoice, 100, reason="Broken", **more)

    def kept() -> tuple[Any, ...]:
        return trade.entries(), call.ok("GET", "/activity")

    before = kept()
    for body in ({}, {"reason": "Broken", "date": note["date"][:10]}, {"reverse_tds": True}):
        assert note == change(call, note, **body)
        assert before == kept()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"credit_note_number": "CN-9"}, "credit_note_number"),
        ({"series": "RET"}, "series"),
        ({"branch_id": "other"}, "branch_id"),
        ({"date": "2026-03-31"}, "date"),
        ({"date": None}, "date"),
        ({"line_items": None}, "line_items"),
    ],
)
@pytest.mark.parametrize("draft", [True, False])
def test_a_note_keeps_its_number(
    draft: bool, body: Body, field: str, call: Call, trade: Trade, asha: str, acme: finzcore.Org
) -> None:
    if "branch_id" in body:
        body = {"branch_id": acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]}
    note = trade.note(asha, 1, draft=draft)
    status, _, named = call.refused("PUT", f"/credit_notes/{note['credit_note_id']}", body)
    assert (400, field) == (status, named)


def test_saying_the_same_again_changes_no_number(call: Call, trade: Trade, asha: str) -> None:
    note = trade.note(asha, 1)
    same = {name: note[name] for name in ("credit_note_number", "branch_id", "date", "customer_id")}
    assert note["credit_note_number"] == change(call, note, **same, branch_id_=1)["credit_note_number"]
    assert note["branch_id"] == change(call, note, branch_id=None)["branch_id"]


def test_another_currency_takes_its_own_rate(call: Call, trade: Trade, asha: str, acme: finzcore.Org) -> None:
    note = trade.note(asha, 1, currency_code="USD", exchange_rate=83)
    path = f"/credit_notes/{note['credit_note_id']}"
    assert (400, REQUIRED, "exchange_rate") == call.refused("PUT", path, {"currency_code": "EUR"})
    acme.add_exchange_rate(from_currency="EUR", rate=90, rate_date="2026-05-01")
    assert 90 == change(call, note, currency_code="EUR")["exchange_rate"]
    assert 1 == change(call, note, currency_code="INR")["exchange_rate"]


def test_a_change_may_move_a_note_to_another_invoice_or_none(call: Call, trade: Trade, asha: str) -> None:
    first, second = trade.invoice(asha, 10), trade.invoice(asha, 20)
    note = trade.note(asha, 10, invoice_id=first["invoice_id"])
    moved = change(call, note, invoice_id=second["invoice_id"])
    assert second["invoice_id"] == moved["invoice_id"]
    assert change(call, note, invoice_id=None)["invoice_id"] is None
    assert trade.note(asha, 20, invoice_id=second["invoice_id"])


# ----- voids, locks, lists -----


@pytest.mark.parametrize("draft", [True, False])
def test_a_voided_note_leaves_nothing(draft: bool, call: Call, trade: Trade, asha: str) -> None:
    note = trade.note(asha, 10, draft=draft)
    gone = trade.void(note)
    assert ("CANCELLED", 2) == (gone["status"], gone["version"])
    assert 0 == trade.on("1040")
    path = f"/credit_notes/{note['credit_note_id']}"
    assert (400, VALUE, "status") == call.refused("POST", f"{path}/void")
    assert (400, VALUE, "status") == call.refused("PUT", path, {"notes": "x"})
    assert ("CREDIT_NOTE_VOIDED", "CREDIT_NOTE_VOIDED") == trade.events()[-1]


@pytest.mark.parametrize("path", ["", "/void", "/apply-to-invoice", "/apply-to-bill"])
def test_an_unknown_note_is_not_found(path: str, call: Call) -> None:
    refused = call.refused("POST" if path else "GET", f"/credit_notes/cn_1{path}")
    assert refused in [(404, "not_found.resource", "credit_note_id"), (400, REQUIRED, path[10:] + "_id")]


def test_nothing_is_written_into_a_locked_period(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org, clock: FrozenClock
) -> None:
    old = trade.note(asha, 10, date="2026-04-30")
    draft = trade.note(asha, 10, draft=True)
    invoice = trade.invoice(asha, 10)
    acme.lock_period("2026-04-30", reason="April is filed")
    body = {"customer_id": asha, "date": "2026-04-30", "line_items": [{"name": "Work", "rate": 1}]}
    path = f"/credit_notes/{old['credit_note_id']}"
    for method, where, said in (
        ("POST", "/credit_notes", body),
        ("POST", "/credit_notes", body | {"draft": True}),
        ("PUT", path, {"notes": "x"}),
        ("PUT", path, {"date": TODAY}),
        ("PUT", f"/credit_notes/{draft['credit_note_id']}", {"date": "2026-04-30"}),
        ("POST", f"{path}/void", None),
    ):
        assert (400, VALUE, "date") == call.refused(method, where, said)
    acme.lock_period(TODAY, reason="up to today")
    apply = {"invoice_id": invoice["invoice_id"]}
    assert (400, VALUE, "date") == call.refused("POST", f"{path}/apply-to-invoice", apply)
    clock.move(days=1)
    assert "APPLIED" == call.ok("POST", f"{path}/apply-to-invoice", apply)["credit_note"]["status"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "edcba"),
        ("status=DRAFT", "e"),
        ("status=issued", "cb"),
        ("status=APPLIED", "a"),
        ("status=CANCELLED", "d"),
        ("customer_id={other}", "c"),
        ("customer_id=ct_nobody", ""),
        ("invoice_id={invoice}", "ba"),
        ("bill_id=bl_nothing", ""),
        ("type=customer", "edcba"),
        ("type=VENDOR", ""),
    ],
)
def test_lists_are_filtered(query: str, expected: str, call: Call, trade: Trade, asha: str) -> None:
    other, invoice = trade.contact("Bharat"), trade.invoice(asha, 100)
    own = {"invoice_id": invoice["invoice_id"]}
    trade.apply_note(trade.note(asha, 10, reason="a", **own), invoice)
    trade.note(asha, 10, reason="b", **own)
    trade.note(other, 10, reason="c")
    trade.void(trade.note(asha, 10, reason="d"))
    trade.note(asha, 10, reason="e", draft=True)
    asked = query.replace("{other}", other).replace("{invoice}", invoice["invoice_id"])
    rows = call.ok("GET", f"/credit_notes?{asked}")["credit_notes"]
    assert expected == "".join(row["reason"] for row in rows)
    assert rows == [trade.again(row) for row in rows]


def test_lists_walk_by_cursor(call: Call, trade: Trade, asha: str) -> None:
    made = [trade.note(asha, n) for n in (1, 2, 3)]
    page = call.ok("GET", "/credit_notes?per_page=2")
    cursor = page["page_context"]["next_cursor"]
    rest = call.ok("GET", f"/credit_notes?per_page=2&cursor={cursor}")
    assert made[::-1] == page["credit_notes"] + rest["credit_notes"]
    assert rest["page_context"]["next_cursor"] is None


# ----- a note of everything is the invoice taken back -----

lines = st.lists(
    st.fixed_dictionaries(
        {
            "quantity": st.integers(1, 5_000_000).map(lambda n: str(Decimal(n).scaleb(-6))),
            "rate": st.integers(0, 10_000_000).map(lambda n: str(Decimal(n).scaleb(-3))),
            "tax": st.sampled_from(["GST 5%", "GST 18%", "GST 40%", "GST 0.25%", None]),
            "discount": st.sampled_from([None, "10%", "33.333333%", "0%"]),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=lines,
    place=st.sampled_from(["IN-KA", "IN-MH"]),
    inclusive=st.booleans(),
    discount=st.sampled_from([None, "7.5%"]),
    tds_rate=st.sampled_from([0, 10]),
    dollars=st.booleans(),
    round_off=st.sampled_from([None, "0.37"]),
)
def test_a_note_of_everything_takes_the_invoice_back(
    new_place: Place,
    lines: list[Body],
    place: str,
    inclusive: bool,
    discount: str | None,
    tds_rate: int,
    dollars: bool,
    round_off: str | None,
) -> None:
    with (
        new_place() as target,
        finzcore.open(target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()) as engine,
    ):
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        org.enable_currency("USD")
        trade = Trade(Call(engine, engine.mint_pat(org_id=org.org_id).token), org)
        asha = trade.contact()
        items = [
            {"name": "Work", "quantity": line["quantity"], "rate": line["rate"], "discount": line["discount"]}
            | ({"tax_id": org.tax_id(line["tax"])} if line["tax"] else {})
            for line in lines
        ]
        body: Body = {"line_items": items, "is_inclusive_tax": inclusive, "discount": discount}
        body |= {"round_off": round_off, "place_of_supply": place}
        if dollars:
            body |= {"currency_code": "USD", "exchange_rate": "83.12345678"}
        invoice = trade.invoice(asha, 0, **body, tds_rate=tds_rate)
        note = trade.note(asha, 0, **body, invoice_id=invoice["invoice_id"])
        for name in (
            "sub_total",
            "tax_total",
            "tds_amount",
            "round_off",
            "total",
            "cgst_total",
            "igst_total",
        ):
            assert invoice[name] == note[name]
        balance = org.reports.trial_balance(as_of_date="2027-03-31", include_zero=False)
        assert [] == balance["accounts"]
        assert [] == engine.verify()
