"""All of the API as one OpenAPI 3.1 document, and how it is printed."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from finzcore.api.envelopes import status_of
from finzcore.api.openapi import headers
from finzcore.api.openapi.answers import PAGE_CONTEXT, STREAM_CONTEXT, answer_schemas
from finzcore.api.openapi.operations import described, path_of, public, refusal_response, told
from finzcore.api.openapi.refusals import BROKEN, REFUSALS
from finzcore.api.openapi.requests import BLANK, CLEARED, body_schemas
from finzcore.api.openapi.story import Example
from finzcore.api.routing import BASE
from finzcore.books.registry import resources
from finzcore.books.resource import Resource
from finzcore.books.text import json_text
from finzcore.errors import WrongMethod

Object = dict[str, Any]

ABOUT: Final = """\
Double-entry books for Indian businesses: the FinzBooks public API v1 as finzcore answers it.

- An answer has `code` 0 and a `message`; a refusal has a `code` of text, which never changes, and a
  `message` for people. Branch on `code`.
- Amounts are JSON numbers with two decimals, quantities, rates and percentages have up to six, rates of
  exchange up to eight. Nothing is ever a binary fraction: read the numbers as decimals. In a body they may
  also be text.
- In a body, unknown names are ignored and text is trimmed. Words of an enum are understood in any case, and
  answered in capitals.
- Where something is made, null and blank text mean that the field is not there.
- PUT changes the fields that it names; null and blank text clear a field there, so that it becomes what it is
  when nothing is said of it at creation. A required field cannot be cleared.
- Dates are `YYYY-MM-DD`, from 1970 to 2199; a time after them is dropped, and with an offset the day in
  India counts. Instants are in UTC.
- A refused call has changed nothing.
- `request_id` in a refusal is the id that X-Request-Id gives. With `Idempotency-Replayed` the body is the
  first answer with the id of the first request, and the header has the id of this one.

`PUT /api-py/api/v1/organisations/{org_id}/preferences`, which the same server answers, is not described here.
It is no part of the public API: it stands outside its address, and no token opens it, only an administrator
whom the host has signed in by means of its own. Nor is `GET /accounting/companies`, which gives the companies
of `GET /companies` in the envelope that Apideck's clients read. Nor is OAuth, by which users let clients in,
with access tokens `aibk_oat_…` for the same operations: `/oauth/authorize`, `/oauth/token`, `/oauth/revoke`
and `/.well-known/oauth-authorization-server` are what RFC 6749, 7636, 7009 and 8414 say.
"""

PROBLEM: Final[Object] = {
    "type": "object",
    "description": "A refusal. `details.errors` has every fault of a body.",
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "field": {"type": "string", "description": "The path of the input, such as `line_items[0].rate`."},
        "details": {
            "type": "object",
            "properties": {
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {word: {"type": "string"} for word in ("code", "field", "message")},
                        "required": ["code", "field", "message"],
                    },
                }
            },
        },
        "request_id": {
            "type": "string",
            "pattern": "^req_[0-9a-f]{12}$",
            "description": "The request that was refused: the one of X-Request-Id, or, where the refusal is "
            "replayed, the first with its key.",
        },
    },
    "required": ["code", "message", "request_id"],
}


def document(examples: Mapping[str, Sequence[Example]]) -> Object:
    """The document, with the examples that a story told, by operation."""
    declared = list(resources())
    paths = _paths(declared, examples)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "FinzBooks public API",
            "version": "v1",
            "summary": "The books of Indian businesses, over HTTP.",
            "description": ABOUT,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": BASE}],
        "security": [{"bearer": []}],
        "tags": [{"name": one.name, "description": about(one)} for one in declared],
        "paths": paths,
        "components": _components(declared) | {"responses": _shared(paths)},
    }


def about(resource: Resource) -> str:
    """What a resource is, in the words of its file."""
    module = import_module(f"finzcore.books.resources.{resource.name}")
    return told((module.__doc__ or "").strip().split("\n\n")[0])


def _paths(declared: Sequence[Resource], examples: Mapping[str, Sequence[Example]]) -> Object:
    paths: Object = {}
    for resource in declared:
        for operation in public(resource):
            shown = described(resource, operation, examples.get(f"{resource.name}.{operation.name}", ()))
            paths.setdefault(path_of(resource, operation), {})[operation.method.lower()] = shown
    return paths


def _shared(paths: Object) -> Object:
    """The refusals of all operations, each kind told once; in their places a pointer remains."""
    names: dict[str, str] = {}
    shared: Object = {"Refused405": refusal_response(405, [WrongMethod.code], None)}
    for operation in (one for path in paths.values() for one in path.values()):
        for status, response in operation["responses"].items():
            if status < "400":
                continue
            text = json_text(response)
            if text not in names:
                alike = sum(name.startswith(f"Refused{status}") for name in shared)
                names[text] = f"Refused{status}" + (f"_{alike + 1}" if alike else "")
                shared[names[text]] = response
            operation["responses"][status] = {"$ref": f"#/components/responses/{names[text]}"}
    return dict(sorted(shared.items()))


def _components(declared: Sequence[Resource]) -> Object:
    schemas: Object = {
        "Blank": BLANK,
        "Cleared": CLEARED,
        "PageContext": PAGE_CONTEXT,
        "StreamContext": STREAM_CONTEXT,
        "Problem": PROBLEM,
    }
    for name, schema in _schemas(declared):
        known = schemas.setdefault(name, schema)
        assert known == schema, f"two schemas are called {name}"
    return {
        "schemas": schemas,
        "parameters": headers.PARAMETERS,
        "examples": problem_examples(),
        "headers": headers.HEADERS,
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token, `aibk_pat_…`. Each operation names the scope that the token needs; "
                "`AIBooks.fullaccess.all` grants every one.",
            }
        },
    }


def _schemas(declared: Sequence[Resource]) -> Iterator[tuple[str, Object]]:
    for resource in declared:
        yield from answer_schemas(resource).items()
        for operation in public(resource):
            yield from body_schemas(operation).items()


def problem_examples() -> Object:
    """An example of every code with its status; the first of them stands for its kind."""
    shown: Object = {}
    for one in REFUSALS:
        if one.on_wire:
            name = f"{status_of(one.error)}.{one.error.code}"
            shown.setdefault(name, {"summary": one.when, "value": one.example})
    shown[f"500.{BROKEN['code']}"] = {"summary": "Something failed that never should.", "value": BROKEN}
    return shown


def printed(value: Any, indent: str = "") -> str:
    """JSON for people: a line a member, short lists of plain values in one, numbers exactly.

    >>> from decimal import Decimal
    >>> print(printed({"total": Decimal("14160.00"), "tags": []}))
    {
      "total": 14160.00,
      "tags": []
    }
    """
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        lines = [f"{inner}{json_text(str(name))}: {printed(one, inner)}" for name, one in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        return "[\n" + ",\n".join(f"{inner}{printed(one, inner)}" for one in value) + f"\n{indent}]"
    return json_text(value)
