"""The databases. SQL lives here and nowhere else.

Read in this order:

    targets              which engine a target is meant for

    schema               tables, indexes and triggers, printed from the declarations
    statements           constant text that the verbs over tables cannot say, one file a subject
    scoping              why none of them can see another organisation
    derived              the statements of the verbs, made once from a table's declaration
    amendments           what later releases change, a step each
    migrations           how books come to the present schema
    verbs                what a session of either engine does in the same way
    turns                who in this process works on which key, and whose turn it is

    sqlite_session       the verbs inside one transaction, and the names of refusals
    sqlite_file          whether a file is ours, and what every connection to it is like
    sqlite               connections and transactions
    sqlite_copy          all of the books at once, read and written in bulk
    limits               rate counters beside the books
    folder               the bytes of files in a folder beside the books

    dialect              the same statements as PostgreSQL takes them
    postgres_errors      what it refuses or gives up, in the words of the port
    postgres_unit        one transaction, and what travels to it: as few journeys as can be
    postgres_session     the verbs
    postgres_connections what each connection is like, who has one, and what becomes of them in a fork
    postgres_counting    rate counters, along with the look-up of a token
    postgres             transactions
    postgres_schema      tables, indexes and rights as PostgreSQL has them
    postgres_nets        its triggers and policies, which hold for every writer
    postgres_checks      what is wrong with them
    postgres_migrations  the same steps there, in one transaction under a lock
    postgres_script      the statements that `finzcore schema` prints, for Citus too
    postgres_copy        all of the books at once
"""
