"""Clients, grants and refresh tokens: found by what they are presented as, held, and ended."""

_GRANT = """id, client_id, user_id, org_id, scopes, is_sandbox, redirect_uri, challenge,
               created_time, redeemed_at, revoked_at"""

_OVER = """SELECT id FROM oauth_grants
               WHERE created_time <= :consented OR revoked_at <= :before
                  OR (redeemed_at IS NULL AND code_until <= :before)
               ORDER BY id LIMIT 100"""

STATEMENTS = {
    "client": """
        SELECT id, client_id, name, redirect_uris, scopes, owner_user_id, digest, form_key,
               created_time, disabled_at
        FROM oauth_clients WHERE client_id = :client_id
    """,
    "code": f"""
        SELECT {_GRANT}, code_digest AS digest FROM oauth_grants WHERE code_digest = :digest
    """,  # noqa: S608 - columns of ours
    "refresh": """
        SELECT t.id, t.digest, t.family_id, g.client_id, g.org_id
        FROM refresh_tokens t JOIN oauth_grants g ON g.id = t.family_id WHERE t.digest = :digest
    """,
    # Writing to a row holds it until the commit, on either engine, and gives it as it is then.
    "hold": f"""
        UPDATE oauth_grants SET uses = uses + 1 WHERE id = :id
        RETURNING {_GRANT}
    """,  # noqa: S608 - columns of ours
    "hold_member": """
        UPDATE memberships SET status = 'ACTIVE'
        WHERE user_id = :user_id AND org_id = :org_id AND status = 'ACTIVE'
        RETURNING user_id
    """,
    "hold_client": """
        UPDATE oauth_clients SET disabled_at = NULL
        WHERE client_id = :client_id AND disabled_at IS NULL
        RETURNING id
    """,
    "redeem": """
        UPDATE oauth_grants SET redeemed_at = :now, uses = uses + 1
        WHERE id = :id AND redeemed_at IS NULL AND revoked_at IS NULL AND code_until > :now
        RETURNING id
    """,
    "tier": "SELECT tier FROM tokens WHERE family_id = :family_id ORDER BY id DESC LIMIT 1",
    "end_tokens": """
        UPDATE tokens SET revoked_at = :now WHERE family_id = :family_id AND revoked_at IS NULL
    """,
    "end_bound": """
        UPDATE oauth_grants SET revoked_at = :now
        WHERE user_id = :user_id AND org_id = :org_id AND revoked_at IS NULL
    """,
    "end_of_client": """
        UPDATE oauth_grants SET revoked_at = :now WHERE client_id = :client_id AND revoked_at IS NULL
    """,
    "end_tokens_of_client": """
        UPDATE tokens SET revoked_at = :now WHERE client_id = :client_id AND revoked_at IS NULL
    """,
    "end_of_user": """
        UPDATE oauth_grants SET revoked_at = :now
        WHERE user_id = :user_id AND client_id = :client_id AND revoked_at IS NULL
    """,
    "end_tokens_of_user": """
        UPDATE tokens SET revoked_at = :now
        WHERE user_id = :user_id AND client_id = :client_id AND revoked_at IS NULL
    """,
    # An access token that is over, where the family has a newer one.
    "forget_spent": """
        DELETE FROM tokens WHERE id IN (
            SELECT t.id FROM tokens t
            WHERE t.family_id IS NOT NULL AND t.expires_at <= :before
              AND EXISTS (SELECT 1 FROM tokens n WHERE n.family_id = t.family_id AND n.id > t.id)
            ORDER BY t.id LIMIT 500
        ) RETURNING id
    """,
    "forget_refreshes": f"""
        DELETE FROM refresh_tokens WHERE family_id IN ({_OVER}) RETURNING id
    """,  # noqa: S608 - a statement of ours
    "forget_tokens": f"""
        DELETE FROM tokens WHERE family_id IN ({_OVER}) RETURNING id
    """,  # noqa: S608 - a statement of ours
    "forget_grants": f"""
        DELETE FROM oauth_grants WHERE id IN ({_OVER}) RETURNING id
    """,  # noqa: S608 - a statement of ours
}
