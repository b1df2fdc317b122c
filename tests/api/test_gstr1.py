"""GSTR-1 through the API: the report, the portal's file, numbers, what is amended of filed returns."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.text import json_text
from finzcore.testing import Call, FrozenClock
from tests.gst.month import OURS

Body = dict[str, Any]
MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
JUNE = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
JULY = {"from_date": "2026-07-01", "to_date": "2026-07-31"}
HEADS = ("igst", "cgst", "sgst", "cess")
OUTPUT = {"2021": "cgst", "2022": "sgst", "2023": "igst"}


class Firm:
    """A firm in Maharashtra: Asha Stores in Karnataka is registered, and Ravi buys over the counter."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call = call
        self.org = org
        self.asha = self.contact("Asha Stores", gst_no="29AAACW6288M1ZH")
        self.ravi = self.contact("Ravi", place_of_contact="IN-MH")

    def contact(self, name: str, **more: Any) -> str:
        made: str = self.org.contacts.create(contact_name=name, **more)["contact_id"]
        return made

    def line(self, rate: Any = 1000, tax: str | None = "GST 18%", **more: Any) -> Body:
        tax_id = None if tax is None else self.org.tax_id(tax)
        return {
            "name": "Oak chair",
            "rate": rate,
            "tax_id": tax_id,
            "hsn_or_sac": "940161",
            "unit": "NOS",
        } | more

    def sell(self, *lines: Body, **more: Any) -> Body:
        return self._make(self.org.invoices, lines, {"auto_approve": True} | more)

    def credit(self, *lines: Body, **more: Any) -> Body:
        return self._make(self.org.credit_notes, lines, more)

    def debit(self, *lines: Body, **more: Any) -> Body:
        return self._make(self.org.debit_notes, lines, more)

    def _make(self, resource: Any, lines: tuple[Body, ...], more: Body) -> Body:
        about = {"customer_id": self.asha, "date": "2026-05-02", "place_of_supply": "IN-KA"} | more
        made: Body = resource.create(line_items=list(lines) or [self.line()], **about)
        return made

    def gstr1(self, days: Body = MAY, **more: Any) -> Any:
        return self.org.reports.gstr1(**days, **more)

    def file(self, days: Body = MAY, **more: Any) -> Any:
        return json.loads(self.gstr1(days, format="gstn", **more), parse_float=Decimal)

    def filed(self, period: str) -> Body:
        body = {"return_type": "GSTR1", "period": period}
        made: Body = self.call.ok("POST", "/filings", body)["filing"]
        return made


@pytest.fixture
def acme(engine: finzcore.Engine) -> finzcore.Org:
    return engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS)


@pytest.fixture
def firm(call: Call, acme: finzcore.Org) -> Firm:
    return Firm(call, acme)


def month(firm: Firm) -> None:
    """Documents for every table."""
    org, home = firm.org, {"customer_id": firm.ravi, "place_of_supply": "IN-MH"}
    org.enable_currency("USD")
    sez = firm.contact("Zone", gst_no="27AAACN1234A1Z5", gst_treatment="SEZ")
    abroad = firm.contact(
        "Berlin", gst_treatment="OVERSEAS", place_of_contact="OVERSEAS", currency_code="USD"
    )
    gujarat = {"customer_id": firm.ravi, "place_of_supply": "IN-GJ"}
    firm.sell(firm.line(), firm.line("10.05", "GST 5%"), firm.line(80, "Exempt"), discount="7.5%")
    firm.sell(firm.line(500, "RCM 5%"))
    firm.sell(firm.line(118), is_inclusive_tax=True, **home)
    large = firm.sell(firm.line(100_000), **gujarat)
    firm.sell(firm.line(400), customer_id=sez, place_of_supply="IN-MH", with_payment=False)
    dollars = {"customer_id": abroad, "place_of_supply": "OVERSEAS", "exchange_rate": "83.37"}
    firm.sell(firm.line("10.01"), firm.line("7.77", "GST 5%"), **dollars)
    firm.credit(firm.line(100))
    firm.credit(firm.line(200), **home)
    firm.credit(firm.line(50), invoice_id=large["invoice_id"], **gujarat)
    firm.debit(firm.line(30))
    firm.sell(firm.line(60, "Nil Rated"), firm.line(70, None), **home)


def test_the_tax_of_the_return_is_what_moved_the_accounts_of_output_tax(firm: Firm) -> None:
    month(firm)
    report = firm.gstr1()
    rows = firm.org.reports.trial_balance(as_of_date="2026-05-31")["accounts"]
    moved = {OUTPUT[row["code"]]: row["credit"] - row["debit"] for row in rows if row["code"] in OUTPUT}
    assert moved == {head: report["totals"][head] for head in moved}
    # 5 % of 500, which Asha Stores owes; 80 exempt, 60 nil-rated, 70 without any tax.
    assert (Decimal("25.00"), Decimal("204.00")) == (
        report["totals"]["reverse_charge_tax"], report["totals"]["untaxed"]
    )  # fmt: skip
    tables = ("b2b", "b2c_large", "b2c_small", "exports", "cdnr", "cdnur", "documents")
    assert [3, 1, 1, 1, 2, 1, 3] == [len(report[name]) for name in tables]


def test_every_table_of_the_file_is_that_of_the_report(firm: Firm) -> None:
    month(firm)
    report, said = firm.gstr1(), firm.file()
    invoices = [one for party in said["b2b"] for one in party["inv"]]
    assert [
        (row["invoice_number"], row["value"], row["invoice_type"], len(row["items"])) for row in report["b2b"]
    ] == [(one["inum"], one["val"], one["inv_typ"], len(one["itms"])) for one in invoices]
    assert ["N", "Y", "N"] == [one["rchrg"] for one in invoices]
    assert sum(row["taxable"] for row in report["hsn"]) == sum(
        row["txval"] for rows in said["hsn"].values() for row in rows
    )
    assert [row["taxable"] for row in report["b2c_small"]] == [row["txval"] for row in said["b2cs"]]
    assert [(row["from"], row["to"], row["net"]) for row in report["documents"]] == [
        (one["from"], one["to"], one["net_issue"])
        for kind in said["doc_issue"]["doc_det"] for one in kind["docs"]
    ]  # fmt: skip
    assert [60, 0, 70] == [said["nil"]["inv"][-1][name] for name in ("nil_amt", "expt_amt", "ngsup_amt")]


def test_the_worked_example_of_the_law(firm: Firm) -> None:
    # gst.md §10.5: 10,000 at 18 % and 2,000 at 5 % to a regular buyer in another state.
    invoice = firm.sell(firm.line(10_000), firm.line(2_000, "GST 5%"))
    (row,) = firm.gstr1()["b2b"]
    assert {
        "ctin": "29AAACW6288M1ZH",
        "customer_name": "Asha Stores",
        "invoice_number": invoice["invoice_number"],
        "date": "2026-05-02",
        "value": Decimal("13900.00"),
        "place_of_supply": "IN-KA",
        "reverse_charge": False,
        "invoice_type": "R",
        "items": [
            {"rate": 18, "taxable": 10_000, "igst": 1800, "cgst": 0, "sgst": 0, "cess": 0},
            {"rate": 5, "taxable": 2_000, "igst": 100, "cgst": 0, "sgst": 0, "cess": 0},
        ],
    } == row


def test_the_file_has_the_name_that_the_portal_expects(firm: Firm, call: Call) -> None:
    firm.sell()
    answer = call("GET", "/reports/gstr1?from_date=2026-05-01&to_date=2026-05-31&format=gstn")
    name = f"returns_1952026_R1_{OURS}_offline.json"
    assert ("application/json", f'attachment; filename="{name}"') == (
        answer.header("Content-Type"), answer.header("Content-Disposition").partition("; filename*")[0],
    )  # fmt: skip
    assert answer.body == firm.gstr1(format="gstn")
    # What is filed is the same bytes: its digest is theirs.
    assert answer.body.decode() == json_text(firm.filed("052026")["content"])


def added(row: Body, name: str) -> Decimal:
    return sum((item["amounts"].get(name, Decimal(0)) for item in row["sources"]["items"]), Decimal(0))


def rows_of(report: Any) -> list[Body]:
    """Every row of a report that says where it comes from."""
    if isinstance(report, list):
        return [row for inner in report for row in rows_of(inner)]
    if not isinstance(report, dict):
        return []
    own = [report] if "sources" in report else []
    return own + [row for key, inner in report.items() if key != "sources" for row in rows_of(inner)]


def test_the_documents_of_every_row_add_up_to_it(firm: Firm) -> None:
    month(firm)
    rows = rows_of(firm.gstr1(explain=True))
    assert 25 < len(rows)
    for row in rows:
        amounts = {name: row[name] for name in row if isinstance(row[name], Decimal)}
        amounts.pop("rate", None), amounts.pop("quantity", None)
        assert amounts == {name: added(row, name) for name in amounts}
    assert [] == rows_of(firm.gstr1())


# ----- numbers -----


def issued(firm: Firm, days: Body = MAY, **more: Any) -> list[tuple[str, str, int, int]]:
    rows = firm.gstr1(days, **more)["documents"]
    return [(row["from"], row["to"], row["total"], row["cancelled"]) for row in rows]


def test_void_and_deleted_numbers_are_cancelled(firm: Firm) -> None:
    draft = firm.sell(auto_approve=False)
    first = firm.sell()
    void = firm.sell()
    firm.org.invoices.void(void["invoice_id"])
    firm.org.invoices.delete(draft["invoice_id"])
    assert [("INV-2627-001", "INV-2627-003", 3, 2)] == issued(firm)
    assert "INV-2627-002" == first["invoice_number"]
    assert [] == issued(firm, JUNE)


def test_a_deleted_number_belongs_to_the_month_of_the_one_before_it(firm: Firm) -> None:
    firm.sell()
    drafts = [firm.sell(auto_approve=False, date="2026-06-03") for _ in range(2)]
    firm.sell(date="2026-06-04")
    firm.sell()
    for draft in drafts:
        firm.org.invoices.delete(draft["invoice_id"])
    assert [("INV-2627-001", "INV-2627-003", 3, 2), ("INV-2627-005", "INV-2627-005", 1, 0)] == issued(firm)
    assert [("INV-2627-004", "INV-2627-004", 1, 0)] == issued(firm, JUNE)


def test_a_draft_holds_a_number_and_is_named(firm: Firm) -> None:
    firm.sell()
    draft = firm.sell(auto_approve=False)
    report = firm.gstr1()
    assert [(2, 1)] == [(row["total"], row["cancelled"]) for row in report["documents"]]
    assert [("number.draft", draft["invoice_id"], draft["invoice_number"])] == [
        (one["rule"], one["document_id"], one["number"]) for one in report["findings"]
    ]


def test_numbers_are_told_by_series_and_those_of_vendors_are_not(firm: Firm) -> None:
    vendor = firm.contact("Nilgiri Papers", contact_type="VENDOR")
    firm.org.create_branch(code="PUN", name="Pune", state="IN-MH", gstin=OURS)
    (pune,) = [one["branch_id"] for one in firm.org.branches.list() if one["code"] == "PUN"]
    firm.sell()
    firm.sell(branch_id=pune)
    firm.sell(invoice_number="web/7")
    firm.sell(series="WEB")
    firm.credit()
    firm.credit(vendor_id=vendor, customer_id=vendor)
    firm.credit()
    assert [
        ("INV-2627-001", "INV-2627-001", 1, 0), ("PUN-2627-001", "PUN-2627-001", 1, 0),
        ("WEB-2627-001", "WEB-2627-001", 1, 0), ("web/7", "web/7", 1, 0),
        ("CN-2627-001", "CN-2627-001", 1, 0), ("CN-2627-003", "CN-2627-003", 1, 0),
    ] == issued(firm)  # fmt: skip


def test_what_was_known_earlier_stays_as_it_was(firm: Firm, clock: FrozenClock) -> None:
    first, draft = firm.sell(), firm.sell(auto_approve=False)
    note = firm.credit()
    then = clock().isoformat()
    before = firm.gstr1(as_known_at=then)
    clock.move(days=3)
    firm.sell(date="2026-05-01")
    firm.org.invoices.void(first["invoice_id"])
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(5)])
    firm.org.invoices.approve(draft["invoice_id"])
    gone = firm.sell(auto_approve=False)
    firm.org.invoices.delete(gone["invoice_id"])
    assert before == firm.gstr1(as_known_at=then)
    assert [("INV-2627-001", "INV-2627-004", 4, 2)] == issued(firm)[:1]


def test_a_return_is_that_of_a_gstin(firm: Firm) -> None:
    firm.org.create_branch(code="BLR", name="Bengaluru", state="IN-KA", gstin="29AAPFU0939F1ZR")
    (other,) = [one["branch_id"] for one in firm.org.branches.list() if one["code"] == "BLR"]
    firm.sell(firm.line(100))
    firm.sell(firm.line(30), branch_id=other)
    assert (OURS, [Decimal(118)]) == told(firm.gstr1())
    assert ("29AAPFU0939F1ZR", [Decimal("35.40")]) == told(firm.gstr1(branch_id=other))


def told(report: Body) -> tuple[str, list[Decimal]]:
    return report["gstin"], [row["value"] for row in report["b2b"]]


def test_receipts_that_are_kept_as_advances_are_named(firm: Firm) -> None:
    about = {"flow": "INCOMING", "contact_id": firm.asha, "mode": "UPI", "payment_type": "ADVANCE"}
    kept = firm.org.payments.create(date="2026-05-03", amount=500, **about)
    invoice = firm.sell(firm.line(100))
    used = firm.org.payments.create(date="2026-05-03", amount=118, **about)
    allocations = [{"invoice_id": invoice["invoice_id"], "amount": 118}]
    firm.org.payments.apply(used["payment_id"], allocations=allocations)
    firm.org.payments.create(date="2026-06-03", amount=7, **about)
    (found,) = firm.gstr1()["findings"]
    assert ("advances.kept", kept["payment_id"], "PAYMENT") == (
        found["rule"], found["document_id"], found["document_type"]
    )  # fmt: skip
    assert found["message"].startswith("500.00 ")


# ----- what was filed -----


def test_the_next_return_amends_what_changed_since_one_was_filed(firm: Firm, clock: FrozenClock) -> None:
    void, small = firm.sell(), firm.sell(firm.line(900), customer_id=firm.ravi, place_of_supply="IN-MH")
    note = firm.credit(firm.line(100))
    kept = firm.sell(firm.line(77))
    firm.filed("052026")
    assert {"documents": [], "b2c_small": []} == firm.gstr1(JUNE)["amendments"]
    firm.org.invoices.void(void["invoice_id"])
    firm.org.invoices.void(small["invoice_id"])
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(60)])
    late = firm.sell(firm.line(5), date="2026-05-31")
    own = firm.sell(firm.line(3), date="2026-06-01")
    said = firm.file(JUNE)
    (gone,) = said["b2ba"][0]["inv"]
    assert (void["invoice_number"], "02-05-2026", 0) == (gone["oinum"], gone["oidt"], gone["val"])
    (changed,) = said["cdnra"][0]["nt"]
    assert (note["credit_note_number"], Decimal("70.80")) == (changed["ont_num"], changed["val"])
    assert [("052026", "27", 0)] == [
        (one["omon"], one["pos"], one["itms"][0]["txval"]) for one in said["b2csa"]
    ]
    assert {own["invoice_number"], late["invoice_number"]} == {one["inum"] for one in said["b2b"][0]["inv"]}
    # Table 12 has the difference: 3 + 5 of June, less 1,000 void, plus 40 that were not taken back.
    assert [-952, -900] == [sum(row["txval"] for row in rows) for rows in said["hsn"].values()]
    rules = Counter(one["rule"] for one in firm.gstr1(JUNE)["findings"])
    assert (1, 1) == (rules["amended.gone"], rules["amended.late"])
    assert kept["invoice_number"] not in json.dumps(said, default=str)


def test_what_is_amended_to_nothing_has_its_customer_and_leads_to_its_document(
    firm: Firm, clock: FrozenClock
) -> None:
    void = firm.sell()
    firm.filed("052026")
    firm.org.invoices.void(void["invoice_id"])
    (gone,) = firm.gstr1(JUNE, explain=True)["amendments"]["documents"]
    assert ("Asha Stores", 0) == (gone["customer_name"], gone["value"])
    assert [(void["invoice_id"], {"value": 0})] == [
        (item["source_id"], item["amounts"]) for item in gone["sources"]["items"]
    ]


def test_what_came_late_stands_in_its_own_month_and_is_named_in_the_next_return(
    firm: Firm, clock: FrozenClock
) -> None:
    firm.filed("052026")
    late = firm.sell()
    assert [late["invoice_number"]] == [one["invoice_number"] for one in firm.gstr1()["b2b"]]
    june = firm.gstr1(JUNE)
    assert [late["invoice_number"]] == [one["invoice_number"] for one in june["b2b"]]
    assert [("amended.late", late["invoice_id"])] == [
        (one["rule"], one["document_id"]) for one in june["findings"]
    ]


def test_a_note_for_another_place_than_that_of_its_invoice_is_named(firm: Firm) -> None:
    sold = firm.sell()
    firm.sell()
    firm.credit(firm.line(7), invoice_id=sold["invoice_id"])
    note = firm.credit(firm.line(5), invoice_id=sold["invoice_id"], place_of_supply="IN-GJ")
    (found,) = firm.gstr1()["findings"]
    assert ("note.other_place", note["credit_note_id"]) == (found["rule"], found["document_id"])
    assert "is Gujarat, and that of the invoice that it corrects was Karnataka." in found["message"]


def test_a_change_is_told_once_by_the_first_return_that_was_not_filed(firm: Firm, clock: FrozenClock) -> None:
    note = firm.credit(firm.line(100))
    late = {"date": "2026-05-31"}
    firm.filed("052026")
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(60)])
    first = firm.sell(firm.line(5), **late)
    assert "cdnra" not in firm.file(JULY), "June is the next return"
    clock.move(days=31)
    june = firm.filed("062026")
    clock.move(minutes=1)
    assert june["content"] == firm.file(JUNE)
    assert {"cdnra", "b2b"} <= set(firm.file(JUNE))
    assert {"cdnra", "b2b"}.isdisjoint(firm.file(JULY))
    firm.org.credit_notes.update(note["credit_note_id"], line_items=[firm.line(20)])
    firm.org.invoices.void(first["invoice_id"])
    july = firm.file(JULY)
    assert Decimal("23.60") == july["cdnra"][0]["nt"][0]["val"]
    assert [(first["invoice_number"], 0)] == [(one["oinum"], one["val"]) for one in july["b2ba"][0]["inv"]]
    assert [Decimal("70.80")] == [one["val"] for one in firm.file(JUNE)["cdnra"][0]["nt"]], (
        "June was filed so"
    )


def test_a_return_before_the_first_filing_amends_nothing(firm: Firm, clock: FrozenClock) -> None:
    invoice = firm.sell()
    then = clock().isoformat()
    clock.move(days=1)
    firm.filed("052026")
    clock.move(days=1)
    firm.org.invoices.void(invoice["invoice_id"])
    assert "b2ba" in firm.file(JUNE)
    assert "b2ba" not in firm.file(JUNE, as_known_at=then)
