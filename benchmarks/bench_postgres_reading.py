"""Reading from PostgreSQL: one invoice, a list, a trial balance, a ledger page, against bare queries.

The floor is a careful person's psycopg and `json.dumps`: all that can go at once in one pipeline,
one consistent view, under the same policies. It asks nobody who they are and counts nothing.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.bare_postgres import Looking
from benchmarks.bench_reading import INVOICES_KEPT, PAGE, Bare, check
from benchmarks.bench_reports import KEY_ORDERED, PART_MONTH, TOTALS_BEFORE, page_said
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.scratch import scratch
from benchmarks.shop import Shop
from finzcore.books.references import Id

DAY, MONTH_END = "2026-05-19", "2026-05-31"
BALANCES = """
    SELECT a.number, a.code, a.name, a.account_type, sum(t.debit - t.credit)
    FROM accounts a JOIN totals t ON t.org_id = a.org_id AND t.account = a.number
    WHERE a.org_id = ? AND t.month <= ?
    GROUP BY a.number, a.code, a.name, a.account_type ORDER BY a.code
"""
RECEIVABLE = "SELECT org_id, number FROM accounts WHERE role = 'AR'"


def spelled(one: Any) -> str:
    """A column as SQL gives it to JSON: amounts in rupees, keys as text."""
    places = getattr(one.kind, "places", 0)
    if places:
        return f"CAST({one.column} AS double precision) / 1e{places}"
    if isinstance(one.kind, Id):
        return f"'{one.kind.prefix}' || lpad(to_hex({one.column}), 16, '0')"
    return str(one.column)


class PostgresBare(Bare):
    """The reader of `bench_reading` on PostgreSQL, and two reports."""

    def __init__(self, looking: Looking, account: int) -> None:
        super().__init__(looking.org, spelled)
        self.looking = looking
        self.account = account

    def read_one(self, key: int) -> tuple[Any, list[Any]]:
        """The row of an invoice, and those of its lines."""
        rows, lines = self.looking.at_once((self.head, (self.org, key)), (self.lines, (self.org, key, 1)))
        return rows[0], lines

    def read_page(self) -> tuple[list[Any], list[Any]]:
        """The rows of the newest fifty and one more, and those of the lines of the fifty."""
        (rows,) = self.looking.first((self.newest, (self.org, PAGE + 1)))
        (lines,) = self.looking.last((self.many, (self.org, *[row[-1] for row in rows[:PAGE]])))
        return rows, lines

    def trial_balance(self) -> bytes:
        """At a month's end."""
        (rows,) = self.looking.at_once((BALANCES, (self.org, MONTH_END[:7])))
        accounts = [
            {
                "account_id": f"acc_{number:016x}",
                "code": code,
                "name": name,
                "account_type": kind,
                "debit": max(int(net), 0) / 100,
                "credit": max(-int(net), 0) / 100,
            }
            for number, code, name, kind, net in rows
            if net
        ]
        owed, owing = (sum(row[side] for row in accounts) for side in ("debit", "credit"))
        shown = {"as_of_date": MONTH_END, "accounts": accounts, "total_debit": owed, "total_credit": owing}
        return json.dumps({"code": 0, "message": "success", "trial_balance": shown}).encode()

    def ledger_page(self) -> str:
        """Fifty rows of receivables."""
        of_account = (self.org, self.account)
        part = (PART_MONTH, (*of_account, f"{DAY[:7]}-01", DAY))
        through = (PART_MONTH, (*of_account, f"{DAY[:7]}-01", f"{DAY}T"))
        months, before, rows, closing = self.looking.at_once(
            (TOTALS_BEFORE, (*of_account, DAY[:7])), part,
            (KEY_ORDERED, (*of_account, DAY, DAY, PAGE)), through,
        )  # fmt: skip
        opening = _sum(months) + _sum(before)
        return page_said(opening, rows, _sum(months) + _sum(closing))


def _sum(rows: list[Any]) -> int:
    return int(rows[0][0] or 0)


Pair = tuple[str, Callable[[], Any], Callable[[], Any], int]


def documents(shop: Shop, bare: PostgresBare, key: int, lines: int) -> Iterator[Pair]:
    """One invoice and a list of them: what is read, ours, the floor, and how often in a turn."""
    page = shop.request("GET", f"/invoices?per_page={PAGE}")
    shown = json.loads(shop.ask(page).body)["invoices"]
    one = shop.request("GET", f"/invoices/{shown[0]['invoice_id']}")
    check([json.loads(shop.ask(one).body)["invoice"]], [json.loads(bare.one(key))["invoice"]])
    check(shown, json.loads(bare.page())["invoices"])
    yield f"GET one invoice, {lines} line(s)", lambda: shop.ask(one), lambda: bare.one(key), 25
    yield f"GET a list of {PAGE}, {lines} line(s) each", lambda: shop.ask(page), bare.page, 3


def reports(shop: Shop, bare: PostgresBare) -> Iterator[Pair]:
    """A trial balance and a ledger page."""
    balance = shop.request("GET", f"/reports/trial_balance?as_of_date={MONTH_END}")
    ours, plain = json.loads(shop.ask(balance).body), json.loads(bare.trial_balance())
    for total in ("total_debit", "total_credit"):
        assert ours["trial_balance"][total] == plain["trial_balance"][total] > 0
    yield "trial balance at a month's end", lambda: shop.ask(balance), bare.trial_balance, 20
    wire = shop.org.accounts.list(per_page=200)
    key = next(one["account_id"] for one in wire if one["account_type"] == "ACCOUNTS_RECEIVABLE")
    span = f"account_id={key}&from_date={DAY}&to_date={DAY}&limit={PAGE}"
    page = shop.request("GET", f"/reports/ledger?{span}")
    ours, plain = json.loads(shop.ask(page).body)["ledger"], json.loads(bare.ledger_page())
    assert ours["closing_balance"] == plain["closing_balance"]
    assert [row["running_balance"] for row in ours["entries"]] == [
        row["running_balance"] for row in plain["entries"]
    ]
    yield f"ledger page of {PAGE}", lambda: shop.ask(page), bare.ledger_page, 10


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Invoices of one line and of ten, and two reports."""
    with scratch() as server:
        if server is None:
            return
        for lines in (1, 10):
            name = server.new()
            with Shop(server.address(name), "relaxed") as shop:
                body = shop.invoice(lines, shop.customer())
                for _ in range(effort.of(INVOICES_KEPT, least=PAGE + 1)):
                    shop.ask(shop.request("POST", "/invoices", body))
                server.settled(name)
                with server.around(name) as around:
                    org, account = around.execute(RECEIVABLE).fetchone()
                    (key,) = around.execute("SELECT max(id) FROM invoices").fetchone()
                bare = PostgresBare(Looking(server.address(name), org), account)
                for title, ask, read, each in (
                    *documents(shop, bare, key, lines),
                    *(reports(shop, bare) if lines == 1 else ()),
                ):
                    taken = medians(ask, read, **effort.turns(each * 20, each))
                    yield Ratio(f"PostgreSQL, {title}", *taken, 3)
                bare.looking.db.close()


if __name__ == "__main__":
    main(ratios)
