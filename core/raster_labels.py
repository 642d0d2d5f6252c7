"""Labels from a classified raster: its classes on the pixels of the chips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional, TypeVar

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from .attribute_tables import attribute_table
from .class_values import GREATEST_VALUE
from .classes import ClassTable, Color, class_table, merged
from .errors import InvalidRequest, UnreadableSource
from .gdal_errors import GdalFailure, open_raster
from .labels import Labels
from .pixel_statistics import Cells, cells_of, valid_pixels
from .plan import part_on, place_pixels
from .raster import Raster, describe_raster
from .raster_reader import RasterReader
from .shared_window import PixelReader
from .source_windows import source_window
from .statistics import ClassStatistics, LabelStatistics, summary_of
from .warping import NEAREST

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import PixelGrid
    from .plan import Strip
    from .progress import StopSignal
    from .request import RasterSource

PART_BYTES = 32 << 20
"""Of a raster that is looked through."""


@dataclass(frozen=True, eq=False)
class RasterLabels:
    """A source of labels that are pixels."""

    reader: PixelReader
    classes: ClassTable
    map_type: str
    parameter: str = "inputClassData"
    limits: Optional[PixelGrid] = None
    """Where classes count: the image, where chips are filled up around it."""

    @property
    def from_features(self) -> bool:
        """Pixels cannot be counted as features."""
        return False

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""
        return False

    def with_classes(self, classes: ClassTable) -> RasterLabels:
        """The same labels with other names and colours of their classes."""
        return replace(self, classes=classes)

    def with_all_values(self) -> RasterLabels:
        """The same labels with every value of the raster among their classes.

        Rasters need not name their classes. Looks at all pixels. Raises InvalidRequest and
        UnreadableSource.
        """
        found: set[int] = set()
        for grid in _parts(self.reader.raster):
            found.update(np.unique(self._class_map(self.reader.read(grid)[0])).tolist())
        numbers = class_table({value: str(value) for value in found - {0}}, {})
        return self.with_classes(merged([self.classes, numbers]))

    def labels(self, strip: Strip) -> RasterStripLabels:
        """The classes of a strip, by nearest neighbour."""
        return RasterStripLabels(strip, self.class_map(strip.grid))

    def class_map(self, grid: PixelGrid) -> Pixels:
        """The class values on a grid (row, column), 0 where there is none."""
        class_map = self._class_map(self.reader.read(grid)[0])
        return class_map if self.limits is None else only_within(class_map, grid, self.limits)

    def _class_map(self, read: Pixels) -> Pixels:
        nodata = self.reader.raster.nodata[0]
        known = np.ones(read.shape, bool) if nodata is None else read != nodata
        if read.dtype.kind == "f":
            known &= ~np.isnan(read)
            with np.errstate(invalid="ignore"):  # infinity leaves no rest
                odd = read[known][read[known] % 1 != 0]
            if odd.size:
                raise InvalidRequest(
                    self.parameter,
                    f"'{self.reader.raster.source}' holds {odd[0]:g}, but class values are whole "
                    "numbers; choose a classified raster.",
                )
        return np.where(known, read, 0).astype(self.map_type)


def only_within(class_map: Pixels, grid: PixelGrid, limits: PixelGrid) -> Pixels:
    """A map (row, column) with 0 for all that is not in another grid of the same pixels."""
    window = source_window(limits, grid)
    if window is None:  # turned chips never leave the image
        return class_map
    inside = part_on(limits, round(window.left), round(window.top), grid.columns, grid.rows)
    if inside is None:
        return class_map
    left, top, right, bottom = inside
    framed = np.zeros_like(class_map)
    framed[top:bottom, left:right] = class_map[top:bottom, left:right]
    return framed


def raster_labels(
    source: RasterSource, stop: StopSignal, parameter: str = "inputClassData"
) -> RasterLabels:
    """Look at a classified raster. Raises InvalidRequest and UnreadableSource."""
    try:
        raster = replace(describe_raster(source), parameter=parameter)
        dataset = open_raster(source.path, source.open_options)
    except (UnreadableSource, GdalFailure) as error:
        raise InvalidRequest(parameter, str(error)) from error
    if len(raster.bands) != 1:
        raise InvalidRequest(
            parameter,
            f"'{source}' has {len(raster.bands)} bands, but class values lie in one; choose "
            "a raster of one band.",
        )
    band = dataset.GetRasterBand(1)
    reader = RasterReader(raster, NEAREST, stop)
    return RasterLabels(reader, _classes(band), _map_type(reader, parameter), parameter)


def _map_type(reader: RasterReader, parameter: str) -> str:
    """uint8 where that is enough; wider rasters are looked through once for their maximum."""
    raster = reader.raster
    if raster.data_type == "uint8":
        return "uint8"
    low, high = _extremes(reader)
    if low < 0 or high > GREATEST_VALUE:
        raise InvalidRequest(
            parameter,
            f"'{raster.source}' holds the class value {low if low < 0 else high:g}; class "
            f"values are 1 to {GREATEST_VALUE}. Reclassify it, or declare the value as no-data.",
        )
    return np.min_scalar_type(int(high)).name


def _extremes(reader: RasterReader) -> tuple[float, float]:
    """Least and greatest value, 0 and 0 if there is nothing but no-data.

    Read as the export reads: what GDAL has fetched and decoded is at hand again.
    """
    found: list[float] = []
    for grid in _parts(reader.raster):
        pixels = reader.read(grid).transpose(1, 2, 0)
        valid = valid_pixels(pixels, reader.raster.nodata)
        values = pixels if valid is None else pixels[valid]
        found += [float(values.min()), float(values.max())] if values.size else []
    return min(found, default=0), max(found, default=0)


def _parts(raster: Raster) -> Iterator[PixelGrid]:
    """All rows of a raster, some whole rows of blocks at a time."""
    grid, block = raster.grid, raster.block.rows
    rows = max(1, PART_BYTES // (grid.columns * raster.pixel_bytes) // block) * block
    for top in range(0, grid.rows, rows):
        yield grid.crop(0, top, grid.columns, min(rows, grid.rows - top))


def _classes(band: gdal.Band) -> ClassTable:
    """Names and colours from the attribute table, the category names and the colour table."""
    names: dict[int, str] = {}
    colors: dict[int, Color] = {}
    # asked for first: only this makes GDAL's GeoTIFF driver look for names in the .aux.xml
    table = attribute_table(band)
    for value, name in enumerate(band.GetRasterCategoryNames() or ()):
        if name:
            names[value] = name
    if table is not None:
        names.update(table.names())
        colors.update(table.colors())
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


class RasterStripLabels:
    """The class map of a strip and the pixels of each class in its cells."""

    def __init__(self, strip: Strip, class_map: Pixels) -> None:
        self._strip = strip
        self._map = class_map
        cells = cells_of(strip)
        # the classes that occur, ascending; for each of them, its pixels in each place
        self.values, self.per_place = _counts_per_place(class_map, cells)
        self.labeled = np.zeros(strip.place_count, bool)
        for of_class in self.per_place:
            self.labeled |= of_class > 0

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """For each class, its pixels in each place."""
        return dict(zip(self.values, self.per_place))

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that have a class."""
        tile = self._strip.tile
        counts = sum(self.per_place, np.zeros(self._strip.place_count, np.int64))
        return counts / (tile.columns * tile.rows)

    def of_place(self, place: int) -> Labels:
        """The class map and the classes of a place."""
        present = [value for value, of_class in zip(self.values, self.per_place) if of_class[place]]
        return Labels(class_map=place_pixels(self._map, self._strip, place), class_values=present)

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Pixels per class over the wanted places."""
        per_class = {}
        classes_in = np.zeros(self._strip.place_count, np.int64)
        for value, of_class in zip(self.values, self.per_place):
            present = of_class[wanted & (of_class > 0)]
            classes_in += wanted & (of_class > 0)
            if len(present):
                per_class[value] = ClassStatistics(len(present), summary_of(present))
        return LabelStatistics(per_class, summary_of(classes_in[classes_in > 0]))


def _counts_per_place(class_map: Pixels, cells: Cells) -> tuple[list[int], list[NDArray[np.int64]]]:
    """The classes of a map and, for each, its pixels in each place."""
    values = [int(value) for value in np.unique(class_map) if value]
    counts = []
    for value in values:
        counts.append(cells.sums(class_map == value))
    return values, counts


Derived = TypeVar("Derived", bound="OfClassified")


@dataclass(frozen=True, eq=False)
class OfClassified:
    """Base of labels that are made of the classes of a raster."""

    classified: RasterLabels

    @property
    def classes(self) -> ClassTable:
        """Those of the raster."""
        return self.classified.classes

    @property
    def is_empty(self) -> bool:
        """Pixels are not known before they are read."""
        return False

    def with_classes(self: Derived, classes: ClassTable) -> Derived:
        """The same labels with other names and colours of their classes."""
        return replace(self, classified=self.classified.with_classes(classes))
