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

from .declaring import explained, flag, number, with_own_widget

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
            "Labeled_Tiles and Imagenet only: pixels become 0 whose centre lies outside of the "
            "feature that the chip is made for.",
        ),
    )
    yield flag(
        "fixChipSize",
        translate("Chipwright", "Same size for all chips"),
        translate(
            "Chipwright",
            "Labeled_Tiles and Imagenet only, which cut a chip for each label feature. On: every "
            "chip has the size set above and its feature in the middle. Off: it is cropped to the "
            "box around its feature.",
        ),
    )


def _second_sources() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterRasterLayer(
            "additionalInputRaster", translate("Chipwright", "Second image"), optional=True
        ),
        translate(
            "Chipwright",
            "Classified_Tiles and Export_Tiles: cut at the places of the first image, on its "
            "pixels, into the folder images2, for change detection and image translation; "
            "only chips that lie wholly on both. CycleGAN, which needs it: cut for itself, into "
            "the folder B, while the first goes into A.",
        ),
    )
    yield explained(
        QgsProcessingParameterMapLayer(
            "inputInstanceData",
            translate("Chipwright", "Instances (features or raster)"),
            optional=True,
            types=[
                QgsProcessing.SourceType.TypeVectorAnyGeometry,
                QgsProcessing.SourceType.TypeRaster,
            ],
        ),
        translate(
            "Chipwright",
            "Panoptic_Segmentation only, which needs it: a feature for each single object, or a "
            "raster in which each object has a number of its own.",
        ),
    )
    yield explained(
        with_own_widget(
            QgsProcessingParameterField(
                "instanceClassValueField",
                translate("Chipwright", "Field with the class of the instances"),
                parentLayerParameterName="inputInstanceData",
                optional=True,
            ),
            "field_choice.FieldChoice",
        ),
        translate(
            "Chipwright",
            "Found like the class field of the labels when it is left empty. Of a raster, the "
            "column of its attribute table; without one, all objects are of class 1.",
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
