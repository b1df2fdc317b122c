"""What `verify` computes again of expenses: their lines, their totals, and the entry of each."""

from collections.abc import Iterator
from typing import Final

from finzcore.books.checks.prices import compared_postings, grouped, nearest, pages, supply_of
from finzcore.books.masters import Masters, load
from finzcore.books.papers.filling import valued
from finzcore.books.problem import Problem, problem, refused_too
from finzcore.documents.expense import expense_postings
from finzcore.documents.totals import Totals
from finzcore.money import rupees
from finzcore.ports import Row, Session

TERMS: Final[Row] = {
    "discount_given": None, "is_discount_before_tax": 1, "discount": 0, "shipping_charge": 0,
    "adjustment": 0, "tds_amount": 0, "round_off": 0, "with_payment": 1,
}  # fmt: skip
"""What other documents say in their header, and an expense does not."""


def check_expenses(session: Session) -> Iterator[Problem]:
    """Each expense is what its lines come to, and its entry what that posts."""
    masters = load(session)
    for documents, after in pages(session, "checks_expenses.page"):
        until = documents[-1]["id"]
        lines = grouped(session.ask("checks_prices.expenses_lines", after=after, until=until))
        posted = grouped(session.ask("checks_prices.expenses_postings", after=after, until=until))
        for row in documents:
            key, where = row["id"], f"expense {row['number']}"
            found = _expense(session, masters, where, row, lines.get(key, []), posted.get(key, []))
            yield from refused_too(session, "line.differs", where, found)


def _expense(
    session: Session, masters: Masters, where: str, row: Row, lines: list[Row], posted: list[Row]
) -> Iterator[Problem]:
    if not lines:
        yield problem(session, "line.differs", where, "lines", "none")
        return
    to_price = [valued(masters, line, row["tags"]) for line in lines]
    document = row | TERMS
    totals, differing = nearest(masters, document, lines, to_price, supply_of(masters, document, False))
    for name, expected, found in differing:
        yield problem(session, "line.differs", f"{where} {name}", rupees(expected), rupees(found))
    for name, expected in _figures(totals, sum([line.gross for line in to_price])).items():
        if expected != row[name]:
            yield problem(session, "document.differs", f"{where} {name}", rupees(expected), rupees(row[name]))
    made = expense_postings(totals, chart=masters.chart, bank=row["paid_through"], branch_id=row["branch_id"])
    yield from compared_postings(session, where, made, posted)


def _figures(totals: Totals, amount: int) -> dict[str, int]:
    """What the header of an expense says."""
    tax = totals.tax
    return {
        "amount": amount,
        "sub_total": totals.sub_total,
        "cgst_total": tax.cgst,
        "sgst_total": tax.sgst,
        "igst_total": tax.igst,
        "cess_total": tax.cess,
        "tax_total": totals.tax_total,
        "total": totals.total,
    }
