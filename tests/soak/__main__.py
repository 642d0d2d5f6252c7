"""`make soak`: random requests, one after the other, each result looked through."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

from ..bench.table import Report
from .samples import Sample, found_samples, made_samples
from .steps import Limits, Runner
from .tally import Tally
from .trials import Ground, Trial, Wrong, random_trial

HOUR = 3600.0
LONGEST_ROUND = 300.0
"""What takes longer was stopped meanwhile, and counts as so many seconds."""
TOLD = 100
"""Every so many requests, a line says how far it is."""
MEMORY = 1000
Snapshot = dict[str, tuple[int, int]]
"""Size and time of change of each file."""


def main() -> None:
    """Soak, or repeat one request; fails if anything did."""
    arguments = _arguments()
    os.nice(19)
    with tempfile.TemporaryDirectory(prefix="chipwright-soak-") as folder:
        work = Path(folder)
        samples = made_samples(work / "made")
        if arguments.samples:
            samples += found_samples(arguments.samples)
        ground = Ground(work / "here", Runner(work / "child", _limits(arguments)))
        watched = [work / "made", *([arguments.samples] if arguments.samples else [])]
        tally = _soaked(arguments, samples, ground, watched)
        if arguments.keep:
            shutil.move(ground.folder, arguments.keep)
    report = Report()
    tally.tell(report)
    sys.exit(bool(tally.failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    add = parser.add_argument
    add("--seconds", type=float, default=HOUR, help="how long, by default an hour")
    add("--samples", type=Path, help="a folder with rasters and layers, besides the made-up ones")
    add("--seed", type=int, default=int(time.time()), help="of all that is random, by default new")
    add("--request", type=int, help="the number of the one request to repeat")
    add("--keep", type=Path, help="where to leave what was written last")
    add("--limit", type=float, default=600.0, help="seconds that one process may take")
    add("--memory", type=int, default=MEMORY, help="MB of memory that one process may take")
    return parser.parse_args()


def _limits(arguments: argparse.Namespace) -> Limits:
    return Limits(arguments.limit, arguments.memory * 1_000_000)


def _soaked(
    arguments: argparse.Namespace,
    samples: Sequence[Sample],
    ground: Ground,
    watched: Sequence[Path],
) -> Tally:
    tally, before = Tally(), _snapshot(watched)
    print(f"{len(samples)} rasters, seed {arguments.seed}.", flush=True)
    for number in _numbers(arguments.request, arguments.seconds):
        trial = random_trial(arguments.seed, number, samples)
        problem = _carried_out(ground, trial, tally)
        if _snapshot(watched) != before:
            problem, before = f"{problem or ''} Files to read changed.", _snapshot(watched)
        if problem:
            tally.add_failure(trial)
            print(_failure(arguments, number, trial, problem), flush=True)
        if number % TOLD == TOLD - 1:
            failures = sum(tally.failed.values())
            print(f"{number + 1} requests, {failures} failures", flush=True)
    return tally


def _numbers(only: Optional[int], seconds: float) -> Iterator[int]:
    """One, or from 0 on for some time."""
    if only is not None:
        yield only
        return
    number = 0
    while seconds > 0:
        began = time.monotonic()
        yield number
        seconds -= min(LONGEST_ROUND, time.monotonic() - began)
        number += 1


def _carried_out(ground: Ground, trial: Trial, tally: Tally) -> Optional[str]:
    """What went wrong."""
    try:
        outcome = ground.carry_out(trial)
    except Wrong as problem:
        return str(problem)
    tally.add(trial, outcome)
    return None


def _snapshot(folders: Sequence[Path]) -> Snapshot:
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(it): (it.stat().st_size, it.stat().st_mtime_ns) for it in paths}


def _failure(arguments: argparse.Namespace, number: int, trial: Trial, problem: str) -> str:
    options = ["--seed", str(arguments.seed), "--request", str(number)]
    if arguments.samples:
        options += ["--samples", str(arguments.samples.absolute())]
    return (
        f"\nFailure of request {number} ({trial.scenario}): {problem}\n"
        f"  Asked for: {trial.settings}\n"
        f'  Repeat: make soak OPTIONS="{shlex.join(options)}"\n'
    )


if __name__ == "__main__":
    main()
