"""Pictures of maps from tile and map servers, and how to ask for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Optional
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from .errors import InvalidRequest, UnreadableSource
from .fetched_grids import common_box, grid_over, part_of
from .grid import PixelGrid, Size
from .map_boxes import Box
from .pixel_services import (
    TILE,
    Question,
    box_of,
    crs_wkt_of,
    most_of,
    needed,
    place_of,
    reference_of,
    unclear,
    wkt_of,
)

SIDE = 256
"""Columns and rows of a tile of the web."""
HALF_WORLD = 20037508.342789244
"""Metres of EPSG:3857 from the middle of the world to its edge."""
LEVELS = (0, 18)
"""Where nobody says which there are."""
WMS_PARAMETERS = (
    "service version request layers styles crs srs bbox width height format transparent"
).split()
"""Those that a map is asked for with; a server may have further ones."""
PLACES = ("{x}", "{y}", "{-y}", "{z}", "{q}")


@dataclass(frozen=True)
class MapService:
    """A map service: it draws pictures at any cell size."""

    url: str
    box: Box
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

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """Cells about the box and about what the service shows."""
        return grid_over(common_box(self.box, box), needed(cell_size, self), self.crs_wkt)

    def question(self, window: PixelGrid) -> Question:
        """How to ask for a picture of some pixels."""
        place = place_of(window, self.reference)
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
        box, wkt = box_of(about.get("fullExtent") or about["extent"]), wkt_of(url, about)
    except (KeyError, TypeError, ValueError) as error:
        raise unclear(url) from error
    return MapService(url, box, wkt, reference_of(about), layers, most_of(about), _finest(about))


def _finest(about: Mapping[str, Any]) -> Optional[float]:
    levels = (about.get("tileInfo") or {}).get("lods") or []
    sizes = [each["resolution"] for each in levels if each.get("resolution")]
    return min(sizes, default=None)


@dataclass(frozen=True)
class XyzTiles:
    """Ready-made tiles of the whole world, in levels of which each has twice the last one's."""

    url: str
    """With {x}, {y} or {-y}, {z}, or {q}."""
    levels: tuple[int, int] = LEVELS
    """The coarsest and the finest."""
    is_rendered: ClassVar[bool] = True
    has_gaps: ClassVar[bool] = True
    nodata: ClassVar[Optional[float]] = None
    tile: ClassVar[Size] = Size(SIDE, SIDE)
    description: ClassVar[str] = ""

    @property
    def crs_wkt(self) -> str:
        """That of the web."""
        return crs_wkt_of("EPSG:3857")

    @property
    def finest(self) -> float:
        """Metres at the equator."""
        return _resolution(self.levels[1])

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """Whole tiles about a box, of the coarsest level that is as fine as the cell size."""
        size = needed(cell_size, self)
        level = math.ceil(math.log2(_resolution(0) / size) - 1e-6)
        level = min(max(level, self.levels[0]), self.levels[1])
        pixel, side = _resolution(level), SIDE * 2**level
        corner = (-HALF_WORLD, pixel, 0.0, HALF_WORLD, 0.0, -pixel)
        world = PixelGrid(side, side, corner, self.crs_wkt)
        return world if box is None else part_of(world, _whole_tiles(box, pixel * SIDE))

    def question(self, window: PixelGrid) -> Question:
        """The address of a tile."""
        left, pixel, _, top, _, _ = window.geotransform
        level = round(math.log2(_resolution(0) / pixel))
        column = round((left + HALF_WORLD) / (pixel * SIDE))
        row = round((HALF_WORLD - top) / (pixel * SIDE))
        values = (column, row, 2**level - 1 - row, level, quadkey(column, row, level))
        url = self.url
        for place, value in zip(PLACES, values):
            url = url.replace(place, str(value))
        return url, {}


def is_xyz(url: str) -> bool:
    """Whether a URL has places for the numbers of tiles.

    >>> is_xyz("https://host/{z}/{x}/{y}.png"), is_xyz("https://host/a.tif")
    (True, False)
    """
    return "{q}" in url or ("{x}" in url and "{z}" in url)


def quadkey(column: int, row: int, level: int) -> str:
    """The number of a tile in one word of as many digits as its level.

    >>> quadkey(3, 5, 3)
    '213'
    """
    digits = ((column >> bit & 1) + 2 * (row >> bit & 1) for bit in range(level - 1, -1, -1))
    return "".join(map(str, digits))


@dataclass(frozen=True)
class WmsMaps:
    """A Web Map Service, asked in version 1.1.1, in which x always comes before y."""

    url: str
    layers: Sequence[str]
    styles: Sequence[str]
    crs: str
    """As in EPSG:32633."""
    image_format: str
    box: Optional[Box] = None
    """What it shows, where that is known."""
    is_rendered: ClassVar[bool] = True
    has_gaps: ClassVar[bool] = False
    nodata: ClassVar[Optional[float]] = None
    finest: ClassVar[Optional[float]] = None
    tile: ClassVar[Size] = Size(TILE, TILE)

    @property
    def crs_wkt(self) -> str:
        """Of the maps that are asked for."""
        return crs_wkt_of(self.crs)

    @property
    def description(self) -> str:
        """What tells it from another one at the same address."""
        return f"{self.layers} {self.styles} {self.crs} {self.image_format}"

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """Cells about the box and about what the service shows."""
        size, known = needed(cell_size, self), self.box or box
        if known is None:
            raise needs_extent(self.url)
        return grid_over(common_box(known, box), size, self.crs_wkt)

    def question(self, window: PixelGrid) -> Question:
        """How to ask for a picture of some pixels."""
        return self.url, {
            "SERVICE": "WMS",
            "VERSION": "1.1.1",
            "REQUEST": "GetMap",
            "LAYERS": ",".join(self.layers),
            "STYLES": ",".join(self.styles),
            "SRS": self.crs,
            "BBOX": ",".join(f"{side:.17g}" for side in window.bounds),
            "WIDTH": str(window.columns),
            "HEIGHT": str(window.rows),
            "FORMAT": self.image_format,
            "TRANSPARENT": "TRUE",
        }


def wms_maps(
    url: str, settings: Mapping[str, Sequence[str]], box: Optional[Box] = None
) -> Optional[WmsMaps]:
    """From the parameters of a query, whatever their case; None if they name no layers."""
    given = {name.lower(): values for name, values in settings.items()}
    layers = [layer for value in given.get("layers", []) for layer in value.split(",") if layer]
    if not layers:
        return None
    styles = [style for value in given.get("styles", []) for style in value.split(",")]
    crs = (given.get("crs") or given.get("srs") or ["EPSG:4326"])[0]
    image_format = (given.get("format") or ["image/png"])[0]
    return WmsMaps(url, tuple(layers), tuple(styles), crs, image_format, box)


def wms_at(url: str) -> Optional[WmsMaps]:
    """The maps that a URL with `service=WMS` asks for; None for any other URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    settings = parse_qs(parts.query, keep_blank_values=True)
    given = {name.lower(): values for name, values in settings.items()}
    if [value.upper() for value in given.get("service", [])] != ["WMS"]:
        return None
    rest = {name: each for name, each in settings.items() if name.lower() not in WMS_PARAMETERS}
    return wms_maps(urlunsplit(parts._replace(query=urlencode(rest, doseq=True))), settings)


def needs_extent(name: str) -> InvalidRequest:
    """Of what nobody says how far it reaches."""
    return InvalidRequest(
        "extent", f"is not given, but nobody says how far '{name}' reaches; give the area to cut."
    )


def _resolution(level: int) -> float:
    """Metres of a pixel at the equator."""
    return 2 * HALF_WORLD / SIDE / 2.0**level


def _whole_tiles(box: Box, side: float) -> Box:
    """The box around the tiles of so many metres that a box touches."""
    left, right = (box[0] + HALF_WORLD) / side, (box[2] + HALF_WORLD) / side
    below, above = (HALF_WORLD - box[1]) / side, (HALF_WORLD - box[3]) / side
    return (
        math.floor(left) * side - HALF_WORLD,
        HALF_WORLD - math.ceil(below) * side,
        math.ceil(right) * side - HALF_WORLD,
        HALF_WORLD - math.floor(above) * side,
    )
