"""The journal in the order of its days, found in the index of the accounts: each of them is asked for the
day, so that neither a page nor the way to the next day goes through the rows of other days."""

STATEMENTS = {
    "next_day": """
        SELECT MIN((
            SELECT MIN(p.day) FROM postings p
            WHERE p.org_id = :o AND p.account = a.number AND p.day > :day
        )) AS day
        FROM accounts a WHERE a.org_id = :o
    """,
    "of_day": """
        SELECT DISTINCT p.entry FROM accounts a CROSS JOIN postings p
        WHERE a.org_id = :o AND p.org_id = :o AND p.account = a.number AND p.day = :day
          AND p.entry > :after AND p.entry <= :head
        ORDER BY p.entry LIMIT :limit
    """,
    "sums": """
        SELECT account, CAST(SUM(amount) AS BIGINT) AS net
        FROM postings WHERE org_id = :o AND entry <= :head
        GROUP BY account ORDER BY account
    """,
}
