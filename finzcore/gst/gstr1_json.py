"""GSTR-1 as the portal takes it: its file, section by section and key by key in its order (`gst.md` §10.1).

The text is written at once: a month may have many thousand items. Amounts have two decimals; what is empty is
left out, an amount of nothing is not. The advance receipt tables and those of e-commerce operators are never
there, because these books tax no advances and know no operators.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from finzcore.gst.gstr1 import (
    EXEMPT,
    NIL_RATED,
    NON_GST,
    Amended,
    Entry,
    Item,
    Restated,
    Section,
    Small,
    Untaxed,
)
from finzcore.gst.gstr1_tables import About, Gstr1
from finzcore.gst.hsn_summary import Row, Sum, merged
from finzcore.gst.parameters import HSN_BY_RECIPIENT, on
from finzcore.gst.serials import Range
from finzcore.money import half_up, plain, rupees

VERSION: Final = "GST3.2.4"
"""That of the government's offline tool whose files these are."""

LARGEST_FILE: Final = 4_928_307
"""Bytes: 4.7 MiB, measured on the file written as a JSON text once more."""

UNTAXED: Final = {
    Untaxed(inter=True, registered=True): "INTRB2B",
    Untaxed(inter=False, registered=True): "INTRAB2B",
    Untaxed(inter=True, registered=False): "INTRB2C",
    Untaxed(inter=False, registered=False): "INTRAB2C",
}
"""What the portal calls the rows of table 8."""


class Line(NamedTuple):
    """A document as the file has it; lines of one envelope have the same key."""

    key: str
    text: str


def payload(
    made: Gstr1[Line], hsn: Mapping[Row, Sum], texts: Mapping[Row, str], documents: Sequence[Range]
) -> str:
    """The file, of tables that were told by `tell`. `hsn` is Table 12 with what the filer calls its rows,
    `documents` Table 13."""
    told = dict(made.told)
    amended: dict[Section, list[Line]] = {section: [] for section in told}
    for one in made.amendments.documents:
        amended[one.entry.section].append(tell(one.entry, _original(one)))
    sections = {
        "b2b": _enveloped("ctin", "inv", told[Section.B2B]),
        "b2ba": _enveloped("ctin", "inv", amended[Section.B2B]),
        "b2cl": _enveloped("pos", "inv", told[Section.B2CL]),
        "b2cla": _enveloped("pos", "inv", amended[Section.B2CL]),
        "b2cs": _listed([_small(row, item) for row, item in made.small.items()]),
        "b2csa": _listed(map(_restated, made.amendments.small)),
        "nil": _wrapped("inv", _untaxed(made.untaxed)),
        "exp": _enveloped("exp_typ", "inv", told[Section.EXP]),
        "expa": _enveloped("exp_typ", "inv", amended[Section.EXP]),
        "cdnra": _enveloped("ctin", "nt", amended[Section.CDNR]),
        "cdnr": _enveloped("ctin", "nt", told[Section.CDNR]),
        "cdnur": _listed([line.text for line in told[Section.CDNUR]]),
        "cdnura": _listed([line.text for line in amended[Section.CDNUR]]),
        "doc_issue": _wrapped("doc_det", _documents(documents)),
        "hsn": _hsn(made.about, hsn, texts),
    }
    about = made.about
    head = f'{{"gstin":"{about.gstin or ""}","fp":"{about.period}","version":"{VERSION}","hash":"hash"'
    return "".join([head, *(f',"{key}":{said}' for key, said in sections.items() if said), "}"])


def filename(gstin: str | None, today: dt.date) -> str:
    """What the government's tool calls the file: by the day on which it was made, and the GSTIN.

    >>> filename("27AAPFU0939F1ZV", dt.date(2026, 7, 26))
    'returns_2672026_R1_27AAPFU0939F1ZV_offline.json'
    """
    return f"returns_{today.day}{today.month}{today.year}_R1_{gstin or ''}_offline.json"


def size_of(text: str) -> int:
    """How large the portal's tool takes a file for: written as a JSON text once more.

    >>> size_of('{"a":1}')
    11
    """
    return len(text.encode()) + text.count('"') + text.count("\\") + 2


def at_most(documents: int, items: int, rows: int) -> int:
    """A size that a file of so many documents, items and rows of sums is not above."""
    return 1000 + 300 * documents + 160 * items + 400 * rows


def _listed(said: Iterable[str]) -> str:
    """A list, and nothing at all where it is empty."""
    text = ",".join(said)
    return f"[{text}]" if text else ""


def _wrapped(key: str, said: Iterable[str]) -> str:
    """A list under a key of its own."""
    text = _listed(said)
    return f'{{"{key}":{text}}}' if text else ""


def _day(day: str) -> str:
    """A day as the portal writes it, DD-MM-YYYY."""
    return f"{day[8:]}-{day[5:7]}-{day[:4]}"


@lru_cache(maxsize=256)
def _rate(rate: int) -> tuple[str, str]:
    """The number of an item, which its rate gives, and the rate."""
    return plain(rate * 100 + 1_000_000, 6), plain(rate, 6)


# ----- documents -----


def _split(item: Item, *, inter: bool) -> str:
    """The tax of an item but for the cess: one head, or two halves."""
    if inter:
        return f'"iamt":{rupees(item.igst)}'
    return f'"camt":{rupees(item.cgst)},"samt":{rupees(item.sgst)}'


def _items(entry: Entry) -> str:
    inter, large = entry.document.inter, entry.section is Section.B2CL
    said = []
    for item in entry.items:
        number, rate = _rate(item.rate)
        tax = _split(item, inter=inter)
        # A cess of nothing is left out here and nowhere else: so does the government's tool.
        cess = "" if large and not item.cess else f',"csamt":{rupees(item.cess)}'
        said.append(
            f'{{"num":{number},"itm_det":{{"txval":{rupees(item.taxable)},"rt":{rate},{tax}{cess}}}}}'
        )
    return ",".join(said)


def tell(entry: Entry, original: str = "") -> Line:
    """A document in the words of its table; `original` is what an amended one was told as before."""
    section, said = entry.section, _WRITERS[entry.section](entry)
    if section is Section.B2CL:
        key = f"{entry.document.place:02}"
    else:
        key = entry.kind if section is Section.EXP else entry.document.gstin or ""
    return Line(key, f"{{{original}{said}}}")


def _original(one: Amended) -> str:
    number, date = one.original.number, _day(one.original.date)
    if one.entry.document.is_note:
        return f'"ont_num":"{number}","ont_dt":"{date}",'
    return f'"oinum":"{number}","oidt":"{date}",'


def _enveloped(name: str, listed: str, lines: Iterable[Line]) -> str:
    """One envelope for each key, in the order in which they first come; a missing GSTIN is left out."""
    found: dict[str, list[str]] = {}
    for key, text in lines:
        found.setdefault(key, []).append(text)
    return _listed(
        [
            f'{{"{name}":"{key}","{listed}":[{",".join(texts)}]}}' if key else _wrapped(listed, texts)
            for key, texts in found.items()
        ]
    )


def _invoice(entry: Entry) -> str:
    one = entry.document
    owed = "Y" if entry.reverse_charge else "N"
    return (
        f'"inum":"{one.number}","idt":"{_day(one.date)}","val":{rupees(one.value)},"pos":"{one.place:02}",'
        f'"rchrg":"{owed}","inv_typ":"{entry.kind}","itms":[{_items(entry)}]'
    )


def _large(entry: Entry) -> str:
    one = entry.document
    return (
        f'"inum":"{one.number}","idt":"{_day(one.date)}","val":{rupees(one.value)},"itms":[{_items(entry)}]'
    )


def _exported(entry: Entry) -> str:
    one = entry.document
    items = [
        f'{{"txval":{rupees(item.taxable)},"rt":{_rate(item.rate)[1]},"iamt":{rupees(item.igst)},'
        f'"csamt":{rupees(item.cess)}}}'
        for item in entry.items
    ]
    return (
        f'"inum":"{one.number}","idt":"{_day(one.date)}","val":{rupees(one.value)},{_shipping(entry)}'
        f'"itms":[{",".join(items)}]'
    )


def _note(entry: Entry) -> str:
    owed = "Y" if entry.reverse_charge else "N"
    return (
        f'{_numbered(entry)},"pos":"{entry.document.place:02}","rchrg":"{owed}","inv_typ":"{entry.kind}",'
        f'"itms":[{_items(entry)}]'
    )


def _unregistered(entry: Entry) -> str:
    """A note to somebody not registered: only inside India it has a place of supply."""
    place = f'"pos":"{entry.document.place:02}",' if entry.kind == "B2CL" else ""
    return f'{_numbered(entry)},"typ":"{entry.kind}",{place}"itms":[{_items(entry)}]'


def _numbered(entry: Entry) -> str:
    one = entry.document
    return (
        f'"nt_num":"{one.number}","nt_dt":"{_day(one.date)}","ntty":"{"C" if one.sign < 0 else "D"}",'
        f'"val":{rupees(one.value)}'
    )


_WRITERS: Final[dict[Section, Callable[[Entry], str]]] = {
    Section.B2B: _invoice,
    Section.B2CL: _large,
    Section.EXP: _exported,
    Section.CDNR: _note,
    Section.CDNUR: _unregistered,
}


def _shipping(entry: Entry) -> str:
    """The shipping bill, as far as it is known."""
    said = entry.document.export or {}
    date = said.get("shipping_bill_date")
    named = (
        ("sbpcode", said.get("port_code")),
        ("sbnum", said.get("shipping_bill_number")),
        ("sbdt", date and _day(date)),
    )
    return "".join([f'"{key}":{json.dumps(value, ensure_ascii=False)},' for key, value in named if value])


# ----- sums -----


def _small(row: Small, item: Item) -> str:
    return (
        f'{{"sply_ty":"{_supply(inter=row.inter)}","rt":{_rate(row.rate)[1]},"typ":"OE","pos":"{row.place:02}",'
        f'"txval":{rupees(item.taxable)},{_split(item, inter=row.inter)},"csamt":{rupees(item.cess)}}}'
    )


def _supply(*, inter: bool) -> str:
    return "INTER" if inter else "INTRA"


def _restated(one: Restated) -> str:
    items = [
        f'{{"rt":{_rate(item.rate)[1]},"txval":{rupees(item.taxable)},{_split(item, inter=one.inter)},'
        f'"csamt":{rupees(item.cess)}}}'
        for item in one.items
    ]
    return (
        f'{{"omon":"{one.period}","sply_ty":"{_supply(inter=one.inter)}","typ":"OE","pos":"{one.place:02}",'
        f'"itms":[{",".join(items)}]}}'
    )


def _untaxed(rows: Mapping[Untaxed, Mapping[str, int]]) -> Iterator[str]:
    for row, sums in rows.items():
        if any(sums.values()):
            yield (
                f'{{"sply_ty":"{UNTAXED[row]}","expt_amt":{rupees(sums[EXEMPT])},'
                f'"nil_amt":{rupees(sums[NIL_RATED])},"ngsup_amt":{rupees(sums[NON_GST])}}}'
            )


def _documents(found: Sequence[Range]) -> Iterator[str]:
    for nature, ranges in groupby(found, lambda one: one.nature):
        rows = [
            f'{{"num":{number},"from":"{one.first}","to":"{one.last}","totnum":{one.total},'
            f'"cancel":{one.cancelled},"net_issue":{one.net}}}'
            for number, one in enumerate(ranges, 1)
        ]
        yield f'{{"doc_num":{nature.number},"doc_typ":"{nature.label}","docs":[{",".join(rows)}]}}'


def _hsn(about: About, rows: Mapping[Row, Sum], texts: Mapping[Row, str]) -> str:
    """Table 12: since May 2025 one list for each sort of recipient, before that one for all."""
    if not on(HSN_BY_RECIPIENT, about.through):
        whole = merged(dict(rows))
        said = [
            _hsn_row(number, row, one, texts, "desc") for number, (row, one) in enumerate(whole.items(), 1)
        ]
        return _wrapped("data", said)
    lists = []
    for key, registered in (("hsn_b2b", True), ("hsn_b2c", False)):
        mine = [(row, one) for row, one in rows.items() if row.registered is registered]
        said = [_hsn_row(number, row, one, texts, "user_desc") for number, (row, one) in enumerate(mine, 1)]
        if said:
            lists.append(f'"{key}":[{",".join(said)}]')
    return f"{{{','.join(lists)}}}" if lists else ""


def _hsn_row(number: int, row: Row, one: Sum, texts: Mapping[Row, str], key: str) -> str:
    text = texts.get(row) or texts.get(row._replace(registered=False))
    code = f'"hsn_sc":"{row.hsn}",' if row.hsn else ""
    named = f'"{key}":{json.dumps(text, ensure_ascii=False)},' if text else ""
    item = one.item
    return (
        f'{{"num":{number},{code}{named}"uqc":"{row.unit}","qty":{rupees(half_up(one.quantity, 10_000))},'
        f'"rt":{_rate(row.rate)[1]},"txval":{rupees(item.taxable)},"iamt":{rupees(item.igst)},'
        f'"samt":{rupees(item.sgst)},"camt":{rupees(item.cgst)},"csamt":{rupees(item.cess)}}}'
    )
