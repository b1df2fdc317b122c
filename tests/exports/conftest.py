"""hledger and beancount for the tests: the one is installed if it is missing, the other comes with the
development tools."""

import os
import shutil

import pytest

from finzcore.exports.tools import Tool, installed
from tests import debian

BOTH = ("hledger", "beancount")
ADVICE = "install hledger (Debian: apt-get install hledger; macOS: brew install hledger) and beancount (pip)"


@pytest.fixture(scope="session")
def tools() -> list[Tool]:
    """Both tools, hledger first. Where they cannot be had, that is said; ``CI`` takes it for a failure."""
    with debian.alone():
        if shutil.which("hledger") is None and debian.installs():
            debian.install("hledger")
    found = installed()
    missing = set(BOTH) - {tool.form for tool in found}
    if missing:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"no {' and no '.join(missing)}: {ADVICE}")
    return found


@pytest.fixture(scope="session")
def hledger(tools: list[Tool]) -> Tool:
    """hledger."""
    return tools[0]


@pytest.fixture(scope="session")
def beancount(tools: list[Tool]) -> Tool:
    """beancount."""
    return tools[1]
