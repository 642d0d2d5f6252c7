from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.encodings import ImageFormat, chip_encoding
from chipwright.core.errors import UnwritableOutput
from chipwright.core.files import ChipImage, LabelImage, PartnerImage, TextFile
from chipwright.core.output import ChipFolder, write_bytes
from chipwright.core.tiff import TiffEncoding
from chipwright.tests.core.making import NORTH_UP, random_pixels

PIXELS, MASK = random_pixels((3, 8, 8)), random_pixels((1, 8, 8))
GRID = NORTH_UP.crop(0, 0, 8, 8)
NO_ROOM = Path("/dev/full")
NEEDS_NO_ROOM = pytest.mark.skipif(not NO_ROOM.exists(), reason="no file that is always full")


def folder(path: Path, chip_format: str = "TIFF") -> ChipFolder:
    return ChipFolder(str(path), chip_encoding(ImageFormat(chip_format), None), TiffEncoding())


def files(path: Path) -> list[str]:
    return sorted(it.relative_to(path).as_posix() for it in path.rglob("*") if it.is_file())


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    folder(tmp_path).write(TextFile("labels/1.txt", "ä\r\nb\n"))
    assert (tmp_path / "labels/1.txt").read_bytes() == b"\xc3\xa4\r\nb\n"


def test_an_empty_text_is_an_empty_file(tmp_path: Path) -> None:
    folder(tmp_path).write(TextFile("labels/1.txt", ""))
    assert (tmp_path / "labels/1.txt").read_bytes() == b""


@pytest.mark.parametrize(
    ("chip_format", "expected"),
    [
        ("TIFF", ["images/1.tif"]),
        ("PNG", ["images/1.pgw", "images/1.png", "images/1.prj"]),
        ("JPEG", ["images/1.jgw", "images/1.jpg", "images/1.prj"]),
    ],
)
def test_a_chip_is_written_with_all_its_files(
    tmp_path: Path, chip_format: str, expected: list[str]
) -> None:
    folder(tmp_path, chip_format).write(ChipImage("images/1", PIXELS, GRID))
    assert files(tmp_path) == expected


@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG", "MRF"])
def test_a_label_raster_is_a_tiff_whatever_chips_are(tmp_path: Path, chip_format: str) -> None:
    path = folder(tmp_path, chip_format).write(LabelImage("labels/roof/1", MASK, GRID))
    pixels = gdal.Open(str(tmp_path / path)).ReadAsArray()
    assert (path, np.array_equal(pixels, MASK[0])) == ("labels/roof/1.tif", True)


@pytest.mark.parametrize(
    ("chip_format", "expected"),
    [("TIFF", ".tif"), ("PNG", ".png"), ("JPEG", ".jpg"), ("MRF", ".mrf")],
)
def test_the_path_of_the_image_is_told(tmp_path: Path, chip_format: str, expected: str) -> None:
    path = folder(tmp_path, chip_format).write(ChipImage("images/1", PIXELS, GRID))
    assert path == f"images/1{expected}"


@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG", "MRF"])
def test_the_ending_of_images_is_told(tmp_path: Path, chip_format: str) -> None:
    here = folder(tmp_path, chip_format)
    assert here.write(ChipImage("images/1", PIXELS, GRID)).endswith(here.image_ending)


@pytest.mark.parametrize(
    ("chip_format", "expected"),
    [("TIFF", ".tif"), ("PNG", ".png"), ("JPEG", ".jpg"), ("MRF", ".mrf")],
)
def test_the_second_image_is_written_as_chips_are(
    tmp_path: Path, chip_format: str, expected: str
) -> None:
    path = folder(tmp_path, chip_format).write(PartnerImage("images2/1", PIXELS, GRID))
    assert (path, (tmp_path / path).is_file()) == (f"images2/1{expected}", True)


def test_the_second_image_carries_its_own_nodata(tmp_path: Path) -> None:
    here = ChipFolder(str(tmp_path), TiffEncoding(0), TiffEncoding(), TiffEncoding(255))
    files = (ChipImage("images/1", PIXELS, GRID), PartnerImage("images2/1", PIXELS, GRID))
    images = [gdal.Open(str(tmp_path / here.write(file))) for file in files]
    assert [image.GetRasterBand(1).GetNoDataValue() for image in images] == [0, 255]


def test_label_rasters_carry_no_nodata(tmp_path: Path) -> None:
    here = ChipFolder(str(tmp_path), TiffEncoding(0), TiffEncoding())
    path = here.write(LabelImage("labels/1", MASK, GRID))
    assert gdal.Open(str(tmp_path / path)).GetRasterBand(1).GetNoDataValue() is None


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    here = folder(tmp_path)
    for text in ("a long text", "short"):
        here.write(TextFile("labels/1.txt", text))
    assert (tmp_path / "labels/1.txt").read_bytes() == b"short"


def test_threads_write_side_by_side(tmp_path: Path) -> None:
    here = folder(tmp_path)
    chips = [
        ChipImage(f"images/{i % 7}/{i}", random_pixels((3, 8, 8), seed=i), GRID) for i in range(60)
    ]
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(here.write, chips))
    for path, chip in zip(paths, chips):
        assert np.array_equal(gdal.Open(str(tmp_path / path)).ReadAsArray(), chip.pixels)


def test_a_folder_goes_to_workers(tmp_path: Path) -> None:
    there = pickle.loads(pickle.dumps(folder(tmp_path)))
    there.write(ChipImage("images/1", PIXELS, GRID))
    assert files(tmp_path) == ["images/1.tif"]


# what cannot be written


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels").write_text("mine")
    with pytest.raises(UnwritableOutput, match="outputLocation.*labels"):
        folder(tmp_path).write(TextFile("labels/1.txt", ""))


def test_a_folder_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels/1.txt").mkdir(parents=True)
    with pytest.raises(UnwritableOutput, match="outputLocation.*1.txt"):
        folder(tmp_path).write(TextFile("labels/1.txt", ""))


def test_a_name_that_is_too_long_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="outputLocation.*nnnn"):
        folder(tmp_path).write(TextFile(f"labels/{'n' * 300}.txt", ""))


@NEEDS_NO_ROOM
def test_a_full_disk_is_told_by_the_file_that_found_no_room(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/1.txt").symlink_to(NO_ROOM)
    with pytest.raises(UnwritableOutput, match="outputLocation.*1.txt.*space"):
        folder(tmp_path).write(TextFile("labels/1.txt", "text"))


def test_a_chip_too_wide_for_its_format_is_named(tmp_path: Path) -> None:
    wide = np.zeros((1, 1, 70_000), np.uint8)
    with pytest.raises(UnwritableOutput, match="chipFormat: .*images/1' cannot be made .*65500"):
        folder(tmp_path, "JPEG").write(ChipImage("images/1", wide, NORTH_UP.crop(0, 0, 70_000, 1)))


def test_bytes_are_written_whole(tmp_path: Path) -> None:
    content = bytes(random_pixels((3_000_000,)))
    write_bytes(str(tmp_path / "it"), content)
    assert (tmp_path / "it").read_bytes() == content
