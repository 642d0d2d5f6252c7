"""An export in a process of its own, whose memory can be told: the reference run of a job."""

from __future__ import annotations

import json
import pickle
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chipwright.core.errors import ChipExportError

from .bars import Memory
from .costs import cost_of

if TYPE_CHECKING:
    from chipwright.core.plan import Batch
    from chipwright.core.request import ExportRequest

    from ..scenes import Scene
    from .jobs import Job
    from .sources import Source


class NotPossible(Exception):
    """A job that the plugin cannot do, and why."""


@dataclass(frozen=True)
class Reference:
    """A finished export, as long as its folder is there."""

    job: Job
    source: Source
    scene: Scene
    folder: Path
    chips: int
    memory: Memory


@dataclass(frozen=True)
class Alone:
    """What an export took that was alone in its process."""

    chips: int
    peak: int
    """Most bytes in memory, with its worker processes."""
    wall: float
    cpu: float


def reference_run(job: Job, source: Source, folder: Path) -> Reference:
    """Export with two workers. Raises NotPossible."""
    scene = source.scene()
    try:
        request = job.request(scene, folder, workers=2)
        strip = largest_strip(request)
    except ChipExportError as error:
        raise NotPossible(str(error)) from error
    done = run_alone(request)
    return Reference(job, source, scene, folder, done.chips, Memory(done.peak, strip))


def run_alone(request: ExportRequest) -> Alone:
    """Export in a fresh process. Raises NotPossible."""
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=pickle.dumps(request), capture_output=True, check=False)
    if done.returncode:
        raise NotPossible(done.stderr.decode().strip())
    return Alone(**json.loads(done.stdout))


def largest_strip(request: ExportRequest) -> int:
    """Bytes of the pixels of the largest batch that an export reads at once."""
    from chipwright.core.preparation import prepare
    from chipwright.core.progress import Silence, StopSignal

    sizes = []
    for prepared in prepare(request, Silence(), StopSignal()):
        raster = prepared.image.raster
        pixel = len(raster.bands) * _bytes_of(raster.data_type)
        sizes += [pixel * _pixels_of(batch) for batch in prepared.plan.batches()]
    return max(sizes)


def _bytes_of(data_type: str) -> int:
    import numpy as np

    return np.dtype(data_type).itemsize


def _pixels_of(batch: Batch) -> int:
    return sum(strip.grid.columns * strip.grid.rows for strip in batch)


def peak_memory(status: Iterable[str]) -> int:
    """Most bytes that a process ever had in memory, of the lines of /proc/PID/status.

    >>> peak_memory(["VmPeak:   9000 kB", "VmHWM:     2000 kB"])
    2048000
    """
    return _bytes(status, "VmHWM:")


def _bytes(status: Iterable[str], name: str) -> int:
    line = next(line for line in status if line.startswith(name))
    return int(line.split()[1]) * 1024


def peak_of(request: ExportRequest) -> int:
    """Most bytes of this process and of the workers that it had for a request.

    Of those the system tells only the most of any, so each counts as that, with all that forks
    share with one another. What they have in memory of the same libraries counts once.
    """
    from chipwright.core.workers import worker_count

    status = Path("/proc/self/status").read_text("ascii").splitlines()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    apart = max(0, largest - _bytes(status, "RssFile:"))
    return peak_memory(status) + apart * worker_count(request.parallel_processing_factor)


def main() -> None:
    """Run the request that is piped in, and print what it took as JSON."""
    from chipwright.core.export import export

    request = pickle.load(sys.stdin.buffer)
    chips: list[int] = []
    try:
        cost = cost_of(lambda: chips.append(export(request).chip_count))
    except ChipExportError as error:
        raise SystemExit(str(error)) from error
    print(json.dumps(asdict(Alone(sum(chips), peak_of(request), cost.wall, cost.cpu))))


if __name__ == "__main__":
    main()
