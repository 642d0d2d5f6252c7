from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from chipwright.core.zlib_parts import (
    AFTER_PARTS,
    BEFORE_PARTS,
    joined_check_sum,
    part_of_stream,
    strategy_for,
)
from chipwright.tests.core.making import Array, examples, random_pixels

FLAT = np.zeros((64, 64), np.uint8)
rows_of_bytes = arrays("u1", array_shapes(min_dims=2, max_dims=2, max_side=40))


@given(parts=st.lists(rows_of_bytes, max_size=4))
@examples
def test_parts_in_any_order_are_a_stream(parts: list[Array]) -> None:
    whole = b"".join(part.tobytes() for part in parts)
    stream = b"".join(
        [BEFORE_PARTS, *(part_of_stream(part, strategy_for(part)) for part in parts), AFTER_PARTS]
    )
    assert zlib.decompress(stream + struct.pack(">I", zlib.adler32(whole))) == whole


@given(first=st.binary(), second=st.binary())
@examples
def test_check_sums_of_parts_make_that_of_both(first: bytes, second: bytes) -> None:
    joined = joined_check_sum(zlib.adler32(first), zlib.adler32(second), len(second))
    assert joined == zlib.adler32(first + second)


def test_the_check_sum_of_much_is_right() -> None:
    parts = [random_pixels((100_000,), seed=seed).tobytes() for seed in (1, 2)]
    joined = joined_check_sum(*map(zlib.adler32, parts), len(parts[1]))
    assert joined == zlib.adler32(b"".join(parts))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (FLAT, zlib.Z_RLE),
        (random_pixels((64, 64)), zlib.Z_HUFFMAN_ONLY),
        (np.where(np.arange(64) < 16, FLAT, random_pixels((64, 64))), zlib.Z_RLE),
    ],
    ids=["flat", "noise", "a quarter flat"],
)
def test_runs_are_looked_for_where_there_are_some(rows: Array, expected: int) -> None:
    assert strategy_for(rows) == expected


def test_what_is_flat_becomes_little() -> None:
    assert len(part_of_stream(FLAT, strategy_for(FLAT))) < FLAT.size / 50


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 1), (1, 769)])
def test_rows_may_be_few_and_short(shape: tuple[int, int]) -> None:
    assert strategy_for(np.zeros(shape, np.uint8)) in (zlib.Z_RLE, zlib.Z_HUFFMAN_ONLY)
