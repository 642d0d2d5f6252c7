"""Settings of the run: resolution, area, workers, numbering, and the form of the report."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterExtent
from qgis.PyQt.QtCore import QCoreApplication

from ..core.request_choices import RESPONSE_FORMATS
from .declaring import choice, explained, flag, number, text, whole_number

translate = QCoreApplication.translate


def context_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """What the request carries in its `context`, and `f`."""
    yield number(
        "cellSize",
        translate("Chipwright", "Cell size of the chips"),
        translate(
            "Chipwright", "In map units of the image. Left empty: the resolution of the image."
        ),
        decimals=9,
    )
    yield explained(
        QgsProcessingParameterExtent(
            "extent", translate("Chipwright", "Only within this extent"), optional=True
        ),
        translate(
            "Chipwright",
            "In any coordinate system; widened to whole pixels. Left empty: the whole image.",
        ),
    )
    yield text(
        "parallelProcessingFactor",
        translate("Chipwright", "Workers"),
        translate(
            "Chipwright",
            "A number (4) or a share of the processor's cores (50%). The dataset is the same "
            "whatever is given.",
        ),
    )
    yield text(
        "daskScheduler",
        translate("Chipwright", "Scheduler of a Dask cluster"),
        translate(
            "Chipwright",
            "An address such as tcp://host:8786. The workers of the cluster then read and write, "
            "instead of this computer; they must see the image and the output folder under the "
            "same paths. The dataset is the same. Needs the Python package distributed.",
        ),
    )
    yield flag(
        "exportAllTiles",
        translate("Chipwright", "Export chips without labels as well"),
        translate("Chipwright", "Off: only chips that some label reaches into."),
    )
    yield whole_number(
        "startIndex",
        translate("Chipwright", "Number of the first chip"),
        translate("Chipwright", "The number that the first chip's file name carries."),
    )
    yield choice(
        "f",
        translate("Chipwright", "Format of the report"),
        translate(
            "Chipwright",
            "Of the report that is written beside the dataset and shown among the results. html: a "
            "page with pictures, report.html. json and pjson: report.json for programs, compact or "
            "indented.",
        ),
        RESPONSE_FORMATS,
    )
