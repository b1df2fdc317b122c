"""Documents as answers: a PDF with its headers (`api.md` §4.16). The adapters say how long it is."""

from typing import Final
from urllib.parse import quote

from finzcore.api.host import Host
from finzcore.api.http import Response
from finzcore.books.printing.operation import Print

MEDIA: Final = "application/pdf"
"""What such an answer is."""

SECONDS: Final = 900
"""How long a browser may show it again without asking."""


def answer(engine: Host, wanted: Print, request_id: str) -> Response:
    """A document as the engine draws it, or has drawn it before; NotInstalled when it cannot."""
    body, fresh = engine.drawn(wanted)
    headers = [
        ("Content-Type", MEDIA),
        ("Content-Disposition", disposition(wanted.filename, download=wanted.download)),
        ("Cache-Control", f"private, max-age={SECONDS}"),
        ("X-AIBooks-Render", "fresh" if fresh else "cached"),
        ("X-AIBooks-Version", str(wanted.version)),
        ("X-Request-Id", request_id),
    ]
    return Response(200, headers, body)


def disposition(name: str, *, download: bool) -> str:
    """Whether a browser shows the document or saves it, and under which name; one that is not plain ASCII
    is said a second time as it is (RFC 6266).

    >>> disposition("INV-2627-001.pdf", download=False)
    'inline; filename="INV-2627-001.pdf"'
    >>> disposition("é.pdf", download=True)
    'attachment; filename="_.pdf"; filename*=UTF-8\\'\\'%C3%A9.pdf'
    """
    plain = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name
    )
    said = f'{"attachment" if download else "inline"}; filename="{plain}"'
    return said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"
