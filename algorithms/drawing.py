"""Pictures of layers that only QGIS itself knows how to ask for, such as WMTS."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Optional

from qgis.core import (
    QgsRasterBlockFeedback,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice

from ..core.errors import UnreadableSource
from ..core.grid import PixelGrid, Size
from .coordinate_systems import wkt_of
from .network import Network

if TYPE_CHECKING:
    from ..core.map_boxes import Box
    from ..core.pixel_services import Question


@dataclass(frozen=True)
class LayerDrawing:
    """A copy of a layer's provider, made in the main thread, that draws in another."""

    url: str
    provider: QgsRasterDataProvider = field(compare=False)
    box: tuple[float, float, float, float]
    crs_wkt: str
    finest: Optional[float]
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False)
    """A provider draws one picture at a time."""
    is_rendered: ClassVar[bool] = True
    has_gaps: ClassVar[bool] = False
    nodata: ClassVar[Optional[float]] = None
    tile: ClassVar[Size] = Size(1024, 1024)
    description: ClassVar[str] = ""

    @classmethod
    def of(cls, layer: QgsRasterLayer) -> LayerDrawing:
        """In the main thread."""
        box = layer.extent()
        sizes = [each for each in layer.dataProvider().nativeResolutions() if each > 0]
        return cls(
            layer.name(),
            layer.dataProvider().clone(),
            (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()),
            wkt_of(layer.crs()),
            min(sizes, default=None),
        )

    def fetched_grid(self, cell_size: Optional[float], box: Optional[Box]) -> PixelGrid:
        """Cells about the box and about what the layer shows."""
        from ..core.fetched_grids import common_box, grid_over
        from ..core.pixel_services import needed

        return grid_over(common_box(self.box, box), needed(cell_size, self), self.crs_wkt)

    def question(self, window: PixelGrid) -> Question:
        """Nobody can ask for it but QGIS: see `draw`."""
        raise NotImplementedError(self.url)

    def draw(self, network: Network, window: PixelGrid) -> bytes:
        """A PNG of the pixels of a window, unless the network is stopped meanwhile.

        Raises UnreadableSource, ExportCancelled.
        """
        left, bottom, right, top = window.bounds
        place = QgsRectangle(left, bottom, right, top)
        feedback = QgsRasterBlockFeedback()
        with self.lock, network.watched(feedback):
            network.stop_if_asked()
            block = self.provider.block(1, place, window.columns, window.rows, feedback)
        network.stop_if_asked()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not block.isValid() or not block.image().save(buffer, "PNG"):
            raise UnreadableSource(f"'{self.url}' cannot be drawn: {block.error().summary()}")
        return bytes(data)
