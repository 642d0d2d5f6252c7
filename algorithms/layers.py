"""The layers among the parameters, as core's sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union

from qgis.core import QgsRasterLayer, QgsVectorLayer, QgsWkbTypes

from ..core.errors import InvalidRequest
from ..core.request import FeatureSource, RasterSource
from .feature_layers import feature_input
from .fetching import Fetching, cache_folder
from .given_layers import given_features, given_layer, given_raster, given_rasters
from .memory_files import MemoryFile
from .parameter_values import ParameterValues
from .raster_layers import raster_input
from .remote_layers import is_remote, remote_raster

ITEMS = ("inputRaster", "rasterItems")
"""The images; what else there is lies on them."""
APART = "CycleGAN"
"""The format whose second image may lie elsewhere."""


class LayerSources:
    """Turns layers into sources, and keeps what must be in memory before GDAL can open them.

    Touches layers, so it belongs into the main thread. Reads no pixel and no feature, and asks no
    service. What is remote is fetched beside the folder of the dataset.
    """

    def __init__(self, values: ParameterValues, output_location: str = "") -> None:
        self._values = values
        self._folder = cache_folder(output_location)
        self._images: list[RasterSource] = []
        self.memory_files: list[MemoryFile] = []
        self.cache_folders: list[str] = []

    def raster(self, name: str) -> Optional[RasterSource]:
        """The raster of a parameter; None when it is not given."""
        layer = given_raster(self._values, name)
        if layer is None:
            return None
        source = self._raster_source(name, layer)
        if name == "inputRaster":
            self._images.append(source)
        return source

    def rasters(self, name: str) -> tuple[RasterSource, ...]:
        """The rasters of a list, in its order; a folder or tile index stands for several."""
        sources = tuple(
            RasterSource(item) if isinstance(item, str) else self._raster_source(name, item)
            for item in given_rasters(self._values, name)
        )
        self._images.extend(sources)
        return sources

    def polygons(self, name: str) -> Optional[FeatureSource]:
        """Polygons of which only the geometries matter; None when they are not given."""
        layer = given_features(self._values, name)
        if layer is None:
            return None
        _check_polygons(name, layer)
        return self._feature_source(name, layer)

    def labels(
        self, name: str, field_name: str, selected_only: bool = False
    ) -> Optional[Union[FeatureSource, RasterSource]]:
        """Labels as features with a class field, or as a classified raster; None for none."""
        layer = given_layer(self._values, name)
        if layer is None:
            return None
        if isinstance(layer, QgsRasterLayer):
            return self._raster_source(name, layer, of_classes=True)
        if not isinstance(layer, QgsVectorLayer):
            raise InvalidRequest(
                name,
                f"'{layer.name()}' holds neither features nor pixels; choose a vector layer with "
                "polygons, lines or points, or a classified raster.",
            )
        class_field = self._values.text(field_name)
        _check_class_field(field_name, layer, class_field)
        if selected_only:
            _check_selection(layer)
        priority = self._values.text("classPriority") if name == "inputClassData" else ""
        return self._feature_source(name, layer, class_field, selected_only, priority)

    def _raster_source(
        self, name: str, layer: QgsRasterLayer, of_classes: bool = False
    ) -> RasterSource:
        if is_remote(layer):
            fetched = remote_raster(name, layer, self._fetching(name, of_classes))
            self._keep(fetched)
            self.cache_folders.append(fetched.folder)
            address = f"{layer.dataProvider().name()}://{layer.source()}"
            return RasterSource(fetched.path, name=layer.name(), address=address)
        source, memory_file = raster_input(name, layer)
        self._keep(memory_file)
        return source

    def _fetching(self, name: str, of_classes: bool) -> Fetching:
        cell_size, extent = self._values.optional_number("cellSize"), self._values.extent("extent")
        fetching = Fetching(self._folder, cell_size, extent)
        metadata_format = self._values.text("metadataFormat")
        return fetching_for(fetching, name, metadata_format, self._images, of_classes)

    def _feature_source(
        self,
        name: str,
        layer: QgsVectorLayer,
        class_field: str = "",
        selected_only: bool = False,
        priority_field: str = "",
    ) -> FeatureSource:
        source, memory_file = feature_input(name, layer, class_field, selected_only, priority_field)
        self._keep(memory_file)
        return source

    def _keep(self, memory_file: Optional[MemoryFile]) -> None:
        if memory_file is not None:
            self.memory_files.append(memory_file)


def fetching_for(
    fetching: Fetching,
    name: str,
    metadata_format: str,
    images: Sequence[RasterSource],
    of_classes: bool,
) -> Fetching:
    """What of a raster is fetched: images in the extent, what lies on them within them."""
    if name in ITEMS or (metadata_format == APART and not of_classes):
        return fetching
    return fetching.around(images, of_classes)


def _check_polygons(name: str, layer: QgsVectorLayer) -> None:
    kind = QgsWkbTypes.geometryDisplayString(layer.geometryType())
    if layer.geometryType() in (
        QgsWkbTypes.GeometryType.PointGeometry,
        QgsWkbTypes.GeometryType.LineGeometry,
    ):
        raise InvalidRequest(
            name, f"'{layer.name()}' is a layer of the kind {kind}; choose one with polygons."
        )


def _check_class_field(field_name: str, layer: QgsVectorLayer, class_field: str) -> None:
    names = layer.fields().names()
    if class_field and class_field.lower() not in [name.lower() for name in names]:
        raise InvalidRequest(
            field_name,
            f"'{layer.name()}' has no field '{class_field}'; "
            f"{'its fields are ' + ', '.join(names) if names else 'it has no fields at all'}.",
        )


def _check_selection(layer: QgsVectorLayer) -> None:
    if not layer.selectedFeatureCount():
        raise InvalidRequest(
            "selectedFeaturesOnly",
            f"nothing is selected in '{layer.name()}'; select features, or switch this off to use "
            "all of them.",
        )
