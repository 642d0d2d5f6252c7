"""Blocks of numbers that all processes of a crew see, and that lie in memory once.

They lie in a file without a name, which is gone with the last process that has it open; each maps
what it needs of it.
"""

from __future__ import annotations

import mmap
import os
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple, Optional

if TYPE_CHECKING:
    from pickle import PickleBuffer  # nosec B403 # only its name

LEAST_BYTES = 1 << 16
"""What is smaller is copied."""
CAN_SHARE = os.name == "posix"
"""Elsewhere a process does not hand on the files that it has open."""


class Place(NamedTuple):
    """Where a block lies in the file."""

    begin: int
    length: int


class SharedFile:
    """Takes what other processes are to see, which inherit its handle."""

    def __init__(self) -> None:
        """Raises OSError."""
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 # it stays open
        self._end = 0

    @property
    def handle(self) -> int:
        """Of the open file."""
        return self._file.fileno()

    def put(self, content: PickleBuffer) -> Optional[Place]:
        """Where a block lies from now on; None if it is too small, or there is no room."""
        block = content.raw()
        if not is_shared(block.nbytes):
            return None
        place = Place(self._end, block.nbytes)
        try:
            self._write(block)
        except OSError:
            return None
        self._end += place.length + -place.length % mmap.ALLOCATIONGRANULARITY
        return place

    def _write(self, block: memoryview) -> None:
        self._file.seek(self._end)
        while block:
            block = block[self._file.write(block) :]

    def close(self) -> None:
        """What others see of it, they keep."""
        self._file.close()


def is_shared(length: int) -> bool:
    """Whether a block of so many bytes is put into a file."""
    return CAN_SHARE and length >= LEAST_BYTES


def seen(handle: int, place: Place) -> mmap.mmap:
    """A block of the file; what is written to it nobody else sees."""
    return mmap.mmap(handle, place.length, access=mmap.ACCESS_COPY, offset=place.begin)
