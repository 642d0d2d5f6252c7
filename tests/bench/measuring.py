"""Measures a job: an unmeasured run that is checked, then rounds beside its yardstick."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .bars import Measured
from .busy import cores_of_others, now
from .costs import Cost, Round
from .jobs import Job
from .reference import Reference, reference_run, run_alone
from .sources import Source
from .verifying import verify
from .yardsticks import Yardstick

MEMORY_DISK = Path("/dev/shm")
WARM_BYTES = 4 << 30
ROUNDS = 5


@dataclass(frozen=True)
class Setting:
    """Where and how jobs are measured."""

    folder: Path
    """On tmpfs where there is one."""
    largest_side: int
    rounds: int = ROUNDS
    checks: bool = True
    """Whether what is written is compared with what plain GDAL makes."""

    def source_of(self, job: Job) -> Source:
        """The source of a job, not larger than wanted."""
        return job.source.at_most(self.largest_side)


@contextmanager
def work_folder(parent: Optional[Path] = None) -> Iterator[Path]:
    """A folder, in memory where there is some: on a disk the floor itself moves threefold."""
    if parent is None and os.access(MEMORY_DISK, os.W_OK):
        parent = MEMORY_DISK
    with tempfile.TemporaryDirectory(prefix="chipwright-bench-", dir=parent) as folder:
        yield Path(folder)


def warm_memory(most: int = WARM_BYTES) -> None:
    """Touch memory once: what a virtual machine was never given costs much more.

    At most half of what is free, so that nobody is pushed out.
    """
    with Path("/proc/meminfo").open(encoding="ascii") as lines:
        free = next(int(it.split()[1]) << 10 for it in lines if it.startswith("MemAvailable:"))
    block = bytearray(min(most, free // 2))
    block[::4096] = b"\1" * len(block[::4096])


def measured(job: Job, setting: Setting) -> Measured:
    """Measure a job. Raises NotPossible, or Wrong if it is not what plain GDAL makes."""
    reference = reference_run(job, setting.source_of(job), setting.folder / "reference")
    try:
        if setting.checks:
            verify(reference)
        yardstick = job.measure.of(reference)
    finally:
        shutil.rmtree(reference.folder, ignore_errors=True)
    rounds = [_round(reference, yardstick, setting.folder / "out") for _ in range(setting.rounds)]
    return Measured(rounds, reference.chips, yardstick.chips, reference.memory)


def _round(reference: Reference, yardstick: Yardstick, folder: Path) -> Round:
    before = now()
    low = _cost_in(folder, yardstick.cost)
    two = _cost_in(folder, lambda out: _export_cost(reference, out, workers=2))
    one = _cost_in(folder, lambda out: _export_cost(reference, out, workers=1))
    return Round(low, two, one, cores_of_others(before, now()))


def _export_cost(reference: Reference, folder: Path, workers: int) -> Cost:
    """In a process of its own: this one has grown by what jobs are measured against."""
    alone = run_alone(reference.job.request(reference.scene, folder, workers))
    return Cost(alone.wall, alone.cpu)


def _cost_in(folder: Path, work: Callable[[Path], Cost]) -> Cost:
    cost = work(folder)
    shutil.rmtree(folder)
    return cost
