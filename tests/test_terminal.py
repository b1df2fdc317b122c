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
        "entries:",
        "date        debit",
        "2026-05-19   5.00",
        "2026-05-20",
        "",
        "",
        "others:",
        "(nothing)",
        "",
        "truncated: no",
        "limit: 1000",
    ] == list(terminal.report(told))


def test_whole_numbers_stand_under_each_other_by_their_last_digit() -> None:
    ranges = [
        {"type": "Invoice", "total": 40, "checked": True},
        {"type": "Note", "total": 5, "checked": False},
    ]
    assert [
        "",
        "type     total  checked",
        "Invoice     40  yes",
        "Note         5  no",
        "",
    ] == list(terminal.report({"documents": ranges}))


def test_lines_stand_under_their_row_and_totals_in_columns() -> None:
    told = {
        "rows": [
            {
                "number": "INV-1",
                "total": Decimal("1234567.00"),
                "lines": [
                    {"description": "Chair", "quantity": Decimal("2"), "taxable": Decimal("1000.00")},
                    {"description": "Writing desk", "quantity": Decimal("0.5"), "taxable": Decimal("5.00")},
                ],
            },
            {"number": "INV-20", "total": Decimal("0.00"), "lines": []},
        ],
        "totals": {"taxable": Decimal("1005.00"), "count": 2},
    }
    assert [
        "",
        "rows:",
        "number         total",
        "    description   quantity   taxable",
        "INV-1   12,34,567.00",
        "    Chair                2  1,000.00",
        "    Writing desk       0.5      5.00",
        "INV-20          0.00",
        "",
        "",
        "totals:",
        " taxable  count",
        "1,005.00      2",
        "",
    ] == list(terminal.report(told))


def test_sections_have_their_titles_and_nodes_their_indent() -> None:
    told = {
        "assets": {
            "nodes": [
                {
                    "account_id": "acc_1",
                    "name": "Bank",
                    "balance": Decimal("5.00"),
                    "children": [{"account_id": "acc_2", "name": "HDFC", "balance": Decimal("3.00")}],
                }
            ],
            "total": Decimal("5.00"),
        },
        "itc": {"rcm": {"igst": Decimal("1.00")}, "all_other": {"igst": Decimal("2.00")}},
    }
    assert [
        "",
        "assets:",
        "name    balance",
        "Bank       5.00",
        "  HDFC     3.00",
        "",
        "assets total: 5.00",
        "",
        "itc:",
        "name       igst",
        "rcm        1.00",
        "all_other  2.00",
        "",
    ] == list(terminal.report(told))


def test_where_a_figure_comes_from_is_said_by_its_ids() -> None:
    item = {"journal_id": "je_1", "source": "INVOICE", "amounts": {"debit": Decimal("5.00")}}
    sources = {"count": 1, "items": [item], "next": None}
    told = {"accounts": [{"account_id": "acc_1", "code": "1020", "sources": sources}]}
    assert [
        "",
        "code  sources count",
        "    journal id  source   amounts",
        "1020              1",
        "    je_1        INVOICE  debit 5.00",
        "",
    ] == list(terminal.report(told))


def test_a_word_in_another_script_and_a_broken_line_shift_no_column() -> None:
    told = {"rows": [
        {"name": "अनिल ट्रेडर्स", "total": Decimal("5.00")}, {"name": "one\ntwo", "total": Decimal("6.00")},
    ]}  # fmt: skip
    lines = [line for line in terminal.report(told) if line]
    assert 1 == len({terminal.width(line) for line in lines})
    assert lines[-1].startswith("one two")
