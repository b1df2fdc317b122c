"""What happens in the demo: the eight steps of the tutorial, a bill, a PDF, the trial balance, `verify`."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from finzcore import terminal
from finzcore.books.problem import Problem
from finzcore.demo.stage import Say, Stage, rupees, sides_of, strong
from finzcore.engine import open_books
from finzcore.errors import BooksUnusable
from finzcore.fiscal import INDIA
from finzcore.settings import Settings
from finzcore.storage.targets import is_address

NAME: Final = "Acme Traders"
LEGAL_NAME: Final = "Acme Traders, of the finzcore demo"
"""By this name the demo knows the books that it made itself, and may make anew."""

_PAPER: Final = "-INV-2627-001.pdf"
"""What the first invoice on paper is called, after the name of the books."""


class Calendar:
    """A clock for a story: ten in the morning of a day, and a second later at each look."""

    def __init__(self, day: str) -> None:
        self.turn(day)

    def turn(self, day: str) -> None:
        """Go to a day."""
        self._now = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), INDIA).astimezone(dt.UTC)

    def __call__(self) -> dt.datetime:
        self._now += dt.timedelta(seconds=1)
        return self._now


def clear(target: str) -> None:
    """Remove the books of an earlier demo; BooksUnusable, and nothing removed, for any others.

    A database is never cleared: it must be without books.
    """
    if is_address(target):
        with open_books(target) as engine:
            if engine.orgs():
                raise BooksUnusable(
                    f"{engine.target} holds books that the demo did not make; name another database."
                )
        return
    if not Path(target).exists():
        return
    with open_books(target, settings=Settings(migrate=False)) as engine:
        names = {org.profile["legal_name"] for org in engine.orgs()}
    if names != {LEGAL_NAME}:
        raise BooksUnusable(f"{target} holds books that the demo did not make; name another file.")
    for ending in ("", "-wal", "-shm", "-limits", _PAPER):
        Path(f"{target}{ending}").unlink(missing_ok=True)


def play(target: str, say: Say, command: str = "finzcore") -> list[Problem]:
    """Play the tutorial in new books, line by line to `say`; what `verify` found at the end.

    `command` is how the reader runs finzcore.
    """
    calendar = Calendar("2026-05-19")
    with open_books(target, clock=calendar) as engine:
        org = engine.create_org(name=NAME, state="IN-KA", legal_name=LEGAL_NAME)
        stage = Stage(engine, engine.mint_pat(org_id=org.org_id, label="The demo's").token, say)
        say(strong(f"The books of {NAME}, Bengaluru, in {engine.target}"))
        _tell(stage, calendar, None if is_address(target) else Path(f"{target}{_PAPER}"))
        problems = engine.verify()
    _end(stage, engine.target, problems, command)
    return problems


def _tell(stage: Stage, calendar: Calendar, paper: Path | None) -> None:
    _who(stage)
    customer = _customer(stage)
    bank, income = _accounts(stage)
    tax = _tax(stage)
    item = _item(stage, income, tax)
    invoice = _invoice(stage, customer, item)
    calendar.turn("2026-05-21")
    _receipt(stage, customer, invoice, bank)
    calendar.turn("2026-05-28")
    _credit(stage, customer, item, invoice)
    _customer_ledger(stage, customer)
    _bill(stage, tax)
    _paper(stage, invoice, paper)
    _trial_balance(stage)


def _who(stage: Stage) -> None:
    stage.scene("Who am I?")
    token = stage.call("GET", "/whoami")["token"]
    stage.tell(f"A token of {NAME}, tier {token['tier']}, with {', '.join(token['scopes'])}.")


def _customer(stage: Stage) -> str:
    stage.scene("A customer")
    body = {"contact_name": "Asha Stores", "place_of_contact": "IN-KA", "payment_terms": 15}
    contact = stage.call("POST", "/contacts", body)["contact"]
    stage.tell(f"{contact['contact_name']} is a {contact['contact_type']} and pays within 15 days.")
    contact_id: str = contact["contact_id"]
    return contact_id


def _accounts(stage: Stage) -> tuple[str, str]:
    stage.scene("An account look-up: where the money goes")
    accounts = stage.call("GET", "/accounts?account_type=BANK,INCOME")["accounts"]
    rows = [(account["code"], account["name"], account["account_type"]) for account in accounts]
    stage.table([("Code", "Account", "Type"), *rows], "<<<")
    ids = {account["name"]: account["account_id"] for account in accounts}
    return ids["Bank Account"], ids["Service Revenue"]


def _tax(stage: Stage) -> str:
    taxes = stage.quietly("GET", "/taxes")["taxes"]
    tax_id: str = next(tax["tax_id"] for tax in taxes if tax["name"] == "GST 18%")
    return tax_id


def _item(stage: Stage, income: str, tax: str) -> str:
    stage.scene("An item")
    body = {"item_name": "Licence", "type": "SERVICE", "rate": 12000, "tax_id": tax, "account_id": income}
    item = stage.call("POST", "/items", body)["item"]
    stage.tell(f"A {item['item_name']} costs {rupees(item['rate'])} and GST 18%, and earns Service Revenue.")
    item_id: str = item["item_id"]
    return item_id


def _invoice(stage: Stage, customer: str, item: str) -> dict[str, Any]:
    stage.scene("An invoice, approved as it is made")
    body = {
        "customer_id": customer,
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"item_id": item, "quantity": 1}],
    }
    answer = stage.call("POST", "/invoices", body)
    invoice: dict[str, Any] = answer["invoice"]
    stage.tell(answer["message"])
    stage.document("invoice", invoice, "DRAFT", invoice["status"])
    stage.entry(invoice["journal_id"])
    return invoice


def _receipt(stage: Stage, customer: str, invoice: Mapping[str, Any], bank: str) -> None:
    stage.scene("A receipt that pays it")
    body = {
        "flow": "INCOMING",
        "contact_id": customer,
        "date": "2026-05-21",
        "amount": 14160,
        "mode": "UPI",
        "bank_account_id": bank,
        "allocations": [{"invoice_id": invoice["invoice_id"], "amount": 14160}],
    }
    payment = stage.call("POST", "/payments", body)["payment"]
    stage.standing(invoice)
    stage.entry(payment["journal_id"])


def _credit(stage: Stage, customer: str, item: str, paid: Mapping[str, Any]) -> None:
    stage.scene("A credit note, applied to another invoice")
    note = _note(stage, customer, item, paid)
    stage.say("")
    invoice = _draft(stage, customer, item)
    stage.say("")
    path = f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"
    body = {"invoice_id": invoice["invoice_id"], "amount": 2360}
    note = stage.call("POST", path, body)["credit_note"]
    stage.standing(invoice)
    left = rupees(note["credits_remaining"])
    stage.tell(f"{strong(note['credit_note_number'])}    {note['status']}   remaining {left}")
    stage.tell("No journal entry: both stand on Accounts Receivable already.")


def _note(stage: Stage, customer: str, item: str, paid: Mapping[str, Any]) -> Any:
    body = {
        "customer_id": customer,
        "invoice_id": paid["invoice_id"],
        "date": "2026-05-28",
        "reason": "Two months unused",
        "line_items": [{"item_id": item, "quantity": 1, "rate": 2000}],
    }
    note = stage.call("POST", "/credit_notes", body)["credit_note"]
    stage.document("credit_note", note, note["status"])
    stage.entry(note["journal_id"])
    return note


def _draft(stage: Stage, customer: str, item: str) -> Any:
    body = {
        "customer_id": customer,
        "date": "2026-05-28",
        "place_of_supply": "IN-KA",
        "line_items": [{"item_id": item, "quantity": "0.5"}],
    }
    draft = stage.call("POST", "/invoices", body)["invoice"]
    invoice = stage.call("POST", f"/invoices/{draft['invoice_id']}/approve")["invoice"]
    stage.document("invoice", invoice, draft["status"], invoice["status"])
    stage.entry(invoice["journal_id"])
    return invoice


def _customer_ledger(stage: Stage, customer: str) -> None:
    stage.scene("The customer ledger: what Asha Stores owes")
    told = stage.call("GET", f"/reports/customer_ledger?contact_id={customer}")["customer_ledger"]
    rows = [("Date", "What", "Number", "Debit", "Credit", "Balance")]
    for entry in told["entries"]:
        what = entry["type"].replace("_", " ").capitalize()
        balance = terminal.amount(entry["balance"])
        rows.append((entry["date"][:10], what, entry["number"], *sides_of(entry), balance))
    stage.table(rows, "<<<>>>")
    stage.tell(f"Closing balance {rupees(told['closing_balance'])}")


def _bill(stage: Stage, tax: str) -> None:
    stage.scene("A bill: the tax on it is a credit")
    body: dict[str, Any] = {"contact_name": "Nilgiri Papers", "contact_type": "VENDOR"}
    vendor = stage.call("POST", "/contacts", body)["contact"]
    body = {
        "vendor_id": vendor["contact_id"],
        "bill_number": "NP/0417",
        "date": "2026-05-28",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"name": "Paper", "quantity": 10, "rate": 100, "tax_id": tax}],
    }
    bill = stage.call("POST", "/bills", body)["bill"]
    stage.document("bill", bill, "DRAFT", bill["status"])
    stage.entry(bill["journal_id"])


def _paper(stage: Stage, invoice: Mapping[str, Any], path: Path | None) -> None:
    stage.scene("The first invoice, on paper")
    drawn = stage.drawing(f"/invoices/{invoice['invoice_id']}/pdf")
    if drawn is None:
        stage.tell("Not without the extra pdf, here: python -m pip install '.[pdf]'")
    elif path is None:
        stage.tell(f"A PDF of {len(drawn)} bytes.")
    else:
        path.write_bytes(drawn)
        stage.tell(f"{strong(path.name)} lies beside the books.")


def _trial_balance(stage: Stage) -> None:
    stage.say("")
    stage.say(strong("And so the books say"))
    told = stage.call("GET", "/reports/trial_balance?as_of_date=2026-05-31")["trial_balance"]
    rows = [("Code", "Account", "Debit", "Credit")]
    rows += [(account["code"], account["name"], *sides_of(account)) for account in told["accounts"]]
    debit, credit = told["total_debit"], told["total_credit"]
    stage.table([*rows, ("", "Total", terminal.amount(debit), terminal.amount(credit))], "<<>>")
    stage.tell(f"Difference {rupees(debit - credit)}")


def _end(stage: Stage, target: str, problems: list[Problem], command: str) -> None:
    stage.say("")
    for problem in problems:
        stage.say(click.style(str(problem), fg="red"))
    if not problems:
        sound = click.style("The books are sound", fg="green", bold=True)
        stage.say(f"{sound}: verify derived every figure again, and nothing disagrees.")
    stage.say("")
    stage.say(f"Try next:  {command} report {target} ledger --set account_id=1020")
    stage.say(f"           {command} verify {target}")
    stage.say("Then docs/serving.md, which makes books of its own and answers the API over HTTP.")
