"""Keys that have had their day."""

STATEMENTS = {
    "forget": "DELETE FROM keys WHERE org_id = :o AND id = :id",
    "oldest": "SELECT MIN(created_at) AS created_at FROM keys WHERE org_id = :o",
    "expire": """
        DELETE FROM keys WHERE org_id = :o AND id IN (
            SELECT id FROM keys WHERE org_id = :o AND created_at <= :before ORDER BY id LIMIT 500
        ) RETURNING id
    """,
}
