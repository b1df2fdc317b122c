"""What is kept of OAuth; nothing that is secret but as a digest, or it opens nothing by itself."""

from typing import Final

from finzcore.ports import Index, Table, blob, flag, integer, moment, text

CLIENTS: Final = Table(
    name="oauth_clients",
    shared=True,
    columns=(
        integer("id"),
        text("client_id"),
        text("name"),
        text("redirect_uris"),
        text("scopes", null=True),
        integer("owner_user_id"),
        blob("digest", length=32),
        blob("form_key", length=32),
        moment("created_time"),
        moment("disabled_at", null=True),
    ),
    indexes=(Index(name="oauth_clients_client_uq", columns=("client_id",), unique=True),),
)
"""`redirect_uris` is JSON, `scopes` what a request may not exceed; `digest` is that of the secret, and
`form_key` signs consent forms."""

GRANTS: Final = Table(
    name="oauth_grants",
    shared=True,
    columns=(
        integer("id"),
        text("client_id"),
        integer("user_id"),
        integer("org_id", null=True),
        text("scopes"),
        flag("is_sandbox"),
        text("redirect_uri"),
        text("challenge"),
        blob("code_digest", length=32),
        moment("code_until"),
        integer("uses", least=0),
        moment("created_time"),
        moment("redeemed_at", null=True),
        moment("revoked_at", null=True),
    ),
    indexes=(
        Index(name="oauth_grants_code_uq", columns=("code_digest",), unique=True),
        Index(name="oauth_grants_user", columns=("user_id", "client_id")),
        Index(name="oauth_grants_client", columns=("client_id",), absent=("revoked_at",)),
    ),
)
"""A row per consent: its code, and the family of all tokens that come of it. Whoever gives tokens out
writes to this row first; that is where two of them wait for each other. `uses` counts them."""

REFRESHES: Final = Table(
    name="refresh_tokens",
    shared=True,
    columns=(
        integer("id"),
        integer("family_id"),
        blob("digest", length=32),
        text("scopes"),
        moment("created_time"),
        moment("expires_at"),
        moment("used_at", null=True),
        moment("replaced_at", null=True),
        integer("successor_id", null=True),
    ),
    indexes=(Index(name="refresh_tokens_digest_uq", columns=("digest",), unique=True),),
)
"""`replaced_at` is when the token before it was presented once more, and got another successor."""

TABLES: Final = (CLIENTS, GRANTS, REFRESHES)
