"""Files in pieces, and those that may be nobody's."""

STATEMENTS = {
    "last": "SELECT MAX(piece) AS piece FROM blob_pieces WHERE org_id = :o AND blob = :blob",
    "remove": "DELETE FROM blob_pieces WHERE org_id = :o AND blob = :blob",
    "strays": """
        SELECT id, blob_key, doomed, since FROM stray_blobs
        WHERE org_id = :o AND (doomed = 1 OR since <= :before) ORDER BY id LIMIT 100
    """,
    "incomplete": """
        SELECT 'attachment ' || CAST(kept.id AS TEXT) AS place, kept.size_bytes AS expected,
               CAST(COALESCE(SUM(length(part.bytes)), 0) AS BIGINT) AS found
        FROM attachments AS kept
        LEFT JOIN blob_pieces AS part ON part.org_id = :o AND part.blob = kept.blob
        WHERE kept.org_id = :o AND kept.blob IS NOT NULL
        GROUP BY kept.id, kept.size_bytes
        HAVING COALESCE(SUM(length(part.bytes)), 0) <> kept.size_bytes
        ORDER BY kept.id
    """,
}
