"""Every rule that a GSTR-1 is checked by, broken once, by its name (`gst.md` §8.2, §8.3, §10)."""

from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from finzcore.gst.amendments import emptied
from finzcore.gst.findings import Finding
from finzcore.gst.gstr1 import Amended, Amendments, entries
from finzcore.gst.gstr1_checks import Checks, named, of_amendments, of_tables, too_large
from finzcore.gst.gstr1_json import LARGEST_FILE
from finzcore.gst.gstr1_rules import RULES
from finzcore.gst.gstr1_tables import About, gstr1
from finzcore.gst.outward import Document, Original, Part
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, part, sale

THEIRS = "29AAACW6288M1ZH"
"""With the check character that belongs to it."""

NOVEMBER = About(gstin=OURS, since="2026-11-01", through="2026-11-30")
CREDIT = Source.CREDIT_NOTE
REGISTERED = {"gstin": THEIRS, "treatment": Treatment.REGISTERED, "place": 29}
SEZ = {"gstin": THEIRS, "treatment": Treatment.SEZ, "inter": True}
ABROAD = {"place": 96, "treatment": Treatment.OVERSEAS}
SHIPPED = {"port_code": "INNSA1", "shipping_bill_number": "1234567", "shipping_bill_date": "2026-11-06"}


def original(date: str, value: int = 100_00) -> dict[str, Any]:
    return {"original": Original(1, "A1", date, value), "source": CREDIT}


def goods(**more: Any) -> Part:
    """A line with nothing to be said against it."""
    return part(100, 9, **({"hsn": "940161"} | more))


def between(**more: Any) -> Part:
    return part(100, igst=18, **({"hsn": "940161"} | more))


def looked_at(*documents: Document) -> list[Finding]:
    checks = Checks(OURS)
    for document in documents:
        checks.look(document)
    return checks.found


def numbered(document: Document, number: str) -> Document:
    return attrs.evolve(document, number=number)


DOCUMENTS: dict[str, tuple[Sequence[Document], int | None]] = {
    "number.form": ([numbered(sale(goods()), "0/1")], None),
    "number.repeated": ([numbered(sale(goods()), "a/1"), numbered(sale(goods()), "A/1")], None),
    "ctin.form": ([sale(between(), **REGISTERED | {"gstin": "29AAACW6288M0ZM"})], None),
    "ctin.unlikely": ([sale(between(), **REGISTERED | {"gstin": "29AAACW6288M1ZA"})], None),
    "ctin.own": ([sale(goods(), gstin=OURS, treatment=Treatment.REGISTERED)], None),
    "ctin.oidar": ([sale(between(), **REGISTERED | {"gstin": "9917SGP29001OST"})], None),
    "ctin.non_resident": ([sale(between(), **REGISTERED | {"gstin": "0718USA12345NRM"})], None),
    "ctin.missing": ([sale(between(), **SEZ | {"gstin": None})], None),
    "place.abroad": ([sale(between(), place=96)], None),
    "place.at_home": ([sale(between(), **ABROAD | {"place": 29})], None),
    "value.too_large": ([attrs.evolve(sale(goods()), value=10**15)], None),
    "value.negative": ([attrs.evolve(sale(goods()), value=-1)], None),
    "tax.split": ([sale(between())], None),
    "tax.unnamed": ([sale(goods(), goods(line=2, shape=None))], 2),
    "reverse_charge.mixed": ([sale(between(), between(shape=Shape.RCM), **REGISTERED)], None),
    "reverse_charge.unregistered": ([sale(goods(shape=Shape.RCM))], None),
    "reverse_charge.deemed_export": (
        [sale(between(shape=Shape.RCM), **REGISTERED | {"treatment": Treatment.DEEMED_EXPORT})], None,
    ),
    "rate.unknown": ([sale(goods(rate=17_000_000))], 1),
    "rate.ended": ([sale(goods(rate=28_000_000))], 1),
    "rate.limited": ([sale(goods(rate=12_000_000))], 1),
    "cess.ended": ([sale(part(100, 9, cess=1, hsn="940161"))], 1),
    "hsn.missing": ([sale(between(hsn=None), **REGISTERED)], 1),
    "hsn.missing_to_consumer": ([sale(goods(), goods(line=2, hsn=None))], 2),
    "hsn.digits": ([sale(goods(hsn="94016"))], 1),
    "hsn.short": ([sale(goods(hsn="94"))], 1),
    "hsn.short_if_large": ([sale(goods(hsn="9401"))], 1),
    "unit.unknown": ([sale(goods(unit="crate"))], 1),
    "note.without_original": ([sale(between(), place=29, source=CREDIT)], None),
    "note.before_original": ([sale(goods(), **original("2026-11-06"))], None),
    "note.other_place": ([sale(between(), **original("2026-11-05"), place=29, original_place=24)], None),
    "note.late": ([sale(goods(), **original("2026-03-31"), date="2026-12-01")], None),
    "shipping_bill.halves": (
        [sale(between(), **ABROAD, export=SHIPPED | {"shipping_bill_date": None})], None,
    ),
    "shipping_bill.form": (
        [sale(between(), **ABROAD, export=SHIPPED | {"shipping_bill_number": "12345678"})], None,
    ),
    "shipping_bill.port": ([sale(between(), **ABROAD, export=SHIPPED | {"port_code": "INNSA12"})], None),
    "shipping_bill.missing": ([sale(between(), **ABROAD)], None),
}  # fmt: skip
OF_THE_RETURN = (
    "gstin.missing", "gstin.unlikely", "period.unusual", "small.negative", "untaxed.negative", "hsn.negative",
    "file.too_large",
)  # fmt: skip
OF_OTHERS = ("number.draft", "advances.kept", "amended.gone", "amended.late")


def test_every_rule_is_broken_here() -> None:
    assert set(RULES) == {*DOCUMENTS, *OF_THE_RETURN, *OF_OTHERS}


@pytest.mark.parametrize("rule", DOCUMENTS)
def test_what_breaks_a_rule_is_named_with_its_line_and_its_field(rule: str) -> None:
    documents, line = DOCUMENTS[rule]
    (found,) = [one for one in looked_at(*documents) if one.rule == rule]
    about = RULES[rule]
    assert (documents[-1].key, documents[-1].number, line, about.field, about.severity) == (
        found.document_id, found.number, found.line, found.field, found.severity,
    )  # fmt: skip
    assert "{" not in found.message


@pytest.mark.parametrize(
    "documents",
    [
        [sale(goods())],
        [sale(between(), **REGISTERED)],
        [sale(between(), **SEZ)],
        [sale(between(), **ABROAD, export=SHIPPED)],
        [sale(between(hsn="998314"), **ABROAD)],
        [sale(between(shape=Shape.RCM), **REGISTERED)],
        [sale(goods(shape=Shape.NON_GST, hsn=None))],
        [sale(goods(unit="Others"))],
        [sale(goods(hsn="998314", unit="hrs"))],
        [sale(goods(), **original("2026-11-05"))],
        [sale(goods(), **original("2026-11-05"), original_place=27)],
        [sale(goods(), **original("2025-04-01"), date="2026-11-30")],
        [sale(goods(), **original("2020-04-01") | {"source": Source.DEBIT_NOTE})],
        [sale(goods(rate=28_000_000), **original("2025-09-21"))],
        [sale(part(100, 9, cess=1, rate=28_000_000, hsn="240220"), date="2025-09-21")],
        [numbered(sale(goods()), "A1"), numbered(sale(goods(), **original("2026-11-01")), "A1")],
        [numbered(sale(goods(), date="2026-03-31"), "A1"), numbered(sale(goods(), date="2026-04-01"), "A1")],
    ],
)  # fmt: skip
def test_what_is_in_order_is_not_named(documents: list[Document]) -> None:
    assert [] == looked_at(*documents)


def test_a_code_that_is_wrong_everywhere_is_named_once() -> None:
    found = looked_at(*(sale(goods(hsn="9401"), goods(line=2, hsn="9402")) for _ in range(3)))
    assert [("hsn.short_if_large", 1), ("hsn.short_if_large", 2)] == [(one.rule, one.line) for one in found]


def test_the_day_on_which_the_slabs_were_recast_parts_its_month() -> None:
    found = looked_at(
        sale(goods(rate=28_000_000), date="2025-09-21"), sale(goods(rate=28_000_000), date="2025-09-22")
    )
    assert ["rate.limited"] == [one.rule for one in found]


def rules_of(about: About, *documents: Document) -> set[str]:
    return {one.rule for one in of_tables(gstr1(about, documents, lambda entry: entry))}


@pytest.mark.parametrize(
    ("expected", "about"),
    [
        (set(), NOVEMBER),
        ({"gstin.missing"}, attrs.evolve(NOVEMBER, gstin=None)),
        ({"gstin.unlikely"}, attrs.evolve(NOVEMBER, gstin="27AAPFU0939F1ZA")),
        ({"period.unusual"}, attrs.evolve(NOVEMBER, since="2026-11-02")),
        (set(), About(gstin=OURS, since="2026-10-01", through="2026-12-31")),
    ],
)
def test_the_return_itself_is_checked(expected: set[str], about: About) -> None:
    assert expected == rules_of(about)


@pytest.mark.parametrize(
    ("expected", "parts"),
    [
        ({"small.negative", "hsn.negative"}, [goods()]),
        ({"untaxed.negative", "hsn.negative"}, [goods(shape=Shape.EXEMPT, rate=0)]),
        ({"untaxed.negative"}, [goods(shape=Shape.NON_GST, hsn=None)]),
    ],
)
def test_rows_below_nothing_are_named(expected: set[str], parts: list[Part]) -> None:
    taken_back = sale(*parts, source=CREDIT)
    assert expected == rules_of(NOVEMBER, taken_back)
    assert set() == rules_of(NOVEMBER, sale(*parts), taken_back)


def test_a_row_below_nothing_is_named_as_the_file_has_it() -> None:
    back = sale(goods(shape=Shape.EXEMPT, rate=0), source=CREDIT)
    split, whole = (
        [one.message for one in of_tables(gstr1(about, [sale(between(), **REGISTERED), back], print))]
        for about in (NOVEMBER, attrs.evolve(NOVEMBER, since="2024-11-01", through="2024-11-30"))
    )
    assert [True, True] == [split[0].startswith("INTRAB2C (exempt): "), "940161 at 0 %, NOS: " in split[1]]
    # Until April 2025 there is one list for all recipients, and in that the row is below nothing as well.
    assert split == whole


def test_a_file_may_be_as_large_as_the_portal_takes() -> None:
    assert [] == [*too_large(NOVEMBER, LARGEST_FILE)]
    assert ["file.too_large"] == [one.rule for one in too_large(NOVEMBER, LARGEST_FILE + 1)]


def test_what_is_told_of_filed_returns_is_named() -> None:
    void, late, changed = (sale(between(), **REGISTERED) for _ in range(3))
    amended = [
        Amended(entry, Original(1, "A1", "2026-10-01", 118_00))
        for entry in (emptied(entries(void)[0]), entries(changed)[0])
    ]
    found = [*of_amendments(Amendments(late=(late,), documents=tuple(amended)))]
    assert [("amended.late", late.key), ("amended.gone", void.key)] == [
        (one.rule, one.document_id) for one in found
    ]


def test_what_is_no_supply_is_named_by_itself() -> None:
    found = named("advances.kept", Source.PAYMENT, 7, "PAY-1", "5,000.00")
    assert ("warning", "PAYMENT", 7, "PAY-1") == (
        found.severity, found.document_type, found.document_id, found.number,
    )  # fmt: skip
    assert found.message.startswith("5,000.00 was kept")
