"""What holds of the registers: they have the posted invoices and bills of their days, figure by figure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.seen import Body, Seen, invariant, noun_of, posted, rupees
from finzcore.testing.invariants.statements import spans

_HEADS: Final = ("cgst", "sgst", "igst", "cess")
_CHARGED: Final = ("taxable", *_HEADS, "tds_amount", "total")
_PAISA: Final = Decimal("0.01")


@invariant
def registers_match_documents(seen: Seen) -> Iterable[Problem]:
    """The registers have every posted invoice and bill of their days and no other, with its figures in
    rupees; lines add up to their document, documents to the totals, and what a row tells comes to its total.

    Of one in another currency a figure may be a paisa off for each of its lines.
    """
    for name, of in (("sales_register", "invoices"), ("purchase_register", "bills")):
        for since, through in spans(seen)[1:]:
            report, where = seen.report(name, from_date=since, to_date=through), f"{name} {since}"
            noun = noun_of(of)
            rows = {row[f"{noun}_id"]: row for row in report["rows"]}
            there = {one[f"{noun}_id"]: one for one in _of(seen, of, since, through)}
            yield from seen.equal("register.documents", where, sorted(there), sorted(rows))
            for key in there.keys() & rows.keys():
                yield from _agrees(seen, there[key], rows[key], f"{noun} {rows[key][f'{noun}_number']}")
            for column, total in report["totals"].items():
                added = sum((row[column] for row in rows.values()), Decimal(0))
                yield from seen.equal("register.total", f"{where} {column}", added, total)


def _of(seen: Seen, of: str, since: str, through: str) -> list[Body]:
    return [one for one in posted(seen.all(of)) if since <= one["date"][:10] <= through]


def _agrees(seen: Seen, document: Body, row: Body, where: str) -> Iterator[Problem]:
    spare = _PAISA * len(document["line_items"]) * (document["currency_code"] != "INR")
    for column, expected in _figures(document).items():
        if abs(expected - row[column]) > spare:
            yield seen.problem("register.figure", f"{where} {column}", expected, row[column])
    for column in ("taxable", *_HEADS):
        added = sum(line[column] for line in row["lines"])
        yield from seen.equal("register.lines", f"{where} {column}", added, row[column])
    parts = sum(row[column] for column in (*_CHARGED[:-2], "other_charges")) - row["tds_amount"]
    yield from seen.equal("register.row", where, parts, row["total"])
    yield from seen.equal("register.status", where, document["status"], row["status"])


def _figures(document: Body) -> dict[str, Decimal]:
    """What a document comes to in rupees; of a bill what is assessed and what is credited besides."""
    early = document["discount"] * document["is_discount_before_tax"]
    figures = {"taxable": document["sub_total"] - early}
    figures |= {head: document[f"{head}_total"] for head in _HEADS}
    figures |= {name: document[name] for name in ("tds_amount", "total")}
    lines = document["line_items"]
    if "vendor_id" in document:
        for head in _HEADS:
            figures[f"rcm_{head}"] = sum(line[f"rcm_{head}"] for line in lines)
            figures[f"itc_{head}"] = sum(
                line[head] + line[f"rcm_{head}"] for line in lines if line["itc_blocked_reason"] is None
            )
    rate = document["exchange_rate"]
    return {name: rupees(amount * rate) for name, amount in figures.items()}
