"""`finzcore move`: what it says, and where."""

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner, Result

import finzcore
from finzcore.cli import main
from finzcore.storage.targets import shown
from tests.moves.conftest import ACME, opened, orgs
from tests.snapshot import snapshot
from tests.tampering import laid_open


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["move", *words], prog_name="finzcore")


def test_one_line_says_what_was_moved_and_that_both_sides_agree(source: str, goal: str) -> None:
    result = run(source, goal)
    rows = sum(map(len, snapshot(source, without=()).values()))
    assert (0, "") == (result.exit_code, result.stderr)
    assert (
        f"2 organisations are copied from {shown(source)} to {shown(goal)}: chains, trial balances and all "
        f"{rows} rows agree, and the copy verifies; {shown(source)} stays as it was.\n"
    ) == result.stdout


def test_an_organisation_is_named_by_its_id(source: str, goal: str) -> None:
    acme = orgs(source)[ACME]
    result = run(source, goal, "--org", acme, "--no-verify")
    assert 0 == result.exit_code
    assert result.stdout.startswith(f"Organisation {acme} is copied from ")
    assert "verifies" not in result.stdout
    assert {ACME: acme} == orgs(goal)


def test_a_copy_that_is_not_kept_is_one_line_and_a_status(source: str, goal: str) -> None:
    with laid_open(source) as bare:
        bare.execute("UPDATE totals SET debit = debit + 1")
    result = run(source, goal)
    assert (1, "", 1) == (result.exit_code, result.stdout, result.stderr.count("\n"))
    assert result.stderr.startswith("Error: The copy does not verify: totals.differ")


@pytest.mark.parametrize("goal", ["sqlite"], indirect=True)
def test_a_person_sees_a_bar_and_a_script_does_not(source: str, goal: str) -> None:
    command = [sys.executable, "-m", "finzcore", "move", source]
    screen, terminal = pty.openpty()
    watched = subprocess.run(
        [*command, goal], stdout=subprocess.PIPE, stderr=terminal, text=True, check=False
    )
    os.close(terminal)
    pieces = []
    with suppress(OSError):  # a terminal gives a few kilobytes at a time, and this at its end
        while piece := os.read(screen, 100_000):
            pieces.append(piece)
    os.close(screen)
    seen = b"".join(pieces).decode()
    assert (0, 1) == (watched.returncode, watched.stdout.count("\n")), seen
    assert "Copying and comparing" in seen
    assert "100%" in seen
    piped = subprocess.run([*command, f"{goal}.2"], capture_output=True, text=True, check=False)
    assert (0, "", 1) == (piped.returncode, piped.stderr, piped.stdout.count("\n"))


def test_no_password_is_printed(source: str, goal: str) -> None:
    for result in (run(source, goal), run(source, goal)):
        assert "password=finz_app" not in result.output
    with opened(goal) as engine:
        assert isinstance(engine, finzcore.Engine)
