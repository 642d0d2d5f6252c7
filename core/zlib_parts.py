"""Zlib streams in parts that are compressed each for itself, by what takes zlib the least time.

libdeflate, which is quicker, makes no parts: it marks its last block as the last of all, and leaves
open at which bit that ends. RFC 1950 (zlib), RFC 1951 (DEFLATE).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEFORE_PARTS = b"\x78\x01"
"""How a stream begins (RFC 1950, section 2.2)."""
AFTER_PARTS = b"\x03\x00"
"""An empty block that is the last; the check sum of all bytes follows, the greatest byte first."""
ADLER_MODULUS = 65521
SAMPLED = 8
"""Of so many rows one is looked at."""
RUNS = 0.05
"""Share of bytes that are the third of a run, from which on runs make files smaller."""


def part_of_stream(rows: NDArray[np.uint8], strategy: int) -> bytes:
    """What rows of bytes, contiguous in memory, become between any two other parts.

    `strategy` is one of zlib, as strategy_for gives it. A part looks back at no other, and ends
    with a byte: by an empty block of what is stored as it is (RFC 1951, section 3.2.4).
    """
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=strategy)
    return packer.compress(rows.data) + packer.flush(zlib.Z_SYNC_FLUSH)


def strategy_for(rows: NDArray[np.uint8]) -> int:
    """How zlib is quick with rows of bytes: it looks for runs of one byte, or not even for these.

    To look for other repetitions takes it twice as long, for files a tenth smaller as a rule.
    """
    return zlib.Z_RLE if has_runs(rows) else zlib.Z_HUFFMAN_ONLY


def has_runs(rows: NDArray[np.uint8]) -> bool:
    """Whether one byte follows another of its kind often enough to make use of it."""
    sample = rows[::SAMPLED]
    same = sample[:, 1:] == sample[:, :-1]
    runs = np.count_nonzero(same[:, 1:] & same[:, :-1])
    return bool(runs > RUNS * sample.size)


def joined_check_sum(first: int, second: int, second_length: int) -> int:
    """The Adler-32 of two parts, one after the other, of that of each (RFC 1950, section 8.2).

    >>> parts = zlib.adler32(b"chip"), zlib.adler32(b"wright")
    >>> joined_check_sum(*parts, 6) == zlib.adler32(b"chipwright")
    True
    """
    before = (first & 0xFFFF) - 1
    low = (before + (second & 0xFFFF)) % ADLER_MODULUS
    high = ((first >> 16) + (second >> 16) + second_length * before) % ADLER_MODULUS
    return high << 16 | low
