"""Whoever follows the events and is killed again and again has each of them exactly once, in order
(`api.md` §6.5): it keeps its place together with what it has read, and goes on from there.
"""

import os
import random
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

import finzcore
from finzcore.testing import Call
from tests.proof.races import SEED
from tests.proof.races_crews import open_books

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

LIVES: Final = 6
WRITERS: Final = 2
TURNS: Final = 4
MOMENTS: Final = ("read", "written down", "kept")
"""A page was read; it stands in the reader's own books, but nobody has committed it; it is committed."""


class Follower:
    """Reads the stream, and keeps in a file of its own what it read and how far it has come."""

    def __init__(self, target: str, token: str, kept: Path, killed: Callable[[str], None]) -> None:
        self._target, self._token, self._kept, self._killed = target, token, kept, killed

    def follow(self, *, until: int | None = None) -> None:
        """Read on from where it stopped; for ever, or until a place is reached."""
        with closing(sqlite3.connect(self._kept)) as own, open_books(self._target, "follower") as engine:
            own.execute("CREATE TABLE IF NOT EXISTS events (event_id TEXT, seq INTEGER, action TEXT)")
            call = Call(engine, self._token)
            place = self._place(own)
            while until is None or place < until:
                place = self._page(own, call, place)

    def _place(self, own: sqlite3.Connection) -> int:
        ((place,),) = own.execute("SELECT coalesce(max(seq), 0) FROM events")
        return int(place)

    def _page(self, own: sqlite3.Connection, call: Call, place: int) -> int:
        page = call.ok("GET", f"/events?after={place}&limit=3")
        rows = [(one["event_id"], int(one["seq"]), one["action"]) for one in page["events"]]
        assert list(range(place + 1, place + 1 + len(rows))) == [seq for _, seq, _ in rows], "a gap"
        if not rows:
            return place
        self._killed("read")
        with own:
            own.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
            self._killed("written down")
        self._killed("kept")
        return int(page["page_context"]["next_after"])


def killer(moment: str, count: int) -> Callable[[str], None]:
    """Ends the process when it is at a moment for the so-many-th time."""
    left = [count]

    def reached(here: str) -> None:
        left[0] -= here == moment
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def write(engine: finzcore.Engine, token: str, name: str) -> None:
    call = Call(engine, token)
    for turn in range(TURNS):
        key = f"{name}-{turn}"
        made = call.ok("POST", "/contacts", {"contact_name": key}, key=key)["contact"]
        call.ok("DELETE", f"/contacts/{made['contact_id']}")


def life(target: str, token: str, kept: Path, number: int) -> None:
    """A follower reads while others write, and is killed."""
    chance = random.Random(f"{SEED}/{number}")
    moment, count = MOMENTS[number % len(MOMENTS)], chance.randint(1, 4)
    child = os.fork()
    if child == 0:
        try:
            Follower(target, token, kept, killer(moment, count)).follow()
        finally:
            os._exit(1)
    with open_books(target, f"writers {number}") as engine:
        writers = [
            Thread(target=write, args=(engine, token, f"{number}-{which}")) for which in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert -signal.SIGKILL == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_follower_that_is_killed_has_each_event_once_and_in_order(target: str, tmp_path: Path) -> None:
    kept = tmp_path / "followed.db"
    with open_books(target, "founding") as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        minted = engine.mint_pat(org_id=acme.org_id)
        engine.set_tier(minted.token_id, "PARTNER")
    places = []
    for number in range(LIVES):
        life(target, minted.token, kept, number)
        with closing(sqlite3.connect(kept)) as own:
            places += own.execute("SELECT coalesce(max(seq), 0), count(*) FROM events").fetchall()
    assert [place for place, _ in places] == [count for _, count in places]
    assert len({place for place, _ in places}) > 2  # it came further between its deaths
    with open_books(target, "looking") as engine:
        happened = [
            (one["event_id"], one["seq"], one["action"])
            for one in engine.org(acme.org_id).events.all(limit=1000)
        ]
    assert list(range(1, 5 + 2 * TURNS * WRITERS * LIVES)) == [seq for _, seq, _ in happened]
    assert TURNS * WRITERS * LIVES == sum(action == "CONTACT_DELETED" for *_, action in happened)
    Follower(target, minted.token, kept, lambda moment: None).follow(until=len(happened))
    with closing(sqlite3.connect(kept)) as own:
        assert happened == own.execute("SELECT event_id, seq, action FROM events ORDER BY rowid").fetchall()
