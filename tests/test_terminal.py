"""Figures in a terminal: columns line up, and amounts can be read back."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finzcore import terminal

cells = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
tables = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6)


@given(tables)
def test_every_column_begins_or_ends_at_one_place(rows: list[tuple[str, str, str]]) -> None:
    lines = list(terminal.columns(rows, "<>>"))
    first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
    assert {first + second + third + 4} == set(map(len, lines))
    for (name, middle, last), line in zip(rows, lines, strict=True):
        assert line.startswith(name)
        assert line[: first + 2 + second].endswith(middle)
        assert line.endswith(last)


@given(st.integers(-(10**14), 10**14))
def test_an_amount_reads_back_as_what_it_was(paise: int) -> None:
    value = Decimal(paise).scaleb(-2)
    assert value == Decimal(terminal.amount(value).replace(",", ""))


def test_a_report_leaves_out_ids_and_empty_columns_and_says_when_there_is_nothing() -> None:
    told = {
        "account_id": "acc_1",
        "account": {"account_id": "acc_1", "code": "1020", "name": "Bank Account"},
        "from_date": None,
        "entries": [
            {"date": "2026-05-19T00:00:00", "contact_id": None, "note": None, "debit": Decimal("5.00")},
            {"date": "2026-05-20T00:00:00", "contact_id": "ct_1", "note": None, "debit": Decimal("0.00")},
        ],
        "others": [],
        "truncated": False,
        "limit": 1000,
    }
    assert [
        "account: 1020 Bank Account",
        "",
        "date        debit",
        "2026-05-19   5.00",
        "2026-05-20",
        "",
        "",
        "(nothing)",
        "",
        "truncated: no",
        "limit: 1000",
    ] == list(terminal.report(told))
