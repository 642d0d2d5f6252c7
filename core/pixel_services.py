"""Image and map services: what they say of themselves, and how to ask for pixels."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Optional, Protocol

from osgeo import osr

from .errors import InvalidRequest, UnreadableSource
from .fetched_grids import SAME, at_cell_size, part_of
from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid, Size
from .map_boxes import Box
from .source_references import crs_of

TILE = 1024
"""Most columns and rows that are asked for at once: progress is seen, and little is lost."""
SERVICE = re.compile(
    r"(?P<base>https?://[^?#]+/(?P<kind>ImageServer|MapServer|FeatureServer))"
    r"(?:/(?P<layer>\d+))?/?(?:[?#].*)?"
)
MARGIN = 2
"""Pixels about a box that resampling looks at."""
Question = tuple[str, dict[str, str]]
"""A URL and its query."""


class PixelService(Protocol):
    """Gives the pixels of any window of a grid, as an image."""

    @property
    def url(self) -> str:
        """What it is called in messages."""

    @property
    def crs_wkt(self) -> str:
        """Of all its grids."""

    @property
    def is_rendered(self) -> bool:
        """Whether its pixels are colours of a picture, rather than values."""

    @property
    def has_gaps(self) -> bool:
        """Whether it may have nothing at a place, which is no error then."""

    @property
    def finest(self) -> Optional[float]:
        """Cell size of the finest pictures there are, where it is known."""

    @property
    def nodata(self) -> Optional[float]:
        """Of values."""

    @property
    def tile(self) -> Size:
        """How much is asked for at once."""

    @property
    def description(self) -> str:
        """What tells it from itself after a change."""

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """The pixels to fetch for a box of its own system; None for all. Raises InvalidRequest."""

    def question(self, window: PixelGrid) -> Question:
        """What to ask for a window of that grid."""


@dataclass(frozen=True)
class ServiceAddress:
    """A service's address; `kind` is the last word of it, `layer` one of its layers."""

    base: str
    kind: str
    layer: Optional[int] = None

    @property
    def url(self) -> str:
        """Of the layer, or of the service where none is named."""
        return self.base if self.layer is None else f"{self.base}/{self.layer}"


def service_address(url: str) -> Optional[ServiceAddress]:
    """The service that a URL names; None for any other URL.

    >>> service_address("https://host/rest/services/a/FeatureServer/0?f=json").layer
    0
    """
    found = SERVICE.fullmatch(url)
    if found is None:
        return None
    layer = found["layer"]
    return ServiceAddress(found["base"], found["kind"], None if layer is None else int(layer))


@dataclass(frozen=True)
class ImageService:
    """An image service: its own pixels, and how it is asked for them."""

    url: str
    grid: PixelGrid
    reference: str
    """Its spatial reference as its queries name it."""
    pixel_type: str
    nodata: Optional[float]
    tile: Size
    description: str
    """What tells it from itself after a change."""

    is_rendered: ClassVar[bool] = False
    has_gaps: ClassVar[bool] = False
    finest: ClassVar[Optional[float]] = None

    @property
    def crs_wkt(self) -> str:
        """Of its grid."""
        return self.grid.crs_wkt

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """Its own pixels about a box, or larger ones where the cell size is."""
        grid = at_cell_size(self.grid, cell_size)
        is_resampled = cell_size is not None and grid is self.grid
        return part_of(grid, box, MARGIN if is_resampled else 0)

    def question(self, window: PixelGrid) -> Question:
        """How to ask for the values of some pixels."""
        return f"{self.url}/exportImage", self._query(window)

    def _query(self, window: PixelGrid) -> dict[str, str]:
        is_native = _is_same_size(window, self.grid)
        query = {
            **place_of(window, self.reference),
            "format": "tiff",
            "pixelType": self.pixel_type,
            "interpolation": "RSP_NearestNeighbor" if is_native else "RSP_BilinearInterpolation",
            "adjustAspectRatio": "false",
            "f": "image",
        }
        if self.nodata is not None:
            query["noData"] = f"{self.nodata:.17g}"
        return query


def image_service(url: str, about: Mapping[str, Any]) -> ImageService:
    """From what the service answers to f=json. Raises UnreadableSource."""
    try:
        left, bottom, right, top = box_of(about["extent"])
        width, height = float(about["pixelSizeX"]), float(about["pixelSizeY"])
        columns, rows = round((right - left) / width), round((top - bottom) / height)
        grid = PixelGrid(columns, rows, (left, width, 0.0, top, 0.0, -height), wkt_of(url, about))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise unclear(url) from error
    if columns < 1 or rows < 1:
        raise unclear(url)
    return ImageService(
        url,
        grid,
        reference_of(about),
        str(about.get("pixelType", "UNKNOWN")),
        _nodata(about),
        most_of(about),
        json.dumps([about.get(key) for key in ("extent", "pixelType", "bandCount", "noDataValue")]),
    )


def needed(cell_size: Optional[float], service: PixelService) -> float:
    """The cell size, which pictures need. Raises InvalidRequest."""
    if cell_size is not None:
        return cell_size
    hint = f"such as {service.finest:g}, its finest" if service.finest else "such as 1"
    raise InvalidRequest(
        "cellSize",
        f"is not given, but '{service.url}' is drawn at any cell size; choose one in map units, "
        f"{hint}.",
    )


def crs_wkt_of(text: str) -> str:
    """A code or WKT as WKT; empty for an empty text. Raises GdalFailure."""
    if not text:
        return ""
    reference = osr.SpatialReference()
    with gdal_messages() as messages:
        if reference.SetFromUserInput(text) != 0:
            raise GdalFailure(messages.last_error)
    return str(reference.ExportToWkt())


def _is_same_size(first: PixelGrid, second: PixelGrid) -> bool:
    pairs = zip(first.cell_size, second.cell_size)
    return all(math.isclose(one, other, rel_tol=SAME) for one, other in pairs)


def place_of(window: PixelGrid, reference: str) -> dict[str, str]:
    """How a query names a window."""
    return {
        "bbox": ",".join(f"{side:.17g}" for side in window.bounds),
        "bboxSR": reference,
        "imageSR": reference,
        "size": f"{window.columns},{window.rows}",
    }


def box_of(extent: Mapping[str, Any]) -> Box:
    """The box of an extent. Raises KeyError, TypeError, ValueError."""
    left, bottom, right, top = (float(extent[side]) for side in ("xmin", "ymin", "xmax", "ymax"))
    if not all(map(math.isfinite, (left, bottom, right, top))):
        raise ValueError("an extent without an end")
    return left, bottom, right, top


def _spatial_reference(about: Mapping[str, Any]) -> Any:
    extent = about.get("extent") or about.get("fullExtent") or {}
    return extent.get("spatialReference") or about.get("spatialReference") or {}


def reference_of(about: Mapping[str, Any]) -> str:
    """A number, or JSON where there is none."""
    found = _spatial_reference(about)
    number = found.get("latestWkid", found.get("wkid"))
    return str(number) if number else json.dumps(found)


def wkt_of(url: str, about: Mapping[str, Any]) -> str:
    """The coordinate system of a service as WKT. Raises UnreadableSource."""
    try:
        return crs_wkt_of(crs_of("spatialReference", _spatial_reference(about)))
    except GdalFailure as failure:
        sentence = f"the coordinate system of '{url}' is unknown here: {failure}"
        raise UnreadableSource(sentence) from failure


def _nodata(about: Mapping[str, Any]) -> Optional[float]:
    values = about.get("noDataValues") or [about.get("noDataValue")]
    numbers = [each for each in values if isinstance(each, (int, float))]
    return float(numbers[0]) if numbers else None


def most_of(about: Mapping[str, Any]) -> Size:
    """As much as the service gives at once, within reason."""
    sides = (about.get("maxImageWidth"), about.get("maxImageHeight"))
    columns, rows = (
        min(TILE, side) if isinstance(side, int) and side > 0 else TILE for side in sides
    )
    return Size(columns, rows)


def unclear(url: str) -> UnreadableSource:
    """Of a service that does not describe itself."""
    return UnreadableSource(
        f"'{url}' does not say where its pixels lie; check that it is the address of a service."
    )
