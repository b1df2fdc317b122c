"""What every answer to a malformed request owes: an envelope, a known code, and that nothing was written.

The witness counts what a request leaves behind row by row, with triggers that live in the writer's own
connection: what is undone is not counted, however it was undone.
"""

import sqlite3
import time
from collections import Counter
from typing import Any, Final

import attrs

import finzcore
from finzcore.api import Request, Response
from finzcore.storage.sqlite import SqliteStore
from tests.proof.onlooker import OnDatabase

CODES: Final[dict[str, set[int]]] = {
    "auth.missing_token": {401},
    "auth.invalid_token": {401},
    "auth.revoked_token": {401},
    "auth.expired_token": {401},
    "auth.insufficient_scope": {403},
    "auth.org_mismatch": {403},
    "auth.missing_organization_id": {400},
    "auth.no_membership": {403},
    "validation.required_field": {400},
    "validation.invalid_value": {400, 405},
    "validation.failed": {422, 413, 415},
    "not_found.resource": {404},
    "conflict.duplicate": {409},
    "rate_limit.exceeded": {429},
    "idempotency.key_required": {400},
    "idempotency.in_progress": {409},
    "idempotency.key_reused": {422},
}
"""The table of `api.md` §1.11 without its last two rows, which no request may ever bring about."""

_ENVELOPE: Final = {"code", "message", "field", "details", "request_id"}
_OWED: Final = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}
SLOWEST: Final = 1
"""Seconds of processor time that no request may take."""


@attrs.frozen
class Shot:
    """A request, what kind of wrong it is, and what is known of its answer."""

    family: str
    request: Request
    field: str | None = None
    """A field that must be named among the faults."""
    status: int | None = None


class Witness:
    """Counts rows that survive, by table and verb, since it was last asked."""

    def __init__(self, engine: finzcore.Engine) -> None:
        assert isinstance(engine.store, SqliteStore)
        self._connection: sqlite3.Connection = engine.store._writing()
        run = self._connection.execute
        names = [name for (name,) in run("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        run("CREATE TEMP TABLE touched (what TEXT)")
        for name in names:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                run(
                    f"CREATE TEMP TRIGGER witness_{name}_{verb} AFTER {verb} ON main.{name} "
                    f"BEGIN INSERT INTO touched VALUES ('{verb} {name}'); END"
                )

    def told(self) -> Counter[str]:
        """What was written and kept."""
        rows = self._connection.execute("SELECT what FROM temp.touched").fetchall()
        if rows:
            self._connection.execute("DELETE FROM temp.touched")
        return Counter(what for (what,) in rows)


class WitnessOnDatabase:
    """The same of a database, of which it tells the rows apart by their versions."""

    def __init__(self, target: str) -> None:
        self._onlooker = OnDatabase(target)
        self._before = self._onlooker.mark()

    def told(self) -> Counter[str]:
        """What was written and kept."""
        before, self._before = self._before, self._onlooker.mark()
        found: Counter[str] = Counter()
        for name, (rows, versions) in self._before.items():
            more = rows - before[name][0]
            if more:
                found[f"{'INSERT' if more > 0 else 'DELETE'} {name}"] = abs(more)
            elif versions != before[name][1]:
                found[f"UPDATE {name}"] = 1
        return found

    def close(self) -> None:
        self._onlooker.close()


@attrs.define
class Range:
    """Where shots are taken: the books, their witness, and what came of it all."""

    engine: finzcore.Engine
    witness: Witness | WitnessOnDatabase
    outside: sqlite3.Connection | None
    """Another process's view of a file, as far as SQLite can tell."""
    answers: Counter[str] = attrs.field(factory=Counter)
    slowest: float = 0

    def fire(self, shot: Shot) -> list[str]:
        """Send a request; everything that is wrong with what came of it."""
        before = self._seen()
        began = time.process_time()
        answer = self.engine.handle(shot.request)
        spent = time.process_time() - began
        self.slowest = max(self.slowest, spent)
        said = _said(answer)
        self.answers[f"{answer.status} {said.get('code')}"] += 1
        found = [] if spent < SLOWEST else [f"took {spent} s"]
        if answer.status < 400:
            found += _good(answer, said)
        else:
            found += _bad(answer, said)
        found += self._written(shot, answer, before)
        named = {said.get("field"), *(fault["field"] for fault in said.get("details", {}).get("errors", ()))}
        if shot.field is not None and not (answer.status in (400, 404, 422) and shot.field in named):
            found.append(f"{shot.field} is wrong, and is not named")
        if shot.status is not None and shot.status != answer.status:
            found.append(f"is {shot.status} by rights")
        return [f"{shot.family}: {shot.request}: {answer.status} {said}: {one}" for one in found]

    def _seen(self) -> int:
        if self.outside is None:
            return 0
        version: int = self.outside.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _written(self, shot: Shot, answer: Response, before: int) -> list[str]:
        """A refusal keeps its answer under its key and nothing else; without a key, and for a GET, nothing
        is committed at all."""
        kept = self.witness.told()
        request = shot.request
        keyed = request.method == "POST" and bool(request.header("Idempotency-Key"))
        if answer.status < 400 and request.method != "GET":
            return []
        if keyed and answer.status in (400, 404, 409, 422):
            return [] if kept in (Counter(), Counter({"INSERT keys": 1})) else [f"wrote {kept}"]
        found = [f"wrote {kept}"] if kept else []
        return found if self._seen() == before else [*found, "committed something"]


def _said(answer: Response) -> dict[str, Any]:
    """What an answer says in its envelope; a document has none, and is whole or is none."""
    if answer.header("Content-Type") == "application/pdf":
        whole = answer.body.startswith(b"%PDF-") and answer.body.rstrip().endswith(b"%%EOF")
        return {"code": 0, "message": "a document"} if whole else {}
    said: dict[str, Any] = answer.json()
    return said


def _good(answer: Response, said: dict[str, Any]) -> list[str]:
    return [] if said.get("code") == 0 and isinstance(said.get("message"), str) else ["no envelope"]


def _bad(answer: Response, said: dict[str, Any]) -> list[str]:
    """What is wrong with a refusal."""
    found = []
    if answer.status not in CODES.get(str(said.get("code")), ()):
        found.append("no such code and status")
    if not set(said) <= _ENVELOPE or not isinstance(said.get("message"), str) or not said["message"]:
        found.append("not the envelope")
    if said.get("request_id") != answer.header("X-Request-Id") and not answer.header("Idempotency-Replayed"):
        found.append("not the request's id")
    if answer.header("Content-Type") != "application/json; charset=utf-8":
        found.append("not JSON by its type")
    owed = _OWED.get(answer.status)
    if owed is not None and not answer.header(owed):
        found.append(f"without {owed}")
    return found
