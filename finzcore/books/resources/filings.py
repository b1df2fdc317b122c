"""Filings: returns of GST as they were filed, and what changed since (`api.md` §5.3)."""

from importlib import import_module
from typing import Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.pages import Listing, draw, equal
from finzcore.books.reports.known import InstantKind, now
from finzcore.books.resource import Operation, Page, Resource, browse, create, fetch
from finzcore.books.returns import amended, carried
from finzcore.books.returns.filing import DRIFT, GSTR1, GSTR3B, days_of, documents_of, drift
from finzcore.books.returns.period import return_between
from finzcore.books.shapes import choice, mention, shape, text
from finzcore.books.text import json_text
from finzcore.digests import sha256
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ids import wire
from finzcore.ports import Condition, Index, Row, Table, integer, moment, ref
from finzcore.ports import text as text_column

TYPES: Final = (GSTR1, GSTR3B)
_PERIOD: Final = "(?:0[1-9]|1[0-2])20[0-9]{2}"
_PERIOD_HINT: Final = "Must be a month as MMYYYY, such as 052026."
GST_BEGAN: Final = "2017-07-01"

FILINGS: Final = Table(
    name="filings",
    append_only=True,
    columns=(
        integer("id"),
        text_column("return_type"),
        text_column("period"),
        text_column("gstin"),
        ref("branch_id", "branches"),
        text_column("reference", null=True),
        moment("filed_time"),
        moment("known_at"),
        integer("known_seq", least=0),
        text_column("digest"),
    ),
    indexes=(Index(name="filings_period_uq", columns=("gstin", "return_type", "period"), unique=True),),
)
"""`known_seq` is the last entry that the return knows, and `known_at` the last instant."""

CONTENTS: Final = Table(
    name="filing_contents",
    key=("filing_id",),
    append_only=True,
    bulky=True,
    columns=(ref("filing_id", "filings"), text_column("content"), text_column("documents")),
)
"""What was filed, as the portal took it, and what each document of it said; apart, because a list has no use
for either."""


_OUTS: Final = (
    views.ident("filing_id", "fil_", "id"),
    views.text("return_type"),
    views.text("period"),
    views.text("gstin"),
    views.ident("branch_id", "br_"),
    views.text("reference"),
    views.moment("filed_time", zulu=True),
    views.out("known_at", InstantKind()),
    views.text("digest"),
)
LISTED: Final = views.View(*_OUTS, called="FilingListed")
VIEW: Final = views.View(*_OUTS, views.out("content", views.Stored()))


@shape
class NewFiling:
    """Which return was filed: its type, its month, and by which branch's GSTIN; `reference` is the number
    under which the portal acknowledged it."""

    return_type: str = choice(*TYPES, required=True)
    period: str = text(6, required=True, pattern=_PERIOD, hint=_PERIOD_HINT)
    branch_id: int | None = mention("br_", "branches", "Branch", usable=False)
    reference: str | None = text(100)


@shape
class FilingList(Listing):
    """Of which type, which month, which GSTIN."""

    return_type: str | None = choice(*TYPES)
    period: str | None = text(6, pattern=_PERIOD, hint=_PERIOD_HINT)
    gstin: str | None = text(15, upper=True)


def listing(books: Books, query: FilingList) -> Page:
    """The returns that were filed, the last first, without what was filed."""
    return draw(books, FILINGS, query, equal(query, "return_type", "period", "gstin"))


def load(books: Books, key: int) -> Row | None:
    """A return with what was filed."""
    books.session.ahead.get(FILINGS, key)
    content = books.session.get(CONTENTS, key)
    row = books.session.get(FILINGS, key)
    return None if row is None or content is None else row | content


def add(books: Books, body: NewFiling) -> Row:
    """Keep a return as the books tell it now. It locks nothing: what changes later is shown as drift."""
    gstin, branch = _whose(books, body)
    days = days_of(body.period)
    known = now(books)
    portal = import_module(f"finzcore.books.reports.{body.return_type.lower()}").portal
    content = json_text(portal(books, days.since, days.through, branch, known)[0])
    told = documents_of(books, body.return_type, body.period, gstin)
    besides = amended.besides if body.return_type == GSTR1 else carried.besides
    told += besides(books, return_between(books, days.since, days.through, branch), known)
    row: Row = {
        "id": books.new_id(),
        "return_type": body.return_type,
        "period": body.period,
        "gstin": gstin,
        "branch_id": branch,
        "reference": body.reference,
        "filed_time": books.time,
        "known_at": known.time,
        "known_seq": known.seq,
        "digest": sha256(content.encode()).hex(),
    }
    books.session.insert(FILINGS, [row])
    kept = {"filing_id": row["id"], "content": content, "documents": json_text(told)}
    books.session.insert(CONTENTS, [kept])
    ref_ = f"{body.return_type} {body.period}"
    history.record(books, "FILING", row["id"], action="FILING_CREATED", ref=ref_)
    return row | {"content": content}


def _whose(books: Books, body: NewFiling) -> tuple[str, int]:
    """The GSTIN that files, and the branch that it was found by; each month is filed once."""
    days = days_of(body.period)
    if days.since < GST_BEGAN:
        raise RuleBroken("There was no GST yet.", field="period")
    if days.since > books.today:
        raise RuleBroken("The period has not begun.", field="period")
    branch = return_between(books, days.since, days.through, body.branch_id).branch
    gstin = branch["gstin"]
    if gstin is None:
        raise RuleBroken("Who has no GSTIN files no returns.", field="branch_id")
    same = {"gstin": gstin, "return_type": body.return_type, "period": body.period}
    where = [Condition(name, "=", value) for name, value in same.items()]
    for filed in books.session.find(FILINGS, where, limit=1):
        shown = wire("fil_", books.org_id, filed["id"])
        message = f"{body.return_type} of {body.period} has been filed for {gstin}."
        raise Duplicate(message, field="period", details={"existing_id": shown})
    return gstin, branch["id"]


def drifted(books: Books, row: Row) -> Row:
    """The documents of a filed return that say something else now, those that are gone, and those that came
    later, each as it was filed and as it is; and what all of them come to."""
    return drift(books, row)


RESOURCE: Final = Resource(
    name="filings",
    noun="filing",
    prefix="fil_",
    table=FILINGS,
    more_tables=(CONTENTS,),
    view=VIEW,
    load=load,
    operations=(
        browse(listing, FilingList, answers=(("filings", LISTED),)),
        fetch(),
        create(add, NewFiling, message="The {noun} has been recorded.", refuses=(Duplicate,)),
        Operation(
            name="drift",
            method="GET",
            path="/{id}/drift",
            run=drifted,
            action="READ",
            by_id=True,
            answers=(("drift", DRIFT),),
        ),
    ),
)
