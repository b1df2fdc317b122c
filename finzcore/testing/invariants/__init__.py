"""What must be true of books whatever was done to them: each a function of an engine and an organisation.

Read in this order:

    seen        books as they are shown, and what an invariant is made of
    ledger      the journal, its accounts, and what `Engine.verify` says
    documents   each document: its total, what it posts, what a void leaves
    settled     what settles what, what customers owe and vendors are owed
    checking    `check`, which asks any of them

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

from finzcore.testing.invariants.checking import ALL, check
from finzcore.testing.invariants.documents import (
    a_void_leaves_nothing,
    documents_add_up,
    entries_bear_what_is_owed,
)
from finzcore.testing.invariants.ledger import (
    books_agree,
    chain_is_intact,
    entries_balance,
    numbers_have_no_gap,
    totals_match_postings,
    trial_balance_is_zero,
)
from finzcore.testing.invariants.seen import Invariant
from finzcore.testing.invariants.settled import (
    nothing_is_over_applied,
    payables_match_open_documents,
    receivables_match_open_documents,
)

__all__ = [
    "ALL",
    "Invariant",
    "a_void_leaves_nothing",
    "books_agree",
    "chain_is_intact",
    "check",
    "documents_add_up",
    "entries_balance",
    "entries_bear_what_is_owed",
    "nothing_is_over_applied",
    "numbers_have_no_gap",
    "payables_match_open_documents",
    "receivables_match_open_documents",
    "totals_match_postings",
    "trial_balance_is_zero",
]
