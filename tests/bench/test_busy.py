"""What counts as the work of others."""

from __future__ import annotations

from .busy import Moment, cores_of_others, now, used_ticks


def test_neither_idling_nor_waiting_for_disks_nor_guests_twice_is_use() -> None:
    assert used_ticks("cpu 1 10 100 0 0 1000 10000 100000 0 0") == 111_111
    assert used_ticks("cpu 0 0 0 7 7 0 0 0 7 7") == 0


def test_our_own_work_on_all_cores_is_not_that_of_others() -> None:
    assert cores_of_others(Moment(10, 4, 104), Moment(12, 8, 108.5)) == 0.25


def test_ticks_that_were_not_counted_yet_are_no_negative_use() -> None:
    assert cores_of_others(Moment(0, 0, 0), Moment(1, 1, 0.9)) == 0


def test_our_own_clock_goes_on_while_we_work() -> None:
    before = now()
    while now().own - before.own < 0.02:
        sum(range(1000))
    assert now().wall > before.wall
