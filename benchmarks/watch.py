"""What a PostgreSQL is busy with while others work: what its sessions wait for, and its processor's time."""

import threading
from collections import Counter
from contextlib import suppress
from typing import Any, Final

import psutil
import psycopg

EVERY: Final = 0.01
"""Seconds between two looks."""

LOOK: Final = """
    SELECT CASE
        WHEN state = 'active' THEN coalesce(wait_event_type || ' ' || wait_event, 'works')
        WHEN state = 'idle in transaction' THEN 'waits for its client, holding its locks'
        ELSE 'idle' END
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
"""
PROCESSES: Final = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


class Watch:
    """Looks at a server from the moment it is entered until it is left."""

    def __init__(self, around: psycopg.Connection[Any]) -> None:
        self._around = around
        self._over = threading.Event()
        self.seen: Counter[str] = Counter()
        self.looks = 0
        self.processor = 0.0
        """Seconds of the processor that the server's processes took."""

    def __enter__(self) -> "Watch":
        self._over.clear()
        self._before = self._processor()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        after = self._processor()
        self.processor += sum(taken - self._before.get(pid, 0.0) for pid, taken in after.items())

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.looks += 1
            self.seen.update(what for (what,) in self._around.execute(LOOK))

    def _processor(self) -> dict[int, float]:
        taken = {}
        for (pid,) in self._around.execute(PROCESSES).fetchall():
            with suppress(psutil.NoSuchProcess):  # gone in the meantime
                times = psutil.Process(pid).cpu_times()
                taken[pid] = times.user + times.system
        return taken

    def shares(self) -> list[tuple[str, float]]:
        """What sessions were found at, and how many of them on average."""
        return [(what, count / max(1, self.looks)) for what, count in self.seen.most_common()]
