"""What a process would leave in a folder if it were killed at chosen steps, copied as it goes.

A copy costs a tenth of a kill, so there can be many. It has what the system has been given, as
after kill -9: nothing of what the process still holds back.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from threading import RLock
from typing import Optional

from chipwright.core.folder_lock import this_process

from .killing import STEPS

UNFINISHED = ".chipwright"
JOURNAL = Path(UNFINISHED, "journal")
LOCK = Path(UNFINISHED, "lock")
STEP = "chipwright.step"
"""What else is a step, told by `sys.audit` with a path."""


@contextmanager
def counted_steps(folder: Path) -> Iterator[list[int]]:
    """The numbers of all steps that are done in a folder while the body runs."""
    steps: list[int] = []
    with _watched(folder, steps.append):
        yield steps


@contextmanager
def copied(folder: Path, steps: Collection[int], copies: Path) -> Iterator[list[Path]]:
    """Copies of a folder just before each of some steps; those of steps not done are empty."""

    def copy(step: int) -> None:
        if step in steps and folder.exists():
            _copy(folder, copies / str(step))

    with _watched(folder, copy):
        yield [copies / str(step) for step in steps]


def _copy(folder: Path, target: Path) -> None:
    """The journal first: it may grow meanwhile, but must not confirm more than is copied."""
    (target / UNFINISHED).mkdir(parents=True)
    if (folder / JOURNAL).exists():
        shutil.copyfile(folder / JOURNAL, target / JOURNAL)
    ignored = shutil.ignore_patterns(JOURNAL.name)
    shutil.copytree(folder, target, ignore=ignored, dirs_exist_ok=True)
    if (target / LOCK).exists():  # by a process that was killed
        owner = replace(this_process(), began="long ago")
        (target / LOCK).write_text(json.dumps(asdict(owner)), "ascii")
    if not (folder / UNFINISHED).exists():
        (target / UNFINISHED).rmdir()


class _Watching:
    """Tells of the steps of all threads, one after the other."""

    def __init__(self, folder: Path, tell: Callable[[int], None]) -> None:
        self._folder = str(folder)
        self._tell = tell
        self._count = 0
        self._one_at_a_time = RLock()
        self._is_telling = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in (*STEPS, STEP) or not str(arguments[0]).startswith(self._folder):
            return
        with self._one_at_a_time:
            if self._is_telling:  # of what it does itself
                return
            self._is_telling = True
            self._tell(self._count)
            self._count += 1
            self._is_telling = False


_watching: Optional[_Watching] = None
_hooks: list[Callable[[str, tuple[object, ...]], None]] = []
"""Python has no way to remove a hook, so there is one for all."""


@contextmanager
def _watched(folder: Path, tell: Callable[[int], None]) -> Iterator[None]:
    global _watching
    if not _hooks:
        _hooks.append(_pass_on)
        sys.addaudithook(_pass_on)
    _watching = _Watching(folder, tell)
    try:
        yield
    finally:
        _watching = None


def _pass_on(event: str, arguments: tuple[object, ...]) -> None:
    if _watching is not None:
        _watching(event, arguments)
