"""The races of `test_races.py` are lost without what wins them: each guard is taken away and missed."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Final

import pytest

from tests.engines import ENGINES, Place, on_sqlite
from tests.proof.races import SEED, Judgement, Pair, play
from tests.proof.races_crews import Threads, open_books, pauses, stage_of
from tests.proof.races_guards import NETS, REMOVALS, Guard, Removal, no_claims
from tests.proof.races_pairs import BY_NUMBER
from tests.proof.test_races import IN_PROGRESS, THREADS

ROUNDS: Final = 40
"""So many rounds a guard may be missing before it is missed."""

SOUND: Final = {"sqlite": ROUNDS, "postgres": 15}
"""So many rounds must be sound as long as one of two guards is there."""

Round = tuple[Judgement, Counter[str]]
CASES: Final = [
    (engine, removal) for engine in ENGINES for removal in REMOVALS if removal.only in (None, engine)
]


@contextmanager
def rounds(
    place: Place, pair: Pair, *guards: Guard, engines: int = 1, many: int = ROUNDS
) -> Iterator[Iterator[Round]]:
    """Rounds of 8 threads, who share so many engines on the same books, all of them without these guards."""
    with ExitStack() as stack:
        target = stack.enter_context(place())
        stack.enter_context(open_books(target, "before"))
        for guard in guards:
            stack.enter_context(guard(target))
        opened = [stack.enter_context(open_books(target, f"engine {n}")) for n in range(engines)]
        crew = stack.enter_context(closing(Threads([opened[n % engines] for n in range(THREADS)])))
        stage = stack.enter_context(stage_of(opened[0], target, str(pair)))
        stack.enter_context(pauses(SEED))

        def played() -> Iterator[Round]:
            for _ in range(many):
                seen: Counter[str] = Counter()
                yield play(stage, pair, crew, seen), seen

        yield played()


@pytest.mark.parametrize(
    ("engine", "removal"), CASES, ids=[f"{engine}: {removal}" for engine, removal in CASES]
)
def test_a_guard_that_is_missing_is_missed(
    places: Callable[[str], Place], engine: str, removal: Removal
) -> None:
    pair = BY_NUMBER[removal.pair]
    with rounds(places(engine), pair, removal.guard, engines=removal.engines) as played:
        lost = next((judgement for judgement, _ in played if not judgement.sound), None)
    assert lost is not None, f"{ROUNDS} rounds of {pair}, and nobody missed it"
    print(f"{removal}: {lost}")


@on_sqlite  # what is taken away is the write lock of a file
def test_several_engines_in_one_process_race_as_processes_do(new_place: Place) -> None:
    """What is lost with a deferred BEGIN is won with the one we have."""
    with rounds(new_place, BY_NUMBER["2"], engines=4) as played:
        assert [] == [judgement for judgement, _ in played if not judgement.sound]


def test_a_claim_that_is_not_taken_is_missed(new_place: Place) -> None:
    """Whoever repeats a key that is at work is told so; without the claim he waits for its answer."""
    for guards, told in (((), True), ((no_claims,), False)):
        with rounds(new_place, BY_NUMBER["12"], *guards) as played:
            busy = sum(seen[f"{side} {IN_PROGRESS}"] for _, seen in played for side in "AB")
        assert told == (busy > 0)


@pytest.mark.parametrize(("number", "check", "net"), NETS, ids=[f"pair {number}" for number, _, _ in NETS])
@pytest.mark.parametrize("left", ["the check", "the net", "neither"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_check_and_the_net_beneath_it_are_both_enough(
    places: Callable[[str], Place], engine: str, number: str, check: Guard, net: Guard, left: str
) -> None:
    removed = {"the check": (net,), "the net": (check,), "neither": (check, net)}[left]
    many = ROUNDS if left == "neither" else SOUND[engine]
    with rounds(places(engine), BY_NUMBER[number], *removed, many=many) as played:
        wrong = next((judgement.effects for judgement, _ in played if judgement.effects), ())
    assert (left == "neither") == bool(wrong), wrong
