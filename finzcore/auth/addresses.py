"""Where the books may send something: URLs by a strict grammar, addresses by a positive list
(`reliability.md` §19).

A name says nothing about where it leads, and may lead elsewhere tomorrow. So `checked_url` keeps out what
is wrong in itself, and `is_allowed` judges every address that a name has led to, each time, right before
the connection is made.
"""

import ipaddress
import re
from typing import Final, NamedTuple

from finzcore.errors import RuleBroken

LONGEST: Final = 2_048

_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter: what ends in a number, in any spelling, is an address to some resolver.
_NAME: Final = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])"
_LONGEST_NAME: Final = 253
_REST: Final = r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
_QUERY: Final = r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>[^/?#@:\[\]\\]*|\[[^/?#@\]\\]*\])(?::(?P<port>[0-9]*))?"
    rf"(?P<target>{_REST}{_QUERY})",
    re.ASCII | re.IGNORECASE,
)
_PUBLIC: Final = re.compile(_NAME, re.ASCII)
_PORT: Final = re.compile("[1-9][0-9]{0,4}", re.ASCII)

NOBODYS: Final = (".localhost", ".local", ".internal", ".home.arpa", ".onion", ".invalid")
"""Names that no public host has (RFC 6761, 6762, 7686, 8375; ICANN for ``internal``)."""

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""This machine, as a URL may say it where that is allowed."""

_PORTS: Final = {"http": 80, "https": 443}


class Place(NamedTuple):
    """Where a URL leads: `host` is a name, or how `LOCAL` says this machine; `target` is asked of it."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_local(self) -> bool:
        """Whether it says this machine, by a name of `LOCAL`."""
        return self.host in LOCAL

    @property
    def text(self) -> str:
        """The URL, spelled the one way there is."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """The host, and its port unless that is understood."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def checked_url(text: str, *, allow_local: bool = False) -> str:
    """A URL to which events may be sent, its scheme and host in small letters; RuleBroken on ``url``.

    It is ``https``, on the port of that, to a name with a dot. With `allow_local` it may also be of this
    machine, by `LOCAL`, with any port and without TLS.

    >>> checked_url("https://Shop.example/hooks?from=books")
    'https://shop.example/hooks?from=books'
    >>> checked_url("http://localhost:8000/hooks", allow_local=True)
    'http://localhost:8000/hooks'
    >>> checked_url("https://127.1/")
    Traceback (most recent call last):
    finzcore.errors.RuleBroken: url: Must lead to a public host, by a name with a dot.
    """
    return place_of(text, allow_local=allow_local).text


def place_of(text: str, *, allow_local: bool = False) -> Place:
    """The same, taken apart."""
    if len(text) > LONGEST:
        raise _wrong(f"Must be at most {LONGEST} characters long.")
    # ASCII, for `lower` makes letters of other alphabets ours: of a Kelvin sign a plain k.
    found = _URL.fullmatch(text) if text.isascii() else None
    if found is None:
        raise _wrong("Must be an absolute URL such as https://shop.example/hooks, with nobody's name in it.")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    local = allow_local and host in LOCAL
    if scheme != "https" and not local:
        raise _wrong("Must begin with https://.")
    if not (local or _is_public(host)):
        raise _wrong("Must lead to a public host, by a name with a dot.")
    port = _port(found["port"], scheme)
    if port is None or not (local or port == _PORTS["https"]):
        raise _wrong("Must be on port 443." if not local else "Must be on a port from 1 to 65535.")
    return Place(scheme, host, port, found["target"])


def _wrong(message: str) -> RuleBroken:
    return RuleBroken(message, field="url")


def _is_public(host: str) -> bool:
    return len(host) <= _LONGEST_NAME and _PUBLIC.fullmatch(host) is not None and not host.endswith(NOBODYS)


def _port(said: str | None, scheme: str) -> int | None:
    if said is None:
        return _PORTS[scheme]
    return int(said) if _PORT.fullmatch(said) and int(said) <= 0xFFFF else None


# ----- addresses -----

_UNICAST_6: Final = ipaddress.IPv6Network("2000::/3")
_NOT_4: Final = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
_NOT_6: Final = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def is_allowed(address: str) -> bool:
    """Whether an address, as a resolver gives it, is one that anybody on the Internet can be reached at.

    A positive list: IPv6 addresses that carry an IPv4 address lie outside of it, and so do those of a zone.

    >>> is_allowed("8.8.8.8"), is_allowed("2606:4700::1111")
    (True, True)
    >>> is_allowed("169.254.169.254"), is_allowed("::ffff:8.8.8.8"), is_allowed("0x08080808")
    (False, False, False)
    """
    known = _known(address)
    if isinstance(known, ipaddress.IPv4Address):
        return not any(known in net for net in _NOT_4)
    return known is not None and known in _UNICAST_6 and not any(known in net for net in _NOT_6)


def is_this_machine(address: str) -> bool:
    """Whether an address is the machine's own: 127.0.0.0/8 or ::1.

    >>> is_this_machine("127.0.0.1"), is_this_machine("::ffff:127.0.0.1"), is_this_machine("0.0.0.0")
    (True, False, False)
    """
    known = _known(address)
    return known is not None and known.is_loopback and (known.version == 4 or int(known) == 1)


def _known(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if "%" in address:
        return None
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
