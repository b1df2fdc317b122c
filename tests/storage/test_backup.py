"""Copies under load, and heads that tell a copy which lost its end (`reliability.md` §9, §12)."""

import threading
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.errors import BooksUnusable, NotFound
from finzcore.ids import uuid_text
from finzcore.testing import Call
from tests.tampering import bare, laid_open

Head = dict[str, Any]
KEY, OTHER_KEY = b"s" * 32, b"t" * 32


def fill(call: Call, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        call.ok("POST", "/contacts", {"contact_name": f"c{number}", "opening_balance": "10.00"})


def words(problems: list[finzcore.Problem]) -> list[str]:
    return [problem.check for problem in problems]


def test_a_copy_made_under_load_verifies(acme: finzcore.Org, engine: finzcore.Engine, tmp_path: Path) -> None:
    done = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            number = 0
            while not done.is_set():
                # As Python does it: requests would run into their rate limit when the copies take long.
                acme.contacts.create(contact_name=f"c{number}", opening_balance=10)
                number += 1
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for copy in range(5):
            anchors = engine.backup(str(tmp_path / f"copy-{copy}.db"))
            with finzcore.open(str(tmp_path / f"copy-{copy}.db")) as copied:
                assert [] == copied.verify(anchor=anchors)
    finally:
        done.set()
        writer.join()
    assert [] == failed
    assert [] == engine.verify()


def test_nothing_is_left_beside_a_copy(call: Call, engine: finzcore.Engine, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    engine.backup(str(tmp_path / "copies" / "books.db"))
    assert ["books.db"] == [path.name for path in (tmp_path / "copies").iterdir()]


def test_an_existing_target_is_refused_and_untouched(engine: finzcore.Engine, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"precious")
    with pytest.raises(BooksUnusable, match="exists already"):
        engine.backup(str(tmp_path / "copy.db"))
    assert b"precious" == (tmp_path / "copy.db").read_bytes()


def test_books_in_memory_can_be_copied_to_a_file(tmp_path: Path) -> None:
    with finzcore.open(":memory:") as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        engine.backup(str(tmp_path / "copy.db"))
    with finzcore.open(str(tmp_path / "copy.db")) as copied:
        assert "Acme Traders" == copied.org(acme.org_id).profile["name"]


def test_every_organisation_of_the_books_is_anchored(engine: finzcore.Engine, tmp_path: Path) -> None:
    orgs = [engine.create_org(name=name, state="IN-KA") for name in ("Acme", "Bharat")]
    anchors = engine.backup(str(tmp_path / "copy.db"))
    assert [org.org_id for org in orgs] == [anchor["org_id"] for anchor in anchors]


# ----- anchors -----


@pytest.fixture
def head(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> Head:
    fill(call, 5)
    return engine.export_head(acme.org_id)


def test_a_head_says_where_both_chains_end(head: Head, target: str, acme: finzcore.Org) -> None:
    with bare(target) as books:
        entry, event = (
            books.execute(f"SELECT seq, hash FROM {table} ORDER BY seq DESC").fetchone()
            for table in ("entries", "events")
        )
    assert (acme.org_id, entry[0], entry[1].hex(), event[0], event[1].hex()) == tuple(
        head[name] for name in ("org_id", "entry_seq", "entry_hash", "event_seq", "event_hash")
    )
    assert ("2026-05-19T05:00:00.000000Z", []) == (head["time"], head["seals"])


def test_there_is_no_head_of_nobody(engine: finzcore.Engine) -> None:
    with pytest.raises(NotFound):
        engine.export_head(uuid_text(0, 99))


def test_an_anchor_holds_while_the_books_grow(call: Call, engine: finzcore.Engine, head: Head) -> None:
    assert [] == engine.verify(anchor=head)
    fill(call, 3, start=5)
    assert [] == engine.verify(anchor=head)
    assert [] == engine.verify(head["org_id"], anchor=[head, engine.export_head(head["org_id"])])


def test_a_head_of_empty_books_holds_too(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    assert [] == engine.verify(anchor=engine.export_head(acme.org_id))


def cut(target: str, table: str) -> None:
    """Take the last row of a chain away so well that the books alone cannot tell."""
    word = {"entries": "entry", "events": "event"}[table]
    last = f"(SELECT MAX(seq) FROM {table})"
    with laid_open(target) as books:
        if table == "entries":
            for sign, column in (("", "debit"), ("-", "credit")):
                books.execute(
                    f"UPDATE totals SET {column} = {column} - (SELECT SUM(CASE WHEN {sign}amount > 0 "
                    f"THEN {sign}amount ELSE 0 END) FROM postings AS p "
                    f"WHERE p.entry = {last} AND p.account = totals.account)"
                )
            books.execute(
                f"UPDATE contacts SET opening_entry = NULL, opening_balance = 0 WHERE opening_entry = {last}"
            )
            books.execute(f"DELETE FROM postings WHERE entry = {last}")
            books.execute("UPDATE series SET next_no = next_no - 1 WHERE kind = 'JOURNAL'")
        books.execute(f"DELETE FROM {table} WHERE seq = {last}")
        hashed = f"(SELECT hash FROM {table} WHERE seq = {last})"
        books.execute(f"UPDATE heads SET {word}_seq = {last}, {word}_hash = {hashed}")


@pytest.mark.parametrize("table", ["entries", "events"])
def test_only_the_anchor_tells_that_a_chain_lost_its_end(
    engine: finzcore.Engine, head: Head, target: str, table: str
) -> None:
    cut(target, table)
    assert [] == engine.verify()
    (problem,) = engine.verify(anchor=head)
    assert ("anchor.shorter", head["org_id"]) == (problem.check, problem.org_id)


def test_a_chain_that_went_another_way_is_told(
    call: Call, engine: finzcore.Engine, head: Head, target: str
) -> None:
    cut(target, "entries")
    call.ok("POST", "/contacts", {"contact_name": "another", "opening_balance": "11.00"})
    assert [] == engine.verify()
    assert ["anchor.differs"] == words(engine.verify(anchor=head))


@pytest.mark.parametrize("name", ["entry_seq", "entry_hash", "event_seq", "event_hash", "time", "signature"])
def test_a_head_that_was_altered_is_not_signed(engine: finzcore.Engine, head: Head, name: str) -> None:
    altered = head | {name: 1 if name.endswith("seq") else "0" * 64}
    assert "anchor.unsigned" in words(engine.verify(anchor=altered))


@pytest.mark.parametrize(
    "change",
    [
        {"entry_seq": None},
        {"entry_seq": "three"},
        {"entry_hash": None},
        {"signature": None},
        {"signature": 5},
        {"seals": 5},
        {"entry_seq": [1]},
    ],
)
def test_what_is_no_head_is_told(engine: finzcore.Engine, head: Head, change: Head) -> None:
    problems = words(engine.verify(anchor=head | change))
    assert problems
    assert {"anchor.unreadable", "anchor.unsigned", "anchor.differs"} >= set(problems)
    assert ["anchor.unreadable"] == words(engine.verify(anchor={"org_id": head["org_id"]}))


def test_a_head_of_other_books_is_told(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    with finzcore.open(":memory:") as others:
        strange = others.export_head(others.create_org(name="Bharat", state="IN-KA").org_id)
    assert ["anchor.stray"] == words(engine.verify(anchor=strange))
    assert ["anchor.stray"] == words(engine.verify(anchor={}))


def test_sealing_keys_tell_a_forged_head(target: str, head: Head, engine: finzcore.Engine) -> None:
    def opened(*keys: bytes) -> finzcore.Engine:
        return finzcore.open(target, settings=finzcore.Settings(sealing_keys=keys))

    with opened(KEY, OTHER_KEY) as sealing:
        sealed = sealing.export_head(head["org_id"])
        assert 2 == len(set(sealed["seals"]) - {sealed["signature"]})
        assert [] == sealing.verify(anchor=sealed)
        assert ["anchor.unsealed"] == words(sealing.verify(anchor=head))
        assert ["anchor.unsealed"] == words(sealing.verify(anchor=sealed | {"seals": ["0" * 64]}))
    with opened(OTHER_KEY) as rotated:
        assert [] == rotated.verify(anchor=sealed)
    with opened(b"u" * 32) as stranger:
        assert ["anchor.unsealed"] == words(stranger.verify(anchor=sealed))
    assert [] == engine.verify(anchor=sealed)
