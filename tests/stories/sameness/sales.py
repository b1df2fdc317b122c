"""Chapter 4: invoices with every tax, discount, currency and place; drafts that change, lives that end."""

from decimal import Decimal
from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Body

TODAY = "2026-05-19"


def invoice(cast: Cast, customer: str = "asha", *lines: Body, **more: Any) -> Body:
    """The body of an invoice, by default one line of work for Asha at home."""
    return {
        "customer_id": cast[customer],
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": list(lines) or [line(cast)],
    } | more


def line(cast: Cast, rate: Any = 1000, tax: str | None = "GST 18%", **more: Any) -> Body:
    return {"name": "Work", "rate": rate, "tax_id": tax and cast[tax]} | more


def tell(cast: Cast) -> None:
    _posted(cast)
    _refused(cast)
    _drafts(cast)
    _ends(cast)
    _numbers(cast)
    _theirs(cast)


def kinds(cast: Cast) -> dict[str, Body]:
    """Invoices by name; all of them are posted at once."""
    chair, licence = {"item_id": cast["item chair"], "quantity": 3}, {"item_id": cast["item licence"]}
    export = {
        "shipping_bill_number": "SB-1", "shipping_bill_date": "2026-05-18", "port_code": "INBLR4",
        "country_code": "de",
    }  # fmt: skip
    return {
        "plain": invoice(cast),
        "free of tax": invoice(cast, "asha", line(cast, "99.99", None)),
        "chairs": invoice(cast, "asha", chair | {"discount": "10%"}, licence, due_date="2026-05-19"),
        "to Mumbai": invoice(cast, "mumbai buyer", line(cast, "333.33"), place_of_supply="IN-MH"),
        "from Mumbai": invoice(
            cast, "mumbai buyer", line(cast), place_of_supply="IN-MH", branch_id=cast["mumbai"], series="EX1"
        ),
        "old rate": invoice(cast, "asha", line(cast, 100, "GST 12%"), date="2025-09-21"),
        "car": invoice(cast, "asha", line(cast, 500000, "cars"), date="2025-08-15"),
        "cartage": invoice(cast, "asha", line(cast, 100, "RCM 5%")),
        "exempt": invoice(cast, "asha", *(line(cast, 7, tax) for tax in ("Exempt", "Nil Rated", "Non-GST"))),
        "discounted": invoice(
            cast, "unregistered", *[line(cast, "33.33")] * 3, discount="10", shipping_charge="50.05",
            adjustment="-0.50", is_discount_before_tax=True, tags=[cast["tag apple"], cast["tag केंद्र"]],
        ),
        "after tax": invoice(
            cast, "consumer", line(cast, 118), discount="7.5%", is_discount_before_tax=False, shipping=1
        ),
        "inclusive": invoice(cast, "consumer", line(cast, "118.01", quantity="0.333333"),
            is_inclusive_tax=True),
        "withheld": invoice(cast, "asha", line(cast), tds_rate=10, tds_section="194J"),
        "withheld part": invoice(cast, "asha", line(cast), tds_amount="12.34"),
        "withheld so": invoice(cast, "asha", line(cast), tds=5),
        "withheld too": invoice(cast, "asha", line(cast), tds_percentage="1.5"),
        "rounded": invoice(cast, "asha", line(cast, "199.49"), round_off="-0.39"),
        "to a zone": invoice(cast, "zone buyer", line(cast), place_of_supply="IN-GJ", with_payment=False),
        "to a zone, paid": invoice(cast, "zone buyer", line(cast), place_of_supply="IN-GJ",
            with_payment=True),
        "from a zone": invoice(cast, "asha", line(cast), branch_id=cast["zone"]),
        "abroad": invoice(
            cast, "overseas", line(cast, "10.01"), place_of_supply="OVERSEAS", export=export,
            exchange_rate="91.23456789",
        ),
        "in dollars": invoice(cast, "american", line(cast, "100.55"), place_of_supply="96"),
        "in dollars at home": invoice(cast, "owing", line(cast, 1), currency_code="usd", date="2026-04-30"),
        "nothing": invoice(cast, "asha", line(cast, 0)),
        "largest": invoice(cast, "largest", line(cast, 1000000000000, None, quantity=8)),
        "largest abroad": invoice(
            cast, "american", line(cast, 100000000000, None), place_of_supply="96", exchange_rate=100
        ),
        "longest": invoice(cast, "both", *(line(cast, n, None, name=f"{n} 🧾") for n in range(500)))
        | {"reference_number": "बही" * 33},
        "many": invoice(cast, "both", *(line(cast, f"{n}.{n:06d}", quantity=n) for n in range(1, 61))),
        "worded": invoice(
            cast, "quotes", line(cast, 1, name="x" * 200, description="ल" * 2000, unit="बोरी",
                hsn_or_sac="12345678"),
            notes="One\nTwo\t\\ \"three\" 'four' 🧾", terms="% _ ;", reference_number="PO/7 % _ 'A'",
            salesperson_id=cast["salesperson आशा"], custom_fields={"a": [1, None, {"ü": "1.10"}], "b": ""},
            invoice_number="A-1/26",
        ),
        "spelled": {
            "contact_id": cast["hindi"], "invoice_date": "2026-05-19T23:30:00+05:30",
            "due_date": "2026-05-20",
            "source_of_supply": "IN-KA", "customer_notes": "धन्यवाद",
            "line_items": [{"item_name": "Hour", "price": "1.5", "hsn_sac": "9983",
                    "account_id": cast["sundry"],
                            "tags": [cast["tag 9"]]}],
        },
        "spelled too": invoice(cast) | {"place_of_supply": None, "destination_of_supply": "IN-TN"},
    }  # fmt: skip


def _posted(cast: Cast) -> None:
    for name, body in kinds(cast).items():
        made = cast.acme.post("/invoices", body | {"auto_approve": True})
        cast.keep(f"invoice {name}", made["invoice_id"])
        if name in ("plain", "abroad", "largest", "many", "worded", "nothing"):
            cast.acme.get(f"/invoices/{made['invoice_id']}")
            if made["journal_id"] is not None:
                cast.keep(f"entry {name}", made["journal_id"])
                cast.acme.get(f"/journals/{made['journal_id']}")
    for name in ("item chair", "item kursi"):
        cast.acme.get(f"/items/{cast[name]}")


def _refused(cast: Cast) -> None:
    acme = cast.acme
    good, one = invoice(cast), line(cast)
    for change in (
        {"customer_id": None}, {"date": None}, {"date": "19-05-2026"}, {"date": "2026-02-30"},
        {"date": "1969-12-31"}, {"date": "2200-01-01"}, {"due_date": "2026-05-18"}, {"place_of_supply": "KA"},
        {"line_items": []}, {"line_items": [one] * 501}, {"line_items": [{}]},
        {"line_items": [{"name": "x"}]},
        {"line_items": [one | {"quantity": 0}]}, {"line_items": [one | {"quantity": "1000000000.1"}]},
        {"line_items": [one | {"rate": -1}]}, {"line_items": [one | {"discount": 2000}]},
        {"line_items": [one | {"discount": "101%"}]}, {"line_items": [one | {"rate": "1000000000000.1"}]},
        {"line_items": [line(cast, "999999999999", quantity="999999999")]}, {"discount": "5000"},
        {"round_off": 1}, {"tds_rate": 101}, {"tds_rate": 10, "tds_amount": 1}, {"exchange_rate": 2},
        {"currency_code": "JPY"}, {"currency_code": "EUR", "date": "2026-04-30"}, {"series": "lower"},
        {"invoice_number": "x" * 17}, {"customer_id": cast["vendor"]},
        {"adjustment": -100000}, {"custom_fields": [1]},
        {"notes": "n" * 2001, "terms": 5, "reference_number": "r" * 101}, {"shipping_charge": "0.001"},
        {"line_items": [one | {"account_id": cast["cash"]}]}, {"tags": [cast["tag 9"]] * 21},
    ):  # fmt: skip
        acme.refused(400, "POST", "/invoices", good | change)
    for change in (
        {"customer_id": cast["theirs"]}, {"customer_id": "ct_1"}, {"branch_id": "br_nothing"},
        {"customer_id": cast["asleep"]}, {"branch_id": cast["closed branch"]},
        {"salesperson_id": cast["their salesperson"]},
        {"line_items": [one | {"tax_id": cast["their GST 18%"]}]},
        {"line_items": [one, {"item_id": cast["their item"]}]},
        {"tags": ["cc_00000000000080009f00000000000000"]},
        {"line_items": [one | {"account_id": cast["asha"]}]},
    ):  # fmt: skip
        acme.refused(404, "POST", "/invoices", good | change)
    acme.refused(409, "POST", "/invoices", good | {"invoice_number": "A-1/26"})
    acme.refused(
        409, "POST", "/invoices", good | {"customer_id": cast["quotes"], "reference_number": "PO/7 % _ 'A'"}
    )


def _drafts(cast: Cast) -> None:
    acme = cast.acme
    draft = acme.post("/invoices", invoice(cast, "asha", line(cast), reference_number="REF-1"))["invoice_id"]
    at = f"/invoices/{draft}"
    acme.put(at, {"line_items": [line(cast, "12.345678", quantity="2.5"), {"item_id": cast["item chair"]}]})
    acme.put(at, {"discount": "5%", "notes": "First", "date": "2026-05-17"})
    acme.put(at, {"customer_id": cast["mumbai buyer"], "place_of_supply": "IN-MH", "discount": None})
    acme.put(at, {"due_date": None, "tags": [cast["tag Zebra"]], "export": {"port_code": "INBOM4"}})
    acme.put(at, {})
    acme.refused(400, "PUT", at, {"date": "2026-05-20", "due_date": "2026-05-19"})
    acme.refused(400, "PUT", at, {"invoice_number": "OTHER-1"})
    acme.refused(404, "PUT", at, {"customer_id": cast["theirs"]})
    acme.post(f"{at}/approve")
    acme.refused(400, "POST", f"{at}/approve")
    acme.refused(400, "PUT", at, {"notes": "Late"})
    acme.refused(400, "DELETE", at)
    cast.keep("invoice REF-1", draft)
    for name in ("to delete", "to keep"):
        made = acme.post("/invoices", invoice(cast, "hindi", line(cast, 5), notes=name))["invoice_id"]
        cast.keep(f"draft {name}", made)
    acme.delete(f"/invoices/{cast['draft to delete']}")
    acme.refused(404, "POST", f"/invoices/{cast['draft to delete']}/approve")
    acme.post(f"/invoices/{cast['draft to keep']}/void", {})


def _ends(cast: Cast) -> None:
    acme = cast.acme
    for name in ("withheld", "chairs", "nothing", "in dollars at home"):
        acme.post(f"/invoices/{cast[f'invoice {name}']}/void")
        acme.refused(400, "POST", f"/invoices/{cast[f'invoice {name}']}/void")
    again = invoice(cast, "quotes", line(cast, 1), reference_number="PO/7 % _ 'A'")
    acme.post(f"/invoices/{cast['invoice worded']}/void")
    cast.keep("invoice again", acme.post("/invoices", again | {"auto_approve": True})["invoice_id"])
    made = acme.call(
        "invoices.create", **invoice(cast, "both", line(cast, Decimal("250.00"))), auto_approve=True
    )
    cast.keep("invoice from Python", made["invoice_id"])
    acme.call("invoices.void", made["invoice_id"], idempotency_key="void-it")
    acme.call("invoices.void", made["invoice_id"], idempotency_key="void-it")
    acme.call("invoices.get", made["invoice_id"])
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/approve"), ("POST", "/void")):
        cast.bharat.refused(404, method, f"/invoices/{cast['invoice plain']}{path}", None if path else {})


def _numbers(cast: Cast) -> None:
    """Two branches without a GSTIN have given one number by hand, in two years; then a series comes to it."""
    made = ("twin branch", "2026-05-19"), ("zone", "2025-12-01")
    for branch, date in made:
        body = invoice(cast, branch_id=cast[branch], date=date, invoice_number="TIE-2627-001")
        cast.acme.post("/invoices", body)
    for branch in ("zone", "twin branch", "zone"):
        cast.acme.post("/invoices", invoice(cast, branch_id=cast[branch], series="TIE"))
    for number in ("b-1", "B-1", "Z/9", "1/A", "a/Z"):
        cast.acme.send("POST", "/invoices", invoice(cast, invoice_number=number))


def _theirs(cast: Cast) -> None:
    """The other firm rounds to rupees, and goes on with numbers of its own."""
    lines = [{"name": "Thread", "rate": "33.33", "tax_id": cast["their GST 18%"]}] * 2
    for number, place in enumerate(("IN-MH", "IN-KA", "OVERSEAS")):
        body = {"customer_id": cast["theirs"], "date": TODAY, "place_of_supply": place, "line_items": lines}
        made = cast.bharat.post("/invoices", body | {"auto_approve": number != 1})
        cast.keep(f"their invoice {number}", made["invoice_id"])
        cast.acme.refused(404, "GET", f"/invoices/{made['invoice_id']}")
    for method in ("nearest", "up", "down"):
        for tax in ("rupee", "paise"):
            cast.bharat.call("set_preferences", roundingMethod=method, taxRounding=tax, tdsRounding="up")
            cast.bharat.put(
                f"/invoices/{cast['their invoice 1']}", {"tds_rate": "0.1", "notes": method + tax}
            )
