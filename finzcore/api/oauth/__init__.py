"""OAuth 2.0 at the root of the host: four addresses beside the API (`api.md` §2, `reliability.md` §17).

Read in this order:

    doors        which address a request is for
    asking       parameters, each once, and the client that sends them
    authorize    a browser comes with a client's wish, and is sent back with a code
    page         the plain page on which a user decides, where the host has none of its own
    exchange     a code or a refresh token for a pair of tokens; a token revoked
    metadata     what there is, for clients to find (RFC 8414)
"""
