"""What an answer says, in the envelopes of `api.md` §1.5, as JSON Schema."""

from typing import Any, Final

from finzcore.books.kinds import Choice
from finzcore.books.registry import resource as declared
from finzcore.books.registry import resources
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import plan_of
from finzcore.books.views import Inner, Rows, View

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

STREAM_CONTEXT: Final[Schema] = {
    "type": "object",
    "description": "Where a stream goes on: ask again with `next_after` as `after`, now or later.",
    "properties": {"has_more_page": {"type": "boolean"}, "next_after": {"type": "integer", "minimum": 0}},
    "required": ["has_more_page", "next_after"],
}


def is_gone(operation: Operation) -> bool:
    """Whether an operation leaves nothing to show."""
    return operation.method == "DELETE"


def view_name(resource: Resource, key: str, view: View | None = None) -> str:
    """What the schema under a key of an answer is called.

    >>> view_name(declared("credit_notes"), "credit_notes"), view_name(declared("reports"), "ledger")
    ('CreditNote', 'Ledger')
    """
    if view is not None and view.called:
        return view.called
    word = resource.noun if key == resource.plural else key
    return "".join(part.capitalize() for part in word.split("_"))


def answer_schemas(resource: Resource) -> dict[str, Schema]:
    """The schemas of everything that the answers of a resource show, by name."""
    return {
        view_name(resource, key, view): _view(_home(resource, view), view)
        for operation in resource.operations
        if operation.path is not None and not is_gone(operation)
        for key, view in resource.answers(operation)
    }


def _home(resource: Resource, view: View) -> Resource:
    """The resource that a view is of: an order that is converted answers with an invoice besides."""
    if view is resource.view:
        return resource
    return next((one for one in resources() if one.view is view), resource)


def _view(resource: Resource, view: View) -> Schema:
    columns = () if resource.table is None else resource.table.columns
    schema = view.schema({column.name for column in columns if column.null}, _words(resource))
    for one in view.outs:
        if isinstance(one.kind, Inner) and one.kind.of:
            schema["properties"][one.key] = _pointer(declared(one.kind.of), one.key, one.kind.view)
    return schema


def _pointer(resource: Resource, key: str, view: View) -> Schema:
    return {"$ref": f"#/components/schemas/{view_name(resource, key, view)}"}


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
    for key, view in () if is_gone(operation) else resource.answers(operation):
        one = _pointer(resource, key, view)
        several = operation.listing or isinstance(view, Rows)
        properties[key] = {"type": "array", "items": one} if several else one
    if operation.listing:
        context = "StreamContext" if operation.stream else "PageContext"
        properties["page_context"] = {"$ref": f"#/components/schemas/{context}"}
    told: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"anyOf": [told, PORTAL_FILE]} if operation.filed else told


PORTAL_FILE: Final[Schema] = {
    "type": "object",
    "description": "With `format`: the file that the portal takes, in its own words.",
    "properties": {"gstin": {"type": "string"}},
    "required": ["gstin"],
}
