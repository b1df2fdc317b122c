"""The lives of documents (`api.md` §4.5 to §4.7, §4.9 to §4.12)."""

from contextlib import nullcontext
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finzcore.documents.lifecycle import (
    BILL,
    CREDIT_NOTE,
    DEBIT_NOTE,
    ESTIMATE,
    EXPENSE,
    GONE,
    INVOICE,
    PAYMENT,
    PURCHASE_ORDER,
    SALES_ORDER,
    carrying,
    check_leads,
    note_status,
    refusal,
    settled_status,
    settling,
    step,
    using,
)
from finzcore.errors import StatusRefused

DUE = date(2026, 6, 18)
STATUSES = {
    "invoice": ["DRAFT", "SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"],
    "bill": ["DRAFT", "OPEN", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED"],
    "credit note": ["DRAFT", "ISSUED", "APPLIED", "CANCELLED"],
    "debit note": ["DRAFT", "ISSUED", "PARTIALLY_PAID", "PAID", "CANCELLED"],
    "payment": ["RECORDED", "VOIDED"],
    "expense": ["RECORDED"],
    "estimate": ["DRAFT", "SENT", "ACCEPTED", "CONVERTED", "DECLINED", "CANCELLED"],
    "sales order": ["DRAFT", "CONFIRMED", "PARTIALLY_INVOICED", "INVOICED", "CANCELLED"],
    "purchase order": ["DRAFT", "ISSUED", "PARTIALLY_BILLED", "BILLED", "CANCELLED"],
}
LIVES = {
    "invoice": INVOICE,
    "bill": BILL,
    "credit note": CREDIT_NOTE,
    "debit note": DEBIT_NOTE,
    "payment": PAYMENT,
    "expense": EXPENSE,
    "estimate": ESTIMATE,
    "sales order": SALES_ORDER,
    "purchase order": PURCHASE_ORDER,
}
FRESH = ((INVOICE, "SENT"), (BILL, "OPEN"), (DEBIT_NOTE, "ISSUED"))
"""The lives of what is settled, and what each shows before anything was set against it."""
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
    amounts = {"total": total, "paid": paid, "credited": credited}
    assert expected == settled_status(INVOICE, "SENT", **amounts, due_date=DUE, today=today)


@pytest.mark.parametrize(
    ("expected", "life", "status", "paid", "credited", "late"),
    [
        ("OPEN", BILL, "OPEN", 0, 0, 0),
        ("OVERDUE", BILL, "OPEN", 0, 0, 1),
        ("PARTIALLY_PAID", BILL, "OPEN", 0, 1, 1),
        ("PAID", BILL, "OPEN", 0, 100, 1),
        ("ISSUED", DEBIT_NOTE, "ISSUED", 0, 0, 1),
        ("PARTIALLY_PAID", DEBIT_NOTE, "ISSUED", 1, 0, 1),
        ("PAID", DEBIT_NOTE, "ISSUED", 100, 0, 0),
    ],
)
def test_what_a_posted_bill_or_debit_note_shows(expected, life, status, paid, credited, late):
    today = DUE + timedelta(days=late)
    amounts = {"total": 100, "paid": paid, "credited": credited}
    assert expected == settled_status(life, status, **amounts, due_date=DUE, today=today)


@given(st.sampled_from(FRESH), st.integers(1, 100), st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_what_a_document_shows_is_where_its_steps_lead(settled, total, paid, credited, late):
    """Settling from the status shown before leads, by the table, to the status shown after."""
    life, fresh = settled
    paid = min(paid, total)
    credited = min(credited, total - paid) * (life is not DEBIT_NOTE)
    dates = {"due_date": DUE, "today": DUE + timedelta(days=late)}
    before = settled_status(life, fresh, total=total, paid=0, credited=0, **dates)
    after = settled_status(life, fresh, total=total, paid=paid, credited=credited, **dates)

    if paid + credited < total:
        event = "settle_part"
    else:
        event = "settle" if paid else "settle_by_notes"
    if paid or credited:
        assert event == settling(balance=total - paid - credited, paid=paid, credited=credited, back=False)
        assert after == step(life, before, event)
    else:
        assert after == before


@given(
    st.sampled_from(FRESH),
    st.integers(1, 100),
    st.integers(1, 100),
    st.integers(0, 100),
    st.integers(0, 99),
    st.booleans(),
)
def test_what_is_taken_back_leads_where_the_amounts_lead(settled, total, paid, credited, rest, late):
    """Cash taken back, all or a part of it, from a document that notes may have settled too."""
    life, fresh = settled
    paid = min(paid, total)
    credited = min(credited, total - paid)
    rest = min(rest, paid - 1)
    dates = {"due_date": DUE, "today": DUE + timedelta(days=late)}
    before = settled_status(life, fresh, total=total, paid=paid, credited=credited, **dates)
    after = settled_status(life, fresh, total=total, paid=rest, credited=credited, **dates)
    event = settling(balance=total - rest - credited, paid=rest, credited=credited, back=True)

    assert ("unsettle_part" if rest or credited else "unsettle") == event
    check_leads(life, before, event, after)


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


SHOWN = {0: "CONFIRMED", 10: "INVOICED"}
"""What a sales order of ten shows; anything between is PARTIALLY_INVOICED."""


@given(st.integers(0, 10), st.integers(0, 10))
def test_what_is_carried_out_of_an_order_leads_where_the_quantities_lead(before, after):
    assume(before != after)
    event = carrying(before=before, after=after, ordered=10)
    statuses = [SHOWN.get(count, "PARTIALLY_INVOICED") for count in (before, after)]

    assert statuses[1] == step(SALES_ORDER, statuses[0], event)
    assert event.startswith("convert" if after > before else "give_back")


def test_the_two_lives_of_orders_differ_in_their_words_alone():
    words = dict(zip(STATUSES["sales order"], STATUSES["purchase order"], strict=True)) | {"confirm": "issue"}
    told = {
        (words[status], words.get(event, event)): words.get(after, after)
        for (status, event), after in SALES_ORDER.items()
    }

    assert told == PURCHASE_ORDER
