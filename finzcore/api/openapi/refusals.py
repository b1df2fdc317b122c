"""Every refusal: when it is given, with which status and code, an example; and what each operation gives.

The examples are made by the function that makes the refusals themselves.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from finzcore import errors
from finzcore.api import envelopes
from finzcore.api.handler import FAILURE
from finzcore.books.references import Id
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import plan_of
from finzcore.errors import FinzError
from finzcore.ledger.entry import unbalanced

_REQUEST: Final = "req_0a1b2c3d4e5f"
_INVOICE: Final = "inv_0000000000008000b8f5e0c7a1d34f62"
_FIRST: Final = {"code": "validation.invalid_value", "field": "due_date"}


@attrs.frozen
class Refusal:
    """One leaf of the tree of errors: an example of it, and when it is given."""

    error: FinzError
    when: str
    on_wire: bool = True
    """Whether an answer can be one; the others are for Python callers."""

    @property
    def name(self) -> str:
        """The class."""
        return type(self.error).__name__

    @property
    def example(self) -> dict[str, Any]:
        """The answer."""
        said: dict[str, Any] = json.loads(envelopes.problem(self.error, _REQUEST)[1], parse_float=Decimal)
        return said


def _rule_broken() -> FinzError:
    message = "Must be a date, YYYY-MM-DD, from 1970 to 2199."
    noted = {"received": "tomorrow", "errors": [_FIRST | {"message": message}]}
    return errors.RuleBroken(message, field="due_date", details=noted)


def _required() -> FinzError:
    said = {
        "code": "validation.required_field", "field": "customer_id", "message": "'customer_id' is required.",
    }  # fmt: skip
    return errors.RequiredField(said["message"], field=said["field"], details={"errors": [said]})


REFUSALS: Final = (
    Refusal(
        errors.Unreadable("The body is not valid JSON.", details={"position": 17}),
        "The body is no JSON object or breaks a limit; a list is expected and something else is given; "
        "a parameter of the query cannot be read, or is there twice.",
    ),
    Refusal(
        errors.TooLarge(details={"limit": 1_048_576}),
        "The body has more bytes than `details.limit`, or the head of the request more than 16 KiB.",
    ),
    Refusal(
        errors.UnsupportedMedia(field="Content-Type", details={"supported": "application/json"}),
        "The body is of another type than `application/json`, not in UTF-8, or compressed.",
    ),
    Refusal(
        errors.WrongMethod(details={"allowed": ["GET", "POST"]}),
        "The path exists, the method does not; `Allow` and `details.allowed` name those that do.",
    ),
    Refusal(
        _rule_broken(),
        "A value, or several together, are not acceptable. `details.errors` has every fault of the body.",
    ),
    Refusal(
        _required(), "A field that is needed is absent, null or blank; a list that needs an entry is empty."
    ),
    Refusal(
        errors.StatusRefused(
            "This is possible only in status DRAFT; the status is SENT.", current="SENT", allowed=["DRAFT"]
        ),
        "The document is in a status that does not allow it; `details.allowed` are those that do.",
    ),
    Refusal(
        errors.PeriodLocked(field="date", date="2026-03-31", locked_through="2026-03-31"),
        "A date lies in a period that is locked.",
    ),
    Refusal(
        unbalanced(10000, 9998),
        "The debits and the credits of an entry made by hand differ by more than a paisa; `details` has "
        "both sums.",
    ),
    Refusal(
        errors.OverAllocated(
            "14161.00 is more than the 14160.00 that is still due.", field="allocations[0].amount"
        ),
        "More of a payment or a note is applied than is left of it, or than a document has due.",
    ),
    Refusal(
        errors.MissingOrganisation(field="organization_id"),
        "A token of several organisations, and nothing says which of them is meant.",
    ),
    Refusal(
        errors.NotFound(f"Invoice '{_INVOICE}' not found in this org.", field="invoice_id"),
        "No such id in this organisation, or one that may not be used in a new document. Without a "
        "`field`: there is nothing at this address.",
    ),
    Refusal(
        errors.Duplicate(
            "An invoice of this customer has this reference number.",
            field="reference_number",
            details={"existing_id": _INVOICE},
        ),
        "It would be there twice: a number, a reference, a code.",
    ),
    Refusal(errors.MissingToken(), "There is no `Authorization` header."),
    Refusal(errors.InvalidToken(), "The header is not `Bearer` and a token, or nobody knows the token."),
    Refusal(errors.RevokedToken(), "The token was revoked."),
    Refusal(errors.ExpiredToken(), "The token's time is over."),
    Refusal(
        errors.InsufficientScope(details={"required": "AIBooks.invoices.CREATE"}),
        "The token lacks the scope `details.required`.",
    ),
    Refusal(
        errors.OrgMismatch(field="organization_id"),
        "The token belongs to one organisation, and another is selected.",
    ),
    Refusal(
        errors.NoMembership(field="organization_id"),
        "The token's user has no active membership in the selected organisation, or there is none.",
    ),
    Refusal(
        errors.RateLimited(details={"retry_after": 23}),
        "The token has used up its minute; `Retry-After` says how many seconds to wait.",
    ),
    Refusal(
        errors.KeyRequired(field="Idempotency-Key"), "The operation needs an `Idempotency-Key`, and has none."
    ),
    Refusal(
        errors.KeyInProgress(field="Idempotency-Key"),
        "The first request with this key is still running; `Retry-After` is 1.",
    ),
    Refusal(
        errors.KeyReused(field="Idempotency-Key"), "The key was used for another request; nothing is done."
    ),
    Refusal(
        errors.InvalidRequest("The parameter code is missing."),
        "At the addresses of OAuth: a parameter is missing, is there twice or stands in the wrong place; "
        "`/oauth/authorize` does not know the client, or the address to send a browser to is none of its.",
    ),
    Refusal(
        errors.InvalidClient(),
        "At `/oauth/token` and `/oauth/revoke`: no client has this id and this secret, or not any more.",
    ),
    Refusal(
        errors.InvalidGrant(),
        "At `/oauth/token`: the code or the refresh token is not valid, is over, was used, or is for another "
        "client, address or verifier.",
    ),
    Refusal(
        errors.InvalidScope(),
        "At `/oauth/token`: the refresh asks for a scope that there is not, or that its token has not.",
    ),
    Refusal(
        errors.UnsupportedGrantType(),
        "At `/oauth/token`: `grant_type` is neither `authorization_code` nor `refresh_token`.",
    ),
    Refusal(
        errors.SignatureInvalid(),
        "A webhook that nobody we know has signed, or too long ago.",
        on_wire=False,
    ),
    Refusal(
        errors.BooksUnusable(),
        "Books that cannot be opened: not ours, of a newer version, or behind and not to be migrated.",
        on_wire=False,
    ),
    Refusal(
        errors.NotInstalled(),
        "What draws PDFs is an extra, and was not installed where these books are opened.",
    ),
    Refusal(
        errors.Unavailable(),
        "The books are busy, the disk is full, a connection is lost. Nothing was done; `Retry-After` is 1.",
    ),
    Refusal(
        errors.SealBroken(),
        "A secret that is kept opens with none of the sealing keys; over HTTP it is told as `Unavailable`.",
        on_wire=False,
    ),
)
"""In the order of the tree of `finzcore.errors`."""

BY_ERROR: Final = {type(one.error): one for one in REFUSALS}

BROKEN: Final[dict[str, Any]] = json.loads(envelopes.failure(FAILURE, _REQUEST))
"""The one answer that is no refusal: something failed that never should."""

_ALWAYS: Final[tuple[type[FinzError], ...]] = (
    errors.RuleBroken, errors.MissingToken, errors.InvalidToken, errors.RevokedToken, errors.ExpiredToken,
    errors.OrgMismatch, errors.NoMembership, errors.TooLarge, errors.Unreadable, errors.RateLimited,
    errors.Unavailable,
)  # fmt: skip
"""What every operation may answer: even a wrong selector of the organisation is a value."""


def given_by(resource: Resource, operation: Operation) -> dict[int, list[str]]:
    """The codes that an operation may answer with, by status, as they follow from its declaration."""
    codes: dict[int, list[str]] = {}
    kinds: list[type[FinzError]] = [*_ALWAYS, *_declared(resource, operation), *operation.refuses]
    for kind in kinds:
        status = envelopes.status_of(BY_ERROR[kind].error)
        known = codes.setdefault(status, [])
        if kind.code not in known:
            known.append(kind.code)
    codes[500] = [BROKEN["code"]]
    return dict(sorted(codes.items()))


def _declared(resource: Resource, operation: Operation) -> Iterator[type[FinzError]]:
    if operation.needs_organisation:
        yield errors.MissingOrganisation
    if operation.action:
        yield errors.InsufficientScope
    is_of_one = operation.needs_organisation and not operation.listing
    if operation.by_id or _mentions(operation.body) or (is_of_one and _mentions(operation.query)):
        yield errors.NotFound
    if _requires(operation.body) or _requires(operation.query):
        yield errors.RequiredField
    if operation.method in ("POST", "PUT"):
        yield errors.UnsupportedMedia
    if operation.method == "POST":
        yield from (errors.KeyInProgress, errors.KeyReused)
    if operation.key == "required":
        yield errors.KeyRequired
    if (operation.status == 201 or operation.changes) and _has_unique(resource):
        yield errors.Duplicate


def _mentions(shape: type | None) -> bool:
    """Whether a body or a query names something by its id, however deep inside; what stands or falls by
    itself is refused by itself."""
    if shape is None:
        return False
    for spec in [one for one in plan_of(shape).specs.values() if not one.apart]:
        inner = spec.one or spec.each
        if (
            isinstance(spec.kind, Id)
            or isinstance(inner, Id)
            or (hasattr(inner, "plan") and _mentions(inner))
        ):
            return True
    return False


def _requires(shape: type | None) -> bool:
    """Whether something must be said in a body or a query, or in what stands inside it."""
    if shape is None:
        return False
    plan = plan_of(shape)
    inner = [spec.one or spec.each for spec in plan.specs.values()]
    return bool(plan.required) or any(hasattr(one, "plan") and _requires(one) for one in inner)


def _has_unique(resource: Resource) -> bool:
    return resource.table is not None and any(index.unique for index in resource.table.indexes)
