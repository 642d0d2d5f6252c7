"""Work in a thread of its own, which is left to itself when the user wants to stop.

Some calls cannot be broken off: a server that is silent holds GDAL up for minutes, and a large
layer is brought into order in one go. What is done so must only read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from .cancelling import stop_if_cancelled
from .pools import Threads, stopping
from .progress import Progress, StopSignal
from .workers import ordered_map

Result = TypeVar("Result")


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

    with Threads(1) as thread, stopping(stop):
        try:
            (result,) = ordered_map(thread, work, [relayed], lambda: 1, watch)
        finally:
            relayed.pass_on(progress)
    return result
