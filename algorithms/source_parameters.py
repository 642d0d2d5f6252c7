"""What to cut, from what labels, and where to."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .declaring import explained

LABEL_TYPES = [
    QgsProcessing.SourceType.TypeVectorPolygon,
    QgsProcessing.SourceType.TypeVectorLine,
    QgsProcessing.SourceType.TypeVectorPoint,
    QgsProcessing.SourceType.TypeRaster,
]
translate = QCoreApplication.translate


def source_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Images, labels and the folder of the dataset."""
    yield explained(
        QgsProcessingParameterRasterLayer(
            "inputRaster", translate("Chipwright", "Image to cut into chips")
        ),
        translate(
            "Chipwright",
            "Its pixels are copied as they are stored, not as they are drawn. Layers of services "
            "are fetched first; those that are only drawn, such as WMS, have colours, and need a "
            "cell size.",
        ),
    )
    yield explained(
        QgsProcessingParameterMultipleLayers(
            "rasterItems",
            translate("Chipwright", "Further images of the same collection"),
            QgsProcessing.SourceType.TypeRaster,
            optional=True,
        ),
        translate(
            "Chipwright",
            "Files, layers, folders or tile indexes. They are cut together with the first image: "
            "as one mosaic, in which the earlier image covers the later, or each on its own.",
        ),
    )
    yield explained(
        QgsProcessingParameterFolderDestination(
            "outputLocation", translate("Chipwright", "Folder of the dataset")
        ),
        translate(
            "Chipwright",
            "Created when it is missing. A dataset that it already holds is not touched, unless "
            "existingOutput says so.",
        ),
    )
    yield explained(
        QgsProcessingParameterMapLayer(
            "inputClassData",
            translate("Chipwright", "Labels (features or classified raster)"),
            optional=True,
            types=LABEL_TYPES,
        ),
        translate(
            "Chipwright",
            "Polygons, lines or points that mark the objects, or a raster whose pixels are class "
            "values. Any coordinate system. Formats of objects take the pixels of one class that "
            "are connected within a chip for an object. All metadata formats need labels, except "
            "Export_Tiles and CycleGAN.",
        ),
    )
