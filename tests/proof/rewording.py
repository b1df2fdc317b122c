"""Connections that tell SQLite something else than they are told, to see that it is missed."""

import functools
import re
import sqlite3
from contextlib import AbstractContextManager
from typing import Any, Final
from unittest import mock


def reworded(pattern: str, instead: str) -> AbstractContextManager[Any]:
    """Every connection that is opened from now on says `instead` wherever a statement has `pattern`."""

    class Reworded(sqlite3.Connection):
        def execute(self, text: str, *values: Any) -> sqlite3.Cursor:
            return super().execute(re.sub(pattern, instead, text), *values)

    return mock.patch.object(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Reworded))


DEFERRED: Final = ("^BEGIN IMMEDIATE$", "BEGIN")
"""The write lock is taken as late as can be."""

KEPT: Final = ("^ROLLBACK$", "COMMIT")
"""What is undone stays."""

FOR_ALL: Final = (r"org_id = (:o|\?)", r"\1 IS NOT NULL")
"""A statement is not narrowed to an organisation."""
