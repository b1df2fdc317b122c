"""Connections of clients: found by the client and the user, and whether anything granted still stands."""

_OWN = "c.id, c.client_id, c.user_id, c.org_id, c.company, c.mirrored, c.created_time, c.last_modified_time"

STATEMENTS = {
    "of_client": f"""
        SELECT {_OWN},
               (SELECT COUNT(*) FROM oauth_grants g
                WHERE g.client_id = c.client_id AND g.user_id = c.user_id AND g.revoked_at IS NULL
                  AND g.created_time > :since
                  AND (g.org_id = c.org_id OR (g.org_id IS NULL AND c.org_id IS NULL))) AS grants
        FROM connections c
        WHERE c.client_id = :client_id AND c.user_id = :user_id
        ORDER BY c.id
    """,  # noqa: S608 - columns of ours
    "of_several": """
        SELECT id, company, mirrored FROM connections
        WHERE client_id = :client_id AND user_id = :user_id AND org_id IS NULL ORDER BY id
    """,
}
