"""Lines of drafts that are written anew, or go with their draft."""

STATEMENTS = {
    "remove": "DELETE FROM document_lines WHERE org_id = :o AND document_id = :document",
}
