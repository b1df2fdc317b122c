"""The kinds of document that `verify` goes through are those that the resources declare."""

from finzcore.books.papers.kind import kinds
from finzcore.documents.lifecycle import step
from finzcore.storage.statements.documents import BOOKED, ENTERED, KINDS, PRICED, SETTLED


def test_every_declared_kind_is_gone_through_and_no_other() -> None:
    declared = [(kind.of, kind.table.name, kind.label, kind.who) for kind in kinds()]
    assert declared == [(one.table, one.table, one.noun, one.who) for one in KINDS]


def test_each_kind_is_asked_what_can_be_asked_of_it() -> None:
    of_all = kinds()
    assert [one.of for one in of_all if one.priced] == [one.table for one in PRICED]
    assert [one.of for one in of_all if one.means] == [one.table for one in BOOKED]
    assert [one.of for one in of_all if one.left == "balance"] == [one.table for one in SETTLED]
    assert [(one.of, one.source) for one in of_all if one.source] == [
        (one.table, one.names["entity"]) for one in ENTERED
    ]


def test_the_statuses_are_those_of_its_life() -> None:
    for kind, named in zip(kinds(), KINDS, strict=True):
        undone = "delete" if named.spent else "void" if kind.source else "cancel"
        assert named.back == step(kind.life, named.posted, undone)


def test_the_words_and_the_sides_are_those_of_its_meaning() -> None:
    for kind, named in zip([one for one in kinds() if one.means], BOOKED, strict=True):
        papers = list(kind.means.values())
        assert ", ".join(f"'{one.owed_rule}'" for one in papers) == named.names["rules"]
        assert [named.side, -named.side][: len(papers)] == [
            one.side if one.owed == "receivable" else -one.side for one in papers
        ]
