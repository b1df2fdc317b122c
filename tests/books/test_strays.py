"""Files outside the books: wherever an upload or a removal breaks off, no file is lost and none is left."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import finzcore
from finzcore.books.chores import strays
from finzcore.errors import Unavailable
from finzcore.testing import FrozenClock
from tests.api.filing import Filing, opened
from tests.engines import on_sqlite

HOUR = dt.timedelta(hours=1)


class Power(BaseException):
    """What ends everything at once."""


class Shaky:
    """A folder of blobs that breaks where a test wants it to."""

    def __init__(self, folder: Path) -> None:
        self.folder = finzcore.BlobFolder(folder)
        self.before: dict[str, BaseException] = {}
        self.after: dict[str, BaseException] = {}
        self.done: list[str] = []

    def _step(self, verb: str, *given: Any) -> Any:
        if verb in self.before:
            raise self.before[verb]
        result = getattr(self.folder, verb)(*given)
        self.done.append(verb)
        if verb in self.after:
            raise self.after[verb]
        return result

    def put(self, key: str, file: BinaryIO) -> None:
        self._step("put", key, file)

    def open(self, key: str) -> BinaryIO:
        opened: BinaryIO = self._step("open", key)
        return opened

    def remove(self, key: str) -> None:
        self._step("remove", key)

    def mend(self) -> None:
        self.before, self.after = {}, {}


@pytest.fixture
def blobs(tmp_path: Path) -> Shaky:
    return Shaky(tmp_path / "files")


@pytest.fixture
def filing(target: str, clock: FrozenClock, tmp_path: Path, blobs: Shaky) -> Iterator[Filing]:
    with opened(target, clock, blobs) as engine:
        yield Filing(engine, tmp_path / "files")


def collect(filing: Filing) -> int:
    return collected(filing.engine, filing.org._key, filing.engine.clock())


def collected(engine: finzcore.Engine, key: int, now: dt.datetime) -> int:
    """How many files the chore removes until there is nothing left for it to do."""
    removed, more = 0, True
    while more:
        turn = strays.work(engine.desk, key, now)
        removed, more = removed + turn.many, turn.more
    return removed


def clean(filing: Filing, files: int) -> None:
    """So many files are there, each is somebody's, and nothing is left to be done."""
    assert (files, []) == (len(filing.files()), filing.strays())
    assert 0 == collect(filing)
    for shown in filing.listed():
        filing.org.attachments.open(shown).close()
    assert files == len(filing.listed())


def test_a_file_outside_stands_under_its_documented_key(filing: Filing) -> None:
    filing.attach()
    (path,) = filing.files()
    *whose, name = path.relative_to(filing.folder).parts
    assert ["orgs", filing.org.org_id, "attachments", "CONTACT", filing.contact] == whose
    assert ("-receipt.pdf", 36) == (name[36:], len(name[:36]))
    clean(filing, 1)


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("error", [OSError("no such disk"), Power(), RuntimeError("a bug")])
def test_a_put_that_breaks_off_leaves_nothing_in_the_end(
    filing: Filing, blobs: Shaky, clock: FrozenClock, where: str, error: BaseException
) -> None:
    getattr(blobs, where)["put"] = error
    try:
        status = filing.call("POST", "/attachments", filing.form()).status
        assert (503 if isinstance(error, OSError) else 500) == status
    except Power:
        pass
    assert ([], 1) == (filing.listed(), len(filing.strays()))
    blobs.mend()
    clock.move(minutes=59)
    assert 0 == collect(filing)  # it may still be coming in
    clock.move(minutes=1)
    assert 1 == collect(filing)
    clean(filing, 0)


def test_a_unit_of_work_that_breaks_off_leaves_nothing_in_the_end(
    filing: Filing, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise Power

    with monkeypatch.context() as broken:
        broken.setattr("finzcore.books.resources.attachments._tell", fail)
        with pytest.raises(Power):
            filing.attach()
    assert ([], 1, 1) == (filing.listed(), len(filing.files()), len(filing.strays()))
    clock.move(hours=1)
    assert 1 == collect(filing)
    clean(filing, 0)


@pytest.mark.parametrize(
    "more", [{"entity_id": "ct_" + "0" * 32}, {"entity_type": "ITEM"}, {"description": "x" * 501}]
)
def test_what_is_refused_from_its_body_is_not_put_at_all(
    filing: Filing, blobs: Shaky, more: dict[str, str]
) -> None:
    assert filing.call("POST", "/attachments", filing.form(**more)).status in (400, 404)
    assert ([], []) == (blobs.done, filing.strays())


def test_what_the_books_refuse_is_removed_at_once(filing: Filing, blobs: Shaky, clock: FrozenClock) -> None:
    gone = filing.org.contacts.create(contact_name="Bela Foods")["contact_id"]
    filing.org.contacts.delete(gone)
    assert 404 == filing.call("POST", "/attachments", filing.form(entity_id=gone)).status
    assert (["put", "remove"], []) == (blobs.done, filing.files())
    clock.move(hours=1)
    assert 1 == collect(filing)
    clean(filing, 0)


def test_a_replay_puts_a_file_in_vain_and_removes_it(
    filing: Filing, blobs: Shaky, clock: FrozenClock
) -> None:
    for _ in range(2):
        filing.call.ok("POST", "/attachments", filing.form(), key="scan-1")
    assert (["put", "put", "remove"], 1) == (blobs.done, len(filing.files()))
    clock.move(hours=1)
    assert 1 == collect(filing)
    clean(filing, 1)


def test_a_removal_that_fails_is_made_up_for(filing: Filing, blobs: Shaky) -> None:
    made = filing.attach()["attachment_id"]
    blobs.before["remove"] = OSError("no such disk")
    filing.org.attachments.delete(made)
    assert ([], 1) == (filing.listed(), len(filing.files()))
    with pytest.raises(Unavailable, match="out of reach"):
        collect(filing)
    blobs.mend()
    assert 1 == collect(filing)
    clean(filing, 0)


def test_a_deletion_that_is_undone_keeps_the_file(filing: Filing) -> None:
    made = filing.attach()["attachment_id"]
    with pytest.raises(ZeroDivisionError), filing.org.transaction():
        filing.org.attachments.delete(made)
        raise ZeroDivisionError
    clean(filing, 1)


def test_within_a_transaction_files_go_into_the_books(filing: Filing, blobs: Shaky) -> None:
    with filing.org.transaction():
        filing.org.attachments.create(file=b"x", entity_type="CONTACT", entity_id=filing.contact)
    assert ([], 1) == (blobs.done, filing.kept())
    (shown,) = filing.listed()
    with filing.org.attachments.open(shown) as file:
        assert b"x" == file.read()


def test_a_deletion_within_a_transaction_is_made_good_by_the_scheduler(filing: Filing) -> None:
    made = filing.attach()["attachment_id"]
    with filing.org.transaction():
        filing.org.attachments.delete(made)
    assert 1 == len(filing.files())
    assert 1 == collect(filing)
    clean(filing, 0)


def test_an_upload_that_takes_longer_than_an_hour_is_given_up(
    filing: Filing, blobs: Shaky, clock: FrozenClock
) -> None:
    put = blobs.put

    def slow(key: str, file: BinaryIO) -> None:
        put(key, file)
        clock.move(hours=1)
        assert 1 == collect(filing)

    blobs.put = slow  # type: ignore[method-assign]
    assert 503 == filing.call("POST", "/attachments", filing.form()).status
    clean(filing, 0)


def test_a_doomed_file_is_never_somebodys(filing: Filing, blobs: Shaky, clock: FrozenClock) -> None:
    """The removal is under way when the upload comes to its end."""
    put = blobs.put

    def slow(key: str, file: BinaryIO) -> None:
        put(key, file)
        clock.move(hours=1)
        blobs.before["remove"] = Power()
        with pytest.raises(Power):
            collect(filing)
        blobs.mend()

    blobs.put = slow  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        filing.org.attachments.create(file=b"x", entity_type="CONTACT", entity_id=filing.contact)
    assert 1 == collect(filing)
    clean(filing, 0)


def test_the_scheduler_collects(filing: Filing, blobs: Shaky, clock: FrozenClock) -> None:
    blobs.after["put"] = Power()
    with pytest.raises(Power):
        filing.attach()
    blobs.mend()
    filing.engine.run_scheduler()
    assert 1 == len(filing.files())
    clock.move(hours=2)
    filing.engine.run_scheduler()
    clean(filing, 0)


def test_without_a_port_nothing_is_collected(target: str, clock: FrozenClock, tmp_path: Path) -> None:
    with opened(target, clock) as engine:
        assert 0 == collect(Filing(engine, tmp_path))


KILLED = """
import os, sys
import finzcore

class Killed(finzcore.BlobFolder):
    def put(self, key, file):
        super().put(key, file)
        os._exit(9)

with finzcore.open(sys.argv[1], blobs=Killed(sys.argv[2])) as engine:
    (acme,) = engine.orgs()
    (asha,) = acme.contacts.list()
    acme.attachments.create(file=bytes(10**6), entity_type="CONTACT", entity_id=asha["contact_id"])
"""


@on_sqlite  # the process is killed between the file and its row, which no engine sees
def test_a_process_that_is_killed_between_the_file_and_its_row_leaves_nothing_in_the_end(
    target: str, clock: FrozenClock, tmp_path: Path, blobs: Shaky
) -> None:
    with opened(target, clock) as engine:
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        org.contacts.create(contact_name="Asha Stores")
    folder = tmp_path / "files"
    done = subprocess.run([sys.executable, "-c", KILLED, target, str(folder)], env=os.environ, check=False)
    assert 9 == done.returncode
    assert 10**6 == sum(path.stat().st_size for path in folder.rglob("*-file"))
    with finzcore.open(target, blobs=blobs) as engine:
        key = engine.orgs()[0]._key
        assert 0 == collected(engine, key, engine.clock())
        assert 1 == collected(engine, key, engine.clock() + HOUR)
        assert [] == engine.verify()
    assert [] == [path for path in folder.rglob("*") if path.is_file()]
