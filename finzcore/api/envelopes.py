"""Answers and refusals as JSON: the envelopes of `api.md` §1.5 and §1.11, and their HTTP status."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from finzcore import errors
from finzcore.books.kinds import quoted
from finzcore.books.reports.long import Long, divided
from finzcore.books.resource import Page, Stretch
from finzcore.books.text import json_text
from finzcore.books.unit import Call
from finzcore.errors import FinzError
from finzcore.ports import Row

STATUS: Final[dict[type[BaseException], int]] = {
    errors.Unreadable: 422,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.WrongMethod: 405,
    errors.NotFound: 404,
    errors.Duplicate: 409,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.InvalidClient: 401,
    errors.RateLimited: 429,
    errors.KeyRequired: 400,
    errors.KeyInProgress: 409,
    errors.KeyReused: 422,
    errors.NotInstalled: 501,
    errors.Unavailable: 503,
    errors.FinzError: 400,
}
"""The status of each family; a leaf has that of the nearest class above it."""


def status_of(error: FinzError) -> int:
    """The HTTP status of a refusal.

    >>> status_of(errors.PeriodLocked(field="date", date="2026-03-31", locked_through="2026-03-31"))
    400
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def dumps(value: Any) -> str:
    """What the calls of an organisation give, or anything around it, as JSON that keeps every amount.

    Numbers are written as the API writes them, never as floats. Mappings become objects, lists and pages
    arrays. TypeError for what JSON does not know, and ValueError for a float that is no number.

    >>> from decimal import Decimal
    >>> dumps({"invoices": ({"total": Decimal("14160.00")},)})
    '{"invoices":[{"total":14160.00}]}'
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{%s}" % ",".join([f"{_name(name)}:{dumps(inner)}" for name, inner in value.items()])
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[%s]" % ",".join(map(dumps, value))
    return json_text(value)


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r}: the names in an object are text")
    return quoted(name)


def problem(error: FinzError, request_id: str | None) -> tuple[int, str]:
    """A refusal as status and JSON text."""
    said = error.said()
    if request_id is not None:
        said["request_id"] = request_id
    return status_of(error), json_text(said)


def answer(call: Call, result: Any) -> tuple[int, str]:
    """What an operation gave, as status and JSON text."""
    operation, declared, org = call.operation, call.resource, call.org_id
    head = f'{{"code":0,"message":{json_text(_sentence(call, result))}'
    if result is None:
        return operation.status, head + "}"
    answers = declared.answers(operation)
    if isinstance(result, Page | Stretch):
        ((key, view),) = answers
        rows = ",".join([view.json(row, org) for row in result.rows])
        return operation.status, f'{head},"{key}":[{rows}],"page_context":{json_text(result.context)}}}'
    if len(answers) == 1:
        ((key, view),) = answers
        return operation.status, f'{head},"{key}":{view.json(result, org)}}}'
    parts = [f'"{key}":{view.json(result[key], org)}' for key, view in answers]
    return operation.status, f"{head},{','.join(parts)}}}"


def long(call: Call, report: Long, pages: Iterable[list[Row]]) -> Iterator[str]:
    """A report as JSON text in pieces: what stands before its list, the list page by page, what follows.

    Whatever breaks off before the last piece is no JSON.
    """
    ((key, view),) = call.resource.answers(call.operation)
    head, row, tail = divided(view, report.listed)
    before = head.json(report.head, call.org_id)[1:-1]
    yield f'{{"code":0,"message":"success","{key}":{{{before},"{report.listed}":['
    between = ""
    for page in pages:
        if page:
            yield between + ",".join([row.json(one, call.org_id) for one in page])
            between = ","
    yield f"],{tail.json(report.tail(), call.org_id)[1:]}}}"


def _sentence(call: Call, result: Any) -> str:
    message = call.operation.message
    if callable(message):
        return message(result)
    return message.replace("{noun}", call.resource.noun.replace("_", " "))


def named(key: str, value: Any) -> str:
    """An answer that is not a row, such as preferences."""
    return f'{{"code":0,"message":"success","{key}":{json_text(value)}}}'


def failure(message: str, request_id: str) -> str:
    """The body of a 500: a fixed sentence and the request's id, nothing else."""
    return json_text({"code": "server.internal_error", "message": message, "request_id": request_id})
