"""The commands that need more than a few lines; `finzcore.cli` puts all of them together.

Read in this order: `shared` (which books, which organisation, how a command fails), `output` (where it
writes), `tokens`, `reports`, `export`, `openapi`, `schema`, `move`, `deliver`.
"""
