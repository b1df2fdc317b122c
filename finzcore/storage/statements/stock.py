"""Quantities on hand."""

STATEMENTS = {
    "move": """
        UPDATE items SET stock_on_hand = stock_on_hand + :quantity
        WHERE org_id = :o AND id = :item AND track_inventory = 1
    """,
}
