"""What `verify` compares that the verbs over tables cannot fold."""

STATEMENTS = {
    "journal_numbers": "SELECT number, date FROM entries WHERE org_id = :o ORDER BY seq",
    "series": """
        SELECT kind, scope, prefix, year, next_no FROM series WHERE org_id = :o
        ORDER BY kind, scope, prefix, year
    """,
    "given": """
        SELECT kind, scope, prefix, year, COUNT(*) AS given, COUNT(DISTINCT serial) AS different,
               MIN(serial) AS first, MAX(serial) AS last
        FROM numbers WHERE org_id = :o AND serial IS NOT NULL
        GROUP BY kind, scope, prefix, year
    """,
    "totals": "SELECT account, branch_id, month, debit, credit FROM totals WHERE org_id = :o",
}
