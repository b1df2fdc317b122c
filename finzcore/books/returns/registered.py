"""Invoices and bills as the registers show them: in rupees, line by line (`api.md` §5, items 9 and 10)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.returns.inward import convert
from finzcore.books.returns.papers import converted
from finzcore.documents import lifecycle
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.money import Paise, half_up
from finzcore.ports import Row

LIVES: Final = {"invoices": lifecycle.INVOICE, "bills": lifecycle.BILL}

_HEADS: Final = ("cgst", "sgst", "igst", "cess")


def documents(
    books: Books, of: str, span: tuple[tuple[str, int], str], branch_id: int | None, at: Known, limit: int
) -> list[Row]:
    """So many posted documents, by date, with their lines, as they were known: those that stand behind a
    document, which is given by its date and key, through a day."""
    (day, after), through = span
    behind = {"day": day, "after": after, "branch_id": branch_id}
    rows = books.session.ask(
        f"reports_long.{of}", **behind, through=through, known=at.seq, time=at.time, limit=limit
    )
    by_key = {row["id"]: row for row in rows}
    for row in rows:
        row["lines"] = []
    if rows:
        to = {"last_day": rows[-1]["date"], "last": rows[-1]["id"]}
        for line in books.session.ask(f"reports_long.{of}_lines", **behind, **to):
            if line["document_id"] in by_key:
                by_key[line["document_id"]]["lines"].append(line)
    for row in rows:  # few at a time; the database would sort all of them
        row["lines"].sort(key=_place)
    return rows


def place(row: Row) -> tuple[str, int]:
    """Where a document stands in a register: its date and its key."""
    return row["date"], row["id"]


def _place(line: Row) -> int:
    place: int = line["line_no"]
    return place


def registered(row: Row, of: str, today: dt.date) -> Row:
    """A document and its lines with their amounts in rupees, paise as the ledger has them, and its status
    on a day. Its lines add up to it."""
    lines = row["lines"]
    if row["exchange_rate"] != ONE:
        _convert(lines, of, row["exchange_rate"])
    amounts = _summed(lines, ("taxable", *_HEADS))
    for name in ("tds_amount", "total"):
        amounts[name] = in_rupees(Paise(row[name]), row["exchange_rate"])
    told = sum(amounts[name] for name in ("taxable", *_HEADS))
    shown = row | amounts
    shown["other_charges"] = amounts["total"] + amounts["tds_amount"] - told
    shown["shown_status"] = status_of(row, of, today)
    for line in lines:
        line["description"] = line["description"] or line["name"]
    return shown | _credit(lines) if of == "bills" else shown


def _convert(lines: Sequence[Row], of: str, exchange_rate: int) -> None:
    for line in lines:
        line["rate"] = half_up(line["rate"] * exchange_rate, ONE)
    if of == "bills":
        convert(lines, exchange_rate)
        return
    for name in ("taxable", *_HEADS):
        amounts = converted([line[name] for line in lines], exchange_rate)
        for line, amount in zip(lines, amounts, strict=True):
            line[name] = amount


def _summed(lines: Iterable[Row], names: Sequence[str]) -> dict[str, int]:
    whole = list(lines)
    return {name: sum(line[name] for line in whole) for name in names}


def _credit(lines: Sequence[Row]) -> Row:
    """What a bill says of reverse charge, and of the credit that is taken for its tax."""
    assessed = [f"rcm_{head}" for head in _HEADS]
    taken = _summed((line for line in lines if line["itc_blocked_reason"] is None), [*_HEADS, *assessed])
    clauses = {line["itc_blocked_reason"] for line in lines} - {None}
    return {
        **_summed(lines, assessed),
        **{f"itc_{head}": taken[head] + taken[f"rcm_{head}"] for head in _HEADS},
        "is_rcm": int(any(line["is_rcm"] for line in lines)),
        "itc_blocked_reason": clauses.pop() if len(clauses) == 1 else None,
    }


def status_of(row: Row, of: str, today: dt.date) -> str:
    """What a posted document showed on a day, when `paid` and `credited` of it was settled."""
    life = LIVES[of]
    return lifecycle.settled_status(
        life,
        lifecycle.step(life, "DRAFT", "approve"),
        total=row["total"],
        paid=row["paid"],
        credited=row["credited"],
        due_date=dt.date.fromisoformat(row["due_date"]),
        today=today,
    )
