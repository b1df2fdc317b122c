"""Trial balance, ledger and customer ledger as the API shows them (`api.md` §5, items 1, 12, 15)."""

import sqlite3
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.books import Actor, Books
from finzcore.books.registry import resource
from finzcore.ids import from_uuid, unwire, uuid_text, wire
from finzcore.ledger.account import Role
from finzcore.ledger.source import Source
from finzcore.storage.statements import statement
from finzcore.testing import Call
from tests.api.postings import branches, key_of, post, statements_of, take_back
from tests.engines import on_sqlite

TRIAL, LEDGER, CUSTOMER = "/reports/trial_balance", "/reports/ledger", "/reports/customer_ledger"


def columns(report: dict[str, Any]) -> dict[str, tuple[Decimal, Decimal]]:
    """Code to debit and credit."""
    return {row["code"]: (row["debit"], row["credit"]) for row in report["accounts"]}


def rs(text: int | str) -> Decimal:
    return Decimal(text)


# ----- trial balance -----


def test_the_trial_balance_of_one_sale(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    # api.md §10, check 1: 1 x 12,000 at 18 % within Karnataka.
    lines = ((Role.AR, 1416000), (Role.SALES, -1200000), (Role.OUT_CGST, -108000), (Role.OUT_SGST, -108000))
    post(engine, acme, "2026-05-19", *lines, source=Source.INVOICE, source_id=1)
    said = call.ok("GET", f"{TRIAL}?as_of_date=2026-05-31")
    report = said["trial_balance"]
    assert (0, "success") == (said["code"], said["message"])
    assert {
        "1040": (14160, 0),
        "4010": (0, 12000),
        "2021": (0, 1080),
        "2022": (0, 1080),
    } == columns(report)
    assert (14160, 14160) == (report["total_debit"], report["total_credit"])
    assert {
        "account_id": acme.account_id("1040"),
        "code": "1040",
        "name": "Accounts Receivable",
        "account_type": "ACCOUNTS_RECEIVABLE",
        "debit": rs("14160.00"),
        "credit": rs("0.00"),
    } == report["accounts"][0]
    assert ("2026-05-31", None, False) == (
        report["as_of_date"],
        report["branch_id"],
        report["include_zero"],
    )


def test_a_day_belongs_to_the_balance_of_that_day(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-05-19", (Role.CASH, 100), (Role.SALES, -100))
    totals = [
        call.ok("GET", f"{TRIAL}?as_of_date={day}")["trial_balance"]["total_debit"]
        for day in ("2026-05-18", "2026-05-19", "2026-05-19T23:59:59", "2026-05-30", "2026-05-31")
    ]
    assert [0, 1, 1, 1, 1] == totals


def test_zero_rows_are_shown_when_asked_for(call: Call, acme: finzcore.Org) -> None:
    short = call.ok("GET", f"{TRIAL}?as_of_date=2026-05-31")["trial_balance"]
    full = call.ok("GET", f"{TRIAL}?as_of_date=2026-05-31&include_zero=true")["trial_balance"]
    assert [] == short["accounts"]
    assert [row["code"] for row in acme.accounts.list(per_page=500)] == [
        row["code"] for row in full["accounts"]
    ]
    assert full["include_zero"] is True


def test_profit_of_earlier_years_is_retained_on_the_first_of_april(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    # 2025-26: sales 1,000, freight 300; 2026-27: freight 50. All in cash.
    post(engine, acme, "2026-03-31", (Role.CASH, 100000), (Role.SALES, -100000))
    post(engine, acme, "2025-04-01", (Role.FREIGHT, 30000), (Role.CASH, -30000))
    post(engine, acme, "2026-04-01", (Role.FREIGHT, 5000), (Role.CASH, -5000))
    assert {"1010": (700, 0), "4010": (0, 1000), "6060": (300, 0)} == columns(
        call.ok("GET", f"{TRIAL}?as_of_date=2026-03-31")["trial_balance"]
    )
    assert {"1010": (650, 0), "3020": (0, 700), "6060": (50, 0)} == columns(
        call.ok("GET", f"{TRIAL}?as_of_date=2026-04-01")["trial_balance"]
    )


@pytest.mark.parametrize("day", ["1970-01-01", "2199-12-31"])
def test_the_ends_of_the_calendar_are_days_too(
    day: str, call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-05-19", (Role.CASH, 100), (Role.AP, -100))
    report = call.ok("GET", f"{TRIAL}?as_of_date={day}")["trial_balance"]
    assert (1 if day > "2026" else 0) == report["total_debit"]
    ledger = call.ok("GET", f"{LEDGER}?account_id={acme.account_id('1010')}&from_date={day}")["ledger"]
    assert report["total_debit"] == ledger["opening_balance"]


def test_a_branch_has_a_trial_balance_of_its_own(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    head, mumbai = branches(engine, acme)
    post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100), branch=head)
    post(engine, acme, "2026-05-01", (Role.BANK, 300), (Role.SALES, -300), branch=mumbai)
    shown = wire("br_", acme._key, mumbai)
    report = call.ok("GET", f"{TRIAL}?as_of_date=2026-05-20&branch_id={shown}")["trial_balance"]
    assert {"1020": (3, 0), "4010": (0, 3)} == columns(report)
    assert shown == report["branch_id"]


# ----- ledger -----


def test_a_ledger_runs_from_its_opening_to_its_closing(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-03-31", (Role.CASH, 50000), (Role.OPENING, -50000))
    post(engine, acme, "2026-05-10", (Role.CASH, -20000), (Role.FREIGHT, 20000))
    sale = post(
        engine,
        acme,
        "2026-05-02",
        (Role.CASH, 100050),
        (Role.SALES, -100050),
        source=Source.PAYMENT,
        source_id=7,
    )
    cash = acme.account_id("1010")
    report = call.ok("GET", f"{LEDGER}?account_id={cash}&from_date=2026-04-01")["ledger"]
    assert {
        "account": {"account_id": cash, "code": "1010", "name": "Cash in Hand", "account_type": "CASH"},
        "from_date": "2026-04-01",
        "to_date": "2026-05-19",
        "branch_id": None,
        "cost_center_id": None,
        "limit": 1000,
        "opening_balance": rs(500),
        "entries": [
            {
                "date": "2026-05-02T00:00:00",
                "journal_id": wire("je_", acme._key, sale),
                "journal_number": "JE-2627-002",
                "source": "PAYMENT",
                "source_id": uuid_text(acme._key, 7),
                "contact_id": None,
                "description": "On 2026-05-02",
                "debit": rs("1000.50"),
                "credit": 0,
                "running_balance": rs("1500.50"),
            },
            {
                "date": "2026-05-10T00:00:00",
                "journal_id": wire("je_", acme._key, 2),
                "journal_number": "JE-2627-001",
                "source": "MANUAL",
                "source_id": None,
                "contact_id": None,
                "description": "On 2026-05-10",
                "debit": 0,
                "credit": rs(200),
                "running_balance": rs("1300.50"),
            },
        ],
        "closing_balance": rs("1300.50"),
        "truncated": False,
    } == report


def test_a_branch_has_a_ledger_of_its_own(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    head, mumbai = branches(engine, acme)
    # A year before, a month before, in the month, on the days asked for and after them.
    for day, rupees in (
        ("2026-03-31", 1), ("2026-04-30", 20), ("2026-05-02", 300),
        ("2026-05-05", 4000), ("2026-05-09", 50000),
    ):  # fmt: skip
        for branch, paise in ((head, 700), (mumbai, 100 * rupees)):
            post(engine, acme, day, (Role.CASH, paise), (Role.OPENING, -paise), branch=branch)
    asked = f"account_id={acme.account_id('1010')}&branch_id={wire('br_', acme._key, mumbai)}"
    report = call.ok("GET", f"{LEDGER}?{asked}&from_date=2026-05-04&to_date=2026-05-08")["ledger"]
    assert (321, 4321) == (report["opening_balance"], report["closing_balance"])
    assert [(4000, 4321)] == [(row["debit"], row["running_balance"]) for row in report["entries"]]


def test_a_balance_is_positive_on_the_natural_side(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-05-02", (Role.CASH, 100), (Role.SALES, -100))
    report = call.ok("GET", f"{LEDGER}?account_id={acme.account_id('4010')}")["ledger"]
    assert (1, 1, None) == (
        report["closing_balance"],
        report["entries"][0]["running_balance"],
        report["from_date"],
    )


def test_income_opens_with_nothing_on_the_first_of_april(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for day in ("2026-03-30", "2026-04-01"):
        post(engine, acme, day, (Role.CASH, 100), (Role.SALES, -100))
    path = f"{LEDGER}?account_id={acme.account_id('4010')}&from_date="
    # 23:00 UTC is the first of April in India.
    days = ("2026-03-31", "2026-03-31T23:00:00Z", "2026-04-01", "2026-04-02")
    assert [1, 0, 0, 1] == [call.ok("GET", path + day)["ledger"]["opening_balance"] for day in days]


def test_retained_earnings_open_with_the_profit_of_earlier_years(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-03-31", (Role.CASH, 100), (Role.SALES, -100))
    path = f"{LEDGER}?account_id={acme.account_id('3020')}&from_date="
    openings = [
        call.ok("GET", path + day)["ledger"]["opening_balance"] for day in ("2026-03-31", "2026-04-01")
    ]
    assert [0, 1] == openings


def test_a_ledger_cut_short_says_so_and_closes_all_the_same(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for day in ("2026-05-01", "2026-05-02", "2026-05-03"):
        post(engine, acme, day, (Role.CASH, 100), (Role.SALES, -100))
    path = f"{LEDGER}?account_id={acme.account_id('1010')}&limit="
    cut, whole = call.ok("GET", path + "2")["ledger"], call.ok("GET", path + "3")["ledger"]
    assert ([1, 2], 3, True) == (
        [row["running_balance"] for row in cut["entries"]],
        cut["closing_balance"],
        cut["truncated"],
    )
    assert (3, 3, False) == (len(whole["entries"]), whole["closing_balance"], whole["truncated"])


def test_a_ledger_shows_void_pairs_and_hides_deleted_ones(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    lines = ((Role.CASH, 100), (Role.SALES, -100))
    void = post(engine, acme, "2026-05-01", *lines, source=Source.INVOICE, source_id=3)
    take_back(engine, acme, void)
    take_back(engine, acme, post(engine, acme, "2026-05-02", *lines), "DELETE")
    report = call.ok("GET", f"{LEDGER}?account_id={acme.account_id('1010')}")["ledger"]
    invoice = wire("inv_", acme._key, 3)
    assert [("INVOICE", invoice), ("REVERSAL", invoice)] == [
        (row["source"], row["source_id"]) for row in report["entries"]
    ]
    assert 0 == report["closing_balance"]


def test_a_first_day_that_is_yet_to_come_is_also_the_last(call: Call, acme: finzcore.Org) -> None:
    path = f"{LEDGER}?account_id={acme.account_id('1010')}&from_date=2027-01-01"
    assert "2027-01-01" == call.ok("GET", path)["ledger"]["to_date"]


# ----- customer ledger -----


@pytest.fixture
def asha(acme: finzcore.Org) -> dict[str, Any]:
    contact: dict[str, Any] = acme.contacts.create(contact_name="Asha Stores", opening_balance=50)
    return contact


def story(engine: finzcore.Engine, org: finzcore.Org, contact: int) -> None:
    """A sale of 14,160; a receipt of 12,960 with TDS of 1,200; an advance of 5,000, 3,000 of it applied
    and 2,000 refunded; a credit note of 118; a debit note of 236; a journal of 10."""
    paid = {"source": Source.PAYMENT, "contact": contact}
    post(
        engine,
        org,
        "2026-05-01",
        (Role.AR, 1416000, "sale.receivable"),
        (Role.SALES, -1416000),
        source=Source.INVOICE,
        source_id=101,
        contact=contact,
        reference="PO-7",
    )
    post(
        engine,
        org,
        "2026-05-02",
        (Role.BANK, 1296000, "receipt.bank"),
        (Role.TDS_RECEIVABLE, 120000, "receipt.tds"),
        (Role.AR, -1416000, "receipt.receivable"),
        source_id=102,
        **paid,
    )
    post(
        engine,
        org,
        "2026-05-03",
        (Role.BANK, 500000, "receipt.bank"),
        (Role.CUSTOMER_ADVANCE, -500000, "receipt.advance"),
        source_id=103,
        **paid,
    )
    post(
        engine,
        org,
        "2026-05-04",
        (Role.CUSTOMER_ADVANCE, 300000, "application.advance"),
        (Role.AR, -300000, "application.receivable"),
        source_id=103,
        **paid,
    )
    post(
        engine,
        org,
        "2026-05-05",
        (Role.BANK, -200000, "refund.bank"),
        (Role.CUSTOMER_ADVANCE, 200000, "refund.advance"),
        source_id=104,
        **paid,
    )
    for day, source, amount in (
        ("2026-05-06", Source.CREDIT_NOTE, -11800),
        ("2026-05-07", Source.DEBIT_NOTE, 23600),
        ("2026-05-08", Source.MANUAL, 1000),
    ):
        key = None if source is Source.MANUAL else 105
        post(
            engine, org, day, (Role.AR, amount), (Role.SALES, -amount),
            source=source, source_id=key, contact=contact,
        )  # fmt: skip


def test_a_customer_ledger_tells_the_story(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    story(engine, acme, key_of(acme, asha))
    report = call.ok("GET", f"{CUSTOMER}?contact_id={asha['contact_id']}")["customer_ledger"]
    org = acme._key
    shown = [
        tuple(row[key] for key in ("date", "type", "ref_id", "debit", "credit", "balance"))
        for row in report["entries"]
    ]
    assert [
        ("2026-05-01T00:00:00", "INVOICE", wire("inv_", org, 101), 14160, 0, 14160),
        ("2026-05-02T00:00:00", "RECEIPT", uuid_text(org, 102), 0, 14160, 0),
        ("2026-05-03T00:00:00", "RECEIPT", uuid_text(org, 103), 0, 5000, -5000),
        ("2026-05-05T00:00:00", "REFUND", uuid_text(org, 104), 2000, 0, -3000),
        ("2026-05-06T00:00:00", "CREDIT_NOTE", wire("cn_", org, 105), 0, 118, -3118),
        ("2026-05-07T00:00:00", "DEBIT_NOTE", wire("dn_", org, 105), 236, 0, -2882),
        ("2026-05-08T00:00:00", "JOURNAL", wire("je_", org, 9), 10, 0, -2872),
        ("2026-05-19T00:00:00", "OPENING", asha["contact_id"], 50, 0, -2822),
    ] == shown
    assert ("PO-7", None) == tuple(row["reference_number"] for row in report["entries"][:2])
    assert {
        "contact_id": asha["contact_id"],
        "contact_name": "Asha Stores",
        "from_date": None,
        "to_date": "2026-05-19",
        "branch_id": None,
        "opening_balance": 0,
        "closing_balance": rs(-2822),
        "total_debit": rs(14160 + 2000 + 236 + 10 + 50),
        "total_credit": rs(14160 + 5000 + 118),
    } == {key: value for key, value in report.items() if key != "entries"}


def test_a_period_opens_with_what_was_owed_before(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    story(engine, acme, key_of(acme, asha))
    path = f"{CUSTOMER}?contact_id={asha['contact_id']}&from_date=2026-05-03&to_date=2026-05-06"
    report = call.ok("GET", path)["customer_ledger"]
    assert ["RECEIPT", "REFUND", "CREDIT_NOTE"] == [row["type"] for row in report["entries"]]
    assert (0, -3118) == (report["opening_balance"], report["closing_balance"])
    later = call.ok("GET", path.replace("05-03", "05-05"))["customer_ledger"]
    assert (-5000, -3118) == (later["opening_balance"], later["closing_balance"])


def test_a_branch_has_a_customer_ledger_of_its_own(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    head, mumbai = branches(engine, acme)
    for day, branch, amount in (
        ("2026-05-01", head, 100), ("2026-05-01", mumbai, 700),
        ("2026-05-03", mumbai, 2000), ("2026-05-04", head, 30000),
    ):  # fmt: skip
        post(
            engine, acme, day, (Role.AR, amount), (Role.SALES, -amount),
            contact=key_of(acme, asha), branch=branch,
        )  # fmt: skip
    path = f"{CUSTOMER}?contact_id={asha['contact_id']}&branch_id={wire('br_', acme._key, mumbai)}"
    report = call.ok("GET", path)["customer_ledger"]
    assert [(7, 7), (20, 27)] == [(row["debit"], row["balance"]) for row in report["entries"]]
    later = call.ok("GET", f"{path}&from_date=2026-05-02")["customer_ledger"]
    assert (7, 27) == (later["opening_balance"], later["closing_balance"])
    assert [20] == [row["debit"] for row in later["entries"]]


def test_a_document_is_shown_under_its_own_number(
    call: Call, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    invoice = acme.invoices.create(
        customer_id=asha["contact_id"],
        date="2026-05-18",
        place_of_supply="IN-KA",
        auto_approve=True,
        line_items=[{"name": "Licence", "rate": 12000, "tax_id": acme.tax_id("GST 18%")}],
    )
    report = call.ok("GET", f"{CUSTOMER}?contact_id={asha['contact_id']}")["customer_ledger"]
    assert [
        ("INVOICE", invoice["invoice_id"], "INV-2627-001", 14160),
        ("OPENING", asha["contact_id"], "JE-2627-001", 50),
    ] == [(row["type"], row["ref_id"], row["number"], row["debit"]) for row in report["entries"]]


@pytest.mark.parametrize("cause", ["VOID", "EDIT", "DELETE"])
def test_what_was_taken_back_is_left_out_together_with_its_reversal(
    cause: str, call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    contact = key_of(acme, asha)
    sold = post(
        engine, acme, "2026-05-02", (Role.AR, 100), (Role.SALES, -100),
        source=Source.INVOICE, source_id=4, contact=contact,
    )  # fmt: skip
    take_back(engine, acme, sold, cause)
    report = call.ok("GET", f"{CUSTOMER}?contact_id={asha['contact_id']}")["customer_ledger"]
    assert (["OPENING"], 50) == ([row["type"] for row in report["entries"]], report["closing_balance"])


def test_what_applying_an_advance_leaves_is_shown_as_a_journal(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    # The advance is worth 8,450, the document 8,300: the rest is an exchange gain.
    post(
        engine,
        acme,
        "2026-05-04",
        (Role.CUSTOMER_ADVANCE, 845000, "application.advance"),
        (Role.AR, -830000, "application.receivable"),
        (Role.FX, -15000, "application.exchange"),
        source=Source.PAYMENT,
        source_id=9,
        contact=key_of(acme, asha),
    )
    report = call.ok("GET", f"{CUSTOMER}?contact_id={asha['contact_id']}")["customer_ledger"]
    row = report["entries"][0]
    assert ("JOURNAL", 150, uuid_text(acme._key, 9)) == (row["type"], row["debit"], row["ref_id"])
    assert 9 == from_uuid(acme._key, row["ref_id"])


def test_payables_and_other_customers_are_not_in_it(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    other = acme.contacts.create(contact_name="Bina", opening_balance=70)
    post(engine, acme, "2026-05-01", (Role.AP, -900), (Role.FREIGHT, 900), contact=key_of(acme, asha))
    report = call.ok("GET", f"{CUSTOMER}?contact_id={other['contact_id']}")["customer_ledger"]
    assert (1, 70) == (len(report["entries"]), report["closing_balance"])
    report = call.ok("GET", f"{CUSTOMER}?contact_id={asha['contact_id']}")["customer_ledger"]
    assert (1, 50) == (len(report["entries"]), report["closing_balance"])


# ----- refusals -----

NOBODY = "0" * 32


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (TRIAL, (400, "validation.required_field", "as_of_date")),
        (f"{TRIAL}?as_of_date=", (400, "validation.required_field", "as_of_date")),
        (f"{TRIAL}?as_of_date=31-05-2026", (422, "validation.failed", "as_of_date")),
        (f"{TRIAL}?as_of_date=2026-02-30", (422, "validation.failed", "as_of_date")),
        (f"{TRIAL}?as_of_date=2026-05-31&branch_id=br_{NOBODY}", (404, "not_found.resource", "branch_id")),
        (f"{TRIAL}?as_of_date=2026-05-31&include_zero=maybe", (422, "validation.failed", "include_zero")),
        (LEDGER, (400, "validation.required_field", "account_id")),
        (f"{LEDGER}?account_id=acc_{NOBODY}", (404, "not_found.resource", "account_id")),
        (f"{LEDGER}?account_id={{cash}}&limit=10001", (422, "validation.failed", "limit")),
        (f"{LEDGER}?account_id={{cash}}&limit=0", (422, "validation.failed", "limit")),
        (f"{LEDGER}?account_id={{cash}}&branch_id=nowhere", (404, "not_found.resource", "branch_id")),
        (
            f"{LEDGER}?account_id={{cash}}&from_date=2026-05-02&to_date=2026-05-01",
            (400, "validation.invalid_value", "to_date"),
        ),
        (CUSTOMER, (400, "validation.required_field", "contact_id")),
        (f"{CUSTOMER}?contact_id=ct_{NOBODY}", (404, "not_found.resource", "contact_id")),
        (f"{CUSTOMER}?contact_id={{cash}}", (404, "not_found.resource", "contact_id")),
        ("/reports/guesses", (404, "not_found.resource", None)),
        ("/reports", (404, "not_found.resource", None)),
    ],
)
def test_what_is_not_acceptable_is_refused(
    path: str, expected: tuple[int, str, str | None], call: Call, acme: finzcore.Org
) -> None:
    assert expected == call.refused("GET", path.format(cash=acme.account_id("1010")))


def test_reports_are_read_only_and_need_their_scope(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    assert 405 == call.refused("POST", TRIAL, {})[0]
    token = engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.journals.READ"]).token
    response = Call(engine, token)("GET", f"{TRIAL}?as_of_date=2026-05-31")
    assert (403, {"required": "AIBooks.reports.READ"}) == (response.status, response.json()["details"])


def test_an_account_that_was_closed_still_has_a_ledger(call: Call, acme: finzcore.Org) -> None:
    account = next(row for row in acme.accounts.list() if row["code"] == "1010")["account_id"]

    def close(books: Books) -> None:
        table, key = resource("accounts").table, unwire("acc_", acme._key, account)
        assert table is not None
        assert key is not None
        books.session.change(table, (key,), {"is_active": 0})
        books.settings_changed()

    call.engine.work(acme._key, Actor(), close)
    assert 0 == call.ok("GET", f"{LEDGER}?account_id={account}")["ledger"]["closing_balance"]


def test_another_organisation_has_no_part_in_a_report(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = engine.create_org(name="Other", state="IN-MH")
    post(engine, other, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    assert [] == call.ok("GET", f"{TRIAL}?as_of_date=2026-05-31")["trial_balance"]["accounts"]
    ledger = call.ok("GET", f"{LEDGER}?account_id={acme.account_id('1010')}")["ledger"]
    assert [] == ledger["entries"]


# ----- cost -----


def test_no_report_takes_more_statements_as_the_books_grow(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, asha: dict[str, Any]
) -> None:
    paths = [
        f"{TRIAL}?as_of_date=2026-05-20",
        f"{LEDGER}?account_id={acme.account_id('1040')}&from_date=2026-05-02&limit=5",
        f"{CUSTOMER}?contact_id={asha['contact_id']}&from_date=2026-05-02",
    ]
    story(engine, acme, key_of(acme, asha))
    few = [statements_of(call, path) for path in paths]
    for _ in range(5):
        story(engine, acme, key_of(acme, asha))
    assert few == [statements_of(call, path) for path in paths]


OF_ACCOUNT = "postings_account (org_id=? AND account=? AND day>? AND day<?)"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("reports.sums", f"USING COVERING INDEX {OF_ACCOUNT}"),
        (
            "reports_long.ledger",
            "INDEX postings_account (org_id=? AND account=? AND (day,entry,line)>(?,?,?)",
        ),
        (
            "reports_long.account_sums",
            "USING COVERING INDEX postings_account (org_id=? AND account=? AND day<?)",
        ),
        ("reports.account_sums", f"USING COVERING INDEX {OF_ACCOUNT}"),
        ("reports.account_sums", "SEARCH t USING PRIMARY KEY (org_id=? AND account=?)"),
        ("reports_contacts.ledger", "INDEX postings_contact (org_id=? AND contact_id=? AND day>? AND day<?)"),
        ("reports_contacts.ledger_before", "INDEX postings_contact (org_id=? AND contact_id=? AND day<?)"),
    ],
)
@on_sqlite  # whose planner is asked here
def test_a_report_reads_a_range_of_an_index(
    name: str, wanted: str, engine: finzcore.Engine, acme: finzcore.Org, target: str
) -> None:
    connection = sqlite3.connect(target)
    names = (
        "o", "account", "branch_id", "since", "through", "limit", "contact", "control", "advance", "known",
        "day", "after", "line", "tag",
    )  # fmt: skip
    values = dict.fromkeys((*names, "year", "month", "until"), 1)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement(name)}", values)]
    connection.close()
    assert any(wanted in step for step in plan), plan
    assert not any(step.startswith("SCAN p") for step in plan), plan
    # The ledger of an account is as long as it likes: it comes out of the index in order.
    assert name != "reports_long.ledger" or not any("ORDER BY" in step for step in plan), plan
