"""What an answer of the API says, as `Org` says it: values as they were, refusals as what they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from finzcore import errors
from finzcore.api.http import Response
from finzcore.books.resource import Operation, Resource
from finzcore.books.text import json_value
from finzcore.errors import FinzError
from finzcore.ports import OutcomeUnknown

_BY_CODE: Final[dict[str, type[FinzError]]] = {
    kind.code: kind
    for kind in (
        errors.Unreadable,
        errors.RuleBroken,
        errors.RequiredField,
        errors.MissingOrganisation,
        errors.NotFound,
        errors.Duplicate,
        errors.MissingToken,
        errors.InvalidToken,
        errors.RevokedToken,
        errors.ExpiredToken,
        errors.InsufficientScope,
        errors.OrgMismatch,
        errors.NoMembership,
        errors.RateLimited,
        errors.KeyRequired,
        errors.KeyInProgress,
        errors.KeyReused,
        errors.InvalidRequest,
        errors.InvalidClient,
        errors.InvalidGrant,
        errors.InvalidScope,
        errors.UnsupportedGrantType,
        errors.NotInstalled,
        errors.Unavailable,
    )
}
_BY_STATUS: Final[dict[int, type[FinzError]]] = {
    405: errors.WrongMethod,
    413: errors.TooLarge,
    415: errors.UnsupportedMedia,
}
"""What shares its code with others, and is alone with its status."""

_BY_DETAILS: Final[dict[frozenset[str], type[FinzError]]] = {
    frozenset({"current_status", "allowed"}): errors.StatusRefused,
    frozenset({"locked_through"}): errors.PeriodLocked,
    frozenset({"debits", "credits"}): errors.EntryUnbalanced,
}
"""The same for what is alone with its details."""


def said_by(answer: Response) -> dict[str, Any]:
    """The object that an answer is, its numbers exact; an empty one where it is none."""
    if "json" not in (answer.header("Content-Type") or ""):
        return {}
    try:
        said = json_value(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def code_of(answer: Response) -> str | None:
    """The code of a refusal; None for what is none, or not one of the books."""
    code = said_by(answer).get("code") if answer.status >= 400 else None
    return code if isinstance(code, str) else None


def refusal_of(answer: Response) -> FinzError:
    """The refusal that an answer is, with its field, its details and the id of its request.

    A leaf that nothing but its class tells from its family, `OverAllocated`, comes as `RuleBroken`.
    """
    said, code = said_by(answer), code_of(answer)
    if code is None:
        return _foreign(answer)
    details = said.get("details")
    field, message = said.get("field"), said.get("message")
    kind = _kind(answer.status, code, field, details if isinstance(details, dict) else {})
    error = kind.__new__(kind)  # some leaves are made of other things than what an answer says of them
    FinzError.__init__(error, str(message or kind.__doc__), field=field, details=details)
    error.code = code
    error.request_id = said.get("request_id")
    return error


def _kind(status: int, code: str, field: Any, details: dict[str, Any]) -> type[FinzError]:
    kind = _BY_CODE.get(code)
    if kind is None:
        return errors.Unavailable if status >= 500 else FinzError
    if kind is errors.RuleBroken:
        kind = _BY_DETAILS.get(frozenset(details), kind)
        if kind is errors.StatusRefused and field != "status":
            kind = errors.RuleBroken
    closer = _BY_STATUS.get(status)
    return closer if closer is not None and closer.code == code else kind


def _foreign(answer: Response) -> FinzError:
    kind = OutcomeUnknown if answer.status >= 500 or answer.status < 300 else errors.Unavailable
    return kind(f"Somebody else than the books answered, with status {answer.status}. Is the address right?")


def good(answer: Response) -> dict[str, Any]:
    """What an answer says that is no refusal and no document; OutcomeUnknown for what is no answer of the
    books."""
    said = said_by(answer)
    if said.get("code") != 0:
        raise _foreign(answer)
    return said


def result_of(declared: Resource, operation: Operation, answer: Response) -> Any:
    """What a call gives, from the answer to it."""
    if operation.drawn or answer.header("Content-Disposition") is not None:
        return answer.body
    said = good(answer)
    answers = declared.answers(operation) if operation.answers or declared.view else ()
    with understood():
        found = {key: view.from_json(said[key]) for key, view in answers if key in said}
    return found if len(answers) > 1 and found else next(iter(found.values()), None)


def rows_of(declared: Resource, operation: Operation, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a page."""
    ((key, view),) = declared.answers(operation)
    with understood():
        return [view.from_json(row) for row in said[key]]


@contextmanager
def understood() -> Iterator[None]:
    """What is read in here may say something else than this edition of finzcore knows: OutcomeUnknown."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OutcomeUnknown("The answer cannot be read; are the books of another edition?") from error


def next_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the request for the next page says besides what this one said; nothing after the last one."""
    context = said.get("page_context") or {}
    if not context.get("has_more_page"):
        return {}
    followed = (("next_cursor", "cursor"), ("next_after", "after"))
    return {name: context[key] for key, name in followed if context.get(key) is not None}
