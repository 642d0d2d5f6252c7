from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Union

import pytest
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.fingerprint import Fingerprint, check_same, fingerprint
from chipwright.core.request import Extent, FeatureSource, RasterSource, Size

from .exporting import chip_request, features, picture
from .made_sources import box, features_file, noise_file


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return noise_file(tmp_path / "image.tif", 16, 16)


def taken(image: Union[Path, str], **settings: Any) -> Fingerprint:
    """As it comes back from a file."""
    request = replace(
        chip_request(Path(), Path("chips"), **settings), input_raster=RasterSource(str(image))
    )
    found = fingerprint(request, [("inputRaster", request.input_raster)])
    return json.loads(json.dumps(found))


def difference(there: Fingerprint, asked: Fingerprint) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        check_same(there, asked)
    return caught.value


def test_the_same_is_the_same(image: Path) -> None:
    settings = {"extent": Extent(0.1, 0, 1, 1, "wkt"), "bands": (1, 2), "cell_size": 0.1}
    check_same(taken(image, **settings), taken(image, **settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"parallel_processing_factor": "7"},
        {"existing_output": "replace"},
        {"response_format": "json"},
        {"input_raster_name": "called otherwise"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_what_does_not_decide_bytes_does_not_matter(image: Path, settings: dict[str, Any]) -> None:
    before = taken(image)
    if "input_raster_name" in settings:
        settings = {"additional_input_raster": RasterSource(str(image), name="called otherwise")}
        before = taken(image, additional_input_raster=picture(image))
    check_same(before, taken(image, **settings))


@pytest.mark.parametrize(
    ("parameter", "settings"),
    [
        ("tileSizeX", {"tile_size": Size(63, 64)}),
        ("strideSizeY", {"stride_size": Size(0, 3)}),
        ("jpegQuality", {"jpeg_quality": 20}),
        ("scalingPercentiles", {"scaling_percentiles": (1.0, 98.0)}),
        ("classPriority", {"class_priority": "height"}),
        ("extent", {"extent": Extent(0, 0, 1, 2)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_differs_is_named_with_both_values(
    image: Path, parameter: str, settings: dict[str, Any]
) -> None:
    error = difference(taken(image), taken(image, **settings))
    assert error.parameter == parameter and "nothing was changed" in error.problem


def test_an_old_journal_does_not_know_a_new_parameter(image: Path) -> None:
    before = taken(image)
    del before["parameters"]["seed"]
    assert difference(before, taken(image)).parameter == "seed"


# files


def test_another_size_is_told(image: Path) -> None:
    before = taken(image)
    with image.open("ab") as file:
        file.write(b"more")
    error = difference(before, taken(image))
    assert error.parameter == "inputRaster"
    assert f"'{image}' has become {image.stat().st_size} bytes" in error.problem


def test_another_time_is_told(image: Path) -> None:
    before = taken(image)
    os.utime(image, (1, 1))
    assert "was changed" in difference(before, taken(image)).problem


def test_another_beginning_is_told_be_the_time_the_same(image: Path) -> None:
    before, about = taken(image), image.stat()
    content = bytearray(image.read_bytes())
    content[-1] ^= 1
    image.write_bytes(content)
    os.utime(image, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert "was changed" in difference(before, taken(image)).problem


def test_files_that_belong_to_a_source_count(image: Path, tmp_path: Path) -> None:
    layer = tmp_path / "labels.shp"
    made = gdal.OpenEx(
        str(features_file(tmp_path / "made.gpkg", [(box(1, 1, 9, 9), {"value": 1})]))
    )
    gdal.VectorTranslate(str(layer), made, format="ESRI Shapefile")
    settings = {"input_class_data": features(layer), "metadata_format": "KITTI_rectangles"}
    before = taken(image, **settings)
    os.utime(layer.with_suffix(".dbf"), (1, 1))
    error = difference(before, taken(image, **settings))
    assert error.parameter == "inputClassData" and "labels.dbf" in error.problem


def test_the_rasters_of_a_mosaic_count(image: Path, tmp_path: Path) -> None:
    mosaic = tmp_path / "mosaic.vrt"
    gdal.BuildVRT(str(mosaic), [str(image)]).FlushCache()
    before = taken(mosaic)
    os.utime(image, (1, 1))
    assert str(image) in difference(before, taken(mosaic)).problem


def test_statistics_that_a_viewer_wrote_beside_do_not_count(image: Path) -> None:
    before = taken(image)
    image.with_name("image.tif.aux.xml").write_text("<PAMDataset/>")
    check_same(before, taken(image))


def test_an_archive_counts_for_what_is_in_it(image: Path, tmp_path: Path) -> None:
    archive = tmp_path / "images.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(image, "image.tif")
    inside = f"/vsizip/{archive}/image.tif"
    before = taken(inside)
    os.utime(archive, (1, 1))
    assert str(archive) in difference(before, taken(inside)).problem


def test_a_relative_path_is_the_same_as_an_absolute_one(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = taken(image)
    monkeypatch.chdir(image.parent)
    check_same(before, taken(Path("image.tif")))


def test_files_in_memory_count_by_what_is_in_them(image: Path) -> None:
    """Their names are made up anew for each export."""

    def copied(name: str, content: bytes) -> dict[str, Any]:
        path = f"/vsimem/tests_of_chipwright/{name}.tif"
        gdal.FileFromMemBuffer(path, content)
        return taken(image, additional_input_raster=RasterSource(path))

    content = image.read_bytes()
    before = copied("first-of-all", content)
    check_same(before, copied("another", content))
    error = difference(before, copied("and-a-third", content[:-1] + b"?"))
    assert error.parameter == "additionalInputRaster"


def test_what_is_on_a_server_is_known_by_its_name_alone(image: Path) -> None:
    given = {"input_mask_polygons": FeatureSource("PG:host=127.0.0.1 port=1 dbname=none", "areas")}
    before = taken(image, **given)
    check_same(before, taken(image, **given))
    given = {"input_mask_polygons": FeatureSource("PG:host=127.0.0.1 port=1 dbname=none", "parts")}
    assert difference(before, taken(image, **given)).parameter == "inputMaskPolygons"
