"""A disagreement that `verify` found."""

from collections.abc import Iterator

import attrs

from finzcore.errors import NotFound, RuleBroken
from finzcore.ids import uuid_text
from finzcore.ports import Session


@attrs.frozen(kw_only=True)
class Problem:
    """One figure that does not agree with the journal.

    `check` is a word that never changes, such as ``totals.differ`` (`docs/chain.md` lists them);
    `org_id` is None where the file itself is meant; `where` names the row, and the texts `expected`
    and `found` what it should and what it does say, amounts in rupees.

    >>> print(Problem(check="entry.unbalanced", org_id=None, where="entry 7", expected="0.00", found="0.01"))
    entry.unbalanced: entry 7: expected 0.00, found 0.01
    """

    check: str
    org_id: str | None
    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        told = f"{self.check}: {self.where}: expected {self.expected}, found {self.found}"
        return " ".join(told.split())


def problem(session: Session, check: str, where: str, expected: str, found: str) -> Problem:
    """A problem of the organisation that a session sees."""
    return Problem(
        check=check, org_id=uuid_text(0, session.org_id), where=where, expected=expected, found=found
    )


def refused_too(session: Session, check: str, where: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems of a row, and one more when it is such that the rules will not compute with it."""
    try:
        yield from problems
    except (RuleBroken, NotFound, AssertionError, ArithmeticError, LookupError, ValueError) as error:
        yield problem(session, check, where, "what the rules allow", str(error) or type(error).__name__)
