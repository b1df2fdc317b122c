"""The lives of invoices, credit notes and payments (`api.md` §4.5, §4.7, §4.11)."""

from contextlib import nullcontext
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finzcore.documents.lifecycle import (
    CREDIT_NOTE,
    GONE,
    INVOICE,
    PAYMENT,
    check_leads,
    invoice_status,
    note_status,
    refusal,
    settling,
    step,
    using,
)
from finzcore.errors import StatusRefused

DUE = date(2026, 6, 18)
STATUSES = {
    "invoice": ["DRAFT", "SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"],
    "credit note": ["DRAFT", "ISSUED", "APPLIED", "CANCELLED"],
    "payment": ["RECORDED", "VOIDED"],
}
LIVES = {"invoice": INVOICE, "credit note": CREDIT_NOTE, "payment": PAYMENT}
STEPS = [
    (name, status, event)
    for name, life in LIVES.items()
    for status, event in product(STATUSES[name], sorted({event for _, event in life}))
]


@pytest.mark.parametrize(("name", "status", "event"), STEPS)
def test_only_the_listed_steps_are_possible(name, status, event):
    life = LIVES[name]
    possible = (status, event) in life

    with nullcontext() if possible else pytest.raises(StatusRefused) as refusal:
        assert step(life, status, event) in [*STATUSES[name], GONE]

    if not possible:
        assert status == refusal.value.details["current_status"]
        assert all((allowed, event) in life for allowed in refusal.value.details["allowed"])


@pytest.mark.parametrize("name", LIVES)
def test_a_life_knows_only_the_statuses_that_clients_see(name):
    known = {status for status, _ in LIVES[name]} | set(LIVES[name].values())

    assert known - {GONE} == set(STATUSES[name])


def test_a_refused_step_names_the_status_and_those_that_would_do():
    with pytest.raises(StatusRefused) as refusal:
        step(INVOICE, "PAID", "void")

    assert "status" == refusal.value.field
    assert {
        "current_status": "PAID",
        "allowed": ["DRAFT", "SENT", "OVERDUE"],
    } == refusal.value.details


@pytest.mark.parametrize(
    ("expected", "total", "paid", "credited", "today"),
    [
        ("SENT", 100, 0, 0, DUE),
        ("OVERDUE", 100, 0, 0, DUE + timedelta(days=1)),
        ("PARTIALLY_PAID", 100, 1, 0, DUE),
        ("PARTIALLY_PAID", 100, 1, 0, DUE + timedelta(days=1)),
        ("PARTIALLY_PAID", 100, 0, 99, DUE),
        ("PAID", 100, 100, 0, DUE),
        ("PAID", 100, 1, 99, DUE),
        ("CREDIT_APPLIED", 100, 0, 100, DUE + timedelta(days=1)),
        ("PAID", 0, 0, 0, DUE),
    ],
)
def test_what_a_posted_invoice_shows(expected, total, paid, credited, today):
    assert expected == invoice_status(total=total, paid=paid, credited=credited, due_date=DUE, today=today)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_what_an_invoice_shows_is_where_its_steps_lead(total, paid, credited, late):
    """Settling from the status shown before leads, by the table, to the status shown after."""
    paid = min(paid, total)
    credited = min(credited, total - paid)
    today = DUE + timedelta(days=late)
    before = invoice_status(total=total, paid=0, credited=0, due_date=DUE, today=today)
    after = invoice_status(total=total, paid=paid, credited=credited, due_date=DUE, today=today)

    if paid + credited < total:
        event = "settle_part"
    else:
        event = "settle" if paid else "settle_by_notes"
    if paid or credited:
        assert event == settling(balance=total - paid - credited, paid=paid, credited=credited, back=False)
        assert after == step(INVOICE, before, event)
    else:
        assert after == before


@given(st.integers(1, 100), st.integers(1, 100), st.integers(0, 100), st.integers(0, 99), st.booleans())
def test_what_is_taken_back_leads_where_the_amounts_lead(total, paid, credited, rest, late):
    """Cash taken back, all or a part of it, from an invoice that notes may have settled too."""
    paid = min(paid, total)
    credited = min(credited, total - paid)
    rest = min(rest, paid - 1)
    today = DUE + timedelta(days=late)
    before = invoice_status(total=total, paid=paid, credited=credited, due_date=DUE, today=today)
    after = invoice_status(total=total, paid=rest, credited=credited, due_date=DUE, today=today)
    event = settling(balance=total - rest - credited, paid=rest, credited=credited, back=True)

    assert ("unsettle_part" if rest or credited else "unsettle") == event
    check_leads(INVOICE, before, event, after)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100))
def test_what_is_used_of_a_note_leads_where_the_amounts_lead(total, used, used_after):
    used, used_after = min(used, total), min(used_after, total)
    assume(used != used_after)
    before, after = note_status(total=total, used=used), note_status(total=total, used=used_after)
    event = using(left=total - used_after, back=used_after < used)

    if used < used_after:
        assert ("apply" if used_after == total else "apply_part") == event
    else:
        assert "unapply" == event
    check_leads(CREDIT_NOTE, before, event, after)


@pytest.mark.parametrize("shown", ["SENT", "PAID", "OVERDUE"])
def test_a_table_that_leads_elsewhere_is_our_own_mistake(shown):
    with pytest.raises(AssertionError, match="PARTIALLY_PAID"):
        check_leads(INVOICE, "SENT", "settle_part", shown)


def test_the_table_does_not_know_the_date():
    check_leads(INVOICE, "PAID", "unsettle", "OVERDUE")
    check_leads(INVOICE, "PAID", "unsettle", "SENT")


def test_a_refusal_for_another_reason_lists_the_same_statuses():
    said = refusal(PAYMENT, "RECORDED", "void", "It was used.")

    assert "It was used." == said.message
    assert {"current_status": "RECORDED", "allowed": ["RECORDED"]} == said.details


def test_a_note_is_applied_when_all_of_it_is_used():
    assert ["ISSUED", "ISSUED", "APPLIED", "APPLIED"] == [
        note_status(total=100, used=0),
        note_status(total=100, used=99),
        note_status(total=100, used=100),
        note_status(total=0, used=0),
    ]
