"""Values as the portals of e-invoices and e-way bills write them in their JSON."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from textwrap import wrap
from typing import Any, Final

from finzcore.money import rupees

NOBODY: Final = "URP"
"""What stands in the place of a GSTIN for who has none: an unregistered person."""

ABROAD_PIN: Final = 999_999
"""What stands in the place of a PIN code outside India."""

Payload = dict[str, Any]


def amount(paise: int) -> Decimal:
    """Paise as rupees.

    >>> amount(-1234567)
    Decimal('-12345.67')
    """
    return Decimal(rupees(paise))


def day_text(date: dt.date) -> str:
    """A date.

    >>> day_text(dt.date(2026, 5, 9))
    '09/05/2026'
    """
    return date.strftime("%d/%m/%Y")


def clean(text: str | None) -> str | None:
    """A text on one line, without the two signs that the portals refuse: an inch sign becomes two
    apostrophes, a backslash a slash.

    >>> clean('Pipe 6" \\\\ 40')
    "Pipe 6'' / 40"
    """
    return " ".join(text.replace('"', "''").replace("\\", "/").split()) or None if text else None


def address_lines(lines: Iterable[str], longest: int) -> list[str]:
    """An address in lines of so many characters at most.

    >>> address_lines(["9 Mount Road,", "", "Near the temple"], 30)
    ['9 Mount Road, Near the temple']
    """
    told = ", ".join(line.strip().rstrip(",") for line in lines if line.strip())
    return wrap(clean(told) or "", longest)


def pin_number(text: str | None) -> int | None:
    """A PIN code as a number; None for what is none.

    >>> pin_number("560 001"), pin_number("SW1A 1AA"), pin_number(None)
    (560001, None, None)
    """
    digits = (text or "").replace(" ", "")
    return int(digits) if digits.isdecimal() and digits.isascii() else None


def said(block: Payload) -> Payload:
    """A block without the keys that have nothing to say."""
    return {key: value for key, value in block.items() if value is not None}
