"""Nothing of one organisation ever waits for a row of another (`reliability.md` §13).

While one organisation's unit of work is open, or every row of it is locked, every write there is is done
by another one, whose patience is a tenth of a second: a wait would be a 503.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import pytest

import finzcore
from finzcore.errors import Unavailable
from finzcore.ids import from_uuid
from finzcore.testing import Call
from tests.engines import is_postgres
from tests.postgres import Server
from tests.proof.faults import attempt, failed
from tests.proof.onlooker import OnDatabase
from tests.proof.stage import Counted, Names, open_books
from tests.proof.stage_postgres import Databases, StageOnPostgres, furnished_databases, staged
from tests.proof.writes import WRITES
from tests.trade import Trade

IMPATIENT: Final = "&options=-c%20lock_timeout%3D100ms"
LATER: Final = "2026-07-01"
"""A day after the period that is locked."""

YEAR: Final = "from_date=2026-04-01&to_date=2027-03-31"
REPORTS: Final = (
    "trial_balance?as_of_date=2027-03-31",
    f"ledger?account_id={{account}}&{YEAR}",
    f"customer_ledger?contact_id={{customer}}&{YEAR}",
)


@pytest.fixture(scope="module")
def made(postgres: Server) -> Iterator[tuple[Databases, Names]]:
    with furnished_databases(postgres) as furniture:
        yield furniture


@pytest.fixture(scope="module")
def stage(made: tuple[Databases, Names]) -> Iterator[StageOnPostgres]:
    with staged(*made, options=IMPATIENT) as opened:
        yield opened


@contextmanager
def every_row_locked(stage: StageOnPostgres) -> Iterator[None]:
    """Somebody has a lock on every row of the other organisation."""
    org = from_uuid(0, stage.names["shut"])
    holder = OnDatabase(stage.target)
    holder.run("BEGIN")
    for name, scoped in holder.tables.items():
        if scoped:
            holder.run(f"SELECT 1 FROM {name} WHERE org_id = {org} FOR UPDATE")
    try:
        yield
    finally:
        holder.run("ROLLBACK")
        holder.close()


@contextmanager
def everything_written(stage: StageOnPostgres) -> Iterator[None]:
    """A unit of work of the other organisation has written to everything, and is not at its end."""
    with open_books(stage.target, Counted(10**9)) as engine:
        shut = engine.org(stage.names["shut"])
        with suppress(Unchanged), shut.transaction():
            write_everything(engine, shut, stage.names)
            yield
            raise Unchanged


class Unchanged(Exception):
    """Nothing of it is to stay."""


def write_everything(engine: finzcore.Engine, shut: finzcore.Org, names: Names) -> None:
    """All that an organisation does in a day, in the calls of one unit of work."""
    asha = shut.contacts.create(contact_name="Asha Stores")["contact_id"]
    line = {"name": "Work", "rate": 100, "tax_id": shut.tax_id("GST 18%")}
    paper = {"customer_id": asha, "date": LATER, "line_items": [line]}
    invoice = paper | {"place_of_supply": "IN-MH", "auto_approve": True}
    draft = shut.invoices.create(**invoice | {"auto_approve": False})["invoice_id"]
    sent, gone = (shut.invoices.create(**invoice)["invoice_id"] for _ in "ab")
    shut.invoices.update(draft, notes="Thanks")
    shut.invoices.delete(draft)
    shut.invoices.void(gone)
    receipt = {"flow": "INCOMING", "contact_id": asha, "date": LATER, "amount": 50, "mode": "UPI"}
    settles = {"allocations": [{"invoice_id": sent, "amount": 20}]}
    shut.payments.apply(shut.payments.create(**receipt)["payment_id"], **settles)
    note = shut.credit_notes.create(**paper)["credit_note_id"]
    shut.credit_notes.apply_to_invoice(note, invoice_id=sent, amount=5)
    shut.items.archive(shut.items.create(item_name="Chair")["item_id"])
    shut.add_salesperson("Veena")
    shut.add_cost_center("Plant")
    shut.create_branch(code="PNQ", name="Pune", state="IN-MH")
    shut.create_account(code="1077", name="Till", account_type="BANK")
    shut.set_preferences(roundInvoiceTotals=True)
    shut.enable_currency("USD")
    shut.lock_period("2026-06-30", reason="Filed")
    engine.add_membership(shut.org_id, names["ravi"])
    engine.mint_pat(org_id=shut.org_id)
    assert [] != shut.salespersons.list()  # what was written has been sent when something is read


HOLDERS: Final = [every_row_locked, everything_written]


@pytest.fixture(params=HOLDERS, ids=lambda holder: holder.__name__)
def holder(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_every_write_of_one_organisation_is_done_while_another_is_at_work(
    stage: StageOnPostgres, holder: Any
) -> None:
    waited = []
    for one in WRITES:
        if "locked books" not in one.name and "transaction" not in one.name:  # those are the other's
            with holder(stage):
                outcome = attempt(stage, one)
            waited += [f"{one}: {outcome}"] if failed(outcome) else []
            stage.back()
            stage.ready()
    assert [] == waited


def test_reading_founding_and_counting_wait_for_nobody(stage: StageOnPostgres, holder: Any) -> None:
    # Ids and tokens that nobody has drawn before, and not those of a stage, which begin anew.
    fresh_start = open_books(stage.target + IMPATIENT, Counted(2 * 10**9))
    stage.back()
    with fresh_start as engine, holder(stage):
        call = Call(engine, stage.names["token"])
        for path in ("/invoices", "/contacts", "/journals", "/payments", "/items"):
            call.ok("GET", f"{path}?per_page=50")
        for report in REPORTS:
            call.ok("GET", stage.filled(f"/reports/{report}"))
        assert 2 == len(engine.orgs())
        uma = engine.create_user(name="Uma's sister")
        fresh = engine.create_org(name="Fresh", state="IN-KA", owner_user_id=uma.user_id)
        everywhere = engine.mint_pat(user_id=stage.names["uma"])
        trade = Trade(Call(engine, engine.mint_pat(org_id=fresh.org_id).token), fresh)
        first = trade.taxed(trade.contact(), 100)
        assert "001" == first["invoice_number"][-3:]
        own = f"/contacts?organization_id={stage.names['acme']}"
        Call(engine, everywhere.token).ok("GET", own)
        assert [] == engine.verify(org_id=fresh.org_id)
    stage.back()
    stage.ready()


def test_who_is_of_that_organisation_does_wait(stage: StageOnPostgres, holder: Any) -> None:
    """Or nothing above would prove anything."""
    assert is_postgres(stage.target)
    with holder(stage):
        answer = stage.call("shut token")("POST", "/contacts", {"contact_name": "Late"})
        assert (503, "1") == (answer.status, answer.header("Retry-After"))
        with pytest.raises(Unavailable):
            stage.engine.org(stage.names["shut"]).add_cost_center("Late")
    assert 201 == stage.call("shut token")("POST", "/contacts", {"contact_name": "Late"}).status
    stage.back()
    stage.ready()
