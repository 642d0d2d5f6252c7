"""Work in a thread of its own, which is left to itself when the user wants to stop.

Some calls cannot be broken off: a server that is silent holds GDAL up for minutes, and a large
layer is brought into order in one go. What is done so must only read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from .cancelling import stop_if_cancelled
from .pools import Threads, stopping
from .progress import Progress, StopSignal
from .workers import ordered_map

Result = TypeVar("Result")


_idle: SimpleQueue[Threads] = SimpleQueue()


@contextmanager
def _lent_thread() -> Iterator[Threads]:
    """A thread that is kept for the next work: in a new one, GDAL reads its tables of coordinate
    systems anew, which takes longer than all else that is done before a small export.
    """
    try:
        thread = _idle.get_nowait()
    except Empty:
        thread = Threads(1)
    try:
        yield thread
    finally:
        if thread.is_idle and _idle.empty():
            _idle.put(thread)
        else:
            thread.__exit__(*sys.exc_info())


class RelayedProgress:
    """Keeps what is reported in another thread until the exporting thread passes it on."""

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop
        self._said: SimpleQueue[Callable[[Progress], None]] = SimpleQueue()

    def fraction(self, done: float) -> None:
        """Keep it."""
        self._said.put(lambda progress: progress.fraction(done))

    def info(self, message: str) -> None:
        """Keep it."""
        self._said.put(lambda progress: progress.info(message))

    def warning(self, message: str) -> None:
        """Keep it."""
        self._said.put(lambda progress: progress.warning(message))

    def cancelled(self) -> bool:
        """Whether nobody waits for the work any more."""
        return self._stop.is_raised()

    def pass_on(self, progress: Progress) -> None:
        """Report all that was kept."""
        with suppress(Empty):
            while True:
                self._said.get_nowait()(progress)


def aside(work: Callable[[Progress], Result], progress: Progress, stop: StopSignal) -> Result:
    """What some work returns or raises, reported to and watched by this thread.

    Raises ExportCancelled within moments when the user wants to stop, whatever the work is at.
    """
    relayed = RelayedProgress(stop)

    def watch() -> None:
        relayed.pass_on(progress)
        stop_if_cancelled(progress)

    with _lent_thread() as thread, stopping(stop):
        try:
            (result,) = ordered_map(thread, work, [relayed], lambda: 1, watch)
        finally:
            relayed.pass_on(progress)
    return result
