"""A crowd: processes that post to one organisation, each as fast as it can."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from finzcore.testing import Call
from tests.proof.races_crews import open_books
from tests.trade import TODAY

LONG = 120
"""Seconds after which a crowd that is not complete is given up."""

Answers = list[tuple[int, dict[str, Any]]]
"""Status and body of each answer, in the order in which it came to its process."""


def _post(
    target: str, token: str, customer: str, number: int, many: int, start: Barrier, end: Connection
) -> None:
    answers: Answers = []
    with open_books(target, f"of the crowd {number}") as engine:
        call = Call(engine, token)
        start.wait(LONG)
        for turn in range(many):
            body = {
                "customer_id": customer,
                "date": TODAY,
                "place_of_supply": "IN-KA",
                "auto_approve": True,
                "line_items": [{"name": "Work", "rate": 1 + number + turn} for _ in range(1 + turn % 3)],
            }
            answer = call("POST", "/invoices", body, key=f"{number}-{turn}")
            answers.append((answer.status, answer.json()))
    end.send(answers)


@contextmanager
def crowd(target: str, token: str, customer: str, size: int, many: int) -> Iterator[list[Answers]]:
    """What each of so many processes was answered that posted so many invoices."""
    context = multiprocessing.get_context("forkserver")
    start = context.Barrier(size)
    ends, children = [], []
    for number in range(size):
        here, there = context.Pipe()
        given = (target, token, customer, number, many, start, there)
        child = context.Process(target=_post, args=given, daemon=True)
        child.start()
        there.close()
        ends.append(here)
        children.append(child)
    yield [end.recv() for end in ends]
    for end, child in zip(ends, children, strict=True):
        end.close()
        child.join(LONG)
