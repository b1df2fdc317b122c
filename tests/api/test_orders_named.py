"""What an order names when it is carried out: its lines, and what is used no longer (`api.md` §1.8)."""

from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.ordering import DAY, SALES, SIDES, Body, Orders

NOT_FOUND = "not_found.resource"


@pytest.fixture(params=SIDES, ids=str)
def orders(request: pytest.FixtureRequest, call: Call, acme: finzcore.Org) -> Orders:
    return Orders(call, acme, request.param)


def test_a_line_of_nobody_and_a_line_of_another_order_are_not_found(
    orders: Orders, engine: finzcore.Engine
) -> None:
    order, other = orders.agreed(), orders.agreed()
    beta = engine.create_org(name="Beta", state="IN-KA")
    theirs = Orders(Call(engine, engine.mint_pat(org_id=beta.org_id).token), beta, orders.side).draft()
    strays = [one["line_items"][0]["line_item_id"] for one in (other, theirs)]
    for stray in (*strays, "li_" + "0" * 32, "li_1"):
        body = {"line_items": [{"line_item_id": stray}]}
        field = "line_items[0].line_item_id"
        path = f"{orders.path(order)}/{orders.side.convert}"
        said = orders.call("POST", path, body).json()
        assert (NOT_FOUND, field) == (said["code"], said["field"])
        assert f"Line item '{stray}' not found in this org." == said["message"]
    empty: list[tuple[Any, str]] = [([], "line_items"), ([{}], "line_items[0].line_item_id")]
    for lines, field in empty:
        refused = orders.refused(order, orders.side.convert, {"line_items": lines})
        assert (400, "validation.required_field", field) == refused


def test_what_is_no_longer_used_is_in_no_new_document(orders: Orders) -> None:
    # api.md §1.8, and as a plain create call has it
    org, whose = orders.org, f"{orders.side.contact}_id"
    mumbai = org.create_branch(code="MUM", name="Mumbai", state="IN-MH", gstin="27AAACN1234F1Z8")["branch_id"]
    kind = "SALES" if orders.side is SALES else "EXPENSE"
    extra = org.create_account(code="4999", name="Extra", account_type=kind)["account_id"]
    desk = org.items.create(item_name="Desk", rate=1, purchase_rate=1)["item_id"]
    lines = [orders.line(), {"item_id": desk}, orders.line(account_id=extra)]
    asha = orders.contact
    order = orders.agreed(*lines, branch_id=mumbai)
    part = {"date": DAY, "line_items": orders.part(order, None, None, 1)}
    whole = {"date": DAY}

    def refused(body: Body) -> Body:
        said: Body = orders.call("POST", f"{orders.path(order)}/{orders.side.convert}", body).json()
        return said

    org.contacts.archive(asha)
    said = refused(whole)
    assert (NOT_FOUND, whose) == (said["code"], said["field"])
    assert f"{orders.side.contact.title()} '{asha}' not found in this org." == said["message"]
    org.contacts.update(asha, status="ACTIVE")

    org.set_branch_active(mumbai, False)
    assert (NOT_FOUND, "branch_id") == ((said := refused(whole))["code"], said["field"])
    org.set_branch_active(mumbai, True)

    org.set_account_active(extra, False)
    assert "line_items[2].account_id" == refused(whole)["field"]
    # Where the body names lines, it is the place in the body; what it does not name, it may.
    assert "line_items[0].account_id" == refused(part)["field"]
    org.items.archive(desk)
    assert (NOT_FOUND, "line_items[1].item_id") == ((said := refused(whole))["code"], said["field"])
    assert (orders.side.agreed, [0, 0, 0]) == orders.stands(order)
    orders.convert(order, 1)
    org.set_account_active(extra, True)
    org.items.update(desk, status="ACTIVE")
    orders.convert(order)
    assert orders.side.wholly == orders.stands(order)[0]
