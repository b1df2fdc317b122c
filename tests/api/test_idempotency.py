"""Idempotency keys: every row of `reliability.md` §3 and of `api.md` §1.10, and §10 rows 22 to 24."""

import itertools
import json
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response
from finzcore.books import idempotency, registry
from finzcore.books.resource import Operation, Resource
from finzcore.books.resources import contacts
from finzcore.errors import FinzError
from finzcore.testing import Call, FrozenClock
from tests.snapshot import changed, snapshot

RUNS = itertools.count()
ASHA = {"contact_name": "Asha", "payment_terms": 30}

REQUIRED = {
    "invoices.create",
    "payments.create",
    "payments.apply",
    "credit_notes.create",
    "credit_notes.apply_to_invoice",
    "credit_notes.apply_to_bill",
    "debit_notes.create",
}
"""Where a key is required (`api.md` §1.10)."""

POSTS = [
    (declared, operation)
    for declared in registry.resources()
    for operation in declared.operations
    if operation.method == "POST" and operation.path is not None
]


def named(pair: tuple[Resource, Operation]) -> str:
    return f"{pair[0].name}.{pair[1].name}"


def replayed(response: Response) -> bool:
    return response.header("Idempotency-Replayed") == "true"


def count(call: Call) -> int:
    return len(call.ok("GET", "/contacts")["contacts"])


# ----- the table -----


def test_a_second_sending_gets_the_first_answer_byte_for_byte(call: Call, target: str) -> None:
    first = call("POST", "/contacts", ASHA, key="k")
    before = snapshot(target, without=())
    second = call("POST", "/contacts", ASHA, key="k")
    assert (201, first.body, True) == (second.status, second.body, replayed(second))
    assert not replayed(first)
    assert set() == changed(before, snapshot(target, without=()))
    assert first.header("X-Request-Id") != second.header("X-Request-Id")
    assert ("599", "598") == (first.header("X-RateLimit-Remaining"), second.header("X-RateLimit-Remaining"))


def test_the_same_key_with_another_body_is_refused_and_nothing_is_done(call: Call, target: str) -> None:
    first = call("POST", "/contacts", ASHA, key="k")
    before = snapshot(target, without=())
    other = ASHA | {"payment_terms": 31}
    assert (422, "idempotency.key_reused", "Idempotency-Key") == call.refused(
        "POST", "/contacts", other, key="k"
    )
    assert set() == changed(before, snapshot(target, without=()))
    assert first.body == call("POST", "/contacts", ASHA, key="k").body


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ('{"contact_name":"A","payment_terms":1}', '{ "payment_terms": 1, "contact_name": "A" }', True),
        ('{"contact_name":"A","payment_terms":1}', '{"contact_name":"A","payment_terms":1.0}', True),
        ('{"contact_name":"A","payment_terms":1}', '{"contact_name":"A","payment_terms":1e0}', True),
        ('{"contact_name":"A","credit_limit":1.5}', '{"contact_name":"A","credit_limit":1.500}', True),
        ('{"contact_name":"A"}', '{"contact_name":"\\u0041"}', True),
        ('{"contact_name":"A","payment_terms":1}', '{"contact_name":"A","payment_terms":"1"}', False),
        ('{"contact_name":"A"}', '{"contact_name":"A","colour":null}', False),
        ('{"contact_name":"A"}', '{"contact_name":"a"}', False),
        ('{"contact_name":"A"}', '{"contact_name":"A "}', False),
    ],
)
def test_what_counts_as_the_same_body(call: Call, first: str, second: str, same: bool) -> None:
    assert 201 == call("POST", "/contacts", first.encode(), key="k").status
    again = call("POST", "/contacts", second.encode(), key="k")
    assert (201 if same else 422, same) == (again.status, replayed(again))


def test_the_query_is_part_of_the_fingerprint_but_the_selector_is_not(call: Call, acme: finzcore.Org) -> None:
    assert 201 == call("POST", "/contacts?a=1&b=2", ASHA, key="k").status
    assert replayed(call("POST", "/contacts?b=2&a=1", ASHA, key="k"))
    assert replayed(call("POST", f"/contacts?a=1&organization_id={acme.org_id}&b=2", ASHA, key="k"))
    assert 422 == call("POST", "/contacts?a=1&b=3", ASHA, key="k").status
    assert 422 == call("POST", "/contacts", ASHA, key="k").status


def test_another_spelling_of_the_path_is_the_same_path(call: Call) -> None:
    assert 201 == call("POST", "/contacts", ASHA, key="k").status
    assert replayed(call("POST", "/%63ontacts", ASHA, key="k"))


def test_a_key_on_another_path_runs(call: Call) -> None:
    assert 201 == call("POST", "/contacts", {"contact_name": "A"}, key="k").status
    assert 201 == call("POST", "/items", {"item_name": "A"}, key="k").status


def test_a_key_by_another_token_runs(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    other = Call(engine, engine.mint_pat(org_id=acme.org_id).token)
    for one in (call, other):
        response = one("POST", "/contacts", ASHA, key="k")
        assert (201, False) == (response.status, replayed(response))
    assert 2 == count(call)


def test_a_key_for_another_organisation_runs(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    user = engine.create_user(name="Ravi")
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    for org in (acme, other):
        engine.add_membership(org.org_id, user.user_id)
    call = Call(engine, engine.mint_pat(user_id=user.user_id).token)
    answers = [
        call("POST", "/contacts", ASHA, key="k", headers={"X-AIBooks-Org": org.org_id})
        for org in (acme, other, acme, other)
    ]
    assert [201] * 4 == [one.status for one in answers]
    assert [False, False, True, True] == [replayed(one) for one in answers]
    assert answers[0].body == answers[2].body != answers[3].body == answers[1].body


def test_keys_are_told_apart_by_case(call: Call) -> None:
    assert [False, False] == [replayed(call("POST", "/contacts", ASHA, key=key)) for key in ("k", "K")]


# ----- refusals -----


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("/contacts", {}, (400, "validation.required_field", "contact_name")),
        ("/contacts", {"contact_name": 5}, (400, "validation.invalid_value", "contact_name")),
        ("/contacts", {"contact_name": "A", "contact_persons": 5},
         (422, "validation.failed", "contact_persons")),
        ("/items", {"item_name": "A", "tax_id": "tx_1"}, (404, "not_found.resource", "tax_id")),
        ("/items", {"item_name": "A", "sku": "S"}, (409, "conflict.duplicate", "sku")),
        ("/contacts", {"contact_name": "A", "currency_code": "USD"},
         (400, "validation.invalid_value", "currency_code")),
        ("/contacts/ct_1/archive", {}, (404, "not_found.resource", "contact_id")),
    ],
)  # fmt: skip
def test_a_refusal_is_kept_with_its_old_request_id_and_leaves_nothing_else(
    call: Call, acme: finzcore.Org, target: str, path: str, body: Any, refused: tuple[int, str, str]
) -> None:
    acme.items.create(item_name="First", sku="S")
    before, keys = snapshot(target), len(snapshot(target, without=())["keys"])
    first = call("POST", path, body, key="k")
    said = first.json()
    assert refused == (first.status, said["code"], said["field"])
    assert set() == changed(before, snapshot(target))
    assert keys + 1 == len(snapshot(target, without=())["keys"])
    second = call("POST", path, body, key="k")
    assert (first.status, first.body, True) == (second.status, second.body, replayed(second))
    assert said["request_id"] == first.header("X-Request-Id") != second.header("X-Request-Id")


def test_a_corrected_body_needs_a_new_key(call: Call) -> None:
    assert 400 == call("POST", "/contacts", {}, key="k").status
    assert 422 == call("POST", "/contacts", ASHA, key="k").status
    assert 201 == call("POST", "/contacts", ASHA, key="k2").status


def test_a_kept_refusal_outlives_its_reason(call: Call, acme: finzcore.Org) -> None:
    body = {"contact_name": "A", "currency_code": "USD"}
    assert 400 == call("POST", "/contacts", body, key="k").status
    acme.enable_currency("USD")
    assert (400, True) == ((again := call("POST", "/contacts", body, key="k")).status, replayed(again))
    assert 201 == call("POST", "/contacts", body, key="k2").status


def test_an_answer_given_between_a_refusal_and_its_record_is_the_answer(
    call: Call, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"contact_name": "A", "currency_code": "USD"}
    keeps, between = idempotency.keeps, list[Response]()

    def meanwhile(error: FinzError, status: int) -> bool:
        acme.enable_currency("USD")
        between.append(call("POST", "/contacts", body, key="k"))
        return keeps(error, status)

    monkeypatch.setattr(idempotency, "keeps", meanwhile)
    late = call("POST", "/contacts", body, key="k")
    assert [(201, False)] == [(one.status, replayed(one)) for one in between]
    for response in (late, call("POST", "/contacts", body, key="k")):
        assert (201, between[0].body, True) == (response.status, response.body, replayed(response))
    assert 1 == count(call)


def test_nothing_is_kept_of_what_never_reached_the_claim(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, target: str
) -> None:
    reader = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.contacts.READ"]).token)
    stranger = Call(engine, None)
    before = snapshot(target, without=())
    text = {"Content-Type": "text/plain"}
    statuses = [
        stranger("POST", "/contacts", ASHA, key="k").status,
        reader("POST", "/contacts", ASHA, key="k").status,
        call("POST", "/contacts", ASHA, key="k", headers={"X-AIBooks-Org": "x"}).status,
        call("POST", "/nothing", ASHA, key="k").status,
        call("POST", "/whoami", ASHA, key="k").status,
        call("POST", "/contacts", b"{" + b" " * 2**20, key="k").status,
        call("POST", "/contacts", ASHA, key="k", headers=text).status,
        call("POST", "/contacts", b"{", key="k").status,
        call("POST", "/contacts", ASHA, key="not a key").status,
        call("POST", "/invoices", {}, key=None).status,
    ]
    assert [401, 403, 403, 404, 405, 413, 415, 422, 400, 400] == statuses
    assert set() == changed(before, snapshot(target, without=()))
    response = call("POST", "/contacts", ASHA, key="k")
    assert (201, False) == (response.status, replayed(response))


# ----- the key itself -----


@pytest.mark.parametrize("pair", POSTS, ids=named)
def test_a_key_is_required_where_the_contract_says_so(
    call: Call, target: str, pair: tuple[Resource, Operation]
) -> None:
    declared, operation = pair
    path = f"{declared.path}{operation.path}".replace("{id}", "x")
    before = snapshot(target, without=())
    for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "  "}):
        refused = call.refused("POST", path, {}, key=None, headers=headers)
        missing = (400, "idempotency.key_required", "Idempotency-Key")
        assert (named(pair) in REQUIRED) == (missing == refused)
    assert set() == changed(before, snapshot(target, without=()))


@pytest.mark.parametrize("key", ["a", "A-z_0:9", "x" * 200])
def test_a_well_formed_key_is_taken(call: Call, key: str) -> None:
    assert 201 == call("POST", "/contacts", ASHA, key=key).status
    assert replayed(call("POST", "/contacts", ASHA, key=key))


@pytest.mark.parametrize("key", ["x" * 201, "a b", "a/b", "é", "a,b", "a.b", "\u0967", "a\x00"])
def test_a_malformed_key_is_refused(call: Call, key: str) -> None:
    refused = (400, "validation.invalid_value", "Idempotency-Key")
    assert refused == call.refused("POST", "/contacts", ASHA, key=key)


def test_two_keys_are_refused(call: Call) -> None:
    headers = [("Authorization", f"Bearer {call.token}"), ("Idempotency-Key", "a"), ("idempotency-key", "a")]
    request = Request("POST", "/api/public/v1/contacts", headers=headers, body=json.dumps(ASHA).encode())
    said = call.engine.handle(request)
    assert (400, "Idempotency-Key") == (said.status, said.json()["field"])


def test_without_a_key_nothing_is_remembered(call: Call, target: str) -> None:
    assert [201, 201] == [call("POST", "/contacts", ASHA, key=None).status for _ in range(2)]
    assert [] == snapshot(target, without=())["keys"]


def test_the_header_is_ignored_on_get_put_and_delete(call: Call, target: str) -> None:
    path = f"/contacts/{call.ok('POST', '/contacts', ASHA, key=None)['contact']['contact_id']}"
    header = {"Idempotency-Key": "not a key"}
    assert [200, 200] == [call("GET", path, headers=header).status for _ in range(2)]
    terms = [call.ok("PUT", path, {"payment_terms": n}, headers=header) for n in (1, 2)]
    assert [1, 2] == [one["contact"]["payment_terms"] for one in terms]
    assert [200, 404] == [call("DELETE", path, headers=header).status for _ in range(2)]
    assert [] == snapshot(target, without=())["keys"]


# ----- time -----


def test_after_24_hours_a_key_is_forgotten_and_runs_anew(call: Call, clock: FrozenClock) -> None:
    call("POST", "/contacts", ASHA, key="k")
    clock.move(hours=23, minutes=59, seconds=59)
    assert replayed(call("POST", "/contacts", ASHA, key="k"))
    clock.move(seconds=1)
    other = call("POST", "/contacts", {"contact_name": "Bhanu"}, key="k")
    assert (201, False) == (other.status, replayed(other))
    assert 2 == count(call)
    assert replayed(call("POST", "/contacts", {"contact_name": "Bhanu"}, key="k"))


# ----- at the same moment -----


def paused(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Adding a contact now tells that it has begun, and waits to be let go on."""
    begun, go_on = threading.Event(), threading.Event()
    add = contacts._settled

    def waiting(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return add(*given)

    monkeypatch.setattr(contacts, "_settled", waiting)
    return begun, go_on


def test_a_key_at_work_is_refused_at_once_and_then_replays(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = paused(monkeypatch)
    first: list[Response] = []
    thread = threading.Thread(target=lambda: first.append(call("POST", "/contacts", ASHA, key="k")))
    thread.start()
    assert begun.wait(10)
    second = call("POST", "/contacts", ASHA, key="k")
    other = call("POST", "/contacts", {"contact_name": "Bhanu"}, key="k")
    go_on.set()
    thread.join(10)
    for response in (second, other):
        assert (409, "idempotency.in_progress") == (response.status, response.json()["code"])
        assert ("1", "Idempotency-Key") == (response.header("Retry-After"), response.json()["field"])
    assert 201 == first[0].status
    again = call("POST", "/contacts", ASHA, key="k")
    assert (first[0].body, True) == (again.body, replayed(again))
    assert 1 == count(call)


def test_a_request_that_crashed_lets_go_of_its_key(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(*_: Any) -> None:
        raise KeyError("crash")

    with monkeypatch.context() as broken:
        broken.setattr(contacts, "_settled", crashing)
        assert 500 == call("POST", "/contacts", ASHA, key="k").status
    response = call("POST", "/contacts", ASHA, key="k")
    assert (201, False) == (response.status, replayed(response))


def test_many_at_once_do_it_once(call: Call) -> None:
    statuses: list[tuple[int, bool]] = []

    def sending() -> None:
        response = call("POST", "/contacts", ASHA, key="k")
        statuses.append((response.status, replayed(response)))

    threads = [threading.Thread(target=sending) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert 1 == statuses.count((201, False))
    assert set() == set(statuses) - {(201, False), (201, True), (409, False)}
    assert 1 == count(call)


# ----- any history of retries -----


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["X", "Y", ""])), max_size=12))
def test_a_key_has_one_answer_however_often_it_is_sent(
    call: Call, clock: FrozenClock, sent: list[tuple[str, str]]
) -> None:
    run = next(RUNS)
    answers: dict[str, tuple[str, Response]] = {}
    for letter, name in sent:
        clock.move(seconds=1)
        key = f"{run}-{letter}"
        response = call("POST", "/contacts", {"contact_name": name}, key=key)
        if key not in answers:
            answers[key] = (name, response)
            assert (201 if name else 400, False) == (response.status, replayed(response))
        elif answers[key][0] == name:
            first = answers[key][1]
            assert (first.status, first.body, True) == (response.status, response.body, replayed(response))
        else:
            assert "idempotency.key_reused" == response.json()["code"]
