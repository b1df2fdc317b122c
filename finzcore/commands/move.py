"""``finzcore move``: books from one database into another."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from finzcore.books.moving import Moved, Told, unheard


@click.command()
@click.argument("source")
@click.argument("target")
@click.option(
    "--org", "org_id", metavar="ID", help="This organisation alone, also into books that hold others."
)
@click.option("--no-verify", is_flag=True, help="Compare both sides, and leave the copy unverified.")
def move(source: str, target: str, org_id: str | None, no_verify: bool) -> None:
    """Copy books from SOURCE to TARGET, and prove that both agree.

    Each is a path or an address, postgresql://…; SOURCE is only read, stays as it is, and may be in use.
    TARGET must not hold books yet, or with --org not that organisation. It is kept when its chains, its
    trial balances and its rows are those of SOURCE and it verifies, and else not at all.
    """
    from finzcore import moves
    from finzcore.storage.targets import shown

    with _progress() as told:
        moved = moves.move(source, target, org_id=org_id, verified=not no_verify, told=told)
    click.echo(
        f"{_counted(moved)} {'is' if len(moved.org_ids) == 1 else 'are'} copied from {shown(source)} to "
        f"{shown(target)}: chains, trial balances and all {moved.rows} rows agree"
        f"{'' if no_verify else ', and the copy verifies'}; {shown(source)} stays as it was."
    )


def _counted(moved: Moved) -> str:
    if len(moved.org_ids) == 1:
        return f"Organisation {moved.org_ids[0]}"
    return f"{len(moved.org_ids)} organisations"


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on the standard error, where a person sits in front of it."""
    if not sys.stderr.isatty():
        yield unheard
        return
    with click.progressbar(length=1, label="Copying and comparing", file=sys.stderr) as bar:

        def told(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        yield told
