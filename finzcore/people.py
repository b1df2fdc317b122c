"""What an engine gives back of people and of their tokens."""

import attrs


@attrs.frozen(kw_only=True)
class User:
    """A person who acts."""

    user_id: str
    name: str
    email: str | None = None


@attrs.frozen(kw_only=True)
class MintedToken:
    """A new token. `token` is its text, shown here and never again."""

    token: str = attrs.field(repr=False)
    token_id: str
    label: str
