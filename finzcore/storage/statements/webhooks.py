"""Spans: to which organisations the endpoints of users of several listen."""

STATEMENTS = {
    "spans_of_members": """
        SELECT s.endpoint_id, s.home_org_id, s.organization_ids, s.events, s.is_sandbox
        FROM memberships m JOIN webhook_spans s ON s.user_id = m.user_id
        WHERE m.org_id = :org_id AND m.status = 'ACTIVE' ORDER BY s.endpoint_id
    """,
    "spans_of_home": """
        SELECT endpoint_id, user_id FROM webhook_spans WHERE home_org_id = :org_id ORDER BY endpoint_id
    """,
    "ever_in": "SELECT org_id FROM memberships WHERE user_id = :user_id ORDER BY org_id",
}
