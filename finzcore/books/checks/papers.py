"""What `verify` asks of documents: lines, totals, what is owed and what settled it agree."""

from collections.abc import Iterator
from typing import Final

from finzcore.books.papers.kind import kinds
from finzcore.books.problem import Problem, problem
from finzcore.money import rupees
from finzcore.ports import Session

CHECK: Final = "document.differs"

_DERIVED: Final = "true_"
"""Beside a kept figure a statement gives the derived one, under the same name with this before it."""


def check_documents(session: Session) -> Iterator[Problem]:
    """Each document: its totals are those of its lines, and it booked what it says.

    A cancelled one comes to nothing in the journal. What is owed is settled by as much as the live
    allocations say.
    """
    for kind in kinds():
        if kind.priced:
            yield from _figures(session, kind.label, f"checks_papers.{kind.of}_figures")
        if kind.means:
            yield from _booked(session, kind.label, f"checks_papers.{kind.of}_booked")
        if kind.left == "balance":
            yield from _figures(session, kind.label, f"checks_papers.{kind.of}_settled")


def _figures(session: Session, noun: str, statement: str) -> Iterator[Problem]:
    for row in session.ask(statement):
        for key, derived in row.items():
            name = key.removeprefix(_DERIVED)
            kept = row[name]
            if kept != derived:
                yield problem(session, CHECK, f"{noun} {row['number']} {name}", rupees(derived), rupees(kept))


def _booked(session: Session, noun: str, statement: str) -> Iterator[Problem]:
    for row in session.ask(statement):
        where = f"{noun} {row['number']} {row['owed']}"
        if row["due"] != row["net"]:
            yield problem(session, CHECK, where, rupees(row["due"]), rupees(row["net"]))
        else:
            yield problem(session, CHECK, where, rupees(row["total"]), rupees(row["booked"]))
