"""A process that opens books and asks for a balance imports what that takes, and nothing else."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

import finzcore
from finzcore.testing import FrozenClock
from tests.house import ROOT

BALANCE: Final = """
import sys
sys.path.insert(0, sys.argv[1])
import finzcore
with finzcore.open(sys.argv[2]) as engine:
    balance = engine.orgs()[0].reports.trial_balance(as_of_date="2026-05-31")
print(balance["total_debit"], *sys.modules)
"""

HEAVY: Final = {
    "asyncio", "calendar", "cattrs", "click", "concurrent.futures", "email", "hashlib", "hmac", "http",
    "hypothesis", "locale", "logging", "pathlib", "random", "secrets", "socket", "sqlite_utils", "ssl",
    "smtplib", "subprocess", "tempfile", "urllib", "uuid", "uvicorn", "wsgiref",
}  # fmt: skip
"""What others have made and takes time to import."""

UNASKED: Final = (
    "finzcore.api.adapters", "finzcore.api.authenticate", "finzcore.api.handler", "finzcore.api.http",
    "finzcore.api.openapi", "finzcore.api.routing", "finzcore.auth.tokens", "finzcore.books.anchors",
    "finzcore.books.checks", "finzcore.books.cursors", "finzcore.books.journal", "finzcore.books.numbers",
    "finzcore.books.chores", "finzcore.books.mail", "finzcore.books.organisation", "finzcore.books.papers",
    "finzcore.books.problem", "finzcore.books.strays", "finzcore.books.verify", "finzcore.cli",
    "finzcore.commands", "finzcore.delivery", "finzcore.demo", "finzcore.documents", "finzcore.gst.gstin",
    "finzcore.gst.split", "finzcore.gst.states", "finzcore.ledger.entry", "finzcore.ledger.series",
    "finzcore.mail", "finzcore.people", "finzcore.render", "finzcore.storage.folder",
    "finzcore.storage.limits", "finzcore.testing",
)  # fmt: skip
"""What is ours, and serves other questions than this one."""

RESOURCES: Final = {
    "accounts", "branches", "cost_centers", "currencies", "reports", "salespersons", "taxes",
}  # fmt: skip
"""The report, and the masters, which are kept whole."""


def run(*arguments: str | Path) -> list[str]:
    """The words that a program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a process has imported that opened existing books and asked for a balance."""
    path = tmp_path_factory.mktemp("start") / "books.db"
    with finzcore.open(str(path), clock=FrozenClock("2026-05-19T06:00:00Z")) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        asha = acme.contacts.create(contact_name="Asha Stores")
        acme.invoices.create(
            customer_id=asha["contact_id"],
            date="2026-05-19",
            place_of_supply="IN-KA",
            auto_approve=True,
            line_items=[{"name": "Licence", "rate": 100}],
        )
    total, *modules = run(BALANCE, ROOT, path)
    assert "100.00" == total
    return set(modules)


def test_nothing_heavy_is_imported_for_a_balance(loaded: set[str]) -> None:
    assert set() == {name for name in loaded if name in HEAVY}


def test_nothing_of_ours_is_imported_for_a_balance_that_serves_another_question(loaded: set[str]) -> None:
    assert [] == sorted(name for name in loaded if name.startswith(UNASKED))


def test_no_other_resource_is_imported_for_a_balance(loaded: set[str]) -> None:
    shelf = "finzcore.books.resources."
    assert RESOURCES == {name.removeprefix(shelf) for name in loaded if name.startswith(shelf)}


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import finzcore; print(*sys.modules)"
    ours = {name for name in run(program) if name.startswith("finzcore")}
    assert {"finzcore", "finzcore.on_demand"} == ours


PACKAGES: Final = ["finzcore", "finzcore.api", "finzcore.testing"]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_comes_when_it_is_asked_for_and_nothing_else_is_listed(package: str) -> None:
    program = f"""
import json, sys
sys.path.insert(0, {str(ROOT)!r})
import {package} as package
before = dir(package)
found = [(name, getattr(package, name)) for name in sorted(package.__all__)]
homes = {{name: getattr(one, "__module__", None) or one.__name__ for name, one in found}}
print(json.dumps([sorted(package.__all__), before, dir(package), homes], separators=(",", ":")))
"""
    told: list[Any] = json.loads(run(program)[0])
    offered, before, after, homes = told
    assert offered == before == after == sorted(homes)
    assert all(module.startswith("finzcore.") for module in homes.values())


def test_public_packages_are_attributes_after_importing_finzcore_alone() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import finzcore
for package in (finzcore.errors, finzcore.api, finzcore.testing):
    print(package.__name__)
print(finzcore.errors.NotFound.__name__, finzcore.api.Request.__name__, finzcore.testing.Call.__name__)
"""
    assert ["finzcore.errors", "finzcore.api", "finzcore.testing", "NotFound", "Request", "Call"] == run(
        program
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_is_not_offered_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'opne'"):
        getattr(import_module(package), "opne")  # noqa: B009 - a type checker would refuse the name
