"""Amounts in words, by a table written by hand and by reading them back."""

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.resources.currencies import KNOWN
from finzcore.render.words import UNITS, words

LAKH, CRORE = 100_000_00, 1_00_00_000_00

INDIAN: Final = (
    (0, "Rupees Zero Only"),
    (1, "Rupees Zero and One Paise Only"),
    (100, "Rupees One Only"),
    (1_050, "Rupees Ten and Fifty Paise Only"),
    (1_900, "Rupees Nineteen Only"),
    (2_000, "Rupees Twenty Only"),
    (9_999, "Rupees Ninety Nine and Ninety Nine Paise Only"),
    (10_000, "Rupees One Hundred Only"),
    (11_000, "Rupees One Hundred Ten Only"),
    (1_00_000, "Rupees One Thousand Only"),
    (14_160_00, "Rupees Fourteen Thousand One Hundred Sixty Only"),
    (99_999_00, "Rupees Ninety Nine Thousand Nine Hundred Ninety Nine Only"),
    (LAKH, "Rupees One Lakh Only"),
    (1_20_000_00, "Rupees One Lakh Twenty Thousand Only"),
    (LAKH + 100, "Rupees One Lakh One Only"),
    (CRORE, "Rupees One Crore Only"),
    (12_34_56_700_00, "Rupees Twelve Crore Thirty Four Lakh Fifty Six Thousand Seven Hundred Only"),
    (100 * CRORE, "Rupees One Hundred Crore Only"),
    (LAKH // 100 * CRORE, "Rupees One Lakh Crore Only"),
    (-LAKH, "Minus Rupees One Lakh Only"),
)  # fmt: skip

ABROAD: Final = (
    (100_000_00, "USD", "US Dollars One Hundred Thousand Only"),
    (2_500_000_05, "EUR", "Euros Two Million Five Hundred Thousand and Five Cents Only"),
    (1_000_000_000_00, "GBP", "Pounds Sterling One Billion Only"),
    (150, "AED", "UAE Dirhams One and Fifty Fils Only"),
    (150, "XTS", "XTS One and Fifty Hundredths Only"),
)


@pytest.mark.parametrize(("amount", "said"), INDIAN)
def test_rupees_are_said_in_lakh_and_crore(amount: int, said: str) -> None:
    assert said == words(amount)


@pytest.mark.parametrize(("amount", "currency", "said"), ABROAD)
def test_other_currencies_are_said_in_millions(amount: int, currency: str, said: str) -> None:
    assert said == words(amount, currency)


def test_every_currency_of_the_books_has_its_words() -> None:
    assert KNOWN.keys() == UNITS.keys()


SMALL: Final = {
    word: number
    for number, word in enumerate(
        (
            "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
            "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
        )
    )
} | {
    word: 10 * number
    for number, word in enumerate(
        ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"), 2
    )
}  # fmt: skip
LARGE: Final[Mapping[str, int]] = {"Thousand": 10**3, "Lakh": 10**5, "Crore": 10**7}


def heard(said: str) -> int:
    """A number read back from its words, left to right."""
    whole, part = 0, 0
    for word in said.split():
        if word == "Hundred":
            part *= 100
        elif word == "Crore":
            whole, part = (whole + part) * LARGE[word], 0
        elif word in LARGE:
            whole, part = whole + part * LARGE[word], 0
        else:
            part += SMALL[word]
    return whole + part


@given(st.integers(0, 10**15))
def test_words_read_back_are_the_amount(amount: int) -> None:
    said = words(amount).removeprefix("Rupees ").removesuffix(" Only")
    whole, _, part = said.partition(" and ")
    assert amount == 100 * heard(whole) + heard(part.removesuffix(" Paise"))
