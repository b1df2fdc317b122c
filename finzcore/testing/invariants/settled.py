"""What holds of what settles what, and of what customers owe and vendors are owed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.seen import (
    LAST_DAY,
    OWED,
    Body,
    Seen,
    Sums,
    invariant,
    is_sale,
    noun_of,
    posted,
    rupees,
    whose,
)

_CONTROL: Final = {True: ("1040", "2050"), False: ("2010", "1080")}
"""The codes of receivables and customers' advances, and of payables and advances to vendors."""
_BY_HAND: Final = ("OPENING", "MANUAL")
_PAISA: Final = Decimal("0.01")


@invariant
def nothing_is_over_applied(seen: Seen) -> Iterable[Problem]:
    """What settles a document, and what is used of a payment or a note, is as much as its allocations say,
    and never more than there is.
    """
    paid = _applied(one for payment in seen.all("payments") for one in payment["allocations"])
    credited = _applied(one for note in seen.all("credit_notes") for one in note["applications"])
    for of in OWED:
        noun = noun_of(of)
        for document in seen.all(of):
            where, key = f"{noun} {document[f'{noun}_number']}", document[f"{noun}_id"]
            yield from seen.equal(f"{noun}.paid", where, paid[key], document["payment_made"])
            yield from seen.equal(f"{noun}.credited", where, credited[key], document["credits_applied"])
            due = document["total"] - paid[key] - credited[key]
            yield from seen.equal(f"{noun}.balance", where, due, document["balance"])
            yield from _not_negative(seen, where, due)
    for where, payment in seen.documents("payments"):
        used = sum((one["amount"] for one in payment["allocations"]), Decimal(0))
        yield from _not_negative(seen, where, payment["amount"] + payment["tds_amount"] - used)
        yield from _not_negative(seen, where, payment["unused_amount"])
    for note in seen.all("credit_notes"):
        where = f"credit note {note['credit_note_number']}"
        used = sum((one["amount"] for one in note["applications"]), Decimal(0))
        yield from seen.equal("credit_note.applied", where, used, note["credits_applied"])
        yield from _not_negative(seen, where, note["total"] - used - note["refunded_amount"])


def _target(one: Body) -> str:
    """The document that an allocation settles."""
    return str(next(one[f"{noun_of(of)}_id"] for of in OWED if one.get(f"{noun_of(of)}_id")))


def _applied(allocations: Iterable[Body]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for one in allocations:
        sums[_target(one)] += one["amount"]
    return sums


def _not_negative(seen: Seen, where: str, left: Decimal) -> Iterator[Problem]:
    if left < 0:
        yield seen.problem("applied.too_much", where, "nothing less than 0.00 left", left)


@invariant
def receivables_match_open_documents(seen: Seen) -> Iterable[Problem]:
    """Each customer owes, in rupees, what is open on documents less what waits to be used, and all of them
    together what stands on receivables and on customers' advances.

    Opening balances and entries by hand count as what they post. What is refunded of foreign money is not
    shown source by source, so each such refund may leave a paisa open; so may what was settled with
    foreign money that was voided.
    """
    yield from _match(seen, _owed(seen, sells=True), _by_ledgers(seen), "customer", sells=True)


@invariant
def payables_match_open_documents(seen: Seen) -> Iterable[Problem]:
    """Each vendor is owed, in rupees, what is open on bills and debit notes less what waits to be used, and
    all of them together what stands on payables less advances to vendors. As for customers otherwise.
    """
    yield from _match(seen, _owed(seen, sells=False), _by_entries(seen, sells=False), "vendor", sells=False)


def _match(seen: Seen, owed: Sums, found: Sums, who: str, *, sells: bool) -> Iterator[Problem]:
    spare = _paise_open(seen, sells=sells)
    for contact in seen.all("contacts"):
        key = contact["contact_id"]
        if abs(found[key] - owed[key]) > spare[key]:
            where = f"{who} {contact['contact_name']} {key}"
            yield seen.problem(f"{who}.owes", where, owed[key], found[key])
    control = _CONTROL[sells]
    side = 1 if sells else -1
    stands = side * sum((seen.standing[seen.acme.account_id(code)] for code in control), Decimal(0))
    together = sum(owed.values(), Decimal(0))
    if abs(stands - together) > sum(spare.values()):
        yield seen.problem(f"{who}s.owe", f"accounts {' and '.join(control)}", together, stands)


def _by_ledgers(seen: Seen) -> Sums:
    """What the ledger of each customer closes with."""
    sums: Sums = defaultdict(Decimal)
    for contact in seen.all("contacts"):
        key = contact["contact_id"]
        ledger = seen.acme.reports.customer_ledger(contact_id=key, to_date=LAST_DAY)
        sums[key] = ledger["closing_balance"]
    return sums


def _by_entries(seen: Seen, *, sells: bool, sources: Sequence[str] = ()) -> Sums:
    """What entries, or those of some sources, leave on the control accounts of one side, by contact."""
    control = {seen.acme.account_id(code) for code in _CONTROL[sells]}
    sums: Sums = defaultdict(Decimal)
    for entry in seen.all("journals"):
        if not sources or entry["source"] in sources:
            for line in entry["lines"]:
                if line["account_id"] in control:
                    amount = line["debit"] - line["credit"]
                    sums[line.get("contact_id") or ""] += amount if sells else -amount
    return sums


def _paise_open(seen: Seen, *, sells: bool) -> Sums:
    """A paisa for each refund in another currency; where money in one was voided, a paisa for each document
    and each payment in one, for what closed it may have gone."""
    foreign = [one for one in seen.all("payments") if one["currency_code"] != "INR"]
    unsettled = {one["contact_id"] for one in foreign if one["status"] == "VOIDED"}
    touched = [one["contact_id"] for one in foreign]
    for of in (*OWED, "credit_notes"):
        papers = [one for one in seen.all(of) if one["currency_code"] != "INR"]
        touched += [whose(one) for one in papers if is_sale(one) == sells]
    spare: Sums = defaultdict(Decimal)
    for contact in touched:
        spare[contact] += _PAISA * (contact in unsettled)
    for one in foreign:
        spare[one["contact_id"]] += _PAISA * (one["payment_type"] == "REFUND")
    return spare


def _owed(seen: Seen, *, sells: bool) -> Sums:
    """What documents, notes, payments and entries by hand leave each contact owing, or owed, in rupees."""
    settled, used = _parts(seen)
    owed = _by_entries(seen, sells=sells, sources=_BY_HAND)
    for of in OWED:
        noun = noun_of(of)
        for one in posted(seen.all(of)):
            if is_sale(one) == sells:
                owed[whose(one)] += _left(one, one["total"], settled[one[f"{noun}_id"]], one["balance"])
    for note in posted(seen.all("credit_notes")):
        if is_sale(note) == sells:
            parts = [*used[note["credit_note_id"]], note["refunded_amount"]]
            owed[whose(note)] -= _left(note, note["total"], parts, note["credits_remaining"])
    for payment in posted(seen.all("payments")):
        if payment["payment_type"] != "REFUND" and (payment["flow"] == "INCOMING") == sells:
            whole = payment["amount"] + payment["tds_amount"]
            parts = used[payment["payment_id"]]
            # Whatever neither waits nor is allocated was given back.
            back = whole - sum(parts, Decimal(0)) - payment["unused_amount"]
            owed[payment["contact_id"]] -= _left(payment, whole, [*parts, back], payment["unused_amount"])
    return owed


def _parts(seen: Seen) -> tuple[defaultdict[str, list[Decimal]], defaultdict[str, list[Decimal]]]:
    """The single amounts that each document was settled with, and that each source was used for."""
    settled: defaultdict[str, list[Decimal]] = defaultdict(list)
    used: defaultdict[str, list[Decimal]] = defaultdict(list)
    for of, uses in (("payments", "allocations"), ("credit_notes", "applications")):
        for source in seen.all(of):
            for one in source[uses]:
                settled[_target(one)].append(one["amount"])
                used[source[f"{noun_of(of)}_id"]].append(one["amount"])
    return settled, used


def _left(document: Body, whole: Decimal, parts: Iterable[Decimal], left: Decimal) -> Decimal:
    """What is left of a document in rupees: each part went at the document's own rate, rounded, and what
    closes it takes the rest along.
    """
    if not left:
        return Decimal(0)
    rate = document["exchange_rate"]
    return rupees(whole * rate) - sum((rupees(part * rate) for part in parts), Decimal(0))
