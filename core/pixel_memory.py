"""Memory for the pixels of strips, used again and again.

The system clears fresh memory page by page when it is first touched, which for a strip costs as
much as reading it.
"""

from __future__ import annotations

import threading
import weakref
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .files import Pixels

LEAST_BYTES = 1 << 20
"""Smaller pieces are kept at hand by the system anyway."""
KEPT = 3
"""Free blocks that are kept: a strip is read while one is written and another waits."""


class PixelMemory:
    """Gives memory for pixels, and takes it back when no array looks at it any more."""

    def __init__(self) -> None:
        self._free: list[memoryview] = []
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[PixelMemory], tuple[()]]:
        return PixelMemory, ()

    def pixels(self, shape: tuple[int, ...], data_type: str) -> Pixels:
        """An array of any values."""
        size = prod(shape) * np.dtype(data_type).itemsize
        if size < LEAST_BYTES:
            return np.empty(shape, data_type)
        block = self._taken(size)
        # all views of this array refer to it, for what it looks at itself is no array
        everything = np.frombuffer(block, np.uint8)
        weakref.finalize(everything, self._give_back, block)
        return everything[:size].view(data_type).reshape(shape)

    def _taken(self, size: int) -> memoryview:
        with self._lock:
            fitting = [block for block in self._free if size <= len(block) <= 2 * size]
            block = min(fitting, key=len, default=None)
            if block is None:
                # not touched here, where other threads wait for the interpreter
                return np.empty(size, np.uint8).data
            self._free = [each for each in self._free if each is not block]
            return block

    def _give_back(self, block: memoryview) -> None:
        with self._lock:
            self._free = [block, *self._free][:KEPT]
