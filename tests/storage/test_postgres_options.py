"""What each connection to PostgreSQL is like, and who may say otherwise. For PostgreSQL alone."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from finzcore.storage.postgres import PostgresStore
from tests.databases import Databases
from tests.storage.conftest import open_library


@pytest.fixture
def address(libraries: Databases) -> Iterator[str]:
    with libraries.lent() as lent:
        yield lent


def shown(target: str, name: str) -> str:
    store = open_library(target)
    assert isinstance(store, PostgresStore)
    with store.shared() as session:
        ((value,),) = session.unit.read(f"SHOW {name}", ())[1]
    store.close()
    return str(value)


@pytest.mark.parametrize(
    ("options", "name", "expected"),
    [
        ("-c lock_timeout=9s", "lock_timeout", "9s"),
        ("-clock_timeout=9s", "lock_timeout", "9s"),
        ("--lock-timeout=9s", "lock_timeout", "9s"),
        # Other names that hold this one, and values that do.
        ("-c jit_above_cost=9", "jit", "off"),
        ("-c search_path=jit,public", "jit", "off"),
        ("-c application_name=lock_timeout_watch", "lock_timeout", "5s"),
    ],
)
def test_an_address_names_what_it_names_and_nothing_else(
    address: str, options: str, name: str, expected: str
) -> None:
    assert expected == shown(f"{address}&options={quote(options)}", name)


def test_what_the_environment_names_holds_for_the_tables_and_for_their_rows(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=public,pg_catalog -c lock_timeout=9s")
    assert "public,pg_catalog" == shown(address, "search_path").replace(" ", "")
    assert "9s" == shown(address, "lock_timeout")
    assert "15s" == shown(address, "statement_timeout")
