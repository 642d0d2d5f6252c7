"""PNG of chips that overlap: their pieces are compressed once, each a chunk for itself.

PNG specification, third edition, section 11.2.3: all data chunks together are one zlib stream.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .grid import PixelGrid
from .memory_folder import Bytes
from .png import around, chunk, filtered, png
from .shared_pieces import Overlap, SharedPieces
from .sidecars import sidecars
from .zlib_parts import (
    AFTER_PARTS,
    BEFORE_PARTS,
    has_runs,
    joined_check_sum,
    part_of_stream,
    strategy_for,
)
from .zlib_streams import ZlibStreams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .files import Pixels

BEGIN = b"".join(chunk(b"IDAT", BEFORE_PARTS))


class PngPiece(NamedTuple):
    """A data chunk of a PNG."""

    content: bytes
    check: int
    """Adler-32 of the bytes that were compressed."""
    length: int
    """Their number."""


NO_PIECE = PngPiece(b"", 1, 0)
"""Of what is to be compressed with all of its chip."""
MOST_FRESH = 1 / 3
"""Up to there pieces are made of any pixels. zlib takes little longer than libdeflate where it
looks for no repetitions, half as long again where it looks for runs; and then files are a tenth
larger, as those of images that were JPEG once."""


class PngPiecesEncoding:
    """PNG with its world file and .prj. One or three bands of uint8 or uint16."""

    ending = ".png"

    def __init__(self, overlap: Overlap) -> None:
        self._overlap = overlap
        make = _piece if overlap.fresh_share <= MOST_FRESH else _piece_without_runs
        self._pieces = SharedPieces(overlap, make)
        self._streams = ZlibStreams()

    def __reduce__(self) -> tuple[Any, ...]:
        return PngPiecesEncoding, (self._overlap,)

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, bytes]]:
        """The image, then the files beside it."""
        yield self.ending, self._image(pixels)
        yield from sidecars(".pgw", grid)

    def _image(self, pixels: Pixels) -> bytes:
        pieces = self._pieces.of(pixels)
        if not all(piece.content for piece in pieces):
            return png(pixels, streams=self._streams)
        return around(pixels, _data(pieces))


def _piece(pixels: Pixels) -> PngPiece:
    lines = filtered(pixels)
    return _compressed(lines, strategy_for(lines))


def _piece_without_runs(pixels: Pixels) -> PngPiece:
    lines = filtered(pixels)
    return NO_PIECE if has_runs(lines) else _compressed(lines, zlib.Z_HUFFMAN_ONLY)


def _compressed(lines: NDArray[np.uint8], strategy: int) -> PngPiece:
    content = b"".join(chunk(b"IDAT", part_of_stream(lines, strategy)))
    return PngPiece(content, zlib.adler32(lines.data), lines.nbytes)


def _data(pieces: list[PngPiece]) -> Iterator[Bytes]:
    """All data chunks: where the stream begins, the pieces, where it ends."""
    yield BEGIN
    check = 1  # of no bytes
    for piece in pieces:
        check = joined_check_sum(check, piece.check, piece.length)
        yield piece.content
    yield from chunk(b"IDAT", AFTER_PARTS + struct.pack(">I", check))
