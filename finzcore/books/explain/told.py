"""The steps that lead to postings, and what there is to be said of a document that has none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from finzcore.books.books import Books
from finzcore.books.journal import entry_of
from finzcore.documents.exchange import ONE
from finzcore.documents.posted import Amount
from finzcore.documents.steps import Step, amount, number
from finzcore.ports import Row

Where = tuple[str, int, str | None]
"""Which posting: its rule, its account, its tags."""


def lines(books: Books, row: Row) -> list[Row]:
    """The postings of a document's entry, if it has one."""
    return [] if row["entry"] is None else entry_of(books, row["entry"])[1]


def amounts_of(amounts: Iterable[Amount], word: str, side: int) -> dict[Where, int]:
    """What a document says of its postings, in its own currency."""
    return {(f"{word}.{part}", account, tags): side * paise for part, account, paise, tags in amounts}


def posting_steps(
    books: Books, posted: Sequence[Row], said: Mapping[Where, int], exchange_rate: int
) -> Iterator[Step]:
    """A step for each posting: what it is in the document's currency, and in rupees."""
    accounts = books.masters.rows["accounts"]
    for line in posted:
        paise = line["amount"]
        inputs: dict[str, Any] = {
            "account": f"{accounts[line['account']]['code']} {accounts[line['account']]['name']}",
            "side": "debit" if paise > 0 else "credit",
        }
        own = said.get((line["rule"], line["account"], line["tags"]))
        if exchange_rate != ONE and own is not None:
            inputs |= {"amount": amount(abs(own)), "exchange_rate": number(exchange_rate, 8)}
        yield Step(line["rule"], inputs, amount(abs(paise)))


def status_steps(row: Row) -> Iterator[Step]:
    """What is to be known of a document that is not in the books, or not any more."""
    if row["status"] == "DRAFT":
        yield Step("document.draft", {"number": row["number"]}, "DRAFT")
    elif row.get("voided_at"):
        yield Step("document.cancelled", {"number": row["number"]}, row["status"])
