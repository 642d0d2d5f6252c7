from __future__ import annotations

import numpy as np
import pytest

from chipwright.core.draw_order import DrawOrder
from chipwright.core.layer_columns import Cell


def order(fids: list[int], ranks: list[Cell]) -> list[int]:
    """Ids in the order they are drawn in; they are added in two goes."""
    made = DrawOrder()
    for part in (slice(2), slice(2, None)):
        made.add(np.array(fids[part], np.int64), ranks[part] if ranks else None)
    return [fids[number] for number in made.numbers().tolist()]


def test_without_ranks_the_ids_decide() -> None:
    assert order([9, 2, 7, 4], []) == [2, 4, 7, 9]


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ([3, 1, 2, 2], [2, 4, 7, 9]),
        (["10", "9", "b", "a"], [2, 9, 4, 7]),
        ([None, -1.5, "", 0], [9, 2, 4, 7]),
        ([float("nan"), 5.0, None, float("inf")], [7, 9, 2, 4]),
    ],
    ids=["numbers", "numbers before texts", "NULL first", "no number is as NULL"],
)
def test_ranks_decide_before_ids(ranks: list[Cell], expected: list[int]) -> None:
    assert order([9, 2, 7, 4], ranks) == expected


def test_nothing_has_an_order() -> None:
    assert DrawOrder().numbers().tolist() == []
