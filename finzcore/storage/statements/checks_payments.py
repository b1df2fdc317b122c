"""What `verify` reads of payments and allocations, to post and to apply them again."""

from typing import Final

_APPLIED_POSTINGS: Final = """
    WITH made AS (
        SELECT DISTINCT entry FROM allocations
        WHERE org_id = :o AND entry IS NOT NULL AND target_type <> 'refunds'
    )
    SELECT p.entry AS document_id, p.account AS account, p.amount AS amount, p.rule AS rule,
           p.branch_id AS branch_id, p.contact_id AS contact_id, p.tags AS tags
    FROM made CROSS JOIN postings AS p
    WHERE p.org_id = :o AND p.entry = made.entry
    ORDER BY p.entry, p.line
"""

STATEMENTS = {
    "page": """
        SELECT id, number, status, flow, payment_type, contact_id, date, amount, bank_charges, tds_amount,
               exchange_rate, bank_account, branch_id, settles, applied, refunded, booked, voided_at
        FROM payments WHERE org_id = :o AND id > :after ORDER BY id LIMIT :page
    """,
    "used": """
        SELECT source_id AS document_id, target_type, amount, used, relieved, entry, released_at
        FROM allocations
        WHERE org_id = :o AND source_type = 'payments' AND source_id > :after AND source_id <= :until
        ORDER BY source_id, id
    """,
    "taken": """
        SELECT a.target_id AS document_id, a.source_type AS source_type, a.amount AS amount, a.used AS used,
               a.relieved AS relieved, a.released_at AS released_at, p.payment_type AS payment_type
        FROM allocations AS a
        LEFT JOIN payments AS p ON p.org_id = :o AND a.source_type = 'payments' AND p.id = a.source_id
        WHERE a.org_id = :o AND a.target_type = 'refunds' AND a.target_id > :after AND a.target_id <= :until
        ORDER BY a.target_id, a.id
    """,
    "notes": """
        WITH applied AS (
            SELECT source_id,
                   CAST(SUM(CASE WHEN target_type = 'refunds' THEN 0 ELSE amount END) AS BIGINT) AS credits,
                   CAST(SUM(CASE WHEN target_type = 'refunds' THEN amount ELSE 0 END) AS BIGINT) AS refunds
            FROM allocations
            WHERE org_id = :o AND source_type = 'credit_notes' AND released_at IS NULL
            GROUP BY source_id
        ), compared AS (
            SELECT d.number AS number,
                   d.credits_applied AS credits_applied, COALESCE(applied.credits, 0) AS true_credits_applied,
                   d.refunded_amount AS refunded_amount, COALESCE(applied.refunds, 0) AS true_refunded_amount
            FROM credit_notes AS d LEFT JOIN applied ON applied.source_id = d.id
            WHERE d.org_id = :o
        )
        SELECT * FROM compared
        WHERE credits_applied <> true_credits_applied OR refunded_amount <> true_refunded_amount
        ORDER BY number
    """,
    "allocations": """
        SELECT a.source_type AS source_type, a.source_id AS source_id, a.target_type AS target_type,
               a.amount AS amount, a.used AS used, a.relieved AS relieved, a.date AS date, a.entry AS entry,
               a.created_at AS created_at, a.released_at AS released_at, e.date AS entry_date,
               COALESCE(p.number, n.number) AS source_number, COALESCE(p.date, n.date) AS source_date,
               COALESCE(p.contact_id, n.customer_id) AS source_contact,
               COALESCE(p.currency_code, n.currency_code) AS source_currency,
               COALESCE(p.exchange_rate, n.exchange_rate) AS source_rate,
               COALESCE(p.branch_id, n.branch_id) AS source_branch, n.type AS source_side,
               COALESCE(p.voided_at, n.voided_at) AS source_voided,
               p.created_time AS source_created, p.flow AS flow, p.payment_type AS payment_type,
               COALESCE(i.number, b.number, g.number, t.number) AS target_number,
               COALESCE(i.date, b.date, g.date, t.date) AS target_date,
               COALESCE(i.customer_id, b.vendor_id, g.customer_id, t.contact_id) AS target_contact,
               COALESCE(i.currency_code, b.currency_code, g.currency_code, t.currency_code)
               AS target_currency,
               COALESCE(i.exchange_rate, b.exchange_rate, g.exchange_rate) AS target_rate,
               COALESCE(i.voided_at, b.voided_at, g.voided_at, t.voided_at) AS target_voided,
               (SELECT COUNT(*) FROM allocations AS o WHERE o.org_id = :o
                AND o.target_type = a.target_type AND o.target_id = a.target_id) AS on_target
        FROM allocations AS a
        LEFT JOIN payments AS p ON p.org_id = :o AND a.source_type = 'payments' AND p.id = a.source_id
        LEFT JOIN credit_notes AS n ON n.org_id = :o AND a.source_type = 'credit_notes' AND n.id = a.source_id
        LEFT JOIN invoices AS i ON i.org_id = :o AND a.target_type = 'invoices' AND i.id = a.target_id
        LEFT JOIN bills AS b ON b.org_id = :o AND a.target_type = 'bills' AND b.id = a.target_id
        LEFT JOIN debit_notes AS g ON g.org_id = :o AND a.target_type = 'debit_notes' AND g.id = a.target_id
        LEFT JOIN payments AS t ON t.org_id = :o AND a.target_type = 'refunds' AND t.id = a.target_id
        LEFT JOIN entries AS e ON e.org_id = :o AND e.seq = a.entry
        WHERE a.org_id = :o AND a.source_type = :of AND a.source_id > :after
        ORDER BY a.source_id, a.id LIMIT :page
    """,
    "applied_postings": _APPLIED_POSTINGS,
}
