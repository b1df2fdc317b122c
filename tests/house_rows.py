"""What the row behind an expression may be called by, inferred from the source and never by running it.

A row, a list of rows and a dict of rows count alike: what is asked is which names lie in it. An
expression whose rows come from a table verb, a named statement, a literal or a function of ours that
returns such is *evident*; of any other, such as a parameter that somebody outside fills, nothing is
known, and None says so.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from typing import Final

import attrs

from finzcore.books.masters import KEPT
from finzcore.books.organisation import PREFERENCES
from finzcore.ports import Table
from tests import house_names
from tests.house import Source, last_word
from tests.house_names import NOTHING, Names

Scope = ast.FunctionDef | ast.Module

RESOURCES: Final = "finzcore.books.resources."
ATTRIBUTES: Final = {"head": "heads", "org": "orgs", "default_branch": "branches"}
"""Attributes of `Books` and `Masters` that are one row: of which table."""
TABLE_VERBS: Final = frozenset({"get", "find", "many"})
BY_NAME: Final = frozenset({"rows", "row", "found"})
"""What gives rows of the table that a text names: ``masters.rows["branches"]``, ``books.row("items", 5)``."""
SAME: Final = frozenset(
    {"list", "tuple", "sorted", "reversed", "iter", "next", "dict", "min", "max", "filter", "values", "copy"}
)
"""Calls that give the rows they are given."""


@attrs.frozen(eq=False)
class Function:
    """A function of ours, or what stands outside of any, in its module."""

    source: Source
    node: Scope

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        if isinstance(self.node, ast.Module):
            return ()
        arguments = self.node.args
        return tuple(one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything inside, other functions of the module left out."""
        return tuple(_inside(self.node))

    @cached_property
    def bindings(self) -> Mapping[str, list[ast.expr | None]]:
        """What each variable is bound to; None where that cannot be told."""
        found: defaultdict[str, list[ast.expr | None]] = defaultdict(list)
        for node in self.nodes:
            for name, value in _bound(node):
                found[name].append(value)
        return found

    @cached_property
    def given_back(self) -> list[ast.expr | None]:
        """What it returns or yields."""
        return [
            node.value
            for node in self.nodes
            if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None
        ]


def _scopes(source: Source) -> Iterator[tuple[str, Scope]]:
    """A module, its functions and the methods of its classes, each with its name."""
    yield "", source.tree
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{one.name}", one) for one in node.body if isinstance(one, ast.FunctionDef)
            )


def _inside(scope: Scope) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [scope]
    apart = ast.FunctionDef if isinstance(scope, ast.Module) else ()
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, apart))


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The variables that a node binds, each to the expression that holds its rows."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _taken(target, value)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield from _taken(target, value)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str()) as key, ctx=ast.Store()):
            yield name, ast.Dict([key], [key])
        case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr() | ast.Add(), value=value):
            yield name, value
        case ast.For(target=target, iter=rows) | ast.comprehension(target=target, iter=rows):
            yield from _taken(target, rows, of_each=True)
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from _taken(target, None)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "update"), args=[one]
        ):
            yield name, one


def _taken(
    target: ast.expr, value: ast.expr | None, of_each: bool = False
) -> Iterator[tuple[str, ast.expr | None]]:
    """The variables of a target with what each takes, also out of ``zip``, ``enumerate`` and ``items``."""
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Tuple(elts=targets), _:
            values = _side_by_side(value, of_each)
            values += [None] * (len(targets) - len(values))
            for one, other in zip(targets, values, strict=False):
                yield from _taken(one, other, of_each)


def _side_by_side(value: ast.expr | None, of_each: bool) -> list[ast.expr | None]:
    match value:
        case ast.Tuple(elts=values) if not of_each:
            return list(values)
        case ast.Call(func=ast.Name(id="zip"), args=values) if of_each:
            return list(values)
        case ast.Call(func=ast.Name(id="enumerate"), args=[rows]) if of_each:
            return [None, rows]
        case ast.Call(func=ast.Attribute(attr="items", value=rows)) if of_each:
            return [None, rows]
    return []


@cache
def functions(source: Source) -> list[tuple[str, Function]]:
    """The functions of a source by name; its methods by class and name, what stands outside by nothing."""
    return [(name, Function(source, node)) for name, node in _scopes(source)]


@cache
def origins(source: Source) -> Mapping[str, tuple[str, str]]:
    """The names that a source imports: from which module, and what they are called there."""
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


class House:
    """The functions of some sources, and what lies in the rows that they handle."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(sources)
        self.functions = {
            (source.module, name): function for source in self.sources for name, function in functions(source)
        }
        self._known: dict[object, Names | None] = {}
        self._asked: set[object] = set()
        self._circular = False

    @cached_property
    def _uses(self) -> Mapping[Function, list[tuple[Function, ast.Call] | None]]:
        """Where each function is called, and by whom; None where it is handed on uncalled."""
        found: defaultdict[Function, list[tuple[Function, ast.Call] | None]] = defaultdict(list)
        for user in self.functions.values():
            called = {id(node.func): node for node in user.nodes if isinstance(node, ast.Call)}
            for node in user.nodes:
                if isinstance(node, ast.Name | ast.Attribute) and (used := self.named(user.source, node)):
                    call = called.get(id(node))
                    found[used].append(None if call is None else (user, call))
        return found

    def named(self, source: Source, node: ast.expr) -> Function | None:
        """The function of ours that a name stands for in a module."""
        match node:
            case ast.Name(id=name):
                home, name = origins(source).get(name, (source.module, name))
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                home = ".".join(origins(source).get(module, ()))
            case _:
                return None
        return self.functions.get((home, name)) if name else None

    # ----- what lies in the rows of an expression -----

    def names(self, user: Function, node: ast.expr | None) -> Names | None:
        """The names in the row or rows of an expression; None when they are not evident."""
        match node:
            case None | ast.JoinedStr():
                return None
            case ast.Constant(value=value):
                return NOTHING if value is None else None
            case ast.Name(id=name):
                return self._variable(user, name)
            case ast.Attribute(attr="rows"):
                return frozenset(KEPT)
            case ast.Attribute(attr="preferences"):
                return frozenset(PREFERENCES)
            case ast.Attribute(attr=attr):
                return house_names.by_table()[ATTRIBUTES[attr]] if attr in ATTRIBUTES else None
            case ast.Subscript(value=value, slice=ast.Constant(value=str(word))):
                return house_names.by_table().get(word) if last_word(value) in BY_NAME else None
            case ast.Subscript(value=value):
                return self.names(user, value)
            case ast.Call():
                return self._call(user, node)
        parts = _parts(node)
        return None if parts is None else self._all(user, parts, _keys(node))

    def _all(
        self, user: Function, nodes: Iterable[ast.expr | None], more: Iterable[str] = ()
    ) -> Names | None:
        found = [self.names(user, node) for node in nodes]
        return None if None in found else NOTHING.union(*(one for one in found if one is not None), more)

    def _once(self, question: tuple[Function, str]) -> Names | None:
        """Asked within itself a question adds nothing to its own answer."""
        if question in self._asked:
            self._circular = True
            return NOTHING
        if question in self._known:
            return self._known[question]
        self._asked.add(question)
        function, name = question
        found = self._looked_up(function, name) if name else self._given_back(function)
        self._asked.discard(question)
        if not self._asked:
            self._circular = False
        if not self._circular:
            self._known[question] = found
        return found

    def _variable(self, user: Function, name: str) -> Names | None:
        return self._once((user, name))

    def _looked_up(self, user: Function, name: str) -> Names | None:
        values = user.bindings.get(name, [])
        found = self._all(user, values)
        if name in user.parameters:
            given = self._parameter(user, name)
            return None if given is None or found is None else given | found
        return found if values else None

    def _given_back(self, function: Function) -> Names | None:
        return self._all(function, function.given_back) if function.given_back else None

    def _parameter(self, function: Function, name: str) -> Names | None:
        uses = self._uses.get(function, [])
        if not uses:
            return None
        found = []
        for use in uses:
            if use is None:
                found.append(self._handed_on(function, name))
            else:
                user, call = use
                found.append(self.names(user, _argument(function, call, name)))
        return None if None in found else NOTHING.union(*(one for one in found if one is not None))

    def _handed_on(self, function: Function, name: str) -> Names | None:
        """A function that a resource's declaration is given gets rows of its table, as it loads them."""
        module = function.source.module
        if name not in ("row", "rows") or not module.startswith(RESOURCES):
            return None
        declared = import_module(module).RESOURCE
        loads = self.functions.get((module, getattr(declared.load, "__name__", "")))
        if declared.table is None or loads is function:
            return None
        own = house_names.columns(declared.table)
        return own | (self._once((loads, "")) or NOTHING) if loads else own

    def _columns(self, user: Function, node: ast.expr | None) -> Names | None:
        """The columns of the table that an expression stands for, or of the one that is looked for by name
        among what was found: ``books.found.get(("contacts", 5))``."""
        match node:
            case ast.Tuple(elts=[ast.Constant(value=str(word)), *_]):
                return house_names.by_table().get(word)
            case ast.Call(func=ast.Name(id="table_of"), args=[ast.Constant(value=str(word))]):
                return house_names.by_table().get(word)
            case ast.Name(id=name) if len(values := user.bindings.get(name, ())) == 1:
                return self._columns(user, values[0])
            case ast.Name() if table := table_of(user.source, node):
                return house_names.columns(table)
            case ast.Call(func=func) if function := self.named(user.source, func):
                found = [self._columns(function, value) for value in function.given_back]
                return found[0] if len(found) == 1 else None
        return None

    def _call(self, user: Function, call: ast.Call) -> Names | None:
        word, first = last_word(call.func), call.args[0] if call.args else None
        if word == "ask" and first is not None:
            return together(house_names.answers(), first)
        if word in TABLE_VERBS and (columns := self._columns(user, first)):
            return columns
        if word in BY_NAME and isinstance(first, ast.Constant):
            return house_names.by_table().get(first.value)
        if word in SAME:
            of = call.func.value if isinstance(call.func, ast.Attribute) else first
            return self.names(user, of)
        function = self.named(user.source, call.func)
        return self._once((function, "")) if function else None


def _parts(node: ast.expr) -> Sequence[ast.expr | None] | None:
    """The expressions whose rows an expression puts together; None when it gives no rows."""
    match node:
        case ast.BinOp(left=left, right=right, op=ast.BitOr() | ast.Add()):
            return [left, right]
        case ast.BoolOp(values=values):
            return values
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.List(elts=elements):
            return elements
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.DictComp(value=element):
            return [element]
        case ast.Dict(keys=keys, values=values):
            return [value for key, value in zip(keys, values, strict=True) if key is None]
    return None


def _keys(node: ast.expr) -> Iterator[str]:
    """The literal keys of a dict that is written out."""
    for key in node.keys if isinstance(node, ast.Dict) else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _argument(function: Function, call: ast.Call, name: str) -> ast.expr | None:
    """What a call gives for a parameter; None when that cannot be told."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = function.parameters.index(name)
    given = call.args[place] if place < len(call.args) else None
    return None if isinstance(given, ast.Starred) else given


def together(named: Mapping[str, Names], node: ast.expr) -> Names | None:
    """What the statements hold that a literal name stands for; with a formatted one, all that fit it."""
    match node:
        case ast.Constant(value=str(name)):
            return named.get(name)
        case ast.JoinedStr(values=[*pieces]):
            first, last = pieces[0], pieces[-1]
            begins = first.value if isinstance(first, ast.Constant) else ""
            ends = last.value if isinstance(last, ast.Constant) else ""
            fit = [names for name, names in named.items() if name.startswith(begins) and name.endswith(ends)]
            return NOTHING.union(*fit) if fit else None
    return None


def table_of(source: Source, node: ast.expr | None) -> Table | None:
    """The declared table that a name stands for in a module."""
    if not isinstance(node, ast.Name):
        return None
    found = getattr(import_module(source.module), node.id, None)
    return found if isinstance(found, Table) else None
