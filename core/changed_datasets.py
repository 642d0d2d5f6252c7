"""Datasets that are replaced or added to: as they were until the new one is whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Optional

from .cancelling import Watch, watched
from .dataset_folder import DatasetFolder
from .dataset_parts import (
    FOLDERS,
    KEPT,
    REPLACED,
    ROOT_FILES,
    UNFINISHED,
    parts_in,
    remove_unfinished,
)
from .errors import InvalidRequest
from .fingerprint import check_same
from .journal import JOURNAL, NO_FINGERPRINT, Header, Journal, Recorded, recorded
from .removal import remove, unwatched
from .report.names import REPORT_FILES

UNDOING = "undoing"
"""In the unfinished: the journal of an export whose chips are being removed."""
AS_IT_WAS = "The dataset that was there is as it was."
NOTHING_LEFT = "Nothing of the dataset is left."


class ReplacedDataset(DatasetFolder):
    """A context in which a dataset is written in the place of another.

    That one is put aside; it is gone when the new one is whole. Left with an error, it is back,
    unless there are chips of the new one to be gone on with.
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

    def _otherwise(self) -> str:
        aside = self._unfinished / REPLACED
        if not os.path.isdir(aside):
            return super()._otherwise()
        return f"with replace to begin anew. The dataset that was there is kept in '{aside}'."

    def _undo(self) -> str:
        was_replacing = os.path.isdir(self._unfinished / REPLACED)
        undo(self.path, self._header)
        self._let_go()
        return AS_IT_WAS if was_replacing else NOTHING_LEFT


class AppendedDataset(DatasetFolder):
    """A context in which chips are added to a dataset.

    The files about the dataset are kept until all of them are replaced. Left with an error, they
    are back, and so the dataset has no new chips, though these are kept to be gone on with.
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
        put_files_back(self.path, self._header)
        return super()._break_off()

    def _otherwise(self) -> str:
        return "with append to have them removed first, and begin anew."

    def _undo(self) -> str:
        self._close()
        undo(self.path, self._header)
        self._let_go()
        return AS_IT_WAS


class _GoneOnWith(DatasetFolder):
    """A context in which an export goes on that was broken off."""

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


class ResumedDataset(_GoneOnWith, ReplacedDataset):
    """A context in which an export goes on that was broken off, be it in the place of a dataset."""


class ResumedAppending(_GoneOnWith, AppendedDataset):
    """A context in which chips are gone on to be added to a dataset."""


# What may be done after the process was killed, too; each may be killed itself and done again


def undo(path: Path, header: Header, watch: Watch = unwatched) -> None:
    """Remove the chips of an export, and put the dataset back that it changes.

    `header` is that of the export, `watch` may raise an error to stop.
    """
    unfinished = path / UNFINISHED
    journal, undoing = unfinished / JOURNAL, unfinished / UNDOING
    if journal.exists():
        os.replace(journal, undoing)  # nobody may go on with what follows
    if header.policy == "append":
        _remove_new_chips(path, header.first_numbers, watch)
        put_files_back(path, header)
    elif undoing.exists():
        for name in parts_in(path):
            if name != UNFINISHED:
                remove(path / name, watch)
    undoing.unlink(missing_ok=True)
    put_back(path, watch)


def put_back(path: Path, watch: Watch = unwatched) -> None:
    """Put back what was put aside of a dataset."""
    unfinished = path / UNFINISHED
    if not os.path.isdir(unfinished):
        return
    aside = unfinished / REPLACED
    for part in aside.glob("*"):
        os.replace(part, path / part.name)
    remove_unfinished(unfinished, watch)


def put_files_back(path: Path, header: Header) -> None:
    """Put the files about a dataset back that chips were added to."""
    aside = path / UNFINISHED / KEPT
    kept = [each for each in aside.rglob("*") if each.is_file()]
    for file in _new_root_files(path, header):
        file.unlink(missing_ok=True)
        _remove_if_empty(file.parent, path)
    for file in kept:
        target = path / file.relative_to(aside)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, target)


def _new_root_files(path: Path, header: Header) -> list[Path]:
    names = _root_files(header.first_numbers)
    return [path / name for name in names if name not in header.root_files]


def _root_files(folders: Iterable[str]) -> list[str]:
    """Files about the datasets of some folders, and the report about all of them."""
    of_datasets = {folder + name for folder in folders for name in ROOT_FILES}
    return sorted(of_datasets.union(REPORT_FILES))


def _remove_new_chips(path: Path, first_numbers: Mapping[str, int], watch: Watch) -> None:
    """Remove the files of chips that were added, and folders in which there are no others."""
    for folder, first in first_numbers.items():
        for part in FOLDERS:
            for place, _, names in os.walk(path / folder / part, topdown=False):
                new = [name for name in names if _number_of(name) >= first]
                for name in watched(new, watch):
                    os.unlink(os.path.join(place, name))
                if new:
                    _remove_if_empty(Path(place), path)


def _remove_if_empty(folder: Path, top: Path) -> None:
    """Remove a folder in which there were new chips only, and those above it likewise."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _number_of(name: str) -> int:
    """Number of the chip that a file belongs to; -1 where it belongs to none.

    >>> _number_of("000000042.aux.xml"), _number_of("notes.txt")
    (42, -1)
    """
    stem = name.split(".")[0]
    return int(stem) if stem.isdecimal() else -1
