"""Where GSTR-1 tells of a supply (`gst.md` §10.3, §10.5), and that every part has one place there."""

from collections import Counter
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.gstr1 import Section, entries, tax_is_told
from finzcore.gst.gstr1_tables import About, Gstr1, gstr1
from finzcore.gst.hsn_summary import described, merged, row_of
from finzcore.gst.outward import Document, Original, Part
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from tests.gst.month import OURS, THEIRS, part, sale

NOVEMBER = About(gstin=OURS, since="2026-11-01", through="2026-11-30")
HEADS = ("igst", "cgst", "sgst", "cess")
EMBASSY = "0717UNO00157UNO"
CREDIT, DEBIT = Source.CREDIT_NOTE, Source.DEBIT_NOTE
LARGE, SMALL = Original(1, "A1", "2026-11-01", 1_00_000_01), Original(1, "A1", "2026-11-01", 1_00_000_00)
OLD_SMALL = Original(1, "A1", "2024-07-31", 2_50_000_00)


def places(document: Document) -> list[tuple[str, str, bool]]:
    return [(one.section.value, one.kind, one.reverse_charge) for one in entries(document)]


REGISTERED = {"gstin": THEIRS, "treatment": Treatment.REGISTERED}
ABROAD = {"place": 96, "treatment": Treatment.OVERSEAS}
NO_PAYMENT = {"with_payment": False}
HUNDRED_THOUSAND = (part(100_000, rate=0),)


@pytest.mark.parametrize(
    ("expected", "parts", "more"),
    [
        ([("b2b", "R", False)], (part(1, 0),), REGISTERED),
        ([("b2b", "R", False)], (part(1, 0),), {"gstin": THEIRS, "treatment": Treatment.CONSUMER}),
        ([("b2b", "R", False)], (part(1, 0),), {"gstin": EMBASSY, "treatment": Treatment.REGISTERED}),
        ([("b2b", "R", False)], (part(1, 0),), {"gstin": THEIRS, "treatment": Treatment.COMPOSITION}),
        ([("b2b", "R", True)], (part(1, 0, shape=Shape.RCM),), REGISTERED),
        ([("b2b", "SEWP", False)], (part(1, 0),), {"gstin": THEIRS, "treatment": Treatment.SEZ}),
        ([("b2b", "SEWOP", False)], (part(1, 0),), NO_PAYMENT | {"treatment": Treatment.SEZ}),
        ([("b2b", "DE", False)], (part(1, 0),), {"gstin": THEIRS, "treatment": Treatment.DEEMED_EXPORT}),
        ([("exp", "WPAY", False)], (part(1, 0),), ABROAD),
        ([("exp", "WOPAY", False)], (part(1, 0),), NO_PAYMENT | ABROAD),
        ([("exp", "WPAY", False)], (part(1, 0, shape=Shape.EXEMPT, rate=0),), ABROAD),
        ([("exp", "WPAY", False)], (part(1, 0),), REGISTERED | {"place": 96}),
        ([("b2cs", "", False)], HUNDRED_THOUSAND, {"place": 24}),
        ([("b2cl", "", False)], (part(100_001, rate=0),), {"place": 24}),
        ([("b2cs", "", False)], (part(100_001, rate=0),), {}),
        ([("b2cs", "", False)], (part(250_000, rate=0),), {"place": 24, "date": "2024-07-31"}),
        ([("b2cl", "", False)], (part(250_001, rate=0),), {"place": 24, "date": "2024-07-31"}),
        ([("cdnr", "R", False)], (part(1, 0),), REGISTERED | {"source": CREDIT}),
        ([("cdnr", "SEWOP", False)], (part(1, 0),),
         NO_PAYMENT | {"gstin": THEIRS, "treatment": Treatment.SEZ, "source": DEBIT}),
        ([("cdnur", "EXPWP", False)], (part(1, 0),), ABROAD | {"source": CREDIT}),
        ([("cdnur", "EXPWOP", False)], (part(1, 0),), NO_PAYMENT | ABROAD | {"source": DEBIT}),
        ([("cdnur", "B2CL", False)], (part(1, 0),), {"place": 24, "source": CREDIT, "original": LARGE}),
        ([("b2cs", "", False)], (part(1, 0),), {"place": 24, "source": CREDIT, "original": SMALL}),
        ([("b2cs", "", False)], (part(1, 0),), {"place": 24, "source": CREDIT, "original": OLD_SMALL}),
        ([("b2cs", "", False)], (part(1, 0),), {"source": CREDIT, "original": LARGE}),
        ([("b2cs", "", False)], (part(1, 0),), {"place": 24, "source": CREDIT}),
        ([("cdnur", "B2CL", False)], (part(100_001, 0),), {"place": 24, "source": CREDIT}),
        ([("nil", "exempt", False)], (part(1, 0, shape=Shape.EXEMPT),), REGISTERED | {"source": CREDIT}),
        ([("b2b", "R", False), ("nil", "nil", False), ("nil", "non_gst", False)],
         (part(1, 0), part(2, 0, shape=Shape.NIL_RATED), part(3, shape=Shape.NON_GST), part(4, shape=None)),
         REGISTERED),
        ([("b2b", "R", False), ("b2b", "R", True)], (part(1, 0), part(1, 0, shape=Shape.RCM)), REGISTERED),
        ([("b2cs", "", False)], (part(1, 0), part(1, 0, shape=Shape.RCM)), {}),
    ],
)  # fmt: skip
def test_a_supply_is_told_in_the_table_of_its_kind(
    expected: list[tuple[str, str, bool]], parts: tuple[Part, ...], more: dict[str, Any]
) -> None:
    assert expected == places(sale(*parts, **more))


def test_what_bears_one_rate_is_one_item_however_many_lines_it_has() -> None:
    # gst.md §10.5: 10,000 at 18 % on two lines and 2,000 at 5 %.
    document = sale(
        part(6000, igst=1080), part(2000, igst=100, rate=5_000_000), part(4000, igst=720, hsn="9403"),
        place=29, **REGISTERED,
    )  # fmt: skip
    (entry,) = entries(document)
    assert [(18_000_000, 10000_00, 1800_00), (5_000_000, 2000_00, 100_00)] == [
        (item.rate, item.taxable, item.igst) for item in entry.items
    ]


def test_tax_that_only_a_registered_recipient_can_owe_is_not_told_of_others() -> None:
    owed = part(100, 9, shape=Shape.RCM)
    for document, told in ((sale(owed, **REGISTERED), 9_00), (sale(owed), 0), (sale(owed, **ABROAD), 0)):
        (entry,) = entries(document)
        assert (100_00, told) == (entry.items[0].taxable, entry.items[0].cgst)


def test_notes_of_small_sales_are_netted_and_may_leave_less_than_nothing() -> None:
    made = gathered(sale(part(100, 9)), sale(part(300, 27), source=CREDIT), sale(part(50, igst=9), place=24))
    assert [(False, 27, -200_00, -18_00), (True, 24, 50_00, 0)] == [
        (row.inter, row.place, item.taxable, item.cgst) for row, item in made.small.items()
    ]


def test_a_row_that_comes_to_nothing_is_left_out() -> None:
    made = gathered(sale(part(100, 9)), sale(part(100, 9), source=CREDIT))
    assert ({}, {}) == (made.small, made.hsn.rows)


def gathered(*documents: Document) -> Gstr1[Any]:
    return gstr1(NOVEMBER, documents, lambda entry: entry)


# ----- Table 12 -----


def test_goods_are_told_by_code_unit_and_rate_and_services_by_code_and_rate() -> None:
    made = gathered(
        sale(part(1, hsn="9401", unit="Nos.")), sale(part(2, hsn="9401", unit="NOS")),
        sale(part(4, hsn="9401", unit="kg")), sale(part(8, hsn="9401", unit="crate")),
        sale(part(16, hsn="998314", unit="hrs")), sale(part(32, hsn="998314", unit=None)),
    )  # fmt: skip
    assert [("9401", "KGS", 4, 1), ("9401", "NOS", 3, 2), ("9401", "OTH", 8, 1), ("998314", "NA", 48, 0)] == [
        (row.hsn, row.unit, one.item.taxable // 100, one.quantity // 1_000_000)
        for row, one in made.hsn.rows.items()
    ]


def test_registered_recipients_stand_in_one_list_and_exports_with_the_rest_in_the_other() -> None:
    sez = sale(part(2, hsn="1"), gstin=THEIRS, treatment=Treatment.SEZ)
    made = gathered(sale(part(1, hsn="1"), **REGISTERED), sez, sale(part(4, hsn="1"), **ABROAD))
    assert [(True, 300), (False, 400)] == [
        (row.registered, one.item.taxable) for row, one in made.hsn.rows.items()
    ]
    assert [700] == [one.item.taxable for one in merged(made.hsn.rows).values()]


def test_what_is_no_supply_of_gst_needs_no_code_and_has_a_row_where_it_has_one() -> None:
    made = gathered(sale(part(1, shape=None, hsn=None), part(2, shape=Shape.NON_GST, hsn="2710")))
    assert ["2710"] == [row.hsn for row in made.hsn.rows]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("", None),
        ("Oak chair", " Oak  chair "),
        ("a b", "a\u20b9\nb"),
        ("x" * 30, "x" * 31),
        ("&-./@_", "&-./@_"),
    ],
)
def test_a_description_is_what_the_portal_takes(expected: str, text: str | None) -> None:
    assert expected == described(text)


# ----- properties -----

TREATMENTS = st.sampled_from(Treatment)
PAISE = st.integers(0, 10**9)


@st.composite
def parts(draw: st.DrawFn, *, inter: bool) -> Part:
    shape = draw(st.sampled_from([*Shape, None]))
    half, whole, cess = draw(PAISE), draw(PAISE), draw(st.integers(0, 100))
    taxed = shape in (Shape.INTRA_STATE, Shape.INTER_STATE, Shape.RCM)
    return Part(
        line=1,
        shape=shape,
        rate=draw(st.sampled_from([0, 250_000, 5_000_000, 18_000_000])) if taxed else 0,
        hsn=draw(st.sampled_from(["9401", "996511", "1006", None])),
        unit=draw(st.sampled_from(["NOS", "kg", "crate", None])),
        quantity=draw(st.integers(1, 10**9)),
        taxable=draw(PAISE),
        cgst=half if taxed and not inter else 0,
        sgst=half if taxed and not inter else 0,
        igst=whole if taxed and inter else 0,
        cess=cess if taxed else 0,
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    place, treatment = draw(st.sampled_from([24, 27, 29, 96])), draw(TREATMENTS)
    inter = place != 27 or treatment in (Treatment.SEZ, Treatment.OVERSEAS)
    document = sale(
        *draw(st.lists(parts(inter=inter), min_size=1, max_size=5)),
        place=place,
        inter=inter,
        treatment=treatment,
        gstin=draw(st.sampled_from([THEIRS, EMBASSY, None])),
        with_payment=draw(st.booleans()),
        source=draw(st.sampled_from([Source.INVOICE, CREDIT, DEBIT])),
    )
    original = draw(st.sampled_from([None, LARGE, SMALL])) if document.is_note else None
    return attrs.evolve(document, original=original)


def told_of(document: Document) -> Counter[str]:
    """What a return tells of a document's parts, part by part."""
    sums: Counter[str] = Counter()
    for one in document.parts:
        sums["taxable"] += one.taxable
        for head in HEADS:
            sums[head] += getattr(one, head) if tax_is_told(document, one) else 0
    return +sums


@given(documents())
def test_every_part_is_told_in_exactly_one_place(document: Document) -> None:
    sums: Counter[str] = Counter()
    for entry in entries(document):
        for item in entry.items:
            sums.update(taxable=item.taxable, igst=item.igst, cgst=item.cgst, sgst=item.sgst, cess=item.cess)
    assert told_of(document) == +sums


@given(documents())
def test_a_document_stands_once_in_a_table_but_for_its_lines_under_reverse_charge(document: Document) -> None:
    found = places(document)
    assert len(found) == len(set(found))
    assert len({section for section, _, _ in found if section != "nil"}) <= 1


@given(st.lists(documents(), max_size=6))
def test_table_12_comes_to_what_the_other_tables_come_to(month: list[Document]) -> None:
    made = gathered(*month)
    expected: Counter[str] = Counter()
    for document in month:
        for one in document.parts:
            if row_of(document, one) is not None:
                expected["taxable"] += document.sign * one.taxable
        for head in HEADS:
            expected[head] += document.sign * told_of(document)[head]
    found: Counter[str] = Counter()
    for total in made.hsn.rows.values():
        found.update(taxable=total.item.taxable, **{head: getattr(total.item, head) for head in HEADS})
    assert {name: amount for name, amount in expected.items() if amount} == {
        name: amount for name, amount in found.items() if amount
    }


@given(st.lists(documents(), max_size=6))
def test_the_tables_come_to_what_the_documents_come_to(month: list[Document]) -> None:
    made = gathered(*month)
    expected = sum(document.sign * told_of(document)["taxable"] for document in month)
    by_document = sum(
        entry.document.sign * item.taxable
        for section, told in made.told.items() if section is not Section.NIL
        for entry in told for item in entry.items
    )  # fmt: skip
    small = sum(item.taxable for item in made.small.values())
    assert expected == by_document + small + sum(sum(row.values()) for row in made.untaxed.values())
