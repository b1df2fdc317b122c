"""Who may import whom, read off the source and never by running it.

Each check is a pure function over one `Source` (a path and its text) that yields a `Breach` for
every place where a rule is broken, so a planted text shows that it still bites. `FLOORS` is the
house of design.md §4: imports go downwards, sideways within a family, upwards never. What stands
inside the files is the business of `tests.house_words`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import attrs

ROOT: Final = Path(__file__).resolve().parent.parent

FLOORS: Final = (
    ("errors", "declared", "digests", "masking", "on_demand", "sealing"),
    ("money", "fiscal", "ids"),
    ("ledger",),
    ("gst",),
    ("documents", "auth"),
    ("ports",),
    ("books",),
    ("api", "storage", "render", "system"),
    (
        "finzcore",
        "__main__",
        "calls",
        "cli",
        "commands",
        "demo",
        "terminal",
        "engine",
        "delivery",
        "dispatch",
        "exports",
        "mail",
        "moves",
        "oauth",
        "outgoing",
        "receiving",
        "org",
        "rounds",
        "several",
        "signatures",
        "administration",
        "people",
        "tokens",
        "settings",
        "testing",
        "vault",
        "client",
    ),
)
"""Lowest first. ``finzcore`` is the package's own ``__init__``, which offers the public names."""

FLOOR_OF: Final = {room: number for number, floor in enumerate(FLOORS) for room in floor}
APART: Final = frozenset({"documents", "auth", "api", "storage", "render", "system"})
"""Rooms that do not see their neighbours on the same floor."""
STORAGE_SEES: Final = frozenset({"errors", "money", "ids", "ports"})


@attrs.frozen
class Source:
    """One file: its path from the root, with ``/``, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """The dotted name.

        >>> Source("finzcore/ledger/__init__.py", "").module
        'finzcore.ledger'
        """
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The package or module directly under ``finzcore``, or ``finzcore`` itself."""
        return [*self.module.split("."), "finzcore"][1]


@attrs.frozen
class Breach:
    """A broken rule; ``name`` is the function, where the rule is about one."""

    path: str
    line: int
    what: str
    name: str = ""

    @property
    def where(self) -> str:
        """The key by which an exception is listed: a path, or ``path::function``."""
        return f"{self.path}::{self.name}" if self.name else self.path

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@attrs.frozen
class Import:
    """One imported name in full, ``finzcore.money.share`` for ``from finzcore.money import share``."""

    target: str
    line: int
    typing_only: bool


@cache
def read(*folders: str) -> tuple[Source, ...]:
    """Every Python file under these folders of the checkout, in order of path, read once."""
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)


def imports(source: Source) -> Iterator[Import]:
    """Every absolute import, at the top or inside a function, by statement or `import_module`."""
    typing_only = _under_type_checking(source.tree)
    for node in ast.walk(source.tree):
        for target in targets(node):
            yield Import(target, getattr(node, "lineno", 0), node in typing_only)


def _under_type_checking(tree: ast.Module) -> set[ast.AST]:
    blocks = (n for n in ast.walk(tree) if isinstance(n, ast.If) and last_word(n.test) == "TYPE_CHECKING")
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def targets(node: ast.AST) -> list[str]:
    """The names one node imports, each in full; nothing when it is no import."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(level=0, module=str(module), names=names):
            return [f"{module}.{alias.name}" for alias in names]
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
            return [name] if last_word(func) in {"import_module", "__import__"} else []
    return []


def last_word(node: ast.AST) -> str:
    """The last word of a dotted name, or nothing."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _ours(source: Source) -> Iterator[Import]:
    """Imports of our own modules. `ports` may name, for the type checker only, what it serves."""
    for found in imports(source):
        if found.target.split(".")[0] == "finzcore" and not (found.typing_only and source.room == "ports"):
            yield found


def _room(target: str) -> str:
    word = [*target.split("."), "finzcore"][1]
    return word if word in FLOOR_OF else "finzcore"


def layers(source: Source) -> Iterator[Breach]:
    """Imports go downwards; the edges do not see each other (design.md §4)."""
    here = source.room
    if here not in FLOOR_OF:
        yield Breach(source.path, 1, f"{here} has no floor in the house")
        return
    for found in _ours(source):
        if refusal := forbidden(here, _room(found.target)):
            yield Breach(source.path, found.line, refusal)


def forbidden(here: str, there: str) -> str | None:
    """Why one room may not import from another; None when it may.

    >>> forbidden("ledger", "money"), forbidden("ledger", "gst")
    (None, 'ledger imports gst, a floor above')
    """
    if here == there:
        return None
    if FLOOR_OF[there] > FLOOR_OF[here]:
        return f"{here} imports {there}, a floor above"
    if FLOOR_OF[there] == FLOOR_OF[here] and here in APART:
        return f"{here} and {there} do not see each other"
    if here == "storage" and there not in STORAGE_SEES:
        return f"storage does not see {there}"
    return None


def resources_apart(source: Source) -> Iterator[Breach]:
    """No resource imports another (design.md §4)."""
    shelf = ["finzcore", "books", "resources"]
    here = source.module.split(".")
    for found in _ours(source):
        there = found.target.split(".")
        if here[:3] == shelf == there[:3] and here[3:4] and there[3:4] and here[3] != there[3]:
            yield Breach(source.path, found.line, f"resource {here[3]} imports resource {there[3]}")


def relative_imports(source: Source) -> Iterator[Breach]:
    """Imports are absolute."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield Breach(source.path, node.lineno, "relative import")


def import_graph(sources: Iterable[Source]) -> dict[str, set[str]]:
    """For each module the modules of ours that it imports, itself left out."""
    by_module = {source.module: source for source in sources}
    graph: dict[str, set[str]] = {}
    for module, source in by_module.items():
        found = {_known(each.target, by_module) for each in _ours(source)}
        graph[module] = {target for target in found if target and target != module}
    return graph


def _known(target: str, modules: Mapping[str, Source]) -> str:
    """The module that holds an imported name: the longest known beginning of it."""
    while target and target not in modules:
        target = target.rpartition(".")[0]
    return target


def cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups of modules that can all reach each other, each sorted; none in a sound house.

    >>> cycles({"a": ["b"], "b": ["a"], "c": ["a"]})
    [['a', 'b']]
    """
    reach = {module: _reachable(module, graph) for module in graph}
    groups = {
        tuple(sorted(other for other in reach[module] if module in reach.get(other, ())))
        for module in graph
        if module in reach[module]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(start: str, graph: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting.extend(graph.get(module, ()))
    return seen
