"""The folder of a dataset: claimed, filled, and left complete or as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
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
    "splits.json",
)
FOLDERS = ("images", "images2", "labels", "labels2", "annotations", "ImageSets", "A", "B")
UNFINISHED = ".chipwright"
"""Holds what belongs to no chip until the dataset is whole; with it, a dataset is unfinished."""


def check_usable(location: str, existing_output: str = "refuse") -> None:
    """Refuse a folder that cannot be written, or that holds a dataset which is not to be touched.

    An unfinished dataset is never touched: somebody may be writing it.
    """
    folder = Path(location)
    found = parts_in(folder)
    if UNFINISHED in found and existing_output != "refuse":
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' holds a dataset that is being written, or that was left unfinished; "
            f"nothing was changed. Choose another folder, or remove the folder {UNFINISHED} in it.",
        )
    if found and existing_output == "refuse":
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' already holds a dataset ({', '.join(found)}); nothing was changed. "
            "Choose another folder, remove the dataset first, or choose existingOutput append or "
            "replace.",
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


def parts_in(folder: Path) -> list[str]:
    """What of a dataset there is in a folder."""
    return [name for name in (*ROOT_FILES, UNFINISHED, *FOLDERS) if os.path.exists(folder / name)]


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
        if error is not None:
            for file in self._growing.values():
                with suppress(OSError):
                    file.close()
            self._remove()
            return
        with _told(self.path):
            for file in self._growing.values():
                file.close()
            shutil.rmtree(self._unfinished)

    def append(self, path: str, text: str) -> None:
        """Append to a file of the dataset that grows with the chips."""
        with _told(self.path / path):
            if path not in self._growing:
                unfinished = self._unfinished / path
                unfinished.parent.mkdir(parents=True, exist_ok=True)
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
        """Write the files about the dataset: all of them aside, then each into its place."""
        written = []
        for file in files:
            with _told(self.path / file.path):
                written.append((self._write_aside(file), self.path / file.path))
        for aside, target in written:
            with _told(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                self._make_room(target)
                os.replace(aside, target)
                self._finished.append(target)

    def _make_room(self, target: Path) -> None:
        """What is to be done with a file before another one takes its place; here, nothing."""

    def _write_aside(self, file: DatasetFile) -> Path:
        aside = self._unfinished / f"{file.path}.part"
        aside.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="") as part:
            part.writelines(file.text)
            part.flush()
            os.fsync(part.fileno())
        return aside

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


class ReplacedDataset(DatasetFolder):
    """A context in which a dataset is written in the place of another.

    That one is put aside; it is gone when the new one is whole, and back if it does not become so.
    """

    def __enter__(self) -> DatasetFolder:
        super().__enter__()
        try:
            with _told(self.path):
                self._aside.mkdir()
                for name in parts_in(self.path):
                    if name != UNFINISHED:
                        os.replace(self.path / name, self._aside / name)
        except BaseException:
            self._put_back()
            raise
        return self

    @property
    def _aside(self) -> Path:
        return self._unfinished / "replaced"

    def _remove(self) -> None:
        for name in parts_in(self.path):
            if name != UNFINISHED:
                _remove_part(self.path / name)
        self._put_back()

    def _put_back(self) -> None:
        for part in self._aside.glob("*"):
            os.replace(part, self.path / part.name)
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._remove_made_folders()


class AppendedDataset(DatasetFolder):
    """A context in which chips are added to a dataset; left with an error, these are gone.

    The files about the dataset are kept until all of them are replaced.
    """

    def __init__(self, location: str, first_numbers: Mapping[str, int]) -> None:
        super().__init__(location)
        self._first_numbers = first_numbers
        """Number of the first new chip, by the folder of its dataset."""
        self._kept: list[tuple[Path, Path]] = []
        """Files that were there: where they are, and where they were."""

    def _make_room(self, target: Path) -> None:
        if target.is_file():
            kept = self._unfinished / "replaced" / target.relative_to(self.path)
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, kept)
            self._kept.append((kept, target))

    def _remove(self) -> None:
        for path in (*self._finished, *self._new_chips()):
            path.unlink(missing_ok=True)
            self._remove_if_empty(path.parent)
        for kept, target in self._kept:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(kept, target)
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def _new_chips(self) -> list[Path]:
        """Files of the chips that were added."""
        return [
            path
            for folder, first in self._first_numbers.items()
            for part in FOLDERS
            for path in (self.path / folder / part).rglob("*")
            if _number_of(path) >= first and path.is_file()
        ]

    def _remove_if_empty(self, folder: Path) -> None:
        """Remove a folder in which there were new chips only, and those above it likewise."""
        while folder != self.path and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _number_of(path: Path) -> int:
    """Number of the chip that a file belongs to; -1 where it belongs to none."""
    stem = path.name.split(".")[0]
    return int(stem) if stem.isdecimal() else -1


def _remove_part(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Failures to write become errors that name the path and the parameter."""
    try:
        yield
    except OSError as error:
        raise unwritable(error, str(path)) from error
