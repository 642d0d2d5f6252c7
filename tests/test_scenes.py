from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr

from chipwright.tests.scenes import Scene, class_raster, make_scene
from chipwright.tests.scenes.buildings import CLASSES


def test_an_image_has_the_size_and_bands_that_were_asked_for(tmp_path: Path) -> None:
    image = gdal.Open(str(make_scene(tmp_path, 300, 200, features=4, bands=5).image))
    assert (image.RasterXSize, image.RasterYSize, image.RasterCount) == (300, 200, 5)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
def test_pixels_use_the_range_of_their_type(tmp_path: Path, dtype: str) -> None:
    scene = make_scene(tmp_path, 256, 256, features=4, dtype=dtype)
    pixels = gdal.Open(str(scene.image)).ReadAsArray()
    brightest = {"uint8": 255, "uint16": 4095, "int16": 4095, "float32": 1}[dtype]
    assert pixels.dtype == dtype
    assert 0.4 * brightest < pixels.max() <= brightest


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        make_scene(tmp_path / name, 300, 300, features=6, seed=seed).image.read_bytes()
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again != other


def test_there_are_as_many_labels_as_asked_for_in_every_class(scene: Scene) -> None:
    source = ogr.Open(str(scene.labels))
    labels = [(it["classvalue"], it["classname"]) for it in source.GetLayerByName("buildings")]
    assert len(labels) == 40
    assert set(labels) == {(kind.value, kind.name) for kind in CLASSES}


def test_labels_carry_the_color_of_their_class(scene: Scene) -> None:
    source = ogr.Open(str(scene.labels))
    colors = {it["classname"]: (it["RED"], it["GREEN"], it["BLUE"]) for it in source.GetLayer(0)}
    assert colors == {kind.name: kind.color for kind in CLASSES}


def test_outlines_are_valid_polygons(scene: Scene) -> None:
    source = ogr.Open(str(scene.labels))
    assert all(it.geometry().IsValid() for it in source.GetLayer(0))


def test_few_buildings_meet_another(tmp_path: Path) -> None:
    source = ogr.Open(str(make_scene(tmp_path, 1024, 1024, features=150).labels))
    shapes = [it.geometry().Clone() for it in source.GetLayer(0)]
    meeting = sum(
        any(one.Intersects(other) for other in shapes if other is not one) for one in shapes
    )
    assert 2 <= meeting <= 8


def test_roofs_lie_where_the_labels_are(scene: Scene, tmp_path: Path) -> None:
    """Inside the outlines the picture differs from that of the same land by its roofs."""
    classes = gdal.Open(str(class_raster(scene, tmp_path / "classes.tif"))).ReadAsArray()
    red, green, _ = gdal.Open(str(scene.image)).ReadAsArray().astype(np.float32)
    redness = red - green
    assert redness[classes == 1].mean() > 20
    assert redness[classes == 0].mean() < 5


def test_a_class_raster_lies_on_the_pixels_of_the_image(scene: Scene, tmp_path: Path) -> None:
    image = gdal.Open(str(scene.image))
    classes = gdal.Open(str(class_raster(scene, tmp_path / "classes.tif")))
    assert classes.GetGeoTransform() == image.GetGeoTransform()
    assert set(np.unique(classes.ReadAsArray())) == {0, 1, 2, 3, 4, 5}


def test_too_many_buildings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="900 buildings find no room in 256 x 256 pixels"):
        make_scene(tmp_path, 256, 256, features=900)


@pytest.mark.parametrize(
    ("columns", "rows", "features"), [(64, 64, 1), (100, 700, 0), (257, 130, 5)]
)
def test_small_and_narrow_scenes_can_be_made(
    tmp_path: Path, columns: int, rows: int, features: int
) -> None:
    source = ogr.Open(str(make_scene(tmp_path, columns, rows, features).labels))
    assert source.GetLayer(0).GetFeatureCount() == features
