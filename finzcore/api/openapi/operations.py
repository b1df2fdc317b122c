"""One operation of the document."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from finzcore.api.drawings import MEDIA as PDF
from finzcore.api.openapi import headers
from finzcore.api.openapi.answers import envelope
from finzcore.api.openapi.refusals import given_by
from finzcore.api.openapi.requests import body_name, query_parameters
from finzcore.api.openapi.story import Example
from finzcore.books.references import HEX, UUID
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import plan_of

Object = dict[str, Any]
JSON: Final = "application/json"

_ASIDE: Final = re.compile(r" ?\(`[a-z]+\.md`[^)]*\)")


def told(text: str | None) -> str:
    """A docstring for readers of the API: in one piece, without pointers into the specification.

    >>> told("Contacts, newest first (`api.md` §4.3).")
    'Contacts, newest first.'
    """
    return " ".join(_ASIDE.sub("", text or "").split())


def public(resource: Resource) -> list[Operation]:
    """The operations that have an address."""
    return [one for one in resource.operations if one.path is not None]


def path_of(resource: Resource, operation: Operation) -> str:
    """The address of an operation, below that of the API, with the name of its parameter.

    >>> from finzcore.books.registry import resource
    >>> path_of(resource("invoices"), resource("invoices").operation("void"))
    '/invoices/{invoice_id}/void'
    """
    assert operation.path is not None, f"{operation.name} has no address"
    return f"{resource.path}{operation.path.replace('{id}', f'{{{resource.id_name}}}')}"


def described(resource: Resource, operation: Operation, examples: Sequence[Example]) -> Object:
    """An operation: what it takes, what it answers, what it may refuse, who may call it."""
    about = told(operation.run.__doc__)
    scope = resource.required_scope(operation)
    shown: Object = {
        "operationId": f"{resource.name}.{operation.name}",
        "summary": re.split(r"[.:;] ", f"{about} ", maxsplit=1)[0].strip().removesuffix("."),
        "description": about + (f" Needs the scope `{scope}`." if scope else " Needs no scope."),
        "tags": [resource.name],
        "security": [{"bearer": [scope] if scope else []}],
        "parameters": [
            *_path_parameters(resource, operation, examples),
            *_queried(operation, examples),
            *headers.asked(operation),
        ],
    }
    if operation.body is not None:
        shown["requestBody"] = _body(operation, examples)
    return shown | {"responses": _responses(resource, operation, examples)}


def _path_parameters(resource: Resource, operation: Operation, examples: Sequence[Example]) -> list[Object]:
    if not operation.by_id:
        return []
    form = f"^{resource.prefix}{HEX if resource.prefix else UUID}$"
    about = f"The id of the {resource.noun.replace('_', ' ')}."
    named = {"name": resource.id_name, "in": "path", "required": True, "description": about}
    given = {"example": examples[0].path_id} if examples else {}
    return [{**named, "schema": {"type": "string", "pattern": form}, **given}]


def _queried(operation: Operation, examples: Sequence[Example]) -> list[Object]:
    """The parameters of the query, with what the first example says."""
    given = examples[0].query if examples else {}
    return [
        parameter | ({"example": _as(parameter["schema"], said)} if (said := given.get(name)) else {})
        for parameter in query_parameters(operation)
        if (name := parameter["name"])
    ]


def _as(schema: Mapping[str, Any], said: str) -> Any:
    """The text of a query as the value that its schema describes."""
    match schema["type"]:
        case "integer":
            return int(said)
        case "boolean":
            return said == "true"
        case "array":
            return said.split(",")
    return said


def _content(schema: Object, values: Sequence[Any], media: str = JSON) -> Object:
    given = {f"example_{number}": {"value": value} for number, value in enumerate(values, 1)}
    return {media: {"schema": schema} | ({"examples": given} if given else {})}


def _body(operation: Operation, examples: Sequence[Example]) -> Object:
    assert operation.body is not None
    needed = {} if operation.changes or not plan_of(operation.body).required else {"required": True}
    schema = {"$ref": f"#/components/schemas/{body_name(operation)}"}
    return {"content": _content(schema, [one.body for one in examples], operation.media)} | needed


def _responses(resource: Resource, operation: Operation, examples: Sequence[Example]) -> Object:
    success: Object = {
        "description": "Done." if operation.writes else "The answer.",
        "headers": headers.answered(operation.status, operation),
        "content": _answer(resource, operation, examples),
    }
    if operation.status == 201:
        success["links"] = _links(resource)
    refused = {
        str(status): refusal_response(status, codes, operation)
        for status, codes in given_by(resource, operation).items()
    }
    return {str(operation.status): success, **refused}


def _answer(resource: Resource, operation: Operation, examples: Sequence[Example]) -> Object:
    """What an answer holds: JSON with examples, or a document that is drawn."""
    if operation.drawn:
        return {PDF: {"schema": {"type": "string", "contentMediaType": PDF}}}
    return _content(envelope(resource, operation), [one.answer for one in examples])


def _links(resource: Resource) -> Object:
    """What may be done next with what was made."""
    key = f"$response.body#/{resource.noun}/{resource.id_name}"
    return {
        one.name: {"operationId": f"{resource.name}.{one.name}", "parameters": {resource.id_name: key}}
        for one in public(resource)
        if one.by_id
    }


def refusal_response(status: int, codes: Sequence[str], operation: Operation | None) -> Object:
    """A refusal: its status, the codes that it may have, an example of each."""
    examples = {code: {"$ref": f"#/components/examples/{status}.{code}"} for code in codes}
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": {"code": {"enum": list(codes)}}}]
    }
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}.",
        "headers": headers.answered(status, operation),
        "content": {JSON: {"schema": schema, "examples": examples}},
    }
