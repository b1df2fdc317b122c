"""Who is asking, and what may they do? Pure rules: no look-up, no clock, no chance.

Read `tokens` first (what a token is, and when it stops being one), then `scopes` (what it allows),
then `selection` (which organisation a request is about), then `services` (what others call the setting
that chooses one), then `oauth` (what becomes of codes and refresh tokens, and what a client may ask for).

`addresses` is about the other direction: where something may be sent.
"""
