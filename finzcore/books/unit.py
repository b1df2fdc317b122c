"""One operation as one unit of work: claim, look up, work, record, answer, commit.

The order decides which refusal wins (`api.md` §1.4, steps 7 to 11). What depends on the request
alone, reading its body, is done before the write lock is taken.
"""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import attrs

from finzcore.books import idempotency
from finzcore.books.books import Actor, Books
from finzcore.books.idempotency import Key
from finzcore.books.kinds import Stray
from finzcore.books.masters import KEPT, MastersCache
from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import Mention, Notes, read, read_changes, refusal
from finzcore.errors import Duplicate, FinzError, KeyInProgress, NotFound, RuleBroken
from finzcore.ids import from_uuid, unwire
from finzcore.ports import Conflict, Ids, Row, Store


@attrs.frozen(kw_only=True)
class Call:
    """A request for one operation, understood but not yet done."""

    org_id: int
    resource: Resource
    operation: Operation
    path_id: str | None = None
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None
    actor: Actor
    now: dt.datetime
    key: Key | None = None
    spelled: bool = True
    """Whether the answer is wanted as JSON text."""
    outside: Mapping[str, Any] = attrs.field(factory=dict)
    """What an operation may need from outside the books, such as the token that asks."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a call: the status and the JSON text of its answer, and the rows behind it.

    Python callers, who get the rows, have no text made for them unless a key must remember it.
    """

    status: int = 200
    text: str = ""
    result: Any = None
    replayed: bool = False


class Wire(Protocol):
    """How answers and refusals are spelled; `finzcore.api.envelopes` says."""

    def answer(self, call: Call, result: Any) -> tuple[int, str]:
        """The status and the JSON text of what an operation gave."""
        ...

    def problem(self, error: FinzError, request_id: str | None) -> tuple[int, str]:
        """The status and the JSON text of a refusal."""
        ...


@attrs.frozen
class Arguments:
    """The body and the query of a call, read."""

    body: Any
    query: Any
    mentions: list[Mention]
    refused: FinzError | None


def prepare(call: Call) -> Arguments:
    """Read what the request says; a refusal is kept until its turn comes."""
    operation = call.operation
    notes = Notes(call.org_id)
    body = query = None
    if operation.body is not None:
        given = call.body or {}
        body = read_changes(operation.body, given, notes) if operation.changes else read(operation.body, given, notes)
    if operation.query is not None:
        notes.query = True
        query = read(operation.query, call.query or {}, notes)
        if operation.listing:
            # A list filtered by an id of nobody is an empty list, like one by an unknown id.
            notes.mentions.clear()
    return Arguments(body, query, notes.mentions, refusal(notes.faults) if notes.faults else None)


class Desk:
    """Where units of work are done: the store, the keys, the masters, and who is at work here."""

    def __init__(self, store: Store, ids: Ids, wire: Wire) -> None:
        self.store = store
        self.wire = wire
        self.ids = ids
        self.cache = MastersCache()
        self._here = threading.local()

    @property
    def open_books(self) -> Books | None:
        """The books that this thread holds open in a transaction of its own."""
        books: Books | None = getattr(self._here, "books", None)
        return books

    def do(self, call: Call) -> Outcome:
        """Do what a call asks; FinzError when it is refused and nothing was done."""
        arguments = prepare(call)
        held = self.open_books
        if held is not None:
            if held.org_id != call.org_id:
                raise RuntimeError("inside transaction() only that organisation can be used")
            return self._join(held, call, arguments)
        if call.operation.writes:
            return self._write(call, arguments)
        if arguments.refused is not None:
            raise arguments.refused
        with self.store.read(call.org_id) as session:
            books = Books(session, now=call.now, ids=self.ids, actor=call.actor, cache=self.cache)
            return self._outcome(call, _run(books, call, arguments))

    def _outcome(self, call: Call, result: Any) -> Outcome:
        if not (call.spelled or call.key):
            return Outcome(result=result)
        status, text = self.wire.answer(call, result)
        return Outcome(status=status, text=text, result=result)

    def _write(self, call: Call, arguments: Arguments) -> Outcome:
        key = call.key
        if key is None and arguments.refused is not None:
            raise arguments.refused
        with _named_conflicts(), self.store.write(call.org_id, None if key is None else key.digest) as session:
            books = Books(session, now=call.now, ids=self.ids, actor=call.actor, cache=self.cache)
            try:
                if key is None:
                    return self._finish(books, call, arguments)
                return self._once(books, key, call, arguments)
            except BaseException:
                self.cache.forget(call.org_id)
                raise

    def _finish(self, books: Books, call: Call, arguments: Arguments) -> Outcome:
        outcome = self._outcome(call, _run(books, call, arguments))
        if call.key is not None:
            idempotency.remember(books, call.key, outcome.status, outcome.text)
        books.close()
        return outcome

    def _once(self, books: Books, key: Key, call: Call, arguments: Arguments) -> Outcome:
        """With a key: the answer it already had, or a new one that is kept, a refusal too."""
        seen = idempotency.stored(books, key)
        if seen is not None:
            return Outcome(status=seen["status"], text=seen["body"], replayed=True)
        try:
            with self._apart(books):
                return self._finish(books, call, arguments)
        except FinzError as error:
            status, text = self.wire.problem(error, call.actor.request_id)
            if status >= 500 or error.code.startswith("idempotency."):
                raise
            idempotency.remember(books, key, status, text)
            books.close()
            return Outcome(status=status, text=text, result=error)

    @contextlib.contextmanager
    def _apart(self, books: Books) -> Iterator[None]:
        """A savepoint that also brings back what `books` keeps in memory."""
        head, events = dict(books.head), list(books.events)
        try:
            with _named_conflicts(), books.session.savepoint():
                yield
        except BaseException:
            books.head.clear()
            books.head.update(head)
            books.events = events
            books.__dict__.pop("masters", None)
            self.cache.forget(books.org_id)
            raise

    def _join(self, books: Books, call: Call, arguments: Arguments) -> Outcome:
        with self._apart(books):
            if call.key is None:
                return self._finish(books, call, arguments)
            seen = idempotency.stored(books, call.key)
            if seen is not None:
                return Outcome(status=seen["status"], text=seen["body"], replayed=True)
            return self._finish(books, call, arguments)

    @contextlib.contextmanager
    def transaction(self, org_id: int, actor: Actor, now: Callable[[], dt.datetime]) -> Iterator[None]:
        """Several calls of this thread as one unit of work; nested, they join the outer one."""
        held = self.open_books
        if held is not None:
            if held.org_id != org_id:
                raise RuntimeError("inside transaction() only that organisation can be used")
            with self._apart(held):
                yield
            return
        with _named_conflicts(), self.store.write(org_id) as session:
            self._here.books = Books(session, now=now(), ids=self.ids, actor=actor, cache=self.cache)
            try:
                yield
                self._here.books.close()
            except BaseException:
                self.cache.forget(org_id)
                raise
            finally:
                self._here.books = None


def _run(books: Books, call: Call, arguments: Arguments) -> Any:
    if arguments.refused is not None:
        raise arguments.refused
    operation = call.operation
    given: list[Any] = []
    if operation.by_id:
        given.append(_path_row(books, call))
    if arguments.mentions:
        look_up(books, arguments.mentions)
    if operation.body is not None:
        given.append(arguments.body)
    if operation.query is not None:
        given.append(arguments.query)
    if call.outside:
        return operation.run(books, *given, **call.outside)
    return operation.run(books, *given)


def _path_row(books: Books, call: Call) -> Row:
    declared = call.resource
    shown = call.path_id or ""
    key = unwire(declared.prefix, books.org_id, shown) if declared.prefix else from_uuid(books.org_id, shown)
    row = None
    if key is not None:
        if declared.load is not None:
            row = declared.load(books, key)
        else:
            assert declared.table is not None
            row = books.session.get(declared.table, key)
    if row is None:
        raise NotFound(f"{declared.label} '{shown[:100]}' not found in this org.", field=declared.id_name)
    return row


def look_up(books: Books, mentions: list[Mention]) -> None:
    """Find everything that a body names, one look-up a table; NotFound for the first that is not there."""
    wanted: dict[str, set[int]] = {}
    for mention in mentions:
        if not isinstance(mention.key, Stray):
            wanted.setdefault(mention.kind.of, set()).add(mention.key)
    for of, keys in wanted.items():
        if of in KEPT:
            kept = books.masters.rows[of]
            rows = {key: kept[key] for key in keys if key in kept}
        elif of not in RESOURCES:
            rows = {}
        else:
            table = resource(of).table
            assert table is not None
            if len(keys) == 1:
                (key,) = keys
                row = books.session.get(table, key)
                rows = {} if row is None else {key: row}
            else:
                rows = books.session.many(table, keys)
        books.found.update(((of, key), row) for key, row in rows.items())
    for mention in mentions:
        kind = mention.kind
        row = None if isinstance(mention.key, Stray) else books.found.get((kind.of, mention.key))
        if row is None or (kind.usable and not _usable(row)):
            raise NotFound(f"{kind.label} '{mention.raw[:100]}' not found in this org.", field=mention.field)


def _usable(row: Row) -> bool:
    return bool(row.get("is_active", 1)) and row.get("status", "ACTIVE") == "ACTIVE"


@contextlib.contextmanager
def _named_conflicts() -> Iterator[None]:
    """What the database refused, by the name of its constraint, as a refusal of ours."""
    try:
        yield
    except Conflict as conflict:
        raise _refusal_of(conflict) from conflict


def _refusal_of(conflict: Conflict) -> FinzError:
    name = conflict.name
    if conflict.kind == "unique" and name == "keys_pk":
        return KeyInProgress(field="Idempotency-Key")
    if conflict.kind == "unique":
        table = name.partition("_")[0]
        return Duplicate(field=name.removeprefix(f"{table}_").removesuffix("_uq"))
    if conflict.kind == "foreign key":
        return NotFound("Something that this refers to is not there, or something refers to it.")
    assert conflict.kind == "check", f"the database refused what our own code wrote: {conflict}"
    return RuleBroken(f"The database refused a value ({name}).")
