"""Counting a request on PostgreSQL: by itself, or in the statement that looks up who sent it."""

from functools import cache
from typing import Any, Final

from finzcore.storage.postgres_unit import Answer, Unit, Values

Hit = tuple[bytes, int]
"""A bucket, and the window in which it is counted."""

_HIT: Final = (
    "INSERT INTO finz_limits (bucket, since, hits) VALUES ($%d, $%d, 1) ON CONFLICT (bucket) DO UPDATE SET "
    "hits = CASE WHEN finz_limits.since = excluded.since THEN finz_limits.hits + 1 ELSE 1 END, "
    "since = excluded.since RETURNING hits"
)
HIT: Final = _HIT % (1, 2)
"""Counts one request, and says how many there were."""


@cache
def along(text: str, places: int) -> str:
    """A reading statement that counts a request, too: its rows, each behind how many requests there were
    and whether there is a row at all.

    Two statements in one pipeline would be one journey as well, and take half as long again.
    """
    hit = _HIT % (places + 1, places + 2)
    return (
        f"WITH hit AS ({hit}) SELECT hit.hits, known.* FROM hit "  # noqa: S608
        f"LEFT JOIN (SELECT 1 AS there, found.* FROM ({text}) found) known ON TRUE"
    )


class Counting(Unit):
    """What reads among the shared tables, a statement at a time, and counts a request with the first."""

    def __init__(self, hit: Hit, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        self._hit: Hit | None = hit
        self.counted: tuple[Hit, int] | None = None

    def read(self, text: str, values: Values) -> Answer:
        """The answer of a statement, without what was counted."""
        hit, self._hit = self._hit, None
        if hit is None:
            return super().read(text, values)
        names, rows = super().read(along(text, len(values)), (*values, *hit))
        self.counted = (hit, rows[0][0])
        return names[2:], [row[2:] for row in rows if row[1] is not None]
