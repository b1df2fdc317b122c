"""``finzcore openapi``: the API described by its own declarations."""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from finzcore.api.openapi.story import Example
    from finzcore.engine import Engine
    from finzcore.ports import Random
    from finzcore.settings import Settings

DAY: Final = dt.datetime(2026, 5, 28, 5, tzinfo=dt.UTC)
"""When the calls of the examples are made."""


def _chance() -> "Random":
    """Bytes that are the same in every run. The tokens made with them open nothing that is kept."""
    from hashlib import shake_256

    drawn = itertools.count()
    return lambda n: shake_256(b"%d" % next(drawn)).digest(n)


def empty_books(settings: "Settings | None" = None) -> "Engine":
    """Books in memory, with a clock that stands still and known chance: the same in every run."""
    from finzcore.engine import open_books

    return open_books(":memory:", clock=lambda: DAY, random=_chance(), settings=settings)


def played(engine: "Engine") -> "dict[str, list[Example]]":
    """The examples, from calls to an engine with empty books."""
    from finzcore.api.openapi.story import play

    org = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAACW6288M1ZS")
    org.add_cost_center("Bengaluru shop")
    org.add_salesperson("Meena", email="meena@acme.example")
    org.enable_currency("USD")
    org.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-28")
    token = engine.mint_pat(org_id=org.org_id).token
    several = engine.mint_pat(user_id=engine.tokens(org_id=org.org_id)[0]["user_id"]).token
    branch: str = org.branches.list()[0]["branch_id"]
    return play(engine.handle, token, several, branch=branch, tax=org.tax_id("GST 18%"))


def told() -> "dict[str, list[Example]]":
    """The examples, the same in every run."""
    with empty_books() as engine:
        return played(engine)


def _json(examples: "Mapping[str, Sequence[Example]]") -> str:
    from finzcore.api.openapi.document import document, printed

    return printed(document(examples))


def _markdown(examples: "Mapping[str, Sequence[Example]]") -> str:
    from finzcore.api.openapi.pages import endpoints

    return endpoints(examples)


def _errors(_examples: "Mapping[str, Sequence[Example]]") -> str:
    from finzcore.api.openapi.pages import errors

    return errors()


FORMS: Final[dict[str, Callable[..., str]]] = {"json": _json, "markdown": _markdown, "errors": _errors}


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="json",
    show_default=True,
    help="OpenAPI 3.1, the page of the endpoints, or that of the errors.",
)
def openapi(form: str) -> None:
    """Print the reference of the API, made from what is declared; its examples have just happened."""
    click.echo(FORMS[form](told()))
