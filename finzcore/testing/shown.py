"""What the model says, as the API shows it, and where the books show something else."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from finzcore.org import Org
from finzcore.testing.model import Model, Money, Paper

IDS: Final = {"invoices": "invoice_id", "credit_notes": "credit_note_id", "payments": "payment_id"}
NUMBERS: Final = {key: name.removesuffix("_id") + "_number" for key, name in IDS.items()}
_LAST_DAY: Final = "2199-12-31"


def rupees(amount: int) -> Decimal:
    """Paise as an amount of the API.

    >>> rupees(1416000)
    Decimal('14160.00')
    """
    return Decimal(amount).scaleb(-2)


def paper(model: Model, one: Paper, today: str) -> dict[str, Any]:
    """An invoice or a credit note as far as the model knows it."""
    priced = one.priced
    said: dict[str, Any] = {
        IDS[one.of]: one.key,
        NUMBERS[one.of]: one.number,
        "customer_id": one.customer,
        "date": f"{one.date}T00:00:00",
        "currency_code": "INR",
        "status": model.status(one, today),
    }
    amounts = {
        "sub_total": priced.sub_total,
        "discount": priced.discount,
        "cgst_total": priced.cgst,
        "sgst_total": priced.sgst,
        "igst_total": priced.igst,
        "tax_total": priced.tax,
        "tds_amount": priced.tds,
        "round_off": priced.round_off,
        "total": priced.total,
    }
    if one.of == "invoices":
        said["due_date"] = f"{one.due}T00:00:00"
        amounts["payment_made"] = model.settled(one.key, by=model.money)
        amounts["credits_applied"] = model.settled(one.key, by=model.papers)
        amounts["balance"] = model.balance(one.key)
    else:
        back = sum(use.amount for use in model.uses if use.source == one.key and use.target in model.money)
        amounts["refunded_amount"] = back
        amounts["credits_remaining"] = model.left(one.key)
    return said | {name: rupees(amount) for name, amount in amounts.items()}


def payment(model: Model, money: Money) -> dict[str, Any]:
    """A payment as far as the model knows it."""
    return {
        "payment_id": money.key,
        "payment_number": money.number,
        "contact_id": money.contact,
        "status": "VOIDED" if money.voided else "RECORDED",
        "amount": rupees(money.amount),
        "unused_amount": rupees(model.left(money.key)),
    }


def differences(expected: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """A line for each field that a document shows otherwise than it should."""
    what = next((str(document[name]) for name in NUMBERS.values() if name in document), "document")
    return [
        f"{what} {name}: the model says {value}, the books say {document.get(name)}"
        for name, value in expected.items()
        if document.get(name) != value
    ]


def disagreements(acme: Org, model: Model, today: str) -> Iterator[str]:
    """A line for each figure that the books show otherwise than the model does."""
    for of in ("invoices", "credit_notes"):
        there = [paper(model, one, today) for one in model.papers.values() if one.of == of]
        yield from _of_list(of, there, getattr(acme, of).all())
    money = [payment(model, one) for one in model.money.values()]
    yield from _of_list("payments", money, acme.payments.all())
    for key in model.items:
        yield from differences({"stock_on_hand": model.stock(key)}, acme.items.get(key))
    for key in model.customers:
        ledger = acme.reports.customer_ledger(contact_id=key, to_date=_LAST_DAY)
        yield from differences({"closing_balance": rupees(model.owes(key))}, ledger)
    for day in {today, model.last_day(today)}:
        report = acme.reports.trial_balance(as_of_date=day)
        found = {row["code"]: row["debit"] - row["credit"] for row in report["accounts"]}
        stands = {code: rupees(amount) for code, amount in model.trial_balance(day).items()}
        for code in sorted(found.keys() | stands.keys()):
            if found.get(code) != stands.get(code):
                said = f"the model says {stands.get(code)}, the books say {found.get(code)}"
                yield f"account {code} on {day}: {said}"


def _of_list(of: str, expected: list[dict[str, Any]], listed: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Documents as a list shows them: those that should be there, and no others."""
    found = {one[IDS[of]]: one for one in listed}
    for one in expected:
        document = found.pop(one[IDS[of]], None)
        if document is None:
            yield f"{of}: {one[NUMBERS[of]]} is not there"
        else:
            yield from differences(one, document)
    for document in found.values():
        yield f"{of}: nobody made {document[NUMBERS[of]]}"
