"""A log that somebody reads must not be a way in."""

import logging

import pytest

import finzcore
from finzcore.testing import Call


def test_a_failure_that_names_a_token_is_logged_without_it(
    engine: finzcore.Engine, call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call.token is not None

    def fail(_: object) -> None:
        raise ValueError(f"could not do it for {call.token}")

    monkeypatch.setattr(engine.desk, "do", fail)
    with caplog.at_level(logging.ERROR, "finzcore.api"):
        response = call("GET", "/contacts")

    assert 500 == response.status
    shown = "".join(logging.Formatter().format(record) for record in caplog.records)
    assert "could not do it for aibk_pat_…" in shown
    assert call.token not in shown + response.body.decode()
    assert response.json()["request_id"] in shown
