"""What reports read: month totals, the postings of a part of a month, one account, one contact."""

from finzcore.storage.statements.entries import CHANGEABLE

STATEMENTS = {
    # Driven from the accounts, so that each sum is one range of an index (`storage.md` §4).
    "sums": """
        SELECT a.number AS account,
            (
                SELECT CAST(COALESCE(SUM(t.debit - t.credit), 0) AS BIGINT) FROM totals t
                WHERE t.org_id = :o AND t.account = a.number AND t.month < :year
                  AND (CAST(:branch_id AS BIGINT) IS NULL OR t.branch_id = :branch_id)
            ) AS before_year,
            (
                SELECT CAST(COALESCE(SUM(t.debit - t.credit), 0) AS BIGINT) FROM totals t
                WHERE t.org_id = :o AND t.account = a.number AND t.month >= :year AND t.month < :month
                  AND (CAST(:branch_id AS BIGINT) IS NULL OR t.branch_id = :branch_id)
            ) AS whole_months,
            (
                SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
                WHERE p.org_id = :o AND p.account = a.number AND p.day >= :since AND p.day < :until
                  AND (CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)
            ) AS part_month
        FROM accounts a WHERE a.org_id = :o
    """,
    "account_sums": """
        SELECT
            CAST(COALESCE(SUM(CASE WHEN t.month < :year THEN t.debit - t.credit END), 0) AS BIGINT)
            AS before_year,
            CAST(COALESCE(SUM(CASE WHEN t.month >= :year THEN t.debit - t.credit END), 0) AS BIGINT)
            AS whole_months,
            (
                SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
                WHERE p.org_id = :o AND p.account = :account AND p.day >= :since AND p.day < :until
                  AND (CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)
            ) AS part_month
        FROM totals t
        WHERE t.org_id = :o AND t.account = :account AND t.month < :month
          AND (CAST(:branch_id AS BIGINT) IS NULL OR t.branch_id = :branch_id)
    """,
    # An entry that was deleted or changed and the one that took it back are both left out; made on one date,
    # they cancel.
    "ledger": f"""
        SELECT p.day, p.entry, p.amount, p.contact_id, p.description, e.number, e.memo, e.source,
            COALESCE(o.source, e.source) AS made_by, e.source_id
        FROM postings p
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        LEFT JOIN entries o ON o.org_id = :o AND o.seq = e.reversal_of
        WHERE p.org_id = :o AND p.account = :account AND p.day >= :since AND p.day <= :through
          AND (CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)
          AND e.cause NOT IN ('DELETE', 'EDIT')
          AND NOT (e.source IN {CHANGEABLE} AND EXISTS (
              SELECT 1 FROM entries r
              WHERE r.org_id = :o AND r.reversal_of = e.seq AND r.cause IN ('DELETE', 'EDIT')
          ))
        ORDER BY p.day, p.entry, p.line LIMIT :limit
    """,  # noqa: S608
    # One row an entry: what applying an advance moves between a contact's accounts adds up to nothing.
    "contact_ledger": """
        SELECT p.day, p.entry, CAST(SUM(p.amount) AS BIGINT) AS amount, MAX(p.rule) AS rule,
            MAX(e.number) AS number, MAX(e.source) AS source, MAX(e.source_id) AS source_id,
            MAX(e.reference_number) AS reference_number
        FROM postings p
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        WHERE p.org_id = :o AND p.contact_id = :contact AND p.day >= :since AND p.day <= :through
          AND p.account IN (:control, :advance)
          AND (CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)
          AND e.reversal_of IS NULL
          AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.org_id = :o AND r.reversal_of = e.seq)
        GROUP BY p.day, p.entry HAVING SUM(p.amount) <> 0
        ORDER BY p.day, p.entry
    """,
    "contact_before": """
        SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS net FROM postings p
        WHERE p.org_id = :o AND p.contact_id = :contact AND p.day < :since
          AND p.account IN (:control, :advance)
          AND (CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)
    """,
}
