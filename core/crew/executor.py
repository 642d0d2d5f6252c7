"""A crew of worker processes as an executor of the work on strips."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, Optional

from ..cancelling import MOMENT
from ..cutting import StripReader
from ..errors import ExportCancelled
from ..progress import Progress, StopSignal
from ..strip_writing import StripWriter
from .launching import Launcher
from .orders import HELD, Do, Order, Read, Surroundings, Workplace, Write
from .shared_file import CAN_SHARE, SharedFile
from .streams import packed_beside
from .worker import Worker


class Work(NamedTuple):
    """An order, and where its result is awaited."""

    order: Order
    future: Future[Any]


FED = 2
"""So many processes the exporting process feeds, and works, too; with more, it only feeds them."""


def process_count(workers: int) -> int:
    """How many processes are started for so many workers.

    >>> [process_count(workers) for workers in (2, 3, 4, 5)]
    [1, 2, 4, 5]
    """
    return workers - 1 if workers - 1 <= FED else workers


class Crew(Executor):
    """Workers that read strips, and write those that they have read themselves.

    One of them works here, at least until the processes of the others have come.
    """

    def __init__(
        self,
        count: int,
        launcher: Launcher,
        surroundings: Surroundings,
        stop: StopSignal,
        progress: Progress,
    ) -> None:
        self._max_workers = 2 * count
        self._stop = stop
        self._progress = progress
        self._said: SimpleQueue[str] = SimpleQueue()
        self._functions = Workplace()
        self._parcels: dict[int, tuple[bytes, int]] = {}
        """Functions that are handed over, and to how many they were."""
        self._shared = _shared_file()
        self._launcher = launcher
        self._numbers = 0
        self._changed = threading.Condition()
        self._for_any: deque[Work] = deque()
        self._readers: dict[int, Worker] = {}
        """Who holds which strips, by their tickets."""
        self._is_over = False
        self._own, *self._others = (
            Worker(self._functions.functions, self._parcel, self._said.put)
            for _ in range(1 + process_count(count))
        )
        self._own.stay()
        self._workers: dict[Worker, deque[Work]] = {
            worker: deque() for worker in (self._own, *self._others)
        }
        """Each with what only it can do: to write what it has read."""
        self._threads = [
            threading.Thread(target=self._work, args=(worker,), daemon=True)
            for worker in self._workers
        ]
        self._begin(surroundings)

    def _begin(self, surroundings: Surroundings) -> None:
        """Have all work, those with a process of their own as soon as that has come."""
        handle = None if self._shared is None else self._shared.handle
        needed = self._launcher, surroundings, handle
        starts = [
            threading.Thread(target=self._start, args=(worker, *needed), daemon=True)
            for worker in self._others
        ]
        for thread in (*starts, *self._threads):
            thread.start()

    def submit(self, function: Callable[..., Any], /, *given: Any, **_: Any) -> Future[Any]:
        """Have a reader read a batch, a writer write what was read, or anything else done."""
        (item,) = given
        future: Future[Any] = Future()
        with self._changed:
            number = self._number(function)
            if isinstance(function, StripWriter):
                ticket = item[0].cut.ticket  # a StripAway stands in
                order = Write(number, ticket, [numbered.first_number for numbered in item])
                self._workers[self._readers.pop(ticket)].append(Work(order, future))
            else:
                self._for_any.append(Work(self._order(function, number, item), future))
            self._changed.notify_all()
        return future

    def check(self) -> None:
        """Pass on, in the thread of who exports, what workers have to say."""
        try:
            while True:
                self._progress.info(self._said.get_nowait())
        except Empty:
            pass

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if error is not None:
            for worker in self._workers:
                worker.stop(self._stop.name)
        is_cancelled = isinstance(error, ExportCancelled)
        end = time.monotonic() + MOMENT
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()) if is_cancelled else None)
        for worker in self._workers:
            worker.end()
        self._launcher.end()
        if self._shared is not None:
            self._shared.close()
        self.check()

    def _order(self, function: Callable[..., Any], number: int, item: Any) -> Order:
        if not isinstance(function, StripReader):
            return Do(number, item)
        self._numbers += 1
        return Read(number, self._numbers, item)

    def _number(self, function: Callable[..., Any]) -> int:
        """The number by which workers know a function."""
        for number, known in self._functions.functions.items():
            if known is function:
                return number
        self._numbers += 1
        self._functions.learn(self._numbers, function)
        for number in set(self._parcels) - set(self._functions.functions):
            del self._parcels[number]
        return self._numbers

    def _parcel(self, number: int) -> bytes:
        """A function as it travels, packed once for all workers, and then forgotten."""
        with self._changed:
            parcel, takers = self._parcels.pop(number, (b"", 0))
            parcel = parcel or packed_beside(self._functions.functions[number], self._shared)
            if takers + 1 < len(self._others):
                self._parcels[number] = parcel, takers + 1
            return parcel

    def _start(self, worker: Worker, *needed: Any) -> None:
        worker.start(*needed)
        with self._changed:
            self._changed.notify_all()

    def _work(self, worker: Worker) -> None:
        """What the thread of a worker does."""
        while True:
            work = self._next(worker)
            if work is None:
                return
            try:
                result = worker.carry_out(work.order)
            except BaseException as error:
                work.future.set_exception(error)
            else:
                work.future.set_result(result)

    def _next(self, worker: Worker) -> Optional[Work]:
        """What a worker is to do next: what frees memory goes before what takes it."""
        with self._changed:
            while not self._is_over:
                work = self._found(worker)
                if work is None:
                    self._changed.wait()
                elif work.future.set_running_or_notify_cancel():
                    return work
        return None

    def _found(self, worker: Worker) -> Optional[Work]:
        own = self._workers[worker]
        if own:
            return own.popleft()
        if not self._for_any or worker.holds >= HELD or not self._is_wanted(worker):
            return None
        work = self._for_any.popleft()
        if isinstance(work.order, Read):
            self._readers[work.order.ticket] = worker
            worker.take(work.order)
        return work

    def _is_wanted(self, worker: Worker) -> bool:
        """Whether a worker is to begin anything new."""
        if worker is self._own:
            return sum(other.has_process for other in self._others) <= FED
        return worker.has_come


def _shared_file() -> Optional[SharedFile]:
    """None where there can be none: all is copied then."""
    with suppress(OSError):
        return SharedFile() if CAN_SHARE else None
    return None
