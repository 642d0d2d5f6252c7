"""What an export gives to QGIS, whichever algorithm asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.progress import Progress
from ..core.report.names import HTML, report_name
from ..core.request import ExportRequest
from .declaring import explained
from .footprint_sink import FootprintSink
from .requested_export import RequestedExport, carry_out, check_folder

FOOTPRINTS = "footprints"
translate = QCoreApplication.translate


def export_outputs() -> Iterator[QgsProcessingOutputDefinition]:
    """Those that are no parameters; new definitions at every call."""
    chips = translate("Chipwright", "Number of chips")
    labels = translate("Chipwright", "Number of labels")
    report, page = translate("Chipwright", "Report"), translate("Chipwright", "Page of report")
    yield QgsProcessingOutputNumber("numberOfChips", chips)
    yield QgsProcessingOutputNumber("numberOfLabels", labels)
    yield QgsProcessingOutputFile("report", report)
    yield QgsProcessingOutputHtml("reportPage", page)


def footprints_parameter() -> QgsProcessingParameterDefinition:
    """Where the layer of the chips goes; without a place for it, none is made."""
    return explained(
        QgsProcessingParameterFeatureSink(
            "footprints",
            translate("Chipwright", "Footprints of the chips"),
            QgsProcessing.SourceType.TypeVectorPolygon,
            optional=True,
            createByDefault=False,
        ),
        translate(
            "Chipwright",
            "A polygon for every chip that is written, with its number, row, column and angle, its "
            "split, its labels of each class and its share of no-data. Takes a second look at the "
            "places of the chips, so it is only made if it is asked for.",
        ),
    )


def check_destinations(requested: RequestedExport, footprints: FootprintSink) -> None:
    """Refuse a folder or a file before anything is done for it. Raises InvalidRequest."""
    check_folder(requested)
    footprints.check(requested.request.output_location)


def exported(
    requested: RequestedExport, progress: Progress, footprints: FootprintSink
) -> dict[str, Any]:
    """Carry out the export; its outputs by their names.

    In a worker thread. Raises ChipExportError.
    """
    take_footprints = footprints.fill if footprints.is_asked_for else None
    manifest = carry_out(requested, progress, take_footprints)
    return {
        "outputLocation": requested.request.output_location,
        "numberOfChips": manifest.chip_count,
        "numberOfLabels": manifest.feature_count,
        **_report(requested.request),
        **({FOOTPRINTS: footprints.name} if footprints.is_asked_for else {}),
    }


def _report(request: ExportRequest) -> dict[str, str]:
    """The report; a page is shown in the results viewer, too."""
    path = Path(request.output_location) / report_name(request.response_format)
    outputs = {"report": str(path)}
    return {**outputs, "reportPage": str(path)} if path.name == HTML else outputs
