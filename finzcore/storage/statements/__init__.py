"""Constant statements that the verbs over tables cannot say, one module a subject.

A module has `STATEMENTS`, name to text, and may have `EXPRESSIONS`, the derived figures of a table
that lists are filtered by. A statement is known as ``subject.name``, and every table in it is narrowed
to ``org_id = :o``: `finzcore.storage.scoping` looks at each before it can run.
"""

from importlib import import_module

from finzcore.storage.scoping import check

_known: dict[str, str] = {}
_expressions: dict[str, dict[str, str]] = {}
_loaded: set[str] = set()


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
