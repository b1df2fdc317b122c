"""What holds of returns that were filed: they stay as they were, and drift is what documents say."""

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from finzcore.books.problem import Problem
from finzcore.books.text import json_value
from finzcore.testing.invariants.seen import Body, Seen, Sums, invariant

_FIGURES: Final = ("taxable", "igst", "cgst", "sgst", "cess")
_OUTWARD: Final = ("taxable", "zero_rated", "nil_exempt", "non_gst")
_SOLD: Final = ("osup_det", "osup_zero", "osup_nil_exmp", "osup_nongst")
_SECTIONS: Final = ("sup_details", "itc_elg", "inward_sup")
"""Of the portal's GSTR-3B those that have the same rows in every period."""


@invariant
def filings_hold(seen: Seen) -> Iterable[Problem]:
    """A filed return is what the books knew when it was filed, to the byte; what is shown as changed is the
    difference between that and now; and now is what the return says when it is drawn today.

    Where something was recorded in the second of the filing itself, that is left out of the comparison with
    what was known.
    """
    busy = {one["created_time"][:19] for one in seen.all("journals")}
    for listed in seen.all("filings"):
        filing = seen.acme.filings.get(listed["filing_id"])
        where = f"{filing['return_type']} {filing['period']} {filing['gstin']}"
        if filing["known_at"][:19] not in busy:
            file = _file(seen, filing)
            yield from seen.equal("filing.bytes", where, filing["digest"], hashlib.sha256(file).hexdigest())
            yield from seen.equal("filing.content", where, json_value(file.decode()), filing["content"])
        yield from _drifted(seen, filing, where)


@invariant
def filings_carry(seen: Seen) -> Iterable[Problem]:
    """The GSTR-3B of all months from the first that was filed through the one after the last come to what
    the documents of these days do: what changed of filed ones is told by a later one, and once.
    """
    of: defaultdict[str, list[Body]] = defaultdict(list)
    for one in seen.all("filings"):
        if one["return_type"] == "GSTR3B":
            of[one["gstin"]].append(seen.acme.filings.get(one["filing_id"]))
    for gstin, filings in of.items():
        branch, filed = filings[0]["branch_id"], {_month(one): one["content"] for one in filings}
        months = range(min(filed), max(filed) + 2)
        told: Sums = defaultdict(Decimal)
        for month in months:
            content = filed.get(month) or _gstr3b(seen, branch, month, month)
            for at, amount in _amounts(content):
                told[at] += amount
        documents: Sums = defaultdict(Decimal)
        # Days that begin before the first filing go by the dates of documents alone.
        for at, amount in _amounts(_gstr3b(seen, branch, months[0], months[-1])):
            documents[at] += amount
        yield from seen.same("filing.carried", f"GSTR3B {gstin}", documents, told)


def _month(filing: Body) -> int:
    """The months since the year 0."""
    return 12 * int(filing["period"][2:]) + int(filing["period"][:2]) - 1


def _days(first: int, last: int) -> dict[str, str]:
    """The days from one month through another."""
    (since, one), (through, other) = divmod(first, 12), divmod(last, 12)
    return {
        "from_date": f"{since:04}-{one + 1:02}-01",
        "to_date": f"{through:04}-{other + 1:02}-{calendar.monthrange(through, other + 1)[1]}",
    }


def _gstr3b(seen: Seen, branch: str, first: int, last: int) -> Body:
    """The portal's file of some months, as it is now."""
    file = seen.acme.reports.gstr3b(branch_id=branch, format="gstn", **_days(first, last))
    made: Body = json_value(file.decode())
    return made


def _amounts(content: Body) -> Iterator[tuple[str, Decimal]]:
    """Every amount of a GSTR-3B, and where it stands."""
    return _within("", {name: content[name] for name in _SECTIONS})


def _within(at: str, part: Any) -> Iterator[tuple[str, Decimal]]:
    if isinstance(part, dict):
        at += f" {part['ty']}" if "ty" in part else ""
        for name, inner in part.items():
            yield from _within(f"{at} {name}" if name != "ty" else at, inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _within(at, inner)
    elif not isinstance(part, str):
        yield at.strip(), Decimal(part)


def _asked(filing: Body) -> dict[str, str]:
    month = _month(filing)
    return {"branch_id": filing["branch_id"], **_days(month, month)}


def _file(seen: Seen, filing: Body) -> bytes:
    """The portal's file, drawn again as it was known."""
    draw = getattr(seen.acme.reports, filing["return_type"].lower())
    made: bytes = draw(**_asked(filing), format="gstn", as_known_at=filing["known_at"])
    return made


def _drifted(seen: Seen, filing: Body, where: str) -> Iterator[Problem]:
    drift = seen.acme.filings.drift(filing["filing_id"])
    apart: Sums = defaultdict(Decimal)
    for one in drift["changed"]:
        for side, sign in (("now", 1), ("filed", -1)):
            for name in _FIGURES if one[side] is not None else ():
                apart[name] += sign * one[side][name]
    told: Sums = defaultdict(Decimal)
    for totals in filter(None, drift["totals"].values()):
        for name in _FIGURES:
            told[name] += totals["difference"][name]
            difference = totals["now"][name] - totals["filed"][name]
            yield from seen.equal("drift.totals", f"{where} {name}", difference, totals["difference"][name])
    yield from seen.same("drift.changed", where, apart, told)
    if filing["return_type"] == "GSTR3B":
        report, totals = seen.report("gstr3b", **_asked(filing)), drift["totals"]["outward"]
        taxable = sum(report["outward"][row]["taxable"] for row in _OUTWARD)
        # What it carried of earlier returns stands in what was filed, and is none of its own documents.
        carried = sum(filing["content"]["sup_details"][row]["txval"] for row in _SOLD)
        carried -= totals["filed"]["taxable"]
        yield from seen.equal("drift.now", where, taxable, totals["now"]["taxable"] + carried)
