"""The journal of an organisation as hledger reads it: plain text, a transaction for each entry.

What a comment or a tag of hledger would end at, or take for a date, stands there as its fullwidth twin:
a comma in a name as ``，``. The name of an account and every amount are as hledger itself writes them.
"""

from collections.abc import Iterator
from typing import Final
from unicodedata import category

from finzcore.books.exporting import Journal, Party, ToldEntry, ToldPosting
from finzcore.money import rupees
from finzcore.render.names import account_names

_TWINS: Final = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in ";|,:[]"}
_OF_TAGS: Final = _TWINS
_OF_DESCRIPTIONS: Final = {ord(sign): _TWINS[ord(sign)] for sign in ";|"}


def one_line(text: str) -> str:
    """Text without line ends and other controls.

    >>> one_line("Rent\\nof May\\t2026 ")
    'Rent of May 2026'
    """
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in text).split())


def _tag(name: str, value: str | None) -> str:
    said = one_line(value or "").translate(_OF_TAGS)
    return f"{name}: {said}" if said else ""


def _tags(*tags: str) -> str:
    return ", ".join(filter(None, tags))


def _of_contact(contact: Party | None) -> tuple[str, str]:
    return ("", "") if contact is None else (_tag("contact", contact.name), _tag("contact_id", contact.id))


def _entry(entry: ToldEntry, names: dict[int, str]) -> Iterator[str]:
    described = one_line(entry.memo or "").translate(_OF_DESCRIPTIONS)
    yield f"\n{entry.date} ({one_line(entry.number)}) {described}".rstrip()
    tags = (
        _tag("number", entry.number),
        _tag("source", entry.source),
        _tag("document", entry.document),
        _tag("document_id", entry.document_id),
        *_of_contact(entry.contact),
        _tag("reference", entry.reference),
        _tag("branch", entry.branch),
        _tag("reverses", entry.reverses),
    )
    yield from (f"    ; {tag}" for tag in tags if tag)
    for posting in entry.postings:
        said = _posting_tags(posting, entry.contact)
        yield f"    {names[posting.account]}  {rupees(posting.amount)} INR" + (said and f"  ; {said}")


def _posting_tags(posting: ToldPosting, known: Party | None) -> str:
    whose = () if posting.contact == known else _of_contact(posting.contact)
    return _tags(*whose, _tag("note", posting.description), _tag("rule", posting.rule))


def written(journal: Journal) -> Iterator[str]:
    """The lines of a journal, in the order of days and entries, each to be ended by a newline."""
    names = account_names(journal.accounts)
    yield f"; {one_line(journal.name)}: the journal, through entry {journal.head}"
    yield "commodity 1000.00 INR"
    for account in journal.accounts:
        yield f"account {names[account.number]}  ; {_tag('name', account.name)}"
    for entry in journal.entries():
        yield from _entry(entry, names)
