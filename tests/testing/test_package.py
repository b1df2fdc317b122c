"""What `import finzcore.testing` brings, what it leaves for later, and what the fixtures are."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

import finzcore
import finzcore.testing
from finzcore.testing import BooksMachine, Call, FrozenClock, strategies


def test_neither_pytest_nor_hypothesis_is_imported_before_it_is_needed() -> None:
    script = (
        "import sys, finzcore.testing, finzcore.testing.invariants;"
        "assert not {'pytest', 'hypothesis'} & set(sys.modules), 'too early';"
        "finzcore.testing.BooksMachine, finzcore.testing.strategies;"
        "assert 'hypothesis' in sys.modules and 'pytest' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("name", finzcore.testing.__all__)
def test_everything_that_is_promised_is_there(name: str) -> None:
    assert getattr(finzcore.testing, name) is not None
    assert name in dir(finzcore.testing)


WITHOUT = [
    ("hypothesis", "strategies", "from finzcore.testing import strategies"),
    ("hypothesis", "strategies", "import finzcore.testing.strategies"),
    ("hypothesis", "strategies", "from finzcore.testing import BooksMachine"),
    ("hypothesis", "strategies", "import finzcore.testing.machine"),
    ("pytest", "plugin", "import finzcore.testing.plugin"),
]


@pytest.mark.parametrize(("package", "asking", "line"), WITHOUT)
def test_without_the_extra_a_sentence_says_what_to_install(package: str, asking: str, line: str) -> None:
    script = f"import sys; sys.modules[{package!r}] = None; {line}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    said = f"ModuleNotFoundError: finzcore.testing.{asking} needs {package}: pip install 'finzcore[testing]'"
    assert (1, said) == (done.returncode, done.stderr.splitlines()[-1])


def test_a_package_of_ours_that_is_missing_is_no_matter_of_the_extra() -> None:
    script = "import sys; sys.modules['finzcore.gst.states'] = None; import finzcore.testing.strategies"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (1, False, True) == (done.returncode, "pip" in done.stderr, "finzcore.gst.states" in done.stderr)


def test_a_machine_whose_model_does_not_know_its_documents_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"^Space\.also: the model knows .*, foreign, not barter$"):
        type("Space", (BooksMachine,), {"also": ("tds", "barter")})
    assert issubclass(type("Home", (BooksMachine,), {"also": strategies.ALSO}), BooksMachine)


def test_nothing_else_is_made_up() -> None:
    with pytest.raises(AttributeError, match="no attribute 'BookMachine'"):
        finzcore.testing.BookMachine  # noqa: B018


def test_the_fixtures_fit_each_other(
    clock: FrozenClock, target: str, engine: finzcore.Engine, acme: finzcore.Org, call: Call
) -> None:
    assert dt.datetime(2026, 5, 19, 5, 0, tzinfo=dt.UTC) == clock() == engine.clock()
    assert target == engine.target
    assert acme.org_id == call.ok("GET", "/whoami")["token"]["org_id"]
    assert ["Acme Traders"] == [org.name for org in engine.orgs()]


CONFTEST = """
pytest_plugins = ["finzcore.testing.plugin"]

import pytest

@pytest.fixture
def target():
    return ":memory:"
"""

TEST = """
from finzcore.testing import invariants

def test_where_the_books_are(engine, acme, target, tmp_path):
    acme.contacts.create(contact_name="Asha Stores")
    invariants.check(engine, acme.org_id)
    assert target == ":memory:" and not list(tmp_path.iterdir())
"""


def test_somebody_elses_tests_take_the_fixtures_with_books_of_their_choice(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_books.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (0, True) == (done.returncode, "1 passed" in done.stdout), done.stdout + done.stderr
