"""What must be true of books whatever was done to them: each a function of an engine and an organisation.

Read in this order:

    seen        books as they are shown, and what an invariant is made of
    ledger      the journal, its accounts, and what `Engine.verify` says
    documents   each document: its total, what it posts, what a void leaves
    settled     what settles what, what customers owe and vendors are owed
    statements  profit and loss, balance sheet, cash flow, ledgers, day book: made of entries
    parties     ageing, unpaid documents, ledgers of contacts: the control accounts by document
    registers   sales and purchases: the documents, in rupees
    supplied    documents as returns see them, worked out from what is shown of them
    returns     GSTR-3B: the documents, and the accounts of tax
    outward     GSTR-1: the documents table by table, and GSTR-3B
    filings     returns that were filed, and what changed since
    explained   every report: what its sources and its branches add up to
    checking    `check`, which asks any of them

    problems = invariants.entries_balance(engine, acme.org_id)

gives a list of `Problem`, empty when it holds; ``str(problem)`` is one line. `BOOKS` are those about
entries and documents, `REPORTS` those about reports and returns, `ALL` both, and
`check` raises an AssertionError that lists whatever any of them finds. So a test of your own code ends with::

    invariants.check(engine, acme.org_id)

Two kinds of witness are heard. `books_agree`, `chain_is_intact` and `numbers_have_no_gap` ask
`Engine.verify`, which derives the figures from the rows. The others look at the books as any client
does, through lists and reports, and add up for themselves what is shown: they would notice a verify that
is blind. They read everything, so they are for books of the size that tests make, and for a moment in
which nobody writes.
"""

from finzcore.testing.invariants.checking import ALL, BOOKS, REPORTS, check
from finzcore.testing.invariants.documents import (
    a_void_leaves_nothing,
    documents_add_up,
    entries_bear_what_is_owed,
)
from finzcore.testing.invariants.explained import branches_add_up, sources_add_up
from finzcore.testing.invariants.filings import filings_carry, filings_hold
from finzcore.testing.invariants.ledger import (
    books_agree,
    chain_is_intact,
    entries_balance,
    numbers_have_no_gap,
    totals_match_postings,
    trial_balance_is_zero,
)
from finzcore.testing.invariants.outward import gstr1_matches_documents, gstr1_matches_gstr3b
from finzcore.testing.invariants.parties import (
    ageing_matches_control,
    outstanding_matches_documents,
    party_ledgers_match_control,
)
from finzcore.testing.invariants.registers import registers_match_documents
from finzcore.testing.invariants.returns import gstr3b_matches_documents, gstr3b_matches_tax_accounts
from finzcore.testing.invariants.seen import Invariant
from finzcore.testing.invariants.settled import (
    nothing_is_over_applied,
    payables_match_open_documents,
    receivables_match_open_documents,
)
from finzcore.testing.invariants.statements import (
    balance_sheet_balances,
    cash_flow_closes,
    day_book_is_the_journal,
    ledgers_match_trial_balance,
    profit_and_loss_follows,
)

__all__ = [
    "ALL",
    "BOOKS",
    "REPORTS",
    "Invariant",
    "a_void_leaves_nothing",
    "ageing_matches_control",
    "balance_sheet_balances",
    "books_agree",
    "branches_add_up",
    "cash_flow_closes",
    "chain_is_intact",
    "check",
    "day_book_is_the_journal",
    "documents_add_up",
    "entries_balance",
    "entries_bear_what_is_owed",
    "filings_carry",
    "filings_hold",
    "gstr1_matches_documents",
    "gstr1_matches_gstr3b",
    "gstr3b_matches_documents",
    "gstr3b_matches_tax_accounts",
    "ledgers_match_trial_balance",
    "nothing_is_over_applied",
    "numbers_have_no_gap",
    "outstanding_matches_documents",
    "party_ledgers_match_control",
    "payables_match_open_documents",
    "profit_and_loss_follows",
    "receivables_match_open_documents",
    "registers_match_documents",
    "sources_add_up",
    "totals_match_postings",
    "trial_balance_is_zero",
]
