"""The whole way, on both engines: consent, code, tokens, their rotation and their end (`api.md` §2)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import finzcore
from finzcore import errors
from finzcore.api import Request
from finzcore.auth.scopes import KNOWN
from finzcore.testing import Call, FrozenClock
from tests.engines import on_sqlite
from tests.oauth.shop import BACK, BOTH, READ, VERIFIER, Shop, answer, back, fields_of, given


def test_a_client_is_let_in_and_goes_on_for_months(shop: Shop, clock: FrozenClock) -> None:
    pair = shop.pair()
    told = {name: pair[name] for name in ("token_type", "expires_in", "scope")}
    assert {"token_type": "Bearer", "expires_in": 3600, "scope": BOTH} == told
    assert ("aibk_oat_", "aibk_ort_") == (pair["access_token"][:9], pair["refresh_token"][:9])
    assert (200, "0") == shop.call(pair["access_token"], "/items")
    assert (403, "auth.insufficient_scope") == shop.call(pair["access_token"], "/invoices")
    for _ in range(3):
        clock.move(days=29)
        pair = given(shop.refresh(pair["refresh_token"]))
        assert (200, "0") == shop.call(pair["access_token"], "/items")
    assert [] == shop.engine.verify()


def test_the_browser_comes_back_with_code_state_and_issuer(shop: Shop) -> None:
    told = back(shop.browse(state="a b&c=é"))
    assert {"code", "state", "iss"} == set(told)
    assert ("a b&c=é", "http://localhost") == (told["state"], told["iss"])
    assert {"error": "access_denied", "state": "xyz", "iss": "http://localhost"} == back(
        shop.browse(consent="deny")
    )
    assert {"code", "iss"} == set(back(shop.browse(state=None)))


def test_an_address_with_a_query_keeps_it(engine: finzcore.Engine, acme: finzcore.Org, shop: Shop) -> None:
    other = Shop(engine, acme, shop.user, uri=f"{BACK}?shop=1")
    location = urlsplit(other.browse().header("location") or "")
    assert location.query.startswith("shop=1&code=aibk_code_")


def test_a_token_of_one_organisation_and_one_of_all(shop: Shop, engine: finzcore.Engine) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH", owner_user_id=shop.user.user_id)
    bound, several = shop.pair(), shop.pair(organization_id=None)
    chosen = f"organization_id={other.org_id}"
    assert (403, "auth.org_mismatch") == shop.call(bound["access_token"], "/items", chosen)
    assert (200, "0") == shop.call(several["access_token"], "/items", chosen)
    assert (400, "auth.missing_organization_id") == shop.call(several["access_token"], "/items")
    assert (200, "0") == shop.call(
        given(shop.refresh(several["refresh_token"]))["access_token"], "/items", chosen
    )


def test_the_page_asks_and_its_form_answers(shop: Shop) -> None:
    page = shop.browse(consent=None)
    assert (200, "text/html; charset=utf-8") == (page.status, page.header("content-type"))
    assert "Acme Traders" in page.body.decode() and "Uma Rao" in page.body.decode()
    fields = fields_of(page)
    code = back(shop.send(fields | {"decision": "approve"}))["code"]
    assert 200 == shop.redeem(code).status
    assert "access_denied" == back(shop.send(fields | {"decision": "deny"}))["error"]


def test_secrets_may_come_in_a_header(shop: Shop) -> None:
    said = {"grant_type": "authorization_code", "code": shop.code(), "redirect_uri": BACK}
    response = shop.post("/oauth/token", said | {"code_verifier": VERIFIER}, Authorization=shop.basic())
    assert 200 == response.status


def test_an_access_token_is_over_after_an_hour_to_the_microsecond(shop: Shop, clock: FrozenClock) -> None:
    token = shop.pair()["access_token"]
    clock.move(seconds=3599)
    assert (200, "0") == shop.call(token)
    clock.move(seconds=1)
    assert (401, "auth.expired_token") == shop.call(token)


def test_the_access_token_before_lives_on_after_a_refresh(shop: Shop) -> None:
    first = shop.pair()
    given(shop.refresh(first["refresh_token"]))
    assert (200, "0") == shop.call(first["access_token"])


def test_a_scope_narrows_and_stays_narrow(shop: Shop) -> None:
    narrow = given(shop.refresh(shop.pair()["refresh_token"], scope=READ))
    assert READ == narrow["scope"] == given(shop.refresh(narrow["refresh_token"]))["scope"]


def test_a_tier_outlives_a_refresh(shop: Shop, engine: finzcore.Engine) -> None:
    pair = shop.pair()
    (token,) = engine.tokens(user_id=shop.user.user_id)
    engine.set_tier(token["token_id"], "PARTNER")
    assert "PARTNER" == _whoami(shop, given(shop.refresh(pair["refresh_token"]))["access_token"])["tier"]


def _whoami(shop: Shop, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    said: dict[str, Any] = shop.engine.handle(Request("GET", "/api/public/v1/whoami", headers=headers)).json()
    return said["token"]  # type: ignore[no-any-return]


def test_a_refresh_keeps_the_bucket_of_requests(shop: Shop) -> None:
    pair, left = shop.pair(), []
    for token in (pair["access_token"], given(shop.refresh(pair["refresh_token"]))["access_token"]):
        asked = Request("GET", "/api/public/v1/whoami", headers={"Authorization": f"Bearer {token}"})
        left.append(shop.engine.handle(asked).header("x-ratelimit-remaining"))
    assert ["599", "598"] == left


def test_a_refresh_keeps_an_idempotency_key(shop: Shop) -> None:
    pair = shop.pair(scope="AIBooks.items.CREATE AIBooks.items.READ")
    body = {"item_name": "Chair", "item_type": "GOODS", "rate": 100}
    first = Call(shop.engine, pair["access_token"])("POST", "/items", body, key="k-1")
    again = Call(shop.engine, given(shop.refresh(pair["refresh_token"]))["access_token"])(
        "POST", "/items", body, key="k-1"
    )
    assert (201, 201, "true") == (first.status, again.status, again.header("idempotency-replayed"))
    assert first.body == again.body


# ----- the end -----


def test_a_revoked_refresh_token_ends_its_family(shop: Shop) -> None:
    first = shop.pair()
    second = given(shop.refresh(first["refresh_token"]))
    assert (200, {}) == (shop.revoke(second["refresh_token"]).status, shop.revoke("aibk_ort_unknown").json())
    assert {(401, "auth.revoked_token")} == {shop.call(pair["access_token"]) for pair in (first, second)}
    assert (400, "invalid_grant") == answer(shop.refresh(second["refresh_token"]))


def test_a_revoked_access_token_ends_alone(shop: Shop) -> None:
    pair = shop.pair()
    assert 200 == shop.revoke(pair["access_token"], token_type_hint="refresh_token").status
    assert 200 == shop.revoke(pair["access_token"]).status
    assert (401, "auth.revoked_token") == shop.call(pair["access_token"])
    assert (200, "0") == shop.call(given(shop.refresh(pair["refresh_token"]))["access_token"])


def test_a_user_ends_what_he_granted_one_client_and_no_other(
    shop: Shop, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = Shop(engine, acme, shop.user)
    mine, theirs, several = shop.pair(), other.pair(), shop.pair(organization_id=None)
    waiting = shop.code()
    engine.revoke_grant(shop.user.user_id, shop.client.client_id)
    assert (
        (401, "auth.revoked_token") == shop.call(mine["access_token"]) == shop.call(several["access_token"])
    )
    assert (
        (400, "invalid_grant") == answer(shop.refresh(mine["refresh_token"])) == answer(shop.redeem(waiting))
    )
    assert (200, "0") == other.call(theirs["access_token"])
    assert (200, "0") == shop.call(shop.pair()["access_token"])


def test_a_replay_and_its_end_stand_in_the_history_of_the_organisation(
    shop: Shop, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    pair = shop.pair()
    second = given(shop.refresh(pair["refresh_token"]))
    given(shop.refresh(second["refresh_token"]))
    assert (400, "invalid_grant") == answer(shop.refresh(pair["refresh_token"]))
    with engine.store.read(acme._key) as session:
        from finzcore.books.history import EVENTS

        events = [row for row in session.find(EVENTS, ascending=True) if row["entity_type"] == "GRANT"]
    assert ["GRANT_CREATED", "GRANT_REVOKED"] == [event["action"] for event in events]
    changes = json.loads(events[1]["changes"])
    assert shop.client.client_id == events[1]["client_id"] == changes["client_id"]["new"]
    assert "a refresh token was presented again" == changes["reason"]["new"]


# ----- administration -----


def test_a_secret_is_shown_once_and_another_ends_it(shop: Shop, engine: finzcore.Engine) -> None:
    assert "aibk_sec_" not in repr(shop.client)
    before, shop.client = shop.client, engine.rotate_client_secret(shop.client.client_id)
    assert before.client_id == shop.client.client_id and before.client_secret != shop.client.client_secret
    code = shop.code()
    assert (401, "invalid_client") == answer(shop.redeem(code, client_secret=before.client_secret))
    assert 200 == shop.redeem(code).status


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        (errors.RequiredField, "name", {"name": " "}),
        (errors.RequiredField, "redirect_uris", {"redirect_uris": []}),
        (errors.RuleBroken, "redirect_uris", {"redirect_uris": ["http://shop.example/"]}),
        (errors.RuleBroken, "redirect_uris", {"redirect_uris": [f"{BACK}/{n}" for n in range(11)]}),
        (errors.RequiredField, "scopes", {"scopes": []}),
        (errors.RuleBroken, "scopes", {"scopes": ["openid"]}),
    ],
)
def test_a_client_that_cannot_be_registered(
    shop: Shop, engine: finzcore.Engine, kind: type[errors.FinzError], field: str, said: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"name": "Shop", "redirect_uris": [BACK]}
    with pytest.raises(kind) as refused:
        engine.register_oauth_client(shop.user.user_id, **(usual | said))
    assert (kind, field) == (type(refused.value), refused.value.field)


def test_nobody_owns_nothing(shop: Shop, engine: finzcore.Engine) -> None:
    usr = "usr_" + "0" * 32
    for call in (
        lambda: engine.register_oauth_client(usr, name="Shop", redirect_uris=BACK),
        lambda: engine.rotate_client_secret("aibk_app_" + "0" * 24),
        lambda: engine.disable_client("aibk_app_" + "0" * 24),
        lambda: engine.revoke_grant(shop.user.user_id, "aibk_app_" + "0" * 24),
    ):
        with pytest.raises(errors.NotFound):
            call()


@on_sqlite  # nothing is read
def test_the_metadata_tells_what_there_is_and_where(target: str) -> None:
    settings = finzcore.Settings(base_url="https://shop.example/books")
    with finzcore.open(target, settings=settings) as engine:
        found = engine.handle(Request("GET", "/.well-known/oauth-authorization-server")).json()
    assert "https://shop.example/books" == found["issuer"]
    assert "https://shop.example/books/oauth/token" == found["token_endpoint"]
    assert (["code"], ["S256"]) == (
        found["response_types_supported"],
        found["code_challenge_methods_supported"],
    )
    assert ["authorization_code", "refresh_token"] == found["grant_types_supported"]
    assert sorted(KNOWN) == found["scopes_supported"]


def test_an_organisation_that_moves_leaves_what_was_granted_behind(
    shop: Shop, acme: finzcore.Org, engine: finzcore.Engine, tmp_path: Path
) -> None:
    token, pat = shop.pair()["access_token"], engine.mint_pat(org_id=acme.org_id).token
    elsewhere = str(tmp_path / "moved.db")
    engine.export_org(acme.org_id, elsewhere)
    with finzcore.open(elsewhere) as moved:
        shop.engine = moved
        assert (401, "auth.invalid_token") == shop.call(token)
        assert (200, "0") == shop.call(pat)
