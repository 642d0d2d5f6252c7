"""What a process would leave in a folder if it were killed at chosen steps, copied as it goes.

A copy costs a tenth of a kill, so there can be many. It has what the system has been given, as
after kill -9: nothing of what the process still holds back.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection
from pathlib import Path
from threading import RLock

from .killing import PROCESSES, STEPS, Action, write_often

JOURNAL = Path(".chipwright", "journal")


def leftovers(action: Action, folder: Path, steps: Collection[int], copies: Path) -> list[Path]:
    """Do something in another process; copies of the folder just before each of some steps."""
    process = PROCESSES.Process(target=_do_and_copy, args=(action, folder, steps, copies))
    process.start()
    process.join()
    assert process.exitcode == 0
    return [copies / str(step) for step in steps]


def _do_and_copy(action: Action, folder: Path, steps: Collection[int], copies: Path) -> None:
    write_often()
    sys.addaudithook(_Copying(folder, steps, copies))
    action()


class _Copying:
    """Holds up all steps of all threads while it copies."""

    def __init__(self, folder: Path, steps: Collection[int], copies: Path) -> None:
        self._folder = folder
        self._steps = set(steps)
        self._copies = copies
        self._count = 0
        self._one_at_a_time = RLock()
        self._copies_now = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or not str(arguments[0]).startswith(str(self._folder)):
            return
        with self._one_at_a_time:
            if self._copies_now:
                return
            self._copies_now = True
            if self._count in self._steps:
                self._copy(self._copies / str(self._count))
            self._count += 1
            self._copies_now = False

    def _copy(self, target: Path) -> None:
        """The journal first: it may grow meanwhile, but must not confirm more than is copied."""
        target.mkdir(parents=True)
        journal = self._folder / JOURNAL
        if journal.exists():
            (target / JOURNAL).parent.mkdir()
            shutil.copyfile(journal, target / JOURNAL)
        if self._folder.exists():
            ignored = shutil.ignore_patterns(JOURNAL.name)
            shutil.copytree(self._folder, target, ignore=ignored, dirs_exist_ok=True)
