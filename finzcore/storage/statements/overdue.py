"""Documents that are past their due date with nothing set against them, and were not told of yet."""

from finzcore.storage.statements.documents import KINDS, each

STATEMENTS = each(
    "late",
    """
        SELECT d.id FROM {table} AS d
        WHERE d.org_id = :o AND d.status = '{posted}' AND d.due_date < :today
          AND d.payment_made + d.credits_applied = 0 AND d.total > 0
          AND NOT EXISTS (
              SELECT 1 FROM overdue AS o WHERE o.org_id = :o AND o.kind = '{table}' AND o.document_id = d.id
          )
        ORDER BY d.id LIMIT :limit
    """,
    [kind for kind in KINDS if kind.table in ("invoices", "bills")],
)
