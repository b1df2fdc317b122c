"""Schedulers side by side, in threads and in processes, and schedulers that are killed: no document of a
day is missing, and none is made twice."""

import datetime as dt
import mmap
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

import finzcore
from finzcore.documents.recurrence import run_at
from tests.engines import is_postgres
from tests.proof.crash import STILL_AT_WORK, killed, marked, open_books, plan
from tests.proof.onlooker import looking
from tests.recurring import payload, schedule

SEED: Final = 20260519
FIRST: Final = dt.date(2026, 5, 1)
DAYS: Final = 12
SCHEDULES: Final = 3
ORGS: Final = 3
WORKERS: Final = 3
KILLS: Final = 30

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs fork and SIGKILL"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def furnished(target: str) -> list[str]:
    """Books of some organisations with daily schedules; their ids."""
    with open_books(target) as engine:
        orgs = [engine.create_org(name=f"Firm {number}", state="IN-KA") for number in range(ORGS)]
        for org in orgs:
            asha = org.contacts.create(contact_name="Asha Stores")["contact_id"]
            for number in range(SCHEDULES):
                body = payload(org, asha, notes=f"{number}", auto_approve=True)
                schedule(
                    org, asha, name=f"{number}", frequency="DAILY", start_date=FIRST.isoformat(),
                    template_payload=body,
                )  # fmt: skip
    return [org.org_id for org in orgs]


def nine(day: int) -> dt.datetime:
    """When the books wake on so many days after the first."""
    return run_at(FIRST + dt.timedelta(days=day))


def check(target: str, days: int | None = None) -> int:
    """Each schedule made the invoice of each day once, up to where it stands: after so many `days`, if
    that is known. How many invoices that are."""
    made = 0
    with open_books(target) as engine:
        for org in engine.orgs():
            expected: Counter[tuple[str, str]] = Counter()
            for one in org.recurring.list():
                stands = dt.date.fromisoformat(one["next_run_at"][:10])
                ran = (stands - FIRST).days
                assert (ran, None) == (one["run_count"], one["last_error"])
                assert days in (None, ran)
                for day in range(ran):
                    expected[one["name"], (FIRST + dt.timedelta(days=day)).isoformat()] += 1
            rows = list(org.invoices.all(per_page=200))
            assert expected == Counter((row["notes"], row["date"][:10]) for row in rows)
            numbers = sorted(int(row["invoice_number"].rpartition("-")[2]) for row in rows)
            assert list(range(1, len(rows) + 1)) == numbers
            made += len(rows)
        assert [] == engine.verify()
    return made


def test_two_schedulers_in_threads_make_each_document_once(target: str) -> None:
    furnished(target)
    met = threading.Barrier(WORKERS)
    done: list[int] = []
    failed: list[BaseException] = []

    def work(engine: finzcore.Engine) -> None:
        try:
            for day in range(DAYS):
                met.wait(30)
                done.append(engine.run_scheduler(nine(day)))
        except BaseException as error:
            failed.append(error)
            met.abort()

    with open_books(target) as one, open_books(target) as other:
        threads = [threading.Thread(target=work, args=(engine,)) for engine in (one, other, one)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [] == failed
    assert ORGS * SCHEDULES * DAYS == check(target, DAYS)
    assert ORGS * SCHEDULES * DAYS == sum(done) - _other_work(target)


def _other_work(target: str) -> int:
    """What the schedulers did besides: the documents that they told of as overdue."""
    with looking(target) as onlooker:
        ((count,),) = onlooker.rows("SELECT COUNT(*) FROM overdue")
    return int(count)


def test_schedulers_in_processes_make_each_document_once(target: str) -> None:
    furnished(target)
    children = [in_a_child(lambda: _days_go_by(target)) for _ in range(WORKERS)]
    assert [0] * WORKERS == [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ORGS * SCHEDULES * DAYS == check(target, DAYS)


def _days_go_by(target: str) -> None:
    with open_books(target) as engine:
        for day in range(DAYS):
            engine.run_scheduler(nine(day))


def in_a_child(work: Callable[[], None]) -> int:
    """Do something in another process, which ends with 0 when it is done."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def test_a_scheduler_that_is_killed_at_any_point_leaves_nothing_half_done(
    target: str, tmp_path: Path
) -> None:
    furnished(target)
    reached = [0]
    for number in range(KILLS):
        one = plan(number, SEED)

        def labour(_: int, shown: mmap.mmap, one: object = one, day: int = reached[-1]) -> None:
            with marked(target, one, shown):  # type: ignore[arg-type]
                engine = open_books(target)
                for later in range(10**6):
                    engine.run_scheduler(nine(day + later))

        killed(labour, tmp_path / one.name, one)
        if is_postgres(target):
            with looking(target) as onlooker:
                while onlooker.rows(STILL_AT_WORK):
                    time.sleep(0.001)
        made = check(target)
        # The next one goes on with the day on which this one was killed.
        reached.append(made // (ORGS * SCHEDULES))
    print(f"{KILLS} kills, {reached[-1]} days, {made} documents; seed {SEED}")
    assert reached[-1] > KILLS / 3
    with open_books(target) as engine:
        engine.run_scheduler(nine(reached[-1]))
        engine.run_scheduler(nine(reached[-1] + 1))
    assert check(target) > made
