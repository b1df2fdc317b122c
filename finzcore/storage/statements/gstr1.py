"""What a GSTR-1 reads besides the documents that it tells of: numbers, advances."""

from typing import Final

_KINDS: Final = {
    "invoices": ("INVOICE", ""),
    "credit_notes": ("CREDIT_NOTE", "AND d.type = 'CUSTOMER'"),
    "debit_notes": ("DEBIT_NOTE", "AND d.type = 'CUSTOMER'"),
}

# Documents of some days whose numbers were not issued, or taken back: drafts, and what is void.
_UNISSUED: Final = """
    SELECT d.id, d.number, d.date, CAST(
        CASE WHEN d.approved_at <= :known OR d.voided_at <= :known THEN 0 ELSE 1 END AS BIGINT
    ) AS is_draft
    FROM {table} d JOIN branches b ON b.org_id = :o AND b.id = d.branch_id
    WHERE d.org_id = :o AND d.date >= :since AND d.date <= :through AND COALESCE(b.gstin, '') = :gstin
      AND d.created_time <= :known
      AND (d.approved_at IS NULL OR d.approved_at > :known OR d.voided_at <= :known) {only}
    ORDER BY d.id
"""

# A number without a document was that of a draft that was deleted; its history says when it was given.
_WAS_GIVEN: Final = """EXISTS (
        SELECT 1 FROM events e
        WHERE e.org_id = :o AND e.entity_type = '{kind}' AND e.entity_id = n.document_id
          AND e.action = '{kind}_CREATED' AND e.occurred_at <= :known
    )"""
_NUMBERS: Final = """
    SELECT n.serial, n.number, CAST(CASE WHEN d.id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS is_gone
    FROM numbers n LEFT JOIN {table} d ON d.org_id = :o AND d.id = n.document_id
    WHERE n.org_id = :o AND n.kind = '{kind}' AND n.scope = :gstin AND n.prefix = :prefix AND n.year = :year
      AND n.serial > :after AND (d.id IS NOT NULL OR {given})
    ORDER BY n.serial LIMIT :most
"""
_GONE_FIRST: Final = """
    SELECT n.serial, n.number FROM numbers n
    WHERE n.org_id = :o AND n.kind = '{kind}' AND n.scope = :gstin AND n.prefix = :prefix AND n.year = :year
      AND n.serial < :before AND {given} AND NOT EXISTS (
        SELECT 1 FROM numbers o JOIN {table} d ON d.org_id = :o AND d.id = o.document_id
        WHERE o.org_id = :o AND o.kind = '{kind}' AND o.scope = :gstin AND o.prefix = :prefix
          AND o.year = :year AND o.serial < :before
    )
    ORDER BY n.serial
"""


def _of(table: str, kind: str, only: str) -> dict[str, str]:
    said = {"table": table, "kind": kind, "only": only, "given": _WAS_GIVEN.format(kind=kind)}
    return {
        f"unissued_{table}": _UNISSUED.format(**said),
        f"numbers_{table}": _NUMBERS.format(**said),
        f"gone_first_{table}": _GONE_FIRST.format(**said),
    }


STATEMENTS: Final[dict[str, str]] = {
    **{name: text for table, said in _KINDS.items() for name, text in _of(table, *said).items()},
    # What receipts of some days put on the account of advances, and is still there at their end.
    "advances": """
        SELECT e.source_id, CAST(-SUM(p.amount) AS BIGINT) AS amount
        FROM postings p
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        JOIN branches b ON b.org_id = :o AND b.id = p.branch_id
        WHERE p.org_id = :o AND p.account = :account AND p.day >= :since AND p.day <= :through
          AND p.entry <= :known AND COALESCE(b.gstin, '') = :gstin AND e.source_id IS NOT NULL
        GROUP BY e.source_id HAVING SUM(p.amount) < 0 ORDER BY e.source_id
    """,
}
