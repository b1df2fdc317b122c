"""Recurring schedules: what is kept of them, in which order they are listed, what is refused."""

from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.recurring import Body, nine_on, payload, schedule, told
from tests.trade import Trade

GONE = "inv_" + 32 * "0"
BASE: Body = {"entity_type": "INVOICE", "name": "Rent", "frequency": "MONTHLY", "start_date": "2026-01-31"}


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


@pytest.fixture
def body(acme: finzcore.Org, asha: str) -> Body:
    return BASE | {"template_payload": payload(acme, asha)}


def test_a_schedule_has_the_documented_shape(call: Call, body: Body) -> None:
    answer = call.ok("POST", "/recurring", body)
    assert (0, "The recurring schedule has been created.") == (answer["code"], answer["message"])
    made = answer["recurring"]
    assert made["recurring_id"].startswith("rec_")
    expected = {
        "recurring_id": made["recurring_id"],
        "entity_type": "INVOICE",
        "name": "Rent",
        "frequency": "MONTHLY",
        "interval": 1,
        "start_date": "2026-01-31",
        "end_date": None,
        "next_run_at": "2026-01-31T03:30:00Z",
        "last_run_at": None,
        "is_active": True,
        "template_entity_id": None,
        "template_payload": body["template_payload"],
        "run_count": 0,
        "max_runs": None,
        "auto_charge": False,
        "created_time": "2026-05-19T05:00:00Z",
        "last_modified_time": "2026-05-19T05:00:00Z",
        "last_error": None,
        "last_generated_id": None,
    }
    assert (expected, list(expected)) == (made, list(made))
    assert made == call.ok("GET", f"/recurring/{made['recurring_id']}")["recurring"]
    assert [made] == call.ok("GET", "/recurring")["recurring"]


def test_a_payload_is_kept_as_it_came(call: Call, body: Body) -> None:
    body["template_payload"]["line_items"] = [
        {"name": "Work", "rate": "0.10", "unheard of": {"a": [1, None]}}
    ]
    kept = call.ok("POST", "/recurring", body)["recurring"]["template_payload"]
    assert body["template_payload"] == kept


@pytest.mark.parametrize("given", ["2026-06-01", "2026-06-01T00:00:00", "2026-05-31T20:00:00Z"])
def test_the_first_run_is_at_nine_in_india_on_the_first_day(call: Call, body: Body, given: str) -> None:
    made = call.ok("POST", "/recurring", body | {"start_date": given})["recurring"]
    assert ("2026-06-01", "2026-06-01T03:30:00Z") == (made["start_date"], made["next_run_at"])


REFUSED: list[tuple[Body, int, str, str]] = [
    ({"entity_type": None}, 400, "validation.required_field", "entity_type"),
    ({"name": " "}, 400, "validation.required_field", "name"),
    ({"frequency": None}, 400, "validation.required_field", "frequency"),
    ({"start_date": None}, 400, "validation.required_field", "start_date"),
    ({"template_payload": None}, 400, "validation.required_field", "template_payload"),
    ({"entity_type": "PAYMENT"}, 400, "validation.invalid_value", "entity_type"),
    ({"frequency": "FORTNIGHTLY"}, 400, "validation.invalid_value", "frequency"),
    ({"interval": 0}, 400, "validation.invalid_value", "interval"),
    ({"interval": -1}, 400, "validation.invalid_value", "interval"),
    ({"interval": "1.5"}, 400, "validation.invalid_value", "interval"),
    ({"interval": 1001}, 400, "validation.invalid_value", "interval"),
    ({"max_runs": 0}, 400, "validation.invalid_value", "max_runs"),
    ({"name": "x" * 201}, 400, "validation.invalid_value", "name"),
    ({"start_date": "31-01-2026"}, 400, "validation.invalid_value", "start_date"),
    ({"end_date": "2026-01-30"}, 400, "validation.invalid_value", "end_date"),
    ({"is_active": 1}, 400, "validation.invalid_value", "is_active"),
    ({"auto_charge": "yes"}, 400, "validation.invalid_value", "auto_charge"),
    ({"template_payload": []}, 400, "validation.invalid_value", "template_payload"),
    ({"template_payload": "x"}, 400, "validation.invalid_value", "template_payload"),
    ({"template_entity_id": GONE}, 400, "validation.invalid_value", "template_payload"),
    ({"template_entity_id": GONE, "template_payload": None}, 404, "not_found.resource", "template_entity_id"),
    ({"template_entity_id": "x", "template_payload": None}, 404, "not_found.resource", "template_entity_id"),
]


@pytest.mark.parametrize(("change", "status", "code", "field"), REFUSED)
def test_what_a_schedule_cannot_be_is_refused(
    call: Call, body: Body, change: Body, status: int, code: str, field: str
) -> None:
    assert (status, code, field) == call.refused("POST", "/recurring", body | change)
    assert [] == call.ok("GET", "/recurring")["recurring"]


PAYLOADS: list[tuple[Body, int, str, str]] = [
    ({"customer_id": None}, 400, "validation.required_field", "customer_id"),
    ({"place_of_supply": None}, 400, "validation.required_field", "place_of_supply"),
    ({"line_items": []}, 400, "validation.required_field", "line_items"),
    ({"line_items": [{"name": "x"}]}, 400, "validation.required_field", "line_items[0].rate"),
    ({"line_items": [{"name": "x", "rate": "y"}]}, 400, "validation.invalid_value", "line_items[0].rate"),
    ({"date": "soon"}, 400, "validation.invalid_value", "date"),
    ({"due_date": "2026-01-30"}, 400, "validation.invalid_value", "due_date"),
    ({"customer_id": "ct_1"}, 404, "not_found.resource", "customer_id"),
    ({"branch_id": "br_1"}, 404, "not_found.resource", "branch_id"),
    ({"line_items": [{"item_id": "it_1"}]}, 404, "not_found.resource", "line_items[0].item_id"),
    (
        {"line_items": [{"name": "x", "rate": 1, "tax_id": "tx_1"}]},
        404,
        "not_found.resource",
        "line_items[0].tax_id",
    ),
]


@pytest.mark.parametrize(("change", "status", "code", "field"), PAYLOADS)
def test_a_payload_is_refused_as_its_create_call_would_refuse_it(
    call: Call, acme: finzcore.Org, asha: str, body: Body, change: Body, status: int, code: str, field: str
) -> None:
    body["template_payload"] |= change
    expected = (status, code, f"template_payload.{field}")
    assert expected == call.refused("POST", "/recurring", body)
    made = schedule(acme, asha)
    again = {"template_payload": body["template_payload"]}
    assert expected == call.refused("PUT", f"/recurring/{made['recurring_id']}", again)
    assert made == acme.recurring.get(made["recurring_id"])


def test_ids_of_others_are_unknown(
    engine: finzcore.Engine, call: Call, acme: finzcore.Org, body: Body
) -> None:
    other = engine.create_org(name="Bela Foods", state="IN-KA")
    theirs = other.contacts.create(contact_name="Asha Stores")["contact_id"]
    invoice = other.invoices.create(**payload(other, theirs, date="2026-01-01"))["invoice_id"]
    schedule_id = schedule(other, theirs)["recurring_id"]
    body["template_payload"]["customer_id"] = theirs
    unknown = (404, "not_found.resource", "template_payload.customer_id")
    assert unknown == call.refused("POST", "/recurring", body)
    cloned = BASE | {"template_entity_id": invoice}
    assert (404, "not_found.resource", "template_entity_id") == call.refused("POST", "/recurring", cloned)
    for method in ("GET", "PUT", "DELETE"):
        refused = call.refused(method, f"/recurring/{schedule_id}", {} if method == "PUT" else None)
        assert (404, "not_found.resource", "recurring_id") == refused


def test_a_document_of_another_kind_is_no_template(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)["invoice_id"]
    for kind in ("BILL", "EXPENSE", "JOURNAL"):
        refused = call("POST", "/recurring", BASE | {"entity_type": kind, "template_entity_id": invoice})
        assert (404, "template_entity_id") == (refused.status, refused.json()["field"])


def test_what_runs_next_comes_first_page_by_page(call: Call, acme: finzcore.Org, asha: str) -> None:
    starts = ["2026-03-01", "2026-01-31", "2026-02-01", "2026-01-31", "2027-01-01"]
    made = [schedule(acme, asha, start_date=start, name=f"{number}") for number, start in enumerate(starts)]
    call.ok("PUT", f"/recurring/{made[2]['recurring_id']}", {"is_active": False})
    # By (next_run_at, id): the two of one day as they were made.
    assert ["1", "3", "2", "0", "4"] == [one["name"] for one in call.ok("GET", "/recurring")["recurring"]]
    walked: list[str] = []
    path = "/recurring?per_page=2"
    while True:
        answer = call.ok("GET", path)
        walked += [one["name"] for one in answer["recurring"]]
        if not answer["page_context"]["has_more_page"]:
            break
        path = f"/recurring?per_page=2&cursor={answer['page_context']['next_cursor']}"
    assert ["1", "3", "2", "0", "4"] == walked
    assert ["2"] == [one["name"] for one in acme.recurring.list(is_active=False)]
    assert ["1", "3", "0", "4"] == [one["name"] for one in acme.recurring.all(is_active=True, per_page=1)]
    assert [] == list(acme.recurring.list(entity_type="BILL"))
    assert 5 == len(acme.recurring.list(entity_type="invoice"))


def test_a_cursor_belongs_to_its_list(call: Call, acme: finzcore.Org, asha: str) -> None:
    for _ in range(2):
        schedule(acme, asha)
    cursor = call.ok("GET", "/recurring?per_page=1")["page_context"]["next_cursor"]
    wrong = (400, "validation.invalid_value", "cursor")
    assert wrong == call.refused("GET", f"/recurring?per_page=1&is_active=true&cursor={cursor}")
    assert wrong == call.refused("GET", f"/recurring?cursor={cursor[:-2]}")
    assert (400, "validation.invalid_value", "entity_type") == call.refused(
        "GET", "/recurring?entity_type=CAT"
    )


def test_a_change_leaves_alone_what_it_does_not_name(call: Call, acme: finzcore.Org, asha: str) -> None:
    made = schedule(acme, asha, max_runs=5, end_date="2027-01-31")
    path = f"/recurring/{made['recurring_id']}"
    changed = call.ok(
        "PUT", path, {"name": "Hall", "end_date": None, "start_date": "2020-01-01", "run_count": 9}
    )
    assert "The recurring schedule has been updated." == changed["message"]
    assert made | {"name": "Hall", "end_date": None} == acme.recurring.get(made["recurring_id"])
    assert 5 == changed["recurring"]["max_runs"]
    assert ["RECURRING_CREATED", "RECURRING_UPDATED"] == [one["action"] for one in told(acme)]


CHANGES: list[tuple[Body, str, str]] = [
    ({"name": None}, "validation.required_field", "name"),
    ({"interval": 0}, "validation.invalid_value", "interval"),
    ({"end_date": "2026-01-30"}, "validation.invalid_value", "end_date"),
    ({"template_payload": None}, "validation.required_field", "template_payload"),
    ({"template_entity_id": GONE, "template_payload": {}}, "validation.invalid_value", "template_payload"),
    ({"is_active": True, "end_date": "2026-02-01"}, "validation.invalid_value", "is_active"),
]


@pytest.mark.parametrize(("change", "code", "field"), CHANGES)
def test_what_a_schedule_cannot_become_is_refused(
    call: Call, acme: finzcore.Org, asha: str, change: Body, code: str, field: str
) -> None:
    made = schedule(acme, asha, is_active=False)
    assert (400, code, field) == call.refused("PUT", f"/recurring/{made['recurring_id']}", change)
    assert made == acme.recurring.get(made["recurring_id"])


def test_a_template_of_one_sort_takes_the_place_of_the_other(
    call: Call, acme: finzcore.Org, trade: Trade, asha: str
) -> None:
    made = schedule(acme, asha)
    invoice = trade.invoice(asha, 100)["invoice_id"]
    copies = acme.recurring.update(made["recurring_id"], template_entity_id=invoice)
    assert (invoice, None) == (copies["template_entity_id"], copies["template_payload"])
    back = acme.recurring.update(made["recurring_id"], template_payload=made["template_payload"])
    assert made == back


# (what is changed on 19 May 2026 of a schedule of the last of each month from January on, the next run)
RHYTHMS: list[tuple[Body, str]] = [
    ({"name": "Hall"}, "2026-01-31"),
    ({"interval": 2}, "2026-05-31"),
    ({"interval": 3}, "2026-07-31"),
    ({"frequency": "YEARLY"}, "2027-01-31"),
    ({"frequency": "WEEKLY"}, "2026-05-23"),  # 31 January 2026 is a Saturday
    ({"frequency": "DAILY"}, "2026-05-20"),
    ({"frequency": "MONTHLY", "interval": 1}, "2026-01-31"),
]


@pytest.mark.parametrize(("change", "expected"), RHYTHMS)
def test_another_rhythm_leads_to_the_next_day_to_come(
    call: Call, acme: finzcore.Org, asha: str, change: Body, expected: str
) -> None:
    made = schedule(acme, asha)
    changed = acme.recurring.update(made["recurring_id"], **change)
    assert f"{expected}T03:30:00Z" == changed["next_run_at"]


RESUMED = [
    ("2026-05-31T03:29:59+00:00", "2026-05-31"),
    ("2026-05-31T03:30:00+00:00", "2026-06-30"),
    ("2025-01-01T00:00:00+00:00", "2026-01-31"),
]


@pytest.mark.parametrize(("now", "expected"), RESUMED)
def test_resuming_leads_to_the_next_slot_to_come(
    call: Call, acme: finzcore.Org, asha: str, clock: FrozenClock, now: str, expected: str
) -> None:
    made = schedule(acme, asha)
    paused = acme.recurring.update(made["recurring_id"], is_active=False)
    assert made | {"is_active": False} == paused
    clock.set(now)
    resumed = acme.recurring.update(made["recurring_id"], is_active=True)
    assert (True, f"{expected}T03:30:00Z") == (resumed["is_active"], resumed["next_run_at"])


def test_an_end_before_the_next_day_ends_a_schedule_and_a_later_one_does_not_wake_it(
    acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    made = schedule(acme, asha, start_date="2026-06-30")
    clock.set(nine_on("2026-06-01"))
    key = acme.recurring.update(made["recurring_id"], frequency="YEARLY", end_date="2026-06-30")[
        "recurring_id"
    ]
    assert acme.recurring.get(key)["is_active"]
    clock.set(nine_on("2026-07-01"))
    ended = acme.recurring.update(key, frequency="MONTHLY")
    assert (False, "2026-07-30T03:30:00Z") == (ended["is_active"], ended["next_run_at"])
    assert not acme.recurring.update(key, end_date="2027-06-30")["is_active"]
    assert acme.recurring.update(key, is_active=True)["is_active"]


def test_a_deleted_schedule_is_gone(call: Call, acme: finzcore.Org, asha: str) -> None:
    key = schedule(acme, asha)["recurring_id"]
    assert "The recurring schedule has been deleted." == call.ok("DELETE", f"/recurring/{key}")["message"]
    assert (404, "not_found.resource", "recurring_id") == call.refused("GET", f"/recurring/{key}")


def test_a_key_makes_a_schedule_once(call: Call, body: Body) -> None:
    first = call("POST", "/recurring", body, key="rent")
    again = call("POST", "/recurring", body, key="rent")
    assert (201, first.body, "true") == (again.status, again.body, again.header("Idempotency-Replayed"))
    assert 1 == len(call.ok("GET", "/recurring")["recurring"])
    assert 201 == call("POST", "/recurring", body, key=None).status


SCOPES = [("READ", "GET", ""), ("CREATE", "POST", ""), ("UPDATE", "PUT", "/{}"), ("DELETE", "DELETE", "/{}")]


@pytest.mark.parametrize(("action", "method", "path"), SCOPES)
def test_each_call_needs_its_scope(
    engine: finzcore.Engine, acme: finzcore.Org, body: Body, asha: str, action: str, method: str, path: str
) -> None:
    key = schedule(acme, asha)["recurring_id"]
    others = [f"AIBooks.recurring.{one}" for one, _, _ in SCOPES if one != action]
    without = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=others).token)
    within = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=[f"AIBooks.recurring.{action}"]).token)
    said: Any = {"PUT": {}, "POST": body}.get(method)
    address = f"/recurring{path.format(key)}"
    assert 403 == without(method, address, said).status
    assert within(method, address, said).status < 300
