"""What a body or a query may say, as JSON Schema.

The schema takes what the wire takes: unknown names, other spellings, numbers as text, and for a
field that may be left out null or blank text. In what is made they mean that it is left out; in a
change, where what is left out stays as it is, that it is cleared.
"""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books.references import Id, UserId
from finzcore.books.resource import Operation
from finzcore.books.shapes import Plan, Spec, plan_of

Schema = dict[str, Any]

BLANK: Final[Schema] = {
    "type": ["string", "null"],
    "pattern": r"^\s*$",
    "description": "Null or blank: as if the field were not there.",
}
CLEARED: Final[Schema] = {
    **BLANK,
    "description": "Null or blank clears the field: it becomes what it is when nothing is said at creation.",
}
_BLANK: Final = {"$ref": "#/components/schemas/Blank"}
_CLEARED: Final = {"$ref": "#/components/schemas/Cleared"}


def body_name(operation: Operation) -> str:
    """What the schema of an operation's body is called."""
    assert operation.body is not None
    return f"{_made_by(operation.body)}Changes" if operation.changes else operation.body.__name__


def _made_by(cls: type) -> str:
    """The shape that something is made with; that of its changes may know more, and is named after it."""
    return next((base.__name__ for base in cls.__mro__[1:] if base.__name__.startswith("New")), cls.__name__)


def body_schemas(operation: Operation) -> dict[str, Schema]:
    """The schema of an operation's body, and of every shape inside it, by name."""
    if operation.body is None:
        return {}
    own = {body_name(operation): object_schema(operation.body, changes=operation.changes)}
    return own | {inner.__name__: object_schema(inner) for inner in inner_shapes(operation.body)}


def inner_shapes(cls: type) -> Iterator[type]:
    """The shapes that stand inside a shape."""
    for spec in plan_of(cls).specs.values():
        inner = spec.one or spec.each
        if hasattr(inner, "plan"):
            yield inner
            yield from inner_shapes(inner)


def object_schema(cls: type, *, changes: bool = False) -> Schema:
    """A shape. In `changes` nothing is required: what is absent keeps its value."""
    plan = plan_of(cls)
    properties: dict[str, Schema] = {}
    for name, spec in plan.specs.items():
        if changes and spec.fixed:
            continue
        properties[name] = field_schema(spec, changes=changes)
        for spelled in spec.also:
            properties[spelled] = {**properties[name], "description": f"Another spelling of `{name}`."}
    needed = () if changes else plan.required
    return {
        "type": "object",
        "description": _about_changes(cls) if changes else _about(cls),
        "properties": properties,
        "additionalProperties": True,
        **_required(plan, needed),
    }


def _about(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split("(`")[0].split())


def _about_changes(cls: type) -> str:
    return (
        f"Changes to what a `{_made_by(cls)}` has made. A field that is absent stays as it is; null or blank "
        "clears it, if it is not a required one; a list or an object replaces the whole of the one before."
    )


def _required(plan: Plan, needed: tuple[str, ...]) -> Schema:
    """What must be there, under whichever of its names."""
    plainly = [name for name in needed if not plan.specs[name].also]
    spelled = [
        {"anyOf": [{"required": [one]} for one in (name, *plan.specs[name].also)]}
        for name in needed
        if plan.specs[name].also
    ]
    return ({"required": plainly} if plainly else {}) | ({"allOf": spelled} if spelled else {})


def field_schema(spec: Spec, *, changes: bool = False) -> Schema:
    """One field of a body: its kind, what else it may be written as, what it is when left out."""
    forms = _forms(spec)
    if spec.required:
        if forms[0].get("type") == "string" and not forms[0].keys() & {"pattern", "enum", "format"}:
            forms[0] |= {"minLength": max(1, forms[0].get("minLength", 0)), "pattern": r"\S"}
    elif len(forms) == 1 and forms[0].keys() == {"type", "maxLength"}:
        return {**forms[0], "type": ["string", "null"]} | _default(spec, changes)
    else:
        forms.append(_CLEARED if changes else _BLANK)
    return (forms[0] if len(forms) == 1 else {"anyOf": forms}) | _default(spec, changes)


def _forms(spec: Spec) -> list[Schema]:
    if spec.kind is not None:
        return [spec.kind.schema(), *spec.kind.spelled()]
    if spec.one is not None:
        return [{"$ref": f"#/components/schemas/{spec.one.__name__}"}]
    if hasattr(spec.each, "plan"):
        entry: Schema = {"$ref": f"#/components/schemas/{spec.each.__name__}"}
    else:
        entries = [spec.each.schema(), *spec.each.spelled()]
        entry = entries[0] if len(entries) == 1 else {"anyOf": entries}
    least = {"minItems": spec.least} if spec.least else {}
    if spec.apart:
        entry = {"anyOf": [entry, {"description": "Anything else is refused in its own result."}]}
    several: Schema = {"type": "array", "items": entry, **least, "maxItems": spec.most}
    return [several, entry] if spec.alone else [several]


def _default(spec: Spec, changes: bool) -> Schema:
    """The value of a field that is left out; of a change there is none."""
    value = default_of(spec)
    return {} if changes or value is None else {"default": value}


def default_of(spec: Spec) -> Any:
    """The value that a field has when it is left out, as the wire would say it; None for none."""
    if spec.default is None or spec.required:
        return None
    if spec.kind is None:
        return list(spec.default)
    return spec.kind.plain(spec.default, 0)


def query_parameters(operation: Operation) -> list[Schema]:
    """What the query of an operation may say."""
    if operation.query is None:
        return []
    return [
        _parameter(name, spec, spelled == name, spelled, operation)
        for name, spec in plan_of(operation.query).specs.items()
        for spelled in (name, *spec.also)
    ]


def _parameter(name: str, spec: Spec, is_own: bool, spelled: str, operation: Operation) -> Schema:
    assert spec.kind is not None, "a query has no lists and no objects"
    schema = spec.kind.schema()
    about = schema.pop("description", None) if is_own else f"Another spelling of `{name}`."
    if isinstance(spec.kind, Id | UserId) and operation.listing:
        # A list for an id of nobody, whatever its form, is an empty list.
        schema = {"type": "string"}
    default = default_of(spec)
    shown: Schema = {"name": spelled, "in": "query"} | ({"description": about} if about else {})
    if spec.required:
        shown["required"] = True
    else:
        shown["allowEmptyValue"] = True
    lists = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return shown | lists | {"schema": schema | ({} if default is None else {"default": default})}
