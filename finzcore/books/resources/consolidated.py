"""Reports of several organisations in one answer, for tokens of several (`api.md` §8.7)."""

from functools import partial
from typing import Any, Final

from finzcore.books.consolidation import OrganisationIds, consolidated, view_of
from finzcore.books.registry import resource
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import shape, special

NAMES: Final = ("trial_balance", "profit_and_loss", "balance_sheet", "cash_flow", "ar_aging", "ap_aging")
"""The reports whose figures mean something together."""


def _asked(report: Any) -> type:
    """What the report is asked, and of which organisations."""

    @shape
    class Query(report):  # type: ignore[misc]
        """Of which organisations."""

        organization_ids: tuple[str, ...] = special(OrganisationIds(), required=True)

    return Query


def _of_several(name: str) -> Operation:
    """GET a report of several organisations, under the name that it has of one."""
    reports = resource("reports")
    operation = reports.operation(name)
    ((_, view),) = reports.answers(operation)
    run = partial(consolidated, name)
    run.__doc__ = consolidated.__doc__
    return Operation(
        name=name,
        method="GET",
        path=f"/reports/{name}",
        run=run,
        action="READ",
        scope="reports",
        query=_asked(operation.query),
        answers=(("consolidated", view_of(name, view)),),
        late=True,
        of_several=True,
    )


RESOURCE: Final = Resource(name="consolidated", noun="report", operations=tuple(map(_of_several, NAMES)))
