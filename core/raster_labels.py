"""Labels from a classified raster: its classes on the pixels of the chips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from .class_values import GREATEST_VALUE
from .classes import ClassTable, Color, class_table
from .errors import InvalidRequest, UnreadableSource
from .feature_labels import place_pixels
from .gdal_errors import GdalFailure, gdal_messages, open_raster
from .labels import Labels
from .pixel_statistics import Cells, cells_of
from .raster import Raster, RasterReader, describe_raster
from .statistics import ClassStatistics, LabelStatistics, summary_of

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import PixelGrid
    from .labels import StripLabels
    from .plan import Strip
    from .progress import StopSignal
    from .request import RasterSource

NAME_COLUMNS = ("classname", "class_name", "class", "name", "label")


@dataclass(frozen=True, eq=False)
class RasterLabels:
    """A source of labels that are pixels."""

    reader: RasterReader
    classes: ClassTable
    map_type: str

    @property
    def from_features(self) -> bool:
        """Pixels cannot be counted as features."""
        return False

    def labels(self, strip: Strip) -> StripLabels:
        """The classes of a strip, by nearest neighbour."""
        return RasterStripLabels(strip, self.class_map(strip.grid))

    def class_map(self, grid: PixelGrid) -> Pixels:
        """The class values on a grid (row, column), 0 where there is none."""
        return self._class_map(self.reader.read(grid)[0])

    def _class_map(self, read: Pixels) -> Pixels:
        nodata = self.reader.raster.nodata[0]
        known = np.ones(read.shape, bool) if nodata is None else read != nodata
        if read.dtype.kind == "f":
            known &= ~np.isnan(read)
            if (read[known] % 1 != 0).any():
                raise InvalidRequest(
                    "inputClassData",
                    f"'{self.reader.raster.source}' holds fractions, but class values are "
                    "whole numbers; choose a classified raster.",
                )
        return np.where(known, read, 0).astype(self.map_type)


def raster_labels(source: RasterSource, stop: StopSignal) -> RasterLabels:
    """Look at a classified raster. Raises InvalidRequest naming inputClassData."""
    try:
        raster = describe_raster(source)
        dataset = open_raster(source.path, source.open_options)
    except (UnreadableSource, GdalFailure) as error:
        raise InvalidRequest("inputClassData", str(error)) from error
    if len(raster.bands) != 1:
        raise InvalidRequest(
            "inputClassData",
            f"'{source}' has {len(raster.bands)} bands; a classified raster has one band of "
            "class values.",
        )
    band = dataset.GetRasterBand(1)
    reader = RasterReader(raster, gdal.GRIORA_NearestNeighbour, stop)
    return RasterLabels(reader, _classes(band), _map_type(raster, band))


def _map_type(raster: Raster, band: gdal.Band) -> str:
    """uint8 where that is enough; wider rasters are looked through once for their maximum."""
    if raster.data_type == "uint8":
        return "uint8"
    low, high = _extremes(raster, band)
    if low < 0 or high > GREATEST_VALUE:
        raise InvalidRequest(
            "inputClassData",
            f"'{raster.source}' holds the class value {low if low < 0 else high:g}; class "
            f"values are 1 to {GREATEST_VALUE}. Reclassify it, or declare the value as no-data.",
        )
    return np.min_scalar_type(int(high)).name


def _extremes(raster: Raster, band: gdal.Band) -> tuple[float, float]:
    """Least and greatest value, 0 and 0 if there is nothing but no-data."""
    try:
        with gdal_messages() as messages:
            found = band.ComputeRasterMinMax(False)
            if messages.errors:
                raise GdalFailure(messages.last_error)
    except GdalFailure as failure:
        if "no valid pixels" in str(failure):
            return 0, 0
        raise InvalidRequest(
            "inputClassData", f"'{raster.source}' cannot be read: {failure}"
        ) from failure
    return (0, 0) if found is None or np.isnan(found).any() else tuple(found)


def _classes(band: gdal.Band) -> ClassTable:
    """Names and colours from the attribute table, the category names and the colour table."""
    names: dict[int, str] = {}
    colors: dict[int, Color] = {}
    # asked for first: only this makes GDAL's GeoTIFF driver look for names in the .aux.xml
    table = band.GetDefaultRAT()
    for value, name in enumerate(band.GetRasterCategoryNames() or ()):
        if name:
            names[value] = name
    if table is not None:
        names.update(_table_names(table))
        colors.update(_table_colors(table))
    palette = band.GetRasterColorTable()
    if palette is not None:
        for value in range(palette.GetCount()):
            colors.setdefault(value, tuple(palette.GetColorEntry(value)[:3]))
            if table is None:
                names.setdefault(value, str(value))
    names.pop(0, None)
    for value in colors:
        if value:
            names.setdefault(value, str(value))
    return class_table(names, colors)


def _values(table: Any) -> list[int]:
    column = table.GetColOfUsage(gdal.GFU_MinMax)
    if column < 0:
        named = [table.GetNameOfCol(i).lower() for i in range(table.GetColumnCount())]
        column = named.index("value") if "value" in named else -1
    rows = range(table.GetRowCount())
    return [table.GetValueAsInt(row, column) if column >= 0 else row for row in rows]


def _table_names(table: Any) -> dict[int, str]:
    column = table.GetColOfUsage(gdal.GFU_Name)
    if column < 0:
        column = _column(table, NAME_COLUMNS)
    if column is None or column < 0:
        return {}
    texts = (table.GetValueAsString(row, column) for row in range(table.GetRowCount()))
    return {value: text for value, text in zip(_values(table), texts) if text}


def _table_colors(table: Any) -> dict[int, Color]:
    usages = (gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue)
    columns = [table.GetColOfUsage(usage) for usage in usages]
    if min(columns) < 0:
        return {}
    return {
        value: tuple(table.GetValueAsInt(row, column) for column in columns)
        for row, value in enumerate(_values(table))
    }


def _column(table: Any, names: tuple[str, ...]) -> Optional[int]:
    found = [table.GetNameOfCol(i).lower() for i in range(table.GetColumnCount())]
    return next((found.index(name) for name in names if name in found), None)


class RasterStripLabels:
    """The class map of a strip and the pixels of each class in its cells."""

    def __init__(self, strip: Strip, class_map: Pixels) -> None:
        self._strip = strip
        self._map = class_map
        cells = cells_of(strip)
        self._values, counts = _counts_per_cell(class_map, cells)
        self._per_place = [cells.per_place(of_class) for of_class in counts]
        self.labeled = np.zeros(strip.place_count, bool)
        for of_class in self._per_place:
            self.labeled |= of_class > 0

    def of_place(self, place: int) -> Labels:
        """The class map and the classes of a place."""
        present = [
            value for value, of_class in zip(self._values, self._per_place) if of_class[place]
        ]
        return Labels(class_map=place_pixels(self._map, self._strip, place), class_values=present)

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Pixels per class over the wanted places."""
        per_class = {}
        classes_in = np.zeros(self._strip.place_count, np.int64)
        for value, of_class in zip(self._values, self._per_place):
            present = of_class[wanted & (of_class > 0)]
            classes_in += wanted & (of_class > 0)
            if len(present):
                per_class[value] = ClassStatistics(len(present), summary_of(present))
        return LabelStatistics(per_class, summary_of(classes_in[classes_in > 0]))


def _counts_per_cell(class_map: Pixels, cells: Cells) -> tuple[list[int], list[NDArray[np.int64]]]:
    """The classes of a map and, for each, its pixels per cell (row, column)."""
    values = [int(value) for value in np.unique(class_map) if value]
    counts = []
    for value in values:
        is_class = class_map == value
        columns = np.add.reduceat(is_class, cells.row_edges[:-1], axis=0, dtype=np.int64)
        columns = columns[:, : cells.column_edges[-1]]
        counts.append(np.add.reduceat(columns, cells.column_edges[:-1], axis=1))
    return values, counts
