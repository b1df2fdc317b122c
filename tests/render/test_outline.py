"""Reports of every shape as facts, lists and flat tables."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books import views
from finzcore.render.outline import Fact, Listed, columns_of, grids, outline, table


def amount(text: str) -> Decimal:
    return Decimal(text)


def flat(told: dict[str, Any]) -> list[tuple[str, list[list[Any]]]]:
    """Every table of a report: title, heads and rows."""
    return [
        (grid.title, [list(grid.heads), *map(list, grid.rows)]) for grid in grids("summary", outline(told))
    ]


PROFIT_AND_LOSS = {
    "to_date": "2026-05-31",
    "income": {
        "accounts": [{"account_id": "acc_1", "name": "Sales", "amount": amount("12.00")}],
        "total": amount("12.00"),
    },
    "gross_profit": amount("12.00"),
    "expenses": {"accounts": [], "total": amount("0.00")},
}
BALANCE_SHEET = {
    "assets": {
        "nodes": [
            {
                "name": "Bank",
                "balance": amount("5.00"),
                "children": [
                    {"name": "HDFC", "balance": amount("3.00"), "children": []},
                    {
                        "name": "SBI",
                        "balance": amount("2.00"),
                        "children": [{"name": "FD", "balance": amount("1.00"), "children": []}],
                    },
                ],
            },
            {"name": "Cash", "balance": amount("7.00"), "children": []},
        ],
        "total": amount("12.00"),
    },
}
REGISTER = {
    "rows": [
        {
            "invoice_number": "INV-1",
            "date": "2026-05-19T00:00:00",
            "taxable": amount("30.00"),
            "lines": [
                {"description": "Chair", "taxable": amount("10.00")},
                {"description": "Desk", "taxable": amount("20.00")},
            ],
        },
        {"invoice_number": "INV-2", "date": "2026-05-20T00:00:00", "taxable": amount("0.00"), "lines": []},
    ],
    "totals": {"taxable": amount("30.00")},
}
GSTR3B = {
    "outward": {
        "taxable": {"taxable": amount("5.00"), "igst": amount("0.90")},
        "non_gst": {"taxable": amount("1.00")},
    },
    "exempt_inward": {"inter": amount("1.00"), "intra": amount("2.00")},
}
EXPLAINED = {
    "accounts": [
        {
            "code": "1020",
            "debit": amount("5.00"),
            "sources": {
                "count": 2,
                "items": [
                    {"journal_id": "je_1", "amounts": {"debit": amount("2.00")}},
                    {"journal_id": "je_2", "amounts": {"debit": amount("3.00")}},
                ],
                "next": None,
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            PROFIT_AND_LOSS,
            [
                ("income", [["account_id", "name", "amount"], ["acc_1", "Sales", amount("12.00")]]),
                ("expenses", [[]]),
                (
                    "summary",
                    [
                        ["name", "value"],
                        ["to_date", "2026-05-31"],
                        ["income_total", amount("12.00")],
                        ["gross_profit", amount("12.00")],
                        ["expenses_total", amount("0.00")],
                    ],
                ),
            ],
        ),
        (
            BALANCE_SHEET,
            [
                (
                    "assets",
                    [
                        ["name", "balance"],
                        ["Bank", amount("5.00")],
                        ["  HDFC", amount("3.00")],
                        ["  SBI", amount("2.00")],
                        ["    FD", amount("1.00")],
                        ["Cash", amount("7.00")],
                    ],
                ),
                ("summary", [["name", "value"], ["assets_total", amount("12.00")]]),
            ],
        ),
        (
            REGISTER,
            [
                (
                    "rows",
                    [
                        ["invoice_number", "date", "taxable", "description", "lines_taxable"],
                        ["INV-1", "2026-05-19", amount("30.00"), "Chair", amount("10.00")],
                        ["INV-1", "2026-05-19", None, "Desk", amount("20.00")],
                        ["INV-2", "2026-05-20", amount("0.00"), None, None],
                    ],
                ),
                ("summary", [["name", "value"], ["totals_taxable", amount("30.00")]]),
            ],
        ),
        (
            GSTR3B,
            [
                (
                    "outward",
                    [
                        ["name", "taxable", "igst"],
                        ["taxable", amount("5.00"), amount("0.90")],
                        ["non_gst", amount("1.00"), None],
                    ],
                ),
                (
                    "summary",
                    [
                        ["name", "value"],
                        ["exempt_inward_inter", amount("1.00")],
                        ["exempt_inward_intra", amount("2.00")],
                    ],
                ),
            ],
        ),
        (
            EXPLAINED,
            [
                (
                    "accounts",
                    [
                        ["code", "debit", "count", "next", "journal_id", "amounts"],
                        ["1020", amount("5.00"), 2, None, "je_1", "debit 2.00"],
                        ["1020", None, None, None, "je_2", "debit 3.00"],
                    ],
                ),
            ],
        ),
    ],
    ids=["sections", "nodes", "lines", "objects of objects", "sources"],
)
def test_a_report_becomes_tables(told: dict[str, Any], expected: list[Any]) -> None:
    assert expected == flat(told)


def test_what_a_report_says_comes_in_its_order() -> None:
    assert [
        Fact(("to_date",), "2026-05-31"),
        Listed(("income",), PROFIT_AND_LOSS["income"]["accounts"]),  # type: ignore[index]
        Fact(("income", "total"), amount("12.00")),
        Fact(("gross_profit",), amount("12.00")),
        Listed(("expenses",), []),
        Fact(("expenses", "total"), amount("0.00")),
    ] == list(outline(PROFIT_AND_LOSS))


paise = st.integers(-(10**9), 10**9).map(lambda one: Decimal(one).scaleb(-2))
lines = st.lists(st.fixed_dictionaries({"description": st.text(max_size=3), "amount": paise}), max_size=4)
registers = st.lists(
    st.fixed_dictionaries({"number": st.text(max_size=3), "total": paise, "lines": lines}), max_size=6
)


@given(registers)
def test_every_column_of_a_flat_table_adds_up_to_what_the_rows_say(rows: list[dict[str, Any]]) -> None:
    grid = table(Listed(("rows",), rows))
    found = [dict(zip(grid.heads, row, strict=True)) for row in grid.rows]
    assert sum(row["total"] for row in rows) == sum(row.get("total") or 0 for row in found)
    assert sum(line["amount"] for row in rows for line in row["lines"]) == sum(
        row.get("amount") or 0 for row in found
    )
    assert sum(max(len(row["lines"]), 1) for row in rows) == len(found)


VIEW = views.View(
    views.text("number"),
    views.amount("total"),
    views.out("party", views.Inner(views.View(views.text("name")))),
    views.out("lines", views.Each(views.View(views.text("name"), views.amount("total")))),
    views.out(
        "sources",
        views.Inner(
            views.View(views.whole("count"), views.out("items", views.Each(views.View(views.text("id")))))
        ),
    ).if_any(),
)


def test_the_columns_of_a_view_are_those_of_its_rows() -> None:
    row = {
        "number": "1",
        "total": amount("5.00"),
        "party": {"name": "Asha"},
        "lines": [{"name": "Chair", "total": amount("5.00")}],
        "sources": {"count": 1, "items": [{"id": "je_1"}]},
    }
    declared = table(Listed(("rows",), [row], list(columns_of(VIEW))))
    seen = table(Listed(("rows",), [row]))
    assert set(seen.heads) == set(declared.heads)
    by_head = [dict(zip(grid.heads, next(iter(grid.rows)), strict=True)) for grid in (seen, declared)]
    assert by_head[0] == by_head[1]


def test_an_empty_list_has_the_columns_that_its_rows_would_have() -> None:
    section = views.Inner(views.View(views.out("rows", views.Each(VIEW)), views.amount("total")))
    view = views.View(views.out("sold", section), views.out("bought", section))
    row = {"number": "1", "total": amount("5.00"), "party": {"name": "Asha"}, "lines": []}
    told = {"sold": {"rows": [], "total": amount("0.00")}, "bought": {"rows": [row], "total": amount("5.00")}}
    sold, bought, _ = grids("summary", outline(told, view))
    assert (["number", "total", "party_name", "lines_name", "lines_total"], []) == (
        list(sold.heads), list(sold.rows),
    )  # fmt: skip
    assert ["number", "total", "name"] == list(bought.heads)


def test_a_list_that_is_read_once_is_read_as_its_table_is() -> None:
    read = []

    def rows() -> Any:
        for number in range(3):
            read.append(number)
            yield {"n": number}

    grid = table(Listed(("rows",), rows(), [("n",)]))
    assert [] == read
    assert [0] == list(next(iter(grid.rows)))
    assert [0] == read
