"""The tables of webhooks: who is told, of what, and what became of it (`api.md` §6)."""

from typing import Final

from finzcore.ports import Index, Table, flag, integer, moment, text

ENDPOINTS: Final = Table(
    name="webhook_endpoints",
    columns=(
        integer("id"),
        text("url"),
        text("description", null=True),
        text("events"),
        text("organization_ids"),
        integer("user_id", null=True),
        text("secret"),
        text("old_secret", null=True),
        moment("old_secret_until", null=True),
        flag("is_active"),
        integer("failure_count", least=0),
        text("disabled_reason", null=True),
        moment("created_time"),
        moment("last_modified_time"),
    ),
)
"""Endpoints, in the books of the organisation that registered them: its home. `secret` and `old_secret`,
which counts until `old_secret_until`, are sealed; `failure_count` are the deliveries that were given up
since one was taken. `organization_ids` are those that it is told of, as a request says them in JSON."""

LISTENERS: Final = Table(
    name="webhook_listeners",
    key=("endpoint_id",),
    clustered=True,
    columns=(integer("endpoint_id"), integer("home_org_id"), text("events")),
)
"""Who listens to an organisation: a row in its own books for each endpoint, wherever that has its home."""

SPANS: Final = Table(
    name="webhook_spans",
    shared=True,
    key=("endpoint_id",),
    columns=(
        integer("endpoint_id"),
        integer("home_org_id"),
        integer("user_id"),
        text("organization_ids"),
        text("events"),
        flag("is_sandbox"),
    ),
    indexes=(
        Index(name="webhook_spans_user", columns=("user_id", "endpoint_id")),
        Index(name="webhook_spans_home", columns=("home_org_id", "endpoint_id")),
    ),
)
"""To which of the organisations of its user an endpoint listens that was registered with a token of several,
for all of them to read; no `events` when it is inactive or gone."""

DELIVERIES: Final = Table(
    name="deliveries",
    columns=(
        integer("id"),
        integer("endpoint_id"),
        integer("home_org_id"),
        integer("event_seq", least=1),
        text("event_type"),
        text("status"),
        text("attempts"),
        integer("attempt_count", least=0),
        moment("next_attempt_at", null=True),
        moment("claimed_until", null=True),
        integer("claim", null=True),
        integer("replay_of", null=True),
        moment("created_time"),
    ),
    indexes=(
        Index(
            name="deliveries_lane",
            columns=("endpoint_id", "attempt_count", "event_seq", "id"),
            present=("next_attempt_at",),
        ),
        Index(name="deliveries_held", columns=("endpoint_id", "claimed_until"), present=("claimed_until",)),
        Index(name="deliveries_time", columns=("created_time", "id")),
    ),
)
"""One row for each event and each endpoint that listens to it, in the books of the organisation of the event.
`attempts` is the log, as JSON; `next_attempt_at` is null when none is to come. `claim` names the attempt that
is being made, until `claimed_until` at the latest."""

TABLES: Final = (ENDPOINTS, LISTENERS, SPANS, DELIVERIES)
