"""What an answer says, in the envelopes of `api.md` §1.5, as JSON Schema."""

from typing import Any, Final

from finzcore.books.kinds import Choice
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import plan_of
from finzcore.books.views import View

Schema = dict[str, Any]

PAGE_CONTEXT: Final[Schema] = {
    "type": "object",
    "description": "Where a list goes on: ask again with `next_cursor` as `cursor`, and the same filters.",
    "properties": {
        "per_page": {"type": "integer", "minimum": 1},
        "has_more_page": {"type": "boolean"},
        "next_cursor": {"type": ["string", "null"]},
    },
    "required": ["per_page", "has_more_page", "next_cursor"],
}


def is_gone(operation: Operation) -> bool:
    """Whether an operation leaves nothing to show."""
    return operation.method == "DELETE"


def view_name(resource: Resource, key: str) -> str:
    """What the schema under a key of an answer is called.

    >>> from finzcore.books.registry import resource
    >>> view_name(resource("credit_notes"), "credit_notes"), view_name(resource("reports"), "ledger")
    ('CreditNote', 'Ledger')
    """
    word = resource.noun if key == resource.name else key
    return "".join(part.capitalize() for part in word.split("_"))


def answer_schemas(resource: Resource) -> dict[str, Schema]:
    """The schemas of everything that the answers of a resource show, by name."""
    return {
        view_name(resource, key): _view(resource, view)
        for operation in resource.operations
        if operation.path is not None and not is_gone(operation)
        for key, view in resource.answers(operation)
    }


def _view(resource: Resource, view: View) -> Schema:
    columns = () if resource.table is None else resource.table.columns
    return view.schema({column.name for column in columns if column.null}, _words(resource))


def _words(resource: Resource) -> dict[str, tuple[str, ...]]:
    """The words of every choice that the resource's requests know, by field: answers know the same.

    A filter comes last: of a status it knows more words than a body, those that follow from amounts.
    """
    shapes = [one.body for one in resource.operations] + [one.query for one in resource.operations]
    return {
        name: spec.kind.words
        for shape in shapes
        if shape is not None
        for name, spec in plan_of(shape).specs.items()
        if isinstance(spec.kind, Choice)
    }


def envelope(resource: Resource, operation: Operation) -> Schema:
    """The whole answer of an operation that succeeds."""
    properties: Schema = {"code": {"const": 0}, "message": {"type": "string"}}
    for key, _view in () if is_gone(operation) else resource.answers(operation):
        one: Schema = {"$ref": f"#/components/schemas/{view_name(resource, key)}"}
        properties[key] = {"type": "array", "items": one} if operation.listing else one
    if operation.listing:
        properties["page_context"] = {"$ref": "#/components/schemas/PageContext"}
    return {"type": "object", "properties": properties, "required": list(properties)}
