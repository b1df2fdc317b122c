"""The figures of a document: its lines, the sums under them, and the summary by HSN or SAC and rate."""

from collections.abc import Iterable, Sequence
from typing import Final

from finzcore.books.books import Books
from finzcore.books.printing.paper import Pair, PrintedLine, Sum, TaxRow
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.gst.rates import Shape
from finzcore.gst.states import state
from finzcore.money import Paise
from finzcore.ports import Row

HEADS: Final = ("cgst", "sgst", "igst", "cess")
_UNTAXED: Final = frozenset({Shape.EXEMPT, Shape.NIL_RATED, Shape.NON_GST})


def shape_of(books: Books, line: Row) -> Shape | None:
    """What the tax row of a line does; None where it has none."""
    return None if line["tax_id"] is None else books.masters.rate(line["tax_id"]).shape


def only_exempt(books: Books, lines: Sequence[Row]) -> bool:
    """Whether every line is exempt, nil-rated or outside GST, so that rule 49 wants a bill of supply."""
    return all(shape_of(books, line) in _UNTAXED for line in lines)


def reverse_charged(books: Books, lines: Iterable[Row]) -> bool:
    """Whether the recipient owes the tax on any line."""
    return any(shape_of(books, line) is Shape.RCM or line["is_rcm"] for line in lines)


def printed_lines(lines: Sequence[Row]) -> tuple[PrintedLine, ...]:
    """The lines as they are printed."""
    return tuple(_line(number, line) for number, line in enumerate(lines, 1))


def _line(number: int, line: Row) -> PrintedLine:
    text = line["description"] or ""
    return PrintedLine(
        no=number,
        name=line["name"],
        text="" if text == line["name"] else text,
        hsn=line["hsn_or_sac"] or "",
        quantity=line["quantity"],
        unit=line["unit"] or "",
        rate=line["rate"],
        discount=line["discount"],
        taxable=line["taxable"],
        percent=_percent(line),
        amount=line["taxable"] + sum(line[head] for head in HEADS),
    )


def _percent(line: Row) -> int | None:
    """By what a line is taxed on the document: by nothing where whoever receives it assesses the tax."""
    return None if line["tax_id"] is None or line["is_rcm"] else line["tax_percentage"]


def state_tax(branch_state: str) -> str:
    """What the second half of the tax is called where the branch is.

    >>> state_tax("IN-KA"), state_tax("IN-CH")
    ('SGST', 'UTGST')
    """
    return "UTGST" if state(branch_state).union_territory else "SGST"


def head_names(branch_state: str) -> tuple[Pair, ...]:
    """The heads of tax, each with what it is called where the branch is."""
    return tuple(zip(HEADS, ("CGST", state_tax(branch_state), "IGST", "Cess"), strict=True))


def sums(row: Row, names: Iterable[Pair]) -> tuple[Sum, ...]:
    """What stands under the lines, down to the total: the sub-total, and what else says something."""
    before = bool(row["is_discount_before_tax"])
    less = Sum("Discount", -row["discount"])
    told = [
        *((less, Sum("Taxable value", row["taxable"] if row["discount"] else 0)) if before else ()),
        *(Sum(name, row[f"{head}_total"]) for head, name in names),
        *(() if before else (less,)),
        Sum("Shipping", row["shipping_charge"]),
        Sum("Adjustment", row["adjustment"]),
        Sum(tds_label(row["tds_section"]), -row["tds_amount"]),
        Sum("Round-off", row["round_off"]),
    ]
    return (Sum("Sub-total", row["sub_total"]), *(one for one in told if one.amount))


def tds_label(section: str | None) -> str:
    """What tax withheld is called."""
    return f"TDS under section {section}" if section else "TDS"


def after_total(row: Row) -> tuple[Sum, ...]:
    """What was settled of a document so far, and what is due; nothing while nothing was settled."""
    paid, credited = row.get("payment_made", 0), row["credits_applied"] if "payment_made" in row else 0
    if not (paid or credited):
        return ()
    told = [Sum("Paid", -paid), Sum("Credits applied", -credited)]
    return (*(one for one in told if one.amount), Sum("Balance due", row["total"] - paid - credited))


def by_code(lines: Iterable[Row]) -> tuple[TaxRow, ...]:
    """The summary by HSN or SAC and rate, in the order in which they appear."""
    found: dict[tuple[str, int], list[Row]] = {}
    for line in lines:
        found.setdefault((line["hsn_or_sac"] or "", _percent(line) or 0), []).append(line)
    return tuple(
        TaxRow(
            hsn=hsn, percent=rate, **{name: sum(one[name] for one in same) for name in ("taxable", *HEADS)}
        )
        for (hsn, rate), same in found.items()
    )


def assessed(row: Row, lines: Sequence[Row], names: Iterable[Pair]) -> tuple[Sum, ...]:
    """What we owe of the tax on what we bought under reverse charge, in rupees."""
    told = [(name, sum(line[f"rcm_{head}"] for line in lines)) for head, name in names]
    return tuple(Sum(label, in_rupees(Paise(tax), row["exchange_rate"])) for label, tax in told if tax)


def rupee_sums(row: Row, names: Iterable[Pair]) -> tuple[Sum, ...]:
    """Of a document in another currency, what the law wants to know in rupees."""
    if row["exchange_rate"] == ONE:
        return ()
    taxes = [(name, row[f"{head}_total"]) for head, name in names]
    told = [("Taxable value", row["taxable"]), *taxes, ("Total", row["total"])]
    return tuple(
        Sum(label, in_rupees(Paise(amount), row["exchange_rate"])) for label, amount in told if amount
    )
