"""Every link of the README and of the pages leads to a page that is there, and to a heading that is on it."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md"))
)

_CODE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@cache
def prose(page: str) -> str:
    """A page without its blocks of code, in which nothing is a heading or a link."""
    return _CODE.sub("", (ROOT / page).read_text("utf-8"))


def slug(heading: str) -> str:
    """The anchor that a heading gets: small letters, digits, and ``-`` for each space."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """The anchors of a page; the second heading of a name gets ``-1``, the third ``-2``."""
    found, seen = set(), Counter[str]()
    for heading in _HEADING.findall(text):
        name = slug(heading)
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def leads_somewhere(page: str, link: str) -> bool:
    """Whether a link on a page of this repository has an end; one into the world is taken to have one."""
    path, _, anchor = link.partition("#")
    target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
    if "://" in link:
        return True
    return target.exists() and (not anchor or anchor in anchors(prose(target.relative_to(ROOT).as_posix())))


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Round-off", "round-off"),
        ("Post, reverse, void", "post-reverse-void"),
        ("`GET /contacts/{contact_id}`", "get-contactscontact_id"),
        ("What it is: `Token`", "what-it-is-token"),
    ],
)
def test_a_heading_has_the_anchor_that_readers_of_markdown_give_it(heading: str, anchor: str) -> None:
    assert anchor == slug(heading)


def test_a_heading_that_is_there_twice_has_two_anchors_and_one_in_code_has_none() -> None:
    text = _CODE.sub("", "# Same\n## Same\n```bash\n# not a heading\n```\n")
    assert {"same", "same-1"} == anchors(text)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert [] == [link for link in _LINK.findall(prose(page)) if not leads_somewhere(page, link)]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("concepts.md", True),
        ("concepts.md#branch", True),
        ("../examples/README.md", True),
        ("#actor", True),
        ("https://example.com/nothing", True),
        ("concept.md", False),
        ("concepts.md#branches", False),
        ("#actors", False),
        ("docs/concepts.md", False),
    ],
)
def test_a_link_without_an_end_is_seen(link: str, leads: bool) -> None:
    assert leads is leads_somewhere("docs/concepts.md", link)


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = {"README.md"}, ["README.md"]
    while waiting:
        page = waiting.pop()
        for link in _LINK.findall(prose(page)):
            target = ((ROOT / page).parent / link.partition("#")[0]).resolve()
            if "://" not in link and target.suffix == ".md" and target.exists():
                name = target.relative_to(ROOT).as_posix()
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
    assert set(PAGES) - {"CHANGELOG.md"} == reached - {"CHANGELOG.md"}
