from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from osgeo import ogr

from chipwright.core.overlaps import burn_layers, overlapping_pairs
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import box, wkb

LEFT, MIDDLE, RIGHT = box(0, 0, 4, 4), box(3, 0, 7, 4), box(6, 0, 10, 4)
DIAGONAL = "POLYGON ((0 0, 9 9, 0 9, 0 0))"
CROSS = "POLYGON ((-1 1, 9 1, 9 2, -1 2, -1 1))"
RING = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 7 2, 7 7, 2 7, 2 2))"


def pairs_of(*wkts: str) -> set[tuple[int, int]]:
    blobs = wkb(*wkts)
    return set(overlapping_pairs(shapes_of_wkb(blobs), blobs))


def layers_of(*wkts: str) -> list[int]:
    blobs = wkb(*wkts)
    return [int(layer) for layer in burn_layers(shapes_of_wkb(blobs), blobs)]


def random_boxes(seed: int) -> list[str]:
    """Boxes on whole numbers, so that many touch."""
    rng = np.random.default_rng(seed)
    corners, sides = rng.integers(0, 30, (25, 2)), rng.integers(1, 8, (25, 2))
    return [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners.tolist(), sides.tolist())]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (LEFT, MIDDLE, {(0, 1)}),
        (MIDDLE, LEFT, {(0, 1)}),
        (LEFT, LEFT, {(0, 1)}),
        (LEFT, box(1, 1, 2, 2), {(0, 1)}),
        (LEFT, RIGHT, set()),
        (LEFT, box(4, 0, 8, 4), {(0, 1)}),
        (LEFT, box(4, 4, 8, 8), {(0, 1)}),
        (LEFT, box(0, 4, 4, 8), {(0, 1)}),
        (RING, box(2, 2, 7, 7), {(0, 1)}),
        (RING, box(3, 3, 4, 4), set()),
        (DIAGONAL, box(5, 0, 9, 4), set()),
        (RING, box(6, 6, 8, 8), {(0, 1)}),
    ],
    ids=[
        "overlapping",
        "in the other order",
        "equal",
        "one in the other",
        "apart",
        "side by side",
        "corner to corner",
        "one above the other",
        "filling a hole",
        "in a hole",
        "boxes meet, shapes do not",
        "over the edge of a hole",
    ],
)
def test_a_pair_meets(first: str, second: str, expected: set[tuple[int, int]]) -> None:
    assert pairs_of(first, second) == expected


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_that_ogr_finds_to_intersect(seed: int) -> None:
    wkts = random_boxes(seed)
    geometries = [ogr.CreateGeometryFromWkt(wkt) for wkt in wkts]
    expected = {
        (i, j)
        for (i, one), (j, other) in combinations(enumerate(geometries), 2)
        if one.Intersects(other)
    }
    assert pairs_of(*wkts) == expected


def test_each_pair_comes_once() -> None:
    blobs = wkb(*random_boxes(0))
    found = overlapping_pairs(shapes_of_wkb(blobs), blobs)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("seed", range(4))
def test_no_two_shapes_of_a_layer_meet(seed: int) -> None:
    wkts = random_boxes(seed)
    layers = layers_of(*wkts)
    assert all(layers[first] != layers[second] for first, second in pairs_of(*wkts))


@pytest.mark.parametrize(
    ("wkts", "expected"),
    [
        ((), []),
        ((LEFT,), [0]),
        ((LEFT, RIGHT), [0, 0]),
        ((LEFT, MIDDLE), [0, 1]),
        ((LEFT, MIDDLE, RIGHT), [0, 1, 0]),
        ((LEFT, RIGHT, MIDDLE), [0, 0, 1]),
        ((LEFT, MIDDLE, CROSS), [0, 1, 2]),
        ((LEFT, LEFT, LEFT), [0, 1, 2]),
        ((RING, box(2, 2, 7, 7)), [0, 1]),
    ],
    ids=[
        "none",
        "one",
        "apart",
        "a pair",
        "a chain",
        "a chain from its ends",
        "all over each other",
        "the same three times",
        "touching",
    ],
)
def test_shapes_lie_in_the_first_layer_that_is_free(
    wkts: tuple[str, ...], expected: list[int]
) -> None:
    assert layers_of(*wkts) == expected


@pytest.mark.parametrize("seed", range(4))
def test_pairs_of_turned_shapes_are_those_that_geos_finds(seed: int) -> None:
    """Crowded stars and slabs: many boxes meet, few shapes do."""
    rng = np.random.default_rng(seed)
    wkts = []
    for _ in range(60):
        corners = int(rng.integers(3, 9))
        angles = rng.uniform(0, 7) + np.arange(corners + 1) % corners * (2 * np.pi / corners)
        reach = np.where(np.arange(corners + 1) % corners % 2, rng.uniform(0.05, 1), 1) * 3
        x, y = rng.uniform(0, 30, 2)
        vertices = zip((x + reach * np.cos(angles)).tolist(), (y + reach * np.sin(angles)).tolist())
        wkts.append(f"POLYGON (({', '.join(f'{a!r} {b!r}' for a, b in vertices)}))")
    made = [ogr.CreateGeometryFromWkt(wkt) for wkt in wkts]
    meeting = {(i, j) for i, j in combinations(range(60), 2) if made[i].Intersects(made[j])}
    assert pairs_of(*wkts) == meeting
