"""Whether growing costs are told from flat ones, on made-up numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from .bars import FALLS_SHORT, HOLDS
from .growth import Growth, Size, flatness, growth_of
from .reference import Alone

START = 0.5
COUNTS = (1_000, 10_000, 100_000)


def size(count: int, wall: float, cpu: float = 1.0, others: float = 0.0) -> Size:
    return Size(count, [Alone(count, 1, wall, cpu)], others)


def growth(walls: Sequence[float], others: float = 0.0) -> Growth:
    sizes = [size(count, wall, others=others) for count, wall in zip(COUNTS, walls)]
    return Growth(sizes)


def test_what_a_start_costs_is_not_counted() -> None:
    found = growth([START + count * 1e-4 for count in COUNTS])
    assert found.costs == pytest.approx([1e-4] * 2)
    assert flatness(found.costs) == HOLDS


def test_costs_that_grow_with_the_square_are_not_flat() -> None:
    found = growth([START + count * 1e-4 + count**2 * 1e-9 for count in COUNTS])
    assert flatness(found.costs) == FALLS_SHORT


@pytest.mark.parametrize(("last", "judgement"), [(11.4, HOLDS), (11.6, FALLS_SHORT)])
def test_costs_may_be_fifteen_per_cent_off_the_median(last: float, judgement: str) -> None:
    assert flatness([9.0, 10.0, last]) == judgement


def test_a_busy_machine_is_judged_by_processor_time() -> None:
    assert growth([9.0, 9.0, 9.0], others=0.5).costs == [0.0, 0.0]


@pytest.mark.parametrize(
    ("amounts", "judgement"),
    [((100, 110, 114), HOLDS), ((100, 40, 60), HOLDS), ((100, 116, 90), FALLS_SHORT)],
)
def test_memory_may_become_less_but_not_more(amounts: Sequence[int], judgement: str) -> None:
    assert growth_of(amounts) == judgement


def test_a_size_is_known_by_the_median_of_its_runs_and_the_highest_peak() -> None:
    runs = [Alone(1, peak, wall, wall) for peak, wall in ((5, 3.0), (9, 1.0), (2, 2.0))]
    found = Size(1, runs, 0.0)
    assert (found.wall, found.cpu, found.peak) == (2.0, 2.0, 9)
