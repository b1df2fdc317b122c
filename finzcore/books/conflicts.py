"""What the database refused, as a refusal of ours (`reliability.md` §21)."""

import contextlib
from collections.abc import Iterator

from finzcore.errors import Duplicate, FinzError, KeyInProgress, NotFound, RuleBroken
from finzcore.ports import Conflict


@contextlib.contextmanager
def named_conflicts() -> Iterator[None]:
    """Turn a `Conflict` that leaves the block into the refusal its constraint stands for."""
    try:
        yield
    except Conflict as conflict:
        raise _refusal_of(conflict) from conflict


def _refusal_of(conflict: Conflict) -> FinzError:
    name = conflict.name
    if conflict.kind == "unique" and name == "keys_pk":
        return KeyInProgress(field="Idempotency-Key")
    if conflict.kind == "unique":
        table = name.partition("_")[0]
        return Duplicate(field=name.removeprefix(f"{table}_").removesuffix("_uq"))
    if conflict.kind == "foreign key":
        return NotFound("Something that this refers to is not there, or something refers to it.")
    assert conflict.kind == "check", f"the database refused what our own code wrote: {conflict}"
    return RuleBroken(f"The database refused a value ({name}).")
