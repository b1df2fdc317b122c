"""What books look up once, and that nobody waits for another's look-up."""

import threading

from finzcore.books.books import Books, once


class Shelf:
    """Something that looks up one thing, when it is let."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.let = threading.Event()
        self.times = 0

    @once
    def found(self) -> int:
        """How often it was looked up."""
        self.asked.set()
        assert self.let.wait(5), "held up"
        self.times += 1
        return self.times


def test_it_is_looked_up_once() -> None:
    shelf = Shelf()
    shelf.let.set()
    assert [1, 1, 1] == [shelf.found, shelf.found, shelf.found]


def test_one_that_looks_up_holds_up_no_other() -> None:
    slow, quick = Shelf(), Shelf()
    thread = threading.Thread(target=lambda: slow.found)
    thread.start()
    assert slow.asked.wait(5)
    quick.let.set()
    found: list[int] = []
    other = threading.Thread(target=lambda: found.append(quick.found))
    other.start()
    other.join(3)
    assert [1] == found
    slow.let.set()
    for each in (thread, other):
        each.join()


def test_it_is_described_like_the_look_up() -> None:
    assert "How often it was looked up." == Shelf.found.__doc__
    assert Books.head.__doc__ is not None
