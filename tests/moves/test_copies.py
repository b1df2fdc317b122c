"""Complete books: every row arrives, on every way between the engines, and life goes on there."""

from pathlib import Path

import pytest

import finzcore
from finzcore import moves
from finzcore.errors import BooksUnusable
from finzcore.testing import Call
from tests.engines import ENGINES, is_postgres
from tests.moves.conftest import ACME, Somewhere, opened, orgs
from tests.oauth.shop import Shop
from tests.snapshot import snapshot
from tests.tampering import laid_open
from tests.trade import Trade

GRANTED = ("oauth_clients", "oauth_grants", "refresh_tokens", "vault_credentials")
"""What organisations that move leave behind: it belongs to users and integrators of where they were."""


def test_complete_books_arrive_as_they_were(source: str, goal: str) -> None:
    before = snapshot(source, without=())
    moved = moves.move(source, goal)
    assert before == snapshot(goal, without=())
    assert before == snapshot(source, without=())
    assert {name: len(rows) for name, rows in before.items() if rows} == moved.tables
    assert list(orgs(source).values()) == list(moved.org_ids)
    with opened(goal) as engine:
        assert [] == engine.verify()


def test_what_users_have_granted_is_in_the_copy(source: str, goal: str) -> None:
    with opened(source) as engine:
        org = engine.org(orgs(source)[ACME])
        uma = engine.create_user(name="Uma")
        engine.add_membership(org.org_id, uma.user_id)
        shop = Shop(engine, org, uma)
        tokens, code = shop.pair(), shop.code()
    settings = finzcore.Settings(sealing_keys=[bytes(32)])
    with finzcore.open(source, settings=settings) as engine:
        engine.vault.put("a consumer", {"token": tokens["access_token"]})
    before = snapshot(source, without=())
    assert [] == [name for name in GRANTED if not before[name]]
    moves.move(source, goal)
    assert before == snapshot(goal, without=())
    with opened(goal) as engine:
        shop.engine = engine
        assert 200 == shop.refresh(tokens["refresh_token"]).status
        assert 200 == shop.redeem(code).status


def test_there_and_back_nothing_has_changed(somewhere: Somewhere, source: str) -> None:
    there = somewhere("sqlite" if is_postgres(source) else "postgres")
    back = somewhere("postgres" if is_postgres(source) else "sqlite")
    moves.move(source, there)
    moves.move(there, back)
    assert snapshot(source, without=()) == snapshot(back, without=())


def test_business_goes_on_in_the_copy(source: str, goal: str) -> None:
    with opened(source) as engine:
        token = engine.mint_pat(org_id=orgs(source)[ACME]).token
    moves.move(source, goal)
    answers = []
    for place in (source, goal):
        with opened(place) as engine:
            acme = engine.org(orgs(place)[ACME])
            trade = Trade(Call(engine, token), acme)
            invoice = trade.taxed(trade.contact("Bela"), 500)
            answers.append((invoice["invoice_number"], trade.entries(), trade.on("1100")))
            assert [] == engine.verify()
    assert answers[0] == answers[1]


def test_an_answer_under_a_key_is_given_again_by_the_copy(source: str, goal: str) -> None:
    with opened(source) as engine:
        token = engine.mint_pat(org_id=orgs(source)[ACME]).token
        first = Call(engine, token)("POST", "/contacts", {"contact_name": "Once"}, key="once")
    moves.move(source, goal)
    with opened(goal) as engine:
        again = Call(engine, token)("POST", "/contacts", {"contact_name": "Once"}, key="once")
    assert (201, first.body) == (again.status, again.body)


def test_heads_of_the_source_are_anchors_for_the_copy(source: str, goal: str) -> None:
    with opened(source) as engine:
        heads = [engine.export_head(org_id) for org_id in orgs(source).values()]
    moves.move(source, goal)
    with opened(goal) as engine:
        assert [] == engine.verify(anchor=heads)


def test_a_copy_shows_one_moment_however_much_is_written_meanwhile(source: str, goal: str) -> None:
    before = snapshot(source, without=())
    steps = []
    with opened(source) as engine:
        acme = engine.org(orgs(source)[ACME])

        def told(done: int, _all: int) -> None:
            steps.append(done)
            acme.contacts.create(contact_name=f"Late {len(steps)}", opening_balance=1)

        moves.move(source, goal, told=told)
        assert [] == engine.verify()
    assert len(steps) > 40
    assert before == snapshot(goal, without=())
    assert len(before["entries"]) + len(steps) == len(snapshot(source)["entries"])


def test_progress_goes_up_to_the_end(source: str, goal: str) -> None:
    told: list[tuple[int, int]] = []
    moved = moves.move(source, goal, told=lambda done, all_: told.append((done, all_)))
    assert sorted(told) == told
    assert (2 * moved.rows, 2 * moved.rows) == told[-1]


@pytest.mark.parametrize("rows", [1000, 2001])
def test_rows_come_in_pieces_and_all_of_them(somewhere: Somewhere, goal: str, rows: int) -> None:
    small = somewhere("sqlite")
    with opened(small) as engine:
        acme = engine.create_org(name=ACME, state="IN-KA")
        with acme.transaction():
            for number in range(rows):
                acme.contacts.create(contact_name=f"c{number}")
    moves.move(small, goal)
    before, after = snapshot(small, without=()), snapshot(goal, without=())
    assert rows == len(before["contacts"])
    assert before == after


def test_books_without_anybody_in_them_can_be_moved_too(somewhere: Somewhere, goal: str) -> None:
    empty = somewhere("sqlite")
    finzcore.open(empty).close()
    assert ((), 0) == (moves.move(empty, goal)[0], moves.move(empty, somewhere("postgres")).rows)


# ----- backups -----


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_backup_is_a_file_that_can_be_moved_back(
    somewhere: Somewhere, source: str, engine_name: str, tmp_path: Path
) -> None:
    copy, back = str(tmp_path / "copy.db"), somewhere(engine_name)
    with opened(source) as engine:
        heads = engine.backup(copy)
    moves.move(copy, back)
    assert snapshot(source, without=()) == snapshot(back, without=())
    with opened(back) as engine:
        assert [] == engine.verify(anchor=heads)


def test_a_backup_of_a_database_takes_no_name_that_is_taken(source: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"precious")
    with opened(source) as engine, pytest.raises(BooksUnusable, match="exists already"):
        engine.backup(str(tmp_path / "copy.db"))
    assert b"precious" == (tmp_path / "copy.db").read_bytes()
    assert ["copy.db"] == [path.name for path in tmp_path.iterdir()]


def test_a_backup_that_does_not_verify_is_refused(source: str, tmp_path: Path) -> None:
    with laid_open(source) as bare:
        bare.execute("UPDATE totals SET debit = debit + 1")
    with opened(source) as engine, pytest.raises(BooksUnusable, match=r"does not verify: totals\.differ"):
        engine.backup(str(tmp_path / "copy.db"))


def test_no_table_is_empty_in_the_books_that_are_moved_here(source: str) -> None:
    rows_of = snapshot(source, without=GRANTED)
    assert [] == [name for name, rows in rows_of.items() if not rows]
