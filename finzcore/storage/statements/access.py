"""Who may act: tables without an organisation of their own."""

STATEMENTS = {
    "by_digest": """
        SELECT id, digest, kind, user_id, org_id, client_id, scopes, tier, label, is_sandbox,
               created_time, expires_at, revoked_at
        FROM tokens WHERE digest = :digest
    """,
    "first_admin": """
        SELECT user_id FROM memberships
        WHERE org_id = :org_id AND role = 'ADMIN' AND status = 'ACTIVE' ORDER BY created_time, user_id LIMIT 1
    """,
    "revoke_bound": """
        UPDATE tokens SET revoked_at = :now
        WHERE user_id = :user_id AND org_id = :org_id AND revoked_at IS NULL
    """,
    "tokens": """
        SELECT id, kind, user_id, org_id, client_id, scopes, tier, label, is_sandbox,
               created_time, expires_at, revoked_at
        FROM tokens
        WHERE (CAST(:org_id AS BIGINT) IS NULL OR org_id = :org_id)
          AND (CAST(:user_id AS BIGINT) IS NULL OR user_id = :user_id)
        ORDER BY id
    """,
    "live": """
        SELECT id FROM tokens
        WHERE is_sandbox = 0 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
        ORDER BY id LIMIT 1
    """,
    "organisations": """
        SELECT org_id FROM memberships WHERE user_id = :user_id AND status = 'ACTIVE' ORDER BY org_id
    """,
    "orgs": "SELECT DISTINCT org_id FROM memberships ORDER BY org_id",
}
