"""Calls whose requests and answers are the examples of the document.

They are made whenever the document is printed, one after the other, on books that live in memory: an
example cannot be out of date, because what it shows has just happened. A name in braces is an id
that an earlier call has brought. A new operation gets an example by one more line here.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from finzcore.api.http import Request, Response
from finzcore.api.routing import BASE
from finzcore.books.registry import resource
from finzcore.books.text import json_text

Body = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Step:
    """One call: its operation, the id in its path, its query and body, and the ids that it brings."""

    operation: str
    path_id: str = ""
    query: str = ""
    body: Body | None = None
    keeps: str = ""
    """Under which name the id of the answer is kept; of a list, that of its first row."""


@attrs.frozen(kw_only=True)
class Example:
    """A call that was made, and its answer."""

    path_id: str
    query: Mapping[str, str]
    body: Any
    answer: Any


def _do(operation: str, path_id: str = "", body: Body | None = None, **more: str) -> Step:
    return Step(operation=operation, path_id=path_id, body=body, **more)


_ASHA: Final = {
    "contact_name": "Asha Stores",
    "contact_type": "CUSTOMER",
    "gst_no": "29AAPFU0939F1ZR",
    "email": "accounts@asha.example",
    "billing_address": {"address": "12 Market Road", "city": "Bengaluru", "state_code": "IN-KA"},
    "contact_persons": [{"first_name": "Asha", "phone": "+91 80 5550 1234", "is_primary": True}],
    "payment_terms": 15,
}
_LICENCE: Final = {
    "item_name": "Licence",
    "item_type": "SERVICE",
    "hsn_or_sac": "997331",
    "rate": 12000,
    "tax_id": "{tax}",
    "account_id": "{income}",
}
_SALE: Final = {
    "customer_id": "{asha}",
    "date": "2026-05-19",
    "place_of_supply": "IN-KA",
    "line_items": [{"item_id": "{licence}", "quantity": 1}],
}
_RECEIPT: Final = {
    "flow": "INCOMING",
    "contact_id": "{asha}",
    "date": "2026-05-21",
    "mode": "UPI",
    "bank_account_id": "{bank}",
}
_CREDIT: Final = {
    "customer_id": "{asha}",
    "invoice_id": "{invoice}",
    "date": "2026-05-28",
    "reason": "Fewer users than agreed",
    "line_items": [{"item_id": "{licence}", "quantity": 1, "rate": 2000}],
}

STORY: Final = (
    _do("whoami.get"),
    _do("branches.list"),
    _do("branches.get", "{branch}"),
    _do("accounts.list", query="account_type=INCOME,BANK&per_page=2", keeps="bank"),
    _do("accounts.list", query="account_type=INCOME&per_page=2", keeps="income"),
    _do("accounts.get", "{bank}"),
    _do("bank_accounts.list"),
    _do("taxes.list", query="per_page=2"),
    _do("taxes.get", "{tax}"),
    _do("currencies.list"),
    _do("cost_centers.list"),
    _do("salespersons.list"),
    _do("exchange_rates.list", query="from_currency=USD"),
    _do("contacts.create", body=_ASHA, keeps="asha"),
    _do("contacts.create", body={"contact_name": "Bela Foods"}, keeps="bela"),
    _do("contacts.create", body={"contact_name": "Chand Prints", "contact_type": "VENDOR"}, keeps="chand"),
    _do("contacts.list", query="contact_type=CUSTOMER&per_page=1"),
    _do("contacts.get", "{asha}"),
    _do("contacts.update", "{asha}", {"payment_terms": 30, "phone": "+91 80 5550 1200"}),
    _do("contacts.archive", "{bela}"),
    _do("contacts.delete", "{chand}"),
    _do("items.create", body=_LICENCE, keeps="licence"),
    _do("items.create", body={"item_name": "Oak chair", "rate": 4500, "unit": "NOS"}, keeps="chair"),
    _do("items.create", body={"item_name": "Pine chair", "sku": "CH-2"}, keeps="pine"),
    _do("items.list", query="search=chair"),
    _do("items.get", "{licence}"),
    _do("items.update", "{chair}", {"rate": 4750}),
    _do("items.archive", "{chair}"),
    _do("items.delete", "{pine}"),
    _do("invoices.create", body=_SALE | {"auto_approve": True}, keeps="invoice"),
    _do("invoices.create", body=_SALE, keeps="second"),
    _do("invoices.create", body=_SALE, keeps="third"),
    _do("invoices.create", body=_SALE, keeps="fourth"),
    _do("invoices.list", query="status=DRAFT&per_page=1"),
    _do("invoices.get", "{invoice}"),
    _do("invoices.update", "{second}", {"due_date": "2026-06-30", "notes": "Thank you."}),
    _do("invoices.approve", "{second}"),
    _do("invoices.void", "{third}"),
    _do("invoices.delete", "{fourth}"),
    _do(
        "payments.create",
        body=_RECEIPT | {"amount": 14160, "allocations": [{"invoice_id": "{invoice}", "amount": 14160}]},
        keeps="receipt",
    ),
    _do("payments.create", body=_RECEIPT | {"amount": 5000, "payment_type": "ADVANCE"}, keeps="advance"),
    _do("payments.list", query="flow=INCOMING"),
    _do("payments.get", "{receipt}"),
    _do("payments.apply", "{advance}", {"allocations": [{"invoice_id": "{second}", "amount": 5000}]}),
    _do("credit_notes.create", body=_CREDIT, keeps="note"),
    _do("credit_notes.create", body=_CREDIT | {"draft": True}, keeps="draft"),
    _do("credit_notes.list", query="status=ISSUED"),
    _do("credit_notes.update", "{draft}", {"reason": "Two users fewer than agreed"}),
    _do("credit_notes.get", "{draft}"),
    _do("credit_notes.apply_to_invoice", "{note}", {"invoice_id": "{second}", "amount": 2360}),
    _do("credit_notes.void", "{draft}"),
    _do("payments.void", "{receipt}"),
    _do("journals.list", query="source=CREDIT_NOTE", keeps="entry"),
    _do("journals.get", "{entry}"),
    _do("reports.trial_balance", query="as_of_date=2026-05-31"),
    _do("reports.ledger", query="account_id={bank}&from_date=2026-05-01&to_date=2026-05-31"),
    _do("reports.customer_ledger", query="contact_id={asha}&to_date=2026-05-31"),
)


def play(handle: Callable[[Request], Response], token: str, **ids: str) -> dict[str, list[Example]]:
    """Make the calls of the story with a token; what was said, by operation.

    `ids` are those that the story finds already. AssertionError when a call is refused.
    """
    known = dict(ids)
    told: dict[str, list[Example]] = {}
    for number, step in enumerate(STORY, 1):
        name, _, verb = step.operation.partition(".")
        declared = resource(name)
        operation = declared.operation(verb)
        path_id, query = step.path_id.format_map(known), step.query.format_map(known)
        body = None if step.body is None else _filled(step.body, known)
        assert operation.path is not None, f"{step.operation} has no path"
        path = f"{BASE}/{name}{operation.path.replace('{id}', path_id)}"
        sent = b"" if body is None else json_text(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"story-{number}"}
        response = handle(Request(operation.method, path, query, headers, sent))
        assert response.status < 300, f"{step.operation}: {response.body.decode()}"
        answer = json.loads(response.body, parse_float=Decimal)
        pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        example = Example(path_id=path_id, query=pairs, body=body, answer=answer)
        told.setdefault(step.operation, []).append(example)
        if step.keeps:
            known[step.keeps] = _id_of(answer[declared.answers(operation)[0][0]], declared.id_name)
    return told


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    """A body with its names in braces replaced."""
    if isinstance(value, Mapping):
        return {name: _filled(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, known) for inner in value]
    return value.format_map(known) if isinstance(value, str) else value


def _id_of(shown: Any, id_name: str) -> str:
    """The id of what was shown; of a list, of its first row."""
    found: str = (shown[0] if isinstance(shown, list) else shown)[id_name]
    return found
