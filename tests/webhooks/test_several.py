"""One endpoint for several organisations: of those whose user is a member, now or later, and only as long
(`api.md` §8.6)."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

import finzcore
from finzcore.books.books import Actor
from finzcore.books.webhooks import listeners
from finzcore.books.webhooks.tables import LISTENERS, SPANS
from finzcore.errors import Unavailable
from finzcore.testing import Call, FrozenClock
from tests.engines import on_sqlite
from tests.webhooks.listening import Kept

Body = dict[str, Any]
AT = "/webhooks/endpoints"
NEW = {"url": "https://shop.example/hooks", "events": ["CONTACT_CREATED"]}


@attrs.frozen
class Office:
    """Meera, who keeps the books of Acme and Bela, and not those of Chitra."""

    engine: finzcore.Engine
    acme: finzcore.Org
    bela: finzcore.Org
    chitra: finzcore.Org
    meera: str
    call: Call

    def register(self, chosen: Any = None, at: finzcore.Org | None = None) -> Body:
        body = NEW if chosen is None else NEW | {"organization_ids": chosen}
        made: Body = self.call.ok("POST", AT, body, headers=self.at(at))["endpoint"]
        return made

    def at(self, org: finzcore.Org | None) -> dict[str, str]:
        return {"X-AIBooks-Org": (org or self.acme).org_id}

    def change(self, endpoint: Body, **changes: Any) -> Body:
        made: Body = self.call.ok("PUT", f"{AT}/{endpoint['endpoint_id']}", changes, headers=self.at(None))
        return made["endpoint"]

    def heard(self, *others: finzcore.Org) -> list[str]:
        """The names of the organisations of which is told that somebody is new in each of them."""
        orgs = {"Acme": self.acme, "Bela": self.bela, "Chitra": self.chitra}
        orgs |= {other.name: other for other in others}
        hears = Kept()
        for org in orgs.values():
            org.contacts.create(contact_name="Somebody")
        self.engine.run_webhooks(transport=hears)
        ids = {org.org_id: name for name, org in orgs.items()}
        return sorted(ids[json.loads(one.body)["org_id"]] for one in hears.told)


@pytest.fixture
def office(engine: finzcore.Engine) -> Office:
    meera = engine.create_user(name="Meera").user_id
    orgs = [engine.create_org(name=name, state="IN-KA") for name in ("Acme", "Bela", "Chitra")]
    for org in orgs[:2]:
        engine.add_membership(org.org_id, meera)
    return Office(engine, *orgs, meera, Call(engine, engine.mint_pat(user_id=meera).token))


def test_by_default_it_hears_the_organisation_that_is_selected(office: Office) -> None:
    assert [office.bela.org_id] == office.register(at=office.bela)["organization_ids"]
    assert ["Bela"] == office.heard()


def test_it_hears_those_that_are_listed_and_every_delivery_says_of_which(office: Office) -> None:
    ids = [office.bela.org_id, office.acme.org_id]
    assert ids == office.register(ids)["organization_ids"]
    assert ["Acme", "Bela"] == office.heard()


def test_its_home_need_not_be_among_them(office: Office) -> None:
    office.register([office.bela.org_id])
    assert ["Bela"] == office.heard()


def test_all_are_all_memberships_now_and_later_and_only_as_long(office: Office) -> None:
    engine, meera = office.engine, office.meera
    assert "all" == office.register("all")["organization_ids"]
    assert ["Acme", "Bela"] == office.heard()
    engine.add_membership(office.chitra.org_id, meera)
    assert ["Acme", "Bela", "Chitra"] == office.heard()
    engine.remove_membership(office.bela.org_id, meera)
    assert ["Acme", "Chitra"] == office.heard()
    engine.remove_membership(office.acme.org_id, meera)  # its home, too
    assert ["Chitra"] == office.heard()
    engine.add_membership(office.bela.org_id, meera)
    dev = engine.create_org(name="Dev", state="IN-KA", owner_user_id=meera)
    assert ["Bela", "Chitra", "Dev"] == office.heard(dev)


def test_sandboxes_and_live_ones_keep_to_themselves(office: Office) -> None:
    engine, meera = office.engine, office.meera
    practice = engine.create_org(name="Practice", state="IN-KA", is_sandbox=True, owner_user_id=meera)
    office.register("all")
    assert ["Acme", "Bela"] == office.heard(practice)
    chosen = NEW | {"organization_ids": [practice.org_id]}
    refused = office.call.refused("POST", AT, chosen, headers=office.at(None))
    assert (403, "auth.no_membership", "organization_ids") == refused
    tester = Call(engine, engine.mint_pat(user_id=meera, sandbox=True).token)
    tester.ok("POST", AT, NEW | {"organization_ids": "all"}, headers=office.at(practice))
    assert ["Acme", "Bela", "Practice"] == office.heard(practice)


@pytest.mark.parametrize("which", ["Chitra", "nobody", "a typo", "one of two"])
def test_others_cannot_be_chosen(office: Office, which: str) -> None:
    chitra = office.chitra.org_id
    ids = {"nobody": ["00000000-0000-8000-8000-000000000000"], "a typo": ["x"]}.get(which, [chitra])
    if which == "one of two":
        ids = [office.bela.org_id, chitra]
    body = NEW | {"organization_ids": ids}
    refused = office.call.refused("POST", AT, body, headers=office.at(None))
    assert (403, "auth.no_membership", "organization_ids") == refused
    endpoint = office.register()
    at = f"{AT}/{endpoint['endpoint_id']}"
    refused = office.call.refused("PUT", at, {"organization_ids": ids}, headers=office.at(None))
    assert (403, "auth.no_membership", "organization_ids") == refused
    assert ["Acme"] == office.heard()


def test_a_token_of_one_organisation_has_that_one_alone(office: Office) -> None:
    engine = office.engine
    bound = Call(engine, engine.mint_pat(org_id=office.acme.org_id, user_id=office.meera).token)
    for ids in ("all", [office.bela.org_id], [office.acme.org_id, office.bela.org_id], ["x"]):
        refused = bound.refused("POST", AT, NEW | {"organization_ids": ids})
        assert (403, "auth.org_mismatch", "organization_ids") == refused
    made = bound.ok("POST", AT, NEW | {"organization_ids": [office.acme.org_id]})["endpoint"]
    assert [office.acme.org_id] == made["organization_ids"]
    assert ["Acme"] == office.heard()
    # It belongs to the organisation, and stays when whoever registered it goes.
    engine.remove_membership(office.acme.org_id, office.meera)
    assert ["Acme"] == office.heard()


def test_changes_come_to_every_organisation(office: Office) -> None:
    endpoint = office.register("all")
    office.change(endpoint, is_active=False)
    assert [] == office.heard()
    office.change(endpoint, is_active=True)
    assert ["Acme", "Bela"] == office.heard()
    office.change(endpoint, organization_ids=[office.acme.org_id])
    assert ["Acme"] == office.heard()
    office.change(endpoint, organization_ids=[office.bela.org_id], events=["CONTACT_CREATED", "ITEM_CREATED"])
    office.bela.items.create(item_name="Oak chair")
    office.acme.items.create(item_name="Oak chair")
    assert ["Bela", "Bela"] == office.heard()
    office.change(endpoint, organization_ids=None)
    assert ["Acme"] == office.heard()
    office.change(endpoint, organization_ids="all")
    office.call.ok("DELETE", f"{AT}/{endpoint['endpoint_id']}", headers=office.at(None))
    assert [] == office.heard()
    with office.engine.store.shared() as session:
        assert [] == session.ask("webhooks.spans_of_home", org_id=office.acme._key)


def test_one_that_is_disabled_is_told_of_nothing_anywhere(office: Office) -> None:
    office.register("all")
    office.bela.contacts.create(contact_name="Asha")
    office.engine.run_webhooks(transport=Kept(410))
    office.engine.run_scheduler()
    assert [] == office.heard()
    assert 1 == len(office.bela.webhooks.deliveries.list())


def test_a_member_of_one_cannot_have_the_events_of_others_sent_to_himself(office: Office) -> None:
    engine, acme = office.engine, office.acme
    endpoint = office.register("all")
    at = f"{AT}/{endpoint['endpoint_id']}"
    dev = engine.create_user(name="Dev").user_id
    engine.add_membership(acme.org_id, dev)
    bound = Call(engine, engine.mint_pat(org_id=acme.org_id, user_id=dev).token)
    same = Call(engine, engine.mint_pat(org_id=acme.org_id, user_id=office.meera).token)
    several = Call(engine, engine.mint_pat(user_id=dev).token)
    elsewhere = {"url": "https://dev.example/"}
    for call in (bound, same, several):
        for method, where, body, field in (
            ("PUT", at, elsewhere, "url"),
            ("POST", f"{at}/rotate-secret", None, "organization_ids"),
        ):
            assert (403, "auth.org_mismatch", field) == call.refused(
                method, where, body, headers=office.at(None)
            )
    wider = {"organization_ids": [acme.org_id, office.bela.org_id]}
    refused = several.refused("PUT", at, wider, headers=office.at(None))
    assert (403, "auth.org_mismatch", "organization_ids") == refused
    assert endpoint["url"] == office.call.ok("GET", at, headers=office.at(None))["endpoint"]["url"]
    # Nor by making it narrower first, while the others have not heard of that yet, or until it is wide again.
    own = {"organization_ids": [acme.org_id]}
    for body in (own, elsewhere | own):
        refused = bound.refused("PUT", at, body)
        assert (403, "auth.org_mismatch", "organization_ids") == refused
    office.call.ok("PUT", at, own, headers=office.at(None))
    assert ["Acme"] == office.heard()
    assert (403, "auth.org_mismatch", "url") == bound.refused("PUT", at, elsewhere)
    assert not bound.ok("PUT", at, {"is_active": False})["endpoint"]["is_active"]


def test_an_organisation_sees_what_was_told_of_it_and_no_endpoint_of_others(office: Office) -> None:
    endpoint = office.register("all")
    office.heard()
    (of_bela,) = office.bela.webhooks.deliveries.list()
    assert (endpoint["endpoint_id"], office.bela.org_id) == (of_bela["endpoint_id"], of_bela["org_id"])
    assert [of_bela] == list(office.bela.webhooks.deliveries.list(endpoint_id=endpoint["endpoint_id"]))
    assert [] == list(office.bela.webhooks.endpoints.list())
    with pytest.raises(finzcore.FinzError):
        office.bela.webhooks.endpoints.get(endpoint["endpoint_id"])
    again = office.bela.webhooks.deliveries.replay(of_bela["delivery_id"])
    assert 1 == office.engine.run_webhooks(transport=Kept())
    assert of_bela["delivery_id"] == again["replay_of"]


def test_from_python_a_user_may_choose_and_nobody_has_one_alone(office: Office) -> None:
    as_meera = office.engine.org(office.acme.org_id, user_id=office.meera)
    both = [office.acme.org_id, office.bela.org_id]
    as_meera.webhooks.endpoints.create(organization_ids=both, **NEW)
    with pytest.raises(finzcore.FinzError) as refused:
        office.acme.webhooks.endpoints.create(organization_ids="all", **NEW)
    assert "auth.org_mismatch" == refused.value.code
    with pytest.raises(finzcore.FinzError, match="Inside a transaction"), as_meera.transaction():
        as_meera.webhooks.endpoints.create(organization_ids="all", **NEW)
    with office.acme.transaction():
        office.acme.webhooks.endpoints.create(organization_ids=[office.acme.org_id], **NEW)
    assert ["Acme", "Acme", "Bela"] == office.heard()


# ----- what is not finished is finished later -----


@pytest.mark.parametrize("after", range(4))
def test_what_a_killed_process_left_of_a_change_is_done_by_the_scheduler(
    office: Office, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock, after: int
) -> None:
    """Of the units of work that spread it, so many are done."""
    desk = office.engine.desk
    work, left = desk.work, [after]

    def until_killed(*given: Any) -> Any:
        if not left[0]:
            raise Unavailable
        left[0] -= 1
        return work(*given)

    office.engine.run_scheduler()
    with monkeypatch.context() as patch:
        patch.setattr(desk, "work", until_killed)
        endpoint = office.register("all")
    clock.move(minutes=11)
    office.engine.run_scheduler()
    assert ["Acme", "Bela"] == office.heard()
    left[0] = after
    with monkeypatch.context() as patch:
        patch.setattr(desk, "work", until_killed)
        office.call.ok("DELETE", f"{AT}/{endpoint['endpoint_id']}", headers=office.at(None))
    clock.move(minutes=11)
    office.engine.run_scheduler()
    assert [] == office.heard()
    with office.engine.store.shared() as session:
        assert [] == session.ask("webhooks.spans_of_home", org_id=office.acme._key)
    for org in (office.acme, office.bela):
        with office.engine.store.read(org._key) as session:
            assert [] == session.find(LISTENERS)


def test_a_membership_that_begins_while_an_endpoint_is_registered_is_found_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither sees the other: the span is not there yet, and the membership is not either."""
    office.engine.run_scheduler()
    with monkeypatch.context() as patch:
        patch.setattr(listeners, "settle", lambda books: None)
        office.engine.add_membership(office.chitra.org_id, office.meera)
    office.register([office.acme.org_id, office.chitra.org_id])
    with office.engine.store.read(office.chitra._key) as session:
        for row in session.find(LISTENERS):
            _forget(office, row["endpoint_id"])
    assert ["Acme"] == office.heard()
    office.engine.run_scheduler()
    assert ["Acme", "Chitra"] == office.heard()


def _forget(office: Office, endpoint_id: int) -> None:
    def forget(books: Any) -> None:
        books.session.remove(LISTENERS, endpoint_id)
        books.listeners_changed()

    office.engine.desk.work(office.chitra._key, Actor(), office.engine.clock, forget)


@on_sqlite  # what is changed is the same for every engine
def test_settling_twice_changes_nothing(office: Office) -> None:
    office.register("all")
    with office.bela.transaction():
        books = office.engine.desk.open_books
        before = books.head["settings_version"]
        listeners.settle(books)
        assert before == books.head["settings_version"]


@on_sqlite  # moves are the business of `tests/moves`
def test_moved_by_itself_an_organisation_keeps_its_own_and_no_spans(office: Office, tmp_path: Path) -> None:
    office.acme.webhooks.endpoints.create(**NEW)
    office.register("all")
    target = str(tmp_path / "acme.db")
    office.engine.export_org(office.acme.org_id, target)
    with finzcore.open(target) as moved:
        acme = moved.org(office.acme.org_id)
        assert 2 == len(acme.webhooks.endpoints.list())
        acme.contacts.create(contact_name="Somebody")
        assert [] == moved.verify()
        with moved.store.shared() as session:
            assert [] == session.find(SPANS)
