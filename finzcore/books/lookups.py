"""The rows that a request names by their ids: the one in its path, and those in its body.

An unknown id, one of another organisation and one of a row that may not be used are the same thing:
not found, with the path of the field (`api.md` §1.8).
"""

from collections.abc import Iterable, Mapping
from typing import NoReturn

from finzcore.books.bodies import Mention
from finzcore.books.books import Books
from finzcore.books.masters import KEPT
from finzcore.books.references import Stray
from finzcore.books.registry import RESOURCES, table_of
from finzcore.books.resource import Resource
from finzcore.errors import NotFound
from finzcore.ids import from_uuid, unwire
from finzcore.ports import Row, Session


def path_row(books: Books, declared: Resource, shown: str) -> Row:
    """The row that a path names; NotFound, with the parameter's name, when there is none."""
    key = _path_key(books, declared, shown)
    row = None
    if key is not None:
        if declared.load is not None:
            row = declared.load(books, key)
        else:
            assert declared.table is not None
            row = books.session.get(declared.table, key)
    if row is None:
        missing(declared.label, shown, declared.id_name)
    return row


def _path_key(books: Books, declared: Resource, shown: str) -> int | None:
    return unwire(declared.prefix, books.org_id, shown) if declared.prefix else from_uuid(books.org_id, shown)


def grouped(mentions: list[Mention]) -> dict[str, set[int]]:
    """The keys that a body names, by the resource whose they are."""
    wanted: dict[str, set[int]] = {}
    for mention in mentions:
        if not isinstance(mention.key, Stray):
            wanted.setdefault(mention.kind.of, set()).add(mention.key)
    return wanted


def look_ahead(books: Books, wanted: Mapping[str, set[int]]) -> None:
    """Have the rows that a body names fetched at once."""
    ahead = books.session.ahead
    for of, keys in wanted.items():
        if of not in KEPT and of in RESOURCES:
            _fetch(ahead, of, keys)


def look_ahead_path(books: Books, declared: Resource, shown: str) -> None:
    """Have the row that a path names fetched along."""
    key = _path_key(books, declared, shown)
    if key is not None and declared.load is None and declared.table is not None:
        books.session.ahead.get(declared.table, key)


def look_up(books: Books, mentions: Iterable[Mention], wanted: Mapping[str, set[int]]) -> None:
    """Find everything that a body names, one look-up a table, for `Books.row` to give.

    NotFound for the first, in the order of the body, that is not there or may not be used.
    """
    for of, keys in wanted.items():
        books.found.update(((of, key), row) for key, row in _rows(books, of, keys).items())
    check_found(books, mentions)


def check_found(books: Books, mentions: Iterable[Mention]) -> None:
    """NotFound for the first mention of what was not found, or may not be used."""
    for mention in mentions:
        kind = mention.kind
        row = None if isinstance(mention.key, Stray) else books.found.get((kind.of, mention.key))
        if row is None or (kind.usable and not _usable(row)):
            missing(kind.label, mention.shown(books.org_id), mention.field)


def _rows(books: Books, of: str, keys: set[int]) -> dict[int, Row]:
    if of in KEPT:
        kept = books.masters.rows[of]
        return {key: kept[key] for key in keys if key in kept}
    return _fetch(books.session, of, keys) if of in RESOURCES else {}


def _fetch(session: Session, of: str, keys: set[int]) -> dict[int, Row]:
    table = table_of(of)
    if len(keys) > 1:
        return session.many(table, keys)
    (key,) = keys
    row = session.get(table, key)
    return {} if row is None else {key: row}


def _usable(row: Row) -> bool:
    return bool(row.get("is_active", 1)) and row.get("status", "ACTIVE") == "ACTIVE"


def missing(label: str, shown: str, field: str) -> NoReturn:
    """Say that an id, as it was `shown`, is nobody's here: NotFound, in the words for all of them."""
    from finzcore.masking import masked  # what is asked for is mostly there

    raise NotFound(f"{label} '{masked(shown[:100])}' not found in this org.", field=field)
