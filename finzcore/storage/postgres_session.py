"""What `books` may do inside one PostgreSQL transaction: the nine verbs, and reading ahead."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from finzcore.ports import MOST_AT_ONCE, Conditions, Row, Table
from finzcore.storage.derived import TableSql, bound
from finzcore.storage.dialect import native, repeated
from finzcore.storage.postgres_unit import Answer, Unit, Values
from finzcore.storage.statements import statement

_PIECES: Final = (64, 32, 16, 8, 4, 2, 1)
"""How many rows one INSERT may have: few numbers, so that few texts are ever prepared."""


def pieces(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows in pieces of few lengths, in their order.

    >>> [len(piece) for piece in pieces(range(77))]
    [64, 8, 4, 1]
    """
    start = 0
    for size in _PIECES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


class PostgresSession:
    """One transaction, narrowed to one organisation, or to the tables that belong to none."""

    def __init__(self, unit: Unit, org_id: int | None, tables: Callable[[Table], TableSql]) -> None:
        self.unit = unit
        self._org = org_id
        self._sql = tables

    @property
    def org_id(self) -> int:
        """The organisation that this session sees."""
        assert self._org is not None, "the shared session has no organisation"
        return self._org

    @property
    def shared(self) -> "PostgresSession":
        """The same transaction over the tables that belong to no organisation."""
        return PostgresSession(self.unit, None, self._sql)

    @property
    def ahead(self) -> "PostgresSession":
        """The reading verbs, which give nothing yet."""
        return _Ahead(self.unit, self._org, self._sql)

    def _read(self, text: str, values: Values) -> Answer:
        return self.unit.read(text, values)

    def _texts(self, table: Table) -> TableSql:
        assert table.shared == (self._org is None), f"{table.name} belongs to another kind of session"
        return self._sql(table)

    def _keyed(self, *key: Any) -> Values:
        """A key as the statements of a table take it: the organisation first, unless there is none."""
        return key if self._org is None else (self._org, *key)

    def _scoped(self, values: Row) -> Row:
        """Named values with the organisation, which no caller can name."""
        assert "o" not in values, "only a session of an organisation says which one"
        if self._org is not None:
            values["o"] = self._org
        return values

    def get(self, table: Table, *key: int | str | bytes) -> Row | None:
        """The row of that key, or None."""
        sql = self._texts(table)
        _, rows = self._read(native(sql.get).text, self._keyed(*key))
        return dict(zip(sql.names, rows[0], strict=True)) if rows else None

    def many(self, table: Table, ids: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key."""
        sql = self._texts(table)
        wanted = sorted(set(ids))
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            piece = wanted[start : start + MOST_AT_ONCE]
            text, size = sql.many(len(piece))
            piece += [piece[-1]] * (size - len(piece))
            _, rows = self._read(native(text).text, self._keyed(*piece))
            for row in rows:
                named = dict(zip(sql.names, row, strict=True))
                found[named[table.key[0]]] = named
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
        turned = native(sql.find(where, after is not None, limit is not None, ascending))
        _, rows = self._read(turned.text, turned.values(self._scoped(values)))
        return [dict(zip(sql.names, row, strict=True)) for row in rows]

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all of them or none."""
        sql = self._texts(table)
        for piece in pieces(rows):
            values = [value for row in piece for value in self._keyed(*sql.values(row))]
            self.unit.later(native(sql.inserts(len(piece))).text, tuple(values))

    def change(self, table: Table, key: tuple[int | str, ...], values: Row) -> None:
        """Set some columns of one row, which must exist."""
        text = self._texts(table).change(tuple(values))
        self.unit.later(native(text).text, (*values.values(), *self._keyed(*key)), moves=1)

    def remove(self, table: Table, *key: int | str) -> None:
        """Remove one row, which must exist; what still refers to it says so at once."""
        self.unit.later(native(self._texts(table).remove).text, self._keyed(*key), moves=1)
        self.unit.travel()

    def ask(self, name: str, **values: Any) -> list[Row]:
        """The rows that a named statement gives."""
        text = statement(name)
        turned = native(text)
        bound_values = turned.values(self._scoped(values))
        if text.startswith(("SELECT", "WITH")):
            names, rows = self._read(turned.text, bound_values)
        else:
            names, rows = self.unit.changing(turned.text, bound_values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def tell(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Run a named statement that gives nothing, once for each row of values."""
        text = statement(name)
        for piece in pieces(rows):
            turned = repeated(text, len(piece))
            if turned is None:
                turned = native(text)
                for values in piece:
                    self.unit.later(turned.text, turned.values(self._scoped(dict(values))))
                continue
            numbered = {
                f"{key}{place}": value
                for place, values in enumerate(piece)
                for key, value in self._scoped(dict(values)).items()
            }
            self.unit.later(turned.text, turned.values(numbered))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone when an exception leaves it, and nothing else is."""
        name = self.unit.save()
        try:
            yield
            self.unit.travel(f"RELEASE {name}")
        except BaseException:
            self.unit.undo_to(name)
            raise


class _Ahead(PostgresSession):
    """Reading verbs whose answers come along with the next journey."""

    def _read(self, text: str, values: Values) -> Answer:
        self.unit.foresee(text, values)
        return (), []
