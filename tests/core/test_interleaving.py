from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.interleaving import interleaved
from chipwright.tests.core.making import examples


@examples
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 7), st.integers(0, 3))
def test_pixels_are_the_same_and_contiguous(
    rows: int, columns: int, bands: int, turns: int
) -> None:
    whole = np.arange(rows * columns * (bands + 1), dtype=np.int16)
    pixels = np.rot90(whole.reshape(rows, columns, bands + 1)[..., :bands], turns)
    found = interleaved(pixels)
    assert found.flags.c_contiguous
    assert np.array_equal(found, pixels)


@pytest.mark.parametrize("bands", [1, 3, 12])
def test_contiguous_pixels_are_not_copied(bands: int) -> None:
    pixels = np.zeros((4, 5, bands), np.uint8)
    assert interleaved(pixels) is pixels
