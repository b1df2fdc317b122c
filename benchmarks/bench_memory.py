"""Memory: a process that makes ten thousand invoices, or lists them, does not grow; reports stay small, and
long ones as small as short ones.

Each job runs in a process of its own. `--large` draws the reports over a million postings.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.fill import fill
from benchmarks.measure import Effort, Ratio, main
from benchmarks.peaks import peaks
from benchmarks.shop import Shop

INVOICES = 10_000
ALLOWED = 20.0
"""MB that ten thousand invoices may add to a process; as many for listing them."""

ALLOWED_LONG = 4.0
"""MB that a day book may add to a process, however long its period is."""

POSTINGS = 100_000
PER_DAY = 100


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Growth against what is allowed, and peaks against plain `sqlite3`, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.db"
        count = effort.of(INVOICES)
        for title, job in ((f"creating {count:,} invoices", "creating"), ("all() over them", "listing")):
            before, after = peaks(job, path, count)
            yield Ratio(
                f"growth by {title}, over what is allowed", max(0.0, after - before), ALLOWED, 1, "MB"
            )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entries.db"
        postings = effort.of(POSTINGS * (10 if effort.large else 1), least=4000)
        with Shop(path) as shop:
            fill(shop, 0, postings // 4, PER_DAY)
        ours, plain = peaks("reporting", path)[1], peaks("plain_reporting", path)[1]
        yield Ratio(f"peak of reports, {postings:,} postings", ours, plain, 2, "MB")
        days = postings // 4 // PER_DAY
        before, after = peaks("streaming", path, days)
        grown = max(0.0, after - before)
        yield Ratio(f"growth by a day book of {days} days, not 20", grown, ALLOWED_LONG, 1, "MB")


if __name__ == "__main__":
    main(ratios)
