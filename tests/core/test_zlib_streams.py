from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from chipwright.core import zlib_streams
from chipwright.core.zlib_streams import ZlibStreams, has_libdeflate
from chipwright.tests.core.making import Array, examples, random_pixels


def marked(rows: Array) -> Array:
    """As the rows of a PNG are: each with the number of its filter before it."""
    return np.pad(rows, ((0, 0), (1, 0)), constant_values=2)


def decompressed_alike(streams: ZlibStreams, rows: Array) -> bool:
    return zlib.decompress(streams.of(rows)) == rows.tobytes()


def noise(rows: int, columns: int) -> Array:
    return marked(random_pixels((rows, columns)))


@given(rows=arrays("u1", array_shapes(min_dims=2, max_dims=2, max_side=40)))
@examples
def test_a_stream_holds_the_bytes_of_the_rows(rows: Array) -> None:
    assert decompressed_alike(ZlibStreams(), marked(rows))


@pytest.mark.parametrize("rows", [noise(64, 64), marked(np.zeros((64, 64), np.uint8))])
def test_it_works_without_libdeflate(rows: Array, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib_streams, "has_libdeflate", lambda: False)
    assert decompressed_alike(ZlibStreams(), rows)


@pytest.mark.skipif(not has_libdeflate(), reason="GDAL has no libdeflate")
def test_repetitions_are_found_that_are_no_runs() -> None:
    rows = marked(np.tile(random_pixels((1, 32)), (64, 8)))
    runs = zlib.compressobj(1, strategy=zlib.Z_RLE)
    assert len(ZlibStreams().of(rows)) < 0.2 * len(runs.compress(rows.data) + runs.flush())
