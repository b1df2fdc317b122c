"""The conflict pairs of `reliability.md` §23, 1 to 14, each with its lawful outcomes."""

import datetime as dt
from typing import Any, Final

from tests.proof.races import Pair, Stage, Step
from tests.trade import TODAY, Body

_INVALID: Final = "400 validation.invalid_value"
_GONE: Final = "404 not_found.resource invoice_id"
_STATUS: Final = f"{_INVALID} status"
_BUSY_KEY: Final = "409 idempotency.in_progress Idempotency-Key"


def one_of_all(contenders: int) -> set[tuple[int, int]]:
    """Exactly one contender has its way."""
    return {(1, 0), (0, 1)}


def nobody(contenders: int) -> set[tuple[int, int]]:
    """No contender has."""
    return {(0, 0)}


def all_of_all(contenders: int) -> set[tuple[int, int]]:
    """Everybody has."""
    return {(contenders, contenders)}


def one_beside_some(contenders: int) -> set[tuple[int, int]]:
    """One of the first, and as many of the second as came before it."""
    return {(1, some) for some in range(contenders + 1)}


def some_beside_all(contenders: int) -> set[tuple[int, int]]:
    """As many of the first as came before the second, and all of the second."""
    return {(some, contenders) for some in range(contenders + 1)}


def one_or_all(contenders: int) -> set[tuple[int, int]]:
    """One of the first alone, or all of the second alone."""
    return {(1, 0), (0, contenders)}


def _post(stage: Stage, path: str, body: Any = None, key: str = "*", **more: Any) -> Step:
    return Step(path=path, body=body, key=f"{stage.round}-{path.count('/')}-{key}", **more)


def _new_invoice(stage: Stage, **more: Any) -> Body:
    return {
        "customer_id": stage.customer,
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": [{"name": "Work", "rate": 100}],
        "auto_approve": True,
    } | more


def _draft(stage: Stage) -> str:
    made = stage.trade.invoice(stage.customer, 100, auto_approve=False)
    return f"/invoices/{made['invoice_id']}"


def _allocating(invoice: Body, amount: int) -> Body:
    return {"allocations": [{"invoice_id": invoice["invoice_id"], "amount": amount}]}


def payment_twice(stage: Stage) -> tuple[Step, Step]:
    """All of one payment, applied to two invoices that would each take it."""
    first, second = (stage.trade.invoice(stage.customer, 1000) for _ in "ab")
    path = f"/payments/{stage.trade.receive(stage.customer, 100)['payment_id']}/apply"
    return (
        _post(stage, path, _allocating(first, 100), "a*"),
        _post(stage, path, _allocating(second, 100), "b*"),
    )


def two_payments(stage: Stage) -> tuple[Step, Step]:
    """Two payments of 60 to an invoice of 100."""
    invoice = stage.trade.invoice(stage.customer, 100)
    body = stage.trade.receipt(stage.customer, 60, (invoice, 60))
    return _post(stage, "/payments", body, "a*"), _post(stage, "/payments", body | {"mode": "CASH"}, "b*")


def note_twice(stage: Stage) -> tuple[Step, Step]:
    """All of one credit note, applied to two invoices that would each take it."""
    invoices = [stage.trade.invoice(stage.customer, 1000) for _ in "ab"]
    path = f"/credit_notes/{stage.trade.note(stage.customer, 100)['credit_note_id']}/apply-to-invoice"
    first, second = ({"invoice_id": one["invoice_id"], "amount": 100} for one in invoices)
    return _post(stage, path, first, "a*"), _post(stage, path, second, "b*")


def note_and_payment(stage: Stage) -> tuple[Step, Step]:
    """60 of a note and a payment of 60, to an invoice of 100."""
    invoice = stage.trade.invoice(stage.customer, 100)
    note = stage.trade.note(stage.customer, 1000)
    path = f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"
    body = {"invoice_id": invoice["invoice_id"], "amount": 60}
    receipt = stage.trade.receipt(stage.customer, 60, (invoice, 60))
    return _post(stage, path, body, "a*"), _post(stage, "/payments", receipt, "b*")


def void_and_payment(stage: Stage) -> tuple[Step, Step]:
    """The void of an invoice, and payments that fit into it."""
    invoice = stage.trade.invoice(stage.customer, 100)
    receipt = stage.trade.receipt(stage.customer, 10, (invoice, 10))
    path = f"/invoices/{invoice['invoice_id']}/void"
    return _post(stage, path, key="a*"), _post(stage, "/payments", receipt, "b*")


def void_and_application(stage: Stage) -> tuple[Step, Step]:
    """The void of a payment, and what is applied of it."""
    invoice = stage.trade.invoice(stage.customer, 1000)
    path = f"/payments/{stage.trade.receive(stage.customer, 100)['payment_id']}"
    return (
        _post(stage, f"{path}/void", key="a*"),
        _post(stage, f"{path}/apply", _allocating(invoice, 10), "b*"),
    )


def approve_twice(stage: Stage) -> tuple[Step, Step]:
    """Two who approve one draft."""
    path = f"{_draft(stage)}/approve"
    return _post(stage, path, key="a*"), _post(stage, path, key="b*")


def approve_and_put(stage: Stage) -> tuple[Step, Step]:
    """The approval of a draft, and changes to it; each change says something of its own."""
    path = _draft(stage)
    changes = {"line_items": [{"name": "More work", "rate": 250}], "notes": ""}
    return (
        _post(stage, f"{path}/approve", key="a*"),
        Step(method="PUT", path=path, body=changes, own="notes"),
    )


def approve_and_delete(stage: Stage) -> tuple[Step, Step]:
    """The approval of a draft, and its removal."""
    path = _draft(stage)
    return _post(stage, f"{path}/approve", key="a*"), Step(method="DELETE", path=path)


def one_number(stage: Stage) -> tuple[Step, Step]:
    """Invoices that are to have the same number, spelled in two ways."""
    first, second = (_new_invoice(stage, invoice_number=f"{word}/{stage.round}") for word in ("HAND", "hand"))
    return _post(stage, "/invoices", first, "a*"), _post(stage, "/invoices", second, "b*")


def one_reference(stage: Stage) -> tuple[Step, Step]:
    """Invoices to one customer with the same reference."""
    body = _new_invoice(stage, reference_number=f"PO {stage.round}")
    return _post(stage, "/invoices", body, "a*"), _post(stage, "/invoices", body, "b*")


def one_receipt(stage: Stage) -> tuple[Step, Step]:
    """The same money, recorded by everybody."""
    body = stage.trade.receipt(stage.customer, 100, reference_number=f"UTR {stage.round}")
    return _post(stage, "/payments", body, "a*"), _post(stage, "/payments", body, "b*")


def one_key(stage: Stage) -> tuple[Step, Step]:
    """The same request under the same key."""
    step = _post(stage, "/invoices", _new_invoice(stage), "same")
    return step, step


def one_key_two_bodies(stage: Stage) -> tuple[Step, Step]:
    """Two requests under the same key."""
    first = _post(stage, "/invoices", _new_invoice(stage), "same")
    return first, _post(stage, "/invoices", _new_invoice(stage, notes="Another"), "same")


def one_key_refused(stage: Stage) -> tuple[Step, Step]:
    """The same request under the same key, which is refused."""
    invoice = stage.trade.invoice(stage.customer, 100)
    body = stage.trade.receipt(stage.customer, 60, (invoice, 61))
    step = _post(stage, "/payments", body, "same")
    return step, step


def post_and_lock(stage: Stage) -> tuple[Step, Step]:
    """Postings on a day, and the lock of that day."""
    day = (dt.date(2026, 4, 1) + dt.timedelta(days=stage.round)).isoformat()
    body = _new_invoice(stage, date=day, due_date=day)
    return _post(stage, "/invoices", body, "a*"), Step(locks=day)


def one_series(stage: Stage) -> tuple[Step, Step]:
    """Everybody makes an invoice of the same series."""
    body = _new_invoice(stage)
    return _post(stage, "/invoices", body, "a*"), _post(stage, "/invoices", body, "b*")


def order_twice(stage: Stage) -> tuple[Step, Step]:
    """Six of ten ordered, invoiced by everybody."""
    line = {"name": "Chair", "rate": 100, "quantity": 10}
    body = {"customer_id": stage.customer, "date": TODAY, "line_items": [line]}
    order = stage.trade.call.ok("POST", "/sales_orders", body)["sales_order"]
    path = f"/sales_orders/{order['sales_order_id']}/convert-to-invoice"
    lines = [{"line_item_id": order["line_items"][0]["line_item_id"], "quantity": 6}]
    return _post(stage, path, {"line_items": lines}, "a*"), _post(stage, path, {"line_items": lines}, "b*")


_MORE_THAN_DUE: Final = f"{_INVALID} allocations[0].amount"

PAIRS: Final = tuple(
    Pair(number=number, name=scene.__name__.replace("_", " "), scene=scene, wins=wins, lost=frozenset(lost))
    for number, scene, wins, lost in (
        ("1", payment_twice, one_of_all, [f"{_INVALID} allocations"]),
        ("2", two_payments, one_of_all, [_MORE_THAN_DUE]),
        ("3", note_twice, one_of_all, [_STATUS]),
        ("4", note_and_payment, one_of_all, [f"{_INVALID} amount", _MORE_THAN_DUE]),
        ("5", void_and_payment, one_or_all, [_STATUS, f"{_INVALID} allocations[0].invoice_id"]),
        ("6", void_and_application, one_beside_some, [_STATUS]),
        ("7", approve_twice, one_of_all, [_STATUS]),
        ("8", approve_and_put, one_beside_some, [_STATUS]),
        ("9", approve_and_delete, one_of_all, [_STATUS, _GONE]),
        ("10", one_number, one_of_all, ["409 conflict.duplicate invoice_number"]),
        ("11", one_reference, one_of_all, ["409 conflict.duplicate reference_number"]),
        ("11b", one_receipt, one_of_all, ["409 conflict.duplicate reference_number"]),
        ("12", one_key, one_of_all, ["201 replayed", _BUSY_KEY]),
        (
            "12b",
            one_key_two_bodies,
            one_of_all,
            ["201 replayed", _BUSY_KEY, "422 idempotency.key_reused Idempotency-Key"],
        ),
        ("12c", one_key_refused, nobody, [f"{_INVALID} allocations", "400 replayed", _BUSY_KEY]),
        ("13", post_and_lock, some_beside_all, [f"{_INVALID} date"]),
        ("14", one_series, all_of_all, []),
        ("15", order_twice, one_of_all, [f"{_INVALID} line_items[0].quantity"]),
    )
)
"""Number, scene, how many may win, and what the others are told."""

BY_NUMBER: Final = {pair.number: pair for pair in PAIRS}
