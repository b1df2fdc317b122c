"""The demo: the tutorial of the API, played through `handle` so that a person enjoys reading it.

Read in this order: `story` (what happens, call by call), `stage` (how calls, documents and journal
entries are shown).
"""
