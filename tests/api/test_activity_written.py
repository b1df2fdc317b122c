"""Every call that changes something writes exactly one primary event (`api.md` §4.20)."""

import re
from collections.abc import Iterator
from typing import Any

import attrs

import finzcore
from finzcore.api import routing
from finzcore.api.multipart import Sent
from finzcore.books.entities import LOGGED
from finzcore.books.history import EVENTS
from finzcore.books.registry import resources
from finzcore.books.resources.activity import ACTION
from finzcore.testing import Call
from tests.api.test_journals_made import capital
from tests.buying import Buyer
from tests.trade import TODAY, Trade

Body = dict[str, Any]


@attrs.frozen
class Step:
    """One call, its primary action, and what else is told of it, in order: what became of the documents that
    it settled or gave back, and what it made of another."""

    action: str
    method: str
    path: str
    body: Any = None
    beside: tuple[str, ...] = ()


class Scene:
    """A customer, a vendor and what they trade."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call, self.org = call, org
        self.sales, self.purchases = Trade(call, org), Buyer(call, org)
        self.customer, self.vendor = self.sales.contact("Asha"), self.purchases.vendor
        self.due = self.sales.invoice(self.customer, 1000)
        self.invoice = f"/invoices/{self.due['invoice_id']}"
        self.part = {"invoice_id": self.due["invoice_id"], "amount": 40}
        self.line = {"name": "Work", "rate": 5}
        self.sale = {"customer_id": self.customer, "date": TODAY, "line_items": [self.line]}
        self.purchase = {"vendor_id": self.vendor, "date": TODAY, "line_items": [self.line]}

    def made(self, kind: str, body: Any, act: str | None = None) -> str:
        """The path of something new, after one more call on it."""
        noun = kind.removesuffix("s")
        path = f"/{kind}/{self.call.ok('POST', f'/{kind}', body)[noun][f'{noun}_id']}"
        if act:
            self.call.ok("POST", f"{path}/{act}")
        return path


def of_masters(scene: Scene) -> Iterator[Step]:
    item = f"/items/{scene.org.items.create(item_name='Oak chair')['item_id']}"
    yield Step("CONTACT_CREATED", "POST", "/contacts", {"contact_name": "Bela", "opening_balance": 5})
    yield Step("CONTACT_UPDATED", "PUT", f"/contacts/{scene.customer}", {"payment_terms": 3})
    yield Step("CONTACT_UPDATED", "POST", f"/contacts/{scene.sales.contact('Chitra')}/archive")
    yield Step("CONTACT_DELETED", "DELETE", f"/contacts/{scene.sales.contact('Dev')}")
    yield Step("ITEM_CREATED", "POST", "/items", {"item_name": "Pine chair"})
    yield Step("ITEM_UPDATED", "PUT", item, {"rate": 3})
    yield Step("ITEM_UPDATED", "POST", f"{item}/archive")
    yield Step("ITEM_DELETED", "DELETE", item)


def of_invoices(scene: Scene) -> Iterator[Step]:
    sale = scene.sale | {"place_of_supply": "IN-KA"}
    draft, second = scene.made("invoices", sale), scene.made("invoices", sale)
    yield Step("INVOICE_CREATED", "POST", "/invoices", sale)
    yield Step("INVOICE_CREATED", "POST", "/invoices", sale | {"auto_approve": True})
    yield Step("INVOICE_UPDATED", "PUT", draft, {"notes": "x"})
    yield Step("INVOICE_STATUS_CHANGED", "POST", f"{draft}/approve")
    yield Step("INVOICE_SENT", "POST", f"{draft}/email", {"to": "a@asha.example", "attach_pdf": False})
    yield Step("INVOICE_VOIDED", "POST", f"{draft}/void")
    yield Step("INVOICE_DELETED", "DELETE", second)
    yield Step("INVOICE_CREATED", "POST", "/bulk/invoices", {"invoices": [sale | {"auto_approve": True}, 5]})


def of_bills(scene: Scene) -> Iterator[Step]:
    bill = scene.purchase | {"place_of_supply": "IN-KA", "reference_number": "NP/5"}
    draft, second = scene.made("bills", bill), scene.made("bills", bill)
    yield Step("BILL_CREATED", "POST", "/bills", bill)
    yield Step("BILL_CREATED", "POST", "/bills", bill | {"auto_approve": True, "reference_number": "NP/6"})
    yield Step("BILL_UPDATED", "PUT", draft, {"reference_number": "NP/7"})
    yield Step("BILL_STATUS_CHANGED", "POST", f"{draft}/approve")
    yield Step("BILL_VOIDED", "POST", f"{draft}/void")
    yield Step("BILL_DELETED", "DELETE", second)
    yield Step("BILL_CREATED", "POST", "/bulk/bills", {"bills": [5, bill]})


def of_notes(scene: Scene) -> Iterator[Step]:
    letter = {"to": "a@asha.example", "attach_pdf": False}
    note, other = scene.made("credit_notes", scene.sale), scene.made("credit_notes", scene.sale)
    returned = scene.made("credit_notes", scene.sale | {"customer_id": scene.vendor})
    bill = scene.purchases.bill()["bill_id"]
    charged = scene.made("debit_notes", scene.sale)
    yield Step("CREDIT_NOTE_CREATED", "POST", "/credit_notes", scene.sale)
    yield Step("CREDIT_NOTE_UPDATED", "PUT", other, {"reason": "x"})
    yield Step("CREDIT_NOTE_SENT", "POST", f"{other}/email", letter)
    yield Step("CREDIT_NOTE_VOIDED", "POST", f"{other}/void")
    yield Step(
        "CREDIT_NOTE_UPDATED", "POST", f"{note}/apply-to-invoice", scene.part | {"amount": 2},
        ("INVOICE_PARTIALLY_PAID",),
    )  # fmt: skip
    yield Step(
        "CREDIT_NOTE_UPDATED", "POST", f"{returned}/apply-to-bill", {"bill_id": bill, "amount": 2},
        ("BILL_PARTIALLY_PAID",),
    )  # fmt: skip
    yield Step("DEBIT_NOTE_CREATED", "POST", "/debit_notes", scene.sale)
    yield Step("DEBIT_NOTE_UPDATED", "PUT", charged, {"reason": "x"})
    yield Step("DEBIT_NOTE_VOIDED", "POST", f"{charged}/void")


def of_money(scene: Scene) -> Iterator[Step]:
    advance = f"/payments/{scene.sales.receive(scene.customer, 50)['payment_id']}"
    whole = scene.sales.invoice(scene.customer, 10)
    receipt = scene.sales.receipt(scene.customer, 10, (whole, 10))
    rent = scene.org.account_id("6010")
    spent = {"date": TODAY, "account_id": rent, "amount": 60}
    expense, journal = scene.made("expenses", spent), scene.made("journals", capital(scene.org))
    yield Step("PAYMENT_CREATED", "POST", "/payments", receipt, ("INVOICE_PAID",))
    yield Step(
        "PAYMENT_UPDATED", "POST", f"{advance}/apply", {"allocations": [scene.part]},
        ("INVOICE_PARTIALLY_PAID",),
    )  # fmt: skip
    yield Step("PAYMENT_VOIDED", "POST", f"{advance}/void", None, ("INVOICE_STATUS_CHANGED",))
    yield Step("EXPENSE_CREATED", "POST", "/expenses", spent)
    yield Step("EXPENSE_UPDATED", "PUT", expense, {"amount": 70})
    yield Step("EXPENSE_DELETED", "DELETE", expense)
    yield Step("JOURNAL_CREATED", "POST", "/journals", capital(scene.org))
    yield Step("JOURNAL_DELETED", "DELETE", journal)


def of_estimates(scene: Scene) -> Iterator[Step]:
    offer, second = scene.made("estimates", scene.sale), scene.made("estimates", scene.sale)
    yield Step("ESTIMATE_CREATED", "POST", "/estimates", scene.sale)
    yield Step("ESTIMATE_UPDATED", "PUT", offer, {"notes": "x"})
    yield Step("ESTIMATE_STATUS_CHANGED", "PUT", second, {"status": "DECLINED"})
    yield Step("ESTIMATE_UPDATED", "PUT", offer, {"notes": "y", "status": "SENT"})
    yield Step("ESTIMATE_SENT", "POST", f"{offer}/email", {"to": "a@asha.example", "attach_pdf": False})
    yield Step("ESTIMATE_STATUS_CHANGED", "POST", f"{offer}/accept")
    yield Step("ESTIMATE_STATUS_CHANGED", "POST", f"{offer}/convert", None, ("SALES_ORDER_CREATED",))
    order = scene.call.ok("GET", offer)["estimate"]["converted_to_sales_order_id"]
    yield Step("SALES_ORDER_DELETED", "DELETE", f"/sales_orders/{order}", None, ("ESTIMATE_STATUS_CHANGED",))
    yield Step("ESTIMATE_DELETED", "DELETE", second)


def of_orders(scene: Scene, kind: str, agree: str, convert: str, body: Body, made: str) -> Iterator[Step]:
    """Sales orders and purchase orders go the same way."""
    word = kind.removesuffix("s").upper()
    many = body | {"line_items": [scene.line | {"quantity": 10}]}
    order, second = scene.made(kind, many), scene.made(kind, body | {"reference_number": "NP/9"})
    (line,) = scene.call.ok("GET", order)[kind.removesuffix("s")]["line_items"]
    three = {"line_items": [{"line_item_id": line["line_item_id"], "quantity": 3}]}
    yield Step(f"{word}_CREATED", "POST", f"/{kind}", body)
    yield Step(f"{word}_UPDATED", "PUT", order, {"notes": "x"})
    yield Step(f"{word}_STATUS_CHANGED", "POST", f"{order}/{agree}")
    yield Step(f"{word}_STATUS_CHANGED", "POST", f"{order}/{convert}", three, (f"{made}_CREATED",))
    yield Step(f"{word}_UPDATED", "POST", f"{order}/{convert}", three, (f"{made}_CREATED",))
    yield Step(f"{word}_STATUS_CHANGED", "POST", f"{second}/{convert}", None, (f"{made}_CREATED",))
    yield Step(f"{word}_DELETED", "DELETE", scene.made(kind, body))
    listed = scene.call.ok("GET", f"/{made.lower()}s?per_page=1")[f"{made.lower()}s"]
    last = f"/{made.lower()}s/{listed[0][f'{made.lower()}_id']}"
    less = {"line_items": [scene.line | {"quantity": "0.5"}]}
    yield Step(f"{made}_UPDATED", "PUT", last, less, (f"{word}_STATUS_CHANGED",))
    yield Step(f"{made}_VOIDED", "POST", f"{last}/void", None, (f"{word}_STATUS_CHANGED",))
    rest = scene.call.ok("POST", f"{order}/{convert}")[made.lower()][f"{made.lower()}_id"]
    yield Step(f"{made}_DELETED", "DELETE", f"/{made.lower()}s/{rest}", None, (f"{word}_STATUS_CHANGED",))


def of_what_is_attached(scene: Scene) -> Iterator[Step]:
    about = {"entity_type": "INVOICE", "entity_id": scene.due["invoice_id"]}
    file = {"entity_type": "CONTACT", "entity_id": scene.vendor, "file": Sent("a.pdf", b"A")}
    comment, attached = scene.made("comments", about | {"body": "x"}), scene.made("attachments", file)
    yield Step("INVOICE_COMMENT_ADDED", "POST", "/comments", about | {"body": "y"})
    yield Step("INVOICE_COMMENT_UPDATED", "PUT", comment, {"body": "z"})
    yield Step("INVOICE_COMMENT_DELETED", "DELETE", comment)
    yield Step("CONTACT_ATTACHMENT_ADDED", "POST", "/attachments", file)
    yield Step("CONTACT_ATTACHMENT_DELETED", "DELETE", attached)


def of_schedules(scene: Scene) -> Iterator[Step]:
    schedule = {
        "entity_type": "INVOICE", "name": "Rent", "frequency": "MONTHLY", "start_date": "2026-06-01",
        "template_entity_id": scene.due["invoice_id"],
    }  # fmt: skip
    path = f"/recurring/{scene.call.ok('POST', '/recurring', schedule)['recurring']['recurring_id']}"
    yield Step("RECURRING_CREATED", "POST", "/recurring", schedule)
    yield Step("RECURRING_UPDATED", "PUT", path, {"frequency": "WEEKLY"})
    yield Step("RECURRING_UPDATED", "PUT", path, {"is_active": False})
    yield Step("RECURRING_DELETED", "DELETE", path)


def of_filings(scene: Scene) -> Iterator[Step]:
    branch = scene.org.create_branch(code="MUM", name="Mumbai", state="IN-MH", gstin="27AAPFU0939F1ZV")
    filed = {"return_type": "GSTR1", "period": "052026", "branch_id": branch["branch_id"]}
    yield Step("FILING_CREATED", "POST", "/filings", filed)


def of_webhooks(scene: Scene) -> Iterator[Step]:
    hooks = {"url": "https://shop.example/hooks", "events": ["PING"]}
    made = scene.call.ok("POST", "/webhooks/endpoints", hooks)["endpoint"]
    path = f"/webhooks/endpoints/{made['endpoint_id']}"
    sent = scene.call.ok("POST", f"{path}/test")["delivery"]["delivery_id"]
    yield Step("WEBHOOK_CREATED", "POST", "/webhooks/endpoints", hooks)
    yield Step("WEBHOOK_UPDATED", "PUT", path, {"description": "x"})
    yield Step("WEBHOOK_UPDATED", "POST", f"{path}/rotate-secret")
    yield Step("WEBHOOK_SENT", "POST", f"{path}/test")
    yield Step("WEBHOOK_SENT", "POST", f"/webhooks/deliveries/{sent}/replay")
    yield Step("WEBHOOK_DELETED", "DELETE", path)


def steps(call: Call, acme: finzcore.Org) -> Iterator[Step]:
    """Every kind of write."""
    scene = Scene(call, acme)
    for of in (of_masters, of_invoices, of_bills, of_notes, of_money, of_estimates):
        yield from of(scene)
    yield from of_orders(scene, "sales_orders", "confirm", "convert-to-invoice", scene.sale, "INVOICE")
    yield from of_orders(scene, "purchase_orders", "issue", "convert-to-bill", scene.purchase, "BILL")
    for of in (of_what_is_attached, of_schedules, of_filings, of_webhooks):
        yield from of(scene)


def told(call: Call, org: finzcore.Org) -> list[str]:
    """The actions of the log, the first first."""
    with org._engine.store.read(org._key) as session:
        rows = session.find(EVENTS, ascending=True)
    return [row["action"] for row in rows if row["action"] and row["entity_type"] in LOGGED]


def test_every_write_is_exactly_one_primary_event_and_then_what_became_of_others(
    call: Call, acme: finzcore.Org
) -> None:
    for step in steps(call, acme):
        before = len(told(call, acme))
        call.ok(step.method, step.path, step.body)
        assert [step.action, *step.beside] == told(call, acme)[before:], step


def test_many_in_one_call_are_as_many_events(call: Call, acme: finzcore.Org) -> None:
    scene = Scene(call, acme)
    sale = scene.sale | {"place_of_supply": "IN-KA"}
    before = len(told(call, acme))
    call.ok("POST", "/bulk/invoices", {"invoices": [sale, 5, sale | {"auto_approve": True}]})
    assert ["INVOICE_CREATED"] * 2 == told(call, acme)[before:]


def test_no_call_that_writes_is_left_out(call: Call, acme: finzcore.Org) -> None:
    done = set()
    for step in steps(call, acme):
        route = routing.find(step.method, routing.BASE + step.path)
        done.add((route.resource.name, route.operation.name))
        call.ok(step.method, step.path, step.body)
    writes = {
        (one.name, each.name)
        for one in resources()
        for each in one.operations
        if each.path is not None and each.method != "GET" and each.needs_organisation
    }
    assert set() == writes ^ done


def test_every_action_is_a_word_of_the_vocabulary(call: Call, acme: finzcore.Org) -> None:
    for step in steps(call, acme):
        call.ok(step.method, step.path, step.body)
    said = set(told(call, acme))
    assert len(said) > 40
    assert [] == [word for word in said if not re.fullmatch(ACTION, word)]
    for word in said:
        rows = call.ok("GET", f"/activity?action={word}&per_page=200")["activity"]
        assert {word} == {row["action"] for row in rows}
