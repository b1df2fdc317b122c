"""Rate counters: exact over threads and processes (`reliability.md` §15)."""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import finzcore.storage.limits
from finzcore.storage.limits import _MAGIC, _SIZE, SLOTS, Counters

ROOT = Path(finzcore.storage.limits.__file__).parents[2]
NOW = 29_000_000


@pytest.fixture(params=["alone", "shared"])
def counters(request, tmp_path):
    made = Counters(tmp_path / "acme.db-limits" if request.param == "shared" else None)
    yield made
    made.close()


def test_a_key_counts_up_within_its_window(counters):
    assert [1, 2, 3] == [counters.hit(b"a", NOW) for _ in range(3)]
    assert [1, 4] == [counters.hit(b"b", NOW), counters.hit(b"a", NOW)]
    assert [4, 1, 0] == [counters.count(key, NOW) for key in (b"a", b"b", b"c")]


def test_a_new_window_begins_at_one(counters):
    counters.hit(b"a", NOW)
    assert [1, 2] == [counters.hit(b"a", NOW + 1), counters.hit(b"a", NOW + 1)]


def test_a_late_hit_still_counts_in_its_own_window(counters):
    counters.hit(b"a", NOW)
    counters.hit(b"a", NOW + 1)
    assert [2, 2] == [counters.hit(b"a", NOW), counters.hit(b"a", NOW + 1)]


@pytest.mark.parametrize("other", [NOW - 2, NOW + 2, NOW - 10_000, NOW + 10_000])
def test_windows_that_are_over_make_room_also_when_the_clock_was_wrong(counters, other):
    for key in range(SLOTS):
        counters.hit(b"%d" % key, other)
    keys = [b"key:%d" % number for number in range(SLOTS // 2)]
    assert [{1}, {2}] == [{counters.hit(key, NOW) for key in keys} for _ in range(2)]


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c", b"d"]), st.integers(NOW, NOW + 1))))
def test_counting_agrees_with_a_plain_count(hits):
    counters, plain = Counters(), Counter()
    for hit in hits:
        plain[hit] += 1
        assert plain[hit] == counters.hit(*hit)
    assert all(count == counters.count(*hit) for hit, count in plain.items())


def test_half_a_table_of_keys_is_counted_exactly(counters):
    keys = [b"key:%d" % number for number in range(SLOTS // 2)]
    for count in (1, 2, 3):
        assert {count} == {counters.hit(key, NOW) for key in keys}


def test_a_flood_of_keys_pushes_out_the_small_and_not_the_large(counters):
    busy = [b"busy:%d" % number for number in range(20)]
    for _ in range(100):
        assert all(counters.hit(key, NOW) for key in busy)
    for number in range(3 * SLOTS):
        counters.hit(b"flood:%d" % number, NOW)
    assert {101} == {counters.hit(key, NOW) for key in busy}


def test_two_counters_on_the_same_books_count_together(tmp_path):
    one, other = Counters(tmp_path / "acme.db-limits"), Counters(str(tmp_path / "acme.db-limits"))
    assert [1, 2, 3] == [one.hit(b"a", NOW), other.hit(b"a", NOW), one.hit(b"a", NOW)]
    assert ["acme.db-limits"] == [path.name for path in tmp_path.iterdir()]
    one.close()
    assert [4, 1] == [other.hit(b"a", NOW), one.hit(b"a", NOW)]
    assert (True, False) == (other.shared, one.shared)
    other.close()


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_laid_in_the_place_of_the_file_is_not_followed(tmp_path):
    (tmp_path / "precious").write_bytes(b"do not touch")
    (tmp_path / "acme.db-limits").symlink_to(tmp_path / "precious")
    assert not Counters(tmp_path / "acme.db-limits").shared
    assert b"do not touch" == (tmp_path / "precious").read_bytes()


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"x",
        b"somebody else's file " * 40_000,
        _MAGIC,
        _MAGIC + bytes(100),
        bytes(_SIZE),
        b"finzcore limits 0\n" + bytes(_SIZE - 18),
        _MAGIC + bytes(_SIZE),
    ],
    ids=["empty", "short", "foreign", "head only", "torn", "zeros", "older", "longer"],
)
def test_a_torn_or_foreign_file_is_made_anew(tmp_path, found):
    path = tmp_path / "acme.db-limits"
    path.write_bytes(found)
    counters = Counters(tmp_path / "acme.db-limits")
    assert [1, 2] == [counters.hit(b"a", NOW), counters.hit(b"a", NOW)]
    assert counters.shared
    assert _SIZE == path.stat().st_size
    counters.close()


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed")
def test_a_file_that_was_replaced_is_noticed_with_the_next_window(tmp_path):
    one = Counters(tmp_path / "acme.db-limits")
    one.hit(b"a", NOW)
    (tmp_path / "acme.db-limits").unlink()
    other = Counters(tmp_path / "acme.db-limits")
    assert [1, 2] == [one.hit(b"a", NOW + 1), other.hit(b"a", NOW + 1)]
    one.close()
    other.close()


@pytest.mark.skipif(os.name != "posix", reason="a mapped file cannot be cut")
def test_a_file_that_was_cut_is_noticed_with_the_next_window(tmp_path):
    counters = Counters(tmp_path / "acme.db-limits")
    counters.hit(b"a", NOW)
    os.truncate(tmp_path / "acme.db-limits", 0)
    assert [1, 2] == [counters.hit(b"a", NOW + 1), counters.hit(b"a", NOW + 1)]
    counters.close()


def test_where_no_file_can_be_made_the_process_counts_alone(tmp_path):
    counters = Counters(tmp_path / "missing" / "acme.db-limits")
    assert (False, 1, 2) == (counters.shared, counters.hit(b"a", NOW), counters.hit(b"a", NOW))
    (tmp_path / "missing").mkdir()
    assert (1, True) == (counters.hit(b"a", NOW + 1), counters.shared)
    counters.close()


def test_threads_lose_no_hit(counters):
    with ThreadPoolExecutor(8) as pool:
        counts = [count for batch in pool.map(lambda _: _hits(counters, 500), range(8)) for count in batch]
    assert list(range(1, 4001)) == sorted(counts)


def _hits(counters, number):
    return [counters.hit(b"a", NOW) for _ in range(number)]


WORKER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from finzcore.storage.limits import Counters
counters = Counters(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
def hits(_):
    return [counters.hit(b"token:1", 29000000) for _ in range(500)]
with ThreadPoolExecutor(4) as pool:
    print(*(count for batch in pool.map(hits, range(4)) for count in batch))
"""


def test_of_four_processes_with_four_threads_exactly_the_limit_passes(tmp_path):
    books = str(tmp_path / "acme.db-limits")
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, books],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert "ready\n" == worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [0, 0, 0, 0] == [worker.returncode for worker in workers]
    counts = [int(count) for answer in answers for count in answer.split()]
    assert list(range(1, 8001)) == sorted(counts)
    assert 600 == sum(count <= 600 for count in counts)


FORKED = """
import os, sys
from finzcore.storage.limits import Counters
counters = Counters(sys.argv[1])
counters.hit(b"a", 29000000)
children = []
for _ in range(4):
    child = os.fork()
    if not child:
        for _ in range(2000):
            counters.hit(b"a", 29000000)
        os._exit(0 if counters.shared else 1)
    children.append(child)
for _ in range(2000):
    counters.hit(b"a", 29000000)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
print(counters.hit(b"a", 29000000))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_children_of_a_fork_count_with_their_parent(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", FORKED, str(tmp_path / "acme.db-limits")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert str(1 + 5 * 2000 + 1) == answer.stdout.strip()
