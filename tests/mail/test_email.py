"""Documents sent by mail through the API: `api.md` §4.17, on both engines."""

import re
from typing import Any

import pytest

import finzcore
from finzcore.books import printing
from finzcore.books.mail.queue import MAILS
from finzcore.books.papers import mailing
from finzcore.testing import Call, FrozenClock
from tests.selling import INVALID, REQUIRED, Seller
from tests.snapshot import changed, snapshot
from tests.trade import Trade

Body = dict[str, Any]
TO = "accounts@asha.example"
PLAIN = {"to": [TO], "attach_pdf": False}


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def mail(seller: Seller, document: Body, **body: Any) -> Body:
    sent: Body = seller.call.ok("POST", path_of(document), PLAIN | body)["email"]
    return sent


def path_of(document: Body) -> str:
    noun = "credit_note" if "credit_note_id" in document else "invoice"
    return f"/{noun}s/{document[f'{noun}_id']}/email"


def mails(org: finzcore.Org) -> list[dict[str, Any]]:
    with org._engine.store.read(org._key) as session:
        return session.find(MAILS, ascending=True)


def test_the_answer_says_what_was_queued(seller: Seller) -> None:
    said = seller.call.ok(
        "POST", path_of(seller.posted()), PLAIN | {"cc": ["b@c.in"], "bcc": ["d@e.in", "f@g.in"]}
    )
    email = said["email"]
    assert re.fullmatch(r"em_[0-9a-f]{32}@finzcore\.invalid", email.pop("message_id"))
    assert {
        "code": 0,
        "message": "The invoice has been emailed.",
        "email": {
            "to": [TO],
            "cc": ["b@c.in"],
            "bcc_count": 2,
            "subject": "Invoice INV-2627-001 from Acme Traders",
            "attached_pdf": False,
            "sent_time": "2026-05-19T05:00:00Z",
        },
    } == said


def test_one_address_may_stand_for_a_list_of_one(seller: Seller) -> None:
    assert [TO] == mail(seller, seller.posted(), to=TO)["to"]


def test_a_credit_note_is_mailed_in_the_same_way(seller: Seller) -> None:
    note = seller.credit(seller.posted(), 1)
    said = seller.call.ok("POST", path_of(note), PLAIN)
    assert "The credit note has been emailed." == said["message"]
    assert "Credit note CN-2627-001 from Acme Traders" == said["email"]["subject"]


def test_what_is_left_out_greets_the_customer_with_the_number_and_the_total(seller: Seller) -> None:
    mail(seller, seller.posted())
    (row,) = mails(seller.org)
    assert (
        "<p>Dear Asha Stores,</p>\n"
        "<p>This is about invoice <strong>INV-2627-001</strong> for ₹14,160.00.</p>\n"
        "<p>With regards,<br>Acme Traders</p>"
    ) == row["html"]


def test_a_greeting_says_names_as_they_are(seller: Seller) -> None:
    customer = seller.contact("<b>Ravi & Sons</b>")
    mail(seller, seller.posted(customer_id=customer))
    assert "Dear &lt;b&gt;Ravi &amp; Sons&lt;/b&gt;," in mails(seller.org)[0]["html"]


def test_what_is_given_is_taken_and_made_harmless(seller: Seller) -> None:
    body = '<p onload=x()>नमस्ते<script>alert(1)</script> <img src="https://x.in/p.gif"></p>'
    said = mail(seller, seller.posted(), subject=" Your चालान ", body_html=body)
    assert "Your चालान" == said["subject"]
    assert "<p>नमस्ते </p>" == mails(seller.org)[0]["html"]


def test_a_document_stays_as_it_is_and_a_draft_stays_a_draft(seller: Seller) -> None:
    for invoice in (seller.draft(), seller.posted()):
        mail(seller, invoice)
        assert invoice == seller.again(invoice)


def test_mailing_is_one_event_without_changes_for_the_log_and_for_webhooks(seller: Seller) -> None:
    invoice = seller.posted()
    mail(seller, invoice)
    event = seller.events()[-1]
    assert ("INVOICE_SENT", "INVOICE_SENT", "INV-2627-001", None) == tuple(
        event[name] for name in ("action", "event_type", "entity_ref", "changes")
    )
    mail(seller, seller.credit(invoice, 1))
    assert "CREDIT_NOTE_SENT" == seller.events("CREDIT_NOTE")[-1]["action"]


def test_a_cancelled_document_is_not_mailed(seller: Seller, call: Call) -> None:
    invoice = seller.posted()
    seller.act(invoice, "void")
    said = call("POST", path_of(invoice), PLAIN).json()
    assert (INVALID, "status") == (said["code"], said["field"])
    allowed = {"DRAFT", "SENT", "OVERDUE", "PARTIALLY_PAID", "PAID", "CREDIT_APPLIED"}
    assert allowed == set(said["details"]["allowed"])
    assert "CANCELLED" == said["details"]["current_status"]
    assert [] == mails(seller.org)


def test_every_other_status_is_mailed(seller: Seller, call: Call, clock: FrozenClock) -> None:
    trade = Trade(call, seller.org)
    part, paid, credited, late = (trade.invoice(seller.customer, 100) for _ in range(4))
    trade.receive(seller.customer, 40, (part, 40))
    trade.receive(seller.customer, 100, (paid, 100))
    trade.apply_note(trade.note(seller.customer, 100), credited)
    clock.move(days=40)
    shown = [seller.again(one)["status"] for one in (part, paid, credited, late)]
    assert ["PARTIALLY_PAID", "PAID", "CREDIT_APPLIED", "OVERDUE"] == shown
    for invoice in (part, paid, credited, late):
        mail(seller, invoice)
    assert 4 == len(mails(seller.org))


def addresses(count: int) -> list[str]:
    return [f"a{number}@b.in" for number in range(count)]


REFUSED: dict[str, tuple[Body, str, str]] = {
    "nobody": ({"to": None}, REQUIRED, "to"),
    "an empty list": ({"to": []}, REQUIRED, "to"),
    "an empty text": ({"to": ""}, REQUIRED, "to"),
    "an empty address": ({"to": [""]}, INVALID, "to[0]"),
    "no address": ({"to": ["asha"]}, INVALID, "to[0]"),
    "no address alone": ({"to": "asha"}, INVALID, "to[0]"),
    "the second is none": ({"to": [TO, "a b@c.in"]}, INVALID, "to[1]"),
    "a name beside it": ({"to": [f"Asha <{TO}>"]}, INVALID, "to[0]"),
    "two in one": ({"to": [f"{TO}, b@c.in"]}, INVALID, "to[0]"),
    "another header": ({"to": [f"{TO}\r\nBcc: x@evil.example"]}, INVALID, "to[0]"),
    "a line break at the end": ({"to": [f"{TO}\n"]}, INVALID, "to[0]"),
    "a line break alone": ({"to": f"{TO}\r"}, INVALID, "to[0]"),
    "no text": ({"to": [5]}, INVALID, "to[0]"),
    "nothing in the list": ({"to": [None]}, INVALID, "to[0]"),
    "a copy to nobody": ({"cc": ["x"]}, INVALID, "cc[0]"),
    "a blind copy to nobody": ({"bcc": [TO, TO, "x@"]}, INVALID, "bcc[2]"),
    "51 in one list": ({"to": addresses(51)}, INVALID, "to"),
    "51 in two lists": ({"to": addresses(50), "cc": [TO]}, INVALID, "cc"),
    "51 in three lists": ({"to": addresses(20), "cc": addresses(20), "bcc": addresses(11)}, INVALID, "bcc"),
    "a subject of two lines": ({"subject": "a\nb"}, INVALID, "subject"),
    "a subject with a header": ({"subject": "a\r\nBcc: x@evil.example"}, INVALID, "subject"),
    "a subject that ends with a line break": ({"subject": "a\n"}, INVALID, "subject"),
    "an encoded subject": ({"subject": "=?utf-8?q?a=0D=0ABcc:_x=40evil.example?="}, INVALID, "subject"),
    "a subject too long": ({"subject": "x" * 501}, INVALID, "subject"),
    "a body too long": ({"body_html": "x" * 50_001}, INVALID, "body_html"),
    "a body with controls": ({"body_html": "a\x01"}, INVALID, "body_html"),
    "no flag": ({"attach_pdf": "maybe"}, INVALID, "attach_pdf"),
}


@pytest.mark.parametrize(("body", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_mailed_is_refused_by_name(seller: Seller, body: Body, code: str, field: str) -> None:
    invoice = seller.draft()
    assert (400, code, field) == seller.call.refused("POST", path_of(invoice), PLAIN | body)
    assert [] == mails(seller.org)


@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_a_list_that_is_none_breaks_the_schema(seller: Seller, field: str) -> None:
    refused = seller.call.refused("POST", path_of(seller.draft()), PLAIN | {field: {"a": TO}})
    assert (422, "validation.failed", field) == refused


@pytest.mark.parametrize("lists", [(50, 0, 0), (1, 49, 0), (20, 20, 10)])
def test_fifty_recipients_and_the_longest_texts_are_taken(
    seller: Seller, lists: tuple[int, int, int]
) -> None:
    to, cc, bcc = map(addresses, lists)
    said = mail(seller, seller.draft(), to=to, cc=cc, bcc=bcc, subject="य" * 500, body_html="x" * 50_000)
    assert (to, cc, lists[2], "य" * 500) == (said["to"], said["cc"], said["bcc_count"], said["subject"])
    assert "x" * 50_000 == mails(seller.org)[0]["html"]


def test_it_takes_the_right_to_update(engine: finzcore.Engine, acme: finzcore.Org, seller: Seller) -> None:
    path = path_of(seller.posted())
    for scope, status in (("invoices.CREATE", 403), ("creditnotes.UPDATE", 403), ("invoices.UPDATE", 200)):
        token = engine.mint_pat(org_id=acme.org_id, scopes=[f"AIBooks.{scope}"]).token
        assert status == Call(engine, token)("POST", path, PLAIN).status


def test_another_organisation_cannot_mail_it(engine: finzcore.Engine, seller: Seller) -> None:
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    stranger = Call(engine, engine.mint_pat(org_id=other.org_id).token)
    refused = stranger.refused("POST", path_of(seller.posted()), PLAIN)
    assert (404, "not_found.resource", "invoice_id") == refused


def test_the_same_key_queues_one_message(seller: Seller) -> None:
    path = path_of(seller.posted())
    first, again = (seller.call("POST", path, PLAIN, key="once") for _ in range(2))
    assert (200, "true") == (again.status, dict(again.headers).get("Idempotency-Replayed"))
    assert first.body == again.body
    assert 1 == len(mails(seller.org))
    assert (422, "idempotency.key_reused", "Idempotency-Key") == seller.call.refused(
        "POST", path, PLAIN | {"to": ["b@c.in"]}, key="once"
    )


def test_without_a_key_each_call_queues_a_message_of_its_own(seller: Seller) -> None:
    path = path_of(seller.posted())
    ids = {seller.call.ok("POST", path, PLAIN, key=None)["email"]["message_id"] for _ in range(2)}
    assert ids == {row["message_id"] for row in mails(seller.org)}
    assert 2 == len(ids)


def test_what_is_undone_leaves_nothing_in_the_queue(seller: Seller, target: str) -> None:
    acme, invoice = seller.org, seller.posted()
    before = snapshot(target)
    with pytest.raises(ZeroDivisionError), acme.transaction():
        acme.invoices.email(invoice["invoice_id"], **PLAIN)
        raise ZeroDivisionError
    assert set() == changed(before, snapshot(target))
    with acme.transaction():
        acme.invoices.email(invoice["invoice_id"], **PLAIN)
        with pytest.raises(finzcore.FinzError):
            acme.invoices.email(invoice["invoice_id"], to="nobody", attach_pdf=False)
    assert 1 == len(mails(acme))
    assert {"mails", "events", "heads"} == changed(before, snapshot(target)) - {"due"}


def test_without_the_extra_the_pdf_is_refused_when_it_is_asked_for(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "can_draw", lambda: False)
    path = path_of(seller.posted())
    said = seller.call("POST", path, {"to": TO})
    assert (501, "attach_pdf") == (said.status, said.json()["field"])
    assert "finzcore[pdf]" in said.json()["message"]
    assert 200 == seller.call("POST", path, PLAIN).status


@pytest.mark.skipif(not printing.can_draw(), reason="the extra pdf is not installed")
def test_what_is_printed_is_kept_as_it_was_when_it_was_mailed(seller: Seller) -> None:
    draft = seller.draft(seller.line(100))
    assert mail(seller, draft, attach_pdf=None)["attached_pdf"]
    seller.put(draft, line_items=[seller.line(999)])
    mail(seller, draft, attach_pdf=True)
    first, second = (row["printout"] for row in mails(seller.org))
    assert "INV-2627-001.pdf" in first
    assert "11800" in first and "11800" not in second
    assert "117882" in second and "117882" not in first


def test_python_callers_mail_by_the_same_rules(seller: Seller) -> None:
    acme, invoice = seller.org, seller.posted()
    sent = acme.invoices.email(invoice["invoice_id"], to=TO, attach_pdf=False, subject="Due")
    assert ("Due", [TO], False) == (sent["subject"], sent["to"], sent["attached_pdf"])
    with pytest.raises(finzcore.FinzError) as refused:
        acme.invoices.email(invoice["invoice_id"], to=[TO, "x"], attach_pdf=False)
    assert "to[1]" == refused.value.field
    with pytest.raises(TypeError):
        acme.invoices.email(invoice["invoice_id"], to=TO, colour="red")


def test_books_with_waiting_mail_are_sound(engine: finzcore.Engine, seller: Seller) -> None:
    mail(seller, seller.posted())
    assert [] == engine.verify()
