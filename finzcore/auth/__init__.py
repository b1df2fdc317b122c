"""Who is asking, and what may they do? Pure rules: no look-up, no clock, no chance.

Read `tokens` first (what a token is, and when it stops being one), then `scopes` (what it allows),
then `selection` (which organisation a request is about), then `oauth` (what becomes of codes and refresh
tokens, and what a client may ask for).
"""
