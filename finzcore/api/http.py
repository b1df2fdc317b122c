"""A request goes in, a response comes out: two frozen values that know nothing of sockets.

`Request` and `Response` are the whole surface of `handle` (`design.md` §2). What depends on a
header's or a path's spelling is settled here, once (`reliability.md` §2).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, Final
from urllib.parse import unquote_to_bytes

import attrs

from finzcore.errors import TooLarge, Unreadable

HEAD_LIMIT: Final = 16 * 1024
"""Method, path, query and headers together are no longer than this."""

Pairs = tuple[tuple[str, str], ...]

_PIECE: Final = 64 * 1024
_STRAY_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})", re.ASCII)


def _pairs(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Pairs:
    return tuple(headers.items() if isinstance(headers, Mapping) else headers)


def _safe_pairs(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Pairs:
    pairs = _pairs(headers)
    for name, value in pairs:
        if "\n" in value or "\r" in value:
            raise ValueError(f"a line break in the header {name}")
    return pairs


@attrs.frozen
class Request:
    """What was asked. `path` may carry ``?query``; names of headers match in any case.

    `headers` is a mapping or a list of pairs, repeats kept; `body` is bytes, or a binary file for
    uploads; `context` holds what the host knows: `remote_addr`, `session_user_id`, `consent`.

    >>> request = Request("GET", "/items?per_page=5", headers={"X-One": "1"})
    >>> request.path, request.params, request.header("x-one")
    ('/items', (('per_page', '5'),), '1')
    """

    method: str
    path: str
    query: str = ""
    headers: Pairs = attrs.field(default=(), converter=_pairs, repr=False)
    body: bytes | BinaryIO = attrs.field(default=b"", repr=False)
    context: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    _by_name: dict[str, list[str]] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.body, bytes) and not hasattr(self.body, "read"):
            raise TypeError("a body is bytes, or a binary file")
        by_name: dict[str, list[str]] = {}
        for name, value in self.headers:
            by_name.setdefault(name.lower(), []).append(value.strip(" \t"))
        object.__setattr__(self, "_by_name", by_name)
        if "?" in self.path:
            path, _, query = self.path.partition("?")
            object.__setattr__(self, "path", path)
            object.__setattr__(self, "query", f"{query}&{self.query}" if self.query else query)

    def header(self, name: str) -> str | None:
        """The first value of a header, without the blanks around it; None when it is absent."""
        values = self._by_name.get(name.lower())
        return values[0] if values else None

    def headers_all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        return tuple(self._by_name.get(name.lower(), ()))

    @property
    def params(self) -> Pairs:
        """The query as pairs, decoded, repeats kept, read anew at each call.

        Raises `Unreadable` for a stray percent sign, bytes that are not UTF-8, or U+0000.
        """
        return read_query(self.query) if self.query else ()

    @property
    def canonical_path(self) -> str | None:
        """The path that routes are matched on; None when it can match none (see the function)."""
        return canonical_path(self.path)

    def read_body(self, limit: int) -> bytes:
        """The body as bytes; raises `TooLarge` as soon as it is known to exceed `limit` bytes.

        A file is read once, and no further than that.
        """
        self._check_announced(limit)
        body = self.body if isinstance(self.body, bytes) else b"".join(_pieces_of(self.body, limit))
        if len(body) > limit:
            raise TooLarge(details={"limit": limit})
        return body

    @property
    def is_bodiless(self) -> bool:
        """Whether there is no body, as far as that is known before reading it."""
        return self.body == b"" and (self.header("content-length") or "").strip("0") == ""

    def pieces(self, limit: int) -> Iterator[bytes]:
        """The body piece by piece, never held as a whole; raises `TooLarge` as soon as it is known to
        exceed `limit` bytes."""
        self._check_announced(limit)
        left = limit
        for piece in _pieces_of(self.body, limit):
            left -= len(piece)
            if left < 0:
                raise TooLarge(details={"limit": limit})
            yield piece

    def _check_announced(self, limit: int) -> None:
        if announces_more(self.header("content-length") or "", limit):
            raise TooLarge(details={"limit": limit})


def announces_more(length: str, limit: int) -> bool:
    """Whether a Content-Length says more bytes than `limit`; one that is no number says nothing.

    >>> announces_more("1048576", 1048576), announces_more("1048577", 1048576), announces_more("x", 0)
    (False, True, False)
    """
    if not (length.isascii() and length.isdecimal()):
        return False
    digits = length.lstrip("0")
    return len(digits) > 18 or int(digits or "0") > limit


def _pieces_of(body: bytes | BinaryIO, limit: int) -> Iterator[bytes]:
    """A body in pieces, and no more than one byte beyond the limit."""
    if isinstance(body, bytes):
        yield from (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
        return
    left = limit + 1
    while left > 0 and (piece := body.read(min(left, _PIECE))):
        yield piece
        left -= len(piece)


def _decoded(text: str) -> str | None:
    """Percent signs resolved once; None when that does not give clean text."""
    if "%" not in text and text.isascii():
        return None if "\0" in text else text
    if _STRAY_PERCENT.search(text):
        return None
    try:
        plain = unquote_to_bytes(text).decode("utf-8")
    except UnicodeError:
        return None
    return None if "\0" in plain else plain


def read_query(query: str) -> Pairs:
    """A query, or the body of a plain form, as pairs; Unreadable as for `Request.params`."""
    pairs = []
    for piece in query.replace("+", " ").split("&"):
        if piece:
            raw_name, _, raw_value = piece.partition("=")
            name, value = _decoded(raw_name), _decoded(raw_value)
            if name is None or value is None:
                raise Unreadable("The query could not be read.", field=name)
            pairs.append((name, value))
    return tuple(pairs)


def canonical_path(raw: str) -> str | None:
    """A path decoded once, or None when it is no plain path (`reliability.md` §2).

    Double slashes, a slash at the end, dot segments, encoded slashes, backslashes and unprintable
    characters are None, so that no resource has a second address.

    >>> canonical_path("/items/a%62c"), canonical_path("/items/%2e%2e"), canonical_path("/a%2Fb")
    ('/items/abc', None, None)
    """
    path = _decoded(raw)
    if path is None or not path.startswith("/") or not path.isprintable():
        return None
    if path is not raw and path.count("/") != raw.count("/"):
        return None
    if "//" in path or "\\" in path or (path.endswith("/") and path != "/"):
        return None
    if "/." in path and not {".", ".."}.isdisjoint(path.split("/")):
        return None
    return path


def check_head(request: Request) -> None:
    """Raise `TooLarge` when the head exceeds 16 KiB; before any hashing or parsing."""
    size = len(request.method) + len(request.path) + len(request.query)
    for name, value in request.headers:
        size += len(name) + len(value) + 4  # a colon, a space and a line end
    if size > HEAD_LIMIT:
        raise TooLarge("The head of the request is too large.", details={"limit": HEAD_LIMIT})


@attrs.frozen
class Response:
    """What is answered. `headers` become a tuple of pairs; `body` is bytes or pieces of bytes.

    Raises `ValueError` for a header that holds a line break.

    >>> Response(200, {"Content-Type": "application/json"}, b'{"total": 14160.00}').json()
    {'total': Decimal('14160.00')}
    """

    status: int
    headers: Pairs = attrs.field(default=(), converter=_safe_pairs)
    _source: bytes | Iterable[bytes] = attrs.field(default=b"", alias="body", repr=False)

    @property
    def body(self) -> bytes:
        """The whole body. Pieces are put together at the first call and kept."""
        if not isinstance(self._source, bytes):
            object.__setattr__(self, "_source", b"".join(self._source))
        assert isinstance(self._source, bytes)
        return self._source

    @property
    def length(self) -> int | None:
        """How many bytes the body has; None when it comes in pieces that nobody has counted."""
        return len(self._source) if isinstance(self._source, bytes) else None

    @property
    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, never held as a whole; from a generator they can be had once."""
        if isinstance(self._source, bytes):
            return iter((self._source,) if self._source else ())
        return iter(self._source)

    def with_headers(self, headers: Iterable[tuple[str, str]]) -> "Response":
        """The same with more headers."""
        return Response(self.status, [*self.headers, *headers], self._source)

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in any case; None when it is absent."""
        wanted = name.lower()
        return next((value for name, value in self.headers if name.lower() == wanted), None)

    def json(self) -> Any:
        """The body as JSON, every number an exact `Decimal`."""
        return json.loads(self.body.decode("utf-8"), parse_float=Decimal, parse_int=Decimal)
