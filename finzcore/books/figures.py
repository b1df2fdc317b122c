"""The kinds of value that are numbers: amounts, rates, quantities, percentages and counts.

A column holds its numbers to the bounds that they are read with.
"""

from decimal import Decimal
from typing import Any, Final

from finzcore import ports
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.text import json_value
from finzcore.declared import declared
from finzcore.money import LARGEST, plain, rupees, scaled

LARGEST_RATE: Final = 10**18
"""The highest price of one unit, in millionths: ₹1,000,000,000,000."""

DECIMAL: Final = r"^\s*-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?\s*$"
"""A number as text, as a regular expression."""


@declared
class Number(Kind):
    """A number with so many decimals, kept as a whole number of its smallest unit."""

    places: int
    least: int | None = None
    most: int = LARGEST
    above: bool = False
    """`least` itself is too small."""
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int:
        """Exact; more decimals than `places` are refused, not rounded."""
        if type(raw) is not int:
            if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
                raise Wrong("Must be a number.")
            raw = raw.strip() if isinstance(raw, str) else raw
        value = scaled(raw, self.places)
        if value is None:
            raise Wrong(f"Must be a number with at most {self.places} decimals.")
        if self.least is not None and (value < self.least or (self.above and value == self.least)):
            bound = "more than" if self.above else "at least"
            raise Wrong(f"Must be {bound} {plain(self.least, self.places)}.")
        if value > self.most or value < -self.most:
            raise Wrong(f"Must be at most {plain(self.most, self.places)}.")
        return value

    def column(self, name: str, *, null: bool) -> ports.Column:
        """An INTEGER with the bounds that are read."""
        least = -self.most if self.least is None else self.least + self.above
        return ports.Column(name=name, type="INTEGER", null=null, least=least, most=self.most)

    def written(self) -> str:
        """Without trailing zeros."""
        unit = 10**self.places
        return f"(plain(v, {self.places}) if v % {unit} else str(v // {unit}))"

    def plain(self, value: int, org: int) -> Decimal:
        """A Decimal."""
        return Decimal(plain(value, self.places))

    def from_json(self, said: int | Decimal) -> Decimal:
        """A Decimal."""
        return Decimal(said)

    def schema(self) -> dict[str, Any]:
        """A number with its bounds."""
        least = -self.most if self.least is None else self.least
        bound = "exclusiveMinimum" if self.above else "minimum"
        return {
            "type": "number",
            bound: json_value(plain(least, self.places)),
            "maximum": json_value(plain(self.most, self.places)),
            "description": f"At most {self.places} decimals.",
        }

    def spelled(self) -> list[dict[str, Any]]:
        """Text that spells a number."""
        return [{"type": "string", "pattern": DECIMAL}]

    def shown(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}


@declared
class Amount(Number):
    """An amount of money, in paise."""

    places: int = 2

    def written(self) -> str:
        """With two decimals."""
        return '(rupees(v) if v else "0.00")'

    def plain(self, value: int, org: int) -> Decimal:
        """A Decimal in rupees, with two decimals."""
        return Decimal(rupees(value))

    def schema(self) -> dict[str, Any]:
        """A number with its bounds."""
        return super().schema() | {"description": f"An amount; at most {self.places} decimals."}

    def shown(self) -> dict[str, Any]:
        """A number of two decimals."""
        return {"type": "number", "description": "An amount, with two decimals."}


@declared
class Whole(Kind):
    """A whole number between bounds."""

    least: int
    most: int
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int:
        """An integer, or text that spells one."""
        value = scaled(raw.strip() if isinstance(raw, str) else raw, 0) if not isinstance(raw, bool) else None
        if value is None:
            raise Wrong("Must be a whole number.")
        if not self.least <= value <= self.most:
            raise Wrong(f"Must be between {self.least} and {self.most}.")
        return value

    def column(self, name: str, *, null: bool) -> ports.Column:
        """An INTEGER with its bounds."""
        return ports.Column(name=name, type="INTEGER", null=null, least=self.least, most=self.most)

    def written(self) -> str:
        """As it is."""
        return "str(v)"

    def schema(self) -> dict[str, Any]:
        """An integer with its bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def spelled(self) -> list[dict[str, Any]]:
        """Text that spells a whole number."""
        return [{"type": "string", "pattern": DECIMAL}]

    def shown(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer"}
