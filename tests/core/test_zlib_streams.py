from __future__ import annotations

import gc
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from osgeo import gdal

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


def files_in_memory() -> list[str]:
    return [name for name in gdal.ReadDir("/vsimem/") or () if name.endswith(".tif")]


@given(rows=arrays("u1", array_shapes(min_dims=2, max_dims=2, max_side=40)))
@examples
def test_a_stream_holds_the_bytes_of_the_rows(rows: Array) -> None:
    assert decompressed_alike(ZlibStreams(), marked(rows))


@given(sizes=st.lists(st.integers(1, 60), min_size=2, max_size=8))
@examples
def test_streams_do_not_depend_on_what_was_compressed_before(sizes: list[int]) -> None:
    chips = [noise(size, size) for size in sizes]
    streams = ZlibStreams()
    assert [streams.of(chip) for chip in chips] == [ZlibStreams().of(chip) for chip in chips]


def test_longer_and_shorter_streams_follow_each_other() -> None:
    flat = marked(np.zeros((64, 64), np.uint8))
    streams = ZlibStreams()
    assert all(
        decompressed_alike(streams, rows) for rows in (flat, noise(64, 64), flat, noise(64, 64))
    )


def test_a_file_in_memory_is_begun_anew_before_it_grows_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zlib_streams, "MOST_BYTES", 20_000)
    streams = ZlibStreams()
    for side in range(64, 96):  # always a bit longer, so that it never fits where the last one was
        rows = marked(np.tile(noise(64, 64), 2)[:, :side])
        padded = np.pad(rows, ((0, 0), (0, 200 - rows.shape[1])), constant_values=2)
        assert decompressed_alike(streams, padded)
        lengths = [gdal.VSIStatL(f"/vsimem/{name}").size for name in files_in_memory()]
        assert max(lengths, default=0) < 20_000 + 2 * padded.size


def test_threads_do_not_mix_up_their_rows() -> None:
    chips = [noise(40, 50) for _ in range(64)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ZlibStreams().of, chips))
    assert [zlib.decompress(stream) for stream in found] == [chip.tobytes() for chip in chips]


def test_no_file_is_left_in_memory() -> None:
    before = files_in_memory()
    streams = ZlibStreams()
    streams.of(noise(40, 50))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(streams.of, [noise(40, 50)] * 8))
    del streams
    gc.collect()
    assert files_in_memory() == before


@pytest.mark.parametrize("rows", [noise(64, 64), marked(np.zeros((64, 64), np.uint8))])
def test_it_works_without_libdeflate(rows: Array, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib_streams, "has_libdeflate", lambda: False)
    assert decompressed_alike(ZlibStreams(), rows)


@pytest.mark.skipif(not has_libdeflate(), reason="GDAL has no libdeflate")
def test_repetitions_are_found_that_are_no_runs() -> None:
    rows = marked(np.tile(random_pixels((1, 32)), (64, 8)))
    runs = zlib.compressobj(1, strategy=zlib.Z_RLE)
    assert len(ZlibStreams().of(rows)) < 0.2 * len(runs.compress(rows.data) + runs.flush())
