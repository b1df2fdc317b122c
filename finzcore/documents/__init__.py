"""Commercial papers: what is on them, what they come to, how they live, what they mean in the books.

Read `line` (quantity × rate, less a discount) and `tds` (tax withheld), then `totals` (a document
priced, GST included), then `lifecycle` (which step is possible when), then `exchange` (a currency's
amounts in rupees), `sale` (an invoice or note as postings), `allocation` (money or a note set against
open documents) and `payment` (money as postings). All of it is pure.
"""
