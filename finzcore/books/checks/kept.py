"""What `verify` asks of rows that name each other: documents and entries, numbers, openings, stock."""

from collections.abc import Iterator
from typing import Final

from finzcore.books.head import HEADS
from finzcore.books.papers.kind import kinds
from finzcore.books.problem import Problem, problem
from finzcore.books.text import json_value
from finzcore.ledger.series import number_key
from finzcore.ports import Session

_OF_THOSE_ENTERED: Final = (
    ("document.unposted", "entry"),
    ("entry.stray", "stray"),
)
_OF_EACH_KIND: Final = (
    ("number.differs", "numbered"),
    ("number.differs", "given"),
)
_OF_ALL: Final = (
    ("number.differs", "spelled"),
    ("opening.differs", "opening"),
    ("entry.stray", "unopened"),
    ("stock.differs", "stock"),
)
"""The check, and the statement that gives the rows which fail it."""


def check_kept(session: Session) -> Iterator[Problem]:
    """Each document names an entry of its own, each such entry its document, and so do the numbers.

    A contact's opening balance is what its entry says. The stock of an item is what posted documents
    moved; where tracking was switched on or off meanwhile, nobody can tell, and it is left alone.
    """
    of_each = [
        (check, f"{kind.of}_{name}")
        for kind in kinds()
        for check, name in ((*_OF_THOSE_ENTERED, *_OF_EACH_KIND) if kind.source else _OF_EACH_KIND)
    ]
    for check, statement in (*of_each, *_OF_ALL):
        for row in session.ask(f"checks_kept.{statement}"):
            if row.get("number") is not None and row["beside"] and number_key(row["number"]) == row["kept"]:
                continue
            yield problem(session, check, str(row["place"]), str(row["expected"]), str(row["found"]))


def check_lock(session: Session) -> Iterator[Problem]:
    """The lock date is the one that the last event about it says."""
    head = session.get(HEADS)
    if head is None:  # which is a problem of its own
        return
    rows = session.ask("checks_kept.locked")
    said = json_value(rows[0]["changes"])["locked_through"]["new"] if rows else None
    if head["locked_through"] != said:
        yield problem(session, "lock.differs", "locked_through", str(said), str(head["locked_through"]))
