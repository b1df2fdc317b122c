"""Reports of several organisations in one answer (`api.md` §8.7)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.api.test_final_accounts import entered

PATH = "/consolidated/reports"
NOBODY = "00000000-0000-8000-8000-000000000000"


class Group:
    """Two firms with some accounts in common, a third of somebody else, and whoever keeps the first two."""

    def __init__(self, engine: finzcore.Engine) -> None:
        self.engine = engine
        self.meera = engine.create_user(name="Meera").user_id
        self.bharat, self.acme = (
            engine.create_org(name=name, state="IN-KA", owner_user_id=self.meera)
            for name in ("Bharat Mills", "Acme Traders")
        )
        self.stranger = engine.create_org(name="Somebody Else", state="IN-KA")
        self.acme.create_account(code="6110", name="Packing", account_type="EXPENSE")
        self.bharat.create_account(code="6110", name="Parking", account_type="EXPENSE")
        for org, sold, spent in ((self.acme, 1000, 300), (self.bharat, 20, 4000)):
            entered(org, "2025-06-01", 500, "1020", "3010")
            entered(org, "2026-05-01", sold, "1010", "4010")
            entered(org, "2026-05-02", spent, "6110", "1010")
        self.call = self.of()

    def of(self, **more: Any) -> Call:
        """Requests with a token of several organisations."""
        return Call(self.engine, self.engine.mint_pat(user_id=self.meera, **more).token)

    def ask(self, report: str, query: str) -> Any:
        both = f"{self.acme.org_id},{self.bharat.org_id}"
        return self.call.ok("GET", f"{PATH}/{report}?organization_ids={both}&{query}")["consolidated"]


@pytest.fixture
def group(engine: finzcore.Engine) -> Group:
    return Group(engine)


def test_each_organisation_answers_as_it_does_alone(group: Group) -> None:
    answer = group.ask("trial_balance", "as_of_date=2026-05-31&include_zero=true")
    assert ["report", "currency", "companies", "totals", "errors"] == list(answer)
    assert ("trial_balance", "INR", []) == (answer["report"], answer["currency"], answer["errors"])
    assert [("Acme Traders", group.acme.org_id), ("Bharat Mills", group.bharat.org_id)] == [
        (company["name"], company["organization_id"]) for company in answer["companies"]
    ]
    for company, org in zip(answer["companies"], (group.acme, group.bharat), strict=True):
        alone = Call(group.engine, group.engine.mint_pat(org_id=org.org_id).token)
        said = alone.ok("GET", "/reports/trial_balance?as_of_date=2026-05-31&include_zero=true")
        assert said["trial_balance"] == company["trial_balance"]


def test_lines_are_added_up_by_code_and_name(group: Group) -> None:
    totals = group.ask("trial_balance", "as_of_date=2026-05-31")["totals"]
    assert [
        # 1,000 less 300 here, 4,000 less 20 too much there.
        {"code": "1010", "name": "Cash in Hand", "account_type": "CASH", "debit": 700, "credit": 3980},
        {"code": "1020", "name": "Bank Account", "account_type": "BANK", "debit": 1000, "credit": 0},
        {"code": "3010", "name": "Owner's Equity", "account_type": "EQUITY", "debit": 0, "credit": 1000},
        {"code": "4010", "name": "Sales", "account_type": "SALES", "debit": 0, "credit": 1020},
        {"code": "6110", "name": "Packing", "account_type": "EXPENSE", "debit": 300, "credit": 0},
        {"code": "6110", "name": "Parking", "account_type": "EXPENSE", "debit": 4000, "credit": 0},
    ] == totals["accounts"]
    assert (6000, 6000) == (totals["total_debit"], totals["total_credit"])


def test_groups_and_profits_are_added_up(group: Group) -> None:
    asked = "from_date=2026-04-01&to_date=2027-03-31&compare=previous_period"
    totals = group.ask("profit_and_loss", asked)["totals"]
    assert [
        "income", "cost_of_goods_sold", "gross_profit", "gross_profit_compared", "other_income", "expenses",
        "other_expenses", "net_profit", "net_profit_compared",
    ] == list(totals)  # fmt: skip
    assert [{"code": "4010", "name": "Sales", "amount": 1020, "amount_compared": 0}] == totals["income"][
        "accounts"
    ]
    assert (1020, 4300, -3280) == (
        totals["income"]["total"], totals["expenses"]["total"], totals["net_profit"],
    )  # fmt: skip


def test_a_tree_of_accounts_is_added_up_level_by_level(group: Group) -> None:
    for org in (group.acme, group.bharat):
        plant = org.create_account(code="1500", name="Plant", account_type="FIXED_ASSET")
        org.create_account(
            code="1510", name="Machinery", account_type="FIXED_ASSET", parent_id=plant["account_id"]
        )
        entered(org, "2026-05-03", 70, "1510", "1020")
    totals = group.ask("balance_sheet", "as_of_date=2026-05-31")["totals"]
    plant_node = totals["assets"]["nodes"][-1]
    assert ("1500", "Plant", 0) == (plant_node["code"], plant_node["name"], plant_node["balance"])
    assert [("1510", 140)] == [(node["code"], node["balance"]) for node in plant_node["children"]]
    assert [("3010", 1000), (None, 0), (None, -3280)] == [
        (node["code"], node["balance"]) for node in totals["equity"]["nodes"]
    ]
    assert (-2280, -2280, True) == (
        totals["total_assets"], totals["total_liabilities_and_equity"], totals["is_balanced"],
    )  # fmt: skip


def test_cash_is_added_up(group: Group) -> None:
    totals = group.ask("cash_flow", "from_date=2026-04-01&to_date=2026-05-31")["totals"]
    assert (1000, -3280, -2280) == (
        totals["opening_cash"], totals["net_change"], totals["closing_cash"],
    )  # fmt: skip
    assert -3280 == totals["operating"]["net_profit"]


def test_all_of_a_user_are_asked_by_name(group: Group) -> None:
    group.engine.create_org(name="A Sandbox", state="IN-KA", is_sandbox=True, owner_user_id=group.meera)
    answer = group.call.ok("GET", f"{PATH}/trial_balance?organization_ids=all&as_of_date=2026-05-31")
    names = [company["name"] for company in answer["consolidated"]["companies"]]
    assert ["Acme Traders", "Bharat Mills"] == names
    assert [] == answer["consolidated"]["errors"]
    sandbox = group.of(sandbox=True).ok("GET", f"{PATH}/cash_flow?organization_ids=ALL&{DAYS}")
    assert ["A Sandbox"] == [company["name"] for company in sandbox["consolidated"]["companies"]]


DAYS = "from_date=2026-05-01&to_date=2026-05-31"


def test_who_cannot_be_entered_is_named_beside_the_others(group: Group) -> None:
    asked = f"{group.stranger.org_id},{group.acme.org_id},{NOBODY},acme"
    answer = group.call.ok("GET", f"{PATH}/cash_flow?organization_ids={asked}&{DAYS}")["consolidated"]
    assert ["Acme Traders"] == [company["name"] for company in answer["companies"]]
    assert [(shown, "auth.no_membership") for shown in (group.stranger.org_id, NOBODY, "acme")] == [
        (error["organization_id"], error["code"]) for error in answer["errors"]
    ]
    assert 1 == len({error["message"] for error in answer["errors"]})


def test_a_branch_of_one_is_not_found_in_the_other(group: Group) -> None:
    branch = group.acme.branches.list()[0]["branch_id"]
    answer = group.ask("cash_flow", f"{DAYS}&branch_id={branch}")
    assert [group.acme.org_id] == [company["organization_id"] for company in answer["companies"]]
    assert [(group.bharat.org_id, "not_found.resource")] == [
        (error["organization_id"], error["code"]) for error in answer["errors"]
    ]


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (f"/cash_flow?{DAYS}", (400, "validation.required_field", "organization_ids")),
        (f"/cash_flow?{DAYS}&organization_ids=,", (400, "validation.invalid_value", "organization_ids")),
        (
            f"/cash_flow?{DAYS}&organization_ids={','.join(map(str, range(51)))}",
            (400, "validation.invalid_value", "organization_ids"),
        ),
        ("/cash_flow?organization_ids=all", (400, "validation.required_field", "from_date")),
        (
            "/cash_flow?organization_ids=all&from_date=2026-05-02&to_date=2026-05-01",
            (400, "validation.invalid_value", "to_date"),
        ),
        ("/day_book?organization_ids=all", (404, "not_found.resource", None)),
    ],
)
def test_what_no_organisation_can_answer_is_refused(
    group: Group, path: str, refused: tuple[int, str, str | None]
) -> None:
    assert refused == group.call.refused("GET", PATH + path)


def test_a_token_of_one_organisation_asks_no_others(group: Group) -> None:
    single = Call(group.engine, group.engine.mint_pat(org_id=group.acme.org_id).token)
    for asked in ("all", group.acme.org_id):
        refused = single.refused("GET", f"{PATH}/cash_flow?organization_ids={asked}&{DAYS}")
        assert (403, "auth.org_mismatch", "organization_ids") == refused
    reader = group.of(scopes=["AIBooks.invoices.READ"])
    assert 403 == reader.refused("GET", f"{PATH}/cash_flow?organization_ids=all&{DAYS}")[0]


def test_where_a_figure_comes_from_is_told_by_its_organisation(group: Group) -> None:
    for day in range(1, 29):
        entered(group.bharat, f"2026-05-{day:02}", 1, "1020", "4010")
    answer = group.ask("profit_and_loss", f"{DAYS}&explain=true")
    row = answer["companies"][1]["profit_and_loss"]["income"]["accounts"][0]
    at = f"organization_id={group.bharat.org_id}"
    page = group.call.ok("GET", f"/reports/sources?cursor={row['sources']['next']}&{at}")
    items = row["sources"]["items"] + page["sources"]
    assert row["amount"] == sum(item["amounts"]["amount"] for item in items)
    assert "sources" not in answer["totals"]["income"]


def test_python_asks_the_same(group: Group) -> None:
    ids = [group.acme.org_id, group.bharat.org_id, NOBODY]
    said = group.engine.consolidated("trial_balance", ids, as_of_date="2026-05-31")
    assert group.ask("trial_balance", "as_of_date=2026-05-31")["totals"] == said["totals"]
    alone = group.acme.reports.trial_balance(as_of_date="2026-05-31")
    assert alone == said["companies"][0]["trial_balance"]
    assert [(NOBODY, "not_found.resource")] == [
        (error["organization_id"], error["code"]) for error in said["errors"]
    ]
    everybody = group.engine.consolidated("cash_flow", "all", from_date="2026-05-01", to_date="2026-05-31")
    assert ["Bharat Mills", "Acme Traders", "Somebody Else"] == [
        one["name"] for one in everybody["companies"]
    ]
    assert Decimal("-3280.00") == everybody["totals"]["net_change"]


def test_python_is_told_what_it_asks_in_vain(group: Group) -> None:
    with pytest.raises(finzcore.errors.NotFound, match="day_book"):
        group.engine.consolidated("day_book", "all")
    with pytest.raises(TypeError, match="as_of"):
        group.engine.consolidated("cash_flow", "all", as_of="2026-05-31")
    with pytest.raises(TypeError, match="list"):
        group.engine.consolidated("trial_balance", group.acme.org_id, as_of_date="2026-05-31")
    with pytest.raises(finzcore.errors.RuleBroken, match="50"):
        group.engine.consolidated("trial_balance", [str(n) for n in range(51)], as_of_date="2026-05-31")


def test_what_is_owed_is_added_up_by_its_age(group: Group) -> None:
    for org, amount in ((group.acme, 1000), (group.bharat, 50)):
        customer = org.contacts.create(contact_name="Asha Stores")
        org.invoices.create(
            customer_id=customer["contact_id"], date="2026-05-19", place_of_supply="IN-KA", auto_approve=True,
            line_items=[{"name": "Work", "rate": amount}],
        )  # fmt: skip
    answer = group.ask("ar_aging", "as_of_date=2026-05-31")
    totals = answer["totals"]
    assert ["totals"] == list(totals)
    assert (1050, 1050) == (totals["totals"]["bucket_0_30"], totals["totals"]["total"])
    assert [1000, 50] == [company["ar_aging"]["totals"]["total"] for company in answer["companies"]]
