"""Which program runs Python for us: inside of QGIS, sys.executable may be QGIS itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Optional


def interpreter() -> Optional[str]:
    """Path of a Python of this version, as it seems; None if none is where one should be."""
    return next((path for path in _candidates() if os.access(path, os.X_OK)), None)


def _candidates() -> Iterator[str]:
    """Where it is on Linux, on Windows, and in the application of macOS.

    sys.executable comes last: inside of QGIS it may be whichever Python the user has first in PATH.
    """
    own, ending = sys.executable or "", ".exe" if os.name == "nt" else ""
    for folder in (sys.exec_prefix, os.path.dirname(own)):
        for inner in (folder, os.path.join(folder, "bin")):
            for version in sys.version_info[:2], sys.version_info[:1], ():
                yield os.path.join(inner, f"python{'.'.join(map(str, version))}{ending}")
    if os.path.basename(own).lower().startswith("python"):
        yield own
