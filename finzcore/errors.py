"""Every deliberate refusal, as one tree.

    FinzError
    ├── Unreadable              the body or query breaks the schema
    ├── TooLarge                more bytes than the operation reads
    ├── UnsupportedMedia        another media type or encoding
    ├── WrongMethod             the path exists, the method does not
    ├── RuleBroken              one value, or the values together, are not acceptable
    │   ├── RequiredField       absent, null or blank
    │   ├── StatusRefused       the document's status does not allow it
    │   ├── PeriodLocked        the date lies in a locked period
    │   ├── EntryUnbalanced     debits and credits differ
    │   ├── OverAllocated       more is applied than there is
    │   └── MissingOrganisation a multi-org token without a selector
    ├── NotFound                nothing of that id in this organisation
    ├── Duplicate               a guard against doing the same thing twice
    ├── Unauthenticated         MissingToken, InvalidToken, RevokedToken, ExpiredToken
    ├── Forbidden               InsufficientScope, OrgMismatch, NoMembership
    ├── RateLimited             the window is exhausted
    ├── KeyRequired             \
    ├── KeyInProgress            an Idempotency-Key missing, at work, or used for something else
    ├── KeyReused               /
    ├── OAuthRefused            what an OAuth client asks for cannot be given
    │   ├── InvalidRequest      a parameter is missing, twice, or in the wrong place
    │   ├── InvalidClient       nobody we know, or not with this secret
    │   ├── InvalidGrant        a code or refresh token that is over, used, or somebody else's
    │   ├── InvalidScope        more than was granted, or nothing there is
    │   └── UnsupportedGrantType another kind of grant
    ├── SignatureInvalid        a webhook that nobody we know has signed
    ├── BooksUnusable           what is there is no books, newer, or behind and not to be migrated
    ├── NotInstalled            what this needs is not among what was installed
    └── Unavailable             busy, disk full, connection lost: nothing was done
        └── SealBroken          a secret that was sealed with a key that is not here

Each leaf has a `code` that never changes and a docstring that is its message. What a caller may
want to know stands in `field` (a path such as ``line_items[2].tax_id``) and in `details`. Nothing
here knows HTTP; one table in `finzcore.api.envelopes` does. Our own mistakes are assertions.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class FinzError(Exception):
    """The request was refused."""

    code: str = "validation.invalid_value"
    request_id: str | None = None
    """Of the request that was refused, where it came over the API."""

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.field = field
        self.details = dict(details) if details else {}
        super().__init__(f"{field}: {self.message}" if field else self.message)

    def said(self) -> dict[str, Any]:
        """The refusal as answers say it: its code and message, and its field and details if it has any."""
        said: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field is not None:
            said["field"] = self.field
        if self.details:
            said["details"] = self.details
        return said


class Unreadable(FinzError):
    """The request could not be read."""

    code = "validation.failed"


class TooLarge(FinzError):
    """The body is too large."""

    code = "validation.failed"


class UnsupportedMedia(FinzError):
    """The media type or encoding of the body is not supported."""

    code = "validation.failed"


class WrongMethod(FinzError):
    """The method is not allowed here."""

    code = "validation.invalid_value"


class RuleBroken(FinzError):
    """The value is not acceptable."""

    code = "validation.invalid_value"


class RequiredField(RuleBroken):
    """A required field is missing."""

    code = "validation.required_field"


class StatusRefused(RuleBroken):
    """The document's status does not allow this."""

    def __init__(self, message: str, *, current: str, allowed: Sequence[str]) -> None:
        super().__init__(
            message, field="status", details={"current_status": current, "allowed": list(allowed)}
        )


class PeriodLocked(RuleBroken):
    """The date falls in a locked period."""

    def __init__(self, *, field: str, date: str, locked_through: str) -> None:
        super().__init__(
            f"The date {date} falls in a locked period (locked through {locked_through}).",
            field=field,
            details={"locked_through": locked_through},
        )


class EntryUnbalanced(RuleBroken):
    """The debits and the credits of the entry differ."""


class OverAllocated(RuleBroken):
    """More is applied than is open."""


class MissingOrganisation(RuleBroken):
    """This token works for several organisations: say which one with organization_id."""

    code = "auth.missing_organization_id"


class NotFound(FinzError):
    """Not found in this org."""

    code = "not_found.resource"


class Duplicate(FinzError):
    """The same thing exists already."""

    code = "conflict.duplicate"


class Unauthenticated(FinzError):
    """Authentication is needed."""

    code = "auth.invalid_token"


class MissingToken(Unauthenticated):
    """The Authorization header is missing."""

    code = "auth.missing_token"


class InvalidToken(Unauthenticated):
    """The token is not valid."""

    code = "auth.invalid_token"


class RevokedToken(Unauthenticated):
    """The token has been revoked."""

    code = "auth.revoked_token"


class ExpiredToken(Unauthenticated):
    """The token has expired."""

    code = "auth.expired_token"


class Forbidden(FinzError):
    """This is not allowed."""

    code = "auth.insufficient_scope"


class InsufficientScope(Forbidden):
    """The token lacks the scope for this operation."""

    code = "auth.insufficient_scope"


class OrgMismatch(Forbidden):
    """The token belongs to another organisation than the one selected."""

    code = "auth.org_mismatch"


class NoMembership(Forbidden):
    """The user has no active membership in that organisation."""

    code = "auth.no_membership"


class RateLimited(FinzError):
    """Too many requests in this window."""

    code = "rate_limit.exceeded"


class KeyRequired(FinzError):
    """This operation needs an Idempotency-Key header."""

    code = "idempotency.key_required"


class KeyInProgress(FinzError):
    """A request with this Idempotency-Key is being worked on."""

    code = "idempotency.in_progress"


class KeyReused(FinzError):
    """This Idempotency-Key was used for another request."""

    code = "idempotency.key_reused"


class OAuthRefused(FinzError):
    """What an OAuth client asks for cannot be given."""

    code = "oauth.invalid_request"

    @property
    def word(self) -> str:
        """The error as RFC 6749 §5.2 spells it, such as ``invalid_grant``."""
        return self.code.removeprefix("oauth.")

    def said(self) -> dict[str, Any]:
        """The refusal in the words of RFC 6749, and in ours."""
        return {"error": self.word, "error_description": self.message, **super().said()}


class InvalidRequest(OAuthRefused):
    """The request is not one that OAuth knows."""

    code = "oauth.invalid_request"


class InvalidClient(OAuthRefused):
    """The client is not known, or not by this secret."""

    code = "oauth.invalid_client"


class InvalidGrant(OAuthRefused):
    """The code or refresh token is not valid, or no longer."""

    code = "oauth.invalid_grant"


class InvalidScope(OAuthRefused):
    """The scope is unknown, or more than was granted."""

    code = "oauth.invalid_scope"


class UnsupportedGrantType(OAuthRefused):
    """Grants are authorization_code and refresh_token."""

    code = "oauth.unsupported_grant_type"


class SignatureInvalid(FinzError):
    """The signature does not match."""

    code = "webhook.signature_invalid"


class BooksUnusable(FinzError):
    """These books cannot be opened."""

    code = "books.unusable"


class NotInstalled(FinzError):
    """PDFs are drawn by an extra: pip install 'finzcore[pdf]'."""

    code = "server.not_installed"


class Unavailable(FinzError):
    """The books are busy or out of reach; nothing was done."""

    code = "server.unavailable"


class SealBroken(Unavailable):
    """A secret opens with none of the sealing keys that are set; nothing was done."""
