"""A misspelt key of a row is found in the source, before anything runs.

Rows travel as plain dicts, so ``row["paymnt_made"]`` is no mistake to a type checker. Here every key
that is written out is held against what a row may be called by: where the row's table or statement is
evident (`tests.house_rows`), against the names of that one; elsewhere against what its module and the
modules beside it declare, and what they write, if the key is read, or read, if it is written.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Final

import attrs

from finzcore.books.organisation import PREFERENCES
from finzcore.books.papers.kind import kinds
from tests import house_names, house_rows
from tests.house import Breach, Source, imports, last_word, read
from tests.house_names import NOTHING, Names
from tests.house_rows import BY_NAME, Function, House, together

WATCHED: Final = (
    "finzcore/books/",
    "finzcore/api/",
    "finzcore/engine.py",
    "finzcore/org.py",
    "finzcore/administration.py",
)
"""Where rows are handled."""

APART: Final = (
    "finzcore/api/openapi/",
    "finzcore/api/adapters.py",
    "finzcore/api/event_loop.py",
    "finzcore/api/multipart.py",
    "finzcore/api/oauth/",
    "finzcore/api/uploads.py",
    "finzcore/books/mail/markup.py",
    "finzcore/books/webhooks/attempt.py",
    "finzcore/books/webhooks/body.py",
)
"""What handles no rows, but JSON Schema, which the official schema judges, the dicts of servers, which
`wsgiref.validate` and uvicorn do, the heads of parts of forms, which httpx writes, the parameters of OAuth,
which clients of other makers send, HTML, and what receivers of webhooks read."""

WORDS: Final[Mapping[str, str]] = {
    "\0": "of a number, whose name no body can hold",
    **dict.fromkeys(("aside", "reach"), "what the work around a unit of work hands to its operation"),
    **dict.fromkeys(("const", "maxItems", "minItems"), "of a JSON Schema"),
    "sha256": "of a file, in the fingerprint of its request",
    **dict.fromkeys(("contact_name", "number"), "what people call whatever a file or a comment belongs to"),
    "error": "why a message was given up, in its event",
    "auto_approve": "of a body: whether what it says is posted at once",
    "pin": "where a branch is, said by the administration",
    "active": "what opens and closes a branch or an account, said by the administration",
    "contact_person_id": "of the people in a contact, kept as JSON, which only clients read",
    "idempotency_key": "an argument of every method of `Org` that writes",
    "new": "of a change that an event tells",
    "old": "of a change that an event tells",
    "reason": "of the change that locks a period",
    "remote_addr": "of what the outside says of a request",
    "session_user_id": "of what the outside says of a request",
    **dict.fromkeys(
        ("address", "city", "country", "state_code", "street2", "zip"), "of an address, kept as JSON"
    ),
    **dict.fromkeys(
        ("country_code", "port_code", "shipping_bill_date", "shipping_bill_number"),
        "of an export, kept as JSON",
    ),
    **dict.fromkeys(
        ("branch_state", "currency", "gst_treatment", "supplier_state"),
        "of what a step of an explanation started from",
    ),
    **dict.fromkeys(
        ("line", "other_charges", "totals"), "of a register, whose view is made by a function for both"
    ),
    "einvoice": "of custom fields: what the invoice registration portal answered",
    **dict.fromkeys(
        ("code", "message", "field", "details", "request_id"), "of the envelope of a refusal (`api.md` §1.8)"
    ),
    **dict.fromkeys(
        (
            "allowed", "current_status", "errors", "existing_id", "limit", "position", "received",
            "supported",
        ),
        "of a refusal's details, for clients",
    ),
    **dict.fromkeys(
        ("company_id", "organization_id", "token_id"),
        "of an answer, beside its view",
    ),
    **dict.fromkeys(
        (
            "additionalProperties", "anyOf", "description", "examples", "format", "items", "maxLength",
            "maximum", "minLength", "minimum", "pattern", "properties", "required",
        ),
        "of JSON Schema",
    ),
}  # fmt: skip
"""Names that no declaration gives to a row, each with what it is of."""

NAMING: Final = frozenset({"Condition", "itemgetter"})
"""Calls whose first word is the name of a column."""
RESOURCE_OF: Final = BY_NAME | {"resource", "table_of", "named"}
"""Calls whose first word is the name of a resource, whose rows they give."""
OF_ANY_TABLE: Final = tuple(f"finzcore.books.{name}" for name in ("cursors", "lookups", "pages", "records"))
OF_ANY_KIND: Final = tuple(
    f"finzcore.books.{name}" for name in ("papers", "checks", "printing", "explain", "returns")
)
"""Modules that handle rows of tables, or of kinds of document, which they do not import."""


@attrs.frozen
class Key:
    """A key that is written out, and the names it must be among, where those are evident."""

    name: str
    at: ast.expr | ast.keyword
    written: bool
    among: Names | None = None


# ----- the keys of a source -----


def found_in(house: House, function: Function) -> Iterator[Key]:
    """The keys that a function writes out; what stands outside of any is a table of the module's own."""
    if isinstance(function.node, ast.Module):
        return
    spared = {id(inner) for node in function.nodes for said in _no_rows(node) for inner in ast.walk(said)}
    given = {id(node): among for call in function.nodes for node, among in _given(function, call)}
    for node in function.nodes:
        if id(node) in spared:
            continue
        if isinstance(node, ast.Dict):
            yield from _literal(node, given.get(id(node)))
        elif isinstance(node, ast.Subscript | ast.Call):
            yield from _looked_up(house, function, node)


def _no_rows(node: ast.AST) -> Iterator[ast.AST]:
    """What holds no keys of rows: types, such as ``Literal["x"]``, and the attributes of an object."""
    match node:
        case (
            ast.Subscript(value=ast.Attribute(attr="__dict__"))
            | ast.Call(func=ast.Attribute(value=ast.Attribute(attr="__dict__")))
        ):
            yield node
        case ast.Subscript(value=value) if last_word(value) in {"Literal", "Callable", "Mapping"}:
            yield node
        case ast.arg(annotation=ast.expr() as said) | ast.AnnAssign(annotation=said):
            yield said
        case ast.FunctionDef(returns=ast.expr() as said):
            yield said


def _given(function: Function, call: ast.AST) -> Iterator[tuple[ast.AST, Names | None]]:
    """The dicts that a call hands to a table or a statement as they are written out."""
    match call:
        case ast.Call(func=ast.Attribute(attr="insert" | "change"), args=[first, *given]):
            table = house_rows.table_of(function.source, first)
            among = None if table is None else house_names.columns(table)
        case ast.Call(func=ast.Attribute(attr="tell"), args=[first, *given]):
            among = together(house_names.parameters(), first)
        case _:
            return
    for one in given:
        yield from ((inner, among) for inner in (one.elts if isinstance(one, ast.List) else [one]))


def _literal(node: ast.Dict, among: Names | None) -> Iterator[Key]:
    """The keys of a dict; one in capitals is a word of the wire or a role, and no name."""
    for at in node.keys:
        match at:
            case ast.Constant(value=str(name)) if not name.isupper():
                yield Key(name, at, True, among)


def _looked_up(house: House, function: Function, node: ast.Subscript | ast.Call) -> Iterator[Key]:
    match node:
        case ast.Subscript(value=row, slice=ast.Constant(value=str(name)) as at, ctx=context):
            written = isinstance(context, ast.Store)
            yield Key(name, at, written, None if written else house.names(function, row) or None)
        case ast.Call(
            func=ast.Attribute(attr="get" | "pop", value=row), args=[ast.Constant(value=str(name)) as at, *_]
        ):
            yield Key(name, at, False, house.names(function, row) or None)
        case ast.Call(func=func, args=[ast.Constant(value=str(name)) as at, *_]) if last_word(func) in NAMING:
            yield Key(name, at, False)
        case ast.Call(func=ast.Attribute(attr="ask"), args=[first], keywords=keywords):
            among = together(house_names.parameters(), first)
            yield from (Key(one.arg, one, True, among) for one in keywords if one.arg)


# ----- what a module may call its rows by -----


class Keys:
    """The keys of some sources, and which of them nothing is known by."""

    def __init__(self, sources: Iterable[Source], words: Iterable[str] = WORDS) -> None:
        self.house = House(sources)
        self.words = frozenset(words)
        self.by_module: dict[str, list[Key]] = defaultdict(list)
        for (module, _), function in self.house.functions.items():
            self.by_module[module] += found_in(self.house, function)

    @cached_property
    def beside(self) -> Mapping[str, set[str]]:
        """For each module itself, the modules it imports and those that import it."""
        found = {module: {module} for module in self.by_module}
        for source in self.house.sources:
            for home in found.keys() & _imported(source):
                found[source.module].add(home)
                found[home].add(source.module)
        return found

    def known(self, module: str, key: Key) -> Names:
        """What a key may be."""
        return self._open[module, key.written] if key.among is None else key.among

    @cached_property
    def _open(self) -> Mapping[tuple[str, bool], Names]:
        said = {
            (module, written): frozenset(key.name for key in found if key.written == written)
            for module, found in self.by_module.items()
            for written in (False, True)
        }
        return {
            (module, written): self.words.union(
                self.deals_in[module], *(said[one, not written] for one in self.beside[module])
            )
            for module, written in said
        }

    @cached_property
    def deals_in(self) -> Mapping[str, Names]:
        """The names of the declarations that each module makes, imports or names."""
        return {source.module: _dealt_in(source) for source in self.house.sources}

    def strange(self) -> Iterator[tuple[str, Key]]:
        """The keys that are known by no declaration, with their modules."""
        for module, found in self.by_module.items():
            for key in found:
                if key.name not in self.known(module, key):
                    yield module, key


@cache
def _imported(source: Source) -> Names:
    """What a module imports, as modules: the name itself, and what it may be taken from."""
    targets = [one.target for one in imports(source)]
    return frozenset([*targets, *(target.rpartition(".")[0] for target in targets)])


@cache
def _dealt_in(source: Source) -> Names:
    found = [house_names.of_module(source.module)]
    for node in ast.walk(source.tree):
        found += _named(node)
    if source.module.startswith(OF_ANY_KIND):
        found += [house_names.filters()[name] for name in (*(kind.of for kind in kinds()), "document_lines")]
        found += [frozenset(house_names.shown(kind.told)) for kind in kinds()]
    if source.module in OF_ANY_TABLE:
        found += house_names.by_table().values()
    return NOTHING.union(*found)


def _named(node: ast.AST) -> Iterator[Names]:
    """The rows that a text stands for: a table's, a statement's."""
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value=str(word))) if (
            last_word(value) in RESOURCE_OF
        ):
            yield house_names.filters().get(word, NOTHING)
        case ast.Call(func=func, args=[ast.Constant(value=str(word)), *_]) if last_word(func) in RESOURCE_OF:
            yield house_names.filters().get(word, NOTHING)
        case ast.Constant(value=str()) | ast.JoinedStr():
            yield together(house_names.answers(), node) or NOTHING
            yield together(house_names.parameters(), node) or NOTHING
        case ast.Name(id="PREFERENCES"):
            yield frozenset(PREFERENCES)
        case ast.ClassDef(body=body):
            fields = [one.target for one in body if isinstance(one, ast.AnnAssign)]
            yield frozenset(field.id for field in fields if isinstance(field, ast.Name))


def is_watched(source: Source) -> bool:
    """Whether rows are handled there."""
    return source.path.startswith(WATCHED) and not source.path.startswith(APART)


@cache
def watched() -> tuple[Source, ...]:
    """The sources in which rows are handled."""
    return tuple(filter(is_watched, read("finzcore")))


@cache
def _strange(sources: tuple[Source, ...]) -> list[tuple[str, Key]]:
    return list(Keys(sources).strange())


def misspelt_keys(source: Source) -> Iterator[Breach]:
    """Every key of a row is a name that something gives it; a planted text takes the place of its file."""
    if not is_watched(source):
        return
    sources = tuple(source if one.path == source.path else one for one in watched())
    for module, key in _strange(sources):
        if module == source.module:
            yield Breach(source.path, key.at.lineno, f"the key {key.name!r} is nobody's")
