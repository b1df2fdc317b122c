"""Input that nobody should send: `reliability.md` §5 and §6, `api.md` §1.8 and §1.11."""

import itertools
import json
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response
from finzcore.books import registry
from finzcore.books.references import Id
from finzcore.books.resource import Operation, Resource
from finzcore.ids import uuid_text, wire
from finzcore.testing import Call, FrozenClock
from tests.snapshot import changed, snapshot

REFUSED = {400, 404, 409, 422}


def refusal(response: Response) -> tuple[int, str, str | None]:
    said = response.json()
    return response.status, said["code"], said.get("field")


# ----- bodies that are no JSON object -----


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"{",
            b"[]",
            b'"a"',
            b"null",
            b"1",
            b"{}{}",
            b"{} x",
            b"{'a':1}",
            b'{"a":1,}',
            b"{a:1}",
            b" ",
            b"\x00",
        ),
        *(b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":01}', b'{"a":+1}', b'{"a":.5}'),
        *(b'{"a":1,"a":1}', b'{"x":{"a":1,"a":2}}', b'\xef\xbb\xbf{"a":1}', '{"a":1}'.encode("utf-16")),
        *(b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"\\udfff":1}', b'{"a":"\\u0000"}', b'{"a\\u0000":1}'),
        *(b'{"a":"\x00"}', b'{"a":"\n"}', b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", b'{"a":' * 200_000),
        *(b"[" * 500_000, b'{"a":"' + b"x" * (64 * 1024 + 1) + b'"}'),
        json.dumps({"a": [0] * 20_000}).encode(),
        json.dumps({"a": ["x"] * 10_000, "b": ["y"] * 9_998}).encode(),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_cannot_be_read_is_422_and_leaves_no_trace(call: Call, target: str, body: bytes) -> None:
    before = snapshot(target, without=())
    response = call("POST", "/contacts", body)
    assert (422, "validation.failed") == refusal(response)[:2]
    assert set() == changed(before, snapshot(target, without=()))


@pytest.mark.parametrize("depth", [1, 31])
def test_a_body_just_within_the_limits_is_read(call: Call, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    values = b"[" + b",".join([b"0"] * 19_900) + b"]"
    body = b'{"contact_name":"A","x":' + nested + b',"y":' + values + b"}"
    assert 201 == call("POST", "/contacts", body).status


def test_an_empty_body_is_an_empty_object(call: Call) -> None:
    assert (400, "validation.required_field", "contact_name") == call.refused("POST", "/contacts", b"")


def test_too_large_a_body_is_413_whether_announced_or_not(call: Call) -> None:
    body = b'{"contact_name":"A","x":"' + b" " * 2**20 + b'"}'
    assert (413, "validation.failed") == call.refused("POST", "/contacts", body)[:2]
    announced = {"Content-Length": str(2**20 + 1)}
    assert (413, "validation.failed") == call.refused("POST", "/contacts", b"{}", headers=announced)[:2]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 201),
        ({"Content-Type": "Application/JSON; charset=UTF-8"}, 201),
        ({"Content-Encoding": "identity"}, 201),
        ({}, 201),
        ({"Content-Type": "application/json; charset=latin-1"}, 415),
        ({"Content-Type": "text/json"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
    ],
)
def test_a_body_is_json_in_utf_8_and_not_encoded(call: Call, headers: dict[str, str], status: int) -> None:
    response = call("POST", "/contacts", {"contact_name": "A"}, headers=headers)
    assert status == response.status
    assert status == 201 or response.json()["code"] == "validation.failed"


# ----- values that their field refuses -----

ODD: dict[str, Any] = {
    "a list": b"[1]",
    "an object": b'{"a":1}',
    "true": b"true",
    "a number": b"12",
    "a fraction": b"1.5",
    "a word": b'"w"',
    "a long number": b"1" * 41,
    "a far exponent": b"1e16",
    "a huge exponent": b"1e999999999",
    "a tiny exponent": b"1e-999999999",
    "underscores": b'"1_000"',
    "fullwidth": '"\uff11\uff12"'.encode(),
    "indic": '"\u0967\u0968"'.encode(),
    "an exponent as text": b'"1e3"',
    "NaN as text": b'"NaN"',
    "hex": b'"0x10"',
}
TEXTS = tuple(name for name, literal in ODD.items() if literal.startswith(b'"'))
"""These are text, whatever it says; as an id they are found out later, when it is looked up."""
FIELDS = {
    ("/contacts", "contact_name"): TEXTS,
    ("/contacts", "contact_type"): (),
    ("/contacts", "payment_terms"): ("a number",),
    ("/contacts", "credit_limit"): ("a number", "a fraction"),
    ("/contacts", "place_of_contact"): (),
    ("/contacts", "billing_address"): ("an object",),
    ("/contacts", "contact_persons"): (),
    ("/items", "rate"): ("a number", "a fraction"),
    ("/items", "is_taxable"): ("true",),
    ("/items", "tax_id"): TEXTS,
    ("/invoices", "date"): (),
    ("/invoices", "customer_id"): TEXTS,
    ("/invoices", "line_items"): (),
    ("/invoices", "exchange_rate"): ("a number", "a fraction"),
    ("/payments", "amount"): ("a number", "a fraction"),
    ("/payments", "allocations"): (),
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_a_value_of_the_wrong_type_is_refused_at_its_field(
    call: Call, target: str, path: str, field: str, odd: str
) -> None:
    before = snapshot(target)
    body = b'{"contact_name":"A",' if field != "contact_name" else b"{"
    response = call("POST", path, body + f'"{field}":'.encode() + ODD[odd] + b"}")
    named = {one["field"]: one["code"] for one in response.json().get("details", {}).get("errors", ())}
    if response.status == 404:
        assert ("not_found.resource", field) == (response.json()["code"], response.json()["field"])
        return
    assert (odd not in FIELDS[path, field]) == any(name.startswith(field) for name in named)
    if response.status != 201:
        assert response.status in REFUSED
        assert set() == changed(before, snapshot(target))


@pytest.mark.parametrize(
    ("literal", "rate"),
    [
        (b"1e-06", "0.000001"),
        (b"1e3", "1000"),
        (b"1.5E+2", "150"),
        (b"-0", "0"),
        (b"0.10", "0.1"),
        (b'"12.50"', "12.5"),
        (b'" 7 "', "7"),
    ],
)
def test_numbers_are_read_exactly_however_they_are_spelled(call: Call, literal: bytes, rate: str) -> None:
    made = call.ok("POST", "/items", b'{"item_name":"A","rate":' + literal + b"}")["item"]
    assert Decimal(rate) == made["rate"]


@pytest.mark.parametrize(
    "name",
    ["\x07", "A\x7f", "A\tB", "A\nB", "A\u202eB", "A\u2066B", "A\u200eB", "x" * 201, "A\u0085B", "A\u2028B"],
)
def test_a_name_holds_nothing_that_hides_or_breaks(call: Call, name: str) -> None:
    said = call.refused("POST", "/contacts", {"contact_name": name})
    assert (400, "validation.invalid_value", "contact_name") == said


def test_text_is_trimmed_and_in_nfc_before_its_length_is_judged(call: Call) -> None:
    decomposed = "e\u0301" * 200
    made = call.ok("POST", "/contacts", {"contact_name": f"  {decomposed}  "})["contact"]
    assert "\u00e9" * 200 == made["contact_name"]
    blank = call.refused("POST", "/contacts", {"contact_name": " \t "})
    assert (400, "validation.required_field", "contact_name") == blank


def test_every_problem_is_told_at_once_and_the_first_speaks(call: Call) -> None:
    body = {
        "date": "x",
        "line_items": "none",
        "due_date": 5,
        "auto_approve": "yes",
        "place_of_supply": "IN-KA",
    }
    said = call("POST", "/invoices", body).json()
    assert ("validation.failed", "line_items") == (said["code"], said["field"])
    assert [
        ("validation.failed", "line_items"),
        ("validation.required_field", "customer_id"),
        ("validation.invalid_value", "date"),
        ("validation.invalid_value", "due_date"),
        ("validation.invalid_value", "auto_approve"),
    ] == [(one["code"], one["field"]) for one in said["details"]["errors"]]


ILL: dict[str, Any] = {
    "date": "soon",
    "due_date": "2026-05-18",
    "invoice_number": "0",
    "series": "exp",
    "currency_code": "rupee",
    "exchange_rate": 0,
    "round_off": -1,
    "place_of_supply": "KA",
    "tds_rate": 101,
    "tags": [7],
    "export": {"shipping_bill_date": "2200-01-01"},
    "auto_approve": "yes",
}
"""Each is wrong by itself, except that a due date is early only beside a date that can be read."""
WHERE = {"tags": "tags[0]", "export": "export.shipping_bill_date"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.sets(st.sampled_from(sorted(ILL)), min_size=1))
def test_as_many_problems_as_there_are_are_told(call: Call, acme: finzcore.Org, fields: set[str]) -> None:
    body = known(call, acme)["invoices"] | {field: ILL[field] for field in fields}
    said = call("POST", "/invoices", body).json()
    expected = fields - ({"due_date"} if "date" in fields else set())
    assert {WHERE.get(field, field) for field in expected} == {
        one["field"] for one in said["details"]["errors"]
    }
    assert len(expected) == len(said["details"]["errors"])


# ----- nothing makes it fail -----

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(["", " ", "0", "12.50", "-1", "IN-KA", "INR", "2026-05-19", "2026-02-30", "CUSTOMER"]),
    st.sampled_from(
        ["1e5", "10%", "101%", "ct_" + "0" * 32, "tx_1", "\u202e", "27AAPFU0939F1ZV", "INCOMING"]
    ),
    st.decimals(-(10**9), 10**9, places=3),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def fields_of(shape: Any, depth: int = 0) -> dict[str, st.SearchStrategy[Any]]:
    """For every field of a shape, something that may stand there, and a good deal that may not."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, (_, spec) in shape.plan.names.items():
        inner = spec.one or spec.each
        if hasattr(inner, "plan") and depth < 2:
            entry = st.fixed_dictionaries({}, optional=fields_of(inner, depth + 1))
            fields[name] = (entry if spec.one else st.lists(entry, max_size=3)) | VALUES
        else:
            fields[name] = VALUES
    return fields


def known(call: Call, org: finzcore.Org) -> dict[str, Any]:
    """Bodies that succeed; the fuzz takes things from them and puts others in."""
    contact = org.contacts.create(contact_name="Asha")["contact_id"]
    line = {"name": "Work", "rate": 100, "tax_id": org.tax_id("GST 18%")}
    sale = {"customer_id": contact, "date": "2026-05-19", "place_of_supply": "IN-KA", "line_items": [line]}
    return {
        "contacts": {"contact_name": "Bhanu"},
        "items": {"item_name": "Oak"},
        "invoices": sale | {"auto_approve": True},
        "payments": {
            "flow": "INCOMING",
            "contact_id": contact,
            "date": "2026-05-19",
            "amount": 5,
            "mode": "UPI",
        },
        "credit_notes": sale,
    }


FUZZED = ("contacts", "items", "invoices", "payments", "credit_notes")
RUNS = itertools.count()


@pytest.mark.parametrize("name", FUZZED)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_sent_is_answered_and_a_refusal_changes_nothing(
    call: Call, acme: finzcore.Org, target: str, clock: FrozenClock, name: str, data: st.DataObject
) -> None:
    clock.move(minutes=1)
    good = known(call, acme)[name]
    shape = registry.resource(name).operation("create").body
    fields = fields_of(shape)
    chosen = data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True))
    body = good | {one: data.draw(fields[one], label=one) for one in chosen}
    for gone in data.draw(st.lists(st.sampled_from(sorted(good)), max_size=1)):
        body.pop(gone, None)
    before = snapshot(target)
    response = call("POST", f"/{name}", body, key=f"run-{next(RUNS)}")
    said = response.json()
    if response.status == 201:
        assert 0 == said["code"]
        return
    assert response.status in REFUSED, said
    assert (
        {"code", "message", "request_id"}
        <= set(said)
        <= {"code", "message", "field", "details", "request_id"}
    )
    assert set() == changed(before, snapshot(target))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_it_fail(call: Call, clock: FrozenClock, body: bytes) -> None:
    clock.move(seconds=1)
    response = call("POST", "/contacts", body, key=f"run-{next(RUNS)}")
    assert response.status in REFUSED
    assert isinstance(response.json()["code"], str)


# ----- ids of others -----

BY_ID = [
    (declared, operation)
    for declared in registry.resources()
    for operation in declared.operations
    if operation.path is not None and operation.by_id
]


def named(pair: tuple[Resource, Operation]) -> str:
    return f"{pair[0].name}.{pair[1].name}"


def least(operation: Operation) -> dict[str, Any]:
    """A body that passes the schema, so that the path's id is what is refused."""
    if operation.body is None or operation.changes:
        return {}
    made: dict[str, Any] = {}
    plan: Any = operation.body.plan  # type: ignore[attr-defined]
    for field, spec in plan.specs.items():
        if spec.required:
            if spec.each is not None:
                inner = getattr(spec.each, "plan", None)
                filled = inner and {one: 1 for one, spec_ in inner.specs.items() if spec_.required}
                made[field] = [filled or "a@b.example"]  # the only entries that are no objects
            else:
                made[field] = "x" if isinstance(spec.kind, Id) else 1
    return made


def alike(response: Response, *ids: str) -> tuple[int, str, str | None, str]:
    """A refusal without what may differ: the ids, and that of the request."""
    said = response.json()
    message = said["message"]
    for one in ids:
        message = message.replace(one, "<id>")
    return response.status, said["code"], said.get("field"), message


@pytest.mark.parametrize("pair", BY_ID, ids=named)
def test_an_id_of_another_organisation_is_refused_like_one_that_never_was(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, pair: tuple[Resource, Operation]
) -> None:
    declared, operation = pair
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    shown = [
        wire(declared.prefix, org, 77) if declared.prefix else uuid_text(org, 77)
        for org in (other._key, acme._key)
    ]
    shown += [f"{declared.prefix}{'0' * 32}", "no-such-id"]
    answers = []
    for number, one in enumerate(shown):
        path = f"{declared.path}{operation.path}".replace("{id}", one)
        response = call(operation.method, path, least(operation), key=f"k{number}")
        answers.append(alike(response, one))
    message = f"{declared.label} '<id>' not found in this org."
    assert {(404, "not_found.resource", declared.id_name, message)} == set(answers)


def mentions() -> list[tuple[str, str, str]]:
    """Every field of a creating body that holds an id: resource, path of the field, prefix."""
    found = []
    for name in FUZZED:
        shape: Any = registry.resource(name).operation("create").body
        for field, spec in shape.plan.specs.items():
            if isinstance(spec.kind, Id):
                found.append((name, field, spec.kind.prefix))
            for inner, within in getattr(getattr(spec.each, "plan", None), "specs", {}).items():
                if isinstance(within.kind, Id):
                    found.append((name, f"{field}[0].{inner}", within.kind.prefix))
                elif isinstance(within.each, Id):
                    found.append((name, f"{field}[0].{inner}[0]", within.each.prefix))
    return found


def put(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The body with a value at a path such as ``line_items[0].item_id``."""
    field, _, rest = path.partition("[0].")
    if not rest:
        return body | {field: value}
    inner = rest.removesuffix("[0]")
    entry = (body.get(field) or [{"amount": 1}])[0]
    return body | {field: [entry | {inner: [value] if rest.endswith("]") else value}]}


@pytest.mark.parametrize(("name", "path", "prefix"), mentions())
def test_a_body_cannot_name_what_is_anothers(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, target: str, name: str, path: str, prefix: str
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    body = known(call, acme)[name]
    theirs = other.contacts.create(contact_name="Theirs")["contact_id"]
    foreign = theirs if prefix == "ct_" else wire(prefix, other._key, 77)
    before = snapshot(target)
    answers = []
    for one in (foreign, wire(prefix, acme._key, 2**40), f"{prefix}{'0' * 32}"):
        answers.append(alike(call("POST", f"/{name}", put(body, path, one)), one))
    assert 1 == len(set(answers))
    assert (404, "not_found.resource", path) == answers[0][:3]
    assert set() == changed(before, snapshot(target))


def test_a_list_filtered_by_an_id_of_another_is_empty_like_one_by_an_unknown(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    theirs = other.contacts.create(contact_name="Theirs")["contact_id"]
    for one in (theirs, wire("ct_", acme._key, 77), "x"):
        assert [] == call.ok("GET", f"/invoices?customer_id={one}")["invoices"]


def test_an_organisation_in_a_body_is_ignored(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    body = {"contact_name": "Asha", "organization_id": other.org_id, "org_id": other._key}
    assert 201 == call("POST", "/contacts", body).status
    assert [] == list(other.contacts.list())
    assert 1 == len(acme.contacts.list())


def test_a_request_is_a_value_that_nothing_changes() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Request("GET", "/").method = "PUT"  # type: ignore[misc]
