"""Reports with one mistake each, in their code or in their statements: what holding them against documents
must find."""

from typing import Any, Final

from finzcore.books.reports import aging, cash_flow, compared, outstanding, sources, standing, trial_balance
from finzcore.books.returns import carried, filing, papers, registered
from finzcore.documents import ageing
from finzcore.gst import gstr1, gstr3b, hsn_summary, outward
from finzcore.ledger import final_accounts
from finzcore.ledger.account import AccountType
from finzcore.testing import invariants
from finzcore.testing.invariants import Invariant


def of_no_branch(books: Any, day: Any, *, branch_id: Any = None, **more: Any) -> Any:
    """Sums of all branches, whichever was asked for."""
    return _sums_before(books, day, **more)


def nothing_reversed(document: Any) -> Any:
    """Credit that is blocked, and stays all the same."""
    return [row for row in _bought(document) if row[0] is not gstr3b.Table.BLOCKED]


def a_year_late(day: Any) -> Any:
    """Last year's profit counts for this one."""
    return _financial_year(day.replace(year=day.year - 1))


def other_way_round(scope: Any, periods: Any, accounts: Any, column: str, sign: int) -> Any:
    """Sources of which a debit is a credit."""
    return _trail(scope, periods, accounts, column, -sign)


def of_an_age(item: Any, as_of: Any) -> str:
    """What waits to be used is due."""
    return "bucket_0_30" if item.waits else _column(item, as_of)


_sums_before, _bought, _financial_year = standing.sums_before, gstr3b._bought, standing.financial_year
_trail, _column = compared.trail, aging._column

MUTANTS: Final[dict[str, tuple[object, str, Any, Invariant, str]]] = {
    "thirty days are too old": (
        ageing,
        "_OLDEST",
        (29, 60, 90),
        invariants.ageing_matches_control,
        r"ageing\.bucket",
    ),
    "days late are one too few": (
        outstanding,
        "days_overdue",
        lambda due, as_of: max((as_of - due).days - 1, 0),
        invariants.outstanding_matches_documents,
        r"outstanding\.late",
    ),
    "what waits has an age": (
        aging,
        "_column",
        of_an_age,
        invariants.ageing_matches_control,
        r"ageing\.bucket",
    ),
    "a branch is forgotten": (
        trial_balance,
        "sums_before",
        of_no_branch,
        invariants.branches_add_up,
        r"branches\.sum: trial_balance",
    ),
    "last year is this one": (
        standing,
        "financial_year",
        a_year_late,
        invariants.balance_sheet_balances,
        r"balance_sheet\.account",
    ),
    "cash in hand is none": (
        cash_flow,
        "CASH",
        frozenset({AccountType.BANK}),
        invariants.cash_flow_closes,
        r"cash_flow\.(opening|closing)",
    ),
    "income is what is called sales": (
        final_accounts,
        "_GROUPS",
        final_accounts._GROUPS | {"income": (AccountType.INCOME,)},
        invariants.profit_and_loss_follows,
        r"profit_and_loss\.account: income",
    ),
    "sources are on the other side": (
        compared,
        "trail",
        other_way_round,
        invariants.sources_add_up,
        r"sources\.sum",
    ),
    "a source is lost count of": (
        sources.Listed,
        "count",
        lambda self, books: max(len(self._items) - 1, 0),
        invariants.sources_add_up,
        r"sources\.count",
    ),
    "a note adds to what was sold": (
        outward.Document,
        "sign",
        property(lambda self: 1),
        invariants.gstr1_matches_documents,
        r"gstr1\.figures",
    ),
    "blocked credit is not reversed": (
        gstr3b,
        "_bought",
        nothing_reversed,
        invariants.gstr3b_matches_tax_accounts,
        r"gstr3b\.input",
    ),
    "reverse charge is ours": (
        outward.Part,
        "reverse_charge",
        property(lambda self: False),
        invariants.gstr1_matches_gstr3b,
        r"gstr1\.gstr3b: .* 3\.1\(a\)",
    ),
    "dollars are rupees": (
        papers,
        "in_rupees",
        lambda amount, rate: amount,
        invariants.gstr1_matches_documents,
        r"gstr1\.value",
    ),
    "the register is in dollars": (
        registered,
        "in_rupees",
        lambda amount, rate: amount,
        invariants.registers_match_documents,
        r"register\.figure",
    ),
    "large is what was large once": (
        gstr1,
        "B2CL_LIMIT",
        gstr1.B2CL_LIMIT[:1],
        invariants.gstr1_matches_documents,
        r"gstr1\.documents: .*'b2c_large'",
    ),
    "a unit is what people write": (
        hsn_summary,
        "uqc",
        lambda unit: unit or "OTH",
        invariants.gstr1_matches_documents,
        r"gstr1\.figures: .*hsn",
    ),
    "nothing changes what was filed": (
        filing,
        "_changed",
        lambda *_: [],
        invariants.filings_hold,
        r"drift\.changed",
    ),
    "what changed of a filed return is told by nobody": (
        carried,
        "carried_into",
        lambda *_: [],
        invariants.filings_carry,
        r"filing\.carried",
    ),
}
"""What is broken: the module or class, the name in it, what takes its place; the invariant that finds it,
and what is said."""

STATEMENTS: Final[dict[str, tuple[tuple[str, ...], str, str, Invariant, str]]] = {
    "a voided invoice is returned": (
        ("returns.sold_invoices", "returns.sold_invoices_parts"),
        "(d.voided_at IS NULL OR d.voided_at > :known)",
        "1 = 1",
        invariants.gstr1_matches_documents,
        r"gstr1\.documents",
    ),
    "a vendor's note is a sale": (
        ("returns.sold_credit_notes", "returns.sold_credit_notes_parts"),
        "d.type = 'CUSTOMER'",
        "1 = 1",
        invariants.gstr3b_matches_documents,
        r"gstr3b\.row",
    ),
    "what is settled later is settled": (
        ("reports_contacts.payable",),
        "a.date <= :as_of",
        "1 = 1",
        invariants.outstanding_matches_documents,
        r"outstanding\.balance: outstanding_payables",
    ),
    "what was let go settles still": (
        ("reports_contacts.receivable",),
        "(a.released_at IS NULL OR a.released_at > :time)",
        "1 = 1",
        invariants.outstanding_matches_documents,
        r"outstanding\.balance",
    ),
    "what was deleted is a source": (
        ("reports.account_sources",),
        "e.cause NOT IN ('DELETE', 'EDIT') AND",
        "",
        invariants.sources_add_up,
        r"sources\.(stranger|count)",
    ),
    "an account opens without its past": (
        ("reports.account_sums",),
        "t.month < :month",
        "t.month = :month",
        invariants.ledgers_match_trial_balance,
        r"ledger\.opening",
    ),
    "the day book has what was deleted": (
        ("reports_long.day_book",),
        "e.cause NOT IN ('DELETE', 'EDIT') AND",
        "",
        invariants.day_book_is_the_journal,
        r"day_book\.entries",
    ),
    "what was paid in advance is forgotten": (
        ("reports_contacts.ledger",),
        "p.account IN (:control, :advance)",
        "p.account = :control",
        invariants.party_ledgers_match_control,
        r"party\.ends",
    ),
    "a cost centre is everything else": (
        ("reports.known_moved",),
        "LIKE :tag",
        "NOT LIKE :tag",
        invariants.profit_and_loss_follows,
        r"profit_and_loss\.cost_center",
    ),
}
"""Which statements, what is taken out of them, what takes its place; and as before."""
