"""The folder of a dataset: claimed, filled, and left complete or as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Optional, TextIO

from .errors import InvalidRequest
from .files import MAP_FILE, DatasetFile
from .output import unwritable

ROOT_FILES = (
    MAP_FILE,
    "esri_model_definition.emd",
    "esri_accumulated_stats.json",
    "stats.txt",
    "data.yaml",
)
FOLDERS = ("images", "images2", "labels", "labels2", "annotations", "A", "B")
UNFINISHED = ".chipwright"
"""Holds what belongs to no chip until the dataset is whole; with it, a dataset is unfinished."""


def check_usable(location: str) -> None:
    """Refuse a folder that cannot be written, or that already holds a dataset, whole or not."""
    folder = Path(location)
    found = [name for name in (*ROOT_FILES, UNFINISHED, *FOLDERS) if os.path.exists(folder / name)]
    if found:
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' already holds a dataset ({', '.join(found)}); nothing was changed. "
            "Choose another folder, or remove the dataset first.",
        )
    existing = [each for each in (folder, *folder.parents) if os.path.exists(each)]
    nearest = existing[0] if existing else Path(folder.anchor)
    if not nearest.exists():
        raise InvalidRequest("outputLocation", f"there is no '{nearest}'; choose another folder.")
    if not nearest.is_dir():
        raise InvalidRequest("outputLocation", f"'{nearest}' is a file; choose a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InvalidRequest(
            "outputLocation", f"you may not write to '{nearest}'; choose another folder."
        )


class DatasetFolder:
    """A context in which a dataset is written.

    Left without an error, the folder holds the dataset; left with one, what was written is gone.
    Two exports cannot be in the same folder. Raises UnwritableOutput.
    """

    def __init__(self, location: str) -> None:
        self.path = Path(location)
        self._unfinished = self.path / UNFINISHED
        self._made: list[Path] = []
        self._growing: dict[str, TextIO] = {}
        self._finished: list[Path] = []

    def __enter__(self) -> DatasetFolder:
        with _told(self.path):
            parents = (self.path, *self.path.parents)
            self._made = [each for each in parents if not os.path.exists(each)]
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                self._unfinished.mkdir()
            except OSError:
                self._remove_made_folders()
                raise
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for file in self._growing.values():
            with suppress(OSError):  # only after another error is anything still to be written
                file.close()
        if error is not None:
            self._remove()

    def append(self, path: str, text: str) -> None:
        """Append to a file of the dataset that grows with the chips."""
        with _told(self.path / path):
            if path not in self._growing:
                unfinished = self._unfinished / path
                self._growing[path] = unfinished.open("w", encoding="utf-8", newline="")
            self._growing[path].write(text)

    def grown(self, path: str) -> Iterator[str]:
        """The lines appended to a file, with their ends."""
        if path not in self._growing:
            return
        with _told(self.path / path):
            self._growing[path].flush()
        with (self._unfinished / path).open(encoding="utf-8", newline="") as lines:
            yield from lines

    def finish(self, files: Iterable[DatasetFile]) -> None:
        """Write the files about the dataset, each whole or not at all, in this order."""
        for file in files:
            with _told(self.path / file.path):
                self._write(file)
        with _told(self.path):
            for grown in self._growing.values():
                grown.close()
            shutil.rmtree(self._unfinished)

    def _write(self, file: DatasetFile) -> None:
        unfinished = self._unfinished / f"{Path(file.path).name}.part"
        with unfinished.open("w", encoding="utf-8", newline="") as part:
            part.writelines(file.text)
            part.flush()
            os.fsync(part.fileno())
        target = self.path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(unfinished, target)
        self._finished.append(target)

    def _remove(self) -> None:
        """Remove what this export wrote, and the folders it made."""
        for name in (*FOLDERS, UNFINISHED):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for path in (*self._finished, *(self.path / name for name in ROOT_FILES)):
            path.unlink(missing_ok=True)
        self._remove_made_folders()

    def _remove_made_folders(self) -> None:
        for folder in self._made:
            if os.path.isdir(folder) and not any(folder.iterdir()):
                folder.rmdir()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Failures to write become errors that name the path and the parameter."""
    try:
        yield
    except OSError as error:
        raise unwritable(error, str(path)) from error
