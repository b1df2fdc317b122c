"""Names in the scripts of India are set with the glyphs that HarfBuzz chooses, joined as they should be.

The glyphs inside a document are renumbered, so that they are compared by what they draw.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont

import finzcore.render
from finzcore.render import draw
from tests.render.pages import drawn_glyphs, outline, text_of
from tests.render.printouts import THEM, invoice

FONTS: Final = Path(finzcore.render.__file__).parent / "fonts"

NAMES: Final = (
    ("NotoSansDevanagari-Bold", "श्री क्षत्रिय ज्ञान ट्रेडर्स"),
    ("NotoSansDevanagari-Bold", "कृष्णा विद्युत् राष्ट्र द्वारा प्रतिष्ठान"),
    ("NotoSansDevanagari-Bold", "र्कि हिन्दी स्त्री त्र्यम्बक"),
    ("NotoSansTamil-Regular", "ஸ்ரீ முருகன் கோவில்"),
    ("NotoSansBengali-Regular", "শ্রী লক্ষ্মী ভাণ্ডার"),
    ("NotoSansGujarati-Regular", "શ્રી ક્ષમા ટ્રેડર્સ"),
    ("NotoSansTelugu-Regular", "శ్రీ కృష్ణా ట్రేడర్స్"),
    ("NotoSansKannada-Regular", "ಶ್ರೀ ಕೃಷ್ಣ ಟ್ರೇಡರ್ಸ್"),
    ("NotoSansMalayalam-Regular", "ശ്രീ കൃഷ്ണ ട്രേഡേഴ്സ്"),
    ("NotoSansGurmukhi-Regular", "ਸ੍ਰੀ ਕ੍ਰਿਸ਼ਨ"),
    ("NotoSansOriya-Regular", "ଶ୍ରୀ ଜଗନ୍ନାଥ"),
)


@cache
def shipped(font: str) -> TTFont:
    return TTFont(FONTS / f"{font}.ttf")


def shaped(font: str, text: str) -> list[str]:
    """The glyphs that HarfBuzz chooses, by their names in the font that we ship."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(hb.Font(hb.Face(hb.Blob.from_file_path(str(FONTS / f"{font}.ttf")))), buffer, {})
    order = shipped(font).getGlyphOrder()
    return [order[info.codepoint] for info in buffer.glyph_infos]


def strokes(font: str, text: str) -> list[Any]:
    return [outline(shipped(font), name) for word in text.split() for name in shaped(font, word)]


def drawn(pdf: bytes, family: str) -> list[Any]:
    return [
        outline(font, font.getGlyphOrder()[code])
        for font, codes in drawn_glyphs(pdf, family)
        for code in codes
    ]


def contains(whole: Sequence[Any], part: Sequence[Any]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


@pytest.mark.parametrize(("font", "name"), NAMES)
def test_a_name_is_drawn_with_the_glyphs_of_harfbuzz(font: str, name: str) -> None:
    pdf = draw(invoice(1) | {"other": THEM | {"name": name}}, "modern")
    wanted = strokes(font, name)
    assert contains(drawn(pdf, font.partition("-")[0]), wanted)


def test_what_is_drawn_joined_is_read_back_as_it_was_written() -> None:
    assert THEM["name"] in text_of(draw(invoice(1), "modern"))


@pytest.mark.parametrize(
    ("text", "fewer"),
    [("क्ष", 1), ("ज्ञ", 1), ("श्री", 2), ("त्र", 1), ("द्व", 1), ("ट्रेड", 3)],
)
def test_conjuncts_have_forms_of_their_own(text: str, fewer: int) -> None:
    assert fewer == len(shaped("NotoSansDevanagari-Bold", text)) < len(text)
    assert ".notdef" not in shaped("NotoSansDevanagari-Bold", text)


def test_letters_that_are_not_joined_would_be_seen() -> None:
    font = "NotoSansDevanagari-Bold"
    loose = [name for sign in "क्षत्रिय" for name in shaped(font, sign)]
    assert loose != shaped(font, "क्षत्रिय")
    pdf = draw(invoice(1) | {"other": THEM | {"name": "क्षत्रिय"}}, "modern")
    assert not contains(drawn(pdf, "NotoSansDevanagari"), [outline(shipped(font), name) for name in loose])


def test_the_rupee_sign_is_that_of_the_font() -> None:
    pdf = draw(invoice(1), "modern")
    sign = outline(shipped("NotoSans-Bold"), shipped("NotoSans-Bold").getBestCmap()[0x20B9])
    assert sign
    assert contains(drawn(pdf, "NotoSans-Bold"), [sign])


def test_fonts_are_embedded_as_subsets() -> None:
    pdf = draw(invoice(1), "modern")
    (font, *_others) = [font for font, _codes in drawn_glyphs(pdf, "NotoSansDevanagari")]
    assert len(font.getGlyphOrder()) < 60 < len(shipped("NotoSansDevanagari-Bold").getGlyphOrder())
