"""How books on PostgreSQL come to the present schema: the steps of `migrations`, in one transaction.

Whoever migrates holds the lock on the one row of `finz_lock`, which also tells the edition of the
books: of processes that start at once one does the work, and the others find it done (`storage.md` §6).
A role that may only read that row opens current books, and nothing is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from finzcore.errors import BooksUnusable
from finzcore.ports import Table
from finzcore.storage import migrations
from finzcore.storage.migrations import Subjects, edition
from finzcore.storage.postgres_nets import PATH, hung_up, taken_down
from finzcore.storage.postgres_schema import (
    BESIDE,
    DISTRIBUTED_LIMITS,
    IN_TURN,
    LOCK,
    LOCK_ROW,
    LOCK_TABLE,
    MIGRATIONS,
    grants,
    literal,
    tables_text,
    types,
)

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_FOUND: Final = f"""
    SELECT current_schema(), COUNT(*) AS things, COUNT(*) FILTER (WHERE c.relname = '{LOCK}') AS ours
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
"""  # noqa: S608
"""What the schema holds that no extension brought, and whether our own table is among it."""

_GRANTED: Final = f"""
    SELECT DISTINCT pg_get_userbyid(a.grantee) FROM pg_class AS c, aclexplode(c.relacl) AS a
    WHERE c.oid = '{MIGRATIONS}'::regclass AND a.grantee NOT IN (0, c.relowner)
"""  # noqa: S608
"""The roles that were granted the use of the books."""

_HAS_CITUS: Final = "SELECT COUNT(*) FROM pg_extension WHERE extname = 'citus'"
_SPREAD: Final = "SELECT COUNT(*) FROM pg_dist_partition WHERE logicalrelid = to_regclass('orgs')"

_ALONE: Final = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    # The others wait until it is done, however long that takes.
    "SET LOCAL lock_timeout TO 0",
    "SET LOCAL statement_timeout TO 0",
    f"SELECT edition FROM {LOCK} WHERE id = 1 FOR UPDATE",  # noqa: S608
)


def prepare(
    connection: "Connection",
    subjects: int,
    tables: Callable[[], Subjects],
    *,
    migrate: bool = True,
    distribute: bool = False,
) -> None:
    """Bring the books of a database to the present schema; with `distribute`, spread by Citus.

    The connection is in autocommit mode. BooksUnusable when the database holds something else, or
    newer books, or older ones or none and they are not to be migrated, or when the role may not.
    """
    # Imported here: whoever keeps books in SQLite has no psycopg.
    from psycopg import errors

    named, current = f"The database {connection.info.dbname}", edition(subjects)
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise BooksUnusable(f"{named} is not encoded in UTF8.")
    try:
        found = _edition_of(connection, named)
        if found > current:
            raise BooksUnusable(f"{named} was written by a newer finzcore; please upgrade.")
        if found < current and not migrate:
            why = "has an older schema" if found else "holds no books"
            raise BooksUnusable(f"{named} {why}, and migrate=False.")
        if found < current:
            _make_lock(connection)
            with connection.transaction():
                _migrate(connection, named, current, tables(), distribute)
        elif distribute and not _is_spread(connection):
            how = "`finzcore schema --dialect citus --existing` prints what distributes them"
            raise BooksUnusable(f"{named} has books that are not distributed; {how}.")
    except errors.InsufficientPrivilege as error:
        told = str(error).strip().partition("\n")[0]
        role = f"the role {connection.info.user}"
        raise BooksUnusable(
            f"{named} wants rights that {role} has not been granted: {told}; "
            "`finzcore schema --dialect postgresql --existing --role NAME` prints them."
        ) from error


def _value(connection: "Connection", text: str) -> Any:
    row = connection.execute(text).fetchone()
    return None if row is None else row[0]


def _edition_of(connection: "Connection", named: str) -> int:
    """Which edition of our schema is there, 0 for an empty database; BooksUnusable if it is no books."""
    row = connection.execute(_FOUND).fetchone()
    assert row is not None
    schema, things, ours = row
    if schema is None:
        raise BooksUnusable(f"{named} has no schema for the books; see its search_path.")
    found = (_value(connection, f"SELECT edition FROM {LOCK} WHERE id = 1") or 0) if ours else 0  # noqa: S608
    if not found and things > ours:
        raise BooksUnusable(f"{named} is a database of something else, not books.")
    return int(found)


def _make_lock(connection: "Connection") -> None:
    from psycopg import errors

    # IF NOT EXISTS does not wait for another who is making it, and then stumbles over the table, over
    # the type of its rows, or over the row of a catalogue that stands for one of them.
    with suppress(errors.DuplicateTable, errors.DuplicateObject, errors.UniqueViolation):
        connection.execute(LOCK_TABLE)
    connection.execute(LOCK_ROW)


def _migrate(
    connection: "Connection", named: str, current: int, subjects: Subjects, distribute: bool
) -> None:
    for text in _ALONE:
        cursor = connection.execute(text)
    (found,) = cursor.fetchone() or (0,)
    if found > current:
        raise BooksUnusable(f"{named} was written by a newer finzcore; please upgrade.")
    if found < current:  # else whoever held the lock before us has done it all
        if distribute and not _value(connection, _HAS_CITUS):
            raise BooksUnusable(f"{named} has no extension citus, and distribute=True.")
        make(connection, subjects, distribute=distribute)


def _is_spread(connection: "Connection") -> bool:
    return bool(_value(connection, _HAS_CITUS) and _value(connection, _SPREAD))


class _PostgresDdl:
    """The changes of a step, on PostgreSQL."""

    def __init__(self, connection: "Connection", *, distribute: bool) -> None:
        self._connection = connection
        self._distribute = distribute

    def run(self, text: str) -> None:
        self._connection.execute(types(text))

    def columns(self, table: str) -> frozenset[str]:
        found = self._connection.execute(
            "SELECT attname FROM pg_attribute "  # noqa: S608
            f"WHERE attrelid = to_regclass({literal(table)}) AND attnum > 0 AND NOT attisdropped"
        )
        return frozenset(name for (name,) in found)

    def create(self, table: Table) -> None:
        if not self.columns(table.name):
            self.create_all([table])

    def create_all(self, tables: Sequence[Table]) -> None:
        for text in tables_text(tables, distribute=self._distribute):
            self._connection.execute(text)


def recorded(subjects: Subjects) -> Iterator[str]:
    """Note that every step is made, and the edition that the books have with it."""
    for name in (*subjects, *(name for name, _ in migrations.AMENDMENTS)):
        yield f"INSERT INTO {MIGRATIONS} (name) VALUES ({literal(name)}) ON CONFLICT (name) DO NOTHING"  # noqa: S608
    yield f"UPDATE {LOCK} SET edition = {edition(len(subjects))} WHERE id = 1"  # noqa: S608


def make(connection: "Connection", subjects: Subjects, *, distribute: bool = False) -> None:
    """Run every step that is missing, inside the caller's transaction, then hang up the nets anew, and
    grant what is new to whoever has been granted the use of the books."""

    def run(texts: Iterable[str]) -> None:
        for text in texts:
            connection.execute(text)

    spread = distribute or _is_spread(connection)
    if spread:
        connection.execute(IN_TURN)
    connection.execute(PATH)
    if not _value(connection, f"SELECT to_regclass('{MIGRATIONS}')"):
        run(BESIDE)
        run([DISTRIBUTED_LIMITS] * spread)
    done = {name for (name,) in connection.execute(f"SELECT name FROM {MIGRATIONS}")}  # noqa: S608
    there = [table for name, tables in subjects.items() if name in done for table in tables]
    new = [table for name, tables in subjects.items() if name not in done for table in tables]
    run(taken_down(there))
    ddl = _PostgresDdl(connection, distribute=spread)
    ddl.create_all(new)
    for name, step in migrations.AMENDMENTS:
        if name not in done:
            step(ddl)
            # What waits for the commit would stand in the way of the next change to its table.
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    run(hung_up([*there, *new]))
    run(recorded(subjects))
    for (role,) in connection.execute(_GRANTED).fetchall():
        run(grants([*there, *new], role))
