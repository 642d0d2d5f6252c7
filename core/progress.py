"""How an export reports to whoever started it."""

from __future__ import annotations

import threading
from typing import Protocol


class Progress(Protocol):
    """Receives what an export has to say; called from the exporting thread only."""

    def fraction(self, done: float) -> None:
        """Share of the work that is done, 0 to 1."""

    def info(self, message: str) -> None:
        """Something worth knowing."""

    def warning(self, message: str) -> None:
        """Something that may not be what the user wanted."""

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""


class Silence:
    """Progress nobody listens to."""

    def fraction(self, done: float) -> None:
        """Ignore it."""

    def info(self, message: str) -> None:
        """Ignore it."""

    def warning(self, message: str) -> None:
        """Ignore it."""

    def cancelled(self) -> bool:
        """Never."""
        return False


class OnceProgress:
    """Passes on what is reported, but each message only once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said: set[str] = set()

    def fraction(self, done: float) -> None:
        """Pass it on."""
        self._progress.fraction(done)

    def info(self, message: str) -> None:
        """Pass it on if it is new."""
        if message not in self._said:
            self._said.add(message)
            self._progress.info(message)

    def warning(self, message: str) -> None:
        """Pass it on if it is new."""
        if message not in self._said:
            self._said.add(message)
            self._progress.warning(message)

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""
        return self._progress.cancelled()


class PartOfProgress:
    """Passes on what is reported by a part of the work, from one share of the whole to another."""

    def __init__(self, progress: Progress, start: float, end: float) -> None:
        self._progress = progress
        self._start = start
        self._length = end - start

    def fraction(self, done: float) -> None:
        """Pass it on as a share of the whole."""
        if self._length:
            self._progress.fraction(self._start + self._length * done)

    def info(self, message: str) -> None:
        """Pass it on."""
        self._progress.info(message)

    def warning(self, message: str) -> None:
        """Pass it on."""
        self._progress.warning(message)

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""
        return self._progress.cancelled()


class StopSignal:
    """Carries the wish to stop from the exporting thread into the workers.

    A worker process on another machine gets a signal of its own that nobody raises: there, what is
    not submitted is what stops the export.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def __reduce__(self) -> tuple[type[StopSignal], tuple[()]]:
        return StopSignal, ()

    def raise_it(self) -> None:
        """Ask every worker that shares this signal to stop."""
        self._event.set()

    def is_raised(self) -> bool:
        """Whether to stop; cheap enough to ask once per chip."""
        return self._event.is_set()
