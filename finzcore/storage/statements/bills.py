"""What lists of bills are filtered by, beyond their columns."""

EXPRESSIONS = {
    "unposted": "status <> 'OPEN' AND status = {0}",
    "balance": "total - payment_made - credits_applied",
    "settled": "payment_made + credits_applied",
}
