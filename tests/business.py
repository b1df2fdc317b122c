"""Some months of business with a bit of everything that a report can get wrong, for those who hold reports
against documents.

Three branches, of which two are under one GSTIN; customers registered and not, in a special economic zone,
abroad, under composition; what is taxed, exempt, nil-rated, outside GST, under reverse charge, without
credit; notes of both sides, dollars, TDS; money on account, in advance, given back; things that were voided,
changed, deleted, dated back; a year before this one; a return that is filed, and what came after.
"""

from typing import Any

import finzcore
from finzcore.testing import FrozenClock

TODAY = "2026-05-19"
Body = dict[str, Any]


class Business:
    """An organisation, and the calls that its story is told in."""

    def __init__(self, engine: finzcore.Engine, clock: FrozenClock) -> None:
        self.clock = clock
        self.engine = engine
        self.acme = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAACA1234A1ZG")
        acme = self.acme
        acme.enable_currency("USD")
        self.east = self._branch("EAST", "IN-KA", "29AAACA1234A1ZG")
        self.mumbai = self._branch("MUM", "IN-MH", "27AAACA1234A1ZK")
        self.workshop = acme.add_cost_center(name="Workshop")["cost_center_id"]
        self.asha = self._contact("Asha Stores", payment_terms=15, opening_balance="1180.00")
        self.bela = self._contact("Bela Foods", gst_no="29AAAPA0001A1Z2")
        self.far = self._contact("Far away", place_of_contact="IN-MH")
        self.zone = self._contact("Zone", gst_treatment="SEZ", gst_no="27AAAPA0002A1Z4")
        self.bob = self._contact("Bob", gst_treatment="OVERSEAS", currency_code="USD")
        self.vendor = self._contact("Nilgiri", contact_type="VENDOR", gst_no="27AAAPA0003A1Z2")
        self.near = self._contact("Corner shop", contact_type="VENDOR", opening_balance=500)
        self.small = self._contact("Small", contact_type="VENDOR", gst_treatment="COMPOSITION")

    def _branch(self, code: str, state: str, gstin: str) -> str:
        made = self.acme.create_branch(code=code, name=code.capitalize(), state=state, gstin=gstin)
        return str(made["branch_id"])

    def _contact(self, name: str, **more: Any) -> str:
        return str(self.acme.contacts.create(contact_name=name, **more)["contact_id"])

    def line(self, rate: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        named = {"name": "Goods", "rate": rate, "tax_id": self.acme.tax_id(tax) if tax else None}
        return {name: value for name, value in (named | more).items() if value is not None}

    def sell(self, whom: str, *lines: Body, **more: Any) -> Body:
        """An invoice that is posted at once."""
        said = {"customer_id": whom, "date": TODAY, "place_of_supply": "IN-KA", "auto_approve": True} | more
        made: Body = self.acme.invoices.create(**said, line_items=list(lines))
        return made

    def buy(self, whom: str, *lines: Body, **more: Any) -> Body:
        """A bill that is posted at once."""
        said = {"vendor_id": whom, "date": TODAY, "place_of_supply": "IN-KA", "auto_approve": True} | more
        made: Body = self.acme.bills.create(**said, line_items=list(lines))
        return made

    def note(self, of: str, whom: str, *lines: Body, **more: Any) -> Body:
        """A credit or a debit note."""
        said = {"customer_id": whom, "date": TODAY} | more
        made: Body = getattr(self.acme, of).create(**said, line_items=list(lines))
        return made

    def pay(self, whom: str, amount: Any, *settled: tuple[Body, str, Any], **more: Any) -> Body:
        """Money that comes in, unless `more` says that it goes out, and what it settles."""
        said = {"contact_id": whom, "flow": "INCOMING", "date": TODAY, "mode": "UPI", "amount": amount}
        parts = [{field: one[field], "amount": part} for one, field, part in settled]
        made: Body = self.acme.payments.create(**(said | more), allocations=parts)
        return made

    def spend(self, amount: Any, tax: str | None = "GST 18%", **more: Any) -> Body:
        """An expense."""
        said = {"date": TODAY, "account_id": self.acme.account_id("6010"), "mode": "CASH", "amount": amount}
        taxed = {"tax_id": self.acme.tax_id(tax)} if tax else {}
        made: Body = self.acme.expenses.create(**(said | taxed | more))
        return made


def told(engine: finzcore.Engine, clock: FrozenClock) -> Business:
    """The whole story."""
    one = Business(engine, clock)
    for chapter in CHAPTERS:
        chapter(one)
    return one


def _years_ago(one: Business) -> None:
    """What was earned and spent before April is retained."""
    old = one.sell(one.asha, one.line(4000), date="2026-01-05", due_date="2026-01-20")
    one.pay(one.asha, 720, (old, "invoice_id", 720), date="2026-02-01", mode="CASH")
    one.sell(one.bela, one.line(900), date="2026-03-01", due_date="2026-03-10")
    one.sell(one.bela, one.line(800), date="2026-03-20", due_date="2026-04-19")
    one.spend(1500, date="2026-02-10")
    one.buy(one.vendor, one.line(700), date="2026-02-11", due_date="2026-03-01")


def _sold(one: Business) -> None:
    pieces: Body = {"hsn_or_sac": "9403", "quantity": 4, "unit": "pcs"}
    one.sell(one.asha, one.line(250, **pieces), one.line(60, "Exempt"), one.line(70, None), discount="10%")
    one.sell(one.asha, one.line(99, **pieces | {"unit": "NOS"}), one.line(5000, hsn_or_sac="998314"))
    one.sell(one.bela, one.line(1000, tags=[one.workshop]), one.line(2000, "GST 5%"), tds_rate=10)
    one.sell(one.bela, one.line(300, "RCM 18%"), one.line(40, "Nil Rated"), one.line(30, "Non-GST"))
    one.sell(one.far, one.line(150_000), place_of_supply="IN-MH")
    one.sell(one.far, one.line(84_000), place_of_supply="IN-MH", shipping_charge=50, adjustment=-3)
    one.sell(one.zone, one.line(700), place_of_supply="IN-MH")
    one.sell(one.zone, one.line(600), place_of_supply="IN-MH", with_payment=False)
    dollars: Body = {"place_of_supply": "OVERSEAS", "currency_code": "USD", "exchange_rate": "83.335"}
    one.sell(one.bob, one.line(100), with_payment=False, **dollars)
    one.sell(one.bob, one.line(10), **dollars)
    one.sell(one.far, one.line(500), place_of_supply="IN-MH", branch_id=one.mumbai)
    one.sell(one.bela, one.line(450), branch_id=one.mumbai, date="2026-04-20")
    one.sell(one.asha, one.line(440), branch_id=one.east, date="2026-04-21")
    one.sell(one.asha, one.line(5), auto_approve=False)


def _bought(one: Business) -> None:
    one.buy(one.vendor, one.line(1000), one.line(200, itc_blocked_reason="17(5)(b)"), tds_rate=2)
    one.buy(one.near, one.line(400), one.line(80, "Exempt"), tags=[one.workshop])
    one.buy(one.near, one.line(10_000, None), is_rcm=True, rcm_rate=5, date="2026-04-11")
    one.buy(one.vendor, one.line(300), place_of_supply="IN-MH")
    one.buy(one.small, one.line(90, None))
    dollars: Body = {"currency_code": "USD", "exchange_rate": "84.125"}
    one.buy(one.vendor, one.line(20), one.line(3, itc_blocked_reason="17(5)(a)"), **dollars)
    one.buy(one.near, one.line(350), branch_id=one.mumbai, place_of_supply="IN-MH")
    one.spend(1180, is_inclusive_tax=True)
    one.spend(220, itc_blocked_reason="17(5)(b)")
    one.spend(500, None, is_rcm=True, rcm_rate=5, branch_id=one.east)


def _settled(one: Business) -> None:
    sales = [sale for sale in one.acme.invoices.all() if "SENT" == sale["status"]]
    mine = [sale for sale in sales if one.bela == sale["customer_id"] and sale["date"] > "2026-05"]
    one.pay(one.bela, 1500, (mine[0], "invoice_id", 100))
    one.pay(one.bela, 60, (mine[-1], "invoice_id", 50), date="2026-05-10", branch_id=one.east)
    ahead = one.pay(one.asha, 400, payment_type="ADVANCE", date="2026-05-02")
    hers = next(sale for sale in sales if one.asha == sale["customer_id"])
    one.acme.payments.apply(
        ahead["payment_id"], allocations=[{"invoice_id": hers["invoice_id"], "amount": 150}]
    )
    abroad = next(sale for sale in sales if "USD" == sale["currency_code"])
    rate: Body = {"currency_code": "USD", "exchange_rate": "84.50"}
    one.pay(one.bob, 30, (abroad, "invoice_id", 4), **rate)
    one.pay(one.bela, 25, flow="OUTGOING", payment_type="REFUND")
    large = next(sale for sale in sales if 100_000 < sale["total"])
    one.note("credit_notes", one.far, one.line(1000), invoice_id=large["invoice_id"])
    back = one.note("credit_notes", one.bela, one.line(20, tax="GST 5%"))
    one.acme.credit_notes.apply_to_invoice(back["credit_note_id"], invoice_id=mine[0]["invoice_id"], amount=5)
    one.note("debit_notes", one.bela, one.line(15), invoice_id=mine[0]["invoice_id"])
    one.note("credit_notes", one.asha, one.line(12))
    bills = list(one.acme.bills.all())
    theirs = next(bill for bill in bills if "2026-02" == bill["date"][:7])
    one.pay(one.vendor, 400, (theirs, "bill_id", 300), flow="OUTGOING", mode="BANK_TRANSFER")
    one.pay(one.vendor, 90, flow="OUTGOING", payment_type="ADVANCE")
    one.note("credit_notes", one.vendor, one.line(50), bill_id=theirs["bill_id"])
    one.note("debit_notes", one.near, one.line(8))
    one.acme.journals.create(
        date=TODAY,
        contact_id=one.asha,
        lines=[
            {"account_id": one.acme.account_id("1040"), "debit": 33},
            {"account_id": one.acme.account_id("3010"), "credit": 33},
        ],
    )


def _undone(one: Business) -> None:
    """Voids, changes, deletions."""
    acme = one.acme
    acme.invoices.void(one.sell(one.bela, one.line(7777))["invoice_id"])
    acme.bills.void(one.buy(one.vendor, one.line(6666))["bill_id"])
    due = next(sale for sale in acme.invoices.all(customer_id=one.asha) if 44 < sale["balance"])
    acme.payments.void(one.pay(one.asha, 44, (due, "invoice_id", 44))["payment_id"])
    acme.invoices.delete(one.sell(one.asha, one.line(3), auto_approve=False)["invoice_id"])
    changed = one.note("credit_notes", one.asha, one.line(30))
    acme.credit_notes.update(changed["credit_note_id"], line_items=[one.line(24)])
    other = one.spend(321)
    acme.expenses.update(other["expense_id"], amount=123, date="2026-05-03")
    acme.expenses.delete(one.spend(55)["expense_id"])
    lines = [
        {"account_id": acme.account_id("6070"), "debit": 9},
        {"account_id": acme.account_id("1050"), "credit": 9},
    ]
    acme.journals.delete(acme.journals.create(date=TODAY, lines=lines)["journal_id"])
    acme.journals.create(date="2026-04-30", lines=lines, branch_id=one.mumbai)


def _filed(one: Business) -> None:
    """The returns of April, and what came to April later."""
    one.clock.move(seconds=1)
    one.acme.filings.create(return_type="GSTR3B", period="042026")
    one.acme.filings.create(return_type="GSTR1", period="042026", branch_id=one.mumbai)
    one.clock.move(seconds=1)
    one.sell(one.asha, one.line(640), date="2026-04-28")
    late = one.sell(one.far, one.line(530), date="2026-04-29", branch_id=one.mumbai, place_of_supply="IN-MH")
    one.acme.payments.create(
        contact_id=one.far, flow="INCOMING", date=TODAY, mode="UPI", amount=5,
        allocations=[{"invoice_id": late["invoice_id"], "amount": 5}],
    )  # fmt: skip


CHAPTERS = (_years_ago, _sold, _bought, _settled, _undone, _filed)
"""What happens, one thing after the other."""
