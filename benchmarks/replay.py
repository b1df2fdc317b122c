"""What a request says to the database, recorded, and said again by nobody but `sqlite3`.

The connections of books that are opened inside `recording` note every statement with its values.
A `Replay` runs them again, in their order, on a copy of the books as they were before.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from benchmarks.floor import connected


class Step(NamedTuple):
    """One call of the driver: on which connection, once or for many rows, the text and the values."""

    connection: int
    many: bool
    text: str
    values: Any


class Recording:
    """The steps of everything that ran, in order, until they are taken."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.connections = 0

    def take(self) -> list[Step]:
        """The steps since the last time."""
        taken, self.steps = self.steps, []
        return taken

    def connect(self, target: str, **more: Any) -> sqlite3.Connection:
        """`sqlite3.connect`, noting what runs on the connection."""
        number, steps = self.connections, self
        self.connections += 1

        class Cursor(sqlite3.Cursor):
            def execute(self, text: str, values: Any = ()) -> "Cursor":
                kept = dict(values) if isinstance(values, dict) else tuple(values)
                steps.steps.append(Step(number, False, text, kept))
                super().execute(text, values)
                return self

            def executemany(self, text: str, rows: Any) -> "Cursor":
                kept = [dict(row) if isinstance(row, dict) else tuple(row) for row in rows]
                steps.steps.append(Step(number, True, text, kept))
                super().executemany(text, kept)
                return self

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return factory(self)

            def execute(self, text: str, values: Any = ()) -> Cursor:
                return Cursor(self).execute(text, values)

            def executemany(self, text: str, rows: Any) -> Cursor:
                return Cursor(self).executemany(text, rows)

        return _connect(target, **more, factory=Connection)


_connect: Callable[..., sqlite3.Connection] = sqlite3.connect


@contextmanager
def recording() -> Iterator[Recording]:
    """Connections made inside note what they run, for as long as they live."""
    noted = Recording()
    with mock.patch.object(sqlite3, "connect", noted.connect):
        yield noted


class Replay:
    """Recorded requests, run one at a call on the books at `path`."""

    def __init__(self, path: Path, durability: str, requests: list[list[Step]]) -> None:
        numbers = {step.connection for steps in requests for step in steps}
        self.connections = {number: connected(path, durability) for number in numbers}
        self._requests = iter([[self._bound(step) for step in steps] for steps in requests])

    def _bound(self, step: Step) -> tuple[Callable[..., sqlite3.Cursor], str, Any]:
        connection = self.connections[step.connection]
        return (connection.executemany if step.many else connection.execute), step.text, step.values

    def __call__(self) -> None:
        for run, text, values in next(self._requests):
            run(text, values).fetchall()

    def close(self) -> None:
        """Let go of the books."""
        for connection in self.connections.values():
            connection.close()
