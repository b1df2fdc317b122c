"""Documents as a filed return keeps them, to be read again by later ones (`api.md` §5.3).

A return keeps what it tells of the documents of its own days, ``outward`` and ``inward``, and what it tells
of those of earlier returns: ``gone``, ``amended``, ``late``. Amounts are in paise.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from finzcore.ledger.source import Source
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst import inward, outward

    Document = outward.Document | inward.Document

Read = TypeVar("Read")
Key = tuple[Source, int]

SUMS: Final = ("taxable", "igst", "cgst", "sgst", "cess")
OUTWARD, INWARD, GONE, AMENDED, LATE = "outward", "inward", "gone", "amended", "late"


def said(side: str, document: "Document") -> Row:
    """What a document says, as it is kept with a filed return."""
    from finzcore.gst import inward

    parts = _parts(document)
    columns = zip([0] * len(SUMS), *(part[-len(SUMS) :] for part in parts), strict=True)
    sums = [document.sign * sum(column) for column in columns]
    return {
        "side": side,
        "bought": isinstance(document, inward.Document),
        "source": document.source.value,
        "key": document.key,
        "entry": document.entry,
        "number": document.number,
        "date": document.date,
        "gstin": document.gstin,
        "treatment": document.treatment.value,
        "place": document.place,
        "inter": document.inter,
        "with_payment": getattr(document, "with_payment", None),
        "original": list(original) if (original := getattr(document, "original", None)) else None,
        "value": document.sign * document.value,
        **dict(zip(SUMS, sums, strict=True)),
        "parts": parts,
    }


def _parts(document: "Document") -> list[list[Any]]:
    """What a return tells apart in a document, and the figures of each; in an order of its own, whatever the
    order of the lines."""
    from finzcore.gst import inward

    found: dict[tuple[Any, ...], list[int]] = {}
    for part in document.parts:
        tax: Any = part
        blocked, shape = None, None if part.shape is None else part.shape.value
        if isinstance(part, inward.Part):
            tax, blocked = part.charged + part.assessed, part.blocked
        figures = (part.quantity, part.taxable, tax.igst, tax.cgst, tax.sgst, tax.cess)
        about = (shape, part.reverse_charge, blocked, part.rate, part.hsn, part.unit)
        sums = found.get(about, [0] * len(figures))
        found[about] = [one + more for one, more in zip(sums, figures, strict=True)]
    return sorted(([*about, *sums] for about, sums in found.items()), key=repr)


def told(
    filed: Iterable[tuple[str, Sequence[Row]]], wanted: Callable[[Row], bool], read: Callable[[Row], Read]
) -> dict[Key, tuple[Read, str]]:
    """Every document that is wanted, as returns told of it last, and the period of the one that did first.

    `filed` are periods, in the order in which they were filed, and what each of them kept. What a return said
    of earlier ones comes before what it said of its own days: a document may have moved there.
    """
    found: dict[Key, tuple[Row, str]] = {}
    for period, rows in filed:
        for row in sorted(rows, key=_is_of_its_days):
            key = Source(row["source"]), row["key"]
            if row["side"] == GONE:
                found.pop(key, None)
            else:
                first = found[key][1] if row["side"] == AMENDED and key in found else period
                found[key] = row, first
    return {key: (read(row), period) for key, (row, period) in found.items() if wanted(row)}


def _is_of_its_days(row: Row) -> bool:
    return row["side"] in (OUTWARD, INWARD)


def document_from(kept: Row) -> "Document":
    """A document as a filed return kept it; what no table tells of is not known any more."""
    return bought_from(kept) if kept["bought"] else sold_from(kept)


def sold_from(kept: Row) -> "outward.Document":
    """A document of sale."""
    from finzcore.gst.outward import Document, Original
    from finzcore.gst.supply import Treatment

    return Document(
        source=Source(kept["source"]),
        key=kept["key"],
        entry=kept["entry"],
        number=kept["number"],
        date=kept["date"],
        contact_id=0,
        name="",
        gstin=kept["gstin"],
        treatment=Treatment(kept["treatment"]),
        place=kept["place"],
        supplier=0,
        branch_id=0,
        inter=kept["inter"],
        with_payment=kept["with_payment"],
        export=None,
        value=abs(kept["value"]),
        parts=tuple(_sold_parts(kept["parts"])),
        original=Original(*kept["original"]) if kept["original"] else None,
    )


def bought_from(kept: Row) -> "inward.Document":
    """A document of purchase."""
    from finzcore.gst.inward import Document
    from finzcore.gst.supply import Treatment

    return Document(
        source=Source(kept["source"]),
        key=kept["key"],
        entry=kept["entry"],
        number=kept["number"],
        date=kept["date"],
        contact_id=None,
        name=None,
        gstin=kept["gstin"],
        treatment=Treatment(kept["treatment"]),
        place=kept["place"],
        supplier=0,
        branch_id=0,
        inter=kept["inter"],
        value=abs(kept["value"]),
        parts=tuple(_bought_parts(kept["parts"])),
    )


def _sold_parts(kept: Sequence[Sequence[Any]]) -> "Iterator[outward.Part]":
    from finzcore.gst.outward import Part
    from finzcore.gst.rates import Shape

    for line, one in enumerate(kept, 1):
        shape, _, _, rate, hsn, unit, quantity, taxable, igst, cgst, sgst, cess = one
        shape = None if shape is None else Shape(shape)
        yield Part(line, shape, rate, hsn, unit, quantity, taxable, cgst, sgst, igst, cess)


def _bought_parts(kept: Sequence[Sequence[Any]]) -> "Iterator[inward.Part]":
    """Whose tax it is follows: of what is under reverse charge the vendor charges none."""
    from finzcore.gst.inward import Part
    from finzcore.gst.rates import Shape
    from finzcore.gst.split import NO_TAX, Heads

    for line, one in enumerate(kept, 1):
        shape, reverse_charge, blocked, rate, hsn, unit, quantity, taxable, igst, cgst, sgst, cess = one
        shape, tax = None if shape is None else Shape(shape), Heads(cgst, sgst, igst, cess)
        charged, assessed = (NO_TAX, tax) if reverse_charge else (tax, NO_TAX)
        yield Part(
            line, shape, rate, hsn, unit, quantity, taxable, charged, assessed, bool(reverse_charge), blocked
        )
