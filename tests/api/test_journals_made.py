"""Entries made by hand: what is posted, and what is refused (`api.md` §4.13)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.history import EVENTS
from finzcore.ids import wire
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.engines import Place

INVALID, REQUIRED, NOT_FOUND = "validation.invalid_value", "validation.required_field", "not_found.resource"
Body = dict[str, Any]


def line(org: finzcore.Org, code: str, debit: Any = None, credit: Any = None, **more: Any) -> Body:
    """A line on the account of that code; a side that is not said is left out."""
    sides = {name: amount for name, amount in (("debit", debit), ("credit", credit)) if amount is not None}
    return {"account_id": org.account_id(code)} | sides | more


def capital(org: finzcore.Org, *lines: Body, **more: Any) -> Body:
    """The body of an entry: 100 from cash to the bank, unless there are other lines."""
    return {
        "date": "2026-05-19",
        "lines": list(lines) or [line(org, "1020", 100), line(org, "1010", None, 100)],
    } | more


def posted(journal: Body) -> list[tuple[str, Decimal, str]]:
    """An entry as (account, amount, rule), debits positive."""
    return [(one["account_name"], one["debit"] - one["credit"], one["rule"]) for one in journal["lines"]]


def refused(call: Call, body: Body) -> tuple[int, str, str | None]:
    return call.refused("POST", "/journals", body)


def test_an_entry_says_what_was_sent(call: Call, acme: finzcore.Org) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    depot = acme.add_cost_center("Depot")["cost_center_id"]
    body = capital(
        acme,
        line(acme, "6010", "1200.50", description="Rent\nof May", tags=[depot]),
        line(acme, "1040", 0, "1200.50", contact_id=asha),
        memo="Set off against rent",
        reference_number="JV/7",
    )
    answer = call("POST", "/journals", body)
    assert (201, "The journal has been posted.") == (answer.status, answer.json()["message"])
    journal = answer.json()["journal"]
    org = acme._key
    assert {
        "journal_id": wire("je_", org, 1),
        "journal_number": "JE-2627-001",
        "date": "2026-05-19T00:00:00",
        "memo": "Set off against rent",
        "reference_number": "JV/7",
        "contact_id": None,
        "source": "MANUAL",
        "source_id": None,
        "reversal_of": None,
        "lines": [
            {
                "line_id": wire("jl_", org, 1 << 10 | 1),
                "account_id": acme.account_id("6010"),
                "account_name": "Rent",
                "debit": Decimal("1200.50"),
                "credit": 0,
                "description": "Rent\nof May",
                "contact_id": None,
                "tags": [depot],
                "rule": "manual.line",
            },
            {
                "line_id": wire("jl_", org, 1 << 10 | 2),
                "account_id": acme.account_id("1040"),
                "account_name": "Accounts Receivable",
                "debit": 0,
                "credit": Decimal("1200.50"),
                "description": None,
                "contact_id": asha,
                "tags": [],
                "rule": "manual.line",
            },
        ],
        "total": Decimal("1200.50"),
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    } == journal
    assert journal == call.ok("GET", f"/journals/{journal['journal_id']}")["journal"]
    assert [journal] == list(acme.journals.list(source="MANUAL"))


def test_lines_may_be_called_line_items(call: Call, acme: finzcore.Org) -> None:
    body = capital(acme)
    body["line_items"] = body.pop("lines")
    assert [("Bank Account", 100, "manual.line"), ("Cash in Hand", -100, "manual.line")] == posted(
        call.ok("POST", "/journals", body)["journal"]
    )


# ----- the paisa -----


@pytest.mark.parametrize(
    ("debit", "credit", "expected", "total"),
    [("100", "99.99", "-0.01", "100"), ("99.99", "100", "0.01", "100"), ("0.01", "0.02", "0.01", "0.02")],
)
def test_a_paisa_goes_to_round_off_in_a_line_of_its_own(
    debit: str, credit: str, expected: str, total: str, call: Call, acme: finzcore.Org
) -> None:
    lines = line(acme, "1020", debit), line(acme, "1010", None, credit)
    journal = call.ok("POST", "/journals", capital(acme, *lines))["journal"]
    assert [
        ("Bank Account", Decimal(debit), "manual.line"),
        ("Cash in Hand", -Decimal(credit), "manual.line"),
        ("Round Off", Decimal(expected), "manual.round_off"),
    ] == posted(journal)
    assert Decimal(total) == journal["total"]
    assert [] == acme._engine.verify()


def test_more_than_a_paisa_is_refused_with_both_sums(call: Call, acme: finzcore.Org) -> None:
    body = capital(acme, line(acme, "1020", 100), line(acme, "1010", None, "99.98"))
    answer = call("POST", "/journals", body)
    said = answer.json()
    assert (400, INVALID, "lines") == (answer.status, said["code"], said["field"])
    assert {"debits": Decimal("100.00"), "credits": Decimal("99.98")} == said["details"]
    assert b'"debits":100.00,"credits":99.98' in answer.body
    assert [] == list(acme.journals.list())


# ----- refusals -----


def test_what_cannot_be_an_entry_is_refused_by_its_field(call: Call, acme: finzcore.Org) -> None:
    both = [line(acme, "1020", 5), line(acme, "1010", None, 5)]

    def but(*sides: Any, **more: Any) -> Body:
        return {"lines": [both[0], line(acme, "1010", *sides, **more)]}

    strange = "je_" + "0" * 32
    table: list[tuple[Body, tuple[str, str]]] = [
        ({"lines": both[:1]}, (INVALID, "lines")),
        ({"lines": []}, (REQUIRED, "lines")),
        ({"lines": None}, (REQUIRED, "lines")),
        ({"date": None}, (REQUIRED, "date")),
        ({"date": "19.05.2026"}, (INVALID, "date")),
        ({"memo": "m" * 2001}, (INVALID, "memo")),
        ({"reference_number": "r" * 101}, (INVALID, "reference_number")),
        (but(), (INVALID, "lines[1].debit")),
        (but(0, 0), (INVALID, "lines[1].debit")),
        (but(5, 5), (INVALID, "lines[1].debit")),
        (but(None, -5), (INVALID, "lines[1].credit")),
        (but(None, "5.001"), (INVALID, "lines[1].credit")),
        (but(None, 5, account_id=None), (REQUIRED, "lines[1].account_id")),
        (but(None, 5, description="d" * 2001), (INVALID, "lines[1].description")),
        (but(None, 5, account_id=strange), (NOT_FOUND, "lines[1].account_id")),
        (but(None, 5, contact_id=strange), (NOT_FOUND, "lines[1].contact_id")),
        (but(None, 5, tags=[strange]), (NOT_FOUND, "lines[1].tags[0]")),
        ({"contact_id": strange}, (NOT_FOUND, "contact_id")),
        ({"branch_id": strange}, (NOT_FOUND, "branch_id")),
    ]  # fmt: skip
    for change, expected in table:
        found = refused(call, capital(acme, *both) | change)
        assert expected == found[1:], change
        assert (404 if expected[0] == NOT_FOUND else 400) == found[0]
    assert [] == list(acme.journals.list())


def test_what_is_out_of_use_is_as_if_it_were_not_there(call: Call, acme: finzcore.Org) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    acme.contacts.archive(asha)
    safe = acme.create_account(code="1099", name="Safe", account_type="CASH")["account_id"]
    acme.set_account_active(safe, False)
    assert (404, NOT_FOUND, "contact_id") == refused(call, capital(acme, contact_id=asha))
    lines = line(acme, "1020", 5, account_id=safe), line(acme, "1010", None, 5)
    assert (404, NOT_FOUND, "lines[0].account_id") == refused(call, capital(acme, *lines))


def test_what_is_anothers_is_as_if_it_were_not_there(call: Call, acme: finzcore.Org) -> None:
    other = acme._engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = {
        "account": other.account_id("1010"),
        "contact": other.contacts.create(contact_name="Asha Stores")["contact_id"],
        "branch": other.branches.list()[0]["branch_id"],
        "tag": other.add_cost_center("Depot")["cost_center_id"],
    }
    bodies: list[tuple[Body, str]] = [
        (capital(acme, contact_id=theirs["contact"]), "contact_id"),
        (capital(acme, branch_id=theirs["branch"]), "branch_id"),
    ]
    for name, key in (("account_id", "account"), ("contact_id", "contact")):
        lines = line(acme, "1020", 5) | {name: theirs[key]}, line(acme, "1010", None, 5)
        bodies.append((capital(acme, *lines), f"lines[0].{name}"))
    lines = line(acme, "1020", 5, tags=[theirs["tag"]]), line(acme, "1010", None, 5)
    bodies.append((capital(acme, *lines), "lines[0].tags[0]"))
    for body, field in bodies:
        assert (404, NOT_FOUND, field) == refused(call, body)


def test_an_entry_has_500_lines_and_no_more(call: Call, acme: finzcore.Org) -> None:
    cash = line(acme, "1010", 1)
    lines = [cash] * 499 + [line(acme, "1020", None, "499.01")]
    journal = call.ok("POST", "/journals", capital(acme, *lines))["journal"]
    assert (501, Decimal("499.01")) == (len(journal["lines"]), journal["total"])
    assert ("Round Off", Decimal("0.01"), "manual.round_off") == posted(journal)[-1]
    assert (400, INVALID, "lines") == refused(call, capital(acme, cash, *lines))
    assert [] == acme._engine.verify()


def test_the_largest_amounts_are_posted_and_larger_ones_refused(call: Call, acme: finzcore.Org) -> None:
    largest = "10000000000000.00"
    lines = line(acme, "1020", largest), line(acme, "1010", None, largest)
    assert Decimal(largest) == call.ok("POST", "/journals", capital(acme, *lines))["journal"]["total"]
    lines = line(acme, "1020", "10000000000000.01"), line(acme, "1010", None, largest)
    assert (400, INVALID, "lines[0].debit") == refused(call, capital(acme, *lines))


def test_an_account_takes_no_more_than_can_be_counted(
    call: Call, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finzcore.books import ceiling

    monkeypatch.setattr(ceiling, "MOST_ON_AN_ACCOUNT", 2 * 10**15)
    largest = "10000000000000.00"
    full = capital(acme, *[line(acme, "1020", largest)] * 2, *[line(acme, "1010", None, largest)] * 2)
    call.ok("POST", "/journals", full)
    assert (400, INVALID, "lines") == refused(call, full)
    assert 1 == len(acme.journals.list())


def test_a_locked_period_takes_none(call: Call, acme: finzcore.Org) -> None:
    acme.lock_period("2026-05-19", reason="Filed")
    assert (400, INVALID, "date") == refused(call, capital(acme))
    assert 201 == call("POST", "/journals", capital(acme, date="2026-05-20")).status


# ----- branches, contacts, keys, events -----


def test_a_branch_counts_its_own_entries(call: Call, acme: finzcore.Org) -> None:
    mumbai = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    numbers = [
        call.ok("POST", "/journals", capital(acme, **more))["journal"]["journal_number"]
        for more in ({}, {"branch_id": mumbai}, {"branch_id": mumbai, "date": "2026-03-31"}, {})
    ]
    assert ["JE-2627-001", "MUM-JE-2627-001", "MUM-JE-2526-001", "JE-2627-002"] == numbers
    report = acme.reports.trial_balance(as_of_date="2026-05-31", branch_id=mumbai)
    assert [("1010", 0, 200), ("1020", 200, 0)] == [
        (row["code"], row["debit"], row["credit"]) for row in report["accounts"]
    ]


def test_the_contact_of_the_whole_counts_in_the_customers_ledger(call: Call, acme: finzcore.Org) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    lines = line(acme, "1040", 70), line(acme, "4010", None, 70)
    journal = call.ok("POST", "/journals", capital(acme, *lines, contact_id=asha, reference_number="R"))[
        "journal"
    ]
    assert [asha, None] == [one["contact_id"] for one in journal["lines"]]
    ledger = acme.reports.customer_ledger(contact_id=asha, to_date="2026-05-31")
    assert [
        {
            "date": "2026-05-19T00:00:00",
            "type": "JOURNAL",
            "ref_id": journal["journal_id"],
            "number": "JE-2627-001",
            "reference_number": "R",
            "debit": 70,
            "credit": 0,
            "balance": 70,
        }
    ] == ledger["entries"]
    assert [journal] == list(acme.journals.list(contact_id=asha))


def test_a_receivable_without_a_contact_is_posted_to_nobody(call: Call, acme: finzcore.Org) -> None:
    lines = line(acme, "1040", 70), line(acme, "4010", None, 70)
    journal = call.ok("POST", "/journals", capital(acme, *lines))["journal"]
    assert [None, None] == [one["contact_id"] for one in journal["lines"]]


def test_a_request_that_is_sent_again_posts_once(call: Call, acme: finzcore.Org) -> None:
    first, again = (call("POST", "/journals", capital(acme), key="once") for _ in range(2))
    assert (201, first.body, "true") == (again.status, again.body, again.header("Idempotency-Replayed"))
    other = call("POST", "/journals", capital(acme, memo="Other"), key="once")
    assert (422, "idempotency.key_reused") == (other.status, other.json()["code"])
    bad = capital(acme, line(acme, "1020", 1), line(acme, "1010", None, 9))
    kept = [call("POST", "/journals", bad, key="bad").body for _ in range(2)]
    assert kept[0].split(b"request_id")[0] == kept[1].split(b"request_id")[0]
    assert 1 == len(acme.journals.list())


def test_making_one_is_one_event(call: Call, acme: finzcore.Org) -> None:
    journal = call.ok("POST", "/journals", capital(acme))["journal"]
    with acme._engine.store.read(acme._key) as session:
        (event,) = [row for row in session.find(EVENTS) if row["entity_type"] == "JOURNAL"]
    assert ("JOURNAL_CREATED", "JOURNAL_CREATED", "JE-2627-001", None) == (
        event["action"],
        event["event_type"],
        event["entity_ref"],
        event["changes"],
    )
    said = f'{{"id":"{journal["journal_id"]}","number":"JE-2627-001","contact_id":null,'
    said += '"total":100.00,"status":"POSTED"}'
    assert said == event["data"]


def test_the_scope_is_asked_for(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    reader = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.journals.READ"]).token)
    assert (403, "auth.insufficient_scope", None) == reader.refused("POST", "/journals", capital(acme))


# ----- opening balances -----


def test_opening_balances_are_one_entry_against_opening_balance_equity(
    call: Call, acme: finzcore.Org
) -> None:
    # A firm that moves here on 1 April: cash 5,000, bank 95,000, furniture 40,000, a loan of 60,000,
    # and so 80,000 of the owner's.
    furniture = acme.create_account(code="1110", name="Furniture", account_type="FIXED_ASSET")["account_id"]
    loan = acme.create_account(code="2510", name="Term Loan", account_type="LONG_TERM_LIABILITY")[
        "account_id"
    ]
    body = capital(
        acme,
        line(acme, "1010", 5000),
        line(acme, "1020", 95000),
        {"account_id": furniture, "debit": 40000},
        {"account_id": loan, "credit": 60000},
        line(acme, "3030", None, 80000),
        date="2026-04-01",
        memo="Opening balances",
    )
    call.ok("POST", "/journals", body)
    report = acme.reports.trial_balance(as_of_date="2026-04-01")
    assert [
        ("1010", 5000, 0),
        ("1020", 95000, 0),
        ("1110", 40000, 0),
        ("2510", 0, 60000),
        ("3030", 0, 80000),
    ] == [(row["code"], row["debit"], row["credit"]) for row in report["accounts"]]
    assert (140000, 140000) == (report["total_debit"], report["total_credit"])


# ----- in general -----

CODES = ("1010", "1020", "2010", "3010", "4010", "6010")


@st.composite
def vouchers(draw: st.DrawFn) -> tuple[list[tuple[str, int]], int]:
    """Lines as (code, paise), debits positive, that sum to nothing or to a paisa beside it."""
    codes = st.sampled_from(CODES)
    amounts = st.integers(-(10**9), 10**9).filter(bool)
    lines = draw(st.lists(st.tuples(codes, amounts), min_size=1, max_size=6))
    short = draw(st.sampled_from([-1, 0, 1]))
    left = short - sum(amount for _, amount in lines)
    if left:
        lines = [*lines, (draw(codes), left)]
    return (lines, short) if len(lines) > 1 else ([*lines, ("1010", 5), ("1020", -5)], short)


@given(st.lists(vouchers(), min_size=1, max_size=4), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_trial_balance_is_the_sum_of_what_stands(
    new_place: Place, made: list[tuple[list[tuple[str, int]], int]], data: st.DataObject
) -> None:
    with (
        new_place() as target,
        finzcore.open(target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()) as engine,
    ):
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        expected: dict[str, int] = {}
        for lines, short in made:
            sent = [
                line(org, code, Decimal(max(amount, 0)) / 100, Decimal(max(-amount, 0)) / 100)
                for code, amount in lines
            ]
            journal = org.journals.create(date="2026-05-19", lines=sent)
            if data.draw(st.booleans()):
                org.journals.delete(journal["journal_id"])
            else:
                for code, amount in (*lines, ("4040", -short)):
                    expected[code] = expected.get(code, 0) + amount
        report = org.reports.trial_balance(as_of_date="2026-05-31")
        found = {row["code"]: int((row["debit"] - row["credit"]) * 100) for row in report["accounts"]}
        assert {code: amount for code, amount in expected.items() if amount} == found
        assert [] == engine.verify()
