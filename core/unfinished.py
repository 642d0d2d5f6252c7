"""What an earlier export left in a folder, and what may be done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Optional

from .changed_datasets import UNDOING, put_back, put_files_back, undo
from .dataset_parts import REPLACED, UNFINISHED, parts_in, remove_unfinished
from .errors import ExportCancelled, InvalidRequest
from .files import MAP_FILE
from .fingerprint import check_same_parameters
from .folder_lock import FolderLock
from .journal import JOURNAL, Recorded, recorded
from .output import told
from .progress import Progress
from .request import ExportRequest

CHANGING = ("append", "replace")


def check_usable(location: str, existing_output: str = "refuse") -> None:
    """Refuse a folder that cannot be written, or that holds a dataset which is not to be touched.

    One that somebody writes into is not unfinished. Raises InvalidRequest.
    """
    folder = Path(location)
    found = parts_in(folder)
    if UNFINISHED in found:
        FolderLock(folder / UNFINISHED, location).check()
        with told(folder):
            if existing_output != "resume" and not _may_be_undone(folder, existing_output):
                raise _unfinished(location)
    if found and existing_output == "refuse":
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' already holds a dataset ({', '.join(found)}); nothing was changed. "
            "Choose another folder, remove the dataset first, or choose existingOutput append or "
            "replace.",
        )
    if found and UNFINISHED not in found and existing_output == "resume":
        raise InvalidRequest(
            "existingOutput",
            f"'{location}' holds a dataset that is whole ({', '.join(found)}), so there is nothing "
            "to resume; nothing was changed. To make it anew, choose replace.",
        )
    _check_writable(folder)


def _check_writable(folder: Path) -> None:
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


def _unfinished(location: str) -> InvalidRequest:
    return InvalidRequest(
        "outputLocation",
        f"'{location}' holds a dataset that was left unfinished; nothing was changed. Choose "
        f"existingOutput=resume and the same settings to go on with it, {otherwise(location)}",
    )


def otherwise(location: str) -> str:
    """What may be done with an unfinished dataset by which nobody loses another one."""
    left, aside = resumable(location), Path(location) / UNFINISHED / REPLACED
    if left is not None and left.header.policy == "append":
        return (
            "choose append to have the chips removed first that were being added, or choose "
            "another folder."
        )
    if os.path.isdir(aside):
        return (
            "choose replace to begin anew, or choose another folder. The dataset that was there is "
            f"in '{aside}'."
        )
    return f"choose another folder, or remove what is there, with the folder {UNFINISHED}."


def resumable(location: str) -> Optional[Recorded]:
    """The journal of an export that can be gone on with. Raises InvalidRequest and OSError."""
    return recorded(Path(location) / UNFINISHED / JOURNAL)


def is_appended_to(request: ExportRequest, folder: str) -> bool:
    """Whether there is a dataset to which chips are added, or gone on to be added.

    `folder` is that of the dataset in the output location. Raises InvalidRequest and OSError.
    """
    location = Path(request.output_location)
    if request.existing_output == "append":
        return bool(parts_in(location / folder))
    begun = resumable(request.output_location) if request.existing_output == "resume" else None
    return begun is not None and folder + MAP_FILE in begun.header.root_files


@contextmanager
def untouched(request: ExportRequest) -> Iterator[None]:
    """Whoever cancels what only reads is told that nothing was lost by it."""
    try:
        yield
    except ExportCancelled as cancelled:
        if request.existing_output == "resume" and UNFINISHED in parts_in(
            Path(request.output_location)
        ):
            cancelled.add("All chips are kept: run it again with existingOutput=resume to go on.")
        else:
            cancelled.add("Nothing was written.")
        raise


def settle(
    location: str, existing_output: str, parameters: dict[str, Any], progress: Progress
) -> None:
    """Tidy up after an earlier export as far as nobody loses by it; refuse what must not be.

    What is left of one that was whole is removed; a dataset that was to be replaced or added to is
    put back, if it is to be so again, and so are the files about one that is gone on to be added
    to. Raises InvalidRequest, UnwritableOutput and ExportCancelled.
    """
    path = Path(location)
    if not os.path.isdir(path / UNFINISHED):
        return
    lock = FolderLock(path / UNFINISHED, location)
    lock.check()
    with told(path):
        left = resumable(location)
        if left is None or _may_be_undone(path, existing_output):
            _check_undoing(path, existing_output)
            with _held(lock, path):
                _undo(path, left or recorded(path / UNFINISHED / UNDOING), progress)
            return
        _check_resumed(location, left, existing_output, parameters)
        if left.header.policy == "append":
            with _held(lock, path):
                put_files_back(path, left.header)


@contextmanager
def _held(lock: FolderLock, path: Path) -> Iterator[None]:
    lock.take()
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):  # somebody else is in it already
            (path / UNFINISHED).rmdir()


def _may_be_undone(path: Path, existing_output: str) -> bool:
    """Whether there is a dataset behind the unfinished one that is to be changed again."""
    if existing_output not in CHANGING:
        return False
    unfinished = path / UNFINISHED
    if os.path.isdir(unfinished / REPLACED) or os.path.exists(unfinished / UNDOING):
        return True
    left = resumable(str(path))
    return left is not None and left.header.policy == "append"


def _check_resumed(
    location: str, left: Recorded, existing_output: str, parameters: dict[str, Any]
) -> None:
    """Refuse to touch what is unfinished, but by the request that began it."""
    if existing_output != "resume":
        raise _unfinished(location)
    check_same_parameters(left.header.fingerprint, parameters)


def _check_undoing(path: Path, existing_output: str) -> None:
    if (path / UNFINISHED / UNDOING).exists() and existing_output not in CHANGING:
        raise InvalidRequest(
            "outputLocation",
            f"'{path}' holds what is left of an export that was being removed, and the dataset "
            "that it was to change. Choose existingOutput replace or append to go on from there.",
        )


def _undo(path: Path, left: Optional[Recorded], progress: Progress) -> None:
    """Without a journal that says what is exported, no chip was written yet, or all were."""

    def watch() -> None:
        if progress.cancelled():
            raise ExportCancelled(
                "The export was cancelled while the chips of an earlier one, which was broken off, "
                "were being removed: the next one goes on with that."
            )

    unfinished = path / UNFINISHED
    if left is not None:
        undo(path, left.header, watch)
    elif os.path.isdir(unfinished / REPLACED):
        put_back(path, watch)
    else:
        remove_unfinished(unfinished, watch)
