"""What lists of debit notes are filtered by, beyond their columns."""

EXPRESSIONS = {
    "unposted": "status <> 'ISSUED' AND status = {0}",
    "balance": "total - payment_made - credits_applied",
    "settled": "payment_made + credits_applied",
}
