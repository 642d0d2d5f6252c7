"""What GDAL cannot open by itself, written to memory for the time of an export."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from ..core.progress import PartOfProgress, Progress


class MemoryFile(Protocol):
    """Stands in for a layer; described in the main thread, written in the worker's."""

    @property
    def path(self) -> str:
        """Where GDAL finds it once it is written."""

    def write(self, progress: Progress) -> None:
        """Write it. Raises ChipExportError."""


def memory_path(suffix: str) -> str:
    """A path in GDAL's memory that no other export uses."""
    return f"/vsimem/chipwright-{uuid.uuid4().hex}{suffix}"


@contextmanager
def written(files: Sequence[MemoryFile], progress: Progress) -> Iterator[None]:
    """Keep the files as long as the body runs; whatever happens, they are gone afterwards."""
    from osgeo import gdal

    try:
        for place, file in enumerate(files):
            start, end = place / len(files), (place + 1) / len(files)
            file.write(PartOfProgress(progress, start, end))
        yield
    finally:
        for file in files:
            if gdal.VSIStatL(file.path) is not None:
                gdal.Unlink(file.path)
