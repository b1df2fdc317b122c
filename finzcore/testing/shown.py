"""What the model says, as the API shows it, and where the books show something else."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from finzcore.org import Org
from finzcore.testing.model import Model, Money, Paper

IDS: Final = {"invoices": "invoice_id", "credit_notes": "credit_note_id", "payments": "payment_id"}
_KEPT: Final = (
    "reference_number",
    "salesperson_id",
    "notes",
    "terms",
    "tds_section",
    "reason",
    "description",
)
_KEPT_OF_LINES: Final = (
    "item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "tax_id", "account_id",
    "restock",
)  # fmt: skip
NUMBERS: Final = {key: name.removesuffix("_id") + "_number" for key, name in IDS.items()}
Unlike = tuple[str, Any, Any]
MOVES: Final = frozenset(
    {
        "status", "payment_made", "credits_applied", "balance", "refunded_amount", "credits_remaining",
        "unused_amount",
    }
)  # fmt: skip
"""What later documents move: an answer may be older or newer than what was told of them."""
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
        "place_of_supply": model.place(one.body),
        "line_items": [_told(line, _KEPT_OF_LINES) for line in one.body["line_items"]],
        **_told(one.body, _KEPT),
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
        "date": f"{money.date}T00:00:00",
        "bank_account_id": money.body["bank_account_id"],
        **_told(money.body, (*_KEPT, "mode", "flow", "payment_type")),
        "amount": rupees(money.amount),
        "bank_charges": money.body.get("bank_charges", 0),
        "tds_amount": money.body.get("tds_amount", 0),
        "unused_amount": rupees(model.left(money.key)),
    }


def _told(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What a body says of fields that are kept as they are given."""
    return {name: body[name] for name in names if name in body}


def differences(expected: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """A line for each field that a document shows otherwise than it should."""
    names = (*NUMBERS.values(), "contact_name", "item_name")
    what = next((str(document[name]) for name in names if name in document), "document")
    return [
        f"{what} {name}: the model says {said}, the books say {found}"
        for name, said, found in _unlike(expected, document)
    ]


def _unlike(expected: Mapping[str, Any], document: Mapping[str, Any], at: str = "") -> Iterator[Unlike]:
    """(field, what is expected, what is there), line by line in a list of lines."""
    for name, said in expected.items():
        found = document.get(name)
        if isinstance(said, list) and len(said) == len(found or ()):
            for place, (line, other) in enumerate(zip(said, found or (), strict=True)):
                yield from _unlike(line, other, f"{at}{name}[{place}].")
        elif found != said:
            yield at + name, said, found


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
