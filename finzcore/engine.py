"""The engine: where the parts meet. The only place that knows them all."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from finzcore import system
from finzcore.api import envelopes
from finzcore.books import access, history, registry
from finzcore.books.books import Actor, Books, instant
from finzcore.books.head import HEADS, ORGS
from finzcore.books.unit import Desk
from finzcore.errors import BooksUnusable, InsufficientScope, NotFound
from finzcore.ids import from_uuid, unwire, wire
from finzcore.oauth import OAuth
from finzcore.org import Org
from finzcore.ports import Blobs, Clock, Ids, Mail, Random, Store
from finzcore.rounds import Rounds
from finzcore.sealing import Sealer
from finzcore.settings import Settings, check_blobs, check_choices
from finzcore.storage.targets import open_store, shown
from finzcore.tokens import Tokens

if TYPE_CHECKING:
    from types import TracebackType

    from finzcore.api.http import Request, Response
    from finzcore.books.moving import Moved
    from finzcore.books.printing.operation import Print
    from finzcore.books.problem import Problem
    from finzcore.people import User
    from finzcore.render import Drawings
    from finzcore.vault import Vault


class Engine(Tokens, OAuth, Rounds):
    """Books, open. Thread-safe; close it when done, or use it in a ``with`` statement."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        ids: Ids,
        random: Random,
        settings: Settings,
        target: str = "a store of one's own",
        blobs: Blobs | None = None,
        mail: Mail | None = None,
    ) -> None:
        self.store = store
        self.target = target
        self.clock = clock
        self.ids = ids
        self.random = random
        self.settings = settings
        self.mail = mail
        self.desk = Desk(
            store,
            ids,
            envelopes,
            blobs=blobs,
            base=settings.base_url,
            random=random,
            sealer=Sealer(settings.sealing_keys),
            allow_local=settings.allow_local_webhooks,
        )

    def __repr__(self) -> str:
        return f"<Engine of {self.target!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.close()

    def handle(self, request: "Request") -> "Response":
        """Answer one API request; the same function that `build_handler` gives."""
        return self._handle(request)

    @cached_property
    def _handle(self) -> "Callable[[Request], Response]":
        from finzcore.api.handler import build_handler

        return build_handler(self)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    # ----- organisations and people -----

    def create_org(
        self,
        *,
        name: str,
        state: str,
        gstin: str | None = None,
        legal_name: str | None = None,
        is_sandbox: bool = False,
        owner_user_id: str | None = None,
        preferences: Mapping[str, Any] | None = None,
    ) -> Org:
        """Found an organisation, with its head office, chart, tax rows and first ADMIN."""
        from finzcore.books import organisation as organisations

        now = self.clock()
        org_id = self.ids(now)
        with self.store.write(org_id) as session:
            org = organisations.found(
                session,
                name=name,
                state=state,
                gstin=gstin,
                legal_name=legal_name,
                is_sandbox=is_sandbox,
                preferences=preferences,
                secret=self.random(32),
                time=instant(now),
            )
            books = self.desk.open(session, now, Actor())
            if owner_user_id is None:
                owner = access.add_user(session.shared, books.new_id(), books.time, org["name"], None)["id"]
            else:
                owner = self._user_key(owner_user_id)
            organisations.settle_in(books, org)
            access.add_membership(books, owner, "ADMIN")
            history.close(books)
        return Org(self, org_id)

    def org(self, org_id: str, user_id: str | None = None) -> Org:
        """An organisation by its id; NotFound when there is none."""
        key = from_uuid(0, org_id)
        if key is not None:
            with self.store.read(key) as session:
                if session.get(ORGS) is not None:
                    return Org(self, key, None if user_id is None else self._user_key(user_id))
        raise NotFound(f"Organisation '{org_id}' not found.", field="org_id")

    def orgs(self) -> list[Org]:
        """Every organisation in these books, in the order in which they were founded."""
        with self.store.shared() as session:
            return [Org(self, row["org_id"]) for row in session.ask("access.orgs")]

    def create_user(self, *, name: str, email: str | None = None) -> "User":
        """A person who may become a member of organisations."""
        from finzcore.people import User

        now = self.clock()
        with self.store.shared(write=True) as session:
            row = access.add_user(session, self.ids(now), instant(now), name, email)
        return User(user_id=wire("usr_", 0, row["id"]), name=row["name"], email=row["email"])

    def add_membership(self, org_id: str, user_id: str, *, role: str = "MEMBER") -> None:
        """Let a user work in an organisation, as ADMIN or MEMBER."""
        user = self._user_key(user_id)
        self.work(self._org_key(org_id), Actor(), lambda books: access.add_membership(books, user, role))

    def remove_membership(self, org_id: str, user_id: str) -> None:
        """End a membership; the user's tokens of that organisation are revoked with it."""
        user = self._user_key(user_id)
        self.work(self._org_key(org_id), Actor(), lambda books: access.remove_membership(books, user))

    def set_preferences_as(
        self, user_id: str, org_id: str, body: Mapping[str, Any], actor: Actor
    ) -> dict[str, Any]:
        """Merge preferences for a signed-in user, who must be an ADMIN of that organisation."""
        from finzcore.books import organisation as organisations

        user, key = unwire("usr_", 0, user_id), from_uuid(0, org_id)
        member = None
        if user is not None and key is not None:
            with self.store.shared() as session:
                member = session.get(access.MEMBERSHIPS, user, key)
        if key is None or member is None or (member["status"], member["role"]) != ("ACTIVE", "ADMIN"):
            raise InsufficientScope("Only an ADMIN of the organisation may change its preferences.")
        given = organisations.given_preferences(body)
        acting = actor._replace(user_id=user)
        kept: dict[str, Any] = self.work(
            key, acting, lambda books: organisations.set_preferences(books, given)
        )
        return kept

    # ----- keeping the books safe -----

    def verify(
        self, org_id: str | None = None, anchor: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> "list[Problem]":
        """Derive every figure again from the journal and name each disagreement; empty means sound.

        `anchor` is a head that `export_head` gave earlier, or several, as `backup` gives them.
        """
        from finzcore.books.verify import verify

        orgs = [self._org_key(org_id)] if org_id is not None else [org._key for org in self.orgs()]
        anchors = [] if anchor is None else [anchor] if isinstance(anchor, Mapping) else anchor
        return verify(self.store, orgs, anchors, self.settings.sealing_keys)

    def export_head(self, org_id: str) -> dict[str, Any]:
        """The ends of an organisation's two chains, signed: an anchor to keep outside the books."""
        from finzcore.books.anchors import export_head

        return export_head(
            self.store, self._org_key(org_id), instant(self.clock()), self.settings.sealing_keys
        )

    def backup(self, path: str) -> list[dict[str, Any]]:
        """An online copy, proved by verifying it against the heads of these books.

        Returns those heads. BooksUnusable when the target exists or the copy does not verify.
        """
        from finzcore import moves

        anchors = [self.export_head(org.org_id) for org in self.orgs()]
        moves.backup(self.store, path, anchors, self.settings)
        return anchors

    def export_org(self, org_id: str, target: str) -> "Moved":
        """Copy an organisation into new books of its own, and say what was copied.

        `target` is a path, or a database without books. Its members come along, and the tokens bound to
        it; ids and hashes stay, and so does the organisation here. BooksUnusable, and no copy, when the
        two sides differ or the copy does not verify.
        """
        from finzcore import moves

        return moves.take_out(self.store, self._org_key(org_id), target, self.settings)

    def import_org(self, source: str, org_id: str | None = None) -> "Moved":
        """Copy every organisation of other books into these, or the one of an id, all or none.

        Otherwise as `export_org`. BooksUnusable also when an organisation is here already. Users who are
        here stay as they are.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as d, open_books(":memory:") as practice, open_books(":memory:") as own:
        ...     acme = practice.create_org(name="Acme Traders", state="IN-KA")
        ...     moved = practice.export_org(acme.org_id, f"{d}/acme.db")
        ...     moved == own.import_org(f"{d}/acme.db"), own.org(acme.org_id).name
        (True, 'Acme Traders')
        """
        from finzcore import moves

        return moves.take_in(self.store, source, self.settings, org_id)

    def consolidated(self, report: str, org_ids: Iterable[str] | str, **parameters: Any) -> dict[str, Any]:
        """A report of several organisations: of each by itself, and of all added up by the code and the name
        of their accounts (`api.md` §8.7).

        `org_ids` are at most 50 ids, or ``"all"``; the parameters are those of the report, which is one of
        ``trial_balance, profit_and_loss, balance_sheet, cash_flow, ar_aging, ap_aging``. Who cannot be
        found, or cannot be asked, stands in ``errors``. NotFound for another report.

        >>> with open_books(":memory:") as engine:
        ...     mills = [engine.create_org(name=name, state="IN-MH") for name in ("Asha Mills", "Usha Mills")]
        ...     said = engine.consolidated("cash_flow", "all", from_date="2026-04-01", to_date="2026-04-30")
        ...     [company["name"] for company in said["companies"]], said["totals"]["net_change"]
        (['Asha Mills', 'Usha Mills'], Decimal('0.00'))
        """
        from finzcore.several import consolidated

        return consolidated(self, report, org_ids, parameters)

    # ----- inside -----

    def drawn(self, wanted: "Print") -> tuple[bytes, bool]:
        """A document as PDF, and whether it was drawn just now; what was drawn is kept in memory."""
        body, fresh = self._drawings.of(wanted.org_id, wanted.version, wanted.printout, wanted.template)
        return body, fresh

    @cached_property
    def vault(self) -> "Vault":
        """Where an integrator keeps the credentials that it has for the books of others (`api.md` §8.8).

        >>> keys = Settings(sealing_keys=[bytes(32)])
        >>> with open_books(":memory:", settings=keys) as engine:
        ...     acme = engine.create_org(name="Acme Traders", state="IN-KA")
        ...     token = engine.mint_pat(org_id=acme.org_id).token
        ...     _ = engine.vault.put("a shop", {"token": token})
        ...     engine.vault.client("a shop").whoami()["org_id"] == acme.org_id
        True
        """
        from finzcore.vault import Vault

        return Vault(self)

    @cached_property
    def _drawings(self) -> "Drawings":
        from finzcore.render import Drawings

        return Drawings()

    def work(
        self, org_id: int, actor: Actor, work: Callable[[Books], Any], now: dt.datetime | None = None
    ) -> Any:
        """Run a function of the books as one unit of work, at an instant: by default the present one."""
        return self.desk.work(org_id, actor, self.clock if now is None else lambda: now, work)

    def look(self, org_id: int, read: Callable[[Books], Any]) -> Any:
        """Run a function that only reads the books."""
        held = self.desk.books_of(org_id)
        if held is not None:
            return read(held)
        with self.store.read(org_id) as session:
            return read(self.desk.open(session, self.clock(), Actor()))

    def _org_key(self, org_id: str) -> int:
        return self.org(org_id)._key

    def _user_key(self, user_id: str) -> int:
        key = unwire("usr_", 0, user_id)
        if key is None:
            raise NotFound(f"User '{user_id}' not found.", field="user_id")
        return key


def open_books(
    target: str,
    *,
    clock: Clock = system.clock,
    ids: Ids | None = None,
    random: Random = system.random,
    settings: Settings | None = None,
    blobs: Blobs | None = None,
    mail: Mail | None = None,
) -> Engine:
    """Open books, or create them: a path, ``":memory:"``, or ``"postgresql://…"``. BooksUnusable when
    they are not ours, Unavailable when a server is out of reach for now.

    `clock` is a function that returns an aware `datetime`; TypeError for what is none, and for
    settings that are no `Settings`. Those with ``allow_local_webhooks`` are refused, by BooksUnusable,
    where there is a live token. `mail` is what `run_mail` sends by, such as `finzcore.mail.Smtp`, or
    anything with a ``send`` (`finzcore.ports.Mail`). `blobs` keeps attached files outside the books, such
    as a `BlobFolder`; without it they are in the database.

    >>> open_books(":memory:", settings={"durability": "relaxed"})
    Traceback (most recent call last):
    TypeError: settings: a finzcore.Settings, such as Settings(durability="relaxed"), not dict
    """
    check_choices(settings, clock=clock, ids=ids or system.Ids, random=random)
    check_blobs(blobs)
    if mail is not None and not callable(getattr(mail, "send", None)):
        raise TypeError(
            f"mail: something that sends, such as finzcore.mail.Smtp(...), not {type(mail).__name__}"
        )
    chosen = settings or Settings()
    store = open_store(
        str(target),
        subjects=registry.subjects(),
        tables=registry.tables,
        head=HEADS,
        durability=chosen.durability,
        migrate=chosen.migrate,
        distribute=chosen.distribute,
        read_dsn=chosen.read_dsn,
    )
    if chosen.allow_local_webhooks:
        _refuse_live_tokens(store, instant(clock()))
    return Engine(
        store,
        clock=clock,
        ids=ids or system.Ids(random),
        random=random,
        settings=chosen,
        target=shown(str(target)),
        blobs=blobs,
        mail=mail,
    )


def _refuse_live_tokens(store: Store, now: str) -> None:
    """Books with live tokens are in earnest: none of their events goes to a machine inside (`reliability.md`
    §19)."""
    with store.shared() as session:
        found = access.has_live_token(session, now)
    if found:
        store.close()
        raise BooksUnusable("allow_local_webhooks is for practice: these books have tokens that are live.")
