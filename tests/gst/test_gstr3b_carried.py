"""What a GSTR-3B has of periods that were filed: differences, document by document (`gst.md` §11)."""

import datetime as dt

import attrs
import pytest

from finzcore.gst.gstr3b import Gstr3b, Table, gstr3b
from finzcore.gst.gstr3b_carried import Told, between, carried, is_time_barred
from finzcore.gst.gstr3b_checks import check
from finzcore.ledger.source import Source
from tests.gst.month import OURS, bought, heads, part, purchase, sale

JUNE = dt.date(2026, 6, 1), dt.date(2026, 6, 30)


def told(*documents, period="052026"):
    return {(one.source, one.key): Told(one, period) for one in documents}


def now(*documents):
    return {(one.source, one.key): one for one in documents}


def month(before, after, through=JUNE[1]) -> Gstr3b:
    return gstr3b(OURS, through.replace(day=1), through, [], [], carried(before, after))


def tables(made) -> dict[Table, tuple[int, ...]]:
    found = {table: made.figures(table) for table in Table if made.by_table[table]}
    return {table: tuple(amount // 100 for amount in one) for table, one in found.items()}


def test_what_came_late_is_told_as_it_is():
    bill = purchase(bought(100, heads(9)), date="2026-05-31")
    made = month({}, now(bill))
    assert {Table.ALL_OTHER: (0, 0, 9, 9, 0)} == tables(made)
    assert [(bill, "052026")] == [(one.after, one.period) for one in made.carried]


def test_what_is_gone_is_taken_back():
    invoice, note = sale(part(100, 9)), sale(part(50, igst=9), place=24, source=Source.CREDIT_NOTE)
    made = month(told(invoice, note), {})
    assert {Table.TAXABLE: (-50, 9, -9, -9, 0), Table.UNREGISTERED: (50, 9, 0, 0, 0)} == tables(made)


def test_of_what_changed_the_difference_counts_in_every_table():
    before = sale(part(100, igst=18), part(7, igst=1), place=24)
    after = attrs.evolve(before, place=29, parts=(part(130, igst=23),))
    made = month(told(before), now(after))
    assert {Table.TAXABLE: (23, 4, 0, 0, 0), Table.UNREGISTERED: (23, 4, 0, 0, 0)} == tables(made)
    rows = {
        place: [tuple(share.figures)[:2] for share in shares]
        for place, shares in made.places(Table.UNREGISTERED).items()
    }
    assert {24: [(-107_00, -19_00)], 29: [(130_00, 23_00)]} == rows
    assert {after} == {share.document for share in made.shares}, "each document once in a row"


def test_what_no_figure_tells_is_not_carried():
    before = sale(part(100, 9))
    after = attrs.evolve(before, number="INV/77", parts=(part(60, 5), part(40, 4)))
    assert [] == list(carried(told(before), now(after)))
    assert [] == list(carried(told(before), now(before)))


def test_each_document_that_is_carried_is_named():
    gone, before = sale(part(100, 9)), purchase(bought(100, heads(9)), gstin=OURS)
    late, after = sale(part(1), part(5, shape=None)), attrs.evolve(before, parts=(bought(10, heads(1)),))
    found = check(month(told(gone, before, period="042026"), now(after, late)))
    said = [(one.rule, one.document_id, one.message) for one in found if one.document_id]
    filed = "in a return that was filed"
    assert [
        ("carried.gone", gone.key, f"Carried from 042026: it was told {filed}, and is gone."),
        ("carried.changed", before.key, f"Carried from 042026: it was told otherwise {filed}."),
        ("carried.late", late.key, "Carried from 112026: it came after that return was filed."),
    ] == said[:3]
    # What is late is looked at as every document is; what is gone is not.
    assert [("sale.without_tax", late.key)] == [one[:2] for one in said[3:]]
    assert {"warning"} == {one.severity for one in found}


@pytest.mark.parametrize(
    ("date", "through", "expected"),
    [
        ("2026-03-31", dt.date(2026, 10, 31), False),  # can be filed in November
        ("2026-03-31", dt.date(2026, 11, 30), True),
        ("2026-04-01", dt.date(2026, 11, 30), False),  # the next financial year
        ("2026-04-01", dt.date(2027, 10, 31), False),
        ("2026-04-01", dt.date(2027, 12, 31), True),
    ],
)
def test_credit_can_be_taken_until_30_november(date, through, expected):
    # Section 16(4) of the CGST Act.
    bill = purchase(bought(100, heads(9)), date=date)
    one = between(None, bill, "032026")
    assert expected == is_time_barred(one, through)
    rules = [found.rule for found in check(month({}, now(bill), through))]
    assert expected == ("credit.time_barred" in rules)


def test_only_credit_that_is_taken_can_come_too_late():
    through, old = dt.date(2027, 12, 31), {"date": "2026-05-31"}
    bill = purchase(bought(100, heads(9)), **old)
    less = attrs.evolve(bill, parts=(bought(50, heads(4)),))
    blocked = purchase(bought(100, heads(9), blocked="17(5)(b)"), **old)
    note = purchase(bought(100, heads(9)), source=Source.CREDIT_NOTE, **old)
    sold = sale(part(100, 9), **old)
    cases = [(bill, less), (None, blocked), (None, note), (note, None), (None, sold), (bill, None)]
    assert [False] * 6 == [is_time_barred(between(*case, "052026"), through) for case in cases]
    assert is_time_barred(between(less, bill, "052026"), through)
