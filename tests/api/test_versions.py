"""What a posted document said before it was edited stays, whole (`api.md` §5.2)."""

from collections.abc import Callable
from typing import Any

import pytest

import finzcore
from finzcore.books.papers.drafts import VERSIONS
from finzcore.books.papers.lines import LINES
from finzcore.books.resources.credit_notes import CREDIT_NOTES
from finzcore.books.text import json_value
from finzcore.ports import Condition, Row, Session, Table
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.sqlite_session import SqliteSession
from finzcore.testing import Call, FrozenClock
from tests.trade import Body, Trade


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def kept(org: finzcore.Org, table: Table, *where: Condition) -> list[Row]:
    with org._engine.store.read(org._key) as session:
        return session.find(table, where, ascending=True)


def put(call: Call, note: Body, **changes: Any) -> Body:
    now: Body = call.ok("PUT", f"/credit_notes/{note['credit_note_id']}", changes)["credit_note"]
    return now


def test_the_old_header_and_lines_of_an_edited_note_can_be_read_back(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org, clock: FrozenClock
) -> None:
    note = trade.note(asha, 100, reason="Broken", custom_fields={"rma": 7}, draft=False)
    (header,) = kept(acme, CREDIT_NOTES)
    lines = kept(acme, LINES)
    clock.move(hours=1)
    put(call, note, reason="Late", line_items=[{"name": "Goods", "rate": 60}, {"name": "Work", "rate": 5}])
    (version,) = kept(acme, VERSIONS)
    assert (header["id"], 1, "credit_notes") == (version["document_id"], version["version"], version["kind"])
    assert "2026-05-19T06:00:00.000000Z" == version["superseded_at"]
    old = json_value(version["row"])
    assert header == old
    assert ("Broken", 10000) == (old["reason"], old["total"])
    assert lines == kept(acme, LINES, Condition("version", "=", old["lines_version"]))


def test_each_edit_of_a_posted_note_keeps_one_version(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org
) -> None:
    note = trade.note(asha, 100)
    for reason in ("One", "Two", "Three"):
        put(call, note, reason=reason)
    versions = kept(acme, VERSIONS)
    assert [1, 2, 3] == [row["version"] for row in versions]
    assert [None, "One", "Two"] == [json_value(row["row"])["reason"] for row in versions]


def test_a_draft_has_no_past(call: Call, trade: Trade, asha: str, acme: finzcore.Org) -> None:
    note = trade.note(asha, 100, draft=True)
    put(call, note, reason="One")
    put(call, note, auto_approve=True)
    invoice = trade.invoice(asha, 1, auto_approve=False)
    call.ok("PUT", f"/invoices/{invoice['invoice_id']}", {"notes": "x"})
    assert [] == kept(acme, VERSIONS)


def test_only_the_present_lines_of_a_note_are_read(
    call: Call, trade: Trade, asha: str, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = trade.note(asha, 100)
    for rate in range(1, 6):
        put(call, note, line_items=[{"name": "Work", "rate": rate}])
    read: list[Row] = []

    def counting(find: Callable[..., list[Row]]) -> Callable[..., list[Row]]:
        def counted(self: Session, table: Table, *given: Any, **more: Any) -> list[Row]:
            rows = find(self, table, *given, **more)
            read.extend(rows if table is LINES else ())
            return rows

        return counted

    for kind in (SqliteSession, PostgresSession):
        monkeypatch.setattr(kind, "find", counting(kind.find))
    assert [5] == [line["rate"] for line in trade.again(note)["line_items"]]
    assert 1 == len(read)


def test_a_list_shows_the_present_lines_of_notes_at_any_version(call: Call, trade: Trade, asha: str) -> None:
    first, second, third = (trade.note(asha, rate) for rate in (10, 20, 30))
    put(call, first, line_items=[{"name": "Work", "rate": 11}])
    for rate in (31, 32):
        put(call, third, line_items=[{"name": "Work", "rate": rate}])
    rows = call.ok("GET", "/credit_notes")["credit_notes"]
    assert [[32], [20], [11]] == [[line["rate"] for line in row["line_items"]] for row in rows]
    assert second["line_items"] == rows[1]["line_items"]
