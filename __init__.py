"""Chipwright: cut rasters into image chips with labels for deep learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import ChipwrightPlugin


def classFactory(iface: QgisInterface) -> ChipwrightPlugin:
    """The plugin, as QGIS asks for it."""
    from .plugin import ChipwrightPlugin

    return ChipwrightPlugin(iface)
