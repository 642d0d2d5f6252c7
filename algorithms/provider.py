"""The Chipwright entry of the Processing toolbox."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .check_dataset import CheckDataset
from .export_training_data import ExportTrainingData
from .icon import ICON_PATH, plugin_icon
from .preview_chips import PreviewChips
from .run_export_request import RunExportRequest


class ChipwrightProvider(QgsProcessingProvider):
    """Offers the algorithms of this plugin as `chipwright:…`."""

    def id(self) -> str:
        """Part of every algorithm's id: saved models and scripts hold it, so it never changes."""
        return "chipwright"

    def name(self) -> str:
        """Shown in the toolbox; a name is not translated."""
        return "Chipwright"

    def icon(self) -> QIcon:
        """Shown in the toolbox."""
        return plugin_icon()

    def svgIconPath(self) -> str:
        """The same icon where QGIS draws it larger."""
        return ICON_PATH

    def loadAlgorithms(self) -> None:
        """Create the algorithms anew: QGIS deletes the ones it had."""
        self.addAlgorithm(ExportTrainingData())
        self.addAlgorithm(PreviewChips())
        self.addAlgorithm(RunExportRequest())
        self.addAlgorithm(CheckDataset())
