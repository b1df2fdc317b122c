"""The journal of an organisation as beancount reads it: plain text, a transaction for each entry.

Every text keeps each of its characters: quotes, backslashes and line ends are escaped. The payee is the
contact, and what else is known stands in the metadata.
"""

from collections.abc import Iterator
from typing import Final

from finzcore.books.exporting import Journal, Party, ToldEntry
from finzcore.money import rupees
from finzcore.render.hledger import one_line
from finzcore.render.names import account_names

_ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"})
_EMPTY_BOOKS: Final = "1970-01-01"
"""When accounts are opened in which nothing happens; the first day of any books."""


def quoted(text: str) -> str:
    """Text between quotes, as it will be read back.

    >>> print(quoted('The "Blue" book'))
    "The \\"Blue\\" book"
    """
    return f'"{text.translate(_ESCAPED)}"'


def _about(indent: str, **values: str | None) -> Iterator[str]:
    """Metadata; what is not known is left out."""
    for name, value in values.items():
        if value:
            yield f"{indent}{name}: {quoted(value)}"


def _of(contact: Party | None) -> dict[str, str | None]:
    return {} if contact is None else {"contact": contact.name, "contact_id": contact.id}


def _entry(entry: ToldEntry, names: dict[int, str]) -> Iterator[str]:
    payee = "" if entry.contact is None else f"{quoted(entry.contact.name)} "
    yield f"\n{entry.date} * {payee}{quoted(entry.memo or '')}"
    yield from _about(
        "  ",
        number=entry.number,
        source=entry.source,
        document=entry.document,
        document_id=entry.document_id,
        **_of(entry.contact),
        reference=entry.reference,
        branch=entry.branch,
        reverses=entry.reverses,
    )
    for posting in entry.postings:
        yield f"  {names[posting.account]}  {rupees(posting.amount)} INR"
        whose = {} if posting.contact == entry.contact else _of(posting.contact)
        yield from _about("    ", **whose, note=posting.description, rule=posting.rule)


def written(journal: Journal) -> Iterator[str]:
    """The lines of a journal, in the order of days and entries, each to be ended by a newline."""
    names = account_names(journal.accounts)
    yield f"; {one_line(journal.name)}: the journal, through entry {journal.head}"
    yield f"option {quoted('title')} {quoted(journal.name)}"
    yield f"option {quoted('operating_currency')} {quoted('INR')}"
    yield ""
    for account in journal.accounts:
        yield f"{journal.first_day or _EMPTY_BOOKS} open {names[account.number]} INR"
        yield from _about("  ", name=account.name)
    for entry in journal.entries():
        yield from _entry(entry, names)
