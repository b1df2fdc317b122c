"""What moved the accounts of GST and is no document, so that no return tells of it."""

from typing import Final

STATEMENTS: Final = {
    "by_hand": """
        SELECT a.number AS account, CAST(SUM(p.amount) AS BIGINT) AS amount
        FROM accounts a
        JOIN postings p ON p.org_id = :o AND p.account = a.number AND p.day >= :since AND p.day <= :through
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        LEFT JOIN entries o ON o.org_id = :o AND o.seq = e.reversal_of
        JOIN branches b ON b.org_id = :o AND b.id = p.branch_id
        WHERE a.org_id = :o AND p.entry <= :known
          AND a.role IN (
              'OUT_CGST', 'OUT_SGST', 'OUT_IGST', 'OUT_CESS', 'RCM_CGST', 'RCM_SGST', 'RCM_IGST',
              'IN_CGST', 'IN_SGST', 'IN_IGST', 'IN_CESS'
          )
          AND COALESCE(b.gstin, '') = :gstin AND COALESCE(o.source, e.source) = 'MANUAL'
        GROUP BY a.number HAVING SUM(p.amount) <> 0 ORDER BY a.number
    """,
}
