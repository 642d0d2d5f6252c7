"""The workers of an export: threads of this process, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Optional
from weakref import WeakSet

from .cancelling import MOMENT
from .encodings import image_format
from .errors import ExportCancelled
from .feature_places import FeaturePlaces
from .gdal_settings import decode_with
from .plan import ChipPlan
from .progress import Progress, StopSignal
from .remote_sources import is_remote
from .request import ExportRequest
from .workers import worker_count

if TYPE_CHECKING:
    from .crew.crews import CrewStart
    from .prepared import Prepared

CHIPS_ENCODED_TOGETHER = 32
"""Enough to be worth a task, few enough that all threads end at about the same time."""
SMALL_PIXELS = 1 << 17
"""Pixels of a small chip."""


class Threads(ThreadPoolExecutor):
    """Threads that are left to themselves if they do not end when the user wants to stop.

    A server that is silent holds up a read for minutes. What is written is written by then, or is
    a file that would be there with the same bytes.
    """

    def __init__(self, count: int, **more: Any) -> None:
        super().__init__(count, **more)
        self._given: WeakSet[Future[Any]] = WeakSet()

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """As ThreadPoolExecutor does."""
        future = super().submit(function, *given, **named)
        self._given.add(future)
        return future

    @property
    def is_idle(self) -> bool:
        """Whether all that was given is done."""
        return all(each.done() for each in self._given)

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        is_cancelled = isinstance(error, ExportCancelled)
        if is_cancelled:
            wait([each for each in self._given if not each.cancelled()], MOMENT)
        self.shutdown(wait=not is_cancelled, cancel_futures=is_cancelled)


class Pools(NamedTuple):
    """Workers that read and workers that write."""

    readers: Executor
    writers: Executor
    chips_together: Optional[int] = None
    """Chips of a strip that one worker writes; None means all of them."""
    waiting: int = 1
    """Tasks that wait to be written: of whole strips each holds tens of MB, and a thread that
    begins the next one a moment later loses nothing."""


@contextmanager
def worker_pools(
    request: ExportRequest,
    stop: StopSignal,
    progress: Progress,
    prepared: Sequence[Prepared] = (),
    start: Optional[CrewStart] = None,
) -> Iterator[Pools]:
    """Processes of our own or of a cluster that read and write, or threads for the one and threads
    for the other.

    `prepared` are the images that are worked on; a crew of processes may come of a `start`.
    """
    if request.dask_scheduler:
        from .cluster.connection import cluster_executor

        with cluster_executor(request, stop, progress) as cluster:
            yield Pools(cluster, cluster)
        return
    crew = None if start is None else start.crew(request, prepared, stop, progress)
    if crew is not None:
        with crew, stopping(stop):
            yield Pools(crew, crew, waiting=0)
        return
    workers = worker_count(request.parallel_processing_factor)
    encodes = not image_format(request).is_plain
    plans = [image.plan for image in prepared]
    if workers == 1 or (not encodes and are_cut_alone(request, plans)):
        with Threads(1) as pool, stopping(stop):
            yield Pools(pool, pool, waiting=0)
        return
    with (
        _reading_threads(request, workers) as readers,
        Threads(workers if encodes else 1) as writers,
        stopping(stop),
    ):
        if encodes:
            yield Pools(readers, writers, CHIPS_ENCODED_TOGETHER)
        else:
            yield Pools(readers, writers, waiting=0)


def are_cut_alone(request: ExportRequest, plans: Sequence[ChipPlan]) -> bool:
    """Whether all is many short calls, for small chips each of which is read and counted for
    itself: all hold the interpreter, and two threads take a tenth longer than one (measured up to
    256 × 256 pixels; from 600 × 600 two are faster).
    """
    if request.rotation_angle or is_remote(request.input_raster.path):
        return False
    return bool(plans) and all(
        isinstance(plan, FeaturePlaces) and plan.mean_pixels <= SMALL_PIXELS for plan in plans
    )


def _reading_threads(request: ExportRequest, workers: int) -> Threads:
    """Reading is a few long calls into GDAL, for which one thread is enough, or turning of chips.

    Writing uncompressed TIFF is many short calls that hold the interpreter, so a second thread at
    it only gets in the way of the first (measured); encoders, and what turns chips, let go of the
    interpreter. Several threads would fetch the blocks that they share of a remote image twice.
    """
    turns = request.rotation_angle and not is_remote(request.input_raster.path)
    count = workers if turns else 1
    return Threads(count, initializer=decode_with, initargs=(workers // count,))


@contextmanager
def stopping(stop: StopSignal) -> Iterator[None]:
    """What breaks the work off ends the threads at their next chip."""
    try:
        yield
    except BaseException:
        stop.raise_it()
        raise


def ahead(executor: Executor, waiting: int = 1) -> Callable[[], int]:
    """Tasks under way: one for each worker, and one that waits; more would only cost memory."""
    return lambda: int(getattr(executor, "_max_workers", 1)) + waiting
