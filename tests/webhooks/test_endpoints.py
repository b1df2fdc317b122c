"""Endpoints, from being registered to being forgotten, and the log of what they were told (`api.md` §6.1,
§6.3)."""

import json
import re
from typing import Any

import pytest

import finzcore
from finzcore import verify_signature
from finzcore.books.history import EVENTS
from finzcore.books.idempotency import KEYS
from finzcore.books.webhooks.tables import ENDPOINTS
from finzcore.errors import SignatureInvalid
from finzcore.testing import Call, FrozenClock
from tests.engines import on_sqlite
from tests.webhooks.listening import Kept

Body = dict[str, Any]
AT = "/webhooks/endpoints"
URL = "https://shop.example/hooks"
NEW = {"url": URL, "events": ["*"]}


def registered(call: Call, **more: Any) -> Body:
    made: Body = call.ok("POST", AT, NEW | more)["endpoint"]
    return made


def path(endpoint: Body, act: str = "") -> str:
    return f"{AT}/{endpoint['endpoint_id']}{act}"


def kept(org: finzcore.Org) -> list[Body]:
    with org._engine.store.read(org._key) as session:
        return session.find(ENDPOINTS, ascending=True)


def logged(org: finzcore.Org) -> list[tuple[str, str]]:
    """The actions and the changes of all that was done to endpoints, as they are kept."""
    with org._engine.store.read(org._key) as session:
        rows = session.find(EVENTS, ascending=True)
    return [(row["action"], row["changes"] or "") for row in rows if row["entity_type"] == "WEBHOOK"]


# ----- registering -----


def test_an_endpoint_is_registered_and_its_secret_shown_once(call: Call, acme: finzcore.Org) -> None:
    answer = call("POST", AT, NEW | {"description": "The shop"})
    assert (201, "The endpoint has been created.") == (answer.status, answer.json()["message"])
    made = answer.json()["endpoint"]
    secret = made.pop("secret")
    assert re.fullmatch("whsec_[A-Za-z0-9_-]{43}", secret)
    assert {
        "endpoint_id": made["endpoint_id"],
        "url": URL,
        "events": ["*"],
        "is_active": True,
        "description": "The shop",
        "organization_ids": [acme.org_id],
        "failure_count": 0,
        "disabled_reason": None,
        "created_time": "2026-05-19T05:00:00Z",
        "last_modified_time": "2026-05-19T05:00:00Z",
    } == made
    assert re.fullmatch("wh_[0-9a-f]{32}", made["endpoint_id"])
    assert made == call.ok("GET", path(made))["endpoint"]
    assert [made] == call.ok("GET", AT)["endpoints"]
    assert [("WEBHOOK_CREATED", "")] == logged(acme)


@on_sqlite  # chance is the same for every engine
def test_no_two_endpoints_have_the_same_secret(call: Call) -> None:
    assert 5 == len({registered(call)["secret"] for _ in range(5)})


def test_a_secret_that_is_shown_again_is_the_same_and_sealed_meanwhile(
    target: str, clock: FrozenClock
) -> None:
    with finzcore.open(target, clock=clock, settings=finzcore.Settings(sealing_keys=(bytes(32),))) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        call = Call(engine, engine.mint_pat(org_id=acme.org_id).token)
        answers = [call("POST", AT, NEW, key="once") for _ in range(2)]
        (row,) = kept(acme)
        with engine.store.read(acme._key) as session:
            (remembered,) = session.find(KEYS)
    assert answers[0].body == answers[1].body
    secret = answers[0].json()["endpoint"]["secret"]
    assert row["secret"].startswith("sealed:") and secret not in json.dumps(row)
    assert remembered["body"].startswith("sealed:")


BAD: list[tuple[str, Any, int, str, str]] = [
    ("nothing", {}, 400, "validation.required_field", "url"),
    ("no url", {"events": ["*"]}, 400, "validation.required_field", "url"),
    ("no events", {"url": URL}, 400, "validation.required_field", "events"),
    ("empty events", {"url": URL, "events": []}, 400, "validation.required_field", "events"),
    ("events are one", {"url": URL, "events": "*"}, 422, "validation.failed", "events"),
    ("an unknown event", {"url": URL, "events": ["INVOICE_PAID", "INVOICE_LOST"]}, 400,
     "validation.invalid_value", "events[1]"),
    ("events are numbers", {"url": URL, "events": [5]}, 400, "validation.invalid_value", "events[0]"),
    ("no https", NEW | {"url": "http://shop.example/"}, 400, "validation.invalid_value", "url"),
    ("an address", NEW | {"url": "https://127.0.0.1/"}, 400, "validation.invalid_value", "url"),
    ("this machine", NEW | {"url": "https://localhost/"}, 400, "validation.invalid_value", "url"),
    ("somebody's name", NEW | {"url": "https://a:b@shop.example/"}, 400, "validation.invalid_value", "url"),
    ("too long", NEW | {"url": f"https://shop.example/{'x' * 2048}"}, 400, "validation.invalid_value", "url"),
    ("no text", NEW | {"url": 5}, 400, "validation.invalid_value", "url"),
    ("a flag that is none", NEW | {"is_active": "no"}, 400, "validation.invalid_value", "is_active"),
    ("no organisations", NEW | {"organization_ids": []}, 400, "validation.invalid_value", "organization_ids"),
    ("one of no text", NEW | {"organization_ids": [5]}, 400, "validation.invalid_value", "organization_ids"),
    ("another word", NEW | {"organization_ids": "some"}, 400, "validation.invalid_value", "organization_ids"),
    ("all, bound", NEW | {"organization_ids": "all"}, 403, "auth.org_mismatch", "organization_ids"),
    ("nobody's", NEW | {"organization_ids": ["x"]}, 403, "auth.org_mismatch", "organization_ids"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "code", "field"), [row[1:] for row in BAD], ids=[r[0] for r in BAD]
)
@on_sqlite  # bodies are judged above the database
def test_what_is_refused(
    call: Call, acme: finzcore.Org, body: Body, status: int, code: str, field: str
) -> None:
    assert (status, code, field) == call.refused("POST", AT, body)
    assert [] == kept(acme)
    endpoint = registered(call)
    for name in body:
        if field.startswith(name):
            assert (status, code, field) == call.refused("PUT", path(endpoint), {name: body[name]})


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        (["comment.created"], ["COMMENT_CREATED"]),
        (["COMMENT_CREATED", "comment.created"], ["COMMENT_CREATED"]),
        ([" invoice_paid ", "INVOICE_PAID"], ["INVOICE_PAID"]),
        (["BILL_PAID", "*", "BILL_PAID"], ["BILL_PAID", "*"]),
        (["PING"], ["PING"]),
    ],
)
@on_sqlite  # bodies are read above the database
def test_names_of_events(call: Call, events: list[str], shown: list[str]) -> None:
    assert shown == registered(call, events=events)["events"]


@on_sqlite  # it is counted above the database
def test_an_organisation_has_twenty_endpoints_at_most(call: Call) -> None:
    made = [registered(call) for _ in range(20)]
    assert (400, "validation.invalid_value", None) == call.refused("POST", AT, NEW)
    call.ok("DELETE", path(made[3]))
    registered(call)
    assert 20 == len(call.ok("GET", AT)["endpoints"])


def test_for_practice_this_machine_may_listen(target: str) -> None:
    with finzcore.open(target, settings=finzcore.Settings(allow_local_webhooks=True)) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        made = acme.webhooks.endpoints.create(url="http://LOCALHOST:8000/x", events=["*"])
        assert "http://localhost:8000/x" == made["url"]
        with pytest.raises(finzcore.FinzError):
            acme.webhooks.endpoints.create(url="http://shop.example/", events=["*"])


# ----- changing -----


def test_it_is_changed_paused_and_resumed(call: Call, acme: finzcore.Org, clock: FrozenClock) -> None:
    endpoint = registered(call)
    clock.move(minutes=1)
    changes = {"url": "https://New.example/x", "events": ["INVOICE_PAID"], "description": "New"}
    after = call.ok("PUT", path(endpoint), changes)["endpoint"]
    assert "secret" not in after
    assert ("https://new.example/x", ["INVOICE_PAID"], "New") == (
        after["url"], after["events"], after["description"],
    )  # fmt: skip
    assert "2026-05-19T05:01:00Z" == after["last_modified_time"]
    assert after == call.ok("PUT", path(endpoint), changes)["endpoint"]  # which changes nothing, and says so
    assert 2 == len(logged(acme))
    with acme.transaction():
        books = acme._engine.desk.open_books
        books.session.change(ENDPOINTS, (kept(acme)[0]["id"],), {"failure_count": 7})
    for is_active, failures in ((False, 7), (True, 0)):
        shown = call.ok("PUT", path(endpoint), {"is_active": is_active})["endpoint"]
        assert (is_active, failures) == (shown["is_active"], shown["failure_count"])


def test_nothing_is_queued_or_sent_while_it_is_paused(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    endpoint, hears = registered(call), Kept()
    acme.contacts.create(contact_name="Asha")
    call.ok("PUT", path(endpoint), {"is_active": False})
    acme.contacts.create(contact_name="Bela")
    assert (0, []) == (engine.run_webhooks(transport=hears), hears.told)
    (waited,) = call.ok("GET", "/webhooks/deliveries")["deliveries"]
    assert ("FAILED", "Asha") == (waited["status"], waited["payload"]["data"]["name"])
    replay = f"/webhooks/deliveries/{waited['delivery_id']}/replay"
    assert (400, "validation.invalid_value", "is_active") == call.refused("POST", replay)
    assert (400, "validation.invalid_value", "is_active") == call.refused("POST", path(endpoint, "/test"))
    call.ok("PUT", path(endpoint), {"is_active": True})
    call.ok("POST", replay)
    acme.contacts.create(contact_name="Chitra")
    assert 2 == engine.run_webhooks(transport=hears)
    assert ["Asha", "Chitra"] == sorted(hears.names)


def test_one_that_fails_too_often_is_told_nothing_until_it_is_resumed(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    endpoint = registered(call)
    acme.contacts.create(contact_name="Asha")
    engine.run_webhooks(transport=Kept(410))
    shown = call.ok("GET", path(endpoint))["endpoint"]
    assert (False, "gone") == (shown["is_active"], shown["disabled_reason"])
    acme.contacts.create(contact_name="Bela")
    assert 1 == len(call.ok("GET", "/webhooks/deliveries")["deliveries"])
    shown = call.ok("PUT", path(endpoint), {"is_active": True})["endpoint"]
    assert (True, None, 0) == (shown["is_active"], shown["disabled_reason"], shown["failure_count"])
    acme.contacts.create(contact_name="Chitra")
    assert 2 == len(call.ok("GET", "/webhooks/deliveries")["deliveries"])
    assert ["WEBHOOK_CREATED", "WEBHOOK_DISABLED", "WEBHOOK_UPDATED"] == [one for one, _ in logged(acme)]


def test_a_removed_endpoint_is_told_nothing_more(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    endpoint, hears = registered(call), Kept()
    acme.contacts.create(contact_name="Asha")
    assert {"code": 0, "message": "The endpoint has been deleted."} == call.ok("DELETE", path(endpoint))
    acme.contacts.create(contact_name="Bela")
    assert (0, []) == (engine.run_webhooks(transport=hears), hears.told)
    assert (404, "not_found.resource", "endpoint_id") == call.refused("GET", path(endpoint))
    (waited,) = call.ok("GET", "/webhooks/deliveries")["deliveries"]
    assert ("FAILED", endpoint["endpoint_id"]) == (waited["status"], waited["endpoint_id"])
    replay = f"/webhooks/deliveries/{waited['delivery_id']}/replay"
    assert (400, "validation.invalid_value", "is_active") == call.refused("POST", replay)


# ----- secrets -----


def test_after_a_rotation_both_secrets_count_for_a_day(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    endpoint = registered(call)
    rotated = call.ok("POST", path(endpoint, "/rotate-secret"))["endpoint"]
    secrets = {"old": endpoint["secret"], "new": rotated["secret"]}
    assert secrets["old"] != secrets["new"]
    believed = []
    for hours in (0, 23, 25):
        clock.set("2026-05-19T05:00:00Z")
        clock.move(hours=hours)
        acme.contacts.create(contact_name=f"Contact {hours}")
        engine.run_webhooks(transport=(hears := Kept()))
        (told,) = hears.told
        header = told.headers["X-AIBooks-Signature"]
        marks = header.split(",v1=")[1:]
        for name, secret in secrets.items():
            try:
                verify_signature(told.body, header, secret, clock())
            except SignatureInvalid:
                continue
            believed.append((hours, name, len(marks)))
            if name == "new":  # the published sample keeps the last one; the new one is first
                verify_signature(told.body, f"{header.split(',')[0]},v1={marks[0]}", secret, clock())
    assert [(0, "old", 2), (0, "new", 2), (23, "old", 2), (23, "new", 2), (25, "new", 1)] == believed


def test_no_event_and_no_answer_shows_a_secret_again(call: Call, acme: finzcore.Org) -> None:
    endpoint = registered(call)
    rotated = call.ok("POST", path(endpoint, "/rotate-secret"))["endpoint"]
    call.ok("PUT", path(endpoint), {"description": "x"})
    secrets = (endpoint["secret"], rotated["secret"])
    shown = [
        call("GET", where).body.decode()
        for where in (AT, path(endpoint), "/activity", "/events?limit=1000", "/webhooks/deliveries")
    ]
    with acme._engine.store.read(acme._key) as session:
        shown.append(repr(session.find(EVENTS)))
    assert [] == [text for text in shown for secret in secrets if secret in text]
    assert ["WEBHOOK_CREATED", "WEBHOOK_UPDATED", "WEBHOOK_UPDATED"] == [action for action, _ in logged(acme)]


# ----- tests, the log, once more -----


def test_a_test_is_told_to_the_endpoint_alone(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    one, other = registered(call, events=["INVOICE_PAID"]), registered(call)
    sent = call.ok("POST", path(one, "/test"))["delivery"]
    assert (one["endpoint_id"], "PING", "PENDING") == (
        sent["endpoint_id"], sent["event_type"], sent["status"],
    )  # fmt: skip
    assert {"endpoint_id": one["endpoint_id"]} == sent["payload"]["data"]
    engine.run_webhooks(transport=(hears := Kept()))
    (told,) = hears.told
    assert sent["payload"] == json.loads(told.body)
    (row,) = call.ok("GET", "/webhooks/deliveries")["deliveries"]
    assert (sent["delivery_id"], "SUCCEEDED") == (row["delivery_id"], row["status"])
    assert row == call.ok("GET", f"/webhooks/deliveries/{row['delivery_id']}")["delivery"]
    assert [] == call.ok("GET", f"/webhooks/deliveries?endpoint_id={other['endpoint_id']}")["deliveries"]


def test_the_log_is_asked_by_endpoint_event_and_status(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    one, two = registered(call), registered(call, events=["ITEM_CREATED"])
    acme.contacts.create(contact_name="Asha")
    engine.run_webhooks(transport=Kept())
    acme.items.create(item_name="Oak chair")

    def asked(query: str) -> list[tuple[str, str]]:
        rows = call.ok("GET", f"/webhooks/deliveries?{query}")["deliveries"]
        return [(row["event_type"], row["status"]) for row in rows]

    item, contact = ("ITEM_CREATED", "PENDING"), ("CONTACT_CREATED", "SUCCEEDED")
    assert [item, item, contact] == asked("")
    assert [item, contact] == asked(f"endpoint_id={one['endpoint_id']}")
    assert [item] == asked(f"endpoint_id={two['endpoint_id']}")
    assert [item, item] == asked("status=pending")
    assert [contact] == asked("event_type=CONTACT_CREATED")
    assert [] == asked("event_type=CONTACT_CREATED&status=FAILED")
    assert [] == asked("endpoint_id=wh_" + "0" * 32)
    assert (400, "validation.invalid_value", "status") == call.refused("GET", "/webhooks/deliveries?status=X")
    first = call.ok("GET", "/webhooks/deliveries?per_page=2")
    cursor = first["page_context"]["next_cursor"]
    rest = call.ok("GET", f"/webhooks/deliveries?per_page=2&cursor={cursor}")["deliveries"]
    assert [contact] == [(row["event_type"], row["status"]) for row in rest]


def test_a_replay_is_a_delivery_of_its_own_with_the_same_event(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    registered(call, events=["CONTACT_CREATED"])
    asha = acme.contacts.create(contact_name="Asha")["contact_id"]
    engine.run_webhooks(transport=(hears := Kept()))
    clock.move(hours=1)
    acme.contacts.update(asha, contact_name="Asha Stores")
    (first,) = call.ok("GET", "/webhooks/deliveries")["deliveries"]
    again = call.ok("POST", f"/webhooks/deliveries/{first['delivery_id']}/replay")["delivery"]
    assert (first["delivery_id"], "PENDING", []) == (again["replay_of"], again["status"], again["attempts"])
    assert first["delivery_id"] != again["delivery_id"]
    assert first["payload"] | {"delivery_id": again["delivery_id"]} == again["payload"]
    engine.run_webhooks(transport=hears)
    assert ["Asha", "Asha"] == hears.names
    assert "WEBHOOK_SENT" == logged(acme)[-1][0]


# ----- others -----


def test_endpoints_and_deliveries_of_others_are_not_found(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    endpoint = registered(call)
    acme.contacts.create(contact_name="Asha")
    (sent,) = call.ok("GET", "/webhooks/deliveries")["deliveries"]
    bela = engine.create_org(name="Bela Foods", state="IN-KA")
    other = Call(engine, engine.mint_pat(org_id=bela.org_id).token)
    at = f"/webhooks/deliveries/{sent['delivery_id']}"
    for method, where, field in (
        ("GET", path(endpoint), "endpoint_id"),
        ("PUT", path(endpoint), "endpoint_id"),
        ("DELETE", path(endpoint), "endpoint_id"),
        ("POST", path(endpoint, "/rotate-secret"), "endpoint_id"),
        ("POST", path(endpoint, "/test"), "endpoint_id"),
        ("GET", at, "delivery_id"),
        ("POST", f"{at}/replay", "delivery_id"),
    ):
        body = {"url": "https://bela.example/"} if method == "PUT" else None
        assert (404, "not_found.resource", field) == other.refused(method, where, body)
    assert [[], []] == [
        other.ok("GET", "/webhooks/deliveries")["deliveries"],
        other.ok("GET", f"/webhooks/deliveries?endpoint_id={endpoint['endpoint_id']}")["deliveries"],
    ]
    assert [] == other.ok("GET", AT)["endpoints"]
    bela.contacts.create(contact_name="Bela")
    assert 1 == len(call.ok("GET", "/webhooks/deliveries")["deliveries"])


@pytest.mark.parametrize(
    "where", ["/webhooks", "/webhooks.endpoints", "/webhooks/nothing", "/webhooks/", "/webhooks/endpoints/"]
)
@on_sqlite  # an address is looked for before any database is asked
def test_there_is_nothing_at_other_addresses(call: Call, where: str) -> None:
    assert 404 == call("GET", where).status


@on_sqlite  # names are those of Python
def test_python_callers_have_resources_behind_one_name(acme: finzcore.Org) -> None:
    assert ["deliveries", "endpoints", "events"] == dir(acme.webhooks)
    assert "<webhooks: deliveries, endpoints, events>" == repr(acme.webhooks)
    assert "webhooks" in dir(acme) and "webhooks.endpoints" not in dir(acme)
    assert "CONTACT_CREATED" == acme.webhooks.events()[0]["event_type"]
    with pytest.raises(AttributeError):
        _ = acme.webhooks.nothing
    with pytest.raises(AttributeError):
        getattr(acme, "webhooks.endpoints")
    with pytest.raises(TypeError, match=r"webhooks\.endpoints\.create\(\) got an unexpected keyword"):
        acme.webhooks.endpoints.create(url=URL, events=["*"], secret="mine")
