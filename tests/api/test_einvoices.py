"""``GET …/einvoice`` and ``GET …/eway_bill``: documents as the portals take them (`api.md` §5.4)."""

import hashlib
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given

import finzcore
from finzcore.books.returns import outward
from finzcore.books.returns.papers import Wanted
from finzcore.testing import Call
from tests.api.test_invoice_properties import REPEATEDLY, Drawn, body_of, drawn, made
from tests.books.test_returns_read import reading
from tests.selling import Body, Seller

OURS = "29AAACW6288M1ZH"
THEIRS = "27AAPFU0939F1ZV"
PAISA = Decimal("0.01")
HEADS = {"IgstAmt": "IgstVal", "CgstAmt": "CgstVal", "SgstAmt": "SgstVal", "CesAmt": "CesVal"}


class Office(Seller):
    """Sales of a registered branch in Bengaluru, to Asha Stores in Mumbai."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        super().__init__(call, org)
        org.enable_currency("USD")
        self.branch = org.create_branch(
            code="KA", name="Works", state="IN-KA", gstin=OURS, city="Bengaluru", pin="560001",
            address="1 MG Road\nNear the park", legal_name="Acme Traders Private Limited",
        )["branch_id"]  # fmt: skip
        self.customer = self.buyer()

    def buyer(self, **more: Any) -> str:
        there = {"address": "9 Marine Drive", "city": "Mumbai", "state_code": "IN-MH", "zip": "400001"}
        said = {"gst_no": THEIRS, "place_of_contact": "IN-MH", "billing_address": there} | more
        return self.contact(**said)

    def body(self, *lines: Body, **more: Any) -> Body:
        said = {"branch_id": self.branch, "place_of_supply": "IN-MH"} | more
        return super().body(*lines, **said)

    def line(self, rate: Any = 12000, tax: str | None = "GST 18%", **more: Any) -> Body:
        return super().line(rate, tax, **({"hsn_or_sac": "998314"} | more))

    def portal(self, document: Body, kind: str = "invoice", word: str = "einvoice", query: str = "") -> Body:
        path = f"/{kind}s/{document[f'{kind}_id']}/{word}{query}"
        said: Body = self.call.ok("GET", path)[word]
        return said

    def note(self, kind: str, **more: Any) -> Body:
        body = self.body(self.line(100)) | more
        made: Body = self.call.ok("POST", f"/{kind}s", body)[kind]
        return made


@pytest.fixture
def office(call: Call, acme: finzcore.Org) -> Office:
    return Office(call, acme)


def rules(said: Body) -> list[tuple[str, int | None]]:
    return sorted((one["rule"], one["line"]) for one in said["findings"])


# ----- what is sent -----


def test_an_invoice_is_told_as_the_portal_takes_it(office: Office) -> None:
    chair = office.line(500, name="Chair", quantity=2, discount=100, hsn_or_sac="9401", unit="nos")
    invoice = office.posted(chair, tds_amount=50)
    said = office.portal(invoice)
    text = f"{OURS}2026-27INV{invoice['invoice_number']}"
    assert hashlib.sha256(text.encode()).hexdigest() == said["irn"]
    assert [] == said["findings"]
    payload = said["payload"]
    assert {
        "SlNo": "1", "PrdDesc": "Chair", "IsServc": "N", "HsnCd": "9401", "Qty": 2, "Unit": "NOS",
        "UnitPrice": 500, "TotAmt": 1000, "Discount": 100, "AssAmt": 900, "GstRt": 18, "IgstAmt": 162,
        "CgstAmt": 0, "SgstAmt": 0, "CesRt": 0, "CesAmt": 0, "TotItemVal": 1062,
    } == payload["ItemList"][0]  # fmt: skip
    # What the customer withholds is no part of it.
    assert (1012, 1062) == (invoice["total"], payload["ValDtls"]["TotInvVal"])
    assert {
        "Gstin": OURS, "LglNm": "Acme Traders Private Limited", "TrdNm": "Acme Traders",
        "Addr1": "1 MG Road, Near the park", "Loc": "Bengaluru", "Pin": 560001, "Stcd": "29",
    } == payload["SellerDtls"]  # fmt: skip
    assert {
        "Gstin": THEIRS, "LglNm": "Asha Stores", "Addr1": "9 Marine Drive", "Loc": "Mumbai", "Pin": 400001,
        "Stcd": "27", "Pos": "27",
    } == payload["BuyerDtls"]  # fmt: skip


def test_prices_with_tax_in_them_and_a_discount_on_all(office: Office) -> None:
    """100.00 at 18 % inside a state are 84.74 and twice 7.63 (gst.md §5.4); by hand: of 10 off 200, 8.50."""
    home = {"place_of_supply": "IN-KA"}
    (row,) = office.portal(office.posted(office.line(100), is_inclusive_tax=True, **home))["payload"][
        "ItemList"
    ]
    assert list(map(Decimal, ("84.74", "0", "84.74", "7.63", "100"))) == [
        row[key] for key in ("TotAmt", "Discount", "AssAmt", "CgstAmt", "TotItemVal")
    ]
    lines = [office.line(170), office.line(30)]
    payload = office.portal(office.posted(*lines, discount=10, **home))["payload"]
    assert [(170, Decimal("8.5")), (30, Decimal("1.5"))] == [
        (row["TotAmt"], row["Discount"]) for row in payload["ItemList"]
    ]
    assert (190, 0) == (payload["ValDtls"]["AssVal"], payload["ValDtls"]["Discount"])


def test_an_export_in_dollars_is_told_in_rupees(office: Office) -> None:
    asha = office.buyer(
        contact_name="Asha Inc", gst_no=None, gst_treatment="OVERSEAS", place_of_contact="OVERSEAS",
        billing_address={"address": "1 Main St", "city": "Boston", "zip": "02108", "country": "USA"},
    )  # fmt: skip
    invoice = office.posted(
        office.line(100), customer_id=asha, place_of_supply="OVERSEAS", currency_code="USD",
        exchange_rate="83.37", with_payment=False, round_off="0.4",
        export={"port_code": "INBLR4", "country_code": "us"},
    )  # fmt: skip
    payload = office.portal(invoice)["payload"]
    assert "EXPWOP" == payload["TranDtls"]["SupTyp"]
    assert {"ForCur": "USD", "Port": "INBLR4", "CntCode": "US"} == payload["ExpDtls"]
    # 100 dollars are 8,337.00; 100.40 are 8,370.348, so 8,370.35; under a letter of undertaking no tax
    assert {
        "AssVal": 8337, "IgstVal": 0, "RndOffAmt": Decimal("33.35"), "TotInvVal": Decimal("8370.35"),
        "TotInvValFc": Decimal("100.4"),
    }.items() <= payload["ValDtls"].items()  # fmt: skip
    assert [18, 0] == [payload["ItemList"][0][key] for key in ("GstRt", "IgstAmt")]
    assert ("URP", 999999, "96", "96") == tuple(
        payload["BuyerDtls"][key] for key in ("Gstin", "Pin", "Stcd", "Pos")
    )


def test_a_zone_in_our_own_state_bears_igst(office: Office) -> None:
    zone = office.buyer(
        gst_no="29AAPFU0939F1ZR", gst_treatment="SEZ", place_of_contact="IN-KA",
        billing_address={"address": "Plot 1", "city": "Bengaluru", "state_code": "IN-KA", "zip": "560066"},
    )  # fmt: skip
    invoice = office.posted(office.line(1000), customer_id=zone, place_of_supply="IN-KA")
    payload = office.portal(invoice)["payload"]
    assert {"TaxSch": "GST", "SupTyp": "SEZWP", "RegRev": "N", "IgstOnIntra": "Y"} == payload["TranDtls"]
    assert 180 == payload["ValDtls"]["IgstVal"]


def test_a_supply_on_which_the_customer_owes_the_tax(office: Office) -> None:
    payload = office.portal(office.posted(office.line(1000, "RCM 18%")))["payload"]
    assert "Y" == payload["TranDtls"]["RegRev"]
    assert (1000, 180, 1000) == tuple(payload["ValDtls"][key] for key in ("AssVal", "IgstVal", "TotInvVal"))


@pytest.mark.parametrize(("kind", "code"), [("credit_note", "CRN"), ("debit_note", "DBN")])
def test_a_note_names_what_it_corrects(office: Office, kind: str, code: str) -> None:
    invoice = office.posted(office.line(1000))
    said = office.portal(office.note(kind, invoice_id=invoice["invoice_id"]), kind)
    payload = said["payload"]
    assert (code, 118) == (payload["DocDtls"]["Typ"], payload["ValDtls"]["TotInvVal"])
    named = [{"InvNo": invoice["invoice_number"], "InvDt": "19/05/2026"}]
    assert {"PrecDocDtls": named} == payload["RefDtls"]
    assert [] == said["findings"]


# ----- what is found -----


def test_findings_name_document_line_and_field(office: Office) -> None:
    invoice = office.posted(office.line(1), office.line(1, hsn_or_sac=None))
    (found,) = office.portal(invoice)["findings"]
    message = found.pop("message")
    assert {
        "severity": "error", "rule": "hsn.missing", "document_type": "INVOICE",
        "document_id": invoice["invoice_id"], "number": invoice["invoice_number"], "line": 2,
        "field": "HsnCd",
    } == found  # fmt: skip
    assert "HsnCd is required, and not known." == message


def test_a_consumers_invoice_is_shown_and_has_no_number_there(office: Office) -> None:
    consumer = office.contact(
        "Bela", place_of_contact="IN-MH", billing_address={"address": "1", "city": "Pune"}
    )
    said = office.portal(office.posted(customer_id=consumer))
    assert (None, "B2C", [("supply.b2c", None)]) == (
        said["irn"], said["payload"]["TranDtls"]["SupTyp"], rules(said),
    )  # fmt: skip


def test_drafts_and_cancelled_ones_are_told_apart(office: Office) -> None:
    draft = office.draft(office.line(1))
    assert [("document.draft", None)] == rules(office.portal(draft))
    cancelled = office.act(office.posted(office.line(1)), "void")
    assert [("document.cancelled", None)] == rules(office.portal(cancelled))


def test_what_a_vendor_writes_is_not_ours_to_report(office: Office) -> None:
    vendor = office.contact("Nilgiri Papers", contact_type="VENDOR", place_of_contact="IN-KA")
    note = office.note("credit_note", customer_id=vendor, type="vendor", place_of_supply="IN-KA")
    said = office.portal(note, "credit_note")
    assert (None, None, [("document.inward", None)]) == (said["irn"], said["payload"], rules(said))


# ----- what always holds -----


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(PAISA, ROUND_HALF_UP)


@REPEATEDLY
@given(drawn)
def test_every_sum_of_an_einvoice_adds_up(
    office: Office, engine: finzcore.Engine, acme: finzcore.Org, drawn: Drawn
) -> None:
    """The identities of gst.md §12.1, on whatever the API takes; and the figures of the ledger."""
    given_lines, header, preferences = drawn
    acme.set_preferences(**preferences)
    invoice = made(office, body_of(office, given_lines, header) | {"auto_approve": True})
    if invoice is None:
        return
    payload = office.portal(invoice)["payload"]
    rows, values = payload["ItemList"], payload["ValDtls"]
    for row in rows:
        assert rounded(row["Qty"] * row["UnitPrice"]) == row["TotAmt"]
        assert row["TotAmt"] - row["Discount"] == row["AssAmt"]
        assert row["AssAmt"] + sum(row[head] for head in HEADS) == row["TotItemVal"]
        assert min(value for value in row.values() if not isinstance(value, str)) >= 0
    assert sum(row["AssAmt"] for row in rows) == values["AssVal"]
    for head, whole in HEADS.items():
        assert sum(row[head] for row in rows) == values[whole]
    owed = {line["tax_id"] for line in invoice["line_items"]} & {acme.tax_id("RCM 5%")}
    charged = sum(
        sum(row[head] for head in HEADS)
        for row, line in zip(rows, invoice["line_items"], strict=True)
        if line["tax_id"] not in owed
    )
    assert values["TotInvVal"] == (
        values["AssVal"] + charged + values["OthChrg"] - values["Discount"] + values["RndOffAmt"]
    )
    worth = rounded((invoice["total"] + invoice["tds_amount"]) * invoice["exchange_rate"])
    assert worth == values["TotInvVal"]
    if "money" not in header:
        assert invoice["round_off"] == values["RndOffAmt"]
    _check_ledger(office, invoice, charged)
    _check_return(engine, acme, invoice, rows)


def _check_ledger(office: Office, invoice: Body, charged: Decimal | int) -> None:
    """The tax that is charged is what stands on the accounts of output tax."""
    if invoice["journal_id"] is not None:
        entry = office.entry(invoice["journal_id"])
        assert charged == -sum(amount for rule, _, amount in entry if rule.startswith("sale.output_"))


def _check_return(engine: finzcore.Engine, acme: finzcore.Org, invoice: Body, rows: list[Body]) -> None:
    """Rate by rate it is what GSTR-1 says of the same document."""
    with reading(engine, acme) as books:
        wanted = Wanted("2026-05-19", "2026-05-19", OURS)
        document = next(
            one for one in outward.outward(books, wanted) if one.number == invoice["invoice_number"]
        )
    returned: Counter[Decimal] = Counter()
    for part in document.parts:
        returned[Decimal(part.rate) / 10**6] += part.taxable
    told: Counter[Decimal] = Counter()
    for row in rows:
        told[Decimal(row["GstRt"])] += int(row["AssAmt"] * 100)
    assert returned == told
    assert sum(part.tax for part in document.parts) == sum(row[head] * 100 for row in rows for head in HEADS)


# ----- e-way bills -----


def test_goods_travel_with_what_the_query_says(office: Office) -> None:
    chair = office.line(500, name="Chair", quantity=100, hsn_or_sac="9401", unit="nos")
    invoice = office.posted(chair, office.line(1000))
    said = office.portal(
        invoice, word="eway_bill", query="?trans_mode=ROAD&trans_distance=980&vehicle_number=ka-01 ab 1234"
    )
    assert [] == said["findings"]
    payload = said["payload"]
    assert (1, 980, "KA01AB1234", "R") == tuple(
        payload[key] for key in ("transMode", "transDistance", "vehicleNo", "vehicleType")
    )
    assert [("9401", "NOS", 50000)] == [
        (row["hsnCode"], row["qtyUnit"], row["taxableAmount"]) for row in payload["itemList"]
    ]
    assert (50000, 9000, 1180, 60180) == tuple(
        payload[key] for key in ("totalValue", "igstValue", "otherValue", "totInvValue")
    )


def test_goods_may_go_elsewhere_than_the_bill(office: Office) -> None:
    there = {"address": "Plot 7", "city": "Surat", "state_code": "IN-GJ", "zip": "395 003"}
    asha = office.buyer(contact_name="Asha Mills", shipping_address=there)
    chair = office.line(60000, name="Chair", hsn_or_sac="9401")
    invoice = office.posted(chair, customer_id=asha)
    said = office.portal(invoice, word="eway_bill", query="?transporter_id=29AAACW6288M1ZH")
    assert [] == said["findings"]
    assert (2, "Surat", 395003, 27, 24) == tuple(
        said["payload"][key]
        for key in ("transactionType", "toPlace", "toPincode", "toStateCode", "actToStateCode")
    )  # fmt: skip
    shipped = office.portal(invoice)["payload"]["ShipDtls"]
    assert {"LglNm": "Asha Mills", "Addr1": "Plot 7", "Loc": "Surat", "Pin": 395003, "Stcd": "24"} == shipped


def test_services_alone_travel_nowhere(office: Office) -> None:
    invoice = office.posted(office.line(60000))
    said = office.portal(invoice, word="eway_bill", query="?transporter_id=29AAACW6288M1ZH")
    assert [("goods.none", None)] == rules(said)


def test_a_journey_by_rail_wants_its_document(office: Office) -> None:
    invoice = office.posted(office.line(60000, hsn_or_sac="9401"))
    assert [("transport_document.missing", None)] == rules(
        office.portal(invoice, word="eway_bill", query="?trans_mode=rail")
    )
    query = "?trans_mode=2&trans_doc_number=RR-7&trans_doc_date=2026-05-19"
    said = office.portal(invoice, word="eway_bill", query=query)
    assert ([], 2, "RR-7", "19/05/2026") == (
        said["findings"], said["payload"]["transMode"], said["payload"]["transDocNo"],
        said["payload"]["transDocDate"],
    )  # fmt: skip


@pytest.mark.parametrize("query", ["trans_mode=CART", "trans_distance=4001", "trans_doc_date=19/05/2026"])
def test_a_query_that_says_nothing_possible_is_refused(office: Office, query: str) -> None:
    invoice = office.posted(office.line(1))
    field = office.call.refused("GET", f"/invoices/{invoice['invoice_id']}/eway_bill?{query}")[2]
    assert query.partition("=")[0] == field
