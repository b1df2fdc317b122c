"""Chapter 8: every field of everything is changed by itself, by each of its names, and cleared again."""

from collections.abc import Iterator
from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.notes import note
from tests.stories.sameness.purchases import bill
from tests.stories.sameness.sales import invoice, line
from tests.stories.sameness.scribe import Body

WHERE = {
    "address": "1 Fort\nMumbai", "street2": "Kala Ghoda", "city": "मुंबई", "state_code": "IN-MH",
    "zip": "400001", "country": "Bhārat",
}  # fmt: skip


def tell(cast: Cast) -> None:
    acme = cast.acme
    who = acme.post(
        "/contacts", {"contact_name": "Changing", "gst_treatment": "REGISTERED", "shipping_address": WHERE}
    )
    _each(cast, f"/contacts/{who['contact_id']}", _of_contacts())
    what = acme.post("/items", {"item_name": "Changing", "status": "active", "type": "GOODS"})
    _each(cast, f"/items/{what['item_id']}", _of_items(cast))
    draft = acme.post("/invoices", invoice(cast, "both", line(cast, 100), line(cast, "0.05", "GST 5%")))
    header = dict(_of_papers(cast))
    _each(cast, f"/invoices/{draft['invoice_id']}", header | _of_invoices(cast))
    drafted = acme.post("/credit_notes", note(cast, "both", line(cast, 100), draft=True))
    _each(cast, f"/credit_notes/{drafted['credit_note_id']}", header | _of_notes(cast, *header["line_items"]))
    posted = acme.post("/credit_notes", note(cast, "both", line(cast, 100)))
    _each(
        cast,
        f"/credit_notes/{posted['credit_note_id']}",
        {"notes": "N", "discount": "1%", "shipping_charge": 1},
    )
    entered = acme.post("/bills", bill(cast, "both", line(cast, 100), line(cast, "0.05", "GST 5%")))
    bought = header | _of_purchases(cast, *header["line_items"])
    _each(cast, f"/bills/{entered['bill_id']}", bought | _of_bills(cast))
    charged = acme.post("/debit_notes", note(cast, "both", line(cast, 100)))
    _each(cast, f"/debit_notes/{charged['debit_note_id']}", bought | _of_notes(cast, *header["line_items"]))
    for path in (
        f"/invoices/{draft['invoice_id']}",
        f"/credit_notes/{drafted['credit_note_id']}",
        f"/bills/{entered['bill_id']}",
        f"/debit_notes/{charged['debit_note_id']}",
    ):
        acme.get(path)


def _each(cast: Cast, path: str, changes: Body) -> None:
    """Change a field, and clear it. A required one cannot be cleared: that is refused, and recorded too."""
    for name, value in changes.items():
        for each in value if isinstance(value, tuple) else (value,):
            cast.acme.send("PUT", path, {name: each})
        cast.acme.send("PUT", path, {name: None})


def _of_contacts() -> Body:
    person = {"first_name": "Asha", "last_name": "Rao", "email": "a@b", "phone": "1", "designation": "CA"}
    return {
        "contact_type": ("VENDOR", "BOTH", "CUSTOMER"), "contact_name": "Changed", "display_name": "Shown",
        "legal_name": "Legal", "company_name": "Co.", "gst_no": "29AAPFU0939F1ZR", "gstin": "27AAPFU0939F1ZV",
        "gst_number": "24AAPFU0939F1Z1", "pan": "AAACN1234F", "place_of_contact": ("IN-TN", "overseas", "96"),
        "gst_treatment": (
            "REGISTERED", "COMPOSITION", "UNREGISTERED", "CONSUMER", "SEZ", "OVERSEAS", "DEEMED_EXPORT"
        ),
        "email": "é@b.example", "phone": "2", "website": "w", "billing_address": WHERE,
        "shipping_address": WHERE,
        "contact_persons": ([person, {"first_name": "B", "is_primary": True}], []), "payment_terms": 30,
        "opening_balance": (0, 1), "credit_limit": "0.01", "currency_code": ("usd", "GBP"),
        "status": ("INACTIVE", "ACTIVE"),
    }  # fmt: skip


def _of_items(cast: Cast) -> Body:
    goods = cast.acme.org.account_id("5010")
    return {
        "item_name": "Changed", "name": "Renamed", "sku": "NEW", "item_type": ("SERVICE", "GOODS"),
        "type": "SERVICE", "product_type": "GOODS", "description": "Line\nline", "hsn_or_sac": "9983",
        "hsn_sac": "998314", "unit": "KGS", "rate": "0.000001", "purchase_rate": 1, "purchase_price": "2.5",
        "tax_id": (cast["GST 5%"], cast["their GST 18%"]), "account_id": cast["services"],
        "sales_account_id": cast["sundry"], "income_account_id": (cast["services"], cast["cash"]),
        "purchase_account_id": goods, "is_taxable": (False, "true"), "track_inventory": (True, "false", 1),
        "status": ("ARCHIVED", "ACTIVE"),
    }  # fmt: skip


def _of_papers(cast: Cast) -> Iterator[tuple[str, Any]]:
    """The header that invoices and notes share."""
    lines = [
        line(cast, 10, quantity="1.5", discount="5%", unit="h", description="D\nd", hsn_or_sac="9983"),
        {"item_name": "By price", "price": "2.000001", "hsn_sac": "9984", "account_id": cast["sundry"]},
        {"item_id": cast["item chair"], "tags": [cast["tag 9"], cast["tag apple"]], "discount": "0.01"},
    ]
    export = {
        "shipping_bill_number": "1", "shipping_bill_date": "2026-05-01", "port_code": "P",
        "country_code": "US"
    }  # fmt: skip
    yield from {
        "reference_number": "R", "series": ("ONE", "one"), "branch_id": (cast["mumbai"], "br_1"),
        "currency_code": ("USD", "EUR"), "exchange_rate": 90, "salesperson_id": cast["salesperson Meena"],
        "discount": ("0.01", "33.333333%"), "is_discount_before_tax": (False, True),
        "is_inclusive_tax": (True, False),
        "shipping_charge": "0.99", "shipping": 3, "adjustment": "-0.01", "tds_amount": 1, "tds": "2.5",
        "tds_rate": 10, "tds_percentage": "0.1", "tds_section": "194J", "round_off": "0.01",
        "with_payment": (False, True), "export": export, "notes": "One\n\ttwo", "customer_notes": "Three",
        "terms": "30 days", "tags": ([cast["tag Zebra"], cast["tag 10"]], []),
        "custom_fields": {"nested": [{"e": "1E2"}, -0.5]},
        "place_of_supply": ("IN-MH", "OVERSEAS", "96", "IN-KA"),
        "source_of_supply": "IN-DL", "destination_of_supply": "IN-KA", "line_items": (lines, lines[::-1]),
        "contact_id": cast["mumbai buyer"], "customer_id": (cast["american"], cast["both"]),
        "date": ("2026-05-20", "2027-04-01", "2026-05-19"),
    }.items()  # fmt: skip


def _of_invoices(cast: Cast) -> Body:
    return {
        "invoice_date": "2026-05-20", "due_date": ("2027-01-01", "2026-01-01"), "auto_approve": True,
        "invoice_number": "OTHER",
    }  # fmt: skip


def _of_purchases(cast: Cast, *lines: list[Body]) -> Body:
    """What is said of goods that are bought."""
    bought = line(cast, 5, is_rcm=False, rcm_rate=18, itc_blocked_reason="17(5)(b)")
    return {
        "is_rcm": (False, True), "rcm_rate": ("5", 18), "itc_blocked_reason": ("17(5)(a)", "17(6)"),
        "line_items": (*lines, [bought]),
    }  # fmt: skip


def _of_bills(cast: Cast) -> Body:
    return {
        "vendor_id": cast["vendor away"], "bill_date": "2026-05-20", "due_date": ("2027-01-01", "2026-01-01"),
        "auto_approve": True, "bill_number": "OTHER", "contact_id": cast["vendor mill"],
    }  # fmt: skip


def _of_notes(cast: Cast, *lines: list[Body]) -> Body:
    restocked = {"item_id": cast["item chair"], "restock": True}
    bought = line(cast, 5, is_rcm=False, rcm_rate=18, itc_blocked_reason="17(5)(b)")
    return _of_purchases(cast) | {
        "vendor_id": cast["both"], "type": ("CUSTOMER", "VENDOR"), "reason": "Because", "reverse_tds": False,
        "bill_id": "bl_0000000000008028be75ac5135ce23f9", "draft": True,
        "line_items": (*lines, [restocked], [bought], [line(cast, 5)]),
        "invoice_id": (cast["invoice plain"], cast["their invoice 0"]), "credit_note_number": "OTHER",
        "debit_note_number": "OTHER", "due_date": ("2027-01-01", "2026-01-01"),
    }  # fmt: skip
