from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.statistics import (
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
    added,
    standard_deviation,
)
from chipwright.tests.core.making import examples

WHOLE_NUMBERS = st.lists(st.integers(-(2**15), 2**16 - 1), max_size=20)
REAL_NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)


def whole(values: list[int]) -> BandStatistics:
    if not values:
        return BandStatistics()
    squares = sum(value * value for value in values)
    return BandStatistics(len(values), sum(values), squares, min(values), max(values))


def real(values: list[float]) -> RealBandStatistics:
    if not values:
        return RealBandStatistics()
    mean = float(np.mean(values))
    deviations = float(((np.array(values) - mean) ** 2).sum())
    return RealBandStatistics(len(values), mean, deviations, min(values), max(values))


def summary(*values: float) -> Summary:
    return Summary(len(values), sum(values), min(values), max(values)) if values else Summary()


@examples
@given(WHOLE_NUMBERS, WHOLE_NUMBERS)
def test_whole_numbers_add_up_to_those_of_all_values(one: list[int], other: list[int]) -> None:
    assert whole(one) + whole(other) == whole(one + other)


@examples
@given(WHOLE_NUMBERS, WHOLE_NUMBERS, WHOLE_NUMBERS)
def test_whole_numbers_add_up_in_any_order(a: list[int], b: list[int], c: list[int]) -> None:
    assert (whole(a) + whole(b)) + whole(c) == whole(c) + (whole(b) + whole(a))


@examples
@given(st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=50))
def test_deviations_of_whole_numbers_are_those_of_numpy(values: list[int]) -> None:
    expected = float(((np.array(values) - np.mean(values)) ** 2).sum())
    assert whole(values).squared_deviations == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_deviations_of_many_large_whole_numbers_are_exact() -> None:
    """Half of a billion pixels are 65535, half are 65534: M2 = n/4, far below the squares."""
    half = 500_000_000
    total, squares = half * (65535 + 65534), half * (65535**2 + 65534**2)
    band = BandStatistics(2 * half, total, squares, 65534, 65535)
    assert band.squared_deviations == 2 * half / 4


@examples
@given(REAL_NUMBERS, REAL_NUMBERS)
def test_real_numbers_add_up_to_those_of_all_values(one: list[float], other: list[float]) -> None:
    assert_equal(real(one) + real(other), real(one + other))


@examples
@given(REAL_NUMBERS, REAL_NUMBERS, REAL_NUMBERS)
def test_real_numbers_add_up_in_any_order(a: list[float], b: list[float], c: list[float]) -> None:
    assert_equal((real(a) + real(b)) + real(c), real(a) + (real(b) + real(c)))


def assert_equal(got: RealBandStatistics, expected: RealBandStatistics) -> None:
    assert (got.count, got.minimum, got.maximum) == (
        expected.count,
        expected.minimum,
        expected.maximum,
    )
    size = max(abs(expected.minimum), abs(expected.maximum))
    assert got.mean == pytest.approx(expected.mean, rel=1e-12, abs=1e-12 * size)
    rounding = 1e-12 * size * size * expected.count
    assert got.squared_deviations == pytest.approx(expected.squared_deviations, abs=rounding)


def test_small_deviations_of_large_real_numbers_survive_many_sums() -> None:
    rng = np.random.default_rng(0)
    chunks = 1e6 + rng.random((200, 50))
    *_, got = accumulate(real(chunk.tolist()) for chunk in chunks)
    assert got.squared_deviations == pytest.approx(((chunks - chunks.mean()) ** 2).sum(), rel=1e-8)


@pytest.mark.parametrize("nothing", [BandStatistics(), RealBandStatistics()], ids=["whole", "real"])
def test_nothing_has_mean_and_deviations_of_0(nothing: Any) -> None:
    assert (nothing.count, nothing.mean, nothing.squared_deviations) == (0, 0, 0)


@pytest.mark.parametrize("some", [whole([3, 5]), real([3, 5])], ids=["whole", "real"])
def test_nothing_added_changes_nothing(some: Any) -> None:
    nothing = type(some)()
    assert some + nothing == nothing + some == some


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], 0), ([7], 0), ([7, 7], 0), ([1, 3], 2**0.5), ([1, 2, 3, 4], 1.2909944)],
)
def test_the_standard_deviation_is_that_of_a_sample(values: list[int], expected: float) -> None:
    assert standard_deviation(whole(values)) == pytest.approx(expected)


def test_a_summary_adds_up() -> None:
    assert summary(3, 1) + summary(2) == Summary(3, 6, 1, 3)


@pytest.mark.parametrize(("values", "expected"), [((), 0), ((2, 3, 4), 3)])
def test_the_mean_of_a_summary(values: tuple[float, ...], expected: float) -> None:
    assert summary(*values).mean == expected


def test_classes_add_up_by_value() -> None:
    one = LabelStatistics({1: ClassStatistics(1, summary(4)), 7: ClassStatistics(1, summary(5))})
    other = LabelStatistics({7: ClassStatistics(2, summary(6, 7))})
    assert (one + other).per_class == {
        1: ClassStatistics(1, summary(4)),
        7: ClassStatistics(3, summary(5, 6, 7)),
    }


def test_classes_come_ascending_whatever_came_first() -> None:
    nine, two = ({value: ClassStatistics(1, summary(1))} for value in (9, 2))
    assert list((LabelStatistics(nine) + LabelStatistics(two)).per_class) == [2, 9]


def test_labels_per_image_add_up() -> None:
    one, other = LabelStatistics(per_image=summary(1, 5)), LabelStatistics(per_image=summary(3))
    assert (one + other).per_image == Summary(3, 9, 1, 5)


def test_single_objects_add_up_by_value() -> None:
    one = LabelStatistics(instances={1: ClassStatistics(1, summary(4))})
    other = LabelStatistics(instances={1: ClassStatistics(1, summary(6)), 2: ClassStatistics(1)})
    assert (one + other).instances == {1: ClassStatistics(2, summary(4, 6)), 2: ClassStatistics(1)}


def test_single_objects_are_no_labels() -> None:
    one = LabelStatistics(instances={1: ClassStatistics(1, summary(4))})
    assert (one + one).per_class == {}


def test_bands_are_added_in_pairs() -> None:
    assert added([whole([1]), whole([5])], [whole([2]), whole([7])]) == (
        whole([1, 2]),
        whole([5, 7]),
    )


@pytest.mark.parametrize(("first", "second"), [([], [whole([3])]), ([whole([3])], []), ([], [])])
def test_a_set_without_chips_has_no_bands_to_add(first: list[Any], second: list[Any]) -> None:
    assert added(first, second) == (*first, *second)
