"""Boxes, oriented boxes and polygons, as pycocotools and supervision load them.

KITTI has no such reader: its lines are parsed here, column by column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from chipwright.tests.core.exporting import export_chips, features

from .conftest import Load, Sources
from .expected import Part, Source, covered, smallest_rectangles
from .loading import picture
from .reading import Found, Order, Picture, Reading, reading

ENDINGS = {"TIFF": ".tif", "PNG": ".png", "JPEG": ".jpg"}
HUNDREDTH, MILLIONTH = 0.5e-2, 0.5e-6 * 160
"""Of a pixel, and of the side of a chip: how far a rounded number is off."""
ROUNDING = {
    "PASCAL_VOC_rectangles": HUNDREDTH,
    "KITTI_rectangles": HUNDREDTH,
    "COCO": 2 * HUNDREDTH,
    "YOLO": 2 * MILLIONTH,
    "YOLO_OBB": MILLIONTH,
    "YOLO_Segmentation": MILLIONTH,
}
SINGLE_PRECISION = 2e-5
NAMED_BY_VALUE = ("PASCAL_VOC_rectangles", "KITTI_rectangles")
MASK_EDGE = {"pycocotools": 1.0, "supervision coco": 2.0, "supervision yolo": 2.0}
"""Pixels by which masks may be off: supervision rounds vertices, and draws the outline, too."""


class Case(NamedTuple):
    """What is exported of what, and who reads it."""

    reader: str
    source: str
    format_name: str
    chip_format: str

    def __str__(self) -> str:
        return f"{self.source}-{self.format_name}-{self.chip_format}-by-{self.reader}"


TABLE = [
    Case("supervision voc", "buildings", "PASCAL_VOC_rectangles", "JPEG"),
    Case("supervision voc", "drawings", "PASCAL_VOC_rectangles", "TIFF"),
    Case("devkit columns", "buildings", "KITTI_rectangles", "PNG"),
    Case("devkit columns", "drawings", "KITTI_rectangles", "TIFF"),
    Case("pycocotools", "buildings", "COCO", "PNG"),
    Case("supervision coco", "buildings", "COCO", "PNG"),
    Case("pycocotools", "drawings", "COCO", "TIFF"),
    Case("supervision coco", "drawings", "COCO", "TIFF"),
    Case("supervision yolo", "buildings", "YOLO", "TIFF"),
    Case("supervision yolo", "drawings", "YOLO", "JPEG"),
    Case("supervision obb", "buildings", "YOLO_OBB", "PNG"),
    Case("supervision obb", "drawings", "YOLO_OBB", "TIFF"),
    Case("supervision yolo", "buildings", "YOLO_Segmentation", "JPEG"),
    Case("supervision yolo", "drawings", "YOLO_Segmentation", "PNG"),
]
MASKED = [it for it in TABLE if it.format_name in ("COCO", "YOLO_Segmentation")]
ORIENTED = [it for it in TABLE if it.format_name == "YOLO_OBB"]
BOXED = [it for it in TABLE if it not in ORIENTED]
BY_PYCOCOTOOLS = [it for it in TABLE if it.reader == "pycocotools"]
WITH_AREAS = [it for it in TABLE if it.format_name == "COCO"]
WITH_PIXELS = [it for it in TABLE if it not in BY_PYCOCOTOOLS]


@dataclass(frozen=True, repr=False)
class Dataset:
    """What a reader found, and what it should have found."""

    case: Case
    source: Source
    read: Reading

    @property
    def pictures(self) -> list[Picture]:
        return list(self.read.images.values())

    @property
    def pairs(self) -> list[tuple[Found, Part]]:
        """Objects with the part that each is of; only where all are found."""
        found = [it for image in self.pictures for it in image.objects]
        parts = [it for chip in self.source.parts for it in chip]
        assert len(found) == len(parts)
        return list(zip(found, parts))


@pytest.fixture(scope="module")
def answers(
    load: Load, sources: Sources, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Case, Mapping[str, Any]]:
    folder = tmp_path_factory.mktemp("datasets")
    orders = [Order(case.reader, written(sources, case, folder)) for case in TABLE]
    return dict(zip(TABLE, load(orders)))


def written(sources: Sources, case: Case, folder: Path) -> Path:
    source = sources[case.source]
    dataset = folder / "-".join(case[1:])
    if not dataset.exists():
        export_chips(
            source.image,
            dataset,
            metadata_format=case.format_name,
            chip_format=case.chip_format,
            input_class_data=features(source.labels),
            tile_size=source.tile,
        )
    return dataset


@pytest.fixture
def dataset(
    request: pytest.FixtureRequest,
    answers: Mapping[Case, Mapping[str, Any]],
    sources: Sources,
) -> Dataset:
    case = request.param
    return Dataset(case, sources[case.source], reading(answers[case]))


def datasets(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("dataset", cases, indirect=True, ids=str)


@datasets(TABLE)
def test_every_chip_is_an_image(dataset: Dataset) -> None:
    ending = ENDINGS[dataset.case.chip_format]
    names = [f"{number:09d}{ending}" for number in range(len(dataset.source.corners))]
    assert list(dataset.read.images) == names


@datasets(TABLE)
def test_images_have_the_size_of_the_tile(dataset: Dataset) -> None:
    assert {tuple(it.size) for it in dataset.pictures} == {dataset.source.sides}


@datasets(WITH_PIXELS)
def test_images_show_their_window_of_the_source(dataset: Dataset) -> None:
    lossy = 1.5 if dataset.case.chip_format == "JPEG" else 0.0
    for found, corner in zip(dataset.pictures, dataset.source.corners):
        shown = picture(dataset.source.pixels(corner))["means"]
        assert np.allclose(found.means, shown, rtol=0, atol=lossy + 1e-9)


@datasets(TABLE)
def test_classes_are_those_of_the_features(dataset: Dataset) -> None:
    names = dataset.source.names
    if dataset.case.format_name in NAMED_BY_VALUE:
        assert sorted(dataset.read.classes) == sorted(map(str, names))
    else:
        assert dataset.read.classes == list(names.values())


@datasets(TABLE)
def test_objects_are_the_features_in_each_chip(dataset: Dataset) -> None:
    found = [[it.class_name for it in image.objects] for image in dataset.pictures]
    assert found == [[label(dataset, it) for it in chip] for chip in dataset.source.parts]


def label(dataset: Dataset, part: Part) -> str:
    by_value = dataset.case.format_name in NAMED_BY_VALUE
    return str(part.value) if by_value else part.class_name


@datasets(TABLE)
def test_chips_without_labels_are_among_the_images(dataset: Dataset) -> None:
    pairs = zip(dataset.pictures, dataset.source.parts)
    empty = [image.objects for image, parts in pairs if not parts]
    assert empty and not any(empty)


@datasets(BOXED)
def test_boxes_are_the_bounds_of_the_clipped_features(dataset: Dataset) -> None:
    tolerance = ROUNDING[dataset.case.format_name] + SINGLE_PRECISION
    for found, part in dataset.pairs:
        assert np.allclose(found.box, part.box, rtol=0, atol=tolerance), (found, part.box)


@datasets(ORIENTED)
def test_oriented_boxes_are_the_smallest_rectangles_held_to_the_chip(dataset: Dataset) -> None:
    tolerance = ROUNDING[dataset.case.format_name] + SINGLE_PRECISION
    for found, part in dataset.pairs:
        rectangles = [np.clip(it, 0, dataset.source.sides) for it in smallest_rectangles(part)]
        assert any(same_corners(found, it, tolerance) for it in rectangles), (found, rectangles)


def same_corners(found: Found, rectangle: Any, tolerance: float) -> bool:
    """Whether corners are the same and in the same order, wherever and whichever way they begin."""
    ways = (rectangle, rectangle[::-1])
    turned = [np.roll(way, step, axis=0) for way in ways for step in range(4)]
    return any(np.allclose(found.corners, it, rtol=0, atol=tolerance) for it in turned)


@datasets(WITH_AREAS)
def test_areas_are_those_of_the_clipped_features(dataset: Dataset) -> None:
    for found, part in dataset.pairs:
        assert found.area == pytest.approx(part.area, abs=HUNDREDTH + 1e-6)


@datasets(BY_PYCOCOTOOLS)
def test_polygons_enclose_the_stated_area(dataset: Dataset) -> None:
    """Bridges enclose nothing, and holes wind against their polygon.

    So they stay open, too, where a reader fills by the non-zero rule.
    """
    for found, part in dataset.pairs:
        enclosed = sum(map(shoelace, found.polygons or []))
        assert enclosed == pytest.approx(found.area, abs=HUNDREDTH * (1 + part.perimeter))


def shoelace(polygon: Sequence[float]) -> float:
    x, y = np.array(polygon[::2]), np.array(polygon[1::2])
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


@datasets(BY_PYCOCOTOOLS)
def test_masks_have_the_stated_area(dataset: Dataset) -> None:
    for found, part in dataset.pairs:
        assert found.mask is not None
        assert found.mask.sum() == pytest.approx(found.area, abs=1 + part.perimeter / 4)


@datasets(BY_PYCOCOTOOLS)
def test_masks_reach_as_far_as_the_clipped_features(dataset: Dataset) -> None:
    for found, part in dataset.pairs:
        rows, columns = np.nonzero(covered(part.geometry, dataset.source.tile))
        left, top, width, height = found.mask_box or []
        assert left > part.box[0] - 0.6 and left + width < part.box[2] + 0.6
        assert top > part.box[1] - 0.6 and top + height < part.box[3] + 0.6
        if len(rows):
            expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            reached = [left, top, left + width, top + height]
            assert np.allclose(reached, expected, rtol=0, atol=1), (reached, expected)


@datasets(MASKED)
def test_masks_cover_the_clipped_features_but_for_their_edge(dataset: Dataset) -> None:
    edge, tile = MASK_EDGE[dataset.case.reader], dataset.source.tile
    for found, part in dataset.pairs:
        assert found.mask is not None
        missing = covered(part.geometry.Buffer(-edge, 4), tile) & ~found.mask
        strange = found.mask & ~covered(part.geometry.Buffer(edge, 4), tile)
        assert not missing.any()
        assert strange.sum() <= longest_bridges(dataset, part)


def longest_bridges(dataset: Dataset, part: Part) -> int:
    """Pixels that may be drawn between parts; bridges to holes do not leave the polygon."""
    if dataset.case.format_name == "COCO":
        return 0
    return (part.geometry.GetGeometryCount() - 1) * max(dataset.source.sides)


@datasets([it for it in MASKED if it.source == "drawings"])
def test_holes_are_left_open(dataset: Dataset) -> None:
    tile, inner = dataset.source.tile, []
    for found, part in dataset.pairs:
        assert found.mask is not None
        inner += [found.mask[covered(hole.Buffer(-2, 4), tile)] for hole in part.holes]
    assert len(inner) == 3 and not np.concatenate(inner).any()
