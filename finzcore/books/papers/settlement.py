"""What settles what: allocations of payments and credit notes to the documents they pay.

What was applied is kept on the headers, where a CHECK holds it between nothing and the total, and
in one row per allocation, which stays when it is released (`reliability.md` §14).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.books.figures import Amount
from finzcore.books.papers.kind import PaperKind, kind_of
from finzcore.documents import lifecycle
from finzcore.documents.allocation import Application, Open
from finzcore.documents.lifecycle import POSTED, check_leads, settling, using
from finzcore.errors import RuleBroken
from finzcore.money import Paise
from finzcore.ports import Condition, Index, Row, Table, day, integer, moment, paise, ref, text

ALLOCATIONS: Final = Table(
    name="allocations",
    columns=(
        integer("id"),
        text("source_type"),
        integer("source_id"),
        text("target_type"),
        integer("target_id"),
        paise("amount", least=1),
        paise("used"),
        paise("relieved"),
        day("date"),
        ref("entry", "entries.seq", null=True),
        moment("created_at"),
        moment("released_at", null=True),
    ),
    indexes=(
        Index(name="allocations_source", columns=("source_type", "source_id", "id")),
        Index(name="allocations_target", columns=("target_type", "target_id", "id")),
    ),
)
"""`amount` is in the documents' currency; `used` and `relieved` are what that was worth in rupees at
the source's and at the target's rate. A released allocation counts for nothing any more."""

TABLES: Final = (ALLOCATIONS,)

# ----- what documents show -----


def balance(row: Row) -> int:
    """What is still due on a document."""
    due: int = row["total"] - row["payment_made"] - row["credits_applied"]
    return due


def settled_status(books: Books, kind: PaperKind, row: Row) -> str:
    """The status, as a client sees it, of a document that is settled."""
    status: str = row["status"]
    if status not in POSTED:
        return status
    return lifecycle.settled_status(
        kind.life,
        status,
        total=row["total"],
        paid=row["payment_made"],
        credited=row["credits_applied"],
        due_date=dt.date.fromisoformat(row["due_date"]),
        today=dt.date.fromisoformat(books.today),
    )


def check_posted(books: Books, kind: PaperKind, row: Row, field: str, *, corrected: bool = False) -> None:
    """RuleBroken unless a document is in the books: only such a one is settled, used or `corrected`.

    A note may correct one that is settled, too.
    """
    if row["status"] in POSTED:
        return
    if corrected:
        done, allowed = "corrected", lifecycle.in_books(kind.life)
    else:
        event = "apply_part" if kind.uses is not None else "settle_part"
        done, allowed = "settled", [status for status, verb in kind.life if verb == event]
    raise RuleBroken(
        f"This {kind.label} is {row['status']}: only a posted one can be {done}.",
        field=field,
        details={"current_status": kind.status(books, row), "allowed": allowed},
    )


# ----- what is open -----


def live(books: Books, column: str, kind: str, keys: Sequence[int]) -> list[Row]:
    """The allocations that count, from sources or to targets of a kind: column is source or target."""
    if not keys:
        return []
    return books.session.find(
        ALLOCATIONS,
        [
            Condition(f"{column}_type", "=", kind),
            Condition(f"{column}_id", "in", tuple(keys)),
            Condition("released_at", "absent"),
        ],
        ascending=True,
    )


def by_source(books: Books, of: str, rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The allocations that count of payments or notes, by their keys: one look-up for all."""
    found: dict[int, list[Row]] = {row["id"]: [] for row in rows}
    for one in live(books, "source", of, list(found)):
        found[one["source_id"]].append(one)
    return found


def open_target(books: Books, of: str, row: Row) -> Open:
    """What is open on a document, in its currency and in rupees."""
    left = booked = kind_of(of).rest(row)
    if row["currency_code"] != "INR":
        booked = row["booked"] - sum(one["relieved"] for one in live(books, "target", of, [row["id"]]))
    return Open(amount=Paise(left), booked=Paise(booked), exchange_rate=row["exchange_rate"])


def open_source(books: Books, of: str, row: Row) -> Open:
    """What of a payment or a credit note can be used, in its currency and in rupees."""
    left = booked = kind_of(of).rest(row)
    if row["currency_code"] != "INR":
        booked = row["booked"] - sum(one["used"] for one in live(books, "source", of, [row["id"]]))
    return Open(amount=Paise(left), booked=Paise(booked), exchange_rate=row["exchange_rate"])


# ----- what is used and settled -----


def settlement_date(books: Books, source: Row, targets: Sequence[Row]) -> str:
    """The day on which something is set against documents: today, or when all of them exist."""
    date: str = max(books.today, source["date"], *[target["date"] for target in targets])
    return date


def record(
    books: Books,
    source: tuple[str, int],
    target: tuple[str, int],
    application: Application,
    *,
    date: str,
    entry: int | None,
) -> Row:
    """Keep an allocation."""
    row = {
        "id": books.new_id(),
        "source_type": source[0],
        "source_id": source[1],
        "target_type": target[0],
        "target_id": target[1],
        "amount": application.amount,
        "used": application.used,
        "relieved": application.relieved,
        "date": date,
        "entry": entry,
        "created_at": books.time,
        "released_at": None,
    }
    books.session.insert(ALLOCATIONS, [row])
    return row


def release(books: Books, allocation: Row) -> None:
    """Let an allocation count no more."""
    books.session.change(ALLOCATIONS, (allocation["id"],), {"released_at": books.time})


def kept(books: Books, of: str, key: int) -> Row:
    """A document, a payment or a note that an allocation names."""
    row = books.session.get(kind_of(of).table, key)
    assert row is not None, f"{of} has lost {key}"
    return row


def _write(books: Books, of: str, row: Row, moved: Mapping[str, int]) -> Row:
    """Add to some of a row's amounts, as a new version of it."""
    changes: Row = {column: row[column] + amount for column, amount in moved.items()}
    changes |= {"version": row["version"] + 1, "last_modified_time": books.time}
    books.session.change(kind_of(of).table, (row["id"],), changes)
    return row | changes


def _told(books: Books, names: Mapping[str, tuple[int, int]], statuses: tuple[str, str]) -> dict[str, Any]:
    """Old and new of amounts and of the status, as events keep them."""
    shown = Amount().plain
    changes: dict[str, Any] = {
        name: {"old": shown(old, books.org_id), "new": shown(new, books.org_id)}
        for name, (old, new) in names.items()
    }
    if statuses[0] != statuses[1]:
        changes["status"] = {"old": statuses[0], "new": statuses[1]}
    return changes


def use_source(books: Books, of: str, row: Row, used: Mapping[str, int], *, event: str | None = None) -> Row:
    """Add what was used of a payment or a note, or give it back with a negative amount, and tell it.

    `event` is the webhook's verb for it; what a refund uses is on record, without one.
    """
    kind = kind_of(of)
    after = _write(books, of, row, used)
    statuses = (kind.status(books, row), kind.status(books, after))
    step_ = using(left=Paise(kind.rest(after)), back=sum(used.values()) < 0)
    check_leads(kind.life, statuses[0], step_, statuses[1])
    changes = _told(books, {kind.left: (kind.rest(row), kind.rest(after))}, statuses)
    kind.tell(books, after, "UPDATED", event, changes)
    return after


def settle(books: Books, of: str, row: Row, *, cash: int = 0, credit: int = 0) -> Row:
    """Set an amount against a document, or take it back with a negative one, and tell what it shows."""
    kind = kind_of(of)
    after = _write(books, of, row, {"payment_made": cash, "credits_applied": credit})
    statuses = (kind.status(books, row), kind.status(books, after))
    forward = cash + credit > 0
    paid, credited = Paise(after["payment_made"]), Paise(after["credits_applied"])
    step_ = settling(balance=Paise(kind.rest(after)), paid=paid, credited=credited, back=not forward)
    check_leads(kind.life, statuses[0], step_, statuses[1])
    changes = _told(books, {kind.left: (kind.rest(row), kind.rest(after))}, statuses)
    if forward:
        verb = "PAID" if statuses[1] in ("PAID", "CREDIT_APPLIED") else "PARTIALLY_PAID"
        kind.tell(books, after, verb, verb if verb in kind.settles else None, changes)
    else:
        kind.tell(books, after, "STATUS_CHANGED", None, changes)
    return after
