"""The journal in the form of another tool, written as it is read: no more of it is held than a page."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

from finzcore.books.exporting import Journal, journal
from finzcore.org import Org


def of(org: Org) -> Journal:
    """The journal of an organisation as it is now (`finzcore.books.exporting`)."""
    return journal(lambda read: org._engine.look(org._key, read))


def _hledger(told: Journal) -> Iterator[str]:
    from finzcore.render.hledger import written

    return (f"{line}\n" for line in written(told))


def _beancount(told: Journal) -> Iterator[str]:
    from finzcore.render.beancount import written

    return (f"{line}\n" for line in written(told))


def _csv(told: Journal) -> Iterator[str]:
    from finzcore.render.postings import postings
    from finzcore.render.separated import csv_of

    return csv_of(postings(told))


_TEXTS: Final[Mapping[str, Callable[[Journal], Iterator[str]]]] = {
    "hledger": _hledger,
    "beancount": _beancount,
    "csv": _csv,
}
FORMS: Final = (*_TEXTS, "xlsx")
"""What a journal can be written as."""

BINARY: Final = frozenset({"xlsx"})
"""What is no text for a terminal."""


def export(org: Org, form: str, file: BinaryIO) -> int:
    """Write an organisation's journal into a binary file, in one of `FORMS`; how many entries that were.

    Every entry is there, in the order of its date and then of its number in the journal, also those that
    were deleted or voided, with the ones that took them back. Text is UTF-8. ValueError for another form;
    NotInstalled for XLSX without the extra `xlsx`.

    >>> import io, finzcore
    >>> with finzcore.open(":memory:") as engine:
    ...     acme = engine.create_org(name="Acme Traders", state="IN-KA")
    ...     count = export(acme, "hledger", file := io.BytesIO())
    >>> count, file.getvalue().decode().splitlines()[2]
    (0, 'account Assets:1010-Cash-in-Hand  ; name: Cash in Hand')
    """
    told = of(org)
    if form == "xlsx":
        from finzcore.render.postings import postings
        from finzcore.render.workbook import write_xlsx

        write_xlsx([postings(told)], file, made=org._engine.clock())
    else:
        write(told, form, file)
    return told.head


def write(told: Journal, form: str, file: BinaryIO) -> None:
    """Write a journal into a binary file, in one of the forms that are text."""
    if form not in _TEXTS:
        raise ValueError(f"form: one of {', '.join(FORMS)}, not {form!r}")
    for text in _TEXTS[form](told):
        file.write(text.encode())
