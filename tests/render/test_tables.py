"""Tables as CSV and XLSX: every cell comes back, amounts are numbers, and nothing is a formula."""

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import NotInstalled
from finzcore.render import workbook
from finzcore.render.grid import Grid, harmless
from finzcore.render.separated import csv_of, csv_of_several
from finzcore.render.workbook import write_xlsx

MADE = dt.datetime(2026, 5, 19, 5, tzinfo=dt.UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"]


def sheets(*grids: Grid) -> dict[str, str]:
    """The sheets of a file by their titles, as their XML."""
    file = io.BytesIO()
    write_xlsx(grids, file, made=MADE)
    with zipfile.ZipFile(file) as packed:
        titles = re.findall(r'<sheet name="([^"]*)"', packed.read("xl/workbook.xml").decode())
        return {
            unescape(title): packed.read(f"xl/worksheets/sheet{number}.xml").decode()
            for number, title in enumerate(titles, 1)
        }


def cells(sheet: str) -> list[list[str]]:
    """The cells of a sheet as text, row by row; empty ones are left out."""
    return [
        [unescape(found[0] or found[1]) for found in re.findall(r"<t[^>]*>([^<]*)</t>|<v>([^<]*)</v>", row)]
        for row in re.findall(r"<row [^>]*>(.*?)</row>", sheet, re.DOTALL)
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert f"'{text}" == harmless(text)
    grid = Grid("t", ["name"], [[text]])
    assert [["name"], [f"'{text}"]] == list(csv.reader(io.StringIO("".join(csv_of(grid)), newline="")))
    sheet = sheets(grid)["t"]
    assert "<f>" not in sheet
    assert "&apos;" in sheet or "'" in sheet


@pytest.mark.parametrize("text", ["Asha Stores", "1=1", "a@b.example", "", "'quoted'", "₹5"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert text == harmless(text)


def test_amounts_stay_numbers_and_are_never_quoted() -> None:
    grid = Grid("t", ["amount", "count", "rate", "none"], [[Decimal("-5.00"), -3, Decimal("1E+3"), None]])
    assert "amount,count,rate,none\r\n-5.00,-3,1000,\r\n" == "".join(csv_of(grid))
    assert [["amount", "count", "rate", "none"], ["-5.00", "-3", "1E+3"]] == cells(sheets(grid)["t"])


def test_the_largest_amount_keeps_its_paise_in_a_sheet() -> None:
    largest = Decimal("9999999999999.99")
    (_, (shown,)) = cells(sheets(Grid("t", ["amount"], [[largest]]))["t"])
    assert largest == Decimal(shown)


values = st.none() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["Cs", "Cc"]))
rows = st.lists(st.lists(values, min_size=3, max_size=3), max_size=5)


@given(rows)
def test_csv_reads_back_as_what_was_written(told: list[list[Any]]) -> None:
    text = "".join(csv_of(Grid("t", ["a", "b", "c"], told)))
    expected = [["" if one is None else harmless(one) if isinstance(one, str) else str(one) for one in row]
                for row in told]  # fmt: skip
    assert [["a", "b", "c"], *expected] == list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert text.count("\r\n") >= len(told) + 1


def test_several_tables_stand_under_their_titles() -> None:
    grids = [Grid("income", ["name"], [["Sales"]]), Grid("expenses", [], []), Grid("x, y", ["n"], [[1]])]
    assert 'income\r\nname\r\nSales\r\n\r\nexpenses\r\n\r\n"x, y"\r\nn\r\n1\r\n' == "".join(
        csv_of_several(grids)
    )


def test_heads_stay_in_sight_and_titles_are_ones_that_a_sheet_may_have() -> None:
    grids = [
        Grid("A/B: [x]?", ["h"], []),
        Grid("a b   x", ["h"], []),
        Grid("A" * 40, ["h"], []),
        Grid("a" * 33, ["h"], []),
        Grid("", ["h"], []),
    ]
    found = sheets(*grids)
    assert ["A B   x", "a b   x 2", "A" * 31, "a" * 29 + " 2", "Sheet"] == list(found)
    assert all('topLeftCell="A2"' in sheet and 'state="frozen"' in sheet for sheet in found.values())


def test_a_table_that_is_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    found = sheets(Grid("long", ["n"], ([number] for number in range(5))))
    assert {"long": ["n", "0", "1"], "long 2": ["n", "2", "3"], "long 3": ["n", "4"]} == {
        title: [cell for row in cells(sheet) for cell in row] for title, sheet in found.items()
    }


def test_a_full_sheet_is_not_followed_by_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert ["long"] == list(sheets(Grid("long", ["n"], [[1], [2]])))
    assert ["none"] == list(sheets(Grid("none", ["n"], [])))


def test_the_same_tables_at_the_same_instant_are_the_same_bytes() -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        write_xlsx([Grid("t", ["n"], [[1], ["x"]])], file, made=MADE)
    assert files[0].getvalue() == files[1].getvalue()


def test_without_the_extra_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(NotInstalled, match=r"finzcore\[xlsx\]"):
        write_xlsx([], io.BytesIO(), made=MADE)
