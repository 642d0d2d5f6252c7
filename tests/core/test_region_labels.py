from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chipwright.core.errors import InvalidRequest
from chipwright.core.plan import Plan
from chipwright.core.region_labels import regions, regions_found
from chipwright.core.request import Size

from .dataset_reading import Box, accumulated, kitti_boxes, masks
from .exporting import classes, export_chips
from .made_sources import noise_file, raster_file
from .making import pixel_grid

MAP = np.array(
    [
        [1, 1, 0, 2, 2, 2],
        [1, 0, 0, 2, 0, 2],
        [0, 1, 0, 2, 2, 2],
        [0, 1, 1, 0, 0, 0],
    ],
    np.uint8,
)
"""Two regions of class 1 that touch in a corner, and a ring of class 2."""


def test_pixels_that_share_an_edge_are_a_region() -> None:
    blobs, values = regions(MAP, pixel_grid(6, 4))
    assert sorted(values.tolist()) == [1, 1, 2] and len(blobs) == 3


def test_a_region_has_its_box_and_its_pixels() -> None:
    (strip,) = Plan(pixel_grid(6, 4), Size(6, 4), Size(6, 4), 1).strips()
    found = regions_found(strip, MAP)
    clips = found.clips
    sides = zip(clips.left, clips.top, clips.right, clips.bottom, clips.area)
    assert sorted((int(v), *map(float, s)) for v, s in zip(found.values, sides)) == [
        (1, 0, 0, 2, 2, 3),
        (1, 1, 2, 3, 4, 3),
        (2, 3, 0, 6, 3, 8),
    ]


def cut(tmp_path: Path, metadata_format: str, values: np.ndarray) -> Path:
    rows, columns = values.shape
    return_to = tmp_path / "chips"
    export_chips(
        noise_file(tmp_path / "image.tif", columns, rows),
        return_to,
        metadata_format=metadata_format,
        input_class_data=classes(raster_file(tmp_path / "classes.tif", values[None])),
        tile_size=Size(6, 4),
        stride_size=Size(3, 4),
    )
    return return_to


def test_boxes_are_those_of_regions(tmp_path: Path) -> None:
    found = kitti_boxes(cut(tmp_path, "KITTI_rectangles", MAP) / "labels/000000000.txt")
    assert sorted(found) == [Box(1, 0, 0, 2, 2), Box(1, 1, 2, 3, 4), Box(2, 3, 0, 6, 3)]


def test_masks_are_the_pixels_of_regions(tmp_path: Path) -> None:
    folder = cut(tmp_path, "RCNN_Masks", MAP)
    (ones,), (twos,) = (masks(folder, name, "000000000") for name in ("1", "2"))
    assert np.array_equal(ones > 0, MAP == 1) and np.array_equal(twos, MAP == 2)
    assert ones[0, 0] != ones[3, 1]


def test_a_region_is_connected_within_its_chip(tmp_path: Path) -> None:
    """The ring of class 2 is cut open by the second chip, which begins at its left side."""
    wide = np.hstack([MAP, np.zeros((4, 3), np.uint8)])
    folder = cut(tmp_path, "KITTI_rectangles", wide)
    found = kitti_boxes(folder / "labels/000000001.txt")
    assert found == [Box(2, 0, 0, 3, 3)]


def test_regions_are_counted_like_features(tmp_path: Path) -> None:
    state = accumulated(cut(tmp_path, "KITTI_rectangles", MAP))
    assert state["OutputFeatures"] is True
    assert state["FeatureStats"]["NumFeaturesPerClass"] == [2, 1]


def test_a_share_of_a_region_is_refused(tmp_path: Path) -> None:
    raster = raster_file(tmp_path / "classes.tif", MAP[None])
    with pytest.raises(InvalidRequest, match="minPolygonOverlapRatio"):
        export_chips(
            noise_file(tmp_path / "image.tif", 6, 4),
            tmp_path / "chips",
            metadata_format="KITTI_rectangles",
            input_class_data=classes(raster),
            tile_size=Size(6, 4),
            min_polygon_overlap_ratio=0.5,
        )
