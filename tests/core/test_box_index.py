from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core import box_index as box_index_module
from chipwright.core.box_index import BoxIndex, box_index
from chipwright.tests.core.making import Array, examples

Box = tuple[float, float, float, float]
NUMBERS = st.floats(-1e9, 1e9, width=32)
BOXES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=30)


@pytest.fixture(autouse=True, params=["sorted into cells", "few enough for a look at all"])
def however_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "sorted into cells":
        monkeypatch.setattr(box_index_module, "FEW", 0)
        monkeypatch.setattr(box_index_module, "SORTING_COST", 0)


def index_of(boxes: Array) -> BoxIndex:
    return box_index(*np.array(boxes, float).reshape(-1, 4).T)


def one_after_another(boxes: Array, window: Box) -> list[int]:
    """The boxes that meet a window, by a look at each."""
    left, bottom, right, top = window
    return [
        number
        for number, (x1, y1, x2, y2) in enumerate(boxes)
        if x1 < right and x2 > left and y1 < top and y2 > bottom
    ]


def upright(box: Box) -> Box:
    x1, y1, x2, y2 = box
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


@examples
@given(BOXES, st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_just_the_boxes_that_meet_a_window_are_found(boxes: list[Box], window: Box) -> None:
    made = [upright(box) for box in boxes]
    found = index_of(made).meeting(upright(window)).tolist()
    assert found == one_after_another(made, upright(window))


@pytest.mark.parametrize("spread", [1.0, 1e4, 1e-4])
@pytest.mark.parametrize("count", [1, 40, 3000])
def test_boxes_of_all_sizes_are_found_in_every_corner(count: int, spread: float) -> None:
    rng = np.random.default_rng(count)
    corner = rng.uniform(0, 1000, (count, 2)) * (1, spread) + (5e5, 5.4e6)
    size = 10 ** rng.uniform(-3, 3, (count, 2))
    boxes = np.hstack([corner, corner + size])
    index = index_of(boxes)
    for _ in range(60):
        start = rng.uniform(-200, 1100, 2) * (1, spread) + (5e5, 5.4e6)
        window = (*start, *(start + 10 ** rng.uniform(0, 3.2, 2)))
        assert index.meeting(window).tolist() == one_after_another(boxes, window)


@pytest.mark.parametrize(
    "boxes",
    [
        [(3.0, 4.0, 3.0, 4.0)],
        [(0.0, 0.0, 1.0, 1.0)] * 50,
        [(float(i), 7.0, i + 1.0, 8.0) for i in range(50)],
        [(7.0, float(i), 8.0, i + 1.0) for i in range(50)],
    ],
    ids=["a point", "one place", "a row", "a column"],
)
def test_boxes_that_lie_in_no_area_are_found(boxes: list[Box]) -> None:
    index = index_of(boxes)
    for window in [(0.5, 0.5, 7.5, 7.5), (-9.0, -9.0, 99.0, 99.0), (60.0, 60.0, 61.0, 61.0)]:
        assert index.meeting(window).tolist() == one_after_another(boxes, window)


def test_boxes_that_touch_a_window_are_not_found() -> None:
    assert index_of([(0, 0, 1, 1), (2, 0, 3, 1)]).meeting((1.0, 0.0, 2.0, 1.0)).tolist() == []


def test_a_window_without_end_finds_all() -> None:
    index = index_of([(0, 0, 1, 1), (5e8, 5e8, 6e8, 6e8)])
    assert index.meeting((-np.inf, -np.inf, np.inf, np.inf)).tolist() == [0, 1]


def test_an_index_can_be_sent_to_another_process() -> None:
    index = pickle.loads(pickle.dumps(index_of([(0, 0, 1, 1)])))
    assert index.meeting((0.0, 0.0, 1.0, 1.0)).tolist() == [0]
