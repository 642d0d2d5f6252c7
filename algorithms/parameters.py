"""Every parameter of the request as a Processing parameter, in the order of the request."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QCoreApplication

from .context_parameters import context_parameters
from .declaring import advanced, explained
from .format_parameters import format_parameters
from .further_parameters import further_parameters
from .label_parameters import label_parameters
from .source_parameters import source_parameters
from .tile_parameters import tile_parameters

translate = QCoreApplication.translate


def export_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """New definitions at every call: the algorithm they are added to owns them."""
    yield from source_parameters()
    yield from tile_parameters()
    yield from label_parameters()
    yield from format_parameters()
    yield from map(advanced, context_parameters())
    yield from map(advanced, further_parameters())
    yield advanced(_footprints())


def _footprints() -> QgsProcessingParameterDefinition:
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
