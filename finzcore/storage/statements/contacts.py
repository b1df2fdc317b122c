"""Whether a contact has ever been used."""

STATEMENTS = {
    "used": "SELECT entry FROM postings WHERE org_id = :o AND contact_id = :contact LIMIT 1",
}
