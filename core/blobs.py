"""Many polygons in well-known binary in one block of memory, without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap
from pickle import PickleBuffer  # nosec B403 # makes nothing of what comes
from typing import Any, Union, overload

import numpy as np
from numpy.typing import NDArray

ROW = 16
"""Bytes of a vertex. Every blob ends at a multiple of it in the block, so that the vertices of its
last ring are rows of one aligned array."""
BUFFERS = 5
"""The first protocol of pickle that knows of them."""
Block = Union[bytes, bytearray, memoryview, mmap]
PADDING = tuple(b"\0" * (-length % ROW) for length in range(ROW))
"""What goes before a blob, by the rest of its length."""


@dataclass(frozen=True, eq=False)
class Blobs(Sequence[bytes]):
    """WKB of polygons; some of them share their memory with all of them."""

    block: Block
    end: NDArray[np.int64]
    """Where each ends in the block, a multiple of a row."""
    length: NDArray[np.int64]
    """Bytes of each."""

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """Where that can be, the block travels as one of numbers does, which may be shared."""
        block = PickleBuffer(self.block) if protocol >= BUFFERS else bytes(self.block)
        return Blobs, (block, self.end, self.length)

    def __len__(self) -> int:
        return len(self.end)

    @overload
    def __getitem__(self, number: int) -> bytes: ...

    @overload
    def __getitem__(self, number: slice) -> Blobs: ...

    def __getitem__(self, number: Union[int, slice]) -> Union[bytes, Blobs]:
        if isinstance(number, slice):
            return Blobs(self.block, self.end[number], self.length[number])
        end = int(self.end[number])
        return bytes(self.block[end - int(self.length[number]) : end])

    def __iter__(self) -> Iterator[bytes]:
        block = self.block
        starts = (self.end - self.length).tolist()
        return (bytes(block[start:end]) for start, end in zip(starts, self.end.tolist()))

    def select(self, chosen: NDArray[np.intp]) -> Blobs:
        """Only the chosen blobs, in that order."""
        return Blobs(self.block, self.end[chosen], self.length[chosen])


def packed(blobs: Iterable[bytes]) -> Blobs:
    """Blobs laid end to end in one block, unless they are already.

    >>> list(packed([b"one", b"another"]))
    [b'one', b'another']
    """
    if isinstance(blobs, Blobs):
        return blobs
    known = list(blobs)
    length = np.fromiter(map(len, known), np.int64, len(known))
    padding = PADDING
    block = b"".join([part for blob in known for part in (padding[len(blob) % ROW], blob)])
    return Blobs(block, np.cumsum(length + -length % ROW), length)


def joined(parts: Sequence[Blobs]) -> Blobs:
    """All blobs of some blocks, in one block.

    >>> list(joined([packed([b"one"]), packed([b"two", b"three"])]))
    [b'one', b'two', b'three']
    """
    if not parts:
        return packed([])
    before = np.cumsum([0, *(len(part.block) for part in parts[:-1])])
    return Blobs(
        b"".join([part.block for part in parts]),
        np.concatenate([part.end + start for part, start in zip(parts, before.tolist())]),
        np.concatenate([part.length for part in parts]),
    )
