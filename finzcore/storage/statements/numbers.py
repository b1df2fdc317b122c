"""Counters and given numbers."""

STATEMENTS = {
    "count": """
        INSERT INTO series (org_id, kind, scope, prefix, year, next_no)
        VALUES (:o, :kind, :scope, :prefix, :year, :next_no)
        ON CONFLICT (org_id, kind, scope, prefix, year) DO UPDATE SET next_no = excluded.next_no
    """,
    "given": """
        SELECT kind, number, branch_id, scope, year, serial FROM numbers
        WHERE org_id = :o AND kind = :kind AND number = :number ORDER BY branch_id
    """,
    "adopt": """
        UPDATE numbers SET prefix = :prefix, serial = :serial
        WHERE org_id = :o AND kind = :kind AND number = :number AND branch_id = :branch_id
    """,
}
