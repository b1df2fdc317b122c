"""A printout as what stands on the sheet: text only, figures grouped, columns with their widths.

Templates decide how it looks and compute nothing. Widths are in thousandths of the type's size, as the
font has them, so that no column is ever narrower than its widest figure.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from finzcore.money import grouped, half_up, plain
from finzcore.render.words import words

Sheet = dict[str, Any]
Printed = Mapping[str, Any]

LONGEST_WORD: Final = 18
"""So many characters of a word stand together; a longer one may be broken anywhere after them."""

_TEXT: Final = 504_000
"""How wide a line of items is, in thousandths of a point."""
_ITEM: Final = 165_000
"""What of it should be left for what is sold, and the least that is."""
_LEAST: Final = 60_000
_GAP: Final = 9_000
"""Between two columns."""
_SIZES: Final = (85, 80, 75, 70, 65, 60, 55, 50)
"""The sizes of the type of lines, in tenths of a point."""
_LETTER: Final = 640
"""How wide a letter of a label is at most, in thousandths of its size."""


_SEVERAL_LINES: Final = ("notes", "terms")


def sheet_of(printout: Printed) -> Sheet:
    """What a template reads."""
    amount = _amounts(printout["currency"])
    made: Sheet = _clean(dict(printout))
    made |= {name: breakable(printout[name]) for name in _SEVERAL_LINES if name in printout}
    symbol = printout["symbol"]
    if "lines" in printout:
        made |= _lines(printout, amount) | _sums(printout, amount, symbol)
    else:
        made |= _voucher(printout, amount, symbol)
    return made


def _amounts(currency: str) -> Callable[[int], str]:
    """How amounts of a currency are grouped."""
    return grouped if currency == "INR" else western


def western(amount: int) -> str:
    """An amount in hundredths, in groups of three.

    >>> western(123456789), western(-50)
    ('1,234,567.89', '-0.50')
    """
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{part:02}"


def quantity(millionths: int) -> str:
    """A quantity with its whole part grouped.

    >>> quantity(1_250_000_000_000), quantity(500_000)
    ('12,50,000', '0.5')
    """
    whole, point, part = plain(millionths, 6).partition(".")
    return grouped(int(whole) * 100)[:-3] + point + part


def price(millionths: int, amount: Callable[[int], str]) -> str:
    """A price per unit with at least two decimals.

    >>> price(12_000_000_000, grouped), price(333_333, grouped)
    ('12,000.00', '0.333333')
    """
    hundredths, finer = divmod(millionths, 10_000)
    return amount(hundredths) + (str(finer).rjust(4, "0").rstrip("0") if finer else "")


def percent(millionths: int | None) -> str:
    """A percentage; a dash where there is none."""
    return "–" if millionths is None else f"{plain(millionths, 6)}%"


# ----- text of all kinds -----


def _clean(value: Any) -> Any:
    """Text that can be set in one line, whatever somebody wrote; numbers stay as they are."""
    if isinstance(value, str):
        return breakable(value.replace("\n", " "))
    if isinstance(value, Mapping):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def breakable(text: str) -> str:
    """Text without control characters, and with places to break in words that fit into no column.

    >>> breakable("a" * 20).replace("\\u200b", "|"), breakable("a\\x00b")
    ('aaaaaaaaaaaaaaaaaa|aa', 'ab')
    """
    if not text.isprintable():
        text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _UNSET)
    if len(text) <= LONGEST_WORD:
        return text
    return "\n".join(" ".join(map(_broken, line.split(" "))) for line in text.split("\n"))


_UNSET: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_JOINERS: Final = frozenset("\u200c\u200d")


def _broken(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    pieces, since = [], 0
    for before, sign in zip(" " + word, word, strict=False):
        if since >= LONGEST_WORD and _may_break(before, sign):
            pieces.append("\u200b")
            since = 0
        pieces.append(sign)
        since += 1
    return "".join(pieces)


def _may_break(before: str, sign: str) -> bool:
    """Not inside of what is one letter to a reader: before a mark, or after one that joins."""
    return not (unicodedata.category(sign)[0] == "M" or unicodedata.combining(before) == 9 or
                before in _JOINERS or sign in _JOINERS)  # fmt: skip


# ----- lines -----


def _columns(printout: Printed) -> Iterator[tuple[str, str]]:
    """The columns that a document needs: the label, and the name of what stands there."""
    lines = printout["lines"]
    yield "#", "no"
    yield "Item", "item"
    if any(line["hsn"] for line in lines):
        yield "HSN/SAC", "hsn"
    yield "Qty", "quantity"
    yield "Rate", "rate"
    if printout["discounted"]:
        yield "Discount", "discount"
    yield ("Taxable" if printout["taxed"] else "Amount"), "taxable"
    if printout["taxed"]:
        yield "GST", "percent"
        yield "Amount", "amount"


def _lines(printout: Printed, amount: Callable[[int], str]) -> Sheet:
    columns = list(_columns(printout))
    cells = [_cells(line, columns, amount) for line in printout["lines"]]
    size, widths = _fitted(columns, cells)
    shown = []
    x = 0
    for (label, name), width in zip(columns, widths, strict=True):
        shown.append({"label": label, "x": x, "width": width, "left": name in ("item", "hsn")})
        x += width + _GAP
    texts = [breakable(line["text"]) for line in printout["lines"]]
    rows = [{"cells": row, "text": text} for row, text in zip(cells, texts, strict=True)]
    return {"columns": shown, "rows": rows, "size": size, "width": _TEXT}


def _cells(line: Printed, columns: Sequence[tuple[str, str]], amount: Callable[[int], str]) -> list[str]:
    known = {
        "no": str(line["no"]),
        "item": breakable(line["name"]),
        "hsn": line["hsn"],
        "quantity": f"{quantity(line['quantity'])} {line['unit']}".strip(),
        "rate": price(line["rate"], amount),
        "discount": amount(line["discount"]) if line["discount"] else "",
        "taxable": amount(line["taxable"]),
        "percent": percent(line["percent"]),
        "amount": amount(line["amount"]),
    }
    return [known[name] for _label, name in columns]


def width_of(text: str) -> int:
    """How wide text in figures is at most, in thousandths of its size.

    >>> width_of("1,23,456.00")
    5380
    """
    return sum(572 if sign.isdigit() else 268 if sign in ",. -" else 900 for sign in text)


def _fitted(columns: Sequence[tuple[str, str]], cells: Sequence[Sequence[str]]) -> tuple[int, list[int]]:
    """The size of the type in tenths of a point, and the widths of the columns in thousandths.

    What is sold gets what the figures leave; where that is too little, everything is set smaller.
    """
    wide = [
        max(_LETTER * len(label), *(width_of(row[index]) for row in cells))
        for index, (label, _name) in enumerate(columns)
    ]
    at = [name for _label, name in columns].index("item")
    figures = sum(wide) - wide[at]
    left = _TEXT - _GAP * (len(columns) - 1)
    size = next((size for size in _SIZES if left - _points(figures, size) >= _ITEM), _SIZES[-1])
    widths = [_points(width, size) for width in wide]
    widths[at] = max(left - _points(figures, size), _LEAST)
    return size, widths


def _points(width: int, size: int) -> int:
    """A width at a size, in thousandths of a point."""
    return -(-width * size // 10)


# ----- sums -----


def _sums(printout: Printed, amount: Callable[[int], str], symbol: str) -> Sheet:
    return {
        "sums": _told(printout["sums"], amount),
        "total": symbol + amount(printout["total"]),
        "words": words(printout["total"], printout["currency"]),
        "after": _told(printout["after"], amount),
        "rupees": _told(printout["rupees"], grouped),
        "summary": _summary(printout, amount),
        "assessed": _told(printout["assessed"], grouped),
        "rate_said": f"1 {printout['currency']} = ₹{printout['exchange_rate']}",
    }


def _told(sums: Sequence[Printed], amount: Callable[[int], str]) -> list[list[str]]:
    return [[breakable(one["label"]), amount(one["amount"])] for one in sums]


def _summary(printout: Printed, amount: Callable[[int], str]) -> Sheet:
    """The table of tax by HSN or SAC and rate, with a head of two rows and its own sums."""
    heads = printout["heads"]
    rows = printout["codes"]
    if not rows:
        return {}
    total = {name: sum(row[name] for row in rows) for name in ("taxable", *(head for head, _ in heads))}
    return {
        "heads": [name for _head, name in heads],
        "rated": [head != "cess" for head, _name in heads],
        "rows": [_tax_row(row, heads, amount) for row in rows],
        "foot": [
            amount(total["taxable"]),
            *(amount(total[head]) for head, _name in heads),
            amount(sum(total[head] for head, _name in heads)),
        ],
    }


def _tax_row(row: Printed, heads: Sequence[Sequence[str]], amount: Callable[[int], str]) -> list[str]:
    """The code, the rate, the taxable value, then rate and amount of each head, and their sum."""
    cells = [row["hsn"] or "–", amount(row["taxable"])]
    for head, _name in heads:
        if head != "cess":
            half = head in ("cgst", "sgst")
            cells.append(
                percent(half_up(row["percent"], 2) if half else row["percent"]) if row[head] else "–"
            )
        cells.append(amount(row[head]))
    return [*cells, amount(sum(row[head] for head, _name in heads))]


# ----- vouchers -----


def _voucher(printout: Printed, amount: Callable[[int], str], symbol: str) -> Sheet:
    """What a receipt or a voucher says of money."""
    said = [one for one in (printout["tds"], printout["unused"]) if one is not None]
    return {
        "total": symbol + amount(printout["amount"]),
        "words": words(printout["amount"], printout["currency"]),
        "extra": _told(said, amount),
        "settles": [
            [breakable(one["document"]), one["date"], amount(one["total"]), amount(one["amount"])]
            for one in printout["allocations"]
        ],
    }
