"""The kinds of document that `verify` goes through are those that the resources declare."""

from finzcore.books.papers.kind import kinds
from finzcore.documents.lifecycle import step
from finzcore.storage.statements.documents import KINDS, PRICED


def test_every_declared_kind_is_gone_through_and_no_other() -> None:
    declared = [(kind.of, kind.table.name, kind.label, kind.source.value, kind.contact) for kind in kinds()]
    assert declared == [(one.table, one.table, one.noun, one.source, one.contact) for one in KINDS]


def test_the_statuses_are_those_of_its_life() -> None:
    for kind, named in zip(kinds(), KINDS, strict=True):
        assert named.back == step(kind.life, named.posted, "void")


def test_the_words_and_the_side_are_those_of_its_meaning() -> None:
    meant = [(kind.of, kind.means.word, kind.means.side) for kind in kinds() if kind.means is not None]
    assert meant == [(one.table, one.word, one.side) for one in PRICED]
