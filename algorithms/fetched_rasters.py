"""Remote and rendered rasters, fetched to where GDAL finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..core.errors import InvalidRequest
from ..core.progress import Progress
from ..core.service_answers import NothingThere
from .asking import Asking, asking
from .fetching import Fetching
from .network import Network

if TYPE_CHECKING:
    from ..core.grid import PixelGrid
    from ..core.pixel_services import PixelService

MOST_PIXELS = 10**10
Describe = Callable[[Asking], "PixelService"]


@dataclass(frozen=True)
class FetchedRaster:
    """The pixels of a service within the area of the export, as a VRT of tiles beside its folder.

    `identity` tells the source from all others; `describe` asks it what it is.
    """

    parameter: str
    name: str
    identity: str
    fetching: Fetching
    describe: Describe = field(compare=False)
    network: Network = field(compare=False)
    drawn_by: Optional[Any] = field(default=None, compare=False)
    """What draws the pictures where they are not asked for: a function from grids to files."""

    @property
    def folder(self) -> str:
        """Of the tiles."""
        return self.fetching.folder_of(self.parameter, self.identity)

    @property
    def path(self) -> str:
        """Of the VRT."""
        return str(Path(self.folder, "image.vrt"))

    def write(self, progress: Progress) -> None:
        """Fetch what is not there yet. In a worker thread. Raises ChipExportError."""
        from ..core.tile_cache import TileCache

        with asking(self.parameter, self.network, progress, self.folder) as ask:
            service = self.describe(ask)
            grid = self._grid(service)
            cache = TileCache(
                self.folder,
                grid,
                service.tile,
                service.is_rendered,
                service.nodata,
                service.description,
            )
            cache.prepare()
            self._say(service, cache.grid, len(cache.tiles()), len(cache.missing()), progress)
            fetch = self.drawn_by or (lambda window: self._fetched(service, window))
            cache.fill(fetch, ask.each, progress.fraction)
            cache.write_vrt(self.path)

    def _fetched(self, service: PixelService, window: PixelGrid) -> bytes:
        """In one of several threads."""
        from ..core.tile_cache import blank_picture

        url, query = service.question(window)
        try:
            return self.network.image(url, query)
        except NothingThere:
            if not service.has_gaps:
                raise
            return blank_picture(window.columns, window.rows)

    def _grid(self, service: PixelService) -> PixelGrid:
        if service.is_rendered and self.fetching.of_classes:
            raise InvalidRequest(
                self.parameter,
                f"'{self.name}' gives pictures, whose colours are no class values; choose an image "
                "service or a file.",
            )
        box = self.fetching.box(service.crs_wkt)
        grid = service.fetched_grid(self.fetching.cell_size, box)
        if grid.columns < 1 or grid.rows < 1:
            where = "the images" if self.fetching.images else "the extent"
            raise InvalidRequest(
                self.parameter, f"'{self.name}' does not reach into the area of {where}."
            )
        if grid.columns * grid.rows > MOST_PIXELS:
            raise InvalidRequest(
                "extent",
                f"{grid.columns} × {grid.rows} pixels of '{self.name}' would have to be fetched; "
                "give a smaller extent, or a larger cellSize.",
            )
        return grid

    def _say(
        self, service: PixelService, grid: PixelGrid, count: int, missing: int, progress: Progress
    ) -> None:
        there = f" ({count - missing} of {count} pieces are there already)" * (missing < count)
        progress.info(
            f"{self.parameter}: fetching {grid.columns} × {grid.rows} pixels of "
            f"'{self.name}'{there}; they are kept in '{self.folder}' until the export is done."
        )
        if service.is_rendered:
            progress.info(
                f"{self.parameter}: '{self.name}' gives pictures: chips have the colours in which "
                "it is drawn, not measured values."
            )
