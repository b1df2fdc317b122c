"""What `verify` asks of allocations: their worth in rupees, their day, and the entry that they made."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Final

from finzcore.books.checks.prices import compared_postings, grouped
from finzcore.books.masters import load
from finzcore.books.problem import Problem, problem, refused_too
from finzcore.documents.allocation import Application
from finzcore.documents.exchange import in_rupees
from finzcore.documents.payment import WAYS, Flow, PaymentType, application_postings
from finzcore.fiscal import india_date
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.money import Paise, rupees
from finzcore.ports import Row, Session

CHECK: Final = "allocation.differs"

_PAGE: Final = 2000


def check_allocations(session: Session) -> Iterator[Problem]:
    """Each allocation that counts joins two that exist, on their day and at their rates.

    In rupees both sides are the amount itself. In another currency what uses something up takes all
    that is left of it, so one side may differ from its rate by the paise that the others left.
    """
    chart = load(session).chart
    posted = grouped(session.ask("checks_payments.applied_postings"))
    for rows in chain(_sources(session, "payments"), _sources(session, "credit_notes")):
        for row in rows:
            found = _allocation(session, row, rows)
            yield from refused_too(session, CHECK, _named(row), found)
        for entry, group in _by_entry(rows).items():
            found = _entry(session, chart, group, posted.get(entry, []))
            yield from refused_too(session, CHECK, _named(group[0]), found)


def _entry(session: Session, chart: Chart, group: Sequence[Row], posted: Sequence[Row]) -> Iterator[Problem]:
    """The entry of what was applied at a later time, together."""
    first = group[0]
    applied = [Application(amount=one["amount"], used=one["used"], relieved=one["relieved"]) for one in group]
    branch, contact = first["source_branch"], first["source_contact"]
    made = application_postings(_sits_on(first), applied, chart=chart, branch_id=branch, contact_id=contact)
    yield from compared_postings(session, _named(first), made, posted, check=CHECK)


def _sources(session: Session, of: str) -> Iterator[list[Row]]:
    """The allocations of each payment, or of each note, a page at a time."""
    after = -(2**63)
    size = _PAGE
    while rows := session.ask("checks_payments.allocations", of=of, after=after, page=size):
        groups = [list(group) for _, group in groupby(rows, itemgetter("source_id"))]
        if len(rows) == size:
            if len(groups) == 1:
                size *= 2
                continue
            groups.pop()
        yield from groups
        after = groups[-1][-1]["source_id"]


def _named(row: Row) -> str:
    return f"allocation of {row['source_number']} to {row['target_number']}"


def _by_entry(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """What was applied in entries of its own, by entry; only where the source is still known."""
    made: dict[int, list[Row]] = {}
    for row in rows:
        if row["entry"] is not None and row["target_type"] != "refunds" and row["source_date"] is not None:
            made.setdefault(row["entry"], []).append(row)
    return made


def _sits_on(row: Row) -> Role:
    if row["source_type"] == "credit_notes":
        return Role.AP if row["source_side"] == "VENDOR" else Role.AR
    role = WAYS[Flow(row["flow"]), PaymentType(row["payment_type"])].sits_on
    return Role.AR if role is None else role


def _allocation(session: Session, row: Row, rows: Sequence[Row]) -> Iterator[Problem]:
    where = _named(row)
    if row["source_date"] is None or row["target_date"] is None:
        yield problem(
            session, CHECK, where, "two documents", f"{row['source_date']} and {row['target_date']}"
        )
        return
    if row["amount"] <= 0:
        yield problem(session, CHECK, f"{where} amount", "an amount", rupees(row["amount"]))
    ends = [f"contact {row[f'{end}_contact']}, {row[f'{end}_currency']}" for end in ("source", "target")]
    if ends[0] != ends[1]:
        yield problem(session, CHECK, where, ends[0], ends[1])
    if row["released_at"] is None:
        if row["source_voided"] is not None or row["target_voided"] is not None:
            yield problem(session, CHECK, where, "released", "counted")
        days = _days(row, rows)
        if row["date"] not in days:
            yield problem(session, CHECK, f"{where} date", " or ".join(sorted(days)), row["date"])
    yield from _worth(session, where, row, rows)


def _days(row: Row, rows: Sequence[Row]) -> set[str]:
    """The days on which it can have been: that of its entry, or when both ends and the books were there."""
    if row["entry"] is not None:
        return {row["entry_date"]}
    both = max(row["source_date"], row["target_date"])
    today = india_date(dt.datetime.fromisoformat(row["created_at"])).isoformat()
    together = [
        one["target_date"]
        for one in rows
        if one["created_at"] == row["created_at"] and one["target_date"] is not None
    ]
    later = {max(both, today, other) for other in together}
    return later | {both} if row["created_at"] == row["source_created"] else later


def _worth(session: Session, where: str, row: Row, rows: Sequence[Row]) -> Iterator[Problem]:
    """What it is in rupees, at the rate of either end. A released one may have been worth something
    else: its note can have been edited since."""
    if row["released_at"] is not None:
        return
    refund = row["target_type"] == "refunds"
    ends = (("used", row["source_rate"], len(rows)), ("relieved", row["target_rate"], row["on_target"]))
    for name, rate, beside in ends:
        if refund and name == "relieved":
            expected, spare = row["used"], 0
        elif row["source_currency"] == "INR":
            expected, spare = row["amount"], 0
        else:
            expected, spare = in_rupees(Paise(row["amount"]), rate), max(beside, 2)
        if abs(row[name] - expected) > spare:
            yield problem(session, CHECK, f"{where} {name}", rupees(expected), rupees(row[name]))
