"""A printout drawn: its sheet, set by a template."""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from finzcore.errors import NotInstalled, RuleBroken
from finzcore.render.sheet import sheet_of

if TYPE_CHECKING:
    import typst

TEMPLATES: Final = ("classic", "modern", "boxed", "tally")
"""The templates, by their names: there are no others, and none is read from anywhere else."""

_HERE: Final = Path(__file__).parent
_MOST_IN_A_CODE: Final = 2300
"""Bytes beyond which a code could not be read off paper any more."""
_SHORT: Final = 300
"""Characters of a code that may take more room to be read where the paper has suffered."""


def draw(printout: Mapping[str, Any], template: str | None = None) -> bytes:
    """A printout as PDF: the same bytes for the same printout and template.

    `template` is one of `TEMPLATES`, by default the one that the printout names. RuleBroken for another
    name; NotInstalled when the extra `pdf` is not there. Draw outside of any transaction: it takes
    milliseconds. Source: `api.md` §4.16.
    """
    chosen = printout["template"] if template is None else template
    if chosen not in TEMPLATES:
        raise RuleBroken(f"Must be one of {', '.join(TEMPLATES)}.", field="template")
    sheet = sheet_of(printout)
    sheet["scans"] = [
        {"label": one["label"], "image": _code(one["text"])}
        for one in printout.get("scans", ())
        if len(one["text"].encode()) <= _MOST_IN_A_CODE
    ]
    return _set(chosen, json.dumps(sheet, ensure_ascii=False))


def _set(template: str, sheet: str) -> bytes:
    try:
        import typst
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    compiler = typst.Compiler(root=_HERE / "templates", font_paths=_fonts())
    source = str(_HERE / "templates" / f"{template}.typ")
    made = compiler.compile(input=source, format="pdf", sys_inputs={"sheet": sheet})
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@cache
def _fonts() -> "typst.Fonts":
    """Our own fonts and no others, so that every machine draws the same."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )


def _code(text: str) -> str:
    """A QR code as SVG."""
    import segno

    kept = io.BytesIO()
    error = "m" if len(text) < _SHORT else "l"
    segno.make(text, micro=False, error=error).save(kept, kind="svg", border=0, xmldecl=False, nl=False)
    return kept.getvalue().decode()
