"""What PostgreSQL refuses or gives up, in the words of the port (`storage.md` §4, `reliability.md` §13)."""

import re
from typing import Final

import psycopg

from finzcore.errors import Unavailable
from finzcore.ports import Conflict, Contended

_KINDS: Final = {
    "23505": "unique",
    "23503": "foreign key",
    "23514": "check",
    "22003": "check",  # a number beyond eight bytes
    "23502": "not null",
}
RULE: Final = "FZ001"
"""The SQLSTATE of our own triggers; their message is the name of the rule."""

NONE_MOVED: Final = "22P02"
"""A text that is no number: what a guarded change of no row comes to."""

TAKEN: Final = "22012"
"""Division by zero: what the statement that claims a key comes to when somebody works on it."""

_CONTENDED: Final = frozenset({"40001", "40P01"})
_BUSY: Final = frozenset({"55P03", "57014"})
# A server that only reads, 25006, is one that another has taken over from.
_OUT_OF_REACH: Final = ("08", "25006", "25P03", "53", "57P", "58", "XX")
_SHARD: Final = re.compile(r"_\d{6,}$")
_QUOTED: Final = re.compile(r'constraint "([^"]+)"')


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is gone, so that nobody says what became of the last statements."""
    if error.sqlstate is not None:
        # What a session had prepared is gone: it is not the session that we left (26000).
        return error.sqlstate.startswith(("08", "57P", "25P03", "26000"))
    # What libpq makes up at the end of a connection comes as the plain DatabaseError, and as no other.
    plain = type(error) is psycopg.DatabaseError
    return plain or isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def translated(error: psycopg.Error) -> Exception:
    """An error of the driver as what the port promises; a statement that is wrong is our own mistake
    and stays what it is."""
    state = error.sqlstate
    if state in _KINDS:
        return Conflict(_KINDS[state], _constraint(error))  # type: ignore[arg-type]
    if state == RULE:
        return Conflict("rule", error.diag.message_primary or "")
    if state in _CONTENDED:
        return Contended("The books are busy; nothing was done.")
    if state in _BUSY:
        return Unavailable("The books are busy; nothing was done.")
    if is_lost(error) or (state is not None and state.startswith(_OUT_OF_REACH)):
        return Unavailable()
    return error


def _constraint(error: psycopg.Error) -> str:
    """The constraint's name. Citus says it in the message only, with the number of a shard behind."""
    diag = error.diag
    if diag.sqlstate == "23502":
        return f"{diag.table_name}.{diag.column_name}"
    name = diag.constraint_name
    if name is None:
        found = _QUOTED.search(diag.message_primary or "")
        name = found[1] if found else ""
    return _SHARD.sub("", name)
