"""Profit and loss, balance sheet and cash flow as the API shows them (`api.md` §5, items 2–4; §5.1)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock

Report = dict[str, Any]

# A small company, in thousands of rupees. 2025-26 ends with a profit of 300 - 120 - 20 - 60 = 100.
STORY = [
    ("2025-04-01", 500, "1020", "3010", "capital"),
    ("2025-04-10", 200, "1510", "1020", "a machine"),
    ("2025-05-05", 100, "1020", "2510", "a loan"),
    ("2025-06-15", 300, "1040", "4010", "sold"),
    ("2025-07-01", 120, "5010", "2010", "bought"),
    ("2025-09-30", 250, "1020", "1040", "received"),
    ("2025-10-01", 90, "2010", "1020", "paid"),
    ("2026-03-31", 20, "6070", "1510", "depreciation"),
    ("2026-03-31", 60, "6010", "1020", "rent"),
    ("2026-04-01", 80, "1020", "4020", "a service"),
    ("2026-04-15", 10, "1010", "1020", "drawn in cash"),
    ("2026-05-20", 3, "8010", "1010", "a penalty"),
    ("2026-05-25", 1, "1010", "4030", "shipping"),
    ("2026-05-31", 25, "3020", "1020", "paid out to the owners"),
]
"""Date, amount, debit, credit."""


@pytest.fixture
def company(engine: finzcore.Engine, acme: finzcore.Org) -> finzcore.Org:
    plant = acme.create_account(code="1500", name="Plant", account_type="FIXED_ASSET")
    acme.create_account(
        code="1510", name="Machinery", account_type="FIXED_ASSET", parent_id=plant["account_id"]
    )
    acme.create_account(code="2510", name="Term Loan", account_type="LONG_TERM_LIABILITY")
    acme.create_account(code="8010", name="Penalties", account_type="OTHER_EXPENSE")
    for date, thousands, debit, credit, memo in STORY:
        entered(acme, date, thousands * 1000, debit, credit, memo=memo)
    return acme


def entered(org: finzcore.Org, date: str, amount: Any, debit: str, credit: str, **more: Any) -> Report:
    tags = {"tags": more.pop("tags")} if "tags" in more else {}
    lines = [
        {"account_id": org.account_id(debit), "debit": amount} | tags,
        {"account_id": org.account_id(credit), "credit": amount} | tags,
    ]
    made: Report = org.journals.create(date=date, lines=lines, **more)
    return made


def amounts(group: Report) -> dict[str, Decimal]:
    """Code to amount, in thousands."""
    return {row["code"]: row["amount"] / 1000 for row in group["accounts"]}


def named(items: list[Report], key: str = "amount") -> dict[str, Decimal]:
    return {item["name"]: item[key] / 1000 for item in items}


# ----- the company by hand -----


def test_the_profit_and_loss_of_a_year(company: finzcore.Org) -> None:
    report = company.reports.profit_and_loss(from_date="2025-04-01", to_date="2026-03-31")
    assert {"4010": 300} == amounts(report["income"])
    assert {"5010": 120} == amounts(report["cost_of_goods_sold"])
    assert {"6010": 60, "6070": 20} == amounts(report["expenses"])
    assert [] == report["other_income"]["accounts"] == report["other_expenses"]["accounts"]
    assert (180_000, 100_000) == (report["gross_profit"], report["net_profit"])
    assert [300_000, 120_000, 0, 80_000, 0] == [
        report[group]["total"]
        for group in ("income", "cost_of_goods_sold", "other_income", "expenses", "other_expenses")
    ]


def test_a_profit_and_loss_has_its_keys_in_order(company: finzcore.Org, call: Call) -> None:
    asked = "/reports/profit_and_loss?to_date=2026-05-31&from_date=2026-04-01"
    said = call.ok("GET", asked)
    report = said["profit_and_loss"]
    assert [
        "from_date", "to_date", "compare", "branch_id", "cost_center_id", "income", "cost_of_goods_sold",
        "gross_profit", "other_income", "expenses", "other_expenses", "net_profit",
    ] == list(report)  # fmt: skip
    assert [
        {
            "account_id": company.account_id("4020"),
            "code": "4020",
            "name": "Service Revenue",
            "amount": Decimal("80000.00"),
        }
    ] == report["income"]["accounts"]
    # 80 + 1 - 3
    assert 78_000 == report["net_profit"]


def test_a_profit_and_loss_from_the_beginning_adds_up_the_years(company: finzcore.Org) -> None:
    report = company.reports.profit_and_loss(to_date="2026-05-31")
    assert ({"4010": 300, "4020": 80}, 178_000) == (amounts(report["income"]), report["net_profit"])
    assert report["from_date"] is None


def test_the_balance_sheet_of_a_day(company: finzcore.Org) -> None:
    report = company.reports.balance_sheet(as_of_date="2026-05-31")
    assets, liabilities, equity = (report[side]["nodes"] for side in ("assets", "liabilities", "equity"))
    assert {"Cash in Hand": 8, "Bank Account": 545, "Accounts Receivable": 50, "Plant": 0} == named(
        assets, "balance"
    )
    assert {"Machinery": 180} == named(assets[-1]["children"], "balance")
    assert {"Accounts Payable": 30, "Term Loan": 100} == named(liabilities, "balance")
    assert {"Owner's Equity": 500, "Retained Earnings": 75, "Current Year Earnings": 78} == named(
        equity, "balance"
    )
    assert [783_000, 130_000, 653_000] == [
        report[side]["total"] for side in ("assets", "liabilities", "equity")
    ]
    assert (783_000, 783_000, True) == (
        report["total_assets"], report["total_liabilities_and_equity"], report["is_balanced"],
    )  # fmt: skip


def test_the_equity_ends_with_two_lines_of_no_account(acme: finzcore.Org) -> None:
    report = acme.reports.balance_sheet(as_of_date="2026-05-31")
    assert [(None, None, "Retained Earnings", 0), (None, None, "Current Year Earnings", 0)] == [
        (node["account_id"], node["code"], node["name"], node["balance"])
        for node in report["equity"]["nodes"]
    ]
    assert ([], [], True) == (
        report["assets"]["nodes"],
        report["liabilities"]["nodes"],
        report["is_balanced"],
    )


def test_the_cash_flow_of_a_year(company: finzcore.Org) -> None:
    report = company.reports.cash_flow(from_date="2025-04-01", to_date="2026-03-31")
    operating = report["operating"]
    assert 100_000 == operating["net_profit"]
    assert {"Accounts Receivable": -50, "Accounts Payable": 30} == named(operating["adjustments"])
    # The machine for 200, of which 20 are written off and in the profit already.
    assert {"Machinery": -180} == named(report["investing"]["items"])
    assert {"Term Loan": 100, "Owner's Equity": 500} == named(report["financing"]["items"])
    assert [80_000, -180_000, 600_000] == [
        report[part]["total"] for part in ("operating", "investing", "financing")
    ]
    assert (500_000, 0, 500_000) == (report["net_change"], report["opening_cash"], report["closing_cash"])


def test_a_cash_flow_goes_on_across_a_year_and_past_a_transfer(company: finzcore.Org) -> None:
    report = company.reports.cash_flow(from_date="2026-03-31", to_date="2026-05-31")
    # In the profit: 80 + 1 - 3 of this year, and 60 + 20 less of the last day of the one before.
    assert -2_000 == report["operating"]["net_profit"]
    assert {"Machinery": 20} == named(report["investing"]["items"])
    assert {"Retained Earnings": -25} == named(report["financing"]["items"])
    assert (-7_000, 560_000, 553_000) == (
        report["net_change"], report["opening_cash"], report["closing_cash"],
    )  # fmt: skip


# ----- compared -----


@pytest.mark.parametrize(
    ("asked", "days", "net_profits"),
    [
        (("2026-04-01", "2027-03-31", "previous_period"), ("2025-04-01", "2026-03-31"), (78, 100)),
        (("2026-04-01", "2026-05-31", "previous_year"), ("2025-04-01", "2025-05-31"), (78, 0)),
        (("2026-05-01", "2026-05-31", "PREVIOUS_PERIOD"), ("2026-04-01", "2026-04-30"), (-2, 80)),
        ((None, "2026-05-31", "previous_year"), (None, "2025-05-31"), (178, 0)),
        ((None, "2026-03-31", "previous_period"), (None, "2025-03-31"), (100, 0)),
    ],
)
def test_a_profit_and_loss_beside_another(
    company: finzcore.Org,
    asked: tuple[str | None, str, str],
    days: tuple[str | None, str],
    net_profits: tuple[int, int],
) -> None:
    first, last, compare = asked
    report = company.reports.profit_and_loss(from_date=first, to_date=last, compare=compare)
    assert days == (report.get("from_date_compared"), report["to_date_compared"])
    assert net_profits == (report["net_profit"] / 1000, report["net_profit_compared"] / 1000)
    assert compare.upper() == report["compare"]
    other = company.reports.profit_and_loss(from_date=days[0], to_date=days[1])
    assert amounts(other["income"]) == {
        row["code"]: row["amount_compared"] / 1000
        for row in report["income"]["accounts"]
        if row["amount_compared"]
    }


def test_an_account_of_either_period_is_listed(company: finzcore.Org) -> None:
    report = company.reports.profit_and_loss(
        from_date="2026-04-01", to_date="2027-03-31", compare="previous_period"
    )
    assert [("4010", 0, 300_000), ("4020", 80_000, 0)] == [
        (row["code"], row["amount"], row["amount_compared"]) for row in report["income"]["accounts"]
    ]
    assert (80_000, 300_000) == (report["income"]["total"], report["income"]["total_compared"])


@pytest.mark.parametrize(
    ("day", "compare", "other"),
    [
        ("2026-05-31", "previous_period", "2026-04-30"),
        ("2026-05-20", "previous_period", "2026-04-20"),
        ("2026-03-31", "previous_period", "2025-03-31"),
        ("2026-05-31", "previous_year", "2025-05-31"),
    ],
)
def test_a_balance_sheet_beside_another(company: finzcore.Org, day: str, compare: str, other: str) -> None:
    report = company.reports.balance_sheet(as_of_date=day, compare=compare)
    alone = {at: company.reports.balance_sheet(as_of_date=at) for at in (day, other)}
    assert other == report["as_of_date_compared"]
    for side in ("assets", "liabilities", "equity"):
        assert alone[day][side]["total"] == report[side]["total"]
        assert alone[other][side]["total"] == report[side]["total_compared"]
        expected = balances(alone[other][side]["nodes"], "balance")
        assert expected == balances(report[side]["nodes"], "balance_compared")
    assert alone[other]["total_assets"] == report["total_assets_compared"]


def balances(nodes: list[Report], key: str) -> dict[str, Decimal]:
    """Every balance that is not zero, however deep, by name."""
    found = {node["name"]: node[key] for node in nodes if node[key]}
    for node in nodes:
        found |= balances(node["children"], key)
    return found


def test_a_cash_flow_beside_another(company: finzcore.Org) -> None:
    report = company.reports.cash_flow(
        from_date="2026-04-01", to_date="2027-03-31", compare="previous_period"
    )
    assert (53_000, 500_000) == (report["net_change"], report["net_change_compared"])
    assert (500_000, 0) == (report["opening_cash"], report["opening_cash_compared"])
    assert (553_000, 500_000) == (report["closing_cash"], report["closing_cash_compared"])
    assert {"Machinery": -180} == named(report["investing"]["items"], "amount_compared")
    assert {"Machinery": 0} == named(report["investing"]["items"])


# ----- a part of the books -----


def test_a_branch_has_its_own_final_accounts(company: finzcore.Org) -> None:
    mumbai = company.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    entered(company, "2026-05-10", 7000, "1010", "4010", branch_id=mumbai)
    at = {"branch_id": mumbai}
    loss = company.reports.profit_and_loss(to_date="2026-05-31", **at)
    sheet = company.reports.balance_sheet(as_of_date="2026-05-31", **at)
    flow = company.reports.cash_flow(from_date="2026-05-01", to_date="2026-05-31", **at)
    assert [mumbai] * 3 == [report["branch_id"] for report in (loss, sheet, flow)]
    assert (7000, 7000, True) == (loss["net_profit"], sheet["total_assets"], sheet["is_balanced"])
    assert (0, 7000, 7000) == (flow["opening_cash"], flow["net_change"], flow["closing_cash"])


def test_a_cost_center_has_its_own_profit_and_loss(company: finzcore.Org, call: Call) -> None:
    north, south = (company.add_cost_center(name=name)["cost_center_id"] for name in ("North", "South"))
    entered(company, "2026-05-10", 7000, "1010", "4010", tags=[north])
    entered(company, "2026-05-11", 2000, "6010", "1010", tags=[south, north])
    entered(company, "2026-04-11", 400, "6010", "1010", tags=[south])
    asked = f"/reports/profit_and_loss?from_date=2026-05-01&to_date=2026-05-31&cost_center_id={north}"
    report = call.ok("GET", f"{asked}&compare=previous_period")["profit_and_loss"]
    assert (north, 5000, 0) == (
        report["cost_center_id"], report["net_profit"], report["net_profit_compared"],
    )  # fmt: skip
    assert {"4010": 7} == amounts(report["income"])
    report = company.reports.profit_and_loss(to_date="2026-05-31", cost_center_id=south)
    assert (-2400, []) == (report["net_profit"], report["income"]["accounts"])


@pytest.mark.parametrize(
    ("name", "asked", "refused"),
    [
        ("profit_and_loss", "", (400, "validation.required_field", "to_date")),
        ("balance_sheet", "", (400, "validation.required_field", "as_of_date")),
        ("cash_flow", "to_date=2026-05-31", (400, "validation.required_field", "from_date")),
        (
            "profit_and_loss",
            "from_date=2026-06-01&to_date=2026-05-31",
            (400, "validation.invalid_value", "to_date"),
        ),
        (
            "cash_flow",
            "from_date=2026-06-01&to_date=2026-05-31",
            (400, "validation.invalid_value", "to_date"),
        ),
        ("balance_sheet", "as_of_date=2026-05-31&compare=x", (400, "validation.invalid_value", "compare")),
        ("cash_flow", "from_date=2026-05-01&to_date=x", (422, "validation.failed", "to_date")),
        ("balance_sheet", "as_of_date=2026-05-31&branch_id=br_1", (404, "not_found.resource", "branch_id")),
        (
            "profit_and_loss",
            "to_date=2026-05-31&cost_center_id=cc_1",
            (404, "not_found.resource", "cost_center_id"),
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    call: Call, name: str, asked: str, refused: tuple[int, str, str]
) -> None:
    assert refused == call.refused("GET", f"/reports/{name}?{asked}")


# ----- where every figure comes from, and what was known -----

ASKED: list[tuple[str, Report]] = [
    ("trial_balance", {"as_of_date": "2026-05-31"}),
    ("profit_and_loss", {"to_date": "2026-05-31"}),
    ("profit_and_loss", {"from_date": "2026-04-01", "to_date": "2027-03-31", "compare": "previous_period"}),
    ("balance_sheet", {"as_of_date": "2026-05-31"}),
    ("balance_sheet", {"as_of_date": "2026-05-20", "compare": "previous_year"}),
    ("cash_flow", {"from_date": "2026-04-01", "to_date": "2026-05-31"}),
    ("cash_flow", {"from_date": "2026-04-01", "to_date": "2027-03-31", "compare": "previous_period"}),
]


def figures(value: Any) -> Iterator[tuple[Report, str, Decimal]]:
    """Every amount of a report, with the row that it stands in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, Decimal):
                yield value, key, inner
            elif key != "sources":
                yield from figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from figures(inner)


def items_of(org: finzcore.Org, sources: Report) -> list[Report]:
    """Every item of a trail, page after page."""
    items, cursor = list(sources["items"]), sources["next"]
    while cursor is not None:
        page = org.reports.sources(cursor=cursor, per_page=7)
        items += page
        cursor = page.next_cursor
    return items


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_the_sources_of_every_figure_add_up_to_it(company: finzcore.Org, name: str, asked: Report) -> None:
    for day in range(1, 8):
        entered(company, f"2026-05-{day:02}", 10 * day, "1010", "4020")
    report = getattr(company.reports, name)(explain=True, **asked)
    trails: dict[int, list[Report]] = {}
    looked_at = 0
    for row, key, figure in figures(report):
        if id(row) not in trails:
            trails[id(row)] = items_of(company, row["sources"])
            assert row["sources"]["count"] == len(trails[id(row)])
        assert figure == sum(item["amounts"].get(key, Decimal(0)) for item in trails[id(row)]), key
        looked_at += bool(figure)
    assert looked_at > 5


def test_every_report_is_drawn_as_it_was_known(company: finzcore.Org, clock: FrozenClock) -> None:
    known = clock().isoformat()
    branch = company.branches.list()[0]["branch_id"]
    questions = [(name, asked | more) for name, asked in ASKED for more in ({}, {"branch_id": branch})]

    def drawn(**more: Any) -> list[Report]:
        return [getattr(company.reports, name)(**asked, **more) for name, asked in questions]

    before = drawn()
    # What was posted until now says the same as the totals of the months.
    assert before == drawn(as_known_at=known)
    clock.move(seconds=1)
    for date in ("2025-04-02", "2026-03-31", "2026-05-20"):
        entered(company, date, 11, "1010", "4010")
        company.journals.delete(entered(company, date, 13, "6010", "1020")["journal_id"])
    last = entered(company, "2026-05-20", 17, "3020", "1020")
    assert before == drawn(as_known_at=known)
    after = drawn()
    assert all(one != other for one, other in zip(before, after, strict=True))
    later = clock().isoformat()
    clock.move(seconds=1)
    company.journals.delete(last["journal_id"])
    assert after == drawn(as_known_at=later)
