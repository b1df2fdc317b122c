"""The journal as exports see it: all of it, in its order, a page at a time."""

import io
import sqlite3
from contextlib import closing
from itertools import islice
from typing import Any

import pytest

import finzcore
from finzcore.books import exporting
from finzcore.books.exporting import Party, ToldEntry
from finzcore.exports import forms
from finzcore.storage.statements import statement
from tests.engines import on_sqlite


def post(acme: finzcore.Org, date: str, amount: int = 100, **more: Any) -> dict[str, Any]:
    lines = [
        {"account_id": acme.account_id("1010"), "debit": amount},
        {"account_id": acme.account_id("4010"), "credit": amount},
    ]
    made: dict[str, Any] = acme.journals.create(date=date, lines=lines, **more)
    return made


def entries(acme: finzcore.Org) -> list[ToldEntry]:
    return list(forms.of(acme).entries())


@pytest.mark.parametrize("page", [1, 2, 3, 200])
def test_entries_come_by_day_and_then_as_they_were_posted(
    acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(exporting, "_PAGE", page)
    days = ("2026-05-19", "2026-05-01", "2026-05-19", "2025-12-31", "2026-05-01", "2026-05-19")
    for day in days:
        post(acme, day)
    assert [
        (4, "2025-12-31"),
        (2, "2026-05-01"),
        (5, "2026-05-01"),
        (1, "2026-05-19"),
        (3, "2026-05-19"),
        (6, "2026-05-19"),
    ] == [(entry.seq, entry.date) for entry in entries(acme)]


def test_a_page_is_read_when_it_is_needed_and_what_comes_meanwhile_is_left_out(
    acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_PAGE", 2)
    for day in (19, 20, 21, 22, 23):
        post(acme, f"2026-05-{day}")
    pages: list[list[int]] = []
    told_of = exporting._told

    def counted(books: Any, seqs: list[int]) -> list[ToldEntry]:
        pages.append(list(seqs))
        return told_of(books, seqs)

    monkeypatch.setattr(exporting, "_told", counted)
    told = forms.of(acme)
    reading = told.entries()
    assert [1, 2, 3] == [entry.seq for entry in islice(reading, 3)]
    assert [[1, 2], [3, 4]] == pages
    for day in ("2026-05-01", "2026-05-22", "2026-06-30"):
        post(acme, day)
    assert [4, 5] == [entry.seq for entry in reading]
    assert (5, "2026-05-19") == (told.head, told.first_day)
    assert [1, 2, 3, 4, 5] == [entry.seq for entry in told.entries()]
    assert 50000 == told.sums()[1]


def test_an_entry_says_its_document_its_contact_and_what_it_takes_back(acme: finzcore.Org) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    invoice = acme.invoices.create(
        customer_id=asha,
        date="2026-05-19",
        place_of_supply="IN-KA",
        reference_number="PO 7",
        auto_approve=True,
        line_items=[{"name": "Licence", "rate": 12000}],
    )
    acme.invoices.void(invoice["invoice_id"])
    by_hand = post(acme, "2026-05-20", memo="Till", reference_number="V 1")
    acme.journals.delete(by_hand["journal_id"])
    sold, taken_back, till, deleted = entries(acme)
    document = ("INV-2627-001", invoice["invoice_id"])
    assert (sold.document, sold.document_id) == document == (taken_back.document, taken_back.document_id)
    assert Party("Asha Stores", asha) == sold.contact == taken_back.contact
    assert [None, "JE-2627-001", None, "JE-2627-003"] == [
        one.reverses for one in (sold, taken_back, till, deleted)
    ]
    assert ["INVOICE", "REVERSAL", "MANUAL", "REVERSAL"] == [
        one.source for one in (sold, taken_back, till, deleted)
    ]
    assert (None, None, None) == (till.document, till.document_id, till.contact)
    assert ("Till", "V 1", "HQ") == (till.memo, till.reference, till.branch)
    assert [10000, -10000] == [one.amount for one in till.postings]
    codes = {account.number: account.code for account in forms.of(acme).accounts}
    assert ["1010", "4010"] == [codes[one.account] for one in till.postings]


def test_an_export_holds_every_entry_once_and_counts_them(acme: finzcore.Org) -> None:
    for day in ("2026-05-19", "2026-05-20"):
        post(acme, day, memo="Till")
    file = io.BytesIO()
    assert 2 == forms.export(acme, "beancount", file)
    assert 2 == file.getvalue().decode().count('* "Till"')


def test_a_form_that_nobody_knows_is_refused(acme: finzcore.Org) -> None:
    with pytest.raises(ValueError, match="hledger, beancount, csv, xlsx, not 'pdf'"):
        forms.export(acme, "pdf", io.BytesIO())


@on_sqlite  # what PostgreSQL plans depends on how many rows there are
@pytest.mark.parametrize(
    ("name", "found_by"), [("next_day", "account=? AND day>?"), ("of_day", "account=? AND day=? AND entry>?")]
)
def test_neither_a_page_nor_the_next_day_is_looked_for_in_other_days(
    acme: finzcore.Org, target: str, name: str, found_by: str
) -> None:
    post(acme, "2026-05-19")
    values = {"o": 1, "day": "2026-05-19", "after": 0, "head": 1, "limit": 1}
    with closing(sqlite3.connect(target)) as connection:
        text = f"EXPLAIN QUERY PLAN {statement(f'exporting.{name}')}"
        plan = [row[3] for row in connection.execute(text, values)]
    (step,) = [line for line in plan if " p " in line]
    assert f"SEARCH p USING COVERING INDEX postings_account (org_id=? AND {found_by}" in step
