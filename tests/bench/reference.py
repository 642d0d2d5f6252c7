"""An export in a process of its own, whose memory can be told: the reference run of a job."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from chipwright.core.errors import ChipExportError

from .bars import Memory
from .costs import cost_of
from .family import run_watched

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
    """Most bytes in memory; if it was watched, with its worker processes."""
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
    done = run_seen(request)
    return Reference(job, source, scene, folder, done.chips, Memory(done.peak, strip))


def run_alone(request: ExportRequest) -> Alone:
    """Export in a fresh process, whose worker processes are not looked at. Raises NotPossible."""
    command = [sys.executable, "-m", __name__]
    return what_it_took(
        subprocess.run(command, input=pickle.dumps(request), capture_output=True, check=False)
    )


def run_seen(given: object, module: str = __name__) -> Alone:
    """Run a module in a fresh process whose memory, and that of its workers, is watched.

    That takes time. Raises NotPossible.
    """
    done, peak = run_watched([sys.executable, "-m", module], pickle.dumps(given))
    found = what_it_took(done)
    return replace(found, peak=max(found.peak, peak))


def what_it_took(done: subprocess.CompletedProcess[bytes]) -> Alone:
    """What an export has told of itself. Raises NotPossible."""
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
    line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def own_peak() -> int:
    """Most bytes that this process ever had in memory."""
    return peak_memory(Path("/proc/self/status").read_text("ascii").splitlines())


def main() -> None:
    """Run the request that is piped in, and print what it took as JSON."""
    from chipwright.core.export import export

    request = pickle.load(sys.stdin.buffer)
    chips: list[int] = []
    try:
        cost = cost_of(lambda: chips.append(export(request).chip_count))
    except ChipExportError as error:
        raise SystemExit(str(error)) from error
    print(json.dumps(asdict(Alone(sum(chips), own_peak(), cost.wall, cost.cpu))))


if __name__ == "__main__":
    main()
