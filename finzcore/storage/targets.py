"""Which engine a target is meant for: a path, ``:memory:``, or an address of PostgreSQL."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from finzcore.errors import BooksUnusable
from finzcore.ports import Store, Table

_ADDRESS: Final = ("postgresql://", "postgres://")
_EXTRA: Final = (
    "Books on PostgreSQL need psycopg: pip install 'finzcore[postgres]', or in a checkout "
    "pip install -e '.[postgres]'"
)
_SECRET: Final = re.compile(r"(?<=//)([^:@/?]*:)[^?]*(?=@)|(password=)[^&\s]+", re.IGNORECASE)


def is_address(target: str) -> bool:
    """Whether a target names a PostgreSQL database.

    >>> is_address("postgresql:///acme"), is_address("acme.db")
    (True, False)
    """
    return target.startswith(_ADDRESS)


def shown(target: str) -> str:
    """A target without the password it may carry.

    >>> shown("postgresql://asha:chalk@books.example/acme")
    'postgresql://asha:***@books.example/acme'
    """
    return _SECRET.sub(r"\1\2***", target) if is_address(target) else target


def open_store(
    target: str,
    *,
    subjects: int,
    tables: Callable[[], Mapping[str, Sequence[Table]]],
    head: Table,
    durability: str = "full",
    migrate: bool = True,
    distribute: bool = False,
    read_dsn: str | None = None,
) -> Store:
    """The store of a target, brought to the present schema.

    `head` is the table in whose row the writers of an organisation wait for each other; `distribute`
    makes new books on Citus distributed ones; `read_dsn` is a replica for reports. BooksUnusable when
    what is there is not ours, newer, or older and not to be migrated, and when psycopg is missing;
    Unavailable when a server cannot be reached for now.
    """
    if not is_address(target):
        if "://" in target:
            raise BooksUnusable(f"{target.partition('://')[0]}:// is for something else than books.")
        if distribute or read_dsn is not None:
            raise BooksUnusable("distribute and read_dsn are for books on PostgreSQL.")
        from finzcore.storage.sqlite import SqliteStore

        return SqliteStore(target, subjects=subjects, tables=tables, durability=durability, migrate=migrate)
    try:
        from finzcore.storage.postgres import PostgresStore
    except ModuleNotFoundError as error:
        if error.name not in ("psycopg", "psycopg_pool"):
            raise
        raise BooksUnusable(_EXTRA) from error
    return PostgresStore(
        target,
        subjects=subjects,
        tables=tables,
        head=head,
        durability=durability,
        migrate=migrate,
        distribute=distribute,
        read_dsn=read_dsn,
    )
