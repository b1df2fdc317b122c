"""What is found in a GSTR-3B before the portal finds it (`gst.md` §11)."""

import datetime as dt

import pytest

from finzcore.gst.gstr3b import gstr3b
from finzcore.gst.gstr3b_checks import check
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, bought, heads, part, purchase, sale

NOVEMBER = dt.date(2026, 11, 30)
NOTE = {"source": Source.CREDIT_NOTE}
NOBODY = {"gstin": None, "treatment": Treatment.UNREGISTERED}
ABROAD = {"gstin": None, "treatment": Treatment.OVERSEAS}
COMPOSITION = {"treatment": Treatment.COMPOSITION}


def found(*documents, through=NOVEMBER, since=None, gstin=OURS):
    """Rule, severity, and which document and line it names, if it names one."""
    sales = [one for one in documents if hasattr(one, "with_payment")]
    purchases = [one for one in documents if not hasattr(one, "with_payment")]
    made = gstr3b(gstin, since or through.replace(day=1), through, sales, purchases)
    by_key = {one.key: index for index, one in enumerate(documents)}
    return [
        (one.rule, one.severity, None if one.document_id is None else by_key[one.document_id], one.line)
        for one in check(made)
    ]


def test_a_plain_month_has_none():
    assert [] == found(
        sale(part(100, 9)),
        sale(part(50), place=96, with_payment=False, **ABROAD),
        purchase(bought(50, heads(4))),
        purchase(bought(5, heads(1), blocked="17(5)(b)"), **NOBODY),
        purchase(bought(5, shape=None), **NOBODY),
        purchase(bought(9, heads(igst=2)), supplier=96, **ABROAD),
    )


@pytest.mark.parametrize(
    ("gstin", "expected"),
    [
        (None, ("gstin.missing", "error", None, None)),
        ("27AAPFU0939F1ZW", ("gstin.unlikely", "warning", None, None)),
    ],
)
def test_a_return_has_a_gstin(gstin, expected):
    assert [expected] == found(gstin=gstin)


@pytest.mark.parametrize(
    ("since", "through", "usual"),
    [
        ("2026-11-01", "2026-11-30", True),
        ("2026-10-01", "2026-12-31", True),
        ("2026-11-02", "2026-11-30", False),
        ("2026-11-01", "2026-11-29", False),
        ("2026-09-01", "2026-11-30", False),
    ],
)
def test_a_return_is_for_a_month_or_a_quarter(since, through, usual):
    rules = found(since=dt.date.fromisoformat(since), through=dt.date.fromisoformat(through))
    assert ([] if usual else [("period.unusual", "warning", None, None)]) == rules


@pytest.mark.parametrize(
    ("through", "refused"), [(dt.date(2024, 8, 31), True), (dt.date(2024, 9, 30), False)]
)
def test_supplies_below_nothing_name_the_note(through, refused):
    documents = (sale(part(5, 1)), sale(part(10, 2), **NOTE))
    rules = found(*documents, through=through)
    error = ("amount.negative", "error", 1, None)
    carried = ("liability.negative", "warning", None, None)
    assert ([error] if refused else []) + [carried] * 2 == rules


@pytest.mark.parametrize(
    ("through", "refused"), [(dt.date(2022, 12, 31), True), (dt.date(2023, 1, 31), False)]
)
def test_credit_below_nothing_names_the_note(through, refused):
    rules = found(purchase(bought(10, heads(2)), **NOTE), through=through)
    error = ("amount.negative", "error", 0, None)
    assert ([error] if refused else []) + [("credit.negative", "warning", None, None)] * 2 == rules


@pytest.mark.parametrize(
    "document",
    [
        purchase(bought(10, heads(2), blocked="17(5)(a)"), **NOTE),
        purchase(bought(10, shape=Shape.EXEMPT), **NOTE),
    ],
)
def test_reversals_and_exempt_purchases_are_never_below_nothing(document):
    assert ("amount.negative", "error", 0, None) in found(document)


def test_3_2_is_a_part_of_3_1_a_while_it_was_filed():
    documents = (
        sale(part(100, igst=18), place=24),
        sale(part(10, igst=2), place=29, gstin="29AAACW6288M1ZM", treatment=Treatment.REGISTERED, **NOTE),
    )
    exceeds = ("inter_state.exceeds", "error", None, None)
    assert [exceeds] == found(*documents, through=dt.date(2025, 10, 31))
    assert [] == found(*documents, through=dt.date(2025, 11, 30))


def test_thirteen_digits_are_the_most():
    largest = sale(part(0)._replace(taxable=10**15 - 1))
    assert [] == found(largest)
    rules = found(largest, sale(part(0)._replace(taxable=1)))
    assert [("amount.too_large", "error", None, None)] == rules


def test_a_line_without_a_tax_is_named():
    document = sale(part(100, 9), part(50, shape=None, line=2))
    assert [("sale.without_tax", "warning", 0, 2)] == found(document)


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (purchase(bought(5, shape=None), bought(100, heads(9), line=2), **NOBODY), "credit.without_gstin"),
        (purchase(bought(100, heads(9), line=2), **COMPOSITION), "credit.composition"),
    ],
)
def test_credit_that_nobody_confirms_is_named(document, rule):
    assert [(rule, "warning", 0, 2)] == found(document)


@pytest.mark.parametrize(
    ("value", "credit", "warned"),
    [
        (50_00_000, 4_50_000, False),  # fifty lakh are not above fifty lakh
        (50_00_001, 4_50_000, True),
        (51_00_000, 4_49_000, True),  # 2,000 in cash of 9,00,000
        (51_00_000, 4_45_500, False),  # 9,000: one per cent to the rupee
    ],
)
def test_rule_86b_wants_some_cash(value, credit, warned):
    documents = (sale(part(value, 4_50_000)), purchase(bought(0, heads(credit))))
    rules = [("payment.rule_86b", "warning", None, None)] if warned else []
    assert rules == found(*documents)
