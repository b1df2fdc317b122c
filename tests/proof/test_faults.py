"""Whatever fails, and wherever in a write it fails: nothing is half done, and nothing is done twice."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest

import finzcore
from finzcore.administration import Administration
from finzcore.books import registry
from finzcore.engine import Engine
from finzcore.oauth import OAuth
from finzcore.org import Org
from finzcore.tokens import Tokens
from tests.proof import seam, writes
from tests.proof.faults import KINDS, Faults, Sweep
from tests.proof.stage import Counted, Names, Stage, StageInMemory, open_books
from tests.proof.writes import CALLS, REFUSALS, REQUESTS, WRITES, Write, write

READING: Final = {
    *("handle", "close", "org", "orgs", "tokens", "verify", "export_head", "backup", "work", "look"),
    *("preferences", "locked_through", "tax_id", "account_id", "name", "profile"),
    *("run_mail", "run_scheduler", "drawn", "consolidated"),
}
"""What of `Engine` and `Org` writes nothing itself; what time brings is one `work` after the other."""

MOVING: Final = {"export_org", "import_org"}
"""What writes books in bulk; its own tests say what becomes of a move that is interrupted."""

SEALING: Final = {"vault"}
"""What keeps sealed texts, whose bytes are others each time; it writes one row in one statement."""

SEED: Final = 20260519

CENTRAL: Final = ("invoices.create", "payments.create", "expenses.update", "Org.transaction")
"""The writes that are failed in every way at every point; another fails at each in `WAYS`, in turn."""
WAYS: Final = 1


pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture(scope="module")
def told() -> Iterator[Counter[str]]:
    counts: Counter[str] = Counter()
    yield counts
    print(", ".join(f"{counts[name]:,} {name}" for name in counts))


@pytest.fixture
def faults() -> Iterator[Faults]:
    watch = Faults()
    with seam.watched(watch):
        yield watch


@pytest.fixture
def stage(faults: Faults, tmp_path: Path, furniture: tuple[bytes, Names]) -> Iterator[Stage]:
    opened = Stage(tmp_path, *furniture)
    yield opened
    opened.close()


# ----- the table of writes is whole -----


def test_every_operation_that_writes_is_in_the_table() -> None:
    declared = {
        f"{resource.name}.{operation.name}"
        for resource in registry.resources()
        for operation in resource.operations
        if operation.writes
    }
    listed = {name.partition(",")[0] for name in (*REQUESTS, *REFUSALS, *CALLS)}
    assert declared == {name for name in listed if not name.startswith(("Org.", "Engine."))}


def _public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")} - READING - MOVING - SEALING


def test_every_call_of_python_that_writes_is_in_the_table() -> None:
    source = Path(writes.__file__).read_text("utf-8")
    assert set() == {name for name in _public(Org) | _public(Administration) if f"acme.{name}(" not in source}
    engines = {name.partition(",")[0].removeprefix("Engine.") for name in CALLS if name.startswith("Engine.")}
    assert _public(Engine) | _public(Tokens) | _public(OAuth) == engines - READING


# ----- the sweep -----


@pytest.mark.parametrize("one", WRITES, ids=str)
def test_a_failure_at_any_statement_leaves_nothing_and_a_retry_has_one_effect(
    stage: Stage, faults: Faults, told: Counter[str], one: Write
) -> None:
    sweep = Sweep(stage, faults, one)
    each = len(KINDS) if str(one) in CENTRAL else WAYS
    sweep.run(each=each)
    told["points"] += len(sweep.usual.points)
    told["failures"] += sweep.injected
    told["retries"] += sweep.retried
    assert each * len(sweep.usual.points) == sweep.injected


def test_an_engine_that_fails_at_its_first_request_recovers(
    faults: Faults, tmp_path: Path, furniture: tuple[bytes, Names]
) -> None:
    stage = Stage(tmp_path, *furniture, cold=True)
    sweep = Sweep(stage, faults, write("invoices.create"))
    sweep.run((KINDS[1], KINDS[-1]))
    stage.close()
    assert any("query_only" in text for _, text in sweep.usual.points)


@pytest.mark.parametrize(
    "name", ["invoices.create", "contacts.create, in locked books", "Org.transaction, one call lost"]
)
def test_books_in_memory_are_as_safe(faults: Faults, furniture: tuple[bytes, Names], name: str) -> None:
    stage = StageInMemory(*furniture)
    # There is no disk to fail.
    Sweep(stage, faults, write(name)).run(tuple(kind for kind in KINDS if not kind.disk))
    stage.end()
    assert 0 == faults.left_open()


# ----- a file that is being made -----


def _opened(path: Path) -> None:
    open_books(path, Counted(0)).close()


def _schema(path: Path) -> list[tuple[str, ...]]:
    with closing(seam.plain_connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
        ).fetchall()


def test_books_whose_making_failed_are_made_by_the_next_to_open_them(faults: Faults, tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    _opened(whole)
    many = len(faults.passed)
    inside = range(30, many - 30)
    chosen = [*range(30), *random.Random(SEED).sample(inside, 20), *range(many - 30, many)]
    for at in chosen:
        path, kind = tmp_path / f"{at}.db", KINDS[at % len(KINDS)]
        faults.arm(at, kind)
        with suppress(finzcore.FinzError, sqlite3.Error, MemoryError, KeyboardInterrupt):
            _opened(path)
        assert faults.fired, f"{at} was not reached"
        faults.arm(None, None)
        assert 0 == faults.left_open(), f"{kind.name} at {at}: a connection was never closed"
        _opened(path)
        assert _schema(whole) == _schema(path), f"{kind.name} at {at}"
    print(f"{len(chosen)} of {many} points of making a file, seed {SEED}")
