"""What the portal would refuse of a GSTR-1, and what somebody should look at before it is filed.

Every finding names a rule of `gstr1_rules`. What follows from an HSN, a unit, a rate or a GSTIN is found out
once for each of them; an HSN or unit that is wrong everywhere is named where it first stands.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from finzcore.fiscal import financial_year, month_end, quarter_end, quarter_start
from finzcore.gst.findings import Finding
from finzcore.gst.gstin import Form, doubt, form_of
from finzcore.gst.gstr1 import Amendments, to_registered
from finzcore.gst.gstr1_json import LARGEST_FILE, UNTAXED
from finzcore.gst.gstr1_rules import RULES
from finzcore.gst.gstr1_tables import About, Gstr1
from finzcore.gst.hsn_summary import merged
from finzcore.gst.outward import Document, Part
from finzcore.gst.parameters import HSN_BY_RECIPIENT, HSN_DIGITS, HSN_DIGITS_LARGE, on
from finzcore.gst.rates import ACCEPTED, CESS_ENDED, SLABS_RECAST, Shape, slab_on
from finzcore.gst.states import OVERSEAS, by_number
from finzcore.gst.supply import Treatment
from finzcore.gst.units import OTHERS, is_service, uqc
from finzcore.ledger.source import Source
from finzcore.money import Millionths, plain

_NUMBER: Final = re.compile("[A-Z1-9][A-Z0-9/-]{0,15}", re.ASCII)
_PORT: Final = re.compile("[A-Za-z0-9]{1,6}", re.ASCII)
_SHIPPING_BILL: Final = re.compile("[0-9]{3,7}", re.ASCII)
_LARGEST: Final = 10**15 - 1
"""13 digits of rupees, and paise."""

_LENGTHS: Final = (2, 4, 6, 8)
_NON_GST: Final = Shape.NON_GST
_OVERSEAS, _SEZ, _DEEMED = Treatment.OVERSEAS, Treatment.SEZ, Treatment.DEEMED_EXPORT
_INTRA, _INTER, _RCM = Shape.INTRA_STATE, Shape.INTER_STATE, Shape.RCM

Told = tuple[str, tuple[str, ...]]
"""A rule that was broken, and what its message has places for."""


def broken(document: Document, rule: str, *said: str, line: int | None = None) -> Finding:
    """The finding that a document, or one of its lines, breaks a rule."""
    about = RULES[rule]
    return Finding(
        severity=about.severity,
        rule=rule,
        document_type=document.source.value,
        document_id=document.key,
        number=document.number,
        line=line,
        field=about.field,
        message=about.message.format(*said),
    )


def of_return(about: About, rule: str, *said: str) -> Finding:
    """The finding that the return as a whole breaks a rule; its number is its period."""
    severity, field, message = RULES[rule]
    return Finding(
        severity=severity,
        rule=rule,
        document_type="GSTR1",
        number=about.period,
        field=field,
        message=message.format(*said),
    )


class Checks:
    """What is found while the documents of a return go by."""

    def __init__(self, own: str | None) -> None:
        self.found: list[Finding] = []
        self._own = own
        self._numbers: set[tuple[Source, str, str]] = set()
        self._gstins: dict[str, list[Told]] = {}
        self._known: dict[tuple[bool, str], dict[tuple[str | None, str | None, int, bool], list[Told]]] = {}
        self._named: set[Told] = set()

    def look(self, document: Document) -> None:
        """At one more document."""
        told = self._of_number(document)
        if document.gstin is not None:
            told += self._of_gstin(document.gstin)
        told += _of_document(document)
        if told:
            self.found += [broken(document, rule, *said) for rule, said in told]
        self._look_at_parts(document)

    def _of_number(self, document: Document) -> list[Told]:
        told: list[Told] = []
        number = document.number.upper()
        if not _NUMBER.fullmatch(number):
            told.append(("number.form", ()))
        key = document.source, _year(document.date), number
        if key in self._numbers:
            told.append(("number.repeated", (document.source.value.lower().replace("_", " "),)))
        self._numbers.add(key)
        return told

    def _of_gstin(self, gstin: str) -> list[Told]:
        if gstin not in self._gstins:
            self._gstins[gstin] = [*_of_gstin(gstin, self._own)]
        return self._gstins[gstin]

    def _look_at_parts(self, document: Document) -> None:
        registered = to_registered(document) or document.is_export
        day, inter = document.date, document.inter
        if document.original is not None and document.original.date < day:
            day = document.original.date  # a note bears the rate of the supply that it corrects
        known = self._known.setdefault((registered, _span(day)), {})
        owed = taxed = split = False
        for part in document.parts:
            # Taken apart at once: a month has many thousands.
            line, shape, rate, hsn, unit, _, _, cgst, _, igst, cess = part
            if shape is _INTRA or shape is _INTER:
                taxed = True
                about = hsn, unit, rate, cess > 0
                told = known.get(about)
                if told is None:
                    told = known[about] = [*_of_part(part, day, registered=registered)]
            else:
                owed = owed or shape is _RCM
                told = [*_of_part(part, day, registered=registered)]
            if told:
                self._name(document, line, told)
            if cgst if inter else igst:
                split = True
        if owed or split:
            told = [*_of_tax(document, owed=owed, taxed=taxed, split=split)]
            self.found += [broken(document, rule, *said) for rule, said in told]

    def _name(self, document: Document, line: int, told: Iterable[Told]) -> None:
        for one in told:
            if one[0] in _ONCE:
                if one in self._named:
                    continue
                self._named.add(one)
            self.found.append(broken(document, one[0], *one[1], line=line))


@lru_cache(maxsize=512)
def _year(day: str) -> str:
    return financial_year(dt.date.fromisoformat(day)).long


# ----- the return -----


def of_tables(made: Gstr1[Any]) -> Iterator[Finding]:
    """What is found of the return as a whole."""
    about = made.about
    if about.gstin is None:
        yield of_return(about, "gstin.missing")
    elif wrong := doubt(about.gstin):
        yield of_return(about, "gstin.unlikely", wrong)
    last = dt.date.fromisoformat(about.through)
    month, quarter = (last.replace(day=1), month_end(last)), (quarter_start(last), quarter_end(last))
    if (dt.date.fromisoformat(about.since), last) not in (month, quarter):
        yield of_return(about, "period.unusual")
    for row, item in made.small.items():
        if min(item[1:]) < 0:
            yield of_return(about, "small.negative", by_number(row.place).name, plain(row.rate, 6))
    yield from _below_nothing(made)


def _below_nothing(made: Gstr1[Any]) -> Iterator[Finding]:
    """Sums of tables 8 and 12 that notes and differences took below nothing."""
    for untaxed, amounts in made.untaxed.items():
        for column, amount in amounts.items():
            if amount < 0:
                yield of_return(made.about, "untaxed.negative", UNTAXED[untaxed], column.replace("_", " "))
    apart = on(HSN_BY_RECIPIENT, made.about.through)
    for row, one in (made.hsn.rows if apart else merged(made.hsn.rows)).items():
        if min(one.quantity, *one.item[1:]) < 0:
            yield of_return(
                made.about, "hsn.negative", row.hsn or "No HSN or SAC", plain(row.rate, 6), row.unit
            )


def too_large(about: About, size: int) -> Iterator[Finding]:
    """Whether the portal takes a file of that size."""
    if size > LARGEST_FILE:
        yield of_return(about, "file.too_large", str(size), str(LARGEST_FILE))


# ----- documents -----


def _of_gstin(gstin: str, own: str | None) -> Iterator[Told]:
    form = form_of(gstin)
    if form is None:
        yield "ctin.form", (gstin,)
        return
    if gstin == own:
        yield "ctin.own", ()
    if form is Form.OIDAR:
        yield "ctin.oidar", ()
    if form is Form.NON_RESIDENT:
        yield "ctin.non_resident", ()
    if wrong := doubt(gstin):
        yield "ctin.unlikely", (wrong,)


def _of_document(document: Document) -> list[Told]:
    """What is found of a document besides its number, its customer's GSTIN and its lines."""
    told: list[Told] = []
    treatment, abroad = document.treatment, document.place == OVERSEAS
    if abroad is not (treatment is _OVERSEAS):
        told.append(("place.abroad" if abroad else "place.at_home", ()))
    if document.gstin is None and (treatment is _SEZ or treatment is _DEEMED):
        told.append(("ctin.missing", ()))
    if not 0 <= document.value <= _LARGEST:
        told.append(("value.negative" if document.value < 0 else "value.too_large", ()))
    if document.is_note:
        told += _of_note(document)
    if abroad or treatment is _OVERSEAS:
        told += _of_export(document)
    return told


def _of_tax(document: Document, *, owed: bool, taxed: bool, split: bool) -> Iterator[Told]:
    """What is found of a document some of whose lines are under reverse charge, or bear the wrong heads."""
    if split:
        yield "tax.split", ()
    if owed and document.treatment is Treatment.DEEMED_EXPORT:
        yield "reverse_charge.deemed_export", ()
    if owed and not to_registered(document):
        yield "reverse_charge.unregistered", ()
    elif owed and taxed:
        yield "reverse_charge.mixed", ()


def _of_note(document: Document) -> Iterator[Told]:
    original = document.original
    if original is None:
        if document.inter and not to_registered(document) and not document.is_export:
            yield "note.without_original", ()
        return
    if document.date < original.date:
        yield "note.before_original", ()
    if document.original_place not in (None, document.place):
        yield "note.other_place", (by_number(document.place).name, by_number(document.original_place).name)
    year = financial_year(dt.date.fromisoformat(original.date))
    last = f"{year.start_year + 1}-11-30"
    if document.source is Source.CREDIT_NOTE and document.date > last and any(
        part.tax for part in document.parts
    ):  # fmt: skip
        yield "note.late", (original.date, last)


def _of_export(document: Document) -> Iterator[Told]:
    said = document.export or {}
    number, date, port = (
        said.get(name) for name in ("shipping_bill_number", "shipping_bill_date", "port_code")
    )
    if bool(number) is not bool(date):
        yield "shipping_bill.halves", ()
    if number and not _SHIPPING_BILL.fullmatch(number):
        yield "shipping_bill.form", ()
    if port and not _PORT.fullmatch(port):
        yield "shipping_bill.port", ()
    goods = any(part.hsn is not None and not is_service(part.hsn) for part in document.parts)
    if goods and not number and not document.is_note:
        yield "shipping_bill.missing", ()


# ----- lines -----

_ONCE: Final = frozenset({"hsn.digits", "hsn.short", "hsn.short_if_large", "unit.unknown"})
"""Said of a code or a unit, wherever it stands: named once."""


@lru_cache(maxsize=512)
def _span(day: str) -> str:
    """Days on which the same rules hold: those of a month, but for the one in the midst of which the slabs
    were recast."""
    month = day[:7]
    return day if month == SLABS_RECAST.isoformat()[:7] else month


def _of_part(part: Part, day: str, *, registered: bool) -> Iterator[Told]:
    shape = part.shape
    if shape is None:
        yield "tax.unnamed", ()
    yield from _of_code(part, day, registered=registered)
    if shape is _INTRA or shape is _INTER or shape is _RCM:
        yield from _of_rate(part, dt.date.fromisoformat(day))


def _of_code(part: Part, day: str, *, registered: bool) -> Iterator[Told]:
    """What is found of an HSN and a unit; what is no supply of GST needs none."""
    if (part.shape is None or part.shape is _NON_GST) and not part.hsn:
        return
    yield from _of_hsn(part.hsn, day, registered=registered)
    if part.unit and not is_service(part.hsn) and uqc(part.unit) == OTHERS and not _says_others(part.unit):
        yield "unit.unknown", (part.unit,)


def _says_others(unit: str) -> bool:
    return unit.strip().casefold() in ("oth", "other", "others")


def _of_hsn(hsn: str | None, day: str, *, registered: bool) -> Iterator[Told]:
    if not hsn:
        yield ("hsn.missing" if registered else "hsn.missing_to_consumer"), ()
        return
    digits, least, large = len(hsn), on(HSN_DIGITS, day), on(HSN_DIGITS_LARGE, day)
    if digits not in _LENGTHS:
        yield "hsn.digits", (hsn,)
    elif digits < least:
        yield "hsn.short", (hsn, str(least))
    elif digits < large:
        yield "hsn.short_if_large", (hsn, str(large))


def _of_rate(part: Part, day: dt.date) -> Iterator[Told]:
    rate, shown = Millionths(part.rate), plain(part.rate, 6)
    slab = slab_on(rate, day)
    if rate not in ACCEPTED:
        yield "rate.unknown", (shown,)
    elif slab is None:
        yield "rate.ended", (shown, day.isoformat())
    elif slab.limited_to and slab.since >= SLABS_RECAST:
        yield "rate.limited", (slab.since.isoformat(), shown, slab.limited_to)
    if part.cess and day >= CESS_ENDED:
        yield "cess.ended", (day.isoformat(),)


# ----- what was filed before, and what is left out -----


def of_amendments(amendments: Amendments) -> Iterator[Finding]:
    """What is found of what the return says about filed ones."""
    for document in amendments.late:
        yield broken(document, "amended.late")
    for one in amendments.documents:
        if all(item.is_nothing for item in one.entry.items):
            yield broken(one.entry.document, "amended.gone")


def named(rule: str, source: Source, key: int, number: str, *said: str) -> Finding:
    """The finding about what is no supply itself: a draft that holds a number of the period
    (``number.draft``), a receipt that was kept as an advance (``advances.kept``)."""
    about = RULES[rule]
    return Finding(
        severity=about.severity,
        rule=rule,
        document_type=source.value,
        document_id=key,
        number=number,
        field=about.field,
        message=about.message.format(*said),
    )
