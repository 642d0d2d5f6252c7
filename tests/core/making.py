"""Small rasters, layers and geometries, and the oracles they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray
from osgeo import gdal, gdal_array, ogr, osr

from chipwright.core.grid import PixelGrid
from chipwright.core.plan import Strip, steps
from chipwright.core.request import Size
from chipwright.core.shapes import Shapes
from chipwright.core.wkb import shapes_of_wkb

Array = NDArray[Any]
Cell = Union[int, float, str, None]

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""The same examples in every run, however slow the machine."""


def reference(epsg: int) -> osr.SpatialReference:
    """A system whose coordinates come as x, y."""
    made = osr.SpatialReference()
    made.ImportFromEPSG(epsg)
    made.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return made


@cache
def crs(epsg: int) -> str:
    return str(reference(epsg).ExportToWkt())


UTM = crs(32633)
NORTH_UP = PixelGrid(40, 30, (500_000.0, 2.0, 0.0, 5_400_000.0, 0.0, -2.0), UTM)
SOUTH_UP = PixelGrid(40, 30, (500_000.0, 2.0, 0.0, 5_400_000.0, 0.0, 2.0), UTM)
ROTATED = PixelGrid(40, 30, (500_000.0, 1.6, 1.2, 5_400_000.0, 1.2, -1.6), UTM)
GRIDS = {"north up": NORTH_UP, "south up": SOUTH_UP, "rotated": ROTATED}
EVERY_GRID = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())


def pixel_grid(columns: int, rows: int) -> PixelGrid:
    """A grid whose map coordinates are its pixel coordinates."""
    return PixelGrid(columns, rows, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0))


def whole_strip(grid: PixelGrid, tile: Size, stride: Optional[Size] = None) -> Strip:
    """All places of a small grid, as one strip."""
    step = stride or tile
    lefts = steps(grid.columns, tile.columns, step.columns)
    tops = steps(grid.rows, tile.rows, step.rows)
    used = grid.crop(0, 0, lefts[-1] + tile.columns, tops[-1] + tile.rows)
    return Strip(used, tile, tuple(lefts), tuple(tops))


def box(left: float, top: float, right: float, bottom: float) -> str:
    """A rectangle as WKT."""
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in corners)}))"


def geometry(wkt: str) -> ogr.Geometry:
    made = ogr.CreateGeometryFromWkt(wkt)
    assert made is not None, wkt
    return made


def outline(grid: PixelGrid) -> ogr.Geometry:
    """The polygon that a grid covers on the map."""
    corners = np.array([0.0, 1, 1, 0, 0]) * grid.columns, np.array([0.0, 0, 1, 1, 0]) * grid.rows
    points = zip(*(axis.tolist() for axis in grid.to_map(*corners)))
    return geometry(f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in points)}))")


def wkb(*wkts: str) -> list[bytes]:
    return [bytes(geometry(wkt).ExportToIsoWkb(ogr.wkbNDR)) for wkt in wkts]


def shapes(*wkts: str) -> Shapes:
    return shapes_of_wkb(wkb(*wkts))


def areas(blobs: Sequence[bytes]) -> list[float]:
    return [ogr.CreateGeometryFromWkb(blob).GetArea() for blob in blobs]


def random_pixels(shape: tuple[int, ...], dtype: str = "uint8", seed: int = 0) -> Array:
    """Noise over the whole range of a type; 0 … 1 for real numbers."""
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.random(shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def write_raster(
    path: Path,
    pixels: Array,
    grid: Optional[PixelGrid] = None,
    nodata: Optional[float] = None,
    options: Sequence[str] = (),
) -> str:
    """A GeoTIFF of (band, row, column), without georeference where there is no grid."""
    bands, rows, columns = pixels.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(pixels.dtype.type)
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), columns, rows, bands, kind, list(options))
    if grid is not None:
        dataset.SetGeoTransform(grid.geotransform)
        dataset.SetProjection(grid.crs_wkt)
    if nodata is not None:
        for band in range(1, bands + 1):
            dataset.GetRasterBand(band).SetNoDataValue(nodata)
    dataset.WriteArray(pixels)
    return str(path)


def editable_band(path: str) -> gdal.Band:
    """The band of a file, to be given names, colours or a table."""
    dataset = gdal.Open(path, gdal.GA_Update)
    band = dataset.GetRasterBand(1)
    band._dataset = dataset  # a band must not outlive its dataset
    return band


Column = tuple[str, int, int, Sequence[Cell]]
"""Name, type, usage and cells of a column of an attribute table."""


def attribute_table(columns: Sequence[Column]) -> gdal.RasterAttributeTable:
    table = gdal.RasterAttributeTable()
    for name, kind, usage, _ in columns:
        table.CreateColumn(name, kind, usage)
    setters = {
        gdal.GFT_String: table.SetValueAsString,
        gdal.GFT_Integer: table.SetValueAsInt,
        gdal.GFT_Real: table.SetValueAsDouble,
    }
    for column, (_, kind, _, cells) in enumerate(columns):
        for row, cell in enumerate(cells):
            setters[kind](row, column, cell)
    return table


def add_table(path: str, columns: Sequence[Column]) -> None:
    """Give a raster an attribute table."""
    editable_band(path).SetDefaultRAT(attribute_table(columns))


def write_layer(
    path: Path,
    wkts: Sequence[Optional[str]],
    fields: Optional[Mapping[str, Sequence[Cell]]] = None,
    epsg: Optional[int] = 32633,
    layer: str = "labels",
) -> str:
    """A file with a column for each of `fields`; None is NULL.

    It is a GeoPackage, or of FlatGeobuf if it is called so: exports read that in half the time.
    """
    driver, options = ogr.GetDriverByName("GPKG"), []
    if path.suffix == ".fgb":  # an index would change the order
        driver, options = ogr.GetDriverByName("FlatGeobuf"), ["SPATIAL_INDEX=NO"]
    source = driver.Open(str(path), 1) if path.exists() else driver.CreateDataSource(str(path))
    system = reference(epsg) if epsg else None
    with quiet():
        made = source.CreateLayer(layer, system, ogr.wkbUnknown, options)
    columns = fields or {}
    for name, cells in columns.items():
        made.CreateField(ogr.FieldDefn(name, _field_type(cells)))
    made.StartTransaction()
    for row, wkt in enumerate(wkts):
        feature = ogr.Feature(made.GetLayerDefn())
        if wkt is not None:
            feature.SetGeometry(geometry(wkt))
        for name, cells in columns.items():
            if cells[row] is not None:
                feature.SetField(name, cells[row])
        with quiet():
            made.CreateFeature(feature)
    made.CommitTransaction()
    return str(path)


def _field_type(cells: Sequence[Cell]) -> int:
    kinds = {int: ogr.OFTInteger64, float: ogr.OFTReal, str: ogr.OFTString}
    return next((kinds[type(cell)] for cell in cells if cell is not None), ogr.OFTString)


@contextmanager
def quiet() -> Iterator[None]:
    """GDAL's warnings are not printed."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()


@contextmanager
def gdal_raising(raising: bool) -> Iterator[None]:
    """GDAL raises exceptions or returns None, as some other plugin may have chosen."""
    if not raising:
        yield
        return
    modules = (gdal, ogr, osr)
    for module in modules:
        module.UseExceptions()
    try:
        yield
    finally:
        for module in reversed(modules):
            module.DontUseExceptions()


def in_memory(content: Union[bytes, bytearray], ending: str = ".tif") -> str:
    """A path under which GDAL finds some bytes."""
    path = f"/vsimem/tests_of_chipwright/image{ending}"
    gdal.FileFromMemBuffer(path, bytes(content))
    return path
