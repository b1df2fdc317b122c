"""The connections of clients: made when a user lets them in (`api.md` §8.4)."""

from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import on_sqlite
from tests.oauth.shop import Shop

CHOOSING = "AIBooks.connections.READ AIBooks.connections.UPDATE AIBooks.contacts.READ AIBooks.companies.READ"
DEFAULT = "default_company_id"


def let_in(shop: Shop, **said: Any) -> Call:
    return Call(shop.engine, shop.pair(scope=CHOOSING, **said)["access_token"])


def everywhere(shop: Shop) -> Call:
    return let_in(shop, organization_id=None)


def connections(call: Call) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.ok("GET", "/connections")["connections"]
    return found


def chosen(call: Call) -> tuple[Any, Any, str]:
    """What the setting says, what the metadata say, and the state, of the only one."""
    (one,) = connections(call)
    return one["settings"]["organization_id"], one["metadata"].get("company_id", "-"), one["state"]


@pytest.fixture
def bela(engine: finzcore.Engine, shop: Shop) -> finzcore.Org:
    """Another organisation of Uma's."""
    return engine.create_org(name="Bela Foods", state="IN-KA", owner_user_id=shop.user.user_id)


def test_a_client_of_one_organisation_is_callable_and_stays_there(shop: Shop, bela: finzcore.Org) -> None:
    call = let_in(shop)
    (found,) = connections(call)
    assert (shop.client.client_id, shop.user.user_id) == (found["client_id"], found["user_id"])
    assert "token_id" not in found
    assert (shop.org.org_id, shop.org.org_id, "callable") == chosen(call)
    refused = call.refused("PUT", f"/connections/{found['connection_id']}", {DEFAULT: bela.org_id})
    assert (403, "auth.org_mismatch", DEFAULT) == refused


def test_the_only_company_is_chosen_by_itself(shop: Shop, engine: finzcore.Engine) -> None:
    engine.create_org(name="Trial", state="IN-KA", is_sandbox=True, owner_user_id=shop.user.user_id)
    call = everywhere(shop)
    assert (shop.org.org_id, shop.org.org_id, "callable") == chosen(call)
    assert 200 == call("GET", "/contacts").status


def test_among_several_none_is_chosen_and_calls_with_a_selector_work(shop: Shop, bela: finzcore.Org) -> None:
    call = everywhere(shop)
    assert (None, None, "authorized") == chosen(call)
    assert (400, "auth.missing_organization_id", "organization_id") == call.refused("GET", "/contacts")
    assert 200 == call("GET", f"/contacts?organization_id={bela.org_id}").status
    path = f"/connections/{connections(call)[0]['connection_id']}"
    call.ok("PUT", path, {"settings": {"organization_id": bela.org_id}})
    assert (bela.org_id, bela.org_id, "callable") == chosen(call)
    assert 200 == call("GET", "/contacts").status
    call.ok("PUT", path, {DEFAULT: None})
    assert (None, None, "authorized") == chosen(call)


@on_sqlite  # the rows behind it are those of the tests before
def test_what_was_chosen_outlives_a_refresh_and_another_consent(shop: Shop, bela: finzcore.Org) -> None:
    pair = shop.pair(scope=CHOOSING, organization_id=None)
    call = Call(shop.engine, pair["access_token"])
    before = connections(call)[0]["connection_id"]
    call.ok("PUT", f"/connections/{before}", {DEFAULT: bela.org_id})
    fresh = Call(shop.engine, shop.refresh(pair["refresh_token"]).json()["access_token"])
    again = everywhere(shop)
    for one in (fresh, again):
        assert (bela.org_id, bela.org_id, "callable") == chosen(one)
        assert before == connections(one)[0]["connection_id"]


@on_sqlite  # as above
def test_a_client_sees_what_its_user_has_given_it_and_a_bound_token_its_own(
    shop: Shop, bela: finzcore.Org
) -> None:
    one, other, wide = let_in(shop), let_in(shop, organization_id=bela.org_id), everywhere(shop)
    assert [shop.org.org_id, bela.org_id, None] == [
        found["settings"]["organization_id"] for found in connections(wide)
    ]
    assert (shop.org.org_id, bela.org_id) == (chosen(one)[0], chosen(other)[0])
    stranger = Shop(shop.engine, shop.org, shop.user)
    assert 1 == len(connections(everywhere(stranger)))
    theirs = connections(wide)[1]["connection_id"]
    assert (404, "not_found.resource", "connection_id") == one.refused("GET", f"/connections/{theirs}")
    ravi = shop.engine.create_user(name="Ravi")
    shop.engine.add_membership(shop.org.org_id, ravi.user_id)
    same_client = Shop(shop.engine, shop.org, ravi, client=shop.client)
    assert 1 == len(connections(everywhere(same_client)))


@on_sqlite  # as above
def test_a_grant_that_was_revoked_leaves_an_invalid_connection(shop: Shop, bela: finzcore.Org) -> None:
    pair = shop.pair()
    wide = everywhere(shop)
    assert ["callable", "authorized"] == [one["state"] for one in connections(wide)]
    assert 200 == shop.revoke(pair["refresh_token"]).status
    assert ["invalid", "authorized"] == [one["state"] for one in connections(wide)]


@on_sqlite  # as above
def test_a_lost_membership_makes_a_client_s_connection_invalid(shop: Shop, bela: finzcore.Org) -> None:
    call = everywhere(shop)
    path = f"/connections/{connections(call)[0]['connection_id']}"
    call.ok("PUT", path, {DEFAULT: bela.org_id})
    shop.engine.remove_membership(bela.org_id, shop.user.user_id)
    assert (bela.org_id, bela.org_id, "invalid") == chosen(call)
    assert (403, "auth.no_membership", "organization_id") == call.refused("GET", "/contacts")
    # Let in again, there is one company left, and so it is that one.
    assert (shop.org.org_id, shop.org.org_id, "callable") == chosen(everywhere(shop))


@on_sqlite  # as above
def test_connections_from_before_have_metadata_from_the_next_authorization_on(
    target: str, engine: finzcore.Engine, shop: Shop
) -> None:
    settings = finzcore.Settings(durability="relaxed", legacy_connections=True)
    with finzcore.open(
        target, clock=FrozenClock(), ids=CountingIds(1000), random=CountingRandom("more"), settings=settings
    ) as before:
        older = Shop(before, before.org(shop.org.org_id), shop.user)
        one, wide = let_in(older), everywhere(older)
        assert (shop.org.org_id, "-", "callable") == chosen(one)
        assert [(shop.org.org_id, {}), (None, {})] == [
            (found["settings"]["organization_id"], found["metadata"]) for found in connections(wide)
        ]
        again = everywhere(older)
        first, second = connections(again)
        assert {} == first["metadata"]
        # Authorized again, with one company to choose.
        assert {"company_id": shop.org.org_id} == second["metadata"]
        assert shop.org.org_id == second["settings"]["organization_id"]
