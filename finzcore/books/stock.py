"""Quantities on hand of items whose inventory is tracked (`api.md` §4.4): periodic method, no values."""

from collections.abc import Iterable

from finzcore.books.books import Books
from finzcore.ports import Row


def move_stock(books: Books, lines: Iterable[Row], sign: int) -> None:
    """Move the quantities of lines: -1 out of stock, +1 into it; items that are not tracked stay."""
    moved: dict[int, int] = {}
    for line in lines:
        if line["item_id"] is not None:
            moved[line["item_id"]] = moved.get(line["item_id"], 0) + sign * line["quantity"]
    tracked = [
        {"item": key, "quantity": quantity}
        for key, quantity in sorted(moved.items())
        if (item := books.found.get(("items", key))) is None or item["track_inventory"]
    ]
    if tracked:
        books.session.tell("stock.move", *tracked)
