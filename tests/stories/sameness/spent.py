"""Chapter 6c: money spent at once: plain and itemised, changed field by field, deleted, found again."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import TODAY
from tests.stories.sameness.scribe import Body


def expense(cast: Cast, amount: Any = 1000, **more: Any) -> Body:
    """The body of an expense, by default for the office and from the first account of money."""
    return {"date": TODAY, "account_id": cast.acme.org.account_id("6030"), "amount": amount} | more


def tell(cast: Cast) -> None:
    _spent(cast)
    _refused(cast)
    _changed(cast)
    _deleted(cast)
    _found(cast)


def _lines(cast: Cast) -> list[Body]:
    rent, travel = (cast.acme.org.account_id(code) for code in ("6010", "6050"))
    return [
        {"account_id": rent, "amount": "333.33", "tax_id": cast["GST 5%"], "note": "One\nतीन"},
        {"account_id": travel, "amount": "0.01"},
        {"amount": 7, "note": "'%_\\"},
    ]


def _spent(cast: Cast) -> None:
    acme = cast.acme
    hotel = acme.post(
        "/contacts",
        {"contact_name": "Hotel ताज", "contact_type": "VENDOR", "place_of_contact": "IN-MH"},
    )["contact_id"]
    cast.keep("hotel", hotel)
    taxed: Body = {"tax_id": cast["GST 18%"]}
    kinds = {
        "plain": expense(cast, mode="BANK", reference_number="UTR 9", notes="N\nn"),
        "inclusive": expense(cast, 1180, is_inclusive_tax=True, mode="bank_transfer", **taxed),
        "itemised": expense(cast, 0, line_items=_lines(cast), tags=[cast["tag 10"]], **taxed),
        "of lines alone": expense(cast, None, account_id=None, line_items=_lines(cast)[:2], mode="cash"),
        "assessed": expense(cast, 5000, is_rcm=True, rcm_rate="5", mode="CHEQUE"),
        "by its tax": expense(cast, 5000, tax_id=cast["RCM 5%"], mode="UPI"),
        "blocked": expense(cast, itc_blocked_reason="17(5)(b)", mode="CARD", **taxed),
        "both": expense(cast, is_rcm=True, rcm_rate=18, itc_blocked_reason="17(5)", mode="OTHER"),
        "hotel": expense(cast, vendor_id=hotel, place_of_supply="IN-MH", **taxed),
        "from Mumbai": expense(cast, contact_id=hotel, source_of_supply="IN-KA", **taxed),
        "in Mumbai": expense(cast, vendor_id=cast["both"], branch_id=cast["mumbai"], **taxed),
        "spelled": expense(
            cast, "7.5", bank_account_id=cast["icici"], payment_mode="upi", customer_notes="x",
            destination_of_supply="IN-DL",
        ),
        "last year": expense(cast, "99.99", date="2026-03-31", paid_through_account_id=cast["cash"]),
        "twice": expense(cast, 10),
        "largest": expense(cast, "1000000000000.00"),
    }  # fmt: skip
    for name, body in kinds.items():
        made = acme.post("/expenses", body)
        cast.keep(f"expense {name}", made["expense_id"])
        acme.get(f"/expenses/{made['expense_id']}")
        acme.get(f"/journals/{made['journal_id']}")
    acme.call("expenses.create", **expense(cast, 3))
    spent_there = cast.bharat.org.account_id("6010")
    cast.bharat.post("/expenses", {"date": TODAY, "account_id": spent_there, "amount": "11.11"})


def _refused(cast: Cast) -> None:
    acme = cast.acme
    for change in (
        {"date": None}, {"amount": None}, {"amount": 0}, {"account_id": None}, {"account_id": cast["cash"]},
        {"bank_account_id": cast["sundry"]}, {"is_rcm": True}, {"is_rcm": True, "rcm_rate": "0.000001"},
        {"mode": "GOLD"}, {"itc_blocked_reason": "17(5)(B)"}, {"line_items": [{"amount": 0}]},
        {"line_items": [{"amount": 1}], "account_id": None}, {"vendor_id": cast["asha"]},
        {"line_items": [{"amount": 1, "note": "n" * 501}]},
    ):  # fmt: skip
        acme.refused(400, "POST", "/expenses", expense(cast) | change)
    for change in (
        {"vendor_id": cast["theirs"]}, {"account_id": "acc_1"}, {"tax_id": "tx_1"}, {"branch_id": "br_1"},
        {"line_items": [{"amount": 1}, {"amount": 1, "account_id": "acc_1"}]}, {"tags": ["cc_1"]},
    ):  # fmt: skip
        acme.refused(404, "POST", "/expenses", expense(cast) | change)


def _changed(cast: Cast) -> None:
    """Every field by itself, and cleared; what is required is refused, and recorded too."""
    acme = cast.acme
    path = f"/expenses/{cast['expense twice']}"
    fields: Body = {
        "date": ("2026-05-18", "2027-04-01"), "account_id": acme.org.account_id("6010"), "amount": "12.34",
        "paid_through_account_id": cast["icici"], "bank_account_id": cast["cash"],
        "mode": ("CASH", "BANK", "BANK_TRANSFER", "CHEQUE", "UPI", "CARD", "OTHER"),
        "payment_mode": "CARD", "reference_number": "R", "vendor_id": cast["hotel"],
        "contact_id": (cast["both"], cast["asha"]), "tax_id": cast["GST 18%"], "is_inclusive_tax": True,
        "rcm_rate": 12, "is_rcm": True, "itc_blocked_reason": "17(5)(h)", "place_of_supply": "IN-MH",
        "source_of_supply": "96", "destination_of_supply": "IN-KA", "branch_id": cast["mumbai"],
        "tags": [cast["tag 9"]], "notes": "One\n\ttwo", "customer_notes": "Three",
        "line_items": (_lines(cast), _lines(cast)[:1], [{"amount": "0.5", "tax_id": cast["GST 18%"]}]),
    }  # fmt: skip
    for name, value in fields.items():
        for each in value if isinstance(value, tuple) else (value,):
            acme.send("PUT", path, {name: each})
        acme.send("PUT", path, {name: None})
    acme.get(path)
    shown = acme.get(f"/expenses/{cast['expense itemised']}")
    acme.put(f"/expenses/{cast['expense itemised']}", shown)
    acme.put(f"/expenses/{cast['expense inclusive']}", {"amount": "1180.01"})
    acme.refused(404, "PUT", path, {"vendor_id": cast["theirs"]})
    cast.bharat.refused(404, "PUT", path, {"amount": 1})
    acme.call("expenses.update", cast["expense plain"], notes=None)


def _deleted(cast: Cast) -> None:
    acme = cast.acme
    for name in ("twice", "both"):
        path = f"/expenses/{cast[f'expense {name}']}"
        acme.delete(path)
        acme.refused(404, "DELETE", path)
        acme.refused(404, "GET", path)
    cast.bharat.refused(404, "DELETE", f"/expenses/{cast['expense plain']}")
    acme.refused(400, "DELETE", f"/contacts/{cast['hotel']}")
    acme.call("expenses.delete", cast["expense of lines alone"])
    acme.get("/reports/ledger", account_id=acme.org.account_id("6030"))
    acme.get("/reports/trial_balance", as_of_date="2026-05-31")


def _found(cast: Cast) -> None:
    acme = cast.acme
    for code in ("6030", "6010", "1010"):
        acme.get("/expenses", account_id=acme.org.account_id(code))
    for key in ("hotel", "both", "theirs"):
        acme.get("/expenses", vendor_id=cast[key])
    acme.get("/expenses", account_id="acc_1", vendor_id="ct_1")
    acme.get("/expenses", vendor_id=cast["hotel"], date_from=TODAY, date_to=TODAY)
    acme.pages("/expenses", per_page=4)
    acme.get("/journals", source="EXPENSE", per_page=200)
