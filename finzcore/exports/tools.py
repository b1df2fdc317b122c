"""hledger and beancount, where they are installed: a journal goes in as a file, balances come out.

Each runs as a process of its own, in an empty folder and with nobody's settings, and says in its own words
what is wrong with a file that it does not take.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from finzcore.money import scaled


class Refused(Exception):
    """A tool did not take a file; the text is what it said."""


class Tool(NamedTuple):
    """A tool that is installed: its name with its version, the form that it reads, and how it is asked
    what each account stands at, in paise, debit positive, by the account's name; Refused if it does not say.
    """

    name: str
    form: str
    balances: Callable[[Path], dict[str, int]]


def installed() -> list[Tool]:
    """The tools of this machine."""
    return [tool for tool in (_hledger(), _beancount()) if tool is not None]


def _run(command: Sequence[str]) -> str:
    """What a program prints; Refused with what it says when it fails."""
    with tempfile.TemporaryDirectory(prefix="finzcore-tool-") as nowhere:
        # UTF-8 whatever the machine speaks, and no settings of whoever runs this.
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": nowhere,
            "XDG_CONFIG_HOME": nowhere,
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
            "BEANCOUNT_DISABLE_LOAD_CACHE": "1",
        }
        done = subprocess.run(  # noqa: S603 - a program that was looked up, and a file of our own
            command, cwd=nowhere, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    if done.returncode != 0:
        raise Refused((done.stderr or done.stdout).decode(errors="replace").strip())
    return done.stdout.decode()


def _paise(shown: str) -> int:
    """An amount as a tool shows it: with the currency, and a nought without decimals.

    >>> _paise("-14160.00 INR"), _paise("0")
    (-1416000, 0)
    """
    number = shown.removesuffix(" INR")
    amount = scaled(Decimal(number), 2) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", number) else None
    if amount is None:
        raise Refused(f"{shown} is no amount in rupees")
    return amount


# ----- hledger -----


def _hledger() -> Tool | None:
    program = shutil.which("hledger")
    if program is None:
        return None
    version = re.search(r"[0-9]+(?:\.[0-9]+)+", _run([program, "--version"]))

    def balances(path: Path) -> dict[str, int]:
        # Strict: every account and currency is declared before it is used.
        words = ("balance", "--strict", "--flat", "--empty", "--no-total", "--output-format=csv")
        _, *rows = csv.reader(_run([program, f"--file={path}", *words]).splitlines())
        return {account: _paise(shown) for account, shown in rows}

    return Tool(" ".join(filter(None, ("hledger", version and version[0]))), "hledger", balances)


# ----- beancount -----

_PROGRAM: Final = """
import json, sys
from beancount import __version__, loader
from beancount.core import realization
if len(sys.argv) < 2:
    print(json.dumps(__version__))
else:
    entries, errors, options = loader.load_file(sys.argv[1])
    accounts = realization.iter_children(realization.realize(entries))
    balances = {one.account: str(one.balance.get_currency_units("INR")) for one in accounts}
    print(json.dumps([[error.message for error in errors], balances]))
"""
"""Run by a Python that has beancount; the module is never imported into ours."""


def _beancount() -> Tool | None:
    python = _python_with_beancount()
    if python is None:
        return None

    def balances(path: Path) -> dict[str, int]:
        errors, found = json.loads(_run([python, "-c", _PROGRAM, str(path)]))
        if errors:
            raise Refused("; ".join(errors))
        return {account: _paise(shown) for account, shown in found.items()}

    return Tool(f"beancount {json.loads(_run([python, '-c', _PROGRAM]))}", "beancount", balances)


def _python_with_beancount() -> str | None:
    """Our own Python, or the one that bean-check is run by."""
    if find_spec("beancount") is not None:
        return sys.executable
    script = shutil.which("bean-check")
    if script is None:
        return None
    with Path(script).open("rb") as file:
        first = file.readline().decode(errors="replace").strip()
    python = first.removeprefix("#!").strip()
    return python if first.startswith("#!") and Path(python).is_file() else None
