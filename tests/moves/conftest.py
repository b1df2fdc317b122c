"""Books to move, and places to move them to: on each engine in turn, so that every test runs on four ways."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import finzcore
from finzcore.books import strays
from finzcore.books.books import Actor
from finzcore.testing import Call, FrozenClock
from tests.engines import ENGINES, Place, is_postgres
from tests.tampering import laid_open, watched
from tests.trade import Trade
from tests.webhooks.listening import endpoint, happened

ACME, BELA = "Acme Traders", "बेला फ़ूड्स 🥭"
Somewhere = Callable[[str], str]


@pytest.fixture
def somewhere(places: Callable[[str], Place]) -> Iterator[Somewhere]:
    """Gives a place for new books on an engine, by its name; where it is a file, none is there yet."""

    def empty(engine: str) -> str:
        place = stack.enter_context(places(engine)())
        if not is_postgres(place):
            Path(place).unlink()
        return place

    with ExitStack() as stack:
        yield empty


@pytest.fixture(scope="module")
def original(places: Callable[[str], Place]) -> Iterator[str]:
    """A file with the books that tests move; nobody changes it."""
    with places("sqlite")() as place:
        fill(place)
        yield place


@pytest.fixture(params=ENGINES, ids=lambda engine: f"from_{engine}")
def source(request: pytest.FixtureRequest, somewhere: Somewhere, original: str) -> str:
    """Books of two organisations, with something of everything."""
    place = somewhere(request.param)
    if is_postgres(place):
        with watched(original) as there, laid_open(place) as here:
            for name in there.tables():
                for row in there.execute(f"SELECT * FROM {name}"):
                    here.execute(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in row)})", row)
    else:
        shutil.copy(original, place)
    return place


@pytest.fixture(params=ENGINES, ids=lambda engine: f"to_{engine}")
def goal(request: pytest.FixtureRequest, somewhere: Somewhere) -> str:
    """Where nothing is yet."""
    return somewhere(request.param)


def opened(place: str) -> finzcore.Engine:
    settings = finzcore.Settings(durability="relaxed")
    return finzcore.open(place, clock=FrozenClock("2026-05-19T05:00:00+00:00"), settings=settings)


def orgs(place: str) -> dict[str, str]:
    """The organisations of books: their names and ids."""
    with opened(place) as engine:
        return {org.name: org.org_id for org in engine.orgs()}


def fill(place: str) -> None:
    """Two organisations that trade; Veena works in both, Ravi no longer in the first."""
    with opened(place) as engine:
        acme = engine.create_org(name=ACME, state="IN-KA")
        bela = engine.create_org(name=BELA, state="IN-MH", gstin="27AAPFU0939F1ZV")
        veena, ravi = (
            engine.create_user(name="Veena"),
            engine.create_user(name="Ravi", email="r@ravi.example"),
        )
        for org in (acme, bela):
            engine.add_membership(org.org_id, veena.user_id)
        engine.add_membership(acme.org_id, ravi.user_id, role="ADMIN")
        engine.mint_pat(org_id=acme.org_id, user_id=ravi.user_id, label="Ravi's")
        engine.remove_membership(acme.org_id, ravi.user_id)
        engine.mint_pat(user_id=veena.user_id, label="of both")
        for org in (acme, bela):
            trade(engine, org)
        for_veena = engine.org(acme.org_id, user_id=veena.user_id).webhooks.endpoints
        for_veena.create(url="https://veena.example/", events=["*"], organization_ids="all")
        bela.filings.create(return_type="GSTR3B", period="052026", reference="AA27")
        engine.run_scheduler()
        acme.lock_period("2026-03-31", reason="Filed")


def trade(engine: finzcore.Engine, org: finzcore.Org) -> None:
    """Invoices in every state, money on them, notes, a draft, and look-ups that they name."""
    org.add_cost_center("दुकान")
    org.add_salesperson("Uma")
    org.enable_currency("USD")
    org.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-19")
    token = engine.mint_pat(org_id=org.org_id, label=f"of {org.name}")
    trade = Trade(Call(engine, token.token), org)
    asha = trade.contact("Asha Stores", opening_balance="1180.00")
    org.items.create(item_name="Chair \\ 'oak' % _ \"x\"", rate=4500, tax_id=org.tax_id("GST 18%"))
    first, second = trade.taxed(asha, 12000), trade.taxed(asha, "0.01")
    trade.receive(asha, 15000, (first, 10000))
    trade.void(second)
    trade.apply_note(trade.note(asha, 100), first)
    trade.invoice(asha, 700, auto_approve=False)
    mill = trade.contact("Nilgiri Papers", contact_type="VENDOR")
    lines = {"date": "2026-05-19", "line_items": [trade.line(50)]}
    org.estimates.create(customer_id=asha, **lines)
    order = org.sales_orders.create(customer_id=asha, **lines)
    org.sales_orders.convert_to_invoice(order["sales_order_id"])
    org.purchase_orders.create(vendor_id=mill, **lines)
    org.bills.create(vendor_id=mill, place_of_supply="IN-KA", auto_approve=True, **lines)
    org.debit_notes.create(customer_id=mill, **lines)
    spent = org.expenses.create(date="2026-05-19", account_id=org.account_id("6010"), amount=60)
    org.expenses.update(spent["expense_id"], line_items=[{"amount": 70, "note": "किराया"}])
    org.comments.create(entity_type="INVOICE", entity_id=first["invoice_id"], body="पहला")
    org.attachments.create(
        file=bytes(range(256)) * 5000, filename="scan.pdf", entity_type="CONTACT", entity_id=asha
    )
    engine.work(org._key, Actor(), lambda books: strays.note(books, "orgs/a file", doomed=True) and None)
    org.invoices.email(first["invoice_id"], to="accounts@asha.example", subject="बिल 🧾", attach_pdf=False)
    happened(org, endpoint(org))
    late = trade.invoice(asha, 90, date="2026-04-01", due_date="2026-04-02")["invoice_id"]
    org.recurring.create(
        entity_type="INVOICE",
        name="किराया",
        frequency="MONTHLY",
        start_date="2026-06-30",
        template_entity_id=late,
    )
    note = trade.note(asha, 70)
    changed = {"customer_id": asha, "date": "2026-05-19", "line_items": [{"name": "Work", "rate": 80}]}
    trade.call.ok("PUT", f"/credit_notes/{note['credit_note_id']}", changed)
