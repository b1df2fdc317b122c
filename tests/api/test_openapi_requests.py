"""Whatever the wire takes in a field, the schema of that field takes too."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from finzcore.api.openapi.requests import BLANK, CLEARED, body_schemas, field_schema
from finzcore.books.bodies import Notes, read_changes, read_values
from finzcore.books.kinds import Choice
from finzcore.books.references import Stray
from finzcore.books.registry import resources
from finzcore.books.shapes import plan_of

BODIES = {
    operation.body
    for one in resources()
    for operation in one.operations
    if operation.path is not None and operation.body is not None
}
FIELDS = sorted(
    ((cls, name) for cls in BODIES for name in plan_of(cls).specs),
    key=lambda field: (field[0].__name__, field[1]),
)
CHANGED = {
    operation.body.__name__
    for one in resources()
    for operation in one.operations
    if operation.changes and operation.body is not None
}
COMPONENTS = {"Blank": BLANK, "Cleared": CLEARED} | {
    name: schema
    for one in resources()
    for operation in one.operations
    if operation.path is not None
    for name, schema in body_schemas(operation).items()
}

NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15), st.decimals(-(10**6), 10**6, places=2), st.decimals(0, 100, places=6)
)
SPELLED = (
    *("", " ", "true", "false", "10%", "12.50 %", "0.5", "-0.01", "15", "997331"),
    *("IN-KA", "OVERSEAS", "29AAPFU0939F1ZR", "inr", "INR", "aaacn1234f", "AAACN1234F", "a@b.example"),
    *("2026-05-19", "2026-05-19T10:00:00", "2026-05-19T10:00:00.5+05:30", "2026-05-19T10:00:00Z"),
)
"""Texts that mean something in some field, each asked of every field."""
TEXTS = st.one_of(
    # What stands around a text is trimmed, which no schema needs to say.
    st.text(max_size=12).map(str.strip),
    st.from_regex(r"[A-Z]{2}[0-9]{2}", fullmatch=True),
    NUMBERS.map(str),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    st.lists(TEXTS, max_size=2),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
)


def taken(cls: type, name: str, value: Any, *, changes: bool) -> bool:
    """Whether the wire takes a value in a field, ids aside, which are looked up later."""
    notes = Notes(1)
    if changes:
        read_changes(cls, {name: value}, notes)
        missing = False  # then it has been noted
    else:
        values = read_values(plan_of(cls), {name: value}, notes)
        missing = plan_of(cls).specs[name].required and values.get(name) is None
    stray = any(isinstance(mention.key, Stray) for mention in notes.mentions)
    return not (notes.faults or stray or missing)


def validator(cls: type, name: str, *, changes: bool) -> Draft202012Validator:
    """What judges a value by the schema of a field."""
    schema = field_schema(plan_of(cls).specs[name], changes=changes)
    whole = {**schema, "components": {"schemas": COMPONENTS}}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize(("cls", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_what_is_taken_fits_the_schema(cls: type, name: str) -> None:
    spec = plan_of(cls).specs[name]
    validators = {False: validator(cls, name, changes=False)}
    if cls.__name__ in CHANGED and not spec.fixed:
        validators[True] = validator(cls, name, changes=True)

    def check(value: Any) -> None:
        for changes, judge in validators.items():
            if taken(cls, name, value, changes=changes):
                assert [] == [one.message for one in judge.iter_errors(_plain(value))], repr(value)

    @settings(max_examples=40, derandomize=True, database=None, deadline=None)
    @given(value=VALUES)
    def fits(value: Any) -> None:
        check(value)

    words = [*spec.kind.words, *spec.kind.also] if isinstance(spec.kind, Choice) else []
    for value in (*SPELLED, *words):
        check(value)
    fits()


def _plain(value: Any) -> Any:
    """A number as JSON readers have it."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else value
