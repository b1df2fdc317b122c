"""What an answer says: the keys of `api.md` in their order, each with the column it is read from.

A view writes a row as JSON text, or as the dict that Python callers get, from the same declaration.
"""

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from finzcore.books import kinds
from finzcore.books.figures import Amount, Number, Whole
from finzcore.books.kinds import WRITING, Kind
from finzcore.books.references import Id
from finzcore.books.text import json_text, json_value
from finzcore.ports import Row


class Out(NamedTuple):
    """One key of an answer: its kind, and the column it is read from."""

    key: str
    kind: Any
    column: str
    null: bool = False
    """Whether there may be nothing, where no column says so."""
    omitted: bool = False
    """Whether the key is left out where there is nothing; the first of a view never is."""

    def maybe(self) -> "Out":
        """The same where there may be nothing."""
        return self._replace(null=True)

    def if_any(self) -> "Out":
        """The same, left out where there is nothing."""
        return self._replace(omitted=True)

    def named(self, key: str) -> "Out":
        """The same under another key."""
        return self._replace(key=key)


def out(key: str, kind: Any, column: str | None = None) -> Out:
    """A key of an answer."""
    return Out(key, kind, column or key)


def amount(key: str, column: str | None = None) -> Out:
    """Money."""
    return Out(key, Amount(), column or key)


def number(key: str, places: int = 6, column: str | None = None) -> Out:
    """A quantity, rate or percentage."""
    return Out(key, Number(places), column or key)


def whole(key: str, column: str | None = None) -> Out:
    """A whole number."""
    return Out(key, Whole(0, 0), column or key)


def text(key: str, column: str | None = None) -> Out:
    """Text."""
    return Out(key, kinds.Text(0), column or key)


def flag(key: str, column: str | None = None) -> Out:
    """True or false."""
    return Out(key, kinds.Flag(), column or key)


def day(key: str, column: str | None = None, *, bare: bool = False) -> Out:
    """A calendar date."""
    return Out(key, kinds.Day(bare), column or key)


def moment(key: str, column: str | None = None, *, zulu: bool = False) -> Out:
    """An instant."""
    return Out(key, kinds.Moment(zulu), column or key)


def ident(key: str, prefix: str, column: str | None = None) -> Out:
    """A wire id."""
    return Out(key, Id(prefix), column or key)


class Stored(Kind):
    """JSON that a column keeps as text; `says` is its JSON Schema."""

    def __init__(self, empty: str = "null", says: Mapping[str, Any] | None = None) -> None:
        self._empty = empty
        self._says = says or {"type": "object"}

    def shown(self) -> dict[str, Any]:
        """As declared."""
        return dict(self._says)

    def written(self) -> str:
        """As kept."""
        return f"(v or {self._empty!r})"

    def plain(self, value: str, org: int) -> Any:
        """Read back."""
        return json_value(value or self._empty)


class Given(Kind):
    """A value made for this answer alone: a dict, a list, text; `says` is its JSON Schema."""

    def __init__(self, **says: Any) -> None:
        self._says = says

    def shown(self) -> dict[str, Any]:
        """As declared."""
        return dict(self._says)

    def written(self) -> None:
        """Written by `json`."""

    def json(self, value: Any, org: int) -> str:
        """As JSON."""
        return json_text(value)


class View:
    """The keys of one answer. `called` is the name of its schema, where the key of the answer tells
    too little."""

    def __init__(self, *outs: Out, called: str = "") -> None:
        self.outs = outs
        self.called = called

    def json(self, row: Row, org: int) -> str:
        """A row as JSON text."""
        return self.writer(row, org)

    @cached_property
    def writer(self) -> Callable[[Row, int], str]:
        """The function that writes a row: one formatted text, compiled on first use, because answers
        are written with every request and writing them key by key took longer than reading the rows."""
        names: dict[str, Any] = dict(WRITING)
        pieces: list[ast.expr] = []
        for position, one in enumerate(self.outs):
            expression = one.kind.written()
            if expression is None:
                names[f"json{position}"] = one.kind.json
                expression = f"json{position}(v, o)"
            start = f'{"," if position else "{"}"{one.key}":'
            value = f'"null" if (v := row[{one.column!r}]) is None else {expression}'
            if one.omitted:
                value = f'"" if (v := row[{one.column!r}]) is None else {start!r} + {expression}'
            else:
                pieces.append(ast.Constant(start))
            pieces.append(ast.FormattedValue(ast.parse(value, mode="eval").body, conversion=-1))
        tree = ast.parse("lambda row, o: ''", mode="eval")
        assert isinstance(tree.body, ast.Lambda)
        tree.body.body = ast.JoinedStr([*pieces, ast.Constant("}")])
        code = compile(ast.fix_missing_locations(tree), "<the view of an answer>", "eval")
        made: Callable[[Row, int], str] = eval(code, names)  # noqa: S307 - the declarations are our own
        return made

    def plain(self, row: Row, org: int) -> dict[str, Any]:
        """A row as Python callers see it."""
        return {
            one.key: None if (value := row[one.column]) is None else one.kind.plain(value, org)
            for one in self.outs
            if not (one.omitted and row[one.column] is None)
        }

    def from_json(self, said: dict[str, Any]) -> dict[str, Any]:
        """A row of an answer's JSON, read back as Python callers see it."""
        return {
            one.key: None if (value := said[one.key]) is None else one.kind.from_json(value)
            for one in self.outs
            if not one.omitted or one.key in said
        }

    def schema(
        self, empty: Collection[str] = (), words: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> dict[str, Any]:
        """The view as JSON Schema. `empty` are the columns that may be null, `words` those that a
        key of mere text is one of."""
        properties = {}
        for one in self.outs:
            shown = one.kind.shown()
            if one.key in words and shown == {"type": "string"}:
                shown["enum"] = list(words[one.key])
            may_be_null = one.null or (one.column in empty and not one.omitted)
            properties[one.key] = kinds.or_null(shown) if may_be_null else shown
        required = [one.key for one in self.outs if not one.omitted]
        return {"type": "object", "properties": properties, "required": required}


class Each(Kind):
    """A list of rows, each shown by a view."""

    def __init__(self, view: View) -> None:
        self.view = view

    def written(self) -> None:
        """Written by `json`."""

    def json(self, value: Any, org: int) -> str:
        """A JSON list."""
        write = self.view.writer
        return "[" + ",".join([write(row, org) for row in value]) + "]"

    def plain(self, value: Any, org: int) -> list[dict[str, Any]]:
        """A list of dicts."""
        return [self.view.plain(row, org) for row in value]

    def from_json(self, said: Any) -> list[dict[str, Any]]:
        """A list of dicts."""
        return [self.view.from_json(row) for row in said]

    def shown(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.view.schema()}


class Nested(Each):
    """Rows inside a row that are shown as it is itself; its `view` is given when that has been made."""

    view: View

    def __init__(self) -> None:
        """Nothing is known yet."""

    def shown(self) -> dict[str, Any]:
        """An array of objects like the one around it."""
        return {"type": "array", "items": {"type": "object", "description": "As the one around it."}}


class Rows(View):
    """Several rows under one key of an answer, each shown by a view."""

    def __init__(self, view: View) -> None:
        super().__init__(*view.outs, called=view.called)
        self.view = view

    def json(self, rows: Any, org: int) -> str:
        """A JSON list."""
        return "[" + ",".join([self.view.json(row, org) for row in rows]) + "]"

    def plain(self, rows: Any, org: int) -> Any:
        """A list of dicts."""
        return [self.view.plain(row, org) for row in rows]

    def from_json(self, said: Any) -> Any:
        """A list of dicts."""
        return [self.view.from_json(row) for row in said]

    def schema(
        self, empty: Collection[str] = (), words: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> dict[str, Any]:
        """One of the rows as JSON Schema."""
        return self.view.schema(empty, words)


class Inner(Kind):
    """One row inside another; `of` is the resource that answers with such a row too, if one does."""

    def __init__(self, view: View, of: str = "") -> None:
        self.view = view
        self.of = of

    def written(self) -> None:
        """Written by `json`."""

    def json(self, value: Any, org: int) -> str:
        """A JSON object."""
        return self.view.json(value, org)

    def plain(self, value: Any, org: int) -> dict[str, Any]:
        """A dict."""
        return self.view.plain(value, org)

    def from_json(self, said: Any) -> dict[str, Any]:
        """A dict."""
        return self.view.from_json(said)

    def shown(self) -> dict[str, Any]:
        """An object."""
        return self.view.schema()


CREATED: Final = (moment("created_time"), moment("last_modified_time"))
