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
from qgis.gui import QgsCollapsibleGroupBox, QgsGui, QgsProcessingContextGenerator, QgsProcessingGui
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout, QWidget

from chipwright.algorithms.gui.format_note import FormatNote

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


class Form:
    """The widgets of all parameters, the advanced ones in a group that is folded."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        context: QgsProcessingContext,
        dialog: Optional[QDialog] = None,
    ) -> None:
        self.dialog, self._context = dialog or AlgorithmDialog(), context
        kinds = QgsProcessingGui.WidgetType
        self._kind = kinds.Standard if dialog is None else kinds.Batch
        self._algorithm, self._generator = algorithm, Context(context)
        self.advanced = QgsCollapsibleGroupBox(self.dialog)
        QVBoxLayout(self.dialog).addWidget(self.advanced)
        QVBoxLayout(self.advanced)
        self._wrappers = {it.name(): self._added(it) for it in algorithm.parameterDefinitions()}
        self.advanced.setCollapsed(True)
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
        place = self.advanced if definition.flags() & ADVANCED else self.dialog
        widget, label = wrapper.createWrappedWidget(self._context), wrapper.createWrappedLabel()
        for part in (label, widget):
            if part is not None:
                place.layout().addWidget(part)
        return wrapper

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
