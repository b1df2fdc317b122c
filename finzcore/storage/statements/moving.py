"""What a move compares on both sides."""

STATEMENTS = {
    "trial_balance": """
        SELECT account,
               CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT) AS debit,
               CAST(SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS BIGINT) AS credit
        FROM postings WHERE org_id = :o GROUP BY account ORDER BY account
    """,
}
