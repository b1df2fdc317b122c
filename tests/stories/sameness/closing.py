"""Chapter 9: the books are closed month by month; work done all or nothing, and two firms by turns."""

from decimal import Decimal

from finzcore import FinzError
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.money import receipt
from tests.stories.sameness.notes import note
from tests.stories.sameness.sales import invoice, line


def tell(cast: Cast) -> None:
    _locked(cast)
    _all_or_nothing(cast)
    _by_turns(cast)
    _next_year(cast)


def _locked(cast: Cast) -> None:
    acme = cast.acme
    early = acme.post("/invoices", invoice(cast, "asha", date="2026-05-10"))["invoice_id"]
    acme.call("lock_period", "2026-05-19", reason="The return for May is filed")
    acme.scribe.call("locked_through", lambda: acme.org.locked_through)
    for body in (invoice(cast), invoice(cast, date="2026-05-01", auto_approve=True)):
        acme.refused(400, "POST", "/invoices", body)
    acme.refused(400, "POST", "/payments", receipt(cast, "asha", 1))
    acme.refused(400, "POST", "/credit_notes", note(cast, "asha", line(cast, 1)))
    acme.refused(400, "POST", f"/invoices/{early}/approve")
    acme.refused(400, "PUT", f"/invoices/{early}", {"date": "2026-05-20"})
    acme.refused(400, "DELETE", f"/invoices/{early}")
    acme.refused(400, "POST", f"/invoices/{cast['invoice to a zone']}/void")
    acme.refused(400, "POST", f"/payments/{cast['payment on account']}/void")
    acme.refused(400, "PUT", f"/credit_notes/{cast['note taxed']}", {"notes": "Late"})
    acme.post("/invoices", invoice(cast, date="2026-05-20", auto_approve=True))
    acme.call("lock_period", "2026-13-01", reason="No such month")
    acme.call("lock_period", "2026-05-31", reason="")
    acme.call("lock_period", None, reason="A mistake was found")
    acme.post(f"/invoices/{early}/approve")
    acme.call("lock_period", "2026-04-30", reason="Only April")


def _all_or_nothing(cast: Cast) -> None:
    """Several calls are one commit: a refusal inside loses that call, one that leaves loses all."""
    acme, org, scribe = cast.acme, cast.acme.org, cast.scribe

    def three_of_four() -> str:
        with org.transaction():
            made = acme.call("contacts.create", contact_name="Within", opening_balance=Decimal("10.10"))
            acme.call(
                "invoices.create", **invoice(cast) | {"customer_id": made["contact_id"], "auto_approve": True}
            )
            acme.call("invoices.create", **invoice(cast, date="2026-04-30"))
            acme.call("items.create", item_name="Twice", sku="SKU-1")
            acme.call("add_cost_center", "Within")
            acme.call("add_cost_center", "Within")
            acme.call("contacts.list", search="within")
            acme.call("reports.trial_balance", as_of_date="2027-12-31")
        return str(made["contact_id"])

    def none_of_it() -> None:
        with org.transaction():
            acme.call("contacts.create", contact_name="Lost")
            acme.call("invoices.create", **invoice(cast, auto_approve=True))
            with org.transaction():
                acme.call("lock_period", "2026-06-30", reason="Not for long")
            org.invoices.create(**invoice(cast, "theirs"))

    cast.keep("within", scribe.call("three of four", three_of_four))
    lost = scribe.call("none of it", none_of_it)
    assert isinstance(lost, FinzError)
    acme.get("/contacts", search="lost")
    acme.get("/contacts", search="within")
    scribe.call("locked_through", lambda: org.locked_through)
    acme.get(f"/contacts/{cast['within']}")
    acme.post("/invoices", invoice(cast, auto_approve=True))


def _by_turns(cast: Cast) -> None:
    """Two organisations interleaved: the numbers of each go on as if there were no other."""
    tax = cast["their GST 18%"]
    for turn in range(1, 7):
        cast.clock.move(seconds=turn)
        cast.acme.post("/invoices", invoice(cast, "both", line(cast, turn), auto_approve=turn % 2 == 0))
        body = invoice(cast, "theirs", line(cast, turn) | {"tax_id": tax}, auto_approve=True)
        theirs = cast.bharat.post("/invoices", body)
        paid = receipt(cast, "theirs", turn) | {"mode": "CASH"}
        paid["allocations"] = [{"invoice_id": theirs["invoice_id"], "amount": turn}]
        cast.bharat.post("/payments", paid, key=f"turn-{turn}")
        cast.bharat.post("/payments", paid, key=f"turn-{turn}")
        cast.acme.get("/invoices", per_page=2)
        cast.bharat.get("/invoices", per_page=2)
    cast.bharat.call("lock_period", "2026-03-31", reason="The year is over")


def _next_year(cast: Cast) -> None:
    """Numbers begin anew with each financial year, which is that of the document's date."""
    for date in ("2027-03-31", "2027-04-01", "2026-05-31", "2027-04-01", "2199-12-31"):
        made = cast.acme.post(
            "/invoices", invoice(cast, "both", line(cast, 1, None), date=date, auto_approve=True)
        )
        back = note(cast, "both", line(cast, "0.5", None), date=date) | {"invoice_id": made["invoice_id"]}
        cast.acme.post("/credit_notes", back)
        cast.acme.post("/payments", receipt(cast, "both", 1, date=date, payment_type="ADVANCE"))
