"""``finzcore openapi``: the API described by its own declarations."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from finzcore.api.openapi.story import Example
    from finzcore.engine import Engine

DAY: Final = "2026-05-28T05:00:00+00:00"
"""When the calls of the examples are made."""


def played(engine: "Engine") -> "dict[str, list[Example]]":
    """The examples, from calls to an engine with empty books."""
    from finzcore.api.openapi.story import play

    org = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAACW6288M1ZS")
    org.add_cost_center("Bengaluru shop")
    org.add_salesperson("Meena", email="meena@acme.example")
    org.enable_currency("USD")
    org.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-28")
    token = engine.mint_pat(org_id=org.org_id).token
    branch: str = org.branches.list()[0]["branch_id"]
    return play(engine.handle, token, branch=branch, tax=org.tax_id("GST 18%"))


def told() -> "dict[str, list[Example]]":
    """The examples, told on books in memory with a clock that stands still: the same in every run."""
    from finzcore.engine import open_books
    from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock

    with open_books(":memory:", clock=FrozenClock(DAY), ids=CountingIds(), random=CountingRandom()) as engine:
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
