"""A password that an address carries is in nothing that anybody is shown."""

import pytest

import finzcore
from finzcore import Settings
from finzcore.errors import BooksUnusable
from finzcore.storage.targets import shown
from tests.databases import Databases


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://asha:chalk@books.example/acme",
        "postgresql://asha:ch:alk@books.example/acme",
        "postgresql://asha:ch@alk@books.example/acme",
        "postgresql://asha:ch/alk@books.example/acme",
        "postgres://asha:chalk@[::1]:5432,other.example/acme?target_session_attrs=any",
        "postgresql://books.example/acme?user=asha&password=ch:alk",
        "postgresql://books.example/acme?PASSWORD=chalk",
        "postgresql:///acme?sslpassword=chalk&host=/tmp",
    ],
)
def test_no_part_of_a_password_is_shown(address: str) -> None:
    said = shown(address)
    assert "***" in said
    assert not [part for part in ("ch", "alk") if part in said]


@pytest.mark.parametrize(
    "address",
    ["postgresql:///acme", "postgresql://books.example:5432/acme?user=asha", "acme.db", "C:/books@home.db"],
)
def test_an_address_without_one_is_shown_as_it_is(address: str) -> None:
    assert address == shown(address)


def test_settings_do_not_show_the_address_of_a_replica() -> None:
    assert "chalk" not in repr(Settings(read_dsn="postgresql://asha:chalk@books.example/acme"))


def test_an_address_of_a_replica_that_cannot_be_read_is_not_quoted(databases: Databases) -> None:
    with databases.lent() as books, pytest.raises(BooksUnusable) as refused:
        finzcore.open(books, settings=Settings(read_dsn="postgresql://asha:100%chalk@books.example/acme"))
    assert "chalk" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
