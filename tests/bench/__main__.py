"""`make bench`: each reference job beside its yardstick, measured in the same run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from osgeo import gdal

from .bars import FALLS_SHORT, Measured, Verdict, verdicts
from .jobs import JOBS, Job
from .measuring import ROUNDS, Setting, measured, warm_memory, work_folder
from .reference import NotPossible
from .sources import SIDE
from .startup import startup_verdicts
from .table import Column, Report, Table
from .vast import vast_verdicts
from .verifying import Wrong

SPEEDS = Table(
    [
        Column("job", 43, is_text=True),
        Column("chips", 6),
        Column("against", 23, is_text=True),
        Column("µs", 8),
        Column("spread", 6),
        Column("2 workers µs", 12),
        Column("ratio", 6),
        Column("1 worker CPU µs", 15),
        Column("CPU ratio", 9),
        Column("MB", 4),
        Column("median of", 9),
        Column("busy", 4),
        Column("bar", 5),
        Column("", 11, is_text=True),
    ]
)
BARS = Table(
    [
        Column("job", 43, is_text=True),
        Column("what", 62, is_text=True),
        Column("found", 8),
        Column("bar", 9),
        Column("", 11, is_text=True),
    ]
)
ON_DISK = Table(SPEEDS.columns[:9])
EXPLANATION = (
    "Times are for one chip, medians of as many rounds as are said. What a job is measured against, and two "
    "workers: wall time; one worker: processor time. Spread: greatest less least of the former. "
    "MB: peak memory of two workers. Busy: rounds in which others used more than a fifth of a "
    "core, which are left out; are they most, none is, and the processor time is judged."
)


def main() -> None:
    """Measure the jobs named on the command line, or all."""
    arguments = _arguments()
    report = Report()
    jobs = [job for job in JOBS if job.letter in arguments.jobs]
    warm_memory()
    report.say(_about(arguments.side))
    with work_folder() as folder:
        setting = Setting(folder, arguments.side, arguments.rounds)
        _speeds(jobs, setting, report, arguments)
    if arguments.disk:
        with work_folder(arguments.disk) as folder:
            _on_disk(jobs, Setting(folder, arguments.side, arguments.rounds, checks=False), report)
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    letters = "".join(sorted({job.letter for job in JOBS}))
    add = parser.add_argument
    add("--jobs", default=letters, help=f"letters of the jobs, by default {letters}")
    add("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    add("--side", type=int, default=SIDE, help="no scene has longer sides, in pixels")
    add("--disk", type=Path, help="a folder on a disk to measure in as well, for information")
    add("--markdown", type=Path, help="a file for the tables, seen from build/")
    add("--no-startup", dest="startup", action="store_false", help="do not start QGIS")
    add("--no-vast", dest="vast", action="store_false", help="no vast raster, no million features")
    return parser.parse_args()


def _about(side: int) -> str:
    return (
        f"Scene of {side} × {side} pixels at most, chips of 256 at stride 128; "
        f"{os.cpu_count()} cores, GDAL {gdal.VersionInfo('RELEASE_NAME')}. {EXPLANATION}"
    )


def _speeds(
    jobs: Sequence[Job], setting: Setting, report: Report, arguments: argparse.Namespace
) -> None:
    """The table of speeds, and that of the other bars."""
    rest: list[tuple[str, Verdict]] = []
    report.begin(SPEEDS)
    for job in jobs:
        try:
            found = measured(job, setting)
        except (NotPossible, Wrong) as problem:
            report.row(_missing(job, str(problem)))
            continue
        first, *others = verdicts(job.bars, found)
        report.row([*_costs(job, found), *_judged(found, first)])
        rest += [(_title(job), verdict) for verdict in others]
    if arguments.startup:
        rest += [("qgis_process", verdict) for verdict in startup_verdicts(setting.folder)]
    if arguments.vast:
        rest += [("however much there is", it) for it in vast_verdicts(setting.folder / "vast")]
    report.begin(BARS)
    for title, verdict in rest:
        report.row([title, verdict.what, verdict.found, verdict.bar, verdict.judgement])


def _on_disk(jobs: Sequence[Job], setting: Setting, report: Report) -> None:
    report.say(f"On the disk of {setting.folder.parent}, for information:")
    report.begin(ON_DISK)
    for job in jobs:
        try:
            report.row(_costs(job, measured(job, setting)))
        except NotPossible as problem:
            report.row([_title(job), str(problem)])


def _title(job: Job) -> str:
    return f"({job.letter}) {job.name}"


def _costs(job: Job, found: Measured) -> list[str]:
    return [
        f"{_title(job)}",
        str(found.chips),
        job.measure.name,
        f"{found.yardstick_micros:.1f}",
        f"{found.spread:.0%}",
        f"{found.two_micros:.1f}",
        f"{found.ratio:.2f}",
        f"{found.one_cpu_micros:.1f}",
        f"{found.cpu_ratio:.2f}",
    ]


def _judged(found: Measured, verdict: Verdict) -> list[str]:
    memory = "" if found.memory is None else f"{found.memory.peak / 1e6:.0f}"
    rounds, busy = str(len(found.judged)), str(found.busy_rounds)
    by = ", by processor time: the machine was busy" if found.is_busy else ""
    return [memory, rounds, busy, verdict.bar, verdict.judgement + by]


def _missing(job: Job, problem: str) -> list[str]:
    """A row without numbers."""
    empty = ["–"] * (len(SPEEDS.columns) - 2)
    return [_title(job), *empty, f"{FALLS_SHORT}: {problem}"]


if __name__ == "__main__":
    main()
