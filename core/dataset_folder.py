"""The folder of a dataset: claimed, filled, and left complete or as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Optional

from .errors import InvalidRequest
from .files import TextFile
from .output import unwritable, write_atomically

MAP_FILE = "map.txt"
ROOT_FILES = (MAP_FILE, "esri_model_definition.emd", "esri_accumulated_stats.json", "stats.txt")
FOLDERS = ("images", "labels")
GROWING_MAP = "map.txt.part"
"""Lines of the chips written so far; with it, a folder holds an unfinished export."""


def check_unused(location: str) -> None:
    """Refuse a folder that already holds a dataset, whole or unfinished."""
    folder = Path(location)
    if folder.exists() and not folder.is_dir():
        raise InvalidRequest("outputLocation", f"'{location}' is a file; choose a folder.")
    found = [name for name in (*ROOT_FILES, GROWING_MAP, *FOLDERS) if (folder / name).exists()]
    if found:
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' already holds a dataset ({', '.join(found)}); nothing was changed. "
            "Choose another folder, or remove the dataset first.",
        )


class DatasetFolder:
    """A context in which a dataset is written.

    Left without an error, the folder holds the dataset; left with one, what was written is gone.
    Raises UnwritableOutput.
    """

    def __init__(self, location: str) -> None:
        self.path = Path(location)
        self._made: list[Path] = []
        self._map: Optional[BinaryIO] = None

    def __enter__(self) -> DatasetFolder:
        missing = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._made = missing
            self._map = (self.path / GROWING_MAP).open("xb")
        except OSError as error:
            self._remove()
            raise unwritable(error) from error
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._map is not None:
            self._map.close()
        if error is not None:
            self._remove()

    def add_to_map(self, lines: Iterable[str]) -> None:
        """Append lines to the map."""
        if self._map is None:
            raise ValueError("the folder is not open")
        try:
            self._map.write("".join(lines).encode("utf-8"))
        except OSError as error:
            raise unwritable(error) from error

    def finish(self, files: Iterable[TextFile]) -> None:
        """Write the files about the dataset, the map last: it makes the dataset whole."""
        for file in files:
            write_atomically(self.path / file.path, file.text)
        if self._map is None:
            raise ValueError("the folder is not open")
        try:
            self._map.flush()
            os.fsync(self._map.fileno())
            self._map.close()
            os.replace(self.path / GROWING_MAP, self.path / MAP_FILE)
        except OSError as error:
            raise unwritable(error) from error

    def _remove(self) -> None:
        """Remove what this export wrote, and the folders it made."""
        for name in FOLDERS:
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in (GROWING_MAP, *ROOT_FILES):
            (self.path / name).unlink(missing_ok=True)
        for folder in self._made:
            if not any(folder.iterdir()):
                folder.rmdir()
