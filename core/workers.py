"""A lazy ordered map on any executor: the only place that knows of concurrency."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from typing import Optional, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WORKERS, MOST_PERCENT = 1024, 1000
"""That can be asked for."""
POLL_SECONDS = 0.1
"""How often a wait is broken off to see whether the user wants to stop."""


def ordered_map(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    ahead: Callable[[], int],
    watch: Callable[[], None],
) -> Iterator[Result]:
    """Results in the order of the items, at most `ahead` of them under way or waiting.

    `ahead` is asked with each item, as workers may come and go. `watch` is called while waiting,
    about ten times a second, and so is `check` of the executor, if it has one; what they raise ends
    the map.
    """
    waiting: deque[Future[Result]] = deque()
    watch = _with_check(executor, watch)
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            while len(waiting) >= ahead():
                yield _result(waiting.popleft(), watch)
        while waiting:
            yield _result(waiting.popleft(), watch)
    finally:
        for future in waiting:
            future.cancel()


def _with_check(executor: Executor, watch: Callable[[], None]) -> Callable[[], None]:
    check: Optional[Callable[[], None]] = getattr(executor, "check", None)
    if check is None:
        return watch

    def both() -> None:
        watch()
        check()

    return both


def _result(future: Future[Result], watch: Callable[[], None]) -> Result:
    while not future.done():
        watch()
        wait([future], timeout=POLL_SECONDS)
    watch()
    return future.result()


def worker_count(factor: str) -> int:
    """Workers of a parallelProcessingFactor: a number, or a percentage of the cores.

    >>> worker_count("3")
    3

    Raises ValueError for anything else.
    """
    text = factor.strip()
    cores = os.cpu_count() or 1
    if text.endswith("%"):
        share = float(text[:-1])
        if not 0 < share <= MOST_PERCENT:
            raise ValueError(factor)
        return max(1, int(cores * share / 100))
    count = int(text)
    if not 1 <= count <= MOST_WORKERS:
        raise ValueError(factor)
    return count
