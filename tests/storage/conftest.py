"""Stores to test: each engine is one value of `store`, with a few tables of our own beside the real ones."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from finzcore.books import registry
from finzcore.books.head import HEADS
from finzcore.ports import Index, Store, Table, blob, flag, integer, ref, text
from finzcore.storage import statements, targets
from finzcore.storage.sqlite import SqliteStore
from tests.databases import Databases, grant
from tests.postgres import Server
from tests.storage import made
from tests.storage.made import Made

SHELVES = Table(
    name="shelves",
    columns=(integer("id"), text("name"), integer("wide", null=True, least=0, most=100)),
    indexes=(Index(name="shelves_name_uq", columns=("name",), unique=True),),
)
"""An ordinary table with a unique index and a check."""

VOLUMES = Table(
    name="volumes",
    key=("shelf", "place"),
    clustered=True,
    columns=(
        ref("shelf", "shelves"),
        integer("place"),
        text("title", null=True),
        blob("cover", null=True),
        flag("lent"),
        integer("price", least=0),
        integer("paid", least=0),
    ),
    within=((("paid",), "price"),),
)
"""A table with a key of two columns, a reference, and a sum that stays within another column."""

READERS = Table(name="readers", shared=True, columns=(integer("id"), text("name")))
"""A table of no organisation."""


statements.register(
    "library",
    {
        "next": """
            INSERT INTO series (org_id, kind, scope, prefix, year, next_no)
            VALUES (:o, :kind, :scope, :prefix, :year, 2)
            ON CONFLICT (org_id, kind, scope, prefix, year) DO UPDATE SET next_no = series.next_no + 1
            RETURNING next_no - 1 AS serial
        """
    },
)
"""A statement that changes a row and gives what became of it."""


def tables() -> Mapping[str, Sequence[Table]]:
    return {**registry.tables(), "library": (SHELVES, VOLUMES, READERS)}


def open_store(path: str, *, migrate: bool = True) -> SqliteStore:
    return SqliteStore(
        path, subjects=registry.subjects() + 1, tables=tables, durability="relaxed", migrate=migrate
    )


def open_library(target: str) -> Store:
    """The same on either engine."""
    return targets.open_store(
        target, subjects=registry.subjects() + 1, tables=tables, head=HEADS, durability="relaxed"
    )


def furnish(owner: str) -> None:
    open_library(owner).close()
    grant(owner, [table for group in tables().values() for table in group])


@pytest.fixture(scope="session")
def libraries(postgres: Server) -> Iterator[Databases]:
    """Databases that have our own tables too."""
    lent = Databases(postgres, furnish)
    yield lent
    lent.close()


@pytest.fixture(params=["file", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as stack:
        if request.param == "postgres":
            target = stack.enter_context(request.getfixturevalue("libraries").lent())
        else:
            target = ":memory:" if request.param == "memory" else str(tmp_path / "books.db")
        yield stack.enter_context(closing(open_library(target)))


@pytest.fixture(params=["file", "postgres"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place for a store that several can open at once, which none in memory is."""
    if request.param == "file":
        yield str(tmp_path / "books.db")
    else:
        with request.getfixturevalue("libraries").lent() as target:
            yield target


@pytest.fixture
def kept_store(library: str) -> Iterator[Store]:
    """A store there."""
    with closing(open_library(library)) as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(str(tmp_path / "books.db"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def furnished(postgres: Server) -> Iterator[Made]:
    """A database of PostgreSQL with the schema of books and no rows."""
    with made.furnished(postgres) as books:
        yield books


@pytest.fixture(scope="module")
def fresh_postgres(furnished: Made) -> Iterator[made.Connection]:
    """A superuser's connection to it."""
    with furnished.connect() as connection:
        yield connection
