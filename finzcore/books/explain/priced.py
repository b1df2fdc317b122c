"""Documents with lines: priced again from what was entered, by the rules that priced them."""

import datetime as dt
from collections.abc import Iterator

from finzcore.books.books import Books
from finzcore.books.checks.expenses import TERMS
from finzcore.books.checks.prices import nearest, supply_of
from finzcore.books.explain.told import Where, amounts_of, lines, posting_steps, status_steps
from finzcore.books.papers.filling import valued
from finzcore.books.papers.kind import PaperKind, kind_of
from finzcore.books.papers.lines import lines_of
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.documents.steps import Step, amount, line_steps, number, total_steps
from finzcore.documents.totals import Totals
from finzcore.gst.states import state
from finzcore.gst.supply import Supply, Treatment, reason_for
from finzcore.money import Paise
from finzcore.ports import Row


def priced_steps(books: Books, of: str, row: Row) -> Iterator[Step]:
    """How an invoice, a bill, a note or an expense came to its figures and its postings."""
    kind, masters = kind_of(of), books.masters
    if not kind.priced:
        row = row | TERMS
    row = row | {f"contact_{name}": row[f"{kind.who}_{name}"] for name in ("state", "treatment")}
    kept = lines_of(books, [row])[row["id"]]
    to_price = [valued(masters, line, row["tags"]) for line in kept]
    supplied = supply_of(masters, row, kind.sells(row))
    totals, _ = nearest(masters, row, kept, to_price, supplied)
    date, inclusive = dt.date.fromisoformat(row["date"]), bool(row["is_inclusive_tax"])
    yield from status_steps(row)
    yield from _supply_steps(books, kind, row, supplied)
    yield from line_steps(to_price, totals, supplied, date, inclusive=inclusive)
    yield from total_steps(totals, tds_rate=row.get("tds_rate"))
    rate = row.get("exchange_rate", ONE)
    if rate != ONE:
        inputs = {"currency": row["currency_code"], "exchange_rate": number(rate, 8)}
        yield Step("total.exchange", inputs, amount(in_rupees(Paise(totals.total), rate)))
    said = _amounts(books, kind, row, totals)
    yield from posting_steps(books, lines(books, row), said, rate)


def _supply_steps(books: Books, kind: PaperKind, row: Row, supplied: Supply) -> Iterator[Step]:
    """Where the supply takes place, and what follows for the tax."""
    branch = books.masters.rows["branches"][row["branch_id"]]
    supplier = branch["state"] if kind.sells(row) else row["contact_state"] or branch["state"]
    here, there = state(supplier), state(row["place_of_supply"])
    inputs = {"contact_state": row["contact_state"], "branch_state": branch["state"]}
    yield Step("supply.place", inputs, row["place_of_supply"])
    reason = reason_for(
        here.number,
        there.number,
        treatment=Treatment(row["contact_treatment"]),
        supplier_is_sez=bool(branch["is_sez"]),
    )
    inputs = {
        "supplier_state": here.name,
        "place_of_supply": there.name,
        "gst_treatment": row["contact_treatment"],
    }
    yield Step(f"supply.{reason}", inputs, "IGST" if supplied.inter else "CGST and SGST")


def _amounts(books: Books, kind: PaperKind, row: Row, totals: Totals) -> dict[Where, int]:
    """What a document says of its postings; an expense is always in rupees."""
    if not kind.means:
        return {}
    paper = kind.meaning(row)
    return amounts_of(paper.amounts(totals, books.masters.chart), paper.word, paper.side)
