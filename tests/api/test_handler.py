"""The pipeline: which refusal wins, and what every answer looks like (`api.md` §1.4, §1.5, §1.11, §1.13)."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response, build_handler
from finzcore.books import idempotency
from finzcore.books.history import EVENTS
from finzcore.books.registry import resources
from finzcore.errors import Unavailable
from finzcore.ids import uuid_text, wire
from finzcore.testing import Call, FrozenClock
from tests.snapshot import changed, snapshot

BASE = "/api/public/v1"
REQUEST_ID = re.compile("req_[0-9a-f]{12}")


def asked(engine: finzcore.Engine, method: str, path: str, body: bytes = b"", **headers: str) -> Response:
    """A request with exactly these headers, their underscores written as dashes."""
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return engine.handle(Request(method, path, headers=pairs, body=body))


def test_a_request_is_refused_for_the_first_reason_that_applies(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    """Everything is wrong at first, and each line repairs one thing more (`api.md` §1.4)."""
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    foreign = other.contacts.create(contact_name="Theirs")["contact_id"]
    own = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    user = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, user.user_id)
    reader = engine.mint_pat(user_id=user.user_id, scopes=["AIBooks.contacts.READ"])
    writer = engine.mint_pat(user_id=user.user_id)
    wrong: dict[str, Any] = {"due_date": "never", "place_of_supply": "IN-KA"}
    lines = {"line_items": [{"name": "Work", "rate": 1}]}
    request: dict[str, Any] = {"method": "PATCH", "path": f"{BASE}/invoicez", "headers": {}, "body": b"{"}
    head = request["headers"]
    repairs: list[tuple[Any, int, str, str | None]] = [
        (lambda: head.update({"X-Long": "x" * 20_000}), 413, "validation.failed", None),
        (lambda: head.pop("X-Long"), 401, "auth.missing_token", None),
        (lambda: head.update({"Authorization": "Basic eA=="}), 401, "auth.invalid_token", None),
        (lambda: head.update({"Authorization": f"Bearer {reader.token}"}), 404, "not_found.resource", None),
        (lambda: request.update(path=f"{BASE}/invoices"), 405, "validation.invalid_value", None),
        (lambda: request.update(method="POST"), 403, "auth.insufficient_scope", None),
        (
            lambda: head.update({"Authorization": f"Bearer {writer.token}"}),
            *(400, "auth.missing_organization_id", "organization_id"),
        ),
        (lambda: head.update({"X-AIBooks-Org": other.org_id}), 403, "auth.no_membership", "organization_id"),
        (
            lambda: head.update({"X-AIBooks-Org": acme.org_id}),
            *(400, "idempotency.key_required", "Idempotency-Key"),
        ),
        (
            lambda: head.update({"Idempotency-Key": "a b"}),
            *(400, "validation.invalid_value", "Idempotency-Key"),
        ),
        (lambda: head.update({"Idempotency-Key": "a"}), 422, "validation.failed", None),
        (
            lambda: (request.update(body=json.dumps(wrong).encode()), head.update({"Content-Type": "a/b"})),
            *(415, "validation.failed", "Content-Type"),
        ),
        (lambda: head.pop("Content-Type"), 400, "validation.required_field", "customer_id"),
        (
            lambda: (wrong.update(customer_id=foreign, **lines), head.update({"Idempotency-Key": "b"})),
            *(400, "validation.required_field", "date"),
        ),
        (
            lambda: (wrong.update(date="2026-05-19"), head.update({"Idempotency-Key": "c"})),
            *(400, "validation.invalid_value", "due_date"),
        ),
        (
            lambda: (wrong.update(due_date="2026-05-20"), head.update({"Idempotency-Key": "d"})),
            *(404, "not_found.resource", "customer_id"),
        ),
        (
            lambda: (wrong.update(customer_id=own, series="a/b"), head.update({"Idempotency-Key": "e"})),
            *(400, "validation.invalid_value", "series"),
        ),
        (lambda: (wrong.pop("series"), head.update({"Idempotency-Key": "f"})), 201, "0", None),
    ]
    for number, (repair, status, code, field) in enumerate(repairs):
        repair()
        if number > 11:
            request["body"] = json.dumps(wrong).encode()
        response = engine.handle(Request(**request))
        said = response.json()
        assert (status, code, field) == (response.status, str(said["code"]), said.get("field")), number


def test_a_spent_window_is_told_before_an_unknown_path(call: Call, clock: FrozenClock) -> None:
    for _ in range(600):
        call("GET", "/nothing")
    assert (429, "rate_limit.exceeded", None) == call.refused("GET", "/nothing")
    call.token = None
    assert (401, "auth.missing_token", None) == call.refused("GET", "/nothing")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/contacts", "GET, POST"),
        ("HEAD", "/contacts", "GET, POST"),
        ("OPTIONS", "/whoami", "GET"),
        ("POST", "/contacts/ct_1", "DELETE, GET, PUT"),
        ("GET", "/contacts/ct_1/archive", "POST"),
        ("get", "/contacts", "GET, POST"),
    ],
)
def test_another_method_is_405_and_the_right_ones_are_named(
    call: Call, method: str, path: str, allowed: str
) -> None:
    response = call(method, path)
    assert (405, "validation.invalid_value") == (response.status, response.json()["code"])
    assert allowed == response.header("Allow")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/api", BASE, f"{BASE}/", f"{BASE}/contacts/", f"{BASE}//contacts", f"{BASE}/./contacts"),
        *(f"{BASE}/x/../contacts", f"{BASE}/Contacts", f"{BASE}/contacts%2Fct_1", f"{BASE}/contacts%00"),
        *("//api/public/v1/contacts", f"{BASE}/contacts\\", f"{BASE}/__init__", f"{BASE}/contacts/a/b/c"),
        *(
            f"{BASE}/%ff",
            f"{BASE}/contacts%",
            "",
            "/oauth2",
            f"{BASE}/organisation",
            "api/public/v1/contacts",
        ),
    ],
)
def test_no_resource_has_a_second_address(call: Call, path: str) -> None:
    response = asked(call.engine, "GET", path, Authorization=f"Bearer {call.token}")
    assert (404, "not_found.resource") == (response.status, response.json()["code"])


def test_an_encoded_letter_is_the_same_address(call: Call) -> None:
    assert 200 == call("GET", "/c%6Fntacts").status


def test_every_answer_has_a_request_id_of_its_own_and_errors_repeat_it(call: Call) -> None:
    responses = [call("GET", "/contacts"), call("GET", "/nothing"), call("POST", "/contacts", {})]
    ids = [response.header("X-Request-Id") for response in responses]
    assert 3 == len(set(ids))
    assert all(REQUEST_ID.fullmatch(one or "") for one in ids)
    assert [None, ids[1], ids[2]] == [response.json().get("request_id") for response in responses]


def test_the_request_id_stands_in_the_history(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    response = call("POST", "/contacts", {"contact_name": "Asha"}, headers={"User-Agent": "till\x07\udc80/1"})
    last = engine.look(acme._key, lambda books: books.session.find(EVENTS)[0])
    assert response.header("X-Request-Id") == last["request_id"]
    assert ("PUBLIC_API", "till??/1") == (last["source"], last["user_agent"])


def test_the_history_says_with_which_token_who_acted_and_from_where(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    ravi = engine.create_user(name="Ravi").user_id
    engine.add_membership(acme.org_id, ravi)
    engine.mint_pat(org_id=acme.org_id)
    minted = engine.mint_pat(org_id=acme.org_id, user_id=ravi)
    headers = {"Authorization": f"Bearer {minted.token}", "Content-Type": "application/json"}
    body, context = b'{"contact_name":"Asha"}', {"remote_addr": "192.0.2.7"}
    path = f"{BASE}/contacts"
    assert 201 == engine.handle(Request("POST", path, headers=headers, body=body, context=context)).status
    last = engine.look(acme._key, lambda books: books.session.find(EVENTS)[0])
    acted = (uuid_text(0, last["token_id"]), wire("usr_", 0, last["user_id"]), last["ip"])
    assert (minted.token_id, ravi, "192.0.2.7") == acted


def test_an_error_is_flat_and_has_only_the_documented_keys(call: Call) -> None:
    said = call("POST", "/items", {"rate": "x", "sku": 5}).json()
    assert ["code", "message", "field", "details", "request_id"] == list(said)
    assert ("validation.required_field", "item_name") == (said["code"], said["field"])
    assert [
        ("validation.required_field", "item_name"),
        ("validation.invalid_value", "rate"),
        ("validation.invalid_value", "sku"),
    ] == [(one["code"], one["field"]) for one in said["details"]["errors"]]
    assert {"code", "field", "message"} == set(said["details"]["errors"][0])


def test_what_was_received_is_given_back(call: Call) -> None:
    said = call("POST", "/items", {"item_name": "Oak", "rate": "ten"}).json()
    assert "ten" == said["details"]["received"]


def test_success_has_the_whole_number_nought_for_a_code(call: Call) -> None:
    made = call("POST", "/contacts", {"contact_name": "Asha"})
    assert 201 == made.status
    assert ["code", "message", "contact"] == list(made.json())
    path = f"/contacts/{made.json()['contact']['contact_id']}"
    listed = call("GET", "/contacts").json()
    assert ["code", "message", "contacts", "page_context"] == list(listed)
    assert {"per_page": 50, "has_more_page": False, "next_cursor": None} == listed["page_context"]
    assert 200 == call("POST", f"{path}/archive").status
    assert (0, "The contact has been updated.") == _said(call("PUT", path, {"contact_name": "B"}))
    deleted = call("DELETE", path)
    assert (200, b'{"code":0,"message":"The contact has been deleted."}') == (deleted.status, deleted.body)


def _said(response: Response) -> tuple[int, str]:
    said = response.json()
    return int(said["code"]), said["message"]


def test_answers_are_json_in_utf_8(call: Call) -> None:
    response = call("POST", "/contacts", {"contact_name": "आशा"})
    assert "application/json; charset=utf-8" == response.header("Content-Type")
    assert "आशा".encode() in response.body


def test_a_failure_tells_nothing_and_leaves_nothing(
    call: Call, target: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = snapshot(target, without=())

    def broken(*_: Any) -> None:
        raise ValueError("the secret of Asha")

    monkeypatch.setattr(idempotency, "remember", broken)
    response = call("POST", "/contacts", {"contact_name": "Asha"}, key="k")
    said = response.json()
    assert (500, "server.internal_error") == (response.status, said["code"])
    assert ["code", "message", "request_id"] == list(said)
    assert "secret" not in response.body.decode()
    assert said["request_id"] in caplog.text
    assert set() == changed(before, snapshot(target, without=()))
    monkeypatch.undo()
    again = call("POST", "/contacts", {"contact_name": "Asha"}, key="k")
    assert (201, None) == (again.status, again.header("Idempotency-Replayed"))


def test_books_out_of_reach_are_503_and_the_client_may_come_back(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> None:
        raise Unavailable("The books are busy; nothing was done.")

    monkeypatch.setattr(idempotency, "remember", busy)
    response = call("POST", "/contacts", {"contact_name": "Asha"}, key="k")
    assert (503, "server.unavailable") == (response.status, response.json()["code"])
    assert "1" == response.header("Retry-After")
    monkeypatch.undo()
    assert 201 == call("POST", "/contacts", {"contact_name": "Asha"}, key="k").status


def test_the_same_request_on_the_same_state_gives_the_same_bytes(new_target: Callable[[], str]) -> None:
    from finzcore.testing import CountingIds, CountingRandom

    said = []
    for _ in range(2):
        with finzcore.open(
            new_target(), clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()
        ) as books:
            org = books.create_org(name="Acme Traders", state="IN-KA")
            call = Call(books, books.mint_pat(org_id=org.org_id).token)
            said.append([call("POST", "/contacts", {"contact_name": "Asha"}), call("GET", "/accounts")])
    assert [(one.status, one.headers, one.body) for one in said[0]] == [
        (one.status, one.headers, one.body) for one in said[1]
    ]


def test_engine_handle_is_the_function_that_build_handler_gives(engine: finzcore.Engine, call: Call) -> None:
    request = Request("GET", f"{BASE}/taxes", headers={"Authorization": f"Bearer {call.token}"})
    assert engine.handle(request).body == build_handler(engine)(request).body


def test_no_get_writes_to_the_books(call: Call, target: str) -> None:
    call.ok("POST", "/contacts", {"contact_name": "Asha"})
    before = snapshot(target, without=())
    for declared in resources():
        for operation in declared.operations:
            if operation.method == "GET" and operation.path is not None:
                call("GET", f"{declared.path}{operation.path}".replace("{id}", "x"), key="k")
    assert set() == changed(before, snapshot(target, without=()))


# ----- unknown things are ignored, known ones are judged -----


def test_unknown_fields_and_parameters_are_ignored(call: Call) -> None:
    body = {"contact_name": "Asha", "org_id": "x", "contact_id": "ct_1", "colour": {"a": [1]}}
    made = call.ok("POST", "/contacts?utm=a&utm=b&x", body)["contact"]
    assert "ct_1" != made["contact_id"]
    assert 1 == len(call.ok("GET", "/contacts?utm=a&utm=b&colour=red")["contacts"])


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("per_page=5&per_page=5", (422, "validation.failed", "per_page")),
        ("per_page=0", (422, "validation.failed", "per_page")),
        ("per_page=five", (422, "validation.failed", "per_page")),
        ("status=%zz", (422, "validation.failed", "status")),
        ("status=%ff", (422, "validation.failed", "status")),
        ("search=%00", (422, "validation.failed", "search")),
        ("status=FRIENDLY", (400, "validation.invalid_value", "status")),
        ("cursor=abc", (400, "validation.invalid_value", "cursor")),
    ],
)
def test_a_query_that_will_not_do(call: Call, query: str, refused: tuple[int, str, str]) -> None:
    assert refused == call.refused("GET", f"/contacts?{query}")


# ----- the door without a token -----


def test_only_put_reaches_the_preferences(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    path = f"/api-py/api/v1/organisations/{acme.org_id}/preferences"
    response = asked(engine, "GET", path)
    assert (405, "PUT") == (response.status, response.header("Allow"))
    assert 404 == asked(engine, "PUT", "/api-py/api/v1/organisations/x/preferences").status
    refused = asked(engine, "PUT", path, b"{}").json()
    assert "auth.insufficient_scope" == refused["code"]


def test_an_admin_merges_preferences_and_sees_all_of_them(engine: finzcore.Engine) -> None:
    owner = engine.create_user(name="Ravi")
    org = engine.create_org(name="Acme", state="IN-KA", owner_user_id=owner.user_id)
    path = f"/api-py/api/v1/organisations/{org.org_id}/preferences"
    body = b'{"preferences":{"roundInvoiceTotals":true}}'
    context = {"session_user_id": owner.user_id}
    response = engine.handle(Request("PUT", path, body=body, context=context))
    assert 200 == response.status
    assert response.json()["preferences"]["roundInvoiceTotals"] is True
    assert REQUEST_ID.fullmatch(response.header("X-Request-Id") or "")
    form = Request("PUT", path, headers={"Content-Type": "text/plain"}, body=body, context=context)
    assert 415 == engine.handle(form).status


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "", "é"]),
    st.text(max_size=30).map(lambda tail: f"{BASE}/{tail}") | st.text(max_size=30),
    st.text(max_size=20),
)
def test_no_address_makes_it_fail(call: Call, method: str, path: str, query: str) -> None:
    sent = {"Authorization": f"Bearer {call.token}"}
    call.engine.clock.move(seconds=1)  # type: ignore[attr-defined]
    response = call.engine.handle(Request(method, path, query, headers=sent))
    assert response.status < 500
    assert response.status == 200 or isinstance(response.json()["code"], str)
