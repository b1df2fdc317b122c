"""What holds of every report: each figure is what its sources add up to, and what its branches add up to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.parties import days
from finzcore.testing.invariants.returns import returns
from finzcore.testing.invariants.seen import LAST_DAY, Body, Seen, Sums, invariant
from finzcore.testing.invariants.statements import spans

Asked = dict[str, Any]


def _as_of(seen: Seen) -> Iterator[Asked]:
    for day in (seen.today, LAST_DAY):
        yield {"as_of_date": day}


def _due(seen: Seen) -> Iterator[Asked]:
    for day in days(seen):
        yield {"as_of_date": day}


def _between(seen: Seen) -> Iterator[Asked]:
    for since, through in spans(seen)[1:]:
        yield {"from_date": since, "to_date": through}


def _accounts(seen: Seen) -> Iterator[Asked]:
    """The ledgers of accounts on which anything was booked."""
    since, through = spans(seen)[0]
    for account in sorted(seen.moved()):
        yield {"account_id": account, "from_date": since, "to_date": through, "limit": 10_000}


def _contacts(*types: str) -> Callable[[Seen], Iterator[Asked]]:
    def of_each(seen: Seen) -> Iterator[Asked]:
        for contact in seen.all("contacts"):
            if contact["contact_type"] in types:
                yield {"contact_id": contact["contact_id"], "from_date": "2000-01-01", "to_date": LAST_DAY}

    return of_each


def _returns(seen: Seen) -> Iterator[Asked]:
    for one in returns(seen):
        yield one.asked()


ASKED: Final[dict[str, Callable[[Seen], Iterator[Asked]]]] = {
    "trial_balance": _as_of,
    "profit_and_loss": _between,
    "balance_sheet": _as_of,
    "cash_flow": _between,
    "ar_aging": _due,
    "ap_aging": _due,
    "outstanding_receivables": _due,
    "outstanding_payables": _due,
    "sales_register": _between,
    "purchase_register": _between,
    "day_book": _between,
    "ledger": _accounts,
    "gstr1": _returns,
    "gstr3b": _returns,
    "customer_ledger": _contacts("CUSTOMER", "BOTH"),
    "vendor_ledger": _contacts("VENDOR", "BOTH"),
}
"""Every report by its name, and what it is asked of some books: as of days, over stretches of days, or
account by account, contact by contact, number by number."""


def drawn(seen: Seen, **more: Any) -> Iterator[tuple[str, Asked, Body]]:
    """(name, what it was asked, report) of every report there is."""
    for name, asks in ASKED.items():
        for asked in asks(seen):
            yield name, asked | more, seen.report(name, **asked, **more)


@invariant
def sources_add_up(seen: Seen) -> Iterable[Problem]:
    """The sources of a row add up to each of its figures that they are told for, through the last page of
    them; each is an entry or a document that can be looked at; and no row that comes to anything has none.
    """
    known = _ids(seen)
    for name, asked, report in drawn(seen, explain=True):
        for path, row in _explained(report):
            where = f"{name} {' '.join(map(str, asked.values()))} {path}"
            items = list(_items(seen, row["sources"]))
            yield from seen.equal("sources.count", where, row["sources"]["count"], len(items))
            sums: Sums = defaultdict(Decimal)
            for item in items:
                for column, amount in item["amounts"].items():
                    sums[column] += amount
                if {item["journal_id"], item["source_id"]} - known:
                    yield seen.problem("sources.stranger", where, "what can be looked at", item)
            for column, amount in sums.items():
                yield from seen.equal("sources.sum", f"{where} {column}", row[column], amount)
            if _amounts(row) and not items:
                yield seen.problem("sources.none", where, "a source", row)


def _amounts(row: Body) -> list[Decimal]:
    """What a row comes to; a rate and a quantity are no amounts."""
    figures = {name: value for name, value in row.items() if isinstance(value, Decimal)}
    return [value for name, value in figures.items() if value and name not in ("rate", "quantity")]


def _ids(seen: Seen) -> set[str | None]:
    """Every entry and document there is."""
    found: set[str | None] = {None} | {one["journal_id"] for one in seen.all("journals")}
    for of in ("invoices", "bills", "credit_notes", "debit_notes", "payments", "expenses", "contacts"):
        found |= {one[f"{of.removesuffix('s')}_id"] for one in seen.all(of)}
    return found


def _explained(value: Any, path: str = "") -> Iterator[tuple[str, Body]]:
    """Every row of a report that says where it comes from, with the way to it."""
    if isinstance(value, dict):
        if value.get("sources") is not None:
            yield path, value
        for key, inner in value.items():
            if key != "sources":
                yield from _explained(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _explained(inner, f"{path}/{index}")


def _items(seen: Seen, sources: Body) -> Iterator[Body]:
    """The items of a row, page after page."""
    yield from sources["items"]
    cursor = sources["next"]
    while cursor is not None:
        page = seen.acme.reports.sources(cursor=cursor)
        yield from page
        cursor = page.next_cursor


@invariant
def branches_add_up(seen: Seen) -> Iterable[Problem]:
    """What the reports of single branches say adds up to what they say of all; returns are of a number."""
    for name, figures in _FIGURES.items():
        for asked in ASKED[name](seen):
            parts: Sums = defaultdict(Decimal)
            for branch in seen.branches:
                for key, amount in figures(seen.report(name, **asked, branch_id=branch)).items():
                    parts[key] += amount
            where = f"{name} {' '.join(map(str, asked.values()))}"
            yield from seen.same("branches.sum", where, figures(seen.report(name, **asked)), parts)


Figures = dict[str, Decimal]


def _named(*names: str) -> Callable[[Body], Figures]:
    """Figures at the top of a report."""
    return lambda report: {name: report[name] for name in names}


def _stands(report: Body) -> Figures:
    return {row["account_id"]: row["debit"] - row["credit"] for row in report["accounts"]}


def _profit(report: Body) -> Figures:
    sections = {key: row["total"] for key, row in report.items() if isinstance(row, dict)}
    return sections | _named("gross_profit", "net_profit")(report)


def _sides(report: Body) -> Figures:
    return {name: report[name]["total"] for name in ("assets", "liabilities", "equity")}


def _cash(report: Body) -> Figures:
    sections = {name: report[name]["total"] for name in ("operating", "investing", "financing")}
    return sections | _named("net_change", "opening_cash", "closing_cash")(report)


def _ageing(report: Body) -> Figures:
    """A document of one branch may be settled with money of another, so columns do not add up; all does."""
    return {row["contact_id"]: row["total"] for row in report["rows"]}


def _unpaid(report: Body) -> Figures:
    who = "customers" if "customers" in report else "vendors"
    return {row["contact_id"]: row["outstanding"] for row in report[who]}


def _registered(report: Body) -> Figures:
    rows = {str(next(iter(row.values()))): row["total"] for row in report["rows"]}
    return rows | {f"totals {name}": total for name, total in report["totals"].items()}


_ENDS: Final = _named("opening_balance", "closing_balance")
_FIGURES: Final[dict[str, Callable[[Body], Figures]]] = {
    "trial_balance": _stands,
    "profit_and_loss": _profit,
    "balance_sheet": _sides,
    "cash_flow": _cash,
    "ar_aging": _ageing,
    "ap_aging": _ageing,
    "outstanding_receivables": _unpaid,
    "outstanding_payables": _unpaid,
    "sales_register": _registered,
    "purchase_register": _registered,
    "day_book": _named("total_debit", "total_credit"),
    "ledger": _ENDS,
    "customer_ledger": _ENDS,
    "vendor_ledger": _ENDS,
}
"""What of a report adds up, branch by branch."""
