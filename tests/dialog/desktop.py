"""What the dialogs of Processing need of QGIS Desktop, without its main window."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import qgis.utils
from qgis.core import QgsApplication
from qgis.gui import QgsBrowserGuiModel, QgsGui, QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtWidgets import QMainWindow, QWidget


class Desktop:
    """A running QGIS with Processing and this plugin's provider."""

    def __init__(self) -> None:
        self.application = QgsApplication([], True)
        self.application.initQgis()
        QgsGui.editorWidgetRegistry().initEditors()
        self.window = QMainWindow()
        # Processing looks for these when it is imported
        qgis.utils.iface = self._interface()
        sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
        self._load()

    def _interface(self) -> Any:
        canvas = QgsMapCanvas(self.window)
        interface = MagicMock()
        interface.mainWindow.return_value = self.window
        interface.mapCanvas.return_value = canvas
        interface.mapCanvases.return_value = [canvas]
        interface.browserModel.return_value = QgsBrowserGuiModel(self.window)
        interface.layerTreeView.return_value = QgsLayerTreeView(self.window)
        interface.messageBar.return_value = QgsMessageBar(self.window)
        interface.activeLayer.return_value = None
        return interface

    def _load(self) -> None:
        from processing.core.Processing import Processing

        from ...algorithms.provider import ChipwrightProvider

        Processing.initialize()
        self.provider = ChipwrightProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def wait(self, milliseconds: int) -> None:
        """Let widgets be laid out and drawn."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        run: Callable[[], int] = getattr(loop, "exec", None) or loop.exec_
        run()

    def picture(self, widget: QWidget, path: Path) -> None:
        """Save what a widget looks like as a PNG."""
        self.wait(400)
        if not widget.grab().save(str(path)):
            raise SystemExit(f"{path} cannot be written.")
