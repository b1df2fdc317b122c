"""What was supplied and what was bought, read for the returns (`gst.md` §10 to §13).

Read in this order: `papers` (posted documents of a stretch of days, as they were known), `outward` and
`inward` (those of sale and of purchase, in rupees, as `finzcore.gst` takes them).

Of invoices and bills: `registered` (as the registers show them, line by line).

Of one document: `findings` (what a check found, as answers show it), `issued` (a document of sale as the
portals take it) and `portal` (the operations that give e-invoices and e-way bills).

Of a whole return: `period` (whose, and of which days), `kept` (documents as they are kept with a filed one),
`filing` (what was filed, and what its documents say since) and `earlier` (filed ones that changed); of GSTR-1
`serials` (the numbers that were issued) and `amended` (what changed of filed ones), of GSTR-3B `carried` (the
same).
"""
