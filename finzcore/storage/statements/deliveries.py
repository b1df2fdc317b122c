"""Deliveries that wait, by the lane that they wait in: those that were never tried, and those that were.

A lane is the deliveries of one endpoint that were never tried, in the order of their events, or those
that were, by the instant of their next attempt.
"""

from typing import Final

_LANE: Final = "CASE WHEN attempt_count = 0 THEN 'first' ELSE 'again' END"
_WAITS: Final = """
    org_id = :o AND endpoint_id = :endpoint_id AND next_attempt_at IS NOT NULL
    AND (claimed_until IS NULL OR claimed_until <= :now)
"""

STATEMENTS = {
    "lanes": f"""
        SELECT home_org_id, endpoint_id, {_LANE} AS lane,
               MIN(next_attempt_at) AS due_at, MAX(claimed_until) AS held_until
        FROM deliveries WHERE org_id = :o AND next_attempt_at IS NOT NULL
        GROUP BY home_org_id, endpoint_id, {_LANE} ORDER BY due_at, endpoint_id, lane
    """,  # noqa: S608
    "held": """
        SELECT attempt_count FROM deliveries
        WHERE org_id = :o AND endpoint_id = :endpoint_id AND claimed_until > :now ORDER BY id
    """,
    "first": f"""
        SELECT id FROM deliveries WHERE {_WAITS} AND attempt_count = 0 AND next_attempt_at <= :now
        ORDER BY event_seq, id LIMIT 1
    """,  # noqa: S608
    "again": f"""
        SELECT id FROM deliveries WHERE {_WAITS} AND attempt_count > 0 AND next_attempt_at <= :now
        ORDER BY next_attempt_at, id LIMIT 1
    """,  # noqa: S608
    "give_up": f"""
        UPDATE deliveries SET status = 'FAILED', next_attempt_at = NULL, claimed_until = NULL, claim = NULL
        WHERE {_WAITS}
    """,  # noqa: S608
    "expire": """
        DELETE FROM deliveries WHERE org_id = :o AND id IN (
            SELECT id FROM deliveries
            WHERE org_id = :o AND next_attempt_at IS NULL AND created_time <= :before
            ORDER BY created_time, id LIMIT 500
        ) RETURNING id
    """,
    "oldest": "SELECT MIN(created_time) AS created_time FROM deliveries WHERE org_id = :o",
}
