"""Schemathesis asks for everything that the document tells of, and for much that it does not.

Each operation is asked in process with its examples, with values at the edges of its schema and beyond
them, at random, and one after another with the ids that others gave: a fixed number of times, with
fixed seeds, and in a box of time that a sound run does not come near. The books it asks are those on
which the examples were made, so that their ids name something.
"""

import itertools
import json
import threading
import time
from collections import Counter
from typing import Any, Final

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.core import EventStream

from finzcore.api import wsgi
from finzcore.api.openapi.document import document, printed
from finzcore.api.openapi.operations import public
from finzcore.auth.selection import SELECTOR, SELECTOR_HEADERS
from finzcore.books.registry import resources
from finzcore.commands.openapi import played
from tests.api.documented import books

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
)
"""Not among them: that whatever fits the schema is accepted. A schema cannot say that a currency has
to be enabled, or that a due date is not before its date. Who may ask has tests of its own."""

CONFIG: Final = {
    "seed": 20260519,
    "generation": {"deterministic": True, "with-security-parameters": False, "max-examples": 5},
    "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
}

MOST_SECONDS: Final = 240
"""Of the processor, which others may keep busy. Not Schemathesis's own ``max-time``, which is as long as it
goes on asking, however soon it is done."""

_SELECTORS: Final = (SELECTOR, *SELECTOR_HEADERS)


def without_selectors(said: dict[str, Any]) -> dict[str, Any]:
    """The document without the parameters that select an organisation: by chance they name none, and
    every second request would be refused for that alone."""
    shared = said["components"]["parameters"]
    gone = {f"#/components/parameters/{name}" for name, one in shared.items() if one["name"] in _SELECTORS}
    for path in said["paths"].values():
        for operation in path.values():
            operation["parameters"] = [one for one in operation["parameters"] if one.get("$ref") not in gone]
    return said


PLAIN_ADDRESS: Final = "^[a-z]{1,9}@[a-z]{1,9}[.]example$"


def with_plain_addresses(said: Any) -> Any:
    """The document with addresses of e-mail that are soon made: of those that its own pattern takes, most of
    what is made at random is none, and is thrown away."""
    if isinstance(said, list):
        return [with_plain_addresses(one) for one in said]
    if not isinstance(said, dict):
        return said
    if "@" in str(said.get("pattern")):
        return said | {"pattern": PLAIN_ADDRESS}
    return {name: with_plain_addresses(one) for name, one in said.items()}


def within(seconds: float, stream: EventStream) -> list[events.EngineEvent]:
    """All that happens; a failure when it goes on for longer than that, looked at after each event."""
    until = time.process_time() + seconds
    happened = []
    for event in stream:
        happened.append(event)
        if time.process_time() > until:
            stream.stop()
            pytest.fail(f"Schemathesis was not done after {seconds} s and {len(happened)} events.")
    return happened


@pytest.fixture(scope="module")
def scenarios() -> list[events.ScenarioFinished]:
    """Everything that was asked and answered, after which the books are sound."""
    with books(rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6}) as engine:
        said = with_plain_addresses(without_selectors(json.loads(printed(document(played(engine))))))
        token = engine.mint_pat(org_id=engine.orgs()[0].org_id).token
        config = SchemathesisConfig.from_dict({**CONFIG, "headers": {"Authorization": f"Bearer {token}"}})
        schema = schemathesis.openapi.from_dict(said, config=config)
        schema.app = wsgi(engine)
        happened = within(MOST_SECONDS, from_schema(schema).execute())
        assert [] == engine.verify()
    assert [] == [one for one in happened if isinstance(one, events.NonFatalError | events.FatalError)]
    return [one for one in happened if isinstance(one, events.ScenarioFinished)]


def test_a_run_that_takes_too_long_is_stopped_and_says_so() -> None:
    endless = EventStream((events.EngineStarted() for _ in itertools.count()), threading.Event())
    with pytest.raises(pytest.fail.Exception, match="not done after 0 s and 1 events"):
        within(0, endless)
    assert endless.stop_event.is_set()


def test_every_answer_is_as_the_document_says(scenarios: list[events.ScenarioFinished]) -> None:
    wrong = [
        f"{check.name}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
        for scenario in scenarios
        for checks in scenario.recorder.checks.values()
        for check in checks
        if check.failure_info is not None
    ]
    assert not wrong, "\n\n".join(wrong[:20])


def test_every_check_was_made_of_every_operation(scenarios: list[events.ScenarioFinished]) -> None:
    made: set[tuple[str, str]] = set()
    answered: Counter[int] = Counter()
    for scenario in scenarios:
        for key, case in scenario.recorder.cases.items():
            operation = case.value.operation.definition.raw["operationId"]
            made |= {(operation, check.name) for check in scenario.recorder.checks.get(key, ())}
            interaction = scenario.recorder.interactions.get(key)
            if interaction is not None and interaction.response is not None:
                answered[interaction.response.status_code] += 1
    operations = {f"{one.name}.{verb.name}" for one in resources() for verb in public(one)}
    assert {(name, check) for name in operations for check in CHECKS} == made
    # A token of one organisation is not let into reports of several.
    assert {200, 201, 400, 403, 404, 405, 409, 415, 422} == answered.keys()
    assert answered.total() > 2000
