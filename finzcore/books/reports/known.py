"""How far the books are looked at: all of them, or what had been recorded by an instant (`api.md` §5.2).

Entries are known by their number, because a number never comes before one that was there; documents,
allocations and voids by the instant that stands on them. The number is that of the last entry before the
first one recorded later: a clock that jumps back adds nothing to what an instant has known.
"""

import datetime as dt
import re
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books, instant
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.shapes import flag, mention, shape, special
from finzcore.errors import RuleBroken

_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII
)
END_OF_TIME: Final = "9999-12-31T23:59:59.999999Z"
"""Later than every instant that books can have."""


class InstantKind(Kind):
    """An instant, kept in UTC with microseconds; without an offset it is in UTC, as answers are."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """A date and a time of RFC 3339."""
        text = raw.strip() if isinstance(raw, str) else ""
        try:
            given = dt.datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
            if given is not None:
                return instant((given if given.tzinfo else given.replace(tzinfo=dt.UTC)).astimezone(dt.UTC))
        except (ValueError, OverflowError):
            pass
        raise Wrong("Must be an instant, such as 2026-05-31T18:30:00Z.")

    def written(self) -> str:
        """With its microseconds, if it has any."""
        return """f'"{v[:19]}{"" if v[19:26] == ".000000" else v[19:26]}Z"'"""

    def plain(self, value: str, org: int) -> str:
        """As on the wire."""
        return f"{value[:19]}{'' if value[19:26] == '.000000' else value[19:26]}Z"

    def shown(self) -> dict[str, Any]:
        """A date-time, in UTC."""
        return {"type": "string", "format": "date-time"}

    def schema(self) -> dict[str, Any]:
        """A date-time; the offset may be left out."""
        return {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)?$"}


@shape
class Asked:
    """What every report may be asked besides what is its own (`api.md` §5, §5.2)."""

    branch_id: int | None = mention("br_", "branches", "Branch", usable=False)
    explain: int = flag(default=False)
    as_known_at: str | None = special(InstantKind())


class Known(NamedTuple):
    """Entries through `seq`; documents, voids and allocations through `time`."""

    seq: int
    time: str


def known(books: Books, query: Asked) -> Known | None:
    """How far a report looks; None for all there is, which month totals can tell.

    What is explained is fixed as it stands now, so that the next page of its sources is of the same figure.
    """
    fixed: Known | None = query.__dict__.get("known")
    if fixed is not None:
        return fixed
    if query.as_known_at is not None:
        return known_at(books, query.as_known_at)
    return now(books) if query.explain else None


def now(books: Books) -> Known:
    """The books as they stand; what another clock, a little ahead of ours, has recorded belongs to them."""
    seq = books.head["entry_seq"]
    last = books.session.ask("reports.recorded", seq=seq)
    return Known(seq, max([books.time, *[row["recorded_at"] for row in last]]))


def known_at(books: Books, time: str) -> Known:
    """The books as they stood at an instant."""
    later = books.session.ask("reports.first_after", time=time)
    return Known(later[0]["seq"] - 1 if later else books.head["entry_seq"], time)


def fix(query: Asked, at: Known) -> None:
    """Have a report look no further than this, whatever it was asked."""
    query.__dict__["known"] = at


def seq_of(at: Known | None) -> int:
    """The last entry that counts."""
    return 2**62 if at is None else at.seq


def time_of(at: Known | None) -> str:
    """The last instant that counts."""
    return END_OF_TIME if at is None else at.time
