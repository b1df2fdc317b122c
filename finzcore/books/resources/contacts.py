"""Contacts: customers and vendors, with the GST facts that their documents need."""

import datetime as dt
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.gst_kinds import GstinKind
from finzcore.books.journal import post
from finzcore.books.pages import Listing, draw
from finzcore.books.records import Records, record_table
from finzcore.books.references import Id
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch
from finzcore.books.shapes import (
    amount,
    as_json,
    choice,
    flag,
    kept_schema,
    many,
    one,
    place,
    row_of,
    shape,
    special,
    text,
    whole,
)
from finzcore.errors import RuleBroken
from finzcore.gst import gstin as gstins
from finzcore.gst.states import by_number
from finzcore.gst.supply import Treatment, default_treatment
from finzcore.ids import wire
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry, credit, debit, present
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Row, ref
from finzcore.ports import text as text_column

_PAN: Final = "[A-Z]{5}[0-9]{4}[A-Z]"
_AT: Final = r"[^@\s]+@[^@\s]+"


@shape
class Address:
    """Where somebody is."""

    address: str | None = text(500, lines=True)
    street2: str | None = text(200)
    city: str | None = text(100)
    state_code: str | None = place()
    zip: str | None = text(20)
    country: str = text(100, default="India")


@shape
class Person:
    """Somebody to speak with."""

    first_name: str = text(100, required=True)
    last_name: str | None = text(100)
    email: str | None = text(200, pattern=_AT, hint="An address has an @.")
    phone: str | None = text(100)
    designation: str | None = text(100)
    is_primary: int = flag(default=False)


@shape
class NewContact:
    """A contact as it is created (`api.md` §4.3)."""

    contact_type: str = choice("CUSTOMER", "VENDOR", "BOTH", default="CUSTOMER")
    contact_name: str = text(200, required=True)
    display_name: str | None = text(200)
    legal_name: str | None = text(200)
    company_name: str | None = text(200)
    gst_no: str | None = special(GstinKind(), also=("gstin", "gst_number"))
    gst_treatment: str | None = choice(*(one_.value for one_ in Treatment))
    pan: str | None = text(10, upper=True, pattern=_PAN, hint="A PAN is like AAACN1234F.")
    place_of_contact: str | None = place()
    email: str | None = text(200, pattern=_AT, hint="An address has an @.")
    phone: str | None = text(100)
    website: str | None = text(100)
    billing_address: Address | None = one(Address)
    shipping_address: Address | None = one(Address)
    contact_persons: tuple[Person, ...] = many(Person, most=50)
    payment_terms: int = whole(0, 365, default=0)
    opening_balance: int = amount(default=0)
    credit_limit: int | None = amount(least=0)
    currency_code: str = text(3, default="INR", upper=True, pattern="[A-Z]{3}")
    status: str = choice("ACTIVE", "INACTIVE", default="ACTIVE")


_NESTED: Final = ("billing_address", "shipping_address", "contact_persons")

CONTACTS: Final = record_table(
    "contacts", NewContact, text_column("search"), ref("opening_entry", "entries.seq", null=True)
)

_PERSON: Final = kept_schema(Person)
_PERSONS: Final = {
    "type": "array",
    "items": _PERSON
    | {
        "properties": {"contact_person_id": Id("cp_").schema()} | _PERSON["properties"],
        "required": ["contact_person_id", *_PERSON["required"]],
    },
}

VIEW: Final = views.View(
    views.ident("contact_id", "ct_", "id"),
    *(
        views.text(name)
        for name in (
            "contact_type", "contact_name", "display_name", "legal_name", "company_name", "gst_no",
            "gst_treatment", "pan", "place_of_contact", "email", "phone", "website",
        )
    ),
    views.out("billing_address", views.Stored(says=kept_schema(Address))),
    views.out("shipping_address", views.Stored(says=kept_schema(Address))),
    views.out("contact_persons", views.Stored("[]", says=_PERSONS)),
    views.whole("payment_terms"),
    views.amount("opening_balance"),
    views.amount("credit_limit"),
    views.text("currency_code"),
    views.text("status"),
    *views.CREATED,
)  # fmt: skip


def _in_use(books: Books, row: Row) -> str | None:
    if row["opening_entry"] is not None:
        return "its opening balance"
    used = books.session.ask("contacts.used", contact=row["id"])
    return "a journal entry" if used else None


RECORDS: Final = Records(
    table=CONTACTS, entity="CONTACT", prefix="ct_", ref="contact_name", view=VIEW, unused=_in_use
)


def _settled(books: Books, values: Row) -> Row:
    """What follows from the GSTIN, and what must agree with it."""
    gstin = None
    if values["gst_no"] is not None:
        strict = books.masters.preferences["validateGstinChecksum"]
        try:
            gstin = gstins.parse(values["gst_no"], checksum=strict)
        except RuleBroken as error:
            raise RuleBroken(error.message, field="gst_no", details=error.details) from None
        values["gst_no"] = gstin.text
    enabled = {row["currency_code"] for row in books.masters.rows["currencies"].values()}
    if values["currency_code"] not in enabled:
        raise RuleBroken("The currency is not enabled.", field="currency_code")
    values["gst_treatment"] = values["gst_treatment"] or default_treatment(gstin).value
    values["pan"] = values["pan"] or (gstin.pan if gstin else None)
    values["display_name"] = values["display_name"] or values["contact_name"]
    # No text of one line can reach over the breaks.
    values["search"] = "\n".join(
        filter(None, (values["contact_name"], values["gst_no"], values["email"]))
    ).casefold()
    return values


def _place(values: Row, billing: Address | None) -> str | None:
    if values["place_of_contact"] is not None:
        return str(values["place_of_contact"])
    place = _state_of(values["gst_no"])
    if place is None and billing is not None:
        place = billing.state_code
    return place


def _state_of(gst_no: str | None) -> str | None:
    number = None if gst_no is None else gstins.parse(gst_no).state
    return None if number is None else by_number(number).code


def _followed(row: Row) -> Row:
    """What of a contact followed from its GSTIN and was not said by anybody; emptied, to follow anew."""
    gstin = None if row["gst_no"] is None else gstins.parse(row["gst_no"])
    derived = {
        "gst_treatment": default_treatment(gstin).value,
        "pan": gstin.pan if gstin else None,
        "place_of_contact": _state_of(row["gst_no"]),
    }
    return {name: None for name, value in derived.items() if row[name] == value}


def _nested(books: Books, values: Row) -> Row:
    """Addresses and persons as the text that their columns keep."""
    kept: Row = {}
    for name in ("billing_address", "shipping_address"):
        if name in values:
            kept[name] = None if values[name] is None else as_json(values[name])
    if "contact_persons" in values:
        persons = [dict(person.__dict__) for person in values["contact_persons"]]
        primary = next((i for i, person in enumerate(persons) if person["is_primary"]), 0)
        for i, person in enumerate(persons):
            person["is_primary"] = i == primary
        shown = [{"contact_person_id": wire("cp_", books.org_id, books.new_id())} | one_ for one_ in persons]
        kept["contact_persons"] = as_json(shown)
    return kept


@shape
class ContactList(Listing):
    """Which contacts are wanted."""

    contact_type: str | None = choice("CUSTOMER", "VENDOR", "BOTH")
    status: str | None = choice("ACTIVE", "INACTIVE")
    search: str | None = text(200)


def listing(books: Books, query: ContactList) -> Page:
    """Contacts, newest first. CUSTOMER and VENDOR also find those who are BOTH."""
    where = []
    if query.contact_type == "BOTH":
        where.append(Condition("contact_type", "=", "BOTH"))
    elif query.contact_type is not None:
        where.append(Condition("contact_type", "in", (query.contact_type, "BOTH")))
    if query.status is not None:
        where.append(Condition("status", "=", query.status))
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw(books, CONTACTS, query, where)


def add(books: Books, body: NewContact) -> Row:
    """A new contact; an opening balance is posted, dated today."""
    values = _settled(books, row_of(body))
    values["place_of_contact"] = _place(values, body.billing_address)
    values |= _nested(books, values) | {"opening_entry": None}
    key = books.new_id()
    row = RECORDS.add(books, values, key=key)
    if body.opening_balance:
        opened = {"opening_entry": _post_opening(books, row)}
        books.session.change(CONTACTS, (key,), opened)
        row |= opened
    return row


def _post_opening(books: Books, row: Row) -> int:
    masters = books.masters
    branch = masters.default_branch["id"]
    owed, control = (
        (-row["opening_balance"], Role.AP)
        if row["contact_type"] == "VENDOR"
        else (row["opening_balance"], Role.AR)
    )
    postings = present(
        (
            debit(
                masters.account(control), owed, rule="opening.contact", branch_id=branch, contact_id=row["id"]
            ),
            credit(masters.account(Role.OPENING), owed, rule="opening.equity", branch_id=branch),
        )
    )
    entry = JournalEntry(
        date=dt.date.fromisoformat(books.today),
        source=Source.OPENING,
        source_id=row["id"],
        branch_id=branch,
        contact_id=row["id"],
        memo=f"Opening balance of {row['contact_name']}",
        postings=postings,
    )
    return post(books, entry, field="opening_balance")


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Some fields of a contact. Documents keep what they were written with."""
    if changes.get("opening_balance", row["opening_balance"]) != row["opening_balance"]:
        raise RuleBroken("An opening balance is posted once and stays.", field="opening_balance")
    values = {name: row[name] for name in row if name not in ("id", "created_time", "last_modified_time")}
    plain = {name: value for name, value in changes.items() if name not in _NESTED}
    if "contact_name" in plain and row["display_name"] == row["contact_name"]:
        values["display_name"] = None
    if plain.get("gst_no", row["gst_no"]) != row["gst_no"]:
        values |= _followed(row)
    values |= plain
    kept = _settled(books, values)
    if kept["place_of_contact"] is None:
        kept["place_of_contact"] = _place(kept, changes.get("billing_address"))
    nested = {name: value for name, value in changes.items() if name in _NESTED}
    return RECORDS.amend(books, row, kept | _nested(books, nested))


def archive(books: Books, row: Row) -> Row:
    """INACTIVE: not to be used in new documents."""
    return RECORDS.amend(books, row, {"status": "INACTIVE"})


def remove(books: Books, row: Row) -> None:
    """Gone for good, if nothing ever used it."""
    RECORDS.remove(books, row)


RESOURCE: Final = Resource(
    name="contacts",
    noun="contact",
    prefix="ct_",
    table=CONTACTS,
    view=VIEW,
    operations=(
        browse(listing, ContactList),
        fetch(),
        create(add, NewContact),
        change(amend, NewContact),
        action("archive", archive, done="archived"),
        delete(remove),
    ),
)
