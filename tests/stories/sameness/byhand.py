"""Chapter 6a: entries made by hand and taken back, comments, and the log of who did what."""

from decimal import Decimal
from typing import Any

from finzcore.books.entities import LOGGED
from finzcore.books.resources.comments import COMMENTED
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import TODAY
from tests.stories.sameness.scribe import Body


def tell(cast: Cast) -> None:
    _posted(cast)
    _refused(cast)
    _taken_back(cast)
    _talked_about(cast)
    _logged(cast)


def voucher(cast: Cast, *amounts: Any, **more: Any) -> Body:
    """The body of an entry between a bank and the cash: debits positive, one line an amount."""
    lines = [
        {
            "account_id": cast["icici" if number % 2 else "cash"],
            "debit" if amount > 0 else "credit": abs(amount),
        }
        for number, amount in enumerate(amounts)
    ]
    return {"date": TODAY, "lines": lines} | more


def _posted(cast: Cast) -> None:
    acme = cast.acme
    told = {
        "account_id": cast["receivable"], "debit": "10.10", "credit": 0, "contact_id": cast["asha"],
        "description": "Line\nतीन", "tags": [cast["tag 10"], {"cost_center_id": cast["tag 9"]}],
    }  # fmt: skip
    kinds = {
        "plain": voucher(cast, 100, -100),
        "a paisa more": voucher(cast, 100, Decimal("-99.99")),
        "a paisa less": voucher(cast, Decimal("99.99"), -100),
        "of Mumbai": voucher(cast, 5, -5, branch_id=cast["mumbai"], date="2026-03-31"),
        "told": voucher(
            cast, memo="मेमो", reference_number="JV 1", contact_id=cast["asha"],
            lines=[told, {"account_id": cast["cash"], "debit": None, "credit": "10.09"}],
        ),
        "many": voucher(cast, *[1, -1] * 100),
    }  # fmt: skip
    for name, body in kinds.items():
        made = acme.post("/journals", body)
        cast.keep(f"voucher {name}", made["journal_id"])
        acme.get(f"/journals/{made['journal_id']}")
    spelled = voucher(cast, 7, -7)
    spelled["line_items"] = [
        line | {"description": "D", "contact_id": None, "tags": []} for line in spelled.pop("lines")
    ]
    acme.post("/journals", spelled)
    acme.call("journals.create", **voucher(cast, 3, -3))
    acme.get("/journals", source="MANUAL")
    acme.get("/reports/customer_ledger", contact_id=cast["asha"])


def _refused(cast: Cast) -> None:
    acme = cast.acme
    for body in (
        voucher(cast, 100, -99), voucher(cast, 100), voucher(cast), voucher(cast, *[1, -1] * 250, 1),
        voucher(cast, 1, -1, date=None), voucher(cast, 1, -1, date="2026-02-30"),
        voucher(cast, 1, -1, lines=[{"account_id": cast["cash"], "debit": 1, "credit": 1}] * 2),
        voucher(cast, 1, -1, lines=7), voucher(cast, 10**16, -(10**16)),
        voucher(cast, 1, -1, memo="m" * 2001),
    ):  # fmt: skip
        code = acme.refused(422 if body["lines"] == 7 else 400, "POST", "/journals", body)
        assert code.startswith("validation.")
    for change in ({"branch_id": "br_1"}, {"contact_id": cast["theirs"]}):
        acme.refused(404, "POST", "/journals", voucher(cast, 1, -1) | change)
    acme.refused(
        404, "POST", "/journals", voucher(cast, 1, -1, lines=[{"account_id": "acc_1", "debit": 1}] * 2)
    )


def _taken_back(cast: Cast) -> None:
    acme = cast.acme
    for name in ("a paisa more", "told", "many"):
        path = f"/journals/{cast[f'voucher {name}']}"
        acme.delete(path)
        acme.refused(404, "DELETE", path)
        acme.refused(404, "GET", path)
    acme.refused(400, "DELETE", f"/journals/{acme.get('/journals', source='INVOICE')[0]['journal_id']}")
    acme.refused(400, "DELETE", f"/journals/{acme.get('/journals', source='REVERSAL')[0]['journal_id']}")
    cast.bharat.refused(404, "DELETE", f"/journals/{cast['voucher plain']}")
    acme.call("journals.delete", cast["voucher of Mumbai"])
    acme.get("/journals", source="MANUAL")
    acme.get("/reports/trial_balance", as_of_date="2026-05-31")
    acme.get("/reports/ledger", account_id=cast["cash"])
    acme.get("/reports/customer_ledger", contact_id=cast["asha"])


def _talked_about(cast: Cast) -> None:
    acme = cast.acme
    about = {
        "INVOICE": cast["invoice plain"], "credit_note": cast["note for goodwill"],
        "PAYMENT": cast["payment on account"], "RECEIPT": cast["payment on account"],
        "JOURNAL": cast["voucher plain"],
    }  # fmt: skip
    for word, key in about.items():
        said = {"entity_type": word, "entity_id": key}
        for number in range(3):
            made = acme.post("/comments", said | {"body": f"No. {number}\n'नमस्ते' % _ \\ <b>"})
            cast.keep(f"comment {word} {number}", made["comment_id"])
        acme.pages("/comments", **said, per_page=2)
        cast.bharat.get("/comments", **said)
    for word in COMMENTED:
        acme.get("/comments", entity_type=word, entity_id=about["INVOICE"])
        strange = {"entity_type": word, "entity_id": cast["theirs"], "body": "Whose?"}
        acme.refused(404, "POST", "/comments", strange)
    mine = f"/comments/{cast['comment INVOICE 0']}"
    acme.put(mine, {"body": "Anew"})
    for word in COMMENTED:
        acme.put(mine, {"body": f"Anew, of a {word}", "entity_type": word, "entity_id": "bl_1"})
    acme.refused(400, "PUT", mine, {"body": None})
    acme.refused(400, "POST", "/comments", {"entity_type": "CONTACT", "entity_id": cast["asha"], "body": "x"})
    acme.refused(400, "GET", "/comments")
    acme.refused(400, "GET", "/comments", entity_type="INVOICE", entity_id=about["INVOICE"], cursor="x")
    cast.bharat.refused(404, "PUT", mine, {"body": "Mine"})
    cast.bharat.refused(404, "DELETE", mine)
    acme.call("comments.update", cast["comment INVOICE 1"], body="Not mine")
    acme.call("comments.create", entity_type="INVOICE", entity_id=about["INVOICE"], body="From Python")
    acme.delete(f"/comments/{cast['comment INVOICE 2']}")
    acme.refused(404, "DELETE", f"/comments/{cast['comment INVOICE 2']}")


def _logged(cast: Cast) -> None:
    acme = cast.acme
    acme.pages("/activity", per_page=200)
    for word in LOGGED:
        acme.get("/activity", entity_type=word, per_page=3)
        acme.get("/activity", entity_type=word, entity_id=cast["invoice plain"])
    acme.pages("/activity", entity_type="INVOICE", entity_id=cast["invoice plain"], per_page=2)
    for action in ("INVOICE_VOIDED", "invoice_comment_added", "JOURNAL_DELETED", "PAYMENT_UPDATED"):
        acme.get("/activity", action=action)
    for stretch in (
        {"date_from": TODAY}, {"date_to": TODAY}, {"date_from": TODAY, "date_to": TODAY},
        {"date_from": "2026-05-20"}, {"date_from": "1970-01-01", "date_to": "2199-12-31"},
    ):  # fmt: skip
        acme.get("/activity", **stretch, per_page=5)
    whose = acme.get("/whoami")["user_id"]
    acme.get("/activity", actor_user_id=whose, per_page=3)
    acme.get("/activity", actor_user_id="usr_1")
    event = acme.get("/activity", entity_type="JOURNAL", per_page=1)[0]["event_id"]
    acme.get(f"/activity/{event}")
    acme.call("activity.get", event)
    acme.refused(404, "GET", "/activity/evt_1")
    cast.bharat.refused(404, "GET", f"/activity/{event}")
    acme.refused(400, "GET", "/activity", entity_id=cast["invoice plain"])
    acme.refused(400, "GET", "/activity", action="INVOICE_GUESSED")
    cast.bharat.get("/activity")
