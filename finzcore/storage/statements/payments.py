"""What payments are looked for by, beyond their columns."""

EXPRESSIONS = {"unused": "settles - applied - refunded"}
