"""What holds of the journal, of its accounts, and of what `Engine.verify` says."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from finzcore.books.problem import Problem
from finzcore.testing.invariants.seen import LAST_DAY, NUMBERED, Seen, invariant, noun_of

_DEBIT_SIDE: Final = frozenset(
    {
        "BANK", "CASH", "ACCOUNTS_RECEIVABLE", "STOCK", "GST_ASSET", "TDS_ASSET", "FIXED_ASSET",
        "OTHER_CURRENT_ASSET", "OTHER_ASSET", "EXPENSE", "COST_OF_GOODS_SOLD", "OTHER_EXPENSE",
    }
)  # fmt: skip

# ----- what verify says -----


@invariant
def books_agree(seen: Seen) -> Iterable[Problem]:
    """`Engine.verify` finds nothing at all."""
    return seen.problems


def _of_checks(seen: Seen, *checks: str) -> list[Problem]:
    return [problem for problem in seen.problems if problem.check.startswith(checks)]


@invariant
def chain_is_intact(seen: Seen) -> Iterable[Problem]:
    """Entries and events follow each other without a gap, each with the hash that belongs to it, up to the
    end that the head names.
    """
    return _of_checks(seen, "chain.", "head.")


@invariant
def numbers_have_no_gap(seen: Seen) -> Iterable[Problem]:
    """Every value of every series belongs to one document, live, cancelled or deleted; none to two."""
    yield from _of_checks(seen, "numbers.", "number.")
    for of in NUMBERED:
        noun = noun_of(of)
        given = Counter((one["branch_id"], one[f"{noun}_number"].upper()) for one in seen.all(of))
        for (_, number), times in given.items():
            yield from seen.equal("numbers.twice", f"{noun} {number}", 1, times)


# ----- the journal -----


@invariant
def entries_balance(seen: Seen) -> Iterable[Problem]:
    """Every journal entry has two postings or more, and debits as much as it credits, which is its total."""
    for entry in seen.all("journals"):
        where = f"entry {entry['journal_number']}"
        debit = sum(line["debit"] for line in entry["lines"])
        yield from seen.equal("entry.sides", where, debit, sum(line["credit"] for line in entry["lines"]))
        yield from seen.equal("entry.total", where, debit, entry["total"])
        if len(entry["lines"]) < 2:
            yield seen.problem("entry.alone", where, "2 postings or more", len(entry["lines"]))


@invariant
def trial_balance_is_zero(seen: Seen) -> Iterable[Problem]:
    """Debits and credits of the trial balance are equal, today and after everything that is booked yet."""
    for day in (seen.today, LAST_DAY):
        report = seen.report("trial_balance", as_of_date=day)
        for side in ("debit", "credit"):
            added = sum((row[side] for row in report["accounts"]), Decimal(0))
            yield from seen.equal("trial_balance.total", f"{side} {day}", added, report[f"total_{side}"])
        yield from seen.equal(
            "trial_balance.sides", f"the two sides {day}", report["total_debit"], report["total_credit"]
        )


@invariant
def totals_match_postings(seen: Seen) -> Iterable[Problem]:
    """Every account stands at what the postings on it add up to."""
    for account in seen.acme.accounts.all():
        stands = seen.standing[account["account_id"]]
        side = 1 if account["account_type"] in _DEBIT_SIDE else -1
        where = f"account {account['code']}"
        yield from seen.equal("account.differs", where, side * stands, account["current_balance"])
