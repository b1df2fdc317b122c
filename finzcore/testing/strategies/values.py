"""Single values: amounts, quantities, days, states, registration numbers, names."""

import datetime as dt
from decimal import Decimal
from string import ascii_uppercase, digits
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from finzcore.gst.gstin import check_character
from finzcore.gst.states import OTHER_TERRITORY, OVERSEAS, STATES, state
from finzcore.testing.told import exact

_CODES: Final = tuple(
    row.code for row in STATES if row.successor is None and row.number not in (OVERSEAS, OTHER_TERRITORY)
)
_PAISA: Final = Decimal("0.01")
_HOLDERS: Final = "PCFHAT"
_NAMES: Final = ("Asha Stores", "Bela Foods", "Café 1920", "राम ट्रेडर्स", "D'Souza & Sons", "50% Off (Delhi)")


def paise(least: int = 1, most: int = 10_000_000) -> SearchStrategy[int]:
    """Whole paise, by default from one paisa to a lakh of rupees; it shrinks towards `least`."""
    return st.integers(least, most)


def amounts(
    least: int | str | Decimal = "0.01", most: int | str | Decimal = 100_000
) -> SearchStrategy[Decimal]:
    """Rupees with two decimals, from `least` to `most`, both of them at most two decimals long.

    Raises TypeError for a bound that is no exact number, ValueError for one with more decimals or with
    `least` above `most`.

    >>> amounts(0.1, 5)
    Traceback (most recent call last):
    TypeError: least: 0.1 is no exact number: an int, a str or a Decimal is wanted
    """
    first, last = _in_paise("least", least), _in_paise("most", most)
    if first > last:
        raise ValueError(f"least, {least}, is above most, {most}")
    return paise(first, last).map(lambda amount: Decimal(amount).scaleb(-2))


def _in_paise(name: str, bound: int | str | Decimal) -> int:
    try:
        amount = exact(bound)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    if amount != amount.quantize(_PAISA):
        raise ValueError(f"{name}: {bound} has more than two decimals")
    return int(amount.scaleb(2))


def quantities(most: int = 20) -> SearchStrategy[int | Decimal]:
    """How much of something: a whole number, now and then with up to three decimals."""
    return st.integers(1, most) | st.integers(1, 1000 * most).map(lambda number: Decimal(number).scaleb(-3))


def days(first: dt.date | str = "2026-04-01", last: dt.date | str = "2027-03-31") -> SearchStrategy[str]:
    """A day as ISO text, from `first` to `last`; it shrinks towards `first`."""
    begin, end = (dt.date.fromisoformat(str(day)) for day in (first, last))
    return st.integers(0, (end - begin).days).map(lambda passed: (begin + dt.timedelta(passed)).isoformat())


def states() -> SearchStrategy[str]:
    """The code of a state or union territory, such as ``IN-KA``."""
    return st.sampled_from(_CODES)


def gstins(state_code: str | None = None) -> SearchStrategy[str]:
    """A GSTIN of a regular taxpayer, of `state_code` if that is given, with a right check character.

    >>> from hypothesis import find
    >>> find(gstins("IN-MH"), lambda number: True)
    '27AAAPA0001A1Z6'
    """
    place = states() if state_code is None else st.just(state_code)
    letters = st.sampled_from(ascii_uppercase)
    return st.tuples(
        place.map(lambda code: f"{state(code).number:02}"),
        st.tuples(letters, letters, letters).map("".join),
        st.sampled_from(_HOLDERS),
        letters,
        st.integers(1, 9999).map(lambda serial: f"{serial:04}"),
        letters,
        st.sampled_from(digits[1:]),
        st.just("Z"),
    ).map(lambda parts: "".join(parts) + check_character("".join(parts)))


def names() -> SearchStrategy[str]:
    """What somebody or something is called; some need care where they are quoted or searched."""
    return st.sampled_from(_NAMES)
