"""Chapter 5: estimates, sales orders and purchase orders; carried out in parts, given back, refused."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import TODAY, line
from tests.stories.sameness.scribe import Body


def order(cast: Cast, contact: str = "asha", *lines: Body, who: str = "customer_id", **more: Any) -> Body:
    """The body of an estimate or an order, by default for ten hours of work."""
    whom = {who: cast[contact], "date": TODAY}
    return whom | {"line_items": list(lines) or [line(cast, 100, quantity=10)]} | more


def every(cast: Cast) -> Body:
    """What a header may say besides the contact, the date and the lines."""
    return {
        "branch_id": cast["head office"], "salesperson_id": cast["salesperson Meena"], "series": "Q",
        "tags": [cast["tag 9"]], "notes": "One\nTwo", "terms": "% _", "custom_fields": {"k": [1, None]},
        "discount": "7", "is_discount_before_tax": True, "is_inclusive_tax": False,
        "shipping_charge": "10.01", "adjustment": "-0.50", "round_off": "0.07", "currency_code": "INR",
        "exchange_rate": 1, "reference_number": "RFQ/1", "place_of_supply": "IN-KA",
    }  # fmt: skip


def lines_said(cast: Cast, account: str) -> list[Body]:
    """Lines with every field, under every name that it has."""
    said = {"item_name": "Hour", "price": "1.5", "hsn_sac": "9983", "discount": "0.10", "unit": "h"}
    more = {"description": "D", "tags": [cast["tag 10"]], "account_id": cast[account]}
    return [said | more, {"item_id": cast["item chair"], "rate": 7, "hsn_or_sac": "998314", "name": "Seat"}]


def in_every_way(cast: Cast, of: str, prefix: str, contact: str, account: str, **own: Any) -> None:
    """A document with every field, under every name, at creation and as a change."""
    acme, noun = cast.acme, of.removesuffix("s")
    who = "vendor_id" if of == "purchase_orders" else "customer_id"
    plain = order(cast, contact, *lines_said(cast, account), who=who, **every(cast), **own)
    number = {f"{noun}_number": f"{prefix}/own"}
    path = f"/{of}/" + acme.post(f"/{of}", plain | number | {"series": None})[f"{noun}_id"]
    acme.put(path, plain | number | {"series": None})
    acme.put(path, dict.fromkeys(every(cast)))
    first = {"contact_id": cast[contact], "date": TODAY, "customer_notes": "x", "shipping": 1}
    for place in ({"source_of_supply": "IN-KA"}, {"destination_of_supply": "IN-TN"}):
        body = first | place | {"line_items": lines_said(cast, account)}
        made = acme.post(f"/{of}", body)[f"{noun}_id"]
        acme.put(f"/{of}/{made}", body | {"line_items": list(reversed(body["line_items"]))})


def tell(cast: Cast) -> None:
    cast.keep("paper mill", cast.acme.post("/contacts", MILL)["contact_id"])
    _estimates(cast)
    _sold(cast)
    _bought(cast)
    _refused(cast)


MILL = {"contact_name": "Nilgiri Papers", "contact_type": "VENDOR", "place_of_contact": "IN-TN"}


def _estimates(cast: Cast) -> None:
    acme, path = cast.acme, "/estimates"
    hour = line(cast, "33.33", quantity=3, account_id=cast["sundry"])
    chair = {"item_id": cast["item chair"], "quantity": 2}
    full = acme.post(path, order(cast, "asha", hour, chair, expiry_date="2026-06-30", **every(cast)))
    in_every_way(cast, "estimates", "offer", "asha", "sundry", expiry_date="2026-06-30")
    own = acme.post(path, order(cast, estimate_number="offer/1"))["estimate_id"]
    at = f"{path}/{full['estimate_id']}"
    acme.put(at, {"status": "draft", "terms": None})
    acme.put(at, {"status": "SENT", "line_items": [hour, line(cast, 50, None, quantity=4, discount=10)]})
    said = {"cc": ["c@asha.example"], "bcc": [], "subject": "An offer", "body_html": "<p>Dear Asha</p>"}
    acme.post(f"{at}/email", {"to": "a@asha.example", "attach_pdf": False} | said)
    acme.post(f"{at}/accept")
    acme.post(f"{at}/convert")
    acme.get(at)
    for status in ("DECLINED", "CANCELLED"):
        made = acme.post(path, order(cast))["estimate_id"]
        acme.put(f"{path}/{made}", {"status": status})
    acme.delete(f"{path}/{own}")
    for status in ("DRAFT", "SENT", "ACCEPTED", "CONVERTED", "DECLINED", "CANCELLED"):
        acme.pages(path, status=status, per_page=1)
    _filtered(cast, path, customer_id=cast["asha"])
    (first,) = acme.pages("/sales_orders")
    acme.delete(f"/sales_orders/{first['sales_order_id']}")
    acme.post(f"{at}/convert")


def _filtered(cast: Cast, path: str, **whose: str) -> None:
    cast.acme.get(path, branch_id=cast["head office"], date_from=TODAY, date_to=TODAY, **whose)
    cast.acme.get(path, reference_number="RFQ/1", search="2627")


def _sold(cast: Cast) -> None:
    acme, path = cast.acme, "/sales_orders"
    hours, desks = line(cast, "33.33", quantity=10, discount="3.33"), line(cast, 7, None, name="Desk")
    full = order(cast, "asha", hours, desks, expected_shipment_date="2026-06-30", **every(cast))
    sold = acme.post(path, full)
    at = f"{path}/{sold['sales_order_id']}"
    in_every_way(cast, "sales_orders", "so", "asha", "sundry", expected_shipment_date="2026-06-30")
    acme.put(at, {"status": "DRAFT", "terms": "Net 30", "line_items": [hours, desks]})
    acme.post(f"{at}/confirm")
    acme.put(at, {"status": "CONFIRMED", "discount": "5"})
    one, two = (entry["line_item_id"] for entry in acme.get(at)["line_items"])
    part = {"line_items": [{"line_item_id": one, "quantity": "3.5"}], "date": TODAY, "due_date": "2026-06-18"}
    first = acme.send("POST", f"{at}/convert-to-invoice", part).json()["invoice"]["invoice_id"]
    acme.refused(400, "PUT", at, {"status": "PARTIALLY_INVOICED"})
    acme.put(f"/invoices/{first}", {"line_items": [hours | {"quantity": 2}]})
    acme.refused(400, "PUT", f"/invoices/{first}", {"line_items": [hours | {"quantity": 11}]})
    rest = {"auto_approve": True, "reference_number": "PO 2/7", "invoice_date": TODAY}
    posted = acme.send("POST", f"{at}/convert-to-invoice", rest).json()["invoice"]["invoice_id"]
    acme.refused(400, "PUT", at, {"status": "INVOICED"})
    acme.refused(400, "POST", f"{at}/convert-to-invoice", {})
    acme.delete(f"/invoices/{first}")
    acme.get(at)
    acme.post(f"/invoices/{posted}/void")
    acme.get(at)
    acme.call("sales_orders.convert_to_invoice", sold["sales_order_id"], line_items=[{"line_item_id": two}])
    gone = acme.post(path, order(cast, sales_order_number="order 1"))["sales_order_id"]
    acme.put(f"{path}/{gone}", {"status": "CANCELLED"})
    acme.delete(f"{path}/{gone}")
    for status in ("DRAFT", "CONFIRMED", "PARTIALLY_INVOICED", "INVOICED", "CANCELLED"):
        acme.pages(path, status=status, per_page=1)
    _filtered(cast, path, customer_id=cast["asha"])


def _bought(cast: Cast) -> None:
    acme, path = cast.acme, "/purchase_orders"
    paper = {"name": "Paper", "rate": 210, "quantity": 40, "unit": "REAM", "tax_id": cast["GST 18%"],
             "is_rcm": False, "rcm_rate": 0, "itc_blocked_reason": "17(5)(b)"}  # fmt: skip
    freight = {"name": "Freight", "rate": 100, "is_rcm": True, "rcm_rate": 5}
    more = {"is_rcm": False, "rcm_rate": 18, "itc_blocked_reason": None}
    full = order(cast, "paper mill", paper, freight, who="vendor_id", expected_delivery_date="2026-06-01")
    bought = acme.post(path, full | every(cast) | more)
    at = f"{path}/{bought['purchase_order_id']}"
    inward = {"is_rcm": True, "rcm_rate": 5, "itc_blocked_reason": "17(5)"}
    cast.keep("paper costs", acme.org.account_id("5010"))
    in_every_way(
        cast,
        "purchase_orders",
        "po",
        "paper mill",
        "paper costs",
        expected_delivery_date="2026-06-30",
        **inward,
    )
    acme.put(at, {"status": "DRAFT", "itc_blocked_reason": "17(5)", "line_items": [paper, freight]})
    acme.post(f"{at}/issue")
    acme.put(at, {"status": "ISSUED", "adjustment": "1"})
    one, two = (entry["line_item_id"] for entry in acme.get(at)["line_items"])
    part = {"line_items": [{"line_item_id": two}, {"line_item_id": one, "quantity": 15}], "date": TODAY}
    said = {"bill_number": "NP/1", "reference_number": "DC-1", "due_date": "2026-07-01", "auto_approve": True}
    said |= {"bill_date": TODAY}
    bill = acme.send("POST", f"{at}/convert-to-bill", part | said).json()["bill"]["bill_id"]
    acme.get(f"/bills/{bill}")
    acme.refused(400, "PUT", at, {"status": "PARTIALLY_BILLED"})
    acme.post(f"{at}/convert-to-bill")
    acme.refused(400, "PUT", at, {"status": "BILLED"})
    acme.post(f"/bills/{bill}/void")
    acme.get(at)
    gone = acme.post(path, order(cast, "paper mill", who="vendor_id", purchase_order_number="PO/mine"))
    acme.put(f"{path}/{gone['purchase_order_id']}", {"status": "CANCELLED"})
    acme.delete(f"{path}/{gone['purchase_order_id']}")
    for status in ("DRAFT", "ISSUED", "PARTIALLY_BILLED", "BILLED", "CANCELLED"):
        acme.pages(path, status=status, per_page=1)
    _filtered(cast, path, vendor_id=cast["paper mill"])


def _refused(cast: Cast) -> None:
    acme = cast.acme
    for of, prefix, contact, who, words in (
        ("estimates", "est_", "asha", "customer_id", ("accept", "convert")),
        ("sales_orders", "so_", "asha", "customer_id", ("confirm", "convert-to-invoice")),
        ("purchase_orders", "po_", "paper mill", "vendor_id", ("issue", "convert-to-bill")),
    ):
        path, good = f"/{of}", order(cast, contact, who=who)
        for change in ({who: None}, {"date": "19-05-2026"}, {"line_items": []}, {"discount": "5000"}):
            acme.refused(400, "POST", path, good | change)
        for change in ({who: cast["theirs"]}, {"branch_id": "br_1"}, {"tags": [cast["asha"]]}):
            acme.refused(404, "POST", path, good | change)
        acme.refused(400, "GET", path, status="GONE")
        nobody = f"{path}/{prefix}{'0' * 32}"
        for method in ("GET", "PUT", "DELETE"):
            acme.refused(404, method, nobody, {} if method == "PUT" else None)
        for word in words:
            acme.refused(404, "POST", f"{nobody}/{word}")
        acme.refused(404, "GET", f"{nobody}/pdf")
    acme.refused(404, "POST", f"/estimates/est_{'0' * 32}/email", {"to": "a@b.example"})
