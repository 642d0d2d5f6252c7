"""The folder of a dataset: claimed, filled, and left complete, resumable or as it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Optional

from .cancelling import Watch
from .dataset_parts import (
    FOLDERS,
    PUT_OUT,
    REPLACED,
    ROOT_FILES,
    UNFINISHED,
    parts_in,
    remove_unfinished,
)
from .errors import ChipExportError, ExportCancelled, InvalidRequest
from .files import DatasetFile
from .folder_lock import FolderLock
from .journal import JOURNAL, NO_FINGERPRINT, Confirmed, Header, Journal
from .output import told
from .removal import remove, unwatched

ROOM = "room"
"""In it: nothing but room on the disk. When that is full, there must be enough to say what is
written, else nothing of it could be gone on with."""
ROOM_BYTES = 1 << 18


class DatasetFolder:
    """A context in which a dataset is written.

    Left without an error, the folder holds the dataset. Left with one, the chips that are confirmed
    are kept, to be gone on with; if there are none, what was written is gone. Two exports cannot be
    in the same folder. Raises InvalidRequest and UnwritableOutput.
    """

    def __init__(self, location: str, header: Optional[Header] = None) -> None:
        self.path = Path(location)
        self.confirmed: dict[int, Confirmed] = {}
        """How far each dataset has come, by its number."""
        self.watch: Watch = unwatched
        """Raises ExportCancelled once the user wants to stop."""
        self._header = header or Header(NO_FINGERPRINT)
        self._unfinished = self.path / UNFINISHED
        self._lock = FolderLock(self._unfinished, location)
        self._made: list[Path] = []
        self._growing: dict[str, BinaryIO] = {}
        self._finished: list[Path] = []
        self._journal: Optional[Journal] = None
        self._unconfirmed: Optional[Confirmed] = None

    def __enter__(self) -> DatasetFolder:
        with told(self.path):
            parents = (self.path, *self.path.parents)
            self._made = [each for each in parents if not os.path.exists(each)]
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                self._lock.take()
            except BaseException:
                self._remove_made_folders()
                raise
            try:
                self._begin()
                self._keep_room()
            except BaseException:
                self._give_up()
                raise
        return self

    def _begin(self) -> None:
        """Begin the journal in the folder, which is locked by now."""
        self._make_way()
        self._journal = Journal(self._unfinished / JOURNAL)
        self._journal.begin(self._header)

    def _give_up(self) -> None:
        """Nothing was begun."""
        self._close()
        (self._unfinished / JOURNAL).unlink(missing_ok=True)
        self._let_go()

    def _make_way(self) -> None:
        """What is to be done with what is there; here, there is nothing."""
        found = [name for name in parts_in(self.path) if name != UNFINISHED]
        if found:
            raise InvalidRequest(
                "outputLocation",
                f"another export has written into '{self.path}' meanwhile ({', '.join(found)}); "
                "nothing of it was changed. Choose another folder.",
            )

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if error is None:
            with told(self.path):
                self._complete()
            return
        try:
            outcome = self._break_off() if self._is_there else self._moved()
        except OSError as failure:
            outcome = self._left_as_it_is(failure)
        if isinstance(error, ChipExportError):
            error.add(outcome)

    def append(self, path: str, text: str) -> None:
        """Append to a file of the dataset that grows with the chips."""
        with told(self.path / path):
            if path not in self._growing:
                unfinished = self._unfinished / path
                unfinished.parent.mkdir(parents=True, exist_ok=True)
                self._growing[path] = unfinished.open("wb")
            self._growing[path].write(text.encode("utf-8"))

    def grown(self, path: str) -> Iterator[str]:
        """The lines appended to a file, with their ends."""
        if path not in self._growing:
            return
        with told(self.path / path):
            self._growing[path].flush()
        with (self._unfinished / path).open(encoding="utf-8", newline="") as lines:
            yield from lines

    def confirm(self, reached: Confirmed) -> None:
        """All before this is written: say so in the journal when it is worth while."""
        pending = self._unconfirmed
        if pending is not None and pending.dataset != reached.dataset:
            self._write_confirmed()
        lengths = {path: file.tell() for path, file in self._growing.items()}
        self._unconfirmed = replace(reached, lengths=lengths)
        before = self.confirmed.get(reached.dataset)
        chips = reached.chip_count - (before.chip_count if before else 0)
        if self._journal is not None and self._journal.is_due(chips):
            self._write_confirmed()

    def _write_confirmed(self) -> None:
        """Say in the journal how far the export has come, growing files written out."""
        reached = self._unconfirmed
        if reached is None or self._journal is None:
            return
        with told(self._unfinished / JOURNAL):
            for file in self._growing.values():
                file.flush()
            self._journal.confirm(reached)
        self.confirmed[reached.dataset] = reached
        self._unconfirmed = None

    def finish(self, files: Iterable[DatasetFile], outdated: Iterable[str] = ()) -> None:
        """Write the files about the dataset: all of them aside, then each into its place.

        Files that are outdated by them are taken away.
        """
        self._write_confirmed()
        written = []
        for file in files:
            with told(self.path / file.path):
                if not self._is_there:
                    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))
                written.append((self._write_aside(file), self.path / file.path))
        for name in outdated:
            with told(self.path / name):
                self._make_room(self.path / name)
        for aside, target in written:
            with told(target):
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

    def _complete(self) -> None:
        """The dataset is whole as soon as there is no journal."""
        self._close()
        if os.path.isdir(self._unfinished / REPLACED):
            os.replace(self._unfinished / REPLACED, self._unfinished / PUT_OUT)
        (self._unfinished / JOURNAL).unlink()
        try:
            remove_unfinished(self._unfinished, self.watch)
        except ExportCancelled as cancelled:
            cancelled.add(
                f"The new dataset is whole; what is left in '{self._unfinished}' of the one that "
                "it replaces may be removed, or is removed by the next run into this folder."
            )
            raise
        finally:
            self._let_go()

    def _break_off(self) -> str:
        """Leave what can be gone on with, or nothing; says which."""
        self._make_use_of_room()
        with suppress(ChipExportError):
            self._write_confirmed()
        self._close()
        count = sum(confirmed.chip_count for confirmed in self.confirmed.values())
        if not count:
            return self._undo()
        self._lock.release()
        return (
            f"{count} chips are kept: run it again with existingOutput=resume to go on, or "
            f"{self._otherwise()}"
        )

    def _otherwise(self) -> str:
        """What may be done with kept chips other than going on."""
        return f"remove the dataset in '{self.path}'."

    @property
    def _is_there(self) -> bool:
        """Whether the folder is the one that is written into: nobody moved it or emptied it."""
        return (self._unfinished / JOURNAL).is_file()

    def _moved(self) -> str:
        """What is there now may be somebody else's."""
        self._close()
        self._lock.release()
        return (
            f"'{self.path}' is not what it was, so nothing in it was touched: if it was moved or "
            "unplugged, bring it back and run it again with existingOutput=resume to go on."
        )

    def _left_as_it_is(self, failure: OSError) -> str:
        """Where not even tidying up was possible."""
        self._lock.release()
        return (
            f"'{self.path}' could not be put in order ({failure.strerror}): the next run into it "
            "does so."
        )

    def _undo(self) -> str:
        """Remove what this export wrote, and the folders it made; says so."""
        for name in (*FOLDERS, UNFINISHED):
            remove(self.path / name)
        for path in (*self._finished, *(self.path / name for name in ROOT_FILES)):
            path.unlink(missing_ok=True)
        self._remove_made_folders()
        return "Nothing of the dataset is left."

    def _keep_room(self) -> None:
        """As much as there is; where it is not enough, the first chip finds none."""
        with suppress(OSError):
            (self._unfinished / ROOM).write_bytes(os.urandom(ROOM_BYTES))

    def _make_use_of_room(self) -> None:
        with suppress(OSError):
            (self._unfinished / ROOM).unlink()

    def _close(self) -> None:
        self._make_use_of_room()
        for file in self._growing.values():
            with suppress(OSError):
                file.close()
        if self._journal is not None:
            with suppress(OSError):
                self._journal.close()

    def _let_go(self) -> None:
        """Leave the folder to others, and those that were made as they were."""
        self._close()
        self._lock.release()
        with suppress(OSError):  # somebody else is in it already
            self._unfinished.rmdir()
        self._remove_made_folders()

    def _remove_made_folders(self) -> None:
        for folder in self._made:
            if os.path.isdir(folder) and not any(folder.iterdir()):
                folder.rmdir()
