"""Items over the wire: `api.md` §4.4 and the aliases of §9.3."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.history import EVENTS
from finzcore.testing import Call, FrozenClock


def made(call: Call, **fields: Any) -> dict[str, Any]:
    item: dict[str, Any] = call.ok("POST", "/items", {"item_name": "Oak chair"} | fields)["item"]
    return item


def names(call: Call, query: str = "") -> list[str]:
    return [row["item_name"] for row in call.ok("GET", f"/items{query}")["items"]]


@pytest.mark.parametrize("field", ["rate", "purchase_rate"])
def test_an_item_may_cost_what_a_line_may(call: Call, acme: finzcore.Org, field: str) -> None:
    highest = 10**12
    item = made(call, **{field: highest})
    assert highest == item[field]
    refused = (400, "validation.invalid_value", field)
    assert refused == call.refused("POST", "/items", {"item_name": "A", field: highest + 1})
    assert refused == call.refused("PUT", f"/items/{item['item_id']}", {field: "1000000000000.000001"})
    body = {
        "customer_id": acme.contacts.create(contact_name="Asha")["contact_id"],
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "line_items": [{"name": "Work", "rate": highest, "quantity": "0.01"}],
    }
    assert highest == call.ok("POST", "/invoices", body)["invoice"]["line_items"][0]["rate"]
    body["line_items"] = [{"name": "Work", "rate": highest + 1, "quantity": "0.01"}]
    assert (400, "validation.invalid_value", "line_items[0].rate") == call.refused("POST", "/invoices", body)


def test_a_name_is_all_that_an_item_needs(call: Call) -> None:
    answer = call("POST", "/items", {"item_name": "Oak chair"})
    assert 201 == answer.status
    said = answer.json()
    assert (0, "The item has been created.") == (said["code"], said["message"])
    assert said["item"]["item_id"].startswith("it_")
    assert [
        ("item_name", "Oak chair"),
        ("sku", None),
        ("item_type", "GOODS"),
        ("description", None),
        ("hsn_or_sac", None),
        ("unit", "NOS"),
        ("rate", 0),
        ("purchase_rate", None),
        ("tax_id", None),
        ("status", "ACTIVE"),
        ("created_time", "2026-05-19T05:00:00"),
        ("last_modified_time", "2026-05-19T05:00:00"),
        ("account_id", None),
        ("purchase_account_id", None),
        ("is_taxable", True),
        ("track_inventory", False),
        ("stock_on_hand", 0),
    ] == list(said["item"].items())[1:]


def test_every_field_comes_back(call: Call, acme: finzcore.Org) -> None:
    given_ = {
        "item_name": "Oak chair",
        "sku": "CH-1",
        "item_type": "GOODS",
        "description": "Oak,\nfour legs",
        "hsn_or_sac": "9401",
        "unit": "PCS",
        "rate": Decimal("250.123456"),
        "purchase_rate": 180,
        "tax_id": acme.tax_id("GST 18%"),
        "account_id": acme.account_id("4010"),
        "purchase_account_id": acme.account_id("5010"),
        "is_taxable": False,
        "track_inventory": True,
    }
    item = made(call, **given_)
    assert given_ == {name: item[name] for name in given_}
    assert item == call.ok("GET", f"/items/{item['item_id']}")["item"]


def test_rates_are_written_without_trailing_zeros(call: Call) -> None:
    assert b'"rate":250.5,' in call("POST", "/items", {"name": "A", "rate": "250.50"}).body


@pytest.mark.parametrize(
    ("alias", "value", "field", "shown"),
    [
        ("name", "Desk", "item_name", "Desk"),
        ("type", "service", "item_type", "SERVICE"),
        ("product_type", "goods", "item_type", "GOODS"),
        ("hsn_sac", "9403", "hsn_or_sac", "9403"),
        ("purchase_price", "12.5", "purchase_rate", Decimal("12.5")),
    ],
)
def test_the_other_spellings_are_understood(
    call: Call, alias: str, value: str, field: str, shown: Any
) -> None:
    item = call.ok("POST", "/items", {"name": "Desk"} | {alias: value})["item"]
    assert shown == item[field]
    assert alias not in item


@pytest.mark.parametrize("alias", ["account_id", "sales_account_id", "income_account_id"])
def test_the_income_account_has_three_names(call: Call, acme: finzcore.Org, alias: str) -> None:
    account = acme.account_id("4020")
    assert account == made(call, **{alias: account})["account_id"]


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        ({"item_name": "Desk"}, {"name": "Chair"}, "item_name"),
        ({"name": "Desk"}, {"item_name": "Chair"}, "item_name"),
        ({"type": "GOODS"}, {"product_type": "service"}, "item_type"),
        ({"hsn_or_sac": "9401"}, {"hsn_sac": "9403"}, "hsn_or_sac"),
        ({"purchase_rate": 1}, {"purchase_price": "1.01"}, "purchase_rate"),
    ],
)
def test_spellings_that_contradict_are_refused(
    call: Call, one: dict[str, Any], other: dict[str, Any], field: str
) -> None:
    body = {"item_name": "Desk"} | one | other if field != "item_name" else one | other
    assert (400, "validation.invalid_value", field) == call.refused("POST", "/items", body)


def test_spellings_that_agree_are_one(call: Call) -> None:
    item = made(call, item_name="Desk", name=" Desk ", purchase_rate=1, purchase_price="1.000000")
    assert ("Desk", 1) == (item["item_name"], item["purchase_rate"])


@pytest.mark.parametrize(
    ("fields", "unit"),
    [
        ({}, "NOS"),
        ({"unit": None}, "NOS"),
        ({"unit": "KGS"}, "KGS"),
        ({"type": "SERVICE"}, None),
        ({"type": "SERVICE", "unit": "HRS"}, "HRS"),
    ],
)
def test_goods_are_counted_in_numbers_unless_said_otherwise(
    call: Call, fields: dict[str, Any], unit: str | None
) -> None:
    assert unit == made(call, **fields)["unit"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"item_name": "x" * 201}, "item_name"),
        ({"item_name": ["Desk"]}, "item_name"),
        ({"item_name": "two\tcells"}, "item_name"),
        ({"sku": "x" * 101}, "sku"),
        ({"item_type": "DIGITAL"}, "item_type"),
        ({"description": "x" * 2001}, "description"),
        ({"hsn_or_sac": "940"}, "hsn_or_sac"),
        ({"hsn_or_sac": "940100000"}, "hsn_or_sac"),
        ({"hsn_or_sac": "94O1"}, "hsn_or_sac"),
        ({"hsn_or_sac": "९४०१"}, "hsn_or_sac"),
        ({"rate": -1}, "rate"),
        ({"rate": "1.0000001"}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": "1e3"}, "rate"),
        ({"purchase_rate": "-0.01"}, "purchase_rate"),
        ({"is_taxable": "yes"}, "is_taxable"),
        ({"track_inventory": 1}, "track_inventory"),
        ({"status": "INACTIVE"}, "status"),
        ({"tax_id": 18}, "tax_id"),
    ],
)
def test_a_value_that_will_not_do_is_refused_by_its_field(
    call: Call, fields: dict[str, Any], field: str
) -> None:
    body = {"item_name": "Oak chair"} | fields
    assert (400, "validation.invalid_value", field) == call.refused("POST", "/items", body)
    assert [] == names(call)


@pytest.mark.parametrize("body", [{}, {"name": None}, {"item_name": " "}, {"name": "", "item_name": None}])
def test_an_item_needs_a_name(call: Call, body: dict[str, Any]) -> None:
    assert (400, "validation.required_field", "item_name") == call.refused("POST", "/items", body)


def test_every_problem_of_a_body_is_named_at_once(call: Call) -> None:
    said = call("POST", "/items", {"rate": -1, "hsn_sac": "1", "item_type": "X", "tax_id": "tx_typo"}).json()
    assert ("validation.required_field", "item_name") == (said["code"], said["field"])
    assert [
        ("validation.required_field", "item_name"),
        ("validation.invalid_value", "rate"),
        ("validation.invalid_value", "hsn_sac"),
        ("validation.invalid_value", "item_type"),
    ] == [(fault["code"], fault["field"]) for fault in said["details"]["errors"]]


INCOME = {"SALES", "INCOME", "OTHER_INCOME"}
SPENDING = {"EXPENSE", "OTHER_EXPENSE", "COST_OF_GOODS_SOLD", "STOCK", "FIXED_ASSET"}


@pytest.mark.parametrize(("field", "fitting"), [("account_id", INCOME), ("purchase_account_id", SPENDING)])
def test_an_account_must_be_of_a_fitting_type(
    call: Call, acme: finzcore.Org, field: str, fitting: set[str]
) -> None:
    from finzcore.ledger.account import AccountType

    taken = set()
    for number, kind in enumerate(AccountType):
        account = acme.create_account(code=f"9{number:03}", name=kind.value.title(), account_type=kind.value)
        body = {"item_name": "Oak chair", field: account["account_id"]}
        answer = call("POST", "/items", body)
        if answer.status == 201:
            taken.add(kind.value)
        else:
            said = answer.json()
            assert (400, "validation.invalid_value", field) == (answer.status, said["code"], said["field"])
    assert fitting == taken


def test_an_unfitting_account_is_refused_on_update_too(call: Call, acme: finzcore.Org) -> None:
    path = f"/items/{made(call)['item_id']}"
    refusal = call.refused("PUT", path, {"sales_account_id": acme.account_id("6010")})
    assert (400, "validation.invalid_value", "account_id") == refusal


@pytest.mark.parametrize("field", ["tax_id", "account_id", "purchase_account_id", "income_account_id"])
def test_an_id_of_another_organisation_is_a_typo(engine: finzcore.Engine, call: Call, field: str) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = other.tax_id("GST 18%") if field == "tax_id" else other.account_id("4010")
    prefix, label = ("tx_", "Tax") if field == "tax_id" else ("acc_", "Account")
    for key in (theirs, prefix + "0" * 32, "nonsense"):
        for method, path in (("POST", "/items"), ("PUT", f"/items/{made(call)['item_id']}")):
            answer = call(method, path, {"item_name": "Desk", field: key})
            said = answer.json()
            assert (404, "not_found.resource", field, f"{label} '{key}' not found in this org.") == (
                answer.status,
                said["code"],
                said["field"],
                said["message"],
            )
            assert {"code", "message", "field", "request_id"} == set(said)


def test_ids_are_looked_up_in_body_order_and_before_any_rule(call: Call, acme: finzcore.Org) -> None:
    made(call, sku="CH-1")
    body = {"name": "A", "sku": "CH-1", "purchase_account_id": "acc_1", "tax_id": "tx_1"}
    assert (404, "not_found.resource", "purchase_account_id") == call.refused("POST", "/items", body)


def test_a_closed_account_cannot_be_used(call: Call, acme: finzcore.Org) -> None:
    account = acme.create_account(code="4999", name="Old sales", account_type="SALES")["account_id"]
    item = made(call, account_id=account)
    acme.set_account_active(account, False)
    refusal = call.refused("POST", "/items", {"name": "B", "account_id": account})
    assert (404, "not_found.resource", "account_id") == refusal
    assert account == call.ok("PUT", f"/items/{item['item_id']}", {"rate": 5})["item"]["account_id"]


# ----- the SKU -----


def test_a_sku_is_one_items_alone(call: Call) -> None:
    first = made(call, sku="CH-1")
    assert (409, "conflict.duplicate", "sku") == call.refused(
        "POST", "/items", {"name": "B", "sku": " CH-1 "}
    )
    second = made(call, sku="CH-2")
    path = f"/items/{second['item_id']}"
    assert (409, "conflict.duplicate", "sku") == call.refused("PUT", path, {"sku": "CH-1"})
    assert "CH-2" == call.ok("PUT", path, {"sku": "CH-2", "rate": 1})["item"]["sku"]
    call.ok("POST", f"/items/{first['item_id']}/archive")
    assert (409, "conflict.duplicate", "sku") == call.refused("PUT", path, {"sku": "CH-1"})
    call.ok("PUT", f"/items/{first['item_id']}", {"sku": None})
    assert "CH-1" == call.ok("PUT", path, {"sku": "CH-1"})["item"]["sku"]


def test_items_without_a_sku_do_not_repeat_each_other(call: Call) -> None:
    made(call), made(call)
    assert 2 == len(names(call))


def test_a_sku_is_compared_in_its_normal_form(call: Call) -> None:
    made(call, sku="CAF\u00c9")
    assert 409 == call("POST", "/items", {"name": "B", "sku": "CAFE\u0301"}).status


def test_another_organisation_may_use_the_same_sku(engine: finzcore.Engine, call: Call) -> None:
    made(call, sku="CH-1")
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    assert "CH-1" == other.items.create(item_name="Chair", sku="CH-1")["sku"]


# ----- update, archive, delete -----


def test_an_update_changes_what_it_names_and_nothing_else(call: Call, clock: FrozenClock) -> None:
    item = made(call, sku="CH-1", hsn_sac="9401", rate=250)
    clock.move(seconds=5)
    said = call.ok("PUT", f"/items/{item['item_id']}", {"rate": "260.5", "stock_on_hand": 9, "name": "Chair"})
    assert "The item has been updated." == said["message"]
    assert (
        item
        | {
            "rate": Decimal("260.5"),
            "item_name": "Chair",
            "last_modified_time": "2026-05-19T05:00:05",
        }
        == said["item"]
    )


def test_null_clears_what_may_be_empty(call: Call, acme: finzcore.Org) -> None:
    item = made(
        call, sku="A", description="B", hsn_sac="9401", rate=5, purchase_rate=6,
        tax_id=acme.tax_id("GST 5%"), account_id=acme.account_id("4010"),
        purchase_account_id=acme.account_id("5010"), is_taxable=False, track_inventory=True,
    )  # fmt: skip
    path = f"/items/{item['item_id']}"
    cleared: dict[str, Any] = {
        "sku": None, "description": None, "hsn_or_sac": None, "unit": None, "rate": 0, "purchase_rate": None,
        "tax_id": None, "account_id": None, "purchase_account_id": None, "is_taxable": True,
        "track_inventory": False,
    }  # fmt: skip
    after = call.ok("PUT", path, dict.fromkeys(cleared))["item"]
    assert cleared == {name: after[name] for name in cleared}
    assert (400, "validation.required_field", "item_name") == call.refused("PUT", path, {"name": None})


def test_archive_takes_an_item_away_and_status_brings_it_back(call: Call) -> None:
    path = f"/items/{made(call)['item_id']}"
    said = call.ok("POST", f"{path}/archive")
    assert ("The item has been archived.", "ARCHIVED") == (said["message"], said["item"]["status"])
    assert "ARCHIVED" == call.ok("GET", path)["item"]["status"]
    assert "ACTIVE" == call.ok("PUT", path, {"status": "active"})["item"]["status"]


def test_what_was_never_used_can_be_deleted(call: Call) -> None:
    path = f"/items/{made(call)['item_id']}"
    assert {"code": 0, "message": "The item has been deleted."} == call.ok("DELETE", path)
    for method in ("GET", "PUT", "DELETE"):
        assert (404, "not_found.resource", "item_id") == call.refused(method, path, {})
    assert (404, "not_found.resource", "item_id") == call.refused("POST", f"{path}/archive")


def test_what_a_document_names_cannot_be_deleted(call: Call, acme: finzcore.Org) -> None:
    item = made(call, rate=250)
    customer = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    body = {
        "customer_id": customer, "date": "2026-05-19", "place_of_supply": "IN-KA",
        "line_items": [{"item_id": item["item_id"]}],
    }  # fmt: skip
    call.ok("POST", "/invoices", body)
    path = f"/items/{item['item_id']}"
    assert (400, "validation.invalid_value", None) == call.refused("DELETE", path)
    assert item == call.ok("GET", path)["item"]
    assert (400, "validation.invalid_value", None) == call.refused("DELETE", f"/contacts/{customer}")
    call.ok("POST", f"{path}/archive")
    refusal = call.refused("POST", "/invoices", body)
    assert (404, "not_found.resource", "line_items[0].item_id") == refusal


def test_an_item_of_another_organisation_is_not_there(engine: finzcore.Engine, call: Call) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    key = other.items.create(item_name="Theirs")["item_id"]
    for method in ("GET", "PUT", "DELETE"):
        assert (404, "not_found.resource", "item_id") == call.refused(method, f"/items/{key}", {})
    assert [] == names(call)
    assert "Theirs" == other.items.get(key)["item_name"]


def test_an_item_writes_its_history_in_the_units_of_the_wire(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    tax = acme.tax_id("GST 5%")
    item = made(call, rate=250)
    path = f"/items/{item['item_id']}"
    call.ok("PUT", path, {"rate": "250.5", "is_taxable": False, "tax_id": tax, "name": "Chair"})
    call.ok("POST", f"{path}/archive")
    call.ok("DELETE", path)
    with engine.store.read(acme._key) as session:
        told = session.find(EVENTS, ascending=True)[-4:]
    words = ["ITEM_CREATED", "ITEM_UPDATED", "ITEM_UPDATED", "ITEM_DELETED"]
    assert words == [one["action"] for one in told] == [one["event_type"] for one in told]
    assert {
        "item_name": {"old": "Oak chair", "new": "Chair"},
        "rate": {"old": 250, "new": 250.5},
        "tax_id": {"old": None, "new": tax},
        "is_taxable": {"old": True, "new": False},
    } == json.loads(told[1]["changes"])
    assert {"id": item["item_id"], "name": "Chair"} == json.loads(told[3]["data"])


# ----- lists -----


def test_lists_are_newest_first_and_filtered(call: Call) -> None:
    made(call, item_name="Oak chair", sku="CH-1", hsn_sac="9401")
    made(call, item_name="Repair", type="SERVICE", hsn_sac="998729")
    archived = made(call, item_name="Old stool", sku="ST-9")
    call.ok("POST", f"/items/{archived['item_id']}/archive")
    assert ["Old stool", "Repair", "Oak chair"] == names(call)
    assert ["Repair", "Oak chair"] == names(call, "?status=ACTIVE")
    assert ["Old stool"] == names(call, "?status=archived")
    assert ["Repair"] == names(call, "?item_type=SERVICE")
    assert ["Old stool"] == names(call, "?item_type=goods&status=ARCHIVED")
    assert ["Oak chair"] == names(call, "?search=CHAIR")
    assert ["Old stool"] == names(call, "?search=st-9")
    assert ["Repair"] == names(call, "?search=9987")
    assert [] == names(call, "?search=%25")
    call.ok("PUT", f"/items/{archived['item_id']}", {"sku": "XX-1"})
    assert [] == names(call, "?search=st-9")


@pytest.mark.parametrize("field", ["status", "item_type"])
def test_an_unknown_filter_word_is_refused(call: Call, field: str) -> None:
    assert (400, "validation.invalid_value", field) == call.refused("GET", f"/items?{field}=X")


def test_a_walk_through_pages_meets_every_item_once(call: Call, acme: finzcore.Org) -> None:
    keys = [made(call, item_name=f"Item {number}")["item_id"] for number in range(7)]
    page = acme.items.list(per_page=3)
    assert (3, keys[::-1][:3]) == (len(page), [row["item_id"] for row in page])
    assert page.next_cursor is not None
    assert keys[::-1] == [row["item_id"] for row in acme.items.all(per_page=3)]


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/items", "READ"),
        ("GET", "/items/it_1", "READ"),
        ("POST", "/items", "CREATE"),
        ("PUT", "/items/it_1", "UPDATE"),
        ("POST", "/items/it_1/archive", "UPDATE"),
        ("DELETE", "/items/it_1", "DELETE"),
    ],
)
def test_each_operation_needs_its_scope(
    engine: finzcore.Engine, acme: finzcore.Org, method: str, path: str, action: str
) -> None:
    lacking = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.contacts.READ"]).token)
    answer = lacking(method, path, {})
    assert (403, {"required": f"AIBooks.items.{action}"}) == (answer.status, answer.json()["details"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**15))
def test_a_rate_comes_back_to_the_millionth(call: Call, millionths: int) -> None:
    written = f"{millionths // 10**6}.{millionths % 10**6:06}"
    item = made(call, rate=written)
    assert millionths == item["rate"] * 10**6
    assert item == call.ok("GET", f"/items/{item['item_id']}")["item"]
