"""Month totals, and the lines of an entry."""

STATEMENTS = {
    "add_total": """
        INSERT INTO totals (org_id, account, branch_id, month, debit, credit)
        VALUES (:o, :account, :branch_id, :month, :debit, :credit)
        ON CONFLICT (org_id, account, branch_id, month)
        DO UPDATE SET debit = totals.debit + excluded.debit, credit = totals.credit + excluded.credit
    """,
    "moved": """
        SELECT CAST(COALESCE(SUM(debit), 0) AS BIGINT) AS debit,
               CAST(COALESCE(SUM(credit), 0) AS BIGINT) AS credit
        FROM totals WHERE org_id = :o AND account = :account
    """,
    "lines": """
        SELECT entry, line, account, day, amount, branch_id, contact_id, rule, description, tags
        FROM postings WHERE org_id = :o AND entry = :entry ORDER BY line
    """,
}
