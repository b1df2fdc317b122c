"""The tables of a GSTR-1 as rows of its report, each with the documents that its figures come from.

Trails are made where the report is to be explained, and nowhere else: a month may have thousands of rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from finzcore.books.reports.gstr1_view import FIGURES, VIEW
from finzcore.books.reports.sources import Item, Listed
from finzcore.gst.gstr1 import (
    COLUMNS,
    Amendments,
    Entry,
    Restated,
    Section,
    Untaxed,
    entries,
    small_rows,
    tax_is_told,
    untaxed_row,
)
from finzcore.gst.gstr1 import Item as Figures
from finzcore.gst.gstr1_tables import Gstr1, signed, untaxed_entries
from finzcore.gst.hsn_summary import Row as HsnRow
from finzcore.gst.hsn_summary import Sum, merged
from finzcore.gst.hsn_summary import row_of as hsn_row_of
from finzcore.gst.outward import Document
from finzcore.gst.parameters import HSN_BY_RECIPIENT, on
from finzcore.gst.serials import Range
from finzcore.gst.states import by_number
from finzcore.ports import Row

__all__ = ["VIEW", "row_of", "tables"]

_TAX: Final = FIGURES[1:]

Amounts = Mapping[str, int]
Sources = Iterable[tuple[Document, Amounts]]


def tables(
    made: Gstr1[Row], hsn: Mapping[HsnRow, Sum], texts: Mapping[HsnRow, str], documents: Sequence[Range]
) -> Row:
    """Every table of the report."""
    return {
        "b2b": made.told[Section.B2B],
        "b2c_large": made.told[Section.B2CL],
        "b2c_small": _small(made),
        "exports": made.told[Section.EXP],
        "cdnr": made.told[Section.CDNR],
        "cdnur": made.told[Section.CDNUR],
        "nil_exempt_non_gst": _untaxed(made),
        "hsn": _hsn(made, hsn, texts),
        "documents": [_range(one) for one in documents],
        "amendments": _amendments(made),
        "totals": _totals(made),
    }


def trail(sources: Sources) -> Listed:
    """What documents put into the columns of a row, each of them once."""
    found: dict[tuple[str, int], tuple[Document, dict[str, int]]] = {}
    for document, amounts in sources:
        _, sums = found.setdefault((document.source.value, document.key), (document, {}))
        for name, amount in amounts.items():
            sums[name] = sums.get(name, 0) + amount
    return Listed(
        [
            Item(document.entry, source, source, key, sums)
            for (source, key), (document, sums) in found.items()
            if any(sums.values())
        ]
    )


def _itself(one: Document) -> Listed:
    """What leads to a document that stands by itself, be it amended to nothing."""
    source = one.source.value
    return Listed([Item(one.entry, source, source, one.key, {"value": one.value})])


def _amounts(item: Figures, sign: int = 1) -> dict[str, int]:
    _, taxable, igst, cgst, sgst, cess = item
    return {
        "taxable": sign * taxable,
        "igst": sign * igst,
        "cgst": sign * cgst,
        "sgst": sign * sgst,
        "cess": sign * cess,
    }


# ----- documents -----


def _place(number: int) -> str:
    """The current spelling of a place."""
    return by_number(number).code


def row_of(entry: Entry, *, explained: bool) -> Row:
    """A document in a table where it stands by itself."""
    one = entry.document
    export = one.export or {}
    return {
        "ctin": one.gstin,
        "customer_name": one.name,
        "number": one.number,
        "date": one.date,
        "note_type": ("C" if one.sign < 0 else "D") if one.is_note else None,
        "value": one.value,
        "place_of_supply": _place(one.place),
        "reverse_charge": int(entry.reverse_charge),
        "kind": entry.kind,
        "port_code": export.get("port_code"),
        "shipping_bill_number": export.get("shipping_bill_number"),
        "shipping_bill_date": export.get("shipping_bill_date"),
        "items": [
            {
                "rate": rate,
                "taxable": taxable,
                "igst": igst,
                "cgst": cgst,
                "sgst": sgst,
                "cess": cess,
                "sources": None,
            }
            for rate, taxable, igst, cgst, sgst, cess in entry.items
        ]
        if not explained
        else [
            {"rate": item.rate, **_amounts(item), "sources": trail([(one, _amounts(item))])}
            for item in entry.items
        ],
        "sources": _itself(one) if explained else None,
    }


# ----- sums -----


def _small(made: Gstr1[Row]) -> list[Row]:
    sources: dict[Any, list[tuple[Document, Amounts]]] = {}
    for document in made.documents or ():
        for entry in entries(document):
            if entry.section is Section.B2CS:
                for row, item in small_rows(entry):
                    sources.setdefault(row, []).append((document, _amounts(item)))
    return [
        {
            "place_of_supply": _place(row.place),
            "supply_type": _supply(inter=row.inter),
            "rate": row.rate,
            **_amounts(item),
            "sources": None if made.documents is None else trail(sources[row]),
        }
        for row, item in made.small.items()
    ]


def _supply(*, inter: bool) -> str:
    return "INTER" if inter else "INTRA"


def _untaxed(made: Gstr1[Row]) -> Row:
    found = made.untaxed
    sources: dict[Untaxed, list[tuple[Document, Amounts]]] = {}
    for entry, sign in untaxed_entries(made.documents or (), made.amendments):
        amounts = {entry.kind: sign * entry.items[0].taxable}
        sources.setdefault(untaxed_row(entry), []).append((entry.document, amounts))
    rows = {}
    for inter, where in ((True, "inter"), (False, "intra")):
        for registered, whom in ((True, "registered"), (False, "unregistered")):
            key = Untaxed(inter, registered)
            rows[f"{where}_{whom}"] = {
                **(found.get(key) or dict.fromkeys(COLUMNS, 0)),
                "sources": None if made.documents is None else trail(sources.get(key, ())),
            }
    return rows


def _hsn(made: Gstr1[Row], rows: Mapping[HsnRow, Sum], texts: Mapping[HsnRow, str]) -> list[Row]:
    apart = on(HSN_BY_RECIPIENT, made.about.through)
    sources: dict[HsnRow, list[tuple[Document, Amounts]]] = {}
    if made.documents is not None:
        for row, document, amounts in _parts(made.documents, made.amendments):
            key = row if apart else row._replace(registered=True)
            sources.setdefault(key, []).append((document, amounts))
    return [
        {
            "recipients": ("B2B" if row.registered else "B2C") if apart else None,
            "hsn_or_sac": row.hsn,
            "description": texts.get(row) or texts.get(row._replace(registered=False)) or "",
            "unit": row.unit,
            "quantity": one.quantity,
            "rate": row.rate,
            **_amounts(one.item),
            "sources": None if made.documents is None else trail(sources[row]),
        }
        for row, one in (rows if apart else merged(dict(rows))).items()
    ]


def _parts(
    documents: Iterable[Document], amendments: Amendments
) -> Iterator[tuple[HsnRow, Document, Amounts]]:
    """What each part adds to Table 12."""
    for document, sign in signed(documents, amendments):
        for part in document.parts:
            row, told = hsn_row_of(document, part), tax_is_told(document, part)
            if row is not None:
                names = FIGURES if told else ("taxable",)
                yield row, document, {name: sign * getattr(part, name) for name in names}


def _range(one: Range) -> Row:
    return {
        "type": one.nature.label,
        "from": one.first,
        "to": one.last,
        "total": one.total,
        "cancelled": one.cancelled,
        "net": one.net,
    }


def _amendments(made: Gstr1[Row]) -> Row:
    """What is told of filed returns. The rows of table 7 told anew are sums of what was filed and of what
    changed, and no sum of documents."""
    explained = made.documents is not None
    documents = [
        {
            "section": f"{one.entry.section.value}a",
            "original_number": one.original.number,
            "original_date": one.original.date,
            **row_of(one.entry, explained=explained),
        }
        for one in made.amendments.documents
    ]
    return {"documents": documents, "b2c_small": [_restated(one) for one in made.amendments.small]}


def _restated(one: Restated) -> Row:
    return {
        "original_period": one.period,
        "place_of_supply": _place(one.place),
        "supply_type": _supply(inter=one.inter),
        "items": [{"rate": item.rate, **_amounts(item)} for item in one.items],
    }


_TOTALS: Final = (*FIGURES, "untaxed", "reverse_charge_tax")


def _totals(made: Gstr1[Row]) -> Row:
    """What the tables come to: notes take away, and the tax that recipients owe stands apart. Documents that
    are amended are of other periods, and not in it."""
    sums = dict.fromkeys(_TOTALS, 0)
    for rows in made.told.values():
        for row in rows:
            sign, owed = -1 if row["note_type"] == "C" else 1, row["reverse_charge"]
            for item in row["items"]:
                for name in FIGURES:
                    owed_by_recipient = owed and name != "taxable"
                    sums["reverse_charge_tax" if owed_by_recipient else name] += sign * item[name]
    for small in made.small.values():
        for name in FIGURES:
            sums[name] += getattr(small, name)
    sums["untaxed"] = sum(amount for columns in made.untaxed.values() for amount in columns.values())
    return {**sums, "sources": None if made.documents is None else trail(_told(made))}


def _told(made: Gstr1[Row]) -> Iterator[tuple[Document, Amounts]]:
    """What each document adds to the totals."""
    for document in made.documents or ():
        for entry in entries(document):
            for item in () if entry.section is Section.NIL else entry.items:
                amounts = _amounts(item, document.sign)
                if entry.reverse_charge:
                    owed = sum(amounts[name] for name in _TAX)
                    amounts = {"taxable": amounts["taxable"], "reverse_charge_tax": owed}
                yield document, amounts
    for entry, sign in untaxed_entries(made.documents or (), made.amendments):
        yield entry.document, {"untaxed": sign * entry.items[0].taxable}
