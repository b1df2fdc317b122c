"""Indian GST as dated tables, with arithmetic on top; pure, and every row names its source.

Who the parties are: `states` (places and their codes), then `gstin` (numbers and their forms). What
a supply is taxed at: `rates` (slabs and tax rows by date), then `supply` (one tax or two halves) and
`reverse` (when the recipient owes the tax, and at what rate). What it comes to: `split` (the heads of
a line, of a group, of an inclusive price), then `roundoff` (the total as a whole rupee).

What the portals take of one document: `issued` (a document of sale as they see it), `units` (what they call
units), `written` (values in their JSON), `findings` (what a check found) and `forms` (tables of what they
accept) with `inv01` and `ewb_form`; then `irn`, `einvoice` and `eway_bill`.

What both returns are made of: `outward` and `inward` (documents as returns see them) and `parameters` (limits
and forms by date).

The return of what was supplied: `gstr1` (which table tells of what), `hsn_summary` (Table 12),
`gstr1_tables` (all of them, gathered), `serials` (Table 13), `amendments` (what is said of filed returns),
`gstr1_json` (as the portal takes it), then `gstr1_rules` and by them `gstr1_checks` (what it would refuse).

The return that tax is paid by: `setoff` (what credit pays of what is owed), then `gstr3b` (its tables, out of
documents), `gstr3b_carried` (what it has of periods that were filed), `gstr3b_json` (as the portal takes it)
and `gstr3b_checks` (what it would refuse).
"""
