"""The algorithm `chipwright:previewchips`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import ChipExportError, ExportCancelled
from .declaring import explained
from .feedback import FeedbackProgress
from .footprint_sink import FootprintSink
from .parameters import export_parameters
from .request_algorithm import RequestAlgorithm
from .requested_export import fetched

OF_OUTPUT = ("outputLocation", "existingOutput", "f", "footprints")
"""Parameters of an export that decide where and what it writes."""
translate = QCoreApplication.translate


class PreviewChips(RequestAlgorithm):
    """Parameters of an export in, footprints out."""

    def createInstance(self) -> PreviewChips:
        return PreviewChips()

    def name(self) -> str:
        return "previewchips"

    def displayName(self) -> str:
        return translate("Chipwright", "Preview training data chips")

    def tags(self) -> list[str]:
        return translate(
            "Chipwright",
            "chips,image chips,tiles,patches,grid,footprints,dry run,deep learning,training data",
        ).split(",")

    def shortDescription(self) -> str:
        return translate(
            "Chipwright", "Shows where an export would cut chips, and which places it leaves out."
        )

    def shortHelpString(self) -> str:
        return translate(
            "Chipwright",
            "Takes the parameters of Export training data for deep learning and does the same, but "
            "writes no dataset. The result is a polygon layer with every place for a chip: the "
            "number that its file would have, its row, column and angle, its split, its labels of "
            "each class, its share of no-data, and whether it is kept, or why not.\n\n"
            "It always runs on this computer, also if a cluster is given. Pixels are read only if "
            "it depends on them which chips are kept; else the share of no-data is 0.",
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for definition in _parameters():
            self.addParameter(definition)
        chips = translate("Chipwright", "Number of chips")
        places = translate("Chipwright", "Number of places")
        self.addOutput(QgsProcessingOutputNumber("numberOfChips", chips))
        self.addOutput(QgsProcessingOutputNumber("numberOfPlaces", places))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """In a worker thread, without layers."""
        from ..core.preview import preview

        requested, progress = self._requested, FeedbackProgress(feedback)
        sink = FootprintSink(self.parameterDefinition("OUTPUT"), parameters, context)
        try:
            with fetched(requested, progress) as rest:
                sink.fill(preview(requested.request, rest))
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return {}
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        return {
            "OUTPUT": sink.name,
            "numberOfChips": sink.chips,
            "numberOfPlaces": sink.places,
        }

    def _folder_to_check(self, parameters: dict[str, Any]) -> str:
        return _folder()

    def _folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return _folder()


def _folder() -> str:
    """In the place of the dataset's folder, which is never touched.

    What is fetched lies beside it, for the next preview, until QGIS ends.
    """
    return str(Path(QgsProcessingUtils.tempFolder(), "chipwright-preview"))


def _parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Those of the export but of what it writes, and the layer."""
    for definition in export_parameters():
        if definition.name() not in OF_OUTPUT:
            yield definition
    yield explained(
        QgsProcessingParameterFeatureSink(
            "OUTPUT",
            translate("Chipwright", "Footprints of the chips"),
            QgsProcessing.SourceType.TypeVectorPolygon,
        ),
        translate("Chipwright", "A polygon for every place, in the system of the image."),
    )
