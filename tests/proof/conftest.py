"""What the sweeps of faults and their mutants share."""

import logging
from collections.abc import Iterator

import pytest

from tests.proof.stage import Names, furnished_file


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of failures on purpose are not worth a line each."""
    log = logging.getLogger("finzcore.api")
    log.disabled = True
    yield
    log.disabled = False


@pytest.fixture(scope="session")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Names]:
    """Books with something of everything in them, and what it is called there."""
    return furnished_file(tmp_path_factory.mktemp("furnished") / "books.db")
