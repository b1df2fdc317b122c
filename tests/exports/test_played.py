"""What the machine plays, shown to the other tools: every balance is theirs, too."""

from typing import ClassVar

from finzcore.exports.crosscheck import Opinion, crosscheck
from finzcore.exports.tools import Tool
from finzcore.testing import BooksMachine
from tests.engines import Place, on_sqlite
from tests.machines import run
from tests.test_machine import Counted


class Shown(Counted, BooksMachine):
    """All of business, which nobody but the tools looks at."""

    checks = ()
    checks_at_times = ()
    tools: ClassVar[list[Tool]] = []
    opinions: ClassVar[list[Opinion]] = []

    def the_books_say_what_the_model_says(self) -> None:
        """Nobody asks the model."""

    def teardown(self) -> None:
        """The tools have their say."""
        self.opinions.extend(crosscheck(self.acme, self.tools))
        super().teardown()


@on_sqlite  # because the export is the same on both, which its own tests show
def test_hledger_and_beancount_agree_with_every_account(new_place: Place, tools: list[Tool]) -> None:
    Shown.places, Shown.tools, Shown.opinions = [new_place], tools, []
    run(Shown, examples=4, steps=60)
    assert len(Shown.opinions) >= 4 * len(tools)
    assert {()} == {opinion.differences for opinion in Shown.opinions}
