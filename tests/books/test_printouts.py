"""What is printed of documents: what rules 46, 49 and 53 want, and sums that add up (`gst.md` §8)."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

import finzcore
from finzcore.books.books import Books
from finzcore.books.printing import printout_of
from finzcore.books.registry import table_of
from finzcore.ids import from_uuid, unwire
from finzcore.render import draw
from tests.engines import on_sqlite
from tests.trade import TODAY, Body

KARNATAKA: Final = "29AAPFU0939F1ZR"
MAHARASHTRA: Final = "27AAPFU0939F1ZV"
Printed = Callable[..., dict[str, Any]]


@pytest.fixture
def kaveri(engine: finzcore.Engine) -> finzcore.Org:
    """A registered seller in Karnataka with an address and a bank account."""
    org = engine.create_org(name="Kaveri Traders", state="IN-KA", gstin=KARNATAKA, legal_name="Kaveri LLP")
    more = {"bank_name": "HDFC Bank", "account_number": "50100012345678", "ifsc": "HDFC0001234"}
    org.create_account(code="1015", name="Current", account_type="BANK", upi_id="kaveri@okbank", **more)
    return org


@pytest.fixture
def asha(kaveri: finzcore.Org) -> Body:
    return kaveri.contacts.create(
        contact_name="Asha Stores",
        contact_type="BOTH",
        gst_no=MAHARASHTRA,
        billing_address={
            "address": "4th floor\n77 Linking Road", "city": "Mumbai", "state_code": "IN-MH", "zip": "400050",
        },
    )  # fmt: skip


@pytest.fixture
def printed(kaveri: finzcore.Org) -> Printed:
    """The printout of a document, which survives being kept as JSON and can be drawn."""

    def of(name: str, path_id: str) -> dict[str, Any]:
        key = from_uuid(kaveri._key, path_id) or unwire(
            path_id[: path_id.index("_") + 1], kaveri._key, path_id
        )
        assert key is not None

        def read(books: Books) -> dict[str, Any]:
            row = books.session.get(table_of(name), key)
            assert row is not None
            return printout_of(books, name, row)

        found: dict[str, Any] = kaveri._engine.look(kaveri._key, read)
        assert found == json.loads(json.dumps(found))
        assert draw(found)
        return found

    return of


def sold(org: finzcore.Org, contact: Body, *lines: Body, **more: Any) -> Body:
    """A posted invoice; a line is ₹1,000.00 at 18 % unless it says otherwise."""
    usual = {"name": "Licence", "rate": 1000, "hsn_or_sac": "997331", "tax_id": org.tax_id("GST 18%")}
    body = {
        "customer_id": contact["contact_id"],
        "date": TODAY,
        "place_of_supply": "IN-MH",
        "auto_approve": True,
    }
    items = [usual | line for line in lines or ({},)]
    made: Body = org.invoices.create(line_items=items, **(body | more))
    return made


def rupee(sums: Any) -> list[tuple[str, int]]:
    return [(one["label"], one["amount"]) for one in sums]


def test_a_tax_invoice_has_every_particular(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    made = sold(kaveri, asha, {"quantity": 2, "unit": "NOS", "discount": "10%", "description": "A year"})
    paper = printed("invoices", made["invoice_id"])
    assert ("Tax Invoice", "Original for recipient", "INV-2627-001", "") == (
        paper["title"], paper["copy"], paper["number"], paper["mark"],
    )  # fmt: skip
    issuer, other = paper["issuer"], paper["other"]
    assert ("Kaveri Traders", "Kaveri LLP", KARNATAKA, "Karnataka (29)") == (
        issuer["name"], issuer["also"], issuer["gstin"], issuer["state"],
    )  # fmt: skip
    assert ("Asha Stores", MAHARASHTRA, "Maharashtra (27)") == (other["name"], other["gstin"], other["state"])
    assert ["4th floor", "77 Linking Road", "Mumbai 400050"] == other["lines"]
    assert [
        ("Invoice date", "19 May 2026"),
        ("Due date", "19 May 2026"),
        ("Place of supply", "Maharashtra (27)"),
        ("Reverse charge", "No"),
    ] == list(map(tuple, paper["facts"]))
    (line,) = paper["lines"]
    assert ("997331", 2_000_000, "NOS", 1_000_000_000) == (
        line["hsn"], line["quantity"], line["unit"], line["rate"],
    )  # fmt: skip
    assert (200_00, 1_800_00, 18_000_000, 2_124_00) == (
        line["discount"], line["taxable"], line["percent"], line["amount"],
    )  # fmt: skip
    assert [("Sub-total", 1_800_00), ("IGST", 324_00)] == rupee(paper["sums"])
    assert 2_124_00 == paper["total"]
    (row,) = paper["codes"]
    assert ("997331", 18_000_000, 1_800_00, 324_00) == (
        row["hsn"],
        row["percent"],
        row["taxable"],
        row["igst"],
    )
    assert [["igst", "IGST"]] == list(map(list, paper["heads"]))
    assert ("Account no.", "50100012345678") in list(map(tuple, paper["bank"]))
    assert ["upi://pay?pa=kaveri@okbank&pn=Kaveri%20Traders&am=2124.00&cu=INR&tn=INV-2627-001"] == [
        scan["text"] for scan in paper["scans"]
    ]
    assert "Kaveri Traders" == paper["signatory"]
    assert paper["declaration"]


def test_at_home_the_tax_has_two_halves(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    paper = printed("invoices", sold(kaveri, asha, place_of_supply="IN-KA")["invoice_id"])
    assert [("Sub-total", 1_000_00), ("CGST", 90_00), ("SGST", 90_00)] == rupee(paper["sums"])


def test_in_a_union_territory_the_second_half_is_utgst(
    engine: finzcore.Engine, kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    branch = kaveri.create_branch(code="CH", name="Chandigarh", state="IN-CH", address="SCO 1")
    made = sold(kaveri, asha, place_of_supply="IN-CH", branch_id=branch["branch_id"])
    paper = printed("invoices", made["invoice_id"])
    assert ["Sub-total", "CGST", "UTGST"] == [label for label, _amount in rupee(paper["sums"])]
    assert ["Chandigarh", "SCO 1"] == paper["issuer"]["lines"]


@pytest.mark.parametrize("name", ["Exempt", "Nil Rated"])
def test_of_exempt_goods_it_is_a_bill_of_supply(
    kaveri: finzcore.Org, asha: Body, printed: Printed, name: str
) -> None:
    paper = printed("invoices", sold(kaveri, asha, {"tax_id": kaveri.tax_id(name)})["invoice_id"])
    assert ("Bill of Supply", False, []) == (paper["title"], paper["taxed"], list(paper["codes"]))


def test_one_taxed_line_makes_it_a_tax_invoice(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    made = sold(kaveri, asha, {"tax_id": kaveri.tax_id("Exempt")}, {})
    assert "Tax Invoice" == printed("invoices", made["invoice_id"])["title"]


@pytest.mark.parametrize(
    ("treatment", "with_payment", "endorsement"),
    [
        ("OVERSEAS", True, "Supply meant for export on payment of integrated tax"),
        (
            "OVERSEAS",
            False,
            "Supply meant for export under bond or letter of undertaking without payment of integrated tax",
        ),
        (
            "SEZ",
            True,
            "Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax",
        ),
        (
            "SEZ",
            False,
            "Supply to SEZ unit or SEZ developer for authorised operations under bond or letter of "
            "undertaking without payment of integrated tax",
        ),
    ],
)
def test_zero_rated_supplies_are_endorsed(
    kaveri: finzcore.Org, printed: Printed, treatment: str, with_payment: bool, endorsement: str
) -> None:
    contact = kaveri.contacts.create(contact_name="Zed", contact_type="CUSTOMER", gst_treatment=treatment)
    place = "OVERSEAS" if treatment == "OVERSEAS" else "IN-KA"
    export = {"country_code": "US", "shipping_bill_number": "77", "shipping_bill_date": "2026-05-20"}
    made = sold(kaveri, contact, place_of_supply=place, with_payment=with_payment, export=export)
    paper = printed("invoices", made["invoice_id"])
    assert [endorsement] == list(paper["endorsements"])
    assert "Tax Invoice" == paper["title"]
    assert ("Country of destination", "US") in list(map(tuple, paper["facts"]))
    assert ("Shipping bill date", "20 May 2026") in list(map(tuple, paper["facts"]))
    assert with_payment == paper["taxed"]


def test_under_reverse_charge_it_says_who_pays(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    paper = printed("invoices", sold(kaveri, asha, {"tax_id": kaveri.tax_id("RCM 5%")})["invoice_id"])
    assert ("Reverse charge", "Yes") in list(map(tuple, paper["facts"]))
    assert ["Tax on this supply is payable by the recipient under reverse charge."] == paper["endorsements"]
    assert (True, "Tax Invoice") == (paper["taxed"], paper["title"])


def test_who_is_not_registered_writes_an_invoice(
    engine: finzcore.Engine, kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    branch = kaveri.create_branch(code="GA", name="Goa", state="IN-GA")
    made = sold(kaveri, asha, {"tax_id": kaveri.tax_id("Exempt")}, branch_id=branch["branch_id"])
    paper = printed("invoices", made["invoice_id"])
    assert ("Invoice", "") == (paper["title"], paper["copy"])


def test_everything_between_the_lines_and_the_total_is_said(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    more = {"discount": 100, "shipping_charge": 50, "adjustment": -20, "tds_rate": 10, "tds_section": "194J"}
    made = sold(kaveri, asha, **more, round_off="0.50")
    paper = printed("invoices", made["invoice_id"])
    assert [
        ("Sub-total", 1_000_00),
        ("Discount", -100_00),
        ("Taxable value", 900_00),
        ("IGST", 162_00),
        ("Shipping", 50_00),
        ("Adjustment", -20_00),
        ("TDS under section 194J", -90_00),
        ("Round-off", 50),
    ] == rupee(paper["sums"])
    assert 1_002_50 == paper["total"]


@pytest.mark.parametrize("before", [True, False])
def test_the_sums_add_up_to_the_total(
    kaveri: finzcore.Org, asha: Body, printed: Printed, before: bool
) -> None:
    lines = ({"rate": "333.33", "quantity": 3}, {"rate": "0.07"}, {"tax_id": kaveri.tax_id("Exempt")})
    made = sold(kaveri, asha, *lines, discount="7.5%", is_discount_before_tax=before, tds_rate=2)
    paper = printed("invoices", made["invoice_id"])
    told = dict(rupee(paper["sums"]))
    told.pop("Taxable value", None)
    assert paper["total"] == sum(told.values())
    assert told["IGST"] == sum(row["igst"] for row in paper["codes"])
    assert sum(line["taxable"] for line in paper["lines"]) == sum(row["taxable"] for row in paper["codes"])


def test_in_another_currency_the_tax_is_said_in_rupees(kaveri: finzcore.Org, printed: Printed) -> None:
    kaveri.enable_currency("USD")
    contact = kaveri.contacts.create(
        contact_name="Zed Inc", contact_type="CUSTOMER", gst_treatment="OVERSEAS", currency_code="USD"
    )
    made = sold(kaveri, contact, place_of_supply="OVERSEAS", exchange_rate="83.25")
    paper = printed("invoices", made["invoice_id"])
    assert ("USD", "$", "83.25") == (paper["currency"], paper["symbol"], paper["exchange_rate"])
    assert [("Taxable value", 83_250_00), ("IGST", 14_985_00), ("Total", 98_235_00)] == rupee(paper["rupees"])
    assert [] == list(paper["scans"])


def test_what_was_paid_is_said_and_the_code_is_for_the_rest(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    made = sold(kaveri, asha)
    kaveri.payments.create(
        flow="INCOMING", contact_id=asha["contact_id"], date=TODAY, amount=180, mode="UPI",
        allocations=[{"invoice_id": made["invoice_id"], "amount": 180}],
    )  # fmt: skip
    paper = printed("invoices", made["invoice_id"])
    assert [("Paid", -180_00), ("Balance due", 1_000_00)] == rupee(paper["after"])
    assert "am=1000.00" in paper["scans"][0]["text"]


def test_goods_that_go_elsewhere_have_their_address(kaveri: finzcore.Org, printed: Printed) -> None:
    home = {"address": "12 Market Road", "city": "Bengaluru", "state_code": "IN-KA"}
    there = {"address": "Godown 4", "city": "Bhiwandi", "state_code": "IN-MH"}
    names = {"contact_name": "Bela", "contact_type": "CUSTOMER", "billing_address": home}
    for shipping, shown in ((there, ["Godown 4", "Bhiwandi", "Maharashtra"]), (home, []), (None, [])):
        contact = kaveri.contacts.create(**names, shipping_address=shipping)
        paper = printed("invoices", sold(kaveri, contact)["invoice_id"])
        assert shown == list(paper["deliver_to"])


def test_a_registered_e_invoice_shows_its_number_and_its_code(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    answer = {"Irn": "23f4", "AckNo": 112010036563310, "AckDt": "2026-05-19 10:00", "SignedQRCode": "eyJ.x.y"}
    made = sold(kaveri, asha, custom_fields={"einvoice": answer})
    paper = printed("invoices", made["invoice_id"])
    assert [("IRN", "23f4"), ("Ack no.", "112010036563310"), ("Ack date", "2026-05-19 10:00")] == list(
        map(tuple, paper["einvoice"])
    )
    assert ("e-invoice", "eyJ.x.y") == (paper["scans"][0]["label"], paper["scans"][0]["text"])


@pytest.mark.parametrize("odd", [{}, {"einvoice": "text"}, {"einvoice": {"Irn": None}}, {"einvoice": []}])
def test_other_custom_fields_print_nothing(
    kaveri: finzcore.Org, asha: Body, printed: Printed, odd: Body
) -> None:
    paper = printed("invoices", sold(kaveri, asha, custom_fields=odd)["invoice_id"])
    assert ([], 1) == (list(paper["einvoice"]), len(paper["scans"]))


def test_a_credit_note_names_the_invoice_that_it_corrects(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    made = sold(kaveri, asha)
    note = kaveri.credit_notes.create(
        customer_id=asha["contact_id"], invoice_id=made["invoice_id"], date="2026-05-28", reason="Returned",
        line_items=[{"name": "Licence", "rate": 100, "tax_id": kaveri.tax_id("GST 18%")}],
    )  # fmt: skip
    paper = printed("credit_notes", note["credit_note_id"])
    assert "Credit Note" == paper["title"]
    assert [{"label": "Original invoice", "number": "INV-2627-001", "date": "19 May 2026"}] == paper[
        "originals"
    ]
    assert ("Reason", "Returned") in list(map(tuple, paper["facts"]))
    assert [] == list(paper["scans"])


VOUCHERS: Final = (
    ("INCOMING", "REGULAR", "Receipt", ""),
    ("INCOMING", "ADVANCE", "Receipt Voucher", "in advance"),
    ("OUTGOING", "REGULAR", "Payment Voucher", ""),
    ("OUTGOING", "ADVANCE", "Advance Payment Voucher", "in advance"),
)


@pytest.mark.parametrize(("flow", "payment_type", "title", "purpose"), VOUCHERS)
def test_money_has_its_voucher(
    kaveri: finzcore.Org, asha: Body, printed: Printed, flow: str, payment_type: str, title: str, purpose: str
) -> None:
    made = kaveri.payments.create(
        flow=flow, payment_type=payment_type, contact_id=asha["contact_id"], date=TODAY, amount=500,
        mode="BANK_TRANSFER", reference_number="UTR 7",
    )  # fmt: skip
    voucher = printed("payments", made["payment_id"])
    assert (title, purpose, 500_00) == (voucher["title"], voucher["purpose"], voucher["amount"])
    side = ("Received from", "Into") if flow == "INCOMING" else ("Paid to", "From")
    assert side[0] == voucher["other_label"]
    assert [("Date", "19 May 2026"), ("Reference", "UTR 7"), ("Mode", "Bank transfer")] == list(
        map(tuple, voucher["facts"])
    )[:3]
    assert side[1] == voucher["facts"][3][0]
    kept = "Kept as advance" if payment_type == "ADVANCE" else "On account"
    assert {"label": kept, "amount": 500_00} == voucher["unused"]


def test_a_receipt_names_what_it_settles(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    made = sold(kaveri, asha)
    paid = kaveri.payments.create(
        flow="INCOMING", contact_id=asha["contact_id"], date=TODAY, amount=1080, tds_amount=100, mode="UPI",
        tds_section="194J", allocations=[{"invoice_id": made["invoice_id"], "amount": 1180}],
    )  # fmt: skip
    voucher = printed("payments", paid["payment_id"])
    settles = {
        "document": "Invoice INV-2627-001",
        "date": "19 May 2026",
        "total": 1_180_00,
        "amount": 1_180_00,
    }
    assert [settles] == voucher["allocations"]
    assert {"label": "TDS under section 194J", "amount": 100_00} == voucher["tds"]
    assert voucher["unused"] is None
    kaveri.payments.void(paid["payment_id"])
    assert "CANCELLED" == printed("payments", paid["payment_id"])["mark"]


def test_a_refund_has_its_voucher(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    usual = {"contact_id": asha["contact_id"], "date": TODAY, "amount": 500, "mode": "UPI"}
    kaveri.payments.create(flow="INCOMING", payment_type="ADVANCE", **usual)
    made = kaveri.payments.create(flow="OUTGOING", payment_type="REFUND", **usual)
    voucher = printed("payments", made["payment_id"])
    assert ("Refund Voucher", "as a refund") == (voucher["title"], voucher["purpose"])


def test_a_refund_names_the_receipts_that_it_gives_back(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    usual = {"contact_id": asha["contact_id"], "mode": "UPI"}
    received = [
        kaveri.payments.create(flow="INCOMING", payment_type=kind, amount=amount, date=date, **usual)
        for kind, amount, date in (("ADVANCE", 500, "2026-05-17"), ("REGULAR", 300, "2026-05-18"))
    ]
    made = kaveri.payments.create(
        flow="OUTGOING", payment_type="REFUND", amount=600, date=TODAY, **usual
    )  # fmt: skip
    voucher = printed("payments", made["payment_id"])
    first, second = (one["payment_number"] for one in received)
    assert ("Refunds", [
        {"document": f"Receipt Voucher {first}", "date": "17 May 2026", "total": 500_00, "amount": 500_00},
        {"document": f"Receipt {second}", "date": "18 May 2026", "total": 300_00, "amount": 100_00},
    ]) == (voucher["allocations_label"], voucher["allocations"])  # fmt: skip
    # The receipt itself settles nothing.
    receipt = printed("payments", received[0]["payment_id"])
    assert ("Settles", []) == (receipt["allocations_label"], receipt["allocations"])


def test_a_refund_names_the_note_that_it_gives_back(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    line = {"name": "Licence", "rate": 100, "tax_id": kaveri.tax_id("GST 18%")}
    usual = {"date": TODAY}
    note = kaveri.credit_notes.create(
        customer_id=asha["contact_id"], type="CUSTOMER", line_items=[line], **usual
    )
    made = kaveri.payments.create(
        flow="OUTGOING", payment_type="REFUND", contact_id=asha["contact_id"], amount=50, mode="UPI",
        credit_note_id=note["credit_note_id"], **usual,
    )  # fmt: skip
    assert [
        {"document": "Credit Note CN-2627-001", "date": "19 May 2026", "total": 118_00, "amount": 50_00}
    ] == printed("payments", made["payment_id"])["allocations"]


def test_a_bill_is_the_vendors(kaveri: finzcore.Org, asha: Body, printed: Printed) -> None:
    line = {"name": "Paper", "rate": 1000, "tax_id": kaveri.tax_id("GST 18%")}
    made = kaveri.bills.create(
        vendor_id=asha["contact_id"], date=TODAY, bill_number="V/77", place_of_supply="IN-KA",
        auto_approve=True, line_items=[line],
    )  # fmt: skip
    paper = printed("bills", made["bill_id"])
    assert ("Purchase Bill", "Asha Stores", "Kaveri Traders") == (
        paper["title"], paper["issuer"]["name"], paper["other"]["name"],
    )  # fmt: skip
    assert ("", [], [], "V-77.pdf") == (
        paper["signatory"], list(paper["bank"]), list(paper["scans"]), paper["filename"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "taxes"),
    [("IN-MH", [("IGST", 180_00)]), ("IN-KA", [("CGST", 90_00), ("SGST", 90_00)])],
)
def test_a_bill_under_reverse_charge_says_so_and_what_we_owe(
    kaveri: finzcore.Org, printed: Printed, place: str, taxes: list[tuple[str, int]]
) -> None:
    vendor = kaveri.contacts.create(contact_name="Rao", contact_type="VENDOR", place_of_contact=place)
    made = kaveri.bills.create(
        vendor_id=vendor["contact_id"], date=TODAY, place_of_supply="IN-KA", is_rcm=True, rcm_rate=18,
        line_items=[{"name": "Rent", "rate": 1000, "tax_id": kaveri.tax_id("GST 5%")}],
    )  # fmt: skip
    paper = printed("bills", made["bill_id"])
    assert ("Reverse charge", "Yes") in list(map(tuple, paper["facts"]))
    assert taxes == rupee(paper["assessed"])
    (line,) = paper["lines"]
    assert (False, None, 1_000_00, 1_000_00, []) == (
        paper["taxed"], line["percent"], line["amount"], paper["total"], paper["codes"],
    )  # fmt: skip


def test_a_bill_partly_under_reverse_charge_keeps_both_taxes_apart(
    kaveri: finzcore.Org, printed: Printed
) -> None:
    vendor = kaveri.contacts.create(contact_name="Rao", contact_type="VENDOR", place_of_contact="IN-KA")
    line = {"rate": 100, "hsn_or_sac": "9965", "tax_id": kaveri.tax_id("GST 18%")}
    made = kaveri.bills.create(
        vendor_id=vendor["contact_id"], date=TODAY, place_of_supply="IN-KA",
        line_items=[line | {"name": "Parcels"}, line | {"name": "Lorry", "is_rcm": True, "rcm_rate": 5}],
    )  # fmt: skip
    paper = printed("bills", made["bill_id"])
    assert [("CGST", 2_50), ("SGST", 2_50)] == rupee(paper["assessed"])
    assert [(18_000_000, 118_00), (None, 100_00)] == [
        (one["percent"], one["amount"]) for one in paper["lines"]
    ]
    assert [(18_000_000, 100_00, 9_00), (0, 100_00, 0)] == [
        (one["percent"], one["taxable"], one["cgst"]) for one in paper["codes"]
    ]


def test_a_bill_that_is_taxed_as_usual_has_no_word_of_reverse_charge(
    kaveri: finzcore.Org, asha: Body, printed: Printed
) -> None:
    line = {"name": "Paper", "rate": 1000, "tax_id": kaveri.tax_id("GST 18%")}
    made = kaveri.bills.create(
        vendor_id=asha["contact_id"], date=TODAY, place_of_supply="IN-KA", line_items=[line]
    )
    paper = printed("bills", made["bill_id"])
    assert "Reverse charge" not in dict(map(tuple, paper["facts"]))
    assert [] == paper["assessed"]


@on_sqlite  # forms read nothing that the engines could tell apart
def test_every_resource_that_prints_has_a_form(new_place: Any) -> None:
    from finzcore.books.printing.forms import FORMS
    from finzcore.books.registry import resources

    printing = {one.name for one in resources() if any(each.drawn for each in one.operations)}
    assert printing == set(FORMS)
