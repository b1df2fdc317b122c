"""What the long reports read: a page of entries, of postings, of posted documents, in the order of their
days, behind the row that the page before has ended with.

Entries are known by their number. So are documents, by that of their entry and of the one that took it
back; one of nothing, which posted no entry, is known by its instants.
"""

from typing import Final

from finzcore.storage.statements.entries import KEPT

_OF_BRANCH: Final = "(CAST(:branch_id AS BIGINT) IS NULL OR {0}.branch_id = :branch_id)"

# A sum is no column: the list is gone through in the order of its days, never from its beginning to its head.
_BEARS: Final = "REPLACE(REPLACE(p.tags, '[', ','), ']', ',') LIKE :tag"
_TAGGED: Final = f"(CAST(:tag AS TEXT) IS NULL OR {_BEARS})"

_SUMS: Final = f"""
        SELECT
            CAST(COALESCE(SUM(CASE WHEN p.day < :year THEN p.amount END), 0) AS BIGINT) AS before_year,
            CAST(COALESCE(SUM(CASE WHEN p.day >= :year THEN p.amount END), 0) AS BIGINT) AS in_year
        FROM postings p
        WHERE p.org_id = :o AND p.account = :account AND p.day < :until AND p.entry + 0 <= :known
          AND {_OF_BRANCH.format("p")}
"""  # noqa: S608

_REGISTERED: Final = """
        SELECT d.id, d.number, d.date, d.due_date, d.{who}_id, d.{who}_name, d.{who}_gstin AS gst_no,
            d.place_of_supply, d.exchange_rate, d.tds_amount, d.total, d.entry,
            (
                SELECT CAST(COALESCE(SUM(a.amount), 0) AS BIGINT) FROM allocations a WHERE {applied}
                  AND a.source_type = 'payments'
            ) AS paid,
            (
                SELECT CAST(COALESCE(SUM(a.amount), 0) AS BIGINT) FROM allocations a WHERE {applied}
                  AND a.source_type <> 'payments'
            ) AS credited
        FROM {table} d
        WHERE d.org_id = :o AND (d.date, d.id) > (:day, :after) AND d.date <= :through AND {branch}
          AND d.approved_at IS NOT NULL
          AND CASE WHEN d.entry IS NULL THEN d.approved_at <= :time ELSE d.entry <= :known END
          AND CASE
              WHEN d.voided_at IS NULL THEN 1
              WHEN d.entry IS NULL THEN CASE WHEN d.voided_at > :time THEN 1 ELSE 0 END
              ELSE COALESCE((
                  SELECT 0 FROM entries r WHERE r.org_id = :o AND r.reversal_of = d.entry AND r.seq <= :known
              ), 1)
          END = 1
        ORDER BY d.date, d.id LIMIT :limit
"""
_APPLIED: Final = """
                a.org_id = :o AND a.target_type = '{table}' AND a.target_id = d.id
                  AND a.created_at <= :time AND (a.released_at IS NULL OR a.released_at > :time)
"""


_LINES: Final = """
        SELECT l.document_id, l.line_no, l.name, l.description, l.hsn_or_sac, l.quantity, l.unit, l.rate,
            l.taxable, l.tax_percentage, l.cgst, l.sgst, l.igst, l.cess, l.is_rcm, l.itc_blocked_reason,
            l.rcm_cgst, l.rcm_sgst, l.rcm_igst, l.rcm_cess
        FROM {table} d
        JOIN document_lines l ON l.org_id = :o AND l.document_id = d.id AND l.version = d.lines_version
        WHERE d.org_id = :o AND (d.date, d.id) > (:day, :after) AND (d.date, d.id) <= (:last_day, :last)
          AND {branch} AND d.approved_at IS NOT NULL
        ORDER BY d.date, d.id
"""


def _registered(table: str, who: str) -> dict[str, str]:
    """The posted documents of a kind, with what was set against each; and the lines of a page of them, and of
    what stands between those. They are not looked up by their keys, which would have to be sorted."""
    branch = _OF_BRANCH.format("d")
    applied = _APPLIED.format(table=table).strip()
    return {
        table: _REGISTERED.format(table=table, who=who, applied=applied, branch=branch),
        f"{table}_lines": _LINES.format(table=table, branch=branch),
    }


STATEMENTS: Final[dict[str, str]] = {
    "day_book": f"""
        SELECT e.seq, e.number, e.date, e.source, e.source_id, e.memo, e.reference_number, e.contact_id,
            e.reversal_of, e.recorded_at
        FROM entries e
        WHERE e.org_id = :o AND (e.date, e.seq) > (:day, :after) AND e.date <= :through
          AND e.seq + 0 <= :known AND {_OF_BRANCH.format("e")} AND {KEPT}
          AND (CAST(:tag AS TEXT) IS NULL OR COALESCE((
              SELECT 1 FROM postings p WHERE p.org_id = :o AND p.entry = e.seq AND {_BEARS} LIMIT 1
          ), 0) = 1)
        ORDER BY e.date, e.seq LIMIT :limit
    """,  # noqa: S608
    "day_book_lines": f"""
        SELECT p.entry, p.line, p.account, p.amount, p.contact_id, p.rule, p.description, p.tags
        FROM entries e
        JOIN postings p ON p.org_id = :o AND p.entry = e.seq
        WHERE e.org_id = :o AND (e.date, e.seq) > (:day, :after) AND (e.date, e.seq) <= (:last_day, :last)
          AND e.seq + 0 <= :known AND {_OF_BRANCH.format("e")} AND {_TAGGED}
        ORDER BY e.date, e.seq
    """,  # noqa: S608
    # An entry that was deleted or changed and the one that took it back are both left out; made on one date,
    # they cancel.
    "ledger": f"""
        SELECT p.day, p.entry, p.line, p.amount, p.contact_id, p.description, e.number, e.memo, e.source,
            COALESCE(o.source, e.source) AS made_by, e.source_id
        FROM postings p
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        LEFT JOIN entries o ON o.org_id = :o AND o.seq = e.reversal_of
        WHERE p.org_id = :o AND p.account = :account
          AND (p.day, p.entry, p.line) > (:day, :after, :line) AND p.day <= :through
          AND p.entry + 0 <= :known AND {_OF_BRANCH.format("p")} AND {_TAGGED} AND {KEPT}
        ORDER BY p.day, p.entry, p.line LIMIT :limit
    """,  # noqa: S608
    # What month totals cannot tell of one account: what was known of it, or bears a tag.
    "account_sums": _SUMS,
    "account_sums_tagged": f"{_SUMS} AND {_BEARS}",
    **_registered("invoices", "customer"),
    **_registered("bills", "vendor"),
}
