"""What lists of journal entries are filtered by.

Entries of an account or a contact are few, and looked up; or many, and then the next of them is near
in the list itself, which is gone through entry by entry.
"""

from typing import Final

CHANGEABLE: Final = "('MANUAL', 'EXPENSE', 'CREDIT_NOTE', 'DEBIT_NOTE')"
"""The sources of entries that can be deleted or changed; what is taken back otherwise is voided."""

KEPT: Final = f"""
    e.cause NOT IN ('DELETE', 'EDIT') AND CASE WHEN e.source IN {CHANGEABLE} THEN COALESCE((
        SELECT 1 FROM entries r
        WHERE r.org_id = :o AND r.reversal_of = e.seq AND r.seq <= :known AND r.cause IN ('DELETE', 'EDIT')
    ), 0) ELSE 0 END = 0
"""  # noqa: S608
"""That an entry `e` was neither deleted nor changed, nor takes such a one back, as far as it is known. Again
a sub-select of one row."""

EXPRESSIONS = {
    # What was deleted or changed, and what took it back. A sub-select of one row, which no database
    # answers for all entries beforehand, as it may EXISTS.
    "deleted": f"""
        CAST(CASE WHEN cause IN ('DELETE', 'EDIT') THEN 1 WHEN source IN {CHANGEABLE} THEN COALESCE((
            SELECT 1 FROM entries AS other
            WHERE other.org_id = :o AND other.reversal_of = entries.seq AND other.cause IN ('DELETE', 'EDIT')
        ), 0) ELSE 0 END AS BIGINT)
    """,  # noqa: S608
    "posts_to_account": "seq IN (SELECT entry FROM postings WHERE org_id = :o AND account = {0})",
    "concerns_contact": """
        seq IN (
            SELECT entry FROM postings WHERE org_id = :o AND contact_id = {0}
            UNION ALL SELECT seq FROM entries WHERE org_id = :o AND contact_id = {0}
        )
    """,
    # A sum is no column, so that only the postings of the entry at hand are looked at.
    "posts_to_busy_account": """
        EXISTS (SELECT 1 FROM postings WHERE org_id = :o AND entry = entries.seq AND account + 0 = {0})
    """,
    "concerns_busy_contact": """
        contact_id + 0 = {0} OR EXISTS (
            SELECT 1 FROM postings WHERE org_id = :o AND entry = entries.seq AND contact_id + 0 = {0}
        )
    """,
}

STATEMENTS = {
    "busy_account": """
        SELECT entry FROM postings WHERE org_id = :o AND account = :key LIMIT 1 OFFSET :few
    """,
    "busy_contact": """
        SELECT entry FROM postings WHERE org_id = :o AND contact_id = :key LIMIT 1 OFFSET :few
    """,
}
