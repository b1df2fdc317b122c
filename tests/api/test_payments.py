"""Payments as the API takes and shows them: fields, guards, entries, refunds, voids (`api.md` §4.7)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.trade import TODAY, Body, Trade, settling

VALUE, REQUIRED = "validation.invalid_value", "validation.required_field"


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def test_a_payment_shows_every_documented_field(trade: Trade, asha: str, acme: finzcore.Org) -> None:
    invoice = trade.invoice(asha, 500)
    bank = acme.account_id("1020")
    made = trade.receive(
        asha,
        "450.50",
        (invoice, 500),
        mode="cheque",
        bank_account_id=bank,
        reference_number="UTR 1",
        description="March\nand April",
        bank_charges=2,
        tds_amount=50,
        tds_section="194J",
    )
    allocation = made["allocations"][0]
    assert {
        "payment_id": made["payment_id"],
        "payment_number": "PAY-2627-001",
        "flow": "INCOMING",
        "payment_type": "REGULAR",
        "contact_id": asha,
        "contact_name": "Asha Stores",
        "date": "2026-05-19T00:00:00",
        "amount": Decimal("450.50"),
        "mode": "CHEQUE",
        "reference_number": "UTR 1",
        "description": "March\nand April",
        "currency_code": "INR",
        "exchange_rate": 1,
        "bank_charges": 2,
        "tds_amount": 50,
        "tds_section": "194J",
        "allocations": [
            {
                "allocation_id": allocation["allocation_id"],
                "invoice_id": invoice["invoice_id"],
                "bill_id": None,
                "debit_note_id": None,
                "amount": 500,
                "date": "2026-05-19T00:00:00",
            }
        ],
        "bank_account_id": bank,
        "paid_through_account_id": bank,
        "branch_id": invoice["branch_id"],
        "unused_amount": Decimal("0.50"),
        "status": "RECORDED",
        "credit_note_id": None,
        "journal_id": made["journal_id"],
        "version": 1,
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    } == made
    assert made == trade.again(made)
    assert 36 == len(made["payment_id"]) == len(allocation["allocation_id"])


def test_creating_answers_201_with_a_sentence(call: Call, trade: Trade, asha: str) -> None:
    response = call("POST", "/payments", trade.receipt(asha, 100))
    assert (201, "The payment has been recorded.") == (response.status, response.json()["message"])


def test_numbers_follow_the_financial_year_of_the_date(trade: Trade, asha: str) -> None:
    dates = ("2026-03-31", "2026-04-01", "2026-05-19")
    numbers = [trade.receive(asha, 1, date=date)["payment_number"] for date in dates]
    assert ["PAY-2526-001", "PAY-2627-001", "PAY-2627-002"] == numbers


# ----- fields -----


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"flow": None}, "flow", REQUIRED),
        ({"contact_id": None}, "contact_id", REQUIRED),
        ({"date": " "}, "date", REQUIRED),
        ({"amount": None}, "amount", REQUIRED),
        ({"mode": None}, "mode", REQUIRED),
        ({"flow": "SIDEWAYS"}, "flow", VALUE),
        ({"payment_type": "GIFT"}, "payment_type", VALUE),
        ({"mode": "SHELLS"}, "mode", VALUE),
        ({"date": "2026-02-30"}, "date", VALUE),
        ({"amount": 0}, "amount", VALUE),
        ({"amount": -1}, "amount", VALUE),
        ({"amount": "1.005"}, "amount", VALUE),
        ({"amount": True}, "amount", VALUE),
        ({"bank_charges": -1}, "bank_charges", VALUE),
        ({"bank_charges": 101}, "bank_charges", VALUE),
        ({"tds_amount": -1}, "tds_amount", VALUE),
        ({"tds_section": "x" * 21}, "tds_section", VALUE),
        ({"reference_number": "x" * 101}, "reference_number", VALUE),
        ({"currency_code": "EUR"}, "currency_code", VALUE),
        ({"exchange_rate": 2}, "exchange_rate", VALUE),
        ({"exchange_rate": 0}, "exchange_rate", VALUE),
        ({"allocations": [{}]}, "allocations[0].amount", REQUIRED),
        ({"allocations": [{"amount": 5}]}, "allocations[0]", VALUE),
        ({"allocations": [5]}, "allocations[0]", VALUE),
        ({"allocations": {}}, "allocations", "validation.failed"),
        ({"credit_note_id": "cn_1"}, "credit_note_id", "not_found.resource"),
        ({"contact_id": "ct_1"}, "contact_id", "not_found.resource"),
        ({"bank_account_id": "acc_1"}, "bank_account_id", "not_found.resource"),
        ({"branch_id": "br_1"}, "branch_id", "not_found.resource"),
        (
            {"allocations": [{"invoice_id": "inv_1", "amount": 1}]},
            "allocations[0].invoice_id",
            "not_found.resource",
        ),
        ({"allocations": [{"bill_id": "bl_1", "amount": 1}]}, "allocations[0].bill_id", "not_found.resource"),
        (
            {"allocations": [{"debit_note_id": "dn_1", "amount": 1}]},
            "allocations[0].debit_note_id",
            "not_found.resource",
        ),
    ],
)
def test_what_is_wrong_is_refused_on_its_field(
    change: Body, field: str, code: str, call: Call, trade: Trade, asha: str
) -> None:
    before = trade.entries()
    statuses = {"not_found.resource": 404, "validation.failed": 422}
    body = {name: value for name, value in (trade.receipt(asha, 100) | change).items() if value is not None}
    assert (statuses.get(code, 400), code, field) == call.refused("POST", "/payments", body)
    assert before == trade.entries()


def test_every_problem_of_a_body_is_told_at_once(call: Call) -> None:
    body = {"flow": "IN", "amount": 0, "allocations": [{"amount": 0}, {"invoice_id": "inv_1"}]}
    said = call("POST", "/payments", body).json()
    assert [
        "allocations[1].amount",
        "contact_id",
        "date",
        "mode",
        "flow",
        "amount",
        "allocations[0].amount",
    ] == [fault["field"] for fault in said["details"]["errors"]]
    assert (REQUIRED, "allocations[1].amount") == (said["code"], said["field"])


@pytest.mark.parametrize("alias", ["paid_through_account_id", "account_id"])
def test_the_bank_account_has_other_names(alias: str, trade: Trade, asha: str, acme: finzcore.Org) -> None:
    bank = acme.account_id("1020")
    assert bank == trade.receive(asha, 1, **{alias: bank})["bank_account_id"]


def test_mode_has_another_name_and_bank_is_a_transfer(call: Call, trade: Trade, asha: str) -> None:
    body = trade.receipt(asha, 1)
    del body["mode"]
    made = call.ok("POST", "/payments", body | {"payment_mode": "bank"})
    assert "BANK_TRANSFER" == made["payment"]["mode"]


def test_two_names_that_differ_are_refused_on_the_first(call: Call, trade: Trade, asha: str) -> None:
    body = trade.receipt(asha, 1) | {"payment_mode": "CASH"}
    assert (400, VALUE, "mode") == call.refused("POST", "/payments", body)


def test_money_moves_on_the_first_open_account_by_code(trade: Trade, asha: str, acme: finzcore.Org) -> None:
    assert acme.account_id("1010") == trade.receive(asha, 1)["bank_account_id"]
    acme.set_account_active(acme.account_id("1010"), False)
    assert acme.account_id("1020") == trade.receive(asha, 1)["bank_account_id"]
    early = acme.create_account(code="1005", name="Till", account_type="CASH")["account_id"]
    assert early == trade.receive(asha, 1)["bank_account_id"]


def test_a_disabled_bank_account_is_not_found(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org
) -> None:
    """`api.md` §10, row 35."""
    bank = acme.account_id("1020")
    acme.set_account_active(bank, False)
    body = trade.receipt(asha, 1, bank_account_id=bank)
    assert (404, "not_found.resource", "bank_account_id") == call.refused("POST", "/payments", body)


def test_money_moves_on_bank_and_cash_accounts_only(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org
) -> None:
    body = trade.receipt(asha, 1, bank_account_id=acme.account_id("1040"))
    assert (400, VALUE, "bank_account_id") == call.refused("POST", "/payments", body)
    for code in ("1010", "1020"):
        acme.set_account_active(acme.account_id(code), False)
    assert (400, VALUE, "bank_account_id") == call.refused("POST", "/payments", trade.receipt(asha, 1))


@pytest.mark.parametrize(
    ("contact_type", "flow", "payment_type", "refused"),
    [
        ("CUSTOMER", "INCOMING", "REGULAR", False),
        ("CUSTOMER", "INCOMING", "ADVANCE", False),
        ("CUSTOMER", "OUTGOING", "REGULAR", True),
        ("CUSTOMER", "OUTGOING", "ADVANCE", True),
        ("CUSTOMER", "INCOMING", "REFUND", True),
        ("VENDOR", "INCOMING", "REGULAR", True),
        ("VENDOR", "OUTGOING", "REGULAR", False),
        ("VENDOR", "OUTGOING", "REFUND", True),
        ("BOTH", "INCOMING", "REGULAR", False),
        ("BOTH", "OUTGOING", "REGULAR", False),
    ],
)
def test_each_side_has_its_contacts(
    contact_type: str, flow: str, payment_type: str, refused: bool, call: Call, trade: Trade
) -> None:
    contact = trade.contact(contact_type=contact_type)
    body = trade.receipt(contact, 1, flow=flow, payment_type=payment_type)
    if refused:
        assert (400, VALUE, "contact_id") == call.refused("POST", "/payments", body)
    else:
        assert flow == call.ok("POST", "/payments", body)["payment"]["flow"]


def test_an_inactive_contact_is_not_found(call: Call, trade: Trade, asha: str) -> None:
    call.ok("PUT", f"/contacts/{asha}", {"status": "INACTIVE"})
    refused = call.refused("POST", "/payments", trade.receipt(asha, 1))
    assert (404, "not_found.resource", "contact_id") == refused


@pytest.mark.parametrize("path", ["/payments", "/payments/{id}/apply"])
def test_payments_and_applies_need_a_key(path: str, call: Call, trade: Trade, asha: str) -> None:
    """`api.md` §10, row 24."""
    payment = trade.receive(asha, 1)
    path = path.replace("{id}", payment["payment_id"])
    refused = call.refused("POST", path, trade.receipt(asha, 1), key=None)
    assert (400, "idempotency.key_required", "Idempotency-Key") == refused


def test_a_key_records_the_money_once(call: Call, trade: Trade, asha: str) -> None:
    body = trade.receipt(asha, 10)
    first, second = (call("POST", "/payments", body, key="once") for _ in range(2))
    assert (201, first.body) == (second.status, second.body)
    assert 1 == len(call.ok("GET", "/payments")["payments"])


@pytest.mark.parametrize("path", ["", "/apply", "/void"])
def test_an_unknown_payment_is_not_found(path: str, call: Call, trade: Trade, asha: str) -> None:
    body = {"allocations": settling((trade.invoice(asha, 1), 1))}
    method = "POST" if path else "GET"
    refused = call.refused(method, f"/payments/1-2-3{path}", body if path == "/apply" else None)
    assert (404, "not_found.resource", "payment_id") == refused


# ----- the guard against doing it twice -----


def test_the_same_money_is_not_recorded_twice(call: Call, trade: Trade, asha: str) -> None:
    first = trade.receive(asha, 10, reference_number="UTR 1")
    said = call("POST", "/payments", trade.receipt(asha, 10, reference_number="UTR 1")).json()
    assert ("conflict.duplicate", "reference_number") == (said["code"], said["field"])
    assert {"existing_id": first["payment_id"]} == said["details"]


@pytest.mark.parametrize(
    "change",
    [
        {"reference_number": "UTR 2"},
        {"reference_number": ""},
        {"amount": 11},
        {"date": "2026-05-18"},
        {"flow": "OUTGOING"},
    ],
)
def test_money_that_differs_is_other_money(change: Body, trade: Trade) -> None:
    both = trade.contact(contact_type="BOTH")
    trade.receive(both, 10, reference_number="UTR 1")
    said = {"amount": 10, "reference_number": "UTR 1"} | change
    assert trade.receive(both, said.pop("amount"), **said)


def test_money_without_a_reference_and_voided_money_are_not_compared(trade: Trade, asha: str) -> None:
    trade.receive(asha, 10)
    trade.receive(asha, 10)
    trade.void(trade.receive(asha, 10, reference_number="UTR 1"))
    assert trade.receive(asha, 10, reference_number="UTR 1")


# ----- entries -----

BANK, CHARGES, TDS = "Cash in Hand", "Bank Charges", "TDS Receivable"


@pytest.mark.parametrize(
    ("flow", "payment_type", "expected"),
    [
        (
            "INCOMING",
            "REGULAR",
            [
                (BANK, "receipt.bank", 990),
                (CHARGES, "receipt.bank_charges", 10),
                (TDS, "receipt.tds", 100),
                ("Accounts Receivable", "receipt.receivable", -1100),
            ],
        ),
        (
            "INCOMING",
            "ADVANCE",
            [
                (BANK, "receipt.bank", 990),
                (CHARGES, "receipt.bank_charges", 10),
                (TDS, "receipt.tds", 100),
                ("Customer Advances", "receipt.advance", -1100),
            ],
        ),
        (
            "OUTGOING",
            "REGULAR",
            [
                (BANK, "payment.bank", -1010),
                (CHARGES, "payment.bank_charges", 10),
                ("TDS Payable", "payment.tds", -100),
                ("Accounts Payable", "payment.payable", 1100),
            ],
        ),
        (
            "OUTGOING",
            "ADVANCE",
            [
                (BANK, "payment.bank", -1010),
                (CHARGES, "payment.bank_charges", 10),
                ("TDS Payable", "payment.tds", -100),
                ("Vendor Advances", "payment.advance", 1100),
            ],
        ),
    ],
)
def test_money_that_moved_is_posted(
    flow: str, payment_type: str, expected: list[tuple[str, str, int]], trade: Trade
) -> None:
    """1,000 with 10 of bank charges and 100 withheld: the table of `api.md` §4.7."""
    contact = trade.contact(contact_type="BOTH")
    made = trade.receive(contact, 1000, flow=flow, payment_type=payment_type, bank_charges=10, tds_amount=100)
    assert expected == trade.postings(made["journal_id"])
    assert 1100 == made["unused_amount"]


@pytest.mark.parametrize(
    ("flow", "payment_type", "place"),
    [
        ("OUTGOING", "REGULAR", ("Accounts Payable", "vendor_refund.payable")),
        ("OUTGOING", "ADVANCE", ("Vendor Advances", "vendor_refund.advance")),
        ("INCOMING", "REGULAR", ("Accounts Receivable", "refund.receivable")),
        ("INCOMING", "ADVANCE", ("Customer Advances", "refund.advance")),
    ],
)
def test_a_refund_takes_the_money_from_where_it_sits(
    flow: str, payment_type: str, place: tuple[str, str], trade: Trade
) -> None:
    contact = trade.contact(contact_type="BOTH")
    trade.receive(contact, 100, flow=flow, payment_type=payment_type)
    back = "INCOMING" if flow == "OUTGOING" else "OUTGOING"
    made = trade.receive(contact, 40, flow=back, payment_type="REFUND", bank_charges=1)
    side = 1 if back == "INCOMING" else -1
    word = place[1].partition(".")[0]
    assert [
        (BANK, f"{word}.bank", side * 40 - 1),
        (CHARGES, f"{word}.bank_charges", 1),
        (*place, -side * 40),
    ] == trade.postings(made["journal_id"])


def test_an_entry_names_the_payment_and_the_contact(call: Call, trade: Trade, asha: str) -> None:
    made = trade.receive(asha, 5, reference_number="UTR 7")
    entry = call.ok("GET", f"/journals/{made['journal_id']}")["journal"]
    assert ("PAYMENT", made["payment_id"], asha, "UTR 7", "Receipt PAY-2627-001, Asha Stores") == (
        entry["source"],
        entry["source_id"],
        entry["contact_id"],
        entry["reference_number"],
        entry["memo"],
    )
    assert [None, asha] == [line["contact_id"] for line in entry["lines"]]


# ----- refunds -----


def test_unused_payments_are_refunded_oldest_first(trade: Trade, asha: str) -> None:
    late = trade.receive(asha, 30, date="2026-05-10")
    early = trade.receive(asha, 20, date="2026-05-01", payment_type="ADVANCE")
    middle = trade.receive(asha, 50, date="2026-05-05")
    made = trade.refund(asha, 60)
    assert [0, 10, 30] == [trade.again(one)["unused_amount"] for one in (early, middle, late)]
    assert [
        (BANK, "refund.bank", -60),
        ("Customer Advances", "refund.advance", 20),
        ("Accounts Receivable", "refund.receivable", 40),
    ] == trade.postings(made["journal_id"])
    assert ([], 0) == (made["allocations"], made["unused_amount"])


def test_no_more_is_refunded_than_is_unused(call: Call, trade: Trade, asha: str) -> None:
    other = trade.contact("Bharat")
    trade.receive(other, 500)
    trade.receive(asha, 100, (trade.invoice(asha, 70), 70))
    trade.void(trade.receive(asha, 50))
    body = trade.receipt(asha, "30.01", flow="OUTGOING", payment_type="REFUND")
    assert (400, VALUE, "amount") == call.refused("POST", "/payments", body)
    assert 30 == trade.refund(asha, 30)["amount"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"allocations": [{"amount": 1}]}, "allocations"), ({"tds_amount": 1}, "tds_amount")],
)
def test_a_refund_settles_and_withholds_nothing(
    change: Body, field: str, call: Call, trade: Trade, asha: str
) -> None:
    trade.receive(asha, 100)
    body = trade.receipt(asha, 10, flow="OUTGOING", payment_type="REFUND") | change
    assert (400, VALUE, field) == call.refused("POST", "/payments", body)


def test_a_refund_cannot_be_applied(call: Call, trade: Trade, asha: str) -> None:
    trade.receive(asha, 100)
    invoice, refund = trade.invoice(asha, 5), trade.refund(asha, 10)
    path, body = f"/payments/{refund['payment_id']}/apply", {"allocations": settling((invoice, 5))}
    assert (400, VALUE, "allocations") == call.refused("POST", path, body)


def test_a_note_is_refunded_in_parts_until_it_is_used_up(trade: Trade, asha: str) -> None:
    note = trade.note(asha, 100)
    first = trade.refund(asha, 30, credit_note_id=note["credit_note_id"])
    assert note["credit_note_id"] == first["credit_note_id"]
    now = trade.again(note)
    assert (70, 30, "ISSUED") == (now["credits_remaining"], now["refunded_amount"], now["status"])
    trade.refund(asha, 70, credit_note_id=note["credit_note_id"])
    now = trade.again(note)
    assert (0, 100, "APPLIED") == (now["credits_remaining"], now["refunded_amount"], now["status"])
    assert [] == now["applications"]
    assert 0 == trade.on("1040")


def test_a_note_is_refunded_before_any_payment_of_its_customer(trade: Trade, asha: str) -> None:
    payment, note = trade.receive(asha, 50), trade.note(asha, 20)
    trade.refund(asha, 20, credit_note_id=note["credit_note_id"])
    assert 50 == trade.again(payment)["unused_amount"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "100.01"}, "amount"),
        ({"payment_type": "REGULAR", "flow": "INCOMING"}, "credit_note_id"),
        ({"flow": "INCOMING"}, "credit_note_id"),
        ({"note": {"draft": True}}, "credit_note_id"),
        ({"note": {"customer": "other"}}, "credit_note_id"),
        ({"note": {"currency_code": "USD", "exchange_rate": 80}}, "credit_note_id"),
    ],
)
def test_a_note_is_refunded_to_its_customer_only(
    change: Body, field: str, call: Call, trade: Trade, acme: finzcore.Org
) -> None:
    acme.enable_currency("USD")
    both = trade.contact(contact_type="BOTH")
    change = dict(change)
    made = dict(change.pop("note", {}))
    customer = trade.contact("Bharat") if made.pop("customer", None) else both
    note = trade.note(customer, 100, **made)
    body = trade.receipt(both, 10, flow="OUTGOING", payment_type="REFUND") | change
    body["credit_note_id"] = note["credit_note_id"]
    assert (400, VALUE, field) == call.refused("POST", "/payments", body)


# ----- voids -----


def test_a_voided_payment_leaves_its_documents_as_they_were(trade: Trade, asha: str) -> None:
    first, second = trade.invoice(asha, 60), trade.invoice(asha, 40)
    payment = trade.receive(asha, 70, (first, 60), (second, 10))
    gone = trade.void(payment)
    assert ("VOIDED", [], 70) == (gone["status"], gone["allocations"], gone["unused_amount"])
    for invoice in (first, second):
        now = trade.again(invoice)
        assert (invoice | {"version": 3}) == now
    assert 100 == trade.on("1040")
    assert 0 == trade.on("1010")


def test_a_payment_is_voided_once(call: Call, trade: Trade, asha: str) -> None:
    payment = trade.receive(asha, 1)
    trade.void(payment)
    said = call("POST", f"/payments/{payment['payment_id']}/void").json()
    assert (VALUE, "status") == (said["code"], said["field"])
    assert {"current_status": "VOIDED", "allowed": ["RECORDED"]} == said["details"]
    body = {"allocations": settling((trade.invoice(asha, 1), 1))}
    refused = call.refused("POST", f"/payments/{payment['payment_id']}/apply", body)
    assert (400, VALUE, "status") == refused


def test_an_advance_that_was_used_cannot_be_voided(call: Call, trade: Trade, asha: str) -> None:
    advance = trade.receive(asha, 100, payment_type="ADVANCE")
    trade.apply(advance, (trade.invoice(asha, 10), 10))
    refused = call.refused("POST", f"/payments/{advance['payment_id']}/void")
    assert (400, VALUE, "status") == refused


@pytest.mark.parametrize("payment_type", ["REGULAR", "ADVANCE"])
def test_a_payment_that_was_refunded_can_be_voided_after_its_refund(
    payment_type: str, call: Call, trade: Trade, asha: str
) -> None:
    payment = trade.receive(asha, 100, payment_type=payment_type)
    refund = trade.refund(asha, 40)
    path = f"/payments/{payment['payment_id']}/void"
    assert (400, VALUE, "status") == call.refused("POST", path)
    trade.void(refund)
    assert 100 == trade.again(payment)["unused_amount"]
    trade.void(payment)
    assert [0, 0, 0] == [trade.on(code) for code in ("1010", "1040", "2050")]


def test_voiding_the_refund_of_a_note_gives_it_back(trade: Trade, asha: str) -> None:
    note = trade.note(asha, 100)
    refund = trade.refund(asha, 100, credit_note_id=note["credit_note_id"])
    trade.void(refund)
    now = trade.again(note)
    assert (100, 0, "ISSUED") == (now["credits_remaining"], now["refunded_amount"], now["status"])


# ----- lists -----


def test_lists_are_newest_first_and_walk_by_cursor(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    made = [trade.receive(asha, n, (invoice, n)) for n in (1, 2, 3)]
    seen: list[Any] = []
    path = "/payments?per_page=2"
    while path:
        page = call.ok("GET", path)
        seen += page["payments"]
        cursor = page["page_context"]["next_cursor"]
        path = f"/payments?per_page=2&cursor={cursor}" if cursor else ""
    assert made[::-1] == seen


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "dcba"),
        ("flow=OUTGOING", "d"),
        ("flow=incoming", "cba"),
        ("payment_type=ADVANCE", "b"),
        ("payment_type=REFUND", "d"),
        ("contact_id={other}", "c"),
        ("contact_id=ct_nobody", ""),
        ("date_from=2026-05-10", "dc"),
        ("date_to=2026-05-10", "ba"),
        ("date_from=2026-05-05&date_to=2026-05-12", "cb"),
        ("reference_number=UTR%20c", "c"),
        ("reference_number=UTR", ""),
    ],
)
def test_lists_are_filtered(query: str, expected: str, call: Call, trade: Trade, asha: str) -> None:
    other = trade.contact("Bharat")
    trade.receive(asha, 1, date="2026-05-01", reference_number="UTR a")
    trade.receive(asha, 2, date="2026-05-05", reference_number="UTR b", payment_type="ADVANCE")
    trade.receive(other, 3, date="2026-05-12", reference_number="UTR c")
    trade.refund(asha, 1, reference_number="UTR d")
    rows = call.ok("GET", f"/payments?{query.replace('{other}', other)}")["payments"]
    assert expected == "".join(row["reference_number"][-1] for row in rows)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("flow=SIDEWAYS", 400, "flow"),
        ("payment_type=GIFT", 400, "payment_type"),
        ("date_from=soon", 422, "date_from"),
        ("per_page=0", 422, "per_page"),
        ("cursor=xyz", 400, "cursor"),
    ],
)
def test_a_list_names_the_parameter_that_is_wrong(query: str, status: int, field: str, call: Call) -> None:
    got, _, named = call.refused("GET", f"/payments?{query}")
    assert (status, field) == (got, named)


# ----- the period lock -----


def test_nothing_is_written_into_a_locked_period(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org, clock: FrozenClock
) -> None:
    old = trade.receive(asha, 100, date="2026-04-30")
    recent = trade.receive(asha, 100)
    invoice = trade.invoice(asha, 100)
    acme.lock_period("2026-04-30", reason="April is filed")
    assert (400, VALUE, "date") == call.refused(
        "POST", "/payments", trade.receipt(asha, 1, date="2026-04-30")
    )
    assert (400, VALUE, "date") == call.refused("POST", f"/payments/{old['payment_id']}/void")
    # Money of a locked month may settle a document today.
    trade.apply(old, (invoice, 10))
    acme.lock_period(TODAY, reason="up to today")
    path, body = f"/payments/{recent['payment_id']}/apply", {"allocations": settling((invoice, 10))}
    said = call("POST", path, body).json()
    assert (VALUE, "date", {"locked_through": TODAY}) == (said["code"], said["field"], said["details"])
    clock.move(days=1)
    call.ok("POST", path, body)
    assert ("PARTIALLY_PAID", 80) == trade.stands(invoice)


def test_the_day_is_indias(trade: Trade, asha: str, clock: FrozenClock) -> None:
    """At 20:00 UTC it is 01:30 of the next day in India."""
    payment, invoice = trade.receive(asha, 10), trade.invoice(asha, 10)
    clock.set("2026-05-19T20:00:00+00:00")
    made = trade.apply(payment, (invoice, 10))
    assert "2026-05-20T00:00:00" == made["allocations"][0]["date"]


# ----- branches -----


def test_a_payment_is_its_branchs_own(trade: Trade, asha: str, acme: finzcore.Org) -> None:
    mumbai = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    invoice = trade.invoice(asha, 100, branch_id=mumbai, place_of_supply="IN-MH")
    by_document = trade.receive(asha, 10, (invoice, 10))
    by_name = trade.receive(asha, 10, branch_id=mumbai)
    by_default = trade.receive(asha, 10)
    assert [mumbai, mumbai] == [by_document["branch_id"], by_name["branch_id"]]
    assert mumbai != by_default["branch_id"]
    assert ["MUM-PAY-2627-001", "MUM-PAY-2627-002", "PAY-2627-001"] == [
        one["payment_number"] for one in (by_document, by_name, by_default)
    ]


def test_python_callers_see_what_the_wire_shows(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org
) -> None:
    made = acme.payments.create(
        flow="INCOMING", contact_id=asha, date=TODAY, amount=Decimal("10.50"), mode="CASH"
    )
    assert call.ok("GET", "/payments")["payments"] == list(acme.payments.list()) == [made]
    invoice = trade.invoice(asha, 10)
    acme.payments.apply(made["payment_id"], allocations=settling((invoice, Decimal("10"))))
    assert "PAID" == trade.again(invoice)["status"]
    assert "VOIDED" == acme.payments.void(made["payment_id"])["status"]
