"""Cost centres on a line: how answers show them, and how statements look for one."""

from typing import Any

from finzcore.books.kinds import Kind
from finzcore.books.references import Id
from finzcore.books.text import json_value
from finzcore.ids import wire


class TagsOut(Kind):
    """Kept keys of cost centres, shown as ids."""

    def written(self) -> str:
        """A list of ids."""
        return """("[]" if v == "[]" else '["cc_' + '","cc_'.join(
            [f"{wide(o, int(key)):032x}" for key in v[1:-1].split(",")]) + '"]')"""

    def plain(self, value: str, org: int) -> list[str]:
        """A list of ids."""
        return [wire("cc_", org, key) for key in json_value(value)]

    def shown(self) -> dict[str, Any]:
        """An array of ids."""
        return {"type": "array", "items": Id("cc_").schema()}


def sought(cost_center: int | None) -> str | None:
    """The pattern that finds a cost centre among kept tags with commas around each; None for any tags.

    >>> sought(7), sought(None)
    ('%,7,%', None)
    """
    return None if cost_center is None else f"%,{cost_center},%"
