"""Chapter 12c: every document explained, and what the portals of e-invoices and e-way bills take of it."""

from finzcore.books.registry import resources
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Firm

WORDS = ("explain", "einvoice", "eway_bill")


def tell(cast: Cast) -> None:
    for resource in resources():
        words = [one.name for one in resource.operations if one.name in WORDS]
        ids = [row[resource.id_name] for row in cast.acme.pages(f"{resource.path}")] if words else []
        for word in words:
            _said(cast.acme, f"{resource.path}", ids[:20], word)
            cast.bharat.refused(404, "GET", f"{resource.path}/{ids[0]}/{word}")
    path = f"/invoices/{cast['invoice plain']}/eway_bill"
    for mode in ("ROAD", "RAIL", "AIR", "SHIP", "1", "2", "3", "4"):
        cast.acme.get(path, trans_mode=mode, trans_distance=350, vehicle_number="KA 01 AB 1234")
    cast.acme.get(
        path, transporter_id="29AAACW6288M1ZS", trans_doc_number="LR-17", trans_doc_date="2026-05-20"
    )
    cast.acme.refused(400, "GET", path, trans_mode="BOAT")
    cast.acme.refused(422, "GET", path, trans_distance=4001)
    cast.acme.refused(422, "GET", path, trans_doc_date="20/05/2026")
    for word in WORDS:
        cast.acme.call(f"invoices.{word}", cast["invoice plain"])


def _said(firm: Firm, path: str, ids: list[str], word: str) -> None:
    for path_id in ids:
        firm.get(f"{path}/{path_id}/{word}")
