"""What a token has chosen: its connection, and its default company (`api.md` §8.2, §8.4)."""

from typing import Any

import attrs
import pytest

import finzcore
from finzcore.auth.services import company_id_of
from finzcore.books.connections import CONNECTIONS
from finzcore.ids import unwire, uuid_text
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import on_sqlite

SETTINGS = "settings.organization_id"
DEFAULT = "default_company_id"


@attrs.frozen
class Desk:
    """Meera with two organisations, and a token for both of them."""

    engine: finzcore.Engine
    meera: str
    acme: str
    bela: str
    wide: Call

    def connection(self, call: Call | None = None) -> dict[str, Any]:
        (found,) = (call or self.wide).ok("GET", "/connections")["connections"]
        connection: dict[str, Any] = found
        return connection

    def path(self, call: Call | None = None) -> str:
        return f"/connections/{self.connection(call)['connection_id']}"

    def choose(self, body: Any, call: Call | None = None) -> dict[str, Any]:
        changed: dict[str, Any] = (call or self.wide).ok("PUT", self.path(call), body)["connection"]
        return changed

    def bound(self, **more: Any) -> Call:
        minted = self.engine.mint_pat(org_id=self.acme, user_id=self.meera, **more)
        return Call(self.engine, minted.token)


@pytest.fixture
def desk(engine: finzcore.Engine) -> Desk:
    return opened(engine)


def opened(engine: finzcore.Engine) -> Desk:
    meera = engine.create_user(name="Meera").user_id
    acme, bela = (
        engine.create_org(name=name, state="IN-KA", owner_user_id=meera).org_id for name in ("Acme", "Bela")
    )
    return Desk(engine, meera, acme, bela, Call(engine, engine.mint_pat(user_id=meera).token))


def chosen(connection: dict[str, Any]) -> tuple[Any, Any, str]:
    """What the setting says, what the metadata say, and the state."""
    metadata = connection["metadata"]
    return connection["settings"]["organization_id"], metadata.get("company_id", "-"), connection["state"]


def test_a_token_of_several_begins_callable_and_without_a_default(desk: Desk) -> None:
    found = desk.connection()
    token_id = desk.wide.ok("GET", "/whoami")["token"]["token_id"]
    assert {
        "connection_id": found["connection_id"],
        "service_id": "finzbooks",
        "unified_api": "accounting",
        "token_id": token_id,
        "state": "callable",
        "enabled": True,
        "settings": {"organization_id": None},
        "metadata": {"company_id": None},
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    } == found
    assert found == desk.wide.ok("GET", desk.path())["connection"]
    assert None is company_id_of(found)
    assert (400, "auth.missing_organization_id", "organization_id") == desk.wide.refused("GET", "/contacts")


@pytest.mark.parametrize("word", ["settings", DEFAULT])
def test_a_default_company_is_meant_where_a_request_selects_none(
    desk: Desk, word: str, clock: FrozenClock
) -> None:
    desk.engine.org(desk.bela).contacts.create(contact_name="Of Bela")
    clock.move(minutes=1)
    body = {"settings": {"organization_id": desk.bela}} if word == "settings" else {DEFAULT: desk.bela}
    changed = desk.choose(body)
    assert (desk.bela, desk.bela, "callable") == chosen(changed) == chosen(desk.connection())
    assert ("2026-05-19T05:00:00", "2026-05-19T05:01:00") == (
        changed["created_time"], changed["last_modified_time"],
    )  # fmt: skip
    assert ["Of Bela"] == [row["contact_name"] for row in desk.wide.ok("GET", "/contacts")["contacts"]]
    elsewhere = desk.wide.ok("GET", "/contacts", headers={"X-AIBooks-Org": desk.acme})
    assert [] == elsewhere["contacts"]  # of that one request only
    assert 1 == len(desk.wide.ok("GET", "/contacts")["contacts"])
    assert [False, True] == [row["is_default"] for row in desk.wide.ok("GET", "/companies")["companies"]]
    who = desk.wide.ok("GET", "/whoami")["token"]
    assert (desk.bela, desk.bela) == (who["org_id"], who["metadata"]["company_id"])


@on_sqlite  # the rows behind it are those of the test before
@pytest.mark.parametrize(
    "nothing", [{DEFAULT: None}, {DEFAULT: " "}, {"settings": None}, {"settings": {"organization_id": None}}]
)
def test_null_clears_it(desk: Desk, nothing: Any) -> None:
    desk.choose({DEFAULT: desk.acme})
    assert (None, None, "callable") == chosen(desk.choose(nothing)) == chosen(desk.connection())
    assert 400 == desk.wide("GET", "/contacts").status


@on_sqlite  # as above
def test_what_says_nothing_changes_nothing(desk: Desk) -> None:
    before = desk.choose({DEFAULT: desk.acme})
    assert before == desk.choose({}) == desk.choose({"enabled": False, "unknown": 1})
    both = {DEFAULT: desk.acme, "settings": {"organization_id": desk.acme}}
    assert (desk.acme, desk.acme, "callable") == chosen(desk.choose(both))


@on_sqlite  # as above
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(desk: Desk) -> None:
    foreign = desk.engine.create_org(name="Foreign", state="IN-KA").org_id
    trial = desk.engine.create_org(name="Trial", state="IN-KA", is_sandbox=True, owner_user_id=desk.meera)
    before = desk.choose({DEFAULT: desk.acme})
    for company in (foreign, trial.org_id, uuid_text(0, 2**62), "acme", desk.bela.upper()):
        for field, body in (
            (DEFAULT, {DEFAULT: company}),
            (SETTINGS, {"settings": {"organization_id": company}}),
        ):
            assert (403, "auth.no_membership", field) == desk.wide.refused("PUT", desk.path(), body)
    differ = {DEFAULT: desk.acme, "settings": {"organization_id": desk.bela}}
    assert (400, "validation.invalid_value", DEFAULT) == desk.wide.refused("PUT", desk.path(), differ)
    for field, body in ((DEFAULT, {DEFAULT: 5}), ("settings", {"settings": "x"})):
        assert (400, "validation.invalid_value", field) == desk.wide.refused("PUT", desk.path(), body)
    assert before == desk.connection()


@on_sqlite  # as above
def test_what_belongs_to_one_organisation_stays_with_it(desk: Desk) -> None:
    bound = desk.bound()
    assert (desk.acme, desk.acme, "callable") == chosen(desk.connection(bound))
    for body in ({DEFAULT: desk.bela}, {DEFAULT: None}, {"settings": {}}, {DEFAULT: "x"}):
        field = SETTINGS if "settings" in body else DEFAULT
        assert (403, "auth.org_mismatch", field) == bound.refused("PUT", desk.path(bound), body)
    assert (desk.acme, desk.acme, "callable") == chosen(desk.choose({DEFAULT: desk.acme}, bound))


def test_a_lost_membership_of_the_default_makes_it_invalid_until_it_is_changed(desk: Desk) -> None:
    desk.choose({DEFAULT: desk.bela})
    desk.engine.remove_membership(desk.bela, desk.meera)
    assert (desk.bela, desk.bela, "invalid") == chosen(desk.connection())
    assert (403, "auth.no_membership", "organization_id") == desk.wide.refused("GET", "/contacts")
    # Whoever has lost it can still find out, and work elsewhere.
    assert 200 == desk.wide("GET", f"/contacts?organization_id={desk.acme}").status
    assert ["Acme"] == [row["name"] for row in desk.wide.ok("GET", "/companies")["companies"]]
    who = desk.wide.ok("GET", "/whoami")["token"]
    assert (None, desk.bela) == (who["org_id"], who["metadata"]["company_id"])
    assert (desk.acme, desk.acme, "callable") == chosen(desk.choose({DEFAULT: desk.acme}))
    assert 200 == desk.wide("GET", "/contacts").status


@on_sqlite  # as above
def test_a_membership_that_comes_back_makes_it_callable_again(desk: Desk) -> None:
    desk.choose({DEFAULT: desk.bela})
    desk.engine.remove_membership(desk.bela, desk.meera)
    desk.engine.add_membership(desk.bela, desk.meera)
    assert "callable" == desk.connection()["state"]
    assert 200 == desk.wide("GET", "/contacts").status


@on_sqlite  # as above
def test_a_token_sees_no_connection_but_its_own(desk: Desk) -> None:
    second = Call(desk.engine, desk.engine.mint_pat(user_id=desk.meera).token)
    bound = desk.bound()
    paths = {call: desk.path(call) for call in (desk.wide, second, bound)}
    assert 3 == len(set(paths.values()))
    for call, own in paths.items():
        for path in set(paths.values()) - {own}:
            assert (404, "not_found.resource", "connection_id") == call.refused("GET", path)
            refused = call.refused("PUT", path, {DEFAULT: desk.acme})
            assert (404, "not_found.resource", "connection_id") == refused
    assert (404, "not_found.resource", "connection_id") == desk.wide.refused("GET", "/connections/conn_1")
    desk.choose({DEFAULT: desk.acme})
    assert (None, None, "callable") == chosen(desk.connection(second))


@on_sqlite  # as above
def test_a_scope_is_needed_to_choose(desk: Desk) -> None:
    reader = Call(desk.engine, desk.engine.mint_pat(user_id=desk.meera, scopes="read").token)
    assert (403, "auth.insufficient_scope", None) == reader.refused("PUT", desk.path(reader), {DEFAULT: None})


@on_sqlite  # as above
def test_a_sandbox_token_chooses_a_sandbox(desk: Desk) -> None:
    trial = desk.engine.create_org(name="Trial", state="IN-KA", is_sandbox=True, owner_user_id=desk.meera)
    tester = Call(desk.engine, desk.engine.mint_pat(user_id=desk.meera, sandbox=True).token)
    refused = tester.refused("PUT", desk.path(tester), {DEFAULT: desk.acme})
    assert (403, "auth.no_membership", DEFAULT) == refused
    assert (trial.org_id, trial.org_id, "callable") == chosen(desk.choose({DEFAULT: trial.org_id}, tester))
    assert 200 == tester("GET", "/contacts").status


# ----- connections from before -----


def test_connections_from_before_have_no_metadata_until_they_are_changed(target: str) -> None:
    settings = finzcore.Settings(durability="relaxed", legacy_connections=True)
    with finzcore.open(
        target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom(), settings=settings
    ) as engine:
        desk = opened(engine)
        bound = desk.bound()
        assert (None, "-", "callable") == chosen(desk.connection())
        assert (desk.acme, "-", "callable") == chosen(desk.connection(bound))
        assert desk.acme == company_id_of(desk.connection(bound))
        for call in (desk.wide, bound):
            assert None is call.ok("GET", "/whoami")["token"]["metadata"]["company_id"]
        assert 200 == bound("GET", "/contacts").status
        assert (desk.bela, desk.bela, "callable") == chosen(desk.choose({DEFAULT: desk.bela}))
        assert (desk.acme, desk.acme, "callable") == chosen(desk.choose({DEFAULT: desk.acme}, bound))
        assert desk.acme == bound.ok("GET", "/whoami")["token"]["metadata"]["company_id"]


def test_a_token_that_is_older_than_connections_is_one_from_before(desk: Desk) -> None:
    bound = desk.bound()
    with desk.engine.store.shared(write=True) as session:
        for call in (desk.wide, bound):
            key = unwire("conn_", 0, desk.connection(call)["connection_id"])
            assert key is not None
            session.remove(CONNECTIONS, key)
    assert (None, "-", "callable") == chosen(desk.connection())
    assert (desk.acme, "-", "callable") == chosen(desk.connection(bound))
    assert "2026-05-19T05:00:00" == desk.connection()["created_time"]
    assert (400, "auth.missing_organization_id", "organization_id") == desk.wide.refused("GET", "/contacts")
    assert (desk.bela, desk.bela, "callable") == chosen(desk.choose({DEFAULT: desk.bela}))
    assert (desk.acme, desk.acme, "callable") == chosen(desk.choose({DEFAULT: desk.acme}, bound))
    assert 200 == desk.wide("GET", "/contacts").status
