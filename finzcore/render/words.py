"""An amount in words: in lakh and crore for rupees, in million and billion for other currencies."""

from collections.abc import Iterator, Mapping
from typing import Final

_ONES: Final = (
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
_TENS: Final = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")

Scale = tuple[tuple[int, str], ...]
INDIAN: Final[Scale] = ((10**7, "Crore"), (10**5, "Lakh"), (1000, "Thousand"), (100, "Hundred"))
WESTERN: Final[Scale] = (
    (10**12, "Trillion"), (10**9, "Billion"), (10**6, "Million"), (1000, "Thousand"), (100, "Hundred"),
)  # fmt: skip

UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "INR": ("Rupees", "Paise"), "USD": ("US Dollars", "Cents"), "EUR": ("Euros", "Cents"),
    "GBP": ("Pounds Sterling", "Pence"), "AED": ("UAE Dirhams", "Fils"),
    "AUD": ("Australian Dollars", "Cents"), "CAD": ("Canadian Dollars", "Cents"),
    "CHF": ("Swiss Francs", "Rappen"), "CNY": ("Yuan", "Fen"), "HKD": ("Hong Kong Dollars", "Cents"),
    "MYR": ("Malaysian Ringgit", "Sen"), "NPR": ("Nepalese Rupees", "Paisa"),
    "NZD": ("New Zealand Dollars", "Cents"), "QAR": ("Qatari Riyals", "Dirhams"),
    "SAR": ("Saudi Riyals", "Halalas"), "SEK": ("Swedish Kronor", "Öre"),
    "SGD": ("Singapore Dollars", "Cents"), "THB": ("Baht", "Satang"), "ZAR": ("Rand", "Cents"),
    "BDT": ("Taka", "Poisha"), "LKR": ("Sri Lankan Rupees", "Cents"),
}  # fmt: skip
"""What a currency and its hundredth are called; of any other the code is said."""


def words(amount: int, currency: str = "INR") -> str:
    """An amount in hundredths as documents write it out.

    >>> words(12345678)
    'Rupees One Lakh Twenty Three Thousand Four Hundred Fifty Six and Seventy Eight Paise Only'
    >>> words(5), words(250000000, "USD")
    ('Rupees Zero and Five Paise Only', 'US Dollars Two Million Five Hundred Thousand Only')
    """
    unit, hundredth = UNITS.get(currency, (currency, "Hundredths"))
    scale = INDIAN if currency == "INR" else WESTERN
    whole, part = divmod(abs(amount), 100)
    sign = ["Minus"] if amount < 0 else []
    rest = ["and", *_said(part, scale), hundredth] if part else []
    return " ".join([*sign, unit, *_said(whole, scale), *rest, "Only"])


def _said(number: int, scale: Scale) -> Iterator[str]:
    """The words of a whole number; how many crore there are is itself said in lakh and crore."""
    if number < 20:
        yield _ONES[number]
        return
    if number < 100:
        yield _TENS[number // 10]
        if number % 10:
            yield _ONES[number % 10]
        return
    value, name = next(step for step in scale if number >= step[0])
    yield from _said(number // value, scale)
    yield name
    if number % value:
        yield from _said(number % value, scale)
