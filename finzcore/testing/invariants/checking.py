"""All invariants, and the one call that asks any of them."""

from collections.abc import Iterable
from typing import Final

from finzcore.engine import Engine
from finzcore.testing.invariants import documents, ledger, settled
from finzcore.testing.invariants.seen import LOOKS, Invariant, Seen, looked

ALL: Final[tuple[Invariant, ...]] = (
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
"""Every invariant there is."""


def check(engine: Engine, org_id: str, invariants: Iterable[Invariant] = ALL) -> None:
    """Raise an AssertionError that lists every problem found, each with the invariant that it breaks.

    >>> import finzcore
    >>> with finzcore.open(":memory:") as engine:
    ...     check(engine, engine.create_org(name="Acme Traders", state="IN-KA").org_id)
    """
    seen = Seen(engine, org_id)
    found = []
    for one in invariants:
        look = LOOKS.get(one)
        problems = one(engine, org_id) if look is None else looked(look, seen)
        found += [f"{one.__name__}: {problem}" for problem in problems]
    if found:
        raise AssertionError("\n".join(["These books are not sound:", *found]))
