"""Measures exports of growing size, and shows them in a table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from chipwright.core.request import ExportRequest

from .busy import cores_of_others, now
from .floor import floor_of
from .growth import Growth, Size, deviations
from .reference import Alone, run_alone
from .table import Column, Report, Table

ROUNDS = 3
RUNS = ((5_000, 3), (50_000, 2))
"""Sizes below so many are measured so often in a round, larger ones once: small ones are soon over,
and a moment disturbs them more."""
CLOCKS = (
    "µs each: what each one more than in the row above costs, in wall time of one worker, or "
    "processor time where 'others' used more than a fifth of a core; off: how far that is from "
    "the median. Two workers, which are threads or processes as the export is small or large, for "
    "information."
)
TABLE = Table(
    [
        Column("number", 9),
        Column("runs", 4),
        Column("wall s", 8),
        Column("CPU s", 8),
        Column("2 workers s", 11),
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
    """Makes the sources, too, which stay where they are."""
    folder: Path
    """Where the exports go; not there in between."""

    def growth(self, counts: Sequence[int]) -> Growth:
        """All sizes, in rounds: what slows the machine down for a while slows all of them down.

        Before, each is run once without being measured: a folder of a million files takes memory
        that a virtual machine may never have been given.
        """
        requests = {count: self.request(count) for count in counts}
        floors = {count: self._floor(request) for count, request in requests.items()}
        runs: dict[int, list[Alone]] = {count: [] for count in counts}
        others: dict[int, list[float]] = {count: [] for count in counts}
        for count in [*counts] * ROUNDS:
            before = now()
            runs[count].extend(self._run(requests[count]) for _ in range(runs_for(count)))
            others[count].append(cores_of_others(before, now()))
        by_two = {count: self._run(by_two_workers(requests[count])) for count in counts}
        return Growth(
            [
                Size(count, runs[count], median(others[count]), floors[count], by_two[count].wall)
                for count in counts
            ]
        )

    def _run(self, request: ExportRequest) -> Alone:
        """A run in a process of its own."""
        found = run_alone(request)
        shutil.rmtree(self.folder)
        return found

    def _floor(self, request: ExportRequest) -> float:
        """Seconds of writing the files that a run writes."""
        chips = run_alone(request).chips
        floor = floor_of(Path(request.input_raster.path), self.folder, chips)
        shutil.rmtree(self.folder)
        cost = floor.cost(self.folder)
        shutil.rmtree(self.folder)
        return cost.wall


def by_two_workers(request: ExportRequest) -> ExportRequest:
    """The same export by twice as many workers."""
    return replace(request, parallel_processing_factor="2")


def runs_for(count: int) -> int:
    """How often a size is measured in a round.

    >>> [runs_for(1_000), runs_for(1_000_000)]
    [3, 1]
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
        f"{size.by_two_workers:.3f}",
        each,
        off,
        f"{size.peak / 1e6:.0f}",
        f"{size.others:.2f}",
        f"{size.floor:.3f}",
    ]
