"""Sealing: secrets that must be given back, while they are kept (`reliability.md` §18, `api.md` §8.8)."""

import base64
import logging
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

import finzcore
from finzcore.books import idempotency, registry
from finzcore.cli import main
from finzcore.errors import NotInstalled, SealBroken
from finzcore.sealing import SEALED, Sealer
from finzcore.testing import Call

OLD, NEW, OTHER = (bytes([place]) * 32 for place in (1, 2, 3))
FERNET = base64.urlsafe_b64encode(NEW)
SECRET = "whsec_0123456789"


@given(st.text())
def test_what_is_sealed_opens_to_the_same_text_and_shows_nothing_of_it(text: str) -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal(text)
    assert text == sealer.open(sealed)
    assert sealed.startswith(SEALED)
    assert len(text) < 6 or text not in sealed


def test_anybody_with_the_key_and_fernet_opens_it() -> None:
    token = Sealer([NEW]).seal(SECRET).removeprefix("sealed:")
    assert SECRET.encode() == Fernet(FERNET).decrypt(token)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    rotated = Sealer([NEW, OLD])
    assert SECRET == rotated.open(Sealer([OLD]).seal(SECRET))
    assert SECRET == Sealer([NEW]).open(rotated.seal(SECRET))


def test_after_a_rotation_what_the_old_key_sealed_is_sealed_anew_once() -> None:
    rotated = Sealer([NEW, OLD])
    renewed = rotated.renewed(Sealer([OLD]).seal(SECRET))
    assert renewed is not None
    assert SECRET == Sealer([NEW]).open(renewed)
    assert rotated.renewed(renewed) is None


def test_what_was_kept_before_there_were_keys_opens_and_can_be_sealed() -> None:
    renewed = Sealer([NEW]).renewed(SECRET)
    assert (SECRET, SECRET) == (Sealer([NEW]).open(SECRET), Sealer([NEW]).open(renewed or ""))
    assert Sealer().renewed(SECRET) is None


def test_without_keys_text_is_kept_as_it_is() -> None:
    assert (False, SECRET, SECRET) == (Sealer().can_seal, Sealer().seal(SECRET), Sealer().open(SECRET))


def test_a_seal_does_not_say_when_it_was_made() -> None:
    token = base64.urlsafe_b64decode(Sealer([NEW]).seal(SECRET).removeprefix(SEALED))
    assert bytes(8) == token[1:9]


@pytest.mark.parametrize("keys", [[], [OTHER]])
def test_without_its_key_a_seal_is_refused(keys: list[bytes], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "finzcore.sealing"), pytest.raises(SealBroken) as refused:
        Sealer(keys).open(Sealer([NEW]).seal(SECRET))
    assert "server.unavailable" == refused.value.code
    assert [f"something sealed opens with none of the {len(keys)} sealing keys"] == caplog.messages


def test_no_byte_of_a_seal_can_be_changed() -> None:
    token = base64.urlsafe_b64decode(Sealer([NEW]).seal("x").removeprefix(SEALED))
    for place in range(len(token)):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        with pytest.raises(SealBroken):
            Sealer([NEW]).open(SEALED + base64.urlsafe_b64encode(changed).decode())


@pytest.mark.parametrize("text", ["sealed:", "sealed:€", "sealed:gAAAAA", f"sealed:{SECRET}"])
def test_what_only_looks_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealBroken):
        Sealer([NEW]).open(text)


BAD = [
    ([b""], "key 1 of 1"),
    ([NEW, b"password"], "key 2 of 2"),
    ([bytes(31)], "key 1 of 1"),
    ([bytes(33)], "key 1 of 1"),
    ([base64.urlsafe_b64encode(bytes(31))], "key 1 of 1"),
    ([FERNET[:-1]], "key 1 of 1"),
    ([FERNET + b"\n"], "key 1 of 1"),
    ([b"!" * 44], "key 1 of 1"),
    (["€" * 11], "key 1 of 1"),
    ([7], "key 1 of 1"),
    ([None], "key 1 of 1"),
    (FERNET, "not a key by itself"),
    (FERNET.decode(), "not a key by itself"),
]


@pytest.mark.parametrize(("keys", "said"), BAD)
def test_bad_keys_are_refused_by_name_and_not_shown(keys: list[bytes], said: str) -> None:
    with pytest.raises(ValueError, match=f"sealing_keys: .*{said}") as refused:
        finzcore.Settings(sealing_keys=keys)
    assert "password" not in str(refused.value)


@pytest.mark.parametrize("key", [NEW, FERNET, FERNET.decode()], ids=["bytes", "base64", "text"])
def test_a_key_may_be_spelled_in_three_ways(key: bytes) -> None:
    with finzcore.open(":memory:", settings=finzcore.Settings(sealing_keys=[key])) as engine:
        assert SECRET == engine.desk.sealer.open(Sealer([NEW]).seal(SECRET))


def test_keys_show_nowhere() -> None:
    settings = finzcore.Settings(sealing_keys=[FERNET])
    with finzcore.open(":memory:", settings=settings) as engine:
        shown = repr([settings, engine, engine.desk, engine.desk.sealer, Sealer([FERNET])])
    assert FERNET.decode() not in shown
    assert "<Sealer with 1 keys>" in shown


def test_without_the_extra_books_with_keys_do_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(NotInstalled, match=r"pip install 'finzcore\[sealing\]'"):
        finzcore.open(":memory:", settings=finzcore.Settings(sealing_keys=[NEW]))
    finzcore.open(":memory:").close()


# ----- what an Idempotency-Key remembers -----


@pytest.fixture
def secretive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts, as if the answer to their making showed a secret."""
    monkeypatch.setitem(vars(registry.resource("contacts").operation("create")), "secret", True)


def kept(engine: finzcore.Engine, org: finzcore.Org) -> list[str]:
    """The bodies of the answers that are remembered."""
    with engine.store.read(org._key) as session:
        return [row["body"] for row in session.find(idempotency.KEYS)]


def test_the_remembered_answer_of_a_call_that_shows_a_secret_is_sealed(target: str, secretive: None) -> None:
    with finzcore.open(target, settings=finzcore.Settings(sealing_keys=[OLD])) as engine:
        acme = engine.create_org(name="Acme", state="IN-KA")
        call = Call(engine, engine.mint_pat(org_id=acme.org_id).token)
        first = call("POST", "/contacts", {"contact_name": SECRET}, key="k")
        missing = call("POST", "/contacts", {"notes": SECRET}, key="m")
        assert (201, 400) == (first.status, missing.status)
        again = acme.contacts.create(contact_name=SECRET, idempotency_key="k")
        assert again == acme.contacts.create(contact_name=SECRET, idempotency_key="k")
        assert [SEALED] * 3 == [body[: len(SEALED)] for body in kept(engine, acme)]
    with finzcore.open(target, settings=finzcore.Settings(sealing_keys=[NEW, OLD])) as engine:
        call.engine = engine
        assert first.body == call("POST", "/contacts", {"contact_name": SECRET}, key="k").body
    with finzcore.open(target) as engine:
        call.engine = engine
        unopened = call("POST", "/contacts", {"contact_name": SECRET}, key="k")
    assert (503, "server.unavailable") == (unopened.status, unopened.json()["code"])


def test_without_keys_and_without_secrets_answers_are_remembered_as_they_are(
    acme: finzcore.Org, engine: finzcore.Engine, secretive: None
) -> None:
    acme.contacts.create(contact_name=SECRET, idempotency_key="k")
    assert [True] == [SECRET in body for body in kept(engine, acme)]


# ----- on the command line -----


def test_commands_take_the_keys_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = tmp_path / "books.db"
    finzcore.open(str(books)).close()
    for spelled, status, said in (
        (f" {FERNET.decode()}, {base64.urlsafe_b64encode(OLD).decode()}", 0, ""),
        ("", 0, ""),
        ("hunter2", 1, "FINZCORE_SEALING_KEYS: sealing_keys: key 1 of 1 is not 32 random bytes"),
    ):
        monkeypatch.setenv("FINZCORE_SEALING_KEYS", spelled)
        result = CliRunner().invoke(main, ["schedule", str(books)])
        assert status == result.exit_code
        assert said in result.output
        assert "hunter2" not in result.output
