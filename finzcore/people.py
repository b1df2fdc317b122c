"""What an engine gives back of people, of their tokens and of their clients."""

import attrs


@attrs.frozen(kw_only=True)
class User:
    """A person who acts."""

    user_id: str
    name: str
    email: str | None = None


@attrs.frozen(kw_only=True)
class RegisteredClient:
    """A client of OAuth. `client_secret` is shown here and never again."""

    client_id: str
    client_secret: str = attrs.field(repr=False)
    name: str


@attrs.frozen(kw_only=True)
class MintedToken:
    """A new token. `token` is its text, shown here and never again."""

    token: str = attrs.field(repr=False)
    token_id: str
    label: str
