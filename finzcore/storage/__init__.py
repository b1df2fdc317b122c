"""The databases. SQL lives here and nowhere else.

Read in this order:

    schema          tables, indexes and triggers, printed from the declarations
    statements      constant text that the verbs over tables cannot say, one file a subject
    scoping         why none of them can see another organisation
    derived         the statements of the verbs, made once from a table's declaration
    migrations      how books come to the present schema
    sqlite_session  the verbs inside one transaction, and the names of refusals
    sqlite_file     whether a file is ours, and what every connection to it is like
    sqlite          connections and transactions
    limits          rate counters beside the books
"""
