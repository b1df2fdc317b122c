"""What holds of the reports of who owes what: they are the control accounts, document by document."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

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


class _Side(NamedTuple):
    """Customers or vendors: their reports, their accounts, and the side on which they owe or are owed."""

    ageing: str
    outstanding: str
    who: str
    documents: str
    ledger: str
    control: str
    ahead: str
    sign: int
    types: tuple[str, str]


_SIDES: Final = {
    True: _Side(
        "ar_aging", "outstanding_receivables", "customers", "invoices", "customer_ledger", "1040", "2050", 1,
        ("CUSTOMER", "BOTH"),
    ),
    False: _Side(
        "ap_aging", "outstanding_payables", "vendors", "bills", "vendor_ledger", "2010", "1080", -1,
        ("VENDOR", "BOTH"),
    ),
}  # fmt: skip
_BUCKETS: Final = {"bucket_0_30": 30, "bucket_31_60": 60, "bucket_61_90": 90, "bucket_90_plus": 10**6}
_FIGURES: Final = (*_BUCKETS, "on_account", "total")
_PAISA: Final = Decimal("0.01")


class _Open(NamedTuple):
    """What is due on a document on a day, in its own currency, and how many parts of it were settled."""

    document: Body
    due: Decimal
    parts: int


def days(seen: Seen) -> tuple[str, ...]:
    """Days as of which reports are asked for: today, three weeks ago, and after everything."""
    ago = dt.date.fromisoformat(seen.today) - dt.timedelta(days=21)
    return seen.today, ago.isoformat(), LAST_DAY


@invariant
def ageing_matches_control(seen: Seen) -> Iterable[Problem]:
    """What contacts owe or are owed by age adds up, contact by contact and all together, to what stands on
    receivables or payables on that day, less what was booked there by hand without a contact; and what is due
    on documents in rupees has the age that its due date says.
    """
    for sells, side in _SIDES.items():
        for day in days(seen):
            report, where = seen.report(side.ageing, as_of_date=day), f"{side.ageing} {day}"
            rows = {row["contact_id"]: row for row in report["rows"]}
            stands = _standing(seen, side, day)
            found = {key: row["total"] for key, row in rows.items()}
            yield from seen.same("ageing.contact", where, stands, found)
            total = sum(stands.values(), Decimal(0))
            yield from seen.equal("ageing.control", where, total, report["totals"]["total"])
            yield from _added_up(seen, report, where)
            yield from _aged(seen, sells, day, rows)


def _standing(seen: Seen, side: _Side, day: str) -> Sums:
    """What entries through a day leave on the control account, by contact."""
    account = seen.acme.account_id(side.control)
    sums: Sums = defaultdict(Decimal)
    for date, _, entry in seen.entries:
        if date <= day:
            for line in entry["lines"]:
                if line["account_id"] == account and line["contact_id"] is not None:
                    sums[line["contact_id"]] += side.sign * (line["debit"] - line["credit"])
    return sums


def _added_up(seen: Seen, report: Body, where: str) -> Iterator[Problem]:
    for row in (*report["rows"], report["totals"]):
        parts = sum(row[name] for name in _FIGURES[:-1])
        named = f"{where} {row.get('contact_name', 'all')}"
        yield from seen.equal("ageing.row", named, parts, row["total"])
    for name in _FIGURES:
        added = sum((row[name] for row in report["rows"]), Decimal(0))
        yield from seen.equal("ageing.total", f"{where} {name}", added, report["totals"][name])


def _aged(seen: Seen, sells: bool, day: str, rows: dict[str, Body]) -> Iterator[Problem]:
    """The buckets of contacts with whom all business is in rupees."""
    aged: defaultdict[str, Sums] = defaultdict(lambda: defaultdict(Decimal))
    for one in _open_documents(seen, sells, day):
        aged[whose(one.document)][_bucket(one.document["due_date"], day)] += one.due
    for contact, date, amount in _openings(seen, _SIDES[sells]):
        if date <= day:
            aged[contact][_bucket(date, day)] += amount
    for key in (aged.keys() | rows.keys()) - _foreigners(seen):
        found = {name: rows[key][name] for name in _BUCKETS} if key in rows else {}
        yield from seen.same("ageing.bucket", f"{_SIDES[sells].ageing} {day} {key}", aged[key], found)


def _bucket(due: str, day: str) -> str:
    age = (dt.date.fromisoformat(day) - dt.date.fromisoformat(due[:10])).days
    return next(name for name, most in _BUCKETS.items() if age <= most)


def _openings(seen: Seen, side: _Side) -> Iterator[tuple[str, str, Decimal]]:
    """(contact, day, amount) of what was open when books began, and of what was put there by hand."""
    account = seen.acme.account_id(side.control)
    for date, _, entry in seen.entries:
        if entry["source"] in ("OPENING", "MANUAL"):
            sums: Sums = defaultdict(Decimal)
            for line in entry["lines"]:
                if line["account_id"] == account and line["contact_id"] is not None:
                    sums[line["contact_id"]] += side.sign * (line["debit"] - line["credit"])
            for contact, amount in sums.items():
                if amount > 0 or entry["source"] == "OPENING":
                    yield contact, date, amount


def _foreigners(seen: Seen) -> set[str]:
    """Contacts with whom anything is in another currency, where a paisa may go to exchange."""
    papers = [one for of in (*OWED, "credit_notes") for one in seen.all(of)]
    found = {whose(one) for one in papers if one["currency_code"] != "INR"}
    return found | {one["contact_id"] for one in seen.all("payments") if one["currency_code"] != "INR"}


def _open_documents(seen: Seen, sells: bool, day: str) -> Iterator[_Open]:
    """Posted documents of a side that are there on a day and not settled by then: a settlement counts once
    it is made, and both what settles and what is settled are there."""
    settled = _settled(seen, day)
    for of in OWED:
        for one in posted(seen.all(of)):
            if is_sale(one) == sells and one["date"][:10] <= day:
                parts = settled[one[f"{noun_of(of)}_id"]]
                due = one["total"] - sum(parts, Decimal(0))
                yield _Open(one, due, len(parts))


def _settled(seen: Seen, day: str) -> defaultdict[str, list[Decimal]]:
    """The parts of each document that were settled through a day."""
    found: defaultdict[str, list[Decimal]] = defaultdict(list)
    for of, uses in (("payments", "allocations"), ("credit_notes", "applications")):
        for source in posted(seen.all(of)):
            for one in source[uses]:
                if max(one["date"], source["date"])[:10] <= day:
                    found[_target(one)].append(one["amount"])
    return found


def _target(one: Body) -> str:
    return str(next(one[f"{noun_of(of)}_id"] for of in OWED if one.get(f"{noun_of(of)}_id")))


@invariant
def outstanding_matches_documents(seen: Seen) -> Iterable[Problem]:
    """The documents that are reported as unpaid on a day are those that are, each with what is due on it in
    rupees and for how long; contacts and the whole add up.

    Of one in another currency every part that was settled may leave a paisa.
    """
    for sells, side in _SIDES.items():
        for day in days(seen):
            report, where = seen.report(side.outstanding, as_of_date=day), f"{side.outstanding} {day}"
            yield from _sums(seen, side, report, where)
            found = {_key_of(one): one for contact in report[side.who] for one in contact[side.documents]}
            for one in _open_documents(seen, sells, day):
                yield from _unpaid(seen, one, found.pop(_key_of(one.document), None), day, where)
            for one in found.values():
                yield seen.problem("outstanding.stranger", where, "nothing", one)


def _sums(seen: Seen, side: _Side, report: Body, where: str) -> Iterator[Problem]:
    for contact in report[side.who]:
        added = sum(one["balance"] for one in contact[side.documents])
        named = f"{where} {contact['contact_name']}"
        yield from seen.equal("outstanding.contact", named, added, contact["outstanding"])
    added = sum((one["outstanding"] for one in report[side.who]), Decimal(0))
    yield from seen.equal("outstanding.total", where, added, report["total"])


def _key_of(document: Body) -> Any:
    """A note has those of what it is for besides its own."""
    named = (document.get(name) for name in ("debit_note_id", "bill_id", "invoice_id"))
    return next(key for key in named if key)


def _unpaid(seen: Seen, one: _Open, found: Body | None, day: str, where: str) -> Iterator[Problem]:
    said = Decimal(0) if found is None else found["balance"]
    expected = rupees(one.due * one.document["exchange_rate"])
    spare = _PAISA * (one.parts + 1) * (one.document["currency_code"] != "INR")
    named = f"{where} {_key_of(one.document)}"
    if abs(said - expected) > spare:
        yield seen.problem("outstanding.balance", named, expected, said)
    if found is not None:
        due = one.document["due_date"][:10]
        late = (dt.date.fromisoformat(day) - dt.date.fromisoformat(due)).days
        yield from seen.equal("outstanding.due", named, due, found["due_date"][:10])
        yield from seen.equal("outstanding.late", named, max(late, 0), found["days_overdue"])


@invariant
def party_ledgers_match_control(seen: Seen) -> Iterable[Problem]:
    """The ledger of a contact begins and ends with what entries left on receivables and customers' advances,
    or on payables and advances to vendors, under its name; it runs from one to the other.
    """
    today = seen.today
    for side in _SIDES.values():
        accounts = {seen.acme.account_id(code) for code in (side.control, side.ahead)}
        for contact in seen.all("contacts"):
            if contact["contact_type"] not in side.types:
                continue
            key = contact["contact_id"]
            for since, through in (("2000-01-01", LAST_DAY), (f"{today[:7]}-01", today)):
                ledger = seen.report(side.ledger, contact_id=key, from_date=since, to_date=through)
                before, after = _of_contact(seen, key, accounts, since, through)
                where = f"{side.ledger} {contact['contact_name']} {since}"
                ends = (side.sign * before, side.sign * after)
                found = (ledger["opening_balance"], ledger["closing_balance"])
                yield from seen.equal("party.ends", where, ends, found)
                yield from _runs(seen, ledger, side.sign, where)


def _of_contact(
    seen: Seen, contact: str, accounts: set[str], since: str, through: str
) -> tuple[Decimal, Decimal]:
    """What entries left on some accounts under a contact's name: before a day, and through another."""
    before = after = Decimal(0)
    for day, _, entry in seen.entries:
        for line in entry["lines"]:
            if line["account_id"] in accounts and line["contact_id"] == contact and day <= through:
                amount = line["debit"] - line["credit"]
                after += amount
                before += amount if day < since else 0
    return before, after


def _runs(seen: Seen, ledger: Body, sign: int, where: str) -> Iterator[Problem]:
    """Each line moves the balance by what it says."""
    balance = ledger["opening_balance"]
    for one in ledger["entries"]:
        balance += sign * (one["debit"] - one["credit"])
        yield from seen.equal("party.balance", f"{where} {one['number']}", balance, one["balance"])
    moved = sign * (ledger["total_debit"] - ledger["total_credit"])
    closing = ledger["opening_balance"] + moved
    yield from seen.equal("party.totals", where, closing, ledger["closing_balance"])
