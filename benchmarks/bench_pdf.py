"""A drawn invoice against the same text set bare: every run of it at its place, by the same library.

What is set bare is read off a finished invoice, page by page. Texts change from call to call on both sides,
so that nothing can be taken from the call before.
"""

import io
import itertools
import json
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from pypdf import PdfReader

import finzcore.render
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop
from finzcore.books.printing import printout_of
from finzcore.render import draw

PAGE = 3
"""How many times the bare text an invoice of one page may take, and below: one of many pages."""
PAGES = 2
LINES = 200

BARE = """
#set document(date: none)
#set page(paper: "a4", margin: 0pt)
#set text(font: ("Noto Sans", "Noto Serif", "Noto Sans Devanagari"))
#for (number, runs) in json(bytes(sys.inputs.pages)).enumerate() {
  if number > 0 { pagebreak() }
  for (x, y, size, said) in runs { place(top + left, dx: x * 1pt, dy: y * 1pt, text(size: size * 1pt, said)) }
}
"""
HEIGHT = 842
FONTS = Path(finzcore.render.__file__).parent / "fonts"

Run = tuple[float, float, float, str]


def turned(text: str, by: int) -> str:
    """Other text of the same length: letters and digits turned."""
    small, large, digits = string.ascii_lowercase, string.ascii_uppercase, string.digits
    new = "".join(signs[by % len(signs) :] + signs[: by % len(signs)] for signs in (small, large, digits))
    return text.translate(str.maketrans(small + large + digits, new))


def runs_of(pdf: bytes) -> list[list[Run]]:
    """The runs of text on each page: where they stand, how large, what they say."""
    pages = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        runs: list[Run] = []

        def note(text: str, cm: Any, tm: Any, _font: Any, size: float, runs: list[Run] = runs) -> None:
            x, y = cm[0] * tm[4] + cm[2] * tm[5] + cm[4], cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            for line in filter(None, map(str.strip, text.split("\n"))):
                runs.append((x, HEIGHT - y, abs(size), line))

        page.extract_text(visitor_text=note)
        pages.append(runs)
    return pages


class Bare:
    """The same text, set by the library and nothing else."""

    def __init__(self, pdf: bytes) -> None:
        self.pages = runs_of(pdf)
        self.fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        )
        self.turns = itertools.count(1)

    def __call__(self) -> bytes:
        by = next(self.turns)
        pages = [[(x, y, size, turned(said, by)) for x, y, size, said in runs] for runs in self.pages]
        made = typst.Compiler(font_paths=self.fonts).compile(
            input=BARE.encode(), format="pdf", sys_inputs={"pages": json.dumps(pages)}
        )
        assert isinstance(made, bytes)
        return made


class Ours:
    """An invoice of so many lines, drawn by a template."""

    def __init__(self, shop: Shop, lines: int, template: str) -> None:
        self.printout = printed(shop, lines)
        self.template = template
        self.turns = itertools.count(1)

    def __call__(self) -> bytes:
        by = next(self.turns)
        return draw(other(self.printout, by), self.template)


def other(value: Any, by: int) -> Any:
    """A printout with other texts and amounts of the same size."""
    if isinstance(value, dict):
        kept = ("template", "currency", "mark", "heads", "scans")
        return {name: inner if name in kept else other(inner, by) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [other(inner, by) for inner in value]
    if isinstance(value, str):
        return turned(value, by)
    return value + by if isinstance(value, int) and not isinstance(value, bool) and value > 1000 else value


def printed(shop: Shop, lines: int) -> dict[str, Any]:
    """The printout of a taxed invoice."""
    org = shop.org
    items = [
        {"name": f"Licence of seat {no}", "rate": 1000 + no, "hsn_or_sac": "997331", "quantity": no % 9 + 1}
        | {"unit": "NOS", "tax_id": org.tax_id("GST 18%")}
        for no in range(1, lines + 1)
    ]
    contact = org.contacts.create(contact_name="श्री क्षत्रिय ट्रेडर्स", contact_type="CUSTOMER")
    made = org.invoices.create(
        customer_id=contact["contact_id"], date="2026-05-19", place_of_supply="IN-KA", line_items=items
    )

    def read(books: Any) -> dict[str, Any]:
        from finzcore.books.resources.invoices import INVOICES

        (row,) = [row for row in books.session.find(INVOICES) if row["number"] == made["invoice_number"]]
        return printout_of(books, "invoices", row)

    found: dict[str, Any] = org._engine.look(org._key, read)
    return found


def ratios(effort: Effort) -> Iterator[Ratio]:
    """One page and many, by each template."""
    with TemporaryDirectory() as folder, Shop(Path(folder) / "books.db") as shop:
        for lines, budget, each in ((10, PAGE, 20), (effort.of(LINES, 20), PAGES, 4)):
            for template in finzcore.render.TEMPLATES:
                ours = Ours(shop, lines, template)
                things: tuple[Callable[[], bytes], ...] = (ours, Bare(ours()))
                taken = medians(*things, rounds=effort.rounds, each=effort.of(each))
                pages = len(things[1].pages) if isinstance(things[1], Bare) else 0
                title = f"PDF of {lines} lines, {template}, {pages} page{'s' if pages > 1 else ''}"
                yield Ratio(title, taken[0] / 1000, taken[1] / 1000, budget, "ms")


if __name__ == "__main__":
    main(ratios)
