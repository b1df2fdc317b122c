"""Companies: the organisations that a token reaches, as answers show them (`api.md` §8.1)."""

from typing import Any, Final

from finzcore.auth.services import ONE_COMPANY, OURS, SETTING_KEYS, setting_key_for
from finzcore.books import connections, views
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.lookups import missing
from finzcore.books.reach import Bearer, entered, of_bearer
from finzcore.books.references import Id
from finzcore.books.resource import Page
from finzcore.books.shapes import shape, special
from finzcore.errors import RuleBroken
from finzcore.ids import from_uuid
from finzcore.ports import Row

VIEW: Final = views.View(
    views.out("company_id", Id(""), "id"),
    views.out("id", Id("")),
    views.text("name"),
    views.text("legal_name").maybe(),
    views.text("gstin").maybe(),
    views.text("state"),
    views.text("base_currency"),
    views.flag("is_sandbox"),
    views.out("role", views.Given(type="string", enum=["ADMIN", "MEMBER"])),
    views.flag("is_default"),
)
"""`id` and `company_id` are the same, and what a header names."""


class ServiceId(Kind):
    """A service that knows several companies."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """As it is spelled."""
        try:
            setting_key_for(str(raw))
        except RuleBroken as refused:
            raise Wrong(refused.message) from None
        return str(raw)

    def schema(self) -> dict[str, Any]:
        """One of those that are known."""
        about = f"Of which service; {', '.join(ONE_COMPANY)} need an authorization for each company."
        return {"type": "string", "enum": list(SETTING_KEYS), "description": about}


@shape
class CompanyList:
    """Of which service; here is one."""

    service_id: str = special(ServiceId(), default=OURS)


def listing(bearer: Bearer, query: CompanyList) -> Page:
    """The organisations that the token can reach, by name, all of them: its own, or every one of which its
    user is a member. None of another service."""
    if query.service_id != OURS:
        return Page.whole([])
    return Page.whole(_shown(bearer, of_bearer(bearer)))


def _shown(bearer: Bearer, rows: list[Row]) -> list[Row]:
    with bearer.store.shared() as session:
        default = connections.chosen(session, bearer.token).company
    return [row | {"base_currency": "INR", "is_default": int(row["id"] == default)} for row in rows]


def named(label: str, field: str, bearer: Bearer, shown: str) -> Row:
    """One of the organisations that the token can reach."""
    key, token = from_uuid(0, shown), bearer.token
    org = None
    if key is not None and token.org_id in (None, key):
        org = entered(bearer.store, token.user_id, key, is_sandbox=token.is_sandbox)
    if org is None:
        missing(label, shown, field)
    return _shown(bearer, [org])[0]
