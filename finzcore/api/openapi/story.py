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
from finzcore.api.multipart import has_file, shown, written
from finzcore.api.openapi.reporting import REPORTS
from finzcore.api.openapi.steps import do as _do
from finzcore.api.openapi.told import SAID, TOLD
from finzcore.api.routing import BASE
from finzcore.books.registry import resource
from finzcore.books.text import json_text


@attrs.frozen(kw_only=True)
class Example:
    """A call that was made, and its answer."""

    path_id: str
    query: Mapping[str, str]
    body: Any
    answer: Any


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
_CAPITAL: Final = {
    "date": "2026-05-19",
    "memo": "Capital brought in",
    "lines": [{"account_id": "{bank}", "debit": 100000}, {"account_id": "{equity}", "credit": 100000}],
}
_OFFER: Final = {
    "customer_id": "{asha}",
    "date": "2026-05-12",
    "expiry_date": "2026-06-11",
    "line_items": [{"item_id": "{licence}", "quantity": 10, "discount": "5%"}],
}
_ORDER: Final = {
    "customer_id": "{asha}",
    "date": "2026-05-12",
    "expected_shipment_date": "2026-05-31",
    "reference_number": "PO/118",
    "line_items": [{"item_id": "{licence}", "quantity": 4}, {"name": "Training", "rate": 5000}],
}
_STOCK: Final = {
    "vendor_id": "{dinesh}",
    "date": "2026-05-12",
    "expected_delivery_date": "2026-05-26",
    "line_items": [{"name": "Paper, A4", "rate": 210, "quantity": 40, "unit": "REAM", "tax_id": "{tax}"}],
}
_REAMS: Final = {
    "vendor_id": "{dinesh}",
    "date": "2026-05-19",
    "reference_number": "DP/2627/118",
    "place_of_supply": "IN-KA",
    "auto_approve": True,
    "line_items": [{"name": "Paper, A4", "rate": 210, "quantity": 4, "unit": "REAM", "tax_id": "{tax}"}],
}
_BILL: Final = {
    "vendor_id": "{dinesh}",
    "bill_number": "DP/533",
    "date": "2026-05-20",
    "place_of_supply": "IN-KA",
    "tds_rate": 2,
    "line_items": [
        {"name": "Paper, A3", "rate": 420, "quantity": 5, "unit": "REAM", "tax_id": "{tax}"},
        {"name": "Cartage", "rate": 300, "is_rcm": True, "rcm_rate": 5},
    ],
}
_RETURN: Final = {
    "customer_id": "{dinesh}",
    "bill_id": "{bill}",
    "date": "2026-05-22",
    "reason": "One ream was wet",
    "line_items": [{"name": "Paper, A3", "rate": 420, "tax_id": "{tax}"}],
}
_DEARER: Final = {
    "customer_id": "{asha}",
    "invoice_id": "{second}",
    "date": "2026-05-28",
    "reason": "Two users more than agreed",
    "line_items": [{"item_id": "{licence}", "quantity": 1, "rate": 2400}],
}
_LETTER: Final = {
    "to": ["accounts@asha.example"],
    "cc": ["asha@asha.example"],
    "subject": "Your invoice of May",
    "body_html": "<p>Dear Asha,</p><p>Please pay <b>by the end of June</b>.</p>",
}

_PAPER: Final = {
    "date": "2026-05-25",
    "vendor_id": "{dhara}",
    "account_id": "{spent_on}",
    "paid_through_account_id": "{bank}",
    "amount": 1180,
    "tax_id": "{tax}",
    "is_inclusive_tax": True,
    "mode": "UPI",
    "reference_number": "UPI/614200/7",
}
_RIDES: Final = {
    "date": "2026-05-26",
    "account_id": "{spent_on}",
    "line_items": [{"amount": 450, "note": "To the port"}, {"amount": 380, "note": "And back"}],
}
_RENT: Final = {
    "entity_type": "INVOICE",
    "name": "Support, every month",
    "frequency": "MONTHLY",
    "start_date": "2026-06-30",
    "end_date": "2027-03-31",
    "template_payload": {
        "customer_id": "{asha}",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"item_id": "{licence}", "quantity": 1, "rate": 1500}],
    },
}
_REPEATED: Final = {
    "entity_type": "INVOICE",
    "name": "The same every second week",
    "frequency": "WEEKLY",
    "interval": 2,
    "start_date": "2026-06-01",
    "max_runs": 6,
    "template_entity_id": "{second}",
}

STORY: Final = (
    _do("whoami.get"),
    _do("companies.list", keeps="company"),
    _do("companies.get", "{company}"),
    _do("organizations.list"),
    _do("organizations.get", "{company}"),
    _do("connections.list", keeps="connection"),
    _do("connections.update", "{connection}", {"default_company_id": "{company}"}),
    _do("connections.get", "{connection}"),
    _do("branches.list"),
    _do("branches.get", "{branch}"),
    _do("accounts.list", query="account_type=INCOME,BANK&per_page=2", keeps="bank"),
    _do("accounts.list", query="account_type=INCOME&per_page=2", keeps="income"),
    _do("accounts.list", query="account_type=EQUITY&per_page=2", keeps="equity"),
    _do("accounts.list", query="account_type=EXPENSE&per_page=2", keeps="spent_on"),
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
    _do("estimates.create", body=_OFFER, keeps="offer"),
    _do("estimates.create", body=_OFFER, keeps="spoiled"),
    _do("estimates.update", "{offer}", {"status": "SENT", "notes": "Good for a month."}),
    _do("estimates.email", "{offer}", {"to": "accounts@asha.example", "attach_pdf": False}),
    _do("estimates.pdf", "{offer}"),
    _do("estimates.accept", "{offer}"),
    _do("estimates.convert", "{offer}"),
    _do("estimates.list", query="status=CONVERTED"),
    _do("estimates.get", "{offer}"),
    _do("estimates.delete", "{spoiled}"),
    _do("sales_orders.create", body=_ORDER, keeps="order"),
    _do("sales_orders.create", body=_ORDER, keeps="mistaken"),
    _do("sales_orders.update", "{order}", {"discount": "2.5%"}),
    _do("sales_orders.confirm", "{order}"),
    _do("sales_orders.pdf", "{order}"),
    _do("sales_orders.convert_to_invoice", "{order}", {"date": "2026-05-19", "due_date": "2026-06-18"}),
    _do("sales_orders.list", query="status=INVOICED"),
    _do("sales_orders.get", "{order}"),
    _do("sales_orders.delete", "{mistaken}"),
    _do("contacts.create", body={"contact_name": "Dinesh Papers", "contact_type": "VENDOR"}, keeps="dinesh"),
    _do("purchase_orders.create", body=_STOCK, keeps="stock"),
    _do("purchase_orders.create", body=_STOCK, keeps="double"),
    _do("purchase_orders.update", "{stock}", {"notes": "Before noon, please."}),
    _do("purchase_orders.issue", "{stock}"),
    _do("purchase_orders.pdf", "{stock}"),
    _do("purchase_orders.convert_to_bill", "{stock}", {"bill_number": "DP/501", "auto_approve": True}),
    _do("purchase_orders.list", query="vendor_id={dinesh}&status=BILLED"),
    _do("purchase_orders.get", "{stock}"),
    _do("purchase_orders.delete", "{double}"),
    _do("invoices.create", body=_SALE | {"auto_approve": True}, keeps="invoice"),
    _do("invoices.create", body=_SALE, keeps="second"),
    _do("invoices.create", body=_SALE, keeps="third"),
    _do("invoices.create", body=_SALE, keeps="fourth"),
    _do("bulk.invoices", body={"invoices": [_SALE, _SALE | {"customer_id": "ct_" + "0" * 32}]}),
    _do("bulk.bills", body={"bills": [_REAMS, _REAMS]}),
    _do("invoices.list", query="status=DRAFT&per_page=1"),
    _do("invoices.get", "{invoice}"),
    _do("invoices.update", "{second}", {"due_date": "2026-06-30", "notes": "Thank you."}),
    _do("invoices.approve", "{second}"),
    _do("invoices.pdf", "{invoice}", query="template=modern&download=true"),
    _do("invoices.explain", "{invoice}"),
    _do("invoices.einvoice", "{invoice}"),
    _do("invoices.eway_bill", "{invoice}", query="trans_mode=ROAD&vehicle_number=KA01AB1234"),
    _do("invoices.email", "{second}", _LETTER),
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
    _do("payments.pdf", "{receipt}"),
    _do("payments.explain", "{receipt}"),
    _do("payments.apply", "{advance}", {"allocations": [{"invoice_id": "{second}", "amount": 5000}]}),
    _do("credit_notes.create", body=_CREDIT, keeps="note"),
    _do("credit_notes.create", body=_CREDIT | {"draft": True}, keeps="draft"),
    _do("credit_notes.list", query="status=ISSUED"),
    _do("credit_notes.update", "{draft}", {"reason": "Two users fewer than agreed"}),
    _do("credit_notes.get", "{draft}"),
    _do("credit_notes.pdf", "{draft}"),
    _do("credit_notes.explain", "{draft}"),
    _do("credit_notes.einvoice", "{draft}"),
    _do("credit_notes.email", "{draft}", {"to": "accounts@asha.example", "attach_pdf": False}),
    _do("credit_notes.apply_to_invoice", "{note}", {"invoice_id": "{second}", "amount": 2360}),
    _do("credit_notes.void", "{draft}"),
    _do("bills.create", body=_BILL | {"auto_approve": True}, keeps="bill"),
    _do("bills.create", body=_BILL | {"bill_number": "DP/534", "reference_number": "May"}, keeps="entered"),
    _do("bills.create", body=_BILL | {"bill_number": "DP/535", "reference_number": "June"}, keeps="twice"),
    _do("bills.list", query="vendor_id={dinesh}&status=DRAFT&per_page=1"),
    _do("bills.get", "{bill}"),
    _do("bills.update", "{entered}", {"itc_blocked_reason": "17(5)(h)"}),
    _do("bills.approve", "{entered}"),
    _do("bills.pdf", "{bill}"),
    _do("bills.explain", "{bill}"),
    _do("bills.void", "{entered}"),
    _do("bills.delete", "{twice}"),
    _do("credit_notes.create", body=_RETURN, keeps="returned"),
    _do("credit_notes.apply_to_bill", "{returned}", {"bill_id": "{bill}"}),
    _do("debit_notes.create", body=_DEARER, keeps="dearer"),
    _do("debit_notes.list", query="type=CUSTOMER"),
    _do("debit_notes.get", "{dearer}"),
    _do("debit_notes.update", "{dearer}", {"due_date": "2026-06-30"}),
    _do("debit_notes.pdf", "{dearer}"),
    _do("debit_notes.explain", "{dearer}"),
    _do("debit_notes.einvoice", "{dearer}"),
    _do("debit_notes.void", "{dearer}"),
    _do("payments.void", "{receipt}"),
    _do("contacts.create", body={"contact_name": "Dhara Papers", "contact_type": "VENDOR"}, keeps="dhara"),
    _do("expenses.create", body=_PAPER, keeps="paper"),
    _do("expenses.create", body=_RIDES, keeps="rides"),
    _do("expenses.list", query="account_id={spent_on}&per_page=1"),
    _do("expenses.get", "{rides}"),
    _do("expenses.explain", "{rides}"),
    _do("expenses.update", "{paper}", {"amount": 1298, "notes": "The bill came to more."}),
    _do("expenses.delete", "{rides}"),
    _do("journals.list", query="source=CREDIT_NOTE", keeps="entry"),
    _do("journals.get", "{entry}"),
    _do("journals.create", body=_CAPITAL, keeps="capital"),
    _do("journals.delete", "{capital}"),
    *SAID,
    _do("recurring.create", body=_RENT, keeps="rent"),
    _do("recurring.create", body=_REPEATED, keeps="repeated"),
    _do("recurring.list", query="is_active=true&per_page=1"),
    _do("recurring.get", "{rent}"),
    _do("recurring.update", "{rent}", {"is_active": False}),
    _do("recurring.delete", "{repeated}"),
    *TOLD,
    *REPORTS,
)


def play(
    handle: Callable[[Request], Response], token: str, several: str, **ids: str
) -> dict[str, list[Example]]:
    """Make the calls of the story with a token, or with one of several organisations; what was said, by
    operation.

    `ids` are those that the story finds already. AssertionError when a call is refused.
    """
    known = dict(ids)
    told: dict[str, list[Example]] = {}
    for number, step in enumerate(STORY, 1):
        name, _, verb = step.operation.rpartition(".")
        declared = resource(name)
        operation = declared.operation(verb)
        path_id, query = step.path_id.format_map(known), step.query.format_map(known)
        body = None if step.body is None else _filled(step.body, known)
        assert operation.path is not None, f"{step.operation} has no path"
        path = f"{BASE}{declared.path}{operation.path.replace('{id}', path_id)}"
        # What a token may choose is shown with one that has the choice.
        chooses = operation.of_several or (operation.about_token and operation.action)
        bearer = several if chooses else token
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": f"story-{number}"}
        if has_file(body):
            headers["Content-Type"], sent = written(body)
            body = shown(body)
        else:
            sent = b"" if body is None else json_text(body).encode()
        response = handle(Request(operation.method, path, query, headers, sent))
        # Drawing needs an extra, and the document is the same with it and without.
        unshown = operation.drawn and response.status in (200, 501)
        assert unshown or response.status < 300, f"{step.operation}: {response.body.decode()}"
        answer: Any = None if unshown else json.loads(response.body, parse_float=Decimal)
        pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        example = Example(path_id=path_id, query=pairs, body=body, answer=answer)
        told.setdefault(step.operation, []).append(example)
        if step.keeps:
            said = answer[declared.answers(operation)[0][0]]
            known[step.keeps] = _cursor_of(said) if step.keeps == "cursor" else _id_of(said, declared.id_name)
    return told


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    """A body with its names in braces replaced."""
    if isinstance(value, Mapping):
        return {name: _filled(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, known) for inner in value]
    return value.format_map(known) if isinstance(value, str) else value


def _cursor_of(shown: Any) -> str:
    """Where the sources of a figure go on: the first such cursor of a report; empty where there is none."""
    inside = shown.values() if isinstance(shown, Mapping) else shown if isinstance(shown, list) else ()
    if isinstance(shown, Mapping) and isinstance(shown.get("next"), str):
        return str(shown["next"])
    return next(filter(None, map(_cursor_of, inside)), "")


def _id_of(shown: Any, id_name: str) -> str:
    """The id of what was shown; of a list, of its first row."""
    return str((shown[0] if isinstance(shown, list) else shown)[id_name])
