"""Whatever people write into their books, both tools read the journal, and every balance in it."""

import json
import subprocess
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core.data import Open, Transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from finzcore.books.exporting import Journal, Party, ToldEntry, ToldPosting
from finzcore.exports import forms
from finzcore.exports.crosscheck import opinion_of
from finzcore.exports.tools import Tool
from finzcore.ledger.account import Account, AccountType
from finzcore.money import LARGEST
from finzcore.render.names import account_names
from tests.exports.told import CASH, SALES, journal, sale

SYNTAX = [
    *';|,:[](){}"\\#*!=@~<>^&%$-+.\'`\n\t ', "date:2026-02-30", "[2026-99-99]", "  ; type:X", "include x\n",
    "2026-05-19 open ", "\\n", "end comment\n", "\u0930\u094b\u0915\u0921\u093c", "\u200d", "\u2028",
    "\u00a0", "\U0001f4b0",
]  # fmt: skip
"""What one tool or the other reads as something of its own, and what is hard in any text."""
written = st.characters(exclude_categories=["Cs", "Cc"])
texts = st.lists(st.sampled_from(SYNTAX) | written, min_size=1, max_size=12).map("".join)
parties = st.builds(Party, texts, st.just("ct_0bb80627321f8479942d3aca24721e12"))
maybe = st.none() | texts
amounts = st.integers(1, LARGEST)


@st.composite
def entries(draw: st.DrawFn, seq: int = 1) -> ToldEntry:
    """An entry with texts of any kind wherever there is one."""
    amount = draw(amounts)
    postings = (
        ToldPosting(1, amount, "sale.cash", draw(maybe), draw(st.none() | parties)),
        ToldPosting(2, -amount, "sale.income"),
    )
    said = {name: draw(maybe) for name in ("memo", "reference", "document")}
    return sale(seq, amount, postings=postings, contact=draw(st.none() | parties), **said)


@st.composite
def journals(draw: st.DrawFn) -> Journal:
    """A few such entries in accounts of any name."""
    codes = draw(st.lists(st.from_regex(r"[A-Za-z0-9.-]{1,8}", fullmatch=True), unique=True, max_size=4))
    kinds = st.sampled_from(AccountType)
    names = texts.filter(str.strip)
    more = [
        Account(number=3 + place, code=code, name=draw(names), type=draw(kinds))
        for place, code in enumerate(codes)
        if code not in (CASH.code, SALES.code)
    ]
    told = draw(st.lists(entries(), min_size=1, max_size=4))
    return journal(*told, accounts=(CASH, SALES, *more), name=draw(texts))


def in_file(told: Journal, form: str, folder: str) -> Path:
    """A journal as the file that a tool reads."""
    path = Path(folder, f"books.{form}")
    with path.open("wb") as file:
        forms.write(told, form, file)
    return path


def plain(text: str | None) -> str:
    """Text as it is compared: fullwidth twins as what they are twins of, and blanks of any kind as one."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


@settings(max_examples=40, deadline=None)
@given(journals())
def test_hledger_reads_every_text_and_every_balance(hledger: Tool, told: Journal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = in_file(told, "hledger", folder)
        assert () == opinion_of(path, told, hledger).differences
        shown = subprocess.run(
            ["hledger", f"--file={path}", "print", "--output-format=json"],
            env={"LC_ALL": "C.UTF-8"}, capture_output=True, check=True,
        )  # fmt: skip
    for entry, found in zip(told.entries(), json.loads(shown.stdout), strict=True):
        tags = dict(found["ttags"])
        contact = None if entry.contact is None else entry.contact.name
        said = (entry.memo, entry.document, contact, entry.reference)
        read = (found["tdescription"], *map(tags.get, ("document", "contact", "reference")))
        assert list(map(plain, said)) == list(map(plain, read))
        assert (entry.number, entry.date) == (found["tcode"], found["tdate"])
        assert [None, None] == [one["pdate"] for one in found["tpostings"]]


@settings(max_examples=100, deadline=None)
@given(journals())
def test_beancount_reads_every_text_as_it_was_written(told: Journal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read, errors, _ = loader.load_file(str(in_file(told, "beancount", folder)))
    assert [] == errors
    sales: list[Any] = [one for one in read if isinstance(one, Transaction)]
    by_line = sorted(sales, key=lambda one: int(one.meta["lineno"]))
    for entry, found in zip(told.entries(), by_line, strict=True):
        contact = entry.contact.name if entry.contact else None
        said = (entry.memo or "", contact, entry.document or None, entry.reference or None)
        assert said == (
            found.narration, found.payee or None, found.meta.get("document"), found.meta.get("reference")
        )  # fmt: skip
        assert [one.amount for one in entry.postings] == [one.units.number * 100 for one in found.postings]
        assert entry.postings[0].description == found.postings[0].meta.get("note")
    names = account_names(told.accounts)
    opened = {one.account: one.meta["name"] for one in read if isinstance(one, Open)}
    assert {names[account.number]: account.name for account in told.accounts} == opened


@settings(max_examples=8, deadline=None)
@given(journals())
def test_beancount_in_its_own_process_finds_the_same_balances(beancount: Tool, told: Journal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = in_file(told, "beancount", folder)
        assert () == opinion_of(path, told, beancount).differences
