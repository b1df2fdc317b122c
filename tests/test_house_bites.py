"""Every rule of the house bites on a planted breach and leaves sound source alone."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import pytest

from tests.house import Source, layers, relative_imports, resources_apart
from tests.house_keys import WORDS, Key, Keys, misspelt_keys, watched
from tests.house_words import (
    CHECKS,
    Check,
    empty_names,
    floats,
    guarded_modules,
    long_files,
    long_functions,
    public_names,
    real_clock,
    sql_text,
    unfinished,
)

BOOKS: Final = "finzcore/books/books.py"
SALES: Final = "finzcore/books/resources/invoices.py"
STORE: Final = "finzcore/storage/sqlite.py"
RULE: Final = "finzcore/gst/split.py"
ROOF: Final = "finzcore/__init__.py"

BROKEN: Final = [
    # check, path, planted text, what is said
    (layers, RULE, "import finzcore.documents.line", "gst imports documents, a floor above"),
    (layers, RULE, "from finzcore import books", "gst imports books, a floor above"),
    (layers, RULE, "from finzcore import open", "gst imports finzcore, a floor above"),
    (layers, RULE, "def f():\n    import finzcore.engine", "gst imports engine, a floor above"),
    (
        layers,
        RULE,
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from finzcore.books.books import Books",
        "gst imports books, a floor above",
    ),
    (layers, RULE, "import_module('finzcore.api')", "gst imports api, a floor above"),
    (layers, "finzcore/errors.py", "import finzcore.money", "errors imports money, a floor above"),
    (layers, "finzcore/ports.py", "import finzcore.books", "ports imports books, a floor above"),
    (
        layers,
        "finzcore/auth/tokens.py",
        "import finzcore.documents",
        "auth and documents do not see each other",
    ),
    (
        layers,
        "finzcore/api/http.py",
        "import finzcore.storage",
        "api and storage do not see each other",
    ),
    (
        layers,
        "finzcore/render/pdf.py",
        "import finzcore.system",
        "render and system do not see each other",
    ),
    (layers, STORE, "from finzcore.books.books import Books", "storage does not see books"),
    (layers, STORE, "from finzcore.gst.states import state", "storage does not see gst"),
    (layers, "finzcore/helpers.py", "", "helpers has no floor in the house"),
    (
        resources_apart,
        SALES,
        "from finzcore.books.resources.payments import apply",
        "resource invoices imports resource payments",
    ),
    (
        resources_apart,
        SALES,
        "from finzcore.books.resources import payments",
        "resource invoices imports resource payments",
    ),
    (relative_imports, RULE, "from .rates import SEEDED", "relative import"),
    (relative_imports, RULE, "from .. import money", "relative import"),
    (guarded_modules, BOOKS, "import sqlite3", "sqlite3 is for storage and system only"),
    (
        guarded_modules,
        BOOKS,
        "from sqlite_utils.db import Table",
        "sqlite_utils is for storage and system only",
    ),
    (guarded_modules, RULE, "def f():\n    import random", "random is for storage and system only"),
    (guarded_modules, RULE, "from uuid import uuid4", "uuid is for storage and system only"),
    (guarded_modules, "finzcore/ids.py", "import time", "time is for storage and system only"),
    (real_clock, STORE, "import datetime\ndatetime.datetime.now()", "now() is for system only"),
    (
        real_clock,
        RULE,
        "from datetime import datetime\ndatetime.utcnow()",
        "utcnow() is for system only",
    ),
    (
        real_clock,
        RULE,
        "from datetime import date as day\nstart = day.today",
        "today() is for system only",
    ),
    (real_clock, RULE, "import os\nos.urandom(8)", "urandom is for system only"),
    (real_clock, RULE, "from os import urandom", "urandom is for system only"),
    (floats, RULE, "HALF = 0.5", "the float 0.5"),
    (floats, RULE, "tiny = 1e-9", "the float 1e-09"),
    (floats, RULE, "x = float('1')", "float(...)"),
    (floats, RULE, "xs = map(float, ys)", "float passed on"),
    (floats, RULE, "loads(body, parse_float=float)", "float passed on"),
    (floats, RULE, "def f(x: int | float): ...", "declared as float"),
    (floats, RULE, "def f() -> 'list[float]': ...", "declared as float"),
    (floats, RULE, "async def f() -> float: ...", "declared as float"),
    (floats, RULE, "class A:\n    amount: float", "declared as float"),
    (sql_text, BOOKS, "ask('SELECT total FROM invoice')", "SQL outside storage: SELECT"),
    (sql_text, BOOKS, "f'SELECT {column} FROM invoice'", "SQL outside storage: SELECT"),
    (sql_text, BOOKS, "'''\n  INSERT INTO entry VALUES (?)'''", "SQL outside storage: INSERT"),
    (sql_text, BOOKS, "'UPDATE invoice SET paid = 1'", "SQL outside storage: UPDATE"),
    (sql_text, BOOKS, "'delete from entry'", "SQL outside storage: delete"),
    (sql_text, BOOKS, "'CREATE TABLE entry (id)'", "SQL outside storage: CREATE"),
    (sql_text, BOOKS, "'PRAGMA foreign_keys = ON'", "SQL outside storage: PRAGMA"),
    (sql_text, BOOKS, "'BEGIN IMMEDIATE'", "SQL outside storage: BEGIN"),
    (sql_text, BOOKS, "'BEGIN'", "SQL outside storage: BEGIN"),
    (long_files, RULE, "x = 1\n" * 401, "401 lines"),
    (long_functions, RULE, "def f():\n" + "    x = 1\n" * 60, "f takes 61 lines"),
    (unfinished, RULE, "x = 1  # TODO round", "TODO left behind"),
    (unfinished, RULE, "def f():\n    'FIXME: later'", "FIXME left behind"),
    (unfinished, RULE, "x = y  # type: ignore", "a type error silenced without its code"),
    (empty_names, "finzcore/gst/utils.py", "", "the name finzcore.gst.utils says nothing"),
    (empty_names, BOOKS, "def process_invoice(): ...", "the name process_invoice says nothing"),
    (empty_names, BOOKS, "def f(data): ...", "the name data says nothing"),
    (empty_names, BOOKS, "row_data = 1", "the name row_data says nothing"),
    (empty_names, BOOKS, "self.manager = 1", "the name manager says nothing"),
    (empty_names, BOOKS, "import json as json_helper", "the name json_helper says nothing"),
    (misspelt_keys, SALES, "def f(row):\n    return row['paymnt_made']", "the key 'paymnt_made' is nobody's"),
    (misspelt_keys, SALES, "def f(row):\n    row['totl'] = 5", "the key 'totl' is nobody's"),
    (misspelt_keys, SALES, "def f(row):\n    return row | {'totl': 5}", "the key 'totl' is nobody's"),
    (misspelt_keys, SALES, "def f(row):\n    return row.get('totl')", "the key 'totl' is nobody's"),
    (
        misspelt_keys,
        SALES,
        "def f():\n    return Condition('balanc', '=', 0)",
        "the key 'balanc' is nobody's",
    ),
    (misspelt_keys, BOOKS, "def f(masters):\n    masters.rows['acounts']", "the key 'acounts' is nobody's"),
    (
        misspelt_keys,  # the total of an invoice, asked of its organisation
        BOOKS,
        "def f(books):\n    org = books.masters.org\n    return org['total']",
        "the key 'total' is nobody's",
    ),
    (
        misspelt_keys,
        SALES,
        "def f(books):\n    for row in books.session.find(INVOICES):\n        yield row['debit']",
        "the key 'debit' is nobody's",
    ),
    (
        misspelt_keys,
        SALES,
        "def f(books):\n    books.session.change(INVOICES, (5,), {'balance': 0})",
        "the key 'balance' is nobody's",
    ),
    (
        misspelt_keys,
        SALES,
        "def f(session):\n    return session.ask('verify.totals')[0]['amount']",
        "the key 'amount' is nobody's",
    ),
    (
        misspelt_keys,
        SALES,
        "def f(session):\n    return session.ask('accounts.balance', acount=5)",
        "the key 'acount' is nobody's",
    ),
    (
        misspelt_keys,
        SALES,
        "def f(session):\n    session.tell('stock.move', {'item': 1, 'quantty': 2})",
        "the key 'quantty' is nobody's",
    ),
    (
        misspelt_keys,  # what a function is given is what its callers give it
        SALES,
        "def f(session):\n    return g(session.get(INVOICES, 5))\n\ndef g(row):\n    return row['debit']",
        "the key 'debit' is nobody's",
    ),
    (
        public_names,
        ROOF,
        "__all__ = ['b', 'a']\na = b = 1",
        "__all__ is not sorted",
    ),
    (
        public_names,
        ROOF,
        "from finzcore.engine import Engine, open\n__all__ = ['Engine']",
        "open is offered, but not in __all__",
    ),
    (
        public_names,
        ROOF,
        "__all__ = ['Engine']",
        "Engine is in __all__, but not offered",
    ),
]

SOUND: Final = [
    # check, path, planted text
    (layers, RULE, "from finzcore.ledger.entry import Posting\nimport finzcore.money, datetime"),
    (layers, "finzcore/cli.py", "import finzcore\nfrom finzcore.org import Org"),
    (layers, STORE, "from finzcore import errors, ids, money, ports\nimport finzcore.storage.schema"),
    (
        layers,
        "finzcore/ports.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from finzcore.books.books import Books",
    ),
    (layers, "finzcore/__init__.py", "from finzcore.engine import Engine"),
    (resources_apart, SALES, "from finzcore.books.resource import Resource"),
    (resources_apart, "finzcore/books/registry.py", "from finzcore.books.resources import payments"),
    (guarded_modules, STORE, "import sqlite3, time"),
    (guarded_modules, "finzcore/system.py", "import secrets, time"),
    (guarded_modules, "finzcore/ids.py", "import uuid"),
    (guarded_modules, RULE, "from datetime import time"),
    (real_clock, "finzcore/system.py", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
    (real_clock, BOOKS, "now = books.now\ntoday = books.today()"),
    (
        floats,
        RULE,
        "if isinstance(x, float) or type(x) in (bool, float): raise TypeError('a float')",
    ),
    (floats, "finzcore/testing/strategies.py", "SHARE = 0.5"),
    (sql_text, STORE, "'SELECT 1'"),
    (sql_text, "finzcore/api/http.py", "'DELETE', 'DELETE /contacts', 'UPDATE', 'Select a tax'"),
    (long_files, RULE, "x = 1\n" * 400),
    (long_functions, RULE, "@cache\ndef f():\n" + "    x = 1\n" * 59),
    (unfinished, RULE, "x = 'TODO'  # type: ignore[arg-type]"),
    (empty_names, BOOKS, "database = response.data\ndef f(): json.loads(data)"),
    (empty_names, BOOKS, "def preprocess_all(database): ..."),
    (empty_names, "finzcore/testing/machine.py", "def f(data): ..."),
    (misspelt_keys, SALES, "def f(row) -> 'Row':\n    return row['payment_made'] | {'balance': 0}"),
    (misspelt_keys, SALES, "def f(row):\n    row['halfway'] = 1\n    return row['halfway']"),
    (misspelt_keys, SALES, "def f(way: Literal['in', 'out']) -> dict[str, Literal['up']]: ..."),
    (misspelt_keys, SALES, "def f(row):\n    for one, two in zip(row['line_items'], [], strict=True): ..."),
    (misspelt_keys, SALES, "WAYS = {'in': 1}\ndef f(way):\n    return {'INR': 1}"),
    (
        misspelt_keys,
        SALES,
        "def f(session):\n    return [row | {'new': 1} for row in session.find(INVOICES)]",
    ),
    (misspelt_keys, RULE, "def f(row):\n    return row['anything']"),
    (
        public_names,
        ROOF,
        "from decimal import Decimal\nfrom finzcore.engine import Engine, open\n"
        "__version__ = '1'\nVAT = 1\n__all__ = ['VAT', 'Engine', 'open']",
    ),
    (
        public_names,
        ROOF,
        "__all__ = ['Engine']\ndef __getattr__(name): ...",
    ),
]


@pytest.mark.parametrize(("check", "path", "text", "said"), BROKEN)
def test_a_planted_breach_is_found(check: Check, path: str, text: str, said: str) -> None:
    assert [said] == [breach.what for breach in check(Source(path, text))]


@pytest.mark.parametrize(("check", "path", "text"), SOUND)
def test_sound_source_is_left_alone(check: Check, path: str, text: str) -> None:
    assert list(check(Source(path, text))) == []


def test_every_check_was_seen_to_bite() -> None:
    assert {*CHECKS, public_names, misspelt_keys} == {row[0] for row in BROKEN}


# ----- misspelt keys, in the source itself -----


def _slips(name: str) -> Iterator[str]:
    """A name with one letter doubled, or left out."""
    for place in range(len(name)):
        yield name[:place] + name[place] + name[place:]
        if len(name) > 1:
            yield name[:place] + name[place + 1 :]


def _rewritten(source: Source, slips: Sequence[tuple[Key, str]]) -> Source:
    """A source with some of its keys misspelt, the last one first, so that the others stay in place."""
    lines = [line.encode() for line in source.text.splitlines(keepends=True)]
    for key, slip in sorted(slips, key=lambda one: (one[0].at.lineno, one[0].at.col_offset), reverse=True):
        line, start = lines[key.at.lineno - 1], key.at.col_offset
        lines[key.at.lineno - 1] = line[:start] + line[start:].replace(key.name.encode(), slip.encode(), 1)
    return Source(source.path, b"".join(lines).decode())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_keys_misspelt_anywhere_in_the_source_are_all_found(seed: int) -> None:
    chance, keys = random.Random(seed), Keys(watched())
    everywhere = [(m, key) for m, found in keys.by_module.items() for key in found if key.name.isprintable()]
    chance.shuffle(everywhere)
    # Twenty different names: the same slip made twice, in writing and in reading, is a name of its own.
    chosen = list({key.name: (module, key) for module, key in everywhere}.values())[:20]
    planted: dict[str, list[tuple[Key, str]]] = defaultdict(list)
    for module, key in chosen:
        others = [slip for slip in _slips(key.name) if slip not in keys.known(module, key)]
        planted[module].append((key, chance.choice(others)))
    sources = [_rewritten(source, planted[source.module]) for source in watched()]
    found = {(module, key.at.lineno, key.name) for module, key in Keys(sources).strange()}
    expected = {(module, key.at.lineno, slip) for module, slips in planted.items() for key, slip in slips}
    assert set() == expected - found


def test_of_all_keys_with_one_slip_hardly_any_is_another_name_of_the_same_row() -> None:
    keys = Keys(watched())
    slips = [
        slip in keys.known(module, key)
        for module, found in keys.by_module.items()
        for key in found
        for slip in set(_slips(key.name)) - {key.name}
    ]
    assert len(slips) > 20_000
    assert sum(slips) * 500 < len(slips)


def test_every_word_that_is_declared_nowhere_is_needed() -> None:
    needed = {key.name for _, key in Keys(watched(), words=()).strange()}
    assert set() == set(WORDS) - needed
