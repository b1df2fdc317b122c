"""What the model says, as the API shows it, and where the books show something else."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from finzcore.testing.invariants.seen import LAST_DAY, Seen
from finzcore.testing.model import Expense, Model, Money, Paper, Schedule, Voucher
from finzcore.testing.model.facts import OFFERS, PREFIXES
from finzcore.testing.model.ledger import difference
from finzcore.testing.model.papers import ELSEWHERE

IDS: Final = {of: f"{of.removesuffix('s')}_id" for of in (*PREFIXES, "journals")} | {
    "recurring": "recurring_id"
}
"""The key of its id in a document of each resource."""
NUMBERS: Final = {of: f"{of.removesuffix('s')}_number" for of in PREFIXES}

_KEPT: Final = (
    "reference_number", "salesperson_id", "notes", "terms", "tds_section", "reason", "description",
    "invoice_id", "bill_id", "is_rcm", "rcm_rate", "itc_blocked_reason", "with_payment",
)  # fmt: skip
_KEPT_OF_LINES: Final = (
    "item_id", "name", "description", "hsn_or_sac", "quantity", "unit", "rate", "tax_id", "account_id",
    "restock",
)  # fmt: skip
_OF_EXPENSES: Final = (
    "account_id", "paid_through_account_id", "mode", "reference_number", "vendor_id", "tax_id", "notes",
    "is_inclusive_tax", "is_rcm", "rcm_rate", "itc_blocked_reason",
)  # fmt: skip
_COUNTED: Final = {"sales_orders": "quantity_invoiced", "purchase_orders": "quantity_billed"}
_MADE: Final = {"sales_orders": "invoice_ids", "purchase_orders": "bill_ids"}
_DAYS: Final = ("due_date", "expiry_date", "expected_shipment_date", "expected_delivery_date")

Unlike = tuple[str, Any, Any]
MOVES: Final = frozenset(
    {
        "status", "payment_made", "credits_applied", "balance", "refunded_amount", "credits_remaining",
        "unused_amount", "invoice_ids", "bill_ids", "converted_to_sales_order_id",
    }
)  # fmt: skip
"""What later documents move: an answer may be older or newer than what was told of them."""


def rupees(amount: int) -> Decimal:
    """Paise as an amount of the API.

    >>> rupees(1416000)
    Decimal('14160.00')
    """
    return Decimal(amount).scaleb(-2)


def paper(model: Model, one: Paper, today: str) -> dict[str, Any]:
    """A document of lines as far as the model knows it."""
    priced = one.priced
    said: dict[str, Any] = {
        IDS[one.of]: one.key,
        NUMBERS[one.of]: one.number,
        _contact(one): one.contact,
        "date": f"{one.date}T00:00:00",
        "currency_code": one.currency,
        "exchange_rate": one.rate,
        "status": model.status(one, today),
        "place_of_supply": model.place(one.body),
        "branch_id": model.branch(one.body),
        "line_items": [_line(model, one, at) for at in range(len(one.body["line_items"]))],
        **_told(one.body, _KEPT),
        **{name: f"{one.body[name]}T00:00:00" for name in _DAYS if name in one.body},
    }
    amounts = {
        "sub_total": priced.sub_total,
        "discount": priced.discount,
        "shipping_charge": priced.shipping,
        "cgst_total": priced.cgst,
        "sgst_total": priced.sgst,
        "igst_total": priced.igst,
        "tax_total": priced.tax,
        "round_off": priced.round_off,
        "total": priced.total,
    }
    more = _of_offer(model, one) if one.of in OFFERS else {}
    if one.of not in OFFERS:
        amounts |= {"tds_amount": priced.tds} | _open(model, one)
    if one.of in ("invoices", "bills", "debit_notes"):
        more["due_date"] = f"{one.due}T00:00:00"
    return said | more | {name: rupees(amount) for name, amount in amounts.items()}


def _contact(one: Paper) -> str:
    return "vendor_id" if one.of in ("bills", "purchase_orders") else "customer_id"


def _line(model: Model, one: Paper, at: int) -> dict[str, Any]:
    """A line as it is shown: of a purchase with what the buyer assesses himself, of an order with how
    much of it is carried out.
    """
    line = one.body["line_items"][at]
    said = _told(line, _KEPT_OF_LINES)
    if not one.sells:
        heads = zip(("rcm_cgst", "rcm_sgst", "rcm_igst"), one.priced.assessed[at], strict=True)
        said |= {name: rupees(amount) for name, amount in heads}
        reason = line.get("itc_blocked_reason") or one.body.get("itc_blocked_reason")
        said["itc_blocked_reason"] = reason or (ELSEWHERE if one.priced.blocked[at] else None)
    if one.of in _COUNTED:
        said[_COUNTED[one.of]] = model.carried(one)[at]
    return said


def _of_offer(model: Model, one: Paper) -> dict[str, Any]:
    """What an estimate or an order became."""
    if one.of == "estimates":
        return {"converted_to_sales_order_id": one.link}
    made = {_MADE[one.of]: [other.key for other in model.made_of(one)]}
    return made | ({"estimate_id": one.link} if one.of == "sales_orders" else {})


def _open(model: Model, one: Paper) -> dict[str, int]:
    """What is open on a document, or left of a note."""
    if one.of == "credit_notes":
        back = sum(use.amount for use in model.uses if use.source == one.key and use.target in model.money)
        return {"refunded_amount": back, "credits_remaining": model.left(one.key)}
    return {
        "payment_made": model.settled(one.key, by=model.money),
        "credits_applied": model.settled(one.key, by=model.papers),
        "balance": model.balance(one.key),
    }


def payment(model: Model, money: Money) -> dict[str, Any]:
    """A payment as far as the model knows it."""
    return {
        "payment_id": money.key,
        "payment_number": money.number,
        "contact_id": money.contact,
        "status": "VOIDED" if money.voided else "RECORDED",
        "date": f"{money.date}T00:00:00",
        "bank_account_id": money.body["bank_account_id"],
        "branch_id": money.body["branch_id"],
        "currency_code": money.currency,
        "exchange_rate": money.rate,
        **_told(money.body, (*_KEPT, "mode", "flow", "payment_type")),
        "amount": rupees(money.amount),
        "bank_charges": money.body.get("bank_charges", 0),
        "tds_amount": money.body.get("tds_amount", 0),
        "unused_amount": rupees(model.left(money.key)),
    }


def expense(model: Model, one: Expense) -> dict[str, Any]:
    """An expense as far as the model knows it."""
    body, priced = one.body, one.priced
    return {
        "expense_id": one.key,
        "expense_number": one.number,
        "date": f"{body['date']}T00:00:00",
        "place_of_supply": body["place_of_supply"],
        "branch_id": model.branch(body),
        **_told(body["said"], _OF_EXPENSES),
        "paid_through_account_id": body["paid_through_account_id"],
        "line_items": [
            {
                "account_id": line["account_id"],
                "amount": line["rate"],
                "taxable": rupees(base),
                "cgst": rupees(heads[0]),
                "sgst": rupees(heads[1]),
                "igst": rupees(heads[2]),
            }
            for line, base, heads in zip(body["line_items"], priced.bases, priced.charged, strict=True)
        ],
        "amount": sum(line["rate"] for line in body["line_items"]),
        "sub_total": rupees(priced.sub_total),
        "tax_total": rupees(priced.tax),
        "total": rupees(priced.total),
    }


def voucher(model: Model, one: Voucher) -> dict[str, Any]:
    """An entry made by hand, with the line for the paisa by which it was out, if it was."""
    lines = [
        _told(line, ("account_id", "description")) | {side: line.get(side, 0) for side in ("debit", "credit")}
        for line in one.body["lines"]
    ]
    if left := difference(one.body["lines"]):
        round_off = model.account(None, "4040")
        lines.append(
            {
                "account_id": round_off,
                "debit": rupees(max(-left, 0)),
                "credit": rupees(max(left, 0)),
            }
        )
    return {
        "journal_id": one.key,
        "source": "MANUAL",
        "date": f"{one.body['date']}T00:00:00",
        **_told(one.body, ("memo", "reference_number")),
        "lines": lines,
        "total": sum(line["debit"] for line in lines),
    }


def schedule(model: Model, one: Schedule) -> dict[str, Any]:
    """A schedule as far as the model knows it."""
    return {
        "recurring_id": one.key,
        **_told(one.body, ("entity_type", "name", "frequency", "interval", "start_date", "end_date")),
        "next_run_at": f"{one.following}T03:30:00Z",
        "run_count": one.runs,
        "is_active": one.active,
    }


def _told(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What a body says of fields that are kept as they are given."""
    return {name: body[name] for name in names if name in body}


def differences(expected: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """A line for each field that a document shows otherwise than it should."""
    return [
        f"{_named(document)} {name}: the model says {said}, the books say {found}"
        for name, said, found in _unlike(expected, document)
    ]


def _named(document: Mapping[str, Any]) -> str:
    names = (*NUMBERS.values(), "journal_number", "contact_name", "item_name", "name")
    return next((str(document[name]) for name in names if name in document), "document")


def _unlike(expected: Mapping[str, Any], document: Mapping[str, Any], at: str = "") -> Iterator[Unlike]:
    """(field, what is expected, what is there), line by line in a list of lines."""
    for name, said in expected.items():
        found = document.get(name)
        if isinstance(said, list) and len(said) == len(found or ()) and said and isinstance(said[0], dict):
            for place, (line, other) in enumerate(zip(said, found or (), strict=True)):
                yield from _unlike(line, other, f"{at}{name}[{place}].")
        elif found != said:
            yield at + name, _plain(said), found


def _plain(said: Any) -> Any:
    return Decimal(said.numerator) / said.denominator if isinstance(said, Fraction) else said


Lists = Iterator[tuple[str, list[dict[str, Any]], Iterable[Mapping[str, Any]]]]


def _lists(seen: Seen, model: Model, today: str) -> Lists:
    """(resource, what should be in its list, what is there), of every kind of document."""
    papers = [(one.of, paper(model, one, today)) for one in model.papers.values()]
    for of in NUMBERS:
        if of not in ("payments", "expenses"):
            yield of, [said for kind, said in papers if kind == of], seen.all(of)
    yield "payments", [payment(model, one) for one in model.money.values()], seen.all("payments")
    yield "expenses", [expense(model, one) for one in model.expenses.values()], seen.all("expenses")
    by_hand = [voucher(model, one) for one in model.vouchers.values()]
    found = [one for one in seen.all("journals") if one["source"] == "MANUAL"]
    yield "journals", by_hand, found
    yield "recurring", [schedule(model, one) for one in model.schedules.values()], seen.all("recurring")


def disagreements(seen: Seen, model: Model, today: str) -> Iterator[str]:
    """A line for each figure that the books show otherwise than the model does."""
    for of, expected, listed in _lists(seen, model, today):
        yield from _of_list(of, expected, listed)
    for key in model.items:
        yield from differences({"stock_on_hand": model.stock(key)}, seen.acme.items.get(key))
    journal = list(model.postings())
    standing = model.standing(journal)
    for key in model.customers:
        ledger = seen.report("customer_ledger", contact_id=key, to_date=LAST_DAY)
        yield from differences({"closing_balance": rupees(standing[key, True])}, ledger)
    for day in {today, model.last_day(today, journal)}:
        stands = model.trial_balance(day, None, journal)
        yield from _balances(seen.report("trial_balance", as_of_date=day), stands, day)
    # The branches take turns.
    branch = list(model.branches)[len(journal) % len(model.branches)]
    stands = model.trial_balance(LAST_DAY, branch, journal)
    report = seen.report("trial_balance", as_of_date=LAST_DAY, branch_id=branch)
    yield from _balances(report, stands, f"{LAST_DAY} in {branch}")


def _balances(report: Mapping[str, Any], amounts: Mapping[str, int], when: str) -> Iterator[str]:
    """Accounts that stand otherwise than they should."""
    found = {row["code"]: row["debit"] - row["credit"] for row in report["accounts"]}
    stands = {code: rupees(amount) for code, amount in amounts.items()}
    for code in sorted(found.keys() | stands.keys()):
        if found.get(code) != stands.get(code):
            said = f"the model says {stands.get(code)}, the books say {found.get(code)}"
            yield f"account {code} on {when}: {said}"


def _of_list(of: str, expected: list[dict[str, Any]], listed: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Documents as a list shows them: those that should be there, and no others."""
    found = {one[IDS[of]]: one for one in listed}
    for one in expected:
        document = found.pop(one[IDS[of]], None)
        if document is None:
            yield f"{of}: {one.get(NUMBERS.get(of, ''), one[IDS[of]])} is not there"
        else:
            yield from differences(one, document)
    for document in found.values():
        yield f"{of}: nobody made {_named(document)}"
