"""Chapter 12b: every kind of document as PDF, by every template, to be shown and to be saved."""

from finzcore.books.printing.operation import templates
from finzcore.books.registry import resources
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Firm


def tell(cast: Cast) -> None:
    for resource in resources():
        if any(operation.drawn for operation in resource.operations):
            ids = [row[resource.id_name] for row in cast.acme.pages(f"{resource.path}")]
            if ids:
                _drawn(cast.acme, f"{resource.path}", ids)
                cast.bharat.refused(404, "GET", f"{resource.path}/{ids[0]}/pdf")
    cast.acme.refused(400, "GET", f"/invoices/{cast['invoice plain']}/pdf", template="gold")
    cast.acme.refused(422, "GET", f"/invoices/{cast['invoice plain']}/pdf", download="perhaps")
    cast.acme.call("invoices.pdf", cast["invoice plain"], template="tally")


def _drawn(firm: Firm, path: str, ids: list[str]) -> None:
    """The oldest by every template; of the others a few, as they are by themselves."""
    *others, oldest = ids
    for template in templates():
        for download in (True, False):
            assert (
                firm.send("GET", f"{path}/{oldest}/pdf", template=template, download=download).status == 200
            )
    for path_id in others[:5]:
        assert firm.send("GET", f"{path}/{path_id}/pdf").status == 200
