"""Files that a machine left torn: a write-ahead log that ends anywhere, a disk that is full."""

import random
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

import finzcore
from finzcore.testing import Call
from tests.proof import seam
from tests.proof.crash import ask, open_books
from tests.proof.seam import Watch, Watched, watched
from tests.proof.trading import Asked, Known, draw
from tests.snapshot import snapshot

SEED: Final = 20260519
FRAME: Final = 24 + 4096
"""A page in the write-ahead log, and the header before it."""


class Limits(Watch):
    """Keeps the write-ahead log apart from the file, and the file within so many pages."""

    def __init__(self) -> None:
        self.pages = 0
        """The most pages that the file may have; 0 for as many as it likes."""

    def begin(self, connection: Watched, text: str) -> str:
        if text.startswith("PRAGMA wal_autocheckpoint"):
            return "PRAGMA wal_autocheckpoint = 0"
        if text.startswith("BEGIN"):
            most = self.pages or 2**30
            seam.plain_execute(connection, f"PRAGMA max_page_count = {most}")
        return text


@pytest.fixture
def limits() -> Iterator[Limits]:
    watch = Limits()
    with watched(watch):
        yield watch


@pytest.fixture
def books(limits: Limits, tmp_path: Path) -> Iterator[finzcore.Engine]:
    with open_books(tmp_path / "books.db") as engine:
        engine.create_org(name="Acme Traders", state="IN-KA")
    with open_books(tmp_path / "books.db") as engine:
        yield engine


def _known(engine: finzcore.Engine) -> tuple[Call, Known]:
    (acme,) = engine.orgs()
    customer = acme.contacts.create(contact_name="Asha")["contact_id"]
    return Call(engine, engine.mint_pat(org_id=acme.org_id).token), Known(acme.tax_id("GST 18%"), [customer])


@attrs.frozen
class Moment:
    """How long the log was after a commit, and what the books held then."""

    size: int
    rows: dict[str, list[str]]


def _moments(engine: finzcore.Engine, path: Path, requests: int) -> list[Moment]:
    """Some requests, each of which is a commit."""
    log, chance = Path(f"{path}-wal"), random.Random(SEED)
    call, known = _known(engine)
    seen = [Moment(log.stat().st_size, snapshot(str(path), without=()))]
    for number in range(requests):
        answer = ask(call, draw(known, chance, f"r{number}"), "shop")
        if answer.status < 300:
            known.learn(answer.json())
        moment = Moment(log.stat().st_size, snapshot(str(path), without=()))
        if moment.size > seen[-1].size:
            seen.append(moment)
    return seen


def _cuts(log: bytes, start: int) -> list[int]:
    """Every frame's beginning from `start` on, with the bytes around it, and places inside of frames."""
    chance = random.Random(SEED)
    frames = range(32, len(log) + 1, FRAME)
    near = [frame + by for frame in frames for by in (-1, 0, 1, 24)]
    within = [chance.randrange(start, len(log)) for _ in range(100)]
    return sorted({cut for cut in (*near, *within) if start <= cut <= len(log)})


@pytest.mark.parametrize("rest", ["missing", "zeros", "noise"])
def test_a_log_that_ends_anywhere_gives_the_commits_that_were_whole(
    books: finzcore.Engine, tmp_path: Path, rest: str
) -> None:
    path = tmp_path / "books.db"
    moments = _moments(books, path, 12)
    (acme,) = books.orgs()
    anchor = books.export_head(acme.org_id)
    file, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    chance = random.Random(SEED)
    cuts = _cuts(log, moments[0].size)
    if rest != "missing":
        cuts = sorted({*chance.sample(cuts, 150), *(moment.size for moment in moments)})
    verified: set[int] = set()
    for cut in cuts:
        torn = tmp_path / "torn.db"
        after = {"missing": b"", "zeros": bytes(len(log) - cut), "noise": chance.randbytes(len(log) - cut)}[
            rest
        ]
        torn.write_bytes(file)
        Path(f"{torn}-wal").write_bytes(log[:cut] + after)
        last = max(number for number, moment in enumerate(moments) if moment.size <= cut)
        if last not in verified:
            verified.add(last)
            _check_prefix(torn, moments, last, anchor)
        else:
            assert moments[last].rows == snapshot(str(torn), without=()), f"cut at {cut}"
        for part in ("", "-wal", "-shm"):
            Path(f"{torn}{part}").unlink(missing_ok=True)
    assert set(range(len(moments))) == verified
    print(f"{len(cuts)} cuts over {len(moments)} commits, then {rest}, seed {SEED}")


def _check_prefix(torn: Path, moments: list[Moment], last: int, anchor: dict[str, Any]) -> None:
    """The books are those of that commit, sound, and shorter than the anchor exactly if they are."""
    with open_books(torn) as engine:
        assert moments[last].rows == snapshot(str(torn), without=()), f"commit {last}"
        assert [] == engine.verify()
        whole = moments[last].rows["events"] == moments[-1].rows["events"]
        assert whole == (engine.verify(anchor=anchor) == [])


# ----- no room -----


def _ask_until_full(call: Call, known: Known, chance: random.Random) -> tuple[Asked, int]:
    for number in range(400):
        asked = draw(known, chance, f"full{number}")
        answer = ask(call, asked, "shop")
        if answer.status >= 500:
            return attrs.evolve(asked), answer.status
        if answer.status < 300:
            known.learn(answer.json())
    raise AssertionError("there was always room")


def test_a_full_disk_refuses_writes_and_goes_on_reading(
    books: finzcore.Engine, limits: Limits, tmp_path: Path
) -> None:
    path = tmp_path / "books.db"
    call, known = _known(books)
    chance = random.Random(SEED)
    for turn in range(12):
        with closing(seam.plain_connect(path)) as onlooker:
            limits.pages = onlooker.execute("PRAGMA page_count").fetchone()[0] + turn % 3
        asked, status = _ask_until_full(call, known, chance)
        assert 503 == status
        before = snapshot(str(path), without=())
        for again in (asked, attrs.evolve(asked, name=f"{asked.name}-other")):
            assert 503 == ask(call, again, "shop").status
        assert before == snapshot(str(path), without=())
        assert 200 == call("GET", "/invoices").status
        limits.pages = 0
        first, second = ask(call, asked, "shop"), ask(call, asked, "shop")
        assert first.status < 500
        if asked.method == "POST":
            assert (None, "true") == tuple(one.header("Idempotency-Replayed") for one in (first, second))
            assert first.body == second.body
        assert [] == books.verify()
        known.drafts.clear()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_write_that_the_machine_cuts_short_is_as_if_it_had_not_been(tmp_path: Path) -> None:
    """The log may not grow beyond a size: the operating system itself refuses the write, or half of it."""
    import resource

    path = tmp_path / "books.db"
    with open_books(path) as engine:
        engine.create_org(name="Acme Traders", state="IN-KA")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    chance, refused = random.Random(SEED), 0
    with open_books(path) as engine:
        call, known = _known(engine)
        for turn in range(20):
            size = Path(f"{path}-wal").stat().st_size
            before = snapshot(str(path), without=())
            asked = draw(known, chance, f"short{turn}")
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + chance.randrange(3 * FRAME), most))
            try:
                answer = ask(call, asked, "shop")
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            if answer.status == 503:
                refused += 1
                assert before == snapshot(str(path), without=())
            answer = ask(call, asked, "shop")
            assert answer.status < 500
            if answer.status < 300:
                known.learn(answer.json())
            assert [] == engine.verify()
    print(f"{refused} of 20 writes refused, seed {SEED}")
    assert refused > 10
