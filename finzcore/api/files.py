"""``GET /files/{link}``: the bytes of an attachment behind its signed link (`reliability.md` §20).

The link is all that it takes. Nothing is ever shown in the page of the host: a browser saves the file, and
runs nothing of it.
"""

import datetime as dt
from typing import Final
from urllib.parse import quote

from finzcore.api import authenticate, routing
from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.books import links
from finzcore.books.files import Passing
from finzcore.books.head import ORGS
from finzcore.books.links import Link
from finzcore.books.registry import table_of
from finzcore.books.resource import Download
from finzcore.errors import NotFound, WrongMethod
from finzcore.ports import Row

BASE: Final = links.PATH
METHODS: Final = ("GET", "HEAD")

_OVER: Final = "The link has expired; ask for the attachment again to get a new one."


def give_out(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """The file that a link leads to, in pieces. NotFound for a link that nobody has made, that is over, or
    whose file is gone; RateLimited for too many of the first kind from one address."""
    if request.method not in METHODS:
        raise WrongMethod(details={"allowed": list(METHODS)})
    link = links.read((request.canonical_path or "").removeprefix(BASE))
    row = None if link is None else _row(engine, link)
    if link is None or row is None:
        address = authenticate.address_of(request, engine.settings.trusted_proxies)
        authenticate.count_failure(engine.store, address, NotFound(routing.NOWHERE), now)
    if link.is_over(now):
        raise NotFound(_OVER)
    file = engine.desk.files.open(link.org_id, row["blob_key"], in_books=row["blob"] is not None)
    headers = [*_headers(row), ("X-Request-Id", request_id)]
    return Response(200, headers, Passing(file, row["size_bytes"]))


def _row(engine: Host, link: Link) -> Row | None:
    """The attachment of a link that its organisation has made."""
    with engine.store.read(link.org_id) as session:
        org = session.get(ORGS)
        if org is None or not link.is_sound(org["secret"]):
            return None
        return session.get(table_of("attachments"), link.key)


def _headers(row: Row) -> list[tuple[str, str]]:
    return [
        ("Content-Type", row["content_type"]),
        ("Content-Length", str(row["size_bytes"])),
        ("Content-Disposition", disposition(row["filename"])),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "private, no-store"),
    ]


def download(file: Download, request_id: str) -> Response:
    """An answer that is a file, for a client to save."""
    headers = [
        ("Content-Type", file.media),
        ("Content-Disposition", disposition(file.filename)),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", request_id),
    ]
    return Response(200, headers, file.body)


def disposition(name: str) -> str:
    """The header that has a browser save a file under its name: for old ones in ASCII, for others as it is
    (RFC 6266).

    >>> print(disposition("बिल May.pdf"))
    attachment; filename="___ May.pdf"; filename*=UTF-8''%E0%A4%AC%E0%A4%BF%E0%A4%B2%20May.pdf
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
