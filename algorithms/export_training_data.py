"""The algorithm `chipwright:exporttrainingdata`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import ChipExportError, ExportCancelled
from ..core.report.names import HTML, report_name
from ..core.request import ExportRequest
from .feedback import FeedbackProgress
from .footprint_sink import FootprintSink
from .help_panel import export_help
from .parameters import export_parameters
from .request_algorithm import RequestAlgorithm
from .requested_export import carry_out

translate = QCoreApplication.translate


class ExportTrainingData(RequestAlgorithm):
    """Parameters in, an export by core, outputs out."""

    def createInstance(self) -> ExportTrainingData:
        return ExportTrainingData()

    def name(self) -> str:
        return "exporttrainingdata"

    def displayName(self) -> str:
        return translate("Chipwright", "Export training data for deep learning")

    def tags(self) -> list[str]:
        return translate(
            "Chipwright",
            "chips,image chips,tiles,patches,labels,annotations,samples,training,training data,"
            "train,dataset,deep learning,machine learning,neural network,ai,segmentation,semantic,"
            "instance,panoptic,object detection,bounding boxes,classification,change detection,"
            "masks,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,"
            "unet,arcgis",
        ).split(",")

    def shortDescription(self) -> str:
        return translate(
            "Chipwright", "Cuts an image into chips with labels to train a model with."
        )

    def shortHelpString(self) -> str:
        return export_help()

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for definition in export_parameters():
            self.addParameter(definition)
        chips = translate("Chipwright", "Number of chips")
        labels = translate("Chipwright", "Number of labels")
        self.addOutput(QgsProcessingOutputNumber("numberOfChips", chips))
        self.addOutput(QgsProcessingOutputNumber("numberOfLabels", labels))
        report, page = translate("Chipwright", "Report"), translate("Chipwright", "Page of report")
        self.addOutput(QgsProcessingOutputFile("report", report))
        self.addOutput(QgsProcessingOutputHtml("reportPage", page))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """In a worker thread, without layers."""
        requested, progress = self._requested, FeedbackProgress(feedback)
        sink = FootprintSink(self.parameterDefinition("footprints"), parameters, context)
        try:
            sink.check(requested.request.output_location)
            take_footprints = sink.fill if sink.is_asked_for else None
            manifest = carry_out(requested, progress, take_footprints)
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return {}
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        return {
            "outputLocation": requested.request.output_location,
            "numberOfChips": manifest.chip_count,
            "numberOfLabels": manifest.feature_count,
            **_report(requested.request),
            **({"footprints": sink.name} if sink.is_asked_for else {}),
        }


def _report(request: ExportRequest) -> dict[str, str]:
    """The report; a page is shown in the results viewer, too."""
    path = Path(request.output_location) / report_name(request.response_format)
    outputs = {"report": str(path)}
    return {**outputs, "reportPage": str(path)} if path.name == HTML else outputs
