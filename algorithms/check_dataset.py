"""The algorithm `chipwright:checkdataset`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication, QVariant

from ..core.errors import ChipExportError, ExportCancelled
from .declaring import explained
from .feedback import FeedbackProgress
from .plugin_algorithm import PluginAlgorithm

if TYPE_CHECKING:
    from ..core.checking import Report

COLUMNS = ("severity", "code", "path", "message")
translate = QCoreApplication.translate


class CheckDataset(PluginAlgorithm):
    """A folder in, findings out."""

    def createInstance(self) -> CheckDataset:
        return CheckDataset()

    def name(self) -> str:
        return "checkdataset"

    def displayName(self) -> str:
        return translate("Chipwright", "Check training data")

    def tags(self) -> list[str]:
        return translate(
            "Chipwright",
            "chips,tiles,labels,annotations,validate,verify,quality,training,training data,dataset,"
            "deep learning,machine learning,segmentation,object detection,pascal voc,kitti,coco,"
            "yolo,mask rcnn,imagenet",
        ).split(",")

    def shortDescription(self) -> str:
        return translate(
            "Chipwright", "Finds what a training would stumble over in a dataset of chips."
        )

    def shortHelpString(self) -> str:
        return translate(
            "Chipwright",
            "Reads every file of a dataset and says what a training would stumble over: chips that "
            "cannot be read, labels without a chip, boxes outside of it, unknown classes, counts "
            "that are not true.\n\n"
            "It takes datasets of all metadata formats of Export training data for deep learning, "
            "also those that other programs wrote. The format is found in the dataset.\n\n"
            "An error spoils a training, a warning may be meant. The dataset is never changed.",
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for definition in _parameters():
            self.addParameter(definition)
        errors = translate("Chipwright", "Number of errors")
        warnings = translate("Chipwright", "Number of warnings")
        kind = translate("Chipwright", "Metadata format")
        self.addOutput(QgsProcessingOutputNumber("numberOfErrors", errors))
        self.addOutput(QgsProcessingOutputNumber("numberOfWarnings", warnings))
        self.addOutput(QgsProcessingOutputString("metadataFormat", kind))

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """As QGIS does, which says no more of a folder than that it is incorrect."""
        if not self.parameterAsString(parameters, "inputFolder", context):
            return False, "inputFolder: is not given; choose the folder that an export wrote."
        accepted, message = super().checkParameterValues(parameters, context)
        return bool(accepted), str(message)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """In a worker thread."""
        from ..core.checking import check_dataset

        folder = self.parameterAsString(parameters, "inputFolder", context)
        progress = FeedbackProgress(feedback)
        try:
            report = check_dataset(folder, progress)
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return {}
        except ChipExportError as error:
            raise QgsProcessingException(str(error)) from error
        _say(report, feedback)
        return {
            "numberOfErrors": report.error_count,
            "numberOfWarnings": report.warning_count,
            "metadataFormat": report.metadata_format,
            **self._written_report(report, parameters, context),
            **self._written_table(report, parameters, context),
        }

    def _written_report(
        self, report: Report, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> dict[str, str]:
        path = self.parameterAsFileOutput(parameters, "report", context)
        if not path:
            return {}
        try:
            Path(path).write_text(report.to_json(), encoding="utf-8")
        except OSError as error:
            reason = f"report: '{path}' cannot be written ({error.strerror}); choose another file."
            raise QgsProcessingException(reason) from error
        return {"report": path}

    def _written_table(
        self, report: Report, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> dict[str, str]:
        sink, name = self.parameterAsSink(
            parameters, "OUTPUT", context, _fields(), QgsWkbTypes.Type.NoGeometry
        )
        if sink is None:
            if parameters.get("OUTPUT"):
                raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
            return {}
        for finding in report.lines():
            row = QgsFeature(_fields())
            row.setAttributes([getattr(finding, column) for column in COLUMNS])
            sink.addFeature(row, QgsFeatureSink.Flag.FastInsert)
        return {"OUTPUT": name}


def _parameters() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterFile(
            "inputFolder",
            translate("Chipwright", "Folder of the dataset"),
            behavior=QgsProcessingParameterFile.Behavior.Folder,
        ),
        translate("Chipwright", "The folder that an export wrote, with the folder images in it."),
    )
    yield explained(
        QgsProcessingParameterFileDestination(
            "report",
            translate("Chipwright", "Report"),
            fileFilter=translate("Chipwright", "JSON files (*.json)"),
            optional=True,
            createByDefault=False,
        ),
        translate("Chipwright", "All findings and their numbers, for programs to read."),
    )
    yield explained(
        QgsProcessingParameterFeatureSink(
            "OUTPUT",
            translate("Chipwright", "Findings"),
            QgsProcessing.SourceType.TypeVector,
            optional=True,
        ),
        translate(
            "Chipwright",
            "A table with a row for each finding: how severe it is, its kind, the file and what to "
            "do. Of each kind 100 are listed.",
        ),
    )


def _fields() -> QgsFields:
    fields = QgsFields()
    for column in COLUMNS:
        fields.append(QgsField(column, QVariant.String))
    return fields


def _say(report: Report, feedback: QgsProcessingFeedback) -> None:
    """Every finding in the log, and a line that sums them up."""
    for finding in report.lines():
        if finding.severity == "error":
            feedback.reportError(str(finding), False)
        else:
            feedback.pushWarning(str(finding))
    kind = report.metadata_format or translate("Chipwright", "unknown format")
    summary = translate("Chipwright", "Errors: {errors}, warnings: {warnings} ({format}).")
    feedback.pushInfo(
        summary.format(format=kind, errors=report.error_count, warnings=report.warning_count)
    )
