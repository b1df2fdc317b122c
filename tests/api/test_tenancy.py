"""What a stranger to an organisation may try, each attempt a test by its name (`reliability.md` §4, §5).

Foreign ids in every path, body and query are tried in `tests/proof/test_tenant.py`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import finzcore
from finzcore.api import Response
from finzcore.auth import tokens
from finzcore.ids import wire
from finzcore.testing import Call, FrozenClock
from tests.trade import Trade

LISTS = ("contacts", "items", "accounts", "invoices", "activity")
"""Lists of which there is a second page."""

KNOWN_BY = {"contacts": "contact_id", "items": "item_id", "invoices": "invoice_id"}
ACTIONS = {"contacts": "archive", "items": "archive", "invoices": "void"}


@attrs.frozen
class Side:
    """One of two organisations, and what it has."""

    org: finzcore.Org
    call: Call
    ids: dict[str, str]


@attrs.frozen
class Two:
    """Ours, theirs, and a user of both."""

    engine: finzcore.Engine
    ours: Side
    theirs: Side
    both: Call


def settled(engine: finzcore.Engine, name: str, state: str) -> Side:
    org = engine.create_org(name=name, state=state)
    call = Call(engine, engine.mint_pat(org_id=org.org_id).token)
    trade = Trade(call, org)
    customer = [trade.contact(f"{name}, customer {number}") for number in (1, 2)][-1]
    item = [call.ok("POST", "/items", {"item_name": f"Item {n}", "rate": n})["item"] for n in (1, 2)][-1]
    invoice = [trade.invoice(customer, rate) for rate in (100, 200)][-1]
    ids = {"contacts": customer, "items": item["item_id"], "invoices": invoice["invoice_id"]}
    return Side(org, call, ids)


@pytest.fixture
def two(engine: finzcore.Engine) -> Two:
    ours, theirs = settled(engine, "Acme", "IN-KA"), settled(engine, "Brahma", "IN-MH")
    user = engine.create_user(name="Ravi")
    for side in (ours, theirs):
        engine.add_membership(side.org.org_id, user.user_id)
    return Two(engine, ours, theirs, Call(engine, engine.mint_pat(user_id=user.user_id).token))


def refusal(response: Response) -> tuple[int, str]:
    return response.status, response.json()["code"]


def in_org(path: str, side: Side) -> str:
    return f"{path}{'&' if '?' in path else '?'}organization_id={side.org.org_id}"


# ----- what an answer says, and how long it takes -----


def asked(engine: finzcore.Engine, ask: Callable[[], Response]) -> tuple[int, int, list[str]]:
    """Status and size of an answer, and the statements that were asked for it, without their values."""
    statements: list[str] = []
    engine.store.trace(statements.append)
    try:
        answer = ask()
    finally:
        engine.store.trace(None)
    plain = [re.sub(r"X?'(?:[^']|'')*'|\b\d+\b", "…", text) for text in statements]
    return answer.status, len(answer.body), plain


@pytest.mark.parametrize("resource", KNOWN_BY)
def test_neither_size_nor_time_tells_a_foreign_id_from_one_that_never_was(two: Two, resource: str) -> None:
    """As many statements are asked, and the same ones: time that a test can trust."""
    foreign = two.theirs.ids[resource]
    never = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    call = two.ours.call
    call("GET", f"/{resource}/{never}")  # what is asked once and remembered
    for method, end, body in (
        ("GET", "", None),
        ("PUT", "", {}),
        ("DELETE", "", None),
        ("POST", "/void", {}),
    ):
        end = f"/{ACTIONS[resource]}" if end else end
        seen = [
            asked(
                two.engine,
                lambda at=f"/{resource}/{one}{end}", method=method, body=body: call(method, at, body),
            )
            for one in (never, foreign)
        ]
        assert 404 == seen[0][0]
        assert seen[0] == seen[1], (method, end)


def test_neither_size_nor_time_tells_a_foreign_customer_of_an_invoice(two: Two) -> None:
    foreign = two.theirs.ids["contacts"]
    never = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    body = {"date": "2026-05-19", "line_items": [{"name": "Work", "rate": 1}], "place_of_supply": "IN-KA"}
    seen = [
        asked(two.engine, lambda one=one: two.ours.call("POST", "/invoices", body | {"customer_id": one}))
        for one in (never, never, foreign)
    ]
    assert 404 == seen[1][0]
    assert seen[1] == seen[2]


def test_whatever_is_tried_with_foreign_ids_leaves_the_strangers_as_they_were(two: Two) -> None:
    """Theirs as they are, and their keys in our spelling."""
    before = two.engine.export_head(two.theirs.org.org_id)
    shown = {name: two.theirs.call.ok("GET", f"/{name}/{one}") for name, one in two.theirs.ids.items()}
    for resource, one in two.theirs.ids.items():
        for method, end in (("PUT", ""), ("DELETE", ""), ("POST", f"/{ACTIONS[resource]}")):
            assert 404 == two.ours.call(method, f"/{resource}/{one}{end}", {}).status
            wanted = in_org(f"/{resource}/{one}{end}", two.ours)
            assert 404 == two.both(method, wanted, {}).status
    assert before == two.engine.export_head(two.theirs.org.org_id)
    for name, one in two.theirs.ids.items():
        assert shown[name] == two.theirs.call.ok("GET", f"/{name}/{one}")


# ----- what names an organisation -----


@pytest.mark.parametrize("field", ["organization_id", "org_id", "company_id", "x-apideck-company-id"])
def test_an_organisation_in_a_body_is_ignored_in_whatever_it_is_said_of(two: Two, field: str) -> None:
    named = {field: two.theirs.org.org_id}
    before = two.engine.export_head(two.theirs.org.org_id)
    bodies: dict[str, dict[str, Any]] = {
        "contacts": {"contact_name": "Gita"},
        "items": {"item_name": "Chair", "rate": 1},
        "invoices": {
            "customer_id": two.ours.ids["contacts"],
            "date": "2026-05-19",
            "place_of_supply": "IN-KA",
            "line_items": [{"name": "Work", "rate": 1} | named],
        },
    }
    for resource, body in bodies.items():
        made = two.ours.call.ok("POST", f"/{resource}", body | named)
        (noun,) = made.keys() - {"code", "message"}
        assert 200 == two.ours.call("GET", f"/{resource}/{made[noun][KNOWN_BY[resource]]}").status
    assert before == two.engine.export_head(two.theirs.org.org_id)


def test_an_organisation_in_a_body_does_not_select_one(two: Two) -> None:
    body = {"contact_name": "Gita", "organization_id": two.ours.org.org_id}
    assert (400, "auth.missing_organization_id") == refusal(two.both("POST", "/contacts", body))


@pytest.mark.parametrize("first", ["query", "X-AIBooks-Org", "x-apideck-company-id"])
@pytest.mark.parametrize("second", ["query", "X-AIBooks-Org", "x-apideck-company-id"])
def test_selectors_that_contradict_each_other_reach_neither(two: Two, first: str, second: str) -> None:
    path, headers = "/contacts", {}
    for where, side in ((first, two.ours), (second, two.theirs)):
        if where == "query":
            path = in_org(path, side)
        else:
            # In one header twice, a server joins them with a comma.
            headers[where] = ", ".join(filter(None, (headers.get(where), side.org.org_id)))
    answer = two.both("GET", path, headers=headers)
    joined = first == second != "query"
    expected = (403, "auth.no_membership") if joined else (400, "validation.invalid_value")
    assert expected == refusal(answer)
    assert b"Acme" not in answer.body
    assert b"Brahma" not in answer.body


# ----- what one organisation gave out, taken to another -----


def first_page(call: Call, name: str, side: Side) -> str:
    found = call.ok("GET", in_org(f"/{name}?per_page=1", side))["page_context"]["next_cursor"]
    assert found is not None, f"{name} have one page only"
    return str(found)


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_organisation_is_none_even_for_a_user_of_both(two: Two, name: str) -> None:
    theirs = first_page(two.both, name, two.theirs)
    refused = (400, "validation.invalid_value", "cursor")
    for call in (two.ours.call, two.both):
        assert refused == call.refused("GET", in_org(f"/{name}?per_page=1&cursor={theirs}", two.ours))
    assert 200 == two.both("GET", in_org(f"/{name}?per_page=1&cursor={theirs}", two.theirs)).status


def test_a_key_of_idempotency_gives_no_answer_of_another_organisation(two: Two) -> None:
    body = {"contact_name": "Gita"}
    said = [two.both("POST", in_org("/contacts", side), body, key="k") for side in (two.ours, two.theirs)]
    assert [(201, None)] * 2 == [(one.status, one.header("Idempotency-Replayed")) for one in said]
    assert said[0].json()["contact"]["contact_id"] != said[1].json()["contact"]["contact_id"]
    again = two.both("POST", in_org("/contacts", two.ours), body, key="k")
    assert (said[0].body, "true") == (again.body, again.header("Idempotency-Replayed"))


def test_a_key_of_idempotency_gives_nothing_to_a_user_who_has_left(two: Two) -> None:
    user = two.engine.create_user(name="Hari")
    two.engine.add_membership(two.ours.org.org_id, user.user_id)
    call = Call(two.engine, two.engine.mint_pat(user_id=user.user_id).token)
    path, body = in_org("/contacts", two.ours), {"contact_name": "Gita"}
    assert 201 == call("POST", path, body, key="k").status
    two.engine.remove_membership(two.ours.org.org_id, user.user_id)
    answer = call("POST", path, body, key="k")
    assert (403, "auth.no_membership", None) == (*refusal(answer), answer.header("Idempotency-Replayed"))
    assert b"Gita" not in answer.body


def walked(call: Call, side: Side) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        stretch = call.ok("GET", in_org(f"/events?after={after}&limit=3", side))
        yield from stretch["events"]
        if not stretch["page_context"]["has_more_page"]:
            return
        after = stretch["page_context"]["next_after"]


def test_events_are_of_one_organisation_and_their_numbers_do_not_count_anothers(two: Two) -> None:
    for turn in range(3):
        two.theirs.call.ok("POST", "/contacts", {"contact_name": f"Theirs {turn}"})
        two.ours.call.ok("POST", "/contacts", {"contact_name": f"Ours {turn}"})
    for side, other in ((two.ours, two.theirs), (two.theirs, two.ours)):
        for call in (side.call, two.both):
            events = list(walked(call, side))
            assert list(range(1, len(events) + 1)) == [one["seq"] for one in events]
            text = str(events)
            assert side.ids["invoices"] in text
            assert not [one for one in (*other.ids.values(), other.org.org_id) if one in text]


def test_activity_is_of_one_organisation_whoever_asks(two: Two) -> None:
    for call in (two.ours.call, two.both):
        text = str(call.ok("GET", in_org("/activity?per_page=200", two.ours)))
        assert two.ours.ids["invoices"] in text
        assert not [one for one in (*two.theirs.ids.values(), two.theirs.org.org_id) if one in text]


# ----- tokens -----


def spoilt(token: str) -> dict[str, str]:
    """What comes near to a token, and would pass where it is looked up without care."""
    return {
        "wildcards of LIKE": "aibk_pat_" + "_" * 40,
        "a wildcard at its end": token[:-1] + "_",
        "in the other case": "aibk_pat_" + token[9:].swapcase(),
        "cut short": token[:-1],
        "longer": token + "0",
        "its label": tokens.label(token)[:-1] + "_" * 20,
        "its digest": tokens.digest(token).hex(),
        "another kind": token.replace("_pat_", "_oat_"),
        "of practice": token.replace("_pat_", "_pat_test_"),
    }


@pytest.mark.parametrize("how", spoilt("aibk_pat_" + "a" * 40))
def test_what_comes_near_to_a_token_is_none(two: Two, how: str) -> None:
    assert two.ours.call.token is not None
    near = spoilt(two.ours.call.token)[how]
    assert near != two.ours.call.token
    assert (401, "auth.invalid_token") == refusal(Call(two.engine, near)("GET", "/whoami"))


def test_what_another_process_revokes_is_dead_at_the_next_call_of_this_one(
    two: Two, target: str, clock: FrozenClock
) -> None:
    wide = "/contacts?organization_id=" + two.ours.org.org_id
    assert [200, 200] == [two.ours.call("GET", "/contacts").status, two.both("GET", wide).status]
    with finzcore.open(target, clock=clock, settings=two.engine.settings) as other:
        for token in other.tokens(org_id=two.ours.org.org_id):
            other.revoke_token(token["token_id"])
        (ravi,) = [one["user_id"] for one in other.tokens() if one["org_id"] is None]
        other.remove_membership(two.ours.org.org_id, ravi)
        assert (401, "auth.revoked_token") == refusal(two.ours.call("GET", "/contacts"))
        assert (403, "auth.no_membership") == refusal(two.both("GET", wide))
        assert 200 == two.both("GET", in_org("/contacts", two.theirs)).status


def test_a_scope_that_only_begins_like_another_opens_nothing(two: Two) -> None:
    narrow = two.engine.mint_pat(org_id=two.ours.org.org_id, scopes=["AIBooks.contacts.READ"])
    call = Call(two.engine, narrow.token)
    assert 200 == call("GET", "/contacts").status
    for method, path in (
        ("POST", "/contacts"),
        ("GET", "/items"),
        ("GET", f"/invoices/{wire('inv_', 1, 1)}"),
    ):
        assert (403, "auth.insufficient_scope") == refusal(call(method, path, {}))
