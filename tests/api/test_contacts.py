"""Contacts over the wire: `api.md` §4.3, and what §1 says of every list, body and id."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.history import EVENTS
from finzcore.testing import Call, FrozenClock

KARNATAKA = "29AAACN1234F1ZT"
TAMIL_NADU = "33AAACN1234F1Z4"


def made(call: Call, **fields: Any) -> dict[str, Any]:
    contact: dict[str, Any] = call.ok("POST", "/contacts", {"contact_name": "Asha Stores"} | fields)[
        "contact"
    ]
    return contact


def names(call: Call, query: str = "") -> list[str]:
    return [row["contact_name"] for row in call.ok("GET", f"/contacts{query}")["contacts"]]


def events(engine: finzcore.Engine, acme: finzcore.Org) -> list[dict[str, Any]]:
    with engine.store.read(acme._key) as session:
        return session.find(EVENTS, ascending=True)


# ----- create -----


def test_a_name_is_all_that_a_contact_needs(call: Call) -> None:
    answer = call("POST", "/contacts", {"contact_name": " Asha Stores "})
    assert 201 == answer.status
    said = answer.json()
    assert (0, "The contact has been created.") == (said["code"], said["message"])
    contact = said["contact"]
    assert contact.pop("contact_id").startswith("ct_")
    assert {
        "contact_type": "CUSTOMER",
        "contact_name": "Asha Stores",
        "display_name": "Asha Stores",
        "legal_name": None,
        "company_name": None,
        "gst_no": None,
        "gst_treatment": "UNREGISTERED",
        "pan": None,
        "place_of_contact": None,
        "email": None,
        "phone": None,
        "website": None,
        "billing_address": None,
        "shipping_address": None,
        "contact_persons": [],
        "payment_terms": 0,
        "opening_balance": 0,
        "credit_limit": None,
        "currency_code": "INR",
        "status": "ACTIVE",
        "created_time": "2026-05-19T05:00:00",
        "last_modified_time": "2026-05-19T05:00:00",
    } == contact


def test_the_keys_stand_in_the_order_of_the_documents(call: Call) -> None:
    assert [
        "contact_id", "contact_type", "contact_name", "display_name", "legal_name", "company_name", "gst_no",
        "gst_treatment", "pan", "place_of_contact", "email", "phone", "website", "billing_address",
        "shipping_address", "contact_persons", "payment_terms", "opening_balance", "credit_limit",
        "currency_code", "status", "created_time", "last_modified_time",
    ] == list(made(call))  # fmt: skip


@pytest.mark.parametrize("field", ["gst_no", "gstin", "gst_number"])
def test_a_gstin_says_treatment_pan_and_state(call: Call, field: str) -> None:
    contact = made(call, **{field: " 33aaacn1234f1z4 "})
    shown = [contact[name] for name in ("gst_no", "gst_treatment", "pan", "place_of_contact")]
    assert [TAMIL_NADU, "REGISTERED", "AAACN1234F", "IN-TN"] == shown


def test_what_is_said_wins_over_what_follows(call: Call) -> None:
    contact = made(call, gst_no=TAMIL_NADU, gst_treatment="sez", pan="AAACN9999F", place_of_contact="in-od")
    shown = [contact[name] for name in ("gst_treatment", "pan", "place_of_contact")]
    assert ["SEZ", "AAACN9999F", "IN-OD"] == shown


def test_without_a_gstin_the_billing_state_is_the_place(call: Call) -> None:
    contact = made(call, billing_address={"city": "Chennai", "state_code": "IN-TN"})
    assert "IN-TN" == contact["place_of_contact"]
    assert {
        "address": None, "street2": None, "city": "Chennai", "state_code": "IN-TN", "zip": None,
        "country": "India",
    } == contact["billing_address"]  # fmt: skip


def test_the_first_person_is_primary_when_none_is(call: Call) -> None:
    persons = made(call, contact_persons=[{"first_name": "Ravi"}, {"first_name": "Uma"}])["contact_persons"]
    assert [("Ravi", True), ("Uma", False)] == [(one["first_name"], one["is_primary"]) for one in persons]
    assert 2 == len({one["contact_person_id"] for one in persons})
    persons = made(call, contact_persons=[{"first_name": "Ravi"}, {"first_name": "Uma", "is_primary": True}])
    assert [False, True] == [one["is_primary"] for one in persons["contact_persons"]]


def test_of_several_primary_persons_the_first_stays_primary(call: Call) -> None:
    flagged = [{"first_name": name, "is_primary": name != "Ravi"} for name in ("Ravi", "Uma", "Jaya")]
    contact = made(call, contact_persons=flagged)
    assert [False, True, False] == [one["is_primary"] for one in contact["contact_persons"]]
    path = f"/contacts/{contact['contact_id']}"
    contact = call.ok("PUT", path, {"contact_persons": flagged[1:]})["contact"]
    assert [True, False] == [one["is_primary"] for one in contact["contact_persons"]]


def test_two_contacts_may_have_one_name(call: Call) -> None:
    assert made(call)["contact_id"] != made(call)["contact_id"]


def test_a_contact_may_be_in_an_enabled_currency_only(call: Call, acme: finzcore.Org) -> None:
    body = {"contact_name": "Ohio Inc", "currency_code": "usd"}
    assert (400, "validation.invalid_value", "currency_code") == call.refused("POST", "/contacts", body)
    acme.enable_currency("USD")
    assert "USD" == call.ok("POST", "/contacts", body)["contact"]["currency_code"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contact_type": "FRIEND"}, "contact_type"),
        ({"contact_name": "x" * 201}, "contact_name"),
        ({"contact_name": 7}, "contact_name"),
        ({"contact_name": "two\nlines"}, "contact_name"),
        ({"contact_name": "\u202egnp"}, "contact_name"),
        ({"gst_no": "29AAACN1234F1Z"}, "gst_no"),
        ({"gst_no": "99AAACN1234FIZ5"}, "gst_no"),
        ({"gst_treatment": "EXEMPT"}, "gst_treatment"),
        ({"pan": "AAACN12345"}, "pan"),
        ({"place_of_contact": "IN-XX"}, "place_of_contact"),
        ({"email": "nobody"}, "email"),
        ({"phone": "9" * 101}, "phone"),
        ({"website": "w" * 101}, "website"),
        ({"billing_address": "9 Mount Rd"}, "billing_address"),
        ({"billing_address": {"state_code": "TN"}}, "billing_address.state_code"),
        ({"shipping_address": {"zip": 600002}}, "shipping_address.zip"),
        ({"contact_persons": [{"first_name": "Uma", "email": "uma"}]}, "contact_persons[0].email"),
        ({"contact_persons": ["Uma"]}, "contact_persons[0]"),
        ({"payment_terms": 366}, "payment_terms"),
        ({"payment_terms": -1}, "payment_terms"),
        ({"payment_terms": "1.5"}, "payment_terms"),
        ({"opening_balance": "12.345"}, "opening_balance"),
        ({"opening_balance": True}, "opening_balance"),
        ({"credit_limit": -1}, "credit_limit"),
        ({"currency_code": "RUPEE"}, "currency_code"),
        ({"currency_code": "XYZ"}, "currency_code"),
        ({"status": "ARCHIVED"}, "status"),
    ],
)
def test_a_value_that_will_not_do_is_refused_by_its_field(
    call: Call, fields: dict[str, Any], field: str
) -> None:
    body = {"contact_name": "Asha Stores"} | fields
    assert (400, "validation.invalid_value", field) == call.refused("POST", "/contacts", body)
    assert [] == names(call)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "contact_name"),
        ({"contact_name": None}, "contact_name"),
        ({"contact_name": "   "}, "contact_name"),
        ({"contact_name": "A", "contact_persons": [{}]}, "contact_persons[0].first_name"),
    ],
)
def test_a_required_field_is_missed(call: Call, body: dict[str, Any], field: str) -> None:
    assert (400, "validation.required_field", field) == call.refused("POST", "/contacts", body)


def test_a_list_must_be_a_list(call: Call) -> None:
    body = {"contact_name": "A", "contact_persons": {"first_name": "Ravi"}}
    assert (422, "validation.failed", "contact_persons") == call.refused("POST", "/contacts", body)


def test_every_problem_of_a_body_is_named_at_once(call: Call) -> None:
    body = {
        "email": "nobody",
        "payment_terms": 400,
        "contact_persons": "Ravi",
        "billing_address": {"state_code": "IN-XX"},
    }
    answer = call("POST", "/contacts", body)
    assert 422 == answer.status
    said = answer.json()
    assert ("validation.failed", "contact_persons") == (said["code"], said["field"])
    assert [
        ("validation.failed", "contact_persons"),
        ("validation.required_field", "contact_name"),
        ("validation.invalid_value", "email"),
        ("validation.invalid_value", "payment_terms"),
        ("validation.invalid_value", "billing_address.state_code"),
    ] == [(fault["code"], fault["field"]) for fault in said["details"]["errors"]]


def test_two_spellings_may_agree_but_not_contradict(call: Call) -> None:
    same = {"contact_name": "A", "gst_no": KARNATAKA, "gstin": KARNATAKA.lower()}
    assert KARNATAKA == call.ok("POST", "/contacts", same)["contact"]["gst_no"]
    other = same | {"gst_number": TAMIL_NADU}
    assert (400, "validation.invalid_value", "gst_no") == call.refused("POST", "/contacts", other)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"gstin": KARNATAKA, "gst_no": TAMIL_NADU}, "'gstin' and 'gst_no' say different things."),
        ({"gst_no": KARNATAKA, "gstin": TAMIL_NADU}, "'gst_no' and 'gstin' say different things."),
        (
            {"gst_no": "", "gstin": KARNATAKA, "gst_number": TAMIL_NADU},
            "'gstin' and 'gst_number' say different things.",
        ),
    ],
)
def test_two_spellings_that_contradict_are_both_named(call: Call, body: dict[str, Any], message: str) -> None:
    said = call("POST", "/contacts", {"contact_name": "A"} | body).json()
    assert ("gst_no", message) == (said["field"], said["message"])


def test_an_unreadable_spelling_contradicts_nothing(call: Call) -> None:
    body = {"contact_name": "A", "gst_no": KARNATAKA, "gstin": "29AAACN1234F1Z"}
    said = call("POST", "/contacts", body).json()
    assert ["gstin"] == [one["field"] for one in said["details"]["errors"]]


def test_a_misspelled_gstin_is_told_with_whatever_else_is_wrong(call: Call) -> None:
    body = {"contact_name": "A", "gst_no": "29AAACN1234F1Z", "payment_terms": 366}
    said = call("POST", "/contacts", body).json()
    assert "29AAACN1234F1Z" == said["details"]["received"]
    assert ["gst_no", "payment_terms"] == [one["field"] for one in said["details"]["errors"]]
    contact = made(call)["contact_id"]
    said = call("PUT", f"/contacts/{contact}", {"gst_no": "88AAACN1234F1Z", "status": "GONE"}).json()
    assert ["gst_no", "status"] == [one["field"] for one in said["details"]["errors"]]


def test_unknown_fields_are_ignored(call: Call) -> None:
    contact = made(call, contact_id="ct_1", created_time="1999-01-01", search="x", opening_entry=7)
    assert "2026-05-19T05:00:00" == contact["created_time"]
    assert {"search", "opening_entry"}.isdisjoint(contact)


def test_the_check_digit_counts_when_the_organisation_says_so(call: Call, acme: finzcore.Org) -> None:
    # The check character of 29AAACN1234F1Z is T (gst.md §1.3).
    wrong = {"contact_name": "A", "gst_no": "29AAACN1234F1ZX"}
    assert 201 == call("POST", "/contacts", wrong).status
    acme.set_preferences(validateGstinChecksum=True)
    assert (400, "validation.invalid_value", "gst_no") == call.refused("POST", "/contacts", wrong)


# ----- opening balance -----


@pytest.mark.parametrize(
    ("contact_type", "opening", "receivable", "payable", "equity"),
    [
        ("CUSTOMER", 1500, 1500, 0, 1500),
        ("BOTH", "1500.00", 1500, 0, 1500),
        ("CUSTOMER", -200, -200, 0, -200),
        ("VENDOR", 900, 0, 900, -900),
        ("VENDOR", -900, 0, -900, 900),
    ],
)
def test_an_opening_balance_is_posted(
    call: Call,
    acme: finzcore.Org,
    contact_type: str,
    opening: Any,
    receivable: int,
    payable: int,
    equity: int,
) -> None:
    made(call, contact_type=contact_type, opening_balance=opening)
    balances = {row["code"]: row["current_balance"] for row in call.ok("GET", "/accounts")["accounts"]}
    assert (receivable, payable, equity) == (balances["1040"], balances["2010"], balances["3030"])


def test_an_opening_balance_stays_as_it_was_posted(call: Call) -> None:
    contact = made(call, opening_balance=1500)
    path = f"/contacts/{contact['contact_id']}"
    assert 1500 == call.ok("PUT", path, {"opening_balance": "1500.00"})["contact"]["opening_balance"]
    for other in (1501, None):
        refusal = call.refused("PUT", path, {"opening_balance": other})
        assert (400, "validation.invalid_value", "opening_balance") == refusal


def test_an_opening_balance_needs_an_open_period(call: Call, acme: finzcore.Org) -> None:
    acme.lock_period("2026-05-19", "Audit")
    body = {"contact_name": "A", "opening_balance": 1}
    assert (400, "validation.invalid_value", "opening_balance") == call.refused("POST", "/contacts", body)
    assert 201 == call("POST", "/contacts", {"contact_name": "A"}).status


# ----- get, update, archive, delete -----


def test_a_contact_is_found_by_its_id_alone(call: Call) -> None:
    contact = made(call)
    said = call.ok("GET", f"/contacts/{contact['contact_id']}")
    assert (0, "success", contact) == (said["code"], said["message"], said["contact"])


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE", "POST"])
def test_an_id_of_another_organisation_is_a_typo(engine: finzcore.Engine, call: Call, verb: str) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = other.contacts.create(contact_name="Theirs")["contact_id"]
    unknown = "ct_" + "0" * 32
    said = []
    for key in (theirs, unknown, "nonsense"):
        answer = call(verb, f"/contacts/{key}{'/archive' if verb == 'POST' else ''}", {})
        assert 404 == answer.status
        body = answer.json()
        assert f"Contact '{key}' not found in this org." == body["message"]
        said.append((body["code"], body["field"], sorted(body)))
    assert [("not_found.resource", "contact_id", ["code", "field", "message", "request_id"])] * 3 == said
    assert "Theirs" == other.contacts.get(theirs)["contact_name"]


def test_an_update_changes_what_it_names_and_nothing_else(call: Call, clock: FrozenClock) -> None:
    contact = made(call, gst_no=TAMIL_NADU, email="hi@np.example", phone="+91 44 1111 2222", payment_terms=15)
    clock.move(minutes=1)
    said = call.ok("PUT", f"/contacts/{contact['contact_id']}", {"email": "new@np.example"})
    assert "The contact has been updated." == said["message"]
    assert (
        contact
        | {
            "email": "new@np.example",
            "last_modified_time": "2026-05-19T05:01:00",
        }
        == said["contact"]
    )


def test_null_clears_what_may_be_empty(call: Call) -> None:
    contact = made(
        call, email="hi@np.example", credit_limit=500, payment_terms=15, billing_address={"city": "Pune"},
        contact_persons=[{"first_name": "Ravi"}],
    )  # fmt: skip
    cleared = dict.fromkeys(("email", "credit_limit", "payment_terms", "billing_address", "contact_persons"))
    after = call.ok("PUT", f"/contacts/{contact['contact_id']}", cleared)["contact"]
    assert [None, None, 0, None, []] == [after[name] for name in cleared]
    refusal = call.refused("PUT", f"/contacts/{contact['contact_id']}", {"contact_name": None})
    assert (400, "validation.required_field", "contact_name") == refusal


def test_an_update_names_every_problem_too(call: Call) -> None:
    path = f"/contacts/{made(call)['contact_id']}"
    said = call("PUT", path, {"email": "x", "contact_name": "", "status": "GONE"}).json()
    assert [
        ("validation.required_field", "contact_name"),
        ("validation.invalid_value", "email"),
        ("validation.invalid_value", "status"),
    ] == [(fault["code"], fault["field"]) for fault in said["details"]["errors"]]


def test_what_followed_from_the_old_gstin_follows_from_the_new_one(call: Call) -> None:
    contact = made(call, gst_no=TAMIL_NADU)
    path = f"/contacts/{contact['contact_id']}"
    after = call.ok("PUT", path, {"gst_no": "27AAPFU0939F1ZV"})["contact"]
    assert ["AAPFU0939F", "IN-MH"] == [after["pan"], after["place_of_contact"]]
    after = call.ok("PUT", path, {"gst_no": None})["contact"]
    assert ["UNREGISTERED", None, None] == [
        after[name] for name in ("gst_treatment", "pan", "place_of_contact")
    ]


def test_what_somebody_said_stays_when_the_gstin_changes(call: Call) -> None:
    contact = made(call, gst_no=TAMIL_NADU, gst_treatment="SEZ", pan="AAACN9999F", place_of_contact="IN-KL")
    after = call.ok("PUT", f"/contacts/{contact['contact_id']}", {"gst_no": KARNATAKA})["contact"]
    assert ["SEZ", "AAACN9999F", "IN-KL"] == [
        after[name] for name in ("gst_treatment", "pan", "place_of_contact")
    ]


def test_a_display_name_follows_the_name_until_it_is_its_own(call: Call) -> None:
    path = f"/contacts/{made(call)['contact_id']}"
    assert "Asha & Co" == call.ok("PUT", path, {"contact_name": "Asha & Co"})["contact"]["display_name"]
    assert "AC" == call.ok("PUT", path, {"display_name": "AC"})["contact"]["display_name"]
    assert "AC" == call.ok("PUT", path, {"contact_name": "Asha"})["contact"]["display_name"]


def test_archive_makes_inactive_and_status_brings_back(call: Call) -> None:
    path = f"/contacts/{made(call)['contact_id']}"
    said = call.ok("POST", f"{path}/archive")
    assert ("The contact has been archived.", "INACTIVE") == (said["message"], said["contact"]["status"])
    assert "INACTIVE" == call.ok("POST", f"{path}/archive")["contact"]["status"]
    assert "ACTIVE" == call.ok("PUT", path, {"status": "active"})["contact"]["status"]


def test_what_nothing_uses_can_be_deleted(call: Call) -> None:
    path = f"/contacts/{made(call)['contact_id']}"
    assert {"code": 0, "message": "The contact has been deleted."} == call.ok("DELETE", path)
    assert (404, "not_found.resource", "contact_id") == call.refused("GET", path)


def test_what_has_an_opening_entry_cannot_be_deleted(call: Call) -> None:
    path = f"/contacts/{made(call, opening_balance=5)['contact_id']}"
    assert (400, "validation.invalid_value", None) == call.refused("DELETE", path)
    assert 200 == call("GET", path).status


def test_a_contact_writes_its_history(call: Call, engine: finzcore.Engine, acme: finzcore.Org) -> None:
    before = len(events(engine, acme))
    path = f"/contacts/{made(call)['contact_id']}"
    call.ok("PUT", path, {"payment_terms": 30, "credit_limit": "99.50"})
    call.ok("PUT", path, {"payment_terms": 30})
    call.ok("POST", f"{path}/archive")
    call.ok("DELETE", path)
    told = events(engine, acme)[before:]
    words = ["CONTACT_CREATED", "CONTACT_UPDATED", "CONTACT_UPDATED", "CONTACT_DELETED"]
    assert words == [one["action"] for one in told] == [one["event_type"] for one in told]
    assert {
        "payment_terms": {"old": 0, "new": 30},
        "credit_limit": {"old": None, "new": 99.5},
    } == json.loads(told[1]["changes"])
    assert {"status": {"old": "ACTIVE", "new": "INACTIVE"}} == json.loads(told[2]["changes"])
    assert {"PUBLIC_API"} == {one["source"] for one in told}


# ----- lists -----


def test_lists_are_newest_first_and_filtered(call: Call) -> None:
    made(call, contact_name="Asha", contact_type="CUSTOMER")
    made(call, contact_name="Bela", contact_type="VENDOR", gst_no=TAMIL_NADU)
    made(call, contact_name="Chitra 50%", contact_type="BOTH", email="ÄRA@np.example")
    made(call, contact_name="Devi", contact_type="CUSTOMER", status="INACTIVE")
    assert ["Devi", "Chitra 50%", "Bela", "Asha"] == names(call)
    assert ["Devi", "Chitra 50%", "Asha"] == names(call, "?contact_type=CUSTOMER")
    assert ["Chitra 50%", "Bela"] == names(call, "?contact_type=vendor")
    assert ["Chitra 50%"] == names(call, "?contact_type=BOTH")
    assert ["Devi"] == names(call, "?status=INACTIVE")
    assert ["Asha"] == names(call, "?search=ASH")
    assert ["Bela"] == names(call, "?search=33aaacn")
    assert ["Chitra 50%"] == names(call, "?search=%C3%A4ra@")
    assert ["Chitra 50%"] == names(call, "?search=0%25")
    assert [] == names(call, "?search=_")
    assert [] == names(call, "?search=asha&status=INACTIVE")


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("per_page=0", 422, "validation.failed", "per_page"),
        ("per_page=-1", 422, "validation.failed", "per_page"),
        ("per_page=ten", 422, "validation.failed", "per_page"),
        ("per_page=1.5", 422, "validation.failed", "per_page"),
        ("per_page=5&per_page=6", 422, "validation.failed", "per_page"),
        ("contact_type=FRIEND", 400, "validation.invalid_value", "contact_type"),
        ("status=GONE", 400, "validation.invalid_value", "status"),
        ("search=" + "x" * 201, 422, "validation.failed", "search"),
        ("cursor=%21%21", 400, "validation.invalid_value", "cursor"),
        ("cursor=e30", 400, "validation.invalid_value", "cursor"),
        ("cursor=" + "A" * 501, 400, "validation.invalid_value", "cursor"),
        ("cursor=" + base64.urlsafe_b64encode(b"[1]").decode(), 400, "validation.invalid_value", "cursor"),
    ],
)
def test_a_query_that_will_not_do_is_refused(
    call: Call, query: str, status: int, code: str, field: str
) -> None:
    assert (status, code, field) == call.refused("GET", f"/contacts?{query}")


@pytest.mark.parametrize(
    ("asked", "given_"), [("7", 7), ("200", 200), ("201", 200), ("9" * 40, 200), ("", 50)]
)
def test_a_page_has_up_to_200_rows(call: Call, asked: str, given_: int) -> None:
    context = call.ok("GET", f"/contacts?per_page={asked}")["page_context"]
    assert {"per_page": given_, "has_more_page": False, "next_cursor": None} == context


def test_a_walk_meets_each_row_once_though_all_are_of_one_instant(call: Call) -> None:
    keys = [made(call, contact_name=f"Contact {number}")["contact_id"] for number in range(11)]
    met: list[str] = []
    cursor = ""
    while True:
        page = call.ok("GET", f"/contacts?per_page=3{cursor}")
        met += [row["contact_id"] for row in page["contacts"]]
        made(call, contact_name="Newcomer")
        if not page["page_context"]["has_more_page"]:
            break
        cursor = f"&cursor={page['page_context']['next_cursor']}"
    assert keys[::-1] == met
    assert page["page_context"]["next_cursor"] is None


def next_cursor(call: Call, query: str = "") -> str:
    cursor: str = call.ok("GET", f"/contacts?per_page=1{query}")["page_context"]["next_cursor"]
    return cursor


def unpacked(cursor: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return said


def packed(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def test_a_cursor_is_the_documented_keyset(call: Call) -> None:
    made(call), made(call)
    cursor = next_cursor(call)
    assert {"created_at", "id", "v", "q", "s"} == set(unpacked(cursor))
    padded = cursor + "=" * (-len(cursor) % 4)
    assert 1 == len(call.ok("GET", f"/contacts?cursor={padded}")["contacts"])


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1},
        {"id": None},
        {"created_at": "2026-01-01T00:00:00.000000Z"},
        {"created_at": "\ud800"},
        {"created_at": 5},
        {"v": 2},
        {"q": "0" * 16},
        {"s": "0" * 32},
        {"s": "é" * 16},
        {"s": None},
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(call: Call, change: dict[str, Any]) -> None:
    made(call), made(call)
    cursor = packed(unpacked(next_cursor(call)) | change)
    assert (400, "validation.invalid_value", "cursor") == call.refused("GET", f"/contacts?cursor={cursor}")


def test_a_key_of_another_type_does_not_pass_for_the_signed_one(call: Call) -> None:
    made(call), made(call)
    said = unpacked(next_cursor(call))
    cursor = packed(said | {"id": str(said["id"])})
    assert (400, "validation.invalid_value", "cursor") == call.refused("GET", f"/contacts?cursor={cursor}")


def test_a_cursor_belongs_to_its_filters_and_its_list(call: Call, engine: finzcore.Engine) -> None:
    made(call), made(call)
    cursor = next_cursor(call, "&contact_type=CUSTOMER")
    assert 1 == len(call.ok("GET", f"/contacts?contact_type=customer&cursor={cursor}")["contacts"])
    for path in ("/contacts?", "/contacts?contact_type=BOTH&", "/taxes?", "/items?", "/accounts?"):
        assert (400, "validation.invalid_value", "cursor") == call.refused("GET", f"{path}cursor={cursor}")
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = Call(engine, engine.mint_pat(org_id=other.org_id).token)
    refusal = theirs.refused("GET", f"/contacts?contact_type=CUSTOMER&cursor={cursor}")
    assert (400, "validation.invalid_value", "cursor") == refusal


def test_one_organisation_never_lists_anothers_contacts(engine: finzcore.Engine, call: Call) -> None:
    engine.create_org(name="Bharat Mills", state="IN-MH").contacts.create(contact_name="Theirs")
    assert [] == names(call)


# ----- scopes, routes, keys -----


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/contacts", "READ"),
        ("GET", "/contacts/ct_1", "READ"),
        ("POST", "/contacts", "CREATE"),
        ("PUT", "/contacts/ct_1", "UPDATE"),
        ("POST", "/contacts/ct_1/archive", "UPDATE"),
        ("DELETE", "/contacts/ct_1", "DELETE"),
    ],
)
def test_each_operation_needs_its_scope(
    engine: finzcore.Engine, acme: finzcore.Org, method: str, path: str, action: str
) -> None:
    others = {"READ", "CREATE", "UPDATE", "DELETE"} - {action}
    scopes = [f"AIBooks.contacts.{other}" for other in sorted(others)]
    lacking = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=scopes).token)
    answer = lacking(method, path, {})
    assert 403 == answer.status
    assert {"required": f"AIBooks.contacts.{action}"} == answer.json()["details"]
    having = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=[f"AIBooks.contacts.{action}"]).token)
    assert 403 != having(method, path, {}).status


def test_other_methods_are_refused_with_those_allowed(call: Call) -> None:
    answer = call("DELETE", "/contacts")
    assert (405, "GET, POST") == (answer.status, answer.header("allow"))
    assert (405, "DELETE, GET, PUT") == (
        call("POST", "/contacts/ct_1", {}).status,
        call("POST", "/contacts/ct_1", {}).header("allow"),
    )
    assert (404, "not_found.resource", None) == call.refused("POST", "/contacts/ct_1/unarchive", {})


def test_a_key_makes_a_contact_once(call: Call) -> None:
    body = {"contact_name": "Once"}
    first, again = (call("POST", "/contacts", body, key="one-key") for _ in range(2))
    assert (201, first.body) == (again.status, again.body)
    assert "true" == again.header("idempotency-replayed")
    refusal = call.refused("POST", "/contacts", {"contact_name": "Twice"}, key="one-key")
    assert (422, "idempotency.key_reused", "Idempotency-Key") == refusal
    assert ["Once"] == names(call)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=200).filter(
        lambda text: len(text) <= 60
    ),
    st.integers(0, 365),
    st.integers(0, 10**13),
)
def test_what_was_said_comes_back(call: Call, name: str, terms: int, limit: int) -> None:
    import unicodedata

    contact = made(
        call, contact_name=name, payment_terms=terms, credit_limit=f"{limit // 100}.{limit % 100:02}"
    )
    assert (unicodedata.normalize("NFC", name), terms) == (contact["contact_name"], contact["payment_terms"])
    assert limit == contact["credit_limit"] * 100
    assert contact == call.ok("GET", f"/contacts/{contact['contact_id']}")["contact"]
