"""A valid request for every write there is, and some refusals that are kept under a key.

`REQUESTS` go through `handle`, `CALLS` through Python alone; together they cover the registry and
the public methods of `Engine` and `Org`, and a test says so.
"""

import contextlib
from collections.abc import Callable
from typing import Any, Final

import attrs

from finzcore.api import Request
from finzcore.api.multipart import Sent
from finzcore.errors import FinzError, Unavailable
from tests.oauth.shop import Shop
from tests.proof.stage import Stage, shop_of

Doing = Callable[[Stage], Any]


@attrs.frozen
class Write:
    """One write: what it is called, how it is done, and whether a key makes it safe to send again.

    `keyed` writes give a `Response`. `refused` ones leave the record of their key and nothing else.
    """

    name: str
    do: Doing
    keyed: bool = False
    refused: bool = False

    def __str__(self) -> str:
        return self.name


LINE: Final = {"name": "Work", "rate": 100, "tax_id": "{gst}"}
INVOICE: Final = {
    "customer_id": "{customer}",
    "date": "{today}",
    "place_of_supply": "IN-KA",
    "line_items": [LINE, LINE | {"rate": 20, "item_id": "{item}"}],
}
RECEIPT: Final = {
    "flow": "INCOMING",
    "contact_id": "{customer}",
    "date": "{today}",
    "amount": 50,
    "mode": "UPI",
    "allocations": [{"invoice_id": "{due}", "amount": 50}],
}
NOTE: Final = {"customer_id": "{customer}", "date": "{today}", "line_items": [LINE]}
DUE: Final = {"invoice_id": "{due}", "amount": 10}
HOOKS: Final = {"url": "https://elsewhere.example/", "events": ["INVOICE_PAID", "BILL_PAID"]}
LETTER: Final = {"to": "accounts@asha.example", "body_html": "<p>Please pay.</p>", "attach_pdf": False}
BILL: Final = {
    "vendor_id": "{vendor}",
    "date": "{today}",
    "place_of_supply": "IN-KA",
    "line_items": [LINE, LINE | {"rate": 20, "is_rcm": True, "rcm_rate": 5}],
}
CHARGE: Final = {"customer_id": "{customer}", "date": "{today}", "line_items": [LINE]}
EXPENSE: Final = {
    "date": "{today}",
    "account_id": "{rent}",
    "amount": 118,
    "tax_id": "{gst}",
    "is_inclusive_tax": True,
}
OFFER: Final = {"customer_id": "{customer}", "date": "{today}", "line_items": [LINE, LINE]}
ORDERED: Final = {"vendor_id": "{vendor}", "date": "{today}", "line_items": [LINE, LINE]}
VOUCHER: Final = {
    "date": "{today}",
    "lines": [{"account_id": "{bank}", "debit": 5}, {"account_id": "{cash}", "credit": "4.99"}],
}

FORM: Final = {
    "file": Sent("scan.pdf", bytes(300_000), "application/pdf"),
    "entity_type": "INVOICE",
    "entity_id": "{due}",
}
"""A form whose file is kept in more than one piece."""

SCHEDULE: Final = {
    "entity_type": "INVOICE",
    "name": "Rent",
    "frequency": "MONTHLY",
    "start_date": "{today}",
    "template_payload": {name: INVOICE[name] for name in ("customer_id", "place_of_supply", "line_items")},
}

REQUESTS: Final[dict[str, tuple[str, str, Any]]] = {
    "contacts.create": ("POST", "/contacts", {"contact_name": "Bela Foods", "opening_balance": "118.00"}),
    "contacts.update": ("PUT", "/contacts/{customer}", {"payment_terms": 45}),
    "contacts.archive": ("POST", "/contacts/{customer}/archive", None),
    "contacts.delete": ("DELETE", "/contacts/{unused}", None),
    "items.create": ("POST", "/items", {"item_name": "Oak chair", "rate": 120, "tax_id": "{gst}"}),
    "items.update": ("PUT", "/items/{item}", {"rate": 99}),
    "items.archive": ("POST", "/items/{item}/archive", None),
    "items.delete": ("DELETE", "/items/{item}", None),
    "estimates.create": ("POST", "/estimates", OFFER),
    "estimates.update": ("PUT", "/estimates/{offer}", {"status": "SENT", "line_items": [LINE]}),
    "estimates.accept": ("POST", "/estimates/{offer}/accept", None),
    "estimates.convert": ("POST", "/estimates/{accepted}/convert", None),
    "estimates.email": ("POST", "/estimates/{offer}/email", LETTER),
    "estimates.delete": ("DELETE", "/estimates/{offer}", None),
    "sales_orders.create": ("POST", "/sales_orders", OFFER),
    "sales_orders.update": ("PUT", "/sales_orders/{sold}", {"line_items": [LINE], "notes": "Soon"}),
    "sales_orders.confirm": ("POST", "/sales_orders/{sold}/confirm", None),
    "sales_orders.convert_to_invoice": (
        "POST",
        "/sales_orders/{sold}/convert-to-invoice",
        {"auto_approve": True},
    ),
    "sales_orders.delete": ("DELETE", "/sales_orders/{sold}", None),
    "invoices.void, of an order": ("POST", "/invoices/{carried}/void", None),
    "purchase_orders.create": ("POST", "/purchase_orders", ORDERED),
    "purchase_orders.update": ("PUT", "/purchase_orders/{bought}", {"status": "CANCELLED"}),
    "purchase_orders.issue": ("POST", "/purchase_orders/{bought}/issue", None),
    "purchase_orders.convert_to_bill": ("POST", "/purchase_orders/{bought}/convert-to-bill", {}),
    "purchase_orders.delete": ("DELETE", "/purchase_orders/{bought}", None),
    "invoices.create": ("POST", "/invoices", INVOICE | {"auto_approve": True}),
    "invoices.create, a draft": ("POST", "/invoices", INVOICE),
    "bulk.invoices": (
        "POST",
        "/bulk/invoices",
        {"invoices": [INVOICE | {"auto_approve": True}, INVOICE | {"customer_id": "ct_9"}, INVOICE]},
    ),
    "bulk.bills": ("POST", "/bulk/bills", {"bills": [ORDERED | {"place_of_supply": "IN-KA"}, {}]}),
    "invoices.update": ("PUT", "/invoices/{draft}", {"line_items": [LINE, LINE], "notes": "Thanks"}),
    "invoices.approve": ("POST", "/invoices/{draft}/approve", None),
    "invoices.void": ("POST", "/invoices/{sent}/void", None),
    "invoices.delete": ("DELETE", "/invoices/{draft}", None),
    "invoices.email": ("POST", "/invoices/{due}/email", LETTER),
    "bills.create": ("POST", "/bills", BILL | {"auto_approve": True, "reference_number": "R"}),
    "bills.update": ("PUT", "/bills/{entered}", {"line_items": [LINE], "is_rcm": True, "rcm_rate": 5}),
    "bills.approve": ("POST", "/bills/{entered}/approve", None),
    "bills.void": ("POST", "/bills/{owed}/void", None),
    "bills.delete": ("DELETE", "/bills/{entered}", None),
    "debit_notes.create": ("POST", "/debit_notes", CHARGE | {"invoice_id": "{sent}"}),
    "debit_notes.update": ("PUT", "/debit_notes/{charged}", {"line_items": [LINE | {"rate": 7}]}),
    "debit_notes.void": ("POST", "/debit_notes/{charged}/void", None),
    "credit_notes.apply_to_bill": (
        "POST",
        "/credit_notes/{returned}/apply-to-bill",
        {"bill_id": "{owed}", "amount": 5},
    ),
    "credit_notes.create": ("POST", "/credit_notes", NOTE | {"invoice_id": "{sent}"}),
    "credit_notes.update": ("PUT", "/credit_notes/{note}", {"line_items": [LINE | {"rate": 7}]}),
    "credit_notes.void": ("POST", "/credit_notes/{note}/void", None),
    "credit_notes.email": ("POST", "/credit_notes/{note}/email", LETTER | {"cc": ["asha@asha.example"]}),
    "credit_notes.apply_to_invoice": ("POST", "/credit_notes/{note}/apply-to-invoice", DUE),
    "payments.create": ("POST", "/payments", RECEIPT),
    "payments.apply": ("POST", "/payments/{receipt}/apply", {"allocations": [DUE]}),
    "payments.void": ("POST", "/payments/{settled}/void", None),
    "expenses.create": ("POST", "/expenses", EXPENSE),
    "expenses.update": ("PUT", "/expenses/{expense}", {"line_items": [{"amount": 7}, {"amount": "0.05"}]}),
    "expenses.delete": ("DELETE", "/expenses/{expense}", None),
    "journals.create": ("POST", "/journals", VOUCHER),
    "journals.delete": ("DELETE", "/journals/{voucher}", None),
    "recurring.create": ("POST", "/recurring", SCHEDULE),
    "recurring.update": ("PUT", "/recurring/{schedule}", {"frequency": "WEEKLY", "is_active": False}),
    "recurring.delete": ("DELETE", "/recurring/{schedule}", None),
    "comments.create": (
        "POST",
        "/comments",
        {"body": "Late", "entity_type": "INVOICE", "entity_id": "{due}"},
    ),
    "comments.update": ("PUT", "/comments/{comment}", {"body": "Anew"}),
    "comments.delete": ("DELETE", "/comments/{comment}", None),
    "filings.create": ("POST", "/filings", {"return_type": "GSTR3B", "period": "052026"}),
    "attachments.create": ("POST", "/attachments", FORM),
    "attachments.delete": ("DELETE", "/attachments/{attachment}", None),
    "webhooks.endpoints.create": ("POST", "/webhooks/endpoints", HOOKS),
    "webhooks.endpoints.update": ("PUT", "/webhooks/endpoints/{endpoint}", HOOKS),
    "webhooks.endpoints.rotate_secret": ("POST", "/webhooks/endpoints/{endpoint}/rotate-secret", None),
    "webhooks.endpoints.test": ("POST", "/webhooks/endpoints/{endpoint}/test", None),
    "webhooks.endpoints.delete": ("DELETE", "/webhooks/endpoints/{endpoint}", None),
    "webhooks.deliveries.replay": ("POST", "/webhooks/deliveries/{delivery}/replay", None),
}
"""Method, path and body by operation, and by what is particular about the request."""

REFUSALS: Final[dict[str, tuple[str, str, Any]]] = {
    "credit_notes.apply_to_bill, of nobody": (
        "POST",
        "/credit_notes/{returned}/apply-to-bill",
        {"bill_id": "bl_1"},
    ),
    "invoices.create, without lines": ("POST", "/invoices", INVOICE | {"line_items": []}),
    "invoices.void, of a paid one": ("POST", "/invoices/{paid}/void", None),
    "payments.apply, too much": (
        "POST",
        "/payments/{receipt}/apply",
        {"allocations": [DUE | {"amount": 5000}]},
    ),
}
"""Requests whose answer is a refusal, and is kept."""

LATE: Final = ("POST", "/contacts", {"contact_name": "Late", "opening_balance": "1.00"})
"""Refused by books that are locked, when the contact's own row is written already."""


def _sent(method: str, path: str, body: Any, token: str = "token") -> Doing:
    def do(stage: Stage) -> Any:
        return stage.call(token)(method, stage.filled(path), stage.filled(body), key="once")

    return do


def _preferences(stage: Stage) -> Any:
    path = f"/api-py/api/v1/organisations/{stage.names['acme']}/preferences"
    body = b'{"preferences": {"roundInvoiceTotals": true}}'
    return stage.engine.handle(
        Request("PUT", path, body=body, context={"session_user_id": stage.names["uma"]})
    )


def _let_in(stage: Stage) -> Shop:
    return shop_of(stage.engine, stage.names)


def _replayed(stage: Stage) -> None:
    """A refusal that is no less of a write: it ends a family."""
    status = _let_in(stage).redeem(stage.names["used code"]).status
    if status != 400:
        raise Unavailable(f"{status} for a code that was used")


def _several(stage: Stage) -> None:
    with stage.acme.transaction():
        stage.acme.add_salesperson("Veena")
        asha = stage.acme.contacts.create(contact_name="Bela", opening_balance=7)["contact_id"]
        stage.acme.invoices.create(**stage.filled(INVOICE) | {"customer_id": asha, "auto_approve": True})


def _several_less_one(stage: Stage) -> None:
    with stage.acme.transaction():
        stage.acme.lock_period("2026-05-31", reason="Filed")
        with contextlib.suppress(FinzError):
            stage.acme.contacts.create(contact_name="Late", opening_balance=1)
        stage.acme.add_cost_center("Plant")


def _several_whatever_comes(stage: Stage) -> None:
    """As somebody writes it who thinks that everything can be caught."""
    with stage.acme.transaction():
        for name in ("Veena", "Anand"):
            with contextlib.suppress(BaseException):
                stage.acme.add_salesperson(name)
    if 2 != len(stage.acme.salespersons.list()):
        raise AssertionError("it committed less than all of it")


CALLS: Final[dict[str, Doing]] = {
    "branches.create": lambda s: s.acme.create_branch(code="DEL", name="Delhi", state="IN-DL"),
    "branches.update": lambda s: s.acme.update_branch(s.names["branch"], city="Mumbai", pin="400001"),
    "accounts.update": lambda s: s.acme.update_account(s.names["account"], upi_id="acme@bank"),
    "branches.set_active": lambda s: s.acme.set_branch_active(s.names["branch"], False),
    "accounts.create": lambda s: s.acme.create_account(code="1098", name="Safe", account_type="BANK"),
    "accounts.set_active": lambda s: s.acme.set_account_active(s.names["account"], False),
    "taxes.create": lambda s: s.acme.create_tax(name="GST 6%", shape="INTRA_STATE", cgst=3, sgst=3, igst=6),
    "currencies.enable": lambda s: s.acme.enable_currency("USD"),
    "cost_centers.create": lambda s: s.acme.add_cost_center("Plant"),
    "salespersons.create": lambda s: s.acme.add_salesperson("Veena"),
    "exchange_rates.create": lambda s: s.acme.add_exchange_rate(
        from_currency="USD", rate="83.25", rate_date="2026-05-19"
    ),
    "connections.update": lambda s: s.call("wide token")(
        "PUT", s.filled("/connections/{connection}"), s.filled({"default_company_id": "{acme}"})
    ),
    "Org.set_preferences": lambda s: s.acme.set_preferences(roundInvoiceTotals=True),
    "Org.lock_period": lambda s: s.acme.lock_period("2026-04-30", reason="Filed"),
    "Org.transaction": _several,
    "Org.transaction, one call lost": _several_less_one,
    "Org.transaction, whatever comes": _several_whatever_comes,
    "Engine.create_org": lambda s: s.engine.create_org(name="New", state="IN-KA"),
    "Engine.create_user": lambda s: s.engine.create_user(name="New"),
    "Engine.add_membership": lambda s: s.engine.add_membership(s.names["acme"], s.names["ravi"]),
    "Engine.remove_membership": lambda s: s.engine.remove_membership(s.names["acme"], s.names["uma"]),
    "Engine.mint_pat": lambda s: s.engine.mint_pat(org_id=s.names["acme"]),
    "Engine.mint_pat, of all": lambda s: s.engine.mint_pat(user_id=s.names["ravi"]),
    "Engine.revoke_token": lambda s: s.engine.revoke_token(s.names["bound"]),
    "Engine.revoke_token, of all": lambda s: s.engine.revoke_token(s.names["wide"]),
    "Engine.set_tier": lambda s: s.engine.set_tier(s.names["bound"], "PARTNER"),
    "Engine.set_tier, of all": lambda s: s.engine.set_tier(s.names["wide"], "PARTNER"),
    "Engine.set_preferences_as": _preferences,
    "Engine.register_oauth_client": lambda s: s.engine.register_oauth_client(
        s.names["uma"], name="Till", redirect_uris=["https://till.example/"]
    ),
    "Engine.rotate_client_secret": lambda s: s.engine.rotate_client_secret(s.names["client"]),
    "Engine.disable_client": lambda s: s.engine.disable_client(s.names["client"]),
    "Engine.revoke_grant": lambda s: s.engine.revoke_grant(s.names["uma"], s.names["client"]),
    "Engine.handle, a consent": lambda s: _let_in(s).browse(),
    "Engine.handle, a code": lambda s: _let_in(s).redeem(s.names["code"]),
    "Engine.handle, a code that was used": _replayed,
    "Engine.handle, a refresh": lambda s: _let_in(s).refresh(s.names["refresh"]),
    "Engine.handle, a refresh of all": lambda s: _let_in(s).refresh(s.names["refresh of all"]),
    "Engine.handle, a revocation": lambda s: _let_in(s).revoke(s.names["refresh"]),
}
"""Writes of Python callers, and of the doors that no token opens."""

WRITES: Final = (
    *(Write(name, _sent(*asked), keyed=asked[0] == "POST") for name, asked in REQUESTS.items()),
    *(Write(name, _sent(*asked), keyed=True, refused=True) for name, asked in REFUSALS.items()),
    Write("contacts.create, in locked books", _sent(*LATE, "shut token"), keyed=True, refused=True),
    *(Write(name, do) for name, do in CALLS.items()),
)
"""Every write."""


def write(name: str) -> Write:
    """The write of that name."""
    return next(one for one in WRITES if one.name == name)
