"""``GET …/explain``: the rule behind each figure and each posting of a document (`api.md` §5.2)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

import finzcore
from finzcore.documents.rules import POSTINGS, RULES
from finzcore.testing import Call
from tests.api.test_invoice_properties import REPEATEDLY, Drawn, body_of, drawn, made
from tests.buying import Buyer
from tests.selling import Body, Seller

HEADS = ("cgst", "sgst", "igst", "cess")
TOTALS = {
    "total.sub_total": "sub_total",
    "total.discount": "discount",
    **{f"total.{head}": f"{head}_total" for head in HEADS},
    "total.shipping": "shipping_charge",
    "total.adjustment": "adjustment",
    "total.tds": "tds_amount",
    "total.round_off": "round_off",
    "total.total": "total",
}
Said = list[tuple[str, Any]]


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    acme.enable_currency("USD")
    return Seller(call, acme)


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    acme.enable_currency("USD")
    return Buyer(call, acme)


def explained(call: Call, document: Body, noun: str) -> Body:
    said: Body = call.ok("GET", f"/{noun}s/{document[f'{noun}_id']}/explain")["explain"]
    assert said[f"{noun}_id"] == document[f"{noun}_id"]
    _check_words(said)
    _check_postings(call, document, said)
    return said


def _check_words(said: Body) -> None:
    """Each step has the sentence of its rule."""
    for step in said["steps"]:
        assert RULES[step["rule"]] == step["text"]


def _check_postings(call: Call, document: Body, said: Body) -> None:
    """Its postings are those of its entry, and each has a step that comes to it, in the same order."""
    lines: list[Body] = []
    if document["journal_id"] is not None:
        lines = call.ok("GET", f"/journals/{document['journal_id']}")["journal"]["lines"]
    shown = [{name: one[name] for name in ("account_id", "debit", "credit", "rule")} for one in lines]
    assert shown == [
        {name: value for name, value in one.items() if name != "role"} for one in said["postings"]
    ]
    accounts = {one["account_id"]: one for one in call.ok("GET", "/accounts?per_page=200")["accounts"]}
    steps = [step for step in said["steps"] if step["rule"] in POSTINGS]
    assert [(one["rule"], one["debit"] + one["credit"]) for one in said["postings"]] == results(steps)
    for one, step in zip(said["postings"], steps, strict=True):
        account = accounts[one["account_id"]]
        assert f"{account['code']} {account['name']}" == step["inputs"]["account"]
        assert ("debit" if one["debit"] else "credit") == step["inputs"]["side"]


def results(steps: list[Body]) -> Said:
    return [(step["rule"], step["result"]) for step in steps]


def steps_of(said: Body, *, line: int | None = None) -> Said:
    """The steps of a line, or those of the whole document before its postings."""
    own = [step for step in said["steps"] if step["inputs"].get("line") == line]
    return results([step for step in own if step["rule"] not in POSTINGS])


def amounts(*pairs: tuple[str, str]) -> Said:
    return [(rule, Decimal(result)) for rule, result in pairs]


# ----- by hand -----


def test_the_worked_example_of_the_specification(seller: Seller) -> None:
    """api.md §4.1: three at 199.43, 18 % at home, to the whole rupee."""
    seller.org.set_preferences(roundInvoiceTotals=True)
    invoice = seller.posted(seller.line("199.43", quantity=3))
    said = explained(seller.call, invoice, "invoice")
    assert [
        ("supply.place", "IN-KA"),
        ("supply.same_state", "CGST and SGST"),
        *amounts(
            ("total.sub_total", "598.29"), ("total.taxable", "598.29"), ("total.cgst", "53.85"),
            ("total.sgst", "53.85"), ("total.round_off", "0.01"), ("total.total", "706"),
        ),
    ] == steps_of(said)  # fmt: skip
    assert amounts(
        ("line.gross", "598.29"), ("line.taxable", "598.29"), ("tax.rate", "18"), ("tax.cgst", "53.85"),
        ("tax.sgst", "53.85"),
    ) == steps_of(said, line=1)  # fmt: skip
    assert [
        ("AR", 706, 0, "sale.receivable"),
        ("SALES", 0, Decimal("598.29"), "sale.income"),
        ("OUT_CGST", 0, Decimal("53.85"), "sale.output_cgst"),
        ("OUT_SGST", 0, Decimal("53.85"), "sale.output_sgst"),
        ("ROUND_OFF", 0, Decimal("0.01"), "sale.round_off"),
    ] == [(one["role"], one["debit"], one["credit"], one["rule"]) for one in said["postings"]]


def test_a_rate_names_its_tax_its_day_and_its_notification(seller: Seller) -> None:
    said = explained(seller.call, seller.posted(seller.line(100, "GST 40%")), "invoice")
    (rate,) = [step for step in said["steps"] if step["rule"] == "tax.rate"]
    assert {
        "line": 1, "tax": "GST 40%", "date": "2026-05-19",
        "source": "Notification 9/2025-CT(Rate) Schedule III",
    } == rate["inputs"]  # fmt: skip
    (cgst,) = [step for step in said["steps"] if step["rule"] == "tax.cgst"]
    assert {"line": 1, "taxable": 100, "percent": 20} == cgst["inputs"]


def test_discounts_are_told_one_after_the_other(seller: Seller) -> None:
    """170 less 20, and 50: a tenth off both is 15 and 5, by shares."""
    lines = [seller.line(170, discount=20), seller.line(50)]
    said = explained(seller.call, seller.posted(*lines, discount="10%"), "invoice")
    assert amounts(
        ("line.gross", "170"), ("line.discount", "20"), ("line.discount_share", "15"),
        ("line.taxable", "135"), ("tax.rate", "18"), ("tax.cgst", "12.15"), ("tax.sgst", "12.15"),
    ) == steps_of(said, line=1)  # fmt: skip
    assert ("line.discount_share", Decimal(5)) in steps_of(said, line=2)
    assert ("total.discount", Decimal(20)) in steps_of(said)


def test_a_price_with_tax_in_it_is_taken_apart(seller: Seller) -> None:
    """gst.md §5.4: 100.00 at 18 % at home are 84.74 and twice 7.63."""
    said = explained(seller.call, seller.posted(seller.line(100), is_inclusive_tax=True), "invoice")
    assert amounts(
        ("line.gross", "100"), ("line.exclusive", "84.74"), ("line.taxable", "84.74"), ("tax.rate", "18"),
        ("tax.cgst", "7.63"), ("tax.sgst", "7.63"),
    ) == steps_of(said, line=1)  # fmt: skip


@pytest.mark.parametrize(
    ("treatment", "place", "rule"),
    [
        ("REGISTERED", "IN-KA", "supply.same_state"),
        ("REGISTERED", "IN-MH", "supply.other_state"),
        ("SEZ", "IN-KA", "supply.sez"),
        ("OVERSEAS", "OVERSEAS", "supply.overseas"),
        ("OVERSEAS", "IN-KA", "supply.overseas"),
        ("DEEMED_EXPORT", "IN-KA", "supply.same_state"),
    ],
)
def test_the_reason_for_one_tax_or_two(seller: Seller, treatment: str, place: str, rule: str) -> None:
    """gst.md §3.1."""
    customer = seller.contact("Bela", gst_treatment=treatment)
    invoice = seller.posted(customer_id=customer, place_of_supply=place)
    split = "CGST and SGST" if rule == "supply.same_state" else "IGST"
    assert [("supply.place", place), (rule, split)] == steps_of(explained(seller.call, invoice, "invoice"))[
        :2
    ]


def test_under_a_letter_of_undertaking_no_tax_is_charged(seller: Seller) -> None:
    customer = seller.contact("Bela Inc", gst_treatment="OVERSEAS", place_of_contact="OVERSEAS")
    invoice = seller.posted(customer_id=customer, place_of_supply="OVERSEAS", with_payment=False)
    assert [("tax.rate", Decimal(18)), ("supply.without_payment", Decimal(0))] == steps_of(
        explained(seller.call, invoice, "invoice"), line=1
    )[-2:]


@pytest.mark.parametrize(
    ("tax", "rule"),
    [
        ("Exempt", "tax.exempt"),
        ("Nil Rated", "tax.nil_rated"),
        ("Non-GST", "tax.non_gst"),
        (None, "tax.none"),
    ],
)
def test_why_a_line_bears_no_tax(seller: Seller, tax: str | None, rule: str) -> None:
    said = explained(seller.call, seller.posted(seller.line(100, tax)), "invoice")
    assert (rule, Decimal(0)) == steps_of(said, line=1)[-1]


def test_reverse_charge_is_assessed_beside_the_total(buyer: Buyer) -> None:
    """gst.md §7.1: carriage of 10,000 at 5 %."""
    bill = buyer.bill(buyer.line(10000, None, is_rcm=True, rcm_rate=5))
    said = explained(buyer.call, bill, "bill")
    assert amounts(
        ("line.gross", "10000"), ("line.taxable", "10000"), ("tax.reverse_charge", "5"),
        ("reverse_charge.cgst", "250"), ("reverse_charge.sgst", "250"),
    ) == steps_of(said, line=1)  # fmt: skip
    assert ("total.total", Decimal(10000)) == steps_of(said)[-1]
    assert ["bill.payable", "bill.purchase", "bill.input_rcm_cgst", "bill.input_rcm_sgst"] == [
        one["rule"] for one in said["postings"]
    ][:4]


def test_tax_without_credit_says_why(buyer: Buyer) -> None:
    car = explained(buyer.call, buyer.bill(buyer.line(itc_blocked_reason="17(5)(a)")), "bill")
    assert ("credit.blocked", Decimal(1800)) == steps_of(car, line=1)[-1]
    mumbai = buyer.contact("Hotel", place_of_contact="IN-MH")
    room = explained(buyer.call, buyer.bill(vendor_id=mumbai, place_of_supply="IN-MH"), "bill")
    assert ("credit.elsewhere", Decimal(1800)) == steps_of(room, line=1)[-1]


def test_what_is_withheld_names_its_value_and_its_rate(buyer: Buyer) -> None:
    said = explained(buyer.call, buyer.bill(tds_rate=2), "bill")
    (tds,) = [step for step in said["steps"] if step["rule"] == "total.tds"]
    assert ({"value": 10000, "percent": 2}, 200) == (tds["inputs"], tds["result"])


def test_amounts_in_another_currency_are_told_in_both(seller: Seller) -> None:
    invoice = seller.posted(seller.line(100), currency_code="USD", exchange_rate="83.37")
    said = explained(seller.call, invoice, "invoice")
    assert ("total.exchange", Decimal("9837.66")) == steps_of(said)[-1]
    (income,) = [step for step in said["steps"] if step["rule"] == "sale.income"]
    assert {"amount": Decimal(100), "exchange_rate": Decimal("83.37")}.items() <= income["inputs"].items()
    assert Decimal(8337) == income["result"]


def test_a_payment_tells_what_it_settles_and_what_waits(seller: Seller) -> None:
    money = {"currency_code": "USD"}
    invoice = seller.posted(seller.line(100, None), exchange_rate=80, **money)
    payment = seller.org.payments.create(
        flow="INCOMING", contact_id=seller.customer, date="2026-05-19", amount=130, mode="UPI",
        exchange_rate=83, bank_charges=2, tds_amount=10, **money,
        allocations=[{"invoice_id": invoice["invoice_id"], "amount": 100}],
    )  # fmt: skip
    said = explained(seller.call, payment, "payment")
    assert amounts(
        ("money.amount", "130"), ("money.bank_charges", "2"), ("money.tds", "10"), ("money.settles", "140"),
        ("money.applied", "100"), ("money.unused", "40"),
    ) == steps_of(said)  # fmt: skip
    # by hand: 100 at 80 and 40 at 83 are 11,320; 128, 2 and 10 at 83 are 11,620
    assert amounts(
        ("receipt.bank", "10624"), ("receipt.bank_charges", "166"), ("receipt.tds", "830"),
        ("receipt.receivable", "11320"), ("receipt.exchange", "300"),
    ) == [(one["rule"], one["debit"] + one["credit"]) for one in said["postings"]]  # fmt: skip


def test_a_refund_tells_what_it_gives_back(seller: Seller) -> None:
    advance = {"flow": "INCOMING", "contact_id": seller.customer, "date": "2026-05-19", "mode": "UPI"}
    seller.org.payments.create(**advance, amount=50, payment_type="ADVANCE")
    back = seller.org.payments.create(
        **advance | {"flow": "OUTGOING"}, amount=20, payment_type="REFUND"
    )  # fmt: skip
    said = explained(seller.call, back, "payment")
    assert amounts(("money.amount", "20"), ("money.taken", "20")) == steps_of(said)


def test_a_draft_has_posted_nothing_and_a_cancelled_one_not_any_more(seller: Seller) -> None:
    draft = explained(seller.call, seller.draft(), "invoice")
    assert (("document.draft", "DRAFT"), []) == (steps_of(draft)[0], draft["postings"])
    cancelled = explained(seller.call, seller.act(seller.posted(), "void"), "invoice")
    assert ("document.cancelled", "CANCELLED") == steps_of(cancelled)[0]
    assert 4 == len(cancelled["postings"])


# ----- what always holds -----


def _check_figures(said: Body, document: Body) -> None:
    """The results of the steps are the figures of the document."""
    found = dict(steps_of(said))
    for rule, name in TOTALS.items():
        assert document.get(name, 0) == found.get(rule, 0), rule
    for number, line in enumerate(document["line_items"], 1):
        own = dict(steps_of(said, line=number))
        for head in HEADS:
            assert line[head] == own.get(f"tax.{head}", 0), head
            assert line.get(f"rcm_{head}", 0) in (0, own.get(f"reverse_charge.{head}", 0))
        assert line.get("discount", 0) == own.get("line.discount", 0)
        taxable = line.get("taxable", line.get("item_total", 0) - own.get("line.discount_share", 0))
        assert taxable == own["line.taxable"]


@REPEATEDLY
@given(drawn)
def test_whatever_is_sold_its_steps_come_to_its_figures(seller: Seller, drawn: Drawn) -> None:
    given_lines, header, preferences = drawn
    seller.org.set_preferences(**preferences)
    body = body_of(seller, given_lines, header)
    invoice = made(seller, body | {"auto_approve": True})
    if invoice is None:
        return
    _check_figures(explained(seller.call, invoice, "invoice"), invoice)
    note = seller.call.ok("POST", "/credit_notes", body)["credit_note"]
    _check_figures(explained(seller.call, note, "credit_note"), note)


@pytest.mark.parametrize("place", ["IN-KA", "IN-MH"])
@pytest.mark.parametrize("money", [{}, {"currency_code": "USD", "exchange_rate": "83.37"}])
def test_whatever_is_bought_its_steps_come_to_its_figures(buyer: Buyer, place: str, money: Body) -> None:
    lines = [
        buyer.line("10.05", discount="3%"),
        buyer.line("33.33", "GST 5%", itc_blocked_reason="17(5)(b)"),
        buyer.line("77.77", None, is_rcm=True, rcm_rate=5),
    ]
    terms = {
        "place_of_supply": place,
        "discount": "7.5%",
        "shipping_charge": 11,
        "adjustment": "-0.4",
    } | money
    bill = buyer.bill(*lines, **terms)
    _check_figures(explained(buyer.call, bill, "bill"), bill)
    for noun in ("credit_note", "debit_note"):
        note = buyer.note(noun, *lines, **terms)
        _check_figures(explained(buyer.call, note, noun), note)


def test_an_expense_tells_what_was_spent_on_what(buyer: Buyer) -> None:
    expense = buyer.org.expenses.create(
        date="2026-05-19",
        account_id=buyer.org.account_id("Rent"),
        paid_through_account_id=buyer.org.account_id("Bank Account"),
        tax_id=buyer.org.tax_id("GST 18%"),
        is_inclusive_tax=True,
        line_items=[{"amount": 118}, {"amount": "59.5", "tax_id": buyer.org.tax_id("GST 5%")}],
    )
    said = explained(buyer.call, expense, "expense")
    _check_figures(said, expense)
    assert ["expense.paid", "expense.cost", "expense.input_cgst", "expense.input_sgst"] == [
        one["rule"] for one in said["postings"]
    ]


def test_another_organisations_document_is_explained_to_nobody(
    seller: Seller, engine: finzcore.Engine
) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    stranger = Call(engine, engine.mint_pat(org_id=other.org_id).token)
    invoice = seller.posted()
    for word in ("explain", "einvoice", "eway_bill"):
        path = f"/invoices/{invoice['invoice_id']}/{word}"
        assert (404, "not_found.resource") == stranger.refused("GET", path)[:2]
