"""Thousands of malformed requests: each refused in the envelope, with nothing written, and soon."""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from itertools import islice
from typing import Any, Final
from unittest import mock

import pytest

import finzcore
from finzcore.api import Request
from finzcore.api.multipart import Sent
from finzcore.books.figures import Amount
from finzcore.books.registry import resource
from finzcore.books.resource import JSON
from finzcore.testing import Call
from tests.engines import is_postgres
from tests.proof.fuzz import Range, Shot, Witness, WitnessOnDatabase
from tests.proof.fuzz_requests import DRAWN, OPERATIONS, WHOLE, Target
from tests.proof.races import SEED
from tests.proof.races_crews import open_books
from tests.proof.races_guards import nothing_is_undone
from tests.proof.rewording import KEPT, reworded
from tests.trade import TODAY, Trade

CHANCES: Final = {"sqlite": 6_000, "postgres": 500}
"""Shots that are drawn, after those that go through every field, parameter, path and header."""

EVERY: Final = {"sqlite": 3, "postgres": 40}
"""Of those that go through everything, one in so many."""

NOUNS: Final = {
    "branches": "branch_id",
    "accounts": "account_id",
    "taxes": "tax_id",
    "journals": "journal_id",
    "contacts": "contact_id",
    "items": "item_id",
    "invoices": "invoice_id",
    "estimates": "estimate_id",
    "sales_orders": "sales_order_id",
    "purchase_orders": "purchase_order_id",
    "bills": "bill_id",
    "credit_notes": "credit_note_id",
    "debit_notes": "debit_note_id",
    "payments": "payment_id",
    "expenses": "expense_id",
    "comments": "comment_id",
    "attachments": "attachment_id",
    "activity": "event_id",
    "recurring": "recurring_id",
    "filings": "filing_id",
    "webhooks.endpoints": "endpoint_id",
    "webhooks.deliveries": "delivery_id",
}
"""What the ids of each resource are called in its lists."""


@pytest.fixture
def range_(target: str) -> Iterator[Range]:
    with ranged(target) as opened:
        yield opened


@contextmanager
def ranged(target: str) -> Iterator[Range]:
    """Books to shoot at, and who looks on."""
    with open_books(target, "fuzz") as engine:
        if is_postgres(target):
            with closing(WitnessOnDatabase(target)) as witness:
                yield Range(engine, witness, None)
            return
        with closing(sqlite3.connect(target)) as outside:
            yield Range(engine, Witness(engine), outside)


def founded(engine: finzcore.Engine, name: str) -> tuple[finzcore.Org, Trade, str]:
    """An organisation with a little of everything."""
    org = engine.create_org(name=name, state="IN-KA", gstin="29AAACW6288M1ZS")
    token = engine.mint_pat(org_id=org.org_id).token
    trade = Trade(Call(engine, token), org)
    customer = trade.contact()
    trade.contact("Bela Foods")
    org.add_cost_center("North")
    trade.call.ok("POST", "/items", {"item_name": "Chair", "rate": 100})
    posted = [trade.invoice(customer, 1000) for _ in "abc"]
    trade.invoice(customer, 500, auto_approve=False)
    trade.note(customer, 50)
    trade.note(customer, 60)
    trade.receive(customer, 100, (posted[0], 40))
    trade.receive(customer, 70)
    for _ in "ab":
        trade.call.ok("POST", "/expenses", expense_of(org))
        trade.call.ok("POST", "/recurring", schedule_of(org))
        trade.call.ok("POST", "/debit_notes", {"customer_id": customer, **drawn_of(org)})
        trade.call.ok("POST", "/estimates", {"customer_id": customer, **drawn_of(org)})
        trade.call.ok("POST", "/sales_orders", {"customer_id": customer, **drawn_of(org)})
    vendor = trade.contact("Dinesh Papers", contact_type="BOTH")
    for rate in (10, 12):
        bought = {"vendor_id": vendor, **drawn_of(org, rate)}
        trade.call.ok("POST", "/bills", bought | {"place_of_supply": "IN-KA", "auto_approve": rate == 10})
        trade.call.ok("POST", "/purchase_orders", bought)
        trade.call.ok("POST", "/filings", {"return_type": "GSTR3B", "period": f"{rate}2025"})
    entry = trade.call.ok("POST", "/journals", voucher_of(org))["journal"]["journal_id"]
    whose = {"entity_type": "JOURNAL", "entity_id": entry}
    trade.call.ok("POST", "/comments", whose | {"body": "Whose?"})
    trade.call.ok("POST", "/attachments", whose | {"file": Sent("voucher.pdf", b"Paid")})
    for events in (["INVOICE_PAID"], ["PING"]):
        hooks = {"url": "https://shop.example/hooks", "events": events}
        endpoint = trade.call.ok("POST", "/webhooks/endpoints", hooks)["endpoint"]["endpoint_id"]
        trade.call.ok("POST", f"/webhooks/endpoints/{endpoint}/test")
    return org, trade, token


def target_of(engine: finzcore.Engine) -> Target:
    """An organisation to be shot at, and ids of another."""
    _, foreign, _ = founded(engine, "Somebody Else")
    org, trade, token = founded(engine, "Acme Traders")
    ids = {name: listed(trade, name) for name in NOUNS}
    strangers = [one for name in NOUNS for one in listed(foreign, name)[:3]]
    cursors = [
        trade.call.ok("GET", f"{resource(name).path}?per_page=1")["page_context"]["next_cursor"]
        for name in NOUNS
        if name not in ("branches", "taxes", "comments", "attachments")
    ]
    foreign_cursor = foreign.call.ok("GET", "/invoices?per_page=1")["page_context"]["next_cursor"]
    chance = random.Random(SEED)
    return Target(
        token, ids, strangers, bodies_of(org, ids), [*filter(None, cursors), foreign_cursor], chance
    )


def listed(trade: Trade, name: str) -> list[str]:
    """The ids that a list shows; of comments and files, those on the last entry made by hand."""
    about = ""
    if name in ("comments", "attachments"):
        (entry,) = trade.call.ok("GET", "/journals?source=MANUAL")["journals"]
        about = f"?entity_type=JOURNAL&entity_id={entry['journal_id']}"
    rows = trade.call.ok("GET", f"{resource(name).path}{about}")[resource(name).plural]
    return [row[NOUNS[name]] for row in rows]


def voucher_of(org: finzcore.Org) -> dict[str, Any]:
    """A good body for an entry made by hand, with everything that it may name."""
    contact, branch = org.contacts.list()[0]["contact_id"], org.branches.list()[0]["branch_id"]
    more = {"contact_id": contact, "tags": [org.cost_centers.list()[0]["cost_center_id"]]}
    lines = [{"account_id": org.account_id("1020"), "debit": 5} | more]
    lines.append({"account_id": org.account_id("1010"), "credit": 5})
    return {"date": TODAY, "contact_id": contact, "branch_id": branch, "lines": lines}


def drawn_of(org: finzcore.Org, rate: int = 10) -> dict[str, Any]:
    """What is dated and has lines, of whatever kind."""
    return {"date": TODAY, "line_items": [{"name": "Work", "rate": rate, "tax_id": org.tax_id("GST 18%")}]}


def expense_of(org: finzcore.Org) -> dict[str, Any]:
    """A good body for an expense, of an account and of lines."""
    office = org.account_id("6030")
    return {"date": TODAY, "account_id": office, "amount": 5, "line_items": [{"amount": 5}]}


def schedule_of(org: finzcore.Org) -> dict[str, Any]:
    """A good body for a schedule, of what is paid every month."""
    every = {"frequency": "MONTHLY", "start_date": TODAY}
    return {"entity_type": "EXPENSE", "name": "Rent", "template_payload": expense_of(org), **every}


def bodies_of(org: finzcore.Org, ids: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """A good body for every operation that reads one."""
    hooks = {"url": "https://shop.example/hooks", "events": ["INVOICE_PAID", "comment.created"]}
    customer, invoice = ids["contacts"][-1], ids["invoices"][-1]
    line = {"name": "Work", "rate": 10, "tax_id": org.tax_id("GST 18%")}
    contact = {"contact_name": "Chand", "billing_address": {"city": "Mysuru"}}
    item = {"item_name": "Table", "rate": 5}
    document = {
        "customer_id": customer,
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": [line],
    }
    note = {"customer_id": customer, "date": TODAY, "line_items": [line], "draft": True}
    letter = {"to": ["a@b.co"], "cc": "c@d.co", "subject": "Due", "attach_pdf": False}
    offered = {"customer_id": customer, **drawn_of(org)}
    bought = {"vendor_id": customer, **drawn_of(org)}
    carried = {"date": TODAY, "line_items": [{"line_item_id": f"li_{'0' * 32}", "quantity": 1}]}
    allocations = [{"invoice_id": invoice, "amount": 1}]
    payment = {
        "flow": "INCOMING",
        "contact_id": customer,
        "date": TODAY,
        "amount": 5,
        "mode": "UPI",
        "allocations": allocations,
    }
    return {
        "contacts.create": contact,
        "contacts.update": contact,
        "items.create": item,
        "items.update": item,
        "invoices.create": document,
        "invoices.update": document,
        "bulk.invoices": {"invoices": [document, {}]},
        "bulk.bills": {"bills": [document | {"vendor_id": customer}]},
        "credit_notes.create": note,
        "credit_notes.update": note,
        "bills.create": bought | {"place_of_supply": "IN-KA"},
        "bills.update": bought | {"place_of_supply": "IN-KA"},
        "debit_notes.create": offered,
        "debit_notes.update": offered,
        "estimates.create": offered,
        "estimates.update": offered,
        "estimates.email": letter,
        "sales_orders.create": offered,
        "sales_orders.update": offered,
        "sales_orders.convert_to_invoice": carried,
        "purchase_orders.create": bought,
        "purchase_orders.update": bought,
        "purchase_orders.convert_to_bill": carried | {"bill_number": "B/1", "reference_number": "R"},
        "invoices.email": letter,
        "credit_notes.email": letter,
        "credit_notes.apply_to_invoice": {"invoice_id": invoice, "amount": 1},
        "credit_notes.apply_to_bill": {"bill_id": f"bl_{'0' * 32}", "amount": 1},
        "payments.create": payment,
        "payments.apply": {"allocations": allocations},
        "expenses.create": expense_of(org),
        "expenses.update": expense_of(org),
        "journals.create": voucher_of(org),
        "comments.create": {"entity_type": "INVOICE", "entity_id": invoice, "body": "When?"},
        "comments.update": {"body": "Anew"},
        "connections.update": {"settings": {"organization_id": org.org_id}},
        "filings.create": {"return_type": "GSTR3B", "period": "052026", "reference": "AA29"},
        "recurring.create": schedule_of(org),
        "recurring.update": schedule_of(org),
        "webhooks.endpoints.create": hooks | {"organization_ids": [org.org_id]},
        "webhooks.endpoints.update": hooks | {"description": "The shop", "is_active": True},
    }


def test_malformed_requests_are_refused_and_write_nothing(range_: Range) -> None:
    target = target_of(range_.engine)
    name = "sqlite" if range_.outside else "postgres"
    range_.witness.told()
    families: Counter[str] = Counter()
    wrong: list[str] = []

    def shots() -> Iterator[Shot]:
        for family in WHOLE:
            yield from islice(family(target), None, None, EVERY[name])
        for _ in range(CHANCES[name]):
            yield target.chance.choice(DRAWN)(target)

    for shot in shots():
        wrong += range_.fire(shot)
        families[shot.family.split()[0]] += 1
        if wrong:
            break
    print(f"seed {SEED}, slowest {range_.slowest:.3f} s: {dict(families)}")
    print(dict(sorted(range_.answers.items())))
    assert [] == wrong
    assert [] == range_.engine.verify()
    assert set(families) >= {"edged", "chaos", "torn", "asked", "strayed", "length"}


def test_every_operation_that_reads_a_body_is_shot_at(range_: Range) -> None:
    """The good bodies are those of every operation, and are good, or there would be nothing to spoil."""
    target = target_of(range_.engine)
    reading = [(r, o) for r, o in OPERATIONS if o.body is not None and o.media == JSON]
    assert {f"{r.name}.{o.name}" for r, o in reading} == target.bodies.keys()


def test_the_witness_sees_what_stays_and_not_what_is_undone(range_: Range) -> None:
    _, trade, _ = founded(range_.engine, "Acme Traders")
    range_.witness.told()

    trade.call.refused("POST", "/payments", trade.receipt(trade.contact("Deep"), 0))
    assert {"INSERT contacts", "INSERT events", "UPDATE heads", "INSERT keys"} == set(range_.witness.told())

    trade.call.refused("POST", "/contacts", {"contact_name": " "}, key="once")
    assert {"INSERT keys": 1} == range_.witness.told()

    trade.call.refused("POST", "/contacts", {"contact_name": " "}, key=None)
    assert {} == range_.witness.told()


def test_what_is_wrong_with_an_answer_is_said(range_: Range) -> None:
    _, _, token = founded(range_.engine, "Acme Traders")
    range_.witness.told()
    headers = {"Authorization": f"Bearer {token}"}
    accepted = Request("POST", "/api/public/v1/contacts", headers=headers, body=b'{"contact_name":"Eka"}')

    (said,) = range_.fire(Shot("good", accepted, field="contact_name"))
    assert said.endswith("contact_name is wrong, and is not named")
    (said,) = range_.fire(Shot("good", accepted, status=422))
    assert said.endswith("is 422 by rights")
    assert [] == range_.fire(Shot("good", accepted))


def _breaks(*given: Any, **more: Any) -> None:
    raise ZeroDivisionError


def test_a_failure_is_noticed(range_: Range) -> None:
    target = target_of(range_.engine)
    range_.witness.told()
    body = json.dumps(target.bodies["payments.create"]).encode()
    with mock.patch.object(Amount, "read", _breaks):
        (said,) = range_.fire(Shot("failure", target.request("POST", "/payments", body)))
    assert said.endswith("no such code and status")


@pytest.mark.parametrize("keeps", [False, True])
def test_a_refusal_that_writes_is_noticed(new_target: Callable[[], str], keeps: bool) -> None:
    place = new_target()
    kept = nothing_is_undone if is_postgres(place) else lambda place: reworded(*KEPT)
    with kept(place) if keeps else nullcontext(), ranged(place) as range_:
        target = target_of(range_.engine)
        range_.witness.told()
        body = json.dumps(target.bodies["payments.create"] | {"amount": "0.50"}).encode()
        said = range_.fire(Shot("more than there is", target.request("POST", "/payments", body)))
    assert keeps == any("INSERT numbers" in one for one in said), said
    assert keeps == bool(said)
