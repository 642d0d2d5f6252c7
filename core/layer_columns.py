"""The features of a layer, some thousands at a time, as columns.

Where it can be, GDAL hands out arrays (its Arrow stream); else features are read one by one, which
takes some five times as long and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, Optional, Union

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, ogr

from .gdal_errors import GdalFailure, gdal_messages

Cell = Union[int, float, str, None]
"""What a field holds; None where it is NULL or was never set."""

TOGETHER = 4096
"""Features that are read together; few, because a long text makes all of its column as wide."""

ARRAY_DRIVERS = {
    "GPKG": "OGR_GPKG_STREAM_BASE_IMPL",
    "FlatGeobuf": "OGR_FLATGEOBUF_STREAM_BASE_IMPL",
    "ESRI Shapefile": "",
    "GeoJSON": "",
    "SQLite": "",
}
"""Drivers whose arrays were compared with their features, and the option that keeps a driver from
a way of its own to fill them: those ways have crashed, and taken boxes for geometries."""
ARRAY_TYPES = {
    ogr.OFTInteger: (ogr.OFSTNone, ogr.OFSTInt16),
    ogr.OFTInteger64: (ogr.OFSTNone,),
    ogr.OFTReal: (ogr.OFSTNone,),
    ogr.OFTString: (ogr.OFSTNone,),
}
"""Field types, and subtypes, that arrays hold as features do."""
ABOUT_A_GEOMETRY = re.compile(r"\w*Exception: ")
"""What GEOS, asked by a spatial filter, has against a geometry begins like that; it is there."""


class Column(NamedTuple):
    """A field that is wanted: its position, and whether it is wanted as a text."""

    position: int
    is_text: bool = False


@dataclass(frozen=True, eq=False)
class ColumnBatch:
    """Some features, in the order of the layer."""

    fids: NDArray[np.int64]
    geometries: list[Optional[bytes]]
    """ISO WKB of any type, as it is stored; None or empty where there is none."""
    cells: list[list[Cell]]
    """For each column that is wanted, its cells."""


def column_batches(
    layer: ogr.Layer, columns: Sequence[Column], with_geometry: bool = True
) -> Iterator[ColumnBatch]:
    """All features that the filter of a layer lets through; only what is wanted is read.

    Raises GdalFailure, also where GDAL itself ends as if there were no more.
    """
    _ignore_all_but(layer, columns, with_geometry)
    layer.ResetReading()
    if come_as_arrays(layer, columns):
        return _all_of(_from_arrays(layer, columns))
    return _all_of(_from_features(layer, columns))


def _all_of(batches: Iterator[ColumnBatch]) -> Iterator[ColumnBatch]:
    while True:
        with gdal_messages() as messages:
            batch = next(batches, None)
        losses = [each for each in messages.errors if not ABOUT_A_GEOMETRY.match(each)]
        if losses:
            raise GdalFailure(f"not all of its features are there ({losses[0]})")
        if batch is None:
            return
        yield batch


def _ignore_all_but(layer: ogr.Layer, columns: Sequence[Column], with_geometry: bool) -> None:
    definition = layer.GetLayerDefn()
    wanted = {column.position for column in columns}
    fields = range(definition.GetFieldCount())
    names = [definition.GetFieldDefn(i).GetName() for i in fields if i not in wanted]
    kept = {definition.GetFieldDefn(i).GetName().lower() for i in wanted}
    ignored = [name for name in names if name.lower() not in kept]
    layer.SetIgnoredFields(ignored if with_geometry else [*ignored, "OGR_GEOMETRY"])


def come_as_arrays(layer: ogr.Layer, columns: Sequence[Column]) -> bool:
    """Whether GDAL can hand out these columns as arrays, which takes GDAL 3.6 or newer."""
    if not hasattr(layer, "GetArrowStreamAsNumPy") or _driver(layer) not in ARRAY_DRIVERS:
        return False
    definition = layer.GetLayerDefn()
    fields = {column.position: definition.GetFieldDefn(column.position) for column in columns}
    names = [_fid_name(layer), _geometry_name(layer), *(it.GetName() for it in fields.values())]
    return (
        definition.GetGeomFieldCount() == 1
        and len({name.lower() for name in names}) == len(names)
        and all(_is_plain(fields[column.position], column) for column in columns)
    )


def _is_plain(field: ogr.FieldDefn, column: Column) -> bool:
    kind = field.GetType()
    if field.GetSubType() not in ARRAY_TYPES.get(kind, ()):
        return False
    has_domain = bool(field.GetDomainName())  # its arrays may be codes and a dictionary
    return not has_domain and not (kind == ogr.OFTReal and column.is_text)


def _driver(layer: ogr.Layer) -> str:
    return str(layer._dataset.GetDriver().GetDescription())


def _fid_name(layer: ogr.Layer) -> str:
    return layer.GetFIDColumn() or "OGC_FID"


def _geometry_name(layer: ogr.Layer) -> str:
    return layer.GetGeometryColumn() or "wkb_geometry"


def _from_arrays(layer: ogr.Layer, columns: Sequence[Column]) -> Iterator[ColumnBatch]:
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(column.position).GetName() for column in columns]
    fid, geometry = _fid_name(layer), _geometry_name(layer)
    for batch in _array_batches(layer):
        fids = np.array(batch[fid], np.int64)
        yield ColumnBatch(
            fids,
            batch[geometry].tolist() if geometry in batch else [None] * len(fids),
            [_cells(batch[name]) for name in names],
        )


def _array_batches(layer: ogr.Layer) -> Iterator[dict[str, NDArray[Any]]]:
    option = ARRAY_DRIVERS[_driver(layer)]
    with _switched_on(option):
        stream = layer.GetArrowStreamAsNumPy([f"MAX_FEATURES_IN_BATCH={TOGETHER}"])
    while True:
        with _switched_on(option):
            batch = stream.GetNextRecordBatch()
        if batch is None:
            return
        yield batch


@contextmanager
def _switched_on(option: str) -> Iterator[None]:
    """An option of GDAL set for this thread; none if it has no name."""
    if not option:
        yield
        return
    before = gdal.GetThreadLocalConfigOption(option)
    gdal.SetThreadLocalConfigOption(option, "YES")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(option, before)


def _cells(column: NDArray[Any]) -> list[Cell]:
    cells: list[Any] = column.tolist()
    if column.dtype.kind not in "SO":
        return cells
    texts = {cell: None if cell is None else _text(cell) for cell in set(cells)}
    return [texts[cell] for cell in cells]


def _text(cell: Union[str, bytes]) -> str:
    """GDAL hands out bytes where a text is not the UTF-8 that it should be."""
    return cell if isinstance(cell, str) else cell.decode("utf-8", "replace")


def _from_features(layer: ogr.Layer, columns: Sequence[Column]) -> Iterator[ColumnBatch]:
    definition = layer.GetLayerDefn()
    readers = [
        (column.position, _reader(definition.GetFieldDefn(column.position), column))
        for column in columns
    ]
    features = iter(layer)
    while found := list(islice(_rows(features, readers), TOGETHER)):
        fids, geometries, *cells = zip(*found)
        yield ColumnBatch(
            np.array(fids, np.int64), list(geometries), [list(column) for column in cells]
        )


Reader = Callable[[ogr.Feature, int], Cell]


def _rows(
    features: Iterator[ogr.Feature], readers: Sequence[tuple[int, Reader]]
) -> Iterator[tuple[Any, ...]]:
    for feature in features:
        geometry = feature.GetGeometryRef()
        yield (
            feature.GetFID(),
            None if geometry is None else bytes(geometry.ExportToIsoWkb(ogr.wkbNDR)),
            *(
                read(feature, position) if feature.IsFieldSetAndNotNull(position) else None
                for position, read in readers
            ),
        )


def _reader(field: ogr.FieldDefn, column: Column) -> Reader:
    if field.GetType() == ogr.OFTReal and not column.is_text:
        return lambda feature, position: float(feature.GetFieldAsDouble(position))
    if field.GetType() in (ogr.OFTInteger, ogr.OFTInteger64):
        return lambda feature, position: int(feature.GetFieldAsInteger64(position))
    return lambda feature, position: _text(feature.GetFieldAsString(position))
