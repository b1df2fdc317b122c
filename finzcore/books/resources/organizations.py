"""Companies under the word that the rest of the API has for them: organizations (`api.md` §8.1)."""

from typing import Final

from finzcore.books.companies import VIEW, CompanyList, listing, named
from finzcore.books.reach import Bearer
from finzcore.books.resource import Operation, Resource
from finzcore.ports import Row


def one(bearer: Bearer, shown: str) -> Row:
    """One of the organisations that the token can reach."""
    return named("Organization", "organization_id", bearer, shown)


RESOURCE: Final = Resource(
    name="organizations",
    noun="organization",
    scope="companies",
    view=VIEW,
    operations=(
        Operation(
            name="list",
            method="GET",
            path="",
            run=listing,
            action="READ",
            query=CompanyList,
            listing=True,
            about_token=True,
        ),
        Operation(
            name="get", method="GET", path="/{id}", run=one, action="READ", by_id=True, about_token=True
        ),
    ),
)
