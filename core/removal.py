"""Files and folders that are removed, in the midst of which the user may want to stop."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from .cancelling import Watch, watched


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
