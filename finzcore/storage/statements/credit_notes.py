"""What lists of credit notes are filtered by, beyond their columns."""

EXPRESSIONS = {"remaining": "total - credits_applied - refunded_amount"}
