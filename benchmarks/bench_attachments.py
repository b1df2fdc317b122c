"""Attachments: a large file is never in memory, on its way in or out, in the books or in a folder.

Each job runs in a process of its own, through WSGI and the temporary file behind it. How long a file takes
is told beside a synced copy of the same bytes on the same disk.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import finzcore
from benchmarks.files import Desk
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.peaks import peaks
from finzcore.books.upload import MOST_BYTES

ALLOWED = 20.0
"""MB that one file may add to a process."""

ATTACHING, FETCHING = 15.0, 2.0
"""Times a bare synced copy that a file may take on its way in, through a form, a temporary file and a
digest, and on its way out."""


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Growth against what is allowed, in MB; then the time of a file against a bare copy."""
    size = effort.of(MOST_BYTES)
    for where in ("in the books", "in a folder"):
        for verb in ("attaching", "fetching"):
            with tempfile.TemporaryDirectory() as folder:
                job = f"{verb}_{where.rpartition(' ')[2]}"
                before, after = peaks(job, Path(folder) / "books.db", size)
            growth = max(0.0, after - before)
            yield Ratio(f"growth by {verb} {size / 2**20:.2g} MiB {where}", growth, ALLOWED, 1, "MB")
    for where in ("in the books", "in a folder"):
        yield from _times(effort, where, size)


def _times(effort: Effort, where: str, size: int) -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        blobs = finzcore.BlobFolder(f"{folder}/files") if where == "in a folder" else None
        desk = Desk(f"{folder}/books.db", blobs=blobs)
        original = Path(folder) / "original"
        original.write_bytes(bytes(size))
        url = desk.attach(size)

        def copied() -> None:
            with original.open("rb") as source, (Path(folder) / "copy").open("wb") as copy:
                shutil.copyfileobj(source, copy, 2**18)
                copy.flush()
                os.fsync(copy.fileno())

        turns = {"rounds": max(1, effort.rounds // 3), "each": 1}
        attach, fetch, copy = medians(lambda: desk.attach(size), lambda: desk.fetch(url), copied, **turns)
        desk.close()
    yield Ratio(f"attaching {where}, over a synced copy", attach / 1000, copy / 1000, ATTACHING, "ms")
    yield Ratio(f"fetching {where}, over a synced copy", fetch / 1000, copy / 1000, FETCHING, "ms")


if __name__ == "__main__":
    main(ratios)
