"""``GET /{id}/pdf``: documents as PDF. The books say what is printed, and the engine draws it."""

from typing import TYPE_CHECKING, Any, NamedTuple

from finzcore.books.books import Books
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.resource import Operation
from finzcore.books.shapes import flag, shape, special
from finzcore.errors import NotInstalled, RuleBroken
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.books.printing.paper import Printout


def templates() -> tuple[str, ...]:
    """The ways in which a printout may be drawn."""
    from finzcore.books.organisation import PREFERENCES  # only who asks for a PDF needs them

    return PREFERENCES["pdfTemplate"][1]


class TemplateKind(Kind):
    """The name of a template."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """One of the names, in any case."""
        name = raw.strip().lower() if isinstance(raw, str) else ""
        if name not in templates():
            raise Wrong(f"Must be one of {', '.join(templates())}.")
        return name

    def schema(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": list(templates())}


@shape
class PdfQuery:
    """How a document is wanted as PDF; the template is by default the organisation's."""

    template: str | None = special(TemplateKind())
    download: int = flag(default=False)


class Print(NamedTuple):
    """A document, ready to be drawn: what is printed, how, and of which version of it."""

    org_id: int
    printout: "Printout"
    template: str
    filename: str
    download: bool
    version: int


def can_draw() -> bool:
    """Whether what draws is installed: the extra `pdf`."""
    from importlib.util import find_spec  # only who asks for a PDF needs it

    return find_spec("typst") is not None and find_spec("segno") is not None


def printed(of: str) -> Operation:
    """The operation that gives a resource's documents as PDF, for its list of operations."""

    def pdf(books: Books, row: Row, query: PdfQuery) -> Print:
        """The document as PDF: the same bytes for the same version of it and the same template."""
        if not can_draw():
            raise NotInstalled
        from finzcore.books.printing.printout import file_name, printout_of

        template = query.template or books.masters.preferences["pdfTemplate"]
        printout, name = printout_of(books, of, row), file_name(row["number"])
        return Print(books.org_id, printout, template, name, bool(query.download), row["version"])

    return Operation(
        name="pdf", method="GET", path="/{id}/pdf", run=pdf, action="READ", query=PdfQuery, by_id=True,
        drawn=True, refuses=(NotInstalled,),
    )  # fmt: skip
