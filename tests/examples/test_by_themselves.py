"""Every example runs by itself, on books and with a token that the command line made."""

import os
import re
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

import finzcore
from tests.house import ROOT
from tests.serving import PATIENCE, asked, free_port

EXAMPLES: Final = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture
def token(target: str) -> str:
    with finzcore.open(target) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        return engine.mint_pat(org_id=acme.org_id).token


def is_up(port: int, process: subprocess.Popen[str]) -> bool:
    """Whether the host answers, sooner or later."""
    for _ in range(int(PATIENCE * 20)):
        if process.poll() is not None:
            return False
        try:
            return asked(port, "GET", "/health").status == 200
        except OSError:
            threading.Event().wait(0.05)
    return False


def test_every_example_runs_by_itself(target: str, token: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        running = []
        for path in EXAMPLES:
            port = free_port()
            env = os.environ | {"FINZCORE_BOOKS": target, "PORT": str(port), "PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(
                [sys.executable, str(path)],
                env=env,
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            running.append((path.name, port, process))
        for name, port, process in running:
            assert is_up(port, process), f"{name}: {process.stderr and process.stderr.read()}"
            answer = asked(port, "GET", "/api/public/v1/whoami", headers={"Authorization": f"Bearer {token}"})
            assert (name, 200) == (name, answer.status)


def test_the_page_about_the_examples_names_each() -> None:
    page = (ROOT / "examples" / "README.md").read_text("utf-8")
    assert [path.name for path in EXAMPLES] == sorted(set(re.findall(r"\((\w+\.py)\)", page)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 60
