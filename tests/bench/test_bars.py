"""The judgements of the bench, on made-up numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .bars import FALLS_SHORT, HOLDS, Bars, Measured, Memory, verdicts
from .costs import Cost, Round

QUIET = Round(Cost(1.0, 1.0), two=Cost(1.5, 2.4), one=Cost(3.0, 2.5), others=0.05)
DISTURBED = replace(QUIET, two=Cost(6.0, 2.4), others=0.9)


def measured(*rounds: Round, chips: int = 100, yardstick_chips: int = 100) -> Measured:
    return Measured(rounds, chips, yardstick_chips)


def judgements(bars: Bars, found: Measured) -> list[str]:
    return [it.judgement for it in verdicts(bars, found)]


def test_the_ratio_is_that_of_the_median_round() -> None:
    slow, fast = replace(QUIET, two=Cost(9.0, 9.0)), replace(QUIET, two=Cost(1.2, 2.0))
    assert measured(slow, QUIET, fast).ratio == 1.5


def test_costs_are_compared_per_chip_where_the_yardstick_has_fewer() -> None:
    assert measured(QUIET, chips=800, yardstick_chips=100).ratio == pytest.approx(1.5 / 8)
    assert measured(QUIET, chips=800, yardstick_chips=100).cpu_ratio == pytest.approx(2.5 / 8)


@pytest.mark.parametrize(("bar", "judgement"), [(1.6, HOLDS), (1.5, HOLDS), (1.4, FALLS_SHORT)])
def test_a_quiet_machine_is_judged_by_the_wall_time_of_two_workers(
    bar: float, judgement: str
) -> None:
    assert judgements(Bars(bar, cpu_ratio=0.1), measured(QUIET)) == [judgement]


@pytest.mark.parametrize(("bar", "judgement"), [(2.6, HOLDS), (2.4, FALLS_SHORT)])
def test_a_busy_machine_is_judged_by_the_processor_time_of_one_worker(
    bar: float, judgement: str
) -> None:
    found = measured(DISTURBED, DISTURBED, QUIET)
    assert found.is_busy
    assert judgements(Bars(1.0, cpu_ratio=bar), found) == [judgement]


def test_without_a_bar_for_processor_time_that_for_wall_time_is_taken() -> None:
    assert judgements(Bars(2.6), measured(DISTURBED)) == [HOLDS]
    assert judgements(Bars(2.4), measured(DISTURBED)) == [FALLS_SHORT]


def test_disturbed_rounds_do_not_count_where_most_are_quiet() -> None:
    found = measured(DISTURBED, QUIET, QUIET)
    assert (found.is_busy, found.busy_rounds, found.ratio) == (False, 1, 1.5)


def test_two_workers_are_compared_with_one_in_wall_time() -> None:
    assert judgements(Bars(2, speed_up=2.0), measured(QUIET)) == [HOLDS, HOLDS]
    assert judgements(Bars(2, speed_up=2.1), measured(QUIET)) == [HOLDS, FALLS_SHORT]


def test_two_workers_on_a_busy_machine_prove_nothing() -> None:
    _, speed_up = verdicts(Bars(3, speed_up=0.1), measured(DISTURBED))
    assert speed_up.judgement == "not judged: the machine was busy"


def test_processor_time_of_a_chip_has_a_bar_of_its_own() -> None:
    found = measured(QUIET)
    assert judgements(Bars(2, cpu_micros=25_000), found) == [HOLDS, HOLDS]
    assert judgements(Bars(2, cpu_micros=24_999), found) == [HOLDS, FALLS_SHORT]


@pytest.mark.parametrize(("peak", "judgement"), [(440_000_000, HOLDS), (440_000_001, FALLS_SHORT)])
def test_memory_may_be_300_mb_and_two_strips_for_each_worker(peak: int, judgement: str) -> None:
    found = replace(measured(QUIET), memory=Memory(peak, strip=35_000_000, workers=2))
    assert judgements(Bars(2), found) == [HOLDS, judgement]


def test_the_spread_is_that_of_the_yardstick() -> None:
    slower = replace(QUIET, yardstick=Cost(1.5, 1.0))
    assert measured(QUIET, QUIET, slower).spread == 0.5
