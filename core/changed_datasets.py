"""Datasets that are replaced or added to: as they were until the new one is whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Optional

from .dataset_folder import (
    FOLDERS,
    KEPT,
    REPLACED,
    ROOT_FILES,
    UNFINISHED,
    DatasetFolder,
    parts_in,
    remove_part,
    remove_unfinished,
)
from .errors import InvalidRequest
from .fingerprint import check_same
from .journal import JOURNAL, NO_FINGERPRINT, Header, Journal, Recorded, recorded
from .report.names import REPORT_FILES

UNDOING = "undoing"
"""In the unfinished: the journal of an export whose chips are being removed."""
AS_IT_WAS = "The dataset that was there is as it was."


class ReplacedDataset(DatasetFolder):
    """A context in which a dataset is written in the place of another.

    That one is put aside; it is gone when the new one is whole, and back if it does not become so.
    """

    def __init__(self, location: str, header: Optional[Header] = None) -> None:
        super().__init__(location, replace(header or Header(NO_FINGERPRINT), policy="replace"))

    def _make_way(self) -> None:
        aside = self._unfinished / REPLACED
        aside.mkdir()
        for name in parts_in(self.path):
            if name != UNFINISHED:
                os.replace(self.path / name, aside / name)

    def _give_up(self) -> None:
        self._close()
        put_back(self.path)
        self._let_go()

    def _break_off(self) -> str:
        self._close()
        return self._undo()

    def _undo(self) -> str:
        undo_replacing(self.path)
        self._let_go()
        return AS_IT_WAS


class ResumedDataset(ReplacedDataset):
    """A context in which an export goes on that was broken off, be it in the place of a dataset."""

    def _begin(self) -> None:
        earlier = self._recorded()
        self.confirmed = earlier.confirmed()
        for path, length in earlier.lengths.items():
            self._growing[path] = (self._unfinished / path).open("r+b")
            self._growing[path].truncate(length)
            self._growing[path].seek(length)
        self._journal = Journal(self._unfinished / JOURNAL, earlier)

    def _give_up(self) -> None:
        self._let_go()

    def _recorded(self) -> Recorded:
        earlier = recorded(self._unfinished / JOURNAL)
        if earlier is None:
            raise InvalidRequest(
                "outputLocation",
                f"another export has gone on in '{self.path}' meanwhile; nothing was changed.",
            )
        check_same(earlier.header.fingerprint, self._header.fingerprint)
        return earlier.reached(self._unfinished)

    def _break_off(self) -> str:
        return DatasetFolder._break_off(self)

    def _undo(self) -> str:
        was_replacing = os.path.isdir(self._unfinished / REPLACED)
        super()._undo()
        return AS_IT_WAS if was_replacing else "Nothing of the dataset is left."


class AppendedDataset(DatasetFolder):
    """A context in which chips are added to a dataset; left with an error, these are gone.

    The files about the dataset are kept until all of them are replaced.
    """

    def __init__(
        self, location: str, first_numbers: Mapping[str, int], header: Optional[Header] = None
    ) -> None:
        """`first_numbers`: that of the first new chip, by the folder of its dataset."""
        there = [
            name for name in _root_files(first_numbers) if os.path.exists(Path(location) / name)
        ]
        appending = replace(
            header or Header(NO_FINGERPRINT),
            policy="append",
            first_numbers=dict(first_numbers),
            root_files=there,
        )
        super().__init__(location, appending)

    def _make_way(self) -> None:
        """The chips that are there stay where they are."""

    def _make_room(self, target: Path) -> None:
        if target.is_file():
            kept = self._unfinished / KEPT / target.relative_to(self.path)
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, kept)

    def _break_off(self) -> str:
        self._close()
        undo_appending(self.path, self._header)
        self._let_go()
        return AS_IT_WAS


# What may be done after the process was killed, too; each may be killed itself and done again


def undo_replacing(path: Path) -> None:
    """Remove the chips of an export, and put the dataset back that it was to replace."""
    unfinished = path / UNFINISHED
    journal, undoing = unfinished / JOURNAL, unfinished / UNDOING
    if journal.exists():
        os.replace(journal, undoing)  # nobody may go on with what follows
    if undoing.exists():
        for name in parts_in(path):
            if name != UNFINISHED:
                remove_part(path / name)
        undoing.unlink()
    put_back(path)


def put_back(path: Path) -> None:
    """Put back what was put aside of a dataset."""
    unfinished = path / UNFINISHED
    if not os.path.isdir(unfinished):
        return
    aside = unfinished / REPLACED
    for part in aside.glob("*"):
        os.replace(part, path / part.name)
    remove_unfinished(unfinished)


def undo_appending(path: Path, header: Header) -> None:
    """Remove the chips that were added, and put the files about the dataset back."""
    for chip in _new_chips(path, header.first_numbers):
        chip.unlink(missing_ok=True)
        _remove_if_empty(chip.parent, path)
    unfinished = path / UNFINISHED
    kept = [each for each in (unfinished / KEPT).rglob("*") if each.is_file()]
    for file in _new_root_files(path, header):
        file.unlink(missing_ok=True)
        _remove_if_empty(file.parent, path)
    for file in kept:
        target = path / file.relative_to(unfinished / KEPT)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, target)
    if os.path.isdir(unfinished):
        (unfinished / JOURNAL).unlink(missing_ok=True)
        remove_unfinished(unfinished)


def _new_root_files(path: Path, header: Header) -> list[Path]:
    names = _root_files(header.first_numbers)
    return [path / name for name in names if name not in header.root_files]


def _root_files(folders: Iterable[str]) -> list[str]:
    """Files about the datasets of some folders, and the report about all of them."""
    of_datasets = {folder + name for folder in folders for name in ROOT_FILES}
    return sorted(of_datasets.union(REPORT_FILES))


def _new_chips(path: Path, first_numbers: Mapping[str, int]) -> Iterable[Path]:
    """Files of the chips that were added."""
    return [
        file
        for folder, first in first_numbers.items()
        for part in FOLDERS
        for file in (path / folder / part).rglob("*")
        if _number_of(file) >= first and file.is_file()
    ]


def _remove_if_empty(folder: Path, top: Path) -> None:
    """Remove a folder in which there were new chips only, and those above it likewise."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _number_of(path: Path) -> int:
    """Number of the chip that a file belongs to; -1 where it belongs to none."""
    stem = path.name.split(".")[0]
    return int(stem) if stem.isdecimal() else -1
