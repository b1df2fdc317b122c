"""``finzcore schema``: the statements that make the books, for whoever makes them by hand."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from finzcore.storage.migrations import Subjects


def _sqlite(subjects: "Subjects") -> Iterator[str]:
    from finzcore.storage.schema import BALANCE_TRIGGERS, sqlite_table, sqlite_triggers

    declared = [table for group in subjects.values() for table in group]
    for table in declared:
        yield from sqlite_table(table)
    for table in declared:
        yield from sqlite_triggers(table).values()
    yield from BALANCE_TRIGGERS.values()


def _postgresql(subjects: "Subjects", role: str | None, existing: bool) -> Iterator[str]:
    from finzcore.storage import postgres_script as script

    if not existing:
        yield from script.new_books(subjects)
    if role is not None:
        yield from script.for_role(subjects, role)


def _citus(subjects: "Subjects", role: str | None, existing: bool) -> Iterator[str]:
    from finzcore.storage import postgres_script as script

    yield from script.STOPPED if existing else script.NODES
    if existing:
        yield from script.existing_books(subjects)
    else:
        yield from script.new_books(subjects, distribute=True)
    if role is not None:
        yield from script.for_role(subjects, role)
    yield from script.citus_settings(role)


def _printed(texts: Iterable[str]) -> None:
    for text in texts:
        click.echo(text if text.startswith("--") else f"{text};\n")


@click.command()
@click.option(
    "--dialect",
    type=click.Choice(["sqlite", "postgresql", "citus"]),
    default="sqlite",
    show_default=True,
    help="Which database they are for.",
)
@click.option(
    "--role",
    metavar="NAME",
    help="Also what this role of PostgreSQL is granted, which works with the books and owns nothing.",
)
@click.option(
    "--existing",
    is_flag=True,
    help="The tables are there: only what the role is granted; for Citus, what spreads them.",
)
def schema(dialect: str, role: str | None, existing: bool) -> None:
    """Print the statements that make the books: tables, indexes, triggers, policies.

    `finzcore.open` makes all of them by itself. They are for reading, and for databases in which the
    application may not: run them as the owner of the books, with
    `finzcore schema --dialect postgresql --role finz_app | psql DATABASE`, and let the application
    connect as finz_app. They name no schema; PostgreSQL makes the tables in the first one of the
    search path, on which the role needs USAGE if it is not public.

    For Citus, every table of an organisation's rows is distributed by the organisation, and users,
    memberships and tokens are reference tables.
    """
    from finzcore.books.registry import tables

    if existing and (dialect == "sqlite" or (dialect == "postgresql" and role is None)):
        raise click.UsageError("--existing is for --dialect citus, or for --dialect postgresql with --role.")
    if role is not None and dialect == "sqlite":
        raise click.UsageError("--role is for PostgreSQL and Citus; SQLite has no roles.")
    match dialect:
        case "sqlite":
            _printed(_sqlite(tables()))
        case "postgresql":
            _printed(_postgresql(tables(), role, existing))
        case _:
            _printed(_citus(tables(), role, existing))
