"""Ids on invoices of what is not there, is another's, or is closed: `api.md` §1.8."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import INVALID, NOT_FOUND, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


IDS = ["customer_id", "branch_id", "salesperson_id"]
LINE_IDS = ["item_id", "tax_id", "account_id"]
PREFIXES = {
    "customer_id": "ct_",
    "branch_id": "br_",
    "salesperson_id": "sp_",
    "item_id": "it_",
    "tax_id": "tx_",
    "account_id": "acc_",
}


@pytest.mark.parametrize("stray", ["nobody", "{prefix}1", "{prefix}" + "0" * 32, "inv_" + "0" * 32])
@pytest.mark.parametrize("field", IDS)
def test_an_id_of_nobody_is_not_found_where_it_stands(seller: Seller, field: str, stray: str) -> None:
    sent = stray.format(prefix=PREFIXES[field])
    assert (404, NOT_FOUND, field) == seller.refused(**{field: sent})
    assert (404, NOT_FOUND, field) == seller.put_refused(seller.draft(), **{field: sent})


@pytest.mark.parametrize("field", LINE_IDS)
def test_an_id_of_nobody_on_a_line_is_not_found_where_it_stands(seller: Seller, field: str) -> None:
    line = seller.line(**{field: PREFIXES[field] + "0" * 32})
    assert (404, NOT_FOUND, f"line_items[1].{field}") == seller.refused(seller.line(), line)


def test_a_cost_centre_of_nobody_is_not_found_where_it_stands(seller: Seller) -> None:
    stray = "cc_" + "0" * 32
    known = seller.org.add_cost_center("North")["cost_center_id"]
    assert (404, NOT_FOUND, "tags[1]") == seller.refused(tags=[known, {"cost_center_id": stray}])
    assert (404, NOT_FOUND, "line_items[0].tags[0]") == seller.refused(seller.line(tags=[stray]))


def test_what_belongs_to_another_organisation_is_not_found(seller: Seller, engine: finzcore.Engine) -> None:
    # api.md §10 row 28
    other = engine.create_org(name="Beta", state="IN-KA")
    theirs = other.items.create(item_name="Desk")["item_id"]
    answer = seller.call("POST", "/invoices", seller.body({"item_id": theirs}))
    said = answer.json()
    assert (404, "line_items[0].item_id") == (answer.status, said["field"])
    assert f"Item '{theirs}' not found in this org." == said["message"]
    whose = other.contacts.create(contact_name="Bose")["contact_id"]
    assert (404, NOT_FOUND, "customer_id") == seller.refused(customer_id=whose)
    assert [] == seller.told()


def test_the_first_stranger_in_the_body_is_named(seller: Seller) -> None:
    body = {"line_items": [seller.line(item_id="it_1")]} | seller.body() | {"customer_id": "ct_1"}
    body["line_items"] = [seller.line(item_id="it_1")]
    assert (404, NOT_FOUND, "line_items[0].item_id") == seller.call.refused("POST", "/invoices", body)


def test_a_vendor_is_not_a_customer(seller: Seller) -> None:
    vendor = seller.contact("Nilgiri Papers", contact_type="VENDOR")
    assert (400, INVALID, "customer_id") == seller.refused(customer_id=vendor)
    both = seller.contact("Kaveri Traders", contact_type="BOTH")
    assert both == seller.draft(customer_id=both)["customer_id"]


def test_what_is_closed_cannot_be_used_in_a_new_invoice(seller: Seller) -> None:
    call, org = seller.call, seller.org
    gone = seller.contact("Gone")
    call.ok("POST", f"/contacts/{gone}/archive")
    assert (404, NOT_FOUND, "customer_id") == seller.refused(customer_id=gone)
    chair = seller.item()
    call.ok("POST", f"/items/{chair}/archive")
    assert (404, NOT_FOUND, "line_items[0].item_id") == seller.refused({"item_id": chair})
    branch = org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    org.set_branch_active(branch, False)
    assert (404, NOT_FOUND, "branch_id") == seller.refused(branch_id=branch)
    account = org.create_account(code="4011", name="Online sales", account_type="SALES")["account_id"]
    desk = seller.item("Desk", rate=10, account_id=account)
    org.set_account_active(account, False)
    closed = (404, NOT_FOUND, "line_items[0].account_id")
    assert closed == seller.refused(seller.line(account_id=account))
    assert closed == seller.refused({"item_id": desk})
