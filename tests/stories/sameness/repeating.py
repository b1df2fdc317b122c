"""Chapter 11: schedules of every kind and rhythm, and the days on which they run."""

import datetime as dt
from typing import Any

from tests.stories.sameness.cast import Cast
from tests.stories.sameness.sales import line
from tests.stories.sameness.scribe import Body

RHYTHMS = ("DAILY", "weekly", "MONTHLY", "Quarterly", "YEARLY")


def tell(cast: Cast) -> None:
    _kept(cast)
    _refused(cast)
    _days_go_by(cast)
    _changed(cast)
    _listed(cast)


def _today(cast: Cast) -> dt.date:
    return cast.clock().date()


def _sale(cast: Cast, **more: Any) -> Body:
    return {"customer_id": cast["asha"], "place_of_supply": "IN-KA", "line_items": [line(cast)]} | more


def _schedule(cast: Cast, frequency: str = "DAILY", **more: Any) -> Body:
    body = {
        "entity_type": "INVOICE",
        "name": f"{frequency} rent",
        "frequency": frequency,
        "start_date": _today(cast).isoformat(),
    }
    if "template_entity_id" not in more:
        body["template_payload"] = _sale(cast)
    return body | more


def _kept(cast: Cast) -> None:
    acme = cast.acme
    invoice = acme.post("/invoices", _sale(cast, date=_today(cast).isoformat(), notes="To be copied"))
    end = _today(cast) + dt.timedelta(days=2)
    for frequency in RHYTHMS:
        cast.keep(frequency, acme.post("/recurring", _schedule(cast, frequency, interval=2))["recurring_id"])
    posted = _sale(cast, auto_approve=True, due_date=end.isoformat())
    cast.keep("posted", acme.post("/recurring", _schedule(cast, template_payload=posted))["recurring_id"])
    copy = _schedule(
        cast, template_entity_id=invoice["invoice_id"], end_date=end.isoformat(), max_runs=9, auto_charge=True
    )
    cast.keep("copy", acme.post("/recurring", copy)["recurring_id"])
    cast.keep("asleep too", acme.post("/recurring", _schedule(cast, is_active=False))["recurring_id"])
    cast.keep("late", acme.post("/recurring", _schedule(cast, start_date="2026-01-31"))["recurring_id"])
    bank, sales = (acme.org.account_id(code) for code in ("1020", "1010"))
    lines = [{"account_id": bank, "debit": 5}, {"account_id": sales, "credit": 5}]
    voucher = _schedule(cast, entity_type="journal", template_payload={"lines": lines})
    cast.keep("voucher", acme.post("/recurring", voucher)["recurring_id"])
    acme.call("recurring.create", **_schedule(cast))
    acme.post("/recurring", _schedule(cast), key="again")
    acme.post("/recurring", _schedule(cast), key="again")
    cast.bharat.refused(404, "GET", f"/recurring/{cast['copy']}")


def _refused(cast: Cast) -> None:
    acme = cast.acme
    for kind in ("BILL", "EXPENSE"):
        acme.refused(400, "POST", "/recurring", _schedule(cast, entity_type=kind, template_payload={}))
    for wrong in (
        {"frequency": "HOURLY"},
        {"interval": 0},
        {"name": ""},
        {"start_date": "31/01/2026"},
        {"end_date": "1970-01-01"},
        {"template_payload": None},
        {"template_payload": _sale(cast, line_items=[{"rate": 1}])},
        {"template_payload": {"date": "soon"}, "max_runs": "many"},
    ):
        acme.refused(400, "POST", "/recurring", _schedule(cast) | wrong)
    acme.refused(404, "POST", "/recurring", _schedule(cast, template_entity_id=cast["copy"]))
    acme.refused(404, "POST", "/recurring", _schedule(cast, template_payload=_sale(cast, branch_id="br_1")))
    acme.refused(404, "GET", "/recurring/rec_1")
    acme.refused(404, "DELETE", "/recurring/rec_1")


def _days_go_by(cast: Cast) -> None:
    engine = cast.scribe.engine
    for hours in (0, 1, 24, 24, 24, 7):
        cast.clock.move(hours=hours)
        cast.scribe.call("run_scheduler", engine.run_scheduler)
    cast.acme.pages("/recurring", per_page=4)
    cast.acme.get("/invoices", per_page=20)
    cast.acme.get("/journals", per_page=5, source="MANUAL")


def _changed(cast: Cast) -> None:
    acme, copy = cast.acme, f"/recurring/{cast['copy']}"
    for change in (
        {"name": "Hall"},
        {"entity_type": "BILL", "start_date": "2020-01-01", "auto_charge": False},
        {"end_date": None, "max_runs": None},
        {"template_payload": _sale(cast)},
        {"template_entity_id": acme.get("/invoices", per_page=1)[0]["invoice_id"]},
        {"is_active": True},
        {"is_active": False},
        {"is_active": True},
        {"interval": 3},
        *({"frequency": frequency} for frequency in RHYTHMS),
    ):
        acme.put(copy, change)
    for kind in ("INVOICE", "EXPENSE", "JOURNAL"):
        acme.put(copy, {"entity_type": kind})
    acme.refused(400, "PUT", copy, {"interval": "often"})
    acme.refused(400, "PUT", copy, {"end_date": "2020-01-01"})
    acme.refused(400, "PUT", copy, {"is_active": True, "end_date": _today(cast).isoformat()})
    acme.refused(404, "PUT", copy, {"template_payload": _sale(cast, customer_id=cast["theirs"])})
    acme.put(f"/recurring/{cast['asleep too']}", {"is_active": True})
    acme.get(copy)
    acme.delete(f"/recurring/{cast['late']}")
    acme.call("recurring.update", cast["posted"], is_active=False)


def _listed(cast: Cast) -> None:
    acme = cast.acme
    for kind in ("INVOICE", "bill", "EXPENSE", "JOURNAL"):
        for active in (True, False):
            acme.get("/recurring", entity_type=kind, is_active=active)
    acme.pages("/recurring", per_page=1, is_active=True)
    first = acme.send("GET", "/recurring", per_page=2).json()["page_context"]["next_cursor"]
    acme.refused(400, "GET", "/recurring", cursor=first, is_active=True)
    acme.refused(400, "GET", "/recurring", entity_type="PAYMENT")
    acme.refused(422, "GET", "/recurring", is_active="perhaps")
    cast.bharat.get("/recurring")
    acme.call("recurring.list", per_page=3)
