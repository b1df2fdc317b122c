"""What accounts stand at, from their month totals."""

STATEMENTS = {
    "balances": """
        SELECT account, CAST(SUM(debit - credit) AS BIGINT) AS net FROM totals
        WHERE org_id = :o GROUP BY account
    """,
    "balance": """
        SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) AS net FROM totals
        WHERE org_id = :o AND account = :account
    """,
}
