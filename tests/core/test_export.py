"""What each parameter does to a dataset, and what an export says and leaves behind."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core import feature_places, plan
from chipwright.core.chip_format import Placement
from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Extent, FeatureSource, Size
from chipwright.core.request_choices import CHIP_FORMATS
from chipwright.tests.scenes import Scene, class_raster

from .dataset_reading import (
    Box,
    accumulated,
    chips,
    contents,
    definition,
    kitti_boxes,
    map_entries,
    masks,
    pixels,
    positions,
)
from .exporting import (
    Listener,
    chip_request,
    classes,
    export_chips,
    features,
    given_for,
)
from .made_sources import (
    DEGREES,
    LEFT,
    PIXEL,
    TOP,
    WEB_MERCATOR,
    Row,
    box,
    features_file,
    noise_file,
    on_map,
    random_pixels,
    raster_file,
)
from .making import crs, gdal_raising, geometry

COLUMNS, ROWS = 256, 192
"""Of the image: 4 × 3 chips."""
ALL = [(left, top) for top in (0, 64, 128) for left in (0, 64, 128, 192)]
LABELLED = [name for name, it in FORMATS.items() if it.needs_labels]
PER_FEATURE = [name for name, it in FORMATS.items() if it.placement is Placement.PER_FEATURE]
LABELLED_ON_THE_GRID = [name for name in LABELLED if name not in PER_FEATURE]
ROOF: Row = (box(10, 10, 30, 30), {"value": 1})
TREE: Row = (box(100, 70, 110, 90), {"value": 2})

Cut = Callable[..., Path]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return noise_file(tmp_path / "image.tif", COLUMNS, ROWS)


@pytest.fixture
def cut(image: Path, tmp_path: Path) -> Cut:
    """Exports and returns the folder of the dataset."""

    def write(rows: Optional[list[Row]] = None, **settings: Any) -> Path:
        if rows is not None:
            layer = features(features_file(tmp_path / "labels.gpkg", rows))
            kind = settings.get("metadata_format", "KITTI_rectangles")
            settings = {"input_class_data": layer, **given_for(kind, layer, image), **settings}
        export_chips(image, tmp_path / "chips", **settings)
        return tmp_path / "chips"

    return write


def boxes(folder: Path, number: int) -> list[Box]:
    return kitti_boxes(folder / f"labels/{number:09d}.txt")


def class_map(folder: Path, number: int) -> NDArray[Any]:
    return pixels(folder / f"labels/{number:09d}.tif")[0]


def first_chip(folder: Path) -> NDArray[Any]:
    return pixels(chips(folder)[0])


# tileSize and strideSize


def test_chips_have_the_size_that_is_asked_for(cut: Cut) -> None:
    folder = cut(tile_size=Size(96, 32))
    assert {pixels(path).shape for path in chips(folder)} == {(3, 32, 96)}


def test_the_size_is_told_to_the_trainer(cut: Cut) -> None:
    found = definition(cut(tile_size=Size(96, 32)))
    assert (found["ImageWidth"], found["ImageHeight"]) == (96, 32)


def test_only_whole_chips_are_cut(cut: Cut) -> None:
    assert positions(cut(tile_size=Size(100, 100))) == [(0, 0), (100, 0)]


def test_a_chip_may_be_the_whole_image(cut: Cut) -> None:
    assert positions(cut(tile_size=Size(COLUMNS, ROWS))) == [(0, 0)]


@pytest.mark.parametrize(
    ("stride", "lefts", "tops"),
    [
        (Size(0, 0), (0, 64, 128, 192), (0, 64, 128)),
        (Size(0, 128), (0, 64, 128, 192), (0, 128)),
        (Size(100, 0), (0, 100), (0, 64, 128)),
        (Size(192, 128), (0, 192), (0, 128)),
        (Size(1000, 50), (0,), (0, 50, 100)),
    ],
    ids=str,
)
def test_the_stride_is_the_step_from_chip_to_chip(
    cut: Cut, stride: Size, lefts: tuple[int, ...], tops: tuple[int, ...]
) -> None:
    assert positions(cut(stride_size=stride)) == [(left, top) for top in tops for left in lefts]


# cellSize, extent


@pytest.mark.parametrize(("cell_size", "count"), [(1.0, 2), (0.25, 48), (0.7, 4), (None, 12)])
def test_the_cell_size_decides_how_many_chips_there_are(
    cut: Cut, cell_size: Optional[float], count: int
) -> None:
    assert len(chips(cut(cell_size=cell_size))) == count


@pytest.mark.parametrize("cell_size", [1.0, 0.25])
def test_the_cell_size_is_told_to_the_trainer(cut: Cut, cell_size: float) -> None:
    found = definition(cut(cell_size=cell_size))["MinCellSize"]
    assert (found["x"], found["y"]) == pytest.approx((cell_size, cell_size))


@pytest.mark.parametrize("epsg", [32633, DEGREES, WEB_MERCATOR])
def test_an_extent_in_any_system_is_widened_to_whole_pixels(cut: Cut, epsg: int) -> None:
    drawn = geometry(on_map(box(40.4, 30.6, 168.5, 94.5), epsg))
    left, right, bottom, top = drawn.GetEnvelope()
    found = positions(cut(extent=Extent(left, bottom, right, top, crs(epsg))))
    assert found == [(40, 30), (104, 30)]


def test_an_extent_on_pixel_edges_is_not_widened(cut: Cut) -> None:
    extent = Extent(LEFT + 20 * PIXEL, TOP - 94 * PIXEL, LEFT + 84 * PIXEL, TOP - 30 * PIXEL)
    assert positions(cut(extent=extent)) == [(20, 30)]


def test_an_extent_beyond_the_image_ends_at_the_image(cut: Cut) -> None:
    extent = Extent(LEFT - 1000, TOP - 100 * PIXEL, LEFT + 130 * PIXEL, TOP + 1000)
    assert positions(cut(extent=extent)) == [(0, 0), (64, 0)]


# bands, no-data, chipFormat


@pytest.mark.parametrize("bands", [(3, 1), (2,), (3, 2, 1), (1, 1, 2)])
def test_bands_are_those_asked_for_in_that_order(
    cut: Cut, image: Path, bands: tuple[int, ...]
) -> None:
    expected = pixels(image)[[band - 1 for band in bands], :64, :64]
    assert np.array_equal(first_chip(cut(bands=bands)), expected)


@pytest.mark.parametrize("bands", [(3, 1), (3, 2, 1)])
def test_bands_are_in_that_order_in_a_resampled_image_too(
    cut: Cut, image: Path, bands: tuple[int, ...]
) -> None:
    whole = gdal.Translate("", str(image), format="MEM", xRes=1, yRes=1, resampleAlg="average")
    expected = whole.ReadAsArray()[[band - 1 for band in bands], :64, :64]
    assert np.array_equal(first_chip(cut(bands=bands, cell_size=1.0)), expected)


def test_statistics_are_of_the_bands_asked_for(cut: Cut, image: Path) -> None:
    means = [band["Mean"] for band in definition(cut(bands=(3, 1)))["AllTilesStats"]]
    assert means == pytest.approx([pixels(image)[2].mean(), pixels(image)[0].mean()])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("chip_format", ["TIFF", "MRF"])
def test_chips_keep_the_type_of_the_image(tmp_path: Path, dtype: str, chip_format: str) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64, bands=4, dtype=dtype)
    export_chips(image, tmp_path / "chips", chip_format=chip_format)
    found = first_chip(tmp_path / "chips")
    assert found.dtype == dtype and np.array_equal(found, pixels(image))


@pytest.mark.parametrize("bands", [1, 3])
def test_png_chips_keep_16_bits(tmp_path: Path, bands: int) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64, bands=bands, dtype="uint16")
    export_chips(image, tmp_path / "chips", chip_format="PNG")
    assert np.array_equal(first_chip(tmp_path / "chips"), pixels(image))


@pytest.mark.parametrize("tile", [Size(1, 1), Size(1, 50), Size(50, 1), Size(13, 7)], ids=str)
@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "MRF"])
def test_chips_may_have_any_size(cut: Cut, image: Path, tile: Size, chip_format: str) -> None:
    folder = cut(chip_format=chip_format, tile_size=tile, stride_size=Size(90, 90))
    expected = pixels(image)[:, : tile.rows, 90 : 90 + tile.columns]
    assert np.array_equal(pixels(chips(folder)[1]), expected)


@pytest.mark.parametrize("chip_format", ["TIFF", "MRF"])
def test_chips_carry_the_no_data_value(tmp_path: Path, chip_format: str) -> None:
    image = raster_file(tmp_path / "image.tif", random_pixels((2, 64, 64)), nodata=7)
    export_chips(image, tmp_path / "chips", chip_format=chip_format)
    chip = gdal.Open(str(chips(tmp_path / "chips")[0]))
    assert [chip.GetRasterBand(band).GetNoDataValue() for band in (1, 2)] == [7, 7]


def test_chips_of_nothing_but_no_data_are_left_out(tmp_path: Path) -> None:
    values = random_pixels((1, ROWS, COLUMNS)).clip(1)
    values[:, :128, :128] = 0
    values[:, 5, 5] = 1
    image = raster_file(tmp_path / "image.tif", values, nodata=0)
    export_chips(image, tmp_path / "chips")
    assert positions(tmp_path / "chips") == [
        at for at in ALL if at not in [(64, 0), (0, 64), (64, 64)]
    ]


def test_numbers_have_no_gap_where_chips_are_left_out(tmp_path: Path) -> None:
    values = random_pixels((1, ROWS, COLUMNS)).clip(1)
    values[:, :64, :64] = 0
    image = raster_file(tmp_path / "image.tif", values, nodata=0)
    export_chips(image, tmp_path / "chips")
    assert [path.stem for path in chips(tmp_path / "chips")] == [f"{n:09d}" for n in range(11)]


def test_an_infinite_pixel_is_written_and_counted_nowhere(tmp_path: Path) -> None:
    values = np.ones((1, 64, 64), np.float32)
    values[0, 3, 3] = np.inf
    export_chips(raster_file(tmp_path / "image.tif", values), tmp_path / "chips")
    assert np.isinf(first_chip(tmp_path / "chips")[0, 3, 3])
    assert accumulated(tmp_path / "chips")["BandStatsState"][0]["Max"] == 1


def test_an_image_that_lies_nowhere_gives_chips_that_lie_nowhere(tmp_path: Path) -> None:
    """As those of gdal_translate; a position that is made up would be taken for a real one."""
    image = tmp_path / "image.png"
    gdal.Translate(str(image), str(noise_file(tmp_path / "a.tif", 128, 64)), noData="none")
    for sidecar in tmp_path.glob("image.png.*"):
        sidecar.unlink()
    export_chips(image, tmp_path / "chips")
    found = [gdal.Open(str(path)) for path in chips(tmp_path / "chips")]
    assert [chip.GetGeoTransform(can_return_null=True) for chip in found] == [None, None]


TURNED = (LEFT, 0.4, 0.3, TOP, 0.3, -0.4)


@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG"])
def test_chips_of_a_turned_image_are_turned(tmp_path: Path, chip_format: str) -> None:
    image = raster_file(tmp_path / "image.tif", random_pixels((3, 64, 128)), TURNED)
    export_chips(image, tmp_path / "chips", chip_format=chip_format)
    chip = gdal.Open(str(chips(tmp_path / "chips")[1]))
    window = gdal.Translate("", str(image), format="VRT", srcWin=(64, 0, 64, 64))
    assert chip.GetGeoTransform() == pytest.approx(window.GetGeoTransform(), rel=1e-12)


def test_labels_of_a_turned_image_are_turned(tmp_path: Path) -> None:
    image = raster_file(tmp_path / "image.tif", random_pixels((1, 64, 64)), TURNED)
    corners = [(10, 20), (10, 40), (30, 40), (30, 20), (10, 20)]
    drawn = ", ".join(
        f"{(0.4 * x + 0.3 * y) / PIXEL:.9f} {(-0.3 * x + 0.4 * y) / PIXEL:.9f}" for x, y in corners
    )
    layer = features_file(tmp_path / "labels.gpkg", [(f"POLYGON (({drawn}))", {"value": 1})])
    labels = {"metadata_format": "KITTI_rectangles", "input_class_data": features(layer)}
    export_chips(image, tmp_path / "chips", **labels)
    assert boxes(tmp_path / "chips", 0) == [Box(1, 10, 20, 30, 40)]


# metadataFormat and its labels


def test_images_without_labels_have_no_labels_folder(cut: Cut) -> None:
    assert not (cut([ROOF], metadata_format="Export_Tiles") / "labels").exists()


@pytest.mark.parametrize("metadata_format", LABELLED_ON_THE_GRID)
def test_a_strip_without_features_is_cut_too(tmp_path: Path, metadata_format: str) -> None:
    image = noise_file(tmp_path / "image.tif", 32, 512)
    layer = features_file(tmp_path / "labels.gpkg", [(box(2, 500, 9, 509), {"value": 1})])
    settings = given_for(metadata_format, features(layer), image)
    manifest = export(chip_request(image, tmp_path / "chips", tile_size=Size(32, 32), **settings))
    count = 1 if FORMATS[metadata_format].only_labeled else 16
    assert (manifest.chip_count, manifest.labeled_count) == (count, 1)


@pytest.mark.parametrize("metadata_format", ["KITTI_rectangles", "PASCAL_VOC_rectangles"])
def test_boxes_at_the_edges_of_the_image_have_no_minus_sign(cut: Cut, metadata_format: str) -> None:
    folder = cut([(box(0, 0, COLUMNS, ROWS), {})], metadata_format=metadata_format)
    texts = [path.read_text("utf-8").replace('"utf-8"', "") for path in folder.glob("labels/*")]
    assert [text for text in texts if "-" in text] == []


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_how_much_is_read_at_a_time_changes_no_chip(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metadata_format: str
) -> None:
    settings = given_for(metadata_format, features(scene.labels), scene.image)
    settings = {**settings, "stride_size": Size(70, 100)}
    export_chips(scene.image, tmp_path / "at once", **settings)
    monkeypatch.setattr(plan, "STRIP_BYTES", 60_000)
    monkeypatch.setattr(feature_places, "TOGETHER", 3)
    export_chips(scene.image, tmp_path / "little by little", **settings)
    assert chip_files(tmp_path / "little by little") == chip_files(tmp_path / "at once")


def chip_files(folder: Path) -> dict[str, bytes]:
    return {path: it for path, it in contents(folder).items() if "esri_" not in path}


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_a_gdal_that_raises_exceptions_writes_the_same(
    scene: Scene, tmp_path: Path, metadata_format: str
) -> None:
    """Other plugins may have switched them on for the whole of QGIS."""
    settings = given_for(metadata_format, features(scene.labels), scene.image)
    export_chips(scene.image, tmp_path / "quiet", **settings)
    with gdal_raising(True):
        export_chips(scene.image, tmp_path / "raising", **settings)
    assert contents(tmp_path / "raising") == contents(tmp_path / "quiet")


# classValueField, names and colours


def described(folder: Path) -> list[tuple[int, str, list[int]]]:
    """Value, name and colour of the classes."""
    return [tuple(entry.values()) for entry in definition(folder)["Classes"]]  # type: ignore[misc]


UNKNOWN = [-1, -1, -1]


def test_a_field_of_whole_numbers_is_the_class_value(cut: Cut) -> None:
    rows = [(ROOF[0], {"kind": 300}), (TREE[0], {"kind": 7})]
    folder = cut(rows, class_value_field="kind")
    assert described(folder) == [(7, "7", UNKNOWN), (300, "300", UNKNOWN)]


def test_a_field_of_texts_is_numbered_in_sorted_order(cut: Cut) -> None:
    rows = [(ROOF[0], {"kind": "tree"}), (TREE[0], {"kind": "roof"})]
    folder = cut(rows, class_value_field="kind")
    assert described(folder) == [(1, "roof", UNKNOWN), (2, "tree", UNKNOWN)]


def test_texts_are_numbered_over_the_whole_layer(cut: Cut) -> None:
    rows = [(ROOF[0], {"kind": "tree"}), (box(9000, 0, 9100, 100), {"kind": "roof"})]
    assert described(cut(rows, class_value_field="kind")) == [(2, "tree", UNKNOWN)]


def test_a_field_of_texts_that_are_whole_numbers_is_the_class_value(cut: Cut) -> None:
    rows = [(ROOF[0], {"kind": "12"}), (TREE[0], {"kind": "3"})]
    folder = cut(rows, class_value_field="kind")
    assert described(folder) == [(3, "3", UNKNOWN), (12, "12", UNKNOWN)]


def test_a_text_of_digits_among_other_texts_is_a_name(cut: Cut) -> None:
    rows = [(ROOF[0], {"kind": "zone"}), (TREE[0], {"kind": "7"})]
    folder = cut(rows, class_value_field="kind")
    assert described(folder) == [(1, "7", UNKNOWN), (2, "zone", UNKNOWN)]


@pytest.mark.parametrize("field", ["value", "Value", "CLASSVALUE", "Class Value"])
def test_without_a_field_the_usual_one_is_looked_for(cut: Cut, field: str) -> None:
    assert described(cut([(ROOF[0], {field: 4})])) == [(4, "4", UNKNOWN)]


def test_without_any_field_all_features_are_of_one_class(cut: Cut) -> None:
    rows = [(ROOF[0], {"species": "oak"}), (TREE[0], {"species": "ash"})]
    assert described(cut(rows)) == [(1, "1", UNKNOWN)]


def test_names_and_colors_come_from_the_fields_of_the_samples_manager(cut: Cut) -> None:
    look = {"classname": "Dächer", "RED": 250, "GREEN": 10, "BLUE": 0}
    assert described(cut([(ROOF[0], {"classvalue": 4, **look})])) == [(4, "Dächer", [250, 10, 0])]


def test_names_and_colors_of_a_class_raster_come_from_its_tables(
    scene: Scene, tmp_path: Path
) -> None:
    raster = class_raster(scene, tmp_path / "classes.tif")
    settings = {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}
    export_chips(scene.image, tmp_path / "chips", **settings)
    assert described(tmp_path / "chips")[:2] == [
        (1, "house", [255, 86, 72]),
        (2, "hall", [72, 148, 255]),
    ]


@pytest.mark.parametrize(("value", "dtype"), [(255, "uint8"), (256, "uint16"), (70_000, "uint32")])
def test_class_maps_are_as_wide_as_their_values(cut: Cut, value: int, dtype: str) -> None:
    folder = cut([ROOF, (TREE[0], {"value": value})], metadata_format="Classified_Tiles")
    assert class_map(folder, 0).dtype == dtype
    assert class_map(folder, 5).max() == value


def test_class_names_are_folders_of_masks(cut: Cut) -> None:
    rows = [(ROOF[0], {"value": 1, "classname": "roof: flat/steep."})]
    folder = cut(rows, metadata_format="RCNN_Masks")
    assert [path.name for path in (folder / "labels").iterdir()] == ["roof__flat_steep_"]


def test_masks_of_many_instances_are_wider(cut: Cut) -> None:
    corners = [(x, y) for y in range(0, 60, 3) for x in range(0, 60, 3)]
    rows = [(box(x, y, x + 2, y + 2), {}) for x, y in corners]
    mask = masks(cut(rows, metadata_format="RCNN_Masks"), "1", "000000000")
    assert mask.dtype == np.uint16
    assert np.unique(mask).tolist() == list(range(401))


def test_features_without_a_class_are_no_labels(cut: Cut) -> None:
    assert boxes(cut([ROOF, (box(40, 40, 50, 50), {})]), 0) == [Box(1, 10, 10, 30, 30)]


def test_a_layer_is_found_by_its_name(cut: Cut, tmp_path: Path) -> None:
    layer = FeatureSource(str(features_file(tmp_path / "drawn.gpkg", [ROOF])), "labels")
    folder = cut(metadata_format="KITTI_rectangles", input_class_data=layer)
    assert boxes(folder, 0) == [Box(1, 10, 10, 30, 30)]


# bufferRadius


@pytest.mark.parametrize(
    "wkt", ["POINT (32 20)", "MULTIPOINT (32 20, 32 20.001)", "LINESTRING (32 20, 32 20.001)"]
)
def test_points_and_lines_are_buffered(cut: Cut, wkt: str) -> None:
    """5 metres are 10 pixels."""
    (found,) = boxes(cut([(wkt, {})], buffer_radius=5.0), 0)
    assert found == pytest.approx((1, 22, 10, 42, 30), abs=0.011)


def test_a_buffered_point_is_a_circle(cut: Cut) -> None:
    folder = cut([("POINT (32 20)", {})], buffer_radius=5.0, metadata_format="Classified_Tiles")
    assert class_map(folder, 0).sum() == pytest.approx(math.pi * 10**2, rel=0.02)


def test_polygons_grow_by_the_radius(cut: Cut) -> None:
    (found,) = boxes(cut([ROOF], buffer_radius=1.0), 0)
    assert found == pytest.approx((1, 8, 8, 32, 32), abs=0.011)


def test_what_lies_beside_the_image_reaches_into_it_when_it_is_buffered(cut: Cut) -> None:
    (found,) = boxes(cut([("POINT (0 20)", {})], buffer_radius=5.0), 0)
    assert found == pytest.approx((1, 0, 10, 10, 30), abs=0.011)


# inputMaskPolygons


def masked(cut: Cut, tmp_path: Path, *wkts: str, epsg: int = 32633) -> list[tuple[float, float]]:
    layer = features_file(tmp_path / "mask.gpkg", [(wkt, {}) for wkt in wkts], epsg)
    return positions(cut(input_mask_polygons=features(layer)))


def test_only_chips_within_the_mask_are_cut(cut: Cut, tmp_path: Path) -> None:
    assert masked(cut, tmp_path, box(60, 0, 200, 130)) == [(64, 0), (128, 0), (64, 64), (128, 64)]


def test_chips_that_touch_the_edge_of_the_mask_from_inside_are_cut(
    cut: Cut, tmp_path: Path
) -> None:
    assert masked(cut, tmp_path, box(64, 0, 192, 64)) == [(64, 0), (128, 0)]


def test_a_seam_between_mask_polygons_drops_no_chip(cut: Cut, tmp_path: Path) -> None:
    halves = [box(0, 0, 90, 64), box(90, 0, 192, 64)]
    assert masked(cut, tmp_path, *halves) == [(0, 0), (64, 0), (128, 0)]


def test_a_seam_between_mask_polygons_of_another_system_drops_no_chip(
    cut: Cut, tmp_path: Path
) -> None:
    halves = [box(-1, -1, 90, 66), box(90, -1, 194, 66)]
    assert masked(cut, tmp_path, *halves, epsg=DEGREES) == [(0, 0), (64, 0), (128, 0)]


def test_a_hole_in_the_mask_drops_the_chips_it_reaches_into(cut: Cut, tmp_path: Path) -> None:
    ring = box(0, 0, 256, 64)[:-1] + ", (70 10, 80 10, 80 20, 70 20, 70 10))"
    assert masked(cut, tmp_path, ring) == [(0, 0), (128, 0), (192, 0)]


# minPolygonOverlapRatio

BELOW: Row = (box(50, 10, 64, 40), {"value": 1})
ACROSS: Row = (box(56, 20, 76, 30), {"value": 2})
"""8 of its 20 columns lie in chip 0, the other 12 in chip 1."""


@pytest.mark.parametrize(
    ("ratio", "left", "right"),
    [(0.0, 1, 1), (0.4, 1, 1), (0.5, 0, 1), (0.6, 0, 1), (0.61, 0, 0), (1.0, 0, 0)],
)
def test_boxes_of_too_small_a_part_are_left_out(
    cut: Cut, ratio: float, left: int, right: int
) -> None:
    folder = cut([ACROSS], min_polygon_overlap_ratio=ratio)
    assert (len(boxes(folder, 0)), len(boxes(folder, 1))) == (left, right)


def test_features_wholly_in_a_chip_are_kept_at_the_highest_ratio(cut: Cut) -> None:
    assert boxes(cut([ROOF], min_polygon_overlap_ratio=1.0), 0) == [Box(1, 10, 10, 30, 30)]


def test_what_lies_below_a_left_out_part_shows_in_the_class_map(cut: Cut) -> None:
    settings = {"metadata_format": "Classified_Tiles", "min_polygon_overlap_ratio": 0.5}
    folder = cut([BELOW, ACROSS], **settings)
    expected = np.zeros((64, 64), np.uint8)
    expected[10:40, 50:] = 1
    assert np.array_equal(class_map(folder, 0), expected)


def test_a_part_that_is_large_enough_covers_what_lies_below(cut: Cut) -> None:
    settings = {"metadata_format": "Classified_Tiles", "min_polygon_overlap_ratio": 0.5}
    folder = cut([(box(64, 15, 70, 40), {"value": 1}), ACROSS], **settings)
    expected = np.zeros((64, 64), np.uint8)
    expected[15:40, :6] = 1
    expected[20:30, :12] = 2
    assert np.array_equal(class_map(folder, 1), expected)


def test_a_left_out_part_has_no_mask(cut: Cut) -> None:
    settings = {"metadata_format": "RCNN_Masks", "min_polygon_overlap_ratio": 0.5}
    folder = cut([BELOW, ACROSS], **settings)
    found = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("labels/*/*"))]
    assert found == ["labels/1/000000000.tif", "labels/2/000000001.tif"]


def test_a_left_out_part_takes_no_pixel_from_other_masks(cut: Cut) -> None:
    settings = {"metadata_format": "RCNN_Masks", "min_polygon_overlap_ratio": 0.5}
    folder = cut([BELOW, ACROSS], **settings)
    assert masks(folder, "1", "000000000").sum() == 14 * 30


def test_a_left_out_part_is_not_counted(cut: Cut) -> None:
    folder = cut([ACROSS], min_polygon_overlap_ratio=0.5)
    assert accumulated(folder)["FeatureStats"]["NumFeaturesPerClass"] == [1]


def test_the_ratio_is_of_the_buffered_feature(cut: Cut) -> None:
    """Buffered by 10 pixels, a point 4 pixels beside the chip is in it by a quarter."""
    point = [("POINT (68 32)", {})]
    settings = {"buffer_radius": 5.0, "min_polygon_overlap_ratio": 0.26}
    assert boxes(cut(point, **settings), 0) == []


# exportAllTiles, startIndex, existingOutput, parallelProcessingFactor


def test_only_chips_with_labels_are_cut_when_not_all_are_asked_for(cut: Cut) -> None:
    assert positions(cut([ROOF, TREE], export_all_tiles=False)) == [(0, 0), (64, 64)]


def test_a_feature_that_touches_a_chip_is_none_of_its_labels(cut: Cut) -> None:
    folder = cut([(box(64, 10, 128, 30), {})], export_all_tiles=False)
    assert positions(folder) == [(64, 0)]


def test_a_feature_whose_box_alone_reaches_into_a_chip_is_none_of_its_labels(cut: Cut) -> None:
    triangle = "POLYGON ((10 10, 120 120, 10 120, 10 10))"
    folder = cut([(triangle, {})], export_all_tiles=False)
    assert positions(folder) == [(0, 0), (0, 64), (64, 64)]


def test_chips_of_left_out_parts_have_no_labels(cut: Cut) -> None:
    folder = cut([ACROSS], export_all_tiles=False, min_polygon_overlap_ratio=0.5)
    assert positions(folder) == [(64, 0)]


@pytest.mark.parametrize("metadata_format", LABELLED_ON_THE_GRID)
def test_all_formats_on_the_grid_agree_on_what_has_labels(cut: Cut, metadata_format: str) -> None:
    folder = cut([ROOF, TREE], export_all_tiles=False, metadata_format=metadata_format)
    assert positions(folder) == [(0, 0), (64, 64)]


@pytest.mark.parametrize("export_all_tiles", [True, False])
@pytest.mark.parametrize("metadata_format", PER_FEATURE)
def test_all_chips_around_features_have_labels(
    cut: Cut, metadata_format: str, export_all_tiles: bool
) -> None:
    """Whether all tiles are asked for or not; the middle of TREE is at 105, 80."""
    rows = [(box(30, 30, 50, 60), {"value": 1}), TREE]
    folder = cut(rows, export_all_tiles=export_all_tiles, metadata_format=metadata_format)
    assert positions(folder) == [(8, 13), (73, 48)]


def test_only_labelled_pixels_of_a_class_raster_count_as_labels(cut: Cut, tmp_path: Path) -> None:
    values = np.zeros((1, ROWS, COLUMNS), np.uint8)
    values[0, 63, 64] = 3
    values[0, 128:, 192:] = 9
    raster = raster_file(tmp_path / "classes.tif", values, nodata=9)
    labels = {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}
    assert positions(cut(export_all_tiles=False, **labels)) == [(64, 0)]


def test_images_alone_can_be_limited_to_those_with_labels(cut: Cut) -> None:
    folder = cut([ROOF, TREE], metadata_format="Export_Tiles", export_all_tiles=False)
    assert positions(folder) == [(0, 0), (64, 64)]


def test_numbers_begin_at_the_start_index(cut: Cut) -> None:
    folder = cut(start_index=41)
    assert [path.stem for path in chips(folder)] == [f"{n:09d}" for n in range(41, 53)]


def test_the_next_number_is_kept_for_later(cut: Cut) -> None:
    assert accumulated(cut(start_index=41))["NextTileIndex"] == 53


def test_numbers_past_nine_digits_are_longer(cut: Cut) -> None:
    names = [path.stem for path in chips(cut(start_index=999_999_999))]
    assert names[:2] == ["999999999", "1000000000"]


def test_an_existing_dataset_is_refused(cut: Cut) -> None:
    cut()
    with pytest.raises(InvalidRequest, match="^outputLocation: "):
        cut()


def test_a_refused_dataset_is_not_touched(cut: Cut) -> None:
    folder = cut()
    before = contents(folder)
    with pytest.raises(InvalidRequest):
        cut(start_index=100, chip_format="PNG")
    assert contents(folder) == before


def test_other_files_in_the_folder_are_no_dataset(cut: Cut, tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips/notes.txt").write_text("mine")
    assert (cut() / "notes.txt").read_text() == "mine"


def test_missing_folders_are_made(image: Path, tmp_path: Path) -> None:
    export_chips(image, tmp_path / "a/b/c d/ü")
    assert len(chips(tmp_path / "a/b/c d/ü")) == 12


@pytest.mark.parametrize("workers", ["1", "3", "50%", "100%", "400%"])
def test_any_number_of_workers_writes_the_same(scene: Scene, tmp_path: Path, workers: str) -> None:
    """Real numbers are where the order of sums would show."""
    image = noise_file(tmp_path / "image.tif", 100, 600, dtype="float32")
    settings = {"tile_size": Size(50, 20), "stride_size": Size(20, 20)}
    export_chips(image, tmp_path / "default", **settings, parallel_processing_factor="2")
    export_chips(image, tmp_path / "workers", **settings, parallel_processing_factor=workers)
    assert contents(tmp_path / "workers") == contents(tmp_path / "default")


# what is said, and what is left behind


def heard(image: Path, folder: Path, **settings: Any) -> Listener:
    listener = Listener()
    export(chip_request(image, folder, **settings), listener)
    return listener


def labelled(tmp_path: Path, *rows: Row) -> dict[str, Any]:
    layer = features_file(tmp_path / "labels.gpkg", rows)
    return {"metadata_format": "KITTI_rectangles", "input_class_data": features(layer)}


def test_progress_grows_to_the_end(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 600)
    found = heard(image, tmp_path / "chips", tile_size=Size(20, 20)).fractions
    assert len(found) > 2 and found == sorted(found) and found[-1] == 1


def test_the_summary_counts_chips_and_labels(image: Path, tmp_path: Path) -> None:
    first, *others = heard(image, tmp_path / "chips", **labelled(tmp_path, ROOF, TREE)).infos
    assert first.startswith("12 chips ") and "2 of them with labels" in first
    assert len(others) == 2


def test_nothing_is_warned_of_when_nothing_is_odd(image: Path, tmp_path: Path) -> None:
    assert heard(image, tmp_path / "chips", **labelled(tmp_path, ROOF)).warnings == []


def test_a_dataset_without_one_label_is_warned_of(image: Path, tmp_path: Path) -> None:
    settings = labelled(tmp_path, (box(240, 10, 250, 20), {"value": 1}))
    found = heard(image, tmp_path / "chips", tile_size=Size(100, 100), **settings)
    (warning,) = found.warnings
    assert "inputClassData" in warning and "no chip has a label" in warning


def test_an_extent_without_labels_is_warned_of(image: Path, tmp_path: Path) -> None:
    """They do lie on the image: the extent of a part of it may be empty."""
    extent = Extent(LEFT + 32, TOP - 96, LEFT + 128, TOP)
    settings = labelled(tmp_path, ROOF)
    (warning,) = heard(image, tmp_path / "chips", extent=extent, **settings).warnings
    assert "no chip has a label" in warning


def test_a_dataset_without_one_chip_is_warned_of(image: Path, tmp_path: Path) -> None:
    mask = features_file(tmp_path / "mask.gpkg", [(box(5, 5, 20, 20), {})])
    found = heard(image, tmp_path / "chips", input_mask_polygons=features(mask))
    (warning,) = found.warnings
    assert "No chip was written" in warning


def test_the_manifest_counts_what_was_written(image: Path, tmp_path: Path) -> None:
    manifest = export_chips(image, tmp_path / "chips", **labelled(tmp_path, ROOF, ACROSS))
    assert (manifest.chip_count, manifest.labeled_count, manifest.feature_count) == (12, 2, 3)


def test_each_chip_without_a_label_file_has_a_line_of_its_own(cut: Cut) -> None:
    entries = map_entries(cut([ROOF], metadata_format="RCNN_Masks"))
    assert [it.label for it in entries] == ["labels/1/000000000.tif"] + [""] * 11


@pytest.mark.parametrize("chip_format", CHIP_FORMATS)
def test_nothing_stays_in_the_memory_of_gdal(image: Path, tmp_path: Path, chip_format: str) -> None:
    before = gdal.ReadDirRecursive("/vsimem/")
    export_chips(
        image, tmp_path / "chips", chip_format=chip_format, **labelled(tmp_path, ROOF, TREE)
    )
    assert gdal.ReadDirRecursive("/vsimem/") == before


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_the_sources_stay_as_they_are(scene: Scene, tmp_path: Path, metadata_format: str) -> None:
    before = contents(scene.image.parent)
    settings = given_for(metadata_format, features(scene.labels), scene.image)
    export_chips(scene.image, tmp_path / "chips", cell_size=0.7, **settings)
    assert contents(scene.image.parent) == before


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_a_class_raster_stays_as_it_is(image: Path, tmp_path: Path, dtype: str) -> None:
    (tmp_path / "sources").mkdir()
    values = np.tile(np.arange(4, dtype=dtype), (1, ROWS, COLUMNS // 4))
    raster = raster_file(tmp_path / "sources/classes.tif", values)
    before = contents(raster.parent)
    settings = {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}
    export_chips(image, tmp_path / "chips", **settings)
    assert contents(raster.parent) == before


def test_a_mask_layer_stays_as_it_is(image: Path, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    layer = features_file(tmp_path / "sources/mask.gpkg", [(box(0, 0, 200, 200), {})])
    before = contents(layer.parent)
    export_chips(image, tmp_path / "chips", input_mask_polygons=features(layer))
    assert contents(layer.parent) == before
