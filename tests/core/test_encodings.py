from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core.encodings import chip_encoding, esri_wkt, world_file
from chipwright.core.gdal_errors import GdalFailure
from chipwright.core.grid import PixelGrid
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    Array,
    crs,
    gdal_raising,
    random_pixels,
)

ODD = PixelGrid(8, 8, (465_172.123456, 0.0731, 0.0, 5_412_309.654321, 0.0, -0.0731), UTM)
DEGREES = PixelGrid(
    8, 8, (13.123456789012, 8.98e-6, 0.0, 52.123456789012, 0.0, -8.98e-6), crs(4326)
)
GRIDS = {
    "north up": NORTH_UP,
    "south up": SOUTH_UP,
    "rotated": ROTATED,
    "odd": ODD,
    "degrees": DEGREES,
}
EVERY_GRID = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())
FORMATS = ("TIFF", "PNG", "JPEG", "MRF")
EVERY_FORMAT = pytest.mark.parametrize("chip_format", FORMATS)


def encoded(
    chip_format: str, pixels: Array, grid: PixelGrid, quality: int = 90, nodata: float | None = None
) -> dict[str, bytes]:
    """Contents by ending."""
    encoding = chip_encoding(chip_format, pixels.shape[2], quality, nodata)
    return {ending: bytes(content) for ending, content in encoding.files(pixels, grid)}


def opened(folder: Path, chip_format: str, files: dict[str, bytes]) -> gdal.Dataset:
    for ending, content in files.items():
        (folder / f"chip{ending}").write_bytes(content)
    return gdal.Open(str(folder / f"chip{next(iter(files))}"))


def smooth(bands: int, rows: int, columns: int) -> Array:
    """A picture that JPEG loses little of."""
    row, column = np.mgrid[:rows, :columns]
    return np.stack([100 + 50 * np.sin(row / 20 + k) + column % 64 for k in range(bands)]).astype(
        np.uint8
    )


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    before = set(gdal.ReadDir("/vsimem/") or ())
    yield
    assert set(gdal.ReadDir("/vsimem/") or ()) == before


@pytest.mark.parametrize(
    ("chip_format", "ending"),
    [("TIFF", ".tif"), ("PNG", ".png"), ("JPEG", ".jpg"), ("MRF", ".mrf")],
)
def test_the_image_comes_first(chip_format: str, ending: str) -> None:
    assert next(iter(encoded(chip_format, random_pixels((3, 8, 8)), NORTH_UP))) == ending


@EVERY_FORMAT
def test_the_ending_is_that_of_the_image(chip_format: str) -> None:
    files = encoded(chip_format, random_pixels((3, 8, 8)), NORTH_UP)
    assert chip_encoding(chip_format, 8, 90, None).ending == next(iter(files))


@pytest.mark.parametrize(
    ("chip_format", "endings"),
    [
        ("TIFF", {".tif"}),
        ("PNG", {".png", ".pgw", ".prj"}),
        ("JPEG", {".jpg", ".jgw", ".prj"}),
    ],
)
@EVERY_GRID
def test_there_are_no_files_but_the_image_and_its_georeference(
    chip_format: str, endings: set[str], grid: PixelGrid
) -> None:
    assert set(encoded(chip_format, random_pixels((3, 8, 8)), grid, nodata=0)) == endings


def test_mrf_is_an_index_and_data_beside_the_header() -> None:
    endings = set(encoded("MRF", random_pixels((3, 8, 8)), NORTH_UP, nodata=0))
    assert ".mrf" in endings and not {".aux.xml", ".mrf.aux.xml"} & endings


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
def test_without_a_system_there_is_no_prj(chip_format: str) -> None:
    grid = PixelGrid(8, 8, NORTH_UP.geotransform)
    assert ".prj" not in encoded(chip_format, random_pixels((3, 8, 8)), grid)


@pytest.mark.parametrize(
    ("chip_format", "dtype", "shape"),
    [
        ("PNG", "uint8", (1, 8, 8)),
        ("PNG", "uint8", (3, 9, 33)),
        ("PNG", "uint16", (1, 9, 33)),
        ("PNG", "uint16", (3, 9, 33)),
        ("PNG", "uint8", (3, 1, 1)),
        ("MRF", "uint8", (1, 8, 8)),
        ("MRF", "uint8", (3, 16, 16)),
        ("MRF", "uint8", (3, 9, 33)),
        ("MRF", "uint8", (3, 33, 9)),
        ("MRF", "uint8", (12, 16, 16)),
        ("MRF", "uint16", (4, 16, 16)),
        ("MRF", "int16", (1, 16, 16)),
        ("MRF", "float32", (3, 16, 16)),
        ("MRF", "uint8", (3, 1, 1)),
        ("TIFF", "float64", (12, 9, 33)),
    ],
)
def test_pixels_are_read_back_by_gdal(
    tmp_path: Path, chip_format: str, dtype: str, shape: tuple[int, int, int]
) -> None:
    pixels = random_pixels(shape, dtype)
    file = opened(tmp_path, chip_format, encoded(chip_format, pixels, NORTH_UP))
    assert np.array_equal(file.ReadAsArray().reshape(shape), pixels)


@pytest.mark.parametrize("bands", [1, 3])
def test_jpeg_comes_close_to_the_pixels(tmp_path: Path, bands: int) -> None:
    pixels = smooth(bands, 64, 64)
    file = opened(tmp_path, "JPEG", encoded("JPEG", pixels, NORTH_UP))
    difference = file.ReadAsArray().reshape(pixels.shape).astype(int) - pixels
    assert np.abs(difference).mean() < 3


def test_a_better_jpeg_is_larger() -> None:
    sizes = [
        len(encoded("JPEG", random_pixels((3, 64, 64)), NORTH_UP, quality)[".jpg"])
        for quality in (10, 50, 90)
    ]
    assert sizes == sorted(sizes) and sizes[0] < sizes[2]


@pytest.mark.parametrize(
    ("chip_format", "name"),
    # MRF has no place for a rotation: it is refused before anything is encoded
    [case for case in product(FORMATS, GRIDS) if case != ("MRF", "rotated")],
)
def test_the_georeference_is_read_back_by_gdal_to_a_hundredth_of_a_pixel(
    tmp_path: Path, chip_format: str, name: str
) -> None:
    grid = GRIDS[name]
    file = opened(tmp_path, chip_format, encoded(chip_format, random_pixels((3, 8, 8)), grid))
    corners = np.array([0.0, 8.0, 0.0, 8.0]), np.array([0.0, 0.0, 8.0, 8.0])
    there = PixelGrid(8, 8, file.GetGeoTransform()).to_map(*corners)
    assert np.allclose(grid.to_pixels(*there), corners, rtol=0, atol=0.01)


@EVERY_FORMAT
def test_the_system_is_read_back_by_gdal(tmp_path: Path, chip_format: str) -> None:
    files = encoded(chip_format, random_pixels((3, 8, 8)), NORTH_UP)
    file = opened(tmp_path, chip_format, files)
    if ".prj" in files:  # GDAL does not look at the .prj of a PNG or JPEG
        found = osr.SpatialReference()
        found.ImportFromESRI([files[".prj"].decode()])
    else:
        found = file.GetSpatialRef()
    expected = osr.SpatialReference(UTM)
    options = ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT"]
    assert found.GetUTMZone() == 33
    assert found.IsSame(expected, options) or found.FindMatches()[0][1] >= 70


@pytest.mark.parametrize("chip_format", ["TIFF", "MRF"])
def test_nodata_is_read_back_by_gdal(tmp_path: Path, chip_format: str) -> None:
    files = encoded(chip_format, random_pixels((3, 8, 8), "int16"), NORTH_UP, nodata=-9999)
    file = opened(tmp_path, chip_format, files)
    assert [file.GetRasterBand(band).GetNoDataValue() for band in (1, 2, 3)] == [-9999] * 3


@EVERY_FORMAT
def test_the_same_chip_makes_the_same_bytes(chip_format: str) -> None:
    pixels = random_pixels((3, 16, 16))
    assert encoded(chip_format, pixels, NORTH_UP) == encoded(chip_format, pixels, NORTH_UP)


@EVERY_FORMAT
def test_views_into_a_strip_are_encoded_like_copies(chip_format: str) -> None:
    strip = random_pixels((40, 60, 3)).transpose(2, 0, 1)
    strip.flags.writeable = False
    chip = strip[:, 3:19, 7:23]
    assert encoded(chip_format, chip, NORTH_UP) == encoded(chip_format, chip.copy(), NORTH_UP)


@EVERY_FORMAT
def test_a_file_does_not_depend_on_how_gdal_fails(chip_format: str) -> None:
    pixels = random_pixels((3, 16, 16))
    with gdal_raising(True):
        raising = encoded(chip_format, pixels, NORTH_UP)
    assert raising == encoded(chip_format, pixels, NORTH_UP)


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_what_a_driver_refuses_is_a_failure(raising: bool) -> None:
    with gdal_raising(raising), pytest.raises(GdalFailure):
        encoded("JPEG", random_pixels((3, 8, 8), "float32"), NORTH_UP)


@EVERY_FORMAT
def test_an_encoding_goes_to_workers(chip_format: str) -> None:
    pixels = random_pixels((3, 16, 16))
    there = pickle.loads(pickle.dumps(chip_encoding(chip_format, 16, 90, None)))
    got = {ending: bytes(content) for ending, content in there.files(pixels, NORTH_UP)}
    assert got == encoded(chip_format, pixels, NORTH_UP)


# files beside the image


@EVERY_GRID
def test_a_world_file_gives_the_centre_of_the_first_pixel(grid: PixelGrid) -> None:
    x, y = grid.to_map(np.array([0.5]), np.array([0.5]))
    lines = world_file(grid).splitlines()
    assert [float(line) for line in lines[4:]] == pytest.approx([x[0], y[0]], abs=1e-9)


def test_a_world_file_gives_the_axes_column_by_column() -> None:
    _, x_column, x_row, _, y_column, y_row = ROTATED.geotransform
    lines = world_file(ROTATED).splitlines()
    assert [float(line) for line in lines[:4]] == [x_column, y_column, x_row, y_row]


def test_a_world_file_has_ten_decimals() -> None:
    assert world_file(NORTH_UP) == (
        "2.0000000000\n0.0000000000\n0.0000000000\n-2.0000000000\n"
        "500001.0000000000\n5399999.0000000000\n"
    )


def test_a_prj_is_in_the_dialect_of_esri() -> None:
    assert esri_wkt(UTM).startswith('PROJCS["WGS_1984_UTM_Zone_33N"')


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_a_system_that_esri_does_not_know_has_no_prj(raising: bool) -> None:
    local = 'LOCAL_CS["site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    with gdal_raising(raising):
        assert isinstance(esri_wkt(local), str)


def test_no_system_has_no_prj() -> None:
    assert esri_wkt("") == ""


def test_coordinates_of_world_files_keep_a_millionth_of_a_pixel() -> None:
    """Pixels of 1e-5 degrees: the last of 256 must not drift."""
    grid = PixelGrid(256, 256, (13.123456789, 8.98315e-6, 0.0, 52.0, 0.0, -8.98315e-6))
    width = float(world_file(grid).splitlines()[0])
    assert math.isclose(256 * width, 256 * 8.98315e-6, abs_tol=8.98315e-6 / 100)
