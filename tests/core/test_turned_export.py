"""Turned chips compared with what numpy, gdalwarp, gdal_rasterize and OGR make of the sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal, ogr

from chipwright.core.formats import FORMATS
from chipwright.core.request import Extent, Size

from .dataset_reading import (
    Box,
    accumulated,
    chips,
    contents,
    datasets,
    geotransform,
    kitti_boxes,
    layout_boxes,
    pixels,
    voc_boxes,
)
from .exporting import classes, export_chips, features, given_for, picture
from .made_sources import (
    LEFT,
    PIXEL,
    TOP,
    Row,
    box,
    features_file,
    noise_file,
    on_map,
    random_pixels,
    raster_file,
)
from .making import UTM

COLUMNS, ROWS = 96, 80
OBLONG, ODD, SQUARE = Size(24, 16), Size(15, 10), Size(16, 16)
STRIDE = Size(34, 31)
HUNDREDTH = 0.005 + 1e-6
"""Of a pixel: boxes are written with two decimals."""
LAYER: list[Row] = [
    (box(10.25, 8.5, 44.75, 21.5), {"classvalue": 1}),
    ("POLYGON ((40.3 20.2, 70 24, 60.5 60, 40.3 20.2))", {"classvalue": 2}),
    (
        "POLYGON ((5 40, 45 40, 45 78, 5 78, 5 40), (12 50, 30 50, 30 70, 12 70, 12 50))",
        {"classvalue": 3},
    ),
    ("POLYGON ((60 5, 95 2, 80 40, 60 5))", {"classvalue": 1}),
    (box(42, 44, 58, 60), {"classvalue": 2}),
    (box(70, 50, 86.5, 71.5), {"classvalue": 4}),
]
MASK = "POLYGON ((0 0, 70 0, 96 40, 60 80, 0 80, 0 0))"


class Sources(NamedTuple):
    image: Path
    labels: Path
    mask: Path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("sources")
    return Sources(
        noise_file(folder / "image.tif", COLUMNS, ROWS),
        features_file(folder / "labels.fgb", LAYER),
        features_file(folder / "mask.fgb", [(MASK, {})]),
    )


def exported(
    sources: Sources, folder: Path, metadata_format: str, angle: float, **settings: Any
) -> Path:
    given = given_for(metadata_format, features(sources.labels), sources.image)
    sizes = {"tile_size": OBLONG, "stride_size": STRIDE}
    wanted = {**sizes, "rotation_angle": angle, **given, **settings}
    export_chips(sources.image, folder, **wanted)
    return folder


def size(raster: Path) -> Size:
    opened = gdal.Open(str(raster))
    return Size(opened.RasterXSize, opened.RasterYSize)


def corners(raster: Path) -> NDArray[np.float64]:
    """Columns and rows of the image at the four corners of a chip, in turn."""
    x, x_column, x_row, y, y_column, y_row = geotransform(raster)
    at = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [size(raster).columns, size(raster).rows]
    xs, ys = x + at @ [x_column, x_row], y + at @ [y_column, y_row]
    return np.stack([(xs - LEFT) / PIXEL, (TOP - ys) / PIXEL], axis=1)


def quarters(raster: Path) -> int:
    """By how many quarters numpy must turn the image for a row of it to run as the chip's do."""
    _, x_column, _, _, y_column, _ = np.sign(geotransform(raster))
    return {(1, 0): 0, (0, -1): 1, (-1, 0): 2, (0, 1): 3}[(x_column, y_column)]


def turned(whole: NDArray[Any], raster: Path) -> NDArray[Any]:
    """What numpy makes of the part of the image (band, row, column) that a chip shows."""
    left, top = np.rint(corners(raster).min(axis=0)).astype(int)
    right, bottom = np.rint(corners(raster).max(axis=0)).astype(int)
    return np.rot90(whole[:, top:bottom, left:right], quarters(raster), axes=(1, 2))


def rasterized(sources: Sources, where: str = "") -> NDArray[Any]:
    """The class map of the whole image."""
    target = empty(geotransform(sources.image), Size(COLUMNS, ROWS), 1, gdal.GDT_Byte)
    gdal.Rasterize(target, str(sources.labels), attribute="classvalue", where=where)
    return target.ReadAsArray()[None]


def empty(at: tuple[float, ...], size: Size, bands: int, kind: int) -> gdal.Dataset:
    target = gdal.GetDriverByName("MEM").Create("", size.columns, size.rows, bands, kind)
    target.SetGeoTransform(at)
    target.SetProjection(UTM)
    return target


# quarter turns are permutations of pixels


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_images_of_every_metadata_format_are_those_that_numpy_turns(
    sources: Sources, tmp_path: Path, metadata_format: str
) -> None:
    folder = exported(sources, tmp_path, metadata_format, 90)
    assert_turned(sources, folder, OBLONG)


@pytest.mark.parametrize(
    ("chip_format", "tile"), [("TIFF", ODD), ("PNG", ODD), ("TIFF", SQUARE), ("TIFF", Size(1, 6))]
)
def test_images_of_every_shape_are_those_that_numpy_turns(
    sources: Sources, tmp_path: Path, chip_format: str, tile: Size
) -> None:
    settings = {"chip_format": chip_format, "tile_size": tile, "stride_size": Size(23, 18)}
    folder = exported(sources, tmp_path, "Export_Tiles", 90, **settings)
    assert_turned(sources, folder, tile)


def assert_turned(sources: Sources, folder: Path, tile: Size) -> None:
    whole, seen = pixels(sources.image), set()
    for chip in (chip for dataset in datasets(folder) for chip in chips(dataset)):
        seen.add(quarters(chip))
        assert size(chip) == tile
        assert np.array_equal(pixels(chip), turned(whole, chip)), chip.stem
    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize("metadata_format", ["Classified_Tiles", "Panoptic_Segmentation"])
@pytest.mark.parametrize("tile", [OBLONG, ODD], ids=["oblong", "odd"])
def test_class_maps_are_those_that_numpy_turns(
    sources: Sources, tmp_path: Path, metadata_format: str, tile: Size
) -> None:
    folder = exported(sources, tmp_path, metadata_format, 90, tile_size=tile)
    whole = rasterized(sources)
    for chip in chips(folder):
        assert np.array_equal(pixels(folder / "labels" / chip.name), turned(whole, chip)), chip.stem


@pytest.mark.parametrize(
    ("metadata_format", "inside"), [("RCNN_Masks", "labels"), ("Panoptic_Segmentation", "labels2")]
)
def test_masks_are_those_that_numpy_turns(
    sources: Sources, tmp_path: Path, metadata_format: str, inside: str
) -> None:
    folder = exported(sources, tmp_path, metadata_format, 90)
    masks = sorted(folder.glob(f"{inside}/*/*.tif"))
    wholes = {value: rasterized(sources, f"classvalue = {value}") for value in range(1, 5)}
    assert len(masks) > 20
    for mask in masks:
        found = pixels(mask).max(axis=0) > 0
        assert np.array_equal(found, turned(wholes[int(mask.parent.name)], mask)[0] > 0), mask.stem


@pytest.mark.parametrize("metadata_format", ["Classified_Tiles", "RCNN_Masks"])
def test_label_rasters_of_square_chips_are_turns_of_the_upright_ones(
    sources: Sources, tmp_path: Path, metadata_format: str
) -> None:
    """Single objects keep their numbers, too."""
    folder = exported(sources, tmp_path, metadata_format, 90, tile_size=SQUARE)
    count = len(chips(folder)) // 4
    for label in sorted((folder / "labels").rglob("*.tif")):
        turn, place = divmod(int(label.stem), count)
        upright = label.with_name(f"{place:09d}.tif")
        assert np.array_equal(pixels(label), np.rot90(pixels(upright), turn, (1, 2))), label.stem


def test_classified_rasters_are_those_that_numpy_turns(sources: Sources, tmp_path: Path) -> None:
    values = random_pixels((1, ROWS, COLUMNS)) % 5
    raster = raster_file(tmp_path / "classes.tif", values)
    settings = {"input_class_data": classes(raster), "tile_size": ODD}
    folder = exported(sources, tmp_path / "chips", "Classified_Tiles", 90, **settings)
    for chip in chips(folder):
        assert np.array_equal(pixels(folder / "labels" / chip.name), turned(values, chip))


def test_second_images_are_those_that_numpy_turns(sources: Sources, tmp_path: Path) -> None:
    values = random_pixels((2, ROWS, COLUMNS), "uint16")
    given = {"additional_input_raster": picture(raster_file(tmp_path / "second.tif", values))}
    folder = exported(sources, tmp_path / "chips", "Export_Tiles", 90, **given)
    for chip in chips(folder):
        assert np.array_equal(pixels(folder / "images2" / chip.name), turned(values, chip))


@pytest.mark.parametrize("fix_chip_size", [True, False], ids=["tiles", "cropped"])
def test_blackened_chips_are_those_that_numpy_turns(
    sources: Sources, tmp_path: Path, fix_chip_size: bool
) -> None:
    one = features_file(tmp_path / "one.fgb", LAYER[1:2])
    source = Sources(sources.image, one, sources.mask)
    settings = {"blacken_around_feature": True, "fix_chip_size": fix_chip_size}
    folder = exported(source, tmp_path / "chips", "Labeled_Tiles", 90, **settings)
    black = pixels(sources.image) * (rasterized(source) > 0).astype(np.uint8)
    assert len(chips(folder)) == 4
    for chip in chips(folder):
        assert np.array_equal(pixels(chip), turned(black, chip)), chip.stem


# other angles


KINDS = [
    ("uint8", 1),
    ("uint8", 3),
    ("uint8", 5),
    ("uint16", 4),
    ("int16", 2),
    ("int32", 1),
    ("float32", 3),
]


@pytest.mark.parametrize(("dtype", "bands"), KINDS)
def test_images_at_other_angles_are_what_gdalwarp_makes_of_them(
    tmp_path: Path, dtype: str, bands: int
) -> None:
    """By the rule of four neighbours; what lies half way between two numbers may go either way."""
    values = random_pixels((bands, ROWS, COLUMNS), dtype)
    image = raster_file(tmp_path / "image.tif", values)
    settings = {"tile_size": OBLONG, "stride_size": Size(30, 20), "rotation_angle": 80}
    export_chips(image, tmp_path / "chips", **settings)
    tolerance = 1e-5 if dtype == "float32" else 0.501 + 3e-7 * np.abs(values.astype(float)).max()
    turned_count = 0
    for chip in chips(tmp_path / "chips"):
        turned_count += geotransform(chip)[2] != 0
        differs = np.abs(pixels(chip).astype(np.float64) - warped(image, chip, bands))
        assert differs.max() <= tolerance, chip.stem
    assert turned_count > 10


@pytest.mark.parametrize("angle", [30, 40])
def test_images_with_gaps_are_what_gdalwarp_makes_of_them(tmp_path: Path, angle: float) -> None:
    """At 45 degrees some centres lie just between two pixels, and either may be the nearest."""
    values = random_pixels((2, ROWS, COLUMNS), "int16")
    values[:, 20:50, 30:60] = -32768
    values[:, ::9, ::7] = -32768
    image = raster_file(tmp_path / "image.tif", values, nodata=-32768)
    folder = tmp_path / "chips"
    export_chips(image, folder, tile_size=SQUARE, stride_size=STRIDE, rotation_angle=angle)
    for chip in chips(folder):
        expected, found = warped(image, chip, 2, -32768), pixels(chip).astype(np.float64)
        assert np.array_equal(found == -32768, expected == -32768), chip.stem
        assert np.abs(found - expected).max() <= 0.501, chip.stem


def warped(image: Path, chip: Path, bands: int, nodata: float | None = None) -> NDArray[Any]:
    """An image on the grid of a chip, in real numbers that GDAL does not round."""
    target = empty(geotransform(chip), size(chip), bands, gdal.GDT_Float64)
    options = ["XSCALE=1", "YSCALE=1", "SAMPLE_GRID=NO"]
    if nodata is not None:
        options.append("INIT_DEST=NO_DATA")
        for band in range(1, bands + 1):
            target.GetRasterBand(band).SetNoDataValue(nodata)
    gdal.Warp(target, str(image), resampleAlg="bilinear", errorThreshold=0, warpOptions=options)
    return target.ReadAsArray().reshape(bands, size(chip).rows, size(chip).columns)


def test_class_maps_at_other_angles_are_what_gdal_rasterizes(
    sources: Sources, tmp_path: Path
) -> None:
    """GDAL has a rule of its own for centres that lie just on an edge, so edges are crooked."""
    folder = exported(sources, tmp_path, "Classified_Tiles", 40)
    for chip in chips(folder):
        target = empty(geotransform(chip), OBLONG, 1, gdal.GDT_Byte)
        gdal.Rasterize(target, str(sources.labels), attribute="classvalue")
        assert np.array_equal(pixels(folder / "labels" / chip.name)[0], target.ReadAsArray())


def test_classified_rasters_at_other_angles_are_what_gdalwarp_makes_of_them(
    sources: Sources, tmp_path: Path
) -> None:
    raster = raster_file(tmp_path / "classes.tif", random_pixels((1, ROWS, COLUMNS)) % 5)
    settings = {"input_class_data": classes(raster), "stride_size": Size(25, 23)}
    folder = exported(sources, tmp_path / "chips", "Classified_Tiles", 40, **settings)
    for chip in chips(folder):
        target = empty(geotransform(chip), OBLONG, 1, gdal.GDT_Byte)
        gdal.Warp(target, str(raster), resampleAlg="near", errorThreshold=0)
        assert np.array_equal(pixels(folder / "labels" / chip.name)[0], target.ReadAsArray())


# where they lie


def polygon(points: NDArray[np.float64]) -> ogr.Geometry:
    ring = ", ".join(f"{x!r} {y!r}" for x, y in [*points.tolist(), points[0].tolist()])
    return ogr.CreateGeometryFromWkt(f"POLYGON (({ring}))")


def fitting(area: ogr.Geometry, tile: Size, stride: Size, angle: float) -> Iterator[ogr.Geometry]:
    """The turned tiles, in pixels, of all those of the upright grid that stay within an area."""
    sides = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [tile.columns / 2, tile.rows / 2]
    steps = np.arange(0, 360, angle)
    for turn in np.radians(steps).tolist():
        axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        for top in range(0, ROWS - tile.rows + 1, stride.rows):
            for left in range(0, COLUMNS - tile.columns + 1, stride.columns):
                middle = [left + tile.columns / 2, top + tile.rows / 2]
                found = polygon(sides @ axes + middle)
                if found.Difference(area).GetArea() < 1e-6:
                    yield found


@pytest.mark.parametrize(
    ("angle", "is_masked"), [(90, False), (100, False), (45, True), (30, True), (90, True)]
)
def test_all_that_stay_within_are_cut_and_no_others(
    sources: Sources, tmp_path: Path, angle: float, is_masked: bool
) -> None:
    stride = Size(16, 14)
    area = ogr.CreateGeometryFromWkt(MASK if is_masked else box(0, 0, COLUMNS, ROWS))
    mask = features(sources.mask) if is_masked else None
    settings = {"stride_size": stride, "input_mask_polygons": mask}
    folder = exported(sources, tmp_path, "Export_Tiles", angle, **settings)
    expected = [it.GetEnvelope() for it in fitting(area, OBLONG, stride, angle)]
    found = [polygon(corners(chip)).GetEnvelope() for chip in chips(folder)]
    assert len(found) == len(expected)
    assert np.allclose(found, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("angle", [90, 70])
@pytest.mark.parametrize("tile", [ODD, Size(17, 4)], ids=["odd", "flat"])
def test_no_chip_leaves_the_extent(
    sources: Sources, tmp_path: Path, angle: float, tile: Size
) -> None:
    """Quarter turns of tiles of odd sides are moved to the pixels, but not out of it."""
    sides = (LEFT + 10 * PIXEL, TOP - 63 * PIXEL, LEFT + 71 * PIXEL, TOP - 5 * PIXEL)
    settings = {"extent": Extent(*sides), "tile_size": tile, "stride_size": Size(7, 9)}
    folder = exported(sources, tmp_path, "Export_Tiles", angle, **settings)
    found = np.stack([corners(chip) for chip in chips(folder)])
    least, most = found.min(axis=(0, 1)), found.max(axis=(0, 1))
    assert (least >= np.array([10, 5]) - 1e-6).all()
    assert (most <= np.array([71, 63]) + 1e-6).all()


@pytest.mark.parametrize("metadata_format", ["Labeled_Tiles", "Imagenet"])
@pytest.mark.parametrize("fix_chip_size", [True, False], ids=["tiles", "cropped"])
@pytest.mark.parametrize("edge_policy", ["drop", "shift", "pad"])
def test_turned_chips_around_features_stay_on_the_image(
    sources: Sources, tmp_path: Path, metadata_format: str, fix_chip_size: bool, edge_policy: str
) -> None:
    settings = {
        "fix_chip_size": fix_chip_size,
        "edge_policy": edge_policy,
        "tile_size": Size(9, 30),
    }
    folder = exported(sources, tmp_path, metadata_format, 72, **settings)
    found = [corners(chip) for chip in chips(folder) if geotransform(chip)[2]]
    assert len(found) > 8
    assert np.min(found) >= -1e-5
    assert (np.max(found, axis=(0, 1)) <= np.array([COLUMNS, ROWS]) + 1e-5).all()


# what is in them


class Shape(NamedTuple):
    value: int
    area: ogr.Geometry
    """What of a feature is in a chip, in its pixels."""


def shapes_in(chip: Path) -> list[Shape]:
    """By OGR: each feature is taken to the pixels of a chip, then clipped to it."""
    there = size(chip)
    tile = ogr.CreateGeometryFromWkt(box(0, 0, there.columns, there.rows))
    x, x_column, x_row, y, y_column, y_row = geotransform(chip)
    axes = np.linalg.inv(np.array([[x_column, x_row], [y_column, y_row]]))
    found = []
    for wkt, attributes in LAYER:
        moved = ogr.CreateGeometryFromWkt(on_map(wkt))
        for ring in range(moved.GetGeometryCount()):
            vertices = np.array(moved.GetGeometryRef(ring).GetPoints())[:, :2]
            for at, vertex in enumerate(((vertices - [x, y]) @ axes.T).tolist()):
                moved.GetGeometryRef(ring).SetPoint_2D(at, *vertex)
        found.append(Shape(attributes["classvalue"], moved.Intersection(tile)))
    return [it for it in found if it.area.GetArea() > 1e-6]


def boxes_in(chip: Path) -> list[Box]:
    bounds = [(it.value, it.area.GetEnvelope()) for it in shapes_in(chip)]
    return [Box(value, left, top, right, bottom) for value, (left, right, top, bottom) in bounds]


BOXES: dict[str, Callable[[Path, Path], list[Box]]] = {
    "PASCAL_VOC_rectangles": lambda f, chip: voc_boxes(f / f"labels/{chip.stem}.xml"),
    "PASCAL_VOC_layout": lambda f, chip: layout_boxes(f / f"labels/{chip.stem}.xml"),
    "KITTI_rectangles": lambda f, chip: kitti_boxes(f / f"labels/{chip.stem}.txt"),
    "COCO": lambda f, chip: coco_boxes(f, chip),
    "YOLO": lambda f, chip: yolo_boxes(f, chip),
}


def coco_boxes(folder: Path, chip: Path) -> list[Box]:
    boxes = [(found["category_id"], *found["bbox"]) for found in coco_annotations(folder, chip)]
    return [Box(value, x, y, x + width, y + height) for value, x, y, width, height in boxes]


def coco_annotations(folder: Path, chip: Path) -> list[dict[str, Any]]:
    found = json.loads((folder / "annotations/instances_train.json").read_bytes())
    (image,) = (it["id"] for it in found["images"] if it["file_name"].endswith(chip.name))
    return [it for it in found["annotations"] if it["image_id"] == image]


def yolo_boxes(folder: Path, chip: Path) -> list[Box]:
    boxes = []
    for row in (folder / "labels/train" / f"{chip.stem}.txt").read_text("ascii").splitlines():
        index, x, y, width, height = map(float, row.split())
        x, width = x * size(chip).columns, width * size(chip).columns
        y, height = y * size(chip).rows, height * size(chip).rows
        edges = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        boxes.append(Box(int(index) + 1, *edges))
    return boxes


@pytest.mark.parametrize(
    ("metadata_format", "angle"),
    [*((name, 72) for name in BOXES), *(("KITTI_rectangles", angle) for angle in (90, 45, 30))],
)
def test_boxes_are_the_bounds_of_the_turned_and_clipped_geometry(
    sources: Sources, tmp_path: Path, metadata_format: str, angle: float
) -> None:
    folder = exported(sources, tmp_path, metadata_format, angle)
    count = 0
    for chip in chips(folder):
        found, expected = BOXES[metadata_format](folder, chip), boxes_in(chip)
        count += len(found)
        assert [it.value for it in found] == [it.value for it in expected], chip.stem
        assert np.allclose(found, expected, rtol=0, atol=2 * HUNDREDTH), chip.stem
    assert count > 30


@pytest.mark.parametrize("fix_chip_size", [True, False], ids=["tiles", "cropped"])
@pytest.mark.parametrize("angle", [90, 45, 100])
def test_the_box_of_a_turned_chip_around_a_feature_is_that_of_its_geometry(
    sources: Sources, tmp_path: Path, angle: float, fix_chip_size: bool
) -> None:
    settings = {"fix_chip_size": fix_chip_size}
    folder = exported(sources, tmp_path, "Labeled_Tiles", angle, **settings)
    assert any(geotransform(chip)[2] for chip in chips(folder))
    for chip in chips(folder):
        (found,) = voc_boxes(folder / f"labels/{chip.stem}.xml")
        nearest = [np.abs(np.array(found) - it).max() for it in boxes_in(chip)]
        assert min(nearest) <= HUNDREDTH, chip.stem


def test_coco_areas_are_those_of_the_turned_and_clipped_geometry(
    sources: Sources, tmp_path: Path
) -> None:
    folder = exported(sources, tmp_path, "COCO", 75)
    for chip in chips(folder):
        found = [it["area"] for it in coco_annotations(folder, chip)]
        expected = [it.area.GetArea() for it in shapes_in(chip)]
        assert found == pytest.approx(expected, abs=HUNDREDTH), chip.stem


def test_areas_of_classes_count_every_turned_chip(sources: Sources, tmp_path: Path) -> None:
    folder = exported(sources, tmp_path, "KITTI_rectangles", 110)
    found = accumulated(folder)["FeatureStats"]["FeatureAreaPerClass"]
    areas = [it for chip in chips(folder) for it in shapes_in(chip)]
    for value, summary in enumerate(found, start=1):
        expected = [it.area.GetArea() * PIXEL**2 for it in areas if it.value == value]
        assert summary["Count"] == len(expected)
        assert summary["Sum"] == pytest.approx(sum(expected), rel=1e-6)


def test_the_overlap_ratio_is_that_of_the_turned_geometry(sources: Sources, tmp_path: Path) -> None:
    ratio = 0.35
    settings = {"min_polygon_overlap_ratio": ratio, "stride_size": Size(20, 16)}
    folder = exported(sources, tmp_path, "KITTI_rectangles", 100, **settings)
    whole = [ogr.CreateGeometryFromWkt(wkt).GetArea() for wkt, _ in LAYER]
    for chip in chips(folder):
        found = [it.value for it in kitti_boxes(folder / f"labels/{chip.stem}.txt")]
        parts = shares_in(chip, whole)
        assert found == [value for value, share in parts if share >= ratio], chip.stem


def shares_in(chip: Path, whole: list[float]) -> list[tuple[int, float]]:
    """Class and share of every feature that is in a chip."""
    found = []
    for (wkt, attributes), area in zip(LAYER, whole):
        part = ogr.CreateGeometryFromWkt(wkt).Intersection(polygon(corners(chip)))
        found.append((attributes["classvalue"], part.GetArea() / area))
    return found


# however it is worked on


@pytest.mark.parametrize(
    "metadata_format", ["Classified_Tiles", "RCNN_Masks", "Labeled_Tiles", "YOLO_OBB"]
)
def test_one_worker_writes_what_four_write(
    sources: Sources, tmp_path: Path, metadata_format: str
) -> None:
    folders = [
        exported(
            sources, tmp_path / workers, metadata_format, 70, parallel_processing_factor=workers
        )
        for workers in "14"
    ]
    assert contents(folders[0]) == contents(folders[1])
