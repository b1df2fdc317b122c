"""HTML of a list of tags, made anew from what was given, and the same as plain text.

Nothing of the given text is passed on as it is: it is read into words and tags, the words are escaped
again, and of the tags those on the list are written, each properly closed. So however a mail program
reads what it gets, it can find no more than these tags (`reliability.md` §20); and none of them makes it
fetch anything (§19): there are no pictures, styles or forms, and a link waits until somebody follows it.

The reading is our own, because it need not agree with a browser's, only with itself; and it takes time in
proportion to the text, which is read while the books are open.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Final, NamedTuple

_BLOCKS: Final = frozenset(
    {
        "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "table", "tbody",
        "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_INLINE: Final = frozenset({"a", "b", "code", "em", "i", "s", "small", "span", "strong", "sub", "sup", "u"})
_EMPTY: Final = frozenset({"br", "hr"})
TAGS: Final = _BLOCKS | _INLINE | _EMPTY | {"td", "th"}
"""The tags that stay."""

_SWALLOWED: Final = frozenset(
    {
        "applet", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
        "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "xmp",
    }
)  # fmt: skip
"""Tags that go with all that is in them; of the others that go, the words stay."""

_DEEPEST: Final = 50
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"""([^\s=/"']++)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']++)))?""")
_LONGEST: Final = 4_000
_HREF: Final = re.compile(
    r"(?:https?://|mailto:)[^\s\x00-\x20\x7f<>\"'`\\]{1,2000}", re.ASCII | re.IGNORECASE
)
_COUNT: Final = re.compile("[1-9][0-9]?", re.ASCII)
_BEYOND: Final = re.compile("&#(?=[0-9]{8}|[xX][0-9a-fA-F]{8})")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Piece(NamedTuple):
    """Words, or a tag: its name, and what stands in it beside the name."""

    words: str = ""
    tag: str = ""
    rest: str = ""
    ends: bool = False


def _pieces(html: str) -> Iterator[_Piece]:
    """Words and tags in their order; comments, declarations and what is swallowed are left out."""
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start != at:
            yield _Piece(words=_read(html[at:start] if start >= 0 else html[at:]))
            if start < 0:
                return
        found = _TAG.match(html, start)
        if found is None:
            at = _past(html, start)
            if at == start + 1:
                yield _Piece(words="<")
            continue
        ends, tag, at = bool(found[1]), found[2].lower(), found.end()
        if tag in _SWALLOWED and not ends:
            closing = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
            at = len(html) if closing is None else closing.start()
        yield _Piece(tag=tag, rest=found[3], ends=ends)


def _past(html: str, start: int) -> int:
    """Where a ``<`` that begins no tag is over: after its comment or declaration, or at once."""
    for opening, closing in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        if html.startswith(opening, start):
            end = html.find(closing, start + len(opening))
            return len(html) if end < 0 else end + len(closing)
    return start + 1


def _read(written: str) -> str:
    """Words as a reader sees them."""
    said = unescape(_BEYOND.sub("&amp;#", written)) if "&" in written else written
    return _CONTROLS.sub("", said)


def _attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag; of two with one name the first counts."""
    if len(rest) > _LONGEST:
        return {}
    given: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(rest):
        given.setdefault(name.lower(), _read(double or single or bare))
    return given


def _kept(tag: str, rest: str) -> str:
    """The attributes that a tag keeps, written anew."""
    if tag == "a":
        href = _attributes(rest).get("href", "").strip()
        return f' href="{escape(href)}"' if _HREF.fullmatch(href) else ""
    if tag in ("td", "th"):
        given = _attributes(rest)
        spans = [(name, given.get(name, "")) for name in ("colspan", "rowspan")]
        return "".join(f' {name}="{value}"' for name, value in spans if _COUNT.fullmatch(value))
    return ""


def clean(given: str) -> str:
    """HTML made anew of `TAGS` alone; what it says stays, what it would do does not.

    >>> clean('<p onclick="x()">Dear <b>Asha<script>alert(1)</script>')
    '<p>Dear <b>Asha</b></p>'
    >>> clean('<a href="https://acme.example/pay">Pay</a> <a href="javascript:x()">here</a> 1 < 2')
    '<a href="https://acme.example/pay">Pay</a> <a>here</a> 1 &lt; 2'
    """
    written: list[str] = []
    opened: list[str] = []
    for piece in _pieces(given):
        if not piece.tag:
            written.append(escape(piece.words, quote=False))
        elif piece.ends:
            if piece.tag in opened:  # and those that were opened within it and forgotten
                while (closed := opened.pop()) != piece.tag:
                    written.append(f"</{closed}>")
                written.append(f"</{closed}>")
        elif piece.tag in _EMPTY:
            written.append(f"<{piece.tag}>")
        elif piece.tag in TAGS and len(opened) < _DEEPEST:
            opened.append(piece.tag)
            written.append(f"<{piece.tag}{_kept(piece.tag, piece.rest)}>")
    return "".join(written) + "".join(f"</{tag}>" for tag in reversed(opened))


_BEFORE: Final = {"br": "\n", "hr": "\n" + "-" * 20 + "\n", "li": "\n- "}
_AFTER: Final = {"p": "\n\n", "td": " ", "th": " ", "li": "", "tr": ""}


class _Aloud:
    """What was read aloud of clean HTML so far."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._last = "\n"
        self._line = ""
        self._links: list[str] = []
        self._verbatim = 0

    def say(self, words: str) -> None:
        """Add to the line, or begin others."""
        if words:
            self._said.append(words)
            self._last = words[-1]
            self._line = (words if "\n" in words else self._line + words).rpartition("\n")[2][-_LONGEST:]

    def hear(self, piece: _Piece) -> None:
        """Say a piece: words as a browser shows them, a block on lines of its own."""
        if not piece.tag:
            words = piece.words if self._verbatim else re.sub(r"[ \t\n]+", " ", piece.words)
            self.say(words.lstrip(" ") if self._last in " \n" and not self._verbatim else words)
        elif piece.ends:
            self._close(piece.tag)
        else:
            self._verbatim += piece.tag == "pre"
            if piece.tag == "a":
                self._links.append(_attributes(piece.rest).get("href", ""))
            self.say(_BEFORE.get(piece.tag, "\n" if piece.tag in _BLOCKS else ""))

    def _close(self, tag: str) -> None:
        """A link says where it leads, unless its words have just said so."""
        self._verbatim -= tag == "pre"
        if tag == "a":
            target = self._links.pop()
            target = target[7:] if target.lower().startswith("mailto:") else target
            if target and not self._line.endswith(target):
                self.say(f" <{target}>")
        self.say(_AFTER.get(tag, "\n" if tag in _BLOCKS else ""))

    @property
    def all(self) -> str:
        """Everything, with no more than one empty line at once."""
        lines = [line.rstrip(" ") for line in "".join(self._said).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def plain_text(cleaned: str) -> str:
    """What clean HTML says, for mail programs and people who prefer it plain.

    >>> print(plain_text('<p>Dear Asha,</p><p>please <a href="https://acme.example/pay">pay</a>:</p>'
    ...                  '<ul><li>the first</li><li>the second</li></ul>'))
    Dear Asha,
    <BLANKLINE>
    please pay <https://acme.example/pay>:
    <BLANKLINE>
    - the first
    - the second
    """
    aloud = _Aloud()
    for piece in _pieces(cleaned):
        aloud.hear(piece)
    return aloud.all
