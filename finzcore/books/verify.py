"""Verify: derive every figure again from the journal and name each disagreement.

Each check is a function of a session that yields a `Problem` for whatever does not agree; `CHECKS`
lists them. A resource whose rows repeat what the journal says adds one line to it. Where a statement
can find the rows that differ, the line is::

    compared("bill.differs", "bills.unlike_journal"),

with a statement in `finzcore/storage/statements/` whose rows are `place`, `expected` and `found`,
one for each row in the wrong; where it takes Python, the line is the name of a function.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from finzcore.books.anchors import check_anchor
from finzcore.books.chain import GENESIS
from finzcore.books.checks.allocations import check_allocations
from finzcore.books.checks.expenses import check_expenses
from finzcore.books.checks.kept import check_kept, check_lock
from finzcore.books.checks.orders import check_orders
from finzcore.books.checks.papers import check_documents
from finzcore.books.checks.payments import check_payments
from finzcore.books.checks.prices import check_prices
from finzcore.books.checks.waiting import check_waiting
from finzcore.books.head import HEADS
from finzcore.books.history import EVENTS, event_hash
from finzcore.books.journal import ENTRIES, POSTINGS, entry_hash
from finzcore.books.problem import Problem, problem
from finzcore.errors import Unavailable
from finzcore.fiscal import financial_year
from finzcore.ids import from_uuid, uuid_text
from finzcore.ledger.series import DocumentKind
from finzcore.money import rupees
from finzcore.ports import Condition, Row, Session, Store, Table, Whole

Check = Callable[[Session], Iterator[Problem]]

_PAGE: Final = 1000
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1


def verify(
    store: Store | Whole,
    org_keys: Sequence[int],
    anchors: Sequence[Mapping[str, Any]] = (),
    sealing_keys: Sequence[bytes] = (),
) -> list[Problem]:
    """Every problem of the file and of these organisations; an empty list means sound.

    Each organisation is seen at one moment. `anchors` are heads exported earlier: an anchor of an
    organisation that is not among `org_keys` is a problem too.
    """
    problems = [
        Problem(check="database.flawed", org_id=None, where=where, expected="no flaw", found=what)
        for where, what in store.flaws(org_keys)
    ]
    owned: dict[int | None, list[Mapping[str, Any]]] = {}
    for anchor in anchors:
        head = anchor if isinstance(anchor, Mapping) else {}
        owned.setdefault(from_uuid(0, str(head.get("org_id"))), []).append(head)
    for key in org_keys:
        problems += _verify_org(store, key, owned.pop(key, []), sealing_keys)
    for strays in owned.values():
        for anchor in strays:
            shown = str(anchor.get("org_id"))
            problems.append(
                Problem(
                    check="anchor.stray",
                    org_id=shown,
                    where="anchor",
                    expected="one of these books",
                    found=shown,
                )
            )
    return problems


def _verify_org(
    store: Store | Whole, key: int, anchors: Sequence[Mapping[str, Any]], sealing_keys: Sequence[bytes]
) -> Iterator[Problem]:
    try:
        with store.read(key, patient=True) as session:
            for check in CHECKS:
                yield from check(session)
            for anchor in anchors:
                yield from check_anchor(session, anchor, sealing_keys)
    except Unavailable as error:
        yield Problem(
            check="database.unreadable",
            org_id=uuid_text(0, key),
            where="the file",
            expected="rows",
            found=str(error.__cause__ or error),
        )


def compared(check: str, statement: str) -> Check:
    """The check whose problems are the rows of a named statement."""

    def rows(session: Session) -> Iterator[Problem]:
        for row in session.ask(statement):
            yield problem(session, check, str(row["place"]), str(row["expected"]), str(row["found"]))

    return rows


# ----- the chains, and the entries one by one -----


class _Chain:
    """A chain as far as it has been followed: rows are numbered 1, 2, 3 …, each linked to the last."""

    def __init__(self, session: Session, word: str) -> None:
        self._session = session
        self._word = word
        self._seq = 0
        self.last = GENESIS

    def follow(self, row: Row, expected: bytes) -> Iterator[Problem]:
        """The next row, and the hash that it should have after `last`."""
        seq, found = row["seq"], row["hash"]
        where = f"{self._word} {seq}"
        if seq != self._seq + 1:
            yield problem(self._session, "chain.gap", where, str(self._seq + 1), str(seq))
        if found != expected:
            yield problem(self._session, "chain.broken", where, expected.hex(), found.hex())
        self._seq, self.last = seq, found

    def end(self) -> Iterator[Problem]:
        """That the head row stands where the chain ends."""
        head = self._session.get(HEADS)
        ends = f"{self._seq} {self.last.hex()}"
        word = self._word
        found = "no head" if head is None else f"{head[word + '_seq']} {head[word + '_hash'].hex()}"
        if found != ends:
            yield problem(self._session, "head.differs", f"{word} chain", ends, found)


def _pages(session: Session, table: Table) -> Iterator[list[Row]]:
    """All rows in the order of their `seq`, a page at a time; the last page is a short one."""
    after = _FIRST
    while True:
        rows = session.find(table, after=after, limit=_PAGE, ascending=True)
        yield rows
        if len(rows) < _PAGE:
            return
        after = rows[-1]["seq"]


def check_events(session: Session) -> Iterator[Problem]:
    """The chain of events, from its first link to the head."""
    chain = _Chain(session, "event")
    for page in _pages(session, EVENTS):
        for row in page:
            yield from chain.follow(row, event_hash(chain.last, session.org_id, row))
    yield from chain.end()


def check_journal(session: Session) -> Iterator[Problem]:
    """Every entry with its postings, their chain, and the totals that they add up to."""
    chain = _Chain(session, "entry")
    totals: dict[tuple[int, int, str], list[int]] = {}
    for entry, row, lines in _journal(session):
        for line in lines:
            sums = totals.setdefault((line["account"], line["branch_id"], line["day"][:7]), [0, 0])
            sums[line["amount"] < 0] += abs(line["amount"])
        if row is None:
            yield problem(session, "posting.orphan", f"entry {entry}", "an entry", f"{len(lines)} postings")
        else:
            yield from _entry_problems(session, row, lines)
            yield from chain.follow(row, entry_hash(chain.last, session.org_id, row, lines))
    yield from chain.end()
    yield from _total_problems(session, totals)


def _journal(session: Session) -> Iterator[tuple[int, Row | None, list[Row]]]:
    """Every entry with its lines, in order; None for an entry that only has lines."""
    after = _FIRST
    for page in _pages(session, ENTRIES):
        until = page[-1]["seq"] if len(page) == _PAGE else _LAST
        postings = session.find(POSTINGS, [Condition("entry", "<=", until)], after=after, ascending=True)
        lines = {entry: list(group) for entry, group in groupby(postings, itemgetter("entry"))}
        rows = {row["seq"]: row for row in page}
        for entry in sorted(rows.keys() | lines.keys()):
            yield entry, rows.get(entry), lines.get(entry, [])
        after = until


def _entry_problems(session: Session, row: Row, lines: Sequence[Row]) -> Iterator[Problem]:
    where = f"entry {row['seq']}"
    if difference := sum([line["amount"] for line in lines]):
        yield problem(session, "entry.unbalanced", where, rupees(0), rupees(difference))
    if not 2 <= len(lines) == row["lines"]:
        yield problem(session, "entry.incomplete", where, f"{max(row['lines'], 2)} postings", str(len(lines)))
    for line in lines:
        if not line["amount"]:
            yield problem(session, "posting.zero", f"{where} line {line['line']}", "an amount", rupees(0))
        if line["day"] != row["date"]:
            yield problem(
                session, "posting.misdated", f"{where} line {line['line']}", row["date"], line["day"]
            )


def _total_problems(
    session: Session, derived: Mapping[tuple[int, int, str], Sequence[int]]
) -> Iterator[Problem]:
    kept = {
        (row["account"], row["branch_id"], row["month"]): [row["debit"], row["credit"]]
        for row in session.ask("verify.totals")
    }
    for key in sorted(kept.keys() | derived.keys()):
        expected, found = derived.get(key), kept.get(key)
        if expected != found:
            account, branch, month = key
            where = f"account {account} branch {branch} {month}"
            yield problem(session, "totals.differ", where, _sides(expected), _sides(found))


def _sides(sums: Sequence[int] | None) -> str:
    return "no total" if sums is None else f"{rupees(sums[0])} debit {rupees(sums[1])} credit"


# ----- the numbers -----


def check_numbers(session: Session) -> Iterator[Problem]:
    """That every value of every series, from 1 to the last one taken, belongs to exactly one row."""
    given = {
        (row["kind"], row["scope"], f"{row['prefix']}{row['year']}"): (
            row["given"],
            row["different"],
            row["first"],
            row["last"],
        )
        for row in session.ask("verify.given")
    }
    given.update(_journal_numbers(session))
    for row in session.ask("verify.series"):
        key = (row["kind"], row["scope"], f"{row['prefix']}{row['year']}")
        taken = row["next_no"] - 1
        found = given.pop(key, (0, 0, 1, 0))
        if found != (taken, taken, 1, taken):
            yield _number_problem(session, key, f"1 to {taken}, each once", found)
    for key, found in sorted(given.items()):
        yield _number_problem(session, key, "no series", found)


@lru_cache(maxsize=1024)
def _year(date: str) -> tuple[str, str]:
    """The financial year of a date: as numbers print it, and as series are kept by. What is no date is
    in a year of its own, which no series has."""
    try:
        year = financial_year(dt.date.fromisoformat(date))
    except ValueError:
        return "", date
    return year.compact, year.long


def _journal_numbers(session: Session) -> dict[tuple[str, str, str], tuple[int, int, int, int]]:
    serials: dict[str, list[int]] = {}
    for row in session.ask("verify.journal_numbers"):
        stem, _, serial = row["number"].rpartition("-")
        compact, long = _year(row["date"])
        stem = stem.removesuffix(compact) + long
        serials.setdefault(stem, []).append(int(serial) if serial.isdecimal() else 0)
    return {
        (DocumentKind.JOURNAL.value, "", stem): (len(all_), len(set(all_)), min(all_), max(all_))
        for stem, all_ in serials.items()
    }


def _number_problem(
    session: Session, key: tuple[str, str, str], expected: str, found: tuple[int, int, int, int]
) -> Problem:
    rows, different, first, last = found
    told = f"{rows} rows with {different} values from {first} to {last}"
    return problem(session, "numbers.incomplete", " ".join(filter(None, key)), expected, told)


CHECKS: Final[list[Check]] = [
    check_journal,
    compared("reversal.differs", "checks_journal.mirrored"),
    check_events,
    check_numbers,
    check_documents,
    check_prices,
    check_expenses,
    check_payments,
    check_allocations,
    check_orders,
    check_kept,
    check_lock,
    check_waiting,
    compared("attachment.incomplete", "blobs.incomplete"),
]
"""What is checked of every organisation, in this order; see above for how to add to it."""
