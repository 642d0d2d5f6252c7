"""The metadata format in the dialog: it decides which other parameters are shown."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper as Wrapper
from qgis.gui import QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout, QWidget

from .format_note import FormatNote
from .stock import BATCH, MODELER, batch_widget, kind_of, modeler_widget
from .watched_dialog import WatchedDialog


class FormatChoice(Wrapper):
    """QGIS's own list of choices, with a note below it that tells of what is chosen.

    Processing creates it by the name in the parameter's metadata. In the modeler and in batch,
    where all parameters are shown, the stock widget stands in its place.
    """

    def __new__(
        cls,
        definition: QgsProcessingParameterDefinition,
        dialog: QDialog,
        row: int = 0,
        column: int = 0,
    ) -> Any:
        if kind_of(dialog) == MODELER:
            return modeler_widget(definition, dialog)
        if kind_of(dialog) == BATCH:
            return batch_widget(definition, dialog)
        return super().__new__(cls)

    def __init__(
        self,
        definition: QgsProcessingParameterDefinition,
        dialog: QDialog,
        row: int = 0,
        column: int = 0,
    ) -> None:
        standard = QgsProcessingGui.WidgetType.Standard
        super().__init__(definition, standard)
        registry = QgsGui.processingGuiRegistry()
        self._list = registry.createParameterWidgetWrapper(definition, standard)
        self._list.widgetValueHasChanged.connect(self._tell)
        self._context = QgsProcessingContext()
        self._note = FormatNote()
        self._watched: Optional[WatchedDialog] = None

    def createWidget(self) -> QWidget:
        """The list and the note."""
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list.createWrappedWidget(self._context))
        layout.addWidget(self._note)
        return box

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:
        """Called by QGIS with the default, and with what is taken from the history."""
        self._list.setParameterValue(value, context)

    def widgetValue(self) -> Any:
        """The name of the format."""
        return self._list.parameterValue()

    def postInitialize(self, wrappers: list[Wrapper]) -> None:
        """Called by QGIS when the widgets of all parameters are there."""
        self._watched = WatchedDialog(wrappers, self._note)

    def _tell(self, _: Wrapper) -> None:
        self.widgetValueHasChanged.emit(self)
