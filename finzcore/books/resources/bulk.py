"""Bulk: up to fifty documents in one call and one commit (`api.md` §7)."""

import logging
from collections.abc import Callable
from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.bodies import Part
from finzcore.books.books import Books
from finzcore.books.conflicts import KeyTaken, step
from finzcore.books.lookups import check_found
from finzcore.books.registry import resource
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import parts, shape
from finzcore.books.text import json_text
from finzcore.errors import FinzError, Unavailable
from finzcore.masking import Masking
from finzcore.ports import Row

log: Final = logging.getLogger("finzcore.books")
log.addFilter(Masking())

MOST: Final = 50
"""Documents in one call."""

MOST_BYTES: Final = 5 * 2**20
"""Bytes of one call's body (`reliability.md` §6)."""

FAILURE: Final = {
    "code": "server.internal_error",
    "message": "This row failed unexpectedly; nothing of it was done.",
}

_KINDS: Final = ("invoices", "bills")

SUMMARY: Final = views.View(
    views.whole("total"), views.whole("succeeded"), views.whole("failed"), called="BulkSummary"
)

TOLD: Final = views.View(views.whole("count"), views.whole("failed"), views.whole("batch_size"))
"""What a webhook says of a call."""

ERROR: Final = views.Stored(
    says={
        "type": "object",
        "description": "Why the row was refused, as the call for a single one would have said it.",
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "field": {"type": "string"},
            "details": {"type": "object"},
        },
        "required": ["code", "message"],
    }
)


def _body(of: str, each: type) -> type:
    """The shape of a call: one list, under the name of what is made."""
    told = f"Up to {MOST} {of}; what is wrong with one of them stops no other."
    made = type(f"Bulk{of.capitalize()}", (), {of: parts(each, most=MOST)})
    made.__doc__, made.__annotations__ = told, {of: tuple[Part, ...]}
    return shape(made)


def _results(of: str) -> views.View:
    """The view of what became of the rows, in their order: a document each, or why there is none."""
    declared = resource(of)
    ((noun, view),) = declared.answers(declared.operation("create"))
    made = views.out(noun, views.Inner(view, of), "made").if_any()
    error = views.out("error", ERROR).if_any()
    return views.Rows(views.View(views.flag("ok"), made, error, called=f"{noun.capitalize()}Result"))


def _row(books: Books, create: Callable[[Books, Any], Row], part: Part, position: int) -> Row:
    """What became of one row: a refusal undoes that row alone, and so does a mistake of ours; a database
    that fails, or is to be asked again, fails them all."""
    try:
        if part.refused is not None:
            raise part.refused
        check_found(books, part.mentions)
        with step(books):
            return {"ok": 1, "made": create(books, part.body), "error": None}
    except (Unavailable, KeyTaken, OSError, MemoryError):
        raise
    except FinzError as error:
        said = error.said()
    except Exception:
        log.exception("row %s of request %s failed", position, books.actor.request_id)
        said = FAILURE
    return {"ok": 0, "made": None, "error": json_text(said)}


def _doing(of: str) -> Callable[[Books, Any], Row]:
    """The function that makes documents of one kind: one after the other, each as by itself."""
    declared = resource(of)
    create, event = declared.operation("create").run, f"{declared.noun.upper()}_BULK_CREATED"

    def run(books: Books, body: Any) -> Row:
        results = [_row(books, create, part, at) for at, part in enumerate(getattr(body, of))]
        count = sum(result["ok"] for result in results)
        failed, size = len(results) - count, len(results)
        told = TOLD.json({"count": count, "failed": failed, "batch_size": size}, books.org_id)
        history.record(books, "ORGANISATION", books.org_id, event=event, data=told)
        return {"summary": {"total": size, "succeeded": count, "failed": failed}, "results": results}

    run.__doc__ = (
        f"Up to {MOST} new {of} in one commit, each as a call of its own would make it, one after the other. "
        "What is wrong with a row is said in its result, and undoes that row alone."
    )
    return run


def _operation(of: str) -> Operation:
    create = resource(of).operation("create")
    assert create.body is not None

    def message(result: Row) -> str:
        summary = result["summary"]
        return f"{summary['succeeded']} of {summary['total']} {of} created."

    return Operation(
        name=of, method="POST", path=f"/{of}", run=_doing(of), action="CREATE", scope=resource(of).scope,
        body=_body(of, create.body), first=of, answers=(("summary", SUMMARY), ("results", _results(of))),
        key="optional", message=message, most_bytes=MOST_BYTES,
    )  # fmt: skip


RESOURCE: Final = Resource(name="bulk", noun="bulk", operations=tuple(map(_operation, _KINDS)))
