"""The algorithm `chipwright:runexportrequest`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import ChipExportError, ExportCancelled
from ..core.job_answer import CANCELLED, FAILED, SUCCEEDED, JobAnswer
from .declaring import explained
from .export_outputs import (
    FOOTPRINTS,
    check_destinations,
    export_outputs,
    exported,
    footprints_parameter,
)
from .feedback import FeedbackProgress
from .footprint_sink import FootprintSink
from .network import Network
from .plugin_algorithm import PluginAlgorithm
from .remembered import RememberedProgress
from .remote_inputs import RemoteInputs
from .request_reading import GivenRequest, given_request
from .request_sources import Resolution
from .requested_export import RequestedExport

PORTAL = "https://www.arcgis.com"
translate = QCoreApplication.translate


@dataclass(frozen=True)
class Job:
    """A request whose local parts are known to be right."""

    given: GivenRequest
    requested: RequestedExport
    job_id: str
    answer_path: str


class RunExportRequest(PluginAlgorithm):
    """The text of a request in, an export by core, the answer of a service out."""

    _job: Job
    """From prepareAlgorithm to processAlgorithm."""

    def createInstance(self) -> RunExportRequest:
        return RunExportRequest()

    def name(self) -> str:
        return "runexportrequest"

    def displayName(self) -> str:
        return translate("Chipwright", "Run an export request")

    def tags(self) -> list[str]:
        return translate(
            "Chipwright",
            "chips,tiles,labels,deep learning,training data,rest,json,service,portal,arcgis,"
            "image server,raster analysis",
        ).split(",")

    def shortDescription(self) -> str:
        return translate(
            "Chipwright", "Runs an export that was written down for a raster analysis service."
        )

    def shortHelpString(self) -> str:
        return translate(
            "Chipwright",
            "Takes the request of the service's task ExportTrainingDataforDeepLearning as text: a "
            "JSON object, a query string or the whole URL. It runs here what the service would "
            "run, with the parameters of Export training data for deep learning.\n\n"
            "Sources may be items of a portal, image, map and feature services, URLs of files, "
            "paths, or names of layers of the project. Images that are attached to the features of "
            "a service are cut one by one.\n\n"
            "The answer has the form in which the service answers of a job. The report of the "
            "export and a layer of the footprints of its chips are outputs as well.",
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for definition in _parameters():
            self.addParameter(definition)
        job = translate("Chipwright", "Job as JSON")
        self.addOutput(QgsProcessingOutputString("job", job))
        for output in export_outputs():
            self.addOutput(output)

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """QGIS's own checks, and what of the request can be checked without asking a service."""
        accepted, message = super().checkParameterValues(parameters, context)
        folder = str(parameters.get("outputLocation") or "")
        try:
            given_request(self._text(parameters, context), folder).requested(context)
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
        folder = self.parameterAsString(parameters, "outputLocation", context)
        try:
            given = given_request(self._text(parameters, context), folder)
            self._job = Job(
                given,
                given.requested(context),
                f"j{uuid.uuid4().hex}",
                self.parameterAsFileOutput(parameters, "answer", context),
            )
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
        progress = RememberedProgress(FeedbackProgress(feedback))
        network = Network(self.parameterAsString(parameters, "authConfig", context))
        portal = self.parameterAsString(parameters, "portalUrl", context) or PORTAL
        inputs = RemoteInputs(network, portal, progress)
        footprints = FootprintSink(self.parameterDefinition(FOOTPRINTS), parameters, context)
        try:
            check_destinations(self._job.requested, footprints)
            outputs = exported(self._resolved(inputs), progress, footprints)
        except ExportCancelled as cancelled:
            progress.info(str(cancelled))
            return self._answered(CANCELLED, progress)
        except ChipExportError as error:
            progress.failed(str(error))
            progress.info(self._answered(FAILED, progress)["job"])
            raise QgsProcessingException(str(error)) from error
        folder = str(Path(outputs["outputLocation"]).absolute())
        return {**outputs, **self._answered(SUCCEEDED, progress, folder)}

    def _resolved(self, inputs: RemoteInputs) -> RequestedExport:
        return Resolution(self._job.requested, self._job.given.references, inputs).resolved()

    def _answered(
        self, status: str, progress: RememberedProgress, folder: str = ""
    ) -> dict[str, str]:
        """The answer, which is also written to a file if that is asked for."""
        answer = JobAnswer(self._job.job_id, status, tuple(progress.messages), folder)
        text = answer.to_json(self._job.given.response_format)
        path = self._job.answer_path
        if not path:
            return {"job": text}
        try:
            Path(path).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            reason = f"answer: '{path}' cannot be written ({error.strerror}); choose another file."
            raise QgsProcessingException(reason) from error
        return {"job": text, "answer": path}

    def _text(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return self.parameterAsString(parameters, "request", context)


def _parameters() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterString("request", translate("Chipwright", "Request"), multiLine=True),
        translate(
            "Chipwright",
            "A JSON object, a query string or a URL with all parameters; or the path of a file "
            "with such a text.",
        ),
    )
    yield explained(
        QgsProcessingParameterString(
            "portalUrl", translate("Chipwright", "Portal"), defaultValue=PORTAL, optional=True
        ),
        translate("Chipwright", "Where items are looked up that the request names by itemId."),
    )
    yield explained(
        QgsProcessingParameterAuthConfig(
            "authConfig", translate("Chipwright", "Authentication"), optional=True
        ),
        translate(
            "Chipwright",
            "For the portal and all services of the request. It is sent to all of them, so use it "
            "for requests that you trust.",
        ),
    )
    yield explained(
        QgsProcessingParameterFolderDestination(
            "outputLocation",
            translate("Chipwright", "Folder of the dataset"),
            optional=True,
            createByDefault=False,
        ),
        translate(
            "Chipwright",
            "In place of the request's own outputLocation, which often is a folder of the "
            "service's.",
        ),
    )
    yield explained(
        QgsProcessingParameterFileDestination(
            "answer",
            translate("Chipwright", "Answer"),
            fileFilter=translate("Chipwright", "JSON files (*.json)"),
            optional=True,
            createByDefault=False,
        ),
        translate("Chipwright", "How the job ended, also when it failed; for programs to read."),
    )
    yield footprints_parameter()
