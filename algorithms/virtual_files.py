"""Files that only GDAL sees: on a server, in a cloud, in an archive."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsRasterLayer, QgsVectorLayer

BEGINNING = "/vsi"


def load_virtual_file(value: Any, context: QgsProcessingContext) -> None:
    """Load the layer that a path stands for, which the context then finds by the path.

    QGIS 3.22 looks for such files on the disk, and does not find them.
    """
    if not isinstance(value, str) or not value.startswith(BEGINNING):
        return
    if QgsProcessingUtils.mapLayerFromString(value, context) is not None:
        return
    name = value.partition("|")[0].rpartition("/")[2]
    for kind, provider in ((QgsRasterLayer, "gdal"), (QgsVectorLayer, "ogr")):
        layer = kind(value, name, provider)
        if layer.isValid():
            context.temporaryLayerStore().addMapLayer(layer)
            return
