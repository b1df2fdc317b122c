"""Attacks through the browser of a user, each by its name (`reliability.md` §17; RFC 6749 §10, 9700 §4)."""

from typing import Any
from urllib.parse import urlencode

import pytest

import finzcore
from finzcore.api import Request, Response
from finzcore.auth.scopes import FULL
from finzcore.testing import FrozenClock
from tests.oauth.shop import BACK, READ, Shop, answer, back, fields_of


@pytest.fixture
def target() -> str:
    """The rules are the same wherever the books are; `test_flow` and `test_races` are on both engines."""
    return ":memory:"


def nowhere(response: Response) -> tuple[int, str]:
    """A refusal that sends nobody anywhere."""
    assert response.header("location") is None
    return answer(response)


REFUSED = (400, "invalid_request")


# ----- open redirects -----


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/back", f"{BACK}/", f"{BACK}/../evil", f"{BACK}?x=1", f"{BACK}#x", f"{BACK}%2F",
        "https://SHOP.example/back", "https://shop.example/Back", "http://shop.example/back",
        "https://shop.example:443/back", "https://shop.example.evil.example/back",
        "https://shop.example@evil.example/back", "https://shop.example\\@evil.example/back",
        "//shop.example/back", "/back", "javascript:alert(1)", f" {BACK}", f"{BACK} ", f"{BACK}\r\n", "https://shop",
        "https://shop.example/b%61ck", "*",
    ],
)  # fmt: skip
def test_an_address_nearly_like_the_registered_one(shop: Shop, uri: str) -> None:
    assert REFUSED == nowhere(shop.browse(redirect_uri=uri))


def test_no_address_at_all(shop: Shop) -> None:
    assert REFUSED == nowhere(shop.browse(redirect_uri=None)) == nowhere(shop.browse(redirect_uri=""))


@pytest.mark.parametrize("evil_first", [True, False])
@pytest.mark.parametrize("name", ["redirect_uri", "client_id"])
def test_a_second_address_or_client_in_the_same_request(shop: Shop, name: str, evil_first: bool) -> None:
    pairs = [*shop.wish().items()]
    pairs.insert(0 if evil_first else len(pairs), (name, "https://evil.example/back"))
    assert REFUSED == nowhere(shop.browse(query=urlencode(pairs)))


def test_a_second_address_in_the_form_beside_the_one_in_the_query(shop: Shop) -> None:
    more = urlencode({"redirect_uri": "https://evil.example/"})
    assert REFUSED == nowhere(shop.browse(method="POST", body=more))


def test_the_address_of_another_client(shop: Shop, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    Shop(engine, acme, shop.user, uri="https://other.example/")
    assert REFUSED == nowhere(shop.browse(redirect_uri="https://other.example/"))


def test_a_client_that_nobody_knows(shop: Shop) -> None:
    assert REFUSED == nowhere(shop.browse(client_id="aibk_app_" + "0" * 24))
    assert REFUSED == nowhere(shop.browse(client_id=None))


def test_a_client_that_was_disabled_is_one_that_nobody_knows(shop: Shop) -> None:
    unknown = shop.browse(client_id="aibk_app_" + "0" * 24).json()["message"]
    shop.engine.disable_client(shop.client.client_id)
    disabled = shop.browse()
    assert (REFUSED, unknown) == (nowhere(disabled), disabled.json()["message"])


def test_a_faulty_wish_sends_no_stranger_anywhere(shop: Shop) -> None:
    response = shop.browse(user=None, consent=None, scope="no such scope")
    assert (401, None) == (response.status, response.header("location"))
    assert "auth.missing_token" == response.json()["code"]


@pytest.mark.parametrize("user", ["usr_" + "0" * 32, "uma", "1", "'; DROP TABLE users"])
def test_a_signed_in_user_whom_nobody_knows(shop: Shop, user: str) -> None:
    assert 401 == shop.browse(user=user).status


# ----- what the client asks for -----


@pytest.mark.parametrize("kind", ["token", "id_token", "code token", "CODE", "none"])
def test_an_implicit_grant(shop: Shop, kind: str) -> None:
    told = back(shop.browse(response_type=kind))
    assert {"error": "unsupported_response_type", "state": "xyz", "iss": "http://localhost"} == told


@pytest.mark.parametrize(
    "said",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "x" * 43, "code_challenge_method": "PLAIN"},
        {"code_challenge": ""},
    ],
    ids=["none at all", "no challenge", "no method", "plain", "plain in capitals", "blank"],
)
def test_a_downgrade_of_pkce(shop: Shop, said: dict[str, Any]) -> None:
    assert "invalid_request" == back(shop.browse(**said))["error"]


@pytest.mark.parametrize(
    "name", ["code_challenge", "scope", "state", "organization_id", "response_type", "x"]
)
def test_a_parameter_that_is_given_twice(shop: Shop, name: str) -> None:
    pairs = [*shop.wish(x="1").items(), (name, "evil")]
    told = back(shop.browse(query=urlencode(pairs)))
    assert "invalid_request" == told["error"]
    assert ("xyz" if name != "state" else None) == told.get("state")


@pytest.mark.parametrize("scope", ["AIBooks.items.UPDATE", f"{READ} AIBooks.bills.READ", FULL])
def test_a_scope_beyond_what_the_client_was_registered_for(
    engine: finzcore.Engine, acme: finzcore.Org, shop: Shop, scope: str
) -> None:
    modest = Shop(engine, acme, shop.user, scopes=[READ])
    assert "invalid_scope" == back(modest.browse(scope=scope))["error"]
    assert "code" in back(modest.browse(scope=READ))


@pytest.mark.parametrize("scope", [None, "", "openid profile", "AIBooks.items.READ\tAIBooks.bills.READ", "*"])
def test_a_scope_that_there_is_not(shop: Shop, scope: str | None) -> None:
    assert "invalid_scope" == back(shop.browse(scope=scope))["error"]


def test_an_organisation_of_somebody_else_is_one_that_does_not_exist(
    shop: Shop, engine: finzcore.Engine
) -> None:
    foreign = engine.create_org(name="Foreign", state="IN-MH")
    told = [back(shop.browse(organization_id=one)) for one in (foreign.org_id, "0" * 8, shop.user.user_id)]
    assert [{"error": "access_denied", "state": "xyz", "iss": "http://localhost"}] * 3 == told


def test_an_organisation_that_the_user_has_left(shop: Shop, engine: finzcore.Engine) -> None:
    fields = fields_of(shop.browse(consent=None))
    engine.remove_membership(shop.org.org_id, shop.user.user_id)
    assert "access_denied" == back(shop.browse())["error"]
    assert "access_denied" == back(shop.send(fields | {"decision": "approve"}))["error"]


# ----- mix-up -----


def test_a_mix_up_is_seen_by_the_issuer_in_every_redirect(shop: Shop) -> None:
    found = shop.engine.handle(Request("GET", "/.well-known/oauth-authorization-server")).json()
    redirects = (shop.browse(), shop.browse(consent="deny"), shop.browse(scope="x"), shop.browse(state=None))
    assert {found["issuer"]} == {back(one)["iss"] for one in redirects}


def test_the_issuer_is_not_the_host_that_a_request_names(shop: Shop) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    found = shop.engine.handle(Request("GET", "/.well-known/oauth-authorization-server", headers=headers))
    assert b"evil" not in found.body


@pytest.mark.parametrize("state", ["x\r\nSet-Cookie: a=b", "x\n", "\x00", "\x1b[0m"])
def test_a_state_that_would_break_the_headers(shop: Shop, state: str) -> None:
    response = shop.browse(state=state)
    if response.status == 302:
        assert "invalid_request" == back(response)["error"]
        assert {"Location", "Cache-Control", "Referrer-Policy", "X-Request-Id"} == {
            n for n, _ in response.headers
        }
    else:
        assert REFUSED == nowhere(response)


def test_a_state_that_would_bring_a_code_of_its_own(shop: Shop) -> None:
    told = back(shop.browse(state="x&code=evil&iss=https://evil.example#"))
    assert "x&code=evil&iss=https://evil.example#" == told["state"]
    assert told["code"].startswith("aibk_code_") and "http://localhost" == told["iss"]


# ----- forged consent -----


def test_a_decision_in_the_query(shop: Shop) -> None:
    for query in ({"consent": "approve"}, {"decision": "approve"}, {"session_user_id": shop.user.user_id}):
        asked = urlencode(shop.wish() | query)
        assert 200 == shop.browse(consent=None, query=asked).status
        assert 401 == shop.browse(consent=None, user=None, query=asked).status


def test_a_form_without_its_mark(shop: Shop) -> None:
    forged = shop.wish() | {"decision": "approve"}
    assert REFUSED == nowhere(shop.send(forged)) == nowhere(shop.send(forged | {"csrf": "1.a"}))


def test_a_form_whose_mark_and_decision_stand_in_the_query(shop: Shop) -> None:
    fields = fields_of(shop.browse(consent=None)) | {"decision": "approve"}
    assert 200 == shop.browse(consent=None, query=urlencode(fields)).status


def test_a_form_that_another_user_was_shown(shop: Shop, engine: finzcore.Engine) -> None:
    mallory = engine.create_user(name="Mallory")
    engine.add_membership(shop.org.org_id, mallory.user_id)
    fields = fields_of(shop.browse(consent=None, user=mallory.user_id)) | {"decision": "approve"}
    assert REFUSED == nowhere(shop.send(fields))
    assert "code" in back(shop.send(fields, user=mallory.user_id))


@pytest.mark.parametrize(
    "changed",
    [
        {"scope": FULL}, {"state": "evil"}, {"organization_id": ""}, {"code_challenge": "x" * 43},
        {"more": "1"},
    ],
)  # fmt: skip
def test_a_form_that_was_shown_for_another_wish(shop: Shop, changed: dict[str, str]) -> None:
    fields = fields_of(shop.browse(consent=None)) | {"decision": "approve"}
    assert REFUSED == nowhere(shop.send(fields | changed))


def test_a_form_that_was_shown_for_another_client(
    shop: Shop, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = Shop(engine, acme, shop.user)
    fields = fields_of(shop.browse(consent=None)) | {"decision": "approve"}
    assert REFUSED == nowhere(shop.send(fields | {"client_id": other.client.client_id}))


def test_a_form_of_an_hour_ago(shop: Shop, clock: FrozenClock) -> None:
    fields = fields_of(shop.browse(consent=None)) | {"decision": "approve"}
    clock.move(minutes=59, seconds=59)
    assert "code" in back(shop.send(fields))
    clock.move(seconds=1)
    assert REFUSED == nowhere(shop.send(fields))


@pytest.mark.parametrize("name", ["decision", "csrf"])
def test_a_form_that_decides_twice(shop: Shop, name: str) -> None:
    fields = fields_of(shop.browse(consent=None)) | {"decision": "deny"}
    body = urlencode([*fields.items(), (name, "approve")])
    assert REFUSED == nowhere(shop.browse(method="POST", consent=None, query="", body=body))


def test_a_decision_of_another_word_decides_nothing(shop: Shop) -> None:
    fields = fields_of(shop.browse(consent=None)) | {"decision": "APPROVE"}
    assert 200 == shop.send(fields).status == shop.browse(consent="yes").status


# ----- the page -----


def test_a_page_in_a_frame(shop: Shop) -> None:
    page = shop.browse(consent=None)
    policy = page.header("content-security-policy") or ""
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
    assert ("DENY", "no-store", "no-referrer") == tuple(
        page.header(name) for name in ("x-frame-options", "cache-control", "referrer-policy")
    )


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'&quot;</h1>"]
)
def test_html_in_a_name_or_a_parameter(engine: finzcore.Engine, evil: str) -> None:
    org = engine.create_org(name=f"Org {evil}", state="IN-KA")
    user = engine.create_user(name=f"User {evil}")
    engine.add_membership(org.org_id, user.user_id)
    page = Shop(engine, org, user, name=f"Shop {evil}").browse(consent=None, state=evil, x=evil)
    assert 200 == page.status
    assert evil not in page.body.decode()
    assert (evil, evil) == (fields_of(page)["state"], fields_of(page)["x"])


def test_a_redirect_that_leaks_where_it_came_from(shop: Shop) -> None:
    sent = shop.browse()
    assert ("no-store", "no-referrer") == (sent.header("cache-control"), sent.header("referrer-policy"))


# ----- second routes -----


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/oauth/authorize", "GET, POST"),
        ("HEAD", "/oauth/authorize", "GET, POST"),
        ("GET", "/oauth/token", "POST"),
        ("GET", "/oauth/revoke", "POST"),
        ("POST", "/.well-known/oauth-authorization-server", "GET"),
    ],
)
def test_another_method(shop: Shop, method: str, path: str, allowed: str) -> None:
    response = shop.engine.handle(Request(method, path))
    assert (405, allowed) == (response.status, response.header("allow"))


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/authorize/",
        "/oauth//authorize",
        "/oauth/./token",
        "/oauth/x/../token",
        "/oauth/Token",
        "/oauth/",
    ],
)
def test_a_second_spelling_of_an_address(shop: Shop, path: str) -> None:
    assert 404 == shop.engine.handle(Request("POST", path)).status


@pytest.mark.parametrize("query", ["client_id=%", "client_id=%ff", "client_id=a%00b", "&".join("a" * 200)])
def test_a_query_that_cannot_be_read(shop: Shop, query: str) -> None:
    assert REFUSED == nowhere(shop.browse(query=query))
