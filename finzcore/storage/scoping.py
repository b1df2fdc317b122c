"""Whether a statement can see no more than one organisation, judged by its text when it is registered."""

import re
from collections.abc import Iterator, Set
from typing import Final

_TEXT: Final = re.compile(r"'[^']*'")
_FOREIGN: Final = re.compile(r"--|/\*|[;\"`\[?]")
_VERB: Final = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_INNERMOST: Final = re.compile(r"\(([^()]*)\)")
_ARMS: Final = re.compile(r"\b(?:UNION(?:\s+ALL)?|INTERSECT|EXCEPT)\b", re.IGNORECASE)
_FROM: Final = re.compile(r"(?<!DISTINCT )\b(?:FROM|JOIN|UPDATE)\s+([a-z_0-9]+)", re.IGNORECASE)
_COMMA: Final = re.compile(r"\bFROM\s+[a-z_0-9]+(?:\s+(?:AS\s+)?[a-z_0-9]+)?\s*,", re.IGNORECASE)
_INSERT: Final = re.compile(r"\b(?:INSERT|REPLACE)\s+(?:INTO|OR)\b", re.IGNORECASE)
_INTO: Final = re.compile(
    r"\bINSERT\s+INTO\s+[a-z_0-9]+\s*\(\s*org_id\b[^)]*\)\s*(?:VALUES\s*\(|SELECT\s)\s*:o\b", re.IGNORECASE
)
_CONDITIONS: Final = re.compile(
    r"\b(?:WHERE|ON)\b.*?(?=\b(?:GROUP\s+BY|ORDER\s+BY|HAVING|RETURNING|LIMIT)\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_NARROWED: Final = re.compile(r"(?<![.\w])(?:([a-z_0-9]+)\.)?org_id\s*=\s*:o\b", re.IGNORECASE)
_LOOSE: Final = re.compile(r"\bOR\b|\bNOT\s+(?:[a-z_0-9]+\.)?org_id\b", re.IGNORECASE)
_NAMED: Final = re.compile(r"\bWITH\s+(?:RECURSIVE\s+)?([a-z_]+)\b|,\s*([a-z_]+)\s+AS\s*\(", re.IGNORECASE)

SHARED: Final = frozenset(
    {
        "users",
        "memberships",
        "tokens",
        "due",
        "oauth_clients",
        "oauth_grants",
        "refresh_tokens",
        "connections",
        "vault_credentials",
        "webhook_spans",
    }
)
"""The tables that belong to no organisation."""


class StatementUnscoped(AssertionError):
    """A statement could see another organisation's rows."""


def check(text: str) -> None:
    """Refuse a statement that is not narrowed to one organisation in each table it names.

    Every SELECT, also an inner one or an arm of a UNION, has among its own conditions ``org_id = :o``
    for each table it reads, and no OR beside it; write joins as JOIN, and alternatives in brackets.

    >>> check("SELECT id FROM invoices WHERE org_id = :o AND id = :id")
    >>> check("SELECT id FROM invoices WHERE id = :id")
    Traceback (most recent call last):
    finzcore.storage.scoping.StatementUnscoped: invoices is not narrowed to org_id = :o
    """
    text = _TEXT.sub("''", text.strip())
    if _FOREIGN.search(text) or not _VERB.match(text):
        raise StatementUnscoped("one plain SELECT, INSERT, UPDATE or DELETE, no comments, no quoted names")
    if len(_INSERT.findall(text)) != len(_INTO.findall(text)):
        raise StatementUnscoped("an INSERT gives the organisation first, as :o")
    local = {name.lower() for pair in _NAMED.findall(text) for name in pair if name} | {"set"} | SHARED
    for scope in _scopes(text):
        for arm in _ARMS.split(scope):
            _check_arm(arm, local)


def _scopes(text: str) -> Iterator[str]:
    """What stands in each pair of brackets, inner ones emptied, and then what stands outside."""
    while pair := _INNERMOST.search(text):
        yield pair[1]
        text = f"{text[: pair.start()]} {text[pair.end() :]}"
    yield text


def _check_arm(arm: str, local: Set[str]) -> None:
    tables = [name for name in _FROM.findall(arm) if name.lower() not in local]
    if not tables:
        return
    conditions = " ".join(_CONDITIONS.findall(arm))
    narrowed = set(_NARROWED.findall(conditions))
    if len(narrowed) < len(tables) or _LOOSE.search(conditions) or _COMMA.search(arm):
        raise StatementUnscoped(f"{', '.join(tables)} is not narrowed to org_id = :o")
