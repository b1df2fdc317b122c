"""What the next GSTR-3B has of those that were filed: late bills, changes, what is gone (`api.md` §5.3)."""

import calendar
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import FrozenClock
from tests.gst.month import OURS

Body = dict[str, Any]
FIGURES = ("taxable", "igst", "cgst", "sgst", "cess")


class Firm:
    """A firm in Maharashtra that files its returns."""

    def __init__(self, org: finzcore.Org, clock: FrozenClock) -> None:
        self.org = org
        self.clock = clock
        self.asha = self._contact("Asha Stores", gst_no="29AAACW6288M1ZH", place_of_contact="IN-KA")
        self.vendor = self._contact(
            "Nilgiri Papers",
            gst_no="27AAACN1234A1Z5",
            place_of_contact="IN-MH",
            contact_type="BOTH",
        )

    def _contact(self, name: str, **more: Any) -> str:
        made: str = self.org.contacts.create(contact_name=name, **more)["contact_id"]
        return made

    def line(self, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        tax_id = tax and self.org.tax_id(tax)
        return {"name": "Paper", "rate": rate, "hsn_or_sac": "4802", "unit": "NOS", "tax_id": tax_id} | more

    def sell(self, day: str, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        about = {"customer_id": self.asha, "place_of_supply": "IN-KA", "auto_approve": True} | more
        return self._make(self.org.invoices, day, [self.line(rate, tax)], about)

    def buy(self, day: str, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        about = {"vendor_id": self.vendor, "place_of_supply": "IN-MH", "auto_approve": True}
        about["reference_number"] = f"R {self.clock().timestamp()}"
        return self._make(self.org.bills, day, [self.line(rate, tax, **more)], about)

    def note(self, day: str, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        about = {"customer_id": self.asha, "place_of_supply": "IN-KA"} | more
        return self._make(self.org.credit_notes, day, [self.line(rate, tax)], about)

    def _make(self, resource: Any, day: str, lines: list[Body], about: Body) -> Body:
        self.clock.move(seconds=1)
        made: Body = resource.create(date=day, line_items=lines, **about)
        return made

    def spend(self, day: str, amount: Any) -> Body:
        self.clock.move(seconds=1)
        about = {"account_id": self.org.account_id("Travel"), "tax_id": self.org.tax_id("GST 18%")}
        made: Body = self.org.expenses.create(date=day, amount=amount, **about)
        return made

    def report(self, month: int, name: str = "gstr3b", **more: Any) -> Any:
        return getattr(self.org.reports, name)(**days(month), **more)

    def filed(self, month: int, return_type: str = "GSTR3B") -> Body:
        self.clock.move(seconds=1)
        made: Body = self.org.filings.create(return_type=return_type, period=f"{month:02}2026")
        self.clock.move(seconds=1)
        return made

    def credit(self, month: int) -> Decimal:
        """What is left of the input CGST in the return of a month."""
        amount: Decimal = self.report(month)["itc"]["net"]["cgst"]
        return amount

    def sold(self, month: int) -> Decimal:
        """What 3.1(a) is of."""
        amount: Decimal = self.report(month)["outward"]["taxable"]["taxable"]
        return amount


def days(first: int, last: int | None = None) -> Body:
    last = last or first
    return {
        "from_date": f"2026-{first:02}-01",
        "to_date": f"2026-{last:02}-{calendar.monthrange(2026, last)[1]}",
    }


def carried(report: Body) -> list[tuple[str, str]]:
    return [
        (one["rule"], one["document_id"]) for one in report["findings"] if one["rule"].startswith("carried.")
    ]


@pytest.fixture
def firm(engine: finzcore.Engine, clock: FrozenClock) -> Firm:
    clock.set("2026-09-02T05:00:00+00:00")
    return Firm(engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS), clock)


def test_credit_of_a_late_bill_is_claimed_in_the_next_return(firm: Firm) -> None:
    firm.buy("2026-05-04", 100)
    assert (9, 0) == (firm.credit(5), firm.credit(6))
    firm.filed(5)
    own, late = firm.buy("2026-06-04", 1000), firm.buy("2026-05-31", 200)
    assert (90 + 18, 0) == (firm.credit(6), firm.credit(7))
    report = firm.report(6, explain=True)
    items = report["itc"]["net"]["sources"]["items"]
    assert {(own["bill_id"], 90), (late["bill_id"], 18)} == {
        (one["source_id"], one["amounts"]["cgst"]) for one in items
    }
    (found,) = report["findings"]
    assert ("warning", "carried.late", late["bill_id"], late["bill_number"]) == (
        found["severity"],
        found["rule"],
        found["document_id"],
        found["number"],
    )
    assert found["message"].startswith("Carried from 052026: ")
    june = firm.filed(6)
    assert Decimal(108) == june["content"]["itc_elg"]["itc_net"]["camt"]
    assert (108, 0) == (firm.credit(6), firm.credit(7))
    assert [] == carried(firm.report(7))


def test_what_is_changed_or_gone_is_told_with_the_opposite_sign(firm: Firm) -> None:
    void, note = firm.sell("2026-05-02", 1000), firm.note("2026-05-03", 100)
    kept, spent = firm.sell("2026-05-04", 77), firm.spend("2026-05-05", 50)
    firm.filed(5)
    firm.sell("2026-06-01", 3)
    firm.org.invoices.void(void["invoice_id"])
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(60)])
    firm.org.expenses.delete(spent["expense_id"])
    report = firm.report(6, explain=True)
    taxable = report["outward"]["taxable"]
    assert (3 - 1000 + 40, Decimal("-172.26")) == (taxable["taxable"], taxable["igst"])
    assert (Decimal("-4.50"), 0) == (report["itc"]["net"]["cgst"], report["tax_payable"]["igst"]["liability"])
    assert {
        ("carried.gone", void["invoice_id"]),
        ("carried.changed", note["credit_note_id"]),
        ("carried.gone", spent["expense_id"]),
    } == set(carried(report))
    amounts = {one["source_id"]: one["amounts"]["taxable"] for one in taxable["sources"]["items"]}
    assert (-1000, 40) == (amounts[void["invoice_id"]], amounts[note["credit_note_id"]])
    assert sum(amounts.values()) == taxable["taxable"]
    assert kept["invoice_id"] not in amounts


def test_the_next_return_goes_on_from_what_the_last_one_carried(firm: Firm) -> None:
    note, bill = firm.note("2026-05-03", 100), firm.buy("2026-05-04", 100)
    firm.filed(5)
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(60)])
    late = firm.sell("2026-05-31", 5)
    firm.org.bills.void(bill["bill_id"])
    assert (45, -9, 0) == (firm.sold(6), firm.credit(6), firm.sold(7))
    then = firm.clock().isoformat()
    filing = firm.filed(6)
    assert (45, -9, 0, 0) == (firm.sold(6), firm.credit(6), firm.sold(7), firm.credit(7))
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(20)])
    firm.org.invoices.void(late["invoice_id"])
    # June stays as it was filed; July has 40 less taken back, and 5 that are gone.
    assert (45, 40 - 5) == (firm.sold(6), firm.sold(7))
    assert {("carried.changed", note["credit_note_id"]), ("carried.gone", late["invoice_id"])} == set(
        carried(firm.report(7))
    )
    messages = [one["message"][:20] for one in firm.report(7)["findings"] if one["rule"][:7] == "carried"]
    assert {"Carried from 052026:", "Carried from 062026:"} == set(messages)
    july = firm.filed(7)
    assert (45, 35, 0) == (firm.sold(6), firm.sold(7), firm.sold(8))
    assert [Decimal(45), Decimal(35)] == [
        one["content"]["sup_details"]["osup_det"]["txval"] for one in (filing, july)
    ]
    assert [] == firm.org.filings.drift(july["filing_id"])["changed"], "nothing of July itself"
    assert 45 == firm.report(6, as_known_at=then)["outward"]["taxable"]["taxable"]


def test_a_document_that_moves_out_of_a_filed_month_is_taken_back_there(firm: Firm) -> None:
    note = firm.note("2026-05-03", 100)
    firm.filed(5)
    firm.org.credit_notes.update(note["credit_note_id"], date="2026-06-03")
    assert (-100 + 100, [("carried.gone", note["credit_note_id"])]) == (firm.sold(6), carried(firm.report(6)))
    firm.filed(6)
    firm.org.credit_notes.update(note["credit_note_id"], date="2026-05-09")
    assert (100 - 100, []) == (firm.sold(7), carried(firm.report(7)))


def test_what_is_edited_without_being_booked_anew_is_carried(firm: Firm) -> None:
    # Between two other states, and from exempt to no supply: the accounts do not move.
    firm.clock.move(seconds=1)
    consumer = firm.org.contacts.create(contact_name="Ravi", place_of_contact="IN-MH")["contact_id"]
    about = {"customer_id": consumer}
    away = firm.note("2026-05-03", 100, place_of_supply="IN-GJ", **about)
    bare = firm.note("2026-05-03", 40, "Exempt", place_of_supply="IN-MH", **about)
    firm.filed(5)
    firm.filed(5, "GSTR1")
    firm.org.credit_notes.update(away["credit_note_id"], place_of_supply="IN-KA")
    firm.org.credit_notes.update(bare["credit_note_id"], line_items=[firm.line(40, "Non-GST")])
    report = firm.report(6)
    places = {row["place_of_supply"]: row["taxable"] for row in report["interstate_unregistered"]}
    assert {"IN-GJ": 100, "IN-KA": -100} == places
    outward = report["outward"]
    assert (40, -40) == (outward["nil_exempt"]["taxable"], outward["non_gst"]["taxable"])
    # GSTR-1 amends no place of supply: the note is taken out there, and told anew.
    june = firm.report(6, "gstr1")
    (restated,) = june["amendments"]["b2c_small"]
    assert ("IN-GJ", 0) == (restated["place_of_supply"], restated["items"][0]["taxable"])
    assert [("IN-KA", -100)] == [(row["place_of_supply"], row["taxable"]) for row in june["b2c_small"]]


def test_only_a_filed_gstr3b_counts_and_only_the_next_return_carries(firm: Firm) -> None:
    firm.filed(5, "GSTR1")
    firm.sell("2026-05-03", 100)
    assert (100, 0, []) == (firm.sold(5), firm.sold(6), carried(firm.report(6)))
    firm.filed(5)
    firm.sell("2026-05-04", 7)
    assert (7, 0) == (firm.sold(6), firm.sold(7))
    # July is filed before June: June tells of its own days alone, and what is left is August's.
    firm.filed(7)
    firm.sell("2026-06-04", 30)
    assert (30, 7) == (firm.sold(6), firm.sold(8))
    firm.filed(6)
    firm.sell("2026-06-05", 1)
    assert (31, 0, 8) == (firm.sold(6), firm.sold(7), firm.sold(8))


def test_a_return_of_another_number_carries_nothing(firm: Firm) -> None:
    other = firm.org.create_branch(code="BL", name="Bengaluru", state="IN-KA", gstin="29AAPFU0939F1ZR")
    firm.filed(5)
    firm.sell("2026-05-04", 7, branch_id=other["branch_id"])
    assert 0 == firm.sold(6)
    assert [] == carried(firm.report(6, branch_id=other["branch_id"]))


def test_credit_that_comes_after_30_november_is_named(firm: Firm) -> None:
    firm.clock.set("2027-01-05T05:00:00+00:00")
    for month in (3, 11):
        firm.filed(month)
    late = firm.buy("2026-03-04", 100)
    rules = {one["rule"]: one["document_id"] for one in firm.report(12)["findings"]}
    assert {"carried.late": late["bill_id"], "credit.time_barred": late["bill_id"]} == rules


def test_a_sale_without_any_tax_is_no_supply_of_gst_in_both_returns(firm: Firm) -> None:
    firm.sell("2026-05-04", 70, None)
    (row,) = [row for row in firm.report(5, "gstr1")["nil_exempt_non_gst"].values() if any(row.values())]
    outward = firm.report(5)["outward"]
    assert (70, 0, 0) == (row["non_gst"], row["nil"], row["exempt"])
    assert {"non_gst": 70} == {
        name: figures["taxable"] for name, figures in outward.items() if figures["taxable"]
    }


MONTHS = range(5, 9)
RATES = st.integers(1, 10**6).map(lambda paise: f"{paise // 100}.{paise % 100:02}")
TAXES = st.sampled_from(["GST 18%", "GST 5%", "Exempt", None])
DAYS = st.builds("2026-{:02}-{:02}".format, st.sampled_from(MONTHS), st.integers(1, 28))
CHANGES = st.one_of(
    st.tuples(st.just("sell"), DAYS, RATES, TAXES),
    st.tuples(st.just("buy"), DAYS, RATES, st.sampled_from(["GST 18%", "RCM 5%", "Exempt"])),
    st.tuples(st.just("note"), DAYS, RATES, TAXES),
    st.tuples(st.just("spend"), DAYS, RATES, TAXES),
    st.tuples(st.just("void"), st.integers(0, 9), RATES, TAXES),
    st.tuples(st.just("edit"), st.integers(0, 9), RATES, DAYS),
    st.tuples(st.just("file"), st.sampled_from(MONTHS), st.none(), st.none()),
    st.tuples(st.just("file"), st.none(), st.none(), st.none()),
)


@settings(max_examples=15, deadline=None)
@given(changes=st.lists(CHANGES, min_size=4, max_size=16))
def test_what_returns_tell_is_what_documents_say_and_both_returns_agree(changes: list[Any]) -> None:
    clock = FrozenClock("2026-10-02T05:00:00+00:00")
    with finzcore.open(":memory:", clock=clock) as engine:
        firm = Firm(engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS), clock)
        filed = _carried_out(firm, changes)
        told: Counter[str] = Counter()
        for month in (*MONTHS, 9):
            third = filed.get(month, {}).get("GSTR3B") or _file(firm, month, "gstr3b")
            first = filed.get(month, {}).get("GSTR1") or _file(firm, month, "gstr1")
            sales = _sales(third)
            assert (month, _table_12(first)) == (month, [sales[name] for name in FIGURES])
            told.update(_flat(third))
        # A stretch that begins before the first filing goes by the days of documents alone.
        whole = _flat(_file(firm, 5, "gstr3b", 9))
        assert whole == {name: amount for name, amount in told.items() if amount}


def _file(firm: Firm, month: int, name: str, last: int | None = None) -> Body:
    draw = getattr(firm.org.reports, name)
    made: Body = json.loads(draw(**days(month, last), format="gstn"), parse_float=Decimal)
    return made


def _flat(file: Body) -> dict[str, Decimal]:
    """Every amount of a file by where it stands."""
    found: Counter[str] = Counter()

    def look(at: str, value: Any) -> None:
        if isinstance(value, dict):
            named = at + "".join(str(value.get(name, "")) for name in ("ty", "pos"))
            for key, inner in value.items():
                look(f"{named}/{key}", inner)
        elif isinstance(value, list):
            for inner in value:
                look(at, inner)
        elif isinstance(value, Decimal):
            found[at] += value

    for section in ("sup_details", "itc_elg", "inward_sup", "inter_sup"):
        look(section, file.get(section, {}))
    return {name: amount for name, amount in found.items() if amount}


def _sales(file: Body) -> dict[str, Decimal]:
    rows = [file["sup_details"][name] for name in ("osup_det", "osup_zero", "osup_nil_exmp", "osup_nongst")]
    keys = dict(zip(FIGURES, ("txval", "iamt", "camt", "samt", "csamt"), strict=True))
    return {name: sum((row.get(key, Decimal(0)) for row in rows), Decimal(0)) for name, key in keys.items()}


def _table_12(file: Body) -> list[Decimal]:
    rows = [row for rows in file.get("hsn", {}).values() for row in rows]
    keys = ("txval", "iamt", "camt", "samt", "csamt")
    return [sum((row.get(key, Decimal(0)) for row in rows), Decimal(0)) for key in keys]


def _carried_out(firm: Firm, changes: list[Any]) -> dict[int, dict[str, Body]]:
    """What was filed, by month and type."""
    filed: dict[int, dict[str, Body]] = {}
    made: list[tuple[str, Body]] = []
    for does, one, rate, other in changes:
        firm.clock.move(seconds=1)
        if does == "file":
            month = one or max(filed, default=4) + 1
            if month in MONTHS and month not in filed:
                kinds = ("GSTR1", "GSTR3B")
                filed[month] = {kind: firm.filed(month, kind)["content"] for kind in kinds}
        elif does == "spend":
            made.append((does, firm.spend(one, rate)))
        elif does in ("sell", "buy", "note"):
            made.append((does, getattr(firm, does)(one, rate, other)))
        elif one < len(made):
            kind, document = made[one]
            if _changed(firm, does, kind, document, rate, other):
                made.pop(one)
    return filed


def _changed(firm: Firm, does: str, kind: str, document: Body, rate: Any, other: Any) -> bool:
    """Void or edit a document; whether it is gone."""
    resource, key = {
        "sell": (firm.org.invoices, "invoice_id"),
        "buy": (firm.org.bills, "bill_id"),
        "note": (firm.org.credit_notes, "credit_note_id"),
        "spend": (firm.org.expenses, "expense_id"),
    }[kind]
    if does == "void" and kind != "note":
        (resource.delete if kind == "spend" else resource.void)(document[key])
        return True
    if kind == "spend":
        resource.update(document[key], amount=rate)
    elif kind == "note":
        more = {"date": other} if does == "edit" else {"line_items": [firm.line(rate, other)]}
        resource.update(document[key], **more)
    return False
