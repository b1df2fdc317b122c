"""Books as they are shown to whoever looks at them, and what an invariant is made of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

from finzcore.books.problem import Problem
from finzcore.engine import Engine

Invariant = Callable[[Engine, str], list[Problem]]
"""A named function of an engine and the id of an organisation."""

Body = dict[str, Any]
Sums = defaultdict[str, Decimal]
LAST_DAY: Final = "2199-12-31"
"""Later than anything that is booked."""

_INDIA: Final = dt.timedelta(hours=5, minutes=30)
_NOTHING: Final = Decimal(0)

NUMBERED: Final = (
    "invoices", "bills", "credit_notes", "debit_notes", "payments", "expenses", "estimates", "sales_orders",
    "purchase_orders",
)  # fmt: skip
"""The resources whose documents have numbers."""
OWED: Final = ("invoices", "bills", "debit_notes")
"""Those that can be settled."""
OFFERS: Final = ("estimates", "sales_orders", "purchase_orders")
"""Those that nobody owes anything for."""
PRICED: Final = (*OWED, "credit_notes", *OFFERS)
"""Those that have lines with prices, and totals of them."""


def noun_of(of: str) -> str:
    """What one document of a resource is called: the first half of its keys.

    >>> noun_of("credit_notes")
    'credit_note'
    """
    return of.removesuffix("s")


def is_sale(document: Body) -> bool:
    """Whether a document is about something that is sold: a note says so."""
    return bool(document.get("type", "vendor" if "vendor_id" in document else "customer") == "customer")


def whose(document: Body) -> str:
    """The contact of a document."""
    return str(document["vendor_id"] if "vendor_id" in document else document["customer_id"])


def rupees(exact: Decimal) -> Decimal:
    """To the nearest paisa, halves away from nothing."""
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def posted(documents: Iterable[Body]) -> list[Body]:
    """Those that are in the books."""
    return [one for one in documents if one["status"] not in ("DRAFT", "CANCELLED", "VOIDED")]


class Entry(NamedTuple):
    """An entry as it is shown, with its day and its branch, which its number tells."""

    day: str
    branch: str
    body: Body


class Seen:
    """An organisation's books as they are shown, each list read when it is first asked for."""

    def __init__(self, engine: Engine, org_id: str) -> None:
        self.engine = engine
        self.org_id = org_id
        self.acme = engine.org(org_id)
        self._lists: dict[str, list[Body]] = {}
        self.reports: dict[tuple[str, ...], Body] = {}

    def all(self, of: str) -> list[Body]:
        """A list, from its first page to its last."""
        if of not in self._lists:
            self._lists[of] = list(getattr(self.acme, of).all())
        return self._lists[of]

    def documents(self, *resources: str) -> Iterator[tuple[str, Body]]:
        """(what sentences call it, document) of some lists."""
        for of in resources:
            noun = noun_of(of)
            for one in self.all(of):
                yield f"{noun} {one[f'{noun}_number']}", one

    def report(self, name: str, **asked: Any) -> Body:
        """A report, drawn when it is first asked for."""
        key = (name, *(f"{word}={value}" for word, value in sorted(asked.items())))
        if key not in self.reports:
            self.reports[key] = getattr(self.acme.reports, name)(**asked)
        return self.reports[key]

    @property
    def today(self) -> str:
        """The day in India."""
        return (self.engine.clock() + _INDIA).date().isoformat()

    @cached_property
    def chart(self) -> dict[str, Body]:
        """Every account there is, by its id, as the trial balance shows it."""
        report = self.report("trial_balance", as_of_date=LAST_DAY, include_zero=True)
        return {row["account_id"]: row for row in report["accounts"]}

    @cached_property
    def branches(self) -> dict[str, Body]:
        """Every branch by its id, the first one first."""
        return {one["branch_id"]: one for one in self.acme.branches.list(active_only=False)}

    @cached_property
    def entries(self) -> list[Entry]:
        """The journal as its list shows it, by day, then in the order in which it was written."""
        codes = {"" if one["is_default"] else one["code"]: key for key, one in self.branches.items()}
        entries = [
            Entry(body["date"][:10], codes[body["journal_number"].rpartition("JE-")[0].rstrip("-")], body)
            for body in reversed(self.all("journals"))
        ]
        return sorted(entries, key=lambda entry: entry.day)

    def moved(
        self,
        since: str = "",
        through: str = LAST_DAY,
        *,
        until: str = "~",
        branch: str | None = None,
        by_hand: bool = True,
    ) -> Sums:
        """What entries leave on each account, debit positive: of the days from `since` through `through`
        that are before `until`, of a branch or of all, with those made `by_hand` or without."""
        sums: Sums = defaultdict(Decimal)
        for day, where, entry in self.entries:
            wanted = since <= day <= through and day < until and branch in (None, where)
            if wanted and (by_hand or entry["source"] != "MANUAL"):
                for line in entry["lines"]:
                    sums[line["account_id"]] += line["debit"] - line["credit"]
        return sums

    @cached_property
    def problems(self) -> list[Problem]:
        """What `Engine.verify` finds."""
        return self.engine.verify(self.org_id)

    @cached_property
    def standing(self) -> Sums:
        """What the journal leaves on each account, by its id, debit positive."""
        sums: Sums = defaultdict(Decimal)
        for entry in self.all("journals"):
            for line in entry["lines"]:
                sums[line["account_id"]] += line["debit"] - line["credit"]
        return sums

    def problem(self, check: str, where: str, expected: object, found: object) -> Problem:
        """What is wrong, and where."""
        return Problem(check=check, org_id=self.org_id, where=where, expected=str(expected), found=str(found))

    def equal(self, check: str, where: str, expected: object, found: object) -> Iterator[Problem]:
        """A problem unless two figures are the same."""
        if expected != found:
            yield self.problem(check, where, expected, found)

    def same(
        self, check: str, where: str, expected: Mapping[str, Decimal], found: Mapping[str, Decimal]
    ) -> Iterator[Problem]:
        """A problem for each name under which two lists of figures differ; no figure is as good as zero."""
        for name in sorted(expected.keys() | found.keys()):
            one, other = (each.get(name, _NOTHING) for each in (expected, found))
            yield from self.equal(check, f"{where} {name}", one, other)


Look = Callable[[Seen], Iterable[Problem]]
LOOKS: Final[dict[Invariant, Look]] = {}


def looked(look: Look, seen: Seen) -> list[Problem]:
    """What a look finds; books so damaged that they cannot be shown are a problem like any other."""
    try:
        return list(look(seen))
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        return [seen.problem("books.unreadable", "the books", "what can be shown", told)]


def invariant(look: Look) -> Invariant:
    """A look as an invariant of its name, which is one of all of them from then on."""

    def holds(engine: Engine, org_id: str) -> list[Problem]:
        return looked(look, Seen(engine, org_id))

    holds.__name__ = holds.__qualname__ = look.__name__
    holds.__doc__ = look.__doc__
    holds.__module__ = look.__module__
    LOOKS[holds] = look
    return holds
