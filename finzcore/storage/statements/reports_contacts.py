"""What reports read of contacts: what is open on the control accounts, and the ledger of one contact.

Open is what postings leave on a control account, document by document; an entry made by hand is one of its
own for each contact that it names. A settlement takes as much from the document that it settles as it gives
to what settles it, so all that is open adds up to the account, less what names no contact.
"""

from typing import Final

_OF_BRANCH: Final = "(CAST(:branch_id AS BIGINT) IS NULL OR p.branch_id = :branch_id)"
# A refund of an advance never was on the control account.
_SETTLED: Final = """
    settled AS (
        SELECT b.contact_id, b.made_by, b.document, a.id, a.date, a.entry, a.source_id,
            CASE a.source_type WHEN 'payments' THEN 'PAYMENT' ELSE 'CREDIT_NOTE' END AS source,
            a.amount, :side * a.relieved AS relieved
        FROM posted b
        JOIN allocations a ON a.org_id = :o AND a.target_id = b.document AND a.target_type =
            CASE b.made_by WHEN 'INVOICE' THEN 'invoices' WHEN 'BILL' THEN 'bills'
                WHEN 'DEBIT_NOTE' THEN 'debit_notes' WHEN 'PAYMENT' THEN 'refunds' END
        LEFT JOIN payments s ON s.org_id = :o AND a.source_type = 'payments' AND s.id = a.source_id
        WHERE a.date <= :as_of AND a.created_at <= :time
          AND (a.released_at IS NULL OR a.released_at > :time)
          AND (a.entry IS NULL OR a.entry <= :known)
          AND (b.made_by <> 'PAYMENT' OR COALESCE(s.payment_type, '') <> 'ADVANCE')
    )
"""
_POSTED: Final = f"""
    WITH posted AS (
        SELECT p.contact_id, COALESCE(o.source, e.source) AS made_by,
            COALESCE(e.source_id, e.reversal_of, e.seq) AS document,
            MIN(p.entry) AS entry, MIN(p.day) AS day, CAST(SUM(p.amount) AS BIGINT) AS amount
        FROM postings p
        JOIN entries e ON e.org_id = :o AND e.seq = p.entry
        LEFT JOIN entries o ON o.org_id = :o AND o.seq = e.reversal_of
        WHERE p.org_id = :o AND p.account = :control AND p.day <= :as_of AND p.entry + 0 <= :known
          AND {_OF_BRANCH} {{contact}} AND p.contact_id IS NOT NULL
        GROUP BY p.contact_id, COALESCE(o.source, e.source), COALESCE(e.source_id, e.reversal_of, e.seq)
        HAVING SUM(p.amount) <> 0
    ), {_SETTLED}
"""  # noqa: S608
_OPEN: Final = """, moved AS (
        SELECT contact_id, made_by, document, entry, day, amount AS booked, amount AS rest, 0 AS settled
        FROM posted
        UNION ALL
        SELECT contact_id, made_by, document, NULL, NULL, 0, -relieved, amount FROM settled
        UNION ALL
        SELECT contact_id, source, source_id, NULL, NULL, 0, relieved, 0 FROM settled
    ), left_open AS (
        SELECT contact_id, made_by, document, MIN(entry) AS entry, MIN(day) AS day,
            CAST(SUM(booked) AS BIGINT) AS booked, CAST(SUM(rest) AS BIGINT) AS rest,
            CAST(SUM(settled) AS BIGINT) AS settled
        FROM moved GROUP BY contact_id, made_by, document HAVING SUM(rest) <> 0
    )
    SELECT l.contact_id, c.contact_name, l.made_by, l.document, l.day, l.booked, l.rest, l.settled,
        COALESCE(d.entry, t.entry, n.entry, y.entry, l.entry) AS entry,
        COALESCE(d.number, t.number) AS number, COALESCE(d.date, t.date) AS date,
        COALESCE(d.due_date, t.due_date, l.day) AS due_date, COALESCE(d.total, t.total) AS total
    FROM left_open l
    JOIN contacts c ON c.org_id = :o AND c.id = l.contact_id
    LEFT JOIN {documents} d ON d.org_id = :o AND l.made_by = '{source}' AND d.id = l.document
    LEFT JOIN debit_notes t ON t.org_id = :o AND l.made_by = 'DEBIT_NOTE' AND t.id = l.document
    LEFT JOIN credit_notes n ON n.org_id = :o AND l.made_by = 'CREDIT_NOTE' AND n.id = l.document
    LEFT JOIN payments y ON y.org_id = :o AND l.made_by = 'PAYMENT' AND y.id = l.document
    ORDER BY l.contact_id, l.document
"""
# What settled the documents, with the entry that made it: that of its own, or that of what it was made from.
_SETTLEMENTS: Final = """
    SELECT s.made_by, s.document, s.source, s.source_id, s.relieved,
        COALESCE(s.entry, y.entry, n.entry) AS entry
    FROM settled s
    LEFT JOIN payments y ON y.org_id = :o AND s.source = 'PAYMENT' AND y.id = s.source_id
    LEFT JOIN credit_notes n ON n.org_id = :o AND s.source = 'CREDIT_NOTE' AND n.id = s.source_id
    WHERE s.made_by <> 'PAYMENT'
    ORDER BY s.date, s.id
"""
_OF_ONE: Final = "AND p.contact_id = :contact"


def _open(contact: str) -> dict[str, str]:
    """What is open of all contacts or of one, on either side, and what the documents were settled with."""
    posted = _POSTED.format(contact=contact)
    of = "_of_one" if contact else ""
    return {
        f"receivable{of}": posted + _OPEN.format(documents="invoices", source="INVOICE"),
        f"payable{of}": posted + _OPEN.format(documents="bills", source="BILL"),
        f"settlements{of}": posted + _SETTLEMENTS,
    }


_LEDGER: Final = f"""
    SELECT p.day, p.entry, CAST(SUM(p.amount) AS BIGINT) AS amount, MAX(p.rule) AS rule,
        MAX(e.number) AS number, MAX(e.source) AS source, MAX(e.source_id) AS source_id,
        MAX(e.reference_number) AS reference_number
    FROM postings p
    JOIN entries e ON e.org_id = :o AND e.seq = p.entry
    WHERE p.org_id = :o AND p.contact_id = :contact AND p.day >= :since AND p.day < :until
      AND p.account IN (:control, :advance) AND p.entry <= :known AND {_OF_BRANCH}
      AND e.reversal_of IS NULL AND NOT EXISTS (
          SELECT 1 FROM entries r WHERE r.org_id = :o AND r.reversal_of = e.seq AND r.seq <= :known
      )
    GROUP BY p.day, p.entry HAVING SUM(p.amount) <> 0
"""  # noqa: S608

# What was written of contacts behind an instant, contact by contact. The instant is no column here: the
# events of contacts are gone through, not all those that came later.
_CHANGED: Final = """
    SELECT e.entity_id, e.changes FROM events e
    WHERE e.org_id = :o AND e.entity_type = 'CONTACT' {contact} AND e.action = 'CONTACT_UPDATED'
      AND COALESCE(e.occurred_at, '') > :time AND e.changes IS NOT NULL
    ORDER BY e.entity_id, e.seq
"""

STATEMENTS = {
    **_open(""),
    **_open(_OF_ONE),
    "changed_since": _CHANGED.format(contact=""),
    "changed_since_of_one": _CHANGED.format(contact="AND e.entity_id = :contact"),
    # One row an entry: what applying an advance moves between a contact's accounts adds up to nothing.
    "ledger": f"{_LEDGER} ORDER BY p.day, p.entry",
    "ledger_part": f"{_LEDGER} ORDER BY p.day, p.entry LIMIT :limit OFFSET :start",
    "ledger_count": f"WITH shown AS ({_LEDGER}) SELECT COUNT(*) AS entries FROM shown",  # noqa: S608
    "ledger_before": f"""
        SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS net FROM postings p
        WHERE p.org_id = :o AND p.contact_id = :contact AND p.day < :until
          AND p.account IN (:control, :advance) AND p.entry <= :known AND {_OF_BRANCH}
    """,  # noqa: S608
}
