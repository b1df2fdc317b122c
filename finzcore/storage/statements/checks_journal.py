"""Whether what was taken back was taken back whole: `place`, `expected` and `found` for `verify`."""

# Line by line: a reversal is the entry it names with every amount on the other side, on the same date.
_MIRRORED = """
    SELECT 'entry ' || e.number AS place, 'the mirror of ' || o.number || ' of ' || o.date AS expected,
           'another entry of ' || e.date AS found
    FROM entries AS e
    JOIN entries AS o ON o.org_id = :o AND o.seq = e.reversal_of
    WHERE e.org_id = :o AND e.reversal_of IS NOT NULL AND (
        e.source <> 'REVERSAL' OR e.date <> o.date OR e.lines <> o.lines
        OR e.source_id IS DISTINCT FROM o.source_id
        OR EXISTS (
            SELECT 1 FROM postings AS p
            LEFT JOIN postings AS q
            ON q.org_id = :o AND q.entry = o.seq AND q.line = p.line AND q.amount = -p.amount
            AND q.account = p.account AND q.branch_id = p.branch_id
            AND q.contact_id IS NOT DISTINCT FROM p.contact_id
            WHERE p.org_id = :o AND p.entry = e.seq AND q.line IS NULL
        )
    )
    ORDER BY e.seq
"""

STATEMENTS = {"mirrored": _MIRRORED}
