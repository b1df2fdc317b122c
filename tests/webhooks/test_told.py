"""What is told: every event of the catalogue, in the state in which it was committed, and nothing that was
not committed (`api.md` §6.2 to §6.4)."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.webhooks.tables import DELIVERIES
from finzcore.testing import Call, FrozenClock
from tests.api.test_activity_written import steps
from tests.buying import Buyer
from tests.engines import on_sqlite
from tests.trade import TODAY, Trade

Body = dict[str, Any]
URL = "https://shop.example/hooks"

CATALOGUE = """
CONTACT_ CREATED UPDATED DELETED · ITEM_ CREATED UPDATED DELETED · INVOICE_ CREATED UPDATED APPROVED SENT
PARTIALLY_PAID PAID OVERDUE VOIDED DELETED BULK_CREATED · BILL_ CREATED UPDATED APPROVED PARTIALLY_PAID
PAID OVERDUE VOIDED DELETED BULK_CREATED · PAYMENT_ RECEIVED MADE APPLIED REFUNDED VOIDED · EXPENSE_
CREATED UPDATED DELETED · ESTIMATE_ CREATED UPDATED SENT ACCEPTED DECLINED CONVERTED DELETED ·
SALES_ORDER_ CREATED UPDATED CONFIRMED CONVERTED CANCELLED DELETED · PURCHASE_ORDER_ CREATED UPDATED
ISSUED CONVERTED CANCELLED DELETED · CREDIT_NOTE_ CREATED UPDATED APPLIED SENT VOIDED · DEBIT_NOTE_
CREATED UPDATED PAID VOIDED · JOURNAL_ CREATED DELETED · ATTACHMENT_ CREATED DELETED · COMMENT_ CREATED
UPDATED DELETED · RECURRING_ CREATED UPDATED DELETED GENERATED FAILED
"""
"""As `api.md` §6.4 writes it."""


def catalogue() -> set[str]:
    words = [part.split() for part in CATALOGUE.split("·")]
    return {f"{entity}{verb}" for entity, *verbs in words for verb in verbs} | {"PING"}


def listen(org: finzcore.Org, *events: str) -> str:
    """An endpoint that listens, by default to everything."""
    made: str = org.webhooks.endpoints.create(url=URL, events=events or ("*",))["endpoint_id"]
    return made


def deliveries(org: finzcore.Org) -> list[Body]:
    """What was queued, the first first."""
    return list(org.webhooks.deliveries.all(per_page=200))[::-1]


def told(org: finzcore.Org) -> list[tuple[str, Body]]:
    return [(row["event_type"], row["payload"]["data"]) for row in deliveries(org)]


def names(org: finzcore.Org) -> list[str]:
    return [name for name, _ in told(org)]


def queued(org: finzcore.Org) -> int:
    with org._engine.store.read(org._key) as session:
        return len(session.find(DELIVERIES))


# ----- every event -----


def rest_of_the_story(call: Call, acme: finzcore.Org, clock: FrozenClock) -> None:
    """What the other steps leave out: money that goes out or back, orders that are called off, what time
    brings."""
    sales, purchases = Trade(call, acme), Buyer(call, acme)
    asha = sales.contact("Asha")
    bill = purchases.bill(due_date=TODAY)
    purchases.bill(reference_number="NP/70", due_date=TODAY)
    purchases.pay(bill["balance"], {"bill_id": bill["bill_id"], "amount": bill["balance"]})
    sales.receive(asha, 70, payment_type="ADVANCE")
    sales.refund(asha, 20)
    charged = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 5}]}
    note = call.ok("POST", "/debit_notes", charged)["debit_note"]["debit_note_id"]
    dearer = sales.receipt(asha, 5) | {"allocations": [{"debit_note_id": note, "amount": 5}]}
    call.ok("POST", "/payments", dearer)
    for kind, body in (("sales_orders", charged), ("purchase_orders", purchases.body())):
        noun = kind.removesuffix("s")
        order = call.ok("POST", f"/{kind}", body)[noun][f"{noun}_id"]
        call.ok("PUT", f"/{kind}/{order}", {"status": "CANCELLED"})
    late = sales.invoice(asha, 9, due_date=TODAY)
    monthly = {"entity_type": "INVOICE", "frequency": "MONTHLY", "start_date": "2026-05-20"}
    acme.recurring.create(name="Rent", template_entity_id=late["invoice_id"], **monthly)
    bela = sales.contact("Bela")
    payload = {"customer_id": bela, "place_of_supply": "IN-KA", "line_items": [{"name": "Work", "rate": 5}]}
    acme.recurring.create(name="Work", template_payload=payload, **monthly)
    call.ok("POST", f"/contacts/{bela}/archive")
    clock.set("2026-05-21T05:00:00Z")
    call.engine.run_scheduler()


@on_sqlite  # the story itself is told on both engines elsewhere
def test_every_event_of_the_catalogue_is_delivered(
    call: Call, acme: finzcore.Org, clock: FrozenClock
) -> None:
    endpoint = listen(acme)
    for step in steps(call, acme):
        call.ok(step.method, step.path, step.body)
    rest_of_the_story(call, acme, clock)
    acme.webhooks.endpoints.test(endpoint)
    assert catalogue() == {row["event_type"] for row in acme.webhooks.events()} == set(names(acme))
    stream = [row["event_type"] for row in acme.events.all() if row["event_type"]]
    # But for tests, which were told once more.
    assert [name for name in stream if name != "PING"] == [name for name in names(acme) if name != "PING"]
    for name, said in told(acme):
        if not name.startswith(("CONTACT", "ITEM", "RECURRING", "ATTACHMENT", "COMMENT", "PING")):
            bulk = name.endswith("BULK_CREATED")
            assert {"count"} <= said.keys() if bulk else {"id", "number", "total", "status"} <= said.keys()
    assert [] == call.engine.verify()


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (["*"], ["CONTACT_CREATED", "INVOICE_CREATED", "INVOICE_APPROVED"]),
        (["INVOICE_APPROVED"], ["INVOICE_APPROVED"]),
        (["INVOICE_PAID", "BILL_PAID"], []),
        (["CONTACT_CREATED", "*"], ["CONTACT_CREATED", "INVOICE_CREATED", "INVOICE_APPROVED"]),
    ],
)
@on_sqlite  # who is told of what is worked out above the database
def test_an_endpoint_hears_what_it_wants(
    call: Call, acme: finzcore.Org, wanted: list[str], heard: list[str]
) -> None:
    listen(acme, *wanted)
    trade = Trade(call, acme)
    trade.invoice(trade.contact(), 5)
    assert heard == names(acme)


def test_what_is_told_is_what_was_committed(call: Call, acme: finzcore.Org) -> None:
    listen(acme)
    trade = Trade(call, acme)
    asha = trade.contact()
    one, two = trade.invoice(asha, 100), trade.invoice(asha, 50)
    paid = trade.receive(asha, 130, (one, 100))
    trade.apply(paid, (two, 20))
    said = [(name, data) for name, data in told(acme) if name != "CONTACT_CREATED"]
    # Approved at once: what was created is in the books already.
    assert ("INVOICE_CREATED", "SENT") == (said[0][0], said[0][1]["status"])
    assert {
        "id": one["invoice_id"], "number": one["invoice_number"], "customer_id": asha,
        "total": Decimal(100), "status": "SENT",
    } == said[1][1]  # fmt: skip
    received, applied = (data for name, data in said if name.startswith("PAYMENT"))
    assert ("INCOMING", 130, paid["allocations"]) == tuple(
        received[name] for name in ("flow", "amount", "allocations")
    )
    assert [(one["invoice_id"], 100), (two["invoice_id"], 20)] == [
        (use["invoice_id"], use["amount"]) for use in applied["allocations"]
    ]
    trade.void(paid)
    last = dict(told(acme))
    assert ("VOIDED", []) == tuple(last["PAYMENT_VOIDED"][name] for name in ("status", "allocations"))


@on_sqlite  # what an event says is worked out above the database
def test_a_refund_says_what_is_left_settled_of_what_it_uses_up(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    asha = trade.contact()
    paid = trade.receive(asha, 60, (trade.invoice(asha, 10), 10))
    trade.void(trade.refund(asha, 30))
    used = [row for row in acme.events.all() if row["action"] == "PAYMENT_UPDATED"]
    assert [paid["allocations"]] * 2 == [row["data"]["allocations"] for row in used]


def test_the_body_is_the_same_bytes_at_every_attempt(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    listen(acme)
    acme.contacts.create(contact_name="Asha")
    bodies = []

    def post(outgoing: Any) -> tuple[int, Body]:
        bodies.append(outgoing.body)
        return 500, {}

    for _ in range(3):
        engine.run_webhooks(transport=post)
        clock.move(minutes=10)
        acme.contacts.update(acme.contacts.list()[0]["contact_id"], payment_terms=len(bodies))
    first = [body for body in bodies if json.loads(body)["event_type"] == "CONTACT_CREATED"]
    assert 3 == len(first) and 1 == len(set(first))
    (queued_,) = acme.webhooks.deliveries.list(event_type="CONTACT_CREATED")
    said = json.loads(first[0])
    assert queued_["payload"] == said
    assert (queued_["delivery_id"], acme.org_id, "2026-05-19T05:00:00Z") == tuple(
        said[name] for name in ("delivery_id", "org_id", "occurred_at")
    )
    (event,) = [row for row in acme.events.all() if row["event_type"] == "CONTACT_CREATED"]
    assert (event["seq"], event["data"]) == (said["seq"], said["data"])


# ----- nothing that was not committed -----


def test_a_refused_request_tells_nothing(call: Call, acme: finzcore.Org) -> None:
    listen(acme)
    trade = Trade(call, acme)
    asha = trade.contact()
    before = queued(acme)
    invoice = {"customer_id": asha, "date": TODAY, "line_items": [{"name": "Work", "rate": 5}]}
    refusals = [
        invoice | {"line_items": []},
        invoice | {"customer_id": "ct_nobody"},
        invoice | {"due_date": "2026-05-18"},
    ]
    for body in refusals:
        assert call("POST", "/invoices", body).status in (400, 404)
    # The payment is kept, its event told, and the second allocation refused: all of it is undone.
    due = trade.invoice(asha, 10)
    before += 2
    receipt = trade.receipt(asha, 30, (due, 10), (due, 10))
    assert 400 == call("POST", "/payments", receipt).status
    assert before == queued(acme)


def test_an_answer_that_is_replayed_tells_nothing(call: Call, acme: finzcore.Org) -> None:
    listen(acme)
    answers = [call("POST", "/contacts", {"contact_name": "Asha"}, key="once") for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert ["CONTACT_CREATED"] == names(acme)


def test_many_at_once_are_told_one_by_one_and_together(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    sale = {"customer_id": trade.contact(), "date": TODAY, "place_of_supply": "IN-KA"}
    good = sale | {"line_items": [{"name": "Work", "rate": 5}]}
    listen(acme)
    call.ok("POST", "/bulk/invoices", {"invoices": [good, sale, good | {"auto_approve": True}]})
    assert [
        "INVOICE_CREATED", "INVOICE_CREATED", "INVOICE_APPROVED", "INVOICE_BULK_CREATED",
    ] == names(acme)  # fmt: skip
    assert {"count": 2, "failed": 1, "batch_size": 3} == told(acme)[-1][1]


def test_a_transaction_tells_when_it_is_committed_and_not_of_what_it_lost(acme: finzcore.Org) -> None:
    listen(acme)
    with acme.transaction():
        acme.contacts.create(contact_name="Asha")
        with pytest.raises(finzcore.FinzError):
            acme.contacts.create(contact_name="")
        acme.items.create(item_name="Oak chair")
    assert ["CONTACT_CREATED", "ITEM_CREATED"] == names(acme)
    with pytest.raises(ZeroDivisionError), acme.transaction():
        acme.contacts.create(contact_name="Bela")
        raise ZeroDivisionError
    assert ["CONTACT_CREATED", "ITEM_CREATED"] == names(acme)


def test_who_begins_to_listen_inside_a_transaction_hears_the_rest_of_it(acme: finzcore.Org) -> None:
    with acme.transaction():
        acme.contacts.create(contact_name="Asha")
        listen(acme)
        acme.contacts.create(contact_name="Bela")
    assert ["Bela"] == [said["name"] for _, said in told(acme)]


def test_who_began_to_listen_in_a_step_that_was_undone_hears_nothing(acme: finzcore.Org) -> None:
    with acme.transaction():
        with pytest.raises(ZeroDivisionError), acme.transaction():
            listen(acme)
            raise ZeroDivisionError
        acme.contacts.create(contact_name="Asha")
    acme.contacts.create(contact_name="Bela")
    assert [] == told(acme)


# ----- what listening costs -----


def ran(org: finzcore.Org, work: Any) -> list[str]:
    """The statements of a piece of work, when everything that is kept is at hand."""
    work()
    texts: list[str] = []
    store = org._engine.store
    store.trace(texts.append)  # type: ignore[attr-defined]
    try:
        work()
    finally:
        store.trace(None)  # type: ignore[attr-defined]
    return [" ".join(text.split()) for text in texts]


WEBHOOKS = ("webhook", "deliveries")


def test_where_nobody_listens_no_statement_is_about_it(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    asha = trade.contact()
    for work in (
        lambda: trade.invoice(asha, 5),
        lambda: trade.receive(asha, 5),
        lambda: acme.contacts.create(contact_name="Bela"),
    ):
        texts = ran(acme, work)
        assert texts and [] == [text for text in texts if any(word in text for word in WEBHOOKS)]


def test_one_that_listens_costs_a_row_and_a_look_at_what_is_due(call: Call, acme: finzcore.Org) -> None:
    def work() -> None:
        acme.contacts.create(contact_name="Bela")

    before = Counter(map(_of_what, ran(acme, work)))
    listen(acme)
    after = Counter(map(_of_what, ran(acme, work)))
    assert {"INSERT deliveries": 1, "SELECT due": 1} == after - before


def _of_what(statement: str) -> str:
    """What a statement does, and to which table."""
    words = statement.replace("(", " ").split()
    at = next((place for place, word in enumerate(words) if word in ("INTO", "FROM", "UPDATE")), None)
    return words[0] if at is None else f"{words[0]} {words[at + 1]}"
