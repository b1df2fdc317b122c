"""Two processes may meet on an id; whoever comes second takes another one (`storage.md` §3)."""

import datetime as dt
from collections.abc import Callable

import pytest

import finzcore
from finzcore.errors import Unavailable


def meeting(engine: finzcore.Engine, times: int) -> Callable[[dt.datetime], int]:
    """Ids of which the first ones are those of the newest contact."""
    usual = engine.ids
    row = engine.look(engine.orgs()[0]._key, lambda books: books.session.ask("contacts.newest"))[0]
    left = [row["id"]] * times

    def ids(now: dt.datetime) -> int:
        return left.pop() if left else usual(now)

    return ids


@pytest.fixture(autouse=True)
def newest(monkeypatch: pytest.MonkeyPatch) -> None:
    from finzcore.storage import statements

    statements.statement("contacts.used")
    text = "SELECT id FROM contacts WHERE org_id = :o ORDER BY id DESC LIMIT 1"
    statements.register("contacts", {"newest": text})


def test_a_taken_id_is_replaced_and_nobody_notices(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="First")
    engine.desk.means = engine.desk.means._replace(ids=meeting(engine, 1))

    second = acme.contacts.create(contact_name="Second")

    assert [second["contact_id"]] == [row["contact_id"] for row in acme.contacts.list(search="second")]
    assert [] == engine.verify()


def test_inside_a_transaction_only_that_step_is_done_again(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    acme.contacts.create(contact_name="First")

    with acme.transaction():
        acme.contacts.create(contact_name="Second")
        engine.desk.open_books._ids = meeting(engine, 1)  # type: ignore[union-attr]
        acme.contacts.create(contact_name="Third")

    assert ["Third", "Second", "First"] == [row["contact_name"] for row in acme.contacts.list()]
    assert [] == engine.verify()


def test_it_is_not_tried_for_ever(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    acme.contacts.create(contact_name="First")
    engine.desk.means = engine.desk.means._replace(ids=meeting(engine, 100))

    with pytest.raises(Unavailable):
        acme.contacts.create(contact_name="Second")

    assert ["First"] == [row["contact_name"] for row in acme.contacts.list()]
