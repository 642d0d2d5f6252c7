"""A strip of a TIFF that is compressed by DEFLATE is a zlib stream, which zlib can read."""

from __future__ import annotations

import gc
import pickle
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from osgeo import gdal

from chipwright.core import strip_press
from chipwright.core.strip_press import StripPresses
from chipwright.tests.core.making import Array, examples, random_pixels

DEFLATE = ("COMPRESS=DEFLATE", "ZLEVEL=1")


def comes_back(presses: StripPresses, rows: Array) -> bool:
    return zlib.decompress(presses.strip(rows)) == rows.tobytes()


def noise(rows: int, columns: int) -> Array:
    return random_pixels((rows, columns))


def files_in_memory() -> list[str]:
    return [name for name in gdal.ReadDir("/vsimem/") or () if name.endswith(".tif")]


@given(rows=arrays("u1", array_shapes(min_dims=2, max_dims=2, max_side=40)))
@examples
def test_a_strip_holds_the_bytes_of_the_rows(rows: Array) -> None:
    assert comes_back(StripPresses(DEFLATE), rows)


def test_nothing_but_zeros_is_a_strip_like_any_other() -> None:
    zeros, presses = np.zeros((30, 40), np.uint8), StripPresses(DEFLATE)
    assert all(comes_back(presses, rows) for rows in (zeros, zeros, noise(30, 40), zeros))


@given(sizes=st.lists(st.integers(1, 60), min_size=2, max_size=8))
@examples
def test_strips_do_not_depend_on_what_was_compressed_before(sizes: list[int]) -> None:
    chips = [noise(size, size) for size in sizes]
    presses = StripPresses(DEFLATE)
    fresh = [StripPresses(DEFLATE).strip(chip) for chip in chips]
    assert [presses.strip(chip) for chip in chips] == fresh


def test_longer_and_shorter_strips_follow_each_other() -> None:
    flat = np.full((64, 64), 2, np.uint8)
    presses = StripPresses(DEFLATE)
    assert all(comes_back(presses, rows) for rows in (flat, noise(64, 64), flat, noise(64, 64)))


def test_a_file_in_memory_is_begun_anew_before_it_grows_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(strip_press, "MOST_BYTES", 20_000)
    presses = StripPresses(DEFLATE)
    for side in range(64, 96):  # always a bit longer, so that it never fits where the last one was
        rows = np.tile(noise(64, 64), 2)[:, :side]
        padded = np.pad(rows, ((0, 0), (0, 200 - rows.shape[1])), constant_values=2)
        assert comes_back(presses, padded)
        lengths = [gdal.VSIStatL(f"/vsimem/{name}").size for name in files_in_memory()]
        assert max(lengths, default=0) < 20_000 + 2 * padded.size


def test_a_press_is_kept_for_strips_and_for_the_shorter_last_one() -> None:
    presses = StripPresses(DEFLATE)
    sizes = [(40, 50), (40, 50), (16, 50)]
    assert all(comes_back(presses, noise(*size)) for size in sizes)
    first = files_in_memory()
    assert all(comes_back(presses, noise(*size)) for size in sizes * 3)
    assert files_in_memory() == first


@pytest.mark.parametrize(("small_bytes", "most"), [(1 << 20, 2), (100, 1)])
def test_few_presses_are_kept_and_of_large_strips_one(
    small_bytes: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip_press, "SMALL_BYTES", small_bytes)
    before, presses = len(files_in_memory()), StripPresses(DEFLATE)
    for side in (20, 30, 40, 20, 50):
        assert comes_back(presses, noise(side, 50))
        assert len(files_in_memory()) - before <= most


def test_threads_do_not_mix_up_their_rows() -> None:
    chips = [noise(40, 50) for _ in range(64)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(StripPresses(DEFLATE).strip, chips))
    assert [zlib.decompress(strip) for strip in found] == [chip.tobytes() for chip in chips]


def test_no_file_is_left_in_memory() -> None:
    before = files_in_memory()
    presses = StripPresses(DEFLATE)
    presses.strip(noise(40, 50))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(presses.strip, [noise(40, 50)] * 8))
    del presses
    gc.collect()
    assert files_in_memory() == before


def test_presses_go_to_workers() -> None:
    assert comes_back(pickle.loads(pickle.dumps(StripPresses(DEFLATE))), noise(40, 50))
