"""The bodies of vendors, bills, expenses, orders and entries made by hand (`api.md` §4.6 to §4.13)."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from finzcore.testing.strategies.bodies import Body, contacts, headers, line_items, together
from finzcore.testing.strategies.values import amounts, names

_CLAUSE: Final = "17(5)(b)"
_RATES: Final = (Decimal(5), Decimal(18))


def vendors(**fixed: Any) -> SearchStrategy[Body]:
    """A vendor, with a GSTIN or without; `fixed` fields are as they are given.

    >>> from hypothesis import find
    >>> find(vendors(payment_terms=15), lambda body: True)
    {'contact_name': 'Asha Stores', 'contact_type': 'VENDOR', 'payment_terms': 15}
    """
    return contacts(contact_type="VENDOR", **fixed)


def _reversed() -> SearchStrategy[Body]:
    """Reverse charge at a rate that is said, or credit that is blocked, or both, or neither."""
    charge = st.sampled_from(_RATES).map(lambda rate: {"is_rcm": True, "rcm_rate": rate})
    blocked = st.just({"itc_blocked_reason": _CLAUSE})
    return st.just({}) | charge | blocked | st.tuples(charge, blocked).map(lambda pair: together(*pair))


def bills(
    *,
    vendor_id: str,
    date: str,
    taxes: Sequence[str | None] = (None,),
    items: Sequence[str] = (),
    places: Sequence[str] = ("IN-KA", "IN-MH"),
    most_lines: int = 3,
    also: Collection[str] = (),
    **fixed: Any,
) -> SearchStrategy[Body]:
    """A bill of one to `most_lines` lines, supplied to one of `places`; a draft, unless `fixed` says
    ``auto_approve=True``. With ``also=("reverse",)`` it may be under reverse charge, or without credit,
    as a whole or line by line.
    """
    line = line_items(taxes=taxes, items=items, also=set(also) - {"reverse"})
    if "reverse" in also:
        line = st.tuples(line, _reversed()).map(lambda pair: together(*pair))
    body: SearchStrategy[Body] = st.fixed_dictionaries(
        {
            "vendor_id": st.just(vendor_id),
            "date": st.just(date),
            "place_of_supply": st.sampled_from(places),
            "line_items": st.lists(line, min_size=1, max_size=most_lines),
        }
    )
    extras = [*headers(also), *([_reversed()] if "reverse" in also else ())]
    return st.tuples(body, *extras).map(lambda parts: together(*parts, fixed))


def expenses(
    *,
    accounts: Sequence[str],
    date: str,
    taxes: Sequence[str | None] = (None,),
    vendors: Sequence[str] = (),
    places: Sequence[str] = ("IN-KA", "IN-MH"),
    **fixed: Any,
) -> SearchStrategy[Body]:
    """Money spent at once on one of `accounts`, or on some of them line by line."""
    amount, spent_on = amounts(1, 2000), st.sampled_from(accounts)
    taxed: dict[str, SearchStrategy[Any]] = {"tax_id": st.sampled_from([one for one in taxes if one])}
    line: SearchStrategy[Body] = st.fixed_dictionaries(
        {"account_id": spent_on, "amount": amount}, optional=taxed if any(taxes) else {}
    )
    plain: SearchStrategy[Body] = st.fixed_dictionaries(
        {"account_id": spent_on, "amount": amount, "tax_id": st.sampled_from(taxes)}
    )
    header: SearchStrategy[Body] = st.fixed_dictionaries(
        {"date": st.just(date), "mode": st.just("UPI")},
        optional={
            "is_inclusive_tax": st.booleans(),
            "place_of_supply": st.sampled_from(places),
            **({"vendor_id": st.sampled_from(vendors)} if vendors else {}),
        },
    )
    lines = st.lists(line, min_size=1, max_size=3).map(lambda some: {"line_items": some})
    return st.tuples(header, plain | lines, _reversed()).map(lambda parts: together(*parts, fixed))


def journals(*, accounts: Sequence[str], date: str, **fixed: Any) -> SearchStrategy[Body]:
    """An entry made by hand between two of `accounts`, now and then with sides that are a paisa apart."""
    return st.tuples(
        st.lists(st.sampled_from(accounts), min_size=2, max_size=2),
        amounts(1, 5000),
        st.sampled_from((Decimal(0), Decimal("0.01"), Decimal("-0.01"))),
        names(),
    ).map(
        lambda drawn: (
            {
                "date": date,
                "memo": drawn[3],
                "lines": [
                    {"account_id": drawn[0][0], "debit": drawn[1]},
                    {"account_id": drawn[0][1], "credit": drawn[1] + drawn[2]},
                ],
            }
            | fixed
        )
    )
