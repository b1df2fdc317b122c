"""Returns as they were filed: frozen, once a month, with what changed since (`api.md` §5.3)."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.history import EVENTS
from finzcore.testing import Call, FrozenClock
from tests.gst.month import OURS

Body = dict[str, Any]
SIDES = ("filed", "now")
MAY = "from_date=2026-05-01&to_date=2026-05-31"


@pytest.fixture
def acme(engine: finzcore.Engine) -> finzcore.Org:
    return engine.create_org(name="Acme Traders", state="IN-MH", gstin=OURS)


@pytest.fixture
def customer(acme: finzcore.Org) -> str:
    made: str = acme.contacts.create(
        contact_name="Asha Stores", gst_no="29AAACW6288M1ZM", place_of_contact="IN-KA"
    )["contact_id"]
    return made


def sold(acme: finzcore.Org, customer: str, rate: int, **more: Any) -> Body:
    """An invoice of 2 May, into another state at 18 %."""
    about = {"date": "2026-05-02", "place_of_supply": "IN-KA", "auto_approve": True} | more
    line = {"name": "Work", "rate": rate, "tax_id": acme.tax_id("GST 18%")}
    made: Body = acme.invoices.create(customer_id=customer, line_items=[line], **about)
    return made


def spent(acme: finzcore.Org, amount: int) -> Body:
    """An expense of 3 May, at home at 18 %."""
    made: Body = acme.expenses.create(
        date="2026-05-03",
        account_id=acme.account_id("Travel"),
        amount=amount,
        tax_id=acme.tax_id("GST 18%"),
    )
    return made


def filed(call: Call, return_type: str = "GSTR3B", period: str = "052026", **more: Any) -> Body:
    body = {"return_type": return_type, "period": period} | more
    made: Body = call.ok("POST", "/filings", body)["filing"]
    return made


@pytest.mark.parametrize("return_type", ["GSTR1", "GSTR3B"])
def test_what_is_filed_is_the_file_of_the_portal(
    call: Call, acme: finzcore.Org, customer: str, clock: FrozenClock, return_type: str
) -> None:
    sold(acme, customer, 1000)
    spent(acme, 100)
    clock.move(days=20)
    clock.set("2026-06-11T06:30:00.250001+00:00")
    answer = call("POST", "/filings", {"return_type": return_type, "period": "052026", "reference": "AA27"})
    assert (201, "The filing has been recorded.") == (answer.status, answer.json()["message"])
    filing = answer.json()["filing"]
    assert {
        "filing_id": filing["filing_id"],
        "return_type": return_type,
        "period": "052026",
        "gstin": OURS,
        "branch_id": acme.branches.list()[0]["branch_id"],
        "reference": "AA27",
        "filed_time": "2026-06-11T06:30:00Z",
        "known_at": "2026-06-11T06:30:00.250001Z",
        "digest": filing["digest"],
        "content": filing["content"],
    } == filing
    assert filing["filing_id"].startswith("fil_")
    path = f"/reports/{return_type.lower()}?{MAY}&format=gstn"
    assert filing["digest"] == hashlib.sha256(call("GET", path).body).hexdigest()
    # Later on, the same file is there for whoever asks as of then, and no other.
    clock.move(seconds=1)
    sold(acme, customer, 7)
    assert (
        filing["digest"]
        == hashlib.sha256(call("GET", f"{path}&as_known_at={filing['known_at']}").body).hexdigest()
    )
    assert filing["digest"] != hashlib.sha256(call("GET", path).body).hexdigest()
    assert filing == call.ok("GET", f"/filings/{filing['filing_id']}")["filing"]


def test_a_return_of_nothing_can_be_filed(call: Call, acme: finzcore.Org) -> None:
    filing = filed(call)
    assert (None, OURS) == (filing["reference"], filing["content"]["gstin"])
    assert [] == acme.filings.drift(filing["filing_id"])["changed"]


def test_each_month_is_filed_once(call: Call, acme: finzcore.Org) -> None:
    pune = acme.create_branch(code="PN", name="Pune", state="IN-MH", gstin=OURS)["branch_id"]
    other = acme.create_branch(code="BL", name="Bengaluru", state="IN-KA", gstin="29AAPFU0939F1ZR")
    first = filed(call)
    again = {"return_type": "GSTR3B", "period": "052026"}
    answer = call("POST", "/filings", again | {"branch_id": pune})
    assert 409 == answer.status
    said = answer.json()
    assert ("conflict.duplicate", "period") == (said["code"], said["field"])
    assert {"existing_id": first["filing_id"]} == said["details"]
    filed(call, "GSTR1")
    filed(call, period="042026")
    filed(call, branch_id=other["branch_id"])


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"period": "052026"}, "validation.required_field", "return_type"),
        ({"return_type": "GSTR3B"}, "validation.required_field", "period"),
        ({"return_type": "GSTR1", "period": "062026"}, "validation.invalid_value", "period"),
        ({"return_type": "GSTR9", "period": "052026"}, "validation.invalid_value", "return_type"),
        ({"return_type": "GSTR3B", "period": "132026"}, "validation.invalid_value", "period"),
        ({"return_type": "GSTR3B", "period": "2026-05"}, "validation.invalid_value", "period"),
        ({"return_type": "GSTR3B", "period": "062017"}, "validation.invalid_value", "period"),
    ],
)
def test_what_cannot_be_filed(call: Call, body: Body, code: str, field: str) -> None:
    assert (400, code, field) == call.refused("POST", "/filings", body)


def test_who_has_no_gstin_files_nothing(call: Call, acme: finzcore.Org) -> None:
    goa = acme.create_branch(code="GO", name="Goa", state="IN-GA")["branch_id"]
    body = {"return_type": "GSTR3B", "period": "052026", "branch_id": goa}
    assert (400, "validation.invalid_value", "branch_id") == call.refused("POST", "/filings", body)
    assert 0 == len(acme.filings.list())


def test_the_list_tells_what_was_filed_without_the_files(call: Call, acme: finzcore.Org) -> None:
    other = acme.create_branch(code="BL", name="Bengaluru", state="IN-KA", gstin="29AAPFU0939F1ZR")
    ids = [
        filed(call)["filing_id"],
        filed(call, "GSTR1")["filing_id"],
        filed(call, period="042026", branch_id=other["branch_id"])["filing_id"],
    ]

    def listed(query: str = "") -> list[int]:
        rows = call.ok("GET", f"/filings{query}")["filings"]
        assert not any("content" in row for row in rows)
        return [ids.index(row["filing_id"]) for row in rows]

    assert [2, 1, 0] == listed()
    assert [2, 0] == listed("?return_type=gstr3b")
    assert [1, 0] == listed("?period=052026")
    assert [2] == listed("?gstin=29AAPFU0939F1ZR")
    assert [2, 1] == listed("?per_page=2")


def rupees(taxable: int, igst: int = 0, halves: int = 0) -> dict[str, Decimal]:
    figures = {"taxable": taxable, "igst": igst, "cgst": halves, "sgst": halves, "cess": 0}
    return {name: Decimal(amount) for name, amount in figures.items()}


def test_drift_shows_what_changed_document_by_document(call: Call, acme: finzcore.Org, customer: str) -> None:
    kept, gone = sold(acme, customer, 1000), sold(acme, customer, 200)
    edited, deleted = spent(acme, 100), spent(acme, 50)
    first = call.ok("GET", f"/reports/gstr3b?{MAY}")["gstr3b"]
    filing = filed(call)
    path = f"/filings/{filing['filing_id']}/drift"
    assert [] == call.ok("GET", path)["drift"]["changed"]
    # All of it happens in the instant of the filing, as it may when a clock stands still.
    acme.invoices.void(gone["invoice_id"])
    acme.expenses.update(edited["expense_id"], amount=300)
    acme.expenses.delete(deleted["expense_id"])
    late = sold(acme, customer, 30)
    sold(acme, customer, 9, date="2026-06-01")
    drift = call.ok("GET", path)["drift"]
    shown = {
        one["document_id"]: tuple(
            one[side] and {name: one[side][name] for name in rupees(0)} for side in SIDES
        )
        for one in drift["changed"]
    }
    assert {
        gone["invoice_id"]: (rupees(200, 36), None),
        edited["expense_id"]: (rupees(100, 0, 9), rupees(300, 0, 27)),
        deleted["expense_id"]: (rupees(50, 0, "4.50"), None),
        late["invoice_id"]: (None, rupees(30, "5.40")),
    } == shown
    assert kept["invoice_id"] not in shown
    assert {
        "outward": {
            "filed": rupees(1200, 216),
            "now": rupees(1030, "185.40"),
            "difference": rupees(-170, "-30.60"),
        },
        "inward": {
            "filed": rupees(150, 0, "13.50"),
            "now": rupees(300, 0, 27),
            "difference": rupees(150, 0, "13.50"),
        },
    } == drift["totals"]
    assert first["outward"]["taxable"]["igst"] == drift["totals"]["outward"]["filed"]["igst"]


def test_drift_shows_a_document_as_it_stands_in_the_return(
    call: Call, acme: finzcore.Org, customer: str
) -> None:
    filing = filed(call, "GSTR1")
    note = acme.credit_notes.create(
        customer_id=customer,
        date="2026-05-04",
        place_of_supply="IN-KA",
        line_items=[{"name": "Work", "rate": 10, "tax_id": acme.tax_id("GST 18%")}],
    )
    spent(acme, 100)
    drift = call.ok("GET", f"/filings/{filing['filing_id']}/drift")["drift"]
    assert [
        {
            "document_type": "CREDIT_NOTE",
            "document_id": note["credit_note_id"],
            "number": note["credit_note_number"],
            "filed": None,
            "now": {
                "date": "2026-05-04",
                "gstin": "29AAACW6288M1ZM",
                "place_of_supply": "IN-KA",
                "value": Decimal("-11.80"),
                **rupees(-10, "-1.80"),
            },
        }
    ] == drift["changed"]
    assert drift["totals"]["inward"] is None  # GSTR-1 tells of sales alone


def test_the_same_sums_at_other_rates_are_a_change(call: Call, acme: finzcore.Org, customer: str) -> None:
    def note(hsn: str) -> Body:
        line = {"name": "Work", "rate": 10, "hsn_or_sac": hsn, "tax_id": acme.tax_id("GST 18%")}
        return {"date": "2026-05-04", "place_of_supply": "IN-KA", "line_items": [line]}

    made = acme.credit_notes.create(customer_id=customer, **note("9983"))
    filing = filed(call)
    acme.credit_notes.update(made["credit_note_id"], **note("9984"))
    (changed,) = call.ok("GET", f"/filings/{filing['filing_id']}/drift")["drift"]["changed"]
    assert (made["credit_note_id"], changed["now"]) == (changed["document_id"], changed["filed"])


def test_filing_locks_nothing_and_is_on_record(call: Call, acme: finzcore.Org, customer: str) -> None:
    filing = filed(call)
    sold(acme, customer, 5)
    (event,) = call.ok("GET", "/activity?action=FILING_CREATED")["activity"]
    assert ("FILING", filing["filing_id"], "GSTR3B 052026") == (
        event["entity_type"],
        event["entity_id"],
        event["entity_ref"],
    )
    with acme._engine.store.read(acme._key) as session:
        (row,) = [one for one in session.find(EVENTS) if one["entity_type"] == "FILING"]
    assert row["event_type"] is None  # the catalogue of webhooks knows no filings
    assert [] == acme._engine.verify()


def test_a_token_needs_the_scope_of_filings(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    token = engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.filings.READ", "AIBooks.reports.READ"]).token
    reader = Call(engine, token)
    assert [] == reader.ok("GET", "/filings")["filings"]
    refusal = reader.refused("POST", "/filings", {"return_type": "GSTR3B", "period": "052026"})
    assert (403, "auth.insufficient_scope") == refusal[:2]
