"""The OpenAPI document is valid, complete, and what its examples show is what it says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import finzcore
from finzcore.api import Request
from finzcore.api.openapi.document import document, printed
from finzcore.api.openapi.refusals import BY_ERROR
from finzcore.api.openapi.requests import field_schema
from finzcore.auth.scopes import KNOWN
from finzcore.books.registry import resources
from finzcore.books.shapes import plan_of
from finzcore.books.views import Rows
from finzcore.cli import main
from finzcore.commands.openapi import FORMS
from finzcore.commands.openapi import told as told_by_command
from tests.api.documented import Documented, told
from tests.test_one_file_one_line import shelves  # noqa: F401  # a resource of one file and one line

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def api() -> Iterator[Documented]:
    yield told()


def test_it_is_a_valid_document(api: Documented) -> None:
    assert [] == list(OpenAPIV31SpecValidator(api.document).iter_errors())


def test_every_schema_is_one_of_json_schema(api: Documented) -> None:
    for schema in api.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_in_it_and_nothing_else(api: Documented) -> None:
    declared = {
        (f"{one.name}.{operation.name}", operation.method, f"{one.path}{operation.path}".count("/"))
        for one in resources()
        for operation in one.operations
        if operation.path is not None
    }
    assert declared == {(name, method, path.count("/")) for name, (method, path, _) in api.operations.items()}


def test_every_pointer_points_at_something(api: Documented) -> None:
    def pointers(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value
            for inner in value.values():
                yield from pointers(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from pointers(inner)

    found = list(pointers(api.document))
    assert len(found) > 500
    for pointer in found:
        api.resolved(pointer)


def test_every_operation_names_the_scope_that_it_needs(api: Documented) -> None:
    for name, (_, _, operation) in api.operations.items():
        ((scheme, scopes),) = operation["security"][0].items()
        assert "bearer" == scheme
        assert set(scopes) <= KNOWN
        assert len(scopes) == (0 if name == "whoami.get" else 1)


def test_every_operation_has_examples(api: Documented) -> None:
    without = {
        name
        for name, (method, _, operation) in api.operations.items()
        for status, response in operation["responses"].items()
        if status in ("200", "201")
        and "examples" not in response["content"].get("application/json", {"examples": "a document has none"})
    }
    assert set() == without
    bodies = [one for _, _, one in api.operations.values() if "requestBody" in one]
    assert set() == {
        one["operationId"]
        for one in bodies
        if "examples" not in next(iter(one["requestBody"]["content"].values()))
    }


def test_every_example_is_what_its_schema_says(api: Documented) -> None:
    seen = 0
    for _, _, operation in api.operations.values():
        contents = [api.resolved(one)["content"] for one in operation["responses"].values()]
        if "requestBody" in operation:
            contents.append(operation["requestBody"]["content"])
        for content in contents:
            for media in content.values():
                for example in media.get("examples", {}).values():
                    assert [] == api.faults(media["schema"], api.resolved(example)["value"])
                    seen += 1
        for parameter in map(api.resolved, operation["parameters"]):
            if "example" in parameter:
                assert [] == api.faults(parameter["schema"], parameter["example"])
                seen += 1
    assert seen > 300


def test_every_answer_names_all_of_its_keys(api: Documented) -> None:
    for one in resources():
        for operation in one.operations:
            if operation.path is None or operation.method == "DELETE":
                continue
            for key, view in one.answers(operation):
                said = api.response(f"{one.name}.{operation.name}", operation.status)
                schema = said["content"]["application/json"]["schema"]
                told = schema["anyOf"][0] if operation.filed else schema
                shown = told["properties"][key]
                several = operation.listing or isinstance(view, Rows)
                schema = api.resolved(shown["items"] if several else shown)
                assert [out.key for out in view.outs] == list(schema["properties"])
                assert schema["required"] == [out.key for out in view.outs if not out.omitted]


def test_every_spelling_of_every_field_is_in_it(api: Documented) -> None:
    for one in resources():
        for operation in one.operations:
            if operation.path is not None and operation.body is not None:
                said = api.operations[f"{one.name}.{operation.name}"][2]["requestBody"]["content"]
                schema = api.resolved(said[operation.media]["schema"])
                names = plan_of(operation.body).names.items()
                given = {name for name, (_, spec) in names if not (operation.changes and spec.fixed)}
                assert given == schema["properties"].keys()


def test_amounts_are_printed_with_their_two_decimals() -> None:
    shown = document(told_by_command())["paths"]["/invoices/{invoice_id}"]["get"]["responses"]["200"]
    value = shown["content"]["application/json"]["examples"]["example_1"]["value"]
    assert '"total": 14160.00,' in printed(value)
    # Refusals have amounts too: an entry whose sides are 100 rupees, and 99 rupees and 98 paise.
    assert '"debits": 100.00,\n' in printed(BY_ERROR[finzcore.errors.EntryUnbalanced].example)


def test_it_is_the_same_in_every_run() -> None:
    assert document(told_by_command()) == document(told_by_command())


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("contact_name", "Asha", True),
        ("contact_name", " ", False),
        ("contact_name", None, False),
        ("contact_type", "VENDOR", True),
        ("contact_type", "", True),
        ("contact_type", "PIRATE", False),
        ("contact_type", "CU\u017fTOMER", False),
        ("phone", None, True),
        ("phone", "1" * 101, False),
        ("pan", "aaacn1234f", True),
        ("pan", "AAACN1234", False),
        ("credit_limit", "12.50", True),
        ("credit_limit", -1, False),
        ("credit_limit", True, False),
        ("payment_terms", "15", True),
        ("payment_terms", 366, False),
        ("billing_address", None, True),
        ("billing_address", [], False),
        ("contact_persons", [{"first_name": "Asha"}], True),
        ("contact_persons", [{}], False),
    ],
)
def test_a_field_takes_what_the_wire_takes(
    api: Documented, call: Any, field: str, value: Any, fits: bool
) -> None:
    schema = api.document["components"]["schemas"]["NewContact"]
    body = {"contact_name": "Asha Stores", field: value}
    assert fits == (not api.faults(schema, body))
    assert fits == (call("POST", "/contacts", body).status == 201)


def test_a_field_that_was_set_at_creation_is_no_change() -> None:
    from finzcore.api.openapi.requests import object_schema
    from finzcore.books.shapes import shape, text

    @shape
    class Badge:
        """A badge."""

        name: str = text(40, required=True)
        number: str | None = text(9, fixed=True)

    assert ["name", "number"] == list(object_schema(Badge)["properties"])
    assert ["name"] == list(object_schema(Badge, changes=True)["properties"])
    assert "required" not in object_schema(Badge, changes=True)
    assert {"type": ["string", "null"], "maxLength": 9} == field_schema(plan_of(Badge).specs["number"])


def test_null_is_told_as_nothing_in_what_is_made_and_as_clearing_in_a_change(
    api: Documented, call: Any
) -> None:
    schemas = api.document["components"]["schemas"]
    new, changes = (
        schemas[name]["properties"]["contact_type"] for name in ("NewContact", "NewContactChanges")
    )
    assert [{"$ref": "#/components/schemas/Blank"}] == new["anyOf"][1:]
    assert [{"$ref": "#/components/schemas/Cleared"}] == changes["anyOf"][1:]
    assert "not there" in schemas["Blank"]["description"]
    assert "clears" in schemas["Cleared"]["description"]
    made = call.ok(
        "POST",
        "/contacts",
        {"contact_name": "Asha", "contact_type": "VENDOR", "phone": "1", "payment_terms": 15},
    )["contact"]
    cleared = {"contact_type": None, "phone": " ", "payment_terms": ""}
    now = call.ok("PUT", f"/contacts/{made['contact_id']}", cleared)["contact"]
    assert ("CUSTOMER", None, 0) == (now["contact_type"], now["phone"], now["payment_terms"])
    refused = call("PUT", f"/contacts/{made['contact_id']}", {"contact_name": None})
    assert (400, "validation.required_field") == (refused.status, refused.json()["code"])


def test_changes_are_described_as_changes(api: Documented) -> None:
    told = {
        name: schema["description"]
        for name, schema in api.document["components"]["schemas"].items()
        if name.endswith("Changes")
    }
    made = (
        "Contact", "Item", "Estimate", "SalesOrder", "PurchaseOrder", "Invoice", "Bill", "CreditNote",
        "DebitNote", "Expense", "Schedule", "Comment", "Connection", "Endpoint",
    )  # fmt: skip
    assert {f"New{one}Changes" for one in made} == told.keys()
    for name, description in told.items():
        assert description.startswith(f"Changes to what a `{name.removesuffix('Changes')}` has made.")


def test_a_replayed_refusal_names_the_first_request_and_its_header_the_second(
    api: Documented, call: Any
) -> None:
    first, second = (call("POST", "/contacts", {"contact_name": ""}, key="twice") for _ in range(2))
    assert [400, 400] == [first.status, second.status]
    assert "true" == second.header("Idempotency-Replayed")
    ids = [first.header("X-Request-Id"), second.header("X-Request-Id")]
    assert 2 == len(set(ids))
    assert [ids[0]] * 2 == [one.json()["request_id"] for one in (first, second)]
    assert (
        "replayed"
        in api.document["components"]["schemas"]["Problem"]["properties"]["request_id"]["description"]
    )
    assert "replayed" in api.document["components"]["headers"]["RequestId"]["description"]


def test_what_is_answered_and_not_described_is_named(api: Documented, engine: finzcore.Engine) -> None:
    path = "/api-py/api/v1/organisations/{org_id}/preferences"
    assert f"`PUT {path}`" in api.document["info"]["description"]
    org = engine.create_org(name="Acme", state="IN-KA")
    answer = engine.handle(Request("PUT", path.replace("{org_id}", org.org_id), body=b"{}"))
    assert 403 == answer.status  # no token opens it, and there it is


def test_a_new_resource_appears_by_itself(shelves: ModuleType) -> None:  # noqa: F811
    said = document({})
    assert [] == list(OpenAPIV31SpecValidator(json.loads(printed(said))).iter_errors())
    assert {"get", "post"} == said["paths"]["/shelves"].keys()
    assert {"get", "put", "delete"} == said["paths"]["/shelves/{shelf_id}"].keys()
    new = said["components"]["schemas"]["NewShelf"]
    assert [{"anyOf": [{"required": ["name"]}, {"required": ["shelf_name"]}]}] == new["allOf"]
    assert ["number", "null"] != said["components"]["schemas"]["Shelf"]["properties"]["width"]["type"]
    assert ["string", "null"] == said["components"]["schemas"]["Shelf"]["properties"]["item_id"]["type"]
    refused = said["paths"]["/shelves"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2]
    codes = said["components"]["responses"][refused]["content"]["application/json"]["schema"]["allOf"][1]
    assert ["idempotency.in_progress", "conflict.duplicate"] == codes["properties"]["code"]["enum"]


def test_the_command_prints_it(api: Documented) -> None:
    outcome = CliRunner().invoke(main, ["openapi"])
    assert 0 == outcome.exit_code
    assert api.document == json.loads(outcome.output)


@pytest.mark.parametrize(("page", "form"), [("endpoints.md", "markdown"), ("errors.md", "errors")])
def test_a_page_of_the_reference_is_what_the_code_prints(page: str, form: str) -> None:
    kept = (ROOT / "docs" / page).read_text("utf-8")
    wanted = FORMS[form](told_by_command()) + "\n"
    assert wanted == kept, f"finzcore openapi --format {form} > docs/{page}"


def test_a_page_names_every_operation_and_every_error() -> None:
    endpoints = (ROOT / "docs" / "endpoints.md").read_text("utf-8")
    for one in resources():
        for operation in one.operations:
            if operation.path is not None:
                path = f"{one.path}{operation.path.replace('{id}', f'{{{one.id_name}}}')}"
                assert f"### `{operation.method} {path}`\n" in endpoints
    headings = set((ROOT / "docs" / "errors.md").read_text("utf-8").splitlines())
    ours = [one for one in _below(finzcore.FinzError) if one.__module__ == "finzcore.errors"]
    leaves = {one for one in ours if not one.__subclasses__()}
    assert {f"## {one.__name__}" for one in leaves} <= headings


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_nothing_of_it_is_imported_until_it_is_asked_for() -> None:
    program = (
        "import sys, finzcore.cli; finzcore.open(':memory:').close();"
        "print([name for name in sys.modules if name.startswith('finzcore.api.openapi')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == ran.stdout.strip()
