"""What stands on the sheet: grouped figures, the columns that are needed, words that can be broken."""

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.money import grouped
from finzcore.render.sheet import LONGEST_WORD, breakable, percent, price, quantity, sheet_of, western
from tests.render.printouts import invoice, line, receipt


@pytest.mark.parametrize(
    ("millionths", "shown"),
    [
        (1_000_000, "1"),
        (500_000, "0.5"),
        (1_234_567_000_000, "12,34,567"),
        (1_234_500_001, "1,234.500001"),
        (0, "0"),
    ],
)
def test_quantities_are_grouped(millionths: int, shown: str) -> None:
    assert shown == quantity(millionths)


@pytest.mark.parametrize(
    ("millionths", "rupees", "dollars"),
    [
        (12_000_000_000, "12,000.00", "12,000.00"),
        (123_456_500_000, "1,23,456.50", "123,456.50"),
        (333_333, "0.333333", "0.333333"),
        (5_000, "0.005", "0.005"),
    ],
)
def test_prices_keep_their_decimals_and_have_two_at_least(millionths: int, rupees: str, dollars: str) -> None:
    assert (rupees, dollars) == (price(millionths, grouped), price(millionths, western))


def test_a_percentage_that_is_not_there_is_a_dash() -> None:
    assert ("–", "0.25%") == (percent(None), percent(250_000))


def labels(printout: dict[str, Any]) -> list[str]:
    return [column["label"] for column in sheet_of(printout)["columns"]]


def test_only_the_columns_that_say_something_are_there() -> None:
    everything = ["#", "Item", "HSN/SAC", "Qty", "Rate", "Discount", "Taxable", "GST", "Amount"]
    assert everything == labels(invoice())
    plain = invoice(taxed=False, discounted=False)
    plain["lines"] = [line(1, hsn="", discount=0)]
    assert ["#", "Item", "Qty", "Rate", "Amount"] == labels(plain)


def test_the_columns_fill_the_line_whatever_stands_in_them() -> None:
    huge = line(1, taxable=10**15, amount=10**15, discount=10**15, rate=10**18, quantity=10**15)
    for lines in ([line(1)], [huge]):
        sheet = sheet_of(invoice(lines=1) | {"lines": lines})
        ends = [column["x"] + column["width"] for column in sheet["columns"]]
        starts = [column["x"] for column in sheet["columns"]]
        assert all(start > end for start, end in zip(starts[1:], ends, strict=False))
        assert sheet["width"] == ends[-1]


def test_the_type_gets_smaller_before_what_is_sold_gets_no_room() -> None:
    usual = sheet_of(invoice())["size"]
    wide = sheet_of(invoice() | {"lines": [line(1, taxable=10**14, amount=10**14, rate=10**17)]})["size"]
    assert wide < usual


def test_the_summary_shows_halves_for_cgst_and_sgst() -> None:
    code = {"hsn": "9973", "percent": 18_000_000, "taxable": 100_00, "cgst": 9_00, "sgst": 9_00}
    code |= {"igst": 0, "cess": 0}
    said = sheet_of(invoice() | {"heads": [["cgst", "CGST"], ["sgst", "SGST"]], "codes": [code]})["summary"]
    assert [["9973", "100.00", "9%", "9.00", "9%", "9.00", "18.00"]] == said["rows"]
    assert ["100.00", "9.00", "9.00", "18.00"] == said["foot"]


def test_a_receipt_says_what_was_withheld_and_what_is_left() -> None:
    said = sheet_of(receipt(unused={"label": "On account", "amount": 50_00}))
    assert [["TDS under section 194J", "1,200.00"], ["On account", "50.00"]] == said["extra"]


def test_a_word_in_devanagari_is_broken_between_letters_only() -> None:
    word = "क्षत्रिय" * 8
    pieces = breakable(word).split("\u200b")
    assert len(pieces) > 1
    assert word == "".join(pieces)
    for before, after in pairwise(pieces):
        assert "M" != unicodedata.category(after[0])[0]
        assert "\N{DEVANAGARI SIGN VIRAMA}" != before[-1]


@given(st.text())
def test_broken_text_is_the_same_text_without_what_cannot_be_set(text: str) -> None:
    kept = [
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn")
    ]
    assert "".join(kept).replace("\u200b", "") == breakable(text).replace("\u200b", "")


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_no_run_of_letters_is_much_longer_than_a_column(text: str) -> None:
    assert all(len(piece) <= LONGEST_WORD for piece in breakable(text).split("\u200b"))
