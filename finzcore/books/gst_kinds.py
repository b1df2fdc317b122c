"""The kinds of value that GST gives a form: the code of a state, the number of a registered person.

Shapes name them wherever a party is described; the law itself is imported when the first is read.
"""

from typing import Any

from finzcore.books.kinds import Kind, Wrong, capitals
from finzcore.errors import RuleBroken


class PlaceKind(Kind):
    """A place of supply or state, kept as its caller spelled it."""

    def read(self, raw: Any, org: int) -> str:
        """Known to the table of states."""
        from finzcore.gst.states import state

        if not isinstance(raw, str):
            raise Wrong("Must be a state code such as IN-KA.")
        value = capitals(raw.strip())
        try:
            state(value)
        except RuleBroken as error:
            raise Wrong(error.message) from None
        return value

    def schema(self) -> dict[str, Any]:
        """``IN-`` and two letters, or outside India."""
        about = "A state, such as IN-KA, or OVERSEAS."
        return {"type": "string", "pattern": "^(?:IN-[A-Z]{2}|OVERSEAS|96)$", "description": about}


class GstinKind(Kind):
    """A GSTIN, kept in capitals. Its form is judged here; its check character is a preference's matter."""

    def read(self, raw: Any, org: int) -> str:
        """One of the forms of `gst.md` §1.2, with the number of a state."""
        from finzcore.gst import gstin as gstins

        if not isinstance(raw, str):
            raise Wrong("Must be a GSTIN.")
        try:
            return gstins.parse(raw).text
        except RuleBroken as error:
            raise Wrong(error.message) from None

    def schema(self) -> dict[str, Any]:
        """Two digits, and thirteen digits and letters."""
        return {"type": "string", "pattern": r"^\s*[0-9]{2}[0-9A-Za-z]{13}\s*$", "description": "A GSTIN."}

    def shown(self) -> dict[str, Any]:
        """In capitals."""
        return {"type": "string"}
