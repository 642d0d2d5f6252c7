"""QGIS's own widgets, where a parameter's own has nothing to add."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QDialog

MODELER, BATCH = "ModelerParametersDialog", "BatchAlgorithmDialog"
"""Processing's classes of dialogs; that of a single run is the third."""


def kind_of(dialog: QDialog) -> str:
    """The name of the dialog's class: Processing tells them apart by it."""
    return type(dialog).__name__


def modeler_widget(definition: QgsProcessingParameterDefinition, dialog: QDialog) -> Any:
    """With the button that offers the inputs of the model and the outputs of other steps."""
    widget = QgsGui.processingGuiRegistry().createModelerParameterWidget(
        dialog.model, dialog.childId, definition, dialog.context
    )
    widget.setDialog(dialog)
    return widget


def batch_widget(definition: QgsProcessingParameterDefinition, dialog: QDialog) -> Any:
    """For a cell of the table of runs."""
    wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
        definition, QgsProcessingGui.WidgetType.Batch
    )
    wrapper.setDialog(dialog)
    return wrapper
