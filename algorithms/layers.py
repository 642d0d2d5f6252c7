"""The layers among the parameters, as core's sources."""

from __future__ import annotations

from typing import Optional, Union

from qgis.core import QgsRasterLayer, QgsVectorLayer, QgsWkbTypes

from ..core.errors import InvalidRequest
from ..core.request import FeatureSource, RasterSource
from .feature_layers import feature_input
from .given_layers import given_features, given_layer, given_raster, given_rasters
from .memory_files import MemoryFile
from .parameter_values import ParameterValues
from .raster_layers import raster_input


class LayerSources:
    """Turns layers into sources, and keeps what must be in memory before GDAL can open them.

    Touches layers, so it belongs into the main thread. Reads no pixel and no feature.
    """

    def __init__(self, values: ParameterValues) -> None:
        self._values = values
        self.memory_files: list[MemoryFile] = []

    def raster(self, name: str) -> Optional[RasterSource]:
        """The raster of a parameter; None when it is not given."""
        layer = given_raster(self._values, name)
        return None if layer is None else self._raster_source(name, layer)

    def rasters(self, name: str) -> tuple[RasterSource, ...]:
        """The rasters of a list, in its order; a folder or tile index stands for several."""
        return tuple(
            RasterSource(item) if isinstance(item, str) else self._raster_source(name, item)
            for item in given_rasters(self._values, name)
        )

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
            return self._raster_source(name, layer)
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

    def _raster_source(self, name: str, layer: QgsRasterLayer) -> RasterSource:
        source, memory_file = raster_input(name, layer)
        self._keep(memory_file)
        return source

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
            f"'{layer.name()}' has no field '{class_field}'; its fields are {', '.join(names)}.",
        )


def _check_selection(layer: QgsVectorLayer) -> None:
    if not layer.selectedFeatureCount():
        raise InvalidRequest(
            "selectedFeaturesOnly",
            f"nothing is selected in '{layer.name()}'; select features, or switch this off to use "
            "all of them.",
        )
