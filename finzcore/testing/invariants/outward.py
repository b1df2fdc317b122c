"""What holds of GSTR-1: it tells of every document of sale where `gst.md` §10.3 says, and of nothing else.

A number that has filed a GSTR-1 tells of what changed since in later returns; it is left out here, and
`filings_hold` looks at it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from finzcore.books.problem import Problem
from finzcore.gst.states import state
from finzcore.gst.units import uqc
from finzcore.testing.invariants.returns import Return, returns, tax_of
from finzcore.testing.invariants.seen import Body, Seen, invariant, rupees
from finzcore.testing.invariants.supplied import TAXED, Line, Paper, Tax, papers, together

_LIMITS: Final = (("2024-08-01", 100_000), ("", 250_000))
"""From which day on a supply to another state is large above how many rupees; the latest day first."""
_BY_DOCUMENT: Final = {
    "b2b": "invoice_number",
    "b2c_large": "invoice_number",
    "exports": "invoice_number",
    "cdnr": "note_number",
    "cdnur": "note_number",
}
_UNTAXED: Final = {"NIL_RATED": "nil", "EXEMPT": "exempt", "NON_GST": "non_gst", None: "non_gst"}
_OFF: Final = Decimal(0)

Rates = dict[Decimal, Tax]


class Told(NamedTuple):
    """What some documents come to in the tables: documents by table, number, and whether under reverse
    charge; small supplies by whether inter-state, place and rate; untaxed ones by row and column; and by HSN
    whether registered, code, unit and rate, with the quantity."""

    documents: defaultdict[tuple[str, str, bool], Rates]
    values: dict[str, Decimal]
    small: defaultdict[tuple[bool, int, Decimal], Tax]
    untaxed: defaultdict[tuple[str, str], Decimal]
    hsn: defaultdict[tuple[bool, str, str, Decimal], tuple[Decimal, Tax]]


def limit(day: str) -> int:
    """Above how many rupees a supply to another state is large on a day.

    >>> limit("2024-07-31"), limit("2024-08-01")
    (250000, 100000)
    """
    return next(rupees_ for since, rupees_ in _LIMITS if day >= since)


def to_registered(paper: Paper) -> bool:
    """Whether something is told under the number of its recipient; a special economic zone has one."""
    return paper.is_registered or (paper.treatment == "SEZ" and not paper.is_export)


def table_of(paper: Paper, invoices: dict[str, Body]) -> str:
    """The table of what is taxed on a document."""
    note = paper.noun != "invoice"
    if to_registered(paper):
        return "cdnr" if note else "b2b"
    if paper.is_export:
        return "cdnur" if note else "exports"
    value, day = paper.value, paper.day
    corrects = invoices.get(paper.body["invoice_id"]) if note else None
    if corrects is not None:
        value = rupees((corrects["total"] + corrects["tds_amount"]) * corrects["exchange_rate"])
        day = corrects["date"][:10]
    if paper.inter and value > limit(day):
        return "cdnur" if note else "b2c_large"
    return "b2c_small"


def told(papers_: Iterable[Paper], invoices: dict[str, Body]) -> Told:
    """What documents come to, table by table."""
    made = Told(
        defaultdict(dict), {}, defaultdict(Tax), defaultdict(lambda: _OFF), defaultdict(lambda: (_OFF, Tax()))
    )
    for paper in papers_:
        for line in paper.lines:
            _tell(made, paper, line, table_of(paper, invoices))
    return made


def _tell(made: Told, paper: Paper, line: Line, table: str) -> None:
    tax = tax_told(paper, line)
    signed = tax.times(paper.sign)
    if line.hsn or line.shape not in ("NON_GST", None):
        service = (line.hsn or "").startswith("99")
        unit = "NA" if service else uqc(line.unit)
        key = (to_registered(paper), line.hsn or "", unit, line.rate)
        quantity, sum_ = made.hsn[key]
        quantity += _OFF if service else paper.sign * line.quantity
        made.hsn[key] = quantity, together((sum_, signed))
    if line.shape not in (*TAXED, "RCM") and not paper.is_export:
        whom = "registered" if to_registered(paper) else "unregistered"
        where = f"{'inter' if paper.inter else 'intra'}_{whom}"
        made.untaxed[where, _UNTAXED[line.shape]] += signed.taxable
    elif table == "b2c_small":
        small = (paper.inter, paper.place, line.rate)
        made.small[small] = together((made.small[small], signed))
    else:
        number = str(paper.body[f"{paper.noun}_number"])
        rates = made.documents[table, number, line.shape == "RCM" and to_registered(paper)]
        rates[line.rate] = together((rates.get(line.rate, Tax()), tax))
        made.values[number] = paper.value


def tax_told(paper: Paper, line: Line) -> Tax:
    """A line with the tax that a return tells for it: under reverse charge what its recipient owes, who has
    to be registered, and nobody owes any where there is none to be paid."""
    if line.shape != "RCM":
        return line.charged
    paid = bool(paper.body.get("with_payment", True)) or not paper.is_zero_rated
    return line.owed if to_registered(paper) and paid else Tax(line.charged.taxable)


def _wanted(seen: Seen) -> Iterator[Return]:
    filed = {one["gstin"] for one in seen.all("filings") if one["return_type"] == "GSTR1"}
    return (one for one in returns(seen) if one.gstin not in filed)


@invariant
def gstr1_matches_documents(seen: Seen) -> Iterable[Problem]:
    """Each document of sale stands in the table of GSTR-1 where it belongs, with its value and, rate by rate,
    its tax; the tables of sums, Table 12 and the totals are what documents add up to, notes taken away.
    """
    sold = list(papers(seen, sells=True))
    invoices = {one["invoice_id"]: one for one in seen.all("invoices")}
    for one in _wanted(seen):
        report, ours = seen.report("gstr1", **one.asked()), [paper for paper in sold if one.has(paper)]
        expected, spare = told(ours, invoices), sum((paper.spare for paper in ours), _OFF)
        yield from _documents(seen, one, report, expected, spare)
        small = {
            (row["supply_type"] == "INTER", state(row["place_of_supply"]).number, row["rate"]): tax_of(row)
            for row in report["b2c_small"]
        }
        yield from _alike(seen, one, "b2c_small", expected.small, small, spare)
        untaxed = {
            (where, column): Tax(row[column])
            for where, row in report["nil_exempt_non_gst"].items()
            for column in set(_UNTAXED.values())
        }
        wanted = {key: Tax(amount) for key, amount in expected.untaxed.items()}
        yield from _alike(seen, one, "nil", wanted, untaxed, spare)
        yield from _hsn(seen, one, report, expected, spare)
        yield from _totals(seen, one, report, ours)


def _documents(seen: Seen, one: Return, report: Body, expected: Told, spare: Decimal) -> Iterator[Problem]:
    """The documents that stand by themselves."""
    found: dict[tuple[str, str, bool], Rates] = {}
    for table, number in _BY_DOCUMENT.items():
        for row in report[table]:
            key = (table, row[number], bool(row.get("reverse_charge")))
            found[key] = {item["rate"]: tax_of(item) for item in row["items"]}
            value = expected.values.get(row[number])
            where = f"{one.where} {table} {row[number]}"
            yield from seen.equal("gstr1.value", where, value, row["value"])
    yield from seen.equal("gstr1.documents", one.where, sorted(expected.documents), sorted(found))
    for key in expected.documents.keys() & found.keys():
        yield from _alike(seen, one, f"{key[0]} {key[1]}", expected.documents[key], found[key], spare)


def _alike(
    seen: Seen, one: Return, table: str, expected: dict[Any, Tax], found: dict[Any, Tax], spare: Decimal
) -> Iterator[Problem]:
    """Rows of figures, up to what the conversion of another currency may leave; no row is as good as zero."""
    for key in expected.keys() | found.keys():
        wanted, there = expected.get(key, Tax()), found.get(key, Tax())
        if any(abs(a - b) > spare for a, b in zip(wanted, there, strict=True)):
            yield seen.problem("gstr1.figures", f"{one.where} {table} {key}", wanted, there)


def _hsn(seen: Seen, one: Return, report: Body, expected: Told, spare: Decimal) -> Iterator[Problem]:
    found = {
        (row["recipients"] == "B2B", row["hsn_or_sac"], row["unit"], row["rate"]): row
        for row in report["hsn"]
    }
    figures = {key: tax_of(row) for key, row in found.items()}
    wanted = {key: tax for key, (_, tax) in expected.hsn.items()}
    yield from _alike(seen, one, "hsn", wanted, figures, spare)
    for key, (quantity, _) in expected.hsn.items():
        said = found[key]["quantity"] if key in found else _OFF
        yield from seen.equal("gstr1.quantity", f"{one.where} hsn {key}", quantity, said)


def _totals(seen: Seen, one: Return, report: Body, ours: list[Paper]) -> Iterator[Problem]:
    """All together: what documents in rupees come to, and of others what they come to within a paisa."""
    charged, untaxed = [], _OFF
    for paper in ours:
        for line in paper.lines:
            if line.shape in (*TAXED, "RCM") or paper.is_export:
                charged.append(line.charged.times(paper.sign))
            else:
                untaxed += paper.sign * line.charged.taxable
    spare = sum((paper.spare for paper in ours), _OFF)
    found = {"all": tax_of(report["totals"]), "untaxed": Tax(report["totals"]["untaxed"])}
    wanted = {"all": together(charged), "untaxed": Tax(untaxed)}
    yield from _alike(seen, one, "totals", wanted, found, spare)


@invariant
def gstr1_matches_gstr3b(seen: Seen) -> Iterable[Problem]:
    """Table 3.1 of GSTR-3B is what the tables of GSTR-1 add up to: (a) domestic supplies, of which those
    under reverse charge without their tax, and (b), (c) and (e) what is exported, supplied to special
    economic zones, and untaxed.
    """
    for one in _wanted(seen):
        first, third = seen.report("gstr1", **one.asked()), seen.report("gstr3b", **one.asked())["outward"]
        domestic = [tax_of(row) for row in first["b2c_small"]]
        others = [Tax(amount) for row in first["nil_exempt_non_gst"].values() for amount in _columns(row)]
        for zero_rated, tax in _by_kind(first):
            (others if zero_rated else domestic).append(tax)
        found = tax_of(third["taxable"])
        yield from seen.equal("gstr1.gstr3b", f"{one.where} 3.1(a)", together(domestic), found)
        rest = together(tax_of(third[name]) for name in ("zero_rated", "nil_exempt", "non_gst"))
        yield from seen.equal("gstr1.gstr3b", f"{one.where} 3.1(b), (c), (e)", together(others), rest)


def _columns(row: Body) -> list[Decimal]:
    return [row[name] for name in set(_UNTAXED.values())]


def _by_kind(report: Body) -> Iterator[tuple[bool, Tax]]:
    """(whether zero-rated, tax) of each document that stands by itself; credit notes take away."""
    for table in _BY_DOCUMENT:
        for row in report[table]:
            kind = row.get("invoice_type") or row.get("type") or ""
            zero_rated = table == "exports" or kind.startswith(("SE", "EXP"))
            sign = -1 if row.get("note_type") == "C" else 1
            for item in row["items"]:
                tax = tax_of(item)
                if row.get("reverse_charge"):
                    tax = Tax(tax.taxable)
                yield zero_rated, tax.times(sign)
