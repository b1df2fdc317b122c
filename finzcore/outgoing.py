"""The way out: a POST to exactly the address that was judged (`reliability.md` §19).

    post = finzcore.outgoing.Https()
    status, headers = post(Outgoing(url, headers, body, deadline=10))

The name is resolved once, every address that it leads to is judged, and the connection is made to one of
those and to nothing else: nothing is resolved again, no proxy is asked, no redirect is followed, and each
connection serves one request.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from functools import cached_property
from typing import Any, Final

from finzcore import system
from finzcore.auth.addresses import Place, is_allowed, is_this_machine, place_of
from finzcore.books.webhooks.attempt import Outgoing
from finzcore.errors import RuleBroken

CONNECT: Final = 3
"""Seconds until a connection is there, to whichever of the addresses."""

MOST: Final = 64 * 1024
"""How many bytes of an answer are read, its headers among them."""

Resolve = Callable[..., list[tuple[Any, ...]]]


class AddressRefused(OSError):
    """The URL leads to an address that nothing is sent to."""


class Garbled(OSError):
    """What came back is no HTTP."""


class Https:
    """Sends over TLS to public addresses; with `allow_local` also to this machine, and there in the open.

    resolve     what looks names up, as `socket.getaddrinfo` does
    context     how certificates are checked, by default against those that the system trusts
    """

    def __init__(
        self,
        *,
        allow_local: bool = False,
        resolve: Resolve = socket.getaddrinfo,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_local = allow_local
        self._resolve = resolve
        self._context = context

    def __call__(self, outgoing: Outgoing) -> tuple[int, Mapping[str, str]]:
        """Send, and give the status and the headers of the answer; OSError when there is none in time."""
        until = _Until(outgoing.deadline)
        try:
            place = place_of(outgoing.url, allow_local=self._allow_local)
        except RuleBroken as wrong:
            raise AddressRefused(wrong.message) from None
        with closing(self._connected(place, until)) as line:
            _say(line, _request(place, outgoing), until)
            return _answer(line, until)

    def _addresses(self, place: Place) -> list[tuple[Any, Any]]:
        """The family and the address of each socket that the name leads to; one is refused, and all are."""
        is_right = is_this_machine if place.is_local else is_allowed
        found = self._resolve(place.host.strip("[]"), place.port, type=socket.SOCK_STREAM)
        addresses = [(family, address) for family, _, _, _, address in found]
        for family, address in addresses:
            known = family in (socket.AF_INET, socket.AF_INET6)
            # The fourth part of an IPv6 address is its zone: in another one it is another address.
            if not known or any(address[3:]) or not is_right(address[0]):
                raise AddressRefused("the host leads to an address that nothing is sent to")
        if not addresses:
            raise AddressRefused("the host leads nowhere")
        return addresses

    def _connected(self, place: Place, until: "_Until") -> socket.socket:
        """A connection to the first address that takes one, by TLS under the name of the host."""
        line = _reached(self._addresses(place), until)
        if place.scheme == "http":
            return line
        with ExitStack() as undo:
            undo.callback(line.close)
            safe = self._tls.wrap_socket(
                line, server_hostname=place.host.strip("[]"), do_handshake_on_connect=False
            )
            undo.callback(safe.close)
            safe.settimeout(until.left())
            safe.do_handshake()
            undo.pop_all()
            return safe

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()


class _Until:
    """A deadline: so many seconds from now on."""

    def __init__(self, seconds: int) -> None:
        self._end = system.milliseconds() + seconds * 1000

    def left(self) -> Any:
        """How many seconds are left; TimeoutError when none are."""
        left = self._end - system.milliseconds()
        if left <= 0:
            raise TimeoutError("there was no answer in time")
        return left / 1000


def _reached(addresses: list[tuple[Any, Any]], until: _Until) -> socket.socket:
    soon = _Until(CONNECT)
    for many, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(min(soon.left() / many, until.left()))
            line.connect(address)
            return line
        except OSError:
            line.close()
            if many == 1:
                raise
        except BaseException:
            line.close()
            raise
    raise AssertionError("there is an address at least")


def _request(place: Place, outgoing: Outgoing) -> bytes:
    target = place.target if place.target.startswith("/") else f"/{place.target}"
    headers = {
        "Host": place.authority,
        **outgoing.headers,
        "Content-Length": str(len(outgoing.body)),
        "Connection": "close",
    }
    head = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    assert not any(set(line) & {"\r", "\n"} for line in head), "a header is one line"
    return "\r\n".join([*head, "", ""]).encode("ascii") + outgoing.body


def _say(line: socket.socket, request: bytes, until: _Until) -> None:
    left = memoryview(request)
    while left:
        line.settimeout(until.left())
        left = left[line.send(left) :]


class _Heard(io.RawIOBase):
    """What comes in on a connection: no more of it than `MOST`, and nothing after the deadline."""

    def __init__(self, line: socket.socket, until: _Until) -> None:
        self._line = line
        self._until = until
        self._room = MOST

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, or wait for it."""
        if not self._room:
            return 0
        self._line.settimeout(self._until.left())
        read = self._line.recv_into(memoryview(buffer)[: self._room])
        self._room -= read
        return read

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `http.client` reads answers of."""
        return io.BufferedReader(self)


def _answer(line: socket.socket, until: _Until) -> tuple[int, Mapping[str, str]]:
    heard: Any = _Heard(line, until)
    with closing(http.client.HTTPResponse(heard, method="POST")) as response:
        try:
            response.begin()
        except (http.client.HTTPException, ValueError) as error:
            raise Garbled("what came back is no HTTP") from error
        _heard_out(response)
        return response.status, dict(response.getheaders())


def _heard_out(response: http.client.HTTPResponse) -> None:
    """Let the receiver finish. What it says is of no interest, and whether it breaks off neither; but it
    has to come to an end in time."""
    try:
        with suppress(http.client.HTTPException, ValueError):
            while response.read(8192):
                pass
    except TimeoutError:
        raise
    except OSError:
        return


# ----- failures, in words that any reader of the log may see -----

_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (AddressRefused, "the host leads to an address that nothing is sent to"),
    (Garbled, "what came back is no HTTP"),
    (socket.gaierror, "the host was not found"),
    (TimeoutError, "no answer in time"),
    (ssl.SSLError, "no trusted connection by TLS"),
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionError, "the connection broke"),
    (OSError, "the host could not be reached"),
)


def in_words(error: Exception) -> str:
    """Why nothing came back: one of a few fixed sentences, because what a machine inside of a network says
    is for nobody outside (`reliability.md` §19).

    >>> in_words(ConnectionResetError(104, "reset by 10.0.0.7")), in_words(ValueError("secret"))
    ('the connection broke', 'it could not be sent')
    """
    return next((words for kind, words in _WORDS if isinstance(error, kind)), "it could not be sent")
