"""Bills: entering, the guard against entering twice, changing, settling, voiding (`api.md` §4.6)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.buying import Body, Buyer

VALUE = "validation.invalid_value"
REQUIRED = "validation.required_field"
MISSING = "not_found.resource"


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    return Buyer(call, acme)


def test_a_bill_is_a_draft_until_it_is_approved(buyer: Buyer, call: Call) -> None:
    said = call.ok("POST", "/bills", buyer.body())
    draft = said["bill"]
    assert ("The bill has been created.", "DRAFT", None) == (
        said["message"], draft["status"], draft["journal_id"],
    )  # fmt: skip
    assert ("BILL-2627-001", 11800, 11800, 1800) == (
        draft["bill_number"], draft["total"], draft["balance"], draft["tax_total"],
    )  # fmt: skip
    assert 0 == buyer.on("2010")
    said = call.ok("POST", f"/bills/{draft['bill_id']}/approve")
    assert ("The bill has been approved.", "OPEN") == (said["message"], said["bill"]["status"])
    assert -11800 == buyer.on("2010")
    said = call.ok("POST", "/bills", buyer.body(auto_approve=True, reference_number="X"))
    assert ("The bill has been created and approved.", "OPEN") == (said["message"], said["bill"]["status"])


@pytest.mark.parametrize("name", ["vendor_id", "date", "place_of_supply", "line_items"])
def test_what_a_bill_needs(name: str, buyer: Buyer, call: Call) -> None:
    body = {key: value for key, value in buyer.body().items() if key != name}
    assert (400, REQUIRED, name) == call.refused("POST", "/bills", body)


def test_a_customer_sends_no_bills(buyer: Buyer, call: Call) -> None:
    customer = buyer.contact("Asha Stores", contact_type="CUSTOMER")
    assert (400, VALUE, "vendor_id") == call.refused("POST", "/bills", buyer.body(vendor_id=customer))
    both = buyer.contact("Ravi and Sons", contact_type="BOTH")
    assert "Ravi and Sons" == buyer.bill(contact_id=both, vendor_id=None)["vendor_name"]


def test_the_number_may_be_the_vendors_own(buyer: Buyer, call: Call) -> None:
    number = "No. 0007 / April 2026 (revised)"
    assert number == buyer.bill(bill_number=number)["bill_number"]
    body = buyer.body(bill_number=number.upper(), reference_number="other")
    assert (409, "conflict.duplicate", "bill_number") == call.refused("POST", "/bills", body)


def test_lines_are_filled_from_the_item_at_its_purchase_price(buyer: Buyer, call: Call) -> None:
    item = call.ok(
        "POST",
        "/items",
        {
            "item_name": "Oak chair",
            "rate": 250,
            "purchase_price": 140,
            "tax_id": buyer.org.tax_id("GST 18%"),
            "hsn_or_sac": "9401",
            "purchase_account_id": buyer.org.account_id("6030"),
            "track_inventory": True,
        },
    )["item"]
    bill = buyer.bill({"item_id": item["item_id"], "quantity": 4})
    line = bill["line_items"][0]
    assert ("Oak chair", "9401", 140, 560, 18) == tuple(
        line[key] for key in ("name", "hsn_or_sac", "rate", "item_total", "tax_percentage")
    )
    assert buyer.org.account_id("6030") == line["account_id"]
    assert 4 == call.ok("GET", f"/items/{item['item_id']}")["item"]["stock_on_hand"]
    returned = buyer.note("credit_note", {"item_id": item["item_id"], "quantity": 1}, bill_id=bill["bill_id"])
    assert 3 == call.ok("GET", f"/items/{item['item_id']}")["item"]["stock_on_hand"]
    kept = {"item_id": item["item_id"], "quantity": 1, "restock": False}
    buyer.note("credit_note", kept, bill_id=bill["bill_id"])
    assert 3 == call.ok("GET", f"/items/{item['item_id']}")["item"]["stock_on_hand"]
    call.ok("POST", f"/credit_notes/{returned['credit_note_id']}/void")
    assert 4 == call.ok("GET", f"/items/{item['item_id']}")["item"]["stock_on_hand"]
    assert [] == buyer.org._engine.verify()


def test_an_item_without_a_purchase_price_needs_a_rate(buyer: Buyer, call: Call) -> None:
    item = call.ok("POST", "/items", {"item_name": "Oak chair", "rate": 250})["item"]
    body = buyer.body({"item_id": item["item_id"]})
    assert (400, REQUIRED, "line_items[0].rate") == call.refused("POST", "/bills", body)


# ----- entered twice -----


def test_a_bill_is_not_entered_twice(buyer: Buyer, call: Call) -> None:
    """`api.md` §10 row 20."""
    first = buyer.bill()
    said = call("POST", "/bills", buyer.body()).json()
    assert (VALUE, "reference_number", {"existing_id": first["bill_id"]}) == (
        said["code"], said["field"], said["details"],
    )  # fmt: skip
    second = buyer.bill(reference_number="X")
    again = buyer.body(reference_number="X")
    said = call("POST", "/bills", again).json()
    assert {"existing_id": second["bill_id"]} == said["details"]
    assert 201 == call("POST", "/bills", buyer.body(date="2026-05-20")).status
    assert 201 == call("POST", "/bills", buyer.body(buyer.line(10001))).status


def test_a_draft_is_no_bill_yet_and_is_looked_at_when_it_is_approved(buyer: Buyer, call: Call) -> None:
    one, other = (call.ok("POST", "/bills", buyer.body())["bill"] for _ in range(2))
    call.ok("POST", f"/bills/{one['bill_id']}/approve")
    path = f"/bills/{other['bill_id']}"
    assert (400, VALUE, "reference_number") == call.refused("POST", f"{path}/approve")
    call.ok("PUT", path, {"reference_number": "another"})
    assert "OPEN" == call.ok("POST", f"{path}/approve")["bill"]["status"]


def test_a_voided_bill_may_be_entered_again(buyer: Buyer, call: Call) -> None:
    call.ok("POST", f"/bills/{buyer.bill()['bill_id']}/void")
    assert "OPEN" == buyer.bill()["status"]
    assert -11800 == buyer.on("2010")


# ----- changing -----


def test_a_draft_goes_on_following_its_header(buyer: Buyer, call: Call) -> None:
    draft = call.ok("POST", "/bills", buyer.body(buyer.line(1000), buyer.line(500, is_rcm=False)))["bill"]
    changed = call.ok("PUT", f"/bills/{draft['bill_id']}", {"is_rcm": True, "rcm_rate": 18})["bill"]
    assert (1500, 0) == (changed["total"], changed["tax_total"])
    assert [(True, 90, 90), (True, 45, 45)] == [
        (line["is_rcm"], line["rcm_cgst"], line["rcm_sgst"]) for line in changed["line_items"]
    ]
    back = call.ok("PUT", f"/bills/{draft['bill_id']}", {"is_rcm": False})["bill"]
    assert (1770, 270) == (back["total"], back["tax_total"])


def test_a_place_that_moves_home_gives_the_credit_back(buyer: Buyer, call: Call) -> None:
    buyer.vendor = buyer.contact("Pune Prints", place_of_contact="IN-MH")
    draft = call.ok("POST", "/bills", buyer.body(place_of_supply="IN-MH"))["bill"]
    assert ["ineligible_pos"] == [line["itc_blocked_reason"] for line in draft["line_items"]]
    home = call.ok("PUT", f"/bills/{draft['bill_id']}", {"place_of_supply": "IN-KA"})["bill"]
    assert [(None, 0, 1800)] == [
        (line["itc_blocked_reason"], line["cgst"], line["igst"]) for line in home["line_items"]
    ]


def test_the_due_date_follows_the_vendors_terms(buyer: Buyer, call: Call, clock: FrozenClock) -> None:
    buyer.vendor = buyer.contact("Kaveri Supplies", payment_terms=30)
    bill = buyer.bill()
    assert "2026-06-18T00:00:00" == bill["due_date"]
    assert ["OPEN"] == [one["status"] for one in call.ok("GET", "/bills?status=open")["bills"]]
    clock.move(days=31)
    assert "OVERDUE" == buyer.again(bill)["status"]
    assert [] == call.ok("GET", "/bills?status=OPEN")["bills"]
    assert 1 == len(call.ok("GET", "/bills?status=overdue")["bills"])
    early = buyer.body(due_date="2026-05-18")
    assert (400, VALUE, "due_date") == call.refused("POST", "/bills", early)


# ----- settling -----


def test_a_vendor_is_paid(buyer: Buyer) -> None:
    bill = buyer.bill()
    paid = buyer.pay(5000, {"bill_id": bill["bill_id"], "amount": 5000})
    assert ("PARTIALLY_PAID", 6800) == buyer.stands(bill)
    assert {"payment.bank Cash in Hand": -5000, "payment.payable Accounts Payable": 5000} == buyer.entry(
        paid["journal_id"]
    )
    rest = buyer.pay(5800, {"bill_id": bill["bill_id"], "amount": 6800}, tds_amount=1000, bank_charges=12)
    assert ("PAID", 0) == buyer.stands(bill)
    assert {
        "payment.bank Cash in Hand": -5812,
        "payment.bank_charges Bank Charges": 12,
        "payment.tds TDS Payable": -1000,
        "payment.payable Accounts Payable": 6800,
    } == buyer.entry(rest["journal_id"])
    assert (None, bill["bill_id"]) == tuple(rest["allocations"][0][key] for key in ("invoice_id", "bill_id"))
    assert 0 == buyer.on("2010")
    assert [] == buyer.org._engine.verify()


def test_an_advance_waits_on_its_own_account(buyer: Buyer, call: Call) -> None:
    advance = buyer.pay(5000, payment_type="ADVANCE")
    assert (5000, 0) == (buyer.on("1080"), buyer.on("2010"))
    bill = buyer.bill()
    path = f"/payments/{advance['payment_id']}/apply"
    call.ok("POST", path, {"allocations": [{"bill_id": bill["bill_id"], "amount": 3000}]})
    assert (2000, -8800) == (buyer.on("1080"), buyer.on("2010"))
    back = buyer.pay(2000, flow="INCOMING", payment_type="REFUND")
    assert {"vendor_refund.bank Cash in Hand": 2000, "vendor_refund.advance Vendor Advances": -2000} == (
        buyer.entry(back["journal_id"])
    )
    assert 0 == buyer.on("1080")
    assert ("PARTIALLY_PAID", 8800) == buyer.stands(bill)
    assert [] == buyer.org._engine.verify()


@pytest.mark.parametrize(
    ("paid_at", "difference"), [("84.50", "150"), ("81", "-200"), ("83", None)], ids=["lost", "won", "same"]
)
def test_what_exchange_rates_cost_or_gain(
    paid_at: str, difference: str | None, buyer: Buyer, acme: finzcore.Org
) -> None:
    """USD 100 billed at 83: payables are relieved of 8,300, whatever was paid."""
    acme.enable_currency("USD")
    buyer.vendor = buyer.contact("Ohio Tools", currency_code="USD", gst_treatment="OVERSEAS")
    bill = buyer.bill(buyer.line(100, None), exchange_rate=83)
    paid = buyer.pay(100, {"bill_id": bill["bill_id"], "amount": 100}, exchange_rate=paid_at)
    expected = {
        "payment.bank Cash in Hand": -100 * Decimal(paid_at),
        "payment.payable Accounts Payable": Decimal(8300),
    }
    if difference is not None:
        expected["payment.exchange Exchange Gain or Loss"] = Decimal(difference)
    assert expected == buyer.entry(paid["journal_id"])
    assert 0 == buyer.on("2010")
    assert [] == acme._engine.verify()


def test_a_vendors_credit_settles_bills(buyer: Buyer, call: Call) -> None:
    bill = buyer.bill(tds_rate=10)
    assert 10800 == bill["total"]
    note = buyer.note("credit_note", buyer.line(2500), bill_id=bill["bill_id"])
    # a quarter of the bill: 2,500 + 450 − a quarter of the 1,000 withheld
    assert ("vendor", 250, 2700) == (note["type"], note["tds_amount"], note["total"])
    other = buyer.bill(buyer.line(1000, None), reference_number="other")
    path = f"/credit_notes/{note['credit_note_id']}/apply-to-bill"
    call.ok("POST", path, {"bill_id": other["bill_id"]})
    assert ("PAID", 0) == buyer.stands(other)
    applied = call.ok("POST", path, {"bill_id": bill["bill_id"], "amount": 700})["credit_note"]
    assert [(1000, other["bill_id"]), (700, bill["bill_id"])] == [
        (one["amount"], one["bill_id"]) for one in applied["applications"]
    ]
    assert ("PARTIALLY_PAID", 10100) == buyer.stands(bill)
    back = buyer.pay(1000, flow="INCOMING", payment_type="REFUND", credit_note_id=note["credit_note_id"])
    assert {"vendor_refund.bank Cash in Hand": 1000, "vendor_refund.payable Accounts Payable": -1000} == (
        buyer.entry(back["journal_id"])
    )
    assert "APPLIED" == buyer.again(note)["status"]
    assert [] == buyer.org._engine.verify()


def test_a_note_settles_its_own_side(buyer: Buyer, call: Call) -> None:
    both = buyer.contact("Ravi and Sons", contact_type="BOTH")
    buyer.vendor = both
    bill = buyer.bill()
    invoice = call.ok(
        "POST",
        "/invoices",
        {
            "customer_id": both,
            "date": "2026-05-19",
            "place_of_supply": "IN-KA",
            "auto_approve": True,
            "line_items": [buyer.line()],
        },
    )["invoice"]
    ours = buyer.note("credit_note")
    theirs = buyer.note("credit_note", type="vendor")
    assert ("customer", "vendor") == (ours["type"], theirs["type"])
    to_bill, to_invoice = {"bill_id": bill["bill_id"]}, {"invoice_id": invoice["invoice_id"]}
    path = f"/credit_notes/{ours['credit_note_id']}"
    assert (400, VALUE, "bill_id") == call.refused("POST", f"{path}/apply-to-bill", to_bill)
    assert "APPLIED" == call.ok("POST", f"{path}/apply-to-invoice", to_invoice)["credit_note"]["status"]
    path = f"/credit_notes/{theirs['credit_note_id']}"
    assert (400, VALUE, "invoice_id") == call.refused("POST", f"{path}/apply-to-invoice", to_invoice)
    assert "APPLIED" == call.ok("POST", f"{path}/apply-to-bill", to_bill)["credit_note"]["status"]
    assert [] == buyer.org._engine.verify()


def test_the_notes_of_a_bill_stay_within_it(buyer: Buyer, call: Call) -> None:
    bill = buyer.bill()
    buyer.note("credit_note", buyer.line(9999), bill_id=bill["bill_id"])
    body = {"customer_id": buyer.vendor, "bill_id": bill["bill_id"], "date": "2026-05-19"}
    too_much = body | {"line_items": [buyer.line(2)]}
    assert (400, VALUE, "line_items") == call.refused("POST", "/credit_notes", too_much)


def test_a_note_takes_reverse_charge_from_its_bill(buyer: Buyer) -> None:
    bill = buyer.bill(buyer.line(1000, None), is_rcm=True, rcm_rate=5, itc_blocked_reason="17(5)(b)")
    note = buyer.note("credit_note", buyer.line(400, None), bill_id=bill["bill_id"])
    assert {
        "vendor_credit_note.payable Accounts Payable": 400,
        "vendor_credit_note.purchase Purchases": -420,
        "vendor_credit_note.rcm_cgst RCM CGST Payable": 10,
        "vendor_credit_note.rcm_sgst RCM SGST Payable": 10,
    } == buyer.entry(note["journal_id"])


# ----- taken back -----


def test_void_leaves_nothing(buyer: Buyer, call: Call) -> None:
    bill = buyer.bill(tds_rate=10, round_off="0.20", shipping_charge=3)
    call.ok("POST", f"/bills/{bill['bill_id']}/void")
    report = call.ok("GET", "/reports/trial_balance?as_of_date=2027-03-31")["trial_balance"]
    assert [] == [row for row in report["accounts"] if row["debit"] != row["credit"]]
    assert ("CANCELLED", bill["total"]) == buyer.stands(bill)


@pytest.mark.parametrize("kind", ["credit_note", "debit_note"])
def test_a_bill_with_a_note_is_voided_after_its_note(kind: str, buyer: Buyer, call: Call) -> None:
    bill = buyer.bill()
    note = buyer.note(kind, buyer.line(10), bill_id=bill["bill_id"])
    path = f"/bills/{bill['bill_id']}/void"
    assert (400, VALUE, "status") == call.refused("POST", path)
    call.ok("POST", f"/{kind}s/{note[f'{kind}_id']}/void")
    assert "CANCELLED" == call.ok("POST", path)["bill"]["status"]
    assert [] == buyer.org._engine.verify()


def test_a_locked_period_takes_no_bills(buyer: Buyer, call: Call, acme: finzcore.Org) -> None:
    bill, draft = buyer.bill(), call.ok("POST", "/bills", buyer.body(reference_number="d"))["bill"]
    acme.lock_period("2026-05-31", reason="May is filed")
    for method, path, body in (
        ("POST", "/bills", buyer.body(reference_number="e")),
        ("POST", f"/bills/{bill['bill_id']}/void", None),
        ("POST", f"/bills/{draft['bill_id']}/approve", None),
        ("PUT", f"/bills/{draft['bill_id']}", {"date": "2026-06-01"}),
        ("DELETE", f"/bills/{draft['bill_id']}", None),
    ):
        assert (400, VALUE, "date") == call.refused(method, path, body)


# ----- lists and strangers -----


def test_lists_of_bills(buyer: Buyer, call: Call) -> None:
    first = buyer.bill()
    other = buyer.contact("Kaveri Supplies")
    second = buyer.bill(vendor_id=other, date="2026-06-01", reference_number="R-1")

    def found(query: str) -> list[Any]:
        return [one["bill_id"] for one in call.ok("GET", f"/bills?{query}")["bills"]]

    assert [second["bill_id"], first["bill_id"]] == found("")
    assert [first["bill_id"]] == found(f"vendor_id={buyer.vendor}")
    assert [second["bill_id"]] == found("date_from=2026-05-20")
    assert [first["bill_id"]] == found("date_to=2026-05-31")
    assert [second["bill_id"]] == found("reference_number=R-1")
    assert [second["bill_id"]] == found("search=kaveri")
    assert [first["bill_id"]] == found("search=2627-001")
    assert [] == found("status=PAID")


UNKNOWN = "0" * 32


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("vendor_id", {"vendor_id": f"ct_{UNKNOWN}"}),
        ("branch_id", {"branch_id": f"br_{UNKNOWN}"}),
        ("salesperson_id", {"salesperson_id": f"sp_{UNKNOWN}"}),
        ("tags[0]", {"tags": [f"cc_{UNKNOWN}"]}),
        ("line_items[0].item_id", {"line_items": [{"item_id": f"it_{UNKNOWN}"}]}),
        ("line_items[0].tax_id", {"line_items": [{"name": "x", "rate": 1, "tax_id": f"tx_{UNKNOWN}"}]}),
        (
            "line_items[0].account_id",
            {"line_items": [{"name": "x", "rate": 1, "account_id": f"acc_{UNKNOWN}"}]},
        ),
    ],
)
def test_what_nobody_knows_is_not_found(field: str, body: Body, buyer: Buyer, call: Call) -> None:
    assert (404, MISSING, field) == call.refused("POST", "/bills", buyer.body(**body))


@pytest.mark.parametrize("number", ["é1", "straße 7", "ﬁ-1", "ı1", "बिल/१"])
def test_a_number_in_any_letters_is_sound(number: str, buyer: Buyer, call: Call) -> None:
    """No two databases agree on what is upper case."""
    bill = buyer.bill(bill_number=number)
    assert number == bill["bill_number"]
    assert [] == call.engine.verify()
    draft = call.ok("POST", "/bills", buyer.body(bill_number=f"{number}x", reference_number="x"))["bill"]
    call.ok("DELETE", f"/bills/{draft['bill_id']}")
    assert [] == call.engine.verify()


def test_a_used_item_is_tracked_from_the_beginning_or_never(buyer: Buyer, call: Call) -> None:
    """Otherwise the void of a bill would give back what it never brought."""
    ids = [
        call.ok("POST", "/items", {"item_name": name, "track_inventory": tracked})["item"]["item_id"]
        for name, tracked in (("Chair", True), ("Table", False))
    ]
    for item in ids:
        buyer.bill({"item_id": item, "rate": 10}, reference_number=item)
    for item, tracked in zip(ids, (True, False), strict=True):
        path = f"/items/{item}"
        refused = call.refused("PUT", path, {"track_inventory": not tracked})
        assert (400, VALUE, "track_inventory") == refused
        call.ok("PUT", path, {"track_inventory": tracked, "description": "As it was"})
