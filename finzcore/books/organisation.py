"""The organisation: whose books these are, and how it wants them kept (`api.md` §4.0)."""

from collections.abc import Mapping
from typing import Any, Final

from finzcore.books import history
from finzcore.books.books import Books
from finzcore.books.chain import GENESIS
from finzcore.books.head import HEADS, ORGS
from finzcore.books.kinds import checked_text
from finzcore.books.records import differences
from finzcore.books.registry import resources
from finzcore.books.text import json_text
from finzcore.errors import RequiredField, RuleBroken
from finzcore.fiscal import DAY_WANTED, parse_day
from finzcore.gst import gstin as gstins
from finzcore.gst.states import state as find_state
from finzcore.ids import uuid_text
from finzcore.ports import Row, Session

PREFERENCES: Final[Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "roundInvoiceTotals": (False, (False, True)),
    "roundBillTotals": (False, (False, True)),
    "roundingMethod": ("nearest", ("nearest", "up", "down")),
    "taxRounding": ("paise", ("paise", "rupee")),
    "taxRoundingLevel": ("line", ("line", "group")),
    "tdsRounding": ("paise", ("paise", "rupee", "up")),
    "validateGstinChecksum": (False, (False, True)),
    "exportsUnderLut": (False, (False, True)),
    "pdfTemplate": ("classic", ("classic", "modern", "boxed", "tally")),
    "financialYearStartMonth": (4, (4,)),
}
"""Each preference: its default, and the values it may have."""


def checked_preferences(given: Mapping[str, Any]) -> dict[str, Any]:
    """Preferences as given; RuleBroken for one that is not known or a value that is not offered."""
    for name, value in given.items():
        if name not in PREFERENCES:
            raise RuleBroken(f"There is no preference {name!r}.", field=f"preferences.{name}")
        offered = PREFERENCES[name][1]
        if not any(value == one and type(value) is type(one) for one in offered):
            shown = ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in offered)
            raise RuleBroken(f"Must be one of {shown}.", field=f"preferences.{name}")
    return dict(given)


def found(
    session: Session,
    *,
    name: str,
    state: str,
    gstin: str | None,
    legal_name: str | None,
    is_sandbox: bool,
    preferences: Mapping[str, Any] | None,
    secret: bytes,
    time: str,
) -> Row:
    """Write the organisation's own rows: what every other row of it hangs on."""
    kept = {key: default for key, (default, _) in PREFERENCES.items()} | checked_preferences(
        preferences or {}
    )
    row = {
        "name": checked_text(name, 200, "name"),
        "legal_name": None if legal_name is None else checked_text(legal_name, 200, "legal_name"),
        "state": checked_state(state),
        "gstin": checked_gstin(gstin, checksum=kept["validateGstinChecksum"]),
        "is_sandbox": int(is_sandbox),
        "secret": secret,
        "preferences": json_text(kept),
        "created_time": time,
    }
    session.insert(ORGS, [row])
    session.insert(
        HEADS,
        [
            {
                "entry_seq": 0,
                "entry_hash": GENESIS,
                "event_seq": 0,
                "event_hash": GENESIS,
                "locked_through": None,
                "settings_version": 1,
            }
        ],
    )
    return row


def checked_state(text_: str) -> str:
    """A state of India by its code; RuleBroken, field ``state``."""
    try:
        known = find_state(text_.strip().upper())
    except RuleBroken as error:
        raise RuleBroken(error.message, field="state", details=error.details) from None
    if known.number == 96:
        raise RuleBroken("A place of business in India is needed.", field="state")
    return known.code


def checked_gstin(text_: str | None, *, checksum: bool) -> str | None:
    """A GSTIN in capitals, or None; RuleBroken, field ``gstin``."""
    if text_ is None or not text_.strip():
        return None
    try:
        return gstins.parse(text_, checksum=checksum).text
    except RuleBroken as error:
        raise RuleBroken(error.message, field="gstin", details=error.details) from None


def settle_in(books: Books, org: Row) -> None:
    """Seed a new organisation: its default branch, chart, tax rows and currency."""
    books.founded()
    session = books.session
    for declared in resources():
        if declared.seeds is not None:
            assert declared.table is not None
            session.insert(declared.table, declared.seeds(books, org))
    shown = uuid_text(0, books.org_id)
    history.record(
        books,
        "ORGANISATION",
        books.org_id,
        action="ORGANISATION_CREATED",
        ref=org["name"],
        data=json_text({"id": shown, "name": org["name"], "state": org["state"], "gstin": org["gstin"]}),
    )


def given_preferences(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the body of a request gives as preferences."""
    given = body.get("preferences")
    if given is None:
        raise RequiredField("'preferences' is required.", field="preferences")
    if not isinstance(given, Mapping):
        raise RuleBroken("Must be an object.", field="preferences")
    return given


def set_preferences(books: Books, given: Mapping[str, Any]) -> dict[str, Any]:
    """Merge preferences; they count for documents made or recomputed from now on."""
    before = books.masters.preferences
    after = before | checked_preferences(given)
    changes = differences(before, {name: after[name] for name in given})
    if changes:
        books.session.change(ORGS, (), {"preferences": json_text(after)})
        history.record(books, "ORGANISATION", books.org_id, action="ORGANISATION_UPDATED", changes=changes)
        books.settings_changed()
    return after


def _checked_day(text_: str) -> str:
    try:
        return parse_day(text_).isoformat()
    except ValueError:
        raise RuleBroken(DAY_WANTED, field="through") from None


def lock_period(books: Books, through: str | None, reason: str) -> None:
    """Lock every date up to and including `through`, or unlock with None or an earlier date."""
    reason = checked_text(reason, 500, "reason")
    if through is not None:
        through = _checked_day(through)
    before = books.head["locked_through"]
    changes = {
        "locked_through": {"old": before, "new": through},
        "reason": {"old": None, "new": reason},
    }
    history.record(books, "ORGANISATION", books.org_id, action="PERIOD_LOCKED", changes=changes)
    books.move(locked_through=through)
