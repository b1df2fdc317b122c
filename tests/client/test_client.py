"""A client by itself: what it sends, when it sends it again, what it makes of answers (`api.md` §8.8)."""

import datetime as dt
import io
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore import errors
from finzcore.api import Request, Response
from finzcore.api.handler import refusal
from finzcore.books.registry import RESOURCES, resource
from finzcore.client import Client, Patience
from finzcore.client.answers import refusal_of
from finzcore.client.patience import Transport, told_wait
from finzcore.errors import FinzError, Unavailable
from finzcore.ports import OutcomeUnknown
from finzcore.testing import FrozenClock
from tests.engines import on_sqlite

ASHA = {"contact_name": "Asha Stores"}
LOST = ConnectionResetError("lost")


class Waiting:
    """Waits that take no time: the clock is moved on."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.waits: list[int] = []

    def __call__(self, milliseconds: int) -> None:
        self.waits.append(milliseconds)
        self.clock.move(seconds=milliseconds // 1000 + 1)


def half(n: int) -> bytes:
    """Chance that changes no wait."""
    return bytes([128]) if n == 1 else os.urandom(n)


class Wire:
    """Takes requests to books, or drops them or their answers; `script` says what becomes of each in turn."""

    def __init__(self, handle: Transport, *script: str | Response | OSError) -> None:
        self._handle = handle
        self._script = list(script)
        self.sent: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        turn = self._script.pop(0) if self._script else "through"
        if isinstance(turn, Response):
            return turn
        if isinstance(turn, OSError):
            raise turn
        answer = self._handle(request)
        if turn == "answer lost":
            raise LOST
        return answer

    @property
    def keys(self) -> set[str | None]:
        return {one.header("Idempotency-Key") for one in self.sent}


@pytest.fixture
def waiting(clock: FrozenClock) -> Waiting:
    return Waiting(clock)


@pytest.fixture
def over(engine: finzcore.Engine, acme: finzcore.Org, waiting: Waiting) -> Callable[..., tuple[Client, Wire]]:
    """A client over a wire with such a script."""
    token = engine.mint_pat(org_id=acme.org_id).token
    patience = Patience(sleep=waiting, clock=waiting.clock, random=half)

    def made(*script: str | Response | OSError, **chosen: Any) -> tuple[Client, Wire]:
        wire = Wire(engine.handle, *script)
        return Client(wire, token, patience=patience, **chosen), wire

    return made


Over = Callable[..., tuple[Client, Wire]]
BUSY = refusal(Unavailable(), "req_1")
BROKEN = Response(
    500, {"Content-Type": "application/json"}, b'{"code":"server.internal_error","message":"x"}'
)
GATEWAY = Response(502, {"Content-Type": "text/html"}, b"<h1>Bad gateway</h1>")


# ----- keys, and what is sent again -----


@pytest.mark.parametrize(
    "lost", [LOST, "answer lost", TimeoutError(), BrokenPipeError(), BUSY, BROKEN, GATEWAY]
)
@on_sqlite  # what is sent, and when, has nothing to do with where the books are
def test_a_post_keeps_its_key_over_its_retries_and_is_done_once(
    over: Over, acme: finzcore.Org, waiting: Waiting, lost: Any
) -> None:
    client, wire = over(lost, lost)
    made = client.contacts.create(**ASHA)
    assert [made] == list(acme.contacts.all())
    assert (3, 1, 2) == (len(wire.sent), len(wire.keys), len(waiting.waits))


def test_a_document_whose_answer_was_lost_is_made_once(over: Over, acme: finzcore.Org) -> None:
    client, wire = over("answer lost", "answer lost")
    made = client.contacts.create(**ASHA)
    assert [made] == list(acme.contacts.all())
    assert [made] == [acme.contacts.get(made["contact_id"])]
    client.contacts.create(**ASHA)
    assert (4, 2) == (len(wire.sent), len(wire.keys))


@on_sqlite
def test_a_key_of_ones_own_is_sent_and_one_that_is_none_refused(over: Over) -> None:
    client, wire = over()
    first = client.contacts.create(**ASHA, idempotency_key="order-17")
    assert first == client.contacts.create(**ASHA, idempotency_key="order-17")
    assert {"order-17"} == wire.keys
    with pytest.raises(errors.KeyReused):
        client.contacts.create(contact_name="Bela", idempotency_key="order-17")
    with pytest.raises(errors.RuleBroken, match="A key is"):
        client.contacts.create(**ASHA, idempotency_key="order 17")
    assert 3 == len(wire.sent)


@on_sqlite
def test_what_is_not_known_to_be_done_says_so_and_with_which_key_to_ask_again(
    over: Over, acme: finzcore.Org
) -> None:
    client, wire = over(*["answer lost"] * 5)
    with pytest.raises(OutcomeUnknown) as unknown:
        client.contacts.create(**ASHA)
    (key,) = wire.keys
    assert [f"With idempotency_key={key!r} the call can be made again and is done once."] == (
        unknown.value.__notes__
    )
    assert [client.contacts.create(**ASHA, idempotency_key=key)] == list(acme.contacts.all())


@pytest.mark.parametrize(
    ("script", "method", "kind"),
    [
        ([ConnectionRefusedError()] * 5, "POST", Unavailable),
        ([LOST] * 5, "GET", Unavailable),
        ([LOST] * 5, "POST", OutcomeUnknown),
        ([LOST, BUSY, BUSY, BUSY, BUSY], "POST", OutcomeUnknown),
        ([BUSY] * 5, "POST", Unavailable),
        ([GATEWAY] * 5, "POST", OutcomeUnknown),
    ],
)
@on_sqlite
def test_after_five_tries_a_client_gives_up(
    over: Over, waiting: Waiting, script: list[Any], method: str, kind: type[FinzError]
) -> None:
    client, wire = over(*script)
    with pytest.raises(Unavailable) as given_up:
        client.contacts.create(**ASHA) if method == "POST" else client.contacts.list()
    assert (kind, 5) == (type(given_up.value), len(wire.sent))
    assert [250, 500, 1000, 2000] == waiting.waits or script[-1] is BUSY


@on_sqlite
def test_changes_and_deletions_come_to_the_same_when_they_are_sent_again(
    over: Over, acme: finzcore.Org
) -> None:
    asha = acme.contacts.create(**ASHA)["contact_id"]
    client, wire = over("answer lost")
    assert "Bela" == client.contacts.update(asha, contact_name="Bela")["contact_name"]
    client, wire = over("answer lost")
    client.contacts.delete(asha)
    assert ["DELETE", "DELETE"] == [one.method for one in wire.sent]
    with pytest.raises(errors.NotFound):
        over()[0].contacts.delete(asha)
    assert {None} == wire.keys


@on_sqlite
def test_a_refusal_is_not_asked_for_again(over: Over) -> None:
    client, wire = over()
    with pytest.raises(errors.RequiredField):
        client.contacts.create()
    assert 1 == len(wire.sent)


# ----- limits -----


@on_sqlite
def test_an_exhausted_limit_is_waited_for(
    new_target: Callable[[], str], clock: FrozenClock, waiting: Waiting
) -> None:
    limits = finzcore.Settings(rate_limits={"DEFAULT": 3, "PARTNER": 9})
    clock.set("2026-05-19T05:00:40+00:00")
    with finzcore.open(new_target(), clock=clock, settings=limits) as engine:
        acme = engine.create_org(name="Acme", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
        client = Client(engine.handle, token, patience=Patience(sleep=waiting, clock=clock))
        for _ in range(7):
            client.contacts.create(**ASHA)
        assert 7 == len(acme.contacts.list())
    # 05:00:40 to 05:01:00; then a second has passed besides, and the window ends 59 seconds later.
    assert [20_000, 59_000] == waiting.waits


@on_sqlite
def test_nobody_waits_longer_than_was_said(over: Over, waiting: Waiting) -> None:
    later = refusal(errors.RateLimited(details={"retry_after": 151}))
    client, wire = over(later)
    with pytest.raises(errors.RateLimited) as refused:
        client.contacts.list()
    assert ([], 1, 151) == (waiting.waits, len(wire.sent), refused.value.details["retry_after"])


@on_sqlite
def test_a_key_at_work_is_waited_for(over: Over, waiting: Waiting) -> None:
    client, wire = over(*[refusal(errors.KeyInProgress())] * 9)
    client.contacts.create(**ASHA)
    assert ([1000] * 9, 10) == (waiting.waits, len(wire.sent))


@on_sqlite
def test_a_limit_that_says_nothing_does_not_keep_a_client_forever(over: Over, waiting: Waiting) -> None:
    client, wire = over(*[Response(429, {"Retry-After": "0"})] * 1000)
    with pytest.raises(FinzError):
        client.contacts.list()
    assert (150_000, 151) == (sum(waiting.waits), len(wire.sent))


NOON = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0), ("7", 7), (" 7 ", 7), ("60", 60), ("9" * 50, 1_000_000),
        ("Tue, 19 May 2026 12:00:30 GMT", 30), ("Tue, 19 May 2026 17:30:30 +0530", 30),
        ("Tue, 19 May 2026 11:00:00 GMT", 0), ("Tue, 19 May 2026 12:00:30", 30),
        (None, None), ("", None), ("-1", None), ("1.5", None), ("soon", None), ("१", None), ("1 2", None),
        ("Tue, 99 May 2026 12:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(said: str | None, seconds: int | None) -> None:
    assert (None if seconds is None else seconds * 1000) == told_wait(said, NOON)


# ----- lists -----


def test_a_list_goes_through_all_its_pages(over: Over, acme: finzcore.Org) -> None:
    made = [acme.contacts.create(contact_name=f"Contact {n}")["contact_id"] for n in range(5)]
    client, wire = over()
    rows = client.contacts.list(per_page=2)
    assert 1 == len(wire.sent)
    assert made[::-1] == [row["contact_id"] for row in rows]
    assert (3, []) == (len(wire.sent), list(rows))
    assert made[::-1] == [row["contact_id"] for row in client.contacts.all(per_page=5)]
    assert [made[3]] == [row["contact_id"] for row in client.contacts.list(per_page=1, search="Contact 3")]


@on_sqlite
def test_what_comes_in_during_a_walk_is_not_in_it(over: Over, acme: finzcore.Org) -> None:
    made = [acme.contacts.create(contact_name=f"Contact {n}")["contact_id"] for n in range(3)]
    client, _ = over()
    rows = client.contacts.list(per_page=1)
    first = next(rows)
    acme.contacts.create(contact_name="Later")
    assert made[::-1] == [first["contact_id"], *(row["contact_id"] for row in rows)]


@on_sqlite
def test_a_list_that_is_refused_is_refused_when_it_is_asked_for(over: Over) -> None:
    with pytest.raises(errors.RuleBroken, match="contact_type"):
        over()[0].contacts.list(contact_type="FRIEND")


# ----- companies -----


@on_sqlite
def test_a_client_works_in_its_company_and_in_another_when_told(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    bela = engine.create_org(name="Bela", state="IN-MH")
    uma = engine.create_user(name="Uma").user_id
    for org in (acme, bela):
        engine.add_membership(org.org_id, uma)
    client = Client(engine.handle, engine.mint_pat(user_id=uma).token, acme.org_id)
    client.contacts.create(contact_name="Of Acme")
    client.contacts.create(contact_name="Of Bela", company_id=bela.org_id)
    client.company(bela.org_id).contacts.create(contact_name="Of Bela, too")
    assert ["Of Acme"] == [row["contact_name"] for row in client.contacts.list()]
    assert 2 == len(list(client.contacts.list(company_id=bela.org_id)))
    assert (acme.org_id, True) == (client.whoami()["org_id"], client.whoami()["is_multi_org"])
    both = client.consolidated.trial_balance(
        organization_ids=[acme.org_id, bela.org_id], as_of_date="2026-05-31"
    )
    assert ["Acme Traders", "Bela"] == [company["name"] for company in both["companies"]]
    with pytest.raises(errors.NoMembership):
        client.contacts.list(company_id="00000000-0000-8000-8000-000000000000")


def test_no_call_has_a_field_that_means_a_company() -> None:
    shapes = [
        shape for name in RESOURCES for one in resource(name).operations
        for shape in (one.body, one.query) if shape is not None
    ]  # fmt: skip
    assert 100 < len(shapes)
    assert not any("company_id" in shape.plan.names for shape in shapes)


# ----- files and figures -----


def test_files_go_up_and_come_down(over: Over, acme: finzcore.Org) -> None:
    asha = acme.contacts.create(**ASHA)["contact_id"]
    client, wire = over()
    bytes_ = b"\r\n--finzcore-7d1f9c2e4b--\r\n" + bytes(range(256)) * 300
    file = io.BytesIO(bytes_)
    file.name = "/home/asha/बिल.pdf"  # type: ignore[misc]
    made = client.attachments.create(file=file, entity_type="CONTACT", entity_id=asha)
    assert ("बिल.pdf", "application/pdf", len(bytes_)) == (
        made["filename"], made["content_type"], made["size_bytes"],
    )  # fmt: skip
    with client.attachments.open(made["attachment_id"]) as opened:
        assert bytes_ == opened.read()
    assert wire.sent[-1].header("Authorization") is None
    with pytest.raises(errors.Unreadable, match="empty"):
        client.attachments.create(file=b"", entity_type="CONTACT", entity_id=asha)
    with pytest.raises(errors.NotFound):
        client.attachments.open("att_0")


@on_sqlite
def test_documents_come_as_bytes_and_amounts_exactly(over: Over, acme: finzcore.Org) -> None:
    asha = acme.contacts.create(**ASHA)["contact_id"]
    client, _ = over()
    invoice = client.invoices.create(
        customer_id=asha, date=dt.date(2026, 5, 19), auto_approve=True,
        place_of_supply="IN-KA",
        line_items=[{"name": "Licence", "rate": Decimal("12000.10"), "tax_id": acme.tax_id("GST 18%")}],
    )  # fmt: skip
    assert (Decimal, "14160.12") == (type(invoice["total"]), str(invoice["total"]))
    assert b"%PDF" == client.invoices.pdf(invoice["invoice_id"])[:4]
    balance = client.reports.trial_balance(as_of_date="2026-05-31")
    assert acme.reports.trial_balance(as_of_date="2026-05-31") == balance


# ----- what is not sent -----


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda client: client.contacts.create(contact_nam="x"), TypeError),
        (lambda client: client.contacts.create(credit_limit=1.5), TypeError),
        (lambda client: client.contacts.get(), TypeError),
        (lambda client: client.contacts.get("ct_1", "ct_2"), TypeError),
        (lambda client: client.contacts.list(search={"a": 1}), TypeError),
        (lambda client: client.contacts.pay("ct_1"), AttributeError),
        (lambda client: client.quotations, AttributeError),
        (lambda client: client.contacts.get("../items"), errors.NotFound),
        (lambda client: client.contacts.get(".."), errors.NotFound),
        (lambda client: client.contacts.get(""), errors.NotFound),
        (lambda client: client.contacts.create(contact_name="\ud800"), errors.Unreadable),
        (lambda client: client.contacts.list(company_id="x\r\nX-More: 1"), ValueError),
        (lambda client: client.company(""), ValueError),
    ],
)  # fmt: skip
@on_sqlite
def test_what_no_books_could_take_is_not_sent(over: Over, wrong: Any, kind: type[Exception]) -> None:
    client, wire = over()
    with pytest.raises(kind):
        wrong(client)
    assert [] == wire.sent


@pytest.mark.parametrize("token", ["", " ", "a b", "a\r\nb", "é"])
def test_a_token_that_is_none_is_not_taken_and_not_shown(token: str) -> None:
    with pytest.raises(ValueError, match=r"^token: not one of the books'$"):
        Client(lambda request: BUSY, token)


def test_a_client_does_not_show_its_token(engine: finzcore.Engine) -> None:
    token = "aibk_pat_" + "a" * 40
    with (
        Client(engine.handle, token) as one,
        Client("https://books.example/b/api/public/v1/", token) as other,
    ):
        assert "<Client of a handle> <Client of <OverHttp 'https://books.example/b'>>" == f"{one!r} {other!r}"
        assert token not in repr([one.contacts, other.contacts.create])
        assert {"invoices", "whoami", "company", "close"} <= set(dir(one))
    with pytest.raises(TypeError, match=r"engine\.handle"):
        Client(engine, token)  # type: ignore[arg-type]


# ----- refusals -----

LEAVES: list[FinzError] = [
    errors.Unreadable(field="a"), errors.TooLarge(details={"limit": 5}), errors.UnsupportedMedia(),
    errors.WrongMethod(details={"allowed": ["GET"]}), errors.RuleBroken(field="a", details={"received": "x"}),
    errors.RequiredField(field="a"), errors.StatusRefused("No.", current="PAID", allowed=["DRAFT"]),
    errors.PeriodLocked(field="date", date="2026-05-19", locked_through="2026-05-31"),
    errors.EntryUnbalanced(field="lines", details={"debits": Decimal("1.00"), "credits": Decimal("2.50")}),
    errors.MissingOrganisation(field="organization_id"), errors.NotFound("Nothing.", field="item_id"),
    errors.Duplicate(field="reference_number"), errors.MissingToken(), errors.InvalidToken(),
    errors.RevokedToken(), errors.ExpiredToken(), errors.InsufficientScope(details={"required": "a"}),
    errors.OrgMismatch(), errors.NoMembership(), errors.RateLimited(details={"retry_after": 5}),
    errors.KeyRequired(), errors.KeyInProgress(), errors.KeyReused(), errors.InvalidRequest(),
    errors.InvalidClient(), errors.InvalidGrant(), errors.InvalidScope(), errors.UnsupportedGrantType(),
    errors.NotInstalled(), errors.Unavailable(),
]  # fmt: skip


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: type(error).__name__)
def test_a_refusal_is_the_leaf_that_it_was(error: FinzError) -> None:
    found = refusal_of(refusal(error, "req_0a1b2c3d4e5f"))
    assert (type(error), error.code, error.message, error.field, repr(error.details), str(error)) == (
        type(found), found.code, found.message, found.field, repr(found.details), str(found),
    )  # fmt: skip
    assert "req_0a1b2c3d4e5f" == found.request_id


def test_no_leaf_is_left_out_but_those_that_do_not_come_over_the_api() -> None:
    def leaves(kind: type[FinzError]) -> Iterator[type[FinzError]]:
        below = [one for one in kind.__subclasses__() if one.__module__ == "finzcore.errors"]
        yield from (leaf for one in below for leaf in (one, *leaves(one)))

    families = {errors.Unauthenticated, errors.Forbidden, errors.OAuthRefused}
    elsewhere = {errors.OverAllocated, errors.SignatureInvalid, errors.BooksUnusable, errors.SealBroken}
    assert set(leaves(FinzError)) == {type(one) for one in LEAVES} | families | elsewhere


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (301, b"", Unavailable),
        (404, b"<h1>Not here</h1>", Unavailable),
        (200, b"<h1>Sign in</h1>", OutcomeUnknown),
        (200, b'{"code": 0', OutcomeUnknown),
        (200, b"[]", OutcomeUnknown),
        (200, b'{"code": 0, "contact": {"contact_id": 5}}', OutcomeUnknown),
        (400, b'{"code": 5}', Unavailable),
        (418, b'{"code": "tea.pot", "message": "Short and stout."}', FinzError),
        (511, b'{"code": "tea.pot", "message": "Short and stout."}', Unavailable),
    ],
)
@on_sqlite
def test_what_is_no_answer_of_the_books_is_no_success(
    over: Over, status: int, body: bytes, kind: type[FinzError]
) -> None:
    client, _ = over(Response(status, {"Content-Type": "application/json"}, body))
    with pytest.raises(FinzError) as refused:
        client.contacts.create(**ASHA)
    assert kind is type(refused.value)
    assert (b"tea" in body) == (refused.value.code == "tea.pot")
