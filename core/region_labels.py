"""Objects from a classified raster: in each chip, the connected regions of each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, gdal_array, ogr

from .clipping import Clips
from .feature_labels import COUNTED, instance_labels
from .found_features import FoundFeatures
from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid
from .labels import LabelKind, Labels
from .plan import Strip, place_pixels
from .raster_labels import OfClassified
from .statistics import LabelStatistics
from .wkb import shapes_of_wkb

if TYPE_CHECKING:
    from .files import Pixels
    from .labels import StripLabels


@dataclass(frozen=True, eq=False)
class RegionLabels(OfClassified):
    """A source of labels that are regions of a classified raster.

    Pixels of one class that share an edge within a chip are one region. Regions are counted like
    features.
    """

    kind: LabelKind

    @property
    def from_features(self) -> bool:
        """Regions can be counted."""
        return True

    def labels(self, strip: Strip) -> StripLabels:
        """The regions of a strip, chip by chip."""
        class_map = self.classified.class_map(strip.grid)
        return RegionStripLabels(
            [
                self._of_chip(strip.place_strip(place), place_pixels(class_map, strip, place))
                for place in range(strip.place_count)
            ]
        )

    def _of_chip(self, chip: Strip, class_map: Pixels) -> StripLabels:
        found = regions_found(chip, class_map)
        if self.kind is LabelKind.INSTANCE_MASKS:
            together = np.zeros(len(found.values), np.intp)
            return instance_labels(found, self.classes, together)
        return COUNTED[self.kind](found)


class RegionStripLabels:
    """The regions of each chip of a strip."""

    def __init__(self, chips: Sequence[StripLabels]) -> None:
        self._chips = chips
        self.labeled = np.array([bool(chip.labeled[0]) for chip in chips])

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """For each class, its regions in each place."""
        counts: dict[int, NDArray[np.int64]] = {}
        for place, chip in enumerate(self._chips):
            for value, found in chip.class_counts().items():
                of_class = counts.setdefault(value, np.zeros(len(self._chips), np.int64))
                of_class[place] = found[0]
        return counts

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that have a class."""
        return np.array([float(chip.labeled_shares()[0]) for chip in self._chips])

    def of_place(self, place: int) -> Labels:
        """The labels of a place."""
        return self._chips[place].of_place(0)

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Regions and areas per class over the wanted places."""
        total, alone = LabelStatistics(), np.ones(1, bool)
        for place in np.flatnonzero(wanted).tolist():
            total = total + self._chips[place].statistics(alone)
        return total


def regions_found(chip: Strip, class_map: Pixels) -> FoundFeatures:
    """The regions of a chip (a strip of one place) as features that lie wholly in it."""
    blobs, values = regions(class_map, chip.grid)
    shapes = shapes_of_wkb(blobs).on(chip.grid)
    number = np.arange(len(blobs))
    clips = Clips(
        np.zeros(len(blobs), np.intp),
        number,
        # edges of pixels, free of the rounding of map coordinates
        np.rint(shapes.left),
        np.rint(shapes.bottom),
        np.rint(shapes.right),
        np.rint(shapes.top),
        np.rint(shapes.areas()),
    )
    return FoundFeatures(chip, shapes, blobs, values, clips, np.zeros(0, np.intp))


def regions(class_map: Pixels, grid: PixelGrid) -> tuple[list[bytes], NDArray[np.int64]]:
    """Regions of a map (row, column) as WKB on the map, and their class values; 0 is none."""
    driver = gdal.GetDriverByName("Memory") or gdal.GetDriverByName("MEM")
    memory = driver.Create("", 0, 0, 0, gdal.GDT_Unknown)
    layer = memory.CreateLayer("regions", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger64))
    with gdal_messages() as messages:
        image = gdal_array.OpenNumPyArray(np.ascontiguousarray(class_map)[None], True)
        image.SetGeoTransform(grid.geotransform)
        band = image.GetRasterBand(1)
        if gdal.Polygonize(band, band, layer, 0) != gdal.CE_None:
            raise GdalFailure(messages.last_error)
    blobs, values = [], []
    for feature in layer:
        blobs.append(bytes(feature.GetGeometryRef().ExportToIsoWkb(ogr.wkbNDR)))
        values.append(feature.GetFieldAsInteger64(0))
    return blobs, np.array(values, np.int64)
