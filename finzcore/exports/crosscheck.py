"""A second opinion: what other tools make of the journal, account by account, to the paisa."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from finzcore.books.exporting import Journal
from finzcore.exports import forms
from finzcore.exports.tools import Refused, Tool, installed
from finzcore.money import grouped
from finzcore.org import Org
from finzcore.render.names import account_names


class Opinion(NamedTuple):
    """What a tool, named with its version, says of so many accounts; no differences mean that it agrees."""

    tool: str
    accounts: int
    differences: tuple[str, ...]


def crosscheck(org: Org, tools: Sequence[Tool] | None = None) -> list[Opinion]:
    """Have each tool of this machine read the journal of an organisation, and compare every balance that it
    finds with the sum of the postings here, income and expenses over all time.

    Both sides are the journal up to one and the same entry, whatever is written meanwhile. Without any
    tool the list is empty. `tools` are those to ask, by default all that are installed.
    """
    told = forms.of(org)
    return [opinion(told, tool) for tool in (installed() if tools is None else tools)]


def opinion(told: Journal, tool: Tool) -> Opinion:
    """What one tool says of a journal."""
    with tempfile.TemporaryDirectory(prefix="finzcore-crosscheck-") as folder:
        path = Path(folder, f"books.{tool.form}")
        with path.open("wb") as file:
            forms.write(told, tool.form, file)
        return opinion_of(path, told, tool)


def opinion_of(path: Path, told: Journal, tool: Tool) -> Opinion:
    """What one tool says of a file that should be this journal."""
    names = account_names(told.accounts)
    sums = told.sums()
    expected = {name: sums.get(number, 0) for number, name in names.items()}
    try:
        found = tool.balances(path)
    except Refused as refused:
        return Opinion(tool.name, len(expected), (str(refused),))
    return Opinion(tool.name, len(expected), tuple(_differences(expected, found)))


def _differences(expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    """A line for each account that stands elsewhere there; one that a tool does not name stands at nothing,
    and what stands above accounts, such as ``Assets``, has nothing of its own."""
    for name in sorted(expected.keys() | found.keys()):
        ours, theirs = expected.get(name, 0), found.get(name, 0)
        if ours != theirs:
            yield f"{name}: {grouped(ours)} in the books, {grouped(theirs)} there"
