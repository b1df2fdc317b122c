"""Who asks, what they may do, and where: `api.md` §1.2 and §1.3, `reliability.md` §4 and §5."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response
from finzcore.auth.scopes import ACTIONS, FULL, KNOWN, PRESETS
from finzcore.books.registry import resources
from finzcore.books.resource import Operation, Resource
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock

BASE = "/api/public/v1"
WHOAMI = f"{BASE}/whoami"

PUBLIC = [
    (declared, operation)
    for declared in resources()
    for operation in declared.operations
    if operation.path is not None
]


def named(pair: tuple[Resource, Operation]) -> str:
    return f"{pair[0].name}.{pair[1].name}"


def whoami(engine: finzcore.Engine, *headers: tuple[str, str], query: str = "") -> Response:
    return engine.handle(Request("GET", WHOAMI, query, headers=list(headers)))


def refusal(response: Response) -> tuple[int, str]:
    return response.status, response.json()["code"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_in_any_case(engine: finzcore.Engine, call: Call, scheme: str) -> None:
    assert 200 == whoami(engine, ("authorization", f"{scheme} {call.token}")).status


@pytest.mark.parametrize(
    "value",
    [
        *("", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer  {}", "Bearer\t{}", "Bearer {} x", "Bearer {},"),
        *("Bearer {}é", "Bearer a", "Bearer " + "a" * 129, "Bearer aibk_pat_" + "a" * 40),
        *("Bearer aibk_ort_" + "a" * 40, "Bearer whsec_" + "a" * 40, "Token {}"),
    ],
)
def test_what_is_no_bearer_token_is_one_and_the_same_refusal(
    engine: finzcore.Engine, call: Call, value: str
) -> None:
    response = whoami(engine, ("Authorization", value.format(call.token)))
    assert (401, "auth.invalid_token") == refusal(response)
    assert "The token is not valid." == response.json()["message"]
    assert "Bearer" == response.header("WWW-Authenticate")


def test_without_a_header_the_token_is_missing_wherever_else_it_may_stand(
    engine: finzcore.Engine, call: Call
) -> None:
    query = f"access_token={call.token}&token={call.token}"
    response = whoami(engine, ("X-Token", str(call.token)), query=query)
    assert (401, "auth.missing_token") == refusal(response)
    assert "Bearer" == response.header("WWW-Authenticate")


def test_two_headers_are_no_token(engine: finzcore.Engine, call: Call) -> None:
    header = ("Authorization", f"Bearer {call.token}")
    assert (401, "auth.invalid_token") == refusal(whoami(engine, header, header))


def test_a_revoked_token_is_dead_at_the_next_call(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    pat = engine.mint_pat(org_id=acme.org_id)
    call = Call(engine, pat.token)
    assert 200 == call("GET", "/whoami").status
    engine.revoke_token(pat.token_id)
    response = call("GET", "/whoami")
    assert (401, "auth.revoked_token") == refusal(response)
    assert "Bearer" == response.header("WWW-Authenticate")


def test_a_token_is_dead_at_the_very_instant_it_expires(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    call = Call(engine, engine.mint_pat(org_id=acme.org_id, expires_at=clock() + dt.timedelta(hours=1)).token)
    clock.move(minutes=59, seconds=59)
    assert 200 == call("GET", "/whoami").status
    clock.move(seconds=1)
    assert (401, "auth.expired_token") == refusal(call("GET", "/whoami"))


def test_a_membership_takes_its_tokens_with_it(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    user = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, user.user_id)
    bound = Call(engine, engine.mint_pat(org_id=acme.org_id, user_id=user.user_id).token)
    wide = Call(engine, engine.mint_pat(user_id=user.user_id).token)
    selected = f"/contacts?organization_id={acme.org_id}"
    assert [200, 200] == [bound("GET", "/contacts").status, wide("GET", selected).status]
    engine.remove_membership(acme.org_id, user.user_id)
    assert (401, "auth.revoked_token") == refusal(bound("GET", "/contacts"))
    assert (403, "auth.no_membership") == refusal(wide("GET", selected))


def test_a_stored_answer_is_not_for_the_revoked(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    pat = engine.mint_pat(org_id=acme.org_id)
    call = Call(engine, pat.token)
    assert 201 == call("POST", "/contacts", {"contact_name": "Asha"}, key="k").status
    engine.revoke_token(pat.token_id)
    assert (401, "auth.revoked_token") == refusal(
        call("POST", "/contacts", {"contact_name": "Asha"}, key="k")
    )


# ----- peppers -----


def test_peppers_are_rotated_without_a_token_being_lost(target: str) -> None:
    tokens: list[str] = []
    old, new = {"2026a": b"first"}, {"2026a": b"first", "2026b": b"second"}
    ids = CountingIds()
    for peppers in ({}, old, new):
        chosen = finzcore.Settings(token_peppers=peppers)
        with finzcore.open(target, clock=FrozenClock(), ids=ids, random=CountingRandom(repr(peppers)),
                           settings=chosen) as books:  # fmt: skip
            org = books.orgs()[0] if books.orgs() else books.create_org(name="Acme", state="IN-KA")
            tokens.append(books.mint_pat(org_id=org.org_id).token)
            assert [200] * len(tokens) == [Call(books, one)("GET", "/whoami").status for one in tokens]
    kept = finzcore.Settings(token_peppers={"2026b": b"second"})
    with finzcore.open(target, clock=FrozenClock(), ids=ids, settings=kept) as books:
        assert [200, 401, 200] == [Call(books, one)("GET", "/whoami").status for one in tokens]


# ----- scopes -----


def with_scopes(engine: finzcore.Engine, acme: finzcore.Org, operation: Operation, scopes: list[str]) -> Call:
    """Requests with a token for an operation: of the organisation, or of several where it asks several."""
    if not operation.of_several:
        return Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=scopes).token)
    user = engine.create_user(name="Meera").user_id
    engine.add_membership(acme.org_id, user)
    return Call(engine, engine.mint_pat(user_id=user, scopes=scopes).token)


@pytest.mark.parametrize("pair", PUBLIC, ids=named)
def test_each_operation_needs_its_scope_and_says_which(
    engine: finzcore.Engine, acme: finzcore.Org, pair: tuple[Resource, Operation]
) -> None:
    declared, operation = pair
    required = declared.required_scope(operation)
    path = f"{declared.path}{operation.path}".replace("{id}", "x")
    if required is None:
        assert operation.about_token
        return
    assert required in KNOWN
    lacking = engine.mint_pat(org_id=acme.org_id, scopes=sorted(KNOWN - {FULL, required}))
    response = Call(engine, lacking.token)(operation.method, path, {})
    assert (403, "auth.insufficient_scope") == refusal(response)
    assert {"required": required} == response.json()["details"]
    enough = with_scopes(engine, acme, operation, [required])
    assert 403 != enough(operation.method, path, {}).status


@pytest.mark.parametrize("pair", PUBLIC, ids=named)
def test_the_read_preset_reads_and_does_nothing_else(
    engine: finzcore.Engine, acme: finzcore.Org, pair: tuple[Resource, Operation]
) -> None:
    declared, operation = pair
    call = with_scopes(engine, acme, operation, sorted(PRESETS["read"]))
    path = f"{declared.path}{operation.path}".replace("{id}", "x")
    refused = call(operation.method, path, {}).status == 403
    assert operation.writes == refused


def test_actions_on_a_document_need_update_and_nothing_wider(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for declared, operation in PUBLIC:
        if operation.method == "POST" and operation.by_id:
            assert f"AIBooks.{declared.scope}.UPDATE" == declared.required_scope(operation)
        assert operation.action in ("", *ACTIONS)


def test_whoami_needs_no_scope(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    call = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.bills.READ"]).token)
    said = call.ok("GET", "/whoami")["token"]
    assert (acme.org_id, ["AIBooks.bills.READ"]) == (said["org_id"], said["scopes"])


# ----- which organisation (api.md §1.3, and §10 rows 26 and 27) -----

SELECTORS = ("query", "X-AIBooks-Org", "x-aibooks-org", "X-Apideck-Company-Id")


def selecting(call: Call, selector: str, org_id: str, path: str = "/contacts") -> Response:
    if selector == "query":
        return call("GET", f"{path}?organization_id={org_id}")
    return call("GET", path, headers={selector: org_id})


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_single_org_token_cannot_be_switched(
    engine: finzcore.Engine, acme: finzcore.Org, call: Call, selector: str
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    assert 200 == selecting(call, selector, acme.org_id).status
    assert 200 == selecting(call, selector, "").status
    for elsewhere in (other.org_id, "nobody", acme.org_id[:-1]):
        assert (403, "auth.org_mismatch") == refusal(selecting(call, selector, elsewhere))


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_multi_org_token_goes_where_its_user_is_a_member(
    engine: finzcore.Engine, acme: finzcore.Org, selector: str
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    user = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, user.user_id)
    acme.contacts.create(contact_name="Asha Stores")
    call = Call(engine, engine.mint_pat(user_id=user.user_id).token)
    found = selecting(call, selector, acme.org_id)
    assert ["Asha Stores"] == [one["contact_name"] for one in found.json()["contacts"]]
    unknown = "00000000-0000-8000-8000-000000000000"
    for elsewhere in (other.org_id, unknown, "nobody"):
        response = selecting(call, selector, elsewhere)
        assert (403, "auth.no_membership") == refusal(response)
        assert "organization_id" == response.json()["field"]
    for blank in ("", " "):
        assert (400, "auth.missing_organization_id") == refusal(
            selecting(call, selector, blank.replace(" ", "%20" if selector == "query" else " "))
        )


def test_an_organisation_that_is_not_there_looks_like_one_without_membership(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    call = Call(engine, engine.mint_pat(user_id=engine.create_user(name="Ravi").user_id).token)
    said = [
        selecting(call, "query", org).json() | {"request_id": ""}
        for org in (acme.org_id, "00000000-0000-8000-8000-000000000000", "x")
    ]
    assert said[0] == said[1] == said[2]


def test_selectors_that_disagree_are_refused_and_those_that_agree_are_one(
    engine: finzcore.Engine, acme: finzcore.Org, call: Call
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    path = f"/contacts?organization_id={acme.org_id}"
    assert 200 == call("GET", path, headers={"X-AIBooks-Org": acme.org_id}).status
    for headers in ({"X-AIBooks-Org": other.org_id}, {"x-apideck-company-id": "nobody"}):
        response = call("GET", path, headers=headers)
        assert (400, "validation.invalid_value", "organization_id") == (
            *refusal(response),
            response.json()["field"],
        )


def test_whoami_shows_a_multi_org_token_with_and_without_a_selector(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    user = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, user.user_id)
    call = Call(engine, engine.mint_pat(user_id=user.user_id).token)
    assert call.ok("GET", "/whoami")["token"]["org_id"] is None
    chosen = call.ok("GET", f"/whoami?organization_id={acme.org_id}")["token"]
    assert (acme.org_id, True) == (chosen["org_id"], chosen["is_multi_org"])
    assert (403, "auth.no_membership") == refusal(call("GET", "/whoami?organization_id=x"))


def test_sandbox_and_live_never_meet(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    play = engine.create_org(name="Acme Play", state="IN-KA", is_sandbox=True)
    user = engine.create_user(name="Ravi")
    for org in (acme, play):
        engine.add_membership(org.org_id, user.user_id)
    sandbox = Call(engine, engine.mint_pat(user_id=user.user_id, sandbox=True).token)
    live = Call(engine, engine.mint_pat(user_id=user.user_id).token)
    statuses = [
        selecting(call, "query", org.org_id).status for call in (sandbox, live) for org in (play, acme)
    ]
    assert [200, 403, 403, 200] == statuses
    bound = engine.mint_pat(org_id=play.org_id, sandbox=True)
    assert bound.token.startswith("aibk_pat_test_")
    assert Call(engine, bound.token).ok("GET", "/whoami")["token"]["is_sandbox"] is True
    with pytest.raises(finzcore.FinzError):
        engine.mint_pat(org_id=acme.org_id, sandbox=True)
    with pytest.raises(finzcore.FinzError):
        engine.mint_pat(org_id=play.org_id)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=140))
def test_no_header_but_the_token_opens_the_door(engine: finzcore.Engine, value: str) -> None:
    response = whoami(engine, ("Authorization", value))
    assert (401, "auth.invalid_token") == refusal(response)
