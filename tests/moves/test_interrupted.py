"""A move that does not come to its end leaves nothing that could be taken for books."""

import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import finzcore
from finzcore import moves
from finzcore.errors import BooksUnusable
from tests.engines import is_postgres
from tests.moves.conftest import ACME, BELA, Somewhere, opened, orgs
from tests.moves.test_proof import nothing_is_at
from tests.snapshot import snapshot

MOVE = """
import os, signal, sys
from finzcore import moves
from finzcore.storage import sqlite_copy

source, target, fraction = sys.argv[1:]

def told(done, steps):
    if done * 100 >= steps * int(fraction):
        os.kill(os.getpid(), signal.SIGKILL)

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if int(fraction) > 100:
    sqlite_copy.os.fsync = killed
moves.move(source, target, told=told)
"""


def killed_at(source: str, goal: str, percent: int) -> None:
    """A move in a process of its own, which is killed when so much is done; above 100, when it fsyncs."""
    done = subprocess.run(
        [sys.executable, "-c", MOVE, source, goal, str(percent)], capture_output=True, text=True, check=False
    )
    assert -signal.SIGKILL == done.returncode, done.stderr


@pytest.mark.parametrize("percent", [30, 80])
def test_a_move_that_is_killed_leaves_no_books(source: str, goal: str, percent: int) -> None:
    before = snapshot(source, without=())
    killed_at(source, goal, percent)
    if is_postgres(goal):
        assert nothing_is_at(goal)
        assert {} == orgs(goal)
    else:
        left = Path(f"{goal}.unfinished")
        beside = [Path(f"{goal}.unfinished{ending}") for ending in ("", "-wal", "-shm")]
        assert set(Path(goal).parent.iterdir()) <= set(beside)
        with pytest.raises(BooksUnusable, match="interrupted move has left, and no books"):
            finzcore.open(str(left))
        with pytest.raises(BooksUnusable, match=f"{left} is there: .* was interrupted"):
            moves.move(source, goal)
        left.unlink()
    moves.move(source, goal)
    assert before == snapshot(goal, without=())


@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
def test_a_move_that_is_killed_before_its_file_is_on_the_disk_has_no_name_yet(source: str, goal: str) -> None:
    killed_at(source, goal, 101)
    assert [f"{Path(goal).name}.unfinished"] == [path.name for path in Path(goal).parent.iterdir()]


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError, RuntimeError("told too much")])
def test_a_move_that_is_broken_off_leaves_nothing_at_all(
    source: str, goal: str, interruption: BaseException
) -> None:
    def told(done: int, steps: int) -> None:
        if done > steps // 3:
            raise interruption

    kind = interruption if isinstance(interruption, type) else type(interruption)
    with pytest.raises(kind):
        moves.move(source, goal, told=told)
    assert nothing_is_at(goal)
    moves.move(source, goal)


def test_others_keep_what_they_had_when_an_organisation_does_not_arrive(source: str, goal: str) -> None:
    both = orgs(source)
    with opened(goal) as engine:
        engine.import_org(source, org_id=both[BELA])
    before = snapshot(goal, without=())

    def told(_done: int, _steps: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moves.move(source, goal, org_id=both[ACME], told=told)
    assert before == snapshot(goal, without=())
    with opened(goal) as engine:
        assert [] == engine.verify()


def limited() -> None:
    """Files end at a quarter of a megabyte, less than empty books take with some trade in them."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_nothing_and_is_told_in_one_line(source: str, goal: str) -> None:
    before = snapshot(source, without=())
    command = [sys.executable, "-m", "finzcore", "move", source, goal]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert (1, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert done.stderr.startswith(f"Error: {goal} cannot be written: ")
    assert [] == list(Path(goal).parent.iterdir())
    assert before == snapshot(source, without=())


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
def test_what_other_books_have_left_gets_into_none_that_are_new(source: str, goal: str) -> None:
    finzcore.open(goal).close()
    with opened(goal) as engine:
        engine.create_org(name="Earlier", state="IN-KA")
        left = Path(f"{goal}-wal").read_bytes()
    assert left
    Path(goal).unlink()
    Path(f"{goal}-wal").write_bytes(left)
    with pytest.raises(BooksUnusable, match=f"{goal}-wal exists already"):
        moves.move(source, goal)
    Path(f"{goal}-wal").rename(f"{goal}.unfinished-wal")
    moves.move(source, goal)
    assert snapshot(source, without=()) == snapshot(goal, without=())
    assert [Path(goal)] == list(Path(goal).parent.iterdir())


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
def test_a_name_that_was_taken_meanwhile_keeps_what_it_has(source: str, goal: str) -> None:
    def told(_done: int, _steps: int) -> None:
        Path(goal).write_bytes(b"precious")

    with pytest.raises(BooksUnusable, match="exists already"):
        moves.move(source, goal, told=told)
    assert b"precious" == Path(goal).read_bytes()
    assert [Path(goal)] == list(Path(goal).parent.iterdir())


def test_of_two_moves_to_one_place_at_once_one_arrives(source: str, goal: str) -> None:
    met, results = threading.Barrier(2, timeout=20), []

    def move(told: Callable[[int, int], None] = moves.unheard) -> None:
        met.wait()
        try:
            results.append(str(moves.move(source, goal, told=told).rows))
        except BooksUnusable as error:
            results.append(str(error))

    both = [threading.Thread(target=move) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    rows = sum(map(len, snapshot(source, without=()).values()))
    refusals = [told for told in results if told != str(rows)]
    assert 1 == len(refusals), results
    assert "already" in refusals[0] or "at work" in refusals[0]
    assert snapshot(source, without=()) == snapshot(goal, without=())


def test_organisations_go_on_while_another_arrives_beside_them(somewhere: Somewhere, source: str) -> None:
    goal = somewhere("postgres")
    with opened(goal) as engine:
        own = engine.create_org(name="Own", state="IN-KA")
        written = []

        def told(done: int, _steps: int) -> None:
            written.append(own.contacts.create(contact_name=f"c{done}", opening_balance=5))

        moves.move(source, goal, org_id=orgs(source)[ACME], told=told)
        assert len(written) == len(list(own.contacts.all()))
        assert [] == engine.verify()
