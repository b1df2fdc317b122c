"""Series: lawful numbers, counted from one, that never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.fiscal import FinancialYear
from finzcore.ledger.series import (
    FIXED_PREFIXES,
    DocumentKind,
    Series,
    branch_prefixes,
    check_branch_code,
    check_override,
    check_prefix,
    check_series,
    clashes,
    number_key,
    prefix_for,
)

YEAR = FinancialYear(2026)
HEAD_OFFICE = {"branch_code": "HQ", "is_first": True, "invoice_prefix": "INV-", "bill_prefix": "BILL-"}
MUMBAI = {"branch_code": "MUM", "is_first": False, "invoice_prefix": "MUM-", "bill_prefix": "MUMB-"}

prefixes = st.from_regex(r"[A-Z1-9][A-Z0-9/-]{0,5}", fullmatch=True)
years = st.integers(1970, 2069).map(FinancialYear)
kinds = st.sampled_from(DocumentKind)


def series(prefix: str, kind: DocumentKind = DocumentKind.INVOICE) -> Series:
    """A series of 2026-27."""
    return Series(kind=kind, prefix=prefix, year=YEAR)


@pytest.mark.parametrize(
    ("number", "kind", "branch", "custom"),
    # api.md §4.2
    [
        ("INV-2627-001", DocumentKind.INVOICE, HEAD_OFFICE, None),
        ("BILL-2627-001", DocumentKind.BILL, HEAD_OFFICE, None),
        ("EST-2627-001", DocumentKind.ESTIMATE, HEAD_OFFICE, None),
        ("SO-2627-001", DocumentKind.SALES_ORDER, HEAD_OFFICE, None),
        ("PO-2627-001", DocumentKind.PURCHASE_ORDER, HEAD_OFFICE, None),
        ("DN-2627-001", DocumentKind.DEBIT_NOTE, HEAD_OFFICE, None),
        ("JE-2627-001", DocumentKind.JOURNAL, HEAD_OFFICE, None),
        ("EXP-2627-001", DocumentKind.EXPENSE, HEAD_OFFICE, None),
        ("PAY-2627-001", DocumentKind.PAYMENT, HEAD_OFFICE, None),
        ("MUM-2627-001", DocumentKind.INVOICE, MUMBAI, None),
        ("MUMB-2627-001", DocumentKind.BILL, MUMBAI, None),
        ("MUM-CN-2627-001", DocumentKind.CREDIT_NOTE, MUMBAI, None),
        ("EXP-2627-001", DocumentKind.INVOICE, MUMBAI, "EXP"),
        ("R1-2627-001", DocumentKind.CREDIT_NOTE, MUMBAI, "R1"),
    ],
)
def test_the_first_number_of_a_series(
    number: str, kind: DocumentKind, branch: dict[str, object], custom: str | None
) -> None:
    assert number == series(prefix_for(kind, **branch, series=custom), kind).number(1)


def test_what_has_no_fixed_prefix_is_numbered_by_its_branch() -> None:
    assert {DocumentKind.INVOICE, DocumentKind.BILL} == set(DocumentKind) - set(FIXED_PREFIXES)


@pytest.mark.parametrize(("text", "n"), [("001", 1), ("042", 42), ("999", 999), ("1000", 1000)])
def test_numbers_have_three_digits_or_more(text: str, n: int) -> None:
    assert f"INV-2627-{text}" == series("INV-").number(n)


def test_an_invoice_number_is_never_longer_than_the_law_allows() -> None:
    assert "ABCDE-2627-99999" == series("ABCDE-").number(99999)
    with pytest.raises(RuleBroken) as refused:
        series("ABCDE-").number(100000)
    assert "series" == refused.value.field
    with pytest.raises(RuleBroken):
        series("ABCD-CN-", DocumentKind.CREDIT_NOTE).number(1000)


def test_other_papers_of_a_branch_with_a_long_code_may_be_longer() -> None:
    assert "ABCD-PAY-2627-001" == series("ABCD-PAY-", DocumentKind.PAYMENT).number(1)


@given(kinds, prefixes, years, st.integers(1, 99998))
def test_numbers_grow_and_are_read_back(kind: DocumentKind, prefix: str, year: FinancialYear, n: int) -> None:
    numbers = Series(kind=kind, prefix=prefix, year=year)
    one, two = numbers.number(n), numbers.number(n + 1)
    assert (len(one), one) < (len(two), two)
    assert n == numbers.position(one) == numbers.position(one.lower())


@given(prefixes, years, st.integers(1, 99999))
def test_what_we_generate_is_what_we_would_accept(prefix: str, year: FinancialYear, n: int) -> None:
    number = Series(kind=DocumentKind.INVOICE, prefix=prefix, year=year).number(n)
    check_override(number, strict=True, field="invoice_number")


@given(st.tuples(prefixes, years, st.integers(1, 99999)), st.tuples(prefixes, years, st.integers(1, 99999)))
def test_different_series_never_meet(
    one: tuple[str, FinancialYear, int], two: tuple[str, FinancialYear, int]
) -> None:
    first, second = (
        Series(kind=DocumentKind.INVOICE, prefix=prefix, year=year).number(n)
        for prefix, year, n in (one, two)
    )
    assert (one == two) == (first == second)


@pytest.mark.parametrize(
    "number",
    [
        "INV-2627-",
        "INV-2627-1",
        "INV-2627-01",
        "INV-2627-000",
        "INV-2627-0001",
        "INV-2526-001",
        "BILL-2627-001",
        "INV-2627-001X",
        "INV-2627-१२३",
        "INV-2627-²²²",
        "",
        "INV-2627-" + "9" * 5000,
    ],
)
def test_a_number_of_another_form_has_no_place_in_the_series(number: str) -> None:
    assert series("INV-").position(number) is None


def test_counting_starts_at_one() -> None:
    with pytest.raises(AssertionError):
        series("INV-").number(0)


@pytest.mark.parametrize("prefix", ["", "0A-", "-A", "/A", "inv-", "IN V", "A" * 10, "É-", "INV-\n"])
def test_no_series_starts_with_what_no_number_may(prefix: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        series(prefix)
    assert "series" == refused.value.field


@pytest.mark.parametrize(
    "number", ["INV-2627-001", "inv/26-27/00001", "A", "1", "INV/26-27/00001", "9999999999999999", "A000"]
)
def test_lawful_numbers_are_accepted(number: str) -> None:
    check_override(number, field="invoice_number")


@pytest.mark.parametrize(
    "number",
    # gst.md §8.2
    [
        "INV-2026-27-00001",
        "",
        "0",
        "000",
        "01",
        "/1",
        "-1",
        "INV 1",
        "INV_1",
        "INV.1",
        "A#1",
        "A" * 17,
        "INV-1\n",
        "ıNV-1",
        "ſ1",
        "ßA",
        "INV–1",
        "१",
        " INV-1",
    ],
)
def test_unlawful_numbers_are_refused(number: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_override(number, field="invoice_number")
    assert "invoice_number" == refused.value.field


@pytest.mark.parametrize("number", ["0", "Bill No. 7 (dup.)", "चालान-७", "A" * 40, "#12/2026"])
def test_a_bill_carries_whatever_its_vendor_printed(number: str) -> None:
    check_override(number, strict=False, field="bill_number")


@pytest.mark.parametrize("number", ["", " ", "A" * 41, "A\tB", "A\nB", "A\u202eB", "A\x00"])
def test_but_not_nothing_nor_what_cannot_be_seen(number: str) -> None:
    with pytest.raises(RuleBroken):
        check_override(number, strict=False, field="bill_number")


@given(st.text(max_size=20))
def test_a_lawful_number_is_fine_for_any_other_paper(number: str) -> None:
    try:
        check_override(number, field="invoice_number")
    except RuleBroken:
        return
    check_override(number, strict=False, field="bill_number")
    check_override(number_key(number), field="invoice_number")


@given(st.from_regex(r"[A-Z1-9][A-Z0-9]{0,3}", fullmatch=True))
def test_a_branch_code_makes_prefixes_that_all_its_numbers_can_carry(code: str) -> None:
    check_branch_code(code)
    invoice, bill = branch_prefixes(code, is_first=False)
    assert not clashes(invoice, [bill, "INV-"]) or code == "INV"
    for prefix in (invoice, bill):
        check_prefix(prefix, field="invoice_prefix")
    for kind in DocumentKind:
        prefix = prefix_for(kind, branch_code=code, is_first=False, invoice_prefix=invoice, bill_prefix=bill)
        assert series(prefix, kind).number(999).endswith("-2627-999")


@pytest.mark.parametrize("code", ["", "ABCDE", "mum", "0A", "A-B", "É"])
def test_a_branch_code_is_short_and_plain(code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_branch_code(code)
    assert "code" == refused.value.field


@pytest.mark.parametrize("prefix", ["", "0IN-", "-", "inv-", "INVOICE"])
def test_a_prefix_is_short_and_can_begin_a_number(prefix: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_prefix(prefix, field="invoice_prefix")
    assert "invoice_prefix" == refused.value.field


@pytest.mark.parametrize("name", ["EXP", "A", "2627", "ABCDEF", "R0"])
def test_a_custom_series_is_one_to_six_letters_and_digits(name: str) -> None:
    check_series(name)


@pytest.mark.parametrize("name", ["", "0EXP", "ABCDEFG", "exp", "EX-P", "EXP ", "É", "١"])
def test_anything_else_is_no_series(name: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_series(name)
    assert "series" == refused.value.field


@given(prefixes, st.lists(prefixes))
def test_a_prefix_clashes_exactly_with_itself(prefix: str, in_use: list[str]) -> None:
    assert (prefix in in_use) == clashes(prefix, in_use)
    assert clashes(prefix, [*in_use, prefix.lower()])
