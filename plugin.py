"""Registers the Processing provider and takes it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .algorithms.provider import ChipwrightProvider


class ChipwrightPlugin:
    """What QGIS loads: nothing but a Processing provider."""

    def __init__(self, iface: Optional[QgisInterface] = None) -> None:
        """`iface` is None in qgis_process; nothing here needs it."""
        self._provider: Optional[ChipwrightProvider] = None

    def initGui(self) -> None:
        """Called by QGIS Desktop."""
        self.initProcessing()

    def initProcessing(self) -> None:
        """Called by qgis_process, which has no window, and by initGui."""
        from .algorithms.provider import ChipwrightProvider

        provider = ChipwrightProvider()
        if QgsApplication.processingRegistry().addProvider(provider):
            self._provider = provider

    def unload(self) -> None:
        """Called when the plugin is switched off or reloaded."""
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
