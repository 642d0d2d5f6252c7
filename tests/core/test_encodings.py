from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Union

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core.encodings import ImageFormat, chip_encoding, is_offered, label_encoding
from chipwright.core.gdal_errors import GdalFailure
from chipwright.core.grid import PixelGrid
from chipwright.core.request_values import LEAST_TO_BEST_JPEG
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    Array,
    crs,
    gdal_raising,
    quiet,
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
MRF_COMPRESSIONS = [name for name in ("DEFLATE", "ZSTD") if is_offered("MRF", name)]
EVERY_FORMAT = pytest.mark.parametrize("chip_format", FORMATS)


def encoded(
    chip_format: str,
    pixels: Array,
    grid: PixelGrid,
    nodata: float | None = None,
    **settings: Any,
) -> dict[str, bytes]:
    """Contents by ending."""
    encoding = chip_encoding(ImageFormat(chip_format, **settings), nodata)
    return {ending: bytes(content) for ending, content in encoding.files(pixels, grid)}


def opened(
    folder: Path, chip_format: str, files: Mapping[str, Union[bytes, bytearray]]
) -> gdal.Dataset:
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
    assert chip_encoding(ImageFormat(chip_format), None).ending == next(iter(files))


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


def test_jpeg_can_be_as_bad_and_as_good_as_requests_take() -> None:
    for quality in LEAST_TO_BEST_JPEG:
        assert encoded("JPEG", random_pixels((3, 8, 8)), NORTH_UP, jpeg_quality=quality)[".jpg"]


def test_a_better_jpeg_is_larger() -> None:
    sizes = [
        len(encoded("JPEG", random_pixels((3, 64, 64)), NORTH_UP, jpeg_quality=quality)[".jpg"])
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
    there = pickle.loads(pickle.dumps(chip_encoding(ImageFormat(chip_format), None)))
    got = {ending: bytes(content) for ending, content in there.files(pixels, NORTH_UP)}
    assert got == encoded(chip_format, pixels, NORTH_UP)


# PNG levels


def test_a_higher_level_of_png_is_smaller() -> None:
    pixels = smooth(3, 64, 64) + random_pixels((3, 64, 64)) % 4
    sizes = [len(encoded("PNG", pixels, NORTH_UP, png_level=level)[".png"]) for level in (0, 1, 9)]
    assert sizes == sorted(set(sizes), reverse=True)


@pytest.mark.parametrize("level", range(10))
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_every_level_of_png_has_the_same_pixels_and_files(
    tmp_path: Path, level: int, dtype: str
) -> None:
    pixels = random_pixels((3, 9, 33), dtype)
    files = encoded("PNG", pixels, NORTH_UP, png_level=level)
    assert set(files) == {".png", ".pgw", ".prj"}
    assert np.array_equal(opened(tmp_path, "PNG", files).ReadAsArray(), pixels)


# compression


@pytest.mark.parametrize("compression", ["LZW", "DEFLATE", "ZSTD"])
def test_compression_leaves_png_and_jpeg_as_they_are(compression: str) -> None:
    pixels = random_pixels((3, 16, 16))
    for chip_format in ("PNG", "JPEG"):
        plain = encoded(chip_format, pixels, NORTH_UP)
        assert encoded(chip_format, pixels, NORTH_UP, compression=compression) == plain


@pytest.mark.parametrize("chip_format", ["TIFF", "MRF"])
@pytest.mark.parametrize("compression", ["LZW", "DEFLATE", "ZSTD"])
def test_what_is_offered_is_what_gdal_can_do(
    tmp_path: Path, chip_format: str, compression: str
) -> None:
    driver = gdal.GetDriverByName({"TIFF": "GTiff", "MRF": "MRF"}[chip_format])
    path, options = str(tmp_path / f"made.{chip_format}"), [f"COMPRESS={compression}"]
    source = gdal.GetDriverByName("MEM").Create("", 8, 8)
    with quiet():
        driver.CreateCopy(path, source, options=options)
        made = gdal.Open(path)
    found = made and made.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")
    assert is_offered(chip_format, compression) == (found == compression)


@pytest.mark.parametrize("compression", MRF_COMPRESSIONS)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 9, 33), (12, 33, 9)])
def test_compressed_mrf_is_read_back_by_gdal(
    tmp_path: Path, compression: str, dtype: str, shape: tuple[int, int, int]
) -> None:
    pixels = (
        random_pixels(shape, dtype) // 64 if dtype != "float32" else random_pixels(shape, dtype)
    )
    files = encoded("MRF", pixels, NORTH_UP, nodata=3, compression=compression)
    file = opened(tmp_path, "MRF", files)
    assert np.array_equal(file.ReadAsArray().reshape(shape), pixels)
    assert file.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == compression
    assert file.GetGeoTransform() == pytest.approx(NORTH_UP.geotransform)
    assert file.GetSpatialRef().GetUTMZone() == 33
    assert file.GetRasterBand(1).GetNoDataValue() == 3


@pytest.mark.parametrize("compression", MRF_COMPRESSIONS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 1), (1, 16, 16), (3, 16, 16)])
def test_mrf_that_compression_makes_no_smaller_is_stored_as_it_is(
    compression: str, shape: tuple[int, int, int]
) -> None:
    pixels = random_pixels(shape)
    files = encoded("MRF", pixels, NORTH_UP, compression=compression)
    assert files == encoded("MRF", pixels, NORTH_UP)
    assert files[".til"] == pixels.transpose(1, 2, 0).tobytes()


@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 9, 33)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_deflated_mrf_is_one_zlib_stream(shape: tuple[int, int, int], dtype: str) -> None:
    pixels = random_pixels(shape, dtype) // 64
    files = encoded("MRF", pixels, NORTH_UP, compression="DEFLATE")
    assert zlib.decompress(files[".pzp"]) == pixels.transpose(1, 2, 0).tobytes()
    assert struct.unpack(">QQ", files[".idx"]) == (0, len(files[".pzp"]))


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
@pytest.mark.parametrize("compression", MRF_COMPRESSIONS)
@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 1, 1)])
def test_mrf_keeps_the_pixels_that_it_cannot_compress(
    tmp_path: Path, compression: str, shape: tuple[int, int, int], raising: bool
) -> None:
    pixels = random_pixels(shape)
    with gdal_raising(raising):
        files = encoded("MRF", pixels, NORTH_UP, compression=compression)
    assert np.array_equal(opened(tmp_path, "MRF", files).ReadAsArray().reshape(shape), pixels)


def test_labels_are_compressed_by_deflate_whatever_the_compression_of_chips(tmp_path: Path) -> None:
    for compression in ("LZW", "DEFLATE", "ZSTD"):
        files = dict(label_encoding(compression).files(random_pixels((1, 8, 8)), NORTH_UP))
        file = opened(tmp_path, "TIFF", files)
        assert file.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"


def test_labels_are_not_compressed_without_compression(tmp_path: Path) -> None:
    files = dict(label_encoding("NONE").files(random_pixels((1, 8, 8)), NORTH_UP))
    file = opened(tmp_path, "TIFF", files)
    assert file.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") is None
