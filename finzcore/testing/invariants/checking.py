"""All invariants, and the one call that asks any of them."""

from collections.abc import Iterable
from typing import Final

from finzcore.engine import Engine
from finzcore.testing.invariants import (
    documents,
    explained,
    filings,
    ledger,
    outward,
    parties,
    registers,
    returns,
    settled,
    statements,
)
from finzcore.testing.invariants.seen import LOOKS, Invariant, Seen, looked

BOOKS: Final[tuple[Invariant, ...]] = (
    ledger.books_agree,
    ledger.chain_is_intact,
    ledger.numbers_have_no_gap,
    ledger.entries_balance,
    ledger.trial_balance_is_zero,
    ledger.totals_match_postings,
    documents.documents_add_up,
    documents.entries_bear_what_is_owed,
    documents.a_void_leaves_nothing,
    settled.nothing_is_over_applied,
    settled.receivables_match_open_documents,
    settled.payables_match_open_documents,
)
"""What must be true of the journal, of documents, and of what settles what."""

REPORTS: Final[tuple[Invariant, ...]] = (
    statements.profit_and_loss_follows,
    statements.balance_sheet_balances,
    statements.cash_flow_closes,
    statements.ledgers_match_trial_balance,
    statements.day_book_is_the_journal,
    parties.ageing_matches_control,
    parties.outstanding_matches_documents,
    parties.party_ledgers_match_control,
    registers.registers_match_documents,
    outward.gstr1_matches_documents,
    outward.gstr1_matches_gstr3b,
    returns.gstr3b_matches_documents,
    returns.gstr3b_matches_tax_accounts,
    filings.filings_hold,
    filings.filings_carry,
    explained.sources_add_up,
    explained.branches_add_up,
)
"""What must be true of the reports and of the returns, which are held against documents and entries."""

ALL: Final = (*BOOKS, *REPORTS)
"""Every invariant there is."""


def check(engine: Engine, org_id: str, invariants: Iterable[Invariant] = ALL) -> None:
    """Raise an AssertionError that lists every problem found, each with the invariant that it breaks.

    >>> import finzcore
    >>> with finzcore.open(":memory:") as engine:
    ...     check(engine, engine.create_org(name="Acme Traders", state="IN-KA").org_id)
    """
    ask(Seen(engine, org_id), invariants)


def ask(seen: Seen, invariants: Iterable[Invariant]) -> None:
    """The same of books that somebody looks at already."""
    found = []
    for one in invariants:
        look = LOOKS.get(one)
        problems = one(seen.engine, seen.org_id) if look is None else looked(look, seen)
        found += [f"{one.__name__}: {problem}" for problem in problems]
    if found:
        raise AssertionError("\n".join(["These books are not sound:", *found]))
