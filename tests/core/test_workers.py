from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Callable, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.workers import ordered_map, worker_count
from chipwright.tests.core.making import examples


class Enough(Exception):
    """Raised by a watch."""


def never() -> None:
    """A watch of somebody who does not want to stop."""


def at_most(count: int) -> Callable[[], int]:
    """So many under way, whatever happens."""
    return lambda: count


class Counted:
    """Items that know how many of them were taken."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken = 0

    def __iter__(self) -> Iterator[int]:
        for item in range(self.count):
            self.taken += 1
            yield item


@examples
@given(st.lists(st.floats(0, 0.002), max_size=12), st.integers(1, 5), st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(
    delays: list[float], ahead: int, workers: int
) -> None:
    def work(item: tuple[int, float]) -> int:
        time.sleep(item[1])
        return item[0]

    with ThreadPoolExecutor(workers) as pool:
        got = list(ordered_map(pool, work, enumerate(delays), at_most(ahead), never))
    assert got == list(range(len(delays)))


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_no_more_items_are_taken_than_may_be_under_way(ahead: int) -> None:
    items = Counted(20)
    with ThreadPoolExecutor(4) as pool:
        results = ordered_map(pool, str, items, at_most(ahead), never)
        most = max(items.taken - done for done, _ in enumerate(results))
    assert most == ahead


def test_nothing_is_taken_before_a_result_is_asked_for() -> None:
    items = Counted(5)
    with ThreadPoolExecutor(1) as pool:
        ordered_map(pool, str, items, at_most(3), never)
        assert items.taken == 0


def test_nothing_makes_nothing() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert list(ordered_map(pool, str, [], at_most(3), never)) == []


@pytest.mark.parametrize("ahead", [1, 3, 50])
def test_an_error_of_the_work_passes_through(ahead: int) -> None:
    def work(item: int) -> float:
        return 1 / (3 - item)

    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        list(ordered_map(pool, work, range(9), at_most(ahead), never))


def test_results_before_an_error_are_given() -> None:
    got = []
    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        for result in ordered_map(pool, lambda item: 6 // (2 - item), range(9), at_most(4), never):
            got.append(result)
    assert got == [3, 6]


@pytest.mark.parametrize("error", [TimeoutError, OSError])
def test_a_timeout_of_the_work_itself_passes_through(error: type[OSError]) -> None:
    def work(_: int) -> None:
        raise error("the server did not answer")

    with ThreadPoolExecutor(1) as pool, pytest.raises(error, match="did not answer"):
        list(ordered_map(pool, work, range(3), at_most(2), never))


def test_what_was_not_begun_is_cancelled_after_an_error() -> None:
    begun = []
    go = threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        if item == 0:
            raise Enough
        go.wait(10)

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(Enough):
            list(ordered_map(pool, work, range(9), at_most(6), never))
        go.set()
    assert len(begun) <= 2


def test_an_error_among_the_items_passes_through() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise Enough

    with ThreadPoolExecutor(1) as pool, pytest.raises(Enough):
        list(ordered_map(pool, str, items(), at_most(3), never))


def test_watching_ends_the_map() -> None:
    go = threading.Event()
    begun = []

    def work(item: int) -> None:
        begun.append(item)
        go.wait(10)

    def watch() -> None:
        if begun:
            raise Enough

    with ThreadPoolExecutor(1) as pool:
        try:
            with pytest.raises(Enough):
                list(ordered_map(pool, work, range(9), at_most(5), watch))
        finally:
            go.set()
    assert begun == [0]


def test_somebody_watches_while_long_work_is_done() -> None:
    looks = []
    with ThreadPoolExecutor(1) as pool:
        list(ordered_map(pool, time.sleep, [0.35], at_most(1), lambda: looks.append(1)))
    assert len(looks) >= 3


def test_what_waits_is_cancelled_when_nobody_wants_results_any_more() -> None:
    begun = []
    with ThreadPoolExecutor(1) as pool:

        def work(item: int) -> None:
            begun.append(item)
            time.sleep(0.02)

        results = ordered_map(pool, work, range(50), at_most(20), never)
        next(results)
        results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 3


class LateFuture(Future):  # type: ignore[type-arg]
    """Finishes between the end of a wait for it and the look whether it is done."""

    def __init__(self) -> None:
        super().__init__()
        self._was_waited_for = False

    def result(self, timeout: Optional[float] = None) -> Any:
        self._was_waited_for = True
        return super().result(0)

    def done(self) -> bool:
        if self._was_waited_for and not super().done():
            self.set_result("late")
        self._was_waited_for = True
        return super().done()


class LateExecutor(Executor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> LateFuture:
        return LateFuture()


def test_work_that_is_done_just_after_a_look_is_no_error() -> None:
    assert list(ordered_map(LateExecutor(), str, [1], at_most(1), never)) == ["late"]


CORES = os.cpu_count() or 1


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        ("1", 1),
        (" 4 ", 4),
        ("1024", 1024),
        ("100%", CORES),
        ("50%", max(1, CORES // 2)),
        ("0.001%", 1),
        ("200%", 2 * CORES),
        (" 100 % ", CORES),
    ],
)
def test_a_factor_is_a_number_of_workers(factor: str, expected: int) -> None:
    assert worker_count(factor) == expected


@pytest.mark.parametrize(
    "factor", ["", "0", "-2", "0%", "1.5", "two", "%", "nan%", "1025", "2000%"]
)
def test_a_factor_that_means_nothing_is_refused(factor: str) -> None:
    with pytest.raises(ValueError):
        worker_count(factor)


def test_an_executor_is_asked_whether_it_is_still_there() -> None:
    class Fragile(ThreadPoolExecutor):
        def check(self) -> None:
            raise Enough

    go = threading.Event()
    with Fragile(1) as pool:
        with pytest.raises(Enough):
            list(ordered_map(pool, lambda _: go.wait(10), range(3), at_most(2), never))
        go.set()
