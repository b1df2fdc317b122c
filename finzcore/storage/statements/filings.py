"""Returns that were filed, with what was filed, and what changed behind them."""

from typing import Final

STATEMENTS: Final = {
    "of_gstin": """
        SELECT f.id, f.return_type, f.period, f.gstin, f.branch_id, f.reference, f.filed_time, f.known_at,
            f.known_seq, f.digest, c.content
        FROM filings f JOIN filing_contents c ON c.org_id = :o AND c.filing_id = f.id
        WHERE f.org_id = :o AND f.gstin = :gstin AND f.return_type = :return_type
        ORDER BY SUBSTR(f.period, 3, 4), f.period
    """,
    # What filings keep, of the periods from one on, which is written as YYYYMM.
    "kept": """
        SELECT f.id, c.content, c.documents
        FROM filings f JOIN filing_contents c ON c.org_id = :o AND c.filing_id = f.id
        WHERE f.org_id = :o AND f.gstin = :gstin AND f.return_type = :return_type
          AND SUBSTR(f.period, 3, 4) || SUBSTR(f.period, 1, 2) >= :since
        ORDER BY f.id
    """,
    # Days on which something was posted, or taken back, behind an entry.
    "posted_since": """
        SELECT e.date, MAX(e.seq) AS seq FROM entries e
        WHERE e.org_id = :o AND e.seq > :after AND e.seq <= :known AND e.date >= :since AND e.date <= :through
        GROUP BY e.date ORDER BY e.date
    """,
    # What documents said before they were edited, which need not have booked anything anew.
    "edited_since": """
        SELECT v.row AS said, v.superseded_at FROM document_versions v
        WHERE v.org_id = :o AND v.superseded_at >= :after AND v.superseded_at <= :known
        ORDER BY v.document_id, v.version
    """,
}
