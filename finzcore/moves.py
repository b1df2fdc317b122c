"""Books, and organisations by themselves, from one database into another.

What is moved, and how it is proved, is in `finzcore.books.moving`; here both databases are opened, and
the copy is kept or not: in a database that is there it is one transaction, and a new file gets its name
when everything else is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs

from finzcore.books import moving, registry
from finzcore.books.head import HEADS
from finzcore.books.moving import Moved, Told, unheard
from finzcore.books.verify import verify
from finzcore.errors import BooksUnusable, NotFound
from finzcore.ids import from_uuid
from finzcore.ports import Loading, Store, Whole
from finzcore.settings import Settings
from finzcore.storage.targets import is_address, open_store, shown


def move(
    source: str,
    target: str,
    *,
    org_id: str | None = None,
    verified: bool = True,
    told: Told = unheard,
    settings: Settings | None = None,
) -> Moved:
    """Copy complete books into a place without any; or one organisation, also into books of others.

    Both are what `finzcore.open` takes, except ``":memory:"``. The source is only read, as it is at one
    moment. BooksUnusable, and no copy, when one of them cannot be used, when the target holds already
    what is moved, or when the two sides do not agree at the end; NotFound for an unknown organisation.
    """
    chosen = settings or Settings()
    keys = None if org_id is None else [_key(org_id)]
    _check_apart(source, target)
    with _reading(source, chosen) as old, _writing(target, chosen, new=keys is None) as new:
        return moving.move(old, new, org_keys=keys, verified=verified, told=told)


def take_out(store: Store, key: int, target: str, settings: Settings) -> Moved:
    """Copy one organisation into new books of its own."""
    with store.whole() as old, _writing(target, settings, new=True) as new:
        moving.check_empty(new)
        return moving.move(old, new, org_keys=[key])


def take_in(store: Store, source: str, settings: Settings, org_id: str | None) -> Moved:
    """Copy every organisation of other books, or one of them."""
    with _reading(source, settings) as old, store.load() as new:
        keys = moving.organisations(old.shared) if org_id is None else [_key(org_id)]
        if not keys:
            raise BooksUnusable(f"There is no organisation in {shown(source)}.")
        return moving.move(old, new, org_keys=keys)


def backup(store: Store, path: str, anchors: Sequence[Mapping[str, Any]], settings: Settings) -> None:
    """Copy complete books into a new SQLite file, and verify that against heads of theirs."""
    if is_address(path):
        raise BooksUnusable("A backup is a file; into a database go `finzcore move` and `Engine.import_org`.")
    if not store.backup(path):
        with store.whole() as old, _founding(path) as new:
            moving.move(old, new, verified=False)
    with closing(_store(path, attrs.evolve(settings, migrate=False))) as copy:
        with copy.shared() as session:
            keys = moving.organisations(session)
        problems = verify(copy, keys, anchors, settings.sealing_keys)
    if problems:
        raise BooksUnusable(f"The copy does not verify: {problems[0]}")


def _key(org_id: str) -> int:
    key = from_uuid(0, org_id)
    if key is None:
        raise NotFound(f"Organisation '{org_id}' not found.", field="org_id")
    return key


def _check_apart(source: str, target: str) -> None:
    if is_address(source) or is_address(target):
        same = source == target
    else:
        same = Path(source).exists() and Path(target).exists() and Path(source).samefile(target)
    if same:
        raise BooksUnusable("The source and the target are the same books.")


def _store(target: str, settings: Settings) -> Store:
    return open_store(
        target,
        subjects=registry.subjects(),
        tables=registry.tables,
        head=HEADS,
        durability=settings.durability,
        migrate=settings.migrate,
        distribute=settings.distribute,
    )


@contextmanager
def _reading(source: str, settings: Settings) -> Iterator[Whole]:
    """Books that are there, as they are: they are not brought up to date for this."""
    if not is_address(source) and not Path(source).is_file():
        raise BooksUnusable(f"There are no books at {source}.")
    with closing(_store(source, attrs.evolve(settings, migrate=False))) as store, store.whole() as old:
        yield old


@contextmanager
def _writing(target: str, settings: Settings, *, new: bool) -> Iterator[Loading]:
    if is_address(target) or (not new and Path(target).exists()):
        with closing(_store(target, settings)) as store, store.load() as into:
            yield into
    else:
        with _founding(target) as into:
            yield into


@contextmanager
def _founding(path: str) -> Iterator[Loading]:
    from finzcore.storage.sqlite_copy import founding

    if path == ":memory:":
        raise BooksUnusable("Books in memory go when their process goes: name a file or a database.")
    with founding(path, registry.subjects(), registry.tables) as new:
        yield new
