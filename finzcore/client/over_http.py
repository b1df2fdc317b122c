"""Requests over HTTP, by the standard library.

Certificates are verified. No redirect is followed, since it would carry the token elsewhere; no proxy is
asked, whatever the environment says; an answer is waited for as long as the time-out says, and no longer.
"""

import http.client
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from finzcore.api.http import Request, Response
from finzcore.api.routing import BASE
from finzcore.errors import Unavailable

if TYPE_CHECKING:
    import ssl

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_IDLE: Final = 8


class OverHttp:
    """Sends a request to a server, and gives its answer; OSError when none came.

    `base_url` is where the handler is found, such as ``https://books.example`` or, mounted below a
    prefix, ``https://shop.example/books``. ValueError for what is no such address, and for plain http to
    another machine, unless `allow_http` says that nobody listens on the way. `timeout` is in seconds, for
    each step of a connection; `context` says which certificates are believed.

    >>> OverHttp("https://books.example/")
    <OverHttp 'https://books.example'>
    >>> OverHttp("http://books.example")
    Traceback (most recent call last):
    ValueError: base_url: a token goes over https, or over http to this machine
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: int = 30,
        context: "ssl.SSLContext | None" = None,
        allow_http: bool = False,
    ) -> None:
        parts = _checked(base_url, allow_http=allow_http)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._prefix = parts.path.rstrip("/").removesuffix(BASE)
        self._timeout, self._context = timeout, context
        self._idle: deque[http.client.HTTPConnection] = deque()
        self.origin = f"{parts.scheme}://{parts.netloc}"
        """The address of the server, without a path."""
        self.base_url = self.origin + self._prefix

    def __repr__(self) -> str:
        return f"<OverHttp {self.base_url!r}>"

    def __call__(self, request: Request) -> Response:
        """Ask, on a connection that is still open or on a new one."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connection()
        try:
            answer = self._asked(connection, request)
        except http.client.HTTPException as error:
            connection.close()
            raise ConnectionError(f"no whole answer came: {type(error).__name__}") from error
        except BaseException:
            connection.close()
            raise
        return answer

    @contextmanager
    def elsewhere(self, scheme: str, place: str, path: str) -> Iterator["OverHttp"]:
        """The same server, at another path than its handler's; or another one, over https."""
        origin = f"{scheme}://{place}" if place else self.origin
        mine = origin == self.origin
        if not mine and scheme != "https":
            raise Unavailable("The file is at an address that is not safe to ask.")
        there = OverHttp(origin + path, timeout=self._timeout, context=self._context, allow_http=mine)
        try:
            yield there
        finally:
            there.close()

    def hurried(self, timeout: int) -> "OverHttp":
        """The same, with another time-out."""
        return OverHttp(self.base_url, timeout=timeout, context=self._context, allow_http=True)

    def close(self) -> None:
        """Let go of the connections that are open."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        if self._context is None:
            import ssl  # only now is there somebody to be sure of

            self._context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._timeout, context=self._context
        )

    def _asked(self, connection: http.client.HTTPConnection, request: Request) -> Response:
        query = f"?{request.query}" if request.query else ""
        connection.request(
            request.method, self._prefix + request.path + query, request.body or None, dict(request.headers)
        )
        answer = connection.getresponse()
        body = answer.read()
        if answer.will_close or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return Response(answer.status, answer.getheaders(), body)


def _checked(base_url: str, *, allow_http: bool) -> SplitResult:
    # The address itself is not shown: somebody may have put a password into it.
    parts = urlsplit(base_url)
    try:
        odd = parts.hostname is None or parts.port == 0
    except ValueError:
        odd = True
    plain = not base_url.isascii() or not base_url.isprintable() or " " in base_url
    if odd or plain or parts.scheme not in ("http", "https"):
        raise ValueError("base_url: an address such as https://books.example")
    if parts.username is not None or parts.password is not None or "?" in base_url or "#" in base_url:
        raise ValueError("base_url: an address without a user, a query and a fragment")
    if parts.scheme == "http" and not allow_http and parts.hostname not in _HERE:
        raise ValueError("base_url: a token goes over https, or over http to this machine")
    return parts
