"""What WSGI and ASGI have in common: where the API begins, and what an answer looks like on the wire."""

import re
from typing import Final
from urllib.parse import quote

from finzcore.api import files, preferences, routing
from finzcore.api.http import Response

ROOTS: Final = (f"{routing.BASE}/", preferences.BASE, files.BASE, *routing.OAUTH)
"""How the paths of the API begin."""

_BODILESS: Final = frozenset({204, 304})
_PLAIN: Final = re.compile("[A-Za-z0-9/_.-]*", re.ASCII)


def api_path(mount: str, whole: str) -> str:
    """The path in the API behind a path of the host, percent signs and all.

    The API's paths begin at the root of the host, whatever the mount point; where they do not, they
    begin at the mount point.

    >>> api_path("/api/public", "/api/public/v1/whoami"), api_path("/books", "/books/api/public/v1/whoami")
    ('/api/public/v1/whoami', '/api/public/v1/whoami')
    """
    if not mount or whole.startswith(ROOTS):
        return whole
    # Segments are counted, not compared: one and the same can be spelled in several ways.
    return "/" + whole.split("/", mount.rstrip("/").count("/") + 1)[-1]


def quoted(path: str, encoding: str) -> str:
    """A decoded path with its percent signs put back."""
    return path if _PLAIN.fullmatch(path) else quote(path.encode(encoding), safe="/:@!$&'()*+,;=-._~")


def is_bare(method: str, response: Response) -> bool:
    """Whether an answer has only a head."""
    return method == "HEAD" or response.status in _BODILESS


def headers(response: Response) -> list[tuple[str, str]]:
    """The headers of an answer, with the length of its body where it is known."""
    if response.length is None or response.status in _BODILESS:
        return list(response.headers)
    return [*response.headers, ("Content-Length", str(response.length))]
