"""The form of an algorithm, put together as Processing does it, and the dialogs it lies in."""

from __future__ import annotations

import importlib
from typing import Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
)
from qgis.gui import (
    QgsGui,
    QgsProcessingContextGenerator,
    QgsProcessingGui,
    QgsProcessingParametersWidget,
)
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout, QWidget

from chipwright.algorithms.gui.format_note import FormatNote
from chipwright.algorithms.gui.shown_rows import group_of

ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced


class AlgorithmDialog(QDialog):
    """Processing's class of this name opens for a single run."""


class BatchAlgorithmDialog(QDialog):
    """Processing's class of this name opens for a table of runs."""


class ModelerParametersDialog(QDialog):
    """Processing's class of this name opens for a step of a model."""

    def __init__(self, context: QgsProcessingContext) -> None:
        super().__init__()
        self.model, self.childId, self.context = QgsProcessingModelAlgorithm(), "step", context


def own_wrapper(definition: QgsProcessingParameterDefinition, dialog: QDialog) -> Any:
    """What Processing makes of the class that a parameter names; None if it names none."""
    path = (definition.metadata().get("widget_wrapper") or {}).get("class")
    if path is None:
        return None
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)(definition, dialog, 0, 0)


class Context(QgsProcessingContextGenerator):
    """Hands the widgets a context that finds the layers of the project."""

    def __init__(self, context: QgsProcessingContext) -> None:
        super().__init__()
        self._context = context

    def processingContext(self) -> QgsProcessingContext:
        return self._context


class Panel(QgsProcessingParametersWidget):
    """QGIS's own form, with its group of advanced parameters."""

    def createProcessingParameters(self, flags: Any = None) -> dict[str, Any]:
        return {}

    def setParameters(self, values: dict[str, Any]) -> None:
        """Values are set one by one."""


class Form:
    """The widgets of all parameters, in the order and the groups of a dialog."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        context: QgsProcessingContext,
        dialog: Optional[QDialog] = None,
    ) -> None:
        kinds = QgsProcessingGui.WidgetType
        self._kind = kinds.Standard if dialog is None else kinds.Batch
        self.dialog, self._context = dialog or AlgorithmDialog(), context
        self._algorithm, self._generator = algorithm, Context(context)
        self._panel = Panel(algorithm, self.dialog)
        QVBoxLayout(self.dialog).addWidget(self._panel)
        self._panel.initWidgets()
        self._wrappers = {it.name(): self._added(it) for it in algorithm.parameterDefinitions()}
        for wrapper in self._wrappers.values():
            wrapper.postInitialize(list(self._wrappers.values()))
        self.dialog.show()

    def _added(self, definition: QgsProcessingParameterDefinition) -> Any:
        wrapper = own_wrapper(definition, self.dialog)
        if wrapper is None:
            wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
                definition, self._kind
            )
        wrapper.registerProcessingContextGenerator(self._generator)
        widget, label = wrapper.createWrappedWidget(self._context), wrapper.createWrappedLabel()
        if label is not None:
            self._panel.addParameterLabel(definition, label)
        self._panel.addParameterWidget(definition, widget, 0)
        return wrapper

    def unfold(self) -> None:
        """Show the advanced parameters."""
        group_of(self._wrappers["extent"]).setCollapsed(False)

    def close(self) -> None:
        """Before a project changes that it no longer belongs to."""
        sip.delete(self.dialog)

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            self._wrappers[name].setParameterValue(value, self._context)

    def value(self, name: str) -> Any:
        return self._wrappers[name].parameterValue()

    def values(self) -> dict[str, Any]:
        """What the dialog hands to the algorithm."""
        given = {name: it.parameterValue() for name, it in self._wrappers.items()}
        return dict(self._algorithm.preprocessParameters(given))

    def shown(self) -> set[str]:
        """Names of the parameters that are shown, or would be if advanced ones were unfolded."""
        return {name for name in self._wrappers if not self.widget(name).isHidden()}

    def widget(self, name: str) -> QWidget:
        return self._wrappers[name].wrappedWidget()

    def label(self, name: str) -> Optional[QWidget]:
        return self._wrappers[name].wrappedLabel()

    def note(self) -> str:
        return self.widget("metadataFormat").findChild(FormatNote).text()
