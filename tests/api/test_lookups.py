"""What documents are made with, as it is looked up: `api.md` §4.4 and §4.14."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.ledger.account import AccountType
from finzcore.money import scaled
from finzcore.testing import Call

UNPAGED = {"per_page": 200, "has_more_page": False, "next_cursor": None}


def listed(call: Call, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call.ok("GET", path)[path[1:].partition("?")[0]]
    return rows


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/branches", "branches"),
        ("/branches/br_1", "branches"),
        ("/accounts", "accounts"),
        ("/accounts/acc_1", "accounts"),
        ("/taxes", "taxes"),
        ("/taxes/tx_1", "taxes"),
        ("/bank_accounts", "bankaccounts"),
        ("/cost_centers", "costcenters"),
        ("/currencies", "currencies"),
        ("/exchange_rates", "currencies"),
        ("/salespersons", "salespersons"),
    ],
)
def test_each_look_up_needs_its_scope(
    engine: finzcore.Engine, acme: finzcore.Org, path: str, scope: str
) -> None:
    lacking = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.items.READ"]).token)
    answer = lacking("GET", path)
    assert (403, {"required": f"AIBooks.{scope}.READ"}) == (answer.status, answer.json()["details"])
    having = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=[f"AIBooks.{scope}.READ"]).token)
    assert having("GET", path).status in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "branches", "accounts", "taxes", "bank_accounts", "cost_centers", "currencies", "exchange_rates",
        "salespersons",
    ],
)  # fmt: skip
def test_none_of_them_can_be_written_over_the_wire(call: Call, path: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = call(method, f"/{path}", {})
        assert (405, "GET") == (answer.status, answer.header("allow"))


@pytest.mark.parametrize(
    ("path", "field", "label"),
    [("branches", "branch_id", "Branch"), ("accounts", "account_id", "Account"), ("taxes", "tax_id", "Tax")],
)
def test_an_id_of_another_organisation_is_a_typo(
    engine: finzcore.Engine, call: Call, path: str, field: str, label: str
) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = getattr(other, path).list()[0][field]
    prefix = theirs[:-32]
    for key in (theirs, prefix + "f" * 32, prefix, "x"):
        answer = call("GET", f"/{path}/{key}")
        said = answer.json()
        assert (404, "not_found.resource", field, f"{label} '{key}' not found in this org.") == (
            answer.status,
            said["code"],
            said["field"],
            said["message"],
        )


@pytest.mark.parametrize(
    "path", ["cost_centers", "salespersons", "currencies", "bank_accounts", "exchange_rates"]
)
def test_the_others_are_lists_only(call: Call, path: str) -> None:
    assert (404, "not_found.resource", None) == call.refused("GET", f"/{path}/x")


# ----- branches -----


def test_the_head_office_is_the_first_branch(call: Call) -> None:
    said = call.ok("GET", "/branches")
    assert UNPAGED == said["page_context"]
    (branch,) = said["branches"]
    assert branch.pop("branch_id").startswith("br_")
    assert [
        ("code", "HQ"),
        ("name", "Head Office"),
        ("gstin", None),
        ("state", "IN-KA"),
        ("city", None),
        ("is_default", True),
        ("invoice_prefix", "INV-"),
        ("bill_prefix", "BILL-"),
        ("is_active", True),
    ] == list(branch.items())


def test_closed_branches_are_shown_on_request(call: Call, acme: finzcore.Org) -> None:
    mumbai = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")
    acme.set_branch_active(mumbai["branch_id"], False)
    assert ["HQ"] == [row["code"] for row in listed(call, "/branches")]
    assert ["HQ"] == [row["code"] for row in listed(call, "/branches?active_only=true")]
    rows = listed(call, "/branches?active_only=false")
    assert [("HQ", True), ("MUM", False)] == [(row["code"], row["is_active"]) for row in rows]
    assert rows[1] == call.ok("GET", f"/branches/{mumbai['branch_id']}")["branch"]


@pytest.mark.parametrize(
    "query", ["active_only=maybe", "active_only=1", "active_only=true&active_only=false"]
)
def test_a_flag_in_a_query_is_true_or_false(call: Call, query: str) -> None:
    assert (422, "validation.failed", "active_only") == call.refused("GET", f"/branches?{query}")


# ----- accounts -----

SEEDED = """
1010 Cash in Hand | CASH
1020 Bank Account | BANK
1040 Accounts Receivable | ACCOUNTS_RECEIVABLE
1050 Inventory | STOCK
1061 Input CGST | GST_ASSET
1062 Input SGST | GST_ASSET
1063 Input IGST | GST_ASSET
1064 Input Cess | GST_ASSET
1070 TDS Receivable | TDS_ASSET
1080 Vendor Advances | OTHER_CURRENT_ASSET
2010 Accounts Payable | ACCOUNTS_PAYABLE
2021 Output CGST | GST_LIABILITY
2022 Output SGST | GST_LIABILITY
2023 Output IGST | GST_LIABILITY
2024 Output Cess | GST_LIABILITY
2031 RCM CGST Payable | GST_LIABILITY
2032 RCM SGST Payable | GST_LIABILITY
2033 RCM IGST Payable | GST_LIABILITY
2040 TDS Payable | TDS_LIABILITY
2050 Customer Advances | OTHER_CURRENT_LIABILITY
3010 Owner's Equity | EQUITY
3020 Retained Earnings | RETAINED_EARNINGS
3030 Opening Balance Equity | EQUITY
4010 Sales | SALES
4020 Service Revenue | INCOME
4030 Shipping Income | OTHER_INCOME
4040 Round Off | OTHER_INCOME
4050 Exchange Gain or Loss | OTHER_INCOME
4060 Other Charges | OTHER_INCOME
5010 Purchases | COST_OF_GOODS_SOLD
6010 Rent | EXPENSE
6020 Internet | EXPENSE
6030 Office Supplies | EXPENSE
6040 Professional Fees | EXPENSE
6050 Travel | EXPENSE
6060 Freight | EXPENSE
6070 Depreciation | EXPENSE
6080 Other Expenses | EXPENSE
6900 Bank Charges | EXPENSE
"""


def test_the_chart_is_the_one_of_the_specification(call: Call) -> None:
    rows = listed(call, "/accounts")
    expected = SEEDED.strip().splitlines()
    assert expected == [f"{row['code']} {row['name']} | {row['account_type']}" for row in rows]
    assert {True} == {row["is_system"] for row in rows} == {row["is_active"] for row in rows}
    first = rows[0]
    assert first.pop("account_id").startswith("acc_")
    assert [
        ("code", "1010"),
        ("name", "Cash in Hand"),
        ("account_type", "CASH"),
        ("parent_id", None),
        ("description", None),
        ("current_balance", 0),
        ("currency_code", "INR"),
        ("is_active", True),
        ("is_system", True),
    ] == list(first.items())


def test_accounts_are_walked_in_the_order_of_their_codes(call: Call) -> None:
    codes: list[str] = []
    cursor = ""
    while True:
        page = call.ok("GET", f"/accounts?per_page=10{cursor}")
        codes += [row["code"] for row in page["accounts"]]
        if not page["page_context"]["has_more_page"]:
            break
        cursor = f"&cursor={page['page_context']['next_cursor']}"
    assert [line[:4] for line in SEEDED.strip().splitlines()] == codes
    refusal = call.refused("GET", f"/accounts?account_type=BANK{cursor}")
    assert (400, "validation.invalid_value", "cursor") == refusal


@pytest.mark.parametrize(("asked", "echoed"), [("500", 500), ("501", 500), ("100000000000", 500), ("1", 1)])
def test_a_page_of_accounts_has_up_to_500_rows(call: Call, asked: str, echoed: int) -> None:
    assert echoed == call.ok("GET", f"/accounts?per_page={asked}")["page_context"]["per_page"]


def test_accounts_are_filtered_by_types(call: Call) -> None:
    assert ["1010", "1020"] == [row["code"] for row in listed(call, "/accounts?account_type=bank,%20CASH")]
    assert ["5010"] == [row["code"] for row in listed(call, "/accounts?account_type=COST_OF_GOODS_SOLD")]
    for wrong in ("MONEY", "BANK,MONEY"):
        refusal = call.refused("GET", f"/accounts?account_type={wrong}")
        assert (400, "validation.invalid_value", "account_type") == refusal


def test_the_list_has_active_accounts_only_and_the_id_finds_any(call: Call, acme: finzcore.Org) -> None:
    key = acme.account_id("6010")
    acme.set_account_active(key, False)
    assert "6010" not in [row["code"] for row in listed(call, "/accounts")]
    account = call.ok("GET", f"/accounts/{key}")["account"]
    assert ("6010", False) == (account["code"], account["is_active"])


@pytest.mark.parametrize("code", ["1040", "2010", "3030"])
def test_a_balance_stands_on_the_natural_side(call: Call, acme: finzcore.Org, code: str) -> None:
    # Dr AR 700 / Cr OPENING 700, then Dr OPENING 250 / Cr AP 250.
    acme.contacts.create(contact_name="Asha", opening_balance=700)
    acme.contacts.create(contact_name="Nilgiri", contact_type="VENDOR", opening_balance=250)
    expected = {"1040": 700, "2010": 250, "3030": 450}[code]
    assert expected == call.ok("GET", f"/accounts/{acme.account_id(code)}")["account"]["current_balance"]
    rows = {row["code"]: row for row in listed(call, "/accounts")}
    assert expected == rows[code]["current_balance"]


# ----- taxes -----


def test_the_tax_rows_are_those_of_the_specification(call: Call) -> None:
    rows = listed(call, "/taxes")
    expected = [
        *(f"GST {rate}%" for rate in ("0.25", "3", "5", "12", "18", "28", "40")),
        *(f"IGST {rate}%" for rate in ("5", "12", "18", "28", "40")),
        "RCM 5%", "RCM 18%", "Exempt", "Nil Rated", "Non-GST",
    ]  # fmt: skip
    assert expected[::-1] == [row["name"] for row in rows]
    assert {True} == {row["is_active"] for row in rows}


def test_one_gst_row_serves_both_splits(call: Call, acme: finzcore.Org) -> None:
    tax = call.ok("GET", f"/taxes/{acme.tax_id('GST 18%')}")["tax"]
    assert tax.pop("tax_id").startswith("tx_")
    assert [
        ("name", "GST 18%"),
        ("shape", "INTRA_STATE"),
        ("cgst", 9),
        ("sgst", 9),
        ("igst", 18),
        ("cess", 0),
        ("is_active", True),
        ("valid_from", "2017-07-01"),
        ("valid_to", None),
    ] == list(tax.items())


@pytest.mark.parametrize(
    ("name", "shape", "igst", "valid_to"),
    [
        ("GST 0.25%", "INTRA_STATE", Decimal("0.25"), None),
        ("GST 12%", "INTRA_STATE", 12, "2025-09-21"),  # Notification 9/2025-CT(Rate) from 22 September 2025
        ("IGST 28%", "INTER_STATE", 28, "2026-01-31"),
        ("RCM 5%", "RCM", 5, None),
        ("Exempt", "EXEMPT", 0, None),
        ("Nil Rated", "NIL_RATED", 0, None),
        ("Non-GST", "NON_GST", 0, None),
    ],
)
def test_a_tax_row_shows_its_shape_rate_and_end(
    call: Call, acme: finzcore.Org, name: str, shape: str, igst: Any, valid_to: str | None
) -> None:
    tax = call.ok("GET", f"/taxes/{acme.tax_id(name)}")["tax"]
    assert (shape, igst, igst, valid_to) == (
        tax["shape"],
        tax["igst"],
        tax["cgst"] + tax["sgst"],
        tax["valid_to"],
    )


def test_taxes_are_paged(call: Call) -> None:
    first = call.ok("GET", "/taxes?per_page=10")
    assert {"per_page": 10, "has_more_page": True} == {
        name: first["page_context"][name] for name in ("per_page", "has_more_page")
    }
    second = call.ok("GET", f"/taxes?per_page=10&cursor={first['page_context']['next_cursor']}")
    assert 17 == len({row["name"] for row in first["taxes"] + second["taxes"]})
    assert (10, 7) == (len(first["taxes"]), len(second["taxes"]))


# ----- bank accounts -----


def test_bank_and_cash_accounts_are_what_money_moves_through(call: Call, acme: finzcore.Org) -> None:
    acme.create_account(
        code="1021", name="HDFC current", account_type="BANK", bank_name="HDFC Bank",
        account_number="50100012345678", ifsc="hdfc0001234",
    )  # fmt: skip
    said = call.ok("GET", "/bank_accounts")
    assert UNPAGED == said["page_context"]
    assert ["1010", "1020", "1021"] == [row["code"] for row in said["bank_accounts"]]
    hdfc = said["bank_accounts"][2]
    key = hdfc.pop("bank_account_id")
    assert acme.account_id("1021") == key
    assert [
        ("account_id", key),
        ("name", "HDFC current"),
        ("code", "1021"),
        ("account_type", "BANK"),
        ("bank_name", "HDFC Bank"),
        ("account_number_masked", "XXXXXXXXXX5678"),
        ("ifsc", "HDFC0001234"),
        ("current_balance", 0),
        ("currency_code", "INR"),
        ("is_active", True),
    ] == list(hdfc.items())


def test_cash_and_closed_accounts_can_be_left_out_or_taken_in(call: Call, acme: finzcore.Org) -> None:
    acme.set_account_active(acme.account_id("1020"), False)
    for query, codes in [
        ("", ["1010"]),
        ("?include_cash=false", []),
        ("?active_only=false", ["1010", "1020"]),
        ("?active_only=false&include_cash=false", ["1020"]),
        ("?active_only=true&include_cash=true", ["1010"]),
    ]:
        assert codes == [row["code"] for row in listed(call, f"/bank_accounts{query}")], query
    for name in ("active_only", "include_cash"):
        assert (422, "validation.failed", name) == call.refused("GET", f"/bank_accounts?{name}=x")


def test_an_account_of_any_other_type_is_no_bank_account(call: Call, acme: finzcore.Org) -> None:
    for number, kind in enumerate(AccountType):
        acme.create_account(code=f"9{number:03}", name=kind.value, account_type=kind.value)
    assert {"BANK", "CASH"} == {row["account_type"] for row in listed(call, "/bank_accounts")}
    assert 4 == len(listed(call, "/bank_accounts"))


# ----- currencies, cost centres, salespersons -----


def test_the_rupee_is_enabled_from_the_start(call: Call, acme: finzcore.Org) -> None:
    rupee = {
        "currency_code": "INR",
        "name": "Indian Rupee",
        "symbol": "₹",
        "decimal_places": 2,
        "is_base": True,
    }
    said = call.ok("GET", "/currencies")
    assert (UNPAGED, [rupee]) == (said["page_context"], said["currencies"])
    acme.enable_currency("USD")
    dollar = {
        "currency_code": "USD",
        "name": "US Dollar",
        "symbol": "$",
        "decimal_places": 2,
        "is_base": False,
    }
    assert [rupee, dollar] == listed(call, "/currencies")


def test_cost_centres_are_options(call: Call, acme: finzcore.Org) -> None:
    said = call.ok("GET", "/cost_centers")
    assert (UNPAGED, []) == (said["page_context"], said["cost_centers"])
    plant = acme.add_cost_center("Plant")
    assert ["cost_center_id", "name", "is_active"] == list(plant)
    assert plant["cost_center_id"].startswith("cc_")
    assert [plant] == listed(call, "/cost_centers")


def test_salespersons_are_found_by_their_ids(call: Call, acme: finzcore.Org) -> None:
    said = call.ok("GET", "/salespersons")
    assert (UNPAGED, []) == (said["page_context"], said["salespersons"])
    uma = acme.add_salesperson("Uma", email="uma@acme.example")
    assert ["salesperson_id", "name", "email", "is_active"] == list(uma)
    assert uma["salesperson_id"].startswith("sp_")
    assert [uma] == listed(call, "/salespersons")


# ----- exchange rates -----


def rates(call: Call, query: str = "") -> list[tuple[str, str, Decimal]]:
    rows = listed(call, f"/exchange_rates{query}")
    return [(row["from_currency"], row["rate_date"], row["rate"]) for row in rows]


def test_a_rate_is_shown_as_it_was_kept(call: Call, acme: finzcore.Org) -> None:
    kept = acme.add_exchange_rate(
        from_currency="usd", rate=Decimal("83.12345678"), rate_date=dt.date(2026, 5, 18), source="RBI"
    )
    said = call.ok("GET", "/exchange_rates")
    assert (UNPAGED, [kept]) == (said["page_context"], said["exchange_rates"])
    assert kept.pop("exchange_rate_id").startswith("rate_")
    assert [
        ("from_currency", "USD"),
        ("to_currency", "INR"),
        ("rate", Decimal("83.12345678")),
        ("rate_date", "2026-05-18"),
        ("source", "RBI"),
    ] == list(kept.items())


def test_rates_are_newest_first_by_their_dates(call: Call, acme: finzcore.Org) -> None:
    for code, rate, date in [("USD", 83, "2026-05-02"), ("EUR", 90, "2026-05-03"), ("USD", 82, "2026-05-01")]:
        acme.add_exchange_rate(from_currency=code, rate=rate, rate_date=date)
    acme.add_exchange_rate(from_currency="USD", to_currency="EUR", rate="0.92", rate_date="2026-04-30")
    expected = [("EUR", "2026-05-03", 90), ("USD", "2026-05-02", 83), ("USD", "2026-05-01", 82)]
    assert [*expected, ("USD", "2026-04-30", Decimal("0.92"))] == rates(call)
    assert expected[1:] == rates(call, "?from_currency=usd&to_currency=INR")
    assert expected[:1] == rates(call, "?from_currency=EUR")
    assert expected[:2] == rates(call, "?limit=2")
    assert [] == rates(call, "?from_currency=XYZ")


@pytest.mark.parametrize(("asked", "echoed"), [("", 200), ("?limit=1000", 1000), ("?limit=1001", 1000)])
def test_a_list_of_rates_has_up_to_a_thousand(call: Call, asked: str, echoed: int) -> None:
    assert echoed == call.ok("GET", f"/exchange_rates{asked}")["page_context"]["per_page"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("from_currency=RUPEE", "from_currency"),
        ("to_currency=USDT", "to_currency"),
    ],
)
def test_a_query_for_rates_that_will_not_do_is_refused(call: Call, query: str, field: str) -> None:
    assert (422, "validation.failed", field) == call.refused("GET", f"/exchange_rates?{query}")


def latest(engine: finzcore.Engine, org: finzcore.Org, code: str, date: str) -> int | None:
    with engine.store.read(org._key) as session:
        found = session.ask("exchange_rates.latest", from_currency=code, to_currency="INR", date=date)
    return found[0]["rate"] if found else None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["USD", "EUR"]), st.integers(1, 28), st.integers(1, 10**11)), max_size=12
    ),
    st.sampled_from(["USD", "EUR"]),
    st.integers(1, 28),
)
def test_the_latest_rate_is_the_last_on_or_before_the_day(
    engine: finzcore.Engine, written: list[tuple[str, int, int]], code: str, day: int
) -> None:
    org = engine.create_org(name="Rates", state="IN-KA")
    best: tuple[int, int] | None = None
    for currency, on, rate in written:
        text = f"{rate // 10**8}.{rate % 10**8:08}"
        org.add_exchange_rate(from_currency=currency, rate=text, rate_date=f"2026-05-{on:02}")
        if currency == code and on <= day and (best is None or on >= best[0]):
            best = (on, rate)
    expected = None if best is None else best[1]
    assert expected == latest(engine, org, code, f"2026-05-{day:02}")


def test_rates_are_kept_to_eight_decimals(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    acme.add_exchange_rate(from_currency="USD", rate="83.1", rate_date="2026-05-01")
    assert scaled("83.1", 8) == latest(engine, acme, "USD", "2026-05-01") == 8_310_000_000
    assert latest(engine, acme, "USD", "2026-04-30") is None


def test_one_organisation_never_sees_anothers_rates(engine: finzcore.Engine, call: Call) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    other.add_exchange_rate(from_currency="USD", rate=80, rate_date="2026-05-01")
    assert [] == rates(call)
