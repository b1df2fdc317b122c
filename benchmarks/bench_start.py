"""From the start of a process to the first balance, against plain `sqlite3` that also imports attrs.

Both read the same books; the floor sums the month totals by account. Both have their modules compiled
already, as those of an installed package are. The list shows which imports of
ours take longest, each without what it imports in turn.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.fill import fill
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

ENTRIES = 2000

OURS = """
import sys, finzcore
engine = finzcore.open(sys.argv[1])
balance = engine.orgs()[0].reports.trial_balance(as_of_date="2024-04-30")
assert balance["total_debit"] > 0
engine.close()
"""
BARE = """
import sys, sqlite3, attrs
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
    db.execute("PRAGMA " + pragma)
names = dict(db.execute("SELECT number, name FROM accounts"))
sums = db.execute("SELECT account, sum(debit - credit) FROM totals WHERE month <= '2024-04' GROUP BY account")
balance = {names[account]: net for account, net in sums}
assert sum(net for net in balance.values() if net > 0) > 0
db.close()
"""
PLAINEST = BARE.replace(", attrs", "")


def started(script: str, path: Path, *flags: str) -> str:
    """Run a script in a process of its own; what it said on its way."""
    done = subprocess.run(
        [sys.executable, *flags, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ
        | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")},
    )
    return done.stderr


def running(script: str, path: Path) -> Callable[[], str]:
    """The same, to be timed."""
    return lambda: started(script, path)


def slowest_imports(path: Path, most: int = 12) -> Iterator[str]:
    """The modules that take longest to import, themselves alone, in milliseconds."""
    told = re.findall(r"import time: +(\d+) \| +\d+ \| +(\S+)", started(OURS, path, "-X", "importtime"))
    rows = sorted(((int(micros), name) for micros, name in told), reverse=True)
    yield f"{len(rows)} modules, {sum(micros for micros, _ in rows) / 1000:.1f} ms, under -X importtime"
    for micros, name in rows[:most]:
        yield f"{micros / 1000:6.1f} ms  {name}"


def ratios(effort: Effort) -> Iterator[Ratio]:
    """One ratio, many starts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.db"
        with Shop(path) as shop:
            fill(shop, 0, effort.of(ENTRIES), per_day=100)
        scripts = [running(script, path) for script in (OURS, BARE, PLAINEST)]
        for start in scripts:
            start()
        taken = medians(*scripts, rounds=4 * effort.rounds - 1, each=1)
        ours, bare, plainest = (time / 1000 for time in taken)
        for line in slowest_imports(path):
            print(f"  {line}")
        print(f"  without attrs the floor takes {plainest:.1f} ms")
        yield Ratio("import, open, first balance", ours, bare, 2, "ms")


if __name__ == "__main__":
    main(ratios)
