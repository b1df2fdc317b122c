"""Month totals, and the lines of an entry."""

STATEMENTS = {
    "add_total": """
        INSERT INTO totals (org_id, account, branch_id, month, debit, credit)
        VALUES (:o, :account, :branch_id, :month, :debit, :credit)
        ON CONFLICT (org_id, account, branch_id, month)
        DO UPDATE SET debit = totals.debit + excluded.debit, credit = totals.credit + excluded.credit
    """,
    "lines": """
        SELECT entry, line, account, day, amount, branch_id, contact_id, rule, description, tags
        FROM postings WHERE org_id = :o AND entry = :entry ORDER BY line
    """,
}
