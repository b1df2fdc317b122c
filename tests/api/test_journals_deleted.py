"""Entries made by hand, taken back: nothing shows them any more, and everything is kept (`api.md` §4.13)."""

import datetime as dt
from typing import Any

import pytest

import finzcore
from finzcore.books import journal
from finzcore.books.books import Actor, Books
from finzcore.books.history import EVENTS
from finzcore.books.journal import ENTRIES
from finzcore.books.text import json_value
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.testing import Call, FrozenClock
from tests.api.postings import key_of, post
from tests.api.test_journals_made import capital, line
from tests.trade import Trade

NOT_THERE = (404, "not_found.resource", "journal_id")
Body = dict[str, Any]


def answers(call: Call, org: finzcore.Org, contact: str) -> dict[str, Any]:
    """Whatever shows what stands in the journal, as it is answered."""
    cash = org.account_id("1010")
    paths = [
        "/journals",
        "/journals?source=MANUAL&per_page=1",
        "/journals?source=REVERSAL",
        f"/journals?account_id={cash}",
        f"/journals?contact_id={contact}",
        "/journals?date_from=2026-05-01&date_to=2026-05-31",
        "/reports/trial_balance?as_of_date=2026-05-31",
        "/reports/trial_balance?as_of_date=2026-05-31&include_zero=true",
        "/reports/trial_balance?as_of_date=2027-05-31",
        f"/reports/ledger?account_id={cash}",
        f"/reports/ledger?account_id={cash}&limit=1",
        f"/reports/ledger?account_id={cash}&from_date=2026-05-20&to_date=2026-06-30",
        f"/reports/ledger?account_id={org.account_id('1040')}&from_date=2026-05-19&to_date=2026-05-19",
        f"/reports/customer_ledger?contact_id={contact}",
        f"/reports/customer_ledger?contact_id={contact}&from_date=2026-05-20",
        "/accounts?per_page=500",
        "/bank_accounts",
        f"/contacts/{contact}",
    ]
    return {path: call.ok("GET", path) for path in paths}


def test_lists_and_reports_are_as_if_it_had_never_been(
    call: Call, acme: finzcore.Org, clock: FrozenClock
) -> None:
    clock.set("2026-07-01T05:00:00+00:00")
    asha = acme.contacts.create(contact_name="Asha Stores", opening_balance=10)["contact_id"]
    acme.journals.create(**capital(acme))
    before = answers(call, acme, asha)
    lines = line(acme, "1040", 70), line(acme, "1010", 30), line(acme, "4010", None, "99.99")
    made = acme.journals.create(**capital(acme, *lines, contact_id=asha))
    assert all(said != answers(call, acme, asha)[path] for path, said in before.items() if "MANUAL" in path)
    answer = call("DELETE", f"/journals/{made['journal_id']}")
    assert (200, {"code": 0, "message": "The journal has been deleted."}) == (answer.status, answer.json())
    assert before == answers(call, acme, asha)
    assert [] == acme._engine.verify()


def test_both_entries_stay_on_the_date_of_the_first(
    call: Call, acme: finzcore.Org, clock: FrozenClock
) -> None:
    made = acme.journals.create(**capital(acme, date="2026-04-30", reference_number="R", memo="M"))
    clock.move(days=40)
    acme.journals.delete(made["journal_id"])
    with acme._engine.store.read(acme._key) as session:
        taken_back, first = session.find(ENTRIES)
    assert ("2026-04-30", "REVERSAL", "DELETE", first["seq"], "R", "Deletion of JE-2627-001") == tuple(
        taken_back[name] for name in ("date", "source", "cause", "reversal_of", "reference_number", "memo")
    )
    assert ("2026-04-30", "MANUAL", "POST", "M") == tuple(
        first[name] for name in ("date", "source", "cause", "memo")
    )
    assert first["recorded_at"] < taken_back["recorded_at"]


def test_the_history_keeps_who_and_every_line(call: Call, acme: finzcore.Org) -> None:
    made = acme.journals.create(**capital(acme, line(acme, "1020", 100), line(acme, "1010", None, "99.99")))
    call.ok("DELETE", f"/journals/{made['journal_id']}")
    with acme._engine.store.read(acme._key) as session:
        gone, _ = [row for row in session.find(EVENTS) if row["entity_type"] == "JOURNAL"]
    assert ("JOURNAL_DELETED", "JOURNAL_DELETED", "PUBLIC_API", "JE-2627-001") == tuple(
        gone[name] for name in ("action", "event_type", "source", "entity_ref")
    )
    assert None not in (gone["user_id"], gone["token_id"], gone["request_id"])
    kept = {name: change["old"] for name, change in json_value(gone["changes"]).items()}
    shown = {name: value for name, value in made.items() if value is not None}
    assert {name: value for name, value in shown.items() if name != "last_modified_time"} == kept
    assert {None} == {change["new"] for change in json_value(gone["changes"]).values()}


def test_what_is_deleted_cannot_be_deleted_or_found_again(call: Call, acme: finzcore.Org) -> None:
    made = acme.journals.create(**capital(acme))
    path = f"/journals/{made['journal_id']}"
    call.ok("DELETE", path)
    assert NOT_THERE == call.refused("DELETE", path)
    assert NOT_THERE == call.refused("GET", path)
    assert [] == list(acme.journals.list(source="REVERSAL"))
    with acme._engine.store.read(acme._key) as session:
        assert 2 == len(session.find(ENTRIES))


def test_the_number_stays_taken(acme: finzcore.Org) -> None:
    acme.journals.delete(acme.journals.create(**capital(acme))["journal_id"])
    assert "JE-2627-003" == acme.journals.create(**capital(acme))["journal_number"]


@pytest.mark.parametrize("through", ["2026-05-19", "2026-06-30"])
def test_a_locked_period_keeps_its_entries(through: str, call: Call, acme: finzcore.Org) -> None:
    made = acme.journals.create(**capital(acme))
    acme.lock_period(through, reason="Filed")
    answer = call("DELETE", f"/journals/{made['journal_id']}")
    said = answer.json()
    assert (400, "validation.invalid_value", "date") == (answer.status, said["code"], said["field"])
    assert {"locked_through": through} == said["details"]
    assert [made] == list(acme.journals.list())
    acme.lock_period(None, reason="A mistake was found")
    call.ok("DELETE", f"/journals/{made['journal_id']}")


def test_what_a_document_posted_goes_with_the_document(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    invoice = trade.invoice(trade.contact(), 100)

    def refusal(shown: str) -> tuple[int, str | None, Any]:
        answer = call("DELETE", f"/journals/{shown}")
        said = answer.json()
        assert invoice["invoice_number"] in said["message"]
        return answer.status, said["field"], said["details"]

    named = {"source": "INVOICE", "source_id": invoice["invoice_id"], "number": "INV-2627-001"}
    assert (400, "source", named) == refusal(invoice["journal_id"])
    trade.void(invoice)
    reversal = acme.journals.list(source="REVERSAL")[0]["journal_id"]
    assert (400, "source", named) == refusal(reversal)
    assert 2 == len(acme.journals.list())


@pytest.mark.parametrize(
    "source", [source for source in Source if source not in (Source.MANUAL, Source.REVERSAL)]
)
def test_no_other_source_can_be_deleted(
    source: Source, call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    key = key_of(acme, acme.contacts.create(contact_name="Asha"))
    post(engine, acme, "2026-05-01", (Role.AR, 100), (Role.SALES, -100), source=source, source_id=key)
    (made,) = acme.journals.list()
    refused = call.refused("DELETE", f"/journals/{made['journal_id']}")
    assert (400, "validation.invalid_value", "source") == refused


def test_an_entry_of_another_organisation_is_not_found(call: Call, acme: finzcore.Org) -> None:
    other = acme._engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = other.journals.create(**capital(other))["journal_id"]
    acme.journals.create(**capital(acme))
    for strange in (theirs, "je_1", "je_" + "0" * 32):
        assert NOT_THERE == call.refused("DELETE", f"/journals/{strange}")
    assert 1 == len(other.journals.list()) == len(acme.journals.list())


def test_an_undone_deletion_leaves_the_entry(acme: finzcore.Org) -> None:
    made = acme.journals.create(**capital(acme))
    with pytest.raises(ZeroDivisionError), acme.transaction():
        acme.journals.delete(made["journal_id"])
        assert [] == list(acme.journals.list())
        raise ZeroDivisionError
    assert [made] == list(acme.journals.list())


# ----- and it would be noticed -----


def test_a_reversal_that_is_no_mirror_is_found(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    def crooked(date: str, *lines: tuple[str, int]) -> None:
        acme.journals.create(**capital(acme))

        def work(books: Books) -> None:
            branch = books.masters.default_branch["id"]
            postings = [
                Posting(
                    books.masters.named("accounts", "code", code)["number"],
                    Paise(amount),
                    "manual.line",
                    branch,
                )
                for code, amount in lines
            ]
            entry = JournalEntry(
                date=dt.date.fromisoformat(date),
                source=Source.REVERSAL,
                branch_id=branch,
                reversal_of=books.head["entry_seq"],
                postings=tuple(postings),
            )
            journal.post(books, entry, cause="DELETE")

        engine.work(acme._key, Actor(), work)

    crooked("2026-05-19", ("1020", -10000), ("1010", 10000))
    assert [] == engine.verify()
    for date, *lines in (
        ("2026-05-20", ("1020", -10000), ("1010", 10000)),
        ("2026-05-19", ("1020", -9999), ("1010", 9999)),
        ("2026-05-19", ("1020", 10000), ("1010", -10000)),
        ("2026-05-19", ("1020", -10000), ("4010", 10000)),
        ("2026-05-19", ("1020", -10000), ("1010", 9000), ("1010", 1000)),
    ):
        crooked(date, *lines)
    problems = [str(one) for one in engine.verify()]
    assert 5 == len(problems)
    assert all("reversal.differs" in one for one in problems)
