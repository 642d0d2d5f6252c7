"""Requests for edges, stored pixels, choices and colours, compared with numpy, GDAL and OGR."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Optional

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal, ogr

from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Extent, Size

from .dataset_reading import (
    Box,
    accumulated,
    chips,
    contents,
    datasets,
    definition,
    kitti_boxes,
    pixels,
    position,
    positions,
    voc_boxes,
)
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .made_sources import (
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    TOP,
    Row,
    box,
    features_file,
    noise_file,
    random_pixels,
    raster_file,
)
from .making import editable_band, write_layer, write_raster

COLUMNS, ROWS = 70, 50
TILE = Size(32, 24)
HUNDREDTH = 0.005 + 1e-6
LAYER: list[Row] = [
    (box(10.5, 8.5, 44.5, 21.5), {"classvalue": 1}),
    ("POLYGON ((40.3 20.2, 90 24, 60.5 70, 40.3 20.2))", {"classvalue": 2}),
    (box(-20.5, 30.5, 30.5, 70), {"classvalue": 3}),
    (box(66.5, -9, 99, 10.25), {"classvalue": 4}),
]
"""Most of them reach beyond the image."""


class Sources(NamedTuple):
    image: Path
    labels: Path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("sources")
    return Sources(
        noise_file(folder / "image.tif", COLUMNS, ROWS),
        features_file(folder / "labels.gpkg", LAYER),
    )


def exported(sources: Sources, folder: Path, metadata_format: str, **settings: Any) -> Path:
    given = given_for(metadata_format, features(sources.labels), sources.image)
    export_chips(sources.image, folder, **{"tile_size": TILE, **given, **settings})
    return folder


def window(whole: NDArray[Any], at: tuple[float, float], tile: Size = TILE) -> NDArray[Any]:
    """A part of an image (band, row, column); 0 around the image."""
    left, top = map(round, at)
    beyond = np.pad(whole, ((0, 0), (99, 99), (99, 99)))
    return beyond[:, top + 99 : top + 99 + tile.rows, left + 99 : left + 99 + tile.columns]


def rasterized(labels: Path, **how: Any) -> NDArray[Any]:
    """A class map of the whole image."""
    target = gdal.GetDriverByName("MEM").Create("", COLUMNS, ROWS, 1, gdal.GDT_Byte)
    target.SetGeoTransform(GEOTRANSFORM)
    gdal.Rasterize(target, str(labels), **{"attribute": "classvalue", **how})
    return target.ReadAsArray()[None]


def parts(at: tuple[float, float], right: float = COLUMNS, bottom: float = ROWS) -> list[Box]:
    """Boxes of what OGR leaves of each feature in a chip that ends with the image."""
    left, top = at
    area = box(left, top, min(left + TILE.columns, right), min(top + TILE.rows, bottom))
    found = []
    for wkt, attributes in LAYER:
        part = ogr.CreateGeometryFromWkt(wkt).Intersection(ogr.CreateGeometryFromWkt(area))
        if part.GetArea() > 1e-6:
            low_x, high_x, low_y, high_y = part.GetEnvelope()
            edges = low_x - left, low_y - top, high_x - left, high_y - top
            found.append(Box(attributes["classvalue"], *edges))
    return found


# edgePolicy


@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "KITTI_rectangles", "CycleGAN"])
@pytest.mark.parametrize(
    ("policy", "lefts", "tops"),
    [("shift", (0, 32, 38), (0, 24, 26)), ("pad", (0, 32, 64), (0, 24, 48))],
)
def test_chips_reach_the_edge(
    sources: Sources,
    tmp_path: Path,
    metadata_format: str,
    policy: str,
    lefts: Sequence[int],
    tops: Sequence[int],
) -> None:
    folder = exported(sources, tmp_path, metadata_format, edge_policy=policy)
    for dataset in datasets(folder):
        assert positions(dataset) == [(left, top) for top in tops for left in lefts]


@pytest.mark.parametrize("nodata", [None, 7.0, -5.0, 0.5])
@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "MRF"])
def test_what_is_filled_up_is_no_data_or_nought(
    tmp_path: Path, chip_format: str, nodata: Optional[float]
) -> None:
    """Where the pixels cannot have the no-data value, it is 0, too."""
    values = random_pixels((3, ROWS, COLUMNS))
    image = raster_file(tmp_path / "image.tif", values, nodata=nodata)
    settings = {"edge_policy": "pad", "chip_format": chip_format, "tile_size": TILE}
    export_chips(image, tmp_path / "chips", **settings)
    filled = np.where(window(np.ones((1, ROWS, COLUMNS), bool), (64, 48)), 0, nodata == 7 and 7)
    for chip in chips(tmp_path / "chips"):
        expected = window(values, position(chip))
        if position(chip) == (64, 48):
            expected = expected + filled.astype(np.uint8)
            assert np.array_equal(pixels(chip), expected)
        left, top = map(round, position(chip))
        there = np.s_[:, : ROWS - top, : COLUMNS - left]
        assert np.array_equal(pixels(chip)[there], expected[there])


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("nodata", [None, 3.0])
def test_what_is_filled_up_does_not_count(
    tmp_path: Path, dtype: str, nodata: Optional[float]
) -> None:
    """Chips overlap, so pixels count as often as there are chips that hold them."""
    values = random_pixels((2, ROWS, COLUMNS), dtype) + np.ones(1, dtype) * (dtype != "uint8")
    image = raster_file(tmp_path / "image.tif", values, nodata=nodata)
    settings = {"edge_policy": "pad", "tile_size": TILE, "stride_size": Size(20, 15)}
    export_chips(image, tmp_path / "chips", **settings)
    for band, state in enumerate(accumulated(tmp_path / "chips")["BandStatsState"]):
        seen = [on_image(values[band], position(chip)) for chip in chips(tmp_path / "chips")]
        data = np.concatenate(seen).astype(np.float64)
        data = data if nodata is None else data[data != nodata]
        found = [state[key] for key in ("Num", "Min", "Max", "M1")]
        assert found == pytest.approx([len(data), data.min(), data.max(), data.mean()], rel=1e-9)


def on_image(band: NDArray[Any], at: tuple[float, float]) -> NDArray[Any]:
    left, top = map(round, at)
    return band[top : top + TILE.rows, left : left + TILE.columns].ravel()


def test_filling_counts_as_no_data_when_chips_are_left_out(
    sources: Sources, tmp_path: Path
) -> None:
    folder = exported(sources, tmp_path, "Export_Tiles", edge_policy="pad", max_nodata_ratio=0.5)
    shares = {(0, 48): 2 / 24, (32, 48): 2 / 24, (64, 0): 6 / 32, (64, 24): 6 / 32, (64, 48): 0}
    assert not set(positions(folder)) & set(shares)
    assert len(chips(folder)) == 4


@pytest.mark.parametrize("policy", ["shift", "pad"])
@pytest.mark.parametrize(
    ("metadata_format", "ending", "read"),
    [
        ("PASCAL_VOC_rectangles", ".xml", voc_boxes),
        ("KITTI_rectangles", ".txt", kitti_boxes),
    ],
)
def test_boxes_end_at_the_edge(
    sources: Sources,
    tmp_path: Path,
    metadata_format: str,
    ending: str,
    read: Callable[[Path], list[Box]],
    policy: str,
) -> None:
    folder = exported(sources, tmp_path, metadata_format, edge_policy=policy)
    for chip in chips(folder):
        found, expected = read(folder / f"labels/{chip.stem}{ending}"), parts(position(chip))
        assert [it.value for it in found] == [it.value for it in expected]
        assert np.allclose(found, expected, rtol=0, atol=HUNDREDTH), chip.stem


def test_boxes_end_at_the_edge_of_the_extent(sources: Sources, tmp_path: Path) -> None:
    extent = Extent(LEFT, TOP - 40 * PIXEL, LEFT + 50 * PIXEL, TOP)
    settings = {"edge_policy": "pad", "extent": extent}
    folder = exported(sources, tmp_path, "KITTI_rectangles", **settings)
    assert positions(folder) == [(0, 0), (32, 0), (0, 24), (32, 24)]
    for chip in chips(folder):
        found = kitti_boxes(folder / f"labels/{chip.stem}.txt")
        expected = parts(position(chip), right=50, bottom=40)
        assert np.allclose(found, expected, rtol=0, atol=HUNDREDTH), chip.stem


@pytest.mark.parametrize("metadata_format", ["Classified_Tiles", "Panoptic_Segmentation"])
@pytest.mark.parametrize("policy", ["shift", "pad"])
def test_class_maps_end_at_the_edge(
    sources: Sources, tmp_path: Path, metadata_format: str, policy: str
) -> None:
    folder = exported(sources, tmp_path, metadata_format, edge_policy=policy)
    whole = rasterized(sources.labels)
    for chip in chips(folder):
        expected = window(whole, position(chip))
        assert np.array_equal(pixels(folder / "labels" / chip.name), expected), chip.stem


def test_masks_end_at_the_edge(sources: Sources, tmp_path: Path) -> None:
    folder = exported(sources, tmp_path, "RCNN_Masks", edge_policy="pad")
    masks = list(folder.glob("labels/*/*.tif"))
    assert masks
    for mask in masks:
        whole = rasterized(sources.labels, where=f"classvalue = {mask.parent.name}")
        assert np.array_equal(pixels(mask) > 0, window(whole, position(mask)) > 0)


@pytest.mark.parametrize("policy", ["shift", "pad"])
def test_classes_of_a_larger_raster_end_at_the_edge(
    sources: Sources, tmp_path: Path, policy: str
) -> None:
    values = random_pixels((1, 100, 120)) % 4
    raster = raster_file(tmp_path / "classes.tif", values)
    settings = {"input_class_data": classes(raster), "edge_policy": policy}
    folder = exported(sources, tmp_path / "chips", "Classified_Tiles", **settings)
    for chip in chips(folder):
        expected = window(values[:, :ROWS, :COLUMNS], position(chip))
        assert np.array_equal(pixels(folder / "labels" / chip.name), expected), chip.stem


@pytest.mark.parametrize("metadata_format", FORMATS)
@pytest.mark.parametrize("policy", ["shift", "pad"])
def test_every_format_can_reach_the_edge(
    sources: Sources, tmp_path: Path, metadata_format: str, policy: str
) -> None:
    folder = exported(sources, tmp_path, metadata_format, edge_policy=policy)
    whole = pixels(sources.image)
    found = [chip for dataset in datasets(folder) for chip in chips(dataset)]
    assert found
    for chip in found:
        assert np.array_equal(pixels(chip), window(whole, position(chip))), chip.stem


def test_the_overlap_ratio_is_that_of_the_whole_feature(sources: Sources, tmp_path: Path) -> None:
    settings = {"edge_policy": "pad", "min_polygon_overlap_ratio": 0.2}
    folder = exported(sources, tmp_path, "KITTI_rectangles", **settings)
    whole = {row["classvalue"]: ogr.CreateGeometryFromWkt(wkt).GetArea() for wkt, row in LAYER}
    shapes = {row["classvalue"]: ogr.CreateGeometryFromWkt(wkt) for wkt, row in LAYER}
    for chip in chips(folder):
        left, top = position(chip)
        tile = box(left, top, min(left + 32, COLUMNS), min(top + 24, ROWS))
        area = ogr.CreateGeometryFromWkt(tile)
        shares = {it: shapes[it].Intersection(area).GetArea() / whole[it] for it in whole}
        found = [it.value for it in kitti_boxes(folder / f"labels/{chip.stem}.txt")]
        assert found == [value for value, share in shares.items() if share >= 0.2], chip.stem


# PIXEL_SPACE


PIXELS = {"reference_system": "PIXEL_SPACE"}
TURNED = (LEFT, 0.4, 0.3, TOP, 0.3, -0.4)
"""The image lies askew on the map."""


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_labels_on_stored_pixels_are_those_on_the_map(
    sources: Sources, tmp_path: Path, metadata_format: str
) -> None:
    there = exported(sources, tmp_path / "map", metadata_format, chip_format="PNG")
    here = exported(sources, tmp_path / "pixels", metadata_format, chip_format="PNG", **PIXELS)
    found, expected = label_texts(here), label_texts(there)
    assert found == expected
    assert [pixels_of(here, it) for it in chips_of(here)] == [
        pixels_of(there, it) for it in chips_of(there)
    ]


def label_texts(folder: Path) -> dict[str, bytes]:
    """Label files: texts as they are, of images the pixels."""
    found = {}
    for path in sorted(folder.rglob("labels*/**/*")):
        if path.suffix in (".txt", ".xml", ".json"):
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
        elif path.suffix == ".tif":
            found[path.relative_to(folder).as_posix()] = pixels(path).tobytes()
    return found


def chips_of(folder: Path) -> list[Path]:
    return [chip for dataset in datasets(folder) for chip in chips(dataset)]


def pixels_of(folder: Path, chip: Path) -> tuple[str, bytes]:
    return chip.relative_to(folder).as_posix(), pixels(chip).tobytes()


@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG", "MRF"])
def test_chips_of_stored_pixels_have_no_georeference(
    sources: Sources, tmp_path: Path, chip_format: str
) -> None:
    """GDAL's MRF driver tells the pixels themselves where there is none."""
    settings = {**PIXELS, "chip_format": chip_format}
    folder = exported(sources, tmp_path, "Classified_Tiles", **settings)
    images = [*chips(folder), *(folder / "labels").glob("*.tif")]
    for image in images:
        opened = gdal.Open(str(image))
        nowhere = (0, 1, 0, 0, 0, 1) if image.suffix == ".mrf" else None
        assert opened.GetGeoTransform(can_return_null=True) == nowhere, image.name
        assert opened.GetProjection() == ""
    assert not [it for it in folder.rglob("*") if it.suffix in (".pgw", ".jgw", ".prj", ".xml")]


def test_the_definition_says_that_pixels_are_meant(sources: Sources, tmp_path: Path) -> None:
    folder = exported(sources, tmp_path, "KITTI_rectangles", **PIXELS)
    assert definition(folder)["ImageSpaceUsed"] == "PIXEL_SPACE"


def test_labels_lie_right_on_stored_pixels_of_an_image_that_is_turned(tmp_path: Path) -> None:
    """Its features are drawn in its pixels; so are those of the image that is not turned."""
    values = random_pixels((3, ROWS, COLUMNS))
    image = raster_file(tmp_path / "image.tif", values, TURNED)
    rows = [(turned_wkt(wkt), row) for wkt, row in LAYER]
    columns = {"classvalue": [row["classvalue"] for _, row in rows]}
    labels = Path(write_layer(tmp_path / "labels.gpkg", [wkt for wkt, _ in rows], columns))
    folder = exported(Sources(image, labels), tmp_path / "chips", "KITTI_rectangles", **PIXELS)
    for chip, at in zip(chips(folder), [(0, 0), (32, 0), (0, 24), (32, 24)]):
        found = kitti_boxes(folder / f"labels/{chip.stem}.txt")
        expected = parts_in_tile(at)
        assert np.array_equal(pixels(chip), window(values, at))
        assert [it.value for it in found] == [it.value for it in expected]
        assert np.allclose(found, expected, rtol=0, atol=HUNDREDTH), chip.stem


def turned_wkt(wkt: str) -> str:
    shape = ogr.CreateGeometryFromWkt(wkt)
    x, x_column, x_row, y, y_column, y_row = TURNED
    ring = shape.GetGeometryRef(0)
    for number, (column, row) in enumerate(ring.GetPoints()):
        east = x + column * x_column + row * x_row
        ring.SetPoint_2D(number, east, y + column * y_column + row * y_row)
    return str(shape.ExportToWkt())


def parts_in_tile(at: tuple[float, float]) -> list[Box]:
    return parts(at, right=np.inf, bottom=np.inf)


def plain_image(path: Path, values: NDArray[Any]) -> Path:
    """An image without georeference."""
    return Path(write_raster(path, values))


def pixel_layer(path: Path, epsg: Optional[int] = None) -> Path:
    """Features in pixels of the image: x is the column, y the row with a minus."""
    wkts = []
    for wkt, _ in LAYER:
        shape = ogr.CreateGeometryFromWkt(wkt)
        ring = shape.GetGeometryRef(0)
        for number, (column, row) in enumerate(ring.GetPoints()):
            ring.SetPoint_2D(number, column, -row)
        wkts.append(shape.ExportToWkt())
    values = {"classvalue": [row["classvalue"] for _, row in LAYER]}
    return Path(write_layer(path, wkts, values, epsg))


@pytest.mark.parametrize("metadata_format", ["KITTI_rectangles", "Classified_Tiles", "RCNN_Masks"])
@pytest.mark.parametrize("has_place", [False, True], ids=["nowhere", "on the map"])
def test_layers_in_pixels_lie_upon_the_pixels(
    sources: Sources, tmp_path: Path, metadata_format: str, has_place: bool
) -> None:
    values = pixels(sources.image)
    image = sources.image if has_place else plain_image(tmp_path / "image.tif", values)
    labels = pixel_layer(tmp_path / "labels.gpkg")
    here = exported(Sources(image, labels), tmp_path / "here", metadata_format, **PIXELS)
    there = exported(sources, tmp_path / "there", metadata_format)
    assert label_texts(here) == label_texts(there)


def test_a_mask_in_pixels_lies_upon_the_pixels(tmp_path: Path) -> None:
    image = plain_image(tmp_path / "image.tif", random_pixels((1, 48, 64)))
    mask = Path(write_layer(tmp_path / "mask.gpkg", [box(32, -48, 64, 0)], epsg=None))
    settings = {**PIXELS, "tile_size": Size(32, 24), "input_mask_polygons": features(mask)}
    export_chips(image, tmp_path / "chips", **settings)
    found = [pixels(chip) for chip in chips(tmp_path / "chips")]
    whole = pixels(image)
    assert np.array_equal(found, [whole[:, :24, 32:], whole[:, 24:, 32:]])


@pytest.mark.parametrize("order", [3, 4, 6])
def test_labels_on_an_image_with_control_points_lie_where_gdal_puts_them(
    tmp_path: Path, order: int
) -> None:
    """Points of the map that an affine grid has put there, so that all polynomials agree."""
    image = plain_image(tmp_path / "image.tif", random_pixels((1, ROWS, COLUMNS)))
    ends = [(0, 0), (COLUMNS, 0), (0, ROWS), (COLUMNS, ROWS), (30, 20), (50, 10)][:order]
    x, x_column, x_row, y, y_column, y_row = TURNED
    points = [
        gdal.GCP(x + c * x_column + r * x_row, y + c * y_column + r * y_row, 0, c, r)
        for c, r in ends
    ]
    opened = gdal.Open(str(image), gdal.GA_Update)
    opened.SetGCPs(points, gdal.Open(str(noise_file(tmp_path / "utm.tif", 4, 4))).GetProjection())
    del opened
    rows = [turned_wkt(wkt) for wkt, _ in LAYER]
    values = {"classvalue": [row["classvalue"] for _, row in LAYER]}
    labels = Path(write_layer(tmp_path / "labels.gpkg", rows, values))
    folder = exported(Sources(image, labels), tmp_path / "chips", "KITTI_rectangles", **PIXELS)
    for chip, at in zip(chips(folder), [(0, 0), (32, 0), (0, 24), (32, 24)]):
        found = kitti_boxes(folder / f"labels/{chip.stem}.txt")
        assert np.allclose(found, parts_in_tile(at), rtol=0, atol=0.02), chip.stem


@pytest.mark.parametrize("has_place", [False, True], ids=["nowhere", "on the map"])
def test_classified_rasters_are_laid_pixel_upon_pixel(tmp_path: Path, has_place: bool) -> None:
    image = plain_image(tmp_path / "image.tif", random_pixels((1, ROWS, COLUMNS)))
    values = random_pixels((1, ROWS, COLUMNS)) % 6
    raster = tmp_path / "classes.tif"
    made = raster_file(raster, values) if has_place else plain_image(raster, values)
    settings = {**PIXELS, "input_class_data": classes(made), "tile_size": TILE}
    export_chips(image, tmp_path / "chips", metadata_format="Classified_Tiles", **settings)
    labels = sorted((tmp_path / "chips/labels").glob("*.tif"))
    for label, at in zip(labels, [(0, 0), (32, 0), (0, 24), (32, 24)]):
        assert np.array_equal(pixels(label), window(values, at)), label.stem


def test_classified_rasters_of_another_grid_are_laid_upon_the_map(
    sources: Sources, tmp_path: Path
) -> None:
    made = (LEFT - 3.2, 0.7, 0.0, TOP + 1.1, 0.0, -0.7)
    raster = raster_file(tmp_path / "classes.tif", random_pixels((1, 90, 90)) % 6, made)
    settings = {"input_class_data": classes(raster)}
    here, there = (
        exported(sources, tmp_path / name, "Classified_Tiles", **settings, **how)
        for name, how in (("here", PIXELS), ("there", {}))
    )
    assert label_texts(here) == label_texts(there)


@pytest.mark.parametrize("parameter", ["inputClassData", "additionalInputRaster"])
def test_rasters_of_another_size_are_refused(tmp_path: Path, parameter: str) -> None:
    image = plain_image(tmp_path / "image.tif", random_pixels((1, ROWS, COLUMNS)))
    other = plain_image(tmp_path / "other.tif", random_pixels((1, ROWS, COLUMNS - 1)))
    own = plain_image(tmp_path / "own.tif", random_pixels((1, ROWS, COLUMNS)) % 4)
    given = {
        "input_class_data": classes(other if parameter == "inputClassData" else own),
        "additional_input_raster": picture(other if parameter != "inputClassData" else own),
    }
    settings = {"metadata_format": "Classified_Tiles", "tile_size": TILE, **PIXELS}
    with pytest.raises(InvalidRequest, match="69 × 50 pixels") as caught:
        export_chips(image, tmp_path / "chips", **settings, **given)
    assert caught.value.parameter == parameter


def test_second_images_are_laid_pixel_upon_pixel(tmp_path: Path) -> None:
    image = plain_image(tmp_path / "image.tif", random_pixels((1, ROWS, COLUMNS)))
    second = plain_image(tmp_path / "second.tif", random_pixels((2, ROWS, COLUMNS), "int16"))
    given = {"additional_input_raster": picture(second), "tile_size": TILE}
    export_chips(image, tmp_path / "chips", **given, **PIXELS)
    partners = sorted((tmp_path / "chips/images2").glob("*.tif"))
    for partner, at in zip(partners, [(0, 0), (32, 0), (0, 24), (32, 24)]):
        assert np.array_equal(pixels(partner), window(pixels(second), at))


def test_another_cell_size_on_stored_pixels_is_refused(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="cellSize"):
        exported(sources, tmp_path, "Export_Tiles", cell_size=1.0, **PIXELS)


# which chips


@pytest.fixture
def holed(tmp_path: Path) -> Path:
    values = random_pixels((2, ROWS, COLUMNS)).clip(1)
    values[:, 10:40, 15:60] = 0
    values[0, :, :30] = 0
    values[1, 30:, 20:50] = 0
    return raster_file(tmp_path / "holed.tif", values, nodata=0)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.5, 0.999, 1.0])
def test_chips_have_as_much_data_as_numpy_counts(holed: Path, tmp_path: Path, ratio: float) -> None:
    """A pixel is data if it is so in some band."""
    settings = {"tile_size": Size(10, 8), "stride_size": Size(7, 5), "max_nodata_ratio": ratio}
    export_chips(holed, tmp_path / "chips", **settings)
    empty = (pixels(holed) == 0).all(axis=0)
    expected = []
    for top in range(0, ROWS - 7, 5):
        for left in range(0, COLUMNS - 9, 7):
            share = empty[top : top + 8, left : left + 10].mean()
            if share <= ratio and share < 1:
                expected.append((left, top))
    assert positions(tmp_path / "chips") == expected


RATIOS = pytest.mark.parametrize("ratio", [0.01, 0.25, 0.6, 1.0])


@RATIOS
@pytest.mark.parametrize("metadata_format", ["KITTI_rectangles", "Export_Tiles", "RCNN_Masks"])
def test_chips_have_as_many_labelled_pixels_as_numpy_counts(
    sources: Sources, tmp_path: Path, metadata_format: str, ratio: float
) -> None:
    settings = {"tile_size": Size(10, 8), "stride_size": Size(9, 7), "min_label_ratio": ratio}
    given = {**settings, "input_class_data": features(sources.labels)}
    folder = exported(sources, tmp_path, metadata_format, **given)
    assert positions(folder) == labelled(rasterized(sources.labels)[0], ratio)


@RATIOS
@pytest.mark.parametrize(
    "metadata_format", ["Classified_Tiles", "KITTI_rectangles", "Export_Tiles"]
)
def test_chips_have_as_many_classified_pixels_as_numpy_counts(
    sources: Sources, tmp_path: Path, metadata_format: str, ratio: float
) -> None:
    values = (random_pixels((1, 10, 14)) % 3).repeat(5, axis=1).repeat(5, axis=2)
    raster = raster_file(tmp_path / "classes.tif", values)
    settings = {"tile_size": Size(10, 8), "stride_size": Size(9, 7), "min_label_ratio": ratio}
    given = {**settings, "input_class_data": classes(raster)}
    folder = exported(sources, tmp_path / "chips", metadata_format, **given)
    assert positions(folder) == labelled(values[0], ratio)


def labelled(class_map: NDArray[Any], ratio: float) -> list[tuple[float, float]]:
    return [
        (left, top)
        for top in range(0, ROWS - 7, 7)
        for left in range(0, COLUMNS - 9, 9)
        if (class_map[top : top + 8, left : left + 10] > 0).mean() >= ratio
    ]


# which class


STACK: list[Row] = [
    (box(5.5, 5.5, 25.5, 25.5), {"classvalue": 1, "rank": 5, "text": "b"}),
    (box(0.5, 0.5, 60.5, 40.5), {"classvalue": 2, "rank": 2, "text": "c"}),
    (box(15.5, 3.5, 40.5, 30.5), {"classvalue": 3, "rank": None, "text": "a"}),
    (box(18.5, 8.5, 22.5, 45.5), {"classvalue": 4, "rank": 9, "text": "d"}),
    (box(20.5, 20.5, 66.5, 48.5), {"classvalue": 5, "rank": -1, "text": None}),
]
ORDERS = {
    "feature order": "fid",
    "rank": "rank IS NOT NULL, rank, fid",
    "RANK": "rank IS NOT NULL, rank, fid",
    "text": "text IS NOT NULL, text, fid",
    "smaller on top": "-ST_Area(geom), fid",
}


@pytest.mark.parametrize("priority", ORDERS)
@pytest.mark.parametrize("angle", [0.0, 90.0])
def test_the_class_on_top_is_the_one_that_gdal_burns_last(
    sources: Sources, tmp_path: Path, priority: str, angle: float
) -> None:
    labels = features_file(tmp_path / "stack.gpkg", STACK)
    tile = Size(70, 50) if not angle else Size(50, 50)
    settings = {"class_priority": priority, "tile_size": tile, "rotation_angle": angle}
    source = Sources(sources.image, labels)
    folder = exported(source, tmp_path / "chips", "Classified_Tiles", **settings)
    found = pixels(folder / "labels/000000000.tif")[0]
    assert np.array_equal(found, burned_in_order(labels, ORDERS[priority])[:, : tile.columns])


def burned_in_order(labels: Path, order: str) -> NDArray[Any]:
    """What gdal_rasterize makes of the features in this order."""
    opened = ogr.Open(str(labels))
    found = opened.ExecuteSQL(f"SELECT classvalue AS v FROM labels ORDER BY {order}")
    target = np.zeros((ROWS, COLUMNS), np.uint8)
    for value in [row.GetField("v") for row in found]:
        target[rasterized(labels, where=f"classvalue = {value}")[0] > 0] = value
    return target


def test_a_priority_that_is_no_field_is_refused(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="'weight' is neither"):
        exported(sources, tmp_path, "Classified_Tiles", class_priority="weight")


# which pixels


def scaled(band: NDArray[Any], low: float, high: float, least: int) -> NDArray[Any]:
    width = high - low if high > low else 1
    return least + np.clip((band.astype(np.float64) - low) / width, 0, 1) * (255 - least)


def limits(data: NDArray[Any], method: str) -> tuple[float, float]:
    data = data.astype(np.float64)
    if method == "stddev":
        low, high = data.mean() + np.array([-2, 2]) * data.std(ddof=1)
        return max(low, data.min()), min(high, data.max())
    if method == "percentile":
        return tuple(np.percentile(data, (2, 98), method="inverted_cdf"))  # type: ignore[return-value]
    return data.min(), data.max()


SCALED = [
    ("uint16", None),
    ("int16", -32768),
    ("float32", -9999.0),
    ("uint8", 0),
    ("float64", None),
]


@pytest.mark.parametrize("method", ["minmax", "percentile", "stddev"])
@pytest.mark.parametrize(("dtype", "nodata"), SCALED)
def test_all_chips_share_the_stretch_that_numpy_finds(
    tmp_path: Path, dtype: str, nodata: Optional[float], method: str
) -> None:
    """Halves may be rounded either way. Real numbers can lack data without such a value."""
    rng = np.random.default_rng(3)
    values = rng.normal(100, 25, (2, ROWS, COLUMNS)).astype(dtype)
    if nodata is not None:
        values[:, 5:20, 40:] = nodata
    image = raster_file(tmp_path / "image.tif", values, nodata=nodata)
    settings = {"pixel_scaling": method, "tile_size": TILE, "stride_size": Size(19, 13)}
    export_chips(image, tmp_path / "chips", **settings)
    valid = values != nodata if nodata is not None else np.ones(values.shape, bool)
    least = 0 if (dtype, nodata) == ("uint16", None) else 1
    told = definition(tmp_path / "chips")["PixelScaling"]
    assert told["Method"] == method
    for band in range(2):
        low, high = limits(values[band][valid[band]], method)
        assert [told["Low"][band], told["High"][band]] == pytest.approx([low, high], abs=0.01)
        told_stretch = told["Low"][band], told["High"][band]
        whole = np.where(valid[band], scaled(values[band], *told_stretch, least), 0)
        for chip in chips(tmp_path / "chips"):
            found = pixels(chip)
            assert found.dtype == np.uint8
            differs = np.abs(found[band] - window(whole[None], position(chip))[0])
            assert differs.max() <= 0.5 + 1e-6


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
def test_scaled_pixels_fit_into_pictures(tmp_path: Path, chip_format: str) -> None:
    image = noise_file(tmp_path / "image.tif", COLUMNS, ROWS, dtype="float32")
    settings = {"pixel_scaling": "minmax", "chip_format": chip_format, "tile_size": TILE}
    assert export_chips(image, tmp_path / "chips", **settings).chip_count == 4


@pytest.mark.parametrize("scaling", ["none", "minmax"])
def test_numbers_of_colours_become_colours(tmp_path: Path, scaling: str) -> None:
    values = random_pixels((1, ROWS, COLUMNS)) % 5
    image = raster_file(tmp_path / "image.tif", values)
    table = [(0, 0, 0), (255, 0, 0), (10, 200, 30), (1, 2, 255), (90, 90, 90)]
    give_colours(image, table)
    export_chips(image, tmp_path / "chips", tile_size=TILE, pixel_scaling=scaling)
    colors = np.array(table, np.uint8)[values[0]].transpose(2, 0, 1)
    if scaling == "minmax":
        whole = [scaled(band, band.min(), band.max(), 0) for band in colors]
        colors = np.floor(np.array(whole) + 0.5).astype(np.uint8)
    for chip in chips(tmp_path / "chips"):
        assert np.array_equal(pixels(chip), window(colors, position(chip)))


def give_colours(image: Path, table: Sequence[tuple[int, int, int]]) -> None:
    band = editable_band(str(image))
    colors = gdal.ColorTable()
    for number, color in enumerate(table):
        colors.SetColorEntry(number, color)
    band.SetColorTable(colors)


def test_a_number_of_no_colour_is_no_data(tmp_path: Path) -> None:
    values = random_pixels((1, ROWS, COLUMNS)) % 3
    values[:, :24, :32] = 9
    image = raster_file(tmp_path / "image.tif", values, nodata=9)
    give_colours(image, [(number, 2 * number, 3 * number) for number in range(10)])
    folder = tmp_path / "chips"
    listener = Listener()
    export(chip_request(image, folder, tile_size=TILE), listener)
    assert positions(folder) == [(32, 0), (0, 24), (32, 24)]
    assert any("numbers of colours" in info for info in listener.infos)


@pytest.mark.parametrize("is_internal", [True, False], ids=["internal", "mask file"])
@pytest.mark.parametrize("space", ["MAP_SPACE", "PIXEL_SPACE"])
def test_what_is_masked_is_no_data(tmp_path: Path, is_internal: bool, space: str) -> None:
    values = random_pixels((3, ROWS, COLUMNS))
    mask = np.ones((ROWS, COLUMNS), bool)
    mask[:24, :32] = False
    mask[24:40, 40:] = False
    image = raster_file(tmp_path / "image.tif", values)
    give_mask(image, mask, is_internal)
    folder = tmp_path / "chips"
    export_chips(image, folder, tile_size=TILE, reference_system=space)
    seen = [(32, 0), (0, 24), (32, 24)]
    found = [pixels(chip) for chip in chips(folder)]
    assert np.array_equal(found, [window(values, at) for at in seen])
    for band, state in enumerate(accumulated(folder)["BandStatsState"]):
        data = np.concatenate([window(values, at)[band][window(mask[None], at)[0]] for at in seen])
        assert (state["Num"], state["Max"]) == (len(data), data.max())
        assert state["M1"] == pytest.approx(data.mean())


def give_mask(image: Path, mask: NDArray[np.bool_], is_internal: bool) -> None:
    option = "GDAL_TIFF_INTERNAL_MASK"
    before = gdal.GetThreadLocalConfigOption(option)
    gdal.SetThreadLocalConfigOption(option, "YES" if is_internal else "NO")
    try:
        opened = gdal.Open(str(image), gdal.GA_Update)
        opened.CreateMaskBand(gdal.GMF_PER_DATASET)
        opened.GetRasterBand(1).GetMaskBand().WriteArray(mask.astype(np.uint8) * 255)
        del opened
    finally:
        gdal.SetThreadLocalConfigOption(option, before)
    assert image.with_suffix(".tif.msk").exists() is not is_internal


# all at once


@pytest.mark.parametrize(
    "settings",
    [
        {"edge_policy": "pad", "rotation_angle": 120, "class_priority": "smaller on top"},
        {"edge_policy": "shift", "pixel_scaling": "percentile", "min_label_ratio": 0.1},
        {"cell_size": 0.8, "rotation_angle": 45, "max_nodata_ratio": 0.2},
        {**PIXELS, "edge_policy": "pad", "rotation_angle": 270},
    ],
    ids=["turned", "scaled", "resampled", "pixels"],
)
@pytest.mark.parametrize("metadata_format", ["Classified_Tiles", "KITTI_rectangles"])
def test_four_workers_write_what_one_writes(
    sources: Sources, tmp_path: Path, metadata_format: str, settings: dict[str, Any]
) -> None:
    wanted = {"tile_size": Size(16, 12), "stride_size": Size(8, 12), **settings}
    one, four = (
        exported(sources, tmp_path / n, metadata_format, parallel_processing_factor=n, **wanted)
        for n in "14"
    )
    assert len(chips(one)) > 3
    assert contents(one) == contents(four)
