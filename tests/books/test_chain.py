"""The chains of docs/chain.md, computed here a second time from that page alone."""

import hashlib
import hmac
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import finzcore
from finzcore.books.chain import canonical
from finzcore.books.history import EVENTS, event_hash
from finzcore.books.journal import ENTRIES, POSTINGS, entry_hash
from finzcore.ports import Row
from finzcore.testing import Call
from tests.tampering import bare

PAGE = (Path(__file__).parents[2] / "docs" / "chain.md").read_text("utf-8")

ENTRY_FIELDS = [
    "seq",
    "number",
    "date",
    "source",
    "source_id",
    "memo",
    "reference_number",
    "contact_id",
    "branch_id",
    "reversal_of",
    "cause",
    "lines",
    "recorded_at",
]
LINE_FIELDS = ["line", "account", "amount", "branch_id", "contact_id", "rule", "description", "tags"]
EVENT_FIELDS = [
    "seq",
    "id",
    "occurred_at",
    "event_type",
    "action",
    "entity_type",
    "entity_id",
    "entity_ref",
    "user_id",
    "token_id",
    "client_id",
    "source",
    "request_id",
    "ip",
    "user_agent",
    "changes",
    "data",
]


def netstrings(values: list[int | str | None]) -> bytes:
    out = b""
    for value in values:
        if value is None:
            out += b"-,"
        else:
            raw = str(value).encode("utf-8")
            out += str(len(raw)).encode("ascii") + b":" + raw + b","
    return out


def entry_bytes(org: int, entry: Row, lines: list[Row]) -> bytes:
    values = [org] + [entry[name] for name in ENTRY_FIELDS]
    for line in lines:
        values += [line[name] for name in LINE_FIELDS]
    return netstrings(values)


def event_bytes(org: int, event: Row) -> bytes:
    return netstrings([org] + [event[name] for name in EVENT_FIELDS])


def link(tag: str, previous: bytes, rest: bytes) -> bytes:
    return hashlib.sha256(tag.encode("ascii") + b"\x00" + previous + rest).digest()


SALE: Row = dict(
    zip(
        ENTRY_FIELDS,
        [1, "JE-2627-001", "2026-05-19", "INVOICE", 9, "Sale to Asha", "PO-7", 5, 3, None, "POST", 3,
         "2026-05-19T05:00:00.000000Z"],
        strict=True,
    )
)  # fmt: skip
SALE_LINES: list[Row] = [
    dict(zip(LINE_FIELDS, values, strict=True))
    for values in (
        (1, 3, 1416000, 3, 5, "sale.receivable", None, None),
        (2, 24, -1200000, 3, None, "sale.income", "चाय ₹", '{"cost_center":"North"}'),
        (3, 20, -216000, 3, None, "sale.tax", None, None),
    )
]
REVERSED: Row = SALE | {
    "seq": 2, "number": "JE-2627-002", "source": "REVERSAL", "memo": None, "reversal_of": 1, "cause": "VOID",
}  # fmt: skip
REVERSED_LINES = [line | {"amount": -line["amount"]} for line in SALE_LINES]
CREATED: Row = dict(
    zip(
        EVENT_FIELDS,
        [1, 77, "2026-05-19T05:00:00.000000Z", "contact.created", "CONTACT_CREATED", "CONTACT", 5, "Asha",
         11, 12, None, "API", "req_1", "203.0.113.7", "curl/8", '{"name":{"old":null,"new":"Asha"}}', None],
        strict=True,
    )
)  # fmt: skip

ENTRY_1 = "5f6e8d8e22bcca81c3aa8fef369952e25ed2976dbbd982cf57f67a9923fdcf1a"
ENTRY_2 = "2401baf879941d847cafe24b8c8c831af23aed23c2e381ef2c8902dff9521b47"
EVENT_1 = "e4b76832688a5fd4a8de7d5f0814e7ff4cf8ac3cc89cc8084a1108b3e3543154"
HEAD = "b9aa0bade266a228280d32b2a209070f174a92f330805f82665189c4b71f6c12"


def test_the_golden_entries_are_what_the_page_says() -> None:
    first = link("finzcore/entry/v1", bytes(32), entry_bytes(42, SALE, SALE_LINES))
    second = link("finzcore/entry/v1", first, entry_bytes(42, REVERSED, REVERSED_LINES))
    assert [ENTRY_1, ENTRY_2] == [first.hex(), second.hex()]


def test_the_golden_entries_are_what_the_books_write() -> None:
    first = entry_hash(bytes(32), 42, SALE, SALE_LINES)
    assert [ENTRY_1, ENTRY_2] == [first.hex(), entry_hash(first, 42, REVERSED, REVERSED_LINES).hex()]


def test_the_golden_event_is_what_the_page_says_and_what_the_books_write() -> None:
    page = link("finzcore/event/v1", bytes(32), event_bytes(42, CREATED))
    assert [EVENT_1, EVENT_1] == [page.hex(), event_hash(bytes(32), 42, CREATED).hex()]


def test_the_page_lists_every_field_that_is_kept_but_the_hash() -> None:
    assert set(ENTRY_FIELDS) == {column.name for column in ENTRIES.columns} - {"hash"}
    assert set(LINE_FIELDS) == {column.name for column in POSTINGS.columns} - {"entry", "day"}
    assert set(EVENT_FIELDS) == {column.name for column in EVENTS.columns} - {"hash"}


def test_the_page_lists_the_fields_in_this_order() -> None:
    rows = re.findall(r"^\d+\. `([a-z_]+)`", PAGE, re.MULTILINE)
    head = ["org_id", "entry_seq", "entry_hash", "event_seq", "event_hash", "time"]
    assert ["org_id", *ENTRY_FIELDS, *LINE_FIELDS, "org_id", *EVENT_FIELDS, *head] == rows


@pytest.mark.parametrize("golden", [ENTRY_1, ENTRY_2, EVENT_1, HEAD])
def test_the_page_shows_the_golden_vectors(golden: str) -> None:
    assert PAGE.count(golden) == 1


def test_the_page_shows_the_bytes_of_the_golden_vectors() -> None:
    for raw in (
        entry_bytes(42, SALE, SALE_LINES),
        entry_bytes(42, REVERSED, REVERSED_LINES),
        event_bytes(42, CREATED),
    ):
        assert raw.decode() in PAGE.replace("\n", "")


def test_the_golden_signature_of_a_head() -> None:
    values: list[int | str | None] = [
        "0ca6fa68-4d95-8a5c-a49c-4fb94988995a", 2, ENTRY_2, 1, EVENT_1, "2026-05-19T05:00:00.000000Z",
    ]  # fmt: skip
    made = hmac.new(b"k" * 32, b"finzcore/head/v1\x00" + netstrings(values), "sha256")
    assert made.hexdigest() == HEAD


def test_real_books_chain_as_the_page_says(call: Call, target: str, acme: finzcore.Org) -> None:
    for name in ("Asha", "बिपिन"):
        body = {"contact_name": name, "opening_balance": "1180.00"}
        call.ok("POST", "/contacts", body)
    with bare(target) as books:
        (head,) = books.rows("SELECT * FROM heads")
        org, event_end, entry_end = head["org_id"], bytes(32), bytes(32)
        for event in books.rows("SELECT * FROM events ORDER BY seq"):
            event_end = link("finzcore/event/v1", event_end, event_bytes(org, event))
            assert event_end == event["hash"]
        for entry in books.rows("SELECT * FROM entries ORDER BY seq"):
            lines = books.rows("SELECT * FROM postings WHERE entry = ? ORDER BY line", [entry["seq"]])
            entry_end = link("finzcore/entry/v1", entry_end, entry_bytes(org, entry, lines))
            assert entry_end == entry["hash"]
    assert (2, entry_end, event_end) == (head["entry_seq"], head["entry_hash"], head["event_hash"])


def test_an_exported_head_is_signed_as_the_page_says(
    target: str, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    head = engine.export_head(acme.org_id)
    with bare(target) as books:
        (secret,) = books.execute("SELECT secret FROM orgs").fetchone()
    names = ("org_id", "entry_seq", "entry_hash", "event_seq", "event_hash", "time")
    facts = b"finzcore/head/v1\x00" + netstrings([head[name] for name in names])
    assert hmac.new(secret, facts, "sha256").hexdigest() == head["signature"]


fields = st.lists(st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])))


@given(fields)
def test_canonical_bytes_are_netstrings(values: list[int | str | None]) -> None:
    assert netstrings(values) == canonical(values)


@given(fields, fields)
def test_no_two_lists_of_fields_have_the_same_bytes(
    one: list[int | str | None], other: list[int | str | None]
) -> None:
    def shown(values: list[int | str | None]) -> list[str | None]:
        return [None if value is None else str(value) for value in values]

    assert (shown(one) == shown(other)) == (canonical(one) == canonical(other))
