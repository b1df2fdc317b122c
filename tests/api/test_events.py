"""The stream of events: all that happened, in order, without a gap (`api.md` §6.5)."""

from typing import Any

import pytest

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.resources.events import OF_BOOKS, OF_NOBODY, shown_as
from finzcore.testing import Call, FrozenClock
from tests.engines import on_sqlite
from tests.oauth.shop import Shop
from tests.trade import Trade

Told = dict[str, Any]


def events(call: Call, query: str = "limit=1000") -> list[Told]:
    found: list[Told] = call.ok("GET", f"/events?{query}")["events"]
    return found


def test_an_event_is_shown_with_its_place_and_what_a_webhook_says(
    call: Call, acme: finzcore.Org, clock: FrozenClock
) -> None:
    clock.move(seconds=7)
    contact = call.ok("POST", "/contacts", {"contact_name": "Asha Stores"})["contact"]["contact_id"]
    *_, last = events(call)
    (logged,) = call.ok("GET", f"/activity?entity_type=CONTACT&entity_id={contact}")["activity"]
    assert {
        "seq": 4,
        "event_id": logged["event_id"],
        "event_type": "CONTACT_CREATED",
        "action": "CONTACT_CREATED",
        "entity_type": "CONTACT",
        "entity_id": contact,
        "occurred_at": "2026-05-19T05:00:07Z",
        "data": {"id": contact, "name": "Asha Stores"},
    } == last


def test_the_stream_is_walked_by_its_places(call: Call, acme: finzcore.Org) -> None:
    for number in range(4):
        call.ok("POST", "/contacts", {"contact_name": f"Customer {number}"})
    everything = events(call)
    assert list(range(1, 8)) == [one["seq"] for one in everything]
    walked, after = [], 0
    for more in (True, True, False):
        page = call.ok("GET", f"/events?after={after}&limit=3")
        after = page["page_context"]["next_after"]
        walked += page["events"]
        assert {"has_more_page": more, "next_after": walked[-1]["seq"]} == page["page_context"]
    assert everything == walked == events(call, "") == list(acme.events.all(limit=2))
    # At the end, and beyond it, it waits where it is.
    for place in (7, 8, 10**12):
        page = call.ok("GET", f"/events?after={place}")
        assert ([], {"has_more_page": False, "next_after": place}) == (page["events"], page["page_context"])
    call.ok("POST", "/contacts", {"contact_name": "Later"})
    assert [8] == [one["seq"] for one in events(call, f"after={after}")]


def test_python_walks_on_from_a_place(call: Call, acme: finzcore.Org) -> None:
    page = acme.events.list(limit=2)
    assert (2, True, None) == (page.next_after, page.has_more_page, page.next_cursor)
    rest = acme.events.list(after=page.next_after)
    assert ([3], 3, False) == ([one["seq"] for one in rest], rest.next_after, rest.has_more_page)


def test_what_was_deleted_is_told_of_too(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    draft = trade.invoice(trade.contact(), 100, auto_approve=False)["invoice_id"]
    call.ok("DELETE", f"/invoices/{draft}")
    *_, last = events(call)
    assert ("INVOICE_DELETED", draft, draft) == (last["event_type"], last["entity_id"], last["data"]["id"])


def test_an_approved_invoice_is_both_and_then_a_webhook_alone(call: Call, acme: finzcore.Org) -> None:
    trade = Trade(call, acme)
    trade.invoice(trade.contact(), 100)
    words = [(one["event_type"], one["action"]) for one in events(call)[-2:]]
    assert [("INVOICE_CREATED", "INVOICE_CREATED"), ("INVOICE_APPROVED", None)] == words


@on_sqlite  # it never reaches the books
@pytest.mark.parametrize(
    "query",
    [
        *("after=-1", "after=x", "after=1.5", f"after={10**12 + 1}", "after=1&after=2"),
        *("limit=0", "limit=-5", "limit=many"),
    ],
)
def test_a_place_that_is_none_is_refused(call: Call, query: str) -> None:
    assert (422, "validation.failed", query.partition("=")[0]) == call.refused("GET", f"/events?{query}")


@on_sqlite  # as above
def test_a_page_has_a_thousand_at_most(call: Call, acme: finzcore.Org) -> None:
    with acme.transaction():
        for number in range(1001):
            acme.contacts.create(contact_name=f"{number}")
    assert 100 == len(events(call, ""))
    for asked in ("1000", "1001", "9" * 40):
        page = call.ok("GET", f"/events?limit={asked}")
        assert (1000, True) == (len(page["events"]), page["page_context"]["has_more_page"])


@on_sqlite  # scopes are the same wherever the books are
def test_it_needs_a_scope_of_its_own(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    reader, other = (
        Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=[scope]).token)
        for scope in ("AIBooks.events.READ", "AIBooks.activity.READ")
    )
    assert 200 == reader("GET", "/events").status
    assert (403, "auth.insufficient_scope", None) == other.refused("GET", "/events")


@on_sqlite  # what is written is the same on both
def test_each_thing_that_is_told_of_has_its_own_id(
    engine: finzcore.Engine, acme: finzcore.Org, call: Call
) -> None:
    org = acme
    uma = engine.create_user(name="Uma")
    engine.add_membership(org.org_id, uma.user_id)
    Shop(engine, org, uma).pair()
    tax = org.create_tax(name="GST 6%", shape="INTRA_STATE", cgst=3, sgst=3, igst=6)["tax_id"]
    account = org.create_account(code="1099", name="Till", account_type="BANK")["account_id"]
    branch = org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    cost_center = org.add_cost_center("North")["cost_center_id"]
    salesperson = org.add_salesperson("Farah")["salesperson_id"]
    org.enable_currency("USD")
    rate = org.add_exchange_rate(from_currency="USD", rate=83, rate_date="2026-05-19")["exchange_rate_id"]
    about = {one["entity_type"]: one["entity_id"] for one in events(call)}
    assert {*OF_BOOKS, *OF_NOBODY} == about.keys()
    assert (tax, account, branch) == (about["TAX"], about["ACCOUNT"], about["BRANCH"])
    assert (cost_center, salesperson) == (about["COST_CENTER"], about["SALESPERSON"])
    assert (rate, uma.user_id) == (about["EXCHANGE_RATE"], about["USER"])
    assert org.org_id == about["ORGANISATION"]
    assert call.ok("GET", "/whoami")["token"]["token_id"] in {
        one["entity_id"] for one in events(call) if one["entity_type"] == "TOKEN"
    }


@on_sqlite  # what is written is the same on both
def test_no_secret_is_in_it(engine: finzcore.Engine, acme: finzcore.Org, call: Call) -> None:
    uma = engine.create_user(name="Uma", email="uma@acme.example")
    engine.add_membership(acme.org_id, uma.user_id)
    shop = Shop(engine, acme, uma)
    code = shop.code()
    pair = shop.redeem(code).json()
    body = call("GET", "/events?limit=1000").body.decode()
    secrets = (call.token, code, pair["access_token"], pair["refresh_token"], shop.client.client_secret)
    assert [] == [secret for secret in secrets if str(secret) in body]
    without = {one["entity_type"] for one in events(call) if one["data"] is None}
    assert {"TOKEN", "GRANT", "USER"} <= without


def test_an_id_is_made_of_whatever_the_books_tell_of(acme: finzcore.Org, engine: finzcore.Engine) -> None:
    rows = engine.look(acme._key, lambda books: books.session.find(EVENTS))
    assert all(shown_as(row["entity_type"], acme._key, row["entity_id"]) for row in rows)
    with pytest.raises(KeyError):
        shown_as("NOTHING", acme._key, 1)
