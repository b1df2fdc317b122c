"""What a posted invoice means in the books and in the store-room: `api.md` §4.4, §4.5, §10."""

from decimal import Decimal

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import Body, Seller

AR, SALES = "Accounts Receivable", "Sales"
Posting = tuple[str, str, str]


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


CGST, SGST, IGST = "Output CGST", "Output SGST", "Output IGST"

# header, postings of 1 × 12,000 at 18 %: debits positive
ENTRIES: list[tuple[str, Body, list[Posting]]] = [
    (
        "api §10 row 1",
        {},
        [
            ("sale.receivable", AR, "14160"),
            ("sale.income", SALES, "-12000"),
            ("sale.output_cgst", CGST, "-1080"),
            ("sale.output_sgst", SGST, "-1080"),
        ],
    ),
    (
        "api §10 row 2",
        {"place_of_supply": "IN-MH"},
        [
            ("sale.receivable", AR, "14160"),
            ("sale.income", SALES, "-12000"),
            ("sale.output_igst", IGST, "-2160"),
        ],
    ),
    (
        "api §10 row 5",
        {"tds_rate": 10},
        [
            ("sale.receivable", AR, "12960"),
            ("sale.income", SALES, "-12000"),
            ("sale.output_cgst", CGST, "-1080"),
            ("sale.output_sgst", SGST, "-1080"),
            ("sale.tds", "TDS Receivable", "1200"),
        ],
    ),
    (
        "api §4.5, everything beside income",
        {"shipping_charge": 100, "adjustment": 10, "round_off": "0.50", "discount": 2000},
        # taxable 10,000; tax 1,800; 11,800 + 100 + 10 + 0.50
        [
            ("sale.receivable", AR, "11910.50"),
            ("sale.income", SALES, "-10000"),
            ("sale.output_cgst", CGST, "-900"),
            ("sale.output_sgst", SGST, "-900"),
            ("sale.shipping", "Shipping Income", "-100"),
            ("sale.adjustment", "Other Charges", "-10"),
            ("sale.round_off", "Round Off", "-0.50"),
        ],
    ),
    (
        "api §4.5, the other sides",
        {"adjustment": -10, "round_off": "-0.50"},
        [
            ("sale.receivable", AR, "14149.50"),
            ("sale.income", SALES, "-12000"),
            ("sale.output_cgst", CGST, "-1080"),
            ("sale.output_sgst", SGST, "-1080"),
            ("sale.adjustment", "Other Charges", "10"),
            ("sale.round_off", "Round Off", "0.50"),
        ],
    ),
    (
        "api §4.5, discount after tax",
        {"discount": "10%", "is_discount_before_tax": False},
        [
            ("sale.receivable", AR, "12960"),
            ("sale.income", SALES, "-12000"),
            ("sale.output_cgst", CGST, "-1080"),
            ("sale.output_sgst", SGST, "-1080"),
            ("sale.discount", SALES, "1200"),
        ],
    ),
]


@pytest.mark.parametrize(("source", "header", "expected"), ENTRIES)
def test_an_invoice_reaches_the_ledger_as_the_table_says(
    seller: Seller, source: str, header: Body, expected: list[Posting]
) -> None:
    invoice = seller.posted(**header)
    rows = [(rule, account, Decimal(amount)) for rule, account, amount in expected]
    assert rows == seller.entry(invoice["journal_id"]), source


def test_the_entry_names_its_invoice(seller: Seller) -> None:
    invoice = seller.posted(reference_number="PO-7", date="2026-05-18")
    journal = seller.call.ok("GET", f"/journals/{invoice['journal_id']}")["journal"]
    expected = {
        "date": "2026-05-18T00:00:00",
        "source": "INVOICE",
        "source_id": invoice["invoice_id"],
        "contact_id": seller.customer,
        "reference_number": "PO-7",
        "memo": "Invoice INV-2627-001 to Asha Stores",
        "reversal_of": None,
    }
    assert expected == {name: journal[name] for name in expected}
    assert [seller.customer, None, None, None] == [line["contact_id"] for line in journal["lines"]]


def test_a_draft_books_nothing_and_approval_books_the_same_as_auto_approval(seller: Seller) -> None:
    more = {"discount": "7%", "tds_rate": 2, "shipping_charge": 3, "is_inclusive_tax": True}
    lines = (seller.line("199.43", quantity=3), seller.line(50, "GST 5%", discount="1%"))
    draft = seller.draft(*lines, **more)
    assert ({}, None) == (seller.trial_balance(), draft["journal_id"])
    approved, posted = seller.act(draft, "approve"), seller.posted(*lines, **more)
    assert seller.entry(approved["journal_id"]) == seller.entry(posted["journal_id"])


def test_income_goes_to_the_account_of_the_line_of_its_item_or_to_sales(seller: Seller) -> None:
    service, other = seller.org.account_id("4020"), seller.org.account_id("4060")
    repair = seller.item("Repair", rate=300, account_id=service)
    invoice = seller.posted(
        {"item_id": repair},
        {"item_id": repair, "account_id": other},
        seller.line(100, None),
        {"item_id": repair, "rate": 5},
    )
    assert [
        ("sale.receivable", AR, 705),
        ("sale.income", "Service Revenue", -305),
        ("sale.income", "Other Charges", -300),
        ("sale.income", SALES, -100),
    ] == seller.entry(invoice["journal_id"])


def test_cost_centres_of_a_line_or_else_of_the_header_stand_on_its_income(seller: Seller) -> None:
    north, south = (seller.org.add_cost_center(name)["cost_center_id"] for name in ("North", "South"))
    invoice = seller.posted(
        seller.line(100), seller.line(50, tags=[{"cost_center_id": south}]), seller.line(1), tags=[north]
    )
    assert ([north], [[], [south], []]) == (invoice["tags"], [line["tags"] for line in invoice["line_items"]])
    lines = seller.call.ok("GET", f"/journals/{invoice['journal_id']}")["journal"]["lines"]
    assert [([], 151 + Decimal("27.18")), ([north], -101), ([south], -50)] == [
        (line["tags"], line["debit"] - line["credit"]) for line in lines[:3]
    ]


def test_a_foreign_invoice_is_booked_in_rupees(seller: Seller) -> None:
    # api.md §10 row 10
    seller.org.enable_currency("USD")
    invoice = seller.posted(seller.line(100, None), currency_code="USD", exchange_rate=83)
    assert (100, 100, 83) == (invoice["total"], invoice["balance"], invoice["exchange_rate"])
    assert [("sale.receivable", AR, 8300), ("sale.income", SALES, -8300)] == seller.entry(
        invoice["journal_id"]
    )


def test_what_conversion_leaves_over_goes_to_the_exchange_account(seller: Seller) -> None:
    # A cent at 83.50 is 84 paise, three cents are 251: one paisa is over.
    seller.org.enable_currency("USD")
    accounts = [seller.org.account_id(code) for code in ("4010", "4020", "4060")]
    lines = [seller.line("0.01", None, account_id=account) for account in accounts]
    invoice = seller.posted(*lines, currency_code="USD", exchange_rate="83.5")
    cent = Decimal("-0.84")
    assert [
        ("sale.receivable", AR, Decimal("2.51")),
        ("sale.income", SALES, cent),
        ("sale.income", "Service Revenue", cent),
        ("sale.income", "Other Charges", cent),
        ("sale.exchange", "Exchange Gain or Loss", Decimal("0.01")),
    ] == seller.entry(invoice["journal_id"])


def test_a_branch_books_under_itself(seller: Seller) -> None:
    mumbai = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    invoice = seller.posted(branch_id=mumbai)
    journal = seller.call.ok("GET", f"/journals/{invoice['journal_id']}")["journal"]
    assert journal["journal_number"].startswith("MUM-JE-2627-")


def test_a_void_is_the_mirror_on_the_invoice_s_own_date(seller: Seller) -> None:
    invoice = seller.posted(date="2026-05-02", tds_rate=10)
    voided = seller.act(invoice, "void")
    assert (invoice["journal_id"], "CANCELLED", 2) == (
        voided["journal_id"],
        voided["status"],
        voided["version"],
    )
    mirror = seller.call.ok("GET", "/journals")["journals"][0]
    assert ("2026-05-02T00:00:00", invoice["journal_id"]) == (mirror["date"], mirror["reversal_of"])
    was = seller.entry(invoice["journal_id"])
    assert [(rule, account, -amount) for rule, account, amount in was] == seller.entry(mirror["journal_id"])
    assert {} == seller.trial_balance()


# ----- stock -----


def stock(seller: Seller, item: str) -> Decimal:
    on_hand: Decimal = seller.call.ok("GET", f"/items/{item}")["item"]["stock_on_hand"]
    return on_hand


def test_goods_leave_the_store_room_when_an_invoice_is_posted_and_return_with_a_void(
    seller: Seller,
) -> None:
    chair, desk = seller.item(track_inventory=True, rate=5), seller.item("Desk", track_inventory=False)
    lines = [
        {"item_id": chair, "quantity": "2.5"},
        {"item_id": desk, "quantity": 7},
        {"item_id": chair, "quantity": 1},
    ]
    draft = seller.draft(*lines)
    assert [0, 0] == [stock(seller, chair), stock(seller, desk)]
    seller.act(draft, "approve")
    assert [Decimal("-3.5"), 0] == [stock(seller, chair), stock(seller, desk)]
    posted = seller.posted(*lines)
    assert -7 == stock(seller, chair)
    seller.act(posted, "void")
    seller.act(draft, "void")
    assert 0 == stock(seller, chair)
    seller.act(seller.draft(*lines), "void")
    assert 0 == stock(seller, chair)
