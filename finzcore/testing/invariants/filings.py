"""What holds of returns that were filed: they stay as they were, and drift is what documents say."""

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.books.text import json_value
from finzcore.testing.invariants.seen import Body, Seen, Sums, invariant

_FIGURES: Final = ("taxable", "igst", "cgst", "sgst", "cess")
_OUTWARD: Final = ("taxable", "zero_rated", "nil_exempt", "non_gst")


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


def _asked(filing: Body) -> dict[str, str]:
    month, year = int(filing["period"][:2]), int(filing["period"][2:])
    last = calendar.monthrange(year, month)[1]
    first = f"{year}-{month:02}"
    return {
        "branch_id": filing["branch_id"],
        "from_date": f"{first}-01",
        "to_date": f"{first}-{last}",
    }


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
        report = seen.report("gstr3b", **_asked(filing))
        taxable = sum(report["outward"][row]["taxable"] for row in _OUTWARD)
        now = drift["totals"]["outward"]["now"]["taxable"]
        yield from seen.equal("drift.now", where, taxable, now)
