"""Schedules in the order in which they run."""

from typing import Final

_COLUMNS: Final = """
    id, entity_type, name, frequency, interval, start_date, end_date, max_runs, auto_charge,
    template_entity_id, template_payload, next_run_at, last_run_at, is_active, run_count, last_error,
    last_generated_id, created_time, last_modified_time
"""

STATEMENTS = {
    "page": f"""
        SELECT {_COLUMNS} FROM recurring
        WHERE org_id = :o AND (next_run_at, id) > (:at, :id)
          AND (CAST(:entity_type AS TEXT) IS NULL OR entity_type = :entity_type)
          AND (CAST(:is_active AS BIGINT) IS NULL OR is_active = :is_active)
        ORDER BY next_run_at, id LIMIT :limit
    """,  # noqa: S608
    "ready": f"""
        SELECT {_COLUMNS} FROM recurring
        WHERE org_id = :o AND is_active = 1 AND next_run_at <= :now
          AND (last_run_at IS NULL OR last_run_at < :woken)
        ORDER BY next_run_at, id LIMIT 1
    """,  # noqa: S608
    "next": "SELECT MIN(next_run_at) AS at FROM recurring WHERE org_id = :o AND is_active = 1",
}
