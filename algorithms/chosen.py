"""What was chosen so far, as core judges which parameters have a meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional, TypeVar

from qgis.core import (
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameters,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.errors import InvalidRequest
from ..core.formats import FORMATS
from ..core.relevance import Choice, Given, irrelevant
from .parameter_values import ParameterValues
from .virtual_files import load_virtual_file

Value = TypeVar("Value")
SHAPES = {
    QgsWkbTypes.GeometryType.PointGeometry: Given.POINTS,
    QgsWkbTypes.GeometryType.LineGeometry: Given.LINES,
}


def project_context() -> QgsProcessingContext:
    """A context that finds the layers of the project."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    return context


def choice_of(values: ParameterValues) -> Choice:
    """What parameters depend on; a value that cannot be read counts as its default."""
    name = _or(Choice.metadata_format, values.text, "metadataFormat")
    return Choice(
        name if name in FORMATS else Choice.metadata_format,
        given_as(chosen_layer(values, "inputClassData")),
        given_as(chosen_layer(values, "inputInstanceData")),
        values.is_given("additionalInputRaster"),
        _or(Choice.chip_format, values.text, "chipFormat"),
        _or(Choice.reference_system, values.text, "referenceSystem"),
        _or(Choice.buffer_radius, values.number, "bufferRadius"),
        _or(Choice.pixel_scaling, values.text, "pixelScaling"),
        _or(Choice.export_all_tiles, values.flag, "exportAllTiles"),
        _or(Choice.min_label_ratio, values.number, "minLabelRatio"),
        _or(Choice.negative_ratio, values.optional_number, "negativeRatio"),
        _or(Choice.split, values.text, "split"),
    )


def relevant_only(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, Any]:
    """The parameters without those that have no meaning, which then have their default."""
    hidden = irrelevant(choice_of(ParameterValues(algorithm, parameters, context)))
    return {name: value for name, value in parameters.items() if name not in hidden}


def chosen_layer(values: ParameterValues, name: str) -> Optional[QgsMapLayer]:
    """The layer of a parameter; None if there is none, or none that can be loaded."""
    if not values.is_given(name):
        return None
    load_virtual_file(values.given(name), values.context)
    layer = values.read(QgsProcessingParameters.parameterAsLayer, name)
    return layer if layer is not None and layer.isValid() else None


def given_as(layer: Optional[QgsMapLayer]) -> Given:
    """What kind of labels a layer holds."""
    if isinstance(layer, QgsRasterLayer):
        return Given.RASTER
    if isinstance(layer, QgsVectorLayer):
        return SHAPES.get(layer.geometryType(), Given.POLYGONS)
    return Given.NOTHING


def _or(default: Value, read: Callable[[str], Value], name: str) -> Value:
    try:
        return read(name)
    except InvalidRequest:
        return default
