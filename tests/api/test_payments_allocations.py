"""What payments settle: at once, later, in parts, in other currencies, with its events (`api.md` §4.7)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import Place
from tests.trade import Body, Trade, settling

VALUE = "validation.invalid_value"


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    acme.enable_currency("USD")
    acme.enable_currency("EUR")
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def dollars(trade: Trade, customer: str, amount: Any, rate: Any = 83) -> Body:
    return trade.invoice(customer, amount, currency_code="USD", exchange_rate=rate)


# ----- the worked checks of api.md §10 -----


def test_a_receipt_pays_an_invoice(trade: Trade, asha: str) -> None:
    """Rows 1 and 3: 12,000 and 18 %."""
    invoice = trade.taxed(asha, 12000)
    payment = trade.receive(asha, 14160, (invoice, 14160))
    assert ("PAID", 0) == trade.stands(invoice)
    assert [
        ("Cash in Hand", "receipt.bank", 14160),
        ("Accounts Receivable", "receipt.receivable", -14160),
    ] == trade.postings(payment["journal_id"])
    assert [("PAYMENT_RECEIVED", "PAYMENT_CREATED"), ("INVOICE_PAID", "INVOICE_PAID")] == trade.events()[-2:]


def test_tax_withheld_settles_in_addition_to_the_money(trade: Trade, asha: str) -> None:
    """Row 4."""
    invoice = trade.taxed(asha, 12000)
    payment = trade.receive(asha, 12960, (invoice, 14160), tds_amount=1200)
    assert ("PAID", 0) == trade.stands(invoice)
    assert [
        ("Cash in Hand", "receipt.bank", 12960),
        ("TDS Receivable", "receipt.tds", 1200),
        ("Accounts Receivable", "receipt.receivable", -14160),
    ] == trade.postings(payment["journal_id"])
    assert 14160 == trade.again(invoice)["payment_made"]


def test_a_receipt_is_split(trade: Trade, asha: str) -> None:
    """Row 8."""
    first, second = trade.invoice(asha, 600), trade.invoice(asha, 500)
    payment = trade.receive(asha, 1000, (first, 600), (second, 300))
    assert 100 == payment["unused_amount"]
    assert [("PAID", 0), ("PARTIALLY_PAID", 200)] == [trade.stands(first), trade.stands(second)]
    assert 100 == trade.on("1040")


def test_an_advance_is_parked_applied_and_refunded(trade: Trade, asha: str) -> None:
    """Row 9."""
    invoice = trade.invoice(asha, 3000)
    advance = trade.receive(asha, 5000, payment_type="ADVANCE")
    assert (-5000, 3000) == (trade.on("2050"), trade.on("1040"))
    before = trade.entries()
    applied = trade.apply(advance, (invoice, 3000))
    assert before + 1 == trade.entries()
    assert (-2000, 0) == (trade.on("2050"), trade.on("1040"))
    assert (2000, "PAID") == (applied["unused_amount"], trade.again(invoice)["status"])
    refund = trade.refund(asha, 2000)
    assert [
        ("Cash in Hand", "refund.bank", -2000),
        ("Customer Advances", "refund.advance", 2000),
    ] == trade.postings(refund["journal_id"])
    assert (0, 3000) == (trade.on("2050"), trade.on("1010"))


def test_applying_an_advance_has_an_entry_of_its_own(call: Call, trade: Trade, asha: str) -> None:
    advance = trade.receive(asha, 50, payment_type="ADVANCE")
    trade.apply(advance, (trade.invoice(asha, 30), 30))
    entry = call.ok("GET", "/journals?source=PAYMENT")["journals"][0]
    assert [
        ("Customer Advances", "application.advance", 30),
        ("Accounts Receivable", "application.receivable", -30),
    ] == trade.postings(entry["journal_id"])
    assert advance["payment_id"] == entry["source_id"]


def test_an_advance_allocated_at_once_is_transferred_in_its_own_entry(trade: Trade, asha: str) -> None:
    advance = trade.receive(asha, 50, (trade.invoice(asha, 30), 30), payment_type="ADVANCE")
    assert [
        ("Cash in Hand", "receipt.bank", 50),
        ("Customer Advances", "receipt.advance", -50),
        ("Customer Advances", "application.advance", 30),
        ("Accounts Receivable", "application.receivable", -30),
    ] == trade.postings(advance["journal_id"])
    assert 20 == advance["unused_amount"]


# ----- the rules of allocation -----


def test_money_is_used_in_two_steps_without_another_entry(trade: Trade, asha: str) -> None:
    first, second = trade.invoice(asha, 40), trade.invoice(asha, 70)
    payment = trade.receive(asha, 100, (first, 40))
    before = trade.entries()
    after = trade.apply(payment, (second, 50))
    assert before == trade.entries()
    assert [40, 50] == [one["amount"] for one in after["allocations"]]
    assert (10, 2, payment["journal_id"]) == (after["unused_amount"], after["version"], after["journal_id"])
    assert [("PAID", 0), ("PARTIALLY_PAID", 20)] == [trade.stands(first), trade.stands(second)]


def test_the_same_invoice_twice_is_one_demand(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    body = trade.receipt(asha, 200, (invoice, 60), (invoice, 41))
    assert (400, VALUE, "allocations[1].amount") == call.refused("POST", "/payments", body)
    assert ("SENT", 100) == trade.stands(invoice)
    payment = trade.receive(asha, 200, (invoice, 60), (invoice, 40))
    assert [60, 40] == [one["amount"] for one in payment["allocations"]]
    assert ("PAID", 0) == trade.stands(invoice)
    assert [("PAYMENT_RECEIVED", "PAYMENT_CREATED"), ("INVOICE_PAID", "INVOICE_PAID")] == trade.events()[-2:]
    trade.void(payment)
    assert ("SENT", 100) == trade.stands(invoice)


@pytest.mark.parametrize(
    ("amount", "demands", "field"),
    [
        (100, ["100.01"], "allocations[0].amount"),
        (100, [0], "allocations[0].amount"),
        (100, [-1], "allocations[0].amount"),
        (100, [50, "50.01"], "allocations"),
        (100, [50, 80], "allocations[1].amount"),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_no_more_is_applied_than_there_is_on_either_side(
    later: bool, amount: Any, demands: list[Any], field: str, call: Call, trade: Trade, asha: str
) -> None:
    invoices = [trade.invoice(asha, "99.99"), trade.invoice(asha, "79.99")]
    allocations = list(zip(invoices, demands, strict=False))
    path, body = "/payments", trade.receipt(asha, amount, *allocations)
    if later:
        path = f"/payments/{trade.receive(asha, amount)['payment_id']}/apply"
        body = {"allocations": settling(*allocations)}
    assert (400, VALUE, field) == call.refused("POST", path, body)
    assert [("SENT", Decimal("99.99")), ("SENT", Decimal("79.99"))] == [trade.stands(one) for one in invoices]


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
@pytest.mark.parametrize("which", ["other customer", "other currency", "draft", "cancelled", "paid"])
def test_only_the_contacts_own_posted_documents_are_settled(
    which: str, later: bool, call: Call, trade: Trade, asha: str
) -> None:
    more: Body = {}
    if which == "other currency":
        more = {"currency_code": "USD", "exchange_rate": 83}
    if which == "draft":
        more = {"auto_approve": False}
    customer = trade.contact("Bharat") if which == "other customer" else asha
    invoice = trade.invoice(customer, 100, **more)
    if which == "cancelled":
        trade.void(invoice)
    if which == "paid":
        trade.receive(asha, 100, (invoice, 100))
    good = trade.invoice(asha, 100)
    path, body = "/payments", trade.receipt(asha, 100, (good, 10), (invoice, 10))
    if later:
        path = f"/payments/{trade.receive(asha, 100)['payment_id']}/apply"
        body = {"allocations": body["allocations"]}
    field = "allocations[1].amount" if which == "paid" else "allocations[1].invoice_id"
    assert (400, VALUE, field) == call.refused("POST", path, body)
    assert ("SENT", 100) == trade.stands(good)


@pytest.mark.parametrize(
    ("allocation", "status", "field"),
    [
        ({"invoice_id": "inv_1", "amount": 1}, 404, "allocations[0].invoice_id"),
        ({"bill_id": "bl_1", "amount": 1}, 404, "allocations[0].bill_id"),
        ({"debit_note_id": "dn_1", "amount": 1}, 404, "allocations[0].debit_note_id"),
        ({"amount": 1}, 400, "allocations[0]"),
        ({"invoice_id": "inv_1"}, 400, "allocations[0].amount"),
    ],
)
def test_an_apply_names_what_it_settles(
    allocation: Body, status: int, field: str, call: Call, trade: Trade, asha: str
) -> None:
    path = f"/payments/{trade.receive(asha, 1)['payment_id']}/apply"
    got, _, named = call.refused("POST", path, {"allocations": [allocation]})
    assert (status, field) == (got, named)


@pytest.mark.parametrize("body", [{}, {"allocations": []}, {"allocations": None}])
def test_an_apply_needs_allocations(body: Body, call: Call, trade: Trade, asha: str) -> None:
    path = f"/payments/{trade.receive(asha, 1)['payment_id']}/apply"
    assert (400, "validation.required_field", "allocations") == call.refused("POST", path, body)


def test_money_to_a_vendor_settles_no_invoice(call: Call, trade: Trade) -> None:
    both = trade.contact(contact_type="BOTH")
    body = trade.receipt(both, 10, (trade.invoice(both, 10), 10), flow="OUTGOING")
    assert (400, VALUE, "allocations[0].invoice_id") == call.refused("POST", "/payments", body)


def test_an_invoice_of_another_organisation_is_not_found(
    engine: finzcore.Engine, call: Call, trade: Trade, asha: str
) -> None:
    other = engine.create_org(name="Other", state="IN-KA")
    theirs = Trade(Call(engine, engine.mint_pat(org_id=other.org_id).token), other)
    invoice = theirs.invoice(theirs.contact(), 10)
    refused = call.refused("POST", "/payments", trade.receipt(asha, 10, (invoice, 10)))
    assert (404, "not_found.resource", "allocations[0].invoice_id") == refused


def test_what_is_due_can_be_paid_by_money_and_a_note(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    trade.apply_note(trade.note(asha, 40), invoice)
    payment = trade.receive(asha, 60, (invoice, 60))
    now = trade.again(invoice)
    assert ("PAID", 60, 40, 0) == (now["status"], now["payment_made"], now["credits_applied"], now["balance"])
    trade.void(payment)
    assert ("PARTIALLY_PAID", 60) == trade.stands(invoice)


def test_a_receipt_may_come_before_its_invoice(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100, date="2026-05-19")
    payment = trade.receive(asha, 100, (invoice, 100), date="2026-05-01")
    assert ("2026-05-01T00:00:00", "2026-05-19T00:00:00") == (
        payment["date"],
        payment["allocations"][0]["date"],
    )


def test_voiding_a_paid_invoice_waits_for_its_payments(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    payment = trade.receive(asha, 10, (invoice, 10))
    refused = call.refused("POST", f"/invoices/{invoice['invoice_id']}/void")
    assert (400, VALUE, "status") == refused
    trade.void(payment)
    assert "CANCELLED" == trade.void(invoice)["status"]


def test_the_events_of_a_payments_life(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    start = len(trade.events())
    payment = trade.receive(asha, 100, (invoice, 30))
    trade.apply(payment, (invoice, 70))
    trade.void(payment)
    trade.receive(asha, 5)
    trade.void(trade.refund(asha, 5))
    assert [
        ("PAYMENT_RECEIVED", "PAYMENT_CREATED"),
        ("INVOICE_PARTIALLY_PAID", "INVOICE_PARTIALLY_PAID"),
        ("PAYMENT_APPLIED", "PAYMENT_UPDATED"),
        ("INVOICE_PAID", "INVOICE_PAID"),
        ("PAYMENT_VOIDED", "PAYMENT_VOIDED"),
        (None, "INVOICE_STATUS_CHANGED"),
        ("PAYMENT_RECEIVED", "PAYMENT_CREATED"),
        ("PAYMENT_REFUNDED", "PAYMENT_CREATED"),
        (None, "PAYMENT_UPDATED"),
        ("PAYMENT_VOIDED", "PAYMENT_VOIDED"),
        (None, "PAYMENT_UPDATED"),
    ] == trade.events()[start:]


# ----- other currencies -----


@pytest.mark.parametrize(
    ("rate", "difference"),
    [("84.5", -150), (83, None), ("82.25", 75)],
    ids=["gain", "none", "loss"],
)
@pytest.mark.parametrize("payment_type", ["REGULAR", "ADVANCE"])
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_a_rate_that_changed_is_a_gain_or_a_loss(
    later: bool, payment_type: str, rate: Any, difference: int | None, trade: Trade, asha: str
) -> None:
    """`api.md` §10, row 10: USD 100 invoiced at 83."""
    invoice = dollars(trade, asha, 100)
    abroad = {"currency_code": "USD", "exchange_rate": rate, "payment_type": payment_type}
    if later:
        payment = trade.receive(asha, 100, **abroad)
        trade.apply(payment, (invoice, 100))
    else:
        payment = trade.receive(asha, 100, (invoice, 100), **abroad)
    assert ("PAID", 0) == trade.stands(invoice)
    assert [0, 0, difference or 0] == [trade.on(code) for code in ("1040", "2050", "4050")]
    assert 100 * Decimal(str(rate)) == trade.on("1010")
    if payment_type == "REGULAR":
        trade.void(payment)
        assert ("SENT", 100) == trade.stands(invoice)
        assert [8300, 0, 0] == [trade.on(code) for code in ("1040", "4050", "1010")]


def test_the_entry_of_a_dollar_receipt(trade: Trade, asha: str) -> None:
    """`api.md` §10, row 10."""
    invoice = dollars(trade, asha, 100)
    payment = trade.receive(asha, 100, (invoice, 100), currency_code="USD", exchange_rate="84.5")
    assert [
        ("Cash in Hand", "receipt.bank", 8450),
        ("Accounts Receivable", "receipt.receivable", -8300),
        ("Exchange Gain or Loss", "receipt.exchange", -150),
    ] == trade.postings(payment["journal_id"])


def test_the_last_part_leaves_nothing_on_receivables(trade: Trade, asha: str) -> None:
    """USD 0.10 at 83.33333333 is 8.33 rupees; three cents are 2.50 each time: 2.50, 2.50, 2.50, and 0.83."""
    invoice = dollars(trade, asha, "0.10", "83.33333333")
    assert Decimal("8.33") == trade.on("1040")
    same = {"currency_code": "USD", "exchange_rate": "83.33333333"}
    due = []
    for part in ("0.03", "0.03", "0.03", "0.01"):
        trade.receive(asha, part, (invoice, part), **same)
        due.append(trade.on("1040"))
    assert [Decimal(text) for text in ("5.83", "3.33", "0.83", "0.00")] == due
    assert ("PAID", 0) == trade.stands(invoice)


def test_the_rate_of_a_payment_comes_from_the_table_unless_given(
    call: Call, trade: Trade, acme: finzcore.Org
) -> None:
    abroad = trade.contact("Abroad", currency_code="USD")
    refused = call.refused("POST", "/payments", trade.receipt(abroad, 1))
    assert (400, "validation.required_field", "exchange_rate") == refused
    acme.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-01")
    made = trade.receive(abroad, 1)
    assert ("USD", Decimal("83.25")) == (made["currency_code"], made["exchange_rate"])
    assert 90 == trade.receive(abroad, 1, exchange_rate=90)["exchange_rate"]


def test_unused_dollars_are_refunded_at_what_they_are_worth_in_the_books(trade: Trade, asha: str) -> None:
    """USD 10 received at 80 and given back at 82: a loss of 20."""
    abroad = {"currency_code": "USD", "exchange_rate": 80}
    trade.receive(asha, 10, **abroad)
    made = trade.refund(asha, 10, currency_code="USD", exchange_rate=82)
    assert [
        ("Cash in Hand", "refund.bank", -820),
        ("Accounts Receivable", "refund.receivable", 800),
        ("Exchange Gain or Loss", "refund.exchange", 20),
    ] == trade.postings(made["journal_id"])


def test_money_worth_nothing_in_rupees_is_refused(call: Call, trade: Trade, asha: str) -> None:
    body = trade.receipt(asha, "0.01", currency_code="USD", exchange_rate="0.1")
    assert (400, VALUE, "amount") == call.refused("POST", "/payments", body)


parts = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(70_00000000, 95_00000000), st.booleans(), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=st.integers(70_00000000, 95_00000000), parts=parts)
def test_whatever_the_rates_a_paid_invoice_leaves_nothing(
    new_place: Place, rate: int, parts: list[tuple[int, int, bool, bool]]
) -> None:
    """Receipts of any parts at any rates, as advances or not, at once or later, some after a void."""

    def exact(number: int, places: int) -> str:
        return str(Decimal(number).scaleb(-places))

    with (
        new_place() as target,
        finzcore.open(target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()) as engine,
    ):
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        org.enable_currency("USD")
        trade = Trade(Call(engine, engine.mint_pat(org_id=org.org_id).token), org)
        asha = trade.contact()
        total = exact(sum(part for part, *_ in parts), 2)
        invoice = dollars(trade, asha, total, exact(rate, 8))
        for part, at, advance, later in parts:
            amount = exact(part, 2)
            more = {"currency_code": "USD", "exchange_rate": exact(at, 8)}
            if not advance:
                trade.void(trade.receive(asha, amount, (invoice, amount), **more))
            more["payment_type"] = "ADVANCE" if advance else "REGULAR"
            if later:
                trade.apply(trade.receive(asha, amount, **more), (invoice, amount))
            else:
                trade.receive(asha, amount, (invoice, amount), **more)
        assert ("PAID", 0) == trade.stands(invoice)
        assert [0, 0] == [trade.on(code) for code in ("1040", "2050")]
        assert [] == engine.verify()


def test_an_advance_is_nobodys_receivable_before_its_invoices_are_there(trade: Trade, asha: str) -> None:
    """Received on 1 May for invoices of 10 May and of 20 April: the later one is transferred on its day."""
    later = trade.invoice(asha, 100, date="2026-05-10")
    earlier = trade.invoice(asha, 30, date="2026-04-20")
    advance = trade.receive(asha, 90, (later, 50), (earlier, 30), payment_type="ADVANCE", date="2026-05-01")
    assert ["2026-05-01T00:00:00", "2026-05-10T00:00:00"] == [one["date"] for one in advance["allocations"]]

    def stood(day: str) -> dict[str, Decimal]:
        report = trade.call.ok("GET", f"/reports/trial_balance?as_of_date={day}")["trial_balance"]
        nets = {row["code"]: row["debit"] - row["credit"] for row in report["accounts"]}
        return {code: nets.get(code, Decimal(0)) for code in ("1040", "2050")}

    assert {"1040": 0, "2050": -60} == stood("2026-05-09")
    assert {"1040": 50, "2050": -10} == stood("2026-05-10")
    assert [] == trade.call.engine.verify()


def test_tax_withheld_has_two_names(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    assert 10 == trade.receive(asha, 90, (invoice, 100), tds=10)["tds_amount"]
    assert ("PAID", 0) == trade.stands(invoice)
