"""The fixtures are those that finzcore ships; here `target` says that the books are on each engine in turn.

    target          where the books of a test are: a file, or a database
    new_target      for tests that open several books: another place on the same engine at each call
    new_place       for tests that open many, one after the other: a place for the time of a block
    postgres        the scratch server of this run, started when the first test asks for it
    places          the same, by the name of an engine, for fixtures of a wider scope
    bare_database   for tests of PostgreSQL alone: the owner's address of a database without tables

Without PostgreSQL its half is skipped, and the reason says how to get one; where ``CI`` is in the
environment, it fails.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest

import finzcore
from tests import postgres as scratch
from tests.databases import Databases, books, found_roles
from tests.databases import bare_database as bare
from tests.engines import ENGINES, Place

pytest_plugins = ["finzcore.testing.plugin"]

LONG = (
    "tests/test_schemathesis.py",
    "tests/test_machine.py",
    "tests/test_readme.py",
    "tests/proof/test_fuzz.py",
    "tests/books/test_done_again.py",
    "tests/stories/",
    "tests/proof/",
    "tests/test_",
)
"""Where the tests are that take longest, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first, so that no process is left alone with one when the others are done."""

    def turn(item: pytest.Item) -> int:
        return next((turn for turn, where in enumerate(LONG) if item.nodeid.startswith(where)), len(LONG))

    items.sort(key=turn)


@pytest.fixture(scope="session")
def postgres() -> Iterator[scratch.Server]:
    """A server with the two roles of the tests."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(scratch.running())
        except scratch.Missing as missing:
            (pytest.fail if "CI" in os.environ else pytest.skip)(str(missing))
        found_roles(server)
        yield server


@pytest.fixture(scope="session")
def databases(postgres: scratch.Server) -> Iterator[Databases]:
    """Databases with the tables of books, to be taken and given back."""
    made = Databases(postgres, books)
    yield made
    made.close()


@pytest.fixture
def bare_database(postgres: scratch.Server) -> Iterator[str]:
    """The owner's address of a database without tables, which goes after the test."""
    with bare(postgres) as name:
        yield postgres.address(name, scratch.OWNER)


@pytest.fixture(scope="session")
def places(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Place]:
    """Places on an engine, by its name."""
    folders, taken = tmp_path_factory.mktemp("books"), count(1)
    model = folders / "model.db"
    finzcore.open(str(model)).close()

    @contextmanager
    def new_folder() -> Iterator[str]:
        folder = folders / f"{next(taken)}"
        folder.mkdir()
        # As in a database, the tables are there: to make them takes five times as long as to copy them.
        shutil.copyfile(model, folder / "books.db")
        yield str(folder / "books.db")
        shutil.rmtree(folder)

    def of(engine: str) -> Place:
        # Asked for only now, so that no server is started for SQLite alone.
        return request.getfixturevalue("databases").lent if engine == "postgres" else new_folder

    return of


@pytest.fixture(params=ENGINES)
def new_place(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Place:
    """Lends a place for new books; what is in it goes when it is given back."""
    return places(request.param)


@pytest.fixture
def new_target(new_place: Place) -> Iterator[Callable[[], str]]:
    """Gives a place for new books, another one at each call, until the end of the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(new_place())


@pytest.fixture
def target(new_target: Callable[[], str]) -> str:
    """Where the books of a test are."""
    return new_target()
