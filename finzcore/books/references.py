"""The kinds of value that name a row: an id on the wire, a key in a column."""

from typing import Any, Final

from finzcore import ports
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.text import OddNumber
from finzcore.declared import declared
from finzcore.ids import from_uuid, unwire, uuid_text, wire

HEX: Final = "[0-9a-f]{32}"
UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""An id behind its prefix, and one that has none, as regular expressions."""


class Stray(str):
    """An id that cannot be of this organisation; it is reported with the look-ups."""


@declared
class Id(Kind):
    """The key of a row. Without a prefix it is a UUID on the wire.

    `of` names the resource it belongs to, `label` how a person calls that; a `usable` reference is
    refused when what it names is archived or inactive.
    """

    prefix: str
    of: str = ""
    label: str = ""
    usable: bool = False
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int | Stray:
        """The key, or the text as a stray."""
        if not isinstance(raw, str) or isinstance(raw, OddNumber):
            raise Wrong("Must be an id.")
        found = unwire(self.prefix, org, raw) if self.prefix else from_uuid(org, raw)
        return Stray(raw[:100]) if found is None else found

    def column(self, name: str, *, null: bool) -> ports.Column:
        """A reference to the row it names."""
        return ports.Column(name=name, type="INTEGER", null=null)

    def written(self) -> str:
        """The wire id."""
        return f"""f'"{self.prefix}{{wide(o, v):032x}}"'""" if self.prefix else """f'"{uuid_text(o, v)}"'"""

    def plain(self, value: int, org: int) -> str:
        """The wire id."""
        return wire(self.prefix, org, value) if self.prefix else uuid_text(org, value)

    def schema(self) -> dict[str, Any]:
        """The form of an id, and what it is the id of."""
        about = {"description": f"One of the {self.of.replace('_', ' ')}."} if self.of else {}
        return {"type": "string", "pattern": f"^{self.prefix}{HEX if self.prefix else UUID}$"} | about


@declared
class UserId(Kind):
    """The key of a person, who belongs to no organisation: the id is made with organisation 0."""

    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int | Stray:
        """The key, or the text as a stray."""
        if not isinstance(raw, str) or isinstance(raw, OddNumber):
            raise Wrong("Must be an id.")
        found = unwire("usr_", 0, raw)
        return Stray(raw[:100]) if found is None else found

    def written(self) -> str:
        """The wire id."""
        return """f'"usr_{wide(0, v):032x}"'"""

    def plain(self, value: int, org: int) -> str:
        """The wire id."""
        return wire("usr_", 0, value)

    def schema(self) -> dict[str, Any]:
        """The form of an id."""
        return {"type": "string", "pattern": f"^usr_{HEX}$"}
