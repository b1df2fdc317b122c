"""The wheel: built from the sources alone, installed where there is nothing else, and used there."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Final

import pytest

import finzcore
from tests.house import ROOT

OPTIONAL: Final = {
    "cattrs", "cryptography", "dateutil", "django", "falcon", "fastapi", "flask", "httpx", "hypothesis",
    "psycopg", "psycopg_pool", "pytest", "segno", "sqlite_utils", "starlette", "typst", "uvicorn",
    "xlsxwriter",
}  # fmt: skip
LATER: Final = {
    "asyncio",
    "click",
    "sqlite3",
    "tempfile",
    "finzcore.cli",
    "finzcore.demo",
    "finzcore.testing",
}
"""What is always there, and is not imported either until it is used."""

INFO: Final = f"finzcore-{finzcore.__version__}.dist-info"

EXTRAS: Final = sorted(
    {*tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]}
    - {"dev"}  # whoever runs this has installed it
)


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints; the test fails with what it says when it fails."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}", pytrace=False)
    return done.stdout


def pip(*words: str | Path) -> str:
    """What pip prints, which never compiles anything."""
    command = [sys.executable, "-m", "pip", *words, "--quiet", "--no-input", "--only-binary", ":all:"]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        pytest.fail(
            "pip could not install from its index. Without a network, or with an index that lacks a package, "
            f"the wheel cannot be proved:\n{done.stderr[-2000:]}",
            pytrace=False,
        )
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the source distribution, and of the wheel that was built from it and not from here."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(
            "The wheel could not be built. Building fetches hatchling, which needs a package index:\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}",
            pytrace=False,
        )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that holds the wheel, what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip("--python", programs / "python", "install", wheel)
    return programs


def modules(names: list[str]) -> set[str]:
    return {name for name in names if name.startswith("finzcore/")}


def test_the_wheel_holds_every_module_and_nothing_besides(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "finzcore").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours == modules(names)
    assert "finzcore/py.typed" in ours
    assert {"finzcore", INFO} == {name.split("/")[0] for name in names}


def test_the_wheel_holds_the_fonts_with_their_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"finzcore/render/fonts/{name}" for name in ("NotoSans-Regular.ttf", "OFL.txt")} <= names
    assert "finzcore/render/templates/parts.typ" in names


def test_the_sources_hold_what_proves_them(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        names = {name.partition("/")[2] for name in sources.getnames()}
    assert {"tests/test_wheel.py", "examples/flask_app.py", "docs/concepts.md", "LICENSE"} <= names


def test_it_is_called_what_it_is_and_needs_what_it_says(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        said = archive.read(f"{INFO}/METADATA").decode().splitlines()
    needs = [line.split()[1] for line in said if line.startswith("Requires-Dist") and ";" not in line]
    assert ["attrs", "click", "sqlite-utils"] == sorted(re.split("[<>=]", need)[0] for need in needs)
    assert "License-Expression: Apache-2.0" in said


def test_a_clean_environment_holds_fewer_than_fifteen_distributions(clean: Path) -> None:
    ask = "import importlib.metadata as m, json; print(json.dumps([d.name for d in m.distributions()]))"
    found = json.loads(run(clean / "python", "-c", ask))
    assert "finzcore" in found
    assert len(found) < 15, sorted(found)


def test_the_demo_runs_there(clean: Path, tmp_path: Path) -> None:
    said = run(clean / "finzcore", "demo", tmp_path / "demo.db", cwd=tmp_path)
    assert "The books are sound" in said
    assert "sound" in run(clean / "finzcore", "verify", tmp_path / "demo.db", cwd=tmp_path)


def loaded(python: Path | str, code: str, cwd: Path) -> set[str]:
    """Every module that some code has imported in the end, and the packages they stand in."""
    told = run(python, "-c", f"{code}\nimport sys; print(*sys.modules)", cwd=cwd)
    return set(told.split()) | {name.split(".")[0] for name in told.split()}


@pytest.mark.parametrize("where", ["clean", "here"])
def test_importing_it_imports_nothing_optional(clean: Path, where: str, tmp_path: Path) -> None:
    """Here, where everything is installed, it would be seen if it were used; there, it would fail."""
    python = clean / "python" if where == "clean" else sys.executable
    code = (
        "import finzcore"
        if where == "clean"
        else f"import sys; sys.path.insert(0, {str(ROOT)!r}); import finzcore"
    )
    assert set() == loaded(python, code, tmp_path) & (OPTIONAL | LATER)


@pytest.mark.parametrize("extra", EXTRAS)
def test_every_extra_can_be_installed(clean: Path, wheel: Path, extra: str) -> None:
    pip("--python", clean / "python", "install", "--dry-run", f"{wheel}[{extra}]")


def test_books_are_opened_and_asked_there_without_anything_optional(clean: Path, tmp_path: Path) -> None:
    code = """
import finzcore
from finzcore.api import Request, wsgi
with finzcore.open("acme.db") as engine:
    acme = engine.create_org(name="Acme Traders", state="IN-KA")
    token = engine.mint_pat(org_id=acme.org_id).token
with finzcore.open("acme.db") as engine:
    headers = {"Authorization": f"Bearer {token}"}
    assert engine.handle(Request("GET", "/api/public/v1/whoami", headers=headers)).status == 200
    wsgi(engine)
"""
    # sqlite-utils makes new books; everything after that does without.
    assert set() == loaded(clean / "python", code, tmp_path) & (OPTIONAL - {"sqlite_utils", "dateutil"})
