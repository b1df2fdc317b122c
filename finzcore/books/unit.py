"""One operation as one unit of work: claim, look up, work, record, answer, commit.

The order decides which refusal wins (`api.md` §1.4, steps 7 to 11). What depends on the request
alone, reading its body, is done before the write lock is taken.
"""

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from finzcore.books import history, idempotency
from finzcore.books.bodies import Mention, Notes, read, read_changes, refusal
from finzcore.books.books import Actor, Books, Means
from finzcore.books.conflicts import KeyTaken, named_conflicts, step
from finzcore.books.files import Files
from finzcore.books.head import HEADS
from finzcore.books.idempotency import Key
from finzcore.books.lookups import grouped, look_ahead, look_ahead_path, look_up, path_row
from finzcore.books.masters import MastersCache
from finzcore.books.reports.long import Long, Page
from finzcore.books.resource import Download, Operation, Resource
from finzcore.errors import FinzError, Unavailable
from finzcore.ports import Blobs, Contended, Ids, OutcomeUnknown, Random, Row, Session, Store
from finzcore.sealing import Sealer

Done = TypeVar("Done")


class Call(NamedTuple):
    """A request for one operation, understood but not yet done."""

    org_id: int
    resource: Resource
    operation: Operation
    actor: Actor
    now: dt.datetime
    path_id: str | None = None
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None
    key: Key | None = None
    spelled: bool = True
    """Whether the answer is wanted as JSON text."""
    outside: Mapping[str, Any] = MappingProxyType({})
    """What an operation may need from outside the books, such as the token that asks."""


class Outcome(NamedTuple):
    """What became of a call: the status and the JSON text of its answer, and the rows behind it.

    Python callers, who get the rows, have no text made for them unless a key must remember it.
    A refusal that was kept under a key is the `result` of the call it refused.
    """

    status: int = 200
    text: str = ""
    result: Any = None
    replayed: bool = False
    call: Call | None = None
    """The call of a report that goes on behind its first page."""


class Wire(Protocol):
    """How answers and refusals are spelled; `finzcore.api.envelopes` says."""

    def answer(self, call: Call, result: Any) -> tuple[int, str]:
        """The status and the JSON text of what an operation gave."""
        ...

    def problem(self, error: FinzError, request_id: str | None) -> tuple[int, str]:
        """The status and the JSON text of a refusal."""
        ...


class Arguments(NamedTuple):
    """The body and the query of a call, read; a refusal is kept until its turn comes."""

    body: Any
    query: Any
    mentions: list[Mention]
    wanted: Mapping[str, set[int]]
    refused: FinzError | None


def prepare(call: Call) -> Arguments:
    """Read what the request says."""
    operation = call.operation
    notes = Notes(call.org_id)
    body: Any = None
    query: Any = None
    if operation.body is not None:
        body = (read_changes if operation.changes else read)(operation.body, call.body or {}, notes)
    if operation.query is not None:
        notes.query = True
        query = read(operation.query, call.query or {}, notes)
        if operation.listing:
            # A list filtered by an id of nobody is an empty list, like one by an unknown id.
            notes.mentions.clear()
    refused = refusal(notes.faults) if notes.faults else None
    return Arguments(body, query, notes.mentions, grouped([*notes.mentions, *notes.apart]), refused)


class _Held:
    """The books that a thread holds open, and whether something broke in them beyond a refusal."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.broken = False


class Desk:
    """Where units of work are done: the store, the keys, the masters, and who is at work here."""

    def __init__(
        self,
        store: Store,
        ids: Ids,
        wire: Wire,
        *,
        blobs: Blobs | None = None,
        base: str = "",
        random: Random,
        sealer: Sealer | None = None,
        allow_local: bool = False,
    ) -> None:
        self.store = store
        self.files = Files(blobs, base, self.reading)
        self.wire = wire
        self.sealer = sealer or Sealer()
        self.means = Means(ids, random, MastersCache(), self.files, self.sealer, allow_local)
        self._here = threading.local()

    @property
    def _held(self) -> _Held | None:
        held: _Held | None = getattr(self._here, "held", None)
        return held

    @property
    def open_books(self) -> Books | None:
        """The books that this thread holds open in a transaction of its own."""
        return None if self._held is None else self._held.books

    def books_of(self, org_id: int) -> Books | None:
        """The open books, which must be those of this organisation; RuntimeError otherwise."""
        books = self.open_books
        if books is not None and books.org_id != org_id:
            raise RuntimeError("inside transaction() only that organisation can be used")
        return books

    def open(self, session: Session, now: dt.datetime, actor: Actor) -> Books:
        """The books of a session."""
        return Books(session, self.means, now=now, actor=actor)

    @contextlib.contextmanager
    def reading(self, org_id: int) -> Iterator[Session]:
        """A session that sees what this thread sees: its own transaction, where it has one open."""
        held = self.books_of(org_id)
        if held is not None:
            yield held.session
            return
        with self.store.read(org_id) as session:
            yield session

    def do(self, call: Call) -> Outcome:
        """Do what a call asks; FinzError when it is refused and nothing was done."""
        held = self.books_of(call.org_id)
        arguments = prepare(call)
        if held is not None:
            return self._join(call, arguments)
        if arguments.refused is not None and call.key is None:
            raise arguments.refused
        if not call.operation.writes:
            with self.store.read(call.org_id, late=call.operation.late) as session:
                books = self.open(session, call.now, call.actor)
                if call.operation.late:  # reports are made with the masters
                    session.ahead.get(HEADS)
                look_ahead(books, arguments.wanted)
                return self._outcome(call, _run(books, call, arguments))
        if call.operation.around is None or arguments.refused is not None:
            return self._by_itself(call, arguments)
        with call.operation.around(self, call, arguments.body) as given:
            return self._by_itself(call._replace(outside={**call.outside, **given}), arguments)

    def pages(self, call: Call, report: Long) -> Iterator[list[Row]]:
        """The pages of a report, each read by itself when it is asked for, up to the head fixed first."""
        yield report.first
        after = report.after
        while after is not None:
            page, after = self._page(call, report, after)
            yield page

    def _page(self, call: Call, report: Long, after: Any) -> Page:
        held = self.books_of(call.org_id)
        if held is not None:
            return report.more(held, after)
        for late in (True, False):
            with self.store.read(call.org_id, late=late) as session:
                books = self.open(session, call.now, call.actor)
                # A copy that lags behind the one before has not seen all that the report begins with.
                if not late or books.head["entry_seq"] >= report.at.seq:
                    return report.more(books, after)
        raise AssertionError("the books themselves are never late")

    def _by_itself(self, call: Call, arguments: Arguments) -> Outcome:
        """Do a call that writes, and that no transaction of this thread is to be a part of."""
        try:
            return _again(lambda: self._alone(call, arguments))
        except OutcomeUnknown:
            if call.key is None:
                raise
        # Nobody said whether it was committed. The key knows, once the database has noticed that the
        # first unit of work is gone: it has its answer, or the call is done now.
        return _again(lambda: self._alone(call, arguments, patient=True))._replace(replayed=False)

    def _alone(self, call: Call, arguments: Arguments, *, patient: bool = False) -> Outcome:
        """Do a call as a unit of work of its own; a `patient` one waits for another of its key."""
        claim = None if call.key is None else call.key.digest
        try:
            if arguments.refused is not None:
                raise arguments.refused
            with named_conflicts(), self.store.write(call.org_id, claim, patient=patient) as session:
                return self._work(self.open(session, call.now, call.actor), call, arguments)
        except FinzError as error:
            refused = self._kept_refusal(call, error)
        # What was refused is undone whole, and its refusal kept by a unit of its own. A savepoint
        # would do both in one, and make SQLite copy every page that it touches.
        with named_conflicts(), self.store.write(call.org_id, claim, patient=patient) as session:
            return self._refused(self.open(session, call.now, call.actor), call, refused)

    def _outcome(self, call: Call, result: Any) -> Outcome:
        if isinstance(result, Long):
            return Outcome(result=result, call=call)
        if isinstance(result, Download) or call.operation.drawn or not (call.spelled or call.key):
            return Outcome(result=result)
        status, text = self.wire.answer(call, result)
        return Outcome(status=status, text=text, result=result)

    def _work(self, books: Books, call: Call, arguments: Arguments) -> Outcome:
        """Do a call in open books; with a key, only if that has no answer yet."""
        _look_ahead(books, call, arguments)
        if call.key is None:
            return self._done(books, call, arguments)
        seen = self._answered(books, call.key)
        return seen or _remembered(books, call, self._done(books, call, arguments))

    def _done(self, books: Books, call: Call, arguments: Arguments) -> Outcome:
        outcome = self._outcome(call, _run(books, call, arguments))
        history.close(books)
        return outcome

    def _answered(self, books: Books, key: Key) -> Outcome | None:
        """The answer that a key has had already."""
        seen = idempotency.stored(books, key)
        if seen is None:
            return None
        return Outcome(status=seen["status"], text=books.sealer.open(seen["body"]), replayed=True)

    def _refused(self, books: Books, call: Call, refused: Outcome) -> Outcome:
        """A refusal, kept under its key, unless that has its answer by now."""
        assert call.key is not None
        return self._answered(books, call.key) or _remembered(books, call, refused)

    def _kept_refusal(self, call: Call, error: FinzError) -> Outcome:
        """A refusal that is to be kept under the call's key; any other is raised."""
        status, text = self.wire.problem(error, call.actor.request_id)
        if call.key is None or not idempotency.keeps(error, status):
            raise error
        return Outcome(status=status, text=text, result=error)

    def _join(self, call: Call, arguments: Arguments) -> Outcome:
        """Do a call as one step of this thread's transaction."""
        with self._unbroken() as held:
            return _again(lambda: self._step(held.books, call, arguments))

    @contextlib.contextmanager
    def _unbroken(self) -> Iterator[_Held]:
        """A step of this thread's transaction. Anything but a refusal breaks the whole of it, even
        when it is caught: nobody knows then what is half done."""
        held = self._held
        assert held is not None
        if held.broken:
            raise Unavailable(_BROKEN)
        try:
            yield held
        except Unavailable:
            held.broken = True
            raise
        except FinzError:
            raise
        except BaseException:
            held.broken = True
            raise

    def _step(self, books: Books, call: Call, arguments: Arguments) -> Outcome:
        with _acting(books, call.actor):
            try:
                with step(books):
                    return self._work(books, call, arguments)
            except FinzError as error:
                refused = self._kept_refusal(call, error)
            with named_conflicts():
                return self._refused(books, call, refused)

    def work(
        self, org_id: int, actor: Actor, now: Callable[[], dt.datetime], do: Callable[[Books], Done]
    ) -> Done:
        """Do something in the books as one unit of work, or as a step of this thread's transaction."""

        def once() -> Done:
            with self.transaction(org_id, actor, now) as books:
                return do(books)

        return once() if self.books_of(org_id) is not None else _again(once)

    @contextlib.contextmanager
    def transaction(self, org_id: int, actor: Actor, now: Callable[[], dt.datetime]) -> Iterator[Books]:
        """Several calls of this thread as one unit of work; nested, they join the outer one."""
        held = self.books_of(org_id)
        if held is not None:
            with step(held), _acting(held, actor):
                yield held
            return
        with named_conflicts(), self.store.write(org_id) as session:
            mine = self._here.held = _Held(self.open(session, now(), actor))
            try:
                yield mine.books
                if mine.broken:
                    raise Unavailable(_BROKEN)
                history.close(mine.books)
            finally:
                self._here.held = None


_TRIES: Final = 5
_BROKEN: Final = "A call of this transaction failed unexpectedly; nothing of it is done."


def _again(work: Callable[[], Done]) -> Done:
    """Do a piece of work again, a few times at most, when an id it was given turns out to be taken, or
    the database undid it because others were in its way."""
    for _ in range(_TRIES):
        with contextlib.suppress(KeyTaken, Contended):
            return work()
    raise Unavailable


def _remembered(books: Books, call: Call, outcome: Outcome) -> Outcome:
    """An outcome, kept under the key of its call; sealed, where it shows a secret."""
    assert call.key is not None
    kept = books.sealer.seal(outcome.text) if call.operation.secret else outcome.text
    idempotency.remember(books, call.key, outcome.status, kept)
    return outcome


@contextlib.contextmanager
def _acting(books: Books, actor: Actor) -> Iterator[None]:
    outer, books.actor = books.actor, actor
    try:
        yield
    finally:
        books.actor = outer


def _look_ahead(books: Books, call: Call, arguments: Arguments) -> None:
    """Have what the call names fetched at once: its key, the row of its path, those of its body."""
    ahead = books.session.ahead
    if call.key is not None:
        ahead.get(idempotency.KEYS, call.key.digest)
    if call.operation.by_id and call.path_id:
        look_ahead_path(books, call.resource, call.path_id)
    look_ahead(books, arguments.wanted)


def _run(books: Books, call: Call, arguments: Arguments) -> Any:
    if arguments.refused is not None:
        raise arguments.refused
    operation = call.operation
    given: list[Any] = []
    if operation.by_id:
        given.append(path_row(books, call.resource, call.path_id or ""))
    books.found = {}
    look_up(books, arguments.mentions, arguments.wanted)
    if operation.body is not None:
        # A call may be done again, and an operation may use up the changes that it is given.
        given.append(dict(arguments.body) if operation.changes else arguments.body)
    if operation.query is not None:
        given.append(arguments.query)
    return operation.run(books, *given, **call.outside)
