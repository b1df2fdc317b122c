"""JSON Schema in words, as the tables of the pages say it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from finzcore.books.text import json_text

Schema = Mapping[str, Any]

_ID: Final = "[0-9a-f]"
_DATES: Final = {
    "T00:00:00$": "date, as `YYYY-MM-DDT00:00:00`",
    "{2}$": "instant, in UTC",
    "+)?$": "instant, in UTC unless it says otherwise",
}


def kind_of(schema: Schema) -> str:
    """What kind of value a schema describes.

    >>> kind_of({"type": ["string", "null"], "maxLength": 200}), kind_of({"type": "integer", "minimum": 1})
    ('text', 'whole number')
    """
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return kind_of(schema["anyOf"][0])
    types = schema.get("type", "anything")
    word: str = types[0] if isinstance(types, list) else types
    if word == "array":
        return f"list of {'words' if 'enum' in schema['items'] else kind_of(schema['items'])}"
    if word == "string":
        return _text(schema)
    if word == "number" and schema.get("description", "").startswith("An amount"):
        return "amount"
    return {"integer": "whole number", "boolean": "true or false"}.get(word, word)


def _text(schema: Schema) -> str:
    if "enum" in schema:
        return "word"
    form: str = schema.get("pattern", "")
    if _ID in form:
        prefix = form[1:].partition("[")[0]
        return f"id, `{prefix}…`" if prefix else "id, a UUID"
    if schema.get("format") == "binary":
        return "file"
    if schema.get("format") == "date":
        return "date"
    if schema.get("format") == "date-time":
        return "instant, in UTC, with Z"
    if form.startswith("^[0-9]{4}-"):
        return next(word for end, word in _DATES.items() if form.endswith(end))
    return "text"


def limits_of(schema: Schema) -> str:
    """The bounds of a value, its words, what it names.

    >>> limits_of({"type": "string", "maxLength": 40}), limits_of({"type": "string", "enum": ["A", None]})
    ('up to 40 characters', '`A`')
    """
    if "anyOf" in schema:
        return limits_of(schema["anyOf"][0])
    return "; ".join(filter(None, (*_bounds(schema), remark_of(schema)))).replace("|", "\\|")


def remark_of(described: Schema) -> str:
    """What a description says that the kind does not.

    >>> remark_of({"description": "An amount; at most 2 decimals."})
    'at most 2 decimals'
    """
    said = described.get("description", "").removesuffix(".").removeprefix("An amount; ")
    return f"{said[:1].lower()}{said[1:]}"


def _bounds(schema: Schema) -> Iterator[str]:
    words = [word for word in schema.get("items", schema).get("enum", ()) if word is not None]
    if words:
        yield ", ".join(f"`{word}`" for word in words)
    if "minimum" in schema and "maximum" in schema:
        yield f"{json_text(schema['minimum'])} to {json_text(schema['maximum'])}"
    elif "minimum" in schema:
        yield f"from {json_text(schema['minimum'])}"
    elif "exclusiveMinimum" in schema:
        yield f"more than {json_text(schema['exclusiveMinimum'])}, up to {json_text(schema['maximum'])}"
    if "maxLength" in schema:
        least = f"{schema['minLength']} to" if schema.get("minLength", 0) > 1 else "up to"
        yield f"{least} {schema['maxLength']} characters"
    if "maxItems" in schema:
        yield f"{schema.get('minItems', 'none')} to {schema['maxItems']}"
    if (form := schema.get("pattern", "")) and _text(schema) == "text" and form not in (r"\S", r"^\s*$"):
        yield f"of the form `{form.removeprefix('^(?:').removesuffix(')$')}`"


def is_nullable(schema: Schema) -> bool:
    """Whether a schema takes null."""
    kinds = schema.get("type")
    return "null" in kinds if isinstance(kinds, list) else any(map(is_nullable, schema.get("anyOf", ())))
