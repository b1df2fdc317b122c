"""Constant statements that the verbs over tables cannot say, one module a subject.

A module has `STATEMENTS`, name to text, and may have `EXPRESSIONS`, the derived figures of a table
that lists are filtered by. A statement is known as ``subject.name``; it is looked at once, when its
module is first needed, and refused there unless every table in it is narrowed to ``org_id = :o``.
"""

import re
from importlib import import_module
from typing import Final

_FROM: Final = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+([a-z_]+)", re.IGNORECASE)
_INTO: Final = re.compile(r"\bINSERT\s+INTO\s+([a-z_]+)\s*\(\s*org_id\b[^)]*\)\s*VALUES\s*\(\s*:o\b", re.IGNORECASE)
_NARROWED: Final = re.compile(r"\borg_id\s*=\s*:o\b", re.IGNORECASE)
_NAMED: Final = re.compile(r"\bWITH\s+(?:RECURSIVE\s+)?([a-z_]+)\b|,\s*([a-z_]+)\s+AS\s*\(", re.IGNORECASE)

SHARED: Final = frozenset({"users", "memberships", "tokens"})
"""The tables that belong to no organisation."""

_known: dict[str, str] = {}
_expressions: dict[str, dict[str, str]] = {}
_loaded: set[str] = set()


class StatementUnscoped(AssertionError):
    """A statement could see another organisation's rows."""


def check(text: str) -> None:
    """Refuse a statement that is not narrowed to one organisation in each table it names.

    >>> check("SELECT id FROM invoices WHERE org_id = :o AND id = :id")
    >>> check("SELECT id FROM invoices WHERE id = :id")
    Traceback (most recent call last):
    finzcore.storage.statements.StatementUnscoped: invoices is not narrowed to org_id = :o
    """
    local = {name.lower() for pair in _NAMED.findall(text) for name in pair if name} | {"set"}
    tables = [name for name in _FROM.findall(text) if name.lower() not in local and name not in SHARED]
    if re.search(r"\bINSERT\b", text, re.IGNORECASE) and not _INTO.search(text):
        raise StatementUnscoped("an INSERT gives the organisation first, as :o")
    if len(_NARROWED.findall(text)) < len(tables):
        raise StatementUnscoped(f"{', '.join(tables)} is not narrowed to org_id = :o")


def register(subject: str, statements: dict[str, str]) -> None:
    """Make statements known under ``subject.name``, after looking at each."""
    for name, text in statements.items():
        check(text)
        _known[f"{subject}.{name}"] = text.strip()


def _load(subject: str) -> None:
    if subject in _loaded:
        return
    module = import_module(f"finzcore.storage.statements.{subject}")
    register(subject, getattr(module, "STATEMENTS", {}))
    _expressions[subject] = getattr(module, "EXPRESSIONS", {})
    _loaded.add(subject)


def statement(name: str) -> str:
    """The text of a statement known as ``subject.name``."""
    text = _known.get(name)
    if text is None:
        _load(name.partition(".")[0])
        text = _known[name]
    return text


def expression(table: str, name: str) -> str:
    """The derived figure `name` of `table`, as text over its columns."""
    _load(table)
    return _expressions[table][name]
