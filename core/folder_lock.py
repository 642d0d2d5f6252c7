"""One export at a time in a folder: a file that says which process writes there."""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

from .errors import InvalidRequest
from .processes import beginning

LOCK = "lock"
ATTEMPTS = 100
"""At getting hold of a lock that others take and release."""
PATIENCE = 0.02
"""Seconds in which somebody who made a lock has long written into it."""


_held: set[tuple[int, int]] = set()
"""Device and number of the locks that this process has, wherever their folders are by now."""


@dataclass(frozen=True)
class Owner:
    """A process, as it can be found again."""

    pid: int
    host: str
    began: str
    """As the system tells it; empty if it does not."""

    @property
    def is_here(self) -> bool:
        """Whether it is, or was, on this machine."""
        return self.host == socket.gethostname()

    @property
    def is_gone(self) -> bool:
        """Whether it no longer runs; nobody knows of another machine."""
        if not self.is_here:
            return False
        now = beginning(self.pid)
        return now is None or bool(now and self.began and now != self.began)


def this_process() -> Owner:
    """The process that runs this."""
    return Owner(os.getpid(), socket.gethostname(), beginning(os.getpid()) or "")


class FolderLock:
    """A lock in a folder that is made for it; `location` is what the user calls the folder."""

    def __init__(self, folder: Path, location: str) -> None:
        self._folder = folder
        self._path = folder / LOCK
        self._location = location
        self._file: Optional[tuple[int, int]] = None
        """As long as it is held."""

    def check(self) -> None:
        """Raise InvalidRequest if somebody else has it."""
        with suppress(FileNotFoundError):
            self._refuse_while_held(_read(self._path))

    def take(self) -> None:
        """Take it, from a process that no longer runs, too. Raises InvalidRequest and OSError."""
        for _ in range(ATTEMPTS):
            self._folder.mkdir(exist_ok=True)
            try:
                self._write()
                self._remove_left_aside()
                return
            except FileExistsError:
                self._remove_stale()
            except FileNotFoundError:  # the folder went with another lock
                time.sleep(PATIENCE)
        raise InvalidRequest(
            "outputLocation",
            f"others take and leave '{self._path}' all the time; choose another folder.",
        )

    def release(self) -> None:
        """Give it back. Where it cannot be removed, it is known not to be held any more."""
        if self._file is not None:
            _held.discard(self._file)
        with suppress(OSError):
            self._path.unlink()

    def _write(self) -> None:
        with self._path.open("x", encoding="utf-8") as file:
            json.dump(asdict(this_process()), file)
            self._file = _identity(os.fstat(file.fileno()))
        _held.add(self._file)

    def _refuse_while_held(self, content: bytes) -> None:
        owner = _owner(content)
        if owner is None or owner.is_gone:
            return
        if owner != this_process() or _identity(os.stat(self._path)) in _held:
            raise self._refusal(owner)

    def _remove_left_aside(self) -> None:
        """Remove what others put out of the way who were killed before they removed it."""
        for aside in self._folder.glob(f"{LOCK}.*"):
            with suppress(FileNotFoundError):
                owner = _owner(_read(aside))
                if owner is None or owner.is_gone:
                    aside.unlink()

    def _remove_stale(self) -> None:
        """Put the lock of a process that is gone out of the way; of several, one does it."""
        aside = self._path.with_name(f"{LOCK}.{uuid.uuid4().hex}")
        try:
            seen = _read(self._path)
            self._refuse_while_held(seen)
            os.rename(self._path, aside)
            if aside.read_bytes() == seen:
                aside.unlink()
            else:  # another was quicker, and this is its lock
                os.rename(aside, self._path)
        except FileNotFoundError:  # another removed it
            return

    def _refusal(self, owner: Owner) -> InvalidRequest:
        if owner.is_here:
            problem = (
                f"process {owner.pid} is writing a dataset into '{self._location}'; nothing was "
                "changed. Wait for it, or choose another folder."
            )
        else:
            problem = (
                f"process {owner.pid} on the machine '{owner.host}' is writing a dataset into "
                f"'{self._location}', or was stopped there; nothing was changed. Choose another "
                f"folder, or, if it no longer runs, remove '{self._path}'."
            )
        return InvalidRequest("outputLocation", problem)


def _read(path: Path) -> bytes:
    """What a lock says; empty if whoever made it was killed before it wrote."""
    for _ in range(ATTEMPTS // 10):
        content = path.read_bytes()
        if _owner(content) is not None:
            break
        time.sleep(PATIENCE)
    return content


def _identity(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino


def _owner(content: bytes) -> Optional[Owner]:
    """Who a lock belongs to; None if it does not say."""
    try:
        said = json.loads(content)
        return Owner(int(said["pid"]), str(said["host"]), str(said["began"]))
    except (ValueError, LookupError, TypeError):
        return None
