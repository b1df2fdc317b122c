"""Journals as the API shows them: shape, order, filters, deleted pairs, refusals (`api.md` §4.13)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.ids import uuid_text, wire
from finzcore.ledger.account import Role
from finzcore.ledger.source import Source
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.api.postings import key_of, post, statements_of, take_back
from tests.engines import Place


def je(org: finzcore.Org, seq: int) -> str:
    return wire("je_", org._key, seq)


def seqs(rows: list[dict[str, Any]]) -> list[int]:
    """Which entries these are, told by their numbers."""
    return [int(row["journal_number"].rpartition("-")[2]) for row in rows]


def test_an_opening_balance_is_an_entry_of_two_lines(call: Call, acme: finzcore.Org) -> None:
    contact = acme.contacts.create(contact_name="Asha Stores", opening_balance="1500.50")
    (row,) = call.ok("GET", "/journals")["journals"]
    org = acme._key
    assert row == {
        "journal_id": je(acme, 1),
        "journal_number": "JE-2627-001",
        "date": "2026-05-19T00:00:00",
        "memo": "Opening balance of Asha Stores",
        "reference_number": None,
        "contact_id": contact["contact_id"],
        "source": "OPENING",
        "source_id": contact["contact_id"],
        "reversal_of": None,
        "lines": [
            {
                "line_id": wire("jl_", org, 1 << 10 | 1),
                "account_id": acme.account_id("1040"),
                "account_name": "Accounts Receivable",
                "debit": row["total"],
                "credit": 0,
                "description": None,
                "contact_id": contact["contact_id"],
                "tags": [],
                "rule": "opening.contact",
            },
            {
                "line_id": wire("jl_", org, 1 << 10 | 2),
                "account_id": acme.account_id("3030"),
                "account_name": "Opening Balance Equity",
                "debit": 0,
                "credit": row["total"],
                "description": None,
                "contact_id": None,
                "tags": [],
                "rule": "opening.equity",
            },
        ],
        "total": row["total"],
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    }
    assert "1500.50" == str(row["total"])
    assert row == call.ok("GET", f"/journals/{row['journal_id']}")["journal"]


def test_python_callers_see_what_the_wire_shows(call: Call, acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="Asha Stores", opening_balance=10)
    (row,) = acme.journals.list()
    assert call.ok("GET", "/journals")["journals"] == [row]
    assert acme.journals.get(row["journal_id"]) == row


def test_amounts_have_two_decimals_on_the_wire(call: Call, acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="Asha Stores", opening_balance=10)
    body = call("GET", "/journals").body
    assert b'"debit":10.00,"credit":0.00' in body
    assert b'"total":10.00' in body


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        (Source.INVOICE, "inv_"),
        (Source.BILL, "bl_"),
        (Source.EXPENSE, "exp_"),
        (Source.CREDIT_NOTE, "cn_"),
        (Source.DEBIT_NOTE, "dn_"),
        (Source.OPENING, "ct_"),
        (Source.PAYMENT, None),
    ],
)
def test_a_source_is_named_by_the_id_of_its_document(
    source: Source, prefix: str | None, call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    seq = post(engine, acme, "2026-05-01", (Role.AR, 100), (Role.SALES, -100), source=source, source_id=77)
    back = take_back(engine, acme, seq, "VOID")
    expected = uuid_text(acme._key, 77) if prefix is None else wire(prefix, acme._key, 77)
    mirror, entry = call.ok("GET", "/journals")["journals"]
    assert (expected, source.value, None) == (entry["source_id"], entry["source"], entry["reversal_of"])
    # A reversal names the same document, and the entry that it takes back.
    assert (expected, "REVERSAL", je(acme, seq)) == (
        mirror["source_id"],
        mirror["source"],
        mirror["reversal_of"],
    )
    assert je(acme, back) == mirror["journal_id"]


def test_an_entry_made_by_hand_has_no_document(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    assert call.ok("GET", "/journals")["journals"][0]["source_id"] is None


def test_tags_are_shown_as_cost_centres(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    center = acme.add_cost_center("Depot")
    key = engine.look(acme._key, lambda books: next(iter(books.masters.rows["cost_centers"])))
    post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100), tags=f"[{key}]")
    (row,) = call.ok("GET", "/journals")["journals"]
    assert [[center["cost_center_id"]]] * 2 == [line["tags"] for line in row["lines"]]


def test_the_last_entry_posted_comes_first_whatever_its_date(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for day in ("2026-05-03", "2026-05-01", "2026-05-02"):
        post(engine, acme, day, (Role.CASH, 100), (Role.SALES, -100))
    assert [3, 2, 1] == seqs(call.ok("GET", "/journals")["journals"])


@pytest.fixture
def month(engine: finzcore.Engine, acme: finzcore.Org) -> dict[str, str]:
    """Four entries: an opening (1), a sale on credit (2), a cash sale (3), an advance given back (4)."""
    asha = acme.contacts.create(contact_name="Asha", opening_balance=5)
    key = key_of(acme, asha)
    post(
        engine,
        acme,
        "2026-04-30",
        (Role.AR, 100),
        (Role.SALES, -100),
        source=Source.INVOICE,
        source_id=9,
        contact=key,
    )
    post(engine, acme, "2026-05-10", (Role.CASH, 100), (Role.SALES, -100))
    post(engine, acme, "2026-05-19", (Role.CUSTOMER_ADVANCE, 100), (Role.CASH, -100), contact=key)
    return {
        "ASHA": asha["contact_id"],
        "CASH": acme.account_id("1010"),
        "SALES": acme.account_id("4010"),
        "BANK": acme.account_id("1020"),
        "NOBODY": "ct_" + "0" * 32,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 3, 2, 1]),
        ("date_from=2026-05-10", [4, 3, 1]),
        ("date_to=2026-05-10", [3, 2]),
        ("date_from=2026-05-10&date_to=2026-05-10T23:00:00", [3]),
        ("source=MANUAL", [4, 3]),
        ("source=invoice", [2]),
        ("source=BILL", []),
        ("account_id={CASH}", [4, 3]),
        ("account_id={SALES}&source=MANUAL", [3]),
        ("account_id={BANK}", []),
        ("account_id=acc_nonsense", []),
        ("contact_id={ASHA}", [4, 2, 1]),
        ("contact_id={ASHA}&account_id={CASH}&date_from=2026-05-19", [4]),
        ("contact_id={NOBODY}", []),
    ],
)
def test_filters_narrow_the_list(query: str, expected: list[int], call: Call, month: dict[str, str]) -> None:
    rows = call.ok("GET", f"/journals?{query.format(**month)}")["journals"]
    # Numbers count by financial year, and all four lie in 2026-27.
    assert expected == seqs(rows)


def test_pages_end_to_end_are_the_list(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    for _ in range(7):
        post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    cursor, found, pages = "", [], 0
    path = f"/journals?per_page=3&account_id={acme.account_id('1010')}"
    while cursor is not None:
        said = call.ok("GET", path + (f"&cursor={cursor}" if cursor else ""))
        found += seqs(said["journals"])
        cursor, pages = said["page_context"]["next_cursor"], pages + 1
    assert ([7, 6, 5, 4, 3, 2, 1], 3) == (found, pages)


def test_a_deleted_entry_and_its_reversal_are_not_shown(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    gone = post(engine, acme, "2026-05-02", (Role.CASH, 200), (Role.SALES, -200))
    mirror = take_back(engine, acme, gone, "DELETE")
    assert [1] == seqs(call.ok("GET", "/journals")["journals"])
    for seq in (gone, mirror):
        assert (404, "not_found.resource", "journal_id") == call.refused("GET", f"/journals/{je(acme, seq)}")


@pytest.mark.parametrize(
    ("source", "cause", "expected"),
    [
        (Source.EXPENSE, "DELETE", []),
        (Source.EXPENSE, "EDIT", []),
        (Source.EXPENSE, "VOID", [2, 1]),
        (Source.CREDIT_NOTE, "EDIT", []),
        (Source.CREDIT_NOTE, "VOID", [2, 1]),
        (Source.INVOICE, "VOID", [2, 1]),
    ],
)
def test_what_a_change_or_a_deletion_took_back_is_not_shown(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, source: Source, cause: str, expected: list[int]
) -> None:
    lines = [(Role.FREIGHT, 200), (Role.CASH, -200)]
    seq = post(engine, acme, "2026-05-02", *lines, source=source, source_id=5)
    take_back(engine, acme, seq, cause)
    assert expected == seqs(call.ok("GET", "/journals")["journals"])
    for one in (1, 2):
        assert (200 if expected else 404) == call("GET", f"/journals/{je(acme, one)}").status
    ledger = call.ok("GET", f"/reports/ledger?account_id={acme.account_id('1010')}")["ledger"]
    assert len(expected) == len(ledger["entries"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/journals?per_page=0", (422, "validation.failed", "per_page")),
        ("/journals?date_from=tomorrow", (422, "validation.failed", "date_from")),
        ("/journals?source=GUESS", (400, "validation.invalid_value", "source")),
        ("/journals?cursor=e30", (400, "validation.invalid_value", "cursor")),
        ("/journals/je_1", (404, "not_found.resource", "journal_id")),
        ("/journals/je_" + "0" * 32, (404, "not_found.resource", "journal_id")),
    ],
)
def test_what_is_not_acceptable_is_refused(
    path: str, expected: tuple[int, str, str | None], call: Call
) -> None:
    assert expected == call.refused("GET", path)


def test_an_entry_of_another_organisation_is_not_found(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = engine.create_org(name="Other", state="IN-MH")
    post(engine, other, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    post(engine, acme, "2026-05-01", (Role.CASH, 100), (Role.SALES, -100))
    assert 404 == call.refused("GET", f"/journals/{je(other, 1)}")[0]
    assert "Journal" in call("GET", f"/journals/{je(other, 1)}").json()["message"]


def test_reading_journals_needs_its_scope(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    token = engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.reports.READ"]).token
    assert (403, "auth.insufficient_scope", None) == Call(engine, token).refused("GET", "/journals")


def test_a_longer_list_takes_no_more_statements(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    lines = [(Role.CASH, 100), (Role.SALES, -100)]
    take_back(engine, acme, post(engine, acme, "2026-05-01", *lines), "VOID")
    call.ok("GET", "/journals")
    few = statements_of(call, "/journals?per_page=200")
    for _ in range(20):
        take_back(engine, acme, post(engine, acme, "2026-05-01", *lines), "VOID")
    assert few == statements_of(call, "/journals?per_page=200")


@given(
    st.lists(st.tuples(st.integers(1, 10**15), st.integers(1, 4)), min_size=1, max_size=5),
    st.integers(1, 7),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_entry_shown_balances_and_every_page_is_in_order(
    new_place: Place, amounts: list[tuple[int, int]], per_page: int
) -> None:
    with (
        new_place() as target,
        finzcore.open(target, clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()) as engine,
    ):
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        for amount, lines in amounts:
            post(
                engine,
                org,
                "2026-05-01",
                *([(Role.CASH, amount)] * lines + [(Role.SALES, -amount)] * lines),
            )
        rows = list(org.journals.all(per_page=per_page))
        assert list(range(len(amounts), 0, -1)) == seqs(rows)
        for row, (amount, lines) in zip(reversed(rows), amounts, strict=True):
            assert row["total"] * 100 == amount * lines
            assert row["total"] == sum(line["debit"] for line in row["lines"])
            assert row["total"] == sum(line["credit"] for line in row["lines"])
