"""What `verify` finds wrong with documents; each statement gives the rows that differ."""

from typing import Final

from finzcore.storage.statements.documents import BOOKED, PRICED, SETTLED, each

_FIGURES: Final = """
    WITH figures AS (
        SELECT document_id, version,
               CAST(SUM(item_total) AS BIGINT) AS sub_total, CAST(SUM(taxable) AS BIGINT) AS taxable,
               CAST(SUM(cgst) AS BIGINT) AS cgst_total, CAST(SUM(sgst) AS BIGINT) AS sgst_total,
               CAST(SUM(igst) AS BIGINT) AS igst_total, CAST(SUM(cess) AS BIGINT) AS cess_total
        FROM document_lines WHERE org_id = :o GROUP BY document_id, version
    ), compared AS (
        SELECT d.number AS number,
               d.sub_total AS sub_total, COALESCE(f.sub_total, 0) AS true_sub_total,
               d.taxable AS taxable, COALESCE(f.taxable, 0) AS true_taxable,
               d.cgst_total AS cgst_total, COALESCE(f.cgst_total, 0) AS true_cgst_total,
               d.sgst_total AS sgst_total, COALESCE(f.sgst_total, 0) AS true_sgst_total,
               d.igst_total AS igst_total, COALESCE(f.igst_total, 0) AS true_igst_total,
               d.cess_total AS cess_total, COALESCE(f.cess_total, 0) AS true_cess_total,
               d.tax_total AS tax_total,
               d.cgst_total + d.sgst_total + d.igst_total + d.cess_total AS true_tax_total,
               d.total AS total,
               d.sub_total - d.discount + d.tax_total + d.shipping_charge + d.adjustment
               - d.tds_amount + d.round_off AS true_total
        FROM {table} AS d
        LEFT JOIN figures AS f ON f.document_id = d.id AND f.version = d.lines_version
        WHERE d.org_id = :o
    )
    SELECT * FROM compared
    WHERE sub_total <> true_sub_total OR taxable <> true_taxable OR cgst_total <> true_cgst_total
       OR sgst_total <> true_sgst_total OR igst_total <> true_igst_total OR cess_total <> true_cess_total
       OR tax_total <> true_tax_total OR total <> true_total
    ORDER BY number
"""

_BOOKED: Final = """
    WITH posted AS (
        SELECT e.source_id AS document_id, CAST(SUM(p.amount) AS BIGINT) AS net
        FROM postings AS p JOIN entries AS e ON e.org_id = :o AND e.seq = p.entry
        WHERE p.org_id = :o AND p.rule IN ({rules})
        GROUP BY e.source_id
    ), compared AS (
        SELECT d.number AS number, d.status AS status, d.currency_code AS currency_code,
               d.total AS total, d.booked AS booked,
               CASE WHEN d.status IN ('DRAFT', 'CANCELLED') THEN 0 ELSE {sign} * d.booked END AS due,
               COALESCE(posted.net, 0) AS net
        FROM {table} AS d LEFT JOIN posted ON posted.document_id = d.id
        WHERE d.org_id = :o
    )
    SELECT number, '{owed}' AS owed, booked, total, due, net FROM compared
    WHERE due <> net OR (due <> 0 AND currency_code = 'INR' AND booked <> total)
    ORDER BY number
"""

_SETTLED: Final = """
        WITH applied AS (
            SELECT target_id,
                   CAST(SUM(CASE WHEN source_type = 'payments' THEN amount ELSE 0 END) AS BIGINT) AS paid,
                   CAST(SUM(CASE WHEN source_type = 'credit_notes' THEN amount ELSE 0 END) AS BIGINT)
                   AS credited
            FROM allocations
            WHERE org_id = :o AND target_type = '{table}' AND released_at IS NULL
            GROUP BY target_id
        ), compared AS (
            SELECT d.number AS number,
                   d.payment_made AS payment_made, COALESCE(applied.paid, 0) AS true_payment_made,
                   d.credits_applied AS credits_applied, COALESCE(applied.credited, 0) AS true_credits_applied
            FROM {table} AS d LEFT JOIN applied ON applied.target_id = d.id
            WHERE d.org_id = :o
        )
        SELECT * FROM compared
        WHERE payment_made <> true_payment_made OR credits_applied <> true_credits_applied
        ORDER BY number
    """

STATEMENTS = (
    each("figures", _FIGURES, PRICED) | each("booked", _BOOKED, BOOKED) | each("settled", _SETTLED, SETTLED)
)
