"""Jobs whose memory is measured, each in a process of its own that imports only what the job needs.

`python -m benchmarks.peaks JOB BOOKS COUNT` prints the peak after the warm-up, and after the job, in
KiB, as the system counts the pages that a process has ever held at once.
"""

import datetime as dt
import itertools
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BANK = "SELECT number FROM accounts WHERE role = 'BANK'"
STATEMENT = """
    SELECT p.day, p.entry, p.amount, p.contact_id, p.description, e.number, e.memo, e.source
    FROM postings p JOIN entries e ON e.org_id = p.org_id AND e.seq = p.entry
    WHERE p.org_id = (SELECT org_id FROM orgs) AND p.account = ?
    ORDER BY p.day, p.entry, p.line LIMIT 1000
"""


def peak() -> int:
    """The most memory that this process has held, in KiB."""
    status = Path("/proc/self/status")
    if status.exists():  # the figure of `resource` may be that of the process which started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def creating(path: str, count: int) -> Iterator[None]:
    """Invoices, one after the other, after a few hundred to warm up."""
    from benchmarks.shop import Shop

    with Shop(Path(path)) as shop:
        body = shop.invoice(1, shop.customer())
        for number in range(count + 500):
            if number == 500:
                yield
            shop.ask(shop.request("POST", "/invoices", body))


def listing(path: str, count: int) -> Iterator[None]:
    """`all()` over every invoice, after three pages of them."""
    from benchmarks.shop import Shop

    with Shop(Path(path)) as shop:
        rows = shop.org.invoices.all(per_page=200)
        for _ in itertools.islice(rows, 600):
            pass
        yield
        for _ in rows:
            pass


def reporting(path: str, count: int) -> Iterator[None]:
    """A trial balance and a ledger of a thousand rows, as Python callers have them."""
    import finzcore

    yield
    with finzcore.open(path) as engine:
        acme = engine.orgs()[0]
        assert acme.reports.trial_balance(as_of_date="2035-03-31")["total_debit"] > 0
        bank = next(one for one in acme.accounts.list(per_page=200) if one["account_type"] == "BANK")
        assert acme.reports.ledger(account_id=bank["account_id"], to_date="2035-03-31", limit=1000)["entries"]


def streaming(path: str, count: int) -> Iterator[None]:
    """The day book of twenty days, piece by piece, and then that of so many days."""
    from benchmarks.fill import FIRST
    from benchmarks.shop import Shop

    with Shop(Path(path)) as shop:
        for days in (20, count):
            through = FIRST + dt.timedelta(days=days)
            asked = f"/reports/day_book?from_date={FIRST}&to_date={through}"
            for _ in shop.ask(shop.request("GET", asked)).chunks:
                pass
            yield


def plain_reporting(path: str, count: int) -> Iterator[None]:
    """The same from plain `sqlite3`."""
    yield
    db = sqlite3.connect(path)
    sums = db.execute("SELECT account, sum(debit - credit) FROM totals GROUP BY account").fetchall()
    assert sums
    (bank,) = db.execute(BANK).fetchone()
    rows = db.execute(STATEMENT, (bank,)).fetchall()
    balances = list(itertools.accumulate(row[2] for row in rows))
    assert len(balances) == len(rows) > 0
    db.close()


def attaching_books(path: str, size: int) -> Iterator[None]:
    """A file of so many bytes, after a few small ones."""
    yield from _attaching(path, size, fetch=False)


def attaching_folder(path: str, size: int) -> Iterator[None]:
    """The same, kept in a folder."""
    yield from _attaching(path, size, fetch=False, folder=f"{path}-files")


def fetching_books(path: str, size: int) -> Iterator[None]:
    """Such a file as it is given out."""
    yield from _attaching(path, size, fetch=True)


def fetching_folder(path: str, size: int) -> Iterator[None]:
    """The same from a folder."""
    yield from _attaching(path, size, fetch=True, folder=f"{path}-files")


def _attaching(path: str, size: int, *, fetch: bool, folder: str | None = None) -> Iterator[None]:
    import finzcore
    from benchmarks.files import Desk

    desk = Desk(path, blobs=None if folder is None else finzcore.BlobFolder(folder))
    for small in (1, 2**18 + 1, 2**20):
        assert desk.fetch(desk.attach(small)) == small
    if not fetch:
        yield
    url = desk.attach(size)
    if fetch:
        yield
        assert desk.fetch(url) == size
    desk.close()


JOBS: dict[str, Callable[[str, int], Iterator[None]]] = {
    job.__name__: job
    for job in (
        creating,
        listing,
        reporting,
        streaming,
        plain_reporting,
        attaching_books,
        attaching_folder,
        fetching_books,
        fetching_folder,
    )
}


def peaks(job: str, path: Path, count: int = 0) -> tuple[float, float]:
    """The peak of a job's process after its warm-up and at its end, in MB."""
    command = [sys.executable, "-m", "benchmarks.peaks", job, str(path), str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = (int(figure) / 1000 * 1.024 for figure in done.stdout.split())
    return before, after


if __name__ == "__main__":
    _, _job, _path, _count = sys.argv
    _steps = JOBS[_job](_path, int(_count))
    next(_steps)
    _before = peak()
    for _ in _steps:
        pass
    print(_before, peak())
