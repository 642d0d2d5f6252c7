"""The checks of the bench let right exports through and find wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal

from chipwright.core.export import export
from chipwright.core.grid import Size

from ..scenes import Scene
from .bars import Bars, Memory
from .jobs import Job
from .reference import Reference
from .sources import Source
from .verifying import Wrong, verify

FORMATS = (
    "Export_Tiles",
    "PASCAL_VOC_rectangles",
    "Classified_Tiles",
    "RCNN_Masks",
    "Labeled_Tiles",
)


def exported(scene: Scene, folder: Path, **settings: Any) -> Reference:
    sizes = {"tile_size": Size(96, 96), "stride_size": Size(80, 80)}
    job = Job("x", "made up", {**sizes, **settings}, Bars(1))
    chips = export(job.request(scene, folder, workers=2)).chip_count
    return Reference(job, Source(), scene, folder, chips, Memory(0, 0))


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_right_exports_pass(scene: Scene, tmp_path: Path, metadata_format: str) -> None:
    verify(exported(scene, tmp_path / "out", metadata_format=metadata_format))


@pytest.mark.parametrize(
    "settings", [{"chip_format": "PNG"}, {"chip_format": "JPEG"}, {"rotation_angle": 45.0}], ids=str
)
def test_right_chips_of_other_kinds_pass(
    scene: Scene, tmp_path: Path, settings: dict[str, Any]
) -> None:
    verify(exported(scene, tmp_path / "out", metadata_format="Export_Tiles", **settings))


def another_pixel(path: Path) -> None:
    raster = gdal.Open(str(path), gdal.GA_Update)
    pixels = raster.ReadAsArray()
    pixels[..., 40, 40] = pixels[..., 40, 40] == 0
    raster.WriteArray(pixels)


def another_place(path: Path) -> None:
    raster = gdal.Open(str(path), gdal.GA_Update)
    left, width, turn, top, tilt, height = raster.GetGeoTransform()
    raster.SetGeoTransform((left + width, width, turn, top, tilt, height))


def another_box(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("<xmin>", "<xmin>1", 1), "utf-8")


SPOILED: list[tuple[str, str, Callable[[Path], None]]] = [
    ("Export_Tiles", "images/*.tif", another_pixel),
    ("Export_Tiles", "images/*.tif", another_place),
    ("Classified_Tiles", "labels/*.tif", another_pixel),
    ("RCNN_Masks", "labels/*/*.tif", another_pixel),
    ("PASCAL_VOC_rectangles", "labels/*.xml", another_box),
    ("Labeled_Tiles", "labels/*.xml", another_box),
]


@pytest.mark.parametrize(("metadata_format", "pattern", "spoil"), SPOILED)
def test_wrong_files_are_found(
    scene: Scene,
    tmp_path: Path,
    metadata_format: str,
    pattern: str,
    spoil: Callable[[Path], None],
) -> None:
    made = exported(scene, tmp_path / "out", metadata_format=metadata_format)
    for path in made.folder.glob(pattern):
        spoil(path)
    with pytest.raises(Wrong):
        verify(made)


def test_wrong_statistics_are_found(scene: Scene, tmp_path: Path) -> None:
    made = exported(scene, tmp_path / "out", metadata_format="Export_Tiles")
    path = made.folder / "esri_model_definition.emd"
    definition = json.loads(path.read_bytes())
    definition["AllTilesStats"][0]["Mean"] += 1e-6
    path.write_text(json.dumps(definition), "utf-8")
    with pytest.raises(Wrong, match="numpy finds"):
        verify(made)


def test_wrong_areas_are_found(scene: Scene, tmp_path: Path) -> None:
    made = exported(scene, tmp_path / "out", metadata_format="PASCAL_VOC_rectangles")
    path = made.folder / "esri_accumulated_stats.json"
    stats = json.loads(path.read_bytes())
    stats["FeatureStats"]["FeatureAreaPerClass"][0]["Sum"] *= 1.001
    path.write_text(json.dumps(stats), "utf-8")
    with pytest.raises(Wrong, match="areas of class"):
        verify(made)
