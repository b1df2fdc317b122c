"""Others, let in by their users: the clients of OAuth, what a user has granted each, and the tokens of it
(`api.md` §2). The rules are in `finzcore.auth.oauth`; here they are asked, and what follows is written.

Read in this order:

    tables      clients, grants, refresh tokens
    unit        one unit of work, on the record of an organisation where a grant is for one alone
    clients     registered, known by their secrets, disabled
    consent     a user says yes: a grant, and the code to fetch its tokens with
    exchange    a code or a refresh token comes in, a pair of tokens goes out
    ending      one token, a family, all of a user's, all of a client's: revoked
"""
