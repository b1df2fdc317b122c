"""A PDF read back: its text, its pages, and the glyphs that its fonts draw."""

import io
import re
from collections.abc import Iterator
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    """The text of all pages, every run of blanks as one.

    A glyph that is part of a letter is told by the text of the whole letter; what the reader makes of its
    number instead is left out.
    """
    whole = "\n".join(page.extract_text() for page in reader(pdf).pages)
    return re.sub(r"[ \u00a0\u200b]+", " ", re.sub(r"[\x00-\x09\x0b-\x1f]", "", whole))


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in reader(pdf).pages]


def outline(font: TTFont, name: str) -> list[Any]:
    """A glyph as the strokes that draw it, to the whole unit."""
    pen = RecordingPen()
    glyphs = font.getGlyphSet()
    glyphs[name].draw(pen) if name in glyphs else None
    return [(verb, tuple(_rounded(point) for point in points)) for verb, points in pen.value]


def _rounded(point: Any) -> Any:
    return tuple(map(round, point)) if isinstance(point, tuple) else point


def drawn_glyphs(pdf: bytes, family: str) -> Iterator[tuple[TTFont, list[int]]]:
    """For each run of text of a family: the font inside the document, and the glyphs shown of it."""
    document = reader(pdf)
    for page in document.pages:
        fonts = {name: _embedded(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        chosen = ""
        for operands, operator in ContentStream(page.get_contents(), document).operations:
            if operator == b"Tf":
                chosen = operands[0]
            elif operator in (b"Tj", b"TJ") and family in fonts[chosen][0]:
                yield fonts[chosen][1], list(_codes(operands[0]))


def _embedded(font: Any) -> tuple[str, TTFont]:
    descendant = font["/DescendantFonts"][0].get_object()
    descriptor = descendant["/FontDescriptor"].get_object()
    program = next(descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor)
    return str(font["/BaseFont"]), TTFont(io.BytesIO(program.get_object().get_data()))


def _codes(shown: Any) -> Iterator[int]:
    pieces = shown if isinstance(shown, list) else [shown]
    for piece in pieces:
        if isinstance(piece, bytes | str):
            raw = piece if isinstance(piece, bytes) else piece.original_bytes
            yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
