"""What the database refused, as a refusal of ours (`reliability.md` §21); and a step that is undone alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from finzcore.books.books import Books
from finzcore.books.registry import RESOURCES
from finzcore.errors import Duplicate, FinzError, KeyInProgress, NotFound, RuleBroken
from finzcore.ports import Conflict


class KeyTaken(Exception):
    """A fresh id was somebody else's already: another process met the same millisecond and the same
    chance. The work is done again, with new ids (`storage.md` §3)."""


class named_conflicts:  # noqa: N801 - it reads as the clause it is used as
    """Turn a `Conflict` that leaves the block into the refusal its constraint stands for."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Conflict):
            raise _refusal_of(error) from error


@contextmanager
def step(books: Books) -> Iterator[None]:
    """What is done inside is undone when an exception leaves it: in the database, and in what `books`
    keeps in memory until the unit of work ends."""
    kept = books.kept_back()
    try:
        with named_conflicts(), books.session.savepoint():
            yield
    except BaseException:
        books.go_back(kept)
        raise


def _refusal_of(conflict: Conflict) -> FinzError | KeyTaken:
    name = conflict.name
    if conflict.kind == "unique":
        if name == "keys_pk":
            return KeyInProgress(field="Idempotency-Key")
        return KeyTaken(name) if name.endswith("_pk") else Duplicate(field=_field_of(name))
    if conflict.kind == "foreign key":
        return NotFound("Something that this refers to is not there, or something refers to it.")
    assert conflict.kind == "check", f"the database refused what our own code wrote: {conflict}"
    return RuleBroken("A value is beyond what can be kept.")


def _field_of(name: str) -> str:
    """The field of a unique index, which is named ``<table>_<field>_uq``.

    >>> _field_of("cost_centers_name_uq"), _field_of("items_sku_uq")
    ('name', 'sku')
    """
    table = max((known for known in RESOURCES if name.startswith(f"{known}_")), key=len, default="")
    return name.removeprefix(f"{table}_").removesuffix("_uq")
