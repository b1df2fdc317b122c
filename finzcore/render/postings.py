"""The journal of an organisation as one table: a row for each posting."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from finzcore.books.exporting import Journal
from finzcore.render.grid import Cell, Grid

HEADS: Final = (
    "date", "journal_number", "source", "document_number", "document_id", "reference_number", "branch",
    "memo", "reverses", "account_code", "account_name", "account_type", "debit", "credit", "contact_name",
    "contact_id", "description", "rule",
)  # fmt: skip


def _rows(journal: Journal) -> Iterator[tuple[Cell, ...]]:
    accounts = {account.number: account for account in journal.accounts}
    for entry in journal.entries():
        for posting in entry.postings:
            account = accounts[posting.account]
            contact = posting.contact or entry.contact
            amount = Decimal(posting.amount).scaleb(-2)
            yield (
                entry.date,
                entry.number,
                entry.source,
                entry.document,
                entry.document_id,
                entry.reference,
                entry.branch,
                entry.memo,
                entry.reverses,
                account.code,
                account.name,
                account.type.value,
                amount if posting.amount > 0 else None,
                -amount if posting.amount < 0 else None,
                None if contact is None else contact.name,
                None if contact is None else contact.id,
                posting.description,
                posting.rule,
            )


def postings(journal: Journal) -> Grid:
    """Every posting of a journal, in the order of days and entries."""
    return Grid("postings", HEADS, _rows(journal))
