"""Which engines a test runs on: on both, one after the other, unless it says otherwise and why.

on_sqlite, on_postgres    marks for what only one engine has
ENGINES                   for fixtures of a wider scope than a test, with `places`
Place                     lends a place for new books: a path, or a database's address
is_postgres               which of them an address is
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest

ENGINES: Final = ("sqlite", "postgres")

Place = Callable[[], AbstractContextManager[str]]

on_sqlite = pytest.mark.parametrize("new_place", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("new_place", ["postgres"], indirect=True)


def is_postgres(target: str) -> bool:
    """Whether the books of a test are in a database."""
    return target.startswith("postgresql:")
