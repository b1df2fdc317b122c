"""Branches: places of business, each with its state, its GSTIN and its own invoice numbers.

Everybody looks branches up and hardly anybody opens one, so that the rules for it are imported where
one is opened.
"""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.gst_kinds import GstinKind
from finzcore.books.records import Records
from finzcore.books.resource import Page, Resource, administer, browse, fetch
from finzcore.books.shapes import columns_of, flag, row_of, shape, special, text
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ports import Index, Row, Table, integer, moment
from finzcore.ports import flag as flag_column


def pin_code() -> Any:
    """The field for a postal index number."""
    return text(6, pattern="[1-9][0-9]{5}", hint="A PIN is six digits.")


@shape
class NewBranch:
    """A branch as its administrator gives it."""

    code: str = text(4, required=True, upper=True)
    name: str = text(200, required=True)
    state: str = text(20, required=True)
    gstin: str | None = special(GstinKind())
    city: str | None = text(100)
    address: str | None = text(500, lines=True)
    pin: str | None = pin_code()
    legal_name: str | None = text(200)
    is_sez: int = flag(default=False)
    invoice_prefix: str | None = text(6, upper=True)
    bill_prefix: str | None = text(6, upper=True)


BRANCHES: Final = Table(
    name="branches",
    columns=(
        integer("id"),
        *columns_of(NewBranch),
        flag_column("is_default"),
        flag_column("is_active"),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(Index(name="branches_code_uq", columns=("code",), unique=True),),
)

VIEW: Final = views.View(
    views.ident("branch_id", "br_", "id"),
    views.text("code"),
    views.text("name"),
    views.text("gstin"),
    views.text("state"),
    views.text("city"),
    views.flag("is_default"),
    views.text("invoice_prefix"),
    views.text("bill_prefix"),
    views.flag("is_active"),
)

RECORDS: Final = Records(
    table=BRANCHES, entity="BRANCH", prefix="br_", ref="name", settings=True, view=VIEW, webhooks=False
)


@shape
class BranchList:
    """Which branches are wanted."""

    active_only: int = flag(default=True)


def listing(books: Books, query: BranchList) -> Page:
    """The branches, in the order in which they were opened."""
    rows = books.masters.rows["branches"].values()
    return Page.whole([row for row in rows if row["is_active"] or not query.active_only])


def add(books: Books, body: NewBranch) -> Row:
    """Open a branch. Duplicate when a prefix is in use under the same GSTIN, or under none."""
    from finzcore.books.organisation import checked_gstin, checked_state
    from finzcore.ledger.series import branch_prefixes, check_branch_code, check_prefix, clashes

    masters = books.masters
    gstin = checked_gstin(body.gstin, checksum=masters.preferences["validateGstinChecksum"])
    state = checked_state(body.state)
    _check_state(gstin, state)
    check_branch_code(body.code, field="code")
    if any(row["code"] == body.code for row in masters.rows["branches"].values()):
        raise Duplicate(f"The branch code '{body.code}' is taken.", field="code")
    usual = branch_prefixes(body.code, is_first=False)
    prefixes = {
        "invoice_prefix": body.invoice_prefix or usual[0],
        "bill_prefix": body.bill_prefix or usual[1],
    }
    peers = [row for row in masters.rows["branches"].values() if row["gstin"] == gstin]
    for field, prefix in prefixes.items():
        check_prefix(prefix, field=field)
        if clashes(prefix, [row[field] for row in peers]):
            raise Duplicate(f"The prefix '{prefix}' is used by another branch of this GSTIN.", field=field)
    values = row_of(body) | prefixes | {"gstin": gstin, "state": state, "is_default": 0, "is_active": 1}
    return RECORDS.add(books, values)


def _check_state(gstin: str | None, state: str) -> None:
    from finzcore.gst.gstin import parse
    from finzcore.gst.states import state as find_state

    if gstin is not None:
        number = parse(gstin).state
        if number is not None and number != find_state(state).number:
            raise RuleBroken("The GSTIN belongs to another state.", field="gstin")


@shape
class Activity:
    """Whether it may be used in new documents."""

    active: int = flag(default=True)


def set_active(books: Books, row: Row, body: Activity) -> Row:
    """Close or reopen a branch; the default branch stays open."""
    if row["is_default"] and not body.active:
        raise RuleBroken("The default branch cannot be closed.", field="active")
    return RECORDS.amend(books, row, {"is_active": body.active})


@shape
class BranchDetails:
    """Where a branch is and under which name, as its documents print it."""

    city: str | None = text(100)
    address: str | None = text(500, lines=True)
    pin: str | None = pin_code()
    legal_name: str | None = text(200)


def update(books: Books, row: Row, body: BranchDetails) -> Row:
    """Say where a branch is; documents print it from then on."""
    return RECORDS.describe(books, row, body)


def seeds(books: Books, org: Row) -> list[Row]:
    """The head office of a new organisation."""
    from finzcore.ledger.series import branch_prefixes

    _check_state(org["gstin"], org["state"])
    values: dict[str, Any] = dict.fromkeys((column.name for column in BRANCHES.columns), None)
    invoice_prefix, bill_prefix = branch_prefixes("HQ", is_first=True)
    return [
        values
        | {
            "id": books.new_id(),
            "code": "HQ",
            "name": "Head Office",
            "state": org["state"],
            "gstin": org["gstin"],
            "legal_name": org["legal_name"],
            "is_sez": 0,
            "invoice_prefix": invoice_prefix,
            "bill_prefix": bill_prefix,
            "is_default": 1,
            "is_active": 1,
            "created_time": books.time,
            "last_modified_time": books.time,
        }
    ]


RESOURCE: Final = Resource(
    name="branches",
    noun="branch",
    prefix="br_",
    table=BRANCHES,
    view=VIEW,
    seeds=seeds,
    operations=(
        browse(listing, BranchList),
        fetch(),
        administer("create", add, NewBranch),
        administer("set_active", set_active, Activity, by_id=True),
        administer("update", update, BranchDetails, by_id=True),
    ),
)
