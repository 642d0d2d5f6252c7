"""What an earlier export left in a folder, and what may be done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Optional

from .changed_datasets import UNDOING, put_back, undo_appending, undo_replacing
from .dataset_folder import REPLACED, UNFINISHED, parts_in, remove_unfinished
from .errors import ExportCancelled, InvalidRequest
from .fingerprint import check_same_parameters
from .folder_lock import FolderLock
from .journal import JOURNAL, Recorded, recorded
from .output import told
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
    if UNFINISHED in found and existing_output != "resume":
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
        "existingOutput=resume and the same settings to go on with it, choose another folder, or "
        f"remove what is there, with the folder {UNFINISHED}.",
    )


def resumable(location: str) -> Optional[Recorded]:
    """The journal of an export that can be gone on with. Raises InvalidRequest and OSError."""
    return recorded(Path(location) / UNFINISHED / JOURNAL)


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


def settle(location: str, existing_output: str, parameters: dict[str, Any]) -> None:
    """Tidy up after an earlier export as far as nobody loses by it; refuse what must not be.

    What is left of one that was whole is removed; a dataset that was to be replaced or added to is
    put back, if it is to be so again. Raises InvalidRequest and UnwritableOutput.
    """
    path = Path(location)
    if not os.path.isdir(path / UNFINISHED):
        return
    lock = FolderLock(path / UNFINISHED, location)
    lock.check()
    with told(path):
        left = resumable(location)
        if left is not None and not _may_be_undone(path, left, existing_output):
            _check_resumed(location, left, existing_output, parameters)
            return
        _check_undoing(path, existing_output)
        lock.take()
        try:
            _undo(path, left)
        finally:
            lock.release()
            with suppress(OSError):  # somebody else is in it already
                (path / UNFINISHED).rmdir()


def _may_be_undone(path: Path, left: Recorded, existing_output: str) -> bool:
    """Whether there is a dataset behind the unfinished one that is to be changed again."""
    is_replacing = os.path.isdir(path / UNFINISHED / REPLACED)
    return existing_output in CHANGING and (is_replacing or left.header.policy == "append")


def _check_resumed(
    location: str, left: Recorded, existing_output: str, parameters: dict[str, Any]
) -> None:
    """Refuse to touch what is unfinished, but by the request that began it."""
    if left.header.policy == "append":
        raise InvalidRequest(
            "outputLocation",
            f"'{location}' holds a dataset that chips were being appended to when that was broken "
            "off; nothing was changed. Choose existingOutput=append: what was added is removed "
            "first, and the dataset is as it was.",
        )
    if existing_output != "resume":
        raise _unfinished(location)
    check_same_parameters(left.header.fingerprint, parameters)


def _check_undoing(path: Path, existing_output: str) -> None:
    if (path / UNFINISHED / UNDOING).exists() and existing_output not in CHANGING:
        raise InvalidRequest(
            "outputLocation",
            f"'{path}' holds what is left of an export that was being removed; the dataset that "
            f"it was to replace is in '{path / UNFINISHED / REPLACED}'. Choose "
            "existingOutput=replace to go on from there.",
        )


def _undo(path: Path, left: Optional[Recorded]) -> None:
    """Without a journal that says what is exported, no chip was written yet, or all were."""
    unfinished = path / UNFINISHED
    if left is not None and left.header.policy == "append":
        undo_appending(path, left.header)
    elif left is not None or (unfinished / UNDOING).exists():
        undo_replacing(path)
    elif os.path.isdir(unfinished / REPLACED):
        put_back(path)
    else:
        remove_unfinished(unfinished)
