from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chipwright.core.split_blocks.cells import MOST_BLOCKS
from chipwright.core.split_blocks.groups import STRADDLING
from chipwright.core.split_shares import split_shares
from chipwright.core.splitting import split_places
from chipwright.tests.core.making import examples

Array = NDArray[Any]
TEXTS = ("80/10/10", "80/20", "34/33/33", "50/0/50", "98/1/1", "0.6/0.3/0.1")
few_examples = settings(examples, max_examples=30)
NOISE = 1e-5
"""Pixels: far more than coordinates are rounded by."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Places to be split."""

    boxes: Array
    image: Array
    labels: Array
    tile: tuple[int, int]

    def split(self, text: str, seed: int = 0) -> Array:
        shares = split_shares(text)
        return split_places(self.boxes, self.image, self.labels, shares, seed, self.tile)

    def select(self, chosen: Array) -> Layout:
        return Layout(self.boxes[chosen], self.image[chosen], self.labels[chosen], self.tile)


def layout_of(*boxes: tuple[float, float, float, float], tile: int = 10) -> Layout:
    """Places of one image, without labels."""
    made = np.array(boxes, np.float64).reshape(-1, 4)
    return Layout(made, np.zeros(len(made), int), np.zeros((len(made), 0), int), (tile, tile))


def grid(columns: int, rows: int, tile: int = 256, stride: int = 128, angle: float = 0) -> Layout:
    """Places row by row; those turned by an angle lie in larger boxes around the same middles."""
    left, top = (axis.ravel() * stride for axis in np.meshgrid(np.arange(columns), np.arange(rows)))
    turned = np.radians(angle)
    wider = tile * (abs(np.cos(turned)) + abs(np.sin(turned)) - 1) / 2
    edges = left - wider, top - wider, left + tile + wider, top + tile + wider
    made = layout_of(tile=tile)
    return replace(
        made,
        boxes=np.stack(edges, axis=1),
        image=np.zeros(columns * rows, int),
        labels=np.zeros((columns * rows, 0), int),
    )


def joined(*layouts: Layout) -> Layout:
    """The places of several images."""
    number = np.repeat(np.arange(len(layouts)), [len(each.boxes) for each in layouts])
    boxes, labels = (
        np.concatenate(arrays) for arrays in zip(*((it.boxes, it.labels) for it in layouts))
    )
    return Layout(boxes, number, labels, layouts[0].tile)


def clustered(layout: Layout, classes: int, seed: int = 0) -> Layout:
    """With labels in a few spots; class 0 is the rarest."""
    rng = np.random.default_rng(seed)
    middle = (layout.boxes[:, :2] + layout.boxes[:, 2:]) / 2
    labels = np.zeros((len(middle), classes), int)
    for number in range(classes):
        for spot in rng.random((3 + 2 * number, 2)) * middle.max(axis=0):
            away = ((middle - spot) ** 2).sum(axis=1) / (0.05 * middle.max()) ** 2
            labels[:, number] += rng.poisson(5 * np.exp(-away / 2))
    return replace(layout, labels=labels)


@st.composite
def grids(draw: st.DrawFn) -> Layout:
    """The places of one image, some of them left out."""
    tile = draw(st.integers(1, 20))
    made = grid(
        draw(st.integers(1, 10)),
        draw(st.integers(1, 10)),
        tile,
        draw(st.integers(1, tile + 5)),
        draw(st.sampled_from([0.0, 0.0, 10.0, 45.0, 90.0])),
    )
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    made = replace(made, boxes=made.boxes + rng.integers(0, 1000))
    some = made.select(
        np.flatnonzero(rng.random(len(made.boxes)) <= draw(st.sampled_from([1, 0.5])))
    )
    return replace(some, labels=rng.poisson(0.3, (len(some.boxes), draw(st.integers(0, 3)))))


@st.composite
def scattered(draw: st.DrawFn, most: int = 15) -> Layout:
    """Boxes of all sizes anywhere in an image."""
    number = st.integers(0, 40)
    boxes = st.tuples(number, number, st.integers(1, 15), st.integers(1, 15))
    found = draw(st.lists(boxes, min_size=1, max_size=most))
    return layout_of(*((x, y, x + width, y + height) for x, y, width, height in found))


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    images = draw(st.lists(grids() | scattered(), min_size=1, max_size=3))
    classes = min(each.labels.shape[1] for each in images)
    return joined(*(replace(each, labels=each.labels[:, :classes]) for each in images))


texts = st.sampled_from(TEXTS)
seeds = st.integers(-(2**70), 2**70)


def pixels_of(layout: Layout, chosen: Array) -> set[tuple[int, int, int]]:
    """Image, column and row of every pixel that lies in one of the boxes, be it in part."""
    found: set[tuple[int, int, int]] = set()
    boxes = layout.boxes + np.array([NOISE, NOISE, -NOISE, -NOISE])
    for image, (left, top, right, bottom) in zip(layout.image[chosen], boxes[chosen]):
        columns = range(int(np.floor(left)), int(np.ceil(right)))
        rows = range(int(np.floor(top)), int(np.ceil(bottom)))
        found |= {(int(image), column, row) for column in columns for row in rows}
    return found


def shares_of(split: Array, amounts: Array, splits: int = 3) -> Array:
    """The share (split,) of what is not lost."""
    kept = np.array([amounts[split == number].sum() for number in range(splits)])
    return kept / max(1, kept.sum())


def most_apart(layout: Layout, limit: int) -> int:
    """How many places there are, up to a limit, of which no two share a pixel."""
    pixels = [pixels_of(layout, np.array([place])) for place in range(len(layout.boxes))]
    return max(
        count
        for count in range(1, limit + 1)
        if any(
            all(one.isdisjoint(other) for one, other in combinations(some, 2))
            for some in combinations(pixels, count)
        )
    )


@examples
@given(layouts(), texts, seeds)
def test_no_pixel_lies_in_places_of_two_splits(layout: Layout, text: str, seed: int) -> None:
    split = layout.split(text, seed)
    pixels = [pixels_of(layout, split == number) for number in range(3)]
    assert sum(map(len, pixels)) == len(set().union(*pixels))


@examples
@given(layouts(), texts, seeds)
def test_every_place_has_a_split_with_a_share_or_straddles(
    layout: Layout, text: str, seed: int
) -> None:
    split = layout.split(text, seed)
    given_away = np.flatnonzero(split_shares(text).fractions)
    assert (split.shape, split.dtype) == (layout.image.shape, np.dtype(np.int8))
    assert set(split.tolist()) <= {STRADDLING, *given_away.tolist()}


@few_examples
@given(layouts(), texts, seeds)
def test_the_same_seed_gives_the_same_splits(layout: Layout, text: str, seed: int) -> None:
    assert layout.split(text, seed).tolist() == layout.split(text, seed).tolist()


@few_examples
@given(layouts(), texts, st.randoms(use_true_random=False))
def test_the_order_of_the_places_does_not_matter(layout: Layout, text: str, random: Any) -> None:
    order = list(range(len(layout.boxes)))
    random.shuffle(order)
    shuffled = layout.select(np.array(order))
    assert shuffled.split(text).tolist() == layout.split(text)[order].tolist()


@few_examples
@given(layouts(), texts, st.integers(-(10**6), 10**6))
def test_where_in_the_image_the_places_lie_does_not_matter(
    layout: Layout, text: str, shift: int
) -> None:
    rounded = replace(layout, boxes=np.round(layout.boxes * 4) / 4)
    moved = replace(rounded, boxes=rounded.boxes + shift, image=7 * layout.image - 3)
    assert moved.split(text).tolist() == rounded.split(text).tolist()


@examples
@given(st.lists(scattered(most=4), min_size=1, max_size=3), texts, seeds)
def test_every_split_has_a_place_where_enough_lie_apart(
    images: list[Layout], text: str, seed: int
) -> None:
    """If they are too few, train goes before val, and val before test."""
    layout = joined(*images)
    given_away = np.flatnonzero(split_shares(text).fractions).tolist()
    first = given_away[: most_apart(layout, len(given_away))]
    assert set(first) <= set(layout.split(text, seed).tolist())


@pytest.mark.parametrize(
    ("layout", "text", "shares", "lost"),
    [
        (grid(40, 40), "80/10/10", 0.02, 0.12),
        (grid(40, 40), "80/20", 0.02, 0.12),
        (grid(40, 40), "70/15/15", 0.02, 0.15),
        (grid(40, 40), "34/33/33", 0.02, 0.15),
        (grid(40, 40), "98/1/1", 0.01, 0.06),
        (grid(79, 79), "80/10/10", 0.02, 0.08),
        (grid(40, 40, stride=256), "80/10/10", 0.02, 0),
        (grid(40, 40, stride=300), "80/10/10", 0.02, 0),
        (grid(79, 79, stride=64), "80/10/10", 0.02, 0.2),
        (grid(79, 79, angle=33), "80/10/10", 0.02, 0.2),
        (grid(160, 10), "80/10/10", 0.03, 0.1),
        (joined(*[grid(12, 12)] * 10), "80/10/10", 0.02, 0.1),
        (joined(*[grid(3, 3)] * 300), "80/10/10", 0.02, 0),
    ],
    ids=[
        "half overlapping",
        "two splits",
        "larger val and test",
        "equal",
        "small val and test",
        "10240 pixels a side",
        "side by side",
        "with gaps",
        "three quarters overlapping",
        "turned",
        "a strip",
        "ten images",
        "many small images",
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_shares_are_met_and_few_places_lost(
    layout: Layout, text: str, shares: float, lost: float, seed: int
) -> None:
    split = layout.split(text, seed)
    fractions = split_shares(text).fractions
    got = shares_of(split, np.ones(len(split)), len(fractions))
    assert np.abs(got - fractions).max() <= shares
    assert (split == STRADDLING).mean() <= lost


def misses(layout: Layout, split: Array, fractions: tuple[float, ...]) -> float:
    """By how much the shares of the classes differ from those wanted, on the average."""
    return float(np.mean([np.abs(shares_of(split, it) - fractions) for it in layout.labels.T]))


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_balanced_better_than_by_chance(seed: int) -> None:
    layout = clustered(grid(60, 60), classes=4, seed=seed)
    fractions = split_shares("70/15/15").fractions
    blind = replace(layout, labels=layout.labels[:, :0]).split("70/15/15", seed)
    balanced = layout.split("70/15/15", seed)
    assert misses(layout, balanced, fractions) <= min(0.03, misses(layout, blind, fractions) / 2)
    assert (balanced == STRADDLING).mean() < 0.25


def test_many_rare_classes_are_balanced() -> None:
    found = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        labels = np.zeros((1600, 10), int)
        for column in labels.T:
            column[rng.choice(1600, 10, replace=False)] = 1
        layout = replace(grid(40, 40, stride=256), labels=labels)
        found.append(misses(layout, layout.split("80/10/10", seed), (0.8, 0.1, 0.1)))
    assert np.mean(found) < 0.005


def test_a_rare_class_is_in_every_split() -> None:
    layout = grid(60, 60)
    labels = np.zeros((3600, 2), int)
    labels[:, 0] = 9
    labels[[605, 650, 3005, 3050], 1] = 1
    split = replace(layout, labels=labels).split("80/10/10")
    assert {0, 1, 2} <= set(split[labels[:, 1] > 0].tolist())


def test_a_class_without_labels_changes_nothing() -> None:
    layout = clustered(grid(30, 30), classes=2)
    wider = np.insert(layout.labels, 1, 0, axis=1)
    assert replace(layout, labels=wider).split("80/10/10").tolist() == (
        layout.split("80/10/10").tolist()
    )


def test_small_splits_lie_anywhere_in_the_image() -> None:
    """Not at the edges only, where least would be lost."""
    held = [
        grid(79, 79).split("80/10/10", seed).reshape(79, 79)[10:-10, 10:-10] for seed in range(9)
    ]
    assert np.mean([(each > 0).mean() for each in held]) > 0.1


def test_blocks_are_some_tiles_large() -> None:
    """Neighbours that touch are alike."""
    split = grid(40, 40, stride=256).split("80/10/10").reshape(40, 40)
    assert (split[1:] != split[:-1]).mean() < 0.15


def test_images_stay_whole_where_there_are_many() -> None:
    layout = joined(*[grid(4, 4)] * (MOST_BLOCKS + 50))
    split = layout.split("80/10/10").reshape(-1, 16)
    assert (split == split[:, :1]).all()
    assert (split != STRADDLING).all()


def test_seeds_give_different_splits() -> None:
    layout = clustered(grid(40, 40), classes=3)
    assert len({layout.split("80/10/10", seed).tobytes() for seed in range(5)}) == 5


def test_a_seed_gives_the_same_splits_on_every_machine() -> None:
    layout = joined(grid(30, 20), grid(17, 23, stride=100, angle=30))
    place = np.arange(len(layout.boxes))
    labels = np.stack([place**2 % 7, place % 5 * (place % 11 == 0)], axis=1)
    found = [replace(layout, labels=labels).split(text, 42) for text in ("80/10/10", "60/40")]
    assert [zlib.crc32(split.tobytes()) for split in found] == [3218825174, 2969326982]


def counts(split: Array) -> list[int]:
    """Places of each split."""
    return [int((split == number).sum()) for number in range(3)]


@pytest.mark.parametrize(
    ("layout", "text", "expected"),
    [
        (layout_of(), "80/10/10", [0, 0, 0]),
        (layout_of((0, 0, 10, 10)), "80/10/10", [1, 0, 0]),
        (layout_of((0, 0, 10, 10), (5, 5, 15, 15)), "80/10/10", [2, 0, 0]),
        (layout_of((0, 0, 10, 10), (10, 0, 20, 10)), "80/10/10", [1, 1, 0]),
        (layout_of((0, 0, 10, 10), (10, 0, 20, 10)), "80/20", [1, 1, 0]),
        (layout_of((0, 0, 10, 10), (10, 10, 20, 20)), "80/0/20", [1, 0, 1]),
        (layout_of((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10)), "98/1/1", [1, 1, 1]),
        (layout_of((0, 0, 10, 10), (5, 0, 15, 10), (10, 0, 20, 10)), "80/20", [1, 1, 0]),
        (grid(3, 3, tile=128, stride=101), "80/10/10", [3, 1, 1]),
        (grid(3, 3, tile=128, stride=101), "80/20", [5, 1, 0]),
        (grid(3, 3, tile=110, stride=110), "80/10/10", [7, 1, 1]),
        (grid(3, 3, tile=128, stride=1), "80/10/10", [9, 0, 0]),
        (grid(9, 9), "100/0/0", [81, 0, 0]),
    ],
    ids=[
        "none",
        "one",
        "two that overlap",
        "two side by side",
        "two splits",
        "corner to corner",
        "three in a row",
        "one across two",
        "330 pixels",
        "330 pixels for two splits",
        "330 pixels without overlap",
        "all over each other",
        "all to train",
    ],
)
def test_few_places_are_split_as_well_as_they_can_be(
    layout: Layout, text: str, expected: list[int]
) -> None:
    assert counts(layout.split(text)) == expected


@pytest.mark.parametrize(
    "boxes",
    [[(7, 0, 15, 1), (5, 4, 10, 9), (9, 1, 17, 4)], [(0, 0, 4, 3), (0, 3, 5, 6), (5, 0, 8, 6)]],
    ids=["askew", "one beside two"],
)
@pytest.mark.parametrize("axes", [[0, 1, 2, 3], [1, 0, 3, 2]], ids=["upright", "transposed"])
@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("down", [False, True])
def test_three_places_are_told_apart_that_no_grid_divides(
    boxes: list[tuple[int, int, int, int]], axes: list[int], across: bool, down: bool
) -> None:
    """However they are turned and mirrored."""
    left, top, right, bottom = np.array(boxes).T
    if across:
        left, right = 20 - right, 20 - left
    if down:
        top, bottom = 20 - bottom, 20 - top
    turned = np.stack([left, top, right, bottom], axis=1)[:, axes]
    assert counts(layout_of(*map(tuple, turned.tolist()), tile=2).split("80/10/10")) == [1, 1, 1]


def test_blocks_end_where_no_places_lie() -> None:
    """Clumps of places are not cut through."""
    corner = np.cumsum([0, 390, 400, 480, 390, 500, 450, 390, 430, 490, 390, 400, 460])
    clumps = [grid(2, 2).boxes + np.array([x, y, x, y]) for x in corner for y in corner]
    layout = layout_of(*map(tuple, np.concatenate(clumps).tolist()), tile=256)
    assert (layout.split("80/10/10") != STRADDLING).all()


@pytest.mark.parametrize(
    ("edge", "expected"),
    [(10, [1, 1, 0]), (10 + 1e-9, [1, 1, 0]), (10.5, [2, 0, 0])],
    ids=["at a pixel's edge", "rounded", "within a pixel"],
)
def test_places_that_touch_within_a_pixel_share_it(edge: float, expected: list[int]) -> None:
    layout = layout_of((0, 0, edge, 10), (10 if edge < 10.1 else edge, 0, 20, 10))
    assert counts(layout.split("80/20")) == expected


def test_places_of_different_images_share_nothing() -> None:
    one = layout_of((0, 0, 10, 10))
    assert counts(joined(one, one, one).split("80/10/10")) == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "fractions"),
    [
        ("80/10/10", (0.8, 0.1, 0.1)),
        ("80/20", (0.8, 0.2)),
        (" 70 / 15 / 15 ", (0.7, 0.15, 0.15)),
        ("0.8/.1/0.1", (0.8, 0.1, 0.1)),
        ("33.4/33.3/33.3", (0.334, 0.333, 0.333)),
        ("100/0/0", (1, 0, 0)),
        ("1/0", (1, 0)),
        ("60/0/40", (0.6, 0, 0.4)),
    ],
)
def test_shares_are_read_from_a_text(text: str, fractions: tuple[float, ...]) -> None:
    shares = split_shares(text)
    assert shares.names == ("train", "val", "test")[: len(fractions)]
    assert shares.fractions == fractions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "100",
        "70/10/10/10",
        "80,10,10",
        "80/-10/30",
        "80//20",
        "8e1/20",
        "nan/20",
        "80%/20%",
        "80/10",
        "33/33/33",
        "0/0",
        "0/50/50",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="80/10/10") as caught:
        split_shares(text)
    assert f"'{text}'" in str(caught.value)


@examples
@given(st.integers(1, 1000), st.integers(0, 1000))
def test_shares_in_percent_are_those_in_parts_of_one(train: int, val: int) -> None:
    val = min(val, 1000 - train)
    tenths = train, val, 1000 - train - val
    percent = "/".join(f"{each // 10}.{each % 10}" for each in tenths)
    parts = "/".join(f"{each // 1000}.{each % 1000:03}" for each in tenths)
    assert split_shares(percent) == split_shares(parts)
    assert sum(split_shares(percent).fractions) == pytest.approx(1)
