"""The statements of the six verbs over tables, made once from a declaration and constant after.

`find` has one statement for each combination of conditions. An expression that is no column, such
as an invoice's balance, is spelled in `statements/` under the table's name.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from finzcore.ports import Condition, Row, Table
from finzcore.storage import statements

_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)
_SEQUENCE_OPS: Final = {"=", "<>", "<", "<=", ">", ">="}


class TableSql:
    """The texts for one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.names = tuple(column.name for column in table.columns)
        # By key, values are given in their order: the organisation, then the key. Lists name theirs.
        scope = () if table.shared else ("org_id",)
        self._where_key = " AND ".join(f"{name} = ?" for name in (*scope, *table.key))
        self._select = f"SELECT {', '.join(self.names)} FROM {table.name} WHERE "  # noqa: S608
        self._scope = "" if table.shared else "org_id = :o AND "
        self.get = self._select + self._where_key
        columns = self.names if table.shared else ("org_id", *self.names)
        self._insert = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608
        self._places = f"({', '.join('?' for _ in columns)})"
        self.insert = self._insert + self._places
        self.remove = f"DELETE FROM {table.name} WHERE {self._where_key}"  # noqa: S608
        self.values: Callable[[Row], tuple[Any, ...]] = (
            itemgetter(*self.names) if len(self.names) > 1 else lambda row: (row[self.names[0]],)
        )
        self.held = 4 if table.bulky else 1000
        """How many rows are held at a time when all of them are read."""
        self._finds: dict[tuple[Any, ...], str] = {}
        self._changes: dict[tuple[str, ...], str] = {}
        self._many: dict[int, str] = {}
        self._inserts: dict[int, str] = {}

    @property
    def count(self) -> str:
        """How many rows there are."""
        return f"SELECT COUNT(*) FROM {self.table.name} WHERE {self._scope}1 = 1"  # noqa: S608

    def inserts(self, count: int) -> str:
        """The insert of so many rows at once."""
        text = self._inserts.get(count)
        if text is None:
            text = self._inserts[count] = self._insert + ", ".join([self._places] * count)
        return text

    def many(self, count: int) -> tuple[str, int]:
        """The look-up of `count` keys at once, and how many keys its text takes."""
        size = _size(count)
        text = self._many.get(size)
        if text is None:
            scope = self._scope.replace(":o", "?")
            marks = ", ".join("?" * size)
            text = self._many[size] = f"{self._select}{scope}{self.table.key[0]} IN ({marks})"
        return text, size

    def change(self, names: tuple[str, ...]) -> str:
        """The update of these columns by key."""
        text = self._changes.get(names)
        if text is None:
            unknown = set(names) - set(self.names)
            assert not unknown, f"{self.table.name} has no column {unknown}"
            sets = ", ".join(f"{name} = ?" for name in names)
            text = f"UPDATE {self.table.name} SET {sets} WHERE {self._where_key}"  # noqa: S608
            self._changes[names] = text
        return text

    def find(self, where: Sequence[Condition], after: bool, limit: bool, ascending: bool) -> str:
        """The list with these conditions."""
        shape = (
            tuple(
                (one.name, one.op, len(padded(one.value)) if one.op == "in" else 0, one.sift) for one in where
            ),
            after,
            limit,
            ascending,
        )
        text = self._finds.get(shape)
        if text is None:
            text = self._finds[shape] = self._find_text(where, after, limit, ascending)
        return text

    def _find_text(self, where: Sequence[Condition], after: bool, limit: bool, ascending: bool) -> str:
        parts = [self._condition(position, one) for position, one in enumerate(where)]
        if after:
            parts.append(f"{self.table.key[0]} {'>' if ascending else '<'} :after")
        text = self._select + self._scope + (" AND ".join(parts) or "1 = 1")
        direction = "" if ascending else " DESC"
        if self.table.key:
            text += " ORDER BY " + ", ".join(name + direction for name in self.table.key)
        return text + " LIMIT :limit" if limit else text

    def _condition(self, position: int, one: Condition) -> str:
        subject = one.name
        if subject not in self.names:
            subject = f"({statements.expression(self.table.name, one.name)})"
        elif one.sift:  # what is no plain column fits no index
            subject = f"COALESCE({subject}, {subject})"
        mark = f":c{position}"
        match one.op:
            case "in":
                marks = ", ".join(f"{mark}_{i}" for i in range(len(padded(one.value))))
                return f"{subject} IN ({marks})"
            case "like":
                return f"{subject} LIKE {mark} ESCAPE '\\'"
            case "present":
                return f"{subject} IS NOT NULL"
            case "absent":
                return f"{subject} IS NULL"
            case "holds":
                return subject.format(mark)
            case op:
                assert op in _SEQUENCE_OPS
                return f"{subject} {op} {mark}"


def _size(count: int) -> int:
    return _SIZES[bisect_left(_SIZES, count)]


def padded(values: Sequence[Any]) -> list[Any]:
    """Values of an IN, the last one repeated, so that few lengths of text are ever made.

    >>> padded([4, 5, 6]), padded([])
    ([4, 5, 6, 6], [None])
    """
    if len(values) == 1:
        return list(values)
    if not values:
        return [None]
    return [*values, *[values[-1]] * (_size(len(values)) - len(values))]


def bound(where: Sequence[Condition]) -> Row:
    """The values of conditions, by the names their text uses."""
    values: Row = {}
    for position, one in enumerate(where):
        if one.op == "in":
            values.update((f"c{position}_{i}", value) for i, value in enumerate(padded(one.value)))
        elif one.op == "like":
            folded = one.value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values[f"c{position}"] = f"%{folded}%"
        elif one.op not in ("present", "absent"):
            values[f"c{position}"] = one.value
    return values
