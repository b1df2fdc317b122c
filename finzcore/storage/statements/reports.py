"""What reports read: month totals, the postings of a part of a month, one account."""

from typing import Final

from finzcore.storage.statements.entries import KEPT

_OF_BRANCH: Final = "(CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)"
# Tags are kept as JSON text: [12,34]. The pattern is of one of them, between commas.
_TAGGED: Final = """
    (CAST(:tag AS TEXT) IS NULL OR REPLACE(REPLACE(p.tags, '[', ','), ']', ',') LIKE :tag)
"""
_ENTRIES: Final = """
    JOIN entries e ON e.org_id = :o AND e.seq = p.entry
    LEFT JOIN entries o ON o.org_id = :o AND o.seq = e.reversal_of
"""
_IN_ACCOUNTS: Final = """p.account IN (
    SELECT a.number FROM accounts a
    WHERE a.org_id = :o AND :accounts LIKE '%,' || CAST(a.number AS TEXT) || ',%'
)"""
_SPAN: Final = f"p.day >= :since AND p.day < :until AND p.entry <= :known AND {_OF_BRANCH} AND {_TAGGED}"


def _sources(accounts: str) -> dict[str, str]:
    """What was posted to some accounts in a span, entry by entry, in the order of an account's index; what
    was deleted or changed is left out, as it is of lists."""
    return {
        "sources": f"""
            SELECT p.entry, MAX(e.source) AS source, MAX(COALESCE(o.source, e.source)) AS made_by,
                MAX(e.source_id) AS source_id, CAST(SUM(p.amount) AS BIGINT) AS amount
            FROM postings p {_ENTRIES}
            WHERE p.org_id = :o AND {accounts} AND {_SPAN} AND {KEPT}
            GROUP BY p.day, p.entry ORDER BY p.day, p.entry LIMIT :limit OFFSET :start
        """,  # noqa: S608
        "sources_count": f"""
            SELECT COUNT(DISTINCT p.entry) AS entries FROM postings p
            JOIN entries e ON e.org_id = :o AND e.seq = p.entry
            WHERE p.org_id = :o AND {accounts} AND {_SPAN} AND {KEPT}
        """,  # noqa: S608
    }


def _known(days: str) -> str:
    """The sum of what was known of an account's postings of some days, by an index of its days."""
    return f"""(
        SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
        WHERE p.org_id = :o AND p.account = a.number AND {days}
          AND p.entry <= :known AND {_OF_BRANCH} AND {_TAGGED}
    )"""  # noqa: S608


def _part(since: str, until: str) -> str:
    """The sum of an account's postings of a part of a month."""
    return f"""(
        SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
        WHERE p.org_id = :o AND p.account = a.number AND p.day >= {since} AND p.day < {until}
          AND {_OF_BRANCH}
    )"""  # noqa: S608


STATEMENTS = {
    "recorded": "SELECT recorded_at FROM entries WHERE org_id = :o AND seq = :seq ORDER BY seq",
    "first_after": """
        SELECT seq FROM entries WHERE org_id = :o AND recorded_at > :time ORDER BY seq LIMIT 1
    """,
    # The same sums from postings, of those that were known, or that bear a tag: month totals tell neither.
    "known_sums": f"""
        SELECT a.number AS account,
            {_known("p.day < :year AND p.day < :until")} AS before_year,
            {_known("p.day >= :year AND p.day < :until")} AS in_year
        FROM accounts a WHERE a.org_id = :o ORDER BY a.number
    """,  # noqa: S608
    "known_moved": f"""
        SELECT a.number AS account, {_known("p.day >= :since AND p.day < :until")} AS moved
        FROM accounts a WHERE a.org_id = :o ORDER BY a.number
    """,  # noqa: S608
    **{f"account_{name}": text for name, text in _sources("p.account = :account").items()},
    **{f"accounts_{name}": text for name, text in _sources(_IN_ACCOUNTS).items()},
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
    # What was posted between two days: whole months, and the part of a month at either end.
    "moved": f"""
        SELECT a.number AS account,
            (
                SELECT CAST(COALESCE(SUM(t.debit - t.credit), 0) AS BIGINT) FROM totals t
                WHERE t.org_id = :o AND t.account = a.number AND t.month >= :first AND t.month < :last
                  AND (CAST(:branch_id AS BIGINT) IS NULL OR t.branch_id = :branch_id)
            ) AS whole_months,
            {_part(":head_since", ":head_until")} AS head,
            {_part(":tail_since", ":tail_until")} AS tail
        FROM accounts a WHERE a.org_id = :o ORDER BY a.number
    """,  # noqa: S608
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
}
