"""A worker process, as seen by the process that gives it orders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Optional

from ..errors import ChipExportError
from . import child
from .launching import Launcher, ProcessLost, losses_told
from .orders import FUNCTIONS_KEPT, STOP, Failed, Learn, Order, Surroundings
from .streams import packed, received, send, unpacked


class StoryOfWorker(Exception):
    """Where in a worker process an error was raised."""


class WorkerProcess:
    """There at once, and of use once it was greeted."""

    def __init__(
        self, launcher: Launcher, surroundings: Surroundings, shared: Optional[int] = None
    ) -> None:
        """One that sees the shared file of a handle. Raises ProcessLost."""
        self._known: list[int] = []
        """Numbers of the functions that it has, as it forgets the others itself."""
        self._one_at_a_time = threading.Lock()
        self._launcher = launcher
        self._launched = launcher.launch(shared)
        self._surroundings = surroundings

    @property
    def number(self) -> int:
        """Of the process."""
        return self._launched.number

    def greet(self) -> None:
        """Wait until it is ready. Raises ProcessLost, too, if it would write other bytes."""
        self._send(self._surroundings)
        theirs, ours = unpacked(self._received()), child.versions()
        if theirs != ours:
            raise ProcessLost(f"it has {theirs}, and not {ours}")

    def ask(self, order: Order, parcel: Callable[[int], bytes]) -> Any:
        """Have an order carried out, by a function that is handed over where it is not known.

        Raises ProcessLost, and what was raised there.
        """
        number = order.function
        if number not in self._known:
            self._send(Learn(number))
            self._hand_over(parcel(number))
            self._known = [*self._known, number][-FUNCTIONS_KEPT:]
        self._send(order)
        answer = unpacked(self._received())
        if isinstance(answer, Failed):
            if isinstance(answer.error, ChipExportError):
                raise answer.error
            raise answer.error from StoryOfWorker(answer.story)
        return answer

    def stop(self, name: str) -> None:
        """Have it raise the signal of a name, while it works."""
        self._hand_over(STOP + name.encode())

    def end(self) -> None:
        """It ends as it sees that there will be no more orders, which its launcher sees to."""
        self._launched.dismiss()

    def _send(self, content: object) -> None:
        self._hand_over(packed(content))

    def _hand_over(self, parcel: bytes) -> None:
        with losses_told(), self._one_at_a_time:
            send(self._launched.orders, parcel)

    def _received(self) -> bytes:
        try:
            return received(self._launched.answers)
        except (EOFError, OSError, ValueError) as error:
            raise ProcessLost(f"it {self._end()}") from error

    def _end(self) -> str:
        """How it came to its end, which follows that of its answers."""
        status = self._launcher.status(self.number)
        return "does not answer" if status is None else f"ended with {status}"
