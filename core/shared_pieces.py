"""Rows that chips above and below each other have in common, compressed once for all of them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, Optional, TypeVar

import numpy as np

if TYPE_CHECKING:
    from .files import Pixels

Piece = TypeVar("Piece")
Kept = dict[tuple[Any, ...], Piece]
"""What pieces of a strip became, by where they lie in memory."""

CALL_BYTES = 6 << 10
"""To compress a piece takes as long as so many bytes of it do, however small it is."""
LEAST_BYTES = 3 << 10
"""Of a piece: what is compressed for itself takes more room the smaller it is."""
WORTH = 0.8
"""Share of the work that may be left; else chips are compressed as they are."""
KEPT_BYTES = 64 << 20
"""Of a strip's pixels; what they became takes half of that or so."""


@dataclass(frozen=True)
class Overlap:
    """How chips that lie on each other have rows in common."""

    rows: int
    """Rows of a chip."""
    stride: int
    """Rows from one to the next."""
    piece_rows: int
    """Rows of a piece; they divide the stride, so that the pieces of all chips coincide."""

    @property
    def fresh_share(self) -> float:
        """The share of a chip that the one above it does not have.

        >>> Overlap(256, 64, 64).fresh_share
        0.25
        """
        return 1 - (self.rows - self.stride) // self.piece_rows * self.piece_rows / self.rows


def overlap_of(rows: int, stride: int, row_bytes: int) -> Optional[Overlap]:
    """That of chips of so many rows; None where they have too little in common.

    >>> overlap_of(256, 128, 768)
    Overlap(rows=256, stride=128, piece_rows=128)
    >>> overlap_of(256, 100, 768)
    Overlap(rows=256, stride=100, piece_rows=50)
    >>> overlap_of(256, 192, 768)
    """

    def work(overlap: Overlap) -> float:
        """Bytes, or as many as take the same time, to be compressed for each chip."""
        calls = ceil(overlap.fresh_share * rows / overlap.piece_rows)
        return overlap.fresh_share * rows * row_bytes + calls * CALL_BYTES

    least = ceil(LEAST_BYTES / row_bytes)
    pieces = [piece for piece in range(rows - stride, least - 1, -1) if stride % piece == 0]
    best = min((Overlap(rows, stride, piece) for piece in pieces), key=work, default=None)
    if best is None or work(best) > WORTH * (rows * row_bytes + CALL_BYTES):
        return None
    return best


class SharedPieces(Generic[Piece]):
    """What pieces became, until no chip asks for them any more. For any number of threads.

    Chips are views of a strip, whose pixels do not change: the same place in memory is the same
    piece as long as the strip is there. What is kept decides about time, never about files.
    """

    def __init__(self, overlap: Optional[Overlap], make: Callable[[Pixels], Piece]) -> None:
        """`make` compresses a piece (band, row, column): all of a chip if there is no overlap."""
        self._overlap = overlap
        self._make = make
        self._strips: dict[int, Kept[Piece]] = {}

    def of(self, pixels: Pixels) -> list[Piece]:
        """The pieces of a chip (band, row, column), from the top; the last may be shorter."""
        if self._overlap is None:
            return [self._make(pixels)]
        rows, stride = self._overlap.piece_rows, self._overlap.stride
        kept = self._kept(pixels)
        pieces = []
        for top in range(0, pixels.shape[1], rows):
            piece = pixels[:, top : top + rows]
            is_whole = piece.shape[1] == rows
            # chips are written from the top down, and to the next it lies a stride further up
            pieces.append(self._piece(piece, kept if is_whole else None, is_last=top < stride))
        return pieces

    def _piece(self, piece: Pixels, kept: Optional[Kept[Piece]], is_last: bool) -> Piece:
        """`is_last` says that no other chip will ask for it."""
        if kept is None:
            return self._make(piece)
        key = (piece.__array_interface__["data"][0], piece.shape, piece.strides)
        found = kept.pop(key, None) if is_last else kept.get(key)
        if found is None:
            found = self._make(piece)
            if not is_last and len(kept) * piece.nbytes < KEPT_BYTES:
                kept[key] = found
        return found

    def _kept(self, pixels: Pixels) -> Optional[Kept[Piece]]:
        """That of a chip's strip; none if it is no view of one, or of one that may change."""
        strip = pixels.base
        if not isinstance(strip, np.ndarray) or pixels.flags.writeable:
            return None
        number = id(strip)
        if number not in self._strips:
            self._strips[number] = {}
            weakref.finalize(strip, self._strips.pop, number, None)
        return self._strips.get(number)
