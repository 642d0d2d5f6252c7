"""Every parameter of the request as a Processing parameter, in the order of the request."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProcessingParameterDefinition

from .context_parameters import context_parameters
from .declaring import advanced
from .export_outputs import footprints_parameter
from .format_parameters import format_parameters
from .further_parameters import further_parameters
from .label_parameters import label_parameters
from .source_parameters import source_parameters
from .tile_parameters import tile_parameters


def export_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """New definitions at every call: the algorithm they are added to owns them."""
    yield from source_parameters()
    yield from tile_parameters()
    yield from label_parameters()
    yield from format_parameters()
    yield from map(advanced, context_parameters())
    yield from map(advanced, further_parameters())
    yield advanced(footprints_parameter())
