from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal, ogr

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.mosaic import mosaic
from chipwright.core.raster import describe_raster
from chipwright.core.raster_items import items_of, listed_rasters
from chipwright.core.request import RasterSource
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    box,
    crs,
    gdal_raising,
    quiet,
    random_pixels,
    write_layer,
    write_raster,
)

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
SCENE = random_pixels((3, 30, 40))
WINDOWS = [(0, 0, 20, 15), (20, 0, 20, 15), (0, 15, 20, 15), (20, 15, 20, 15)]
NAMES = ["a.tif", "b.tif", "c.tif", "d.tif"]
HAS_GTI = pytest.mark.skipif(gdal.GetDriverByName("GTI") is None, reason="GDAL before 3.9")


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    """A folder of four tiles of a scene."""
    folder = tmp_path / "Bilder von Ä & B"
    folder.mkdir()
    for name, window in zip(NAMES, WINDOWS):
        write_tile(folder / name, window)
    return folder


def write_tile(
    path: Path, window: tuple[int, int, int, int], grid: PixelGrid = NORTH_UP, scene: Array = SCENE
) -> str:
    left, top, columns, rows = window
    part = scene[:, top : top + rows, left : left + columns]
    return write_raster(path, part, grid.crop(left, top, columns, rows))


def named(*paths: object) -> tuple[RasterSource, ...]:
    return tuple(RasterSource(str(path)) for path in paths)


def in_folder(folder: Path, names: Sequence[str] = NAMES) -> tuple[RasterSource, ...]:
    return named(*(folder / name for name in names))


def pixels_of(source: RasterSource) -> Array:
    return gdal.OpenEx(source.path, open_options=list(source.open_options)).ReadAsArray()


def build_vrt(path: Path, files: Sequence[object], **how: Any) -> RasterSource:
    with quiet():
        gdal.BuildVRT(str(path), [str(file) for file in files], **how).FlushCache()
    return RasterSource(str(path))


# Single rasters


def test_rasters_are_listed_in_their_order(tiles: Path) -> None:
    a, b, c, d = in_folder(tiles)
    assert listed_rasters(c, [a, d, b]) == (c, a, d, b)
    assert items_of(c, [a, d, b]) == (c, a, d, b)


def test_one_raster_is_one_item(tiles: Path) -> None:
    (only,) = in_folder(tiles, ["a.tif"])
    assert items_of(only) == listed_rasters(only) == (only,)


def test_a_file_named_twice_is_one_item(tiles: Path) -> None:
    a, b, *_ = in_folder(tiles)
    again = RasterSource(f"{tiles}/../{tiles.name}/a.tif", name="the same")
    assert listed_rasters(a, [b, again, b, a]) == (a, b)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_a_file_is_that_file(tiles: Path, tmp_path: Path) -> None:
    (tmp_path / "link.tif").symlink_to(tiles / "a.tif")
    a, b, *_ = in_folder(tiles)
    assert listed_rasters(a, [*named(tmp_path / "link.tif"), b]) == (a, b)


def test_a_file_opened_otherwise_is_another_item(tiles: Path) -> None:
    (a,) = in_folder(tiles, ["a.tif"])
    otherwise = RasterSource(a.path, ("GEOREF_SOURCES=NONE",))
    assert listed_rasters(a, [otherwise]) == (a, otherwise)


@HOW_GDAL_FAILS
@pytest.mark.parametrize(("rank", "parameter"), [(0, "inputRaster"), (1, "rasterItems")])
def test_what_cannot_be_opened_is_named(
    tiles: Path, rank: int, parameter: str, raising: bool
) -> None:
    sources = list(in_folder(tiles, ["a.tif", "b.tif"]))
    sources[rank] = RasterSource(str(tiles / "missing.tif"), name="my layer")
    with gdal_raising(raising), pytest.raises(InvalidRequest, match="my layer.*nothing") as refused:
        items_of(sources[0], sources[1:])
    assert refused.value.parameter == parameter


# Folders


@HOW_GDAL_FAILS
@pytest.mark.parametrize("ending", ["", "/"])
def test_a_folder_stands_for_its_rasters(tiles: Path, ending: str, raising: bool) -> None:
    with gdal_raising(raising):
        assert listed_rasters(*named(f"{tiles}{ending}")) == in_folder(tiles)


def test_rasters_of_a_folder_come_after_what_is_named_before_it(tiles: Path) -> None:
    d = in_folder(tiles)[-1]
    assert items_of(d, named(tiles)) == (d, *in_folder(tiles, NAMES[:3]))


def test_of_a_folder_only_rasters_count(tiles: Path) -> None:
    (tiles / "notes.txt").write_text("no raster")
    (tiles / "broken.tif").write_bytes(b"II*\0")
    (tiles / ".hidden.tif").write_bytes((tiles / "a.tif").read_bytes())
    write_layer(tiles / "labels.gpkg", [box(0, 0, 1, 1)])
    (tiles / "older").mkdir()
    write_tile(tiles / "older" / "e.tif", WINDOWS[0])
    before = sorted(tiles.rglob("*"))
    assert listed_rasters(*named(tiles)) == in_folder(tiles)
    assert sorted(tiles.rglob("*")) == before


def test_sidecars_are_no_rasters(tiles: Path) -> None:
    with quiet():
        a, b, c = (gdal.Open(str(tiles / name)) for name in NAMES[:3])
        a.BuildOverviews("NEAREST", [2])
        b.CreateMaskBand(gdal.GMF_PER_DATASET)
        c.GetRasterBand(1).ComputeStatistics(False)
        del a, b, c
        gdal.Translate(str(tiles / "e.dat"), str(tiles / "a.tif"), format="ENVI")
    beside = {path.suffix for path in tiles.iterdir()}
    assert beside == {".tif", ".ovr", ".msk", ".xml", ".dat", ".hdr"}
    assert listed_rasters(*named(tiles)) == in_folder(tiles, [*NAMES, "e.dat"])


def test_a_mosaic_beside_its_tiles_adds_nothing(tiles: Path) -> None:
    build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES])
    assert listed_rasters(*named(tiles)) == in_folder(tiles)


def test_a_mosaic_of_tiles_elsewhere_is_a_raster_of_its_folder(tiles: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mosaics"
    folder.mkdir()
    whole = build_vrt(folder / "all.vrt", [tiles / name for name in NAMES])
    assert listed_rasters(*named(folder)) == (whole,)


def test_a_folder_without_rasters_is_refused(tiles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    a, *_ = in_folder(tiles)
    with pytest.raises(InvalidRequest, match="empty' has no raster") as refused:
        listed_rasters(a, named(tmp_path / "empty"))
    assert refused.value.parameter == "rasterItems"


def test_an_archive_is_a_folder_too(tiles: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "tiles"), "zip", tiles)
    found = listed_rasters(*named(f"/vsizip/{archive}"))
    assert found == named(*(f"/vsizip/{archive}/{name}" for name in NAMES))
    assert (pixels_of(mosaic(found)) == SCENE).all()


def test_a_folder_that_gdal_opens_as_a_raster_is_one(tmp_path: Path) -> None:
    if gdal.GetDriverByName("Zarr") is None:
        pytest.skip("GDAL without Zarr")
    tile = write_tile(tmp_path / "a.tif", WINDOWS[0], scene=SCENE[:1])
    gdal.Translate(
        str(tmp_path / "a.zarr"), tile, format="Zarr", creationOptions=["FORMAT=ZARR_V2"]
    )
    assert items_of(*named(tmp_path / "a.zarr")) == named(tmp_path / "a.zarr")


# VRT mosaics


@HOW_GDAL_FAILS
def test_a_mosaic_alone_counts_as_its_sources(tiles: Path, raising: bool) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES])
    with gdal_raising(raising):
        assert items_of(whole) == in_folder(tiles)
        assert listed_rasters(whole) == (whole,)


def test_a_mosaic_among_others_is_one_item(tiles: Path) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES[:3]])
    (last,) = in_folder(tiles, ["d.tif"])
    assert items_of(whole, [last]) == (whole, last)
    assert items_of(last, [whole]) == (last, whole)


def test_a_mosaic_that_is_named_twice_is_alone(tiles: Path) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES])
    assert items_of(whole, [whole]) == in_folder(tiles)


def test_sources_are_found_from_where_the_mosaic_lies(
    tiles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_vrt(tmp_path / "all.vrt", [tiles / name for name in NAMES])
    assert 'relativeToVRT="1"' in (tmp_path / "all.vrt").read_text()
    monkeypatch.chdir(tmp_path)
    relative = [Path(tiles.name) / name for name in NAMES]
    assert items_of(RasterSource("all.vrt")) == named(*relative)


def test_the_text_of_a_mosaic_counts_as_its_sources(tiles: Path) -> None:
    whole = mosaic(in_folder(tiles))
    assert set(items_of(whole)) == set(in_folder(tiles))


def test_nodata_that_files_have_themselves_changes_nothing(tmp_path: Path) -> None:
    files = [
        write_raster(tmp_path / name, SCENE, NORTH_UP.crop(left, 0, 40, 30), nodata=float("nan"))
        for name, left in (("a.tif", 0), ("b.tif", 50))
    ]
    assert items_of(build_vrt(tmp_path / "all.vrt", files)) == named(*files)


def test_open_options_of_sources_are_kept(tiles: Path) -> None:
    for name in NAMES:
        dataset = gdal.Open(str(tiles / name), gdal.GA_Update)
        with quiet():
            dataset.BuildOverviews("NEAREST", [2])
        del dataset
    files = [str(tiles / name) for name in NAMES]
    whole = build_vrt(tiles / "all.vrt", files, options=["-oo", "OVERVIEW_LEVEL=0"])
    items = items_of(whole)
    assert items == tuple(RasterSource(file, ("OVERVIEW_LEVEL=0",)) for file in files)
    assert describe_raster(items[0]).grid.columns == 10


def check_views(whole: RasterSource) -> None:
    """Each item shows what the mosaic shows at its place."""
    shown, grid = pixels_of(whole), describe_raster(whole).grid
    shown = shown.reshape(-1, grid.rows, grid.columns)
    items = items_of(whole)
    assert len(items) == 4
    for item, name in zip(items, NAMES):
        part = describe_raster(item)
        assert str(item).endswith(name)
        assert part.nodata == describe_raster(whole).nodata
        column, row = grid.to_pixels(*(np.array([at]) for at in part.grid.geotransform[0::3]))
        left, top = round(column[0]), round(row[0])
        place = shown[:, top : top + part.grid.rows, left : left + part.grid.columns]
        assert (pixels_of(item).reshape(place.shape) == place).all()


def test_bands_are_those_that_the_mosaic_chooses(tiles: Path) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES], bandList=[3, 1])
    check_views(whole)
    assert describe_raster(items_of(whole)[0]).bands == (1, 2)


def test_nodata_is_what_the_mosaic_says(tiles: Path) -> None:
    files = [tiles / name for name in NAMES]
    check_views(build_vrt(tiles / "all.vrt", files, srcNodata=7, VRTNodata=7))


def test_pixels_are_scaled_as_the_mosaic_does(tiles: Path) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES])
    text = Path(whole.path).read_text().replace("SimpleSource", "ComplexSource")
    scaled = text.replace("</ComplexSource>", "<ScaleRatio>0.5</ScaleRatio></ComplexSource>")
    Path(whole.path).write_text(scaled)
    check_views(whole)


def test_of_a_cropped_mosaic_the_crops_count(tiles: Path) -> None:
    left, top = NORTH_UP.geotransform[0], NORTH_UP.geotransform[3]
    bounds = (left + 10, top - 50, left + 70, top - 10)
    files = [tiles / name for name in NAMES]
    whole = build_vrt(tiles / "all.vrt", files, outputBounds=bounds)
    check_views(whole)
    sizes = [describe_raster(item).grid for item in items_of(whole)]
    assert [(grid.columns, grid.rows) for grid in sizes] == [(15, 10)] * 4


def test_bands_may_come_from_files_of_their_own(tiles: Path, tmp_path: Path) -> None:
    red = random_pixels((1, 30, 40), seed=3)
    (tmp_path / "red").mkdir()
    for name, window in zip(NAMES, WINDOWS):
        write_tile(tmp_path / "red" / name, window, scene=red)
    build_vrt(tmp_path / "red.vrt", [tmp_path / "red" / name for name in NAMES])
    first = build_vrt(tmp_path / "first.vrt", [tiles / name for name in NAMES], bandList=[1])
    second = (tmp_path / "red.vrt").read_text()
    band = second[second.index("<VRTRasterBand") : second.index("</VRTDataset>")]
    text = (tmp_path / "first.vrt").read_text()
    both = text.replace("</VRTDataset>", band.replace('band="1"', 'band="2"') + "</VRTDataset>")
    Path(first.path).write_text(both)
    check_views(first)


def test_items_keep_their_own_pixels(tmp_path: Path) -> None:
    fine = PixelGrid(40, 30, (500_080.0, 0.5, 0.0, 5_400_000.0, 0.0, -0.5), NORTH_UP.crs_wkt)
    files = [
        write_raster(tmp_path / "coarse.tif", SCENE, NORTH_UP),
        write_raster(tmp_path / "fine.tif", SCENE, fine),
    ]
    whole = build_vrt(tmp_path / "all.vrt", files, resolution="lowest")
    assert items_of(whole) == named(*files)
    part = build_vrt(tmp_path / "part.vrt", files, resolution="lowest", bandList=[2])
    view = items_of(part)[1]
    assert describe_raster(view).grid.geotransform == pytest.approx(fine.geotransform)
    assert (pixels_of(view) == SCENE[1]).all()


def test_a_system_that_the_mosaic_sets_counts(tiles: Path) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES], outputSRS="EPSG:32634")
    assert all("34N" in describe_raster(item).grid.crs_wkt for item in items_of(whole))


@pytest.mark.parametrize("grid", [SOUTH_UP, ROTATED], ids=["south up", "rotated"])
def test_sources_may_have_any_orientation(tmp_path: Path, grid: PixelGrid) -> None:
    files = [write_tile(tmp_path / name, at, grid) for name, at in zip(NAMES, WINDOWS)]
    assert set(items_of(mosaic(named(*files)))) == set(named(*files))


def not_a_mosaic(tiles: Path, kind: str) -> RasterSource:
    files, path = [str(tiles / name) for name in NAMES], tiles / "it.vrt"
    if kind == "a copy of one file":
        gdal.Translate(str(path), files[0], format="VRT").FlushCache()
    elif kind == "bands of several files":
        build_vrt(path, files, separate=True)
    elif kind == "warped":
        gdal.Warp(str(path), files, format="VRT", dstSRS=crs(32634)).FlushCache()
    elif kind == "computed":
        build_vrt(path, files)
        text = path.read_text().replace(
            'band="1">',
            'band="1" subClass="VRTDerivedRasterBand"><PixelFunctionType>sum</PixelFunctionType>',
        )
        path.write_text(text)
    return RasterSource(str(path))


@pytest.mark.parametrize(
    "kind", ["a copy of one file", "bands of several files", "warped", "computed"]
)
def test_other_vrts_are_one_item(tiles: Path, kind: str) -> None:
    if kind == "bands of several files":
        for name in NAMES[1:]:
            shutil.copy(tiles / "a.tif", tiles / name)
    source = not_a_mosaic(tiles, kind)
    assert items_of(source) == (source,)


@HOW_GDAL_FAILS
def test_a_missing_source_of_a_mosaic_is_named(tiles: Path, raising: bool) -> None:
    whole = build_vrt(tiles / "all.vrt", [tiles / name for name in NAMES])
    (tiles / "c.tif").unlink()
    expected = r"c\.tif', of which the mosaic .*all\.vrt' is made, .*put it there, or build"
    with gdal_raising(raising), pytest.raises(InvalidRequest, match=expected) as refused:
        items_of(whole)
    assert refused.value.parameter == "inputRaster"


# Tile indexes


def tile_index(
    path: Path, locations: Sequence[Optional[str]], driver: str = "ESRI Shapefile"
) -> RasterSource:
    dataset = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = dataset.CreateLayer("tiles", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("location", ogr.OFTString))
    for location in locations:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(box(0, 0, 1, 1)))
        if location is not None:
            feature.SetField("location", location)
        layer.CreateFeature(feature)
    return RasterSource(str(path))


@HOW_GDAL_FAILS
@pytest.mark.parametrize(("driver", "name"), [("ESRI Shapefile", "i.shp"), ("GPKG", "i.gpkg")])
def test_a_tile_index_stands_for_its_rasters(
    tiles: Path, driver: str, name: str, raising: bool
) -> None:
    index = tile_index(tiles / name, NAMES, driver)
    with gdal_raising(raising):
        assert listed_rasters(index) == items_of(index) == in_folder(tiles)
        assert (pixels_of(mosaic(listed_rasters(index))) == SCENE).all()


def test_what_gdaltindex_writes_is_a_tile_index(tiles: Path) -> None:
    if shutil.which("gdaltindex") is None:
        pytest.skip("no gdaltindex here")
    subprocess.run(["gdaltindex", "tiles.shp", *NAMES], cwd=tiles, check=True, capture_output=True)
    assert items_of(*named(tiles / "tiles.shp")) == in_folder(tiles)


def test_a_tile_index_may_stand_among_others(tiles: Path) -> None:
    index = tile_index(tiles / "index.shp", NAMES[:3])
    (last,) = in_folder(tiles, ["d.tif"])
    assert items_of(last, [index]) == (last, *in_folder(tiles, NAMES[:3]))


def test_locations_may_be_absolute_or_empty(tiles: Path, tmp_path: Path) -> None:
    index = tile_index(tmp_path / "index.shp", [str(tiles / "a.tif"), None, str(tiles / "b.tif")])
    assert items_of(index) == in_folder(tiles, ["a.tif", "b.tif"])


def test_the_layer_with_locations_is_the_index(tiles: Path) -> None:
    index = write_layer(tiles / "index.gpkg", [box(0, 0, 1, 1)], {"name": ["x"]}, layer="labels")
    for layer, name in (("one", "a.tif"), ("two", "b.tif")):
        write_layer(tiles / "index.gpkg", [box(0, 0, 1, 1)], {"location": [name]}, layer=layer)
    assert items_of(*named(index)) == in_folder(tiles, ["a.tif"])
    assert items_of(*named(f"{index}|layername=two")) == in_folder(tiles, ["b.tif"])


def test_a_layer_without_locations_is_no_index(tiles: Path) -> None:
    labels = write_layer(tiles / "labels.gpkg", [box(0, 0, 1, 1)], {"name": ["x"]})
    with pytest.raises(InvalidRequest, match=r"labels\.gpkg' cannot be opened: it holds features"):
        listed_rasters(*named(labels))


def test_an_index_of_nothing_is_refused(tiles: Path) -> None:
    with pytest.raises(InvalidRequest, match="lists no raster"):
        listed_rasters(tile_index(tiles / "index.shp", []))


@HOW_GDAL_FAILS
def test_a_missing_raster_of_an_index_is_named(tiles: Path, raising: bool) -> None:
    index = tile_index(tiles / "index.shp", ["a.tif", "gone.tif"])
    expected = r"gone\.tif', which the tile index '.*index\.shp' lists, cannot .*put it there"
    with gdal_raising(raising), pytest.raises(InvalidRequest, match=expected) as refused:
        items_of(index)
    assert refused.value.parameter == "inputRaster"


@HAS_GTI
def test_an_index_that_gdal_opens_counts_as_its_rasters(tiles: Path) -> None:
    path = tiles / "index.gti.gpkg"
    with quiet():
        files = [str(tiles / name) for name in NAMES]
        gdal.TileIndex(str(path), files, layerName="tiles").Close()
    (tiles / "index.gti").write_text(
        f"<GDALTileIndexDataset><IndexDataset>{escape(str(path))}</IndexDataset>"
        "<IndexLayer>tiles</IndexLayer><LocationField>location</LocationField>"
        "</GDALTileIndexDataset>"
    )
    for index in named(path, f"GTI:{path}", tiles / "index.gti"):
        assert listed_rasters(index) == (index,)
        assert items_of(index) == in_folder(tiles)


# Real images
