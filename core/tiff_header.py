"""What a GeoTIFF says of its pixels before they come, and where in it that stands.

TIFF 6.0, section 2 (directories), and GeoTIFF 1.1, section 7 (tie point, transformation matrix).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from .gdal_errors import GdalFailure

if TYPE_CHECKING:
    from .grid import PixelGrid
    from .memory_folder import Bytes

STRIP_OFFSETS, STRIP_BYTE_COUNTS = 273, 279
TIE_POINT, MATRIX = 33922, 34264
LONG, DOUBLE = 4, 12
"""Field types: of offsets and counts, as shorts (3) are, too; of tie points and matrices."""
VALUE_BYTES = {3: 2, LONG: 4, DOUBLE: 8}
WHOLE_NUMBERS = {3: "H", LONG: "I"}


@dataclass(frozen=True)
class Tag:
    """An entry of a TIFF directory: how many values of which type, and where they begin."""

    kind: int
    count: int
    offset: int

    def number(self, content: Bytes) -> int:
        """The first value, a whole number."""
        return self.numbers(content)[0]

    def numbers(self, content: Bytes) -> tuple[int, ...]:
        """All values, which are whole numbers."""
        return struct.unpack_from(self._packing, content, self.offset)

    def put(self, numbers: Iterable[int], content: bytearray) -> None:
        """Write all values, which are whole numbers."""
        struct.pack_into(self._packing, content, self.offset, *numbers)

    @property
    def _packing(self) -> str:
        return f"<{self.count}{WHOLE_NUMBERS[self.kind]}"


def directory(content: Bytes) -> dict[int, Tag]:
    """The tags of the first directory of a little-endian classic TIFF."""
    order, version, start = struct.unpack_from("<2sHI", content)
    if order != b"II" or version != 42:
        raise GdalFailure("a TIFF template must be a little-endian classic TIFF")
    (entries,) = struct.unpack_from("<H", content, start)
    tags = {}
    for entry in range(start + 2, start + 2 + 12 * entries, 12):
        number, kind, count = struct.unpack_from("<HHI", content, entry)
        size = count * VALUE_BYTES.get(kind, 1)
        here = entry + 8
        tags[number] = Tag(
            kind, count, here if size <= 4 else struct.unpack_from("<I", content, here)[0]
        )
    return tags


def only_strip(tags: dict[int, Tag], content: Bytes) -> tuple[int, int]:
    """Where the pixels begin, and how many bytes they are. Raises GdalFailure."""
    if tags[STRIP_OFFSETS].count != 1:
        raise GdalFailure("a TIFF template must be one strip")
    return tags[STRIP_OFFSETS].number(content), tags[STRIP_BYTE_COUNTS].number(content)


@dataclass(frozen=True)
class Position:
    """Where x and y of the upper-left corner stand: in the tie point, the matrix or nowhere."""

    offsets: tuple[int, ...]

    @classmethod
    def among(cls, tags: dict[int, Tag]) -> Position:
        """That in a file with these tags."""
        if TIE_POINT in tags:
            return cls((tags[TIE_POINT].offset + 3 * 8, tags[TIE_POINT].offset + 4 * 8))
        if MATRIX in tags:
            return cls((tags[MATRIX].offset + 3 * 8, tags[MATRIX].offset + 7 * 8))
        return cls(())

    def put(self, grid: PixelGrid, content: bytearray) -> None:
        """Write the corner of a grid there."""
        for offset, value in zip(self.offsets, (grid.geotransform[0], grid.geotransform[3])):
            struct.pack_into("<d", content, offset, value)


class Header:
    """What comes before the strips of a GeoTIFF that follow one another to its end.

    Not to be shared by threads.
    """

    def __init__(self, content: Bytes) -> None:
        """Raises GdalFailure."""
        tags = directory(content)
        offsets, lengths = tags[STRIP_OFFSETS], tags[STRIP_BYTE_COUNTS]
        begin = offsets.number(content)
        if begin + sum(lengths.numbers(content)) != len(content):
            raise GdalFailure("a TIFF to be compressed must end with its strips")
        self._content = bytearray(content[:begin])
        if lengths.count == 1:  # in the entry itself, whether it takes two bytes or four
            struct.pack_into("<H", self._content, lengths.offset - 6, LONG)
            lengths = replace(lengths, kind=LONG)
        self._offsets, self._lengths = offsets, lengths
        self._position = Position.among(tags)

    def before(self, strips: Sequence[Bytes], grid: PixelGrid) -> bytes:
        """The file of a chip."""
        lengths = [len(strip) for strip in strips]
        self._lengths.put(lengths, self._content)
        self._offsets.put(accumulate(lengths[:-1], initial=len(self._content)), self._content)
        self._position.put(grid, self._content)
        return b"".join([self._content, *strips])
