"""The rasters that are put together: what their pixels mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Optional

from osgeo import gdal

from ..errors import InvalidRequest, UnreadableSource
from ..gdal_errors import GdalFailure, open_raster
from ..grid import PixelGrid
from ..raster import describe_raster
from ..request import RasterSource


@dataclass(frozen=True)
class Band:
    """A band of an item."""

    kind: int
    """GDAL's number of the data type."""
    validity: int
    """GDAL's mask flags."""
    nodata: Optional[float]
    scale: float
    offset: float
    block: tuple[int, int]
    """Columns and rows of the pieces it is read in."""

    @property
    def masking_value(self) -> Optional[float]:
        """The no-data value, where that is what tells which pixels are data."""
        return self.nodata if self.validity == gdal.GMF_NODATA else None


@dataclass(frozen=True)
class Item:
    """A raster on its way into the mosaic."""

    source: RasterSource
    grid: PixelGrid
    bands: tuple[Band, ...]
    palette: tuple[tuple[int, ...], ...]
    """Colours of the first band; none where pixels are no indexes of colours."""

    @property
    def has_alpha(self) -> bool:
        """Whether a band tells how opaque the others are; its own pixels count as all valid."""
        return any(band.validity & gdal.GMF_ALPHA for band in self.bands)

    def is_opaque(self, band: Band) -> bool:
        """Whether all pixels of a band hide what lies below."""
        return not self.has_alpha and bool(band.validity & gdal.GMF_ALL_VALID)


def looked_at(source: RasterSource, parameter: str) -> Item:
    """What can be told of an item; it must have a place on the map."""
    try:
        raster = describe_raster(source)
        dataset = open_raster(source.path, source.open_options)
    except (UnreadableSource, GdalFailure) as problem:
        raise InvalidRequest(parameter, str(problem)) from problem
    if not raster.grid.is_on_map:
        raise InvalidRequest(
            parameter,
            f"'{source}' has no georeference, so it has no place among the other items; "
            "georeference it, or export it on its own.",
        )
    bands = tuple(_band(dataset.GetRasterBand(number)) for number in raster.bands)
    return Item(source, raster.grid, bands, _palette(dataset.GetRasterBand(1)))


def _band(band: gdal.Band) -> Band:
    return Band(
        kind=band.DataType,
        validity=band.GetMaskFlags(),
        nodata=band.GetNoDataValue(),
        scale=band.GetScale() or 1.0,
        offset=band.GetOffset() or 0.0,
        block=tuple(band.GetBlockSize()),
    )


def _palette(band: gdal.Band) -> tuple[tuple[int, ...], ...]:
    table = band.GetColorTable()
    if table is None:
        return ()
    return tuple(table.GetColorEntry(index) for index in range(table.GetCount()))


def check_likeness(item: Item, first: Item) -> None:
    """Items are put together band by band, so what their pixels mean must be the same."""
    for its, other in zip(_traits(item), _traits(first)):
        if its != other:
            raise InvalidRequest(
                "rasterItems",
                f"'{item.source}' has {its}, but inputRaster has {other}; bring all items "
                "to the same bands and data type (gdal_translate), or export them on their own.",
            )
    if item.palette and first.palette and item.palette != first.palette:
        raise InvalidRequest(
            "rasterItems",
            f"'{item.source}' has other colours in its table than inputRaster, so its "
            "pixels mean something else; give all items the same colour table, or export them on "
            "their own.",
        )


def _traits(item: Item) -> Iterator[str]:
    bands = item.bands
    yield f"{len(bands)} bands" if len(bands) > 1 else "1 band"
    yield f"pixels of type {_listed(gdal.GetDataTypeName(band.kind) for band in bands)}"
    yield f"pixels of scale and offset {_listed(f'{each.scale}, {each.offset}' for each in bands)}"


def _listed(values: Iterable[str]) -> str:
    """Values of all bands; one if they are the same."""
    every = list(values)
    return every[0] if len(set(every)) == 1 else "; ".join(every)
