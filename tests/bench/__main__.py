"""`make bench`: each reference job as a ratio to its floor, measured in the same run."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from chipwright.core.export import export

from ..scenes import Scene, make_scene
from .floor import Floor, floor_of
from .jobs import JOBS, Job
from .verifying import verify

SIDE, FEATURES, SEED = 10240, 20_000, 1
WARM_BYTES = 3 << 30
MEMORY_DISK = Path("/dev/shm")
HEADER = (
    f"{'job':<26}{'chips':>7}{'floor':>9}{'2 workers':>11}{'ratio':>7}{'1 worker':>10}{'ratio':>7}"
)


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds."""

    wall: float
    cpu: float


def main() -> None:
    """Measure the jobs named on the command line, or all."""
    arguments = _arguments()
    scene = _scene(Path("bench") / f"scene{arguments.side}", arguments.side)
    with _work_folder() as folder:
        _warm_memory()
        print(f"Scene {arguments.side} × {arguments.side}, chips 256, stride 128, in {folder}")
        print("floor, 2 workers: wall µs a chip; 1 worker: processor µs a chip; medians\n")
        print(HEADER)
        for job in JOBS:
            if job.letter in arguments.jobs:
                print(_row(job, scene, folder, arguments.rounds), flush=True)
        print(
            f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", default="abcdk")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=SIDE)
    return parser.parse_args()


def _scene(folder: Path, side: int) -> Scene:
    """The scene, made once and kept; its pixels are in the page cache afterwards."""
    scene = Scene(folder / "image.tif", folder / "labels.gpkg")
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        scene = make_scene(folder, side, side, FEATURES * side * side // SIDE**2, SEED)
        (folder / "done").touch()
    return scene


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder in memory where there is one: on a disk the floor itself moves threefold."""
    parent = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="chipwright-bench-", dir=parent) as folder:
        yield Path(folder)


def _warm_memory() -> None:
    """Touch memory once: what a virtual machine was never given costs much more."""
    block = bytearray(WARM_BYTES)
    block[::4096] = b"\1" * len(block[::4096])


def _row(job: Job, scene: Scene, folder: Path, rounds: int) -> str:
    """One worker is measured once: processor time hardly depends on what else is going on."""
    chips, floor = _verified(job, scene, folder)
    one = _cost(lambda out: export(job.request(scene, out, 1)), folder)
    floors, twos = [], []
    for _ in range(rounds):
        floors.append(_cost(floor.pay, folder))
        twos.append(_cost(lambda out: export(job.request(scene, out, 2)), folder))
    ratio = median(two.wall / low.wall for two, low in zip(twos, floors))
    cpu_ratio = one.cpu / median(low.cpu for low in floors)
    each = 1e6 / chips
    return (
        f"{f'({job.letter}) {job.metadata_format}':<26}{chips:>7}"
        f"{median(low.wall for low in floors) * each:>9.1f}"
        f"{median(two.wall for two in twos) * each:>11.1f}{ratio:>7.2f}"
        f"{one.cpu * each:>10.1f}{cpu_ratio:>7.2f}"
    )


def _verified(job: Job, scene: Scene, folder: Path) -> tuple[int, Floor]:
    """An unmeasured run, checked; its chip count and floor."""
    out = folder / "verified"
    manifest = export(job.request(scene, out, 2))
    verify(scene.image, out)
    floor = floor_of(scene.image, out)
    shutil.rmtree(out)
    return manifest.chip_count, floor


def _cost(work: Callable[[Path], object], folder: Path) -> Cost:
    out = folder / "out"
    wall, cpu = time.perf_counter(), time.process_time()
    work(out)
    cost = Cost(time.perf_counter() - wall, time.process_time() - cpu)
    shutil.rmtree(out)
    return cost


if __name__ == "__main__":
    main()
