"""Whether a contact has ever been used."""

STATEMENTS = {
    # An expense names its vendor on its entry, and on no posting: nothing is owed.
    "used": """
        SELECT entry FROM postings WHERE org_id = :o AND contact_id = :contact
        UNION ALL SELECT seq AS entry FROM entries WHERE org_id = :o AND contact_id = :contact
        LIMIT 1
    """,
}
