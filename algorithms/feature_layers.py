"""A vector layer as OGR opens it."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsFields, QgsVectorLayer, QgsVectorLayerFeatureSource, QgsWkbTypes

from ..core.class_field import COLOR_FIELDS, DEFAULT_FIELDS, NAME_FIELD
from ..core.errors import InvalidRequest
from ..core.request import FeatureSource
from .feature_copy import FeatureCopy
from .memory_files import memory_path


def feature_input(
    parameter: str,
    layer: QgsVectorLayer,
    class_field: str,
    selected_only: bool,
    priority_field: str = "",
) -> tuple[FeatureSource, Optional[FeatureCopy]]:
    """Where OGR finds the layer's features, and what must be written there first."""
    if layer.geometryType() == QgsWkbTypes.GeometryType.NullGeometry:
        raise InvalidRequest(
            parameter, f"'{layer.name()}' has no geometries; choose another layer."
        )
    attributes = label_attributes(layer, class_field, priority_field)
    saved = None if selected_only else saved_source(layer, attributes)
    if saved is not None:
        return saved, None
    copy = _feature_copy(parameter, layer, attributes, selected_only)
    return FeatureSource(copy.path, name=layer.name()), copy


def label_attributes(
    layer: QgsVectorLayer, class_field: str, priority_field: str = ""
) -> tuple[int, ...]:
    """Indices of the fields that labels are made of, and that say which of them is on top."""
    class_fields = (class_field.lower(),) if class_field else DEFAULT_FIELDS
    wanted = (*class_fields, NAME_FIELD, *COLOR_FIELDS, priority_field.lower())
    names = [field.name().lower() for field in layer.fields()]
    return tuple(index for index, name in enumerate(names) if name in wanted)


def saved_source(layer: QgsVectorLayer, attributes: tuple[int, ...]) -> Optional[FeatureSource]:
    """The layer's file, if what it holds is what QGIS shows; else None."""
    provider = layer.dataProvider()
    path, *layer_name = layer.source().split("|layername=")
    fields = layer.fields()
    holds_what_is_shown = (
        provider.name() == "ogr"
        and not layer.isModified()
        and (layer.crs() == provider.crs() or not layer.isSpatial())
        and all(fields.fieldOrigin(i) == QgsFields.FieldOrigin.OriginProvider for i in attributes)
    )
    has_filter_or_options = "|" in path or any("|" in name for name in layer_name)
    if not holds_what_is_shown or has_filter_or_options:
        return None
    return FeatureSource(path, *layer_name)


def _feature_copy(
    parameter: str, layer: QgsVectorLayer, attributes: tuple[int, ...], selected_only: bool
) -> FeatureCopy:
    return FeatureCopy(
        parameter=parameter,
        path=memory_path(".fgb"),
        layer_name=layer.name(),
        features=QgsVectorLayerFeatureSource(layer),
        crs=layer.crs(),
        geometry_type=_copied_type(layer),
        fields=QgsFields(layer.fields()),
        attributes=attributes,
        selected=tuple(sorted(layer.selectedFeatureIds())) if selected_only else None,
    )


def _copied_type(layer: QgsVectorLayer) -> QgsWkbTypes.Type:
    """Multi-part, because a layer may hold single and multi-part features whatever it declares."""
    types = {
        QgsWkbTypes.GeometryType.PointGeometry: QgsWkbTypes.Type.MultiPoint,
        QgsWkbTypes.GeometryType.LineGeometry: QgsWkbTypes.Type.MultiLineString,
        QgsWkbTypes.GeometryType.PolygonGeometry: QgsWkbTypes.Type.MultiPolygon,
    }
    return types.get(layer.geometryType(), QgsWkbTypes.Type.Unknown)
