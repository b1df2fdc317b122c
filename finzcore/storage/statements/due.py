"""Who has no work of a kind before some later instant."""

STATEMENTS = {
    "resting": "SELECT org_id FROM due WHERE kind = :kind AND at > :now ORDER BY org_id",
}
