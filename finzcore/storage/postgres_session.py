"""What `books` may do inside one PostgreSQL transaction: the nine verbs, and reading ahead."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from finzcore.ports import Row, Table
from finzcore.storage.derived import TableSql
from finzcore.storage.dialect import native, repeated
from finzcore.storage.postgres_unit import Answer, Unit, Values
from finzcore.storage.statements import statement
from finzcore.storage.verbs import Verbs, as_rows

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


class PostgresSession(Verbs):
    """One transaction, narrowed to one organisation, or to the tables that belong to none."""

    def __init__(self, unit: Unit, org_id: int | None, tables: Callable[[Table], TableSql]) -> None:
        super().__init__(org_id, tables)
        self.unit = unit

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

    def _placed(self, text: str, values: Values) -> list[Values]:
        return self._read(native(text).text, values)[1]

    def _named(self, text: str, values: Row) -> list[Values]:
        turned = native(text)
        return self._read(turned.text, turned.values(values))[1]

    def get(self, table: Table, *key: int | str | bytes) -> Row | None:
        """The row of that key, or None."""
        sql = self._texts(table)
        rows = self._placed(sql.get, self._keyed(*key))
        return dict(zip(sql.names, rows[0], strict=True)) if rows else None

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
        return as_rows(names, rows)

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
