"""Secrets go through everything that can meet them; afterwards they are nowhere but where they are shown
once (`reliability.md` §4, §17, §18, §21).

Each is looked for as it is, and as it would be in hexadecimal, in base64 and in a URL. Of a secret only
its last part is looked for: what it begins with is its label, which lists may show.
"""

import base64
import io
import logging
import traceback
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

import finzcore
from finzcore.api import Request, Response
from finzcore.api.routing import BASE
from finzcore.books.webhooks.attempt import Claimed, Outgoing
from finzcore.client import Client
from finzcore.errors import FinzError
from finzcore.exports.forms import FORMS, export
from finzcore.sealing import Sealer
from finzcore.testing import Call, FrozenClock
from tests.engines import is_postgres, on_sqlite
from tests.oauth.shop import VERIFIER, Shop, given
from tests.proof.fuzz_requests import OPERATIONS
from tests.tampering import watched
from tests.trade import Trade

NEW, OLD = b"canary-of-sealing-0123456789-new", b"canary-of-sealing-0123456789-old"
PEPPER: Final = b"canary-of-a-pepper-0123456789"
STATE: Final = "canary-of-a-browser-0123456789"
FIXED: Final = "canary-of-a-vault-0123456789"
PAIR: Final = {
    "access_token": "canary-of-a-pair-access-0123456789",
    "refresh_token": "canary-of-a-pair-refresh-0123456789",
    "client_id": "somebody",
    "client_secret": "canary-of-a-pair-secret-0123456789",
}
URL: Final = "https://shop.example/hooks"
LOOKED_FOR: Final = 20
"""So many bytes of the end of a secret: more than a label leaves out."""


def spellings(secret: bytes) -> Iterator[bytes]:
    """The end of a secret, as it may stand anywhere.

    >>> {b"?secret", b"%3Fsecret", b"3f736563726574", b"P3NlY3Jl"} <= {*spellings(b"?secret")}
    True
    """
    end = secret[-LOOKED_FOR:]
    yield from (end, end.hex().encode(), end.hex().upper().encode(), quote(end, safe="").encode())
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):  # where in a group of three bytes it begins
            whole = encode(bytes(before) + end)
            # The first and the last characters are of what stands around it, too.
            yield whole[4 if before else 0 : len(whole) // 4 * 4 - 4]


class Canaries:
    """Secrets by their names, and whatever was looked through for them."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}
        self.seen: list[tuple[str, bytes]] = []
        self.shown: list[tuple[str, bytes]] = []

    def add(self, name: str, secret: str | bytes) -> None:
        self.secrets[name] = secret.encode() if isinstance(secret, str) else secret

    def look(self, where: str, what: bytes | str) -> None:
        """Nothing of any secret may be in it."""
        self.seen.append((where, what.encode() if isinstance(what, str) else what))

    def answered(self, answer: Response, where: str = "an answer") -> Response:
        """An answer that shows none."""
        self.look(where, answer.body + repr(answer.headers).encode() + repr(answer).encode())
        return answer

    def found(self, seen: Iterable[tuple[str, bytes]] | None = None) -> set[tuple[str, str]]:
        """What was found, and where."""
        looked_for = [(name, text) for name, secret in self.secrets.items() for text in {*spellings(secret)}]
        return {
            (name, where)
            for where, what in (self.seen if seen is None else seen)
            for name, text in looked_for
            if text in what
        }


# ----- everything that can meet a secret -----


class Life:
    """Books with keys and a pepper, and all that is done with them."""

    def __init__(self, target: str, clock: FrozenClock, canaries: Canaries, *keys: bytes) -> None:
        self.target, self.clock, self.canaries = target, clock, canaries
        for name, key in (("new key", NEW), ("old key", OLD), ("pepper", PEPPER), ("state", STATE)):
            canaries.add(name, key)
        canaries.add("verifier", VERIFIER)
        canaries.add("token of the vault", FIXED)
        for name in PAIR.keys() - {"client_id"}:
            canaries.add(f"{name} of the vault", PAIR[name])
        self.engine = self.opened(*keys)
        self.org = self.engine.create_org(name="Acme Traders", state="IN-KA")
        minted = self.engine.mint_pat(org_id=self.org.org_id)
        canaries.add("token", minted.token)
        self.objects: list[Any] = [minted, self.engine, self.engine.settings]
        self.call = Call(self.engine, minted.token)

    def opened(self, *keys: bytes) -> finzcore.Engine:
        settings = finzcore.Settings(
            durability="relaxed", sealing_keys=keys, token_peppers={"2026": PEPPER},
            rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6},
        )  # fmt: skip
        return finzcore.open(self.target, clock=self.clock, settings=settings)

    def reopened(self) -> None:
        """With a newer key in front of the old one."""
        self.engine.close()
        self.engine = self.call.engine = self.opened(NEW, OLD)
        self.org = self.engine.org(self.org.org_id)
        self.objects += [self.engine, self.engine.settings, self.org]

    def refused(self, do: Callable[[], Any]) -> None:
        """An error of ours: its text, what it says to programs, its notes and its traceback."""
        with pytest.raises((FinzError, ValueError)) as caught:
            do()
        error = caught.value
        said = [*traceback.format_exception(error), repr(error), repr(error.args), repr(vars(error))]
        self.canaries.look(f"an error, {error!r:.40}", "".join([*said, *getattr(error, "__notes__", ())]))


def oauth(life: Life) -> None:
    """A client, its consent, its tokens, what is replayed and what is guessed."""
    canaries, engine = life.canaries, life.engine
    uma = engine.create_user(name="Uma Rao")
    engine.add_membership(life.org.org_id, uma.user_id)
    shop = Shop(engine, life.org, uma)
    canaries.add("client secret", shop.client.client_secret)
    canaries.answered(shop.browse(consent=None, user=uma.user_id, state="s"), "the consent page")
    code, unused = shop.code(state=STATE), shop.code(state=STATE)
    canaries.add("code", code), canaries.add("unused code", unused)
    canaries.answered(shop.redeem(unused, code_verifier="x" * 43))
    canaries.answered(shop.redeem(unused, client_secret=shop.client.client_secret + "x"))
    pairs = [given(shop.redeem(code))]
    pairs.append(given(shop.refresh(pairs[0]["refresh_token"])))
    life.clock.move(minutes=2)
    for number, pair in enumerate(pairs):
        canaries.add(f"access token {number}", pair["access_token"])
        canaries.add(f"refresh token {number}", pair["refresh_token"])
        canaries.look("whoami", repr(shop.call(pair["access_token"])))
    canaries.answered(shop.redeem(code), "a code replayed")
    canaries.answered(shop.refresh(pairs[0]["refresh_token"]), "a refresh replayed")
    canaries.answered(shop.revoke(pairs[1]["access_token"]), "a revocation")
    canaries.look("an old token", repr(shop.call(pairs[1]["access_token"])))
    wide = shop.code(organization_id=None, state=STATE)
    canaries.add("wide code", wide)
    for name, token in given(shop.redeem(wide)).items():
        if name.endswith("_token"):
            canaries.add(f"wide {name}", token)
    canaries.answered(shop.redeem(wide), "a code of several organisations replayed")
    rotated = engine.rotate_client_secret(shop.client.client_id)
    canaries.add("client secret after", rotated.client_secret)
    life.objects += [shop.client, rotated]
    basic = {"Authorization": shop.basic(rotated.client_secret)}
    canaries.answered(shop.post("/oauth/token", {"grant_type": "nothing", "code": code}, **basic))
    life.refused(partial(engine.rotate_client_secret, rotated.client_secret))
    life.refused(partial(engine.revoke_token, pairs[0]["access_token"]))


def webhooks(life: Life) -> None:
    """An endpoint, its secrets, deliveries that are taken and that are not."""
    canaries, call = life.canaries, life.call
    body = {"url": URL, "events": ["*"]}
    told: list[Outgoing] = []

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        told.append(outgoing)
        canaries.look("what leaves", repr(outgoing))
        if len(told) % 2:
            raise OSError("nobody is there")
        return 200, {}

    made = call("POST", "/webhooks/endpoints", body, key="made")
    canaries.shown.append(("webhook secret", made.body))
    canaries.shown.append(("webhook secret", call("POST", "/webhooks/endpoints", body, key="made").body))
    endpoint = made.json()["endpoint"]
    canaries.add("webhook secret", endpoint["secret"])
    canaries.look("an answer", repr(made))
    path = f"/webhooks/endpoints/{endpoint['endpoint_id']}"
    life.engine.run_webhooks(transport=post)
    turned = call("POST", f"{path}/rotate-secret", {}, key="turned")
    canaries.shown.append(("webhook secret after", turned.body))
    canaries.add("webhook secret after", turned.json()["endpoint"]["secret"])
    canaries.answered(call("POST", "/webhooks/endpoints", body | {"url": "http://x"}, key="made"))
    for method, end in (("GET", ""), ("PUT", ""), ("POST", "/test"), ("GET", "/deliveries")):
        canaries.answered(call(method, f"{path}{end}", {"description": "Ours"}), end)
    for listed in ("endpoints", "deliveries", "events"):
        canaries.answered(call("GET", f"/webhooks/{listed}"), listed)
    call.ok("POST", "/contacts", {"contact_name": "Asha"})
    for _ in range(3):
        life.clock.move(minutes=10)
        life.engine.run_webhooks(transport=post)
    assert len(told) > 2
    secrets = [turned.json()["endpoint"]["secret"]]
    life.objects.append(Claimed(1, 2, "dl_1", "CONTACT_CREATED", URL, secrets, b"{}", 0))


def vault(life: Life) -> None:
    """Credentials of both kinds, used, refused, renewed in vain, and sealed anew."""
    canaries, keep = life.canaries, life.engine.vault
    keep.put("shop 1", {"token": FIXED})
    keep.put("shop 2", PAIR)
    life.objects += [keep, Sealer([NEW, OLD]), Client(life.engine.handle, FIXED)]
    for consumer in ("shop 1", "shop 2"):
        with keep.client(consumer) as client:
            life.objects.append(client)
            life.refused(client.whoami)
    canaries.look("the connections", repr(keep.connections()))
    life.refused(partial(keep.put, "shop 3", {"token": f"{FIXED}\n"}))
    life.refused(partial(keep.put, "shop 3", {"secret": FIXED}))
    life.refused(partial(keep.client, FIXED[:5]))
    life.refused(partial(Sealer, [NEW + b"x"]))


def every_operation(life: Life) -> None:
    """Each with a token that may do everything, with nothing that makes sense, and as one who may nothing."""
    canaries, token = life.canaries, life.call.token
    assert token is not None
    narrow = life.engine.mint_pat(org_id=life.org.org_id, scopes=["AIBooks.taxes.READ"])
    canaries.add("narrow token", narrow.token)
    calls = (life.call, Call(life.engine, narrow.token), Call(life.engine, f"{token}x"))
    for resource, operation in OPERATIONS:
        path = f"{resource.path}{operation.path}".replace("{id}", "x")
        for call in calls:
            body = None if operation.method == "GET" else {}
            canaries.answered(call(operation.method, path, body), f"{resource.name}.{operation.name}")
    for path in (f"/contacts/{token}", f"/contacts/{token}/archive", f"/{token}"):
        canaries.answered(life.call("POST", path, {}, key="as an id"), "an id that is none")
        canaries.answered(life.call("GET", path), "an id that is none")
    invoice = {"customer_id": token, "date": "2026-05-19", "line_items": [{"name": "Work", "rate": 1}]}
    canaries.answered(life.call("POST", "/invoices", invoice), "an id that is none")
    comment = {"entity_type": "INVOICE", "entity_id": token, "body": "Whose?"}
    canaries.answered(life.call("POST", "/comments", comment), "an id that is none")
    for value in (token, f"Basic {token}", f"Bearer {token} x", f"Bearer  {token}"):
        request = Request("GET", f"{BASE}/whoami", headers={"Authorization": value})
        canaries.answered(life.engine.handle(request), "a refusal")
        life.objects.append(request)


def failing(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own mistake, with every secret that has a form in the text of it."""
    formed = [one.decode() for one in life.canaries.secrets.values() if one.startswith((b"aibk_", b"whsec_"))]
    assert len(formed) > 8

    def fail(_: object) -> None:
        raise ValueError(f"could not do it for {' and '.join(formed)}")

    with monkeypatch.context() as patch:
        patch.setattr(life.engine.desk, "do", fail)
        answer = life.call("GET", "/contacts")
    assert 500 == answer.status
    life.canaries.answered(answer, "a mistake of ours")


# ----- everything that is left behind -----


def rows_of(target: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table of the books, those beside them too."""
    with watched(target) as bare:
        names = bare.tables()
        if is_postgres(target):
            names += ["finz_limits", "finz_migrations", "finz_lock"]
        for name in names:
            for row in bare.execute(f"SELECT * FROM {name}"):
                yield name, b"\0".join(one if isinstance(one, bytes) else str(one).encode() for one in row)


def left_behind(life: Life, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Tables, files, a backup, an organisation that went out, and journals for other tools."""
    yield from rows_of(life.target)
    life.engine.backup(str(folder / "backup.db"))
    life.engine.export_org(life.org.org_id, str(folder / "moved.db"))
    for form in FORMS:
        with io.BytesIO() as file:
            export(life.org, form, file)
            written = file.getvalue()
        if zipfile.is_zipfile(io.BytesIO(written)):
            with zipfile.ZipFile(io.BytesIO(written)) as archive:
                written = b"".join(map(archive.read, archive.namelist()))
        assert b"Sales" in written
        yield form, written
    beside = [] if is_postgres(life.target) else [*Path(life.target).parent.iterdir()]
    assert is_postgres(life.target) or {"books.db", "books.db-wal", "books.db-limits"} <= {
        path.name for path in beside
    }
    for path in (*beside, *folder.iterdir()):
        yield path.name, path.read_bytes()


def told(records: Iterable[logging.LogRecord]) -> Iterator[tuple[str, str]]:
    """Log records as they are written, and with all that they carry."""
    for record in records:
        written = logging.Formatter().format(record)
        carried = {name: one for name, one in vars(record).items() if name != "exc_info"}
        yield record.name, f"{written} {carried!r}"


def test_secrets_are_nowhere_but_where_they_are_shown_once(
    target: str,
    tmp_path: Path,
    clock: FrozenClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canaries = Canaries()
    with caplog.at_level(logging.DEBUG):
        life = Life(target, clock, canaries, OLD)
        try:
            trade = Trade(life.call, life.org)
            trade.taxed(trade.contact(), 100)
            oauth(life)
            webhooks(life)
            vault(life)
            life.reopened()
            assert life.engine.vault.reseal() > 2
            every_operation(life)
            failing(life, monkeypatch)
            for where, what in left_behind(life, tmp_path):
                canaries.look(where, what)
        finally:
            life.engine.close()
    for one in life.objects:
        canaries.look(f"a {type(one).__name__}", f"{one!r} {one!s}")
    assert {"finzcore.api", "finzcore.oauth", "finzcore.vault"} <= {record.name for record in caplog.records}
    for where, text in told(caplog.records):
        canaries.look(f"the log {where}", text)
    assert len(canaries.secrets) > 18
    assert set() == canaries.found()
    # And where they are shown, they are seen.
    for name, shown in canaries.shown:
        assert (name, "") in canaries.found([("", shown)])


@on_sqlite  # the tables are the same, and so is what reads them
def test_without_a_seal_what_webhooks_are_signed_with_would_be_found(
    target: str, tmp_path: Path, clock: FrozenClock
) -> None:
    canaries = Canaries()
    life = Life(target, clock, canaries)
    with life.engine:
        trade = Trade(life.call, life.org)
        trade.taxed(trade.contact(), 100)
        webhooks(life)
        for where, what in left_behind(life, tmp_path):
            canaries.look(where, what)
    kept = {"webhook_endpoints", "keys", "books.db-wal", "backup.db", "moved.db"}
    found = canaries.found()
    assert kept - {"keys"} <= {where for name, where in found if name == "webhook secret after"}
    assert {"keys"} <= {where for name, where in found if name == "webhook secret"}
    assert {"webhook secret", "webhook secret after"} == {name for name, _ in found}


@pytest.mark.parametrize("offset", range(4))
@pytest.mark.parametrize(
    "spelled",
    [bytes, bytes.hex, lambda text: text.hex().upper(), base64.b64encode, base64.urlsafe_b64encode, quote],
    ids=["plain", "hex", "HEX", "base64", "base64url", "in a URL"],
)
def test_a_secret_is_found_however_it_is_spelled(spelled: Any, offset: int) -> None:
    canaries = Canaries()
    canaries.add("secret", b"aibk_pat_a/secret?that=nobody~guesses\xff\xfe")
    text = spelled(b"x" * offset + canaries.secrets["secret"] + b"yz")
    assert {("secret", "here")} == canaries.found(
        [("here", text if isinstance(text, bytes) else text.encode())]
    )
