"""Sales and purchase orders: written, agreed on, changed, listed, ended (`api.md` §4.10)."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

import finzcore
from finzcore.books.papers.kind import kind_of
from finzcore.documents.lifecycle import GONE, Life
from finzcore.testing import Call
from tests.ordering import DAY, PURCHASES, SALES, SIDES, Body, Orders, Side

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")
NOT_FOUND = "not_found.resource"


@pytest.fixture(params=SIDES, ids=str)
def orders(request: pytest.FixtureRequest, call: Call, acme: finzcore.Org) -> Orders:
    return Orders(call, acme, request.param)


# ----- what is in one -----


def test_an_order_is_priced_like_an_invoice_and_posted_nowhere(orders: Orders) -> None:
    # 10 × 100 less 10 % is 900; less 50 on the whole, 850; 18 % of that is 153; 1,003 and 20 for freight
    order = orders.draft(orders.line(discount="10%"), discount=50, shipping_charge=20)
    names = ("sub_total", "discount", "tax_total", "cgst_total", "sgst_total", "total")
    expected = [Decimal(one) for one in ("900", "50", "153", "76.5", "76.5", "1023")]
    assert expected == [order[name] for name in names]
    assert "DRAFT" == order["status"]
    assert [0] == [line[orders.side.counted] for line in order["line_items"]]
    assert [] == order[orders.side.ids]
    assert order == orders.again(order)
    assert [] == orders.call.ok("GET", "/journals")["journals"]


@pytest.mark.parametrize(("side", "number"), [(SALES, "SO-2627-001"), (PURCHASES, "PO-2627-001")], ids=str)
def test_orders_are_numbered_in_a_series_of_their_own(
    side: Side, number: str, call: Call, acme: finzcore.Org
) -> None:
    orders, field = Orders(call, acme, side), f"{side.order}_number"
    assert number == orders.draft()[field]
    assert "Q-2627-001" == orders.draft(series="Q")[field]
    mine = orders.draft(**{field: "order no. 7"})
    assert "order no. 7" == mine[field]
    body = orders.body(**{field: "ORDER NO. 7"})
    assert (409, "conflict.duplicate", field) == call.refused("POST", f"/{side.orders}", body)
    call.ok("DELETE", orders.path(mine))
    assert number.replace("001", "002") == orders.draft()[field]


def test_an_estimate_is_numbered_in_its_own(call: Call, acme: finzcore.Org) -> None:
    orders = Orders(call, acme, SALES)
    assert "EST-2627-001" == call.ok("POST", "/estimates", orders.body())["estimate"]["estimate_number"]


def test_the_place_of_supply_is_the_customers_else_ours(call: Call, acme: finzcore.Org) -> None:
    sales = Orders(call, acme, SALES)
    assert "IN-KA" == sales.draft()["place_of_supply"]
    sales.contact = sales.new_contact("Bose", place_of_contact="IN-MH")
    assert "IN-MH" == sales.draft()["place_of_supply"]
    assert "IN-TN" == sales.draft(place_of_supply="IN-TN")["place_of_supply"]


def test_goods_from_another_state_come_with_igst(call: Call, acme: finzcore.Org) -> None:
    bought = Orders(call, acme, PURCHASES)
    bought.contact = bought.new_contact("Nilgiri", place_of_contact="IN-TN")
    order = bought.draft()
    assert ("IN-KA", 180, 0) == (order["place_of_supply"], order["igst_total"], order["cgst_total"])


def test_the_rate_of_a_purchase_is_the_items_purchase_rate(call: Call, acme: finzcore.Org) -> None:
    chair = {"item_name": "Chair", "rate": 120, "purchase_rate": 70}
    item = call.ok("POST", "/items", chair)["item"]["item_id"]
    sold, bought = (Orders(call, acme, side).draft({"item_id": item}) for side in SIDES)
    assert [120, 70] == [one["line_items"][0]["rate"] for one in (sold, bought)]


def test_reverse_charge_stands_beside_the_total_of_a_purchase_order(call: Call, acme: finzcore.Org) -> None:
    bought = Orders(call, acme, PURCHASES)
    order = bought.draft(bought.line(tax=None), is_rcm=True, rcm_rate=5)
    assert (1000, 0) == (order["total"], order["tax_total"])
    line = order["line_items"][0]
    assert (25, 25) == (line["rcm_cgst"], line["rcm_sgst"])
    bill = bought.convert(order, auto_approve=True)
    assert (1000, 25) == (bill["total"], bill["line_items"][0]["rcm_cgst"])
    assert (True, 5) == (bill["is_rcm"], bill["rcm_rate"])


@pytest.mark.parametrize("of", ["estimates", "sales_orders", "purchase_orders"])
def test_nothing_is_promised_for_a_day_before_its_date(of: str, call: Call, acme: finzcore.Org) -> None:
    field = {"estimates": "expiry_date", "sales_orders": "expected_shipment_date"}.get(
        of, "expected_delivery_date"
    )
    orders = Orders(call, acme, PURCHASES if of == "purchase_orders" else SALES)
    path, noun = f"/{of}", kind_of(of).noun
    early = orders.body(**{field: "2026-05-18"})
    assert (400, INVALID, field) == call.refused("POST", path, early)
    made = call.ok("POST", path, orders.body(**{field: DAY}))[noun]
    assert f"{DAY}T00:00:00" == made[field]
    own = f"{path}/{made[f'{noun}_id']}"
    assert (400, INVALID, field) == call.refused("PUT", own, {"date": "2026-05-20"})
    assert 200 == call("PUT", own, {"date": "2026-05-20", field: None}).status


# ----- who is in one -----

STRANGERS = {
    "branch_id": "br_", "salesperson_id": "sp_", "tags[0]": "cc_", "line_items[0].item_id": "it_",
    "line_items[0].tax_id": "tx_", "line_items[0].account_id": "acc_", "line_items[0].tags[0]": "cc_",
}  # fmt: skip


def _with(body: Body, field: str, value: str) -> Body:
    head, _, inner = field.partition(".")
    if inner:
        line = body["line_items"][0]
        return body | {"line_items": [_with(line, inner, value)]}
    return body | ({"tags": [value]} if head == "tags[0]" else {head: value})


@pytest.mark.parametrize("field", ["contact", *STRANGERS])
@pytest.mark.parametrize("of", ["estimates", "sales_orders", "purchase_orders"])
def test_what_is_not_there_and_what_is_anothers_are_not_found(
    of: str, field: str, call: Call, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    orders = Orders(call, acme, PURCHASES if of == "purchase_orders" else SALES)
    whose = f"{orders.side.contact}_id"
    other = engine.create_org(name="Beta", state="IN-KA")
    theirs = {
        "contact": lambda: other.contacts.create(contact_name="Bose", contact_type="BOTH")["contact_id"],
        "line_items[0].item_id": lambda: other.items.create(item_name="Desk", rate=1)["item_id"],
        "line_items[0].tax_id": lambda: other.tax_id("GST 18%"),
        "line_items[0].account_id": lambda: other.account_id("4010"),
        "salesperson_id": lambda: other.add_salesperson("Meena")["salesperson_id"],
        "branch_id": lambda: other.branches.list()[0]["branch_id"],
    }.get(field, lambda: other.add_cost_center("North")["cost_center_id"])()
    at = whose if field == "contact" else field
    good = orders.body()
    made = call.ok("POST", f"/{of}", good)[kind_of(of).noun]
    for sent in (theirs, STRANGERS.get(field, "ct_") + "0" * 32):
        bad = _with(good, at, sent)
        assert (404, NOT_FOUND, at) == call.refused("POST", f"/{of}", bad)
        assert (404, NOT_FOUND, at) == call.refused("PUT", f"/{of}/{made[f'{kind_of(of).noun}_id']}", bad)


def test_a_contact_of_the_other_side_is_refused(orders: Orders) -> None:
    other = {"customer": "VENDOR", "vendor": "CUSTOMER"}[orders.side.contact]
    stranger = orders.new_contact("Other", contact_type=other)
    field = f"{orders.side.contact}_id"
    refused = orders.call.refused("POST", f"/{orders.side.orders}", orders.body(**{field: stranger}))
    assert (400, INVALID, field) == refused


@pytest.mark.parametrize("word", ["", "act", "convert"])
def test_an_order_of_another_organisation_is_not_found(
    word: str, orders: Orders, engine: finzcore.Engine
) -> None:
    beta = engine.create_org(name="Beta", state="IN-KA")
    theirs = Orders(Call(engine, engine.mint_pat(org_id=beta.org_id).token), beta, orders.side).draft()
    side = orders.side
    path = orders.path(theirs) + {"": "", "act": f"/{side.agree}", "convert": f"/{side.convert}"}[word]
    assert (404, NOT_FOUND, side.own_id) == orders.call.refused("POST" if word else "GET", path)


# ----- its life -----


def _do(orders: Orders, order: Body, event: str) -> Any:
    """A step of an order's life, refused or not."""
    side, call, path = orders.side, orders.call, orders.path(order)
    half = {"line_items": orders.part(order, 1)}
    match event:
        case "edit":
            return call("PUT", path, {"notes": "Soon, please"})
        case "rewrite":
            return call("PUT", path, {"line_items": [orders.line(7)]})
        case "cancel":
            return call("PUT", path, {"status": "CANCELLED"})
        case "delete":
            return call("DELETE", path)
        case "convert_part":
            return call("POST", f"{path}/{side.convert}", half)
        case "convert":
            return call("POST", f"{path}/{side.convert}")
    return call("POST", f"{path}/{event}")


def _in(orders: Orders, status: str) -> Body:
    """An order in a status."""
    side = orders.side
    order = orders.draft() if status in ("DRAFT", "CANCELLED") else orders.agreed()
    if status == side.partly:
        orders.convert(order, 2)
    if status == side.wholly:
        orders.convert(order)
    return orders.put(order, status="CANCELLED") if status == "CANCELLED" else orders.again(order)


def _cells() -> list[Any]:
    cells = []
    for side in SIDES:
        life: Life = kind_of(side.orders).life
        statuses = ["DRAFT", side.agreed, side.partly, side.wholly, "CANCELLED"]
        events = sorted({event for _, event in life if not event.startswith("give_back")})
        cells += [
            pytest.param(side, status, event, id=f"{side.orders}-{status}-{event}")
            for status, event in product(statuses, events)
        ]
    return cells


@pytest.mark.parametrize(("side", "status", "event"), _cells())
def test_every_step_does_what_the_table_says(
    side: Side, status: str, event: str, call: Call, acme: finzcore.Org
) -> None:
    orders, life = Orders(call, acme, side), kind_of(side.orders).life
    order = _in(orders, status)
    assert status == order["status"]
    answer = _do(orders, order, event)
    after = life.get((status, event))
    if after is None:
        said = answer.json()
        assert STATUS == (answer.status, said["code"], said["field"])
        assert status == said["details"]["current_status"]
        allowed = said["details"]["allowed"]
        assert allowed == [before for before, verb in life if verb == _demanded(status, event, life)]
        assert order == orders.again(order)
    elif after == GONE:
        assert 200 == answer.status
        assert (404, NOT_FOUND, side.own_id) == call.refused("GET", orders.path(order))
    else:
        assert 200 == answer.status
        assert after == orders.again(order)["status"]
        assert [] == orders.org._engine.verify()


def _demanded(status: str, event: str, life: Life) -> str:
    """The step that is refused: to replace lines is to edit first, to carry out a part is to carry out."""
    if event == "rewrite" and (status, "edit") not in life:
        return "edit"
    return "convert" if event == "convert_part" else event


def test_a_status_that_no_change_brings_is_refused(orders: Orders) -> None:
    order, side = orders.draft(), orders.side
    for status in (side.agreed, side.partly, side.wholly):
        said = orders.call("PUT", orders.path(order), {"status": status}).json()
        assert (INVALID, "status") == (said["code"], said["field"])
        # From no status does a change lead there; the sentence says where one leads from here.
        assert {"current_status": "DRAFT", "allowed": []} == said["details"]
        assert f"A change does not make it {status}; from DRAFT it makes it CANCELLED." == said["message"]
    assert "DRAFT" == orders.put(order, status="DRAFT", notes="As it is")["status"]
    assert (400, INVALID, "status") == orders.call.refused("PUT", orders.path(order), {"status": "DONE"})
    orders.convert(order)
    said = orders.call("PUT", orders.path(order), {"status": "DRAFT"}).json()
    assert {"current_status": side.wholly, "allowed": []} == said["details"]
    assert f"A change does not make it DRAFT; from {side.wholly} it makes it nothing else." == said["message"]


# ----- changes -----


def test_an_answer_may_be_sent_back_and_nothing_happens(orders: Orders) -> None:
    order = orders.draft(orders.line(discount="10%"), orders.line("33.33", 3), shipping_charge=5)
    told = orders.told(orders.side.orders)
    # A round-off that is sent is one by hand from then on, and so is a discount.
    sent = {name: value for name, value in order.items() if name not in ("discount", "round_off")}
    assert order == orders.put(order, **sent)
    assert told == orders.told(orders.side.orders)


def test_an_agreed_order_keeps_its_lines_and_changes_otherwise(orders: Orders) -> None:
    order = orders.agreed()
    ids = [line["line_item_id"] for line in order["line_items"]]
    changed = orders.put(order, discount="10%", notes="Cheaper")
    assert (1062, orders.side.agreed) == (changed["total"], changed["status"])
    assert ids == [line["line_item_id"] for line in changed["line_items"]]
    assert order["version"] + 1 == changed["version"]


def test_a_change_and_a_step_at_once_are_one_change(orders: Orders) -> None:
    order = orders.draft()
    changed = orders.put(order, notes="Not any more", status="cancelled")
    assert ("CANCELLED", "Not any more") == (changed["status"], changed["notes"])
    assert order["version"] + 1 == changed["version"]
    entity = orders.side.order.upper()
    assert [
        (f"{entity}_CREATED", f"{entity}_CREATED"),
        (f"{entity}_UPDATED", f"{entity}_UPDATED"),
        (None, f"{entity}_CANCELLED"),
    ] == orders.told(orders.side.orders)


def test_an_order_keeps_its_number_and_so_its_year(orders: Orders) -> None:
    order, path = orders.draft(), orders.path
    field = f"{orders.side.order}_number"
    assert (400, INVALID, field) == orders.call.refused("PUT", path(order), {field: "X-1"})
    assert (400, INVALID, "date") == orders.call.refused("PUT", path(order), {"date": "2026-03-31"})


def test_what_happens_to_an_order_is_told(orders: Orders) -> None:
    side, entity = orders.side, orders.side.order.upper()
    order = orders.agreed()
    orders.put(order, notes="x")
    orders.convert(order, 4)
    orders.convert(order)
    orders.call.ok("DELETE", orders.path(orders.draft()))
    agreed = "CONFIRMED" if side is SALES else "ISSUED"
    assert [
        (f"{entity}_CREATED", f"{entity}_CREATED"),
        (f"{entity}_STATUS_CHANGED", f"{entity}_{agreed}"),
        (f"{entity}_UPDATED", f"{entity}_UPDATED"),
        (f"{entity}_STATUS_CHANGED", f"{entity}_CONVERTED"),
        (f"{entity}_STATUS_CHANGED", f"{entity}_CONVERTED"),
        (f"{entity}_CREATED", f"{entity}_CREATED"),
        (f"{entity}_DELETED", f"{entity}_DELETED"),
    ] == orders.told(side.orders)


# ----- lists -----


def test_orders_are_listed_by_what_they_are(orders: Orders) -> None:
    side, call = orders.side, orders.call
    bela = orders.new_contact("Bela Foods")
    whom = f"{side.contact}_id"
    first = orders.agreed(reference_number="R-1")
    second = orders.draft(date="2026-05-20", **{whom: bela})
    orders.convert(first, 3)
    number = f"{side.order}_number"
    cases = {
        "": [second, first],
        "status=DRAFT": [second],
        f"status={side.partly}": [first],
        f"{whom}={bela}": [second],
        f"{whom}=ct_{'0' * 32}": [],
        "date_from=2026-05-20": [second],
        f"date_to={DAY}": [first],
        "reference_number=R-1": [first],
        "search=bela": [second],
        f"search={first[number]}": [first],
        f"branch_id={orders.org.branches.list()[0]['branch_id']}": [second, first],
    }
    for query, expected in cases.items():
        listed = call.ok("GET", f"/{side.orders}?{query}")[side.orders]
        assert [one[number] for one in expected] == [one[number] for one in listed], query
    assert (400, INVALID, "status") == call.refused("GET", f"/{side.orders}?status=OPEN")
    page = call.ok("GET", f"/{side.orders}?per_page=1")
    after = call.ok("GET", f"/{side.orders}?per_page=1&cursor={page['page_context']['next_cursor']}")
    assert [first[number]] == [one[number] for one in after[side.orders]]
    assert orders.again(first) == after[side.orders][0]


# ----- the lock -----


def test_a_locked_period_does_not_hold_orders_but_what_is_made_of_them(orders: Orders) -> None:
    order = orders.agreed()
    orders.org.lock_period("2026-05-31", reason="Filed")
    orders.put(order, notes="Still there")
    orders.call.ok("DELETE", orders.path(orders.draft()))
    body = {"date": DAY}
    assert (400, INVALID, "date") == orders.refused(order, orders.side.convert, body)
    assert (orders.side.agreed, [0]) == orders.stands(order)
    assert [] == orders.again(order)[orders.side.ids]
    assert "2026-06-01T00:00:00" == orders.convert(order, date="2026-06-01")["date"]
