"""The outside world on one page: what finzcore needs from a database, a clock, a generator of ids.

Read in this order:

    Clock, Ids, Random     time, keys and chance, handed in by `finzcore.system` or by a test
    Column, Table          what is stored, declared once beside the code that owns it
    Condition              which rows a list wants
    Conflict, Contended    what a database refuses, or gives up
    Session                one transaction, already narrowed to one organisation: nine verbs
    Store                  where sessions come from
    Whole, Loading         one transaction over all of the books, for moving them
    Mail                   what takes a message to a mail server
    Blobs                  what keeps the bytes of files outside the books

A `Session` takes no organisation in any verb, so none can forget it (`storage.md` §4).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, NamedTuple, Protocol

from finzcore.declared import declared
from finzcore.errors import Unavailable
from finzcore.money import LARGEST

if TYPE_CHECKING:
    from email.message import EmailMessage

Clock = Callable[[], dt.datetime]
"""The present instant, aware, UTC."""

Ids = Callable[[dt.datetime], int]
"""A fresh 63-bit key for something that came into being at that instant (`storage.md` §3)."""

Random = Callable[[int], bytes]
"""So many unpredictable bytes."""

Row = dict[str, Any]
"""One row: column name to int, str, bytes or None."""


class Column(NamedTuple):
    """One column. `least` and `most` bound an integer, `length` fixes the length of a text."""

    name: str
    type: Literal["INTEGER", "TEXT", "BLOB"]
    null: bool = False
    least: int | None = None
    most: int | None = None
    length: int | None = None
    references: str | None = None
    default: int | str | None = None


def integer(
    name: str,
    *,
    null: bool = False,
    least: int | None = None,
    most: int | None = None,
    default: int | None = None,
) -> Column:
    """A whole number."""
    return Column(name=name, type="INTEGER", null=null, least=least, most=most, default=default)


def paise(name: str, *, null: bool = False, least: int = -LARGEST) -> Column:
    """An amount of money, in hundredths."""
    return Column(name=name, type="INTEGER", null=null, least=least, most=LARGEST)


def flag(name: str) -> Column:
    """A truth value, 0 or 1."""
    return Column(name=name, type="INTEGER", least=0, most=1)


def text(name: str, *, null: bool = False) -> Column:
    """Text in NFC."""
    return Column(name=name, type="TEXT", null=null)


def day(name: str, *, null: bool = False) -> Column:
    """A calendar date, ``YYYY-MM-DD``."""
    return Column(name=name, type="TEXT", null=null, length=10)


def moment(name: str, *, null: bool = False) -> Column:
    """An instant in UTC with microseconds, ``YYYY-MM-DDTHH:MM:SS.ffffffZ``."""
    return Column(name=name, type="TEXT", null=null, length=27)


def blob(name: str, *, null: bool = False, length: int | None = None) -> Column:
    """Bytes."""
    return Column(name=name, type="BLOB", null=null, length=length)


def ref(name: str, table: str, *, null: bool = False) -> Column:
    """The key of a row of `table` in the same organisation."""
    return Column(name=name, type="INTEGER", null=null, references=table)


class Index(NamedTuple):
    """An index that some query pays for. It covers the rows where the columns of `present` are not
    null, those of `absent` are, and those of `unlike` have another value than the one given."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unlike: tuple[tuple[str, str], ...] = ()


@declared
class Table:
    """What is kept of one kind of thing. The organisation is not listed: it is the first column of
    every table, key, index and reference by itself, except in a `shared` one.

    `key` follows the organisation in the primary key; `clustered` keeps the rows in its order
    (narrow rows that are read by their key); `append_only` rows are never changed or removed;
    `within` are sums of columns that stay between nothing and another column.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    indexes: tuple[Index, ...] = ()
    clustered: bool = False
    append_only: bool = False
    shared: bool = False
    within: tuple[tuple[tuple[str, ...], str], ...] = ()
    deferred: tuple[str, ...] = ()
    """Columns whose reference is checked at the commit, because the row comes before its target."""
    bulky: bool = False
    """Rows are large, and few of them are held at a time."""

    def complete(self) -> None:
        """Check that the names are those of columns."""
        known = {column.name for column in self.columns}
        used = {name for index in self.indexes for name in index.columns}
        assert set(self.key) <= known, f"{self.name}: the key names no column"
        assert used <= known, f"{self.name}: an index names no column"
        assert self.shared or "org_id" not in known, f"{self.name}: the organisation is added by itself"


class Condition(NamedTuple):
    """A column, or an expression that storage knows by name, compared with a value.

    With `holds`, the name is that of a whole condition about the value, kept by storage too. With
    `sift`, the rows of the list are gone through in their order, and no index is looked for.
    """

    name: str
    op: Literal["=", "<>", "<", "<=", ">", ">=", "in", "like", "present", "absent", "holds"]
    value: Any = None
    sift: bool = False


Conditions = Sequence[Condition]
MOST_AT_ONCE: Final = 500
"""No statement carries more keys than this (`storage.md` §5)."""


class Conflict(Exception):
    """The database refused a row: which kind of constraint, and its name."""

    def __init__(
        self, kind: Literal["unique", "foreign key", "check", "not null", "rule"], name: str
    ) -> None:
        super().__init__(f"{kind}: {name}")
        self.kind = kind
        self.name = name


class Session(Protocol):
    """One transaction, narrowed to one organisation. Its nine verbs are all that `books` can do.

    Writes that return nothing may be kept and sent before the next read or the commit; a
    `Conflict` surfaces there.
    """

    @property
    def org_id(self) -> int:
        """The organisation that this session sees."""
        ...

    def get(self, table: Table, *key: int | str | bytes) -> Row | None:
        """The row of that key, or None."""
        ...

    def many(self, table: Table, ids: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key; those that do not exist are missing."""
        ...

    def find(
        self,
        table: Table,
        where: Conditions = (),
        *,
        after: int | None = None,
        limit: int | None = None,
        ascending: bool = False,
    ) -> list[Row]:
        """Rows in the order of their key, newest first, beyond the key `after`."""
        ...

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all of them or none."""
        ...

    def change(self, table: Table, key: tuple[int | str, ...], values: Row) -> None:
        """Set some columns of one row, which must exist."""
        ...

    def remove(self, table: Table, *key: int | str) -> None:
        """Remove one row, which must exist."""
        ...

    def ask(self, name: str, **values: Any) -> list[Row]:
        """The rows that a named statement gives."""
        ...

    def tell(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Run a named statement that gives nothing, once for each row of values."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What is done inside is undone when an exception leaves it, and nothing else is."""
        ...

    @property
    def shared(self) -> "Session":
        """The same transaction over the tables that belong to no organisation."""
        ...

    @property
    def ahead(self) -> "Session":
        """The same reading verbs, which give nothing yet: what they read comes along with the next
        read that cannot wait, and is there when it is asked for in the same words.

        Where the database is another machine, that is one journey instead of several. A hint only: a
        write to one of its tables in between lets it go, and what was read ahead is then read anew.
        """
        ...


class Contended(Unavailable):
    """Units of work stood in each other's way, and the database undid this one: it may be done again."""


class OutcomeUnknown(Unavailable):
    """The connection was lost while the commit was on its way: the work is done, or it is not."""


class Store(Protocol):
    """Books in a database."""

    def write(
        self, org_id: int, claim: bytes | None = None, *, patient: bool = False
    ) -> AbstractContextManager[Session]:
        """A unit of work: begins, takes the organisation's write lock, commits or undoes.

        With `claim`, no two units hold the same one: the second is refused with `KeyInProgress`, with
        its first verb at the latest and before it waits for any lock; or waits, when it is `patient`.
        """
        ...

    def read(
        self, org_id: int, *, late: bool = False, patient: bool = False
    ) -> AbstractContextManager[Session]:
        """One consistent view that changes nothing. A `late` one may lag a little behind, where the
        store has a replica to spare the machine that writes; a `patient` one takes the time it takes."""
        ...

    def shared(self, *, write: bool = False) -> AbstractContextManager[Session]:
        """The one session without an organisation: users, memberships, tokens.

        Without `write` each statement sees what is there when it runs; every request asks for its
        token, and one row needs no view of its own.
        """
        ...

    def hit_along(self, bucket: bytes, window: int) -> None:
        """Say that this thread will count such a request next, so that a store far away may do it on
        the journey of the look-up before. It is counted then, whatever the look-up finds."""
        ...

    def hit(self, bucket: bytes, window: int) -> int:
        """Count one request in a window and say how many there were, over all processes."""
        ...

    def backup(self, target: str) -> bool:
        """An online copy in a new SQLite file, where the engine makes one by itself: whether it did."""
        ...

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """What the database itself finds wrong with its file, its nets, and at least these
        organisations: (where, what)."""
        ...

    def whole(self) -> AbstractContextManager["Whole"]:
        """All of the books as they are at one moment, while others go on writing."""
        ...

    def load(self) -> AbstractContextManager["Loading"]:
        """One transaction that may write to all of the books: commits at the end, or undoes all."""
        ...

    def close(self) -> None:
        """Let go of every connection."""
        ...


Values = tuple[Any, ...]
"""One row in bulk: its values in the order of the table's columns, without the organisation."""


class Whole(Protocol):
    """One transaction over all of the books, read a table at a time (`finzcore.books.moving`).

    `org_id` is None for a `shared` table. Rows come in the order of their key, a piece at a time, so
    that no more than a piece is ever held.
    """

    @property
    def place(self) -> str:
        """Where the rows are: the same for two openings of the same books, and for no others."""
        ...

    @property
    def shared(self) -> Session:
        """The tables that belong to no organisation."""
        ...

    def read(self, org_id: int, *, patient: bool = False) -> AbstractContextManager[Session]:
        """One organisation; to be left before the next one is begun. It always takes its time."""
        ...

    def count(self, table: Table, org_id: int | None) -> int:
        """How many rows there are."""
        ...

    def rows(self, table: Table, org_id: int | None) -> Iterator[Sequence[Values]]:
        """Every row; to be read to its end before anything else is asked."""
        ...

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """What the database itself finds wrong with a file that is new, as those of a `Store` do."""
        ...


class Loading(Whole, Protocol):
    """The same with bulk writing, around the verbs and not around the constraints."""

    def add(self, table: Table, org_id: int | None, rows: Sequence[Values]) -> None:
        """Add rows; a `Conflict` may surface here or in `settle`."""
        ...

    def settle(self, tables: Iterable[Table], org_id: int) -> None:
        """Hold what was added to an organisation to every reference and rule; `Conflict` if one fails."""
        ...


class Mail(Protocol):
    """What takes a message to a mail server; `finzcore.mail` has two, and a host may pass its own.

    A message comes without a ``From``: which address mail is sent from is the port's to say. Its
    ``Organization`` is the name of whoever writes, and its ``Bcc`` is for the port, not for the readers.
    """

    def send(self, message: "EmailMessage") -> str:
        """Send to all recipients or to none, and say under which id that was confirmed.

        Any exception means that nothing was sent, and that it is to be tried again later; so does an
        answer that takes longer than a few minutes. A message that is tried again has the same
        ``Message-ID`` and the same bytes.
        """
        ...


class Blobs(Protocol):
    """What keeps the bytes of files outside the books, such as `finzcore.BlobFolder`.

    Keys are paths of at most 500 characters, and never stand for other bytes. Each verb may come from any
    thread, and raises OSError when it cannot do its work for now.
    """

    def put(self, key: str, file: BinaryIO) -> None:
        """Keep the bytes of a seekable file, from its beginning; they are safe when this returns."""
        ...

    def open(self, key: str) -> BinaryIO:
        """What was put, as a binary file to be read and closed; OSError when it is not there."""
        ...

    def remove(self, key: str) -> None:
        """Let go of the bytes, or of what a `put` that broke off has left, if there are any."""
        ...
