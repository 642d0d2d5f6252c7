"""A dialog whose widgets come and go as parameters gain or lose their meaning."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm, QgsVectorLayer
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper as Wrapper
from qgis.PyQt.QtCore import QCoreApplication

from ...core.class_field import default_field
from ...core.errors import InvalidRequest
from ...core.relevance import irrelevant, problem
from ..chosen import choice_of, chosen_layer, project_context
from ..parameter_values import ParameterValues
from .format_note import FormatNote
from .shown_rows import ShownRows

translate = QCoreApplication.translate


class WatchedDialog:
    """Listens to the widgets of all parameters, shows those that matter, and says what is missing.

    Values of hidden widgets are kept, and left out by the algorithm's preprocessParameters.
    """

    def __init__(self, wrappers: list[Wrapper], note: FormatNote) -> None:
        self._wrappers = {it.parameterDefinition().name(): it for it in wrappers}
        self._rows = ShownRows(self._wrappers, self.update)
        self._note = note
        self._context = project_context()
        for wrapper in wrappers:
            wrapper.widgetValueHasChanged.connect(self._changed)
        self.update()

    def update(self) -> None:
        """Show what has a meaning now."""
        values = self._values()
        choice = choice_of(values)
        hidden = irrelevant(choice)
        self._rows.hide(hidden)
        found = problem(choice)
        hint = "" if "classValueField" in hidden else _class_hint(values)
        self._note.tell(choice.metadata_format, self._said(found) if found else "", hint)

    def _values(self) -> ParameterValues:
        given = {name: wrapper.parameterValue() for name, wrapper in self._wrappers.items()}
        return ParameterValues(self._algorithm, given, self._context)

    @property
    def _algorithm(self) -> QgsProcessingAlgorithm:
        return next(iter(self._wrappers.values())).parameterDefinition().algorithm()

    def _said(self, refused: InvalidRequest) -> str:
        """The message, with the label of the widget where others have the parameter's name."""
        definition = self._wrappers[refused.parameter].parameterDefinition()
        return f"{definition.description()}: {refused.problem}"

    def _changed(self, _: Wrapper) -> None:
        self.update()


def _class_hint(values: ParameterValues) -> str:
    """What happens where no class field is chosen."""
    layer = chosen_layer(values, "inputClassData")
    if not isinstance(layer, QgsVectorLayer) or values.is_given("classValueField"):
        return ""
    field = default_field(layer.fields().names())
    if field:
        used = translate("Chipwright", "No class field is chosen: '{field}' is used.")
        return str(used.format(field=field))
    return translate("Chipwright", "No class field is chosen: all features are of one class.")
