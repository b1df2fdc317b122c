"""What the check of a return or of a portal's form found, as answers show it (`api.md` §5.4)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.sources import shown_id
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.findings import Finding

FINDING: Final = views.View(
    views.text("severity"),
    views.text("rule"),
    views.text("document_type"),
    views.text("document_id").maybe(),
    views.text("number"),
    views.whole("line").maybe(),
    views.text("field").maybe(),
    views.text("message"),
)
FINDINGS: Final = views.out("findings", views.Each(FINDING))
"""The key under which a report or a form tells them."""


def told(books: Books, findings: "Iterable[Finding]") -> list[Row]:
    """Findings as rows; a document is named by its id of the wire."""
    return [
        {
            "severity": one.severity,
            "rule": one.rule,
            "document_type": one.document_type.upper(),
            "document_id": shown_id(books.org_id, one.document_type.upper(), one.document_id),
            "number": one.number,
            "line": one.line,
            "field": one.field,
            "message": one.message,
        }
        for one in findings
    ]
