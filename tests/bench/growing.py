"""Measures exports of growing size, and shows them in a table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chipwright.core.request import ExportRequest

from .busy import cores_of_others, now
from .floor import floor_of
from .growth import Growth, Size, deviations
from .reference import run_alone
from .table import Column, Report, Table

RUNS = ((5_000, 9), (50_000, 5), (500_000, 3))
"""Sizes below so many are measured so often; larger ones once."""
CLOCKS = (
    "µs each: what each one more than in the row above costs, in wall time of two workers, or "
    "processor time where 'others' used more than a fifth of a core; off: how far that is from "
    "the median."
)
TABLE = Table(
    [
        Column("number", 9),
        Column("runs", 4),
        Column("wall s", 8),
        Column("CPU s", 8),
        Column("µs each", 8),
        Column("off", 5),
        Column("MB", 5),
        Column("others", 6),
        Column("floor s", 8),
    ]
)


@dataclass(frozen=True)
class Experiment:
    """Exports into one folder, by how large they are to be."""

    request: Callable[[int], ExportRequest]
    folder: Path
    """Where the exports go; not there in between."""

    def size(self, count: int, runs: int) -> Size:
        """One size, each run in a process of its own, and the floor of its files."""
        request = self.request(count)
        before = now()
        found = [run_alone(request)]
        floor = floor_of(Path(request.input_raster.path), self.folder, found[0].chips)
        shutil.rmtree(self.folder)
        while len(found) < runs:
            found.append(run_alone(request))
            shutil.rmtree(self.folder)
        others = cores_of_others(before, now())
        cost = floor.cost(self.folder)
        shutil.rmtree(self.folder)
        return Size(count, found, others, cost.wall)

    def growth(self, counts: Sequence[int]) -> Growth:
        """All sizes."""
        return Growth([self.size(count, runs_for(count)) for count in counts])


def runs_for(count: int) -> int:
    """How often a size is measured: small ones often, they are soon over.

    >>> [runs_for(1_000), runs_for(1_000_000)]
    [9, 1]
    """
    return next((runs for below, runs in RUNS if count < below), 1)


def show(growth: Growth, report: Report) -> None:
    """A table of all sizes."""
    report.begin(TABLE)
    report.row(_cells(growth.sizes[0], "", ""))
    costs = growth.costs
    for size, cost, off in zip(growth.sizes[1:], costs, deviations(costs)):
        report.row(_cells(size, f"{cost * 1e6:.2f}", f"{off:+.0%}"))


def _cells(size: Size, each: str, off: str) -> list[str]:
    return [
        f"{size.count:,}",
        str(len(size.runs)),
        f"{size.wall:.3f}",
        f"{size.cpu:.3f}",
        each,
        off,
        f"{size.peak / 1e6:.0f}",
        f"{size.others:.2f}",
        f"{size.floor:.3f}",
    ]
