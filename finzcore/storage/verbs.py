"""What a session of either engine does in the same way: which tables it may touch, whose rows they are,
and the looking up of many."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from finzcore.ports import MOST_AT_ONCE, Conditions, Row, Table
from finzcore.storage.derived import TableSql, bound


class Verbs:
    """The part of a session that knows no engine; `_placed` and `_named` are what an engine adds."""

    def __init__(self, org_id: int | None, tables: Callable[[Table], TableSql]) -> None:
        self._org = org_id
        self._sql = tables

    @property
    def org_id(self) -> int:
        """The organisation that this session sees."""
        assert self._org is not None, "the shared session has no organisation"
        return self._org

    def _placed(self, text: str, values: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
        """The rows of a statement whose values are given by place."""
        raise NotImplementedError

    def _named(self, text: str, values: Row) -> Iterable[tuple[Any, ...]]:
        """The rows of a statement whose values are given by name."""
        raise NotImplementedError

    def _texts(self, table: Table) -> TableSql:
        assert table.shared == (self._org is None), f"{table.name} belongs to another kind of session"
        return self._sql(table)

    def _keyed(self, *key: Any) -> tuple[Any, ...]:
        """A key as the statements of a table take it: the organisation first, unless there is none."""
        return key if self._org is None else (self._org, *key)

    def _scoped(self, values: Row) -> Row:
        """Named values with the organisation, which no caller can name."""
        assert "o" not in values, "only a session of an organisation says which one"
        if self._org is not None:
            values["o"] = self._org
        return values

    def many(self, table: Table, ids: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key."""
        sql = self._texts(table)
        wanted = sorted(set(ids))
        name = table.key[0]
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            piece = wanted[start : start + MOST_AT_ONCE]
            text, size = sql.many(len(piece))
            piece += [piece[-1]] * (size - len(piece))
            rows = as_rows(sql.names, self._placed(text, self._keyed(*piece)))
            found.update((row[name], row) for row in rows)
        return found

    def find(
        self,
        table: Table,
        where: Conditions = (),
        *,
        after: int | None = None,
        limit: int | None = None,
        ascending: bool = False,
    ) -> list[Row]:
        """Rows in the order of their key, newest first, beyond the key `after`."""
        sql = self._texts(table)
        values = bound(where)
        if after is not None:
            values["after"] = after
        if limit is not None:
            values["limit"] = limit
        text = sql.find(where, after is not None, limit is not None, ascending)
        return as_rows(sql.names, self._named(text, self._scoped(values)))


def as_rows(names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows by the names of their columns.

    >>> as_rows(("id", "name"), [(1, "Asha")])
    [{'id': 1, 'name': 'Asha'}]
    """
    return _reader(names)(rows)


@cache
def _reader(names: tuple[str, ...]) -> Callable[[Iterable[tuple[Any, ...]]], list[Row]]:
    """What makes rows out of tuples, with the names written out: this is where reading spends its time, and
    so it takes little more than half of what `zip` does."""
    places = "".join([f"v{n}, " for n in range(len(names))])
    said = ", ".join([f"{name!r}: v{n}" for n, name in enumerate(names)])
    made: Callable[[Iterable[tuple[Any, ...]]], list[Row]] = eval(  # noqa: S307 - the names are our own
        f"lambda rows: [{{{said}}} for ({places}) in rows]"
    )
    return made
