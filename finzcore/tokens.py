"""Tokens as an engine hands them out: minted, listed, moved to another tier, revoked (`api.md` §4.0)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from finzcore.auth.scopes import FULL, asked_for
from finzcore.books import access, connections
from finzcore.books.books import Actor, Books, instant
from finzcore.errors import NotFound, RuleBroken
from finzcore.ids import from_uuid, uuid_text
from finzcore.ports import Clock, Ids, Random, Store
from finzcore.settings import Settings

if TYPE_CHECKING:
    from finzcore.people import MintedToken


class Tokens:
    """The part of an engine that knows tokens; the rest of it is named here for that alone."""

    store: Store
    clock: Clock
    ids: Ids
    random: Random
    settings: Settings
    work: Callable[..., Any]
    _org_key: Callable[[str], int]
    _user_key: Callable[[str], int]

    def mint_pat(
        self,
        *,
        org_id: str | None = None,
        user_id: str | None = None,
        scopes: Iterable[str] | str = (FULL,),
        sandbox: bool = False,
        expires_at: dt.datetime | None = None,
        label: str | None = None,
    ) -> "MintedToken":
        """A personal access token: of one organisation, or of all of a user's when `org_id` is None.

        `scopes` are names of scopes, or a preset: ``"full"`` for everything, ``"read"`` for every READ.

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     acme = engine.create_org(name="Acme Traders", state="IN-KA")
        ...     reader = engine.mint_pat(org_id=acme.org_id, scopes="read", label="the website")
        ...     engine.tokens(org_id=acme.org_id)[0]["scopes"][:2]
        ['AIBooks.accounts.READ', 'AIBooks.activity.READ']
        """
        from finzcore.people import MintedToken

        granted = asked_for(scopes)
        if org_id is None and user_id is None:
            raise RuleBroken("A token of several organisations belongs to a user.", field="user_id")
        if expires_at is not None and expires_at.tzinfo is None:
            raise RuleBroken("The expiry is an instant with its offset.", field="expires_at")
        now = self.clock()
        user = None if user_id is None else self._user_key(user_id)
        pepper = [None, *self.settings.token_peppers.values()][-1]

        def mint(session: Any, org: int | None, acting: int) -> tuple[str, dict[str, Any]]:
            minted = access.mint(
                session,
                key=self.ids(now),
                now=instant(now),
                random=self.random,
                user_id=acting,
                org_id=org,
                scopes=granted,
                sandbox=sandbox,
                expires_at=None if expires_at is None else instant(expires_at.astimezone(dt.UTC)),
                label=label,
                pepper=pepper,
            )
            connections.minted(session, minted[1], legacy=self.settings.legacy_connections)
            return minted

        def bound(books: Books) -> tuple[str, dict[str, Any]]:
            return access.mint_bound(books, mint, user, sandbox)

        if org_id is not None:
            token, row = self.work(self._org_key(org_id), Actor(), bound)
        else:
            assert user is not None
            with self.store.shared(write=True) as session:
                token, row = mint(session, None, user)
        return MintedToken(token=token, token_id=uuid_text(0, row["id"]), label=row["label"])

    def tokens(self, *, org_id: str | None = None, user_id: str | None = None) -> list[dict[str, Any]]:
        """The tokens of an organisation or a user, without their secrets."""
        with self.store.shared() as session:
            rows = session.ask(
                "access.tokens",
                org_id=None if org_id is None else self._org_key(org_id),
                user_id=None if user_id is None else self._user_key(user_id),
            )
        return [access.token_shown(row) for row in rows]

    def revoke_token(self, token_id: str) -> None:
        """End a token; the next call with it is refused, in every process."""
        self._change_token(token_id, "revoked_at", instant(self.clock()))

    def set_tier(self, token_id: str, tier: str) -> None:
        """Move a token to the DEFAULT or the PARTNER tier of rate limits."""
        if tier not in self.settings.rate_limits:
            raise RuleBroken("A tier is DEFAULT or PARTNER.", field="tier")
        self._change_token(token_id, "tier", tier)

    def _change_token(self, token_id: str, column: str, value: str) -> None:
        key = from_uuid(0, token_id)
        with self.store.shared() as session:
            row = None if key is None else session.get(access.TOKENS, key)
        if row is None:
            from finzcore.masking import masked  # the token is mostly there

            raise NotFound(f"Token '{masked(token_id)}' not found.", field="token_id")
        if column == "revoked_at" and row["revoked_at"] is not None:
            return
        if row["org_id"] is None:
            with self.store.shared(write=True) as session:
                access.change_token(session, row, column, value)
        else:
            self.work(
                row["org_id"], Actor(), lambda books: access.change_bound_token(books, row, column, value)
            )
