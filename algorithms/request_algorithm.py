"""What algorithms have in common that take the parameters of an export."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback

from ..core.errors import ChipExportError
from ..core.relevance import problem
from .chosen import choice_of, project_context, relevant_only
from .given_layers import without_folders
from .parameter_values import ParameterValues
from .plugin_algorithm import PluginAlgorithm
from .requested_export import RequestedExport, requested_export


class RequestAlgorithm(PluginAlgorithm):
    """Makes a request of its parameters, and refuses what core would refuse."""

    _requested: RequestedExport
    """From prepareAlgorithm to processAlgorithm."""

    def preprocessParameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Called by dialogs only, which do not show what has no meaning: it is left out."""
        return relevant_only(self, parameters, project_context())

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Those of the request, whose messages say more, and QGIS's own checks."""
        values = ParameterValues(self, parameters, context)
        try:
            requested_export(values, self._folder_to_check(parameters))
        except ChipExportError as error:
            return False, str(error)
        if found := problem(choice_of(values)):
            return False, str(found)
        accepted, message = super().checkParameterValues(without_folders(parameters), context)
        return bool(accepted), str(message)

    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        """In the main thread, where layers may be touched."""
        values = ParameterValues(self, parameters, context)
        try:
            self._requested = requested_export(values, self._folder(parameters, context))
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        return True

    def _folder_to_check(self, parameters: dict[str, Any]) -> str:
        """The folder of the dataset as it is given: only a run may evaluate a destination."""
        return str(parameters.get("outputLocation") or "")

    def _folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """The folder of the dataset."""
        return str(self.parameterAsString(parameters, "outputLocation", context))
