"""Activity: who did what to which document, newest first (`api.md` §4.20)."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.books.entities import LOGGED
from finzcore.books.history import EVENTS
from finzcore.ids import wire
from finzcore.testing import Call, FrozenClock
from tests.api.test_journals_made import capital
from tests.engines import on_sqlite
from tests.trade import Trade

INVALID = "validation.invalid_value"
Body = dict[str, Any]


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


def actions(call: Call, query: str = "") -> list[str]:
    return [row["action"] for row in call.ok("GET", f"/activity?{query}")["activity"]]


def stream(call: Call, entity: str, key: str) -> list[str]:
    """What became of one document, the first first."""
    return actions(call, f"entity_type={entity}&entity_id={key}&per_page=200")[::-1]


# ----- what an event says -----


def test_an_event_says_who_did_what_when_and_from_where(call: Call, acme: finzcore.Org) -> None:
    answer = call("POST", "/journals", capital(acme))
    (event,) = call.ok("GET", "/activity")["activity"]
    assert {
        "event_id": event["event_id"],
        "action": "JOURNAL_CREATED",
        "entity_type": "JOURNAL",
        "entity_id": answer.json()["journal"]["journal_id"],
        "entity_ref": "JE-2627-001",
        "actor_user_id": call.ok("GET", "/whoami")["token"]["user_id"],
        "metadata": {
            "ip": None,
            "user_agent": None,
            "request_id": answer.header("X-Request-Id"),
            "source": "PUBLIC_API",
        },
        "occurred_at": "2026-05-19T05:00:00Z",
    } == event
    assert event["event_id"].startswith("evt_")
    assert event == call.ok("GET", f"/activity/{event['event_id']}")["event"]
    assert event == acme.activity.get(event["event_id"]) == acme.activity.list()[0]


def test_where_a_request_came_from_is_told(call: Call, engine: finzcore.Engine) -> None:
    from finzcore.api import Request

    headers = {"Authorization": f"Bearer {call.token}", "User-Agent": "shop/1.0"}
    sent = Request(
        "POST", "/api/public/v1/contacts", "", headers, b'{"contact_name": "Asha"}',
        context={"remote_addr": "203.0.113.7"},
    )  # fmt: skip
    assert 201 == engine.handle(sent).status
    (event,) = call.ok("GET", "/activity")["activity"]
    assert ("203.0.113.7", "shop/1.0") == (event["metadata"]["ip"], event["metadata"]["user_agent"])


def test_what_python_callers_do_is_told_too(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    acme.items.create(item_name="Oak chair")
    ravi = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, ravi.user_id)
    engine.org(acme.org_id, user_id=ravi.user_id).items.create(item_name="Pine chair")
    assert [("Pine chair", ravi.user_id, "DASHBOARD"), ("Oak chair", None, "DASHBOARD")] == [
        (row["entity_ref"], row["actor_user_id"], row["metadata"]["source"]) for row in acme.activity.list()
    ]


def test_changes_are_told_of_updates_and_of_changes_of_status_alone(call: Call, trade: Trade) -> None:
    asha = trade.contact("Asha")
    draft = trade.invoice(asha, 100, auto_approve=False)["invoice_id"]
    call.ok("PUT", f"/invoices/{draft}", {"notes": "Thanks"})
    call.ok("POST", f"/invoices/{draft}/approve")
    call.ok("POST", f"/invoices/{draft}/void")
    rows = call.ok("GET", f"/activity?entity_type=INVOICE&entity_id={draft}")["activity"]
    assert [
        ("INVOICE_VOIDED", "absent"),
        ("INVOICE_STATUS_CHANGED", {"status": {"old": "DRAFT", "new": "SENT"}}),
        ("INVOICE_UPDATED", {"notes": {"old": None, "new": "Thanks"}}),
        ("INVOICE_CREATED", "absent"),
    ] == [(row["action"], row.get("changes", "absent")) for row in rows]


# ----- which events -----


def test_only_what_the_log_is_about_is_listed(call: Call, acme: finzcore.Org, trade: Trade) -> None:
    acme.add_cost_center("Depot")
    acme.lock_period("2026-04-30", reason="Filed")
    trade.invoice(trade.contact(), 100)  # approved at once: that is a webhook's event alone
    assert ["INVOICE_CREATED", "CONTACT_CREATED"] == actions(call)
    with acme._engine.store.read(acme._key) as session:
        others = [
            row for row in session.find(EVENTS) if row["entity_type"] not in LOGGED or not row["action"]
        ]
    assert len(others) > 3
    for row in others:
        shown = wire("evt_", acme._key, row["seq"])
        assert (404, "not_found.resource", "event_id") == call.refused("GET", f"/activity/{shown}")


def test_an_event_of_another_organisation_is_not_found(call: Call, acme: finzcore.Org) -> None:
    other = acme._engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = other.contacts.create(contact_name="Asha Stores")["contact_id"]
    ours = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    (event,) = other.activity.list()
    for strange in (event["event_id"], "evt_1", "evt_" + "0" * 32):
        assert (404, "not_found.resource", "event_id") == call.refused("GET", f"/activity/{strange}")
    assert [] == stream(call, "CONTACT", theirs)
    assert ["CONTACT_CREATED"] == stream(call, "CONTACT", ours)
    assert [ours] == [row["entity_id"] for row in call.ok("GET", "/activity")["activity"]]


def test_the_stream_of_a_document_outlives_it(call: Call, trade: Trade) -> None:
    draft = trade.invoice(trade.contact(), 100, auto_approve=False)["invoice_id"]
    call.ok("DELETE", f"/invoices/{draft}")
    assert ["INVOICE_CREATED", "INVOICE_DELETED"] == stream(call, "INVOICE", draft)


def test_an_event_is_never_taken_back(call: Call, acme: finzcore.Org) -> None:
    made = acme.journals.create(**capital(acme))["journal_id"]
    acme.journals.delete(made)
    assert ["JOURNAL_CREATED", "JOURNAL_DELETED"] == stream(call, "JOURNAL", made)


# ----- filters -----


@pytest.fixture
def month(call: Call, acme: finzcore.Org, clock: FrozenClock) -> dict[str, str]:
    """A contact on the 19th in India, an item by Ravi on the 20th, an invoice on the 21st."""
    asha = call.ok("POST", "/contacts", {"contact_name": "Asha"})["contact"]["contact_id"]
    ravi = acme._engine.create_user(name="Ravi").user_id
    acme._engine.add_membership(acme.org_id, ravi)
    clock.set("2026-05-19T18:29:59+00:00")
    call.ok("PUT", f"/contacts/{asha}", {"payment_terms": 7})
    clock.set("2026-05-19T18:30:00+00:00")
    acme._engine.org(acme.org_id, user_id=ravi).items.create(item_name="Oak chair")
    clock.set("2026-05-20T18:30:00+00:00")
    invoice = Trade(call, acme).invoice(asha, 100)["invoice_id"]
    return {"ASHA": asha, "RAVI": ravi, "INVOICE": invoice, "STRANGER": "usr_" + "0" * 32}


CONTACT, CHANGED, ITEM, INVOICE = "CONTACT_CREATED", "CONTACT_UPDATED", "ITEM_CREATED", "INVOICE_CREATED"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [INVOICE, ITEM, CHANGED, CONTACT]),
        ("entity_type=CONTACT", [CHANGED, CONTACT]),
        ("entity_type=contact&entity_id={ASHA}", [CHANGED, CONTACT]),
        ("entity_type=INVOICE&entity_id={ASHA}", []),
        ("entity_type=BILL&entity_id={INVOICE}", []),
        ("entity_type=WEBHOOK", []),
        ("action=CONTACT_UPDATED", [CHANGED]),
        ("action=contact_created", [CONTACT]),
        ("action=INVOICE_VOIDED", []),
        ("date_from=2026-05-20", [INVOICE, ITEM]),
        ("date_to=2026-05-19", [CHANGED, CONTACT]),
        ("date_from=2026-05-20&date_to=2026-05-20", [ITEM]),
        ("date_from=2026-05-21&date_to=2026-05-19", []),
        ("date_from=1970-01-01&date_to=2199-12-31", [INVOICE, ITEM, CHANGED, CONTACT]),
        ("date_from=2030-01-01", []),
        ("actor_user_id={RAVI}", [ITEM]),
        ("actor_user_id={STRANGER}", []),
        ("actor_user_id=nobody", []),
        ("entity_type=CONTACT&entity_id={ASHA}&date_to=2026-05-19&action=CONTACT_UPDATED", [CHANGED]),
    ],
)
def test_filters_narrow_the_log(query: str, expected: list[str], call: Call, month: dict[str, str]) -> None:
    assert expected == actions(call, query.format(**month))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/activity?entity_id=inv_1", (400, INVALID, "entity_type")),
        ("/activity?entity_type=BRANCH", (400, INVALID, "entity_type")),
        ("/activity?action=INVOICE_GUESSED", (400, INVALID, "action")),
        ("/activity?action=BRANCH_CREATED", (400, INVALID, "action")),
        ("/activity?date_from=tomorrow", (422, "validation.failed", "date_from")),
        ("/activity?per_page=0", (422, "validation.failed", "per_page")),
        ("/activity?cursor=e30", (400, INVALID, "cursor")),
    ],
)
def test_what_is_not_acceptable_is_refused(path: str, expected: tuple[int, str, str], call: Call) -> None:
    assert expected == call.refused("GET", path)


def test_the_scope_is_asked_for(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    reader = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.invoices.READ"]).token)
    assert (403, "auth.insufficient_scope", None) == reader.refused("GET", "/activity")


def test_the_log_is_written_by_nobody(call: Call) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert 405 == call(method, "/activity", {}).status


def test_pages_end_to_end_are_the_log_while_it_grows(call: Call, acme: finzcore.Org) -> None:
    for number in range(7):
        acme.items.create(item_name=f"Chair {number}")
    cursor, found = "", []
    while cursor is not None:
        said = call.ok("GET", "/activity?per_page=3" + (f"&cursor={cursor}" if cursor else ""))
        found += [row["entity_ref"] for row in said["activity"]]
        cursor = said["page_context"]["next_cursor"]
        acme.items.create(item_name="Meanwhile")
    assert [f"Chair {number}" for number in range(7)][::-1] == found


# ----- looked up -----


@on_sqlite  # what SQLite plans; PostgreSQL's plans have tests of their own
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"entity_type": "CONTACT", "entity_id": "ASHA"}, "events_entity"),
        ({"entity_type": "CONTACT", "entity_id": "ASHA", "date_from": "2000-01-01"}, "events_entity"),
        ({"date_from": "2026-05-19"}, "events_time"),
        ({"date_from": "2026-05-19", "date_to": "2026-05-19", "action": "CONTACT_CREATED"}, "events_time"),
        ({"date_from": "2000-01-01"}, "events_pk"),
        ({}, "events_pk"),
    ],
)
def test_a_stream_and_a_few_days_are_looked_up(
    asked: dict[str, str], expected: str, target: str, acme: finzcore.Org
) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    texts: list[str] = []
    acme._engine.store.trace(texts.append)  # type: ignore[attr-defined]
    try:
        acme.activity.list(**{name: asha if value == "ASHA" else value for name, value in asked.items()})
    finally:
        acme._engine.store.trace(None)  # type: ignore[attr-defined]
    (text,) = [text for text in texts if " FROM events " in text]
    with closing(sqlite3.connect(target)) as connection:
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}"))
    named = "sqlite_autoindex_events_1" if expected == "events_pk" else expected
    assert f"SEARCH events USING INDEX {named} (org_id=?" in plan
    assert ("TEMP B-TREE" in plan) == (expected == "events_time")


def test_books_of_an_earlier_release_get_the_indexes(tmp_path: Path) -> None:
    path = str(tmp_path / "books.db")
    with finzcore.open(path) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for text in (
            "DROP INDEX events_entity", "DROP INDEX events_time", "PRAGMA user_version = 1",
            "DELETE FROM _sqlite_migrations WHERE name = 'finding activity'",
        ):  # fmt: skip
            connection.execute(text)
    with finzcore.open(path) as engine:
        (acme,) = engine.orgs()
        assert ["CONTACT_CREATED"] == [
            row["action"] for row in acme.activity.list(entity_type="CONTACT", entity_id=asha)
        ]
        assert [] == engine.verify()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_schema WHERE tbl_name = 'events' AND type = 'index'"
        )
        assert {"events_entity", "events_time"} <= {name for (name,) in found}
