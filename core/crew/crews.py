"""When an export is given a crew of processes, and of how many.

Python lets only one thread of a process work at a time, unless that is in GDAL. Processes share no
lock, but each takes a moment to start, and memory of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Optional

from ..encodings import image_format
from ..formats import FORMATS
from ..gdal_errors import GdalFailure, open_raster
from ..remote_sources import is_plain_file, is_remote
from ..request import ExportRequest, RasterSource
from ..workers import worker_count
from .interpreter import interpreter
from .orders import HELD, Surroundings
from .shared_file import is_shared
from .streams import CANNOT_TRAVEL, pack_into

if TYPE_CHECKING:
    from pickle import PickleBuffer  # nosec B403 # only its name

    from ..prepared import Prepared
    from ..progress import Progress, StopSignal
    from .executor import Crew
    from .launching import Launcher


class Worth(NamedTuple):
    """From when on a crew is faster than threads (measured with two workers)."""

    places: int
    """That take as long as what processes take to start."""
    batches: int
    """For each worker, so that not one of them is at the last for long."""


COPIED, LABELED, ENCODED = Worth(3_000, 2), Worth(1_500, 2), Worth(5_000, 6)
"""Threads wait for one another at every chip that is hardly more than copied, and more so where it
has labels; encoders let go of the interpreter, and are many times as long at a batch."""
IN_ONE_GO = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Files of which every process would decode all that lies above what it reads."""
OF_MEMORY = 4
"""The part of the machine's memory that a crew may take is one of so many."""
MEMORY_IF_UNKNOWN = 8 << 30
INTERPRETER_BYTES = 128 << 20
"""With numpy, GDAL and its cache."""
IN_MEMORY = b"/vsimem/"
"""Where files lie that only one process sees."""


class CrewStart:
    """Where the processes of an export come from, which takes a moment to be there."""

    def __init__(self) -> None:
        self._launcher: Optional[Launcher] = None
        self._is_over = False

    def begin(self, request: ExportRequest) -> None:
        """Make them come, before an export is prepared, if it seems that it will have some."""
        if seems_worth(request):
            self._launcher = _launcher()
        if self._is_over:  # who prepares was left to itself
            self._end()

    def crew(
        self, request: ExportRequest, prepared: Sequence[Prepared], stop: StopSignal, say: Progress
    ) -> Optional[Crew]:
        """A crew, if one is faster than threads and can do the work; else None."""
        workers = worker_count(request.parallel_processing_factor)
        count = crew_size(prepared, workers, _worth(request))
        if count < 2:
            self._end()
            return None
        self._launcher = self._launcher or _launcher()
        if self._launcher is None:
            return None
        from .executor import Crew

        say.info(f"parallelProcessingFactor: {count} processes do the work.")
        return Crew(count, self._launcher, surroundings(), stop, say)

    def __enter__(self) -> CrewStart:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._end()

    def _end(self) -> None:
        if self._launcher is not None:
            self._launcher.end()
            self._launcher = None


def _launcher() -> Optional[Launcher]:
    """None where there can be no processes."""
    from .fork_server import launcher
    from .launching import ProcessLost

    python = interpreter()
    if python is None:
        return None
    with suppress(ProcessLost):
        return launcher(python)
    return None


def _worth(request: ExportRequest) -> Worth:
    if not image_format(request).is_plain:
        return ENCODED
    return LABELED if FORMATS[request.metadata_format].needs_labels else COPIED


def seems_worth(request: ExportRequest) -> bool:
    """Whether an export seems to be one for a crew, by what is found out at once: a guess."""
    path, chooses = request.input_raster.path, request.extent or request.input_mask_polygons
    if worker_count(request.parallel_processing_factor) == 1 or request.dask_scheduler:
        return False
    if chooses or request.is_per_feature or not is_plain_file(path):
        return False
    try:
        raster = open_raster(path, request.input_raster.open_options)
    except GdalFailure:
        return False  # to be told of where it is prepared
    step = request.stride
    places = (raster.RasterXSize // step.columns) * (raster.RasterYSize // step.rows)
    return places >= _worth(request).places and not path.lower().endswith(IN_ONE_GO)


def crew_size(prepared: Sequence[Prepared], workers: int, worth: Worth) -> int:
    """How many of the workers that are wanted are of use as processes; 0 if none is."""
    places = sum(image.plan.place_count for image in prepared)
    if workers == 1 or places < worth.places:
        return 0
    largest = max(prepared, key=lambda image: image.plan.place_count)
    strips = next(iter(largest.plan.batches()))
    in_batch = sum(strip.place_count for strip in strips)
    count = min(workers, places // max(in_batch, 1) // worth.batches)
    if count < 2 or any(_leads_away(raster) for _, raster in prepared[0].request.rasters()):
        return 0
    if not all(_can_be_read_apart(image, in_batch) for image in prepared):
        return 0
    weight = weight_of(prepared)
    if weight is None:
        return 0
    pixels = sum(strip.grid.columns * strip.grid.rows for strip in strips)
    bytes_each = INTERPRETER_BYTES + weight.own + HELD * pixels * _pixel_bytes(largest)
    room = max(0, memory_bytes() // OF_MEMORY - weight.shared)
    return min(count, room // bytes_each)


def _pixel_bytes(image: Prepared) -> int:
    partner = image.partner.raster.pixel_bytes if image.partner else 0
    return image.image.raster.pixel_bytes + partner


def _can_be_read_apart(image: Prepared, in_batch: int) -> bool:
    """Whether several processes that each read some of an image read little twice."""
    path = image.image.raster.source.path
    return image.plan.place_count <= in_batch or not path.lower().endswith(IN_ONE_GO)


def _leads_away(source: RasterSource) -> bool:
    """Whether a raster, or a part of a mosaic, is fetched over the network: but once by threads."""
    if is_plain_file(source.path):
        return False
    if is_remote(source.path):
        return True
    try:
        files = open_raster(source.path, source.open_options).GetFileList()
    except GdalFailure:
        return True  # to be told of where it is read
    return any(map(is_remote, files or ()))


class Weight(NamedTuple):
    """Bytes of what processes get, above all labels."""

    own: int
    """That each has for itself."""
    shared: int = 0
    """That all see."""


@dataclass
class _Scale:
    """Weighs what is written to it, and looks whether it is of use to another process."""

    own: int = 0
    shared: int = 0
    is_of_use: bool = True

    def write(self, content: bytes | PickleBuffer) -> int:
        """Weigh it; what comes as a buffer are numbers."""
        if isinstance(content, bytes):
            self.is_of_use = self.is_of_use and IN_MEMORY not in content
        size = memoryview(content).nbytes
        self.own += size
        return size

    def is_within(self, content: PickleBuffer) -> bool:
        """Whether a block of numbers is copied; else all see it, and it is weighed once."""
        size = memoryview(content).nbytes
        if not is_shared(size):
            return True
        self.shared += size
        return False


def weight_of(prepared: Sequence[Prepared]) -> Optional[Weight]:
    """How much processes get; None if some of it cannot get there."""
    scale = _Scale()
    try:
        for image in prepared:
            pack_into(scale, image, scale.is_within)
    except CANNOT_TRAVEL:
        return None
    return Weight(scale.own, scale.shared) if scale.is_of_use else None


def memory_bytes() -> int:
    """Of this machine."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return MEMORY_IF_UNKNOWN


def surroundings() -> Surroundings:
    """What is set here."""
    from osgeo import gdal, osr

    options = gdal.GetConfigOptions() if hasattr(gdal, "GetConfigOptions") else {}
    return Surroundings(gdal.GetCacheMax(), options, osr.GetPROJSearchPaths())
