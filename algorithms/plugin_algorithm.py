"""What all algorithms of the plugin have in common."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm
from qgis.PyQt.QtGui import QIcon

from .icon import algorithm_icon, algorithm_icon_path


class PluginAlgorithm(QgsProcessingAlgorithm):
    """An algorithm with a picture that has its name, and the plugin's page."""

    def icon(self) -> QIcon:
        return algorithm_icon(self.name())

    def svgIconPath(self) -> str:
        return algorithm_icon_path(self.name())

    def helpUrl(self) -> str:
        return "https://github.com/chipwright/chipwright"
