"""What is printed of a document: everything that stands on the paper, as one JSON-ready value.

A *printout* is made inside the books, where the document, its contact and its branch are at hand, and
drawn outside of them by `finzcore.render`, which knows nothing of books. It holds text, whole numbers
(paise, millionths), lists and dicts, so that it can be kept and drawn later. Read in this order:

    paper         a printout, declared
    forms         what the kinds of documents are called on paper, and who issues them
    parties       who sells and who buys, with addresses and numbers
    figures       the lines, the sums under them, the summary by HSN or SAC
    remarks       what the law wants said, bank details, what is to be scanned
    settled       what a payment or a note was set against
    printout      all of it together: `printout_of`
    operation     ``GET /{id}/pdf`` of a resource: `printed`
"""

from typing import TYPE_CHECKING

from finzcore.on_demand import names as _names

if TYPE_CHECKING:
    from finzcore.books.printing.operation import Print, can_draw, printed
    from finzcore.books.printing.printout import printout_of

__all__ = ["Print", "can_draw", "printed", "printout_of"]

_HERE = "finzcore.books.printing"
__getattr__, __dir__ = _names(
    __name__,
    {
        "Print": f"{_HERE}.operation",
        "can_draw": f"{_HERE}.operation",
        "printed": f"{_HERE}.operation",
        "printout_of": f"{_HERE}.printout",
    },
)
