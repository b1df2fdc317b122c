"""How figures stand in a terminal: columns that line up, amounts in lakh and crore groups."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from finzcore.money import grouped, scaled


def amount(value: Decimal) -> str:
    """An amount as people in India write it.

    >>> amount(Decimal("1234567.80"))
    '12,34,567.80'
    """
    paise = scaled(value, 2)
    assert paise is not None, f"{value} is no amount"
    return grouped(paise)


def columns(rows: Sequence[Sequence[str]], sides: str, gap: str = "  ") -> Iterator[str]:
    """Rows of text as lines, each column as wide as it needs; `sides` has ``<`` or ``>`` for each.

    >>> list(columns([("Sales", "5.00"), ("Bank", "14,160.00")], "<>"))
    ['Sales       5.00', 'Bank   14,160.00']
    """
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)]
        yield gap.join(cells).rstrip()


def report(told: Mapping[str, Any]) -> Iterator[str]:
    """A report as lines: its facts, and a table for every list in it. Ids are left out, and so are
    columns without a word in them.

    >>> told = {"as_of_date": "2026-05-31", "accounts": [{"code": "1020", "debit": Decimal("5.00")}]}
    >>> for line in report(told): print(line)
    as of date: 2026-05-31
    <BLANKLINE>
    code  debit
    1020   5.00
    <BLANKLINE>
    """
    for name, value in told.items():
        if isinstance(value, list):
            yield ""
            yield from _listed(value)
            yield ""
        elif value is not None and not name.endswith("_id"):
            yield f"{_words(name)}: {_cell(value)}"


def _listed(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "(nothing)"
        return
    shown = {name: [_cell(row[name], name) for row in rows] for name in rows[0] if not name.endswith("_id")}
    filled = {name: cells for name, cells in shown.items() if any(cells)}
    sides = "".join(_side([row[name] for row in rows]) for name in filled)
    yield from columns([list(map(_words, filled)), *zip(*filled.values(), strict=True)], sides)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _side(values: Sequence[Any]) -> str:
    return ">" if any(isinstance(value, Decimal) for value in values) else "<"


def _cell(value: Any, name: str = "") -> str:
    if isinstance(value, Decimal):
        if not value and name in ("debit", "credit"):
            return ""
        # An amount always has its two decimals; counts, rates and quantities are plain.
        return amount(value) if value.as_tuple().exponent == -2 else str(value)
    if isinstance(value, Mapping):
        return " ".join(_cell(inner) for key, inner in value.items() if inner and not key.endswith("_id"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).removesuffix("T00:00:00")
