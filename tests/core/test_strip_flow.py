from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.cutting import NO_PIXELS, CutStrip
from chipwright.core.records import StripRecord
from chipwright.core.request import Size
from chipwright.core.statistics import NO_LABEL_STATISTICS
from chipwright.core.strip_flow import Parts
from chipwright.core.strip_writing import NumberedStrip
from chipwright.tests.core.making import examples, pixel_grid, whole_strip


def cut(chips: int) -> CutStrip:
    """A strip of so many chips side by side, and a place that becomes none."""
    strip = whole_strip(pixel_grid(chips + 1, 1), Size(1, 1), Size(1, 1))
    wanted = np.arange(chips + 1) < chips
    return CutStrip(strip, wanted, 0, NO_PIXELS, None, (), NO_LABEL_STATISTICS)


def numbered(*chips: int) -> list[NumberedStrip]:
    firsts = np.cumsum([0, *chips])[:-1].tolist()
    return [NumberedStrip(cut(count), first) for count, first in zip(chips, firsts)]


def chip_ranks(strips: Sequence[NumberedStrip]) -> list[int]:
    """Numbers of the chips of strips or of parts of them."""
    found: list[int] = []
    for strip in strips:
        ranks = range(strip.cut.chip_count)[strip.begin : strip.end]
        found += [strip.first_number + rank for rank in ranks]
    return found


def record(strips: Sequence[NumberedStrip]) -> list[StripRecord]:
    return [
        StripRecord(len(chip_ranks([strip])), {}, 0, 0, (), NO_LABEL_STATISTICS) for strip in strips
    ]


@examples
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), max_size=4),
    st.none() | st.integers(1, 5),
)
def test_parts_hold_every_chip_once_and_in_order(
    batches: list[list[int]], most: Optional[int]
) -> None:
    given_batches = [numbered(*counts) for counts in batches]
    parts = list(Parts(given_batches, most))
    expected = [rank for batch in given_batches for rank in chip_ranks(batch)]
    assert [rank for part in parts for rank in chip_ranks(part)] == expected


@examples
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), max_size=4),
    st.none() | st.integers(1, 5),
)
def test_records_of_parts_come_back_batch_by_batch(
    batches: list[list[int]], most: Optional[int]
) -> None:
    parts = Parts([numbered(*counts) for counts in batches], most)
    joined = parts.joined(record(part) for part in parts)
    counts = [sum(each.chip_count for each in records) for records in joined]
    assert counts == [sum(each) for each in batches]


@pytest.mark.parametrize("most", [1, 3, 4, None])
def test_no_part_has_more_chips_than_asked_for(most: Optional[int]) -> None:
    parts = Parts([numbered(10, 0, 3)], most)
    sizes = [len(chip_ranks(part)) for part in parts]
    assert max(sizes) <= (most or 13)


def test_a_strip_without_chips_is_not_forgotten() -> None:
    parts = Parts([numbered(5, 0)], 2)
    assert [len(part) for part in parts] == [1, 1, 1, 1]
