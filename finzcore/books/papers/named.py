"""What a new document names that is made of another one, and not of a body.

Nobody has looked it up when the operation begins: what was archived or closed since the other one was
written is found out here, as a create call finds it out (`api.md` §1.8).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from finzcore.books.bodies import Mention
from finzcore.books.books import Books
from finzcore.books.lookups import grouped, look_ahead, look_up
from finzcore.books.papers.lines import TAG, NewLine
from finzcore.books.references import Id
from finzcore.books.shapes import plan_of
from finzcore.books.text import json_value
from finzcore.ports import Row

_COLUMNS: Final = {"item_id": "item_id", "tax_id": "tax_id", "account_id": "account"}
"""The fields by which a line names something, and the columns that keep them."""


def check_usable(books: Books, body: Any, places: Sequence[str]) -> None:
    """Refuse what a document is to name and what may not be used in a new one, or is not there any more.

    `body` is as `as_body` gives it, and `places` are the paths of its lines. NotFound on the field.
    """
    mentions = [*_in_header(body)]
    for line, at in zip(body.line_items, places, strict=True):
        mentions += _in_line(line, at)
    wanted = grouped(mentions)
    look_ahead(books, wanted)
    look_up(books, mentions, wanted)


def _in_header(body: Any) -> Iterator[Mention]:
    for name, spec in plan_of(type(body)).specs.items():
        value = getattr(body, name)
        if isinstance(spec.kind, Id) and value is not None:
            yield Mention(name, spec.kind, value)
    for index, tag in enumerate(body.tags):
        yield Mention(f"tags[{index}]", TAG, tag)


def _in_line(line: Row, at: str) -> Iterator[Mention]:
    for name, column in _COLUMNS.items():
        kind = plan_of(NewLine).specs[name].kind
        assert isinstance(kind, Id), f"{name} is no id"
        if line[column] is not None:
            yield Mention(f"{at}.{name}", kind, line[column])
    for index, tag in enumerate(json_value(line["tags"])):
        yield Mention(f"{at}.tags[{index}]", TAG, tag)
