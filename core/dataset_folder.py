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


def check_usable(location: str) -> None:
    """Refuse a folder that cannot be written, or that already holds a dataset, whole or not."""
    folder = Path(location)
    found = [name for name in (*ROOT_FILES, GROWING_MAP, *FOLDERS) if os.path.exists(folder / name)]
    if found:
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' already holds a dataset ({', '.join(found)}); nothing was changed. "
            "Choose another folder, or remove the dataset first.",
        )
    nearest = next(each for each in (folder, *folder.parents) if os.path.exists(each))
    if not nearest.is_dir():
        raise InvalidRequest("outputLocation", f"'{nearest}' is a file; choose a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InvalidRequest(
            "outputLocation", f"you may not write to '{nearest}'; choose another folder."
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
        self._made = [each for each in (self.path, *self.path.parents) if not each.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._map = (self.path / GROWING_MAP).open("xb")
        except OSError as error:
            self._remove_made_folders()
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
        self._remove_made_folders()

    def _remove_made_folders(self) -> None:
        for folder in self._made:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
