"""A recorded story of more than a thousand requests has the same record on every engine, byte for byte.

Two tellings are held against each other, none against a file: what an answer should say, the other tests
know, and a digest of everything would only tell that something is other than it was.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from finzcore.storage.derived import TableSql
from tests.stories.sameness import keys, touched
from tests.stories.sameness.scribe import Exchange
from tests.stories.sameness.story import CHAPTERS, tell

Record = list[Exchange]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The story as books in a file answer it."""
    return tell(str(tmp_path_factory.mktemp("story") / "books.db"))


def differing(one: Sequence[Exchange], other: Sequence[Exchange], most: int = 3) -> list[str]:
    """The first places at which two records differ."""
    pairs = enumerate(zip_longest(one, other))
    found = [f"{at}\n{mine}\n{theirs}" for at, (mine, theirs) in pairs if mine != theirs]
    return found[:most]


def test_the_story_is_answered_the_same_on_every_engine(record: Record, target: str) -> None:
    assert [] == differing(record, tell(target))


def test_the_story_is_answered_the_same_in_memory(tmp_path: Path) -> None:
    chapters = tuple(chapter for chapter in CHAPTERS if chapter is not keys.at_work)
    assert [] == differing(tell(str(tmp_path / "books.db"), chapters), tell(":memory:", chapters))


# ----- what the story touches -----


def test_the_story_has_more_than_500_requests(record: Record) -> None:
    refused_at_the_door = (401, 429)
    assert 500 < sum(one.request is not None and one.status not in refused_at_the_door for one in record)


def test_every_operation_is_done(record: Record) -> None:
    assert set() == touched.operations() - touched.reached(record, refused=False)


def test_every_operation_is_refused_but_look_ups_that_take_anything(record: Record) -> None:
    takes_anything = {
        "bank_accounts",
        "cost_centers",
        "currencies",
        "salespersons",
        "taxes",
        "webhooks.events",
    }
    left = touched.operations() - touched.reached(record, refused=True)
    assert {(name, "list") for name in takes_anything} == left


def test_every_parameter_is_answered_with_each_of_its_words(record: Record) -> None:
    assert set() == touched.parameters() - touched.asked(record)


def test_every_field_is_sent_with_each_of_its_words(record: Record) -> None:
    assert set() == touched.fields() - touched.sent(record)


def test_every_call_of_administration_is_made(record: Record) -> None:
    assert set() == touched.administered() - touched.called(record)


def test_every_refusal_of_the_api_is_met(record: Record) -> None:
    # Another writer for half a minute, or a full disk, have tests of their own; the others are of Python.
    # So has an engine without the extra that draws.
    elsewhere = {
        (503, "server.unavailable"), (400, "webhook.signature_invalid"), (400, "books.unusable"),
        (501, "server.not_installed"),
    }  # fmt: skip
    # OAuth stands at addresses of its own; `tests/oauth` plays each of its refusals on both engines.
    elsewhere |= {refusal for refusal in touched.refusals() if refusal[1].startswith("oauth.")}
    assert elsewhere == touched.refusals() - touched.refused(record)
    assert set() == touched.refused(record) - touched.refusals()


def test_no_answer_of_the_story_is_a_failure_of_ours(record: Record) -> None:
    assert [] == [str(one) for one in record if one.status >= 500]


def test_every_table_has_rows_at_the_end(record: Record) -> None:
    from finzcore.books.registry import tables

    # Clients and what users have granted them have rows in `tests/oauth`.
    declared = {table.name for of in tables().values() for table in of} - {
        "oauth_clients",
        "oauth_grants",
        "refresh_tokens",
    }
    assert declared <= touched.called(record)


# ----- what differs is seen -----


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer", "{'is_default': 1}"),
        ("answer", "{'is_default': Decimal('1')}"),
        ("status", 201),
        ("headers", (("Idempotency-Replayed", "true"),)),
        ("asked", "another request"),
    ],
)
def test_the_least_difference_is_seen(name: str, value: Any) -> None:
    said = Exchange("founding", "GET /branches", 200, (), "{'is_default': True}")
    assert 1 == len(differing([said], [said._replace(**{name: value})]))
    assert 1 == len(differing([said, said], [said]))


SLIPS = {
    "a list begins with the oldest": (" DESC", " ASC"),
    "the last day of a stretch is left out": ("<= :", "< :"),
    "a sign in a search does not stand for itself": (" ESCAPE '\\'", ""),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_an_engine_that_reads_otherwise_is_seen(
    record: Record, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find: Callable[..., str] = TableSql.find

    def slipped(texts: TableSql, *given: Any) -> str:
        return find(texts, *given).replace(*SLIPS[slip])

    monkeypatch.setattr(TableSql, "find", slipped)
    with pytest.raises(AssertionError):
        assert [] == differing(record, tell(str(tmp_path / "books.db")))
