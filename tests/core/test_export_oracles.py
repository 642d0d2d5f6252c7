"""Datasets compared with what GDAL, OGR and numpy make of the same sources, chip by chip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal, ogr

from chipwright.core.request import Size
from chipwright.tests.scenes import Scene, class_raster, make_scene

from .dataset_reading import (
    Box,
    accumulated,
    chips,
    definition,
    geotransform,
    kitti_boxes,
    masks,
    pixels,
    voc_boxes,
)
from .exporting import classes, export_chips, features
from .made_sources import (
    DEGREES,
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    TOP,
    UTM,
    Row,
    box,
    features_file,
    noise_file,
    on_map,
    raster_file,
)

TILE, STRIDE = Size(96, 64), Size(80, 48)
LESS_THAN_A_CENT = 0.005 + 1e-6
"""Of a pixel: boxes are written with two decimals."""


class Feature(NamedTuple):
    value: int
    geometry: ogr.Geometry


@dataclass(frozen=True)
class Source:
    """An image and a layer of labels with its classes in `classvalue`."""

    image: Path
    labels: Path

    def features(self) -> list[Feature]:
        """In the order in which they are drawn."""
        layer = ogr.Open(str(self.labels))
        found = {it.GetFID(): it for it in layer.GetLayer(0)}
        return [
            Feature(found[fid]["classvalue"], found[fid].geometry().Clone())
            for fid in sorted(found)
        ]


def odd_shapes() -> Iterator[Row]:
    """What buildings are not: holes, several parts, spikes, slivers, giants; and some overlap."""
    drawn = [
        "POLYGON ((20 20, 20 180, 230 180, 230 20, 20 20), (40 40, 200 40, 200 150, 40 150, 40 40))",
        "MULTIPOLYGON (((70 60, 70 66.5, 90 66.5, 70 60)), ((100 100, 140 101, 120 140, 100 100)))",
        "POLYGON ((0 0, 90.5 3.25, 12 6, 93 9.5, 10 12, 88 15, 0 18, 0 0))",
        "POLYGON ((150 0, 156.2 191, 151.1 190, 150 0))",
        "POLYGON ((-50 -50, -50 250, 75 250, 100 100, 75 -50, -50 -50))",
        "POLYGON ((96 64, 96 80, 112 80, 112 64, 96 64))",
        "POLYGON ((200.1 100.1, 200.1 100.3, 200.3 100.3, 200.3 100.1, 200.1 100.1))",
        "POLYGON ((240 96, 176 160, 240 224, 304 160, 240 96))",
        "POLYGON ((240 110, 176 160, 240 191.75, 256 160, 240 110))",
    ]
    for number, wkt in enumerate(drawn):
        yield wkt, {"classvalue": 1 + number % 4}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("odd")
    image = noise_file(folder / "image.tif", 256, 192)
    return Source(image, features_file(folder / "labels.gpkg", list(odd_shapes())))


@pytest.fixture(scope="module", params=["buildings", "odd shapes"])
def source(request: pytest.FixtureRequest, scene: Scene, odd: Source) -> Source:
    return odd if request.param == "odd shapes" else Source(scene.image, scene.labels)


def exported(source: Source, folder: Path, metadata_format: str, **settings: Any) -> Path:
    labels = {"input_class_data": features(source.labels), "metadata_format": metadata_format}
    sizes = {"tile_size": TILE, "stride_size": STRIDE}
    export_chips(source.image, folder, **{**sizes, **labels, **settings})
    return folder


def footprint(chip: Path) -> ogr.Geometry:
    left, width, _, top, _, height = geotransform(chip)
    right, bottom = left + width * TILE.columns, top + height * TILE.rows
    edges = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return ogr.CreateGeometryFromWkt(f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in edges)}))")


def parts(source: Source, chip: Path) -> list[Feature]:
    """Features clipped to a chip by OGR; what only touches it is left out."""
    area = footprint(chip)
    clipped = (Feature(it.value, it.geometry.Intersection(area)) for it in source.features())
    return [it for it in clipped if it.geometry.GetArea() > 1e-6]


def expected_boxes(source: Source, chip: Path) -> list[Box]:
    left, width, _, top, _, height = geotransform(chip)
    bounds = ((it.value, it.geometry.GetEnvelope()) for it in parts(source, chip))
    return [
        Box(
            value,
            (west - left) / width,
            (north - top) / height,
            (east - left) / width,
            (south - top) / height,
        )
        for value, (west, east, south, north) in bounds
    ]


@pytest.mark.parametrize(
    ("metadata_format", "ending", "read"),
    [
        ("PASCAL_VOC_rectangles", ".xml", voc_boxes),
        ("KITTI_rectangles", ".txt", kitti_boxes),
    ],
)
def test_boxes_are_the_bounds_of_the_clipped_geometry(
    source: Source, tmp_path: Path, metadata_format: str, ending: str, read: Any
) -> None:
    folder = exported(source, tmp_path / "chips", metadata_format)
    for chip in chips(folder):
        found = read(folder / "labels" / f"{chip.stem}{ending}")
        expected = expected_boxes(source, chip)
        assert [it.value for it in found] == [it.value for it in expected]
        assert np.allclose(found, expected, rtol=0, atol=LESS_THAN_A_CENT), chip.stem


def test_areas_of_classes_are_those_of_the_clipped_geometries(
    source: Source, tmp_path: Path
) -> None:
    folder = exported(source, tmp_path / "chips", "KITTI_rectangles")
    areas = defaultdict(list)
    for chip in chips(folder):
        for part in parts(source, chip):
            areas[part.value].append(part.geometry.GetArea())
    expected = [
        [min(of), max(of), sum(of) / len(of), sum(of), len(of)] for _, of in sorted(areas.items())
    ]
    found = accumulated(folder)["FeatureStats"]["FeatureAreaPerClass"]
    assert np.allclose([list(it.values()) for it in found], expected, rtol=1e-6)


def test_features_of_images_are_counted_as_ogr_counts_them(source: Source, tmp_path: Path) -> None:
    folder = exported(source, tmp_path / "chips", "KITTI_rectangles")
    counts = [len(parts(source, chip)) for chip in chips(folder)]
    some = [count for count in counts if count]
    assert accumulated(folder)["FeatureStats"]["NumFeaturesPerImage"] == {
        "Min": min(some),
        "Max": max(some),
        "Mean": pytest.approx(sum(some) / len(some)),
        "Sum": sum(some),
        "Count": len(some),
    }


def test_class_maps_are_what_gdal_rasterizes_on_each_chip(source: Source, tmp_path: Path) -> None:
    folder = exported(source, tmp_path / "chips", "Classified_Tiles")
    for chip in chips(folder):
        expected = rasterized(chip, source.labels)
        assert np.array_equal(pixels(folder / "labels" / chip.name), expected), chip.stem


def rasterized(chip: Path, layer: Path) -> NDArray[Any]:
    """What gdal_rasterize burns of a layer, feature after feature, on the grid of a chip."""
    target = empty_like(chip)
    gdal.Rasterize(target, str(layer), attribute="classvalue")
    return target.ReadAsArray()[None]


def empty_like(chip: Path) -> gdal.Dataset:
    like = gdal.Open(str(chip))
    driver = gdal.GetDriverByName("MEM")
    target = driver.Create("", like.RasterXSize, like.RasterYSize, 1, gdal.GDT_Byte)
    target.SetGeoTransform(like.GetGeoTransform())
    target.SetProjection(like.GetProjection())
    return target


def test_masks_hold_every_feature_as_gdal_rasterizes_it_alone(
    source: Source, tmp_path: Path
) -> None:
    folder = exported(source, tmp_path / "chips", "RCNN_Masks")
    names = {it["Value"]: it["Name"] for it in definition(folder)["Classes"]}
    for chip in chips(folder):
        expected = instances(source, chip)
        for value, alone in expected.items():
            mask = masks(folder, names[value], chip.stem)
            assert mask.max() == len(alone)
            for number, pixels_alone in enumerate(alone, start=1):
                assert np.array_equal((mask == number).any(axis=0), pixels_alone), chip.stem
        with_file = {path.parent.name for path in folder.glob(f"labels/*/{chip.stem}.tif")}
        assert with_file == {names[value] for value in expected}


def instances(source: Source, chip: Path) -> dict[int, list[NDArray[np.bool_]]]:
    """For each class, its features burned alone; those that cover no pixel are left out."""
    found = defaultdict(list)
    near = [it for it in source.features() if it.geometry.Intersects(footprint(chip))]
    for feature in near:
        target = empty_like(chip)
        memory = ogr.GetDriverByName("Memory").CreateDataSource("")
        layer = memory.CreateLayer("one", target.GetSpatialRef())
        drawn = ogr.Feature(layer.GetLayerDefn())
        drawn.SetGeometry(feature.geometry)
        layer.CreateFeature(drawn)
        gdal.RasterizeLayer(target, [1], layer, burn_values=[1])
        alone = target.ReadAsArray() == 1
        if alone.any():
            found[feature.value].append(alone)
    return found


def test_instances_whose_common_edge_runs_through_pixel_centres_keep_their_pixels(
    tmp_path: Path,
) -> None:
    """GDAL gives the pixels on such an edge to both."""
    halves = [
        (box(10, 10, 30, 20.5), {"classvalue": 1}),
        (box(10, 20.5, 30, 31), {"classvalue": 1}),
    ]
    image = noise_file(tmp_path / "image.tif", 96, 64)
    source = Source(image, features_file(tmp_path / "halves.gpkg", halves))
    folder = exported(source, tmp_path / "chips", "RCNN_Masks")
    alone = instances(source, chips(folder)[0])[1]
    mask = masks(folder, "1", "000000000")
    assert [int((mask == number).sum()) for number in (1, 2)] == [int(it.sum()) for it in alone]


CLASS_GRIDS = {
    "on the pixels of the image": (GEOTRANSFORM, UTM),
    "between the pixels of the image": ((LEFT - 3.2, PIXEL, 0.0, TOP + 1.1, 0.0, -PIXEL), UTM),
    "coarser than the image": ((LEFT - 20.0, 1.7, 0.0, TOP + 20.0, 0.0, -1.7), UTM),
    "finer than the image": ((LEFT - 1.0, 0.2, 0.0, TOP + 1.0, 0.0, -0.2), UTM),
    "on a part of the image": ((LEFT + 40.2, 0.7, 0.0, TOP - 30.1, 0.0, -0.7), UTM),
    "turned against the image": ((LEFT - 40.0, 0.6, 0.35, TOP - 10.0, 0.35, -0.6), UTM),
    "in another system": ((14.9999, 7e-6, 0.0, 48.75305, 0.0, -7e-6), DEGREES),
}


@pytest.mark.parametrize("grid", CLASS_GRIDS)
def test_a_class_raster_is_warped_to_each_chip_as_gdalwarp_does(tmp_path: Path, grid: str) -> None:
    made, epsg = CLASS_GRIDS[grid]
    image = noise_file(tmp_path / "image.tif", 256, 192)
    rng = np.random.default_rng(1)
    blocks = rng.integers(0, 6, (1, 60, 80), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    raster = raster_file(tmp_path / "classes.tif", blocks, made, epsg)
    folder = tmp_path / "chips"
    export_chips(
        image,
        folder,
        metadata_format="Classified_Tiles",
        input_class_data=classes(raster),
        tile_size=TILE,
        stride_size=STRIDE,
    )
    labelled = 0
    for chip in chips(folder):
        expected = empty_like(chip)
        gdal.Warp(expected, str(raster), resampleAlg="near", errorThreshold=0)
        found = pixels(folder / "labels" / chip.name)[0]
        labelled += int((found > 0).sum())
        assert np.array_equal(found, expected.ReadAsArray()), chip.stem
    assert labelled


@pytest.mark.parametrize("grid", ["on the pixels of the image", "turned against the image"])
def test_overviews_of_a_class_raster_invent_no_classes(tmp_path: Path, grid: str) -> None:
    """They may be averages: between classes 10 and 200 there is no class 105."""
    made, epsg = CLASS_GRIDS[grid]
    values = np.random.default_rng(2).choice([10, 200], (1, 240, 320)).astype(np.uint8)
    raster = raster_file(tmp_path / "classes.tif", values, made, epsg)
    gdal.Open(str(raster), gdal.GA_Update).BuildOverviews("AVERAGE", [2, 4])
    labels = {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}
    image = noise_file(tmp_path / "image.tif", 256, 192)
    export_chips(image, tmp_path / "chips", cell_size=2.0, tile_size=Size(32, 32), **labels)
    maps = [pixels(path) for path in (tmp_path / "chips/labels").iterdir()]
    assert set(np.unique(np.stack(maps))) <= {0, 10, 200}


def test_pixels_of_a_class_raster_are_counted_as_numpy_counts_them(
    scene: Scene, tmp_path: Path
) -> None:
    raster = class_raster(scene, tmp_path / "classes.tif")
    source = Source(scene.image, scene.labels)
    settings = {"input_class_data": classes(raster), "tile_size": TILE, "stride_size": STRIDE}
    folder = exported(source, tmp_path / "chips", "Classified_Tiles", **settings)
    maps = [pixels(path) for path in sorted((folder / "labels").iterdir())]
    counts = np.array([np.bincount(each.ravel(), minlength=6)[1:] for each in maps])
    stats = accumulated(folder)["ClassPixelStats"]
    assert stats["NumPixelsPerClass"] == counts.sum(axis=0).tolist()
    assert stats["NumImagesPerClass"] == (counts > 0).sum(axis=0).tolist()


@pytest.mark.parametrize("cell_size", [1.0, 0.8, 0.4, 0.25])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_chips_of_another_cell_size_are_cut_from_the_image_that_gdal_resamples(
    tmp_path: Path, cell_size: float, dtype: str
) -> None:
    """Means of whole numbers that lie half way between two may be rounded either way."""
    scene = make_scene(tmp_path, 320, 256, features=3, dtype=dtype)
    export_chips(scene.image, tmp_path / "chips", cell_size=cell_size, stride_size=Size(60, 20))
    how = "average" if cell_size > PIXEL else "bilinear"
    options = {"xRes": cell_size, "yRes": cell_size, "resampleAlg": how}
    whole = gdal.Translate("", str(scene.image), format="MEM", **options).ReadAsArray()
    tolerance = 1 if (how, dtype) == ("average", "uint8") else 1e-6
    for chip in chips(tmp_path / "chips"):
        x, width, _, y, _, height = geotransform(chip)
        left, top = round((x - LEFT) / width), round((y - TOP) / height)
        expected = whole[:, top : top + 64, left : left + 64]
        assert (width, height) == pytest.approx((cell_size, -cell_size))
        assert np.allclose(pixels(chip), expected, rtol=0, atol=tolerance), chip.stem


@pytest.mark.parametrize("cell_size", [1.0, 0.3])
def test_labels_of_another_cell_size_are_burned_on_its_pixels(
    scene: Scene, tmp_path: Path, cell_size: float
) -> None:
    source = Source(scene.image, scene.labels)
    settings = {"cell_size": cell_size, "tile_size": Size(64, 64), "stride_size": Size(0, 0)}
    folder = exported(source, tmp_path / "chips", "Classified_Tiles", **settings)
    for chip in chips(folder):
        expected = rasterized(chip, scene.labels)
        assert np.array_equal(pixels(folder / "labels" / chip.name), expected), chip.stem


def test_labels_in_another_system_lie_where_their_coordinates_say(
    odd: Source, tmp_path: Path
) -> None:
    """Both have the same vertices, so the boxes can differ by the rounding of degrees only."""
    same = features_file(tmp_path / "metres.gpkg", list(odd_shapes()))
    degrees = features_file(tmp_path / "degrees.gpkg", list(odd_shapes()), DEGREES)
    for name, layer in (("metres", same), ("degrees", degrees)):
        exported(Source(odd.image, layer), tmp_path / name, "KITTI_rectangles")
    for chip in chips(tmp_path / "metres"):
        first, second = (
            kitti_boxes(tmp_path / name / f"labels/{chip.stem}.txt")
            for name in ("metres", "degrees")
        )
        assert np.allclose(first, second, rtol=0, atol=0.011)


def test_buffered_labels_are_those_that_ogr_buffers(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 96, 64)
    points = [("POINT (30 30)", {"classvalue": 1}), ("POINT (95 60)", {"classvalue": 2})]
    layer = features_file(tmp_path / "points.gpkg", points)
    source = Source(image, layer)
    exported(source, tmp_path / "chips", "KITTI_rectangles", buffer_radius=4.0)
    (stats,) = [accumulated(tmp_path / "chips")["FeatureStats"]]
    window = ogr.CreateGeometryFromWkt(on_map(box(0, 0, 96, 64)))
    circles = [
        it.geometry.Buffer(4.0, 256).Intersection(window).GetArea() for it in source.features()
    ]
    found = [it["Sum"] for it in stats["FeatureAreaPerClass"]]
    assert found == pytest.approx(circles, rel=0.01)
