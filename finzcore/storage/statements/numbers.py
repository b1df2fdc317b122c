"""Counters and given numbers."""

STATEMENTS = {
    "next": """
        INSERT INTO series (org_id, kind, scope, prefix, year, next_no)
        VALUES (:o, :kind, :scope, :prefix, :year, 2)
        ON CONFLICT (org_id, kind, scope, prefix, year) DO UPDATE SET next_no = series.next_no + 1
        RETURNING next_no - 1 AS serial
    """,
    "given": """
        SELECT kind, number, branch_id, scope, year, serial FROM numbers
        WHERE org_id = :o AND kind = :kind AND number = :number
    """,
    "adopt": """
        UPDATE numbers SET prefix = :prefix, serial = :serial
        WHERE org_id = :o AND kind = :kind AND number = :number AND branch_id = :branch_id
    """,
}
