"""What holds of the reports that are made of balances: each follows from the entries, and from the others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.seen import LAST_DAY, Body, Seen, Sums, invariant

_SECTIONS: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    "income": (("SALES", "INCOME"), -1),
    "cost_of_goods_sold": (("COST_OF_GOODS_SOLD",), 1),
    "other_income": (("OTHER_INCOME",), -1),
    "expenses": (("EXPENSE",), 1),
    "other_expenses": (("OTHER_EXPENSE",), 1),
}
"""The types of account in each section of the profit and loss, and the side on which it counts."""
_PROFIT: Final = frozenset(one for types, _ in _SECTIONS.values() for one in types)
_CASH: Final = ("BANK", "CASH")
_ASSETS: Final = frozenset(
    {
        "BANK", "CASH", "ACCOUNTS_RECEIVABLE", "STOCK", "GST_ASSET", "TDS_ASSET", "FIXED_ASSET",
        "OTHER_CURRENT_ASSET", "OTHER_ASSET",
    }
)  # fmt: skip
_EQUITY: Final = ("EQUITY", "RETAINED_EARNINGS")
_RETAINED: Final = "Retained Earnings"
_RUNNING: Final = "Current Year Earnings"


def year_of(day: str) -> str:
    """The first day of the financial year of a day.

    >>> year_of("2027-03-31"), year_of("2027-04-01")
    ('2026-04-01', '2027-04-01')
    """
    return f"{int(day[:4]) - (day[5:7] < '04')}-04-01"


def spans(seen: Seen) -> list[tuple[str, str]]:
    """Stretches of days that reports are asked for: the running year, this month, and all there is."""
    today = seen.today
    return [(year_of(today), today), (f"{today[:7]}-01", today), ("2000-01-01", LAST_DAY)]


def _of_types(seen: Seen, sums: Sums, types: Iterable[str], side: int = 1) -> Sums:
    """Sums of some types of account, on a side."""
    wanted = set(types)
    found: Sums = defaultdict(Decimal)
    for account, amount in sums.items():
        if seen.chart[account]["account_type"] in wanted:
            found[account] += side * amount
    return found


def _added(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


@invariant
def profit_and_loss_follows(seen: Seen) -> Iterable[Problem]:
    """Each line of the profit and loss is what entries left on its account, the sections add up to the two
    profits, and for the running year it is the income and the expense of the trial balance; that of a cost
    centre is made of the lines that bear its tag.
    """
    for since, through in spans(seen):
        report = seen.report("profit_and_loss", from_date=since, to_date=through)
        moved, where = seen.moved(since, through), f"{since} to {through}"
        for name, (types, side) in _SECTIONS.items():
            found = {row["account_id"]: row["amount"] for row in report[name]["accounts"]}
            expected = _of_types(seen, moved, types, side)
            yield from seen.same("profit_and_loss.account", f"{name} {where}", expected, found)
            total = _added(found.values())
            yield from seen.equal("profit_and_loss.total", f"{name} {where}", total, report[name]["total"])
        yield from _profits(seen, report, where)
    yield from _as_in_the_trial_balance(seen)
    for center in seen.acme.cost_centers.list():
        yield from _of_cost_center(seen, center["cost_center_id"])


def _of_cost_center(seen: Seen, key: str) -> Iterator[Problem]:
    report = seen.report("profit_and_loss", from_date="2000-01-01", to_date=LAST_DAY, cost_center_id=key)
    net = Decimal(0)
    for _, _, entry in seen.entries:
        for line in entry["lines"]:
            if key in line["tags"] and seen.chart[line["account_id"]]["account_type"] in _PROFIT:
                net += line["credit"] - line["debit"]
    yield from seen.equal("profit_and_loss.cost_center", key, net, report["net_profit"])


def _profits(seen: Seen, report: Body, where: str) -> Iterator[Problem]:
    total = {name: report[name]["total"] for name in _SECTIONS}
    gross = total["income"] - total["cost_of_goods_sold"]
    yield from seen.equal("profit_and_loss.gross", where, gross, report["gross_profit"])
    net = gross + total["other_income"] - total["expenses"] - total["other_expenses"]
    yield from seen.equal("profit_and_loss.net", where, net, report["net_profit"])


def _as_in_the_trial_balance(seen: Seen) -> Iterator[Problem]:
    report = seen.report("profit_and_loss", from_date=year_of(seen.today), to_date=seen.today)
    stands = {
        row["account_id"]: row["debit"] - row["credit"]
        for row in seen.report("trial_balance", as_of_date=seen.today)["accounts"]
        if row["account_type"] in _PROFIT
    }
    net = -_added(stands.values())
    yield from seen.equal("profit_and_loss.trial_balance", seen.today, net, report["net_profit"])


@invariant
def balance_sheet_balances(seen: Seen) -> Iterable[Problem]:
    """Assets are liabilities and equity together; each account stands at what entries left on it, earlier
    years' profit is retained, and the running year's stands at the end of the equity.
    """
    for day in (seen.today, LAST_DAY):
        report, stands, year = seen.report("balance_sheet", as_of_date=day), seen.moved("", day), year_of(day)
        before = _of_types(seen, seen.moved("", day, until=year), _PROFIT, -1)
        running = _of_types(seen, seen.moved(year, day), _PROFIT, -1)
        own = _of_types(seen, stands, ("RETAINED_EARNINGS",), -1)
        liabilities = {one["account_type"] for one in seen.chart.values()} - _ASSETS - _PROFIT - {*_EQUITY}
        sides = {
            "assets": _of_types(seen, stands, _ASSETS),
            "liabilities": _of_types(seen, stands, liabilities, -1),
            "equity": _of_types(seen, stands, ("EQUITY",), -1),
        }
        sides["equity"] |= {
            _RETAINED: _added([*before.values(), *own.values()]),
            _RUNNING: _added(running.values()),
        }
        for name, expected in sides.items():
            nodes = list(_nodes(report[name]["nodes"]))
            found = _by_account(nodes)
            yield from seen.same("balance_sheet.account", f"{name} {day}", expected, found)
            total = _added(found.values())
            yield from seen.equal("balance_sheet.total", f"{name} {day}", total, report[name]["total"])
        assets, others = report["total_assets"], report["total_liabilities_and_equity"]
        yield from seen.equal("balance_sheet.sides", day, assets, others)
        yield from seen.equal("balance_sheet.sides", f"assets {day}", report["assets"]["total"], assets)
        yield from seen.equal("balance_sheet.said", day, True, report["is_balanced"])


def _nodes(nodes: Iterable[Body]) -> Iterator[Body]:
    """Nodes, each before those below it."""
    for node in nodes:
        yield node
        yield from _nodes(node["children"])


def _by_account(nodes: Iterable[Body]) -> Sums:
    """Balances by account; what is computed goes by its name, with the account that it may stand on."""
    found: Sums = defaultdict(Decimal)
    for node in nodes:
        retained = node["account_type"] == "RETAINED_EARNINGS"
        found[_RETAINED if retained else node["account_id"] or node["name"]] += node["balance"]
    return found


@invariant
def cash_flow_closes(seen: Seen) -> Iterable[Problem]:
    """Cash begins and ends with what entries left on bank and in hand, and what is told in between is the
    difference, beginning with the profit.
    """
    cash = {key for key, account in seen.chart.items() if account["account_type"] in _CASH}
    for since, through in spans(seen):
        report, where = seen.report("cash_flow", from_date=since, to_date=through), f"{since} to {through}"
        before, after = seen.moved("", through, until=since), seen.moved("", through)
        opening, closing = (_added(sums[key] for key in cash) for sums in (before, after))
        yield from seen.equal("cash_flow.opening", where, opening, report["opening_cash"])
        yield from seen.equal("cash_flow.closing", where, closing, report["closing_cash"])
        yield from seen.equal("cash_flow.change", where, closing - opening, report["net_change"])
        yield from _sections_add_up(seen, report, where)
        profit = seen.report("profit_and_loss", from_date=since, to_date=through)["net_profit"]
        yield from seen.equal("cash_flow.profit", where, profit, report["operating"]["net_profit"])


def _sections_add_up(seen: Seen, report: Body, where: str) -> Iterator[Problem]:
    together = Decimal(0)
    for name in ("operating", "investing", "financing"):
        section = report[name]
        items = section["adjustments"] if name == "operating" else section["items"]
        added = _added(one["amount"] for one in items) + section.get("net_profit", Decimal(0))
        yield from seen.equal("cash_flow.section", f"{name} {where}", added, section["total"])
        together += added
    yield from seen.equal("cash_flow.change", f"sections {where}", together, report["net_change"])


@invariant
def ledgers_match_trial_balance(seen: Seen) -> Iterable[Problem]:
    """The ledger of every account has the entries of the journal line by line, and closes where the trial
    balance stands.
    """
    year, through = year_of(seen.today), seen.today
    stands = {
        row["account_id"]: row["debit"] - row["credit"]
        for row in seen.report("trial_balance", as_of_date=through)["accounts"]
    }
    lines: defaultdict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
    for day, _, entry in seen.entries:
        if year <= day <= through:
            for line in entry["lines"]:
                one = (day, entry["journal_id"], line["debit"] - line["credit"])
                lines[line["account_id"]].append(one)
    for account in sorted(stands.keys() | lines.keys()):
        row = seen.chart[account]
        side = 1 if row["account_type"] in _ASSETS or row["account_type"] in _SPENT else -1
        ledger = seen.report(
            "ledger", account_id=account, from_date=year, to_date=through, limit=10_000, branch_id=None
        )
        where = f"account {row['code']}"
        found = [
            (one["date"][:10], one["journal_id"], one["debit"] - one["credit"]) for one in ledger["entries"]
        ]
        yield from seen.equal("ledger.lines", where, lines[account], found)
        standing = side * stands.get(account, Decimal(0))
        yield from seen.equal("ledger.closing", where, standing, ledger["closing_balance"])
        opening = standing - side * _added(amount for _, _, amount in lines[account])
        yield from seen.equal("ledger.opening", where, opening, ledger["opening_balance"])
        last = [one["running_balance"] for one in ledger["entries"][-1:]] or [opening]
        yield from seen.equal("ledger.running", where, standing, last[0])


_SPENT: Final = frozenset({"EXPENSE", "COST_OF_GOODS_SOLD", "OTHER_EXPENSE"})


@invariant
def day_book_is_the_journal(seen: Seen) -> Iterable[Problem]:
    """The day book has every entry of its days as the list of entries shows it, in their order, and adds up
    their two sides.
    """
    for since, through in spans(seen)[1:]:
        report = seen.report("day_book", from_date=since, to_date=through)
        expected = [entry for day, _, entry in seen.entries if since <= day <= through]
        where = f"{since} to {through}"
        named = [[one["journal_number"] for one in some] for some in (expected, report["entries"])]
        yield from seen.equal("day_book.entries", where, *named)
        for one, other in zip(expected, report["entries"], strict=False):
            yield from seen.equal("day_book.entry", f"entry {one['journal_number']}", one, other)
        for side in ("debit", "credit"):
            total = _added(line[side] for one in expected for line in one["lines"])
            yield from seen.equal("day_book.total", f"{side} {where}", total, report[f"total_{side}"])
