"""Moving: books, or one organisation, copied as they are from one database into another, and proved.

Read in this order: `move` (the steps), `Extent` (which organisations, and what of the people goes with
them), `Evidence` (what must be the same on both sides). Ids, numbers and hashes stay what they are;
what is not kept in the tables of the books, such as rate counters, stays behind.

All of it happens in one transaction of the target, which the caller ends: whatever is raised here
leaves the target as it was.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from finzcore.books.access import MEMBERSHIPS, TOKENS, USERS
from finzcore.books.connections import CONNECTIONS
from finzcore.books.head import HEADS, ORGS
from finzcore.books.registry import tables
from finzcore.books.verify import verify
from finzcore.errors import BooksUnusable, NotFound
from finzcore.ids import uuid_text
from finzcore.ports import Condition, Conflict, Loading, Row, Session, Table, Values, Whole

_BY_THEMSELVES: Final = {
    TOKENS: (Condition("kind", "=", "pat"),),
    CONNECTIONS: (Condition("client_id", "absent"),),
}
"""What comes of no grant."""

Told = Callable[[int, int], None]
"""How far a move is: so many steps of so many. Every row is two, one to copy it and one to compare it."""


class Moved(NamedTuple):
    """What was moved: organisations by their ids, and how many rows of each table that had any."""

    org_ids: tuple[str, ...]
    tables: dict[str, int]

    @property
    def rows(self) -> int:
        """How many rows that were."""
        return sum(self.tables.values())


def unheard(_done: int, _steps: int) -> None:
    """For a move whose progress nobody follows."""


def move(
    source: Whole,
    target: Loading,
    *,
    org_keys: Sequence[int] | None = None,
    verified: bool = True,
    told: Told = unheard,
) -> Moved:
    """Copy complete books, or the organisations `org_keys` of them, and prove that both sides agree.

    Complete books need a target without any. BooksUnusable when something of them is there already,
    when the target refuses a row, when the two sides differ, or when the target does not verify.
    """
    if source.place == target.place:
        raise BooksUnusable("The source and the target are the same books.")
    extent = _extent(source, org_keys)
    _refuse_what_is_there(extent, target)
    work = _Work(source, target, _Steps(extent.rows(source) * 2, told))
    try:
        expected: dict[int | None, Evidence] = {None: work.people(extent)}
        for key in extent.org_keys:
            expected[key] = work.organisation(key)
    except Conflict as refused:
        raise BooksUnusable(f"The source does not verify: the target refuses a row ({refused}).") from refused
    for owner, evidence in expected.items():
        _compare(owner, evidence, work.found(extent, owner))
    if verified and (problems := verify(target, extent.org_keys)):
        raise BooksUnusable(f"The copy does not verify: {problems[0]}")
    return Moved(tuple(uuid_text(0, key) for key in extent.org_keys), dict(work.moved))


# ----- what is moved -----


def _tables(*, shared: bool) -> list[Table]:
    """The tables of organisations, or the others, in the order in which they are filled."""
    declared = [table for group in tables().values() for table in group if table.shared == shared]
    # Rows that come before what they refer to: an entry counts the postings that it finds.
    return sorted(declared, key=lambda table: not table.deferred)


class Extent(NamedTuple):
    """Which organisations are moved; `complete` books with everybody who is in them."""

    org_keys: list[int]
    complete: bool

    def people(self, session: Session) -> dict[Table, list[Row]]:
        """Whoever goes with organisations that are moved by themselves: their memberships, the tokens
        that are bound to them with their connections, and the users of all. What was granted to a client
        stays with the client."""
        rows: dict[Table, list[Row]] = {MEMBERSHIPS: [], TOKENS: [], CONNECTIONS: []}
        for key in self.org_keys:
            for table, found in rows.items():
                found += session.find(table, [Condition("org_id", "=", key), *_BY_THEMSELVES.get(table, ())])
        users = session.many(USERS, [row["user_id"] for found in rows.values() for row in found])
        return {USERS: list(users.values()), **rows}

    def rows(self, side: Whole) -> int:
        """How many rows that is, without the people of organisations that are moved by themselves."""
        counted = [side.count(table, key) for key in self.org_keys for table in _tables(shared=False)]
        if self.complete:
            counted += [side.count(table, None) for table in _tables(shared=True)]
        return sum(counted)


def organisations(session: Session) -> list[int]:
    """The keys of every organisation, in the order in which they were founded."""
    return [row["org_id"] for row in session.ask("access.orgs")]


def _extent(source: Whole, org_keys: Sequence[int] | None) -> Extent:
    there = organisations(source.shared)
    if org_keys is None:
        return Extent(there, complete=True)
    for key in org_keys:
        if key not in there:
            raise NotFound(f"Organisation '{uuid_text(0, key)}' not found.", field="org_id")
    return Extent(list(org_keys), complete=False)


def check_empty(target: Whole) -> None:
    """BooksUnusable when there is anything in these books."""
    if any(target.count(table, None) for table in _tables(shared=True)):
        raise BooksUnusable("The target holds books already.")


def _refuse_what_is_there(extent: Extent, target: Loading) -> None:
    if extent.complete:
        check_empty(target)
    members = frozenset(organisations(target.shared))
    for key in extent.org_keys:
        if key in members or target.count(ORGS, key):
            raise BooksUnusable(f"The target holds organisation {uuid_text(0, key)} already.")


# ----- what both sides must agree on -----


class Evidence(NamedTuple):
    """What one side holds: of each table how many rows, and their digest in the order of their keys;
    of an organisation also its trial balance, and where its chains end."""

    tables: dict[str, tuple[int, str]]
    trial_balance: Sequence[Row] = ()
    head: Row | None = None

    def lines(self) -> Iterator[tuple[str, str]]:
        """Each thing by itself: what it is, and how it stands."""
        if self.head is not None:
            for chain in ("entry", "event"):
                yield f"the {chain} chain", f"{self.head[f'{chain}_seq']} {self.head[f'{chain}_hash'].hex()}"
        for row in self.trial_balance:
            yield f"account {row['account']}", f"{row['debit']} debit {row['credit']} credit"
        for name, (count, digest) in self.tables.items():
            yield name, f"{count} rows, digest {digest}"


class _Tally:
    """The rows of a table that have passed by: how many, and their digest."""

    def __init__(self) -> None:
        self._count = 0
        self._digest = hashlib.sha256()

    def take(self, rows: Sequence[Values]) -> None:
        """Some more."""
        self._count += len(rows)
        self._digest.update("".join([f"{row!r}\n" for row in rows]).encode())

    @property
    def result(self) -> tuple[int, str]:
        """All of them."""
        return self._count, self._digest.hexdigest()


def _compare(owner: int | None, expected: Evidence, found: Evidence) -> None:
    """BooksUnusable at the first thing that is not the same on both sides."""
    ours, theirs = dict(expected.lines()), dict(found.lines())
    whose = "of the people" if owner is None else f"of organisation {uuid_text(0, owner)}"
    for what in {**ours, **theirs}:
        if ours.get(what) != theirs.get(what):
            told = f"{ours.get(what, 'nothing')} in the source, {theirs.get(what, 'nothing')} in the copy"
            raise BooksUnusable(f"The copy is not kept, because it differs: {what} {whose}: {told}.")


# ----- the work -----


class _Steps:
    """How far the work is."""

    def __init__(self, all_: int, told: Told) -> None:
        self._all, self._done, self._told = all_, 0, told

    def go(self, steps: int) -> None:
        """So many further."""
        self._done += steps
        self._told(self._done, self._all)


class _Work:
    """The copying, and the looking at both sides afterwards."""

    def __init__(self, source: Whole, target: Loading, steps: _Steps) -> None:
        self._source, self._target, self._steps = source, target, steps
        self.moved: dict[str, int] = {}

    def _passing(self, side: Whole, table: Table, key: int | None, add: Any = None) -> tuple[int, str]:
        """Let the rows of a table pass by, and `add` them somewhere on the way."""
        tally = _Tally()
        for rows in side.rows(table, key):
            if add is not None:
                add(table, key, rows)
            tally.take(rows)
            self._steps.go(len(rows))
        return tally.result

    def _note(self, table: Table, count: int) -> None:
        if count:
            self.moved[table.name] = self.moved.get(table.name, 0) + count

    def people(self, extent: Extent) -> Evidence:
        """Copy users, memberships and tokens; say what there must be of them on the other side."""
        if extent.complete:
            return Evidence({table.name: self._copied(table, None) for table in _tables(shared=True)})
        rows = extent.people(self._source.shared)
        shared = self._target.shared
        there = shared.many(USERS, [user["id"] for user in rows[USERS]])
        new = rows | {USERS: [user for user in rows[USERS] if user["id"] not in there]}
        for table, added in new.items():
            if added:
                shared.insert(table, added)
            self._note(table, len(added))
        # Users who were there stay as they are.
        return _people(rows | {USERS: [there.get(user["id"], user) for user in rows[USERS]]})

    def organisation(self, key: int) -> Evidence:
        """Copy one organisation; say what there must be of it on the other side."""
        every = _tables(shared=False)
        counted = {table.name: self._copied(table, key) for table in every}
        self._target.settle(every, key)
        return _figures(self._source, key, counted)

    def _copied(self, table: Table, key: int | None) -> tuple[int, str]:
        result = self._passing(self._source, table, key, self._target.add)
        self._note(table, result[0])
        return result

    def found(self, extent: Extent, key: int | None) -> Evidence:
        """What there is on the other side."""
        if key is None and not extent.complete:
            return _people(extent.people(self._target.shared))
        every = _tables(shared=key is None)
        counted = {table.name: self._passing(self._target, table, key) for table in every}
        return Evidence(counted) if key is None else _figures(self._target, key, counted)


def _people(rows: dict[Table, list[Row]]) -> Evidence:
    counted = {}
    for table, found in rows.items():
        tally = _Tally()
        tally.take(sorted(tuple(row.values()) for row in found))
        counted[table.name] = tally.result
    return Evidence(counted)


def _figures(side: Whole, key: int, counted: dict[str, tuple[int, str]]) -> Evidence:
    with side.read(key) as session:
        return Evidence(counted, session.ask("moving.trial_balance"), session.get(HEADS))
