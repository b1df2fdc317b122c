"""Every block of code in the README and in the pages of `docs` does what it says.

Python runs, from block to block in one namespace, and what it prints is on the page; examples with ``>>>``
are doctests; what is to be pasted into a terminal is pasted into one, against a real server that is stopped
and started again. The pages that are printed from the code have tests of their own.
"""

import ast
import contextlib
import doctest
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from finzcore.cli import main

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    "README.md",
    "docs/concepts.md",
    "docs/documents.md",
    "docs/reports.md",
    "docs/embedding.md",
    "docs/serving.md",
    "docs/decisions.md",
    "docs/performance.md",
    "docs/mounting.md",
    "docs/oauth.md",
    "docs/companies.md",
    "docs/webhooks.md",
    "docs/client.md",
    "examples/README.md",
    "docs/proving.md",
)
SESSION: Final = "docs/serving.md"
"""The page whose commands are pasted into one terminal, with a server."""

IN_PLACE: Final = frozenset({"docs/embedding.md"})
"""Pages whose commands run where they stand, between blocks of Python."""

LANGUAGES: Final = {"python", "pycon", "bash", "text"}
NOT_RUN: Final = re.compile(r"make |\.venv/bin/python -m pip ")
"""Lines that make environments; what they name is looked up instead."""

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> list[tuple[str, str]]:
    """The code of a page, in order: language and text."""
    return _BLOCK.findall((ROOT / page).read_text("utf-8"))


def commands() -> list[str]:
    """The blocks that are pasted into a terminal."""
    pasted = [text for language, text in blocks(SESSION) if language == "bash"]
    return [text for text in pasted if not NOT_RUN.match(text)]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def terminal(folder: Path) -> dict[str, str]:
    """The environment of somebody who has installed this finzcore, and has not used it yet."""
    bin_, home = folder / "bin", folder / "home"
    bin_.mkdir()
    home.mkdir()
    command = bin_ / "finzcore"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m finzcore "$@"\n')
    command.chmod(0o755)
    env = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(home)}
    env.pop("FINZCORE_BOOKS", None)
    return env


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page: str) -> None:
    assert {language for language, _ in blocks(page)} <= LANGUAGES


@pytest.mark.parametrize("page", PAGES)
def test_python_runs_as_it_stands(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    env = terminal(tmp_path)
    names: dict[str, Any] = {}
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for language, text in blocks(page):
        if language == "python":
            with contextlib.redirect_stdout(said):
                exec(compile(text, page, "exec"), names)
        elif language == "pycon":
            example = doctest.DocTestParser().get_doctest(text, names, page, page, 0)
            assert runner.run(example, clear_globs=False).failed == 0
            names.update(example.globs)
        elif language == "bash" and page in IN_PLACE:
            subprocess.run(["sh", "-ec", text], env=env, check=True, capture_output=True, timeout=60)
        elif language == "text" and said.getvalue():
            assert text == said.getvalue()
            said = io.StringIO()
    assert not said.getvalue(), "printed, and not shown on the page"
    if "engine" in names:
        names["engine"].close()


def test_the_ten_lines_are_ten() -> None:
    first = next(text for language, text in blocks("README.md") if language == "python")
    assert 10 >= len([node for node in ast.parse(first).body if not isinstance(node, ast.Import)])


def test_what_a_reader_is_told_to_make_and_to_install_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    extras = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    )
    text = "".join(
        text for page in ("README.md", SESSION) for language, text in blocks(page) if language == "bash"
    )
    made, named = re.findall(r"^make (\w+)$", text, re.MULTILINE), re.findall(r"'\.\[([\w,]+)\]'", text)
    wanted = [extra for names in named for extra in names.split(",")]
    assert ["demo", "test", "check", "bench"] == made
    assert set(made) <= targets
    assert ["pdf", "serve"] == wanted
    assert set(wanted) <= extras


def test_the_readme_names_every_command_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(main.commands) == sorted(named)


NOUNS: Final = """
organisation, branch, actor, scope, contact, item, document, bill, expense, credit note and debit note,
estimate and order, line item, taxable value, round-off, tax, place of supply, reverse charge,
blocked credit, cess, account, chart of accounts, role, journal entry, posting,
debit and credit, post, reverse, void, trial balance, allocation, balance, series and number,
financial year, schedule, period and lock date, event, key
"""
"""The words of design.md §4, in the order of the page, with those that go with them."""


def test_every_noun_has_its_heading() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "concepts.md").read_text("utf-8"), re.MULTILINE)
    assert " ".join(NOUNS.split()).lower() == ", ".join(headings).lower()


def test_every_noun_has_a_line_that_runs() -> None:
    page = (ROOT / "docs" / "concepts.md").read_text("utf-8")
    assert [] == [part.splitlines()[0] for part in page.split("\n## ")[1:] if "\n>>> " not in part]


def test_the_picture_of_the_house_names_every_room_and_no_other() -> None:
    picture = next(text for _, text in blocks("README.md") if text.startswith("finzcore/\n"))
    drawn = set(re.findall(r"[├└]── ([\w.]+/?)", picture))
    rooms = {path.name + "/" for path in (ROOT / "finzcore").iterdir() if (path / "__init__.py").exists()}
    rooms |= {path.name for path in (ROOT / "finzcore").glob("*.py") if not path.name.startswith("__")}
    assert rooms == drawn


STOP: Final = 'if [ -n "${SERVER:-}" ]; then kill -INT "$SERVER"; wait "$SERVER" || true; SERVER=; fi\n'
"""What a person does who stops the server, if it runs."""

SERVE: Final = (
    STOP
    + """
finzcore serve --port PORT >>server.log 2>&1 &
SERVER=$!
trap '[ -z "$SERVER" ] || { kill "$SERVER" 2>/dev/null || true; wait "$SERVER" || true; }' EXIT
for _ in $(seq 100); do
  if curl -s -o /dev/null http://127.0.0.1:PORT/; then break; fi
  sleep 0.1
done
"""
)
"""What a person does where the page says ``finzcore serve``: stop it if it runs, start it, wait."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the terminal stands."""
    return tmp_path_factory.mktemp("terminal")


@pytest.fixture(scope="module")
def pasted(folder: Path) -> list[str]:
    """What each block of the page prints, all pasted into one terminal, one after the other."""
    if "CI" not in os.environ and None in (shutil.which("curl"), shutil.which("bash")):
        pytest.skip("curl and bash are needed")
    port = str(free_port())
    script = "set -euo pipefail\n"
    for text in commands():
        step = SERVE if text == "finzcore serve\n" else STOP + text if text.startswith("rm ") else text
        script += (
            step.replace("PORT", port).replace("127.0.0.1:8000", f"127.0.0.1:{port}") + "\nprintf '\\f'\n"
        )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=terminal(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    log = (folder / "server.log").read_text() if (folder / "server.log").exists() else ""
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{log}"
    assert "Traceback" not in log
    return done.stdout.split("\f")


def answer(text: str) -> Any:
    """The first answer in what was printed."""
    return json.JSONDecoder(parse_float=Decimal).raw_decode(text.lstrip())[0]


def test_the_tutorial_can_be_pasted_into_a_terminal(pasted: list[str]) -> None:
    said = dict(zip(commands(), pasted, strict=False))

    def of(word: str, nth: int = 0) -> str:
        return [out for text, out in zip(commands(), pasted, strict=False) if word in text][nth]

    assert len(said) == len(set(commands()))
    assert "Acme Traders is founded in acme.db" in of("finzcore init")
    assert ["AIBooks.fullaccess.all"] == answer(of("/whoami"))["token"]["scopes"]
    receipt = of("/payments")
    assert Decimal("14160.00") == answer(receipt)["payment"]["amount"]
    assert "PAID" == receipt.strip().splitlines()[-1].rpartition("}")[2]
    note = answer(of("/apply-to-invoice"))["credit_note"]
    assert ("CN-2627-001", "APPLIED") == (note["credit_note_number"], note["status"])
    filed = answer(of("/attachments"))["attachment"]
    # One line of 36 characters, and its end.
    assert ("note.txt", "text/plain", 37) == (filed["filename"], filed["content_type"], filed["size_bytes"])
    ledger = answer(of("/reports/customer_ledger"))["customer_ledger"]
    # 14,160 charged and paid, 2,360 credited, 7,080 charged.
    assert Decimal("4720.00") == ledger["closing_balance"]
    assert ["INVOICE", "RECEIPT", "CREDIT_NOTE", "INVOICE"] == [entry["type"] for entry in ledger["entries"]]


def test_after_a_restart_everything_is_still_there(pasted: list[str]) -> None:
    first, again = (out for text, out in zip(commands(), pasted, strict=False) if "/apply-to-invoice" in text)
    assert answer(first) == answer(again)
    assert re.search(r"1020 +Bank Account +BANK +14,160\.00\n", again)
    assert "closing balance: 4,720.00\n" in again
    assert "acme.db is copied to copy.db, which verifies" in again
    assert "acme.db is sound; 4 journal entries of 1 organisation read.\n" in again


def test_the_description_that_was_printed_is_openapi(pasted: list[str], folder: Path) -> None:
    assert len(commands()) + 1 == len(pasted)
    described = json.loads((folder / "openapi.json").read_text("utf-8"))
    assert described["openapi"].startswith("3.1.")
    assert "/invoices" in "".join(described["paths"])


def test_after_what_it_removes_the_page_can_be_pasted_again(pasted: list[str], folder: Path) -> None:
    kept = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"openapi.json", "server.log"} == kept
