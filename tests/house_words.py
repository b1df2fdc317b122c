"""What may stand inside a file: clocks, floats, SQL, sizes, unfinished notes, the public names.

Pure functions over one `Source`, like those of `tests.house`, and read in the same way.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from tests.house import Breach, Source, imports, last_word, layers, relative_imports, resources_apart, targets

Check = Callable[[Source], Iterator[Breach]]

GUARDED: Final = frozenset(
    {"sqlite3", "sqlite_utils", "psycopg", "psycopg_pool", "secrets", "random", "uuid", "time"}
)
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60

SHELVES: Final = frozenset({"finzcore.books.resources", "finzcore.storage.statements"})
"""Modules side by side that are found by their names: one is read like another, in no order."""

_IN_ORDER: Final = re.compile(r"(?<=`)\w+(?=`)|(?<=^    )\w+(?=\s)", re.MULTILINE)
_SAYS_NOTHING: Final = re.compile(r"(?:^|_)(?:utils?|helpers?|manager|data)(?:_|$)|^process_", re.IGNORECASE)
_UNFINISHED: Final = re.compile(r"\b(TODO|FIXME)\b")
_BARE_IGNORE: Final = re.compile(r"#\s*type:\s*ignore(?!\[)")
_IN_COMMENT: Final = re.compile(rf"#.*(?:{_UNFINISHED.pattern})|{_BARE_IGNORE.pattern}")
# An HTTP method ("DELETE", "DELETE /contacts") or an action's word alone is not yet a statement.
_SQL: Final = re.compile(
    r"\s*(?:(?:SELECT|INSERT|UPDATE|CREATE|PRAGMA)\s(?!\s*/)|DELETE\s+FROM\b|BEGIN\s*(?:$|;|\s[A-Z])"
    r"|select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|create\s+(?:unique\s+)?(?:table|index|view|trigger)\s|pragma\s+\w|begin\s+immediate\b)",
    re.DOTALL,
)


def guarded_modules(source: Source) -> Iterator[Breach]:
    """Databases, randomness and the clock are imported by storage and system only."""
    if source.room in {"storage", "system"}:
        return
    for found in imports(source):
        top = found.target.split(".")[0]
        if top in GUARDED and not (top == "uuid" and source.room == "ids"):
            yield Breach(source.path, found.line, f"{top} is for storage and system only")


def real_clock(source: Source) -> Iterator[Breach]:
    """Only system reads the clock or the operating system's randomness."""
    if source.room == "system":
        return
    calendars = {"datetime", "date"} | {
        alias.asname
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "datetime"
        for alias in node.names
        if alias.asname and alias.name in {"datetime", "date"}
    }
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(value=value, attr="now" | "utcnow" | "today" as word):
                if last_word(value) in calendars:
                    yield Breach(source.path, node.lineno, f"{word}() is for system only")
            case ast.Attribute(attr="urandom", lineno=line):
                yield Breach(source.path, line, "urandom is for system only")
            case ast.ImportFrom(lineno=line) if "os.urandom" in targets(node):
                yield Breach(source.path, line, "urandom is for system only")


def floats(source: Source) -> Iterator[Breach]:
    """No float is written, made, passed on or declared; asking whether a value is one is allowed."""
    if source.room == "testing":
        return
    for node in ast.walk(source.tree):
        if what := _float(node):
            yield Breach(source.path, getattr(node, "lineno", 0), what)


def _float(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex() as value):
            return f"the float {value}"
        case ast.Call(func=ast.Name(id="float")):
            return "float(...)"
        case ast.Call(func=func, args=args, keywords=keywords):
            passed = [*args, *(keyword.value for keyword in keywords)]
            asks = last_word(func) in {"isinstance", "issubclass"}
            return "float passed on" if not asks and "float" in map(last_word, passed) else None
        case (
            ast.arg(annotation=ast.expr() as annotation)
            | ast.AnnAssign(annotation=annotation)
            | ast.FunctionDef(returns=ast.expr() as annotation)
            | ast.AsyncFunctionDef(returns=ast.expr() as annotation)
        ):
            return "declared as float" if any(map(_says_float, ast.walk(annotation))) else None
    return None


def _says_float(node: ast.AST) -> bool:
    """The name ``float``, also where an annotation is written as text."""
    match node:
        case ast.Name(id="float"):
            return True
        case ast.Constant(value=str(text)):
            return re.search(r"\bfloat\b", text) is not None
    return False


def sql_text(source: Source) -> Iterator[Breach]:
    """SQL lives in storage and nowhere else."""
    if source.room == "storage":
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=str(text), lineno=line) if _SQL.match(text):
                yield Breach(source.path, line, f"SQL outside storage: {text.split()[0]}")


@attrs.frozen
class Function:
    """One function: where it begins and how many lines it takes, its docstring included."""

    name: str
    line: int
    lines: int


def functions(source: Source) -> list[Function]:
    """Every function of a file, methods and inner ones too, decorators not counted.

    >>> functions(Source("a.py", "def one():\\n    return 1\\n"))
    [Function(name='one', line=1, lines=2)]
    """
    return [
        Function(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def long_files(source: Source) -> Iterator[Breach]:
    """A file past 400 lines is split."""
    lines = len(source.text.splitlines())
    if lines > LONGEST_FILE:
        yield Breach(source.path, lines, f"{lines} lines")


def long_functions(source: Source) -> Iterator[Breach]:
    """A function fits one screen."""
    for function in functions(source):
        if function.lines > LONGEST_FUNCTION:
            what = f"{function.name} takes {function.lines} lines"
            yield Breach(source.path, function.line, what, function.name)


def unfinished(source: Source) -> Iterator[Breach]:
    """No note of work undone in a comment or docstring, and no type error silenced without its code."""
    for line, text in _remarks(source):
        if found := _UNFINISHED.search(text):
            yield Breach(source.path, line, f"{found[0]} left behind")
        if _BARE_IGNORE.search(text):
            yield Breach(source.path, line, "a type error silenced without its code")


def _remarks(source: Source) -> Iterator[tuple[int, str]]:
    """Comments that may be a breach, and strings that stand alone, with the line they begin on."""
    # Few files have a line that looks like one, and to take a file apart into tokens takes long.
    if _IN_COMMENT.search(source.text):
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    for node in ast.walk(source.tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text)), lineno=line):
                yield line, text


def empty_names(source: Source) -> Iterator[Breach]:
    """No module, class, function, parameter or variable has a name that fits any other (design.md §4)."""
    if source.room == "testing":
        # `data` is what Hypothesis calls what its rules draw from.
        return
    if _SAYS_NOTHING.search(source.module.rpartition(".")[2]):
        yield Breach(source.path, 1, f"the name {source.module} says nothing")
    for node in ast.walk(source.tree):
        name = _given_name(node)
        if name is not None and _SAYS_NOTHING.search(name):
            yield Breach(source.path, getattr(node, "lineno", 0), f"the name {name} says nothing")


def _given_name(node: ast.AST) -> str | None:
    """The name that is given here."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case (
            ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store())
        ):
            return name
        case ast.alias(asname=name):
            return name
    return None


def unread_modules(sources: Iterable[Source]) -> Iterator[Breach]:
    """The docstring of each package says in which order to read it, and leaves no module out.

    A module is named at the beginning of an indented line, or between backticks.
    """
    orders = {
        source.module: frozenset(_IN_ORDER.findall(ast.get_docstring(source.tree, clean=False) or ""))
        for source in sources
        if source.path.endswith("/__init__.py")
    }
    for source in sources:
        package, _, name = source.module.rpartition(".")
        if (
            package
            and package not in SHELVES
            and not name.startswith("_")
            and name not in orders.get(package, ())
        ):
            yield Breach(source.path, 1, f"{name} is missing in the reading order of {package}")


def public_names(source: Source) -> Iterator[Breach]:
    """The package's ``__all__`` is sorted, as ruff sorts, and names what is offered, no more, no less.

    A package that answers ``__getattr__`` may promise names that only come when they are asked for.
    """
    promised = promises(source)
    if promised != sorted(promised, key=_as_ruff_sorts):
        yield Breach(source.path, 1, "__all__ is not sorted")
    bound = set(_bound(source.tree.body))
    offered = {name for name in bound if not name.startswith("_")}
    for name in sorted(offered.difference(promised)):
        yield Breach(source.path, 1, f"{name} is offered, but not in __all__")
    for name in sorted(set(promised) - bound) if "__getattr__" not in bound else ():
        yield Breach(source.path, 1, f"{name} is in __all__, but not offered")


def promises(source: Source) -> list[str]:
    """What a module's ``__all__`` lists, in its order; nothing when it has none."""
    for node in source.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple() as names):
                return list(ast.literal_eval(names))
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.List() | ast.Tuple() as names):
                return list(ast.literal_eval(names))
    return []


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    if len(name) > 1 and name.isupper():
        return 0, name
    return (1 if name[:1].isupper() else 2), name


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """The names a module binds of its own; what it borrows from elsewhere is not on offer."""
    for node in body:
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] == "finzcore":
                yield from (alias.asname or alias.name for alias in names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.If(body=inner, orelse=other):
                yield from _bound([*inner, *other])


CHECKS: Final[tuple[Check, ...]] = (
    layers,
    resources_apart,
    relative_imports,
    guarded_modules,
    real_clock,
    floats,
    sql_text,
    long_files,
    long_functions,
    unfinished,
    empty_names,
)

ALLOWED: Final[dict[str, dict[str, str]]] = {
    "empty_names": {
        "finzcore/books/history.py": "`data` is what `api.md` §6.2 calls what a webhook says",
        "finzcore/books/records.py": "the same",
    },
    "floats": {},
    "long_files": {},
    "long_functions": {},
}
"""By check: the path, or ``path::function``, that may break it, and the reason why."""
