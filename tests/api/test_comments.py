"""Comments on documents: who may write them, on what, and what is told (`api.md` §4.21)."""

from typing import Any

import pytest

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.registry import RESOURCES
from finzcore.books.resources.comments import COMMENTED, RECEIPT
from finzcore.books.text import json_value
from finzcore.testing import Call, FrozenClock
from tests.api.test_journals_made import capital
from tests.trade import Trade

INVALID, REQUIRED, NOT_FOUND = "validation.invalid_value", "validation.required_field", "not_found.resource"
Body = dict[str, Any]


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def invoice(trade: Trade) -> str:
    made: str = trade.invoice(trade.contact(), 100)["invoice_id"]
    return made


def on(entity: str, key: str, body: Any = "Please look at this.") -> Body:
    return {"entity_type": entity, "entity_id": key, "body": body}


def made(call: Call, *said: Any) -> Body:
    comment: Body = call.ok("POST", "/comments", on(*said))["comment"]
    return comment


def on_record(org: finzcore.Org) -> list[Body]:
    """The events of comments, in order."""
    with org._engine.store.read(org._key) as session:
        rows = session.find(EVENTS, ascending=True)
    return [row for row in rows if (row["event_type"] or "").startswith("COMMENT_")]


def test_a_comment_says_who_wrote_what_on_which_document(
    call: Call, acme: finzcore.Org, invoice: str
) -> None:
    answer = call("POST", "/comments", on("invoice", invoice, "  First line\n\tsecond <b>line</b>  "))
    assert (201, "The comment has been created.") == (answer.status, answer.json()["message"])
    comment = answer.json()["comment"]
    assert comment["comment_id"].startswith("cmt_")
    assert {
        "comment_id": comment["comment_id"],
        "entity_type": "INVOICE",
        "entity_id": invoice,
        "body": "First line\n\tsecond <b>line</b>",
        "author_user_id": call.ok("GET", "/whoami")["token"]["user_id"],
        "created_time": "2026-05-19T05:00:00Z",
        "last_modified_time": "2026-05-19T05:00:00Z",
    } == comment
    (listed,) = call.ok("GET", f"/comments?entity_type=INVOICE&entity_id={invoice}")["comments"]
    assert comment == listed


def test_the_oldest_comes_first_page_after_page(call: Call, trade: Trade, invoice: str) -> None:
    other = trade.invoice(trade.contact("Bela"), 5)["invoice_id"]
    for number in range(5):
        made(call, "INVOICE", invoice, f"No. {number}")
        made(call, "INVOICE", other, "Elsewhere")
    path, cursor, found = f"/comments?entity_type=INVOICE&entity_id={invoice}&per_page=2", "", []
    while cursor is not None:
        said = call.ok("GET", path + (f"&cursor={cursor}" if cursor else ""))
        found.append([row["body"] for row in said["comments"]])
        cursor = said["page_context"]["next_cursor"]
    assert [["No. 0", "No. 1"], ["No. 2", "No. 3"], ["No. 4"]] == found


def documents(trade: Trade) -> dict[str, str]:
    """The id of something of every kind that there is yet and can be commented on."""
    asha = trade.contact("Asha")
    invoice = trade.invoice(asha, 100)
    return {
        "INVOICE": invoice["invoice_id"],
        "CREDIT_NOTE": trade.note(asha, 10)["credit_note_id"],
        "PAYMENT": trade.receive(asha, 5)["payment_id"],
        RECEIPT: trade.receive(asha, 5)["payment_id"],
        "JOURNAL": trade.org.journals.create(**capital(trade.org))["journal_id"],
    }


def test_every_kind_can_be_commented_on_as_soon_as_it_is_there(call: Call, trade: Trade) -> None:
    ids = documents(trade)
    for entity in COMMENTED:
        if entity in ids:
            comment = made(call, entity, ids[entity])
            assert (entity, ids[entity]) == (comment["entity_type"], comment["entity_id"])
        else:
            strange = on(entity, ids["INVOICE"])
            assert (404, NOT_FOUND, "entity_id") == call.refused("POST", "/comments", strange)
    assert {"invoices", "credit_notes", "payments", "journals"} <= set(RESOURCES)


# ----- receipts -----


def test_a_receipt_is_a_payment_that_came_in(call: Call, trade: Trade) -> None:
    asha = trade.contact("Asha")
    came, went = trade.receive(asha, 5)["payment_id"], trade.refund(asha, 5)["payment_id"]
    as_receipt, as_payment = made(call, RECEIPT, came, "In"), made(call, "PAYMENT", came, "In again")
    assert (RECEIPT, "PAYMENT") == (as_receipt["entity_type"], as_payment["entity_type"])
    made(call, "PAYMENT", went, "Out")
    assert (404, NOT_FOUND, "entity_id") == call.refused("POST", "/comments", on(RECEIPT, went))

    def bodies(entity: str, key: str) -> list[str]:
        said = call.ok("GET", f"/comments?entity_type={entity}&entity_id={key}")["comments"]
        return [row["body"] for row in said]

    assert ["In", "In again"] == bodies(RECEIPT, came) == bodies("PAYMENT", came)
    assert (["Out"], []) == (bodies("PAYMENT", went), bodies(RECEIPT, went))


# ----- what is not there -----


def test_unknown_and_foreign_documents_are_one_case(call: Call, acme: finzcore.Org, trade: Trade) -> None:
    other = acme._engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = documents(Trade(Call(acme._engine, acme._engine.mint_pat(org_id=other.org_id).token), other))
    ids = documents(trade)

    def answer(entity: str, key: str) -> tuple[int, dict[str, Any]]:
        given = call("POST", "/comments", on(entity, key))
        said = given.json()
        said["message"] = said["message"].replace(key, "<id>")
        return given.status, {name: said[name] for name in ("code", "field", "message")}

    for entity, key in theirs.items():
        unknown = ids["INVOICE" if entity != "INVOICE" else "CREDIT_NOTE"]
        never = answer(entity, unknown)
        assert (404, NOT_FOUND, "entity_id") == (never[0], never[1]["code"], never[1]["field"])
        assert never == answer(entity, key)
        for strange in (key, unknown):
            said = call.ok("GET", f"/comments?entity_type={entity}&entity_id={strange}")
            assert ([], None) == (said["comments"], said["page_context"]["next_cursor"])
    assert [] == on_record(acme)


def test_what_is_gone_has_no_comments_any_more(call: Call, acme: finzcore.Org, trade: Trade) -> None:
    journal = documents(trade)["JOURNAL"]
    comment = made(call, "JOURNAL", journal)
    acme.journals.delete(journal)
    assert (404, NOT_FOUND, "entity_id") == call.refused("POST", "/comments", on("JOURNAL", journal))
    assert [] == call.ok("GET", f"/comments?entity_type=JOURNAL&entity_id={journal}")["comments"]
    # Its author may still take it away.
    call.ok("DELETE", f"/comments/{comment['comment_id']}")
    assert None is on_record(acme)[-1]["entity_ref"]


def test_what_is_no_comment_is_refused_by_its_field(call: Call, invoice: str) -> None:
    good = on("INVOICE", invoice)
    for change, expected in (
        ({"body": None}, (400, REQUIRED, "body")),
        ({"body": " \n "}, (400, REQUIRED, "body")),
        ({"body": 5}, (400, INVALID, "body")),
        ({"body": "x" * 5001}, (400, INVALID, "body")),
        ({"body": "a\x07b"}, (400, INVALID, "body")),
        ({"entity_type": None}, (400, REQUIRED, "entity_type")),
        ({"entity_type": "CONTACT"}, (400, INVALID, "entity_type")),
        ({"entity_type": "SHELF"}, (400, INVALID, "entity_type")),
        ({"entity_id": None}, (400, REQUIRED, "entity_id")),
        ({"entity_id": 5}, (400, INVALID, "entity_id")),
        ({"entity_id": "inv_1"}, (404, NOT_FOUND, "entity_id")),
    ):
        assert expected == call.refused("POST", "/comments", good | change), change
    assert 201 == call("POST", "/comments", good | {"body": "x" * 5000}).status


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (400, REQUIRED, "entity_type")),
        ("entity_type=INVOICE", (400, REQUIRED, "entity_id")),
        ("entity_id=inv_1", (400, REQUIRED, "entity_type")),
        ("entity_type=CONTACT&entity_id=ct_1", (400, INVALID, "entity_type")),
    ],
)
def test_a_list_is_that_of_one_document(query: str, expected: tuple[int, str, str], call: Call) -> None:
    assert expected == call.refused("GET", f"/comments?{query}")


# ----- authors -----


def test_only_the_author_changes_and_deletes(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, invoice: str, clock: FrozenClock
) -> None:
    path = f"/comments/{made(call, 'INVOICE', invoice)['comment_id']}"
    ravi = engine.create_user(name="Ravi")
    engine.add_membership(acme.org_id, ravi.user_id)
    his = Call(engine, engine.mint_pat(org_id=acme.org_id, user_id=ravi.user_id).token)
    assert (403, "auth.insufficient_scope", None) == his.refused("PUT", path, {"body": "His"})
    assert (403, "auth.insufficient_scope", None) == his.refused("DELETE", path)
    # Another token of the same user is the same author.
    again = Call(engine, engine.mint_pat(org_id=acme.org_id).token)
    clock.move(minutes=5)
    answer = again("PUT", path, {"body": "Mine"})
    assert (200, "The comment has been updated.") == (answer.status, answer.json()["message"])
    comment = answer.json()["comment"]
    assert ("Mine", "2026-05-19T05:00:00Z", "2026-05-19T05:05:00Z") == tuple(
        comment[name] for name in ("body", "created_time", "last_modified_time")
    )
    assert [comment] == call.ok("GET", f"/comments?entity_type=INVOICE&entity_id={invoice}")["comments"]
    assert {"code": 0, "message": "The comment has been deleted."} == again.ok("DELETE", path)
    assert (404, NOT_FOUND, "comment_id") == again.refused("DELETE", path)
    assert (404, NOT_FOUND, "comment_id") == again.refused("PUT", path, {"body": "Late"})


def test_python_callers_without_a_user_write_as_nobody(call: Call, acme: finzcore.Org, invoice: str) -> None:
    theirs = acme.comments.create(entity_type="INVOICE", entity_id=invoice, body="From the shop")
    assert None is theirs["author_user_id"]
    path = f"/comments/{theirs['comment_id']}"
    assert (403, "auth.insufficient_scope", None) == call.refused("PUT", path, {"body": "Mine"})
    assert "Changed" == acme.comments.update(theirs["comment_id"], body="Changed")["body"]
    mine = made(call, "INVOICE", invoice)
    with pytest.raises(finzcore.FinzError, match="author"):
        acme.comments.delete(mine["comment_id"])


def test_a_comment_stays_on_its_document(call: Call, trade: Trade, invoice: str) -> None:
    other = trade.invoice(trade.contact("Bela"), 5)["invoice_id"]
    path = f"/comments/{made(call, 'INVOICE', invoice)['comment_id']}"
    changed = call.ok("PUT", path, {"body": "Moved?", "entity_id": other, "author_user_id": "usr_1"})[
        "comment"
    ]
    assert ("Moved?", invoice) == (changed["body"], changed["entity_id"])
    assert (400, REQUIRED, "body") == call.refused("PUT", path, {"body": None})
    assert (400, INVALID, "body") == call.refused("PUT", path, {"body": "x" * 5001})


def test_a_comment_of_another_organisation_is_not_found(call: Call, acme: finzcore.Org, invoice: str) -> None:
    other = acme._engine.create_org(name="Bharat Mills", state="IN-MH")
    theirs = other.comments.create(**on("JOURNAL", other.journals.create(**capital(other))["journal_id"]))
    for strange in (theirs["comment_id"], "cmt_1", "cmt_" + "0" * 32):
        assert (404, NOT_FOUND, "comment_id") == call.refused("PUT", f"/comments/{strange}", {"body": "x"})
        assert (404, NOT_FOUND, "comment_id") == call.refused("DELETE", f"/comments/{strange}")


@pytest.mark.parametrize("word", ["CREATE", "READ", "UPDATE", "DELETE"])
def test_each_call_needs_its_scope(word: str, call: Call, acme: finzcore.Org, invoice: str) -> None:
    comment = made(call, "INVOICE", invoice)["comment_id"]
    calls: dict[str, tuple[str, str, Any]] = {
        "CREATE": ("POST", "/comments", on("INVOICE", invoice)),
        "READ": ("GET", f"/comments?entity_type=INVOICE&entity_id={invoice}", None),
        "UPDATE": ("PUT", f"/comments/{comment}", {"body": "x"}),
        "DELETE": ("DELETE", f"/comments/{comment}", None),
    }
    engine = acme._engine
    mine = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=[f"AIBooks.comments.{word}"]).token)
    for other, asked in calls.items():
        if other != word:
            assert (403, "auth.insufficient_scope", None) == mine.refused(*asked)
    assert mine(*calls[word]).status < 300


# ----- once, and on record -----


def test_a_request_that_is_sent_again_comments_once(call: Call, invoice: str) -> None:
    first, again = (call("POST", "/comments", on("INVOICE", invoice), key="once") for _ in range(2))
    assert (201, first.body, "true") == (again.status, again.body, again.header("Idempotency-Replayed"))
    assert 1 == len(call.ok("GET", f"/comments?entity_type=INVOICE&entity_id={invoice}")["comments"])


def test_each_step_is_one_event_of_the_document(call: Call, acme: finzcore.Org, invoice: str) -> None:
    comment = made(call, "INVOICE", invoice, "One")
    path = f"/comments/{comment['comment_id']}"
    call.ok("PUT", path, {"body": "Two"})
    call.ok("PUT", path, {"body": "Two"})  # changes nothing
    call.ok("DELETE", path)
    rows = on_record(acme)
    assert [
        ("INVOICE_COMMENT_ADDED", "COMMENT_CREATED", None),
        ("INVOICE_COMMENT_UPDATED", "COMMENT_UPDATED", {"body": {"old": "One", "new": "Two"}}),
        ("INVOICE_COMMENT_DELETED", "COMMENT_DELETED", {"body": {"old": "Two", "new": None}}),
    ] == [(row["action"], row["event_type"], json_value(row["changes"] or "null")) for row in rows]
    assert {("INVOICE", "INV-2627-001")} == {(row["entity_type"], row["entity_ref"]) for row in rows}
    said = {"id": comment["comment_id"], "entity_type": "INVOICE", "entity_id": invoice}
    assert [said] * 3 == [json_value(row["data"]) for row in rows]
    assert [] == acme._engine.verify()


def test_a_locked_period_can_be_talked_about(call: Call, acme: finzcore.Org, invoice: str) -> None:
    acme.lock_period("2026-05-31", reason="Filed")
    made(call, "INVOICE", invoice)
