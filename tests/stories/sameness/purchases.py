"""Chapter 7: bills, what vendors credit and charge beyond them, and how they are paid."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import TODAY, line
from tests.stories.sameness.scribe import Body


def bill(cast: Cast, vendor: str = "mill", *lines: Body, **more: Any) -> Body:
    """The body of a bill, by default one line of paper from the mill at home."""
    return {
        "vendor_id": cast[f"vendor {vendor}"],
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": list(lines) or [line(cast)],
    } | more


def paid(cast: Cast, vendor: str, amount: Any, *allocations: Body, **more: Any) -> Body:
    return {
        "flow": "OUTGOING",
        "contact_id": cast[f"vendor {vendor}"],
        "date": TODAY,
        "amount": amount,
        "mode": "CHEQUE",
        "allocations": list(allocations),
    } | more


def tell(cast: Cast) -> None:
    _vendors(cast)
    _bills(cast)
    _drafts(cast)
    _refused(cast)
    _notes(cast)
    _notes_refused(cast)
    _paid(cast)
    _found(cast)
    _ended(cast)


def _vendors(cast: Cast) -> None:
    vendors = {
        "mill": {"contact_name": "Nilgiri Papers", "place_of_contact": "IN-KA", "payment_terms": 15},
        "away": {"contact_name": "Pune Prints", "place_of_contact": "IN-MH"},
        "zone": {"contact_name": "Kandla Dyes", "gst_treatment": "SEZ", "place_of_contact": "IN-GJ"},
        "abroad": {"contact_name": "Ohio Tools", "gst_treatment": "OVERSEAS", "currency_code": "USD"},
        "both": {"contact_name": "रवि and Sons", "contact_type": "BOTH", "place_of_contact": "IN-KA"},
    }
    for name, body in vendors.items():
        made = cast.acme.post("/contacts", {"contact_type": "VENDOR"} | body)
        cast.keep(f"vendor {name}", made["contact_id"])


def kinds(cast: Cast) -> dict[str, Body]:
    """Bills by name; all of them are posted at once."""
    chair = {"item_id": cast["item chair"], "quantity": 5, "rate": 120}
    return {
        "plain": bill(cast),
        "withheld": bill(cast, "mill", line(cast, 70, quantity=10), tds_rate=2, tds_section="194C"),
        "from Pune": bill(cast, "away", line(cast, "333.33")),
        "in Pune": bill(cast, "away", line(cast, 100), place_of_supply="IN-MH"),
        "of a zone": bill(cast, "zone", line(cast, 10)),
        "abroad": bill(cast, "abroad", line(cast, 100, None), exchange_rate="83.125"),
        "carried": bill(cast, "mill", line(cast, 10000, "RCM 5%")),
        "assessed": bill(cast, "away", line(cast, 1000, None), is_rcm=True, rcm_rate=5),
        "blocked": bill(cast, "mill", line(cast, 1000), itc_blocked_reason="17(5)(b)"),
        "chairs": bill(cast, "both", chair),
        "mixed": bill(
            cast, "mill",
            line(cast, 10, is_rcm=True, rcm_rate="18"), line(cast, 20, itc_blocked_reason="17(5)"),
            line(cast, 30, is_rcm=False), line(cast, 40, "cars"), is_inclusive_tax=False,
        ),
        "spelled": {
            "contact_id": cast["vendor mill"], "bill_date": TODAY, "due_date": "2026-07-01",
            "source_of_supply": "IN-KA", "bill_number": "No. 7 / रसीद", "reference_number": "R 7",
            "branch_id": cast["head office"], "salesperson_id": cast["salesperson Meena"],
            "discount": "1%", "shipping": "1.50", "adjustment": "-0.25", "round_off": "0.10",
            "customer_notes": "N", "terms": "T", "tags": [cast["tag 10"]], "custom_fields": {"k": "v"},
            "currency_code": "INR", "exchange_rate": 1,
            "line_items": [{"item_name": "Reams", "price": "1.95", "discount": "0.10", "unit": "r",
                            "account_id": cast["stationery"], "description": "D", "tags": [cast["tag 9"]],
                            "hsn_sac": "4802"}],
        },
        "spelled too": bill(
            cast, "mill", line(cast, 2, name="R", hsn_or_sac="4802"), is_discount_before_tax=False,
            shipping_charge=0, tds_amount=0, notes="x", reference_number="R 8", bill_date=TODAY,
        ) | {"destination_of_supply": "IN-KA"},
        "tds so": bill(cast, "both", line(cast, 500), tds=5),
        "tds too": bill(cast, "both", line(cast, 600), tds_percentage="1.5"),
        "rounded": bill(cast, "mill", line(cast, "199.49"), is_inclusive_tax=True, round_off="-0.49"),
        "nothing": bill(cast, "both", line(cast, 0)),
    }  # fmt: skip


def _bills(cast: Cast) -> None:
    accounts = cast.acme.get("/accounts", per_page=500)
    cast.keep("stationery", next(one["account_id"] for one in accounts if one["code"] == "6030"))
    for name, body in kinds(cast).items():
        made = cast.acme.post("/bills", {"reference_number": name} | body | {"auto_approve": True})
        cast.keep(f"bill {name}", made["bill_id"])
        cast.acme.get(f"/bills/{made['bill_id']}")
        if made["journal_id"] is not None:
            cast.acme.get(f"/journals/{made['journal_id']}")
    cast.acme.get(f"/items/{cast['item chair']}")
    cast.bharat.post("/contacts", {"contact_name": "Dilli Steel", "contact_type": "VENDOR"})


def _drafts(cast: Cast) -> None:
    draft = cast.acme.post("/bills", bill(cast, "mill", line(cast, 77), auto_approve=False))
    path = f"/bills/{draft['bill_id']}"
    for change in (
        {"is_rcm": True, "rcm_rate": 12},
        {"is_rcm": False, "rcm_rate": None},
        {"itc_blocked_reason": "17(5)(a)"},
        {"vendor_id": cast["vendor away"]},
        {"place_of_supply": "IN-MH"},
        {"date": "2026-05-20", "reference_number": "later"},
        {"line_items": [line(cast, 78)]},
    ):
        cast.acme.put(path, change)
    cast.acme.post(f"{path}/approve")
    gone = cast.acme.post("/bills", bill(cast, reference_number="to go"))
    cast.acme.delete(f"/bills/{gone['bill_id']}")
    cast.acme.refused(404, "GET", f"/bills/{gone['bill_id']}")
    cast.acme.call("bills.create", **bill(cast, "both", line(cast, 9), auto_approve=True))


def _refused(cast: Cast) -> None:
    acme = cast.acme
    good = bill(cast, "mill", line(cast, 10))
    for change in (
        {"vendor_id": None}, {"vendor_id": cast["asha"]}, {"date": None}, {"place_of_supply": "IN-XX"},
        {"line_items": []}, {"due_date": "2026-05-18"},
        {"itc_blocked_reason": "17(4)"}, {"bill_number": "x" * 41}, {"tds_rate": 101},
        {"line_items": [line(cast, 1, account_id=cast["sundry"])]},
        {"line_items": [line(cast, 1, None, is_rcm=True)]},
    ):  # fmt: skip
        acme.refused(400, "POST", "/bills", good | change)
    acme.refused(400, "POST", "/bills", bill(cast, reference_number="plain", auto_approve=True))
    taken = good | {"bill_number": "no. 7 / रसीद"}
    acme.refused(409, "POST", "/bills", taken)
    acme.refused(404, "POST", "/bills", good | {"vendor_id": "ct_" + "0" * 32})
    posted = f"/bills/{cast['bill plain']}"
    for method, path in (("PUT", posted), ("DELETE", posted), ("POST", f"{posted}/approve")):
        acme.refused(400, method, path, {} if method == "PUT" else None)
    acme.refused(404, "POST", f"/bills/bl_{'0' * 32}/void")
    acme.refused(422, "GET", "/bills", per_page="many")


def _notes(cast: Cast) -> None:
    """Notes of vendors, both kinds, and debit notes to customers."""
    acme = cast.acme
    body = {"customer_id": cast["vendor mill"], "date": TODAY, "line_items": [line(cast, 50)]}
    credited = {
        "of a bill": body | {"bill_id": cast["bill plain"]},
        "of tds": body | {"bill_id": cast["bill withheld"]},
        "assessed": body
        | {"line_items": [line(cast, 5, is_rcm=True, rcm_rate=18, itc_blocked_reason="17(5)(h)")]},
        "header": body | {"is_rcm": True, "rcm_rate": "12", "itc_blocked_reason": "17(5)"},
        "on account": body | {"type": "VENDOR", "customer_id": cast["vendor both"]},
        "chairs back": body
        | {
            "customer_id": cast["vendor both"],
            "bill_id": cast["bill chairs"],
            "line_items": [{"item_id": cast["item chair"], "rate": 120, "restock": True}],
        },
    }
    for name, given in credited.items():
        made = acme.post("/credit_notes", given)
        cast.keep(f"vendor note {name}", made["credit_note_id"])
        acme.get(f"/journals/{made['journal_id']}")
    charged = {
        "of a bill": body | {"bill_id": cast["bill from Pune"], "customer_id": cast["vendor away"]},
        "of an invoice": body | {"invoice_id": cast["invoice plain"], "customer_id": cast["asha"]},
        "alone": body | {"customer_id": cast["asha"], "type": "customer", "reason": "Price revision"},
        "vendor alone": {
            "vendor_id": cast["vendor both"], "type": "VENDOR", "date": TODAY, "due_date": "2026-08-01",
            "source_of_supply": "IN-KA", "debit_note_number": "DN/OWN/1", "reference_number": "D 1",
            "branch_id": cast["head office"], "salesperson_id": cast["salesperson Meena"],
            "discount": "1%", "shipping_charge": 1, "adjustment": "0.01", "round_off": "0.02",
            "customer_notes": "N", "terms": "T", "tags": [cast["tag 10"]], "custom_fields": {"k": "v"},
            "currency_code": "INR", "exchange_rate": 1, "is_inclusive_tax": True, "is_rcm": False,
            "rcm_rate": 5, "itc_blocked_reason": "17(5)(i)", "tds_rate": 1, "tds_section": "194C",
            "line_items": [{"item_name": "Reams", "price": "11.95", "discount": "0.10", "unit": "r",
                            "account_id": cast["stationery"], "description": "D", "tags": [cast["tag 9"]],
                            "hsn_sac": "4802", "quantity": 2, "is_rcm": False, "rcm_rate": 5,
                            "itc_blocked_reason": "17(5)"}],
        },
        "spelled too": body | {
            "contact_id": cast["asha"], "customer_id": None, "place_of_supply": "IN-KA", "series": "DX",
            "is_discount_before_tax": False, "shipping": 0, "tds_amount": 0, "notes": "x",
            "line_items": [{"item_id": cast["item licence"], "tax_id": cast["GST 18%"],
                            "hsn_or_sac": "9983", "rate": 3}],
            "with_payment": True,
        },
        "spelled again": body | {
            "customer_id": cast["asha"], "destination_of_supply": "IN-KA", "tds": 0, "tds_percentage": 0,
        },
        "abroad": body | {
            "customer_id": cast["overseas"], "currency_code": "EUR", "exchange_rate": 91,
            "place_of_supply": "OVERSEAS", "with_payment": False,
            "export": {"port_code": "INBLR4", "country_code": "DE", "shipping_bill_number": "7",
                       "shipping_bill_date": "2026-05-01"},
        },
    }  # fmt: skip
    for name, given in charged.items():
        made = acme.post("/debit_notes", given)
        cast.keep(f"debit note {name}", made["debit_note_id"])
        acme.get(f"/debit_notes/{made['debit_note_id']}")
        acme.get(f"/journals/{made['journal_id']}")
    path = f"/debit_notes/{cast['debit note alone']}"
    for change in ({"reason": "Another"}, {"line_items": [line(cast, 60)]}, {"due_date": "2026-09-01"}):
        acme.put(path, change)
    acme.get(path)
    acme.refused(400, "POST", f"/bills/{cast['bill plain']}/void")


def _notes_refused(cast: Cast) -> None:
    acme = cast.acme
    good = {"customer_id": cast["asha"], "date": TODAY, "line_items": [line(cast, 1)]}
    for change in (
        {"type": "VENDOR"}, {"type": "OTHER"}, {"is_rcm": True, "rcm_rate": 5},
        {"bill_id": cast["bill plain"]}, {"due_date": "2026-05-18"}, {"line_items": []},
        {"invoice_id": cast["invoice plain"], "bill_id": cast["bill plain"]},
    ):  # fmt: skip
        acme.refused(400, "POST", "/debit_notes", good | change)
    acme.refused(404, "POST", "/debit_notes", good | {"invoice_id": "inv_" + "0" * 32})
    acme.refused(400, "POST", "/debit_notes", good, key=None)
    acme.refused(400, "PUT", f"/debit_notes/{cast['debit note alone']}", {"date": "2027-04-01"})
    acme.refused(404, "GET", f"/debit_notes/dn_{'0' * 32}")
    acme.refused(422, "GET", "/debit_notes", per_page="many")


def _paid(cast: Cast) -> None:
    acme = cast.acme
    to = f"/credit_notes/{cast['vendor note of a bill']}/apply-to-bill"
    acme.post(to, {"bill_id": cast["bill plain"], "amount": 10})
    acme.post(to, {"bill_id": cast["bill mixed"]})
    acme.refused(400, "POST", to, {"bill_id": cast["bill plain"], "amount": 100000})
    acme.refused(404, "POST", to, {"bill_id": "bl_" + "0" * 32})
    part = {"bill_id": cast["bill from Pune"], "amount": 100}
    whole = {"debit_note_id": cast["debit note of a bill"], "amount": 59}
    first = acme.post("/payments", paid(cast, "away", 200, part, whole, bank_charges=3))
    acme.get(f"/payments/{first['payment_id']}")
    acme.post("/payments", paid(cast, "mill", 78, {"bill_id": cast["bill carried"], "amount": 80}, tds=2))
    advance = acme.post("/payments", paid(cast, "both", 500, payment_type="ADVANCE"))
    to = {"bill_id": cast["bill tds so"], "amount": 300}
    acme.post(f"/payments/{advance['payment_id']}/apply", {"allocations": [to]})
    acme.post("/payments", paid(cast, "both", 50, flow="INCOMING", payment_type="REFUND"))
    back = {"flow": "INCOMING", "payment_type": "REFUND", "credit_note_id": cast["vendor note on account"]}
    acme.post("/payments", paid(cast, "both", 9, **back))
    dollars = {"bill_id": cast["bill abroad"], "amount": 40}
    acme.post("/payments", paid(cast, "abroad", 40, dollars, exchange_rate="84.5"))
    dollars = {"bill_id": cast["bill abroad"], "amount": 60}
    acme.post("/payments", paid(cast, "abroad", 60, dollars, exchange_rate=81))
    acme.refused(400, "POST", f"/bills/{cast['bill abroad']}/void")
    wrong = {"debit_note_id": cast["debit note alone"], "amount": 1}
    acme.refused(400, "POST", "/payments", paid(cast, "away", 1, wrong))
    acme.refused(400, "POST", f"/debit_notes/{cast['debit note of a bill']}/void")
    acme.post(f"/payments/{first['payment_id']}/void")


def _found(cast: Cast) -> None:
    acme = cast.acme
    for query in (
        {"vendor_id": cast["vendor mill"]}, {"branch_id": cast["head office"]}, {"reference_number": "R 7"},
        {"date_from": "2026-05-20", "date_to": "2026-05-31"}, {"search": "रवि"}, {"search": "NILGIRI"},
    ):  # fmt: skip
        acme.get("/bills", **query)
    for status in ("DRAFT", "OPEN", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED"):
        acme.get("/bills", status=status)
    acme.pages("/bills", per_page=7)
    for query in (
        {"customer_id": cast["asha"]}, {"invoice_id": cast["invoice plain"]},
        {"bill_id": cast["bill from Pune"]}, {"type": "customer"}, {"type": "vendor"},
        {"date_from": TODAY, "date_to": TODAY},
    ):  # fmt: skip
        acme.get("/debit_notes", **query)
    for status in ("ISSUED", "PARTIALLY_PAID", "PAID", "CANCELLED"):
        acme.get("/debit_notes", status=status)
    acme.pages("/debit_notes", per_page=2)
    acme.get("/credit_notes", bill_id=cast["bill plain"])
    acme.get("/credit_notes", type="VENDOR")


def _ended(cast: Cast) -> None:
    acme = cast.acme
    acme.post(f"/debit_notes/{cast['debit note of an invoice']}/void")
    acme.post(f"/credit_notes/{cast['vendor note chairs back']}/void")
    acme.post(f"/bills/{cast['bill chairs']}/void")
    acme.post(f"/bills/{cast['bill in Pune']}/void")
    acme.get(f"/items/{cast['item chair']}")
