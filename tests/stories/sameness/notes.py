"""Chapter 6: credit notes for invoices and for nothing in particular; changed, applied, refunded, voided."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.money import receipt
from tests.stories.sameness.sales import TODAY, line
from tests.stories.sameness.scribe import Body


def note(cast: Cast, customer: str, *lines: Body, of: str = "", **more: Any) -> Body:
    """The body of a credit note, for the invoice `of` or for none."""
    parent = {"invoice_id": cast[f"invoice {of}"]} if of else {}
    body = {"customer_id": cast[customer], "date": TODAY, "line_items": list(lines)}
    return body | parent | more


def tell(cast: Cast) -> None:
    _given(cast)
    _refused(cast)
    _changed(cast)
    _used(cast)
    _ended(cast)


def _given(cast: Cast) -> None:
    chair = {"item_id": cast["item chair"], "quantity": 1, "restock": True}
    kinds = {
        "for goodwill": note(cast, "asha", line(cast, 100, None), reason="Goodwill 100% \\ 'नमस्ते'"),
        "taxed": note(
            cast, "asha", line(cast, 50, hsn_or_sac="9983"), place_of_supply="IN-KA", notes="N", terms="T",
            tags=[cast["tag 10"]],
            salesperson_id=cast["salesperson Meena"], reference_number="CR 1", custom_fields={"k": "v"},
            credit_note_number="CN/OWN/1", discount="1%", shipping_charge=1, adjustment="-0.01",
        ),
        "of car": note(cast, "asha", line(cast, "10000.00", "cars"), of="car", reason="A dent"),
        "of withheld": note(cast, "asha", line(cast, 100), of="withheld part", reverse_tds=True),
        "of withheld, kept": note(cast, "asha", line(cast, 100), of="withheld so", reverse_tds=False),
        "of Mumbai": note(cast, "mumbai buyer", line(cast, "33.33"), of="to Mumbai"),
        "of dollars": note(cast, "american", line(cast, "0.55"), of="in dollars"),
        "of chairs": note(cast, "mumbai buyer", chair, of="REF-1", is_inclusive_tax=False),
        "draft": note(cast, "hindi", line(cast, 5, None, restock=False), draft=True),
        "draft of": note(cast, "hindi", line(cast, "0.5", None), of="spelled", draft=True),
        "in euros": note(
            cast, "overseas", line(cast, 1), place_of_supply="OVERSEAS", exchange_rate=91,
            currency_code="EUR",
            with_payment=False, series="CR",
            export={
                "port_code": "INBLR4", "country_code": "DE", "shipping_bill_number": "7",
                "shipping_bill_date": "2026-05-01",
            },
        ),
        "of nothing": note(cast, "consumer", line(cast, 0)),
        "spelled": {
            "contact_id": cast["consumer"], "date": TODAY, "type": "customer", "source_of_supply": "IN-KA",
            "branch_id": cast["head office"], "round_off": "0.05", "customer_notes": "x",
            "auto_approve": True,
            "line_items": [{"item_name": "Hour", "price": "1.95", "discount": "0.10", "unit": "h",
                    "account_id": cast["sundry"],
                            "description": "D", "tags": [cast["tag 9"]], "hsn_sac": "9983"}],
        },
        "spelled too": note(cast, "consumer", line(cast, 2), is_discount_before_tax=False, shipping=0, tds=0)
        | {"destination_of_supply": "IN-KA", "tds_percentage": 0, "tds_section": "194J"},
    }  # fmt: skip
    vendor = kinds["spelled too"]
    vendor["vendor_id"] = vendor.pop("customer_id")
    for name, body in kinds.items():
        made = cast.acme.post("/credit_notes", body)
        cast.keep(f"note {name}", made["credit_note_id"])
        cast.acme.get(f"/credit_notes/{made['credit_note_id']}")
        if made["journal_id"] is not None:
            cast.acme.get(f"/journals/{made['journal_id']}")
    cast.acme.get(f"/items/{cast['item chair']}")


def _refused(cast: Cast) -> None:
    acme = cast.acme
    good = note(cast, "asha", line(cast, 10))
    for change in (
        {"customer_id": None}, {"line_items": []}, {"type": "VENDOR"}, {"type": "OTHER"},
        {"invoice_id": cast["invoice to Mumbai"]}, {"invoice_id": cast["invoice chairs"]},
        {"invoice_id": cast["invoice plain"], "line_items": [line(cast, 5000)]},
        {"invoice_id": cast["invoice plain"], "date": "2026-05-18"},
        {"reason": "r" * 501}, {"credit_note_number": "lower case"}, {"tds_amount": 50}, {"tds_rate": 500},
    ):  # fmt: skip
        acme.refused(400, "POST", "/credit_notes", good | change)
    for change in (
        {"customer_id": cast["theirs"]}, {"invoice_id": cast["their invoice 0"]}, {"branch_id": "br_1"},
        {"bill_id": "bl_0000000000008028be75ac5135ce23f9"},
    ):  # fmt: skip
        acme.refused(404, "POST", "/credit_notes", good | change)
    acme.refused(409, "POST", "/credit_notes", good | {"credit_note_number": "CN/OWN/1"})


def _changed(cast: Cast) -> None:
    acme = cast.acme
    goodwill = f"/credit_notes/{cast['note for goodwill']}"
    acme.put(goodwill, {"line_items": [line(cast, 150, None)], "reason": None})
    acme.put(goodwill, {"date": "2026-05-18", "notes": "Earlier"})
    acme.put(goodwill, {})
    acme.put(f"/credit_notes/{cast['note draft']}", {"line_items": [line(cast, 6)]})
    acme.put(f"/credit_notes/{cast['note draft']}", {"auto_approve": True})
    acme.put(
        f"/credit_notes/{cast['note of chairs']}",
        {"line_items": [{"item_id": cast["item chair"], "restock": False}]},
    )
    acme.get(f"/items/{cast['item chair']}")
    acme.refused(400, "PUT", goodwill, {"credit_note_number": "CN-2"})
    acme.refused(
        400, "PUT", goodwill, {"customer_id": cast["mumbai buyer"], "invoice_id": cast["invoice plain"]}
    )
    acme.refused(404, "PUT", f"/credit_notes/{cast['payment back']}", {})
    acme.call("credit_notes.update", cast["note taxed"], terms=None)


def _used(cast: Cast) -> None:
    acme = cast.acme
    goodwill = f"/credit_notes/{cast['note for goodwill']}/apply-to-invoice"
    acme.post(goodwill, {"invoice_id": cast["invoice withheld too"], "amount": "49.99"})
    acme.post(goodwill, {"invoice_id": cast["invoice free of tax"]})
    acme.refused(400, "POST", goodwill, {"invoice_id": cast["invoice withheld too"], "amount": 1000})
    acme.refused(400, "POST", goodwill, {"invoice_id": cast["invoice to Mumbai"]})
    acme.refused(400, "POST", goodwill, {"amount": 5})
    acme.refused(404, "POST", goodwill, {"invoice_id": cast["their invoice 0"]})
    acme.refused(400, "PUT", f"/credit_notes/{cast['note for goodwill']}", {"notes": "Too late"})
    bill = {"bill_id": "bl_0000000000008028be75ac5135ce23f9", "amount": 1}
    acme.refused(404, "POST", f"/credit_notes/{cast['note taxed']}/apply-to-bill", bill)
    acme.refused(400, "POST", f"/credit_notes/{cast['note taxed']}/apply-to-bill", {"amount": 1})
    acme.post(
        f"/credit_notes/{cast['note of Mumbai']}/apply-to-invoice", {"invoice_id": cast["invoice to Mumbai"]}
    )
    acme.call(
        "credit_notes.apply_to_invoice", cast["note of car"], invoice_id=cast["invoice car"], amount="5000.01"
    )
    back = {"flow": "OUTGOING", "payment_type": "REFUND", "credit_note_id": cast["note of withheld"]}
    acme.post("/payments", receipt(cast, "asha", "17.5", **back))
    acme.refused(400, "POST", "/payments", receipt(cast, "asha", 5000, **back))
    for name in ("free of tax", "withheld too", "to Mumbai", "car"):
        acme.get(f"/invoices/{cast[f'invoice {name}']}")
    for name in ("for goodwill", "of car", "of withheld"):
        acme.get(f"/credit_notes/{cast[f'note {name}']}")


def _ended(cast: Cast) -> None:
    acme = cast.acme
    for name in ("of chairs", "draft of", "of nothing"):
        acme.post(f"/credit_notes/{cast[f'note {name}']}/void")
        acme.refused(400, "POST", f"/credit_notes/{cast[f'note {name}']}/void")
    acme.refused(400, "POST", f"/credit_notes/{cast['note of car']}/void")
    acme.refused(400, "POST", f"/invoices/{cast['invoice withheld so']}/void")
    acme.get(f"/items/{cast['item chair']}")
    for method, path in (("GET", ""), ("POST", "/void")):
        cast.bharat.refused(404, method, f"/credit_notes/{cast['note taxed']}{path}")
