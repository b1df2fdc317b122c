"""The vault: credentials go in, are used and renewed, and come out nowhere (`api.md` §8.8)."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore import errors
from finzcore.api import Response
from finzcore.api.handler import refusal
from finzcore.books.vault import CREDENTIALS
from finzcore.books.webhooks.tables import ENDPOINTS
from finzcore.client import Patience
from finzcore.errors import Unavailable
from finzcore.people import User
from finzcore.ports import Row
from finzcore.testing import FrozenClock
from finzcore.vault import renewal
from tests.client.test_client import LOST, Waiting, Wire
from tests.engines import is_postgres, on_sqlite
from tests.oauth.shop import VERIFIER, Shop

OLD, NEW = bytes([1]) * 32, bytes([2]) * 32
CANARY = "aibk_pat_canary0123456789canary0123456789canary01"
PAIR = {name: f"canary_{name}" for name in ("access_token", "refresh_token", "client_id", "client_secret")}

Opened = Callable[..., finzcore.Engine]


@pytest.fixture
def opened(target: str, clock: FrozenClock) -> Iterator[Opened]:
    """Opens the books with such keys, as often as is wished."""
    engines = []

    def open_with(*keys: bytes) -> finzcore.Engine:
        settings = finzcore.Settings(durability="relaxed", sealing_keys=keys)
        engines.append(finzcore.open(target, clock=clock, settings=settings))
        return engines[-1]

    yield open_with
    for engine in engines:
        engine.close()


@pytest.fixture
def books(opened: Opened) -> finzcore.Engine:
    return opened(NEW)


def kept(engine: finzcore.Engine) -> list[Row]:
    with engine.store.shared() as session:
        return list(session.find(CREDENTIALS))


# ----- put, list, use, remove -----


def test_a_consumers_token_is_used_by_the_clients_of_the_vault(books: finzcore.Engine) -> None:
    acme = books.create_org(name="Acme", state="IN-KA")
    connection = books.vault.put("shop 1", {"token": books.mint_pat(org_id=acme.org_id).token})
    with books.vault.client("shop 1") as client:
        made = client.contacts.create(contact_name="Asha")
    assert made == acme.contacts.get(made["contact_id"])
    (shown,) = books.vault.connections()
    assert (connection, "shop 1", "finzbooks", "callable", None) == (
        shown["connection_id"], shown["consumer_id"], shown["service_id"], shown["state"], shown["base_url"],
    )  # fmt: skip
    assert [shown] == books.vault.connections("shop 1")
    assert [] == books.vault.connections("shop 2")
    books.vault.remove(connection)
    assert [] == books.vault.connections()
    for gone in (lambda: books.vault.remove(connection), lambda: books.vault.client("shop 1")):
        with pytest.raises(errors.NotFound):
            gone()


@on_sqlite
def test_a_client_ends_with_the_credentials_that_it_was_made_of(books: finzcore.Engine) -> None:
    connection = books.vault.put("shop 1", {"token": CANARY})
    client = books.vault.client("shop 1")
    books.vault.remove(connection)
    with pytest.raises(errors.NotFound, match="no longer kept"):
        client.whoami()


@on_sqlite  # as above: no statement of its own
def test_new_credentials_do_not_go_to_the_server_of_the_old(books: finzcore.Engine) -> None:
    books.vault.put("shop 1", {"token": CANARY}, base_url="https://old.example")
    client = books.vault.client("shop 1")
    books.vault.put("shop 1", {"token": CANARY}, base_url="https://new.example")
    with pytest.raises(errors.NotFound, match="no longer kept"):
        client.whoami()


def test_credentials_that_are_put_again_take_the_place_of_those_before(books: finzcore.Engine) -> None:
    acme = books.create_org(name="Acme", state="IN-KA")
    first = books.vault.put("shop 1", {"token": CANARY})
    assert first == books.vault.put("shop 1", {"token": books.mint_pat(org_id=acme.org_id).token})
    assert acme.org_id == books.vault.client("shop 1").whoami()["org_id"]


def test_a_consumer_of_several_companies_says_which_one(books: finzcore.Engine) -> None:
    acme, bela, coop = (books.create_org(name=name, state="IN-KA") for name in ("Acme", "Bela", "Coop"))
    for org in (acme, bela):
        token = books.mint_pat(org_id=org.org_id).token
        books.vault.put("shop 1", {"token": token}, company_id=org.org_id)
    assert bela.org_id == books.vault.client("shop 1", bela.org_id).whoami()["org_id"]
    with pytest.raises(errors.RuleBroken, match=r"company_id: .*several companies"):
        books.vault.client("shop 1")
    with pytest.raises(errors.NotFound):
        books.vault.client("shop 1", coop.org_id)
    uma = books.create_user(name="Uma").user_id
    for org in (acme, coop):
        books.add_membership(org.org_id, uma)
    books.vault.put("shop 1", {"token": books.mint_pat(user_id=uma).token})
    assert coop.org_id == books.vault.client("shop 1", coop.org_id).whoami()["org_id"]
    assert not books.vault.client("shop 1", acme.org_id).whoami()["is_multi_org"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consumer_id": ""}, "consumer_id"),
        ({"consumer_id": "x" * 201}, "consumer_id"),
        ({"service_id": "xero"}, "service_id"),
        ({"base_url": "http://books.example"}, "base_url"),
        ({"base_url": "https://canary:canary@books.example"}, "base_url"),
        ({"company_id": "x" * 101}, "company_id"),
        ({"credentials": {}}, "credentials"),
        ({"credentials": CANARY}, "credentials"),
        ({"credentials": {"canary": "x"}}, "credentials"),
        ({"credentials": {"token": CANARY, "refresh_token": "x"}}, "credentials"),
        ({"credentials": PAIR | {"token": CANARY}}, "credentials"),
        ({"credentials": {"token": ""}}, "credentials.token"),
        ({"credentials": {"token": f"{CANARY}\r\n"}}, "credentials.token"),
        ({"credentials": PAIR | {"client_secret": 5}}, "credentials.client_secret"),
    ],
)
@on_sqlite
def test_what_cannot_be_kept_is_refused_by_name_and_not_shown(
    books: finzcore.Engine, wrong: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"consumer_id": "shop 1", "credentials": {"token": CANARY}} | wrong
    with pytest.raises(errors.RuleBroken) as refused:
        books.vault.put(**given)
    assert field == refused.value.field
    assert "canary" not in str(refused.value) + repr(refused.value.details)
    assert [] == books.vault.connections()


def test_without_keys_the_vault_keeps_nothing_and_opens_nothing(opened: Opened) -> None:
    opened(NEW).vault.put("shop 1", {"token": CANARY})
    bare = opened().vault
    for refused in (
        lambda: bare.put("shop 2", {"token": CANARY}),
        lambda: bare.client("shop 1"),
        bare.reseal,
    ):
        with pytest.raises(errors.RuleBroken, match="sealing_keys: The vault keeps nothing unsealed"):
            refused()
    assert ["shop 1"] == [one["consumer_id"] for one in bare.connections()]
    bare.remove(bare.connections()[0]["connection_id"])


@on_sqlite
def test_the_vault_is_not_used_inside_a_transaction(books: finzcore.Engine) -> None:
    acme = books.create_org(name="Acme", state="IN-KA")
    with acme.transaction(), pytest.raises(RuntimeError, match=r"inside transaction\(\)"):
        books.vault.put("shop 1", {"token": CANARY})


# ----- keys -----


def test_after_a_rotation_the_old_key_is_needed_for_nothing(opened: Opened) -> None:
    engine = opened(OLD)
    acme = engine.create_org(name="Acme", state="IN-KA")
    token = engine.mint_pat(org_id=acme.org_id).token
    for consumer in ("shop 1", "shop 2"):
        engine.vault.put(consumer, {"token": token})
    signed_with(engine, acme, engine.desk.sealer.seal("whsec_1"), "whsec_0")
    rotated = opened(NEW, OLD)
    rotated.vault.put("shop 3", {"token": token})
    assert [4, 0] == [rotated.vault.reseal(), rotated.vault.reseal()]
    with_new = opened(NEW)
    assert ["Acme"] * 3 == [
        with_new.org(with_new.vault.client(f"shop {n}").whoami()["org_id"]).name for n in (1, 2, 3)
    ]
    (row,) = endpoints(with_new, acme)
    assert ["whsec_1", "whsec_0"] == [
        with_new.desk.sealer.open(row[name]) for name in ("secret", "old_secret")
    ]
    assert all(row[name].startswith("sealed:") for name in ("secret", "old_secret"))
    with pytest.raises(errors.SealBroken):
        opened(OLD).vault.client("shop 1")


def signed_with(engine: finzcore.Engine, org: finzcore.Org, secret: str, old_secret: str) -> None:
    """An endpoint with secrets, one of them from before there were keys."""
    row = {
        "id": 1, "url": "https://a.example/", "description": None, "events": '["*"]',
        "organization_ids": "[]",
        "user_id": 1, "secret": secret, "old_secret": old_secret,
        "old_secret_until": "2026-05-20T05:00:00.000000Z", "is_active": 1, "failure_count": 0,
        "disabled_reason": None, "created_time": "2026-05-19T05:00:00.000000Z",
        "last_modified_time": "2026-05-19T05:00:00.000000Z",
    }  # fmt: skip
    with engine.store.write(org._key) as session:
        session.insert(ENDPOINTS, [row])


def endpoints(engine: finzcore.Engine, org: finzcore.Org) -> list[Row]:
    with engine.store.read(org._key) as session:
        return list(session.find(ENDPOINTS))


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "https://thief.example"},
        {"consumer_id": "shop 2"},
        {"company_id": "00000000-0000-8000-8000-000000000000"},
        {"sealed": "of another"},
    ],
)
@on_sqlite
def test_who_can_write_to_the_books_cannot_send_a_token_elsewhere(
    books: finzcore.Engine, changes: dict[str, str]
) -> None:
    books.vault.put("shop 1", {"token": CANARY})
    books.vault.put("shop 3", {"token": CANARY})
    one, other = sorted(kept(books), key=lambda row: row["consumer_id"])
    if "sealed" in changes:
        changes = {"sealed": other["sealed"]}
    with books.store.shared(write=True) as session:
        session.change(CREDENTIALS, (one["id"],), changes)
    with pytest.raises(errors.SealBroken):
        books.vault.client(changes.get("consumer_id", "shop 1"), changes.get("company_id"))


# ----- nothing leaks -----


def test_credentials_show_nowhere(books: finzcore.Engine, target: str, tmp_path: Path) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        books.vault.put("shop 1", {"token": CANARY})
        books.vault.put("shop 2", PAIR)
        clients = [books.vault.client(f"shop {n}") for n in (1, 2)]
        said = [repr(one) for client in clients for one in (client, client.contacts, client._bearer)]
        for client in clients:
            with pytest.raises(errors.InvalidToken) as refused:
                client.contacts.list()
            said += [repr(refused.value), str(refused.value), repr(refused.value.details)]
        said += [repr(books), repr(books.vault), repr(books.settings), json.dumps(books.vault.connections())]
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    assert "canary" not in "\n".join([*said, log.getvalue(), repr(kept(books))])
    assert "is not renewed any more: oauth.invalid_client" in log.getvalue()
    assert ["callable", "invalid"] == [one["state"] for one in books.vault.connections()]
    books.backup(str(tmp_path / "copy.db"))
    files = list(tmp_path.glob("copy.db*")) + ([] if is_postgres(target) else [Path(target)])
    assert [] == [file for file in files if b"canary" in file.read_bytes()]


# ----- renewal -----


@pytest.fixture
def shop(books: finzcore.Engine) -> Shop:
    acme = books.create_org(name="Acme", state="IN-KA")
    uma: User = books.create_user(name="Uma")
    books.add_membership(acme.org_id, uma.user_id)
    return Shop(books, acme, uma)


@pytest.fixture
def patience(clock: FrozenClock) -> Patience:
    return Patience(sleep=Waiting(clock), clock=clock)


def put(shop: Shop) -> dict[str, str]:
    """The credentials that a user of the shop has agreed to, in the vault."""
    pair = shop.ask(
        grant_type="authorization_code", code=shop.code(), redirect_uri=shop.uri, code_verifier=VERIFIER
    ).json()
    given = {
        "access_token": pair["access_token"], "refresh_token": pair["refresh_token"],
        "client_id": shop.client.client_id, "client_secret": shop.client.client_secret,
    }  # fmt: skip
    shop.engine.vault.put("shop 1", given)
    return given


def posted(wire: Wire) -> list[str]:
    return [one.path.rpartition("/")[2] for one in wire.sent]


def over(shop: Shop, *script: Any) -> Wire:
    """The vault's way to these books from now on."""
    wire = Wire(type(shop.engine).handle.__get__(shop.engine), *script)
    vars(shop.engine)["handle"] = wire
    return wire


def test_a_token_that_is_over_is_renewed_and_the_new_pair_is_kept(
    shop: Shop, clock: FrozenClock, patience: Patience
) -> None:
    given = put(shop)
    wire = over(shop)
    client = shop.engine.vault.client("shop 1", patience=patience)
    client.contacts.list()
    clock.move(seconds=3600)
    wire.sent.clear()
    renewed = shop.engine.vault.client("shop 1", patience=patience)
    renewed.contacts.list()
    assert ["contacts", "token", "contacts"] == posted(wire)
    assert given["access_token"] != renewed._bearer.token()
    wire.sent.clear()
    client.contacts.list()
    assert ["contacts", "contacts"] == posted(wire)  # refused, it finds what the other has kept
    clock.move(seconds=3600 - 59)
    wire.sent.clear()
    client.contacts.list()
    assert ["token", "contacts"] == posted(wire)  # a minute before it is over, without a refusal


@pytest.mark.parametrize("lost", [LOST, "answer lost"])
def test_a_lost_answer_to_a_refresh_token_is_asked_for_again_in_time(
    shop: Shop, clock: FrozenClock, patience: Patience, lost: Any
) -> None:
    put(shop)
    clock.move(seconds=3600)
    wire = over(shop, "through", lost, lost)
    client = shop.engine.vault.client("shop 1", patience=patience)
    client.contacts.list()
    assert ["contacts", "token", "token", "token", "contacts"] == posted(wire)
    clock.move(seconds=3600)
    client.contacts.list()  # the pair that is kept is the one that is alive
    assert "callable" == shop.engine.vault.connections()[0]["state"]


def test_who_was_killed_in_the_middle_is_followed_in_time(
    shop: Shop, clock: FrozenClock, patience: Patience
) -> None:
    put(shop)
    clock.move(seconds=3600)
    wire = over(shop)

    class Killed(BaseException):
        pass

    def die(*_: Any) -> Any:
        raise Killed

    one = shop.engine.vault.client("shop 1", patience=patience)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renewal.Kept, "settle", die)
        patch.setattr(renewal.Kept, "release", die)
        with pytest.raises(Killed):
            one.contacts.list()
    wire.sent.clear()
    other = shop.engine.vault.client("shop 1", patience=patience)
    other.contacts.list()
    assert ["contacts", "token", "contacts"] == posted(wire)
    waits: list[int] = patience.sleep.waits  # type: ignore[attr-defined]
    assert 0 < len(waits) <= 32  # the claim of the one who is gone
    assert "callable" == shop.engine.vault.connections()[0]["state"]


def test_a_server_that_is_busy_loses_nobody_their_token(
    shop: Shop, clock: FrozenClock, patience: Patience
) -> None:
    put(shop)
    clock.move(seconds=3600)
    wire = over(shop, "through", *[refusal(Unavailable())] * 3)
    client = shop.engine.vault.client("shop 1", patience=patience)
    with pytest.raises(Unavailable):
        client.contacts.list()
    client.contacts.list()
    assert ["contacts", "token", "token", "token", "contacts", "token", "contacts"] == posted(wire)


@on_sqlite
def test_an_answer_that_cannot_be_read_ends_the_claim(
    shop: Shop, clock: FrozenClock, patience: Patience
) -> None:
    put(shop)
    clock.move(seconds=3600)
    over(shop, "through", Response(200, {"Content-Type": "application/json"}, b'{"access_token": "x"}'))
    client = shop.engine.vault.client("shop 1", patience=patience)
    with pytest.raises(Unavailable, match="cannot be read"):
        client.contacts.list()
    assert [None] == [row["claim"] for row in kept(shop.engine)]


def test_a_grant_that_was_revoked_is_invalid_until_the_user_agrees_anew(
    shop: Shop, clock: FrozenClock, patience: Patience
) -> None:
    put(shop)
    shop.engine.revoke_grant(shop.user.user_id, shop.client.client_id)
    wire = over(shop)
    client = shop.engine.vault.client("shop 1", patience=patience)
    for _ in range(2):
        with pytest.raises(errors.RevokedToken):
            client.contacts.list()
    assert ["contacts", "token", "contacts"] == posted(wire)  # it is asked once
    assert [("invalid", False)] == [(one["state"], one["enabled"]) for one in shop.engine.vault.connections()]
    put(shop)
    assert [] == list(shop.engine.vault.client("shop 1", patience=patience).contacts.list())
    assert "callable" == shop.engine.vault.connections()[0]["state"]


def test_many_clients_at_once_use_a_refresh_token_once(
    opened: Opened, shop: Shop, clock: FrozenClock
) -> None:
    put(shop)
    clock.move(seconds=3600)
    engines = [shop.engine, opened(NEW)]  # as two processes would
    wires = []
    for engine in engines:
        wire = Wire(type(engine).handle.__get__(engine))
        vars(engine)["handle"] = wire
        wires.append(wire)
    together = threading.Barrier(4)
    done: list[int] = []

    def work(engine: finzcore.Engine) -> None:
        client = engine.vault.client("shop 1", patience=Patience(clock=clock))
        together.wait(20)
        done.append(len(list(client.contacts.list())))

    threads = [threading.Thread(target=work, args=(engines[n % 2],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [0] * 4 == done
    used = [one for wire in wires for one in wire.sent if one.path == "/oauth/token"]
    assert 1 == len({one.body for one in used}) == len(used)
