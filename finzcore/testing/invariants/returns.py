"""What holds of GSTR-3B: it declares every document, and is what was booked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from finzcore.books.problem import Problem
from finzcore.gst.states import state
from finzcore.testing.invariants.seen import LAST_DAY, Body, Seen, Sums, invariant
from finzcore.testing.invariants.supplied import HEADS, TAXED, Line, Paper, Tax, papers, together

_OUTPUT: Final = dict(zip(HEADS, ("2023", "2021", "2022", "2024"), strict=True))
_INPUT: Final = dict(zip(HEADS, ("1063", "1061", "1062", "1064"), strict=True))
_ASSESSED: Final = dict(zip(HEADS, ("2033", "2031", "2032"), strict=False))
_RATELESS: Final = ("EXEMPT", "NIL_RATED", "NON_GST")
_FIGURES: Final = ("taxable", *HEADS)


class Return(NamedTuple):
    """A return: the number that it is of, a branch that has it, all that have it, and its days."""

    gstin: str | None
    branch: str
    branches: tuple[str, ...]
    since: str
    through: str

    @property
    def where(self) -> str:
        """What sentences call it."""
        return f"{self.gstin or 'no GSTIN'} {self.since} to {self.through}"

    def has(self, paper: Paper) -> bool:
        """Whether a document is in it."""
        return paper.gstin == self.gstin and self.since <= paper.day <= self.through

    def asked(self) -> dict[str, str]:
        """What a report of it is asked."""
        return {"branch_id": self.branch, "from_date": self.since, "to_date": self.through}


def returns(seen: Seen) -> Iterator[Return]:
    """Of every number the return of this month, and one of all there is. One that follows a GSTR-3B that was
    filed is left out: it has what changed of that, too, which is what `filings_carry` looks at."""
    first = f"{seen.today[:7]}-01"
    before = (dt.date.fromisoformat(first) - dt.timedelta(days=1)).strftime("%m%Y")
    follow = {
        one["gstin"]
        for one in seen.all("filings")
        if (one["return_type"], one["period"]) == ("GSTR3B", before)
    }
    of: dict[str | None, list[str]] = {}
    for key, branch in seen.branches.items():
        of.setdefault(branch["gstin"], []).append(key)
    for gstin, keys in of.items():
        for since, through in ((first, seen.today), ("2000-01-01", LAST_DAY)):
            if since != first or gstin not in follow:
                yield Return(gstin, keys[0], tuple(keys), since, through)


def tax_of(row: Mapping[str, Decimal]) -> Tax:
    """A row of a report as a taxable value with its tax."""
    return Tax(*(row.get(name, Decimal(0)) for name in _FIGURES))


@invariant
def gstr3b_matches_tax_accounts(seen: Seen) -> Iterable[Problem]:
    """What GSTR-3B says of tax is what documents booked: 3.1 on the accounts of output tax, inward reverse
    charge on those of tax payable, and the credit that is left on those of input tax.
    """
    for one in returns(seen):
        report = seen.report("gstr3b", **one.asked())
        moved: Sums = defaultdict(Decimal)
        for branch in one.branches:
            sums = seen.moved(one.since, one.through, branch=branch, by_hand=False)
            for account, amount in sums.items():
                moved[seen.chart[account]["code"]] += amount
        outward, credit = report["outward"], report["itc"]
        for head in HEADS:
            said = outward["taxable"][head] + outward["zero_rated"][head]
            # Cess under reverse charge is owed on the account of cess.
            owed = outward["inward_rcm"][head]
            if head in _ASSESSED:
                where = f"{one.where} 3.1(d) {head}"
                yield from seen.equal("gstr3b.reverse_charge", where, -moved[_ASSESSED[head]], owed)
            else:
                said += owed
            yield from seen.equal("gstr3b.output", f"{one.where} {head}", -moved[_OUTPUT[head]], said)
            yield from seen.equal(
                "gstr3b.input", f"{one.where} {head}", moved[_INPUT[head]], credit["net"][head]
            )


@invariant
def gstr3b_matches_documents(seen: Seen) -> Iterable[Problem]:
    """Each row of GSTR-3B is what the documents that belong into it add up to (`gst.md` §11)."""
    sides = [(_outward, list(papers(seen, sells=True))), (_inward, list(papers(seen, sells=False)))]
    for one in returns(seen):
        report = seen.report("gstr3b", **one.asked())
        rows: defaultdict[str, list[Tax]] = defaultdict(list)
        spare = Decimal(0)
        for declared, paper in [(way, paper) for way, some in sides for paper in some if one.has(paper)]:
            spare += paper.spare
            for row, tax in declared(paper):
                rows[row].append(tax.times(paper.sign))
        for row, found in _rows(report):
            for name, expected in together(rows.pop(row, ()))._asdict().items():
                if name in found and abs(expected - found[name]) > spare:
                    yield seen.problem("gstr3b.row", f"{one.where} {row} {name}", expected, found[name])
        for row, left in rows.items():
            if any(abs(amount) > spare for amount in together(left)):
                yield seen.problem("gstr3b.missing", f"{one.where} {row}", together(left), "nothing")


def _outward(paper: Paper) -> Iterator[tuple[str, Tax]]:
    again = _told_again(paper)
    for line in paper.lines:
        row = _outward_row(paper, line)
        yield f"outward {row}", line.charged
        if row == "taxable" and again is not None:
            yield f"{again} {paper.place}", line.charged


def _outward_row(paper: Paper, line: Line) -> str:
    """The row of 3.1 in which a line of something sold is declared."""
    if paper.is_export:
        return "zero_rated"
    if line.shape in (*TAXED, "RCM"):
        return "zero_rated" if paper.is_zero_rated else "taxable"
    return "non_gst" if line.shape in ("NON_GST", None) else "nil_exempt"


def _told_again(paper: Paper) -> str | None:
    if not paper.inter or paper.is_zero_rated:
        return None
    if paper.treatment == "COMPOSITION":
        return "interstate_composition"
    return None if paper.is_registered else "interstate_unregistered"


def _inward(paper: Paper) -> Iterator[tuple[str, Tax]]:
    for line in paper.lines:
        credit = Tax(Decimal(0), *(a + b for a, b in zip(line.charged[1:], line.owed[1:], strict=True)))
        if any(credit):
            yield from _credited(paper, line, credit)
        exempt = None if any(credit) else _exempt(paper, line)
        if exempt is not None:
            yield f"{exempt} {'inter' if paper.inter else 'intra'}", line.charged
        elif line.is_rcm:
            yield "outward inward_rcm", line.owed


def _credited(paper: Paper, line: Line, credit: Tax) -> Iterator[tuple[str, Tax]]:
    if line.blocked == "ineligible_pos":
        yield "itc ineligible_pos", credit
        return
    yield f"itc {'rcm' if line.is_rcm else 'all_other'}", credit
    if line.blocked is None:
        yield "itc net", credit
    else:
        yield "itc reversed", credit
        yield "itc ineligible_17_5", credit


def _exempt(paper: Paper, line: Line) -> str | None:
    """Where in table 5 something stands that bears no tax."""
    if line.shape == "NON_GST":
        return "non_gst_inward"
    composition = paper.treatment == "COMPOSITION" and not line.is_rcm
    return "exempt_inward" if line.shape in _RATELESS or composition else None


def _rows(report: Body) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """The rows of the report by their names, each with the figures that it has."""
    for name in ("taxable", "zero_rated", "nil_exempt", "inward_rcm", "non_gst"):
        yield f"outward {name}", report["outward"][name]
    for name in ("rcm", "all_other", "reversed", "net", "ineligible_17_5", "ineligible_pos"):
        yield f"itc {name}", report["itc"][name]
    for name in ("exempt_inward", "non_gst_inward"):
        for where in ("inter", "intra"):
            yield f"{name} {where}", {"taxable": report[name][where]}
    for name in ("interstate_unregistered", "interstate_composition"):
        for row in report[name]:
            yield f"{name} {state(row['place_of_supply']).number}", row
