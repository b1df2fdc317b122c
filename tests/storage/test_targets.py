"""What `finzcore.open` says of an address that leads to no books.

For PostgreSQL alone: a path has its own tests (`test_migrations`).
"""

import psycopg
import pytest
from click.testing import CliRunner

import finzcore
from finzcore.cli import main
from finzcore.errors import BooksUnusable, Unavailable
from tests import postgres as scratch
from tests.databases import bare_database


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://asha:chalk%zz@/books",
        "postgresql://asha:chalk@/books?foo=bar",
        "postgresql://asha:ch%20alk%/books",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(BooksUnusable) as refused:
        finzcore.open(address)
    said = f"{refused.value!r} {refused.value.__cause__!r}"
    assert "cannot be read" in said
    assert "chalk" not in said
    assert "zz" not in said


@pytest.mark.parametrize(
    "address", ["mysql://asha@host/books", "postgresql+psycopg://host/books", "sqlite:///a.db"]
)
def test_an_address_of_something_else_is_no_path(address: str) -> None:
    with pytest.raises(BooksUnusable, match="is for something else than books"):
        finzcore.open(address)


def test_a_server_that_is_not_there_may_come_back(tmp_path: object) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        finzcore.open(f"postgresql:///books?host={tmp_path}")


def test_a_server_that_lets_nobody_in_will_not_later(postgres: scratch.Server) -> None:
    with pytest.raises(BooksUnusable, match=r"cannot be used.*no_such_database"):
        finzcore.open(postgres.address("no_such_database"))


def test_what_an_engine_is_shown_as_holds_no_password(postgres: scratch.Server) -> None:
    with (
        bare_database(postgres) as name,
        finzcore.open(f"{postgres.address(name, scratch.OWNER)}&password=chalk") as engine,
    ):
        assert "chalk" not in repr(engine)
        assert "password=***" in repr(engine)


def test_the_rights_that_are_missing_can_be_printed_alone(postgres: scratch.Server) -> None:
    with bare_database(postgres) as name:
        finzcore.open(postgres.address(name, scratch.OWNER)).close()
        with pytest.raises(BooksUnusable, match="finzcore schema --dialect postgresql --existing --role"):
            finzcore.open(postgres.address(name, scratch.APPLICATION))
        words = ["schema", "--dialect", "postgresql", "--existing", "--role", scratch.APPLICATION]
        printed = CliRunner().invoke(main, words)
        assert printed.exit_code == 0
        assert "CREATE" not in printed.output
        with psycopg.connect(postgres.address(name), autocommit=True) as around:
            around.execute(printed.output)
        finzcore.open(postgres.address(name, scratch.APPLICATION)).close()


def test_a_server_that_is_full_may_have_room_later(bare_database: str, postgres: scratch.Server) -> None:
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as around:
        around.execute(f"ALTER ROLE {scratch.OWNER} CONNECTION LIMIT 0")
        try:
            with pytest.raises(Unavailable, match="too many connections for role"):
                finzcore.open(bare_database)
        finally:
            around.execute(f"ALTER ROLE {scratch.OWNER} CONNECTION LIMIT -1")
