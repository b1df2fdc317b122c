"""Reports: what the books say, read and never written (`api.md` §5)."""

from collections.abc import Callable
from typing import Any, Final

from finzcore.books.reports import customer_ledger, ledger, trial_balance
from finzcore.books.resource import Operation, Resource
from finzcore.books.views import View


def _report(name: str, run: Callable[..., Any], query: type, view: View) -> Operation:
    """GET a report, under its own name in the path and in the answer."""
    return Operation(
        name=name,
        method="GET",
        path=f"/{name}",
        run=run,
        action="READ",
        query=query,
        answers=((name, view),),
        late=True,
    )


RESOURCE: Final = Resource(
    name="reports",
    noun="report",
    operations=(
        _report("trial_balance", trial_balance.run, trial_balance.TrialBalanceOf, trial_balance.VIEW),
        _report("ledger", ledger.run, ledger.LedgerOf, ledger.VIEW),
        _report(
            "customer_ledger", customer_ledger.run, customer_ledger.CustomerLedgerOf, customer_ledger.VIEW
        ),
    ),
)
