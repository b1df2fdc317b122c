"""The part of an engine that knows who is let in by OAuth: clients registered, their secrets renewed, what
users have granted them revoked (`api.md` §2.1, §4.0). The rest of OAuth is answered by `handle`."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from finzcore.books.books import Actor
from finzcore.books.unit import Desk
from finzcore.ports import Clock, Random
from finzcore.settings import Settings

if TYPE_CHECKING:
    from finzcore.books.oauth.unit import Secrets, Unit
    from finzcore.people import RegisteredClient


class OAuth:
    """The part of an engine that knows clients; the rest of it is named here for that alone."""

    desk: Desk
    clock: Clock
    random: Random
    settings: Settings
    _user_key: Callable[[str], int]

    def register_oauth_client(
        self,
        owner_user_id: str,
        *,
        name: str,
        redirect_uris: Iterable[str],
        scopes: Iterable[str] | None = None,
    ) -> "RegisteredClient":
        """A client that users may let in. Its secret is shown once.

        `redirect_uris` are 1 to 10 absolute addresses, https or http to localhost, compared word for word
        later. With `scopes` it may ask for no others. NotFound for an unknown owner, RequiredField or
        RuleBroken for what will not do.

        >>> from finzcore import open as open_books
        >>> with open_books(":memory:") as engine:
        ...     asha = engine.create_user(name="Asha Rao")
        ...     shop = engine.register_oauth_client(
        ...         asha.user_id, name="Shop", redirect_uris=["https://shop.example/back"]
        ...     )
        ...     shop.client_id[:9], shop.client_secret[:9]
        ('aibk_app_', 'aibk_sec_')
        """
        from finzcore.books.oauth import clients

        uris = [redirect_uris] if isinstance(redirect_uris, str) else list(redirect_uris)
        asked = None if scopes is None else list(scopes)
        owner = self._user_key(owner_user_id)
        return self._client(
            lambda unit, secrets: clients.register(
                unit, secrets, owner=owner, name=name, redirect_uris=uris, scopes=asked
            )
        )

    def rotate_client_secret(self, client_id: str) -> "RegisteredClient":
        """Another secret for a client, shown once; the one before is refused from now on. NotFound when
        there is no such client."""
        from finzcore.books.oauth import clients

        return self._client(lambda unit, secrets: clients.renew_secret(unit, secrets, client_id))

    def disable_client(self, client_id: str) -> None:
        """No more of a client: it is refused from now on, and so are all its tokens. NotFound when there is
        no such client."""
        from finzcore.books.oauth import clients

        self._oauth_unit(lambda unit: clients.disable(unit, client_id))

    def revoke_grant(self, user_id: str, client_id: str) -> None:
        """End everything that a user has let a client do; its next call is refused. NotFound when there is
        no such client."""
        from finzcore.books.oauth import clients, ending

        user = self._user_key(user_id)

        def end(unit: "Unit") -> None:
            ending.end_all(unit, user, clients.named(unit.session, client_id)["client_id"])

        self._oauth_unit(end)

    def _client(self, do: "Callable[[Unit, Secrets], tuple[str, dict[str, Any]]]") -> "RegisteredClient":
        from finzcore.books.oauth.unit import Secrets
        from finzcore.people import RegisteredClient

        secrets = Secrets(self.random, self.settings.token_peppers)
        secret, row = self._oauth_unit(lambda unit: do(unit, secrets))
        return RegisteredClient(client_id=row["client_id"], client_secret=secret, name=row["name"])

    def _oauth_unit(self, do: "Callable[[Unit], Any]") -> Any:
        from finzcore.books.oauth.unit import unit_of_work

        return unit_of_work(self.desk, None, self.clock(), Actor(), do)
