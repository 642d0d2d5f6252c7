from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.blackening import Blackening
from chipwright.core.feature_places import FeaturePlaces, centred_places, cropped_places
from chipwright.core.grid import PixelGrid
from chipwright.core.plan import Strip
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource, Size
from chipwright.core.shared_window import PixelReader, shared
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    outline,
    random_pixels,
    shapes,
    wkb,
    write_layer,
    write_raster,
)

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
TYPES = pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])


def drawn(grid: PixelGrid) -> list[str]:
    """A diamond, a diamond with a hole, two parts, and a sliver between pixel centres."""
    hole = outline(grid.crop(14, 12, 3, 2))
    diamond = outline(grid.crop(12, 9, 8, 7)).Centroid().Buffer(9.1, 1)
    parts = outline(grid.crop(20, 4, 3, 3)).Union(outline(grid.crop(26, 5, 2, 6)))
    sliver = outline(grid.crop(8, 20, 5, 2)).Buffer(-1.9)
    return [it.ExportToWkt() for it in (diamond, diamond.Difference(hole), parts, sliver)]


def places_of(grid: PixelGrid, wkts: list[str]) -> FeaturePlaces:
    return centred_places(shapes(*wkts).on(grid), grid, Size(11, 9))


def reader_of(folder: Path, grid: PixelGrid, dtype: str = "uint8", bands: int = 3) -> RasterReader:
    pixels = random_pixels((bands, 30, 40), dtype)
    pixels[pixels == 0] = 1
    return RasterReader(
        describe_raster(RasterSource(write_raster(folder / "it.tif", pixels, grid)))
    )


def strips(places: FeaturePlaces) -> list[Strip]:
    return [strip for batch in places.batches() for strip in batch]


def rasterized(folder: Path, wkt: str, grid: PixelGrid) -> Array:
    """Where gdal_rasterize burns a feature."""
    layer = write_layer(folder / f"{len(list(folder.iterdir()))}.gpkg", [wkt])
    target = gdal.GetDriverByName("MEM").Create("", grid.columns, grid.rows, 1, gdal.GDT_Byte)
    target.SetGeoTransform(grid.geotransform)
    target.SetProjection(grid.crs_wkt)
    gdal.Rasterize(target, layer, burnValues=[1])
    return target.ReadAsArray() == 1


@GRIDS
@TYPES
def test_outside_of_what_gdal_rasterizes_everything_is_0(
    tmp_path: Path, grid: PixelGrid, dtype: str
) -> None:
    wkts, reader = drawn(grid), reader_of(tmp_path, grid, dtype)
    places = places_of(grid, wkts)
    blackening = Blackening(places, wkb(*wkts))
    for wkt, strip in zip(wkts, strips(places)):
        found = blackening.over(reader, strip).read(strip.grid)
        inside = rasterized(tmp_path, wkt, strip.grid)
        assert found.dtype == dtype
        assert np.array_equal(found, np.where(inside, reader.read(strip.grid), 0))


def test_each_place_shows_its_own_feature_in_whatever_order_places_are(tmp_path: Path) -> None:
    wkts, reader = drawn(NORTH_UP)[:3], reader_of(tmp_path, NORTH_UP)
    places = places_of(NORTH_UP, wkts).select(np.array([2, 0]))
    blackening = Blackening(places, wkb(*wkts))
    for wkt, strip in zip((wkts[2], wkts[0]), strips(places)):
        found = blackening.over(reader, strip).read(strip.grid)
        assert np.array_equal(found[0] > 0, rasterized(tmp_path, wkt, strip.grid))


def test_a_feature_that_covers_no_pixel_centre_leaves_nothing(tmp_path: Path) -> None:
    wkts, reader = drawn(NORTH_UP), reader_of(tmp_path, NORTH_UP)
    places = places_of(NORTH_UP, wkts)
    strip = strips(places)[3]
    assert not Blackening(places, wkb(*wkts)).over(reader, strip).read(strip.grid).any()


@pytest.mark.parametrize("bands", [1, 2, 5])
def test_all_bands_are_blackened_alike(tmp_path: Path, bands: int) -> None:
    wkts, reader = drawn(NORTH_UP)[:1], reader_of(tmp_path, NORTH_UP, bands=bands)
    places = cropped_places(shapes(*wkts).on(NORTH_UP), NORTH_UP)
    ((strip,),) = places.batches()
    found = Blackening(places, wkb(*wkts)).over(reader, strip).read(strip.grid)
    inside = rasterized(tmp_path, wkts[0], strip.grid)
    assert all(np.array_equal(band > 0, inside) for band in found) and len(found) == bands


def test_no_data_outside_of_the_feature_is_0_too(tmp_path: Path) -> None:
    wkts = drawn(NORTH_UP)[:1]
    path = write_raster(
        tmp_path / "it.tif", np.full((1, 30, 40), -9999, np.int16), NORTH_UP, nodata=-9999
    )
    reader = RasterReader(describe_raster(RasterSource(path)))
    places = places_of(NORTH_UP, wkts)
    ((strip,),) = places.batches()
    found = Blackening(places, wkb(*wkts)).over(reader, strip).read(strip.grid)
    assert sorted(np.unique(found).tolist()) == [-9999, 0]


def blackened(folder: Path, together: bool) -> list[Array]:
    """Places that overlap: what is black in one shows in another."""
    wkts, reader = drawn(NORTH_UP)[:3], reader_of(folder, NORTH_UP)
    places = places_of(NORTH_UP, wkts)
    blackening = Blackening(places, wkb(*wkts))
    source: PixelReader = reader
    if together:
        source = shared(reader, [strip.grid for strip in strips(places)])
    return [blackening.over(source, strip).read(strip.grid) for strip in strips(places)]


def test_places_read_at_once_are_blackened_alike(tmp_path: Path) -> None:
    found = zip(blackened(tmp_path, together=False), blackened(tmp_path, together=True))
    assert all(np.array_equal(alone, together) for alone, together in found)


def test_blackened_pixels_are_read_only(tmp_path: Path) -> None:
    first, *_ = blackened(tmp_path, together=True)
    assert not first.flags.writeable


def test_blackened_pixels_lie_pixel_by_pixel(tmp_path: Path) -> None:
    """As chips are written: the values of a pixel one after the other."""
    first, *_ = blackened(tmp_path, together=True)
    assert first.strides[0] == first.itemsize


def test_the_raster_is_the_same(tmp_path: Path) -> None:
    wkts, reader = drawn(NORTH_UP)[:1], reader_of(tmp_path, NORTH_UP)
    places = places_of(NORTH_UP, wkts)
    ((strip,),) = places.batches()
    assert Blackening(places, wkb(*wkts)).over(reader, strip).raster == reader.raster


def test_a_blackening_goes_to_workers(tmp_path: Path) -> None:
    wkts, reader = drawn(NORTH_UP)[:1], reader_of(tmp_path, NORTH_UP)
    places = places_of(NORTH_UP, wkts)
    ((strip,),) = places.batches()
    here = Blackening(places, wkb(*wkts))
    there = pickle.loads(pickle.dumps(here))
    first, second = (it.over(reader, strip).read(strip.grid) for it in (here, there))
    assert np.array_equal(first, second)
