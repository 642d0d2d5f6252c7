"""What only some metadata formats take."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterField,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .declaring import explained, flag, number

translate = QCoreApplication.translate


def format_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Chips around features, second sources, and the share of a feature that makes a label."""
    yield from _feature_chips()
    yield from _second_sources()


def _feature_chips() -> Iterator[QgsProcessingParameterDefinition]:
    yield flag(
        "blackenAroundFeature",
        translate("Chipwright", "Blacken pixels around the feature"),
        translate(
            "Chipwright",
            "Labeled_Tiles and Imagenet only: pixels outside the feature become 0. "
            "Not available yet.",
        ),
    )
    yield flag(
        "fixChipSize",
        translate("Chipwright", "Same size for all chips"),
        translate(
            "Chipwright",
            "Labeled_Tiles and Imagenet only. On: every chip has the size set above. Off: it is "
            "cropped to the box around its feature. Off: Not available yet.",
        ),
    )


def _second_sources() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterRasterLayer(
            "additionalInputRaster", translate("Chipwright", "Second image"), optional=True
        ),
        translate(
            "Chipwright",
            "Classified_Tiles, Export_Tiles and CycleGAN only: cut at the same places into the "
            "folder images2. Not available yet.",
        ),
    )
    yield explained(
        QgsProcessingParameterMapLayer(
            "inputInstanceData",
            translate("Chipwright", "Instances (features or raster)"),
            optional=True,
            types=[QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeRaster],
        ),
        translate(
            "Chipwright",
            "Panoptic_Segmentation only: one feature or pixel value for each single object. "
            "Not available yet.",
        ),
    )
    yield explained(
        QgsProcessingParameterField(
            "instanceClassValueField",
            translate("Chipwright", "Field with the class of the instances"),
            parentLayerParameterName="inputInstanceData",
            optional=True,
        ),
        translate(
            "Chipwright",
            "Found like the class field of the labels when it is left empty. Not available yet.",
        ),
    )
    yield number(
        "minPolygonOverlapRatio",
        translate("Chipwright", "Least share of a feature within the chip"),
        translate(
            "Chipwright",
            "From 0 to 1. A feature of which less lies within a chip is no label of that chip: "
            "0.2 leaves out what is cut off by more than 80 percent.",
        ),
        most=1,
    )
