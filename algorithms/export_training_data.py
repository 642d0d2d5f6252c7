"""The algorithm `chipwright:exporttrainingdata`."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import ChipExportError, ExportCancelled
from .export_outputs import FOOTPRINTS, check_destinations, export_outputs, exported
from .feedback import FeedbackProgress
from .footprint_sink import FootprintSink
from .help_panel import export_help
from .parameters import export_parameters
from .request_algorithm import RequestAlgorithm

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
        for output in export_outputs():
            self.addOutput(output)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """In a worker thread, without layers."""
        progress = FeedbackProgress(feedback)
        footprints = FootprintSink(self.parameterDefinition(FOOTPRINTS), parameters, context)
        try:
            check_destinations(self._requested, footprints)
            return exported(self._requested, progress, footprints)
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return {}
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
