"""What must be true of books whatever was done to them: each a function of an engine and an organisation.

    problems = invariants.entries_balance(engine, acme.org_id)

gives a list of `Problem`, empty when it holds; ``str(problem)`` is one line. `ALL` are all of them, and
`check` raises an AssertionError that lists whatever any of them finds. So a test of your own code ends with::

    invariants.check(engine, acme.org_id)

Two kinds of witness are heard. `books_agree`, `chain_is_intact` and `numbers_have_no_gap` ask
`Engine.verify`, which derives the figures from the rows. The others look at the books as any client
does, through lists and reports, and add up for themselves what is shown: they would notice a verify that
is blind. They read everything, so they are for books of the size that tests make, and for a moment in
which nobody writes.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final

from finzcore.books.problem import Problem
from finzcore.engine import Engine

Invariant = Callable[[Engine, str], list[Problem]]
"""A named function of an engine and the id of an organisation."""

Body = dict[str, Any]
Sums = defaultdict[str, Decimal]

_LAST_DAY: Final = "2199-12-31"
_DEBIT_SIDE: Final = frozenset(
    {
        "BANK", "CASH", "ACCOUNTS_RECEIVABLE", "STOCK", "GST_ASSET", "TDS_ASSET", "FIXED_ASSET",
        "OTHER_CURRENT_ASSET", "OTHER_ASSET", "EXPENSE", "COST_OF_GOODS_SOLD", "OTHER_EXPENSE",
    }
)  # fmt: skip
_RECEIVABLE, _ADVANCES = "1040", "2050"


class _Seen:
    """An organisation's books as they are shown, each list read when it is first asked for."""

    def __init__(self, engine: Engine, org_id: str) -> None:
        self.engine = engine
        self.org_id = org_id
        self.acme = engine.org(org_id)

    @cached_property
    def problems(self) -> list[Problem]:
        return self.engine.verify(self.org_id)

    @cached_property
    def journals(self) -> list[Body]:
        return list(self.acme.journals.all())

    @cached_property
    def invoices(self) -> list[Body]:
        return list(self.acme.invoices.all())

    @cached_property
    def credit_notes(self) -> list[Body]:
        return list(self.acme.credit_notes.all())

    @cached_property
    def payments(self) -> list[Body]:
        return list(self.acme.payments.all())

    @cached_property
    def standing(self) -> Sums:
        """What the journal leaves on each account, by its id, debit positive."""
        sums: Sums = defaultdict(Decimal)
        for entry in self.journals:
            for line in entry["lines"]:
                sums[line["account_id"]] += line["debit"] - line["credit"]
        return sums

    def problem(self, check: str, where: str, expected: object, found: object) -> Problem:
        return Problem(check=check, org_id=self.org_id, where=where, expected=str(expected), found=str(found))

    def equal(self, check: str, where: str, expected: object, found: object) -> Iterator[Problem]:
        """A problem unless two figures are the same."""
        if expected != found:
            yield self.problem(check, where, expected, found)


Look = Callable[[_Seen], Iterable[Problem]]
_LOOKS: Final[dict[Invariant, Look]] = {}


def _looked(look: Look, seen: _Seen) -> list[Problem]:
    """What a look finds; books so damaged that they cannot be shown are a problem like any other."""
    try:
        return list(look(seen))
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        return [seen.problem("books.unreadable", "the books", "what can be shown", told)]


def _invariant(look: Look) -> Invariant:
    def holds(engine: Engine, org_id: str) -> list[Problem]:
        return _looked(look, _Seen(engine, org_id))

    holds.__name__ = holds.__qualname__ = look.__name__
    holds.__doc__ = look.__doc__
    holds.__module__ = look.__module__
    _LOOKS[holds] = look
    return holds


# ----- what verify says -----


@_invariant
def books_agree(seen: _Seen) -> Iterable[Problem]:
    """`Engine.verify` finds nothing at all."""
    return seen.problems


def _of_checks(seen: _Seen, *checks: str) -> list[Problem]:
    return [problem for problem in seen.problems if problem.check.startswith(checks)]


@_invariant
def chain_is_intact(seen: _Seen) -> Iterable[Problem]:
    """Entries and events follow each other without a gap, each with the hash that belongs to it, up to the
    end that the head names.
    """
    return _of_checks(seen, "chain.", "head.")


@_invariant
def numbers_have_no_gap(seen: _Seen) -> Iterable[Problem]:
    """Every value of every series belongs to one document, live, cancelled or deleted; none to two."""
    yield from _of_checks(seen, "numbers.", "number.")
    numbered = {"invoice": seen.invoices, "credit_note": seen.credit_notes, "payment": seen.payments}
    for noun, documents in numbered.items():
        given = Counter((one["branch_id"], one[f"{noun}_number"].upper()) for one in documents)
        for (_, number), times in given.items():
            yield from seen.equal("numbers.twice", f"{noun} {number}", 1, times)


# ----- the journal -----


@_invariant
def entries_balance(seen: _Seen) -> Iterable[Problem]:
    """Every journal entry has two postings or more, and debits as much as it credits, which is its total."""
    for entry in seen.journals:
        where = f"entry {entry['journal_number']}"
        debit = sum(line["debit"] for line in entry["lines"])
        yield from seen.equal("entry.sides", where, debit, sum(line["credit"] for line in entry["lines"]))
        yield from seen.equal("entry.total", where, debit, entry["total"])
        if len(entry["lines"]) < 2:
            yield seen.problem("entry.alone", where, "2 postings or more", len(entry["lines"]))


@_invariant
def trial_balance_is_zero(seen: _Seen) -> Iterable[Problem]:
    """Debits and credits of the trial balance are equal, today and after everything that is booked yet."""
    today = (seen.engine.clock() + dt.timedelta(hours=5, minutes=30)).date().isoformat()
    for day in (today, _LAST_DAY):
        report = seen.acme.reports.trial_balance(as_of_date=day)
        for side in ("debit", "credit"):
            added = sum((row[side] for row in report["accounts"]), Decimal(0))
            yield from seen.equal("trial_balance.total", f"{side} {day}", added, report[f"total_{side}"])
        yield from seen.equal(
            "trial_balance.sides", f"the two sides {day}", report["total_debit"], report["total_credit"]
        )


@_invariant
def totals_match_postings(seen: _Seen) -> Iterable[Problem]:
    """Every account stands at what the postings on it add up to."""
    for account in seen.acme.accounts.all():
        stands = seen.standing[account["account_id"]]
        side = 1 if account["account_type"] in _DEBIT_SIDE else -1
        where = f"account {account['code']}"
        yield from seen.equal("account.differs", where, side * stands, account["current_balance"])


# ----- the documents -----


def _total(document: Body) -> Decimal:
    before = document["sub_total"] - document["discount"] + document["tax_total"]
    charges: Decimal = document["shipping_charge"] + document["adjustment"] + document["round_off"]
    return Decimal(before + charges - document["tds_amount"])


@_invariant
def documents_add_up(seen: _Seen) -> Iterable[Problem]:
    """A total is the sum of its parts, sub-total and tax those of the lines, and CGST equals SGST."""
    for noun, document in (
        *(("invoice", one) for one in seen.invoices),
        *(("credit_note", one) for one in seen.credit_notes),
    ):
        where = f"{noun} {document[f'{noun}_number']}"
        lines = document["line_items"]
        heads = ("cgst", "sgst", "igst", "cess")
        for head in heads:
            added = sum(line[head] for line in lines)
            yield from seen.equal("document.tax", f"{where} {head}", added, document[f"{head}_total"])
        added = sum(document[f"{head}_total"] for head in heads)
        yield from seen.equal("document.tax", where, added, document["tax_total"])
        yield from seen.equal("document.halves", where, document["cgst_total"], document["sgst_total"])
        items = sum(line["item_total"] for line in lines)
        yield from seen.equal("document.items", where, items, document["sub_total"])
        yield from seen.equal("document.total", where, _total(document), document["total"])


@_invariant
def nothing_is_over_applied(seen: _Seen) -> Iterable[Problem]:
    """What settles a document, and what is used of a payment or a note, is as much as its allocations say,
    and never more than there is.
    """
    paid = _applied(one for payment in seen.payments for one in payment["allocations"])
    credited = _applied(one for note in seen.credit_notes for one in note["applications"])
    for invoice in seen.invoices:
        where, key = f"invoice {invoice['invoice_number']}", invoice["invoice_id"]
        yield from seen.equal("invoice.paid", where, paid[key], invoice["payment_made"])
        yield from seen.equal("invoice.credited", where, credited[key], invoice["credits_applied"])
        due = invoice["total"] - paid[key] - credited[key]
        yield from seen.equal("invoice.balance", where, due, invoice["balance"])
        yield from _not_negative(seen, where, due)
    for payment in seen.payments:
        used = sum((one["amount"] for one in payment["allocations"]), Decimal(0))
        left = payment["amount"] + payment["tds_amount"] - used
        yield from _not_negative(seen, f"payment {payment['payment_number']}", left)
        yield from _not_negative(seen, f"payment {payment['payment_number']}", payment["unused_amount"])
    for note in seen.credit_notes:
        where = f"credit note {note['credit_note_number']}"
        used = sum((one["amount"] for one in note["applications"]), Decimal(0))
        yield from seen.equal("credit_note.applied", where, used, note["credits_applied"])
        yield from _not_negative(seen, where, note["total"] - used - note["refunded_amount"])


def _applied(allocations: Iterable[Body]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for one in allocations:
        sums[one["invoice_id"]] += one["amount"]
    return sums


def _not_negative(seen: _Seen, where: str, left: Decimal) -> Iterator[Problem]:
    if left < 0:
        yield seen.problem("applied.too_much", where, "nothing less than 0.00 left", left)


# ----- the customers -----


@_invariant
def receivables_match_open_documents(seen: _Seen) -> Iterable[Problem]:
    """Each customer owes, in rupees, what is open on documents less what waits to be used, and all of them
    together what stands on receivables and on customers' advances.

    Opening balances and entries by hand count as what they post. What is refunded of foreign money is
    not shown source by source, so each such refund may leave a paisa open.
    """
    control = {seen.acme.account_id(code) for code in (_RECEIVABLE, _ADVANCES)}
    owed = _owed(seen)
    for entry in seen.journals:
        if entry["source"] in ("OPENING", "MANUAL"):
            for line in entry["lines"]:
                if line["account_id"] in control:
                    owed[line["contact_id"]] += line["debit"] - line["credit"]
    spare = _paise_open(seen)
    for contact in seen.acme.contacts.all():
        key = contact["contact_id"]
        ledger = seen.acme.reports.customer_ledger(contact_id=key, to_date=_LAST_DAY)
        found = ledger["closing_balance"]
        if abs(found - owed[key]) > spare[key]:
            where = f"customer {contact['contact_name']} {key}"
            yield seen.problem("customer.owes", where, owed[key], found)
    stands = sum((seen.standing[account] for account in control), Decimal(0))
    together = sum(owed.values(), Decimal(0))
    if abs(stands - together) > sum(spare.values()):
        yield seen.problem("customers.owe", f"accounts {_RECEIVABLE} and {_ADVANCES}", together, stands)


def _paise_open(seen: _Seen) -> Sums:
    spare: Sums = defaultdict(Decimal)
    for payment in seen.payments:
        if payment["payment_type"] == "REFUND" and payment["currency_code"] != "INR":
            spare[payment["contact_id"]] += Decimal("0.01")
    return spare


def _owed(seen: _Seen) -> Sums:
    """What documents, notes and payments leave each customer owing, in rupees."""
    settled, used = _parts(seen)
    owed: Sums = defaultdict(Decimal)
    for invoice in _posted(seen.invoices):
        parts = settled[invoice["invoice_id"]]
        owed[invoice["customer_id"]] += _left(invoice, invoice["total"], parts, invoice["balance"])
    for note in _posted(seen.credit_notes):
        parts = [*used[note["credit_note_id"]], note["refunded_amount"]]
        owed[note["customer_id"]] -= _left(note, note["total"], parts, note["credits_remaining"])
    for payment in _posted(seen.payments):
        if payment["flow"] == "INCOMING" and payment["payment_type"] != "REFUND":
            whole = payment["amount"] + payment["tds_amount"]
            parts = used[payment["payment_id"]]
            # Whatever neither waits nor is allocated was given back.
            back = whole - sum(parts, Decimal(0)) - payment["unused_amount"]
            owed[payment["contact_id"]] -= _left(payment, whole, [*parts, back], payment["unused_amount"])
    return owed


def _parts(seen: _Seen) -> tuple[defaultdict[str, list[Decimal]], defaultdict[str, list[Decimal]]]:
    """The single amounts that each document was settled with, and that each source was used for."""
    settled: defaultdict[str, list[Decimal]] = defaultdict(list)
    used: defaultdict[str, list[Decimal]] = defaultdict(list)
    for noun, uses, sources in (
        ("payment_id", "allocations", seen.payments),
        ("credit_note_id", "applications", seen.credit_notes),
    ):
        for source in sources:
            for one in source[uses]:
                settled[one["invoice_id"]].append(one["amount"])
                used[source[noun]].append(one["amount"])
    return settled, used


def _posted(documents: Sequence[Body]) -> list[Body]:
    return [one for one in documents if one["status"] not in ("DRAFT", "CANCELLED", "VOIDED")]


def _left(document: Body, whole: Decimal, parts: Iterable[Decimal], left: Decimal) -> Decimal:
    """What is left of a document in rupees: each part went at the document's own rate, rounded, and what
    closes it takes the rest along.
    """
    if not left:
        return Decimal(0)
    rate = document["exchange_rate"]
    return _rupees(whole * rate) - sum((_rupees(part * rate) for part in parts), Decimal(0))


def _rupees(exact: Decimal) -> Decimal:
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


ALL: Final[tuple[Invariant, ...]] = tuple(_LOOKS)
"""Every invariant of this page."""


def check(engine: Engine, org_id: str, invariants: Iterable[Invariant] = ALL) -> None:
    """Raise an AssertionError that lists every problem found, each with the invariant that it breaks.

    >>> import finzcore
    >>> with finzcore.open(":memory:") as engine:
    ...     check(engine, engine.create_org(name="Acme Traders", state="IN-KA").org_id)
    """
    seen = _Seen(engine, org_id)
    found = []
    for one in invariants:
        look = _LOOKS.get(one)
        problems = one(engine, org_id) if look is None else _looked(look, seen)
        found += [f"{one.__name__}: {problem}" for problem in problems]
    if found:
        raise AssertionError("\n".join(["These books are not sound:", *found]))
