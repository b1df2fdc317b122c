"""Where the calls of the demo are made and shown: requests, documents, entries, tables."""

import itertools
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import click

from finzcore import terminal
from finzcore.api.http import Request, Response
from finzcore.api.routing import BASE
from finzcore.engine import Engine

Say = Callable[[str], None]

_WIDTH: Final = 78
_COLOURS: Final = {"DRAFT": "yellow", "SENT": "cyan", "PARTIALLY_PAID": "blue", "PAID": "green"}
_ID: Final = re.compile(r"\b([a-z]+_[0-9a-f]{4})[0-9a-f]{24}([0-9a-f]{4})\b")


class Stage:
    """Calls with a token, each shown line by line to `say`."""

    def __init__(self, engine: Engine, token: str, say: Say) -> None:
        self._engine = engine
        self._token = token
        self._keys = itertools.count(1)
        self._scenes = itertools.count(1)
        self.say = say

    def scene(self, title: str) -> None:
        """Begin the next part of the story."""
        self.say("")
        self.say(strong(f"{next(self._scenes)}  {title}"))

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Make a call and show it; its answer."""
        self._asked(method, path)
        if body is not None:
            for line in _wrapped(shortened(json.dumps(body, ensure_ascii=False))):
                self.tell(click.style(f"  {line}", dim=True))
        return self.quietly(method, path, body)

    def quietly(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Make a call without a word; its answer."""
        response = self._answered(method, path, body)
        assert response.status < 300, f"{method} {path}: {response.body.decode()}"
        return response.json()

    def drawing(self, path: str) -> bytes | None:
        """Ask for a PDF and show that; None where nothing is installed that could draw it."""
        self._asked("GET", path)
        response = self._answered("GET", path)
        assert response.status in (200, 501), f"{path}: {response.body.decode()}"
        return response.body if response.status == 200 else None

    def _asked(self, method: str, path: str) -> None:
        self.tell(f"{click.style(method, fg='magenta')} {shortened(path)}")

    def _answered(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        if method == "POST":
            headers["Idempotency-Key"] = f"demo-{next(self._keys)}"
        raw = b"" if body is None else json.dumps(body).encode()
        return self._engine.handle(Request(method, BASE + path, headers=headers, body=raw))

    def tell(self, what: str) -> None:
        """Say what came of a call."""
        self.say(f"   {what}".rstrip())

    def document(self, noun: str, document: Mapping[str, Any], *statuses: str) -> None:
        """Show an invoice, a bill or a note: its number, its lines, its taxes, its total."""
        self.tell(f"{strong(document[f'{noun}_number'])} of {document['date'][:10]}   {life(*statuses)}")
        rows = [(line["name"], terminal.amount(line["item_total"])) for line in document["line_items"]]
        for head in ("cgst", "sgst", "igst"):
            if document[f"{head}_total"]:
                rows.append((head.upper(), terminal.amount(document[f"{head}_total"])))
        for line in terminal.columns([*rows, ("Total", rupees(document["total"]))], "<>", gap="      "):
            self.tell(f"  {line}")

    def standing(self, before: Mapping[str, Any]) -> None:
        """Show what became of an invoice."""
        after = self.quietly("GET", f"/invoices/{before['invoice_id']}")["invoice"]
        lived = life(before["status"], after["status"])
        self.tell(f"{strong(after['invoice_number'])}   {lived}   balance {rupees(after['balance'])}")

    def entry(self, journal_id: str) -> None:
        """Show a journal entry, debits first, credits set in."""
        entry = self.quietly("GET", f"/journals/{journal_id}")["journal"]
        self.tell("")
        self.tell(f"{strong(entry['journal_number'])}  {entry['memo']}")
        for line in terminal.columns(list(_sides(entry["lines"])), "<>>"):
            self.tell(f"  {line}")

    def table(self, rows: Sequence[Sequence[str]], sides: str) -> None:
        """Show rows under a heading, which is the first of them."""
        head, *lines = terminal.columns(rows, sides)
        self.tell(click.style(head, underline=True))
        for line in lines:
            self.tell(line)


def _wrapped(text: str) -> list[str]:
    """JSON in lines, none broken between a name and its value."""
    joined = text.replace('": ', '":\N{NO-BREAK SPACE}')
    lines = textwrap.wrap(joined, _WIDTH - 5, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _sides(lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for line in sorted(lines, key=lambda line: bool(line["credit"])):
        if line["credit"]:
            yield f"    Cr  {line['account_name']}", "", terminal.amount(line["credit"])
        else:
            yield f"Dr  {line['account_name']}", terminal.amount(line["debit"]), ""


def shortened(text: str) -> str:
    """A text with its ids cut down to their beginning and end, where they differ.

    >>> shortened("/journals/je_00000000000080008f69810b3d46c655")
    '/journals/je_0000…c655'
    """
    return _ID.sub(r"\1…\2", text)


def strong(text: str) -> str:
    """A text in bold."""
    return click.style(text, bold=True)


def life(*statuses: str) -> str:
    """The statuses that a document went through, in their colours."""
    return " → ".join(click.style(one, fg=_COLOURS.get(one)) for one in statuses)


def rupees(value: Decimal) -> str:
    """An amount with its sign."""
    return f"₹ {terminal.amount(value)}"


def sides_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """The debit and the credit of a row, nothing where there is none."""
    debit, credit = (terminal.amount(row[side]) if row[side] else "" for side in ("debit", "credit"))
    return debit, credit
