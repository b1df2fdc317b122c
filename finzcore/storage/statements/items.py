"""Whether an item has ever been used."""

STATEMENTS = {
    "used": "SELECT document_id FROM document_lines WHERE org_id = :o AND item_id = :item LIMIT 1",
}
