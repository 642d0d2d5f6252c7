"""Sources that are damaged, or become so while chips are cut: told by their name, gone on with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest
from osgeo import gdal, ogr

from chipwright.core import journal
from chipwright.core.blobs import packed
from chipwright.core.errors import ChipExportError, UnreadableSource
from chipwright.core.export import export
from chipwright.core.flat_polygons import repairs_of
from chipwright.core.gdal_errors import gdal_messages
from chipwright.core.request import ExportRequest, Size

from .dataset_reading import contents
from .exporting import Listener, chip_request, export_chips, features
from .made_sources import box, features_file, noise_file

DAMAGE = b"\xff\x00\x13\x37" * 1000
ROWS = [
    (box(left, top, left + 3, top + 3), {"value": 1})
    for top in range(0, 630, 10)
    for left in range(0, 60, 5)
]


@pytest.fixture(autouse=True)
def a_line_for_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return noise_file(tmp_path / "image.tif", 64, 1280)


def cut(path: Path) -> None:
    """Without its last third."""
    os.truncate(path, path.stat().st_size * 2 // 3)


def damage(path: Path) -> None:
    """In the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(DAMAGE)


# Rasters


@pytest.mark.parametrize(
    ("driver", "ending", "options", "harm"),
    [
        (
            "GTiff",
            "tif",
            ["COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"],
            damage,
        ),
        ("GTiff", "tif", ["COMPRESS=LZW"], damage),
        ("GTiff", "tif", [], cut),
        ("PNG", "png", [], damage),
        ("JPEG", "jpg", [], cut),
    ],
    ids=["deflate", "lzw", "plain", "png", "jpeg"],
)
def test_a_damaged_block_is_told_and_the_chips_before_it_are_kept(
    image: Path,
    tmp_path: Path,
    driver: str,
    ending: str,
    options: list[str],
    harm: Callable[[Path], None],
) -> None:
    path = tmp_path / f"damaged.{ending}"
    gdal.Translate(str(path), str(image), format=driver, creationOptions=options)
    harm(path)
    with pytest.raises(UnreadableSource) as caught:
        export_chips(path, tmp_path / "chips", tile_size=Size(32, 32))
    said = str(caught.value)
    assert said.startswith(f"inputRaster: '{path}' cannot be read")
    assert "it is cut short or damaged" in said
    assert "chips are kept: run it again with existingOutput=resume" in said


class Doing(Listener):
    """Does something when a third of the work is done."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act: Optional[Callable[[], object]] = act

    def fraction(self, done: float) -> None:
        super().fraction(done)
        if done > 0.3 and self.act is not None:
            act, self.act = self.act, None
            act()


def gone_on_with(
    asked: ExportRequest, break_it: Callable[[], object], mend: Callable[[], object]
) -> str:
    """What is said when it breaks; mended, it ends as if nothing had been."""
    with pytest.raises(ChipExportError) as caught:
        export(asked, Doing(break_it))
    mend()
    folder, whole = Path(asked.output_location), Path(f"{asked.output_location} whole")
    export(replace(asked, existing_output="resume"))
    export(replace(asked, output_location=str(whole)))
    assert contents(folder) == contents(whole)
    return str(caught.value)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_image_that_is_cut_short_meanwhile_can_be_brought_back(
    image: Path, tmp_path: Path, workers: str
) -> None:
    shutil.copy2(image, tmp_path / "kept.tif")
    asked = chip_request(
        image, tmp_path / "chips", tile_size=Size(32, 32), parallel_processing_factor=workers
    )
    said = gone_on_with(
        asked,
        lambda: os.truncate(image, image.stat().st_size // 2),
        lambda: shutil.copy2(tmp_path / "kept.tif", image),
    )
    assert said.startswith(f"inputRaster: '{image}' cannot be read")


def test_so_can_a_part_of_a_mosaic_that_is_gone(image: Path, tmp_path: Path) -> None:
    """As of a drive that was unplugged."""
    part, gone = tmp_path / "below.tif", tmp_path / "gone.tif"
    gdal.Translate(str(tmp_path / "above.tif"), str(image), srcWin=[0, 0, 64, 1088])
    gdal.Translate(str(part), str(image), srcWin=[0, 1088, 64, 192])
    mosaic = tmp_path / "mosaic.vrt"
    gdal.BuildVRT(str(mosaic), [str(tmp_path / "above.tif"), str(part)]).FlushCache()
    asked = chip_request(mosaic, tmp_path / "chips", tile_size=Size(32, 32))
    said = gone_on_with(asked, lambda: part.rename(gone), lambda: gone.rename(part))
    assert "mosaic.vrt' cannot be read" in said and "below.tif" in said


# Features


@pytest.mark.parametrize(
    ("driver", "ending", "harmed", "harm"),
    [
        ("GPKG", "gpkg", "gpkg", cut),
        ("GPKG", "gpkg", "gpkg", damage),
        ("FlatGeobuf", "fgb", "fgb", cut),
        ("FlatGeobuf", "fgb", "fgb", damage),
        ("GeoJSON", "geojson", "geojson", cut),
        ("GeoJSON", "geojson", "geojson", damage),
        ("ESRI Shapefile", "shp", "shp", cut),
        ("ESRI Shapefile", "shp", "dbf", cut),
    ],
)
def test_labels_are_not_lost_silently(
    image: Path,
    tmp_path: Path,
    driver: str,
    ending: str,
    harmed: str,
    harm: Callable[[Path], None],
) -> None:
    """GDAL ends as if there were no more features."""
    path = tmp_path / f"labels.{ending}"
    gdal.VectorTranslate(
        str(path), str(features_file(tmp_path / "whole.gpkg", ROWS)), format=driver
    )
    harm(path.with_suffix(f".{harmed}"))
    given = {"metadata_format": "KITTI_rectangles", "input_class_data": features(path)}
    with pytest.raises(ChipExportError, match=f"^inputClassData: '{path}' cannot be "):
        export_chips(image, tmp_path / "chips", **given)
    assert not (tmp_path / "chips").exists()


def test_an_area_that_nobody_can_repair_is_none() -> None:
    """A ring of two points, as a damaged file may hold it."""
    ring = ogr.Geometry(ogr.wkbLinearRing)
    ring.AddPoint_2D(0, 0)
    ring.AddPoint_2D(1, 1)
    area = ogr.Geometry(ogr.wkbPolygon)
    area.AddGeometry(ring)
    with gdal_messages():
        assert repairs_of(packed([bytes(area.ExportToWkb())]), [0]) == {0: b""}
