"""What lists of journal entries are filtered by."""

EXPRESSIONS = {
    "deleted": """
        EXISTS (
            SELECT 1 FROM entries AS other
            WHERE other.org_id = :o AND other.source = 'MANUAL'
              AND entries.cause = 'DELETE' AND other.seq = entries.reversal_of
        ) OR EXISTS (
            SELECT 1 FROM entries AS other
            WHERE other.org_id = :o AND other.reversal_of = entries.seq
              AND other.cause = 'DELETE' AND entries.source = 'MANUAL'
        )
    """,
    "posts_to_account": "seq IN (SELECT entry FROM postings WHERE org_id = :o AND account = {0})",
    "concerns_contact": """
        contact_id = {0} OR seq IN (SELECT entry FROM postings WHERE org_id = :o AND contact_id = {0})
    """,
}
