"""What `verify` computes again of documents: each line, and the entry that follows from them.

A document is priced anew from what was entered, and posted anew, into nothing. The preferences on
rounding may have changed since it was written, so it must be what one of them gives.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, product
from operator import itemgetter
from typing import Final

from finzcore.books.masters import Masters, load
from finzcore.books.papers.filling import valued
from finzcore.books.papers.kind import PaperKind, kinds
from finzcore.books.papers.lines import discount_of
from finzcore.books.problem import Problem, problem, refused_too
from finzcore.documents.line import Line
from finzcore.documents.posted import postings_for
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.documents.totals import Totals, price
from finzcore.errors import RuleBroken
from finzcore.gst.split import NO_TAX, Level, Rounding
from finzcore.gst.states import state
from finzcore.gst.supply import Supply, Treatment, supply
from finzcore.ledger.entry import Posting
from finzcore.money import Millionths, Paise, rupees
from finzcore.ports import Row, Session

PAGE: Final = 500
"""So many documents are held at once."""


def check_prices(session: Session) -> Iterator[Problem]:
    """Each line is what its quantity, rate, discount and tax come to; each entry is what they post."""
    masters = load(session)
    for kind in kinds():
        if kind.priced:
            yield from _priced_again(session, masters, kind)


def _priced_again(session: Session, masters: Masters, kind: PaperKind) -> Iterator[Problem]:
    for documents, after in pages(session, f"checks_prices.{kind.of}_page"):
        until = documents[-1]["id"]
        lines = grouped(session.ask(f"checks_prices.{kind.of}_lines", after=after, until=until))
        posted = {}
        if kind.means:
            posted = grouped(session.ask(f"checks_prices.{kind.of}_postings", after=after, until=until))
        for row in documents:
            key = row["id"]
            where = f"{kind.label} {row['number']}"
            found = _document(session, masters, kind, where, row, lines.get(key, []), posted.get(key, []))
            yield from refused_too(session, "line.differs", where, found)


def pages(session: Session, statement: str) -> Iterator[tuple[list[Row], int]]:
    """Documents in the order of their keys, so many at a time, and the key that they follow."""
    after = -(2**63)
    while documents := session.ask(statement, after=after, page=PAGE):
        yield documents, after
        after = documents[-1]["id"]


def grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows by the document that they are of; they come in its order."""
    return {key: list(group) for key, group in groupby(rows, itemgetter("document_id"))}


def _document(
    session: Session,
    masters: Masters,
    kind: PaperKind,
    where: str,
    row: Row,
    lines: list[Row],
    posted: list[Row],
) -> Iterator[Problem]:
    if not lines:
        yield problem(session, "line.differs", where, "lines", "none")
        return
    to_price = [valued(masters, line, row["tags"]) for line in lines]
    supplied = supply_of(masters, row, kind.sells(row))
    totals, differing = nearest(masters, row, lines, to_price, supplied)
    for name, expected, found in differing:
        yield problem(session, "line.differs", f"{where} {name}", rupees(expected), rupees(found))
    yield from _tds(session, where, row, totals)
    made: tuple[Posting, ...] = ()
    if kind.means and (row["status"] not in ("DRAFT", "CANCELLED") or row["entry"] is not None):
        made = postings_for(
            kind.meaning(row),
            totals,
            chart=masters.chart,
            branch_id=row["branch_id"],
            contact_id=row["contact_id"],
            exchange_rate=row["exchange_rate"],
        )
    yield from compared_postings(session, where, made, posted)


Differing = list[tuple[str, int, int]]


def nearest(
    masters: Masters, row: Row, lines: list[Row], to_price: list[Line], supplied: Supply
) -> tuple[Totals, Differing]:
    """The document priced as it was written, and in what it differs even so. RuleBroken when no way of
    rounding can price it."""
    preferences = masters.preferences
    usual = (Rounding(preferences["taxRounding"]), Level(preferences["taxRoundingLevel"]))
    best: tuple[Totals, Differing] | None = None
    refused: RuleBroken | None = None
    for rounding, level in (usual, *product(Rounding, Level)):
        try:
            totals = _priced(row, to_price, supplied, rounding, level)
        except RuleBroken as error:
            refused = error
            continue
        differing = list(_differing(row, lines, to_price, totals))
        if not differing:
            return totals, differing
        if best is None or len(differing) < len(best[1]):
            best = totals, differing
    if best is None:
        assert refused is not None
        raise refused
    return best


def _priced(row: Row, to_price: list[Line], supplied: Supply, rounding: Rounding, level: Level) -> Totals:
    return price(
        to_price,
        supply=supplied,
        discount=discount_of(row["discount_given"]),
        discount_before_tax=bool(row["is_discount_before_tax"]),
        inclusive=bool(row["is_inclusive_tax"]),
        rounding=rounding,
        level=level,
        shipping=Paise(row["shipping_charge"]),
        adjustment=Paise(row["adjustment"]),
        tds=Tds(amount=Paise(row["tds_amount"])) if row["tds_amount"] else None,
        round_off=Paise(row["round_off"]),
    )


def supply_of(masters: Masters, row: Row, selling: bool) -> Supply:
    """What kind of supply a kept document is about."""
    branch = masters.rows["branches"][row["branch_id"]]
    supplier = branch["state"] if selling else row["contact_state"] or branch["state"]
    where = (supplier, row["place_of_supply"], row["contact_treatment"])
    return _supplied(*where, bool(branch["is_sez"]), bool(row["with_payment"]))


@lru_cache(maxsize=1024)
def _supplied(here: str, there: str, treatment: str, sez: bool, with_payment: bool) -> Supply:
    return supply(
        state(here).number,
        state(there).number,
        treatment=Treatment(treatment),
        supplier_is_sez=sez,
        with_payment=with_payment,
    )


def _differing(
    row: Row, lines: list[Row], to_price: list[Line], totals: Totals
) -> Iterator[tuple[str, int, int]]:
    """The figures that are not what was computed: (which, expected, found)."""
    for kept, line, priced in zip(lines, to_price, totals.lines, strict=True):
        tax, owed = priced.tax, priced.rcm if kept["is_rcm"] else NO_TAX
        expected = (
            line.discount, priced.item_total, priced.taxable, tax.cgst, tax.sgst, tax.igst, tax.cess,
            0 if line.tax is None else line.tax.igst, owed.cgst, owed.sgst, owed.igst, owed.cess,
        )  # fmt: skip
        found = _LINE(kept)
        if expected != found:
            for name, should, does in zip(_LINE_NAMES, expected, found, strict=True):
                if should != does:
                    yield f"line {kept['line_no']} {name}", should, does
    if totals.discount != row["discount"]:
        yield "discount", totals.discount, row["discount"]


_LINE_NAMES: Final = (
    "discount", "item_total", "taxable", "cgst", "sgst", "igst", "cess", "tax_percentage",
    "rcm_cgst", "rcm_sgst", "rcm_igst", "rcm_cess",
)  # fmt: skip
_LINE: Final = itemgetter(*_LINE_NAMES)


def _tds(session: Session, where: str, row: Row, totals: Totals) -> Iterator[Problem]:
    """Tax withheld is what was given, or what the rate comes to by one of the ways of rounding it."""
    if row["tds_rate"]:
        withheld = Tds(rate=Millionths(row["tds_rate"]))
        base = Paise(totals.sub_total - totals.discount)
        possible = {int(withheld.on(base, rounding)) for rounding in TdsRounding}
    elif row["tds_given"] is not None:
        possible = {row["tds_given"]}
    else:
        return
    if row["tds_amount"] not in possible:
        expected = " or ".join(map(rupees, sorted(possible)))
        yield problem(session, "line.differs", f"{where} tds_amount", expected, rupees(row["tds_amount"]))


def compared_postings(
    session: Session,
    where: str,
    made: Iterable[Posting],
    posted: Iterable[Row],
    *,
    check: str = "document.misposted",
) -> Iterator[Problem]:
    """That an entry holds these postings and no others, each on its account, for its contact."""
    expected = sorted([_of_posting(one) for one in made])
    found = sorted([_of_row(row) for row in posted])
    if expected == found:
        return
    for one in sorted({key[:-1] for key in expected} | {key[:-1] for key in found}):
        should = sum(key[-1] for key in expected if key[:-1] == one)
        does = sum(key[-1] for key in found if key[:-1] == one)
        if should != does:
            told = f"{where} {one[0]} on account {one[1]}"
            yield problem(session, check, told, rupees(should), rupees(does))


_Key = tuple[str, int, int, int, str, int]
"""What two postings agree in: word, account, contact, branch, tags and, last, the amount."""


def _of_posting(one: Posting) -> _Key:
    return one.rule, one.account, one.contact_id or 0, one.branch_id, one.tags or "", one.amount


def _of_row(row: Row) -> _Key:
    contact, tags = row["contact_id"] or 0, row["tags"] or ""
    return row["rule"], row["account"], contact, row["branch_id"], tags, row["amount"]
