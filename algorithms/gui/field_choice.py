"""The class field of labels that may be features or a raster, filled in where it is clear."""

from __future__ import annotations

from typing import Any

from qgis.core import NULL, QgsProcessingContext, QgsProcessingParameterDefinition, QgsVectorLayer
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper as Wrapper
from qgis.gui import QgsFieldComboBox, QgsProcessingGui
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout, QWidget

from ..chosen import chosen_layer, project_context
from ..parameter_values import ParameterValues
from .class_field import guessed_field
from .stock import BATCH, MODELER, kind_of, modeler_widget


class FieldChoice(Wrapper):
    """A list of the fields of the chosen layer.

    QGIS has one of its own, but QGIS 3.22 crashes when the chosen layer is a raster. In the
    modeler, where it is a line of text, it stands in this one's place.
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
        return super().__new__(cls)

    def __init__(
        self,
        definition: QgsProcessingParameterDefinition,
        dialog: QDialog,
        row: int = 0,
        column: int = 0,
    ) -> None:
        kinds = QgsProcessingGui.WidgetType
        super().__init__(definition, kinds.Batch if kind_of(dialog) == BATCH else kinds.Standard)
        self._context = project_context()
        self._fields = QgsFieldComboBox()
        self._fields.setAllowEmptyFieldName(True)
        self._fields.fieldChanged.connect(self._tell)

    def createWidget(self) -> QWidget:
        """The list in a box: the Python object of what is returned here loses its widget."""
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._fields)
        return box

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:
        """Called by QGIS with what is taken from the history, after the layer is set."""
        self._fields.setField("" if value is None or value == NULL else str(value))

    def widgetValue(self) -> Any:
        """The name of a field, or nothing."""
        return self._fields.currentField() or None

    def postInitialize(self, wrappers: list[Wrapper]) -> None:
        """Called by QGIS when the widgets of all parameters are there."""
        parent = self.parameterDefinition().parentLayerParameterName()
        for wrapper in wrappers:
            if wrapper.parameterDefinition().name() == parent:
                wrapper.widgetValueHasChanged.connect(self._offer)
                self._offer(wrapper)

    def _offer(self, parent: Wrapper) -> None:
        """Offer the fields of the layer, the likely one first."""
        name = parent.parameterDefinition().name()
        given = {name: parent.parameterValue()}
        algorithm = self.parameterDefinition().algorithm()
        layer = chosen_layer(ParameterValues(algorithm, given, self._context), name)
        features = layer if isinstance(layer, QgsVectorLayer) else None
        if features == self._fields.layer():
            return
        self._fields.setLayer(features)
        if features is not None and not self._fields.currentField():
            self._fields.setField(guessed_field(features))

    def _tell(self, _: str) -> None:
        self.widgetValueHasChanged.emit(self)
