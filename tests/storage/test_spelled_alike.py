"""What the checks spell out in SQL is the same text on both engines, also where rows are nonsense."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from finzcore.storage.statements.checks_kept import SERIAL, YEAR, rupees
from tests.storage.made import Connection

Spell = Callable[[str], Any]


@pytest.fixture(params=["sqlite", "postgres"])
def spell(request: pytest.FixtureRequest) -> Spell:
    """Gives the value of an expression."""

    def value(text: str) -> Any:
        if request.param == "sqlite":
            with closing(sqlite3.connect(":memory:")) as books:
                return books.execute(text).fetchone()[0]
        books: Connection = request.getfixturevalue("fresh_postgres")
        row = books.execute(text).fetchone()
        assert row is not None
        return row[0]

    return value


YEARS = {
    "2026-03-31": "2025-26",
    "2026-04-01": "2026-27",
    "2099-04-01": "2099-00",
    "2000-01-01": "1999-00",
    "0999-12-31": "0999-00",
    "0001-01-01": "0000-01",
    "what a day": "none",
    "26-04-2026": "none",
    "0000-04-01": "none",
    "": "none",
}


@pytest.mark.parametrize(("date", "expected"), YEARS.items())
def test_the_financial_year_of_a_date(spell: Spell, date: str, expected: str) -> None:
    assert expected == spell(f"SELECT {YEAR} FROM (SELECT '{date}' AS date) AS d")


FIGURES = {
    0: "0.00",
    5: "0.05",
    -5: "-0.05",
    100: "1.00",
    -123456: "-1234.56",
    9_007_199_254_740_993: "90071992547409.93",
}


@pytest.mark.parametrize(("paise", "expected"), FIGURES.items())
def test_a_figure_in_rupees(spell: Spell, paise: int, expected: str) -> None:
    assert expected == spell(f"SELECT {rupees('kept')} FROM (SELECT CAST({paise} AS BIGINT) AS kept) AS d")


@pytest.mark.parametrize(
    ("serial", "expected"), [(1, "001"), (42, "042"), (999, "999"), (1000, "1000"), (12345, "12345")]
)
def test_a_serial_has_three_digits_or_more(spell: Spell, serial: int, expected: str) -> None:
    assert expected == spell(f"SELECT {SERIAL} FROM (SELECT CAST({serial} AS BIGINT) AS serial) AS d")
