"""How an export reports to whoever started it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol
from uuid import uuid4
from weakref import WeakValueDictionary


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


class PassingProgress:
    """Passes on what is reported; what is to be done besides is for those derived from it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def fraction(self, done: float) -> None:
        """Pass it on."""
        self._progress.fraction(done)

    def info(self, message: str) -> None:
        """Pass it on."""
        self._progress.info(message)

    def warning(self, message: str) -> None:
        """Pass it on."""
        self._progress.warning(message)

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""
        return self._progress.cancelled()


class OnceProgress(PassingProgress):
    """Passes on each message only once."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self._said: set[str] = set()

    def info(self, message: str) -> None:
        """Pass it on if it is new."""
        if message not in self._said:
            self._said.add(message)
            super().info(message)

    def warning(self, message: str) -> None:
        """Pass it on if it is new."""
        if message not in self._said:
            self._said.add(message)
            super().warning(message)


class NotingProgress(PassingProgress):
    """Keeps the warnings that it passes on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        """Pass it on and keep it."""
        self.warnings.append(message)
        super().warning(message)


class PartOfProgress(PassingProgress):
    """What is reported by a part of the work, from one share of the whole to another."""

    def __init__(self, progress: Progress, start: float, end: float) -> None:
        super().__init__(progress)
        self._start = start
        self._length = end - start

    def fraction(self, done: float) -> None:
        """Pass it on as a share of the whole."""
        if self._length:
            super().fraction(self._start + self._length * done)


class StopSignal:
    """Carries the wish to stop from the exporting thread into the workers.

    Signals of one name are one within a process. A worker process elsewhere has one of its own,
    which somebody there must raise.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name or uuid4().hex
        self._event = threading.Event()

    def __reduce__(self) -> tuple[Callable[[str], StopSignal], tuple[str]]:
        return signal_named, (self.name,)

    def raise_it(self) -> None:
        """Ask every worker that shares this signal to stop."""
        self._event.set()

    def is_raised(self) -> bool:
        """Whether to stop; cheap enough to ask once per chip."""
        return self._event.is_set()


_SIGNALS: WeakValueDictionary[str, StopSignal] = WeakValueDictionary()
_ONE_AT_A_TIME = threading.Lock()


def signal_named(name: str) -> StopSignal:
    """The signal that came to this process under a name, the same as long as somebody holds it."""
    with _ONE_AT_A_TIME:
        known = _SIGNALS.get(name)
        if known is None:
            known = _SIGNALS[name] = StopSignal(name)
        return known
