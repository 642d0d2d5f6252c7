"""Pieces of a raster in a folder, and the one raster that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal, gdal_array

from chipwright.core.errors import UnreadableSource
from chipwright.core.grid import PixelGrid, Size
from chipwright.core.raster_items import items_of
from chipwright.core.request import RasterSource
from chipwright.core.tile_cache import Tile, TileCache, blank_picture, file_content

GRID = PixelGrid(50, 30, (1000.0, 2.0, 0.0, 500.0, 0.0, -2.0))
VALUES = np.arange(2 * 30 * 50, dtype=np.int16).reshape(2, 30, 50)
Pixels = NDArray[Any]


def in_order(work: Callable[[Tile], None], tiles: Sequence[Tile]) -> Iterable[None]:
    return map(work, tiles)


def encoded(pixels: Pixels, driver: str = "GTiff", nodata: float | None = None) -> bytes:
    memory = gdal_array.OpenArray(np.ascontiguousarray(pixels))
    if nodata is not None:
        memory.GetRasterBand(1).SetNoDataValue(nodata)
    path = "/vsimem/encoded-for-a-test"
    gdal.GetDriverByName(driver).CreateCopy(path, memory)
    content = file_content(path)
    gdal.Unlink(path)
    return content


def window_of(pixels: Pixels, window: PixelGrid) -> Pixels:
    left = round((window.geotransform[0] - 1000) / 2)
    top = round((500 - window.geotransform[3]) / 2)
    return pixels[:, top : top + window.rows, left : left + window.columns]


class Source:
    """Gives the windows of an array as files, and counts them."""

    def __init__(self, pixels: Pixels, driver: str = "GTiff", nodata: float | None = None) -> None:
        self.pixels, self.driver, self.nodata = pixels, driver, nodata
        self.count = 0

    def __call__(self, window: PixelGrid) -> bytes:
        self.count += 1
        return encoded(window_of(self.pixels, window), self.driver, self.nodata)


@pytest.fixture
def cache(tmp_path: Path) -> TileCache:
    cache = TileCache(str(tmp_path / "cache"), GRID, Size(20, 16))
    cache.prepare()
    return cache


def fetched(cache: TileCache, source: Callable[[PixelGrid], bytes]) -> gdal.Dataset:
    reported: list[float] = []
    cache.fill(source, in_order, reported.append)
    assert reported == sorted(reported)
    assert not reported or reported[-1] == 1
    path = str(Path(cache.folder, "image.vrt"))
    cache.write_vrt(path)
    return gdal.Open(path)


def picture(alpha: int | None) -> Pixels:
    """Colours, and alpha of which the left column is transparent where it is not opaque."""
    bands = (
        VALUES[:1].astype(np.uint8).repeat(3, axis=0) + np.arange(3, dtype=np.uint8)[:, None, None]
    )
    if alpha is None:
        return bands
    opacity = np.full((1, 30, 50), 255, np.uint8)
    opacity[:, :, 0] = alpha
    return np.concatenate([bands, opacity])


def test_tiles_cover_the_grid_once(cache: TileCache) -> None:
    covered = np.zeros((30, 50), int)
    for tile in cache.tiles():
        size = tile.size
        covered[tile.top : tile.top + size.rows, tile.left : tile.left + size.columns] += 1
    assert (covered == 1).all()
    assert len({tile.file_name for tile in cache.tiles()}) == len(cache.tiles()) == 6


def test_values_come_back_as_they_were(cache: TileCache) -> None:
    found = fetched(cache, Source(VALUES, nodata=-1))
    assert (found.ReadAsArray() == VALUES).all()
    assert found.GetGeoTransform() == GRID.geotransform
    assert found.GetRasterBand(1).GetNoDataValue() == -1


def test_no_data_is_that_of_the_service_where_its_files_do_not_say_it(cache: TileCache) -> None:
    found = fetched(replace(cache, nodata=-5.0), Source(VALUES))
    assert [found.GetRasterBand(band).GetNoDataValue() for band in (1, 2)] == [-5.0, -5.0]


def test_values_of_many_digits_are_kept(tmp_path: Path) -> None:
    pixels = (VALUES / 3).astype(np.float64)
    cache = TileCache(str(tmp_path), GRID, Size(50, 30))
    assert (fetched(cache, Source(pixels)).ReadAsArray() == pixels).all()


def test_what_is_there_is_not_fetched_again(cache: TileCache) -> None:
    fetched(cache, Source(VALUES))
    Path(cache.path_of(cache.tiles()[2])).unlink()
    again = Source(VALUES)
    assert (fetched(cache, again).ReadAsArray() == VALUES).all()
    assert again.count == 1


def test_a_piece_that_was_not_finished_is_fetched_again(cache: TileCache) -> None:
    Path(cache.path_of(cache.tiles()[0]) + ".part").write_bytes(b"half")
    assert len(cache.missing()) == 6


@pytest.mark.parametrize(
    "change",
    [{"stamp": "new"}, {"tile": Size(25, 16)}, {"grid": GRID.crop(1, 0, 40, 30)}],
)
def test_pieces_of_something_else_are_thrown_away(cache: TileCache, change: dict[str, Any]) -> None:
    fetched(cache, Source(VALUES))
    cache.prepare()
    assert cache.missing() == []
    changed = replace(cache, **change)
    changed.prepare()
    assert changed.missing() == changed.tiles()


def test_it_counts_as_one_image_and_not_as_its_pieces(cache: TileCache) -> None:
    fetched(cache, Source(VALUES))
    image = RasterSource(str(Path(cache.folder, "image.vrt")))
    assert items_of(image) == (image,)


def test_a_piece_of_the_wrong_size_is_refused(cache: TileCache) -> None:
    with pytest.raises(UnreadableSource, match="an image of 20 × 16 pixels was asked for, but"):
        fetched(cache, lambda window: encoded(VALUES))
    assert cache.missing() == cache.tiles()


def test_what_is_no_image_is_refused(cache: TileCache) -> None:
    with pytest.raises(UnreadableSource, match="what was fetched is no image"):
        fetched(cache, lambda window: b"hello")


def test_pieces_that_are_not_alike_are_refused(cache: TileCache) -> None:
    sources = iter([Source(VALUES), *[Source(VALUES.astype(np.float32))] * 5])
    with pytest.raises(UnreadableSource, match="differ in bands, data type or no-data"):
        fetched(cache, lambda window: next(sources)(window))


@pytest.mark.parametrize("alpha", [None, 255])
def test_an_opaque_picture_is_three_bands_without_a_mask(
    cache: TileCache, alpha: int | None
) -> None:
    found = fetched(replace(cache, is_rendered=True), Source(picture(alpha), "PNG"))
    assert (found.ReadAsArray() == picture(None)).all()
    assert found.GetRasterBand(1).GetMaskFlags() == gdal.GMF_ALL_VALID
    assert found.GetRasterBand(3).GetColorInterpretation() == gdal.GCI_BlueBand


def test_what_is_transparent_is_masked_in_all_pieces(cache: TileCache) -> None:
    """Only the pieces at the left have transparent pixels."""
    found = fetched(replace(cache, is_rendered=True), Source(picture(0), "PNG"))
    assert (found.ReadAsArray() == picture(None)).all()
    mask = found.GetRasterBand(1).GetMaskBand().ReadAsArray()
    assert (mask == picture(0)[3]).all()


def test_a_grey_picture_becomes_three_bands(cache: TileCache) -> None:
    found = fetched(replace(cache, is_rendered=True), Source(picture(None)[:1], "PNG"))
    assert (found.ReadAsArray() == picture(None)[:1].repeat(3, axis=0)).all()


def test_a_picture_of_a_palette_becomes_its_colours(cache: TileCache) -> None:
    def with_palette(window: PixelGrid) -> bytes:
        numbers = (window_of(VALUES[:1], window) % 2).astype(np.uint8)
        memory = gdal_array.OpenArray(numbers)
        table = gdal.ColorTable()
        table.SetColorEntry(0, (1, 2, 3, 255))
        table.SetColorEntry(1, (9, 8, 7, 255))
        memory.GetRasterBand(1).SetColorTable(table)
        gdal.GetDriverByName("PNG").CreateCopy("/vsimem/palette", memory)
        return file_content("/vsimem/palette")

    found = fetched(replace(cache, is_rendered=True), with_palette).ReadAsArray()
    odd = VALUES[0] % 2 == 1
    assert (found == np.where(odd, *np.array([[9, 8, 7], [1, 2, 3]])[:, :, None, None])).all()


def test_a_blank_picture_is_transparent() -> None:
    gdal.FileFromMemBuffer("/vsimem/blank", blank_picture(4, 3))
    pixels = gdal.Open("/vsimem/blank").ReadAsArray()
    gdal.Unlink("/vsimem/blank")
    assert pixels.shape == (4, 3, 4)
    assert not pixels.any()
