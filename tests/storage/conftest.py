"""Stores to test: each engine is one value of `store`, with a few tables of our own beside the real ones."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from finzcore.books import registry
from finzcore.ports import Index, Store, Table, blob, flag, integer, ref, text
from finzcore.storage.sqlite import SqliteStore

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


def tables() -> Mapping[str, Sequence[Table]]:
    return {**registry.tables(), "library": (SHELVES, VOLUMES, READERS)}


def open_store(path: str, *, migrate: bool = True) -> SqliteStore:
    return SqliteStore(
        path, subjects=registry.subjects() + 1, tables=tables, durability="relaxed", migrate=migrate
    )


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "books.db"))
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(str(tmp_path / "books.db"))
    yield opened
    opened.close()
