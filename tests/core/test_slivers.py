"""Boxes that would be empty as they are written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.slivers import widened

from .making import examples

SIDE = 8


@examples
@given(
    st.floats(0, SIDE),
    st.one_of(st.floats(0, 0.02), st.floats(0, SIDE)),
)
def test_no_side_is_empty_as_it_is_written(begin: float, length: float) -> None:
    """And nothing leaves its chip, or moves that is wide enough."""
    end = min(begin + length, SIDE)
    box = np.array([[begin, 1.0, end, 5.0], [1.0, begin, 5.0, end]]).T
    found = widened(box, SIDE, SIDE)
    assert found.min() >= 0 and found.max() <= SIDE
    for low, high in ((0, 2), (1, 3)):
        assert all(f"{a:.2f}" != f"{b:.2f}" for a, b in zip(found[low], found[high]))
    if end - begin >= 0.01:
        assert np.array_equal(found, box)
    assert np.abs(found - box).max() <= 0.0101


def test_each_box_has_a_chip_of_its_own() -> None:
    box = np.array([[5.0, 2.0, 5.0, 3.0], [9.0, 4.0, 9.0, 4.0]]).T
    found = widened(box, np.array([5, 9]), np.array([3, 4]))
    expected = [[4.99, 2.0, 5.0, 3.0], [8.99, 3.99, 9.0, 4.0]]
    assert pytest.approx(np.array(expected), abs=1e-5) == found.T


def test_what_lies_nowhere_stays_so() -> None:
    box = np.array([[np.inf], [np.inf], [-np.inf], [-np.inf]])
    assert np.array_equal(widened(box, SIDE, SIDE), box)
