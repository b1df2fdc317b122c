"""The one seam between the books and SQLite: connections that show every statement to a watch.

While `watched` is open, every new connection is a `Watched` one, whoever opens it. What the watch
answers may change the text of a statement, stand before it, or raise in its place.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

plain_connect = sqlite3.connect
"""What opens a connection that nobody watches."""


def plain_execute(connection: sqlite3.Connection, text: str) -> None:
    """Run a statement that no watch sees."""
    sqlite3.Connection.cursor(connection).execute(text).close()


class Watch:
    """Sees statements begin, go on and end. This one lets everything pass."""

    def opened(self, connection: "Watched") -> None:
        """A connection is there."""

    def begin(self, connection: "Watched", text: str) -> str:
        """Before a statement runs: the text that is to run."""
        return text

    def midway(self, connection: "Watched", text: str) -> None:
        """After the first of several rows that one statement writes."""

    def end(self, connection: "Watched", text: str) -> None:
        """After a statement ran, and before its caller hears of it."""


class Watched(sqlite3.Connection):
    """A connection whose statements its class's `watch` sees."""

    watch: ClassVar[Watch] = Watch()
    is_open: bool = False

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(*where, **how)
        self.is_open = True
        self.watch.opened(self)

    def close(self) -> None:
        super().close()
        self.is_open = False

    def cursor(self, factory: Any = None) -> "WatchedCursor":  # type: ignore[override]
        return super().cursor(WatchedCursor)

    def execute(self, text: str, values: Any = ()) -> "WatchedCursor":
        return self.cursor().execute(text, values)

    def executemany(self, text: str, rows: Iterable[Any]) -> "WatchedCursor":
        return self.cursor().executemany(text, rows)


class WatchedCursor(sqlite3.Cursor):
    """A cursor of a watched connection."""

    connection: Watched

    def execute(self, text: str, values: Any = ()) -> "WatchedCursor":
        return self._shown(text, lambda asked: sqlite3.Cursor.execute(self, asked, values))

    def executemany(self, text: str, rows: Iterable[Any]) -> "WatchedCursor":
        each = self._each(text, rows)
        return self._shown(text, lambda asked: sqlite3.Cursor.executemany(self, asked, each))

    def _shown(self, text: str, run: Callable[[str], object]) -> "WatchedCursor":
        watch = self.connection.watch
        try:
            run(watch.begin(self.connection, text))
            watch.end(self.connection, text)
        except BaseException:
            # As in the driver, nobody gets the cursor of a statement that failed; kept alive by the
            # traceback, it would hold on to a connection that is closed.
            self.close()
            raise
        return self

    def _each(self, text: str, rows: Iterable[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if number == 1:
                self.connection.watch.midway(self.connection, text)
            yield row


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Every connection that is opened inside is watched, for as long as it lives."""
    kind = type("Watched", (Watched,), {"watch": watch})

    def connect(*where: Any, **how: Any) -> Any:
        return plain_connect(*where, **{"factory": kind} | how)

    sqlite3.connect = connect
    try:
        yield
    finally:
        sqlite3.connect = plain_connect
