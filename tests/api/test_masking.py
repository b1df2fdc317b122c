"""A log that somebody reads must not be a way in."""

import logging

import pytest
from uvicorn.logging import AccessFormatter

import finzcore
from finzcore.masking import MaskingArguments
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


def test_a_token_that_a_client_put_into_its_address_is_in_no_access_log(
    call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(access, "filters", [MaskingArguments()])
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        path = f"/api/public/v1/contacts?access_token={call.token}"
        access.info('%s - "%s %s HTTP/%s" %d', "192.0.2.7:5000", "GET", path, "1.1", 401)
    (record,) = caplog.records
    line = AccessFormatter("%(client_addr)s %(request_line)s %(status_code)s", use_colors=False).format(
        record
    )
    assert line.startswith("192.0.2.7:5000 GET /api/public/v1/contacts?access_token=aibk_pat_… HTTP/1.1 401")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/contacts/{}", None),
        ("POST", "/comments", {"entity_type": "INVOICE", "entity_id": "{}", "body": "Whose?"}),
    ],
)
def test_a_token_in_the_place_of_an_id_is_not_told_again(
    call: Call, method: str, path: str, body: dict[str, str] | None
) -> None:
    token = str(call.token)
    sent = body and {name: value.replace("{}", token) for name, value in body.items()}
    answer = call(method, path.replace("{}", token), sent)
    assert 404 == answer.status
    assert "'aibk_pat_…' not found" in answer.json()["message"]
    assert token not in answer.body.decode()


def test_a_secret_in_the_place_of_an_id_is_not_in_the_error(engine: finzcore.Engine, call: Call) -> None:
    with pytest.raises(finzcore.FinzError, match=r"Token 'aibk_pat_…' not found"):
        engine.revoke_token(str(call.token))
    with pytest.raises(finzcore.FinzError, match=r"Client 'aibk_sec_…' not found"):
        engine.rotate_client_secret("aibk_sec_" + "a" * 40)
    with pytest.raises(finzcore.FinzError, match=r"Client 'aibk_app_0123' not found"):
        engine.disable_client("aibk_app_0123")
