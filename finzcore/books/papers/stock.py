"""Quantities on hand of items whose inventory is tracked (`api.md` §4.4): periodic method, no values."""

from collections.abc import Sequence
from typing import Final

from finzcore.books.books import Books
from finzcore.books.registry import table_of
from finzcore.errors import RuleBroken
from finzcore.ports import Row

MOST_ON_HAND: Final = 10**18
"""A million million units either way, in millionths: so much of one item can be counted."""


def move_stock(books: Books, lines: Sequence[Row], sign: int, *, restocked: bool = False) -> None:
    """Move the quantities of lines: -1 out of stock, +1 into it; items that are not tracked stay.

    With `restocked` only the lines whose goods come back are meant. RuleBroken, on
    ``line_items[i].quantity``, when there would be more of an item, or less, than can be counted.
    """
    moved = [
        (index, line)
        for index, line in enumerate(lines)
        if line["item_id"] is not None and (line["restock"] or not restocked)
    ]
    on_hand = _on_hand(books, {line["item_id"] for _, line in moved})
    sums = dict.fromkeys(sorted(on_hand), 0)
    for index, line in moved:
        item = line["item_id"]
        if item in sums:
            sums[item] += sign * line["quantity"]
            if abs(on_hand[item] + sums[item]) > MOST_ON_HAND:
                message = "There would be more of this item, or less, than can be counted."
                raise RuleBroken(message, field=f"line_items[{index}].quantity")
    if sums:
        rows = [{"item": item, "quantity": quantity} for item, quantity in sums.items()]
        books.session.tell("stock.move", *rows)


def _on_hand(books: Books, items: set[int]) -> dict[int, int]:
    """What there is now of those items that are tracked."""
    found = {key: books.found.get(("items", key)) for key in items}
    wanted = [key for key, row in found.items() if row is None or row["track_inventory"]]
    if not wanted:
        return {}
    table = table_of("items")
    rows = books.session.many(table, wanted)
    return {key: row["stock_on_hand"] for key, row in rows.items() if row["track_inventory"]}
