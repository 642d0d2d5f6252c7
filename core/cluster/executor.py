"""A cluster's workers as an executor of the work on strips, whose pixels stay with the workers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from itertools import count
from typing import Any

from ..cutting import StripReader
from ..plan import Batch
from ..strip_writing import NumberedStrip, StripWriter
from .tasks import Errand, do, read_strips, stop_work, told, unpacked, write_strips

STRIPS_PER_THREAD = 2
"""Strips under way in each of two steps; more cost memory and gain nothing."""
SECONDS_BETWEEN_LOOKS = 1.0
"""At the number of workers, which may come and go."""
QUIET_SECONDS = 30.0
"""How long to wait for workers to end what they are at, when an export is broken off."""
RUNNING = "running"
"""What a client says of itself whose scheduler is there."""
SOON, SOONER = 1, 2
"""Priorities: what frees memory goes before what takes it, and what others wait for before all."""


class ClusterExecutor(Executor):
    """Does the work on strips through a client's executor; a strip that is read stays where it is.

    What is read is told by stand-ins with the number of their chips, and written where it lies. A
    worker that dies takes nothing with it: the scheduler knows how to make all that it had again.
    """

    def __init__(self, client: Any, errand: Errand) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._errand = errand
        self._tickets = count()
        self._held: dict[int, Any] = {}
        """Strips on workers, by their tickets."""
        self._sent: deque[tuple[object, Any]] = deque(maxlen=2)
        """The last readers and writers, and where workers find them."""
        self._looked, self._threads = -SECONDS_BETWEEN_LOOKS, 1

    def submit(self, function: Callable[..., Any], /, *given: Any, **_: Any) -> Future[Any]:
        """Have a reader read a batch, a writer write what was read, or anything else done."""
        (item,) = given
        if isinstance(function, StripReader):
            return self._read(function, item)
        if isinstance(function, StripWriter):
            return self._write(function, item)
        return self._executor.submit(do, self._sent_once(function), self._packed(item))

    def _read(self, reader: StripReader, batch: Batch) -> Future[Any]:
        ticket = next(self._tickets)
        parcel = self._packed(ticket, batch)
        held = self._client.submit(read_strips, self._sent_once(reader), parcel, pure=False)
        self._held[ticket] = held
        return self._executor.submit(told, held, priority=SOONER)

    def _write(self, writer: StripWriter, batch: Sequence[NumberedStrip]) -> Future[Any]:
        """What was read is let go when it is written, no sooner: it may have to be made again."""
        ticket = batch[0].cut.ticket  # type: ignore[attr-defined] # a StripAway stands in
        parcel = self._packed([numbered.first_number for numbered in batch])
        written: Future[Any] = self._executor.submit(
            write_strips, self._sent_once(writer), self._held[ticket], parcel, priority=SOON
        )
        written.add_done_callback(lambda _: self._held.pop(ticket))
        return written

    def _packed(self, *given: Any) -> bytes:
        return packed((self._errand, *given))

    def _sent_once(self, function: object) -> Any:
        """Where workers find a reader or writer, which may be large: it goes out but once.

        As the result of a task, other than as scattered data, it can be made again.
        """
        import dask

        for known, there in self._sent:
            if known is function:
                return there
        # Packed before: a first import of distributed would lose its settings when these are reset.
        parcel = packed(function)
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
            there = self._client.submit(unpacked, parcel, pure=False)
        self._sent.append((function, there))
        return there

    @property
    def _max_workers(self) -> int:
        """Strips to keep under way, as the executors of threads tell it."""
        now = time.monotonic()
        if now - self._looked >= SECONDS_BETWEEN_LOOKS:
            self._looked = now
            self._threads = sum(self._client.nthreads().values())
        return max(1, STRIPS_PER_THREAD * self._threads)

    def check(self) -> None:
        """Raise CancelledError if the scheduler is lost.

        What was sent to it is cancelled then, but what is sent in the moment in which it is lost
        may be waited for forever.
        """
        if self._client.status != RUNNING:
            raise CancelledError("The connection to it is broken.")

    def break_off(self) -> None:
        """Cancel what is under way, and wait until no worker writes any more."""
        self._client.cancel([*self._held.values(), *(there for _, there in self._sent)])
        self._executor.shutdown(wait=False)
        end = time.monotonic() + QUIET_SECONDS
        while self._at_work() and time.monotonic() < end:
            time.sleep(0.05)

    def _at_work(self) -> bool:
        name = self._errand.stop.name
        return any(self._client.run(stop_work, name, on_error="ignore").values())


def packed(content: object) -> bytes:
    """The bytes in which something travels."""
    from distributed.protocol.pickle import dumps

    return bytes(dumps(content))
