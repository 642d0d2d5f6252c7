"""The algorithm `chipwright:exporttrainingdata`."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ..core.errors import ChipExportError, ExportCancelled
from .feedback import FeedbackProgress
from .given_layers import without_folders
from .icon import plugin_icon
from .parameter_values import ParameterValues
from .parameters import export_parameters
from .requested_export import RequestedExport, carry_out, requested_export

translate = QCoreApplication.translate


class ExportTrainingData(QgsProcessingAlgorithm):
    """Parameters in, an export by core, outputs out."""

    _requested: RequestedExport
    """From prepareAlgorithm to processAlgorithm."""

    def createInstance(self) -> ExportTrainingData:
        return ExportTrainingData()

    def name(self) -> str:
        return "exporttrainingdata"

    def displayName(self) -> str:
        return translate("Chipwright", "Export training data for deep learning")

    def tags(self) -> list[str]:
        return translate(
            "Chipwright",
            "chips,tiles,labels,annotations,samples,machine learning,neural network,segmentation,"
            "object detection,classification,pascal voc,kitti,coco,yolo,mask rcnn,imagenet",
        ).split(",")

    def icon(self) -> QIcon:
        return plugin_icon()

    def helpUrl(self) -> str:
        return "https://github.com/chipwright/chipwright"

    def shortDescription(self) -> str:
        return translate(
            "Chipwright", "Cuts an image into chips with labels to train a model with."
        )

    def shortHelpString(self) -> str:
        return translate(
            "Chipwright",
            "Chips are small images of one size, cut out of a large one. Each is written with its "
            "labels beside it, in the format that the training reads.\n\n"
            "Choose the image, a layer with labels and the class field. Chip size and step are in "
            "pixels: with the defaults, chips of 256 × 256 pixels overlap by half. The metadata "
            "format decides what is written: boxes, class maps, masks or images only.\n\n"
            "Label features may be in any coordinate system. Points and lines need a buffer in "
            "formats that want areas. Filters and unsaved edits of the label layer are honoured; "
            "no layer is ever changed.\n\n"
            "Every parameter explains itself when the mouse rests on it.",
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for definition in export_parameters():
            self.addParameter(definition)
        chips = translate("Chipwright", "Number of chips")
        labels = translate("Chipwright", "Number of labels")
        self.addOutput(QgsProcessingOutputNumber("numberOfChips", chips))
        self.addOutput(QgsProcessingOutputNumber("numberOfLabels", labels))

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """QGIS's own checks and those of the request, whose messages say more."""
        accepted, message = super().checkParameterValues(without_folders(parameters), context)
        values = ParameterValues(self, parameters, context)
        try:
            requested_export(values, str(parameters.get("outputLocation") or ""))
        except ChipExportError as error:
            return False, str(error)
        return accepted, message

    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        """In the main thread, where layers may be touched."""
        output_location = self.parameterAsString(parameters, "outputLocation", context)
        values = ParameterValues(self, parameters, context)
        try:
            self._requested = requested_export(values, output_location)
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        return True

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """In a worker thread, without layers."""
        requested, progress = self._requested, FeedbackProgress(feedback)
        try:
            manifest = carry_out(requested, progress)
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return {}
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        return {
            "outputLocation": requested.request.output_location,
            "numberOfChips": manifest.chip_count,
            "numberOfLabels": manifest.feature_count,
        }
