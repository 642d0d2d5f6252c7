"""The image that is cut: the raster of a request, and the grid of its chips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Optional

from .errors import InvalidRequest, UnreadableSource
from .extents import NoRoom, within_extent
from .formats import FORMATS
from .gdal_errors import GdalFailure, open_raster
from .grid import PixelGrid
from .limits import check_cell_size, check_chip
from .palettes import PaletteReader, palette_of
from .pixel_scaling import ScaledReader, Stretch
from .pixel_space import MapPlace, in_pixel_space, map_place
from .progress import StopSignal
from .raster import Raster, describe_raster
from .raster_masks import RasterMask, mask_of_raster
from .raster_reader import RasterReader
from .request import ExportRequest, RasterSource
from .shared_window import PixelReader
from .warping import AVERAGE, BILINEAR, NEAREST

MOST_BANDS = 3
"""In PNG and JPEG chips."""


@dataclass(frozen=True, eq=False)
class Image:
    """A raster and the grid its chips lie on."""

    reader: PixelReader
    grid: PixelGrid
    band_names: tuple[str, ...]
    sensor: str
    place: Optional[MapPlace] = None
    """Where it lies on the map, if its grid is that of its stored pixels and somebody knows."""
    is_in_pixel_space: bool = False
    notes: tuple[str, ...] = ()
    """What the user may want to know about it."""
    mask: Optional[RasterMask] = None

    @property
    def raster(self) -> Raster:
        """The whole raster, as it is read."""
        return self.reader.raster


@dataclass(frozen=True)
class ImageSource:
    """A raster of the request, and the parameter it came by, so that errors can name it."""

    raster: RasterSource
    parameter: str = "inputRaster"
    bands: tuple[int, ...] = ()
    """Empty means all."""


def image_of(
    request: ExportRequest,
    source: Optional[ImageSource] = None,
    stop: Optional[StopSignal] = None,
) -> Image:
    """Look at a raster, by default inputRaster, and lay out the grid.

    Raises InvalidRequest naming a parameter.
    """
    source = source or ImageSource(request.input_raster, bands=request.bands)
    raster = checked_raster(request, source)
    place, mask = None, mask_of_raster(raster)
    if request.is_in_pixel_space:
        place = _map_place(raster, source)
        raster, mask = in_pixel_space(raster), None if mask is None else mask.in_pixel_space()
    grid = within_extent(request.extent, _in_cells(request, raster.grid, source), place)
    if not request.has_variable_size:
        _check_tile(request, grid, source)
        pixel_bytes = _as_read(request, raster).pixel_bytes
        check_chip(request.tile_size, pixel_bytes, request.chip_format)
    reader = image_reader(request, raster, stop or StopSignal())
    return Image(
        reader,
        grid,
        band_names(reader.raster),
        sensor(reader.raster),
        place,
        request.is_in_pixel_space,
        tuple(_notes(raster, source)),
        mask,
    )


def _in_cells(request: ExportRequest, grid: PixelGrid, source: ImageSource) -> PixelGrid:
    """The grid of a raster in the cells that are asked for."""
    size = request.cell_size
    if size is None:
        return grid
    check_cell_size(size, grid, source.parameter)
    cells = grid.with_cell_size(size)
    if not cells.columns or not cells.rows:
        raise NoRoom(
            "cellSize",
            f"is {size:g}, but {_called(source)} is smaller than such a cell; choose less.",
        )
    return cells


def image_reader(request: ExportRequest, raster: Raster, stop: StopSignal) -> PixelReader:
    """A reader of imagery: colours for numbers of colours, 8 bits where they are asked for.

    Which values become which of the 8 bits is found out when all else is known to be right.
    """
    palette = palette_of(raster)
    if palette is None:
        reader: PixelReader = RasterReader(raster, _resampling(request, raster), stop)
    else:
        reader = PaletteReader(RasterReader(raster, NEAREST, stop), palette)
    if request.pixel_scaling == "none":
        return reader
    return ScaledReader(reader, Stretch((), (), request.pixel_scaling))


def _resampling(request: ExportRequest, raster: Raster) -> int:
    """Larger cells are averages of those they cover, as GDAL recommends."""
    is_coarser = request.cell_size is not None and request.cell_size > max(raster.grid.cell_size)
    return AVERAGE if is_coarser else BILINEAR


def _notes(raster: Raster, source: ImageSource) -> Iterator[str]:
    if palette_of(raster) is not None:
        yield (
            f"{source.parameter}: its pixels are numbers of colours; chips have the colours "
            "themselves in three bands, red, green and blue."
        )


def _map_place(raster: Raster, source: ImageSource) -> Optional[MapPlace]:
    try:
        return map_place(raster)
    except GdalFailure as failure:
        raise InvalidRequest(
            source.parameter,
            f"the ground control points of '{raster.source}' cannot be used: {failure}",
        ) from failure


def checked_raster(request: ExportRequest, source: ImageSource) -> Raster:
    """A raster whose pixels fit into the chips that are asked for."""
    try:
        whole = describe_raster(source.raster)
    except UnreadableSource as error:
        raise InvalidRequest(source.parameter, str(error)) from error
    missing = [band for band in source.bands if band not in whole.bands]
    if missing:
        raise InvalidRequest(
            "bands",
            f"{missing} is not among the bands of {source.parameter}, which are 1 to "
            f"{len(whole.bands)}; choose some of these.",
        )
    described = describe_raster(source.raster, source.bands)
    raster = replace(described, parameter=source.parameter)
    _check_pixels(request, _as_read(request, raster), source.parameter)
    _check_georeference(request, raster, source.parameter)
    _check_orientation(request, raster)
    return raster


def _as_read(request: ExportRequest, raster: Raster) -> Raster:
    """Bands and data type of its chips."""
    if palette_of(raster) is not None:
        raster = replace(raster, bands=(1, 2, 3), data_type="uint8")
    return raster if request.pixel_scaling == "none" else replace(raster, data_type="uint8")


def _check_pixels(request: ExportRequest, raster: Raster, parameter: str) -> None:
    """Whether the chip format can hold the pixels."""
    chip_format, count = request.chip_format, len(raster.bands)
    is_first = parameter == "inputRaster"
    if chip_format in ("PNG", "JPEG") and count not in (1, MOST_BANDS):
        raise InvalidRequest(
            "bands" if is_first else parameter,
            f"{chip_format} chips have 1 or 3 bands, but the raster has {count}; choose "
            f"{'bands (bands=1,2,3)' if is_first else 'another raster'}, or chipFormat TIFF.",
        )
    fitting = {"PNG": ("uint8", "uint16"), "JPEG": ("uint8",)}.get(chip_format)
    if fitting and raster.data_type not in fitting:
        raise InvalidRequest(
            "chipFormat",
            f"{chip_format} chips hold {' or '.join(fitting)} pixels, but {parameter} has "
            f"{raster.data_type}; scale them to 8 bits (pixelScaling), or choose chipFormat TIFF.",
        )


def _check_georeference(request: ExportRequest, raster: Raster, parameter: str) -> None:
    if request.is_in_pixel_space:
        return
    if not raster.grid.is_on_map and FORMATS[request.metadata_format].needs_labels:
        raise InvalidRequest(
            parameter,
            f"'{raster.source}' has no georeference, so labels cannot be placed on it; "
            "georeference it, or choose referenceSystem PIXEL_SPACE.",
        )


def _check_orientation(request: ExportRequest, raster: Raster) -> None:
    if request.is_in_pixel_space:
        return
    if request.chip_format == "MRF" and raster.grid.is_on_map and not raster.grid.is_north_up:
        raise InvalidRequest(
            "chipFormat",
            f"MRF chips are always north up, but '{raster.source}' is not; choose chipFormat TIFF.",
        )


def _check_tile(request: ExportRequest, grid: PixelGrid, source: ImageSource) -> None:
    sides = (
        ("tileSizeX", request.tile_size.columns, grid.columns, "columns"),
        ("tileSizeY", request.tile_size.rows, grid.rows, "rows"),
    )
    for name, tile, available, what in sides:
        if tile > available and request.edge_policy != "pad":
            raise NoRoom(
                name,
                f"is {tile}, but {_called(source)} has only {available} {what}{_part(request)}; "
                "choose a smaller tile, or edgePolicy=pad to fill chips up with no-data.",
            )


def _part(request: ExportRequest) -> str:
    """What of an image is cut, in a message, where that is not all its pixels."""
    within = " within the extent" if request.extent else ""
    return within + (f" at cellSize {request.cell_size:g}" if request.cell_size else "")


def _called(source: ImageSource) -> str:
    """An image in a message: its parameter, and its name where there are several."""
    return source.parameter if source.parameter != "rasterItems" else f"'{source.raster}'"


def band_names(raster: Raster) -> tuple[str, ...]:
    """Names of bands as the raster gives them.

    None for 8-bit RGB: capitalised colour names make readers take chips for multispectral ones.
    """
    if raster.data_type == "uint8" and len(raster.bands) <= MOST_BANDS:
        return ("",) * len(raster.bands)
    dataset = open_raster(raster.source.path, raster.source.open_options)
    return tuple(dataset.GetRasterBand(band).GetDescription() for band in raster.bands)


def sensor(raster: Raster) -> str:
    """What the service calls the kind of image."""
    plain = raster.data_type == "uint8" and len(raster.bands) <= MOST_BANDS
    return "Undefined" if plain else "MultiSpectral"


def first_nodata(raster: Raster) -> Optional[float]:
    """The no-data value that a chip carries: files have one for all bands."""
    return next((value for value in raster.nodata if value is not None), None)
