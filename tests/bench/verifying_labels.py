"""Whether the labels of a measured export are right, by the rules of its format."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, ogr

from .label_oracle import CLASS_FIELD, NOTHING, Box, Features, bounds_of, footprint

HUNDREDTH = 0.005 + 1e-6
"""Of a pixel: boxes are written with two decimals."""


def _check_class_maps(labels: Path, folder: Path, chips: Sequence[Path]) -> None:
    features = Features(labels)
    for path in chips:
        found = gdal.Open(str(folder / "labels" / path.name))
        if not np.array_equal(found.ReadAsArray(), features.class_map(found)):
            raise AssertionError(f"the class map of {path} is not what GDAL burns")


def _check_masks(labels: Path, folder: Path, chips: Sequence[Path]) -> None:
    features, names = Features(labels), class_names(folder)
    for path in chips:
        chip = gdal.Open(str(path))
        for value, name in names.items():
            expected = features.shapes_of(chip, value)
            mask = folder / "labels" / name / path.name
            if not (_is_mask_of(mask, expected) if expected else not mask.exists()):
                raise AssertionError(f"{mask} is not what GDAL burns")


def _is_mask_of(path: Path, shapes: Sequence[NDArray[np.bool_]]) -> bool:
    """Whether each feature has its number, in the order of the features, at all its pixels."""
    found = gdal.Open(str(path)).ReadAsArray()
    planes = found.reshape(-1, *found.shape[-2:])
    return int(planes.max()) == len(shapes) and all(
        np.array_equal((planes == number).any(axis=0), shape)
        for number, shape in enumerate(shapes, start=1)
    )


def _check_boxes(labels: Path, folder: Path, chips: Sequence[Path]) -> None:
    features = Features(labels)
    for path in chips:
        found = _boxes_in(_label_of(folder, path))
        expected = features.boxes(gdal.Open(str(path)))
        if not _same_boxes(found, expected):
            raise AssertionError(f"the boxes of {path} are not those of the clipped polygons")


def _check_own_boxes(labels: Path, folder: Path, chips: Sequence[Path]) -> None:
    """Each chip is labelled with one feature, which lies in its middle."""
    features = Features(labels)
    for path in chips:
        chip = gdal.Open(str(path))
        found = _boxes_in(_label_of(folder, path))
        expected = [box for box in features.boxes(chip) if _same_boxes(found, [box])]
        if not any(_is_in_the_middle(box, chip) for box in expected):
            raise AssertionError(f"the label of {path} is not the polygon in its middle")


def _is_in_the_middle(box: Box, chip: gdal.Dataset) -> bool:
    """To a pixel: chips lie on the pixels of the image."""
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    size = chip.RasterXSize / 2, chip.RasterYSize / 2
    return bool(np.allclose(middle, size, rtol=0, atol=1.01))


def _label_of(folder: Path, chip: Path) -> Path:
    return folder / "labels" / f"{chip.stem}.xml"


def _boxes_in(path: Path) -> list[Box]:
    names = ("xmin", "ymin", "xmax", "ymax")
    return [
        Box(int(it.findtext("name", "")), *(float(it.findtext(f"bndbox/{n}", "")) for n in names))
        for it in ET.parse(path).iter("object")
    ]


def _same_boxes(found: Sequence[Box], expected: Sequence[Box]) -> bool:
    return len(found) == len(expected) and all(map(_is_same_box, found, expected))


def _is_same_box(found: Box, expected: Box) -> bool:
    """Sides that would be empty as they are written are widened to a hundredth of a pixel."""
    size = expected.right - expected.left, expected.bottom - expected.top
    across, down = (0.01 * (side < 0.01) + HUNDREDTH for side in size)
    off = np.abs(np.subtract(found, expected)).tolist()
    return all(each <= most for each, most in zip(off, (0.0, across, down, across, down)))


def _check_areas(labels: Path, folder: Path, _: Sequence[Path]) -> None:
    """Areas of the features of all chips, as the dataset sums them up by class."""
    stats = json.loads((folder / "esri_accumulated_stats.json").read_bytes())
    values = [it["ClassValue"] for it in stats["Classes"]]
    expected = _areas(labels, sorted((folder / "images").iterdir()))
    for value, found in zip(values, stats["FeatureStats"]["FeatureAreaPerClass"]):
        areas = expected[value]
        sums = [len(areas), sum(areas), min(areas), max(areas)]
        if not np.allclose([found[key] for key in ("Count", "Sum", "Min", "Max")], sums, rtol=1e-6):
            raise AssertionError(f"{folder}: the areas of class {value} are not those of OGR")


def _areas(labels: Path, chips: Sequence[Path]) -> Mapping[int, list[float]]:
    """Area on each chip of each feature, by class."""
    areas: dict[int, list[float]] = {}
    opened = ogr.Open(str(labels))
    layer = opened.GetLayer(0)
    for chip in map(gdal.Open, map(str, chips)):
        for value, area in _areas_on(layer, chip):
            areas.setdefault(value, []).append(area)
    return areas


def _areas_on(layer: ogr.Layer, chip: gdal.Dataset) -> Iterator[tuple[int, float]]:
    left, bottom, right, top = bounds_of(chip)
    area = footprint(chip)
    layer.SetSpatialFilterRect(left, bottom, right, top)
    for feature in layer:
        geometry = feature.GetGeometryRef()
        west, east, south, north = geometry.GetEnvelope()
        if not (left <= west and east <= right and bottom <= south and north <= top):
            geometry = geometry.Intersection(area)
        if geometry.GetArea() > NOTHING:
            yield feature[CLASS_FIELD], geometry.GetArea()


def class_names(folder: Path) -> dict[int, str]:
    """Names of the classes of a dataset, by value."""
    definition = json.loads((folder / "esri_model_definition.emd").read_bytes())
    return {it["Value"]: it["Name"] for it in definition["Classes"]}


Check = Callable[[Path, Path, Sequence[Path]], None]
"""Of the labels of a scene, a dataset, and some of its chips. Raises AssertionError."""
CHECKS: Mapping[str, Sequence[Check]] = {
    "Classified_Tiles": (_check_class_maps,),
    "RCNN_Masks": (_check_masks,),
    "PASCAL_VOC_rectangles": (_check_boxes, _check_areas),
    "Labeled_Tiles": (_check_own_boxes,),
}
