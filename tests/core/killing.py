"""Processes that are killed at a chosen step of what they do to a folder.

They are forked from one that has loaded all that is needed and done nothing yet: PROJ does not bear
that a process is forked once it was used.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from chipwright.core import journal

Action = Callable[[], object]
"""Goes to another process."""
STEPS = {
    "open",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.truncate",
}
"""What Python tells of before it does it; a chip is an "open", then written."""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["chipwright.tests.core.exporting", __name__])


def step_count(action: Action, folder: Path) -> int:
    """How many steps an action does in a folder."""
    told = folder.with_name(f"{folder.name} steps")
    assert _exit_code(_count, action, folder, told) == 0
    return int(told.read_text())


def killed(action: Action, folder: Path, step: int) -> None:
    """Do something in a process that is killed just before a step, counted from 0."""
    assert _exit_code(_do_until, action, folder, step) == -signal.SIGKILL


def _exit_code(target: Callable[..., None], *arguments: object) -> int:
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    process.join()
    return int(process.exitcode or 0)


def _count(action: Action, folder: Path, told: Path) -> None:
    steps = _watch(folder, lambda _: None)
    write_often()
    action()
    told.write_text(str(len(steps)))


def _do_until(action: Action, folder: Path, step: int) -> None:
    _watch(folder, lambda number: _die() if number == step else None)
    write_often()
    action()


def write_often() -> None:
    """A line in the journal for every batch, without a wait for disks, which no kill needs."""
    journal.CHIPS, journal.SHARE = 1, 0
    os.fsync = lambda _: None  # type: ignore[assignment]


def _die() -> None:
    """As by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def _watch(folder: Path, tell: Callable[[int], None]) -> list[str]:
    """Tell the number of each step; for the rest of the life of this process."""
    steps: list[str] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS and str(arguments[0]).startswith(str(folder)):
            steps.append(event)
            tell(len(steps) - 1)

    sys.addaudithook(hook)
    return steps
