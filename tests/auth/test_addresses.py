"""Where the books may send something: every way to spell a forbidden place, by name
(`reliability.md` §19; RFC 6890 and the registries of special addresses)."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.auth.addresses import checked_url, is_allowed, is_this_machine, place_of
from finzcore.errors import RuleBroken

PUBLIC: Final = {
    "plain": "https://shop.example",
    "a path": "https://shop.example/hooks/finz",
    "a query": "https://shop.example/hooks?from=books&x=a%20b",
    "a query without a path": "https://shop.example?x=1",
    "its own port": "https://shop.example:443/hooks",
    "capitals": "HTTPS://Shop.EXAMPLE/Hooks",
    "many labels": "https://a.b.c.d.shop.co.in/",
    "punycode": "https://xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g/",
    "digits in a name": "https://7eleven.4u.example/",
    "a hyphen": "https://my-shop.example/",
    "a name that only begins like an address": "https://127.0.0.1.shop.example/",
    "an at sign in the path": "https://shop.example/@hooks",
    "the longest label": f"https://{'a' * 63}.example/",
    "the longest URL": "https://shop.example/" + "a" * 2027,
}
"""URLs of public hosts."""

REFUSED: Final = {
    # not a URL of the web
    "nothing": "",
    "no scheme": "shop.example/hooks",
    "no host": "https:///hooks",
    "relative to a scheme": "//shop.example/hooks",
    "plain http": "http://shop.example/hooks",
    "ftp": "ftp://shop.example/hooks",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://shop.example/",
    "a script": "javascript:alert(1)",
    "one slash": "https:/shop.example/",
    "backslashes": "https:\\\\shop.example\\hooks",
    "a backslash before the path": "https://shop.example\\@127.0.0.1/",
    "a URL in a URL": "https://https://shop.example/",
    # somebody's name, and what hides the host behind it
    "a user": "https://asha@shop.example/",
    "a user and a password": "https://asha:secret@shop.example/",
    "a public host as the user": "https://shop.example@127.0.0.1/",
    "an empty user": "https://@shop.example/",
    "an escaped at sign": "https://shop.example%40127.0.0.1/",
    # controls, blanks, foreign letters
    "a fragment": "https://shop.example/hooks#top",
    "an empty fragment": "https://shop.example/#",
    "a line break": "https://shop.example/\r\nHost: localhost",
    "a line break at the end": "https://shop.example/\n",
    "a tab in the host": "https://shop\t.example/",
    "a null": "https://shop.example\0.evil.example/",
    "a blank before": " https://shop.example/",
    "a blank in the path": "https://shop.example/a b",
    "a delete": "https://shop.example/\x7f",
    "circled digits": "https://①②⑦.⓪.⓪.①/",
    "a fullwidth stop": "https://127。0。0。1/",
    "fullwidth digits": "https://１２７.0.0.1/",
    "Devanagari letters": "https://दुकान.example/",
    "a long s": "http\u017f://shop.example/",
    "a Kelvin sign": "https://\u212aaveri.example/",
    "a letter of another script in the path": "https://shop.example/é",
    "a percent sign alone": "https://shop.example/100%",
    "an escaped host": "https://%73hop.example/",
    # ports
    "another port": "https://shop.example:8443/",
    "the port of mail": "https://shop.example:25/",
    "the port of http": "https://shop.example:80/",
    "an empty port": "https://shop.example:/",
    "a port with a zero": "https://shop.example:0443/",
    "a port beyond": "https://shop.example:65979/",
    "a port in words": "https://shop.example:https/",
    # names that are no public host's
    "no dot": "https://intranet/",
    "localhost": "https://localhost/",
    "localhost with a dot": "https://localhost./",
    "below localhost": "https://hooks.localhost/",
    "below local": "https://printer.local/",
    "below internal": "https://metadata.google.internal/",
    "at home": "https://nas.home.arpa/",
    "an onion": "https://duskgytldkxiuqc6.onion/",
    "invalid": "https://shop.invalid/",
    "a dot at the end": "https://shop.example./",
    "a dot before": "https://.shop.example/",
    "two dots": "https://shop..example/",
    "an underscore": "https://my_shop.example/",
    "a hyphen first": "https://-shop.example/",
    "a hyphen last": "https://shop-.example/",
    "a label too long": f"https://{'a' * 64}.example/",
    "a name too long": f"https://{'a.' * 124}example/",
    "a URL too long": "https://shop.example/" + "a" * 2028,
    # addresses, in every spelling that some resolver takes
    "an address": "https://127.0.0.1/",
    "a public address": "https://8.8.8.8/",
    "the metadata of a cloud": "https://169.254.169.254/latest/meta-data/",
    "short": "https://127.1/",
    "shorter": "https://127/",
    "three parts": "https://192.168.257/",
    "one number": "https://2130706433/",
    "hexadecimal": "https://0x7f000001/",
    "hexadecimal parts": "https://0x7f.0x0.0x0.0x1/",
    "hexadecimal without a digit": "https://127.0.0.0x/",
    "octal": "https://017700000001/",
    "octal parts": "https://0177.0.0.01/",
    "mixed": "https://0x7f.0.1/",
    "zeros": "https://127.000.000.001/",
    "nowhere": "https://0.0.0.0/",
    "an address with a dot": "https://127.0.0.1./",
    "IPv6": "https://[::1]/",
    "public IPv6": "https://[2606:4700::1111]/",
    "mapped IPv4": "https://[::ffff:127.0.0.1]/",
    "IPv6 with a zone": "https://[fe80::1%25eth0]/",
    "IPv6 without brackets": "https://::1/",
    "an open bracket": "https://[::1/",
    "a name in brackets": "https://[shop.example]/",
}
"""URLs that are refused when they are registered."""


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_host_is_taken(name: str) -> None:
    wanted = {
        "its own port": "https://shop.example/hooks",
        "capitals": "https://shop.example/Hooks",
    }
    assert wanted.get(name, PUBLIC[name]) == checked_url(PUBLIC[name])


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        checked_url(REFUSED[name])
    assert "url" == refused.value.field


def test_there_are_more_than_eighty_spellings() -> None:
    assert len(REFUSED) > 80
    assert len(set(REFUSED.values())) == len(REFUSED)


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost/",
        "http://localhost:8000/hooks",
        "https://localhost:8443/",
        "http://127.0.0.1:1/",
        "http://[::1]:65535/x?y",
        "https://shop.example/",
    ],
)
def test_this_machine_is_taken_where_that_is_allowed(text: str) -> None:
    assert text == checked_url(text, allow_local=True)
    if "shop" not in text:
        with pytest.raises(RuleBroken):
            checked_url(text)


@pytest.mark.parametrize(
    "text",
    [
        *(REFUSED[name] for name in ("plain http", "another port", "no dot", "short", "one number")),
        *(REFUSED[name] for name in ("nowhere", "the metadata of a cloud", "mapped IPv4", "below localhost")),
        "http://localhost:0/",
        "http://localhost:65536/",
        "http://localhost:/",
        "http://asha@localhost/",
        "http://127.0.0.2/",
        "http://192.168.0.1/",
        "http://[::1%25lo]/",
    ],
)
def test_and_nothing_else_is_taken_then(text: str) -> None:
    with pytest.raises(RuleBroken):
        checked_url(text, allow_local=True)


def test_a_url_is_taken_apart() -> None:
    place = place_of("http://LOCALHOST:8000/hooks?x=1", allow_local=True)
    assert ("http", "localhost", 8000, "/hooks?x=1", "localhost:8000") == (*place, place.authority)
    assert (80, "localhost") == (lambda one: (one.port, one.authority))(
        place_of("http://localhost", allow_local=True)
    )


# ----- addresses -----

JUDGED: Final = {
    # the edges of each IPv4 net: the last before it, its first, its last, the first behind it
    "0.0.0.0": False, "0.255.255.255": False, "1.0.0.0": True,
    "9.255.255.255": True, "10.0.0.0": False, "10.255.255.255": False, "11.0.0.0": True,
    "100.63.255.255": True, "100.64.0.0": False, "100.127.255.255": False, "100.128.0.0": True,
    "126.255.255.255": True, "127.0.0.0": False, "127.255.255.255": False, "128.0.0.0": True,
    "169.253.255.255": True, "169.254.0.0": False, "169.254.169.254": False, "169.255.0.0": True,
    "172.15.255.255": True, "172.16.0.0": False, "172.31.255.255": False, "172.32.0.0": True,
    "191.255.255.255": True, "192.0.0.0": False, "192.0.0.192": False, "192.0.0.255": False,
    "192.0.1.0": True, "192.0.2.0": False, "192.0.2.255": False, "192.0.3.0": True,
    "192.88.98.255": True, "192.88.99.0": False, "192.88.99.255": False, "192.88.100.0": True,
    "192.167.255.255": True, "192.168.0.0": False, "192.168.255.255": False, "192.169.0.0": True,
    "198.17.255.255": True, "198.18.0.0": False, "198.19.255.255": False, "198.20.0.0": True,
    "198.51.99.255": True, "198.51.100.0": False, "198.51.100.255": False, "198.51.101.0": True,
    "203.0.112.255": True, "203.0.113.0": False, "203.0.113.255": False, "203.0.114.0": True,
    "223.255.255.255": True, "224.0.0.1": False, "240.0.0.1": False, "255.255.255.255": False,
    "8.8.8.8": True,
    # IPv6: what is assigned for everybody, and what lies within it
    "::": False, "::1": False, "::127.0.0.1": False, "::ffff:127.0.0.1": False, "::ffff:8.8.8.8": False,
    "64:ff9b::a9fe:a9fe": False, "64:ff9b::808:808": False, "64:ff9b:1::1": False, "100::1": False,
    "1fff:ffff::": False, "2000::": True, "2001::1": False, "2001:1ff:ffff::": False, "2001:200::": True,
    "2001:db7:ffff::": True, "2001:db8::1": False, "2001:db8:ffff::": False, "2001:db9::": True,
    "2001:ffff::": True, "2002::1": False, "2002:7f00:1::": False, "2002:808:808::": False, "2003::": True,
    "2606:4700::1111": True, "2a00:1450:4001::1": True, "3ffe:ffff::": True, "3fff::1": False,
    "3fff:fff:ffff::": False, "3fff:1000::": True, "4000::": False, "5f00::1": False, "fc00::1": False,
    "fd00:ec2::254": False, "fe80::1": False, "fe80::1%eth0": False, "2606:4700::1111%eth0": False,
    "fec0::1": False, "ff02::1": False,
    # what no resolver gives
    "": False, "localhost": False, "127.1": False, "0x08080808": False, "134744072": False, "08.8.8.8": False,
    "8.8.8.8 ": False, "[::1]": False, "8.8.8.8/32": False,
}  # fmt: skip
"""Addresses, and whether anybody on the Internet can be reached there."""


@pytest.mark.parametrize(("address", "allowed"), JUDGED.items())
def test_addresses_are_judged_by_a_positive_list(address: str, allowed: bool) -> None:
    assert is_allowed(address) is allowed


SPECIAL_4: Final = [
    ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    )
]  # fmt: skip
SPECIAL_6: Final = [
    ip_network(net)
    for net in (
        "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32",
        "2001:2::/48", "2001:db8::/32", "2001:10::/28", "2001:20::/28", "2002::/16", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
"""The registries of IANA, written down apart from the rule."""


@given(
    st.one_of(
        st.integers(0, 2**32 - 1).map(IPv4Address),
        st.sampled_from(SPECIAL_4).flatmap(
            lambda net: st.integers(0, net.num_addresses - 1).map(lambda n: net[n])
        ),
        st.integers(0, 2**128 - 1).map(IPv6Address),
        st.integers(2**125, 2**126 - 1).map(IPv6Address),
        st.sampled_from(SPECIAL_6).flatmap(
            lambda net: st.integers(0, net.num_addresses - 1).map(lambda n: net[n])
        ),
    )
)
def test_what_is_allowed_is_outside_of_every_special_net(address: IPv4Address | IPv6Address) -> None:
    special = any(address in net for net in (SPECIAL_4 if address.version == 4 else SPECIAL_6))
    assert not (is_allowed(str(address)) and special)
    assert not (is_allowed(str(address)) and is_this_machine(str(address)))


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_inside_ipv6_is_never_allowed(number: int) -> None:
    low = IPv6Address(number)
    forms = (low, ip_address(int(low) | 0xFFFF << 32), ip_address(int(IPv6Address("64:ff9b::")) | number))
    sixes = ip_address(int(IPv6Address("2002::")) | number << 80)
    assert not any(is_allowed(str(form)) for form in (*forms, sixes))


@pytest.mark.parametrize(
    ("address", "local"),
    {
        "127.0.0.1": True, "127.255.255.255": True, "::1": True, "::ffff:127.0.0.1": False, "::2": False,
        "0.0.0.0": False, "10.0.0.1": False, "8.8.8.8": False, "::1%lo": False, "localhost": False,
    }.items(),
)  # fmt: skip
def test_this_machine_is_known_by_its_addresses(address: str, local: bool) -> None:
    assert is_this_machine(address) is local
