"""GSTR-3B through the API: documents in, the tables of the return and the portal's file out (`api.md` §5)."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call, FrozenClock

Body = dict[str, Any]
OURS = "27AAPFU0939F1ZV"
PATH = "/reports/gstr3b?from_date=2026-11-01&to_date=2026-11-30"
HEADS = ("igst", "cgst", "sgst", "cess")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock("2026-12-02T05:00:00+00:00")


@pytest.fixture
def acme(engine: finzcore.Engine) -> finzcore.Org:
    return engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS)


class Trade:
    """What a firm in Maharashtra sells and buys in November 2026."""

    def __init__(self, org: finzcore.Org) -> None:
        self.org = org
        self.references = count(1)
        people = {
            "consumer": {"gst_treatment": "CONSUMER"},
            "business": {"gst_no": "29AAACW6288M1ZM", "place_of_contact": "IN-KA"},
            "abroad": {"gst_treatment": "OVERSEAS", "place_of_contact": "OVERSEAS"},
            "zone": {"gst_no": "27AAACZ1234A1Z5", "gst_treatment": "SEZ", "place_of_contact": "IN-MH"},
            "vendor": {"gst_no": "27AAACN1234A1Z5", "place_of_contact": "IN-MH"},
            "hotel": {"gst_no": "29AAACH1234A1Z5", "place_of_contact": "IN-KA"},
            "dealer": {
                "gst_no": "27AAACD1234A1Z5",
                "gst_treatment": "COMPOSITION",
                "place_of_contact": "IN-MH",
            },
        }
        self.contacts = {
            name: org.contacts.create(contact_name=name, contact_type="BOTH", **about)["contact_id"]
            for name, about in people.items()
        }

    def line(self, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        return {"name": "Work", "rate": rate, "tax_id": tax and self.org.tax_id(tax)} | more

    def sell(self, to: str, place: str, *lines: Body, **more: Any) -> Body:
        made: Body = self.org.invoices.create(
            customer_id=self.contacts[to],
            date="2026-11-05",
            place_of_supply=place,
            line_items=list(lines),
            auto_approve=True,
            **more,
        )
        return made

    def buy(self, of: str, *lines: Body, place: str = "IN-MH", **more: Any) -> Body:
        made: Body = self.org.bills.create(
            vendor_id=self.contacts[of],
            date="2026-11-06",
            place_of_supply=place,
            reference_number=f"R {next(self.references)}",
            line_items=list(lines),
            auto_approve=True,
            **more,
        )
        return made

    def note(self, kind: str, who: str, *lines: Body, **more: Any) -> Body:
        made: Body = getattr(self.org, kind).create(
            customer_id=self.contacts[who], date="2026-11-20", line_items=list(lines), **more
        )
        return made

    def report(self, **more: Any) -> Body:
        made: Body = self.org.reports.gstr3b(from_date="2026-11-01", to_date="2026-11-30", **more)
        return made


@pytest.fixture
def trade(acme: finzcore.Org) -> Trade:
    return Trade(acme)


def worked(trade: Trade) -> None:
    """The month of `gst.md` §11.3."""
    trade.sell("business", "IN-KA", trade.line(10_000), trade.line(2_000, "GST 5%"))
    trade.sell("consumer", "IN-GJ", trade.line(100_000))
    trade.sell("consumer", "IN-MH", trade.line(5_000))
    trade.sell("abroad", "OVERSEAS", trade.line(50_000), with_payment=False)
    trade.sell("consumer", "IN-MH", trade.line(8_000, "Exempt"))
    trade.buy("vendor", trade.line(10_000, None, is_rcm=True, rcm_rate=5))
    # 2,800 of each half at 9 %, and 200 of each on a staff car.
    trade.buy("vendor", trade.line("31111.11"), trade.line("2222.22", itc_blocked_reason="17(5)(a)"))


def amounts(row: Body, *names: str) -> list[Decimal]:
    return [row[name] for name in names or HEADS]


def test_the_worked_month(call: Call, trade: Trade) -> None:
    worked(trade)
    report = call.ok("GET", PATH)["gstr3b"]
    assert (OURS, "112026", "2026-11-01", "2026-11-30", None) == tuple(
        report[key] for key in ("gstin", "period", "from_date", "to_date", "branch_id")
    )
    outward = {name: amounts(row, "taxable", *HEADS) for name, row in report["outward"].items()}
    assert {
        "taxable": [117_000, 19_900, 450, 450, 0],
        "zero_rated": [50_000, 0, 0, 0, 0],
        "nil_exempt": [8_000, 0, 0, 0, 0],
        "inward_rcm": [10_000, 0, 250, 250, 0],
        "non_gst": [0, 0, 0, 0, 0],
    } == outward
    assert [{"place_of_supply": "IN-GJ", "taxable": 100_000, "igst": 18_000}] == report[
        "interstate_unregistered"
    ]
    itc = {name: amounts(row) for name, row in report["itc"].items()}
    assert {
        "rcm": [0, 250, 250, 0],
        "all_other": [0, 3_000, 3_000, 0],
        "reversed": [0, 200, 200, 0],
        "net": [0, 3_050, 3_050, 0],
        "ineligible_17_5": [0, 200, 200, 0],
        "import_of_services": [0, 0, 0, 0],
        "import_of_goods": [0, 0, 0, 0],
        "ineligible_pos": [0, 0, 0, 0],
    } == itc
    paid = ("liability", "itc_used", "rcm_cash", "cash")
    assert {
        "igst": [19_900, 5_200, 0, 14_700],
        "cgst": [450, 450, 250, 0],
        "sgst": [450, 450, 250, 0],
        "cess": [0, 0, 0, 0],
    } == {head: amounts(row, *paid) for head, row in report["tax_payable"].items()}
    used = {name: amount for name, amount in report["credit_used"].items() if amount}
    assert {"igst_by_cgst": 2_600, "igst_by_sgst": 2_600, "cgst_by_cgst": 450, "sgst_by_sgst": 450} == used
    assert ([0, 0, 0, 0], 15_200) == (amounts(report["credit_left"]), report["total_cash"])
    assert [] == report["findings"]


def test_the_file_of_the_portal(call: Call, trade: Trade) -> None:
    worked(trade)
    answer = call("GET", f"{PATH}&format=gstn")
    headers = dict(answer.headers)
    name = f"November_2026-GSTR3B{OURS}-Details.json"
    assert "application/json" == headers["Content-Type"]
    assert headers["Content-Disposition"].startswith(f'attachment; filename="{name}";')
    assert answer.body.startswith(
        b'{"gstin":"27AAPFU0939F1ZV","ret_period":"112026","sup_details":{"osup_det":'
        b'{"txval":117000.00,"iamt":19900.00,"camt":450.00,"samt":450.00,"csamt":0.00},"osup_zero":'
        b'{"txval":50000.00,"iamt":0.00,"csamt":0.00},"osup_nil_exmp":{"txval":8000.00},'
    )
    assert answer.body == trade.report(format="gstn")
    assert "code" not in answer.json()


def test_blocked_credit_of_an_expense(acme: finzcore.Org, trade: Trade) -> None:
    # api.md §10, check 16.
    acme.expenses.create(
        date="2026-11-06",
        account_id=acme.account_id("Travel"),
        amount=1000,
        tax_id=acme.tax_id("GST 18%"),
        itc_blocked_reason="17(5)(b)",
    )
    itc = trade.report()["itc"]
    assert [0, 90, 90, 0] == amounts(itc["ineligible_17_5"]) == amounts(itc["reversed"])
    assert [0, 0, 0, 0] == amounts(itc["net"])


def test_a_hotel_of_another_state_gives_no_credit(trade: Trade) -> None:
    trade.buy("hotel", trade.line(1_000), place="IN-KA")
    itc = trade.report()["itc"]
    assert ([0, 90, 90, 0], [0, 0, 0, 0]) == (amounts(itc["ineligible_pos"]), amounts(itc["all_other"]))


def test_what_is_bought_without_tax(trade: Trade) -> None:
    trade.buy("vendor", trade.line(100, "Exempt"), trade.line(7, "Non-GST"), trade.line(3, None))
    trade.buy("hotel", trade.line(50, "Nil Rated"), trade.line(9, "Non-GST"))
    trade.buy("dealer", trade.line(30, None))
    report = trade.report()
    assert [50, 130] == amounts(report["exempt_inward"], "inter", "intra")
    assert [9, 7] == amounts(report["non_gst_inward"], "inter", "intra")


def test_imports(trade: Trade) -> None:
    trade.buy("abroad", trade.line(1_000, None, is_rcm=True, rcm_rate=18))
    trade.buy("abroad", trade.line(2_000))
    itc = trade.report()["itc"]
    assert [180, 0, 0, 0] == amounts(itc["import_of_services"]) == amounts(itc["rcm"])
    assert [360, 0, 0, 0] == amounts(itc["import_of_goods"]) == amounts(itc["all_other"])


def test_a_return_is_of_a_gstin_and_not_of_a_branch(acme: finzcore.Org, trade: Trade) -> None:
    same = acme.create_branch(code="PN", name="Pune", state="IN-MH", gstin=OURS)["branch_id"]
    other = acme.create_branch(code="BL", name="Bengaluru", state="IN-KA", gstin="29AAPFU0939F1ZR")[
        "branch_id"
    ]
    bare = acme.create_branch(code="GO", name="Goa", state="IN-GA")["branch_id"]
    for rate, branch in ((1_000, None), (200, same), (30, other), (4, bare)):
        trade.sell("consumer", "IN-MH", trade.line(rate, "Exempt"), branch_id=branch)
    seen = [trade.report(branch_id=branch) for branch in (None, same, other, bare)]
    assert [1_200, 1_200, 30, 4] == [report["outward"]["nil_exempt"]["taxable"] for report in seen]
    assert [OURS, OURS, "29AAPFU0939F1ZR", None] == [report["gstin"] for report in seen]
    assert ["gstin.missing"] == [one["rule"] for one in seen[3]["findings"]]


def test_entries_by_hand_are_told_as_a_difference(acme: finzcore.Org, trade: Trade) -> None:
    lines = [
        {"account_id": acme.account_id("Output CGST"), "debit": 90},
        {"account_id": acme.account_id("Input CGST"), "credit": 90},
    ]
    acme.journals.create(date="2026-11-30", lines=lines)
    taken_back = acme.journals.create(date="2026-11-30", lines=lines)
    acme.journals.delete(taken_back["journal_id"])
    report = trade.report()
    assert [0, 0, 0, 0, 0] == amounts(report["outward"]["taxable"], "taxable", *HEADS)
    assert [
        ("warning", "accounts.by_hand", "GSTR3B", None, "112026", "1061"),
        ("warning", "accounts.by_hand", "GSTR3B", None, "112026", "2021"),
    ] == [
        tuple(one[key] for key in ("severity", "rule", "document_type", "document_id", "number", "field"))
        for one in report["findings"]
    ]
    assert (
        "Entries by hand credit Input CGST with 90.00; the return tells of documents alone."
        == report["findings"][0]["message"]
    )


def test_findings_name_document_and_line(call: Call, trade: Trade) -> None:
    invoice = trade.sell("consumer", "IN-MH", trade.line(5), trade.line(8, None))
    (found,) = call.ok("GET", PATH)["gstr3b"]["findings"]
    assert {
        "severity": "warning",
        "rule": "sale.without_tax",
        "document_type": "INVOICE",
        "document_id": invoice["invoice_id"],
        "number": invoice["invoice_number"],
        "line": 2,
        "field": "tax_id",
        "message": "No tax is named here: this counts as a supply outside of GST.",
    } == found


def test_the_sources_of_every_figure_add_up_to_it(trade: Trade) -> None:
    worked(trade)
    trade.note("credit_notes", "vendor", trade.line(100), type="vendor")
    report = trade.report(explain=True)
    rows = [*report["outward"].values(), *report["itc"].values(), *report["interstate_unregistered"]]
    rows += [report["exempt_inward"], report["non_gst_inward"], *report["tax_payable"].values()]
    for row in rows:
        sums: dict[str, Decimal] = {}
        for item in row["sources"]["items"]:
            for column, amount in item["amounts"].items():
                sums[column] = sums.get(column, Decimal(0)) + amount
        assert {column: row[column] for column in sums} == sums
    assert 3 == report["outward"]["taxable"]["sources"]["count"]
    assert {"BILL", "CREDIT_NOTE"} == {one["source"] for one in report["itc"]["net"]["sources"]["items"]}


def test_as_it_was_known(trade: Trade, clock: FrozenClock) -> None:
    invoice = trade.sell("consumer", "IN-MH", trade.line(1_000))
    then, at = trade.report(), "2026-12-02T05:00:00Z"
    clock.move(days=1)
    trade.org.invoices.void(invoice["invoice_id"])
    trade.sell("consumer", "IN-MH", trade.line(5))
    assert then == trade.report(as_known_at=at)
    assert 5 == trade.report()["outward"]["taxable"]["taxable"]


def test_days_in_the_wrong_order(call: Call, trade: Trade) -> None:
    refusal = call.refused("GET", "/reports/gstr3b?from_date=2026-11-30&to_date=2026-11-01")
    assert (400, "validation.invalid_value", "to_date") == refusal
    assert (400, "validation.required_field", "to_date") == call.refused(
        "GET", "/reports/gstr3b?from_date=2026-11-30"
    )


RATES = st.integers(1, 10**7).map(lambda paise: f"{paise // 100}.{paise % 100:02}")
TAXES = st.sampled_from(["GST 5%", "GST 18%", "IGST 40%", "Exempt", "Non-GST", None])
REASONS = st.sampled_from([None, None, "17(5)(b)"])
SALES = st.tuples(
    st.just("sell"),
    st.sampled_from(
        [
            ("consumer", "IN-MH"),
            ("consumer", "IN-GJ"),
            ("business", "IN-KA"),
            ("zone", "IN-MH"),
            ("abroad", "OVERSEAS"),
        ]
    ),
    st.lists(st.tuples(RATES, TAXES, st.none()), min_size=1, max_size=3),
)
PURCHASES = st.tuples(
    st.just("buy"),
    st.sampled_from([("vendor", "IN-MH"), ("hotel", "IN-KA"), ("hotel", "IN-MH"), ("abroad", "IN-MH")]),
    st.lists(st.tuples(RATES, st.sampled_from(["GST 18%", "RCM 5%"]), REASONS), min_size=1, max_size=3),
)
ACCOUNTS = {
    "out": {"2023": "igst", "2021": "cgst", "2022": "sgst"},
    "rcm": {"2033": "igst", "2031": "cgst", "2032": "sgst"},
    "in": {"1063": "igst", "1061": "cgst", "1062": "sgst"},
}


@settings(max_examples=25, deadline=None)
@given(
    documents=st.lists(
        st.tuples(SALES | PURCHASES, st.sampled_from(["keep", "keep", "void", "note"])), max_size=5
    )
)
def test_the_return_is_what_documents_moved_on_the_accounts(documents: list[Any]) -> None:
    with finzcore.open(":memory:", clock=FrozenClock("2026-12-02T05:00:00+00:00")) as engine:
        trade = Trade(engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS))
        trade.org.enable_currency("USD")
        for (does, (who, place), lines), then in documents:
            _carried_out(trade, does, who, place, lines, then)
        report = trade.report()
        rows = {
            "out": [report["outward"]["taxable"], report["outward"]["zero_rated"]],
            "rcm": [report["outward"]["inward_rcm"]],
            "in": [report["itc"]["net"]],
        }
        standing = {
            row["code"]: row["credit"] - row["debit"]
            for row in trade.org.reports.trial_balance(as_of_date="2026-11-30")["accounts"]
        }
        for kind, accounts in ACCOUNTS.items():
            sign = -1 if kind == "in" else 1
            for code, head in accounts.items():
                told = sum((row[head] for row in rows[kind]), Decimal(0))
                assert (code, sign * standing.get(code, Decimal(0))) == (code, told)


def _carried_out(trade: Trade, does: str, who: str, place: str, lines: list[Any], then: str) -> None:
    given = [
        trade.line(rate, tax) | ({"itc_blocked_reason": reason} if reason else {})
        for rate, tax, reason in lines
    ]
    money = {"currency_code": "USD", "exchange_rate": "83.337"} if who == "abroad" else {}
    if does == "sell":
        made = trade.sell(who, place, *given, **money)
    else:
        made = trade.buy(who, *given, place=place, **money)
    if then == "void":
        resource = trade.org.invoices if does == "sell" else trade.org.bills
        resource.void(made["invoice_id" if does == "sell" else "bill_id"])
    elif then == "note":
        kind = {"type": "customer" if does == "sell" else "vendor"}
        trade.note("credit_notes", who, given[0], place_of_supply=place, **kind, **money)
