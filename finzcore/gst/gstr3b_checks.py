"""What the portal would refuse of a GSTR-3B, and what somebody should look at before (`gst.md` §11).

An ``error`` is refused, by the rules of the government's own utility; a ``warning`` is none of its business,
and may still be a mistake.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, Literal

from finzcore.fiscal import month_end, quarter_end, quarter_start, return_period
from finzcore.gst import inward, outward
from finzcore.gst.findings import Finding
from finzcore.gst.gstin import doubt
from finzcore.gst.gstr3b import EXEMPT_INWARD, INTER_STATE, OUTWARD, Document, Gstr3b, Share, Table
from finzcore.gst.gstr3b_carried import is_time_barred
from finzcore.gst.parameters import NEGATIVE_CREDIT, NEGATIVE_SUPPLIES, PLACES_FILED, on
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from finzcore.money import grouped

LARGEST: Final = 10**15 - 1
"""13 digits before the point."""

CASH_NEEDED_ABOVE: Final = 5_000_000_00
"""Rule 86B: whose taxable supplies of a month come to more pays one per cent of the tax in cash."""

_NEVER: Final = frozenset({Table.BLOCKED, *EXEMPT_INWARD})
_SUPPLIED: Final = frozenset({*OUTWARD, *INTER_STATE})
_HEADS: Final = ("IGST", "CGST", "SGST", "cess")


def check(made: Gstr3b) -> list[Finding]:
    """Every finding: of the return, then of its tables, then of its documents."""
    return [
        *_of_the_return(made),
        *_below_nothing(made),
        *_of_payment(made),
        *_of_carried(made),
        *_of_documents(made),
    ]


def finding(
    severity: Literal["error", "warning"], rule: str, made: Gstr3b, message: str, **more: Any
) -> Finding:
    """What concerns the return as a whole; its number is its period."""
    number = return_period(made.through)
    return Finding(
        severity=severity, rule=rule, document_type="GSTR3B", number=number, message=message, **more
    )


def _of_document(
    severity: Literal["error", "warning"], rule: str, document: Document, message: str, **more: Any
) -> Finding:
    return Finding(
        severity=severity,
        rule=rule,
        document_type=document.source.value,
        document_id=document.key,
        number=document.number,
        message=message,
        **more,
    )


def _of_the_return(made: Gstr3b) -> Iterator[Finding]:
    if made.gstin is None:
        yield finding("error", "gstin.missing", made, "The branch has no GSTIN.", field="gstin")
    elif wrong := doubt(made.gstin):
        yield finding("warning", "gstin.unlikely", made, wrong, field="gstin")
    if (made.since, made.through) not in _periods(made.through):
        message = "A return is for one month, or for one quarter, from its first day through its last."
        yield finding("warning", "period.unusual", made, message, field="ret_period")
    if on(PLACES_FILED, made.through.isoformat()) and _igst(made, *INTER_STATE) > max(
        _igst(made, Table.TAXABLE), 0
    ):
        message = "The IGST of 3.2 is more than that of 3.1(a), of which it is a part."
        yield finding("error", "inter_state.exceeds", made, message, field="inter_sup")


def _periods(day: dt.date) -> tuple[tuple[dt.date, dt.date], ...]:
    return ((day.replace(day=1), month_end(day)), (quarter_start(day), quarter_end(day)))


def _igst(made: Gstr3b, *tables: Table) -> int:
    return made.figures(*tables).igst


def _below_nothing(made: Gstr3b) -> Iterator[Finding]:
    """Figures that the portal does not take: too large, or negative where none may be in that period.
    Those documents are named that take away."""
    for table in Table:
        figures = made.figures(table)
        if max(map(abs, figures)) > LARGEST:
            message = f"Table {table.value} has an amount of more than 13 digits."
            yield finding("error", "amount.too_large", made, message, field=table.value)
        if min(figures) < 0 and not _may_be_negative(table, made.through):
            message = (
                f"Because of this, table {table.value} is below nothing, which the portal does not take."
            )
            for share in made.by_table[table]:
                if min(share.figures) < 0:
                    yield _of_document("error", "amount.negative", share.document, message, field=table.value)


def _may_be_negative(table: Table, period: dt.date) -> bool:
    if table in _NEVER:
        return False
    return on(NEGATIVE_SUPPLIES if table in _SUPPLIED else NEGATIVE_CREDIT, period.isoformat())


def _of_payment(made: Gstr3b) -> Iterator[Finding]:
    for name, owed, credit in zip(_HEADS, made.owed, made.credit, strict=True):
        if owed < 0:
            message = (
                f"More {name} was taken back than charged: {grouped(-owed)} goes into the portal's statement "
                "of negative liability, which takes it off returns to come; reports here do not."
            )
            yield finding("warning", "liability.negative", made, message, field="tx_pmt")
        if credit < 0:
            message = (
                f"More credit of {name} was reversed than taken: {grouped(-credit)} comes off the ledger."
            )
            yield finding("warning", "credit.negative", made, message, field="itc_net")
    owed = made.owed.positive().total
    taxable = made.figures(Table.TAXABLE).taxable
    if taxable > CASH_NEEDED_ABOVE and 100 * made.payment.cash.total < owed:
        message = "Rule 86B wants one per cent of the tax in cash, unless one of its exceptions applies."
        yield finding("warning", "payment.rule_86b", made, message, field="tx_pmt")


def _of_carried(made: Gstr3b) -> Iterator[Finding]:
    """Every document of a period that was filed, and whether its credit comes too late."""
    for one in made.carried:
        document = one.after or one.before
        if document is None:
            continue
        word, why = "changed", "it was told otherwise in a return that was filed"
        if one.before is None:
            word, why = "late", "it came after that return was filed"
        elif one.after is None:
            word, why = "gone", "it was told in a return that was filed, and is gone"
        yield _of_document("warning", f"carried.{word}", document, f"Carried from {one.period}: {why}.")
        if is_time_barred(one, made.through):
            message = "Credit of its financial year could be taken until 30 November (section 16(4))."
            yield _of_document("warning", "credit.time_barred", document, message, field="itc_avl")


def _of_documents(made: Gstr3b) -> Iterator[Finding]:
    seen: dict[tuple[str, int], Share] = {}
    for share in made.shares:
        seen.setdefault((share.document.source.value, share.document.key), share)
    for one in made.carried:
        if one.before is not None and one.after is None:
            seen.pop((one.before.source.value, one.before.key), None)
    for share in seen.values():
        document = share.document
        if isinstance(document, outward.Document):
            yield from _of_sale(document)
        else:
            yield from _of_purchase(document)


def _of_sale(document: outward.Document) -> Iterator[Finding]:
    if document.is_zero_rated:
        return
    for part in document.parts:
        if part.shape is None and part.taxable:
            message = "No tax is named here: this counts as a supply outside of GST."
            yield _of_document(
                "warning", "sale.without_tax", document, message, line=part.line, field="tax_id"
            )


def _of_purchase(document: inward.Document) -> Iterator[Finding]:
    for part in document.parts:
        if part.charged.total and part.blocked is None:
            wrong = _unlikely_credit(document, part)
            if wrong is not None:
                yield _of_document("warning", wrong[0], document, wrong[1], line=part.line, field="itc_avl")


def _unlikely_credit(document: inward.Document, part: inward.Part) -> tuple[str, str] | None:
    if document.treatment is Treatment.COMPOSITION:
        return "credit.composition", "A vendor under the composition scheme charges no tax."
    if part.shape is Shape.RCM:
        return None
    if document.gstin is None and document.treatment is not Treatment.OVERSEAS:
        return "credit.without_gstin", "This tax is credited, and no GSTIN says who charged it."
    return None
