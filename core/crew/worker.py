"""One worker of a crew: a thread here that hands its work on to a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Optional

from .launching import Launcher, ProcessLost
from .orders import Functions, Order, Read, Surroundings, Workplace, Write
from .worker_process import WorkerProcess

HERE_AT_ONCE = threading.Semaphore(2)
"""Those that work without a process share the interpreter, where more only get in the way."""


class Worker:
    """Carries out orders: in its process, or here where there is none, or none any more."""

    def __init__(
        self,
        functions: Functions,
        parcel: Callable[[int], bytes],
        say: Callable[[str], None],
    ) -> None:
        self._here = Workplace(functions)
        self._parcel = parcel
        self._say = say
        self._reads: dict[int, Read] = {}
        """Of all strips that it holds, here or there."""
        self._process: Optional[WorkerProcess] = None
        self.has_come = False
        """Whether it can be given orders."""
        self.has_process = False
        """Whether it works in a process of its own."""
        self._is_over = False
        self._one_at_a_time = threading.Lock()

    @property
    def holds(self) -> int:
        """How many strips it was given to read that are not written."""
        return len(self._reads)

    def stay(self) -> None:
        """Work here."""
        self.has_come = True

    def start(
        self, launcher: Launcher, surroundings: Surroundings, shared: Optional[int] = None
    ) -> None:
        """Start its process, and come; it comes without one where none can be started."""
        try:
            process = WorkerProcess(launcher, surroundings, shared)
            with self._one_at_a_time:
                if self._is_over:
                    process.end()
                    return
                self._process = process
            process.greet()
            self.has_process = True
        except ProcessLost as error:
            self._lost(error)
        finally:
            self.has_come = True

    def take(self, read: Read) -> None:
        """Say that it will read these strips."""
        self._reads[read.ticket] = read

    def carry_out(self, order: Order) -> Any:
        """Do what is ordered; raises what that raises."""
        try:
            result = self._carried_out(order)
        except BaseException:
            self._let_go(order)
            raise
        if isinstance(order, Write):
            self._let_go(order)
        return result

    def _carried_out(self, order: Order) -> Any:
        if self._process is not None and self.has_process and not self._lies_here(order):
            try:
                return self._process.ask(order, self._parcel)
            except ProcessLost as error:
                self._lost(error)
        with HERE_AT_ONCE:
            if isinstance(order, Write) and not self._lies_here(order):
                self._reads[order.ticket].carry_out(self._here)
            return order.carry_out(self._here)

    def stop(self, name: str) -> None:
        """Have what it is at end early."""
        if self._process is not None:
            with suppress(ProcessLost):
                self._process.stop(name)

    def end(self) -> None:
        """Take no more orders; what it is at ends early."""
        with self._one_at_a_time:
            self._is_over = True
        if self._process is not None:
            self._process.end()

    def _lies_here(self, order: Order) -> bool:
        return isinstance(order, Write) and order.ticket in self._here.held

    def _let_go(self, order: Order) -> None:
        if isinstance(order, (Read, Write)):
            del self._reads[order.ticket]

    def _lost(self, error: ProcessLost) -> None:
        self.has_process = False
        if not self._is_over:
            self._say(f"A worker process was lost ({error}); this process does its work.")
