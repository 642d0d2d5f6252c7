"""What counts as a label, and where chips may lie."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterDistance,
    QgsProcessingParameterField,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.request_choices import REFERENCE_SYSTEMS
from .declaring import choice, default_of, explained, flag, number, with_own_widget

translate = QCoreApplication.translate


def label_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Classes, buffer, mask, rotation and coordinates."""
    yield from _classes()
    yield from _places()


def _classes() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        with_own_widget(
            QgsProcessingParameterField(
                "classValueField",
                translate("Chipwright", "Field with the class"),
                parentLayerParameterName="inputClassData",
                optional=True,
            ),
            "field_choice.FieldChoice",
        ),
        translate(
            "Chipwright",
            "Whole numbers are class values; texts are class names, numbered in sorted order. Left "
            "empty: a field called value, classvalue or class value is used; without one, all "
            "features are of one class. Class names and colours come from the fields classname, "
            "RED, GREEN and BLUE. Has no meaning for a classified raster.",
        ),
    )
    yield _buffer_radius()


def _buffer_radius() -> QgsProcessingParameterDefinition:
    definition = QgsProcessingParameterDistance(
        "bufferRadius",
        translate("Chipwright", "Buffer around label features"),
        defaultValue=default_of("bufferRadius"),
        parentParameterName="inputClassData",
        minValue=0,
    )
    definition.setMetadata({"widget_wrapper": {"decimals": 3}})
    explanation = translate(
        "Chipwright",
        "In the unit of the label layer. Makes circles of points. Labels in degrees cannot be "
        "buffered: reproject them first.",
    )
    return explained(definition, explanation)


def _places() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterVectorLayer(
            "inputMaskPolygons",
            translate("Chipwright", "Mask polygons"),
            [QgsProcessing.SourceType.TypeVectorPolygon],
            optional=True,
        ),
        translate("Chipwright", "Only chips that lie completely within these polygons are made."),
    )
    yield number(
        "rotationAngle",
        translate("Chipwright", "Rotation angle in degrees"),
        translate(
            "Chipwright",
            "Adds chips that are turned by this angle, by twice the angle and so on, up to 360 "
            "degrees, about their middle. They are read from the image, so that there are no black "
            "corners; those that leave the image are not made. 0: none.",
        ),
        most=360,
    )
    yield choice(
        "referenceSystem",
        translate("Chipwright", "Reference system"),
        translate(
            "Chipwright",
            "MAP_SPACE: chips are georeferenced. PIXEL_SPACE: chips keep the stored pixels and "
            "carry no position, also of images that have none; labels on a map are brought to "
            "the pixels, labels of no system are taken for pixels as QGIS shows them (the row is "
            "minus y).",
        ),
        REFERENCE_SYSTEMS,
    )
    yield flag(
        "processAllRasterItems",
        translate("Chipwright", "Process all images of the collection separately"),
        translate(
            "Chipwright",
            "Each image is cut on its own and may have its own cell size and system; otherwise "
            "they are one mosaic. A VRT mosaic alone counts as its images.",
        ),
    )
