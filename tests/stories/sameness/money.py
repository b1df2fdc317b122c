"""Chapter 5: money received, parked, applied, given back and taken back."""

from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import TODAY, invoice, line
from tests.stories.sameness.scribe import Body


def receipt(cast: Cast, contact: str, amount: Any, *settles: tuple[str, Any], **more: Any) -> Body:
    """The body of a receipt, and what of it settles which invoice."""
    return {
        "flow": "INCOMING",
        "contact_id": cast[contact],
        "date": TODAY,
        "amount": amount,
        "mode": "UPI",
        "allocations": settling(cast, *settles),
    } | more


def settling(cast: Cast, *settles: tuple[str, Any]) -> list[Body]:
    return [{"invoice_id": cast[f"invoice {name}"], "amount": amount} for name, amount in settles]


def tell(cast: Cast) -> None:
    _received(cast)
    _refused(cast)
    _applied(cast)
    _given_back(cast)
    _taken_back(cast)


def _received(cast: Cast) -> None:
    kinds = {
        "in full": receipt(cast, "asha", 1180, ("plain", 1180), payment_type="REGULAR",
            reference_number="UTR 1"),
        "in part": receipt(
            cast, "asha", "500.00", ("free of tax", "99.99"), ("car", "400.01"), mode=None,
            payment_mode="bank"
        ),
        "on account": receipt(cast, "asha", "20000.55", mode="cash", reference_number="UTR 1"),
        "with charges": receipt(
            cast, "mumbai buyer", "300", ("to Mumbai", "310.5"), bank_charges="10.5", tds_amount="10.5",
            tds_section="194C", mode="BANK", bank_account_id=cast["icici"], description="Line\nप्राप्ति \\ '",
        ),
        "advance": receipt(cast, "asha", 700, payment_type="ADVANCE", mode="CHEQUE"),
        "advance, used": receipt(cast, "asha", 700, ("cartage", 50), payment_type="advance", mode="CARD"),
        "in dollars": receipt(cast, "american", "100.55", ("in dollars", "60.55"), exchange_rate="84.5"),
        "in euros": receipt(
            cast, "overseas", "10.00", ("abroad", "10"), currency_code="eur", mode="OTHER",
            paid_through_account_id=cast["icici"],
        ),
        "in Mumbai": receipt(cast, "mumbai buyer", 5, branch_id=cast["mumbai"], account_id=cast["cash"]),
        "largest": receipt(cast, "largest", "8000000000000", ("largest", "8000000000000")),
        "largest abroad": receipt(
            cast, "american", 100000000000, ("largest abroad", "33333333333.33"), payment_type="ADVANCE",
            exchange_rate="99.99999999", bank_account_id=cast["dollar account"],
        ),
        "twice": receipt(cast, "asha", 10, ("car", 5), ("car", 5)),
        "least": receipt(cast, "consumer", "0.01", ("inclusive", "0.01")),
        "to a vendor": receipt(cast, "vendor", 1000, flow="OUTGOING", mode="BANK_TRANSFER"),
        "vendor's advance": receipt(cast, "both", 5, flow="outgoing", payment_type="ADVANCE"),
    }  # fmt: skip
    for name, body in kinds.items():
        made = cast.acme.post("/payments", body)
        cast.keep(f"payment {name}", made["payment_id"])
        cast.acme.get(f"/payments/{made['payment_id']}")
        cast.acme.get(f"/journals/{made['journal_id']}")
    for name in ("plain", "free of tax", "car", "to Mumbai", "cartage", "in dollars", "abroad", "inclusive"):
        cast.acme.get(f"/invoices/{cast[f'invoice {name}']}")


def _refused(cast: Cast) -> None:
    acme = cast.acme
    good = receipt(cast, "asha", 10)
    for change in (
        {"flow": None}, {"flow": "SIDEWAYS"}, {"amount": 0}, {"amount": "-5"},
        {"amount": "10000000000000.01"},
        {"mode": "GOLD"}, {"payment_mode": "CARD"}, {"date": None}, {"contact_id": cast["vendor"]},
        {"bank_account_id": cast["services"]},
        {"allocations": settling(cast, ("car", 11))},
        {"allocations": settling(cast, ("plain", 1))}, {"allocations": settling(cast, ("chairs", 1))},
        {"allocations": settling(cast, ("to Mumbai", 1))}, {"allocations": [{"amount": 1}]},
        {"bank_charges": 11}, {"payment_type": "REFUND"}, {"currency_code": "USD", "exchange_rate": 0},
        {"credit_note_id": None, "payment_type": "REFUND", "allocations": settling(cast, ("car", 1))},
    ):  # fmt: skip
        acme.refused(400, "POST", "/payments", good | change)
    theirs = [{"invoice_id": cast["their invoice 0"], "amount": 1}]
    for change in (
        {"contact_id": cast["theirs"]}, {"allocations": theirs}, {"bank_account_id": "acc_1"},
        {"allocations": [{"bill_id": "bl_0000000000008028be75ac5135ce23f9", "amount": 1}]},
        {"allocations": [{"debit_note_id": "dn_0000000000008028be75ac5135ce23f9", "amount": 1}]},
    ):  # fmt: skip
        acme.refused(404, "POST", "/payments", good | change)
    acme.refused(409, "POST", "/payments", receipt(cast, "asha", "1180.00", reference_number="UTR 1"))


def _applied(cast: Cast) -> None:
    acme = cast.acme
    account, advance = (f"/payments/{cast[f'payment {name}']}/apply" for name in ("on account", "advance"))
    acme.post(account, {"allocations": settling(cast, ("car", 1000), ("cartage", "49.99"))})
    acme.post(account, {"allocations": settling(cast, ("cartage", "0.01"))}, key="apply-once")
    acme.post(account, {"allocations": settling(cast, ("cartage", "0.01"))}, key="apply-once")
    acme.post(advance, {"allocations": settling(cast, ("car", "0.01"), ("old rate", 112))})
    acme.refused(400, "POST", account, {"allocations": settling(cast, ("cartage", "0.01"))})
    acme.refused(400, "POST", advance, {"allocations": settling(cast, ("car", 588))})
    acme.refused(400, "POST", advance, {"allocations": []})
    for of in ("invoice_id", "bill_id", "debit_note_id"):
        other = [{of: cast["their invoice 0"], "amount": 1}]
        acme.refused(404, "POST", advance, {"allocations": other})
    largest = f"/payments/{cast['payment largest abroad']}/apply"
    acme.post(largest, {"allocations": settling(cast, ("largest abroad", "66666666666.66"))})
    dollars = f"/payments/{cast['payment in dollars']}/apply"
    acme.post(dollars, {"allocations": settling(cast, ("in dollars", "39.99"))})
    acme.call(
        "payments.apply", cast["payment in dollars"], allocations=settling(cast, ("in dollars", "0.01"))
    )
    for name in ("on account", "advance", "in dollars"):
        acme.get(f"/payments/{cast[f'payment {name}']}")
    cast.bharat.refused(404, "POST", dollars, {"allocations": settling(cast, ("in dollars", 1))})


def _given_back(cast: Cast) -> None:
    acme = cast.acme
    back = {"flow": "OUTGOING", "payment_type": "REFUND"}
    made = acme.post("/payments", receipt(cast, "asha", 900, **back, reference_number="Back"))
    cast.keep("payment back", made["payment_id"])
    acme.get(f"/payments/{made['payment_id']}")
    acme.refused(400, "POST", "/payments", receipt(cast, "asha", 9000000, **back))
    acme.refused(
        400, "POST", f"/payments/{made['payment_id']}/apply", {"allocations": settling(cast, ("car", 1))}
    )
    acme.refused(400, "POST", f"/payments/{cast['payment on account']}/void")
    for name in ("on account", "advance", "advance, used"):
        acme.get(f"/payments/{cast[f'payment {name}']}")


def _taken_back(cast: Cast) -> None:
    acme = cast.acme
    acme.refused(400, "POST", f"/payments/{cast['payment advance']}/void")
    for name in ("back", "in part", "with charges"):
        acme.post(f"/payments/{cast[f'payment {name}']}/void")
        acme.refused(400, "POST", f"/payments/{cast[f'payment {name}']}/void")
    acme.refused(400, "POST", f"/invoices/{cast['invoice cartage']}/void")
    for name in ("car", "free of tax", "to Mumbai"):
        acme.get(f"/invoices/{cast[f'invoice {name}']}")
    for method, path in (("GET", ""), ("POST", "/void")):
        cast.bharat.refused(404, method, f"/payments/{cast['payment back']}{path}")
    acme.refused(404, "GET", "/payments/no-such-id")
    one = acme.post("/invoices", invoice(cast, "composition", line(cast, 10, None), auto_approve=True))
    body = {"allocations": [{"invoice_id": one["invoice_id"], "amount": 10}]}
    acme.post("/payments", receipt(cast, "composition", 10) | body)
    acme.call("payments.list", per_page=2)
