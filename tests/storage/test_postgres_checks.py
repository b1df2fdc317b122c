"""Nets that somebody took away are named, and so is what fell through them (`verify`).

For PostgreSQL alone: a file has its integrity_check, and no nets that can be switched off.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

import finzcore
from finzcore.org import Org
from finzcore.storage.postgres_nets import FUNCTIONS
from tests import postgres as scratch
from tests.databases import bare_database

TAKEN = {
    "ALTER TABLE postings DISABLE TRIGGER postings_no_update": "postings_no_update is switched off",
    "ALTER TABLE postings DISABLE TRIGGER ALL": "references are not checked",
    "DROP TRIGGER entries_balance ON entries": "entries_balance is missing",
    "ALTER TABLE contacts DISABLE ROW LEVEL SECURITY": "row-level security is off",
    "ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY": "row-level security is off",
    "DROP POLICY org_scope ON contacts": "row-level security is off",
    "ALTER TABLE contacts DROP CONSTRAINT contacts_payment_terms_ck": "contacts_payment_terms_ck is missing",
    "ALTER TABLE entries DROP CONSTRAINT entries_branch_id_fk": "entries_branch_id_fk is missing",
    "ALTER POLICY org_scope ON contacts USING (true)": "its policies are not those that were made",
    "CREATE POLICY more ON contacts USING (true)": "its policies are not those that were made",
    "CREATE OR REPLACE FUNCTION finz_append_only() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NULL; END'": "it is not the one that was made",
    "DROP INDEX numbers_serial_uq": "numbers_serial_uq is missing",
    "ALTER TABLE items ADD CONSTRAINT mine CHECK (id > 0) NOT VALID": "mine was never checked",
}


@pytest.fixture(scope="module")
def laid_open(postgres: scratch.Server) -> Iterator[tuple[finzcore.Engine, Org, scratch.Server, str]]:
    """Books in a database, opened by their owner."""
    with (
        bare_database(postgres) as name,
        closing(finzcore.open(postgres.address(name, scratch.OWNER))) as engine,
    ):
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        acme.contacts.create(contact_name="Asha Stores", contact_type="CUSTOMER", opening_balance=100)
        yield engine, acme, postgres, name


@pytest.mark.parametrize("statement", TAKEN)
def test_a_net_that_was_taken_away_is_named(
    laid_open: tuple[finzcore.Engine, Org, scratch.Server, str], statement: str
) -> None:
    engine, _, server, name = laid_open
    assert [] == engine.verify()
    with psycopg.connect(server.address(name), autocommit=True) as around:
        definition = _undone(around, statement)
        around.execute(statement)
        try:
            assert TAKEN[statement] in {problem.found for problem in engine.verify()}
        finally:
            for text in definition:
                around.execute(text)
    assert [] == engine.verify()


def _undone(around: psycopg.Connection[Any], statement: str) -> list[str]:
    """What puts a net back as it was."""
    words = statement.split()
    asked = {
        "DROP TRIGGER": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s",
        "DROP INDEX": "SELECT indexdef FROM pg_indexes WHERE indexname = %s",
        "DROP CONSTRAINT": "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
    }
    for what, text in asked.items():
        if what in statement:
            table, _, name = statement.partition(what)
            definition = around.execute(text, [name.split()[0]]).fetchone()
            assert definition is not None
            return [f"{table} ADD CONSTRAINT {name} {definition[0]}" if table else definition[0]]
    scope = "org_id = NULLIF(current_setting('finz.org_id', true), '')::bigint"
    if "DROP POLICY" in statement:
        return [f"CREATE POLICY org_scope ON contacts USING ({scope}) WITH CHECK ({scope})"]
    if "ALTER POLICY" in statement:
        return [f"ALTER POLICY org_scope ON contacts USING ({scope})"]
    if "CREATE POLICY" in statement:
        return ["DROP POLICY more ON contacts"]
    if "FUNCTION" in statement:
        return [FUNCTIONS[0]]
    if "ADD CONSTRAINT" in statement:
        return [f"ALTER TABLE {words[2]} DROP CONSTRAINT {words[5]}"]
    return [statement.replace("NO FORCE", "FORCE").replace("DISABLE", "ENABLE")]


def test_a_row_whose_reference_leads_nowhere_is_named(
    laid_open: tuple[finzcore.Engine, Org, scratch.Server, str],
) -> None:
    engine, _, server, name = laid_open
    with psycopg.connect(server.address(name), autocommit=True) as around:
        around.execute("SET session_replication_role = replica")
        ((kept,),) = around.execute("SELECT branch_id FROM entries").fetchall()
        around.execute("UPDATE entries SET branch_id = 5")
        found = {(problem.where, problem.found) for problem in engine.verify()}
        around.execute("UPDATE entries SET branch_id = %s", [kept])
    assert ("entries row 1", "no such row of branches") in found
    assert [] == engine.verify()
