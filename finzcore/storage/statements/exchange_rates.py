"""Daily rates by date; of several for one day the last one written counts."""

STATEMENTS = {
    "newest": """
        SELECT id, from_currency, to_currency, rate, rate_date, source FROM exchange_rates
        WHERE org_id = :o
          AND (CAST(:from_currency AS TEXT) IS NULL OR from_currency = :from_currency)
          AND (CAST(:to_currency AS TEXT) IS NULL OR to_currency = :to_currency)
        ORDER BY rate_date DESC, id DESC LIMIT :limit
    """,
    "latest": """
        SELECT rate FROM exchange_rates
        WHERE org_id = :o AND from_currency = :from_currency AND to_currency = :to_currency
          AND rate_date <= :date
        ORDER BY rate_date DESC, id DESC LIMIT 1
    """,
}
