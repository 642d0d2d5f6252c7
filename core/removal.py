"""Files and folders that are removed, in the midst of which the user may want to stop."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

PIECES = 256
"""Files between two looks at whether to stop."""

Watch = Callable[[], None]


def unwatched() -> None:
    """Nobody wants to stop."""


def remove(path: Path, watch: Watch = unwatched) -> None:
    """Remove a file, or a folder with as much of what is in it as may be removed.

    `watch` may raise an error to stop.
    """
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for folder, _, names in os.walk(path, topdown=False):
        for name in watched(names, watch):
            with suppress(OSError):
                os.unlink(os.path.join(folder, name))
        watch()
    shutil.rmtree(path, ignore_errors=True)


def watched(names: Iterable[str], watch: Watch) -> Iterable[str]:
    """Names, with a look now and then at whether to stop."""
    for number, name in enumerate(names):
        if number % PIECES == 0:
            watch()
        yield name
