"""Documents as PDF, messages as MIME, journal and reports as text and tables: values go in, bytes come out.

Nothing is fetched and nothing is read but the fonts and the templates that come with this package; no
clock, no chance: the same printout gives the same bytes. What sets the type is the extra `pdf`, imported
when something is drawn. Read in this order:

    words         an amount in words
    sheet         a printout as the text that stands on the sheet: grouped figures, columns with their widths
    drawing       `draw`: the sheet, set by one of the four templates
    kept          `Drawings`: what was drawn, kept for whoever asks again
    message       a queued message as MIME
    names         accounts as hledger and beancount name them
    hledger       the journal as hledger reads it; with `beancount`, the same for that
    grid          a table with a title; `postings`, the journal as one
    outline       a report of any shape as facts and lists, and each list as a table
    separated     tables as CSV
    workbook      tables as XLSX, by the extra `xlsx`
    templates/    how it looks; `parts.typ` has what all of them share
    fonts/        Noto, for Latin and the scripts of India, with its licence
"""

from typing import TYPE_CHECKING

from finzcore.on_demand import names as _names

if TYPE_CHECKING:
    from finzcore.render.drawing import TEMPLATES, draw
    from finzcore.render.kept import Drawings

__all__ = ["TEMPLATES", "Drawings", "draw"]

_HERE = "finzcore.render"
__getattr__, __dir__ = _names(
    __name__,
    {
        "Drawings": f"{_HERE}.kept",
        "TEMPLATES": f"{_HERE}.drawing",
        "draw": f"{_HERE}.drawing",
    },
)
