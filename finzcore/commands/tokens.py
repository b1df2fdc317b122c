"""``finzcore token``: mint, list and revoke."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import click

from finzcore import terminal
from finzcore.auth.scopes import FULL, PRESETS
from finzcore.commands.shared import books_argument, chosen, noted, opened, org_option
from finzcore.fiscal import INDIA


@click.group(no_args_is_help=False)
def token() -> None:
    """Personal access tokens: mint, list, revoke."""


def _expiry(_ctx: click.Context, _param: click.Parameter, text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("must be YYYY-MM-DD or an instant, YYYY-MM-DDTHH:MM+05:30.") from None
    if len(text) == len("2026-05-19"):
        moment += dt.timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=INDIA)


@token.command()
@books_argument
@org_option
@click.option("--scope", "scopes", multiple=True, help="A scope it has; may be repeated.")
@click.option("--preset", type=click.Choice(sorted(PRESETS)), help="Full access, or every READ scope.")
@click.option(
    "--user", "user_id", metavar="ID", help="Whose it is; without --org, for all of their organisations."
)
@click.option("--label", help="A name for lists.")
@click.option(
    "--expires", callback=_expiry, metavar="DATE", help="Until the end of a day in India, or an instant."
)
@click.option("--sandbox", is_flag=True, help="For a sandbox organisation.")
def mint(
    books: str,
    org_id: str | None,
    scopes: tuple[str, ...],
    preset: str | None,
    user_id: str | None,
    label: str | None,
    expires: dt.datetime | None,
    sandbox: bool,
) -> None:
    """Make a token. It is printed this once; the books keep only a digest of it."""
    if scopes and preset:
        raise click.UsageError("Give scopes or a preset, not both.")
    with opened(books) as engine:
        several = user_id is not None and org_id is None and len(engine.orgs()) > 1
        org = None if several else chosen(engine, org_id)
        made = engine.mint_pat(
            org_id=None if org is None else org.org_id,
            user_id=user_id,
            scopes=scopes or sorted(PRESETS[preset or "full"]),
            sandbox=sandbox,
            expires_at=expires,
            label=label,
        )
        whose = "all organisations of its user" if org is None else org.profile["name"]
        noted(f"A token for {whose}, {made.token_id}; this is the only time it is shown:")
        click.echo(made.token)


@token.command(name="list")
@books_argument
@org_option
@click.option("--user", "user_id", metavar="ID", help="Only this user's.")
def list_(books: str, org_id: str | None, user_id: str | None) -> None:
    """Every token, without its secret."""
    with opened(books) as engine:
        tokens = engine.tokens(org_id=org_id, user_id=user_id)
    rows = [(one["token_id"], one["label"], _granted(one["scopes"]), _state(one)) for one in tokens]
    for line in terminal.columns([("id", "label", "scopes", "state"), *rows], "<<<<"):
        click.echo(line)


def _granted(scopes: Iterable[str]) -> str:
    granted = frozenset(scopes)
    if FULL in granted:
        return "full access"
    return "read only" if granted == PRESETS["read"] else " ".join(sorted(granted))


def _state(one: dict[str, Any]) -> str:
    if one["revoked_at"]:
        return f"revoked {one['revoked_at'][:10]}"
    return f"until {one['expires_at'][:16]}Z" if one["expires_at"] else "in use"


@token.command()
@books_argument
@click.argument("token_id", metavar="ID")
def revoke(books: str, token_id: str) -> None:
    """End a token at once."""
    with opened(books) as engine:
        engine.revoke_token(token_id)
    click.echo(f"Token {token_id} is revoked.")
