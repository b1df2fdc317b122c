"""A dispatcher that is killed a hundred times, over both engines: no event is lost, none is told that did not
happen, and each attempt is the same delivery, signed for its own time (`reliability.md` §18)."""

import hashlib
import hmac
import itertools
import json
import subprocess
import sys
from pathlib import Path

import finzcore
from finzcore.testing import FrozenClock
from tests.house import ROOT
from tests.webhooks.killed import START, STEP, heard, receiver
from tests.webhooks.listening import SECRET, endpoint, fields, rows

KILLS = 50
"""On each engine."""


def test_a_dispatcher_that_is_killed_again_and_again_loses_nothing(target: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    with finzcore.open(target) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        org_id = acme.org_id
        for name in ("steady", "moody"):
            endpoint(acme, url=f"https://{name}.example/", hears='["CONTACT_CREATED"]')
    words = ["-m", "tests.webhooks.killed", target, org_id, str(log), str(KILLS)]
    ran = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert (0, "") == (ran.returncode, ran.stderr)
    last = int(ran.stdout)

    clock = FrozenClock(START.isoformat())
    with finzcore.open(target, clock=clock) as engine:
        acme = engine.org(org_id)
        for number in range(last, last + 150 * 6, 150):  # 15 hours: longer than any pause
            clock.set((START + number * STEP).isoformat())
            engine.run_webhooks(transport=receiver(log, number, lambda: None))
        kept, told = rows(acme), heard(log)
        contacts = sorted(contact["contact_id"] for contact in acme.contacts.all())
        assert [] == engine.verify()

    assert {"SUCCEEDED"} == {row["status"] for row in kept}
    # Every change is told, and nothing else; its bytes are always the same.
    for url in ("https://steady.example/", "https://moody.example/"):
        bodies = {one["delivery"]: one["body"] for one in told if one["url"] == url}
        assert contacts == sorted(json.loads(body)["data"]["id"] for body in bodies.values())
    assert len(kept) == len({one["delivery"] for one in told}) == len({one["body"] for one in told})
    # A receiver that checks at once believes every attempt; also those that come long after the first.
    for one in told:
        timestamp, (mark,) = fields(one["signature"])
        signed = f"{timestamp}.{one['body']}".encode()
        assert mark == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert abs(one["now"] - timestamp) <= 300
    times = sorted((one["delivery"], one["now"]) for one in told)
    again = [two[1] - one[1] for one, two in itertools.pairwise(times) if one[0] == two[0]]
    assert len(again) > KILLS / 2 and max(again) > 300
    # What never failed came in order, through every kill.
    steady = dict.fromkeys(one["delivery"] for one in told if "steady" in one["url"])
    first = {json.loads(one["body"])["delivery_id"]: json.loads(one["body"])["occurred_at"] for one in told}
    assert list(steady) == sorted(steady, key=first.__getitem__)
