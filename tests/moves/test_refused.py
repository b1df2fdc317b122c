"""What cannot be moved, by name; and that nothing is left behind."""

import sqlite3
from pathlib import Path

import pytest

import finzcore
from finzcore import moves
from finzcore.errors import BooksUnusable
from tests.databases import of_target
from tests.engines import is_postgres
from tests.moves.conftest import ACME, Somewhere, opened, orgs
from tests.snapshot import snapshot


def set_edition(place: str, change: int) -> None:
    """Books of an older or a newer finzcore."""
    if is_postgres(place):
        database = of_target(place)
        database.spoiled = True
        database.around.execute(f"UPDATE finz_lock SET edition = edition + {change}")
        return
    connection = sqlite3.connect(place)
    (edition,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {edition + change}")
    connection.close()


@pytest.mark.parametrize(("change", "said"), [(-1, "has an older schema"), (1, "newer finzcore")])
def test_books_of_another_edition_are_not_moved(source: str, goal: str, change: int, said: str) -> None:
    before = snapshot(source, without=())
    set_edition(source, change)
    with pytest.raises(BooksUnusable, match=said):
        moves.move(source, goal)
    set_edition(source, -change)
    assert before == snapshot(source, without=())
    assert {} == orgs(goal)


def test_books_are_not_moved_onto_themselves(source: str) -> None:
    before = snapshot(source, without=())
    for org_id in (None, orgs(source)[ACME]):
        with pytest.raises(BooksUnusable, match="the same books"):
            moves.move(source, source, org_id=org_id)
        with opened(source) as engine, pytest.raises(BooksUnusable, match="the same books"):
            engine.import_org(source)
    assert before == snapshot(source, without=())


def test_one_file_has_many_names(source: str, tmp_path: Path) -> None:
    if is_postgres(source):
        other = f"{source}&application_name=other"
    else:
        other = str(tmp_path / "other.db")
        Path(other).symlink_to(source)
    with pytest.raises(BooksUnusable, match="the same books"):
        moves.move(source, other)


def test_complete_books_are_not_moved_into_others(source: str, goal: str) -> None:
    with opened(goal) as engine:
        engine.create_user(name="Somebody")
    before = snapshot(goal, without=())
    with pytest.raises(BooksUnusable, match=r"holds books already|exists already"):
        moves.move(source, goal)
    assert before == snapshot(goal, without=())


@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nowhere/new.db", "cannot be written: No such file"),
        (".", "exists already"),
        (":memory:", "name a file"),
    ],
)
def test_where_no_file_can_be_nothing_is_moved(
    somewhere: Somewhere, goal: str, where: str, said: str, tmp_path: Path
) -> None:
    finzcore.open(goal).close()
    with pytest.raises(BooksUnusable, match=said):
        moves.move(goal, where if where == ":memory:" else str(tmp_path / where))
    assert [] == list(tmp_path.iterdir())


def test_what_is_no_books_is_neither_source_nor_target(source: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes.db"
    notes.write_text("These are notes, and no books, however long they are.\n" * 100)
    for pair in ((str(notes), str(tmp_path / "new.db")), (source, str(notes))):
        with pytest.raises(BooksUnusable, match=r"not a SQLite file|exists already"):
            moves.move(*pair)
    with pytest.raises(BooksUnusable, match="not a SQLite file"):
        moves.move(source, str(notes), org_id=orgs(source)[ACME])
    assert notes.read_text().startswith("These are notes")
    assert ["notes.db"] == [path.name for path in tmp_path.iterdir()]


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BooksUnusable, match="There are no books at"):
        moves.move(str(tmp_path / "none.db"), str(tmp_path / "new.db"))
    assert [] == list(tmp_path.iterdir())


def test_a_database_without_books_is_no_source(bare_database: str, tmp_path: Path) -> None:
    with pytest.raises(BooksUnusable):
        moves.move(bare_database, str(tmp_path / "new.db"))
    assert [] == list(tmp_path.iterdir())


def test_an_empty_database_becomes_books(source: str, bare_database: str) -> None:
    moved = moves.move(source, bare_database)
    with opened(bare_database) as engine:
        assert list(moved.org_ids) == [org.org_id for org in engine.orgs()]
