"""What lists of invoices are filtered by, beyond their columns."""

EXPRESSIONS = {
    "unposted": "status <> 'SENT' AND status = {0}",
    "balance": "total - payment_made - credits_applied",
    "settled": "payment_made + credits_applied",
    "by_notes": "CAST(CASE WHEN payment_made = 0 AND credits_applied > 0 THEN 1 ELSE 0 END AS BIGINT)",
}
