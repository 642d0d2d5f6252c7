"""Image and map services: what they say of themselves, and how to ask for pixels."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Optional, Protocol

from osgeo import osr

from .errors import InvalidRequest, UnreadableSource
from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid, Size
from .request_text import crs_of

TILE = 1024
"""Most columns and rows that are asked for at once: progress is seen, and little is lost."""
SERVICE = re.compile(
    r"(?P<base>https?://[^?#]+/(?P<kind>ImageServer|MapServer|FeatureServer))"
    r"(?:/(?P<layer>\d+))?/?(?:[?#].*)?"
)
SAME = 1e-6
"""Share of a cell by which sizes may differ and still be the same."""


MARGIN = 2
"""Pixels about a box that resampling looks at."""
MapBox = tuple[float, float, float, float]
"""Left, bottom, right, top."""
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

    def fetched_grid(self, cell_size: Optional[float], box: Optional[MapBox]) -> PixelGrid:
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

    def fetched_grid(self, cell_size: Optional[float], box: Optional[MapBox]) -> PixelGrid:
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
            **_place(window, self.reference),
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
        left, bottom, right, top = _box(about["extent"])
        width, height = float(about["pixelSizeX"]), float(about["pixelSizeY"])
        columns, rows = round((right - left) / width), round((top - bottom) / height)
        grid = PixelGrid(columns, rows, (left, width, 0.0, top, 0.0, -height), _wkt(url, about))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise _unclear(url) from error
    if columns < 1 or rows < 1:
        raise _unclear(url)
    return ImageService(
        url,
        grid,
        _reference(about),
        str(about.get("pixelType", "UNKNOWN")),
        _nodata(about),
        _most(about),
        json.dumps([about.get(key) for key in ("extent", "pixelType", "bandCount", "noDataValue")]),
    )


@dataclass(frozen=True)
class MapService:
    """A map service: it draws pictures at any cell size."""

    url: str
    box: MapBox
    crs_wkt: str
    reference: str
    layers: str
    """Numbers of the layers that are drawn; empty for what it draws by itself."""
    tile: Size
    finest: Optional[float]
    """Cell size of the finest pictures it has ready, where it says so."""

    is_rendered: ClassVar[bool] = True
    has_gaps: ClassVar[bool] = False
    nodata: ClassVar[Optional[float]] = None

    @property
    def description(self) -> str:
        """What tells it from itself after a change."""
        return f"{self.layers} {self.box}"

    def fetched_grid(self, cell_size: Optional[float], box: Optional[MapBox]) -> PixelGrid:
        """Cells about the box and about what the service shows."""
        return grid_over(common_box(self.box, box), needed(cell_size, self), self.crs_wkt)

    def question(self, window: PixelGrid) -> Question:
        """How to ask for a picture of some pixels."""
        place = _place(window, self.reference)
        shown = {"layers": f"show:{self.layers}"} if self.layers else {}
        kind = {"format": "png32", "transparent": "true", "dpi": "96", "f": "image"}
        return f"{self.url}/export", {**place, **shown, **kind}


def map_service(url: str, about: Mapping[str, Any], layers: str = "") -> MapService:
    """From what the service answers to f=json. Raises UnreadableSource."""
    if "Map" not in str(about.get("capabilities", "Map")):
        raise UnreadableSource(
            f"'{url}' draws no maps on demand; add it to the project as a layer of XYZ tiles."
        )
    try:
        box, wkt = _box(about.get("fullExtent") or about["extent"]), _wkt(url, about)
    except (KeyError, TypeError, ValueError) as error:
        raise _unclear(url) from error
    return MapService(url, box, wkt, _reference(about), layers, _most(about), _finest(about))


def grid_over(box: tuple[float, float, float, float], cell_size: float, crs_wkt: str) -> PixelGrid:
    """The cells around a box (left, bottom, right, top), their edges at multiples of their size.

    So the pixels of pictures are the same whatever part is asked for.

    >>> grid_over((12, 0, 31, 20), 10, "").geotransform
    (10.0, 10, 0.0, 20.0, 0.0, -10)
    """
    left, right = math.floor(box[0] / cell_size + SAME), math.ceil(box[2] / cell_size - SAME)
    bottom, top = math.floor(box[1] / cell_size + SAME), math.ceil(box[3] / cell_size - SAME)
    corner = (float(left * cell_size), cell_size, 0.0, float(top * cell_size), 0.0, -cell_size)
    return PixelGrid(max(0, right - left), max(0, top - bottom), corner, crs_wkt)


def at_cell_size(grid: PixelGrid, cell_size: Optional[float]) -> PixelGrid:
    """The grid that is fetched: coarser where that is asked for, never finer than it is."""
    if cell_size is None or cell_size <= max(grid.cell_size) * (1 + SAME):
        return grid
    return grid.with_cell_size(cell_size)


def part_of(grid: PixelGrid, box: Optional[MapBox], margin: int = 0) -> PixelGrid:
    """The pixels of a north-up grid about a box, and some more on each side."""
    if box is None:
        return grid
    left, x_size, _, top, _, y_size = grid.geotransform
    sides = (
        math.floor((box[0] - left) / x_size + SAME) - margin,
        math.floor((box[3] - top) / y_size + SAME) - margin,
        math.ceil((box[2] - left) / x_size - SAME) + margin,
        math.ceil((box[1] - top) / y_size - SAME) + margin,
    )
    first, upper = max(0, sides[0]), max(0, sides[1])
    columns, rows = min(grid.columns, sides[2]) - first, min(grid.rows, sides[3]) - upper
    if columns <= 0 or rows <= 0:
        return replace(grid, columns=0, rows=0)
    return grid.crop(first, upper, columns, rows)


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


def common_box(first: MapBox, second: Optional[MapBox]) -> MapBox:
    """What two boxes share; with right below left, or top below bottom, where that is nothing."""
    if second is None:
        return first
    low = [max(pair) for pair in zip(first[:2], second[:2])]
    high = [min(pair) for pair in zip(first[2:], second[2:])]
    return low[0], low[1], high[0], high[1]


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


def _place(window: PixelGrid, reference: str) -> dict[str, str]:
    return {
        "bbox": ",".join(f"{side:.17g}" for side in window.bounds),
        "bboxSR": reference,
        "imageSR": reference,
        "size": f"{window.columns},{window.rows}",
    }


def _box(extent: Mapping[str, Any]) -> MapBox:
    left, bottom, right, top = (float(extent[side]) for side in ("xmin", "ymin", "xmax", "ymax"))
    if not all(map(math.isfinite, (left, bottom, right, top))):
        raise ValueError("an extent without an end")
    return left, bottom, right, top


def _spatial_reference(about: Mapping[str, Any]) -> Any:
    extent = about.get("extent") or about.get("fullExtent") or {}
    return extent.get("spatialReference") or about.get("spatialReference") or {}


def _reference(about: Mapping[str, Any]) -> str:
    """A number, or JSON where there is none."""
    found = _spatial_reference(about)
    number = found.get("latestWkid", found.get("wkid"))
    return str(number) if number else json.dumps(found)


def _wkt(url: str, about: Mapping[str, Any]) -> str:
    try:
        return crs_wkt_of(crs_of("spatialReference", _spatial_reference(about)))
    except GdalFailure as failure:
        sentence = f"the coordinate system of '{url}' is unknown here: {failure}"
        raise UnreadableSource(sentence) from failure


def _nodata(about: Mapping[str, Any]) -> Optional[float]:
    values = about.get("noDataValues") or [about.get("noDataValue")]
    numbers = [each for each in values if isinstance(each, (int, float))]
    return float(numbers[0]) if numbers else None


def _most(about: Mapping[str, Any]) -> Size:
    """As much as the service gives at once, within reason."""
    sides = (about.get("maxImageWidth"), about.get("maxImageHeight"))
    columns, rows = (
        min(TILE, side) if isinstance(side, int) and side > 0 else TILE for side in sides
    )
    return Size(columns, rows)


def _finest(about: Mapping[str, Any]) -> Optional[float]:
    levels = (about.get("tileInfo") or {}).get("lods") or []
    sizes = [each["resolution"] for each in levels if each.get("resolution")]
    return min(sizes, default=None)


def _unclear(url: str) -> UnreadableSource:
    return UnreadableSource(
        f"'{url}' does not say where its pixels lie; check that it is the address of a service."
    )
