"""One organisation by itself: out of books that hold others, and into books that hold others."""

import pytest

import finzcore
from finzcore import moves
from finzcore.books.connections import CONNECTIONS
from finzcore.books.resources.branches import BRANCHES
from finzcore.errors import BooksUnusable, NotFound
from finzcore.ids import from_uuid, uuid_text
from finzcore.ports import Conflict
from finzcore.testing import Call
from tests.moves.conftest import ACME, BELA, Somewhere, opened, orgs
from tests.oauth.shop import Shop, answer
from tests.snapshot import snapshot
from tests.tampering import laid_open, watched

SHARED = (
    "users",
    "memberships",
    "tokens",
    "oauth_clients",
    "oauth_grants",
    "refresh_tokens",
    "due",
    "connections",
    "vault_credentials",
    "webhook_spans",
)


def rows_of(place: str, org_id: str) -> dict[str, list[str]]:
    """Every row of one organisation, by table."""
    key = from_uuid(0, org_id)
    with watched(place) as bare:
        names = [name for name in bare.tables() if name not in SHARED]
        return {
            name: sorted(map(repr, bare.execute(f"SELECT * FROM {name} WHERE org_id = {key}")))
            for name in names
        }


def people(place: str) -> dict[str, list[str]]:
    with watched(place) as bare:
        return {
            "users": sorted(name for (name,) in bare.execute("SELECT name FROM users")),
            "members": sorted(
                f"{name} {status}"
                for name, status in bare.execute(
                    "SELECT u.name, m.status FROM memberships AS m JOIN users AS u ON u.id = m.user_id"
                )
            ),
            "tokens": sorted(label for (label,) in bare.execute("SELECT label FROM tokens")),
        }


def test_an_organisation_takes_its_people_along_and_nobody_else(source: str, goal: str) -> None:
    acme = orgs(source)[ACME]
    with opened(source) as engine:
        moved = engine.export_org(acme, goal)
    assert {ACME: acme} == orgs(goal)
    assert ((acme,), len(rows_of(source, acme)["postings"])) == (moved.org_ids, moved.tables["postings"])
    assert rows_of(source, acme) == rows_of(goal, acme)
    assert {
        "users": [ACME, "Ravi", "Veena"],
        "members": [f"{ACME} ACTIVE", "Ravi ENDED", "Veena ACTIVE"],
        "tokens": ["Ravi's", f"of {ACME}"],
    } == people(goal)
    with opened(goal) as engine:
        assert [] == engine.verify()


def test_organisations_taken_out_one_by_one_are_together_again_in_one_place(
    somewhere: Somewhere, source: str, goal: str
) -> None:
    apart = {name: somewhere("sqlite") for name in (ACME, BELA)}
    with opened(source) as engine:
        for name, org_id in orgs(source).items():
            engine.export_org(org_id, apart[name])
    with opened(goal) as engine:
        for place in apart.values():
            engine.import_org(place)
        assert [] == engine.verify()
    before, after = snapshot(source, without=()), snapshot(goal, without=())
    # A token of several organisations belongs to none of them, and what waits in them is looked for anew.
    assert len(before["tokens"]) - 1 == len(after["tokens"]) == len(after["connections"])
    assert len(before["due"]) > len(apart)
    assert [] == after["due"]
    # So does an endpoint for several of them: it goes on with the one where it was registered.
    assert [] == after["webhook_spans"]
    left = dict.fromkeys(("tokens", "connections", "due", "webhook_spans"))
    assert before | left == after | left


def test_every_organisation_of_other_books_is_taken_in_beside_ours(source: str, goal: str) -> None:
    with opened(goal) as engine:
        own = engine.create_org(name="Own", state="IN-KA")
        before = rows_of(goal, own.org_id)
        moved = engine.import_org(source)
        assert {ACME, BELA, "Own"} == {org.name for org in engine.orgs()}
        assert set(orgs(source).values()) == set(moved.org_ids)
        assert [] == engine.verify()
    assert before == rows_of(goal, own.org_id)
    for org_id in orgs(source).values():
        assert rows_of(source, org_id) == rows_of(goal, org_id)


def test_one_of_several_is_taken_in_by_its_id(source: str, goal: str) -> None:
    bela = orgs(source)[BELA]
    with opened(goal) as engine:
        assert (bela,) == engine.import_org(source, org_id=bela).org_ids
    assert {BELA: bela} == orgs(goal)


def test_users_who_are_there_stay_as_they_are(source: str, goal: str) -> None:
    acme, bela = orgs(source)[ACME], orgs(source)[BELA]
    with opened(goal) as engine:
        engine.import_org(source, org_id=acme)
    with laid_open(goal) as bare:
        bare.execute("UPDATE users SET name = 'Veena Rao' WHERE name = 'Veena'")
    with opened(goal) as engine:
        moved = engine.import_org(source, org_id=bela)
    assert 1 == moved.tables["users"]
    assert [ACME, "Ravi", "Veena Rao", BELA] == people(goal)["users"]
    assert {"Veena Rao ACTIVE"} == set(people(goal)["members"]) - {
        f"{ACME} ACTIVE",
        "Ravi ENDED",
        f"{BELA} ACTIVE",
    }


def test_a_bound_token_works_where_its_organisation_went_and_a_foreign_one_does_not(
    source: str, goal: str
) -> None:
    acme, bela = orgs(source)[ACME], orgs(source)[BELA]
    with opened(source) as engine:
        bound, foreign = (engine.mint_pat(org_id=org_id).token for org_id in (acme, bela))
        engine.export_org(acme, goal)
    with opened(goal) as engine:
        assert 200 == Call(engine, bound)("GET", "/whoami").status
        assert 401 == Call(engine, foreign)("GET", "/whoami").status


def test_a_bound_token_takes_along_what_it_has_chosen(source: str, goal: str) -> None:
    acme = orgs(source)[ACME]
    with opened(source) as engine:
        bound = engine.mint_pat(org_id=acme).token
        before = Call(engine, bound).ok("GET", "/connections")["connections"]
        engine.export_org(acme, goal)
    with opened(goal) as engine:
        assert before == Call(engine, bound).ok("GET", "/connections")["connections"]
        assert {"company_id": acme} == before[0]["metadata"]


def test_what_users_have_granted_does_not_work_where_an_organisation_went(source: str, goal: str) -> None:
    acme = orgs(source)[ACME]
    with opened(source) as engine:
        uma = engine.create_user(name="Uma")
        engine.add_membership(acme, uma.user_id)
        shop = Shop(engine, engine.org(acme), uma)
        pair, code = shop.pair(), shop.code()
        wide = shop.pair(organization_id=None)
        engine.export_org(acme, goal)
        assert (200, "0") == shop.call(pair["access_token"])  # the organisation is still here too
    with opened(goal) as engine:
        shop.engine = engine
        for token in (pair["access_token"], wide["access_token"]):
            assert (401, "auth.invalid_token") == shop.call(token)
        refused = (401, "invalid_client")
        assert refused == answer(shop.refresh(pair["refresh_token"])) == answer(shop.redeem(code))
        assert (400, "invalid_request") == answer(shop.browse(consent=None))
        with engine.store.shared() as session:
            assert [] == [row for row in session.find(CONNECTIONS) if row["client_id"] is not None]


def test_what_is_there_already_is_refused_and_nothing_is_done(source: str, goal: str) -> None:
    with opened(goal) as engine:
        engine.import_org(source, org_id=orgs(source)[BELA])
        before = snapshot(goal, without=())
        with pytest.raises(BooksUnusable, match=r"holds organisation .* already"):
            engine.import_org(source)
    assert before == snapshot(goal, without=())


def test_new_books_are_wanted_for_an_organisation_that_is_handed_out(source: str, goal: str) -> None:
    with opened(goal) as engine:
        engine.create_org(name="Own", state="IN-KA")
    before = snapshot(goal, without=())
    with opened(source) as engine, pytest.raises(BooksUnusable, match="already"):
        engine.export_org(orgs(source)[ACME], goal)
    assert before == snapshot(goal, without=())


@pytest.mark.parametrize("org_id", ["nonsense", uuid_text(0, 77)])
def test_an_organisation_that_is_not_there_cannot_be_moved(source: str, goal: str, org_id: str) -> None:
    with pytest.raises(NotFound, match="not found"):
        moves.move(source, goal, org_id=org_id)
    with opened(source) as engine, pytest.raises(NotFound, match="not found"):
        engine.export_org(org_id, goal)
    assert {} == orgs(goal)


def test_books_in_memory_hand_out_and_take_in(source: str) -> None:
    acme = orgs(source)[ACME]
    with finzcore.open(":memory:") as one, finzcore.open(":memory:") as other:
        one.import_org(source)
        assert [] == one.verify()
        with pytest.raises(BooksUnusable, match="no books at :memory:"):
            other.import_org(":memory:")
        one.create_org(name="Later", state="IN-KA")
        # References hold again after a load.
        with pytest.raises(Conflict, match="foreign key"), one.store.write(one.org(acme)._key) as session:
            session.remove(BRANCHES, session.find(BRANCHES)[0]["id"])
        assert [ACME, BELA, "Later"] == [org.name for org in one.orgs()]


def test_books_without_an_organisation_give_nothing_to_take_in(somewhere: Somewhere, goal: str) -> None:
    empty = somewhere("sqlite")
    finzcore.open(empty).close()
    with opened(goal) as engine, pytest.raises(BooksUnusable, match="no organisation in"):
        engine.import_org(empty)
