"""What lists of credit notes are filtered by, beyond their columns."""

EXPRESSIONS = {
    "unposted": "status <> 'ISSUED' AND status = {0}",
    "remaining": "total - credits_applied - refunded_amount",
}
