"""HTML that mail may hold (`reliability.md` §20): a list of tags, none of which does or fetches anything."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.mail.markup import TAGS, clean, plain_text

CLEANED = {
    "plain words": ("Dear Asha", "Dear Asha"),
    "what looks like a tag": ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
    "references": ("&lt;script&gt; &amp; &#8377; &nbsp;", "&lt;script&gt; &amp; ₹ \xa0"),
    "a paragraph": ("<p>Dear <b>Asha</b>,<br>hello</p>", "<p>Dear <b>Asha</b>,<br>hello</p>"),
    "capitals": ("<P>Dear <B>Asha</B></P>", "<p>Dear <b>Asha</b></p>"),
    "attributes go": ('<p style="x" onclick=x() id=a class="b">A</p>', "<p>A</p>"),
    "a link": ('<a href="https://acme.example/?a=1&amp;b=2">x</a>',
               '<a href="https://acme.example/?a=1&amp;b=2">x</a>'),
    "a link to write to": ("<a href='mailto:a@b.in'>x</a>", '<a href="mailto:a@b.in">x</a>'),
    "a script as a link": ('<a href="javascript:x()">x</a>', "<a>x</a>"),
    "a script in disguise": ('<a href=" jAvAs\tcript:x()">x</a>', "<a>x</a>"),
    "a script in references": ('<a href="&#106;avascript&colon;x()">x</a>', "<a>x</a>"),
    "a page in a link": ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
    "a link that breaks out": ('<a href="https://x.in/&quot;onclick=&quot;x()">x</a>', "<a>x</a>"),
    "a link to nowhere in particular": ('<a href="//x.in">x</a><a href="/y">y</a>', "<a>x</a><a>y</a>"),
    "a file": ('<a href="file:///etc/passwd">x</a>', "<a>x</a>"),
    "the first of two links counts": ('<a href="https://x.in" href="javascript:x()">x</a>',
                                      '<a href="https://x.in">x</a>'),
    "a picture": ('A<img src="https://x.in/pixel.gif">B', "AB"),
    "a script": ("A<script>alert('<b>')</script>B", "AB"),
    "a style": ("A<style>p{background:url(https://x.in)}</style>B", "AB"),
    "a drawing": ('A<svg><a href="https://x.in">x</a><p>y</p></svg>B', "AB"),
    "a form": ("<form action=x><input value=y>A<button>B</button></form>", "AB"),
    "a page": ("<html><head><title>T</title></head><body>A</body></html>", "A"),
    "a comment": ("A<!-- <p> -->B", "AB"),
    "a condition": ("A<!--[if mso]><p>x</p><![endif]-->B", "AB"),
    "a declaration": ("<!DOCTYPE html>A<?php x ?>B<![CDATA[C]]>", None),
    "tags inside a tag": ("<<script>script>alert(1)<</script>/script>", None),
    "what is open is closed": ("<p>Dear <b>Asha", "<p>Dear <b>Asha</b></p>"),
    "what is closed twice": ("<b>A</b></b></p>B", "<b>A</b>B"),
    "what is closed crosswise": ("<b><i>A</b>B</i>", "<b><i>A</i></b>B"),
    "spans of cells": ('<table><tr><td colspan="2" rowspan="9999" width=3>A</td></tr></table>',
                       '<table><tr><td colspan="2">A</td></tr></table>'),
    "a slash at the end": ("A<br/>B<hr />C<b/>D", "A<br>B<hr>C<b>D</b>"),
    "an unfinished tag": ("A<b", None),
    "an unfinished script": ("A<script>alert(1)", "A"),
    "no script ends another": ("A<script></style>x</script>B", "AB"),
    "quotes stay as they are": ("'\"", "'\""),
}  # fmt: skip


class Seen(HTMLParser):
    """The tags and attributes that somebody finds in a text, and what is left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.other: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def is_harmless(text: str) -> bool:
    """Whether nothing but tags of the list is found in a text, all of them closed."""
    seen = Seen(text)
    kept = [(tag, name) for tag, name, _ in seen.attributes]
    hrefs = [value for _, name, value in seen.attributes if name == "href"]
    return (
        seen.tags <= TAGS
        and not seen.open
        and not seen.other
        and set(kept) <= {("a", "href"), *((c, s) for c in ("td", "th") for s in ("colspan", "rowspan"))}
        and all(re.match("(?i)https?://|mailto:", href) for href in hrefs)
    )


@pytest.mark.parametrize(("given_", "cleaned"), CLEANED.values(), ids=CLEANED)
def test_what_may_stay_stays(given_: str, cleaned: str | None) -> None:
    found = clean(given_)
    assert is_harmless(found)
    if cleaned is not None:
        assert cleaned == found


PIECES = [
    "<", ">", "</", "/>", "<!", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "&", "&lt;", "&#60;", ";",
    '"', "'", "`", "=", " ", "\n", "\t", "\f", "/", "p", "b", "a", "br", "td", "tr", "table", "script",
    "style", "svg", "math", "title", "textarea", "noscript", "plaintext", "template", "img", "src", "href",
    "onclick", "javascript:", "https://x.in/", "mailto:", "x", "₹", "\x00", "<p>", "</p>",
    "<a href=", "<b>", "</b>", "<script>", "</script>", "<style>", "</style>",
    "<svg>", "</svg>", "<title>", "</title>",
]  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(pieces | st.text())
def test_nothing_gets_through_that_does_anything(given_: str) -> None:
    cleaned = clean(given_)
    assert is_harmless(cleaned)
    assert cleaned == clean(cleaned)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<&")))
def test_words_stay_as_they_are(words: str) -> None:
    assert words == Seen(clean(words)).words


@given(st.lists(st.sampled_from(sorted(TAGS - {"br", "hr", "td", "th"})), max_size=40))
def test_well_made_html_is_left_alone(tags: list[str]) -> None:
    text = "".join(f"<{tag}>" for tag in tags) + "x" + "".join(f"</{tag}>" for tag in reversed(tags))
    assert text == clean(text)


LONG = [
    "<", "<b>", "</b>", "<!--", "<a href='", '<a href="', "</", "&", "<script>", "<![", "<!", "<p x=", '"',
    "<a x", "<a>", "&#9", "a ", "<td a='\">", "<br>", "<style></", "&#x1",
]  # fmt: skip


@pytest.mark.parametrize("piece", LONG)
def test_the_longest_text_of_anything_is_read(piece: str) -> None:
    cleaned = clean(piece * (50_000 // len(piece)))
    assert is_harmless(clean(cleaned[:2_000]))
    assert len(plain_text(cleaned)) <= len(cleaned)


READ = {
    "paragraphs": ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    "paragraphs on lines of their own": ("<p>One</p>\n<p>Two</p>\n", "One\n\nTwo"),
    "a line break": ("One<br>Two", "One\nTwo"),
    "white space": ("  One \n  <b> two</b>   three ", "One two three"),
    "a list": ("<p>See:</p><ul><li>One</li><li>Two</li></ul>", "See:\n\n- One\n- Two"),
    "a link": ('<a href="https://x.in/pay">Pay</a>', "Pay <https://x.in/pay>"),
    "a link that says where it leads": ('at <a href="https://x.in">https://x.in</a>', "at https://x.in"),
    "an address": ('<a href="mailto:a@b.in">a@b.in</a>', "a@b.in"),
    "a link without a target": ("<a>here</a>", "here"),
    "a table": ("<table><tr><th>No</th><th>Due</th></tr><tr><td>1</td></tr></table>", "No Due\n1"),
    "a heading": ("<h1>Reminder</h1>Pay", "Reminder\nPay"),
    "as it stands": ("<pre>a\n  b</pre>", "a\n  b"),
    "references": ("1 &lt; 2 &amp; ₹", "1 < 2 & ₹"),
    "nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("html", "said"), READ.values(), ids=READ)
def test_html_is_read_aloud(html: str, said: str) -> None:
    assert said == plain_text(html)


@given(pieces | st.text())
def test_plain_text_has_every_word(given_: str) -> None:
    cleaned = clean(given_)
    said = plain_text(cleaned)
    rest = iter("".join(said.split()))
    assert all(character in rest for character in "".join(Seen(cleaned).words.split()))
