"""The message that is due first."""

STATEMENTS = {
    "first": """
        SELECT id, next_at FROM mails
        WHERE org_id = :o AND next_at IS NOT NULL ORDER BY next_at, id LIMIT 1
    """,
}
