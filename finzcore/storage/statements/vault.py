"""Credentials of the vault: whose they are, and who renews them."""

STATEMENTS = {
    "of_consumer": """
        SELECT id, consumer_id, service_id, base_url, company_id, state, sealed, created_time,
               last_modified_time
        FROM vault_credentials
        WHERE CAST(:consumer_id AS TEXT) IS NULL OR consumer_id = :consumer_id
        ORDER BY id
    """,
    "claim": """
        UPDATE vault_credentials SET claim = :claim, claimed_until = :until
        WHERE id = :id AND sealed = :sealed AND (claimed_until IS NULL OR claimed_until <= :now)
        RETURNING id
    """,
    "settle": """
        UPDATE vault_credentials
        SET sealed = :sealed, state = :state, claim = NULL, claimed_until = NULL, last_modified_time = :now
        WHERE id = :id AND claim = :claim
        RETURNING id
    """,
    "release": """
        UPDATE vault_credentials SET claim = NULL, claimed_until = NULL WHERE id = :id AND claim = :claim
    """,
    "reseal": """
        UPDATE vault_credentials SET sealed = :sealed WHERE id = :id AND sealed = :before RETURNING id
    """,
}
