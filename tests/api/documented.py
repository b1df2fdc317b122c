"""The document, and real answers held against it."""

import json
from typing import Any

from jsonschema import Draft202012Validator

import finzcore
from finzcore.api import Response
from finzcore.api.openapi.document import document, printed
from finzcore.api.openapi.story import Example
from finzcore.commands.openapi import empty_books, played

Object = dict[str, Any]


def books(**settings: Any) -> finzcore.Engine:
    """Books in memory, as the examples are made on."""
    return empty_books(finzcore.Settings(durability="relaxed", **settings))


def closed(schema: Any) -> Any:
    """A schema that takes no key that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: closed(one) for name, one in schema.items()}
    if schema.get("type") == "object" and "required" in schema and "properties" in schema:
        strict.setdefault("additionalProperties", False)
    return strict


class Documented:
    """The document as it is printed, read back, with the answers of each operation at hand."""

    def __init__(self, examples: dict[str, list[Example]]) -> None:
        self.document: Object = json.loads(printed(document(examples)))
        components = closed(self.document["components"])
        # What `details` may hold besides the faults of a body differs from refusal to refusal.
        components["schemas"]["Problem"]["properties"]["details"]["properties"]["errors"]["items"].pop(
            "additionalProperties"
        )
        self._components = components
        self.operations: dict[str, tuple[str, str, Object]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def faults(self, schema: Object, value: Any) -> list[str]:
        """What a schema of the document has against a value."""
        whole = {**closed(schema), "components": self._components}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{list(one.path)}: {one.message}" for one in validator.iter_errors(value)]

    def resolved(self, shown: Object) -> Object:
        """What a pointer points at."""
        while "$ref" in shown:
            found: Any = self.document
            for step in shown["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            shown = found
        return shown

    def response(self, operation: str, status: int) -> Object:
        """What an operation says that it answers with a status."""
        return self.resolved(self.operations[operation][2]["responses"][str(status)])

    def against(self, operation: str, response: Response) -> list[str]:
        """What the document has against a real answer: its status, its headers, its type, its body."""
        responses = self.operations[operation][2]["responses"]
        if str(response.status) not in responses:
            return [f"{response.status} is not among {sorted(responses)}"]
        return self.against_response(self.response(operation, response.status), response)

    def against_response(self, said: Object, response: Response) -> list[str]:
        """The same, for one response of the document."""
        content_type = response.header("content-type") or ""
        wrong = [] if content_type.split(";")[0] in said["content"] else [f"of type {content_type}"]
        known = {name.lower(): self.resolved(header) for name, header in said["headers"].items()}
        given = {name.lower(): value for name, value in response.headers if name != "Content-Type"}
        wrong += [f"the header {name} is not told of" for name in given.keys() - known.keys()]
        needed = {name for name, header in known.items() if header.get("required")}
        wrong += [f"the header {name} is missing" for name in needed - given.keys()]
        for name in given.keys() & known.keys():
            schema = known[name]["schema"]
            value: Any = int(given[name]) if schema["type"] == "integer" else given[name]
            wrong += self.faults(schema, value)
        (content,) = said["content"].values()
        return wrong + self.faults(content["schema"], json.loads(response.body))


def told() -> Documented:
    """The document with its examples."""
    with books() as engine:
        return Documented(played(engine))
