"""The reference for people, as Markdown: a page of the endpoints, a page of the errors."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from finzcore import errors as tree
from finzcore.api.drawings import MEDIA as PDF
from finzcore.api.envelopes import status_of
from finzcore.api.openapi.answers import answer_schemas
from finzcore.api.openapi.document import ABOUT, about, printed
from finzcore.api.openapi.operations import path_of, public, told
from finzcore.api.openapi.refusals import BROKEN, REFUSALS, Refusal, given_by
from finzcore.api.openapi.requests import body_name, default_of, inner_shapes, object_schema, query_parameters
from finzcore.api.openapi.story import Example
from finzcore.api.openapi.wording import is_nullable, kind_of, limits_of, remark_of
from finzcore.api.routing import BASE
from finzcore.books.registry import resources
from finzcore.books.resource import JSON, Operation, Resource
from finzcore.books.shapes import plan_of
from finzcore.books.text import json_text

Examples = Mapping[str, Sequence[Example]]

_KEYS: Final = {"required": "required", "optional": "optional", "none": "–"}


def endpoints(examples: Examples) -> str:
    """The page of the endpoints: a section a resource, a table a shape."""
    head = [
        "# Endpoints",
        f"Printed from the declarations by `finzcore openapi --format markdown`. Paths are below `{BASE}`; "
        "every request carries `Authorization: Bearer <token>`. The errors are in [errors.md](errors.md).",
        ABOUT.strip(),
        f"Every operation may refuse with {_refused(_common())}.",
    ]
    return "\n\n".join([*head, *(part for one in resources() for part in _section(one, examples))])


def _section(resource: Resource, examples: Examples) -> Iterator[str]:
    yield f"## {resource.name.replace('_', ' ').replace('.', ' ').capitalize()}"
    yield about(resource)
    yield table(
        ("", "", "operation", "scope", "Idempotency-Key"),
        [
            (
                f"`{one.method}`",
                f"`{path_of(resource, one)}`",
                f"`{one.name}`",
                f"`{scope}`" if (scope := resource.required_scope(one)) else "none",
                _KEYS[one.key if one.method == "POST" else "none"],
            )
            for one in public(resource)
        ],
    )
    for operation in public(resource):
        yield from _operation(resource, operation)
    yield from _bodies(resource)
    for name, schema in answer_schemas(resource).items():
        yield f"### What an answer says: `{name}`"
        yield table(("key", "kind", "", "may be null"), list(_keys(schema)))
    yield from _example(resource, examples)


def _operation(resource: Resource, operation: Operation) -> Iterator[str]:
    yield f"### `{operation.method} {path_of(resource, operation)}`"
    yield told(operation.run.__doc__)
    queried = query_parameters(operation)
    if queried:
        rows = [
            (
                f"`{one['name']}`",
                kind_of(one["schema"]),
                "; ".join(filter(None, (limits_of(one["schema"]), remark_of(one)))),
                "required" if one.get("required") else _value(one["schema"].get("default")),
            )
            for one in queried
        ]
        yield table(("parameter", "kind", "limits", "default"), rows)
    if operation.body is not None:
        form = "" if operation.media == JSON else f", as a form, `{operation.media}`"
        yield f"Takes a `{body_name(operation)}`{': any of its fields' if operation.changes else form}."
    answers = () if operation.method == "DELETE" else resource.answers(operation)
    shown = ", ".join(f"`{key}`" for key, _view in answers) + (", a list" if operation.listing else "")
    refused = _refused(_besides(given_by(resource, operation), _common()))
    also = f" May refuse also with {refused}." if refused else ""
    yield f"Answers {operation.status}{f' with {shown}' if answers else _drawn(operation)}.{also}"


def _drawn(operation: Operation) -> str:
    return f" with `{PDF}`" if operation.drawn else ""


@cache
def _common() -> dict[int, list[str]]:
    """The codes that every operation may answer with, by status."""
    each = [given_by(resource, one) for resource in resources() for one in public(resource)]
    first, *others = each
    return {
        status: [code for code in codes if all(code in other.get(status, ()) for other in others)]
        for status, codes in first.items()
    }


def _besides(given: Mapping[int, list[str]], common: Mapping[int, list[str]]) -> dict[int, list[str]]:
    left = {
        status: [code for code in codes if code not in common.get(status, ())]
        for status, codes in given.items()
    }
    return {status: codes for status, codes in left.items() if codes}


def _refused(codes: Mapping[int, list[str]]) -> str:
    """Codes by status, in words."""
    return "; ".join(
        f"{status} {', '.join(f'`{code}`' for code in named)}" for status, named in codes.items()
    )


def _bodies(resource: Resource) -> Iterator[str]:
    """Each shape that a body of the resource may have; a change is told with what it changes."""
    shapes: dict[str, type] = {}
    for operation in public(resource):
        if operation.body is not None:
            shapes.setdefault(operation.body.__name__, operation.body)
            shapes.update({inner.__name__: inner for inner in inner_shapes(operation.body)})
    for name, cls in shapes.items():
        yield f"### What a body says: `{name}`"
        yield told(cls.__doc__)
        yield table(("field", "kind", "limits", "default", "also spelled"), list(_fields(cls)))


def _fields(cls: type) -> Iterator[tuple[str, ...]]:
    schema = object_schema(cls)["properties"]
    for name, spec in plan_of(cls).specs.items():
        default = "required" if spec.required else _value(default_of(spec))
        also = ", ".join(f"`{one}`" for one in spec.also)
        yield f"`{name}`", kind_of(schema[name]), limits_of(schema[name]), default, also


def _value(value: Any) -> str:
    return "" if value is None or value == [] else f"`{json_text(value)}`"


def _keys(schema: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, ...]]:
    """The keys of an answer, and below a list or an object those of what is in it."""
    for name, inner in schema["properties"].items():
        one = inner["anyOf"][0] if "anyOf" in inner else inner
        yield f"`{at}{name}`", kind_of(one), _words(one), "yes" if is_nullable(inner) else ""
        entry = one.get("items", one)
        if "properties" in entry:
            yield from _keys(entry, f"{at}{name}{'[]' if 'items' in one else ''}.")


def _words(schema: Mapping[str, Any]) -> str:
    return limits_of(schema) if "enum" in schema else ""


def _example(resource: Resource, examples: Examples) -> Iterator[str]:
    """A call and its answer: of what makes one where there is such an operation, else of any."""
    operations = sorted(public(resource), key=lambda one: one.status != 201)
    for operation in operations:
        for example in examples.get(f"{resource.name}.{operation.name}", ())[:1]:
            path = path_of(resource, operation).replace(f"{{{resource.id_name}}}", example.path_id)
            query = "&".join(f"{name}={value}" for name, value in example.query.items())
            yield "### An example"
            asked = f"{operation.method} {path}{f'?{query}' if query else ''}"
            yield f"```http\n{asked}{_sent(operation, example.body)}\n```"
            yield f"```json\n{printed(example.answer)}\n```"
            return


def _sent(operation: Operation, body: Any) -> str:
    """A body beneath the line that asks: as JSON, or the fields of a form."""
    if body is None:
        return ""
    if operation.media == JSON:
        return f"\n\n{printed(body)}"
    fields = "\n".join(f"{name}={value}" for name, value in body.items())
    return f"\nContent-Type: {operation.media}\n\n{fields}"


def errors() -> str:
    """The page of the errors: the table, and each with its class and an example."""
    head = [
        "# Errors",
        "Printed from the code by `finzcore openapi --format errors`. A refusal is one tree of classes in "
        "`finzcore.errors`, and over HTTP one flat object: `code` never changes, `message` is for people, "
        "`field` is the path of the input, `details` is what else may be wanted, `request_id` is that of "
        "X-Request-Id, or, in a refusal that is replayed, of the first request with its key. Python callers "
        "catch `finzcore.FinzError` or one of its leaves, which have the first four.",
        table(
            ("code", "status", "class"),
            [
                (f"`{one.error.code}`", _status(one), f"[`{one.name}`](#{one.name.lower()})")
                for one in REFUSALS
            ]
            + [(f"`{BROKEN['code']}`", "500", "none: it is our mistake")],
        ),
    ]
    broken = ["## server.internal_error", "Something failed that never should. Nothing was committed."]
    shown = [f"Status 500, code `{BROKEN['code']}`.", f"```json\n{printed(BROKEN)}\n```"]
    return "\n\n".join([*head, *(part for one in REFUSALS for part in _error(one)), *broken, *shown])


def _status(refusal: Refusal) -> str:
    return str(status_of(refusal.error)) if refusal.on_wire else "–"


def _error(refusal: Refusal) -> Iterator[str]:
    kind = type(refusal.error)
    above = [f"`{one.__name__}`" for one in kind.__mro__[1:] if issubclass(one, tree.FinzError)]
    yield f"## {refusal.name}"
    yield refusal.when
    code = f"code `{refusal.error.code}`; a {', a '.join(above)}"
    if refusal.on_wire:
        yield f"Status {_status(refusal)}, {code}."
        yield f"```json\n{printed(refusal.example)}\n```"
    else:
        yield f"For Python callers only: {code}."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown.

    >>> print(table(("key", "kind"), [("`total`", "amount")]))
    | key | kind |
    |---|---|
    | `total` | amount |
    """
    lines = [head, ["---"] * len(head), *rows]
    joined = [f"| {' | '.join(cells)} |" for cells in lines]
    return "\n".join([joined[0], joined[1].replace(" ", ""), *joined[2:]])
