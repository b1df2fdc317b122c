"""What is open on receivables or payables on a day: documents, opening balances, entries made by hand, and
money and notes that are not used up (`api.md` §5, items 5 to 8).

The ledger decides. What postings leave on the control account is looked at document by document, and a
settlement takes as much from what it settles as it gives to what settles it. So all that is open adds up
to the account on that day, less what was posted there by hand without saying of whom: a void nets out on
its own date, a document that is dated later is not there yet, and what is settled later is still open.

Of one branch, money of another branch that settles a document here counts as what it is in the ledger of
this one: the document is settled, and the amount stands beside it until the branches are even.
"""

from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.reports.called import renamed_since
from finzcore.books.reports.known import Asked, Known, known, seq_of, time_of
from finzcore.books.reports.period import today_of
from finzcore.books.shapes import day, shape
from finzcore.books.text import json_value
from finzcore.ledger.account import Role
from finzcore.ledger.source import Source
from finzcore.ports import Row


class Side(NamedTuple):
    """Customers or vendors: the account on which they stand, the side on which they owe or are owed, and the
    documents that say so."""

    word: str
    who: str
    control: Role
    advance: Role
    sign: int
    documents: str
    noun: str
    prefix: str
    source: Source


CUSTOMERS: Final = Side(
    word="receivable",
    who="customers",
    control=Role.AR,
    advance=Role.CUSTOMER_ADVANCE,
    sign=1,
    documents="invoices",
    noun="invoice",
    prefix="inv_",
    source=Source.INVOICE,
)
VENDORS: Final = Side(
    word="payable",
    who="vendors",
    control=Role.AP,
    advance=Role.VENDOR_ADVANCE,
    sign=-1,
    documents="bills",
    noun="bill",
    prefix="bl_",
    source=Source.BILL,
)

_NOTES: Final = {Source.CREDIT_NOTE: "credit_notes", Source.DEBIT_NOTE: "debit_notes"}
_WAITING: Final = frozenset({Source.PAYMENT, Source.CREDIT_NOTE})


@shape
class AsOf(Asked):
    """As of which day; by default today, which of the books as they were known is the day of that instant."""

    as_of_date: str | None = day(bare=True)


class Item(NamedTuple):
    """What is open on one document, or waits to be used of one payment or note. Of an entry made by hand,
    `key` is its number.

    `booked` and `rest` are in paise of rupees, positive where the contact owes us or we owe the vendor;
    `total` and `settled` in the document's own currency.
    """

    contact_id: int
    contact_name: str
    source: Source
    key: int
    entry: int
    number: str | None
    date: str
    due_date: str
    booked: int
    rest: int
    total: int
    settled: int

    @property
    def waits(self) -> bool:
        """Whether it is money or a note, which has no age; or what an entry by hand takes off the account."""
        return self.source in _WAITING or (self.source is Source.MANUAL and self.rest < 0)

    @property
    def source_id(self) -> int | None:
        """What it is called among the sources of figures; entries by hand have no name but their own."""
        return None if self.source is Source.MANUAL else self.key


class Settlement(NamedTuple):
    """What a payment or a note took off a document, in paise of rupees, and the entry that did it."""

    source: str
    key: int
    entry: int
    relieved: int


class Asking(NamedTuple):
    """Whose open items of which day are wanted, as far as they were known."""

    side: Side
    as_of: str
    at: Known | None
    branch_id: int | None
    contact_id: int | None

    def rows(self, books: Books, name: str) -> list[Row]:
        """What a statement says of them."""
        values: dict[str, Any] = {
            "control": books.masters.account(self.side.control),
            "side": self.side.sign,
            "as_of": self.as_of,
            "known": seq_of(self.at),
            "time": time_of(self.at),
            "branch_id": self.branch_id,
        }
        if self.contact_id is None:
            return books.session.ask(f"reports_contacts.{name}", **values)
        return books.session.ask(f"reports_contacts.{name}_of_one", **values, contact=self.contact_id)


def asking(books: Books, side: Side, query: AsOf, contact_id: int | None = None) -> Asking:
    """What a report of open items asks for."""
    at = known(books, query)
    return Asking(side, query.as_of_date or today_of(books, at), at, query.branch_id, contact_id)


def open_items(books: Books, wanted: Asking) -> list[Item]:
    """What is open, by the name of the contact, then by when it is due."""
    rows = wanted.rows(books, wanted.side.word)
    if wanted.at is not None:
        _as_they_were(books, rows, wanted.at)
        named = renamed_since(books, wanted.at, wanted.contact_id)
        for row in rows:
            row["contact_name"] = named.get(row["contact_id"], row["contact_name"])
    items = [_item(row, wanted.side.sign) for row in rows]
    return sorted(items, key=lambda one: (one.contact_name, one.contact_id, one.due_date, one.key))


def settlements(books: Books, wanted: Asking) -> dict[tuple[str, int], list[Settlement]]:
    """What settled each document, by its source and key, in the order of days."""
    found: dict[tuple[str, int], list[Settlement]] = {}
    for row in wanted.rows(books, "settlements"):
        relieved = wanted.side.sign * row["relieved"]
        one = Settlement(row["source"], row["source_id"], row["entry"], relieved)
        found.setdefault((row["made_by"], row["document"]), []).append(one)
    return found


def _item(row: Row, sign: int) -> Item:
    return Item(
        contact_id=row["contact_id"],
        contact_name=row["contact_name"],
        source=Source(row["made_by"]),
        key=row["document"],
        entry=row["entry"],
        number=row["number"],
        date=row["date"] or row["day"] or "",
        due_date=row["due_date"] or "",
        booked=sign * row["booked"],
        rest=sign * row["rest"],
        total=row["total"] or 0,
        settled=row["settled"],
    )


def _as_they_were(books: Books, rows: list[Row], at: Known) -> None:
    """Notes that were edited since, as they said then."""
    notes = {row["made_by"] for row in rows} & {source.value for source in _NOTES}
    for source in sorted(notes):
        kept = books.session.ask("returns.superseded", kind=_NOTES[Source(source)], known=at.time)
        before = {one["document_id"]: json_value(one["said"]) for one in kept}
        for row in rows:
            said = before.get(row["document"]) if row["made_by"] == source else None
            if said is not None:
                names = ("entry", "number", "date", "due_date", "total")
                row.update({name: said[name] for name in names if name in said})
