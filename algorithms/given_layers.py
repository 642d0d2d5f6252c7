"""The layers that were given; what cannot be loaded is refused by name, never dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional, Union

from qgis.core import (
    QgsMapLayer,
    QgsProcessingParameters,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ..core.addresses import shown
from ..core.errors import InvalidRequest, UnreadableSource
from ..core.plain_values import quoted
from ..core.request import FeatureSource
from .parameter_values import ParameterValues
from .raster_layers import split_source
from .virtual_files import load_virtual_file

RASTER, FEATURES, ANY = "raster", "vector layer", "layer"


def given_layer(values: ParameterValues, name: str) -> Optional[QgsMapLayer]:
    """A layer of any kind; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsLayer, name, ANY)


def given_raster(values: ParameterValues, name: str) -> Optional[QgsRasterLayer]:
    """A raster; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsRasterLayer, name, RASTER)


def given_features(values: ParameterValues, name: str) -> Optional[QgsVectorLayer]:
    """A vector layer; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsVectorLayer, name, FEATURES)


def given_rasters(values: ParameterValues, name: str) -> list[Union[str, QgsRasterLayer]]:
    """The rasters of a list, in its order; folders and tile indexes as their paths."""
    if not values.is_given(name):
        return []
    given = values.given(name)
    if isinstance(given, str):
        given = [item for item in given.split(";") if item.strip()]
    if isinstance(given, (list, tuple)):
        return [_raster_or_path(values, name, item) for item in given]
    layers = values.read(QgsProcessingParameters.parameterAsLayerList, name)
    for layer in layers:
        if not isinstance(layer, QgsRasterLayer) or not layer.isValid():
            raise _not_loadable(name, layer, RASTER)
    return list(layers)


def without_folders(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters without what QGIS does not take for layers: folders among the rasters."""
    items = parameters.get("rasterItems")
    if isinstance(items, str):
        items = [item for item in items.split(";") if item.strip()]
    if not isinstance(items, (list, tuple)):
        return parameters
    layers = [it for it in items if not (isinstance(it, (str, Path)) and Path(it).is_dir())]
    return {**parameters, "rasterItems": layers or None}


def _raster_or_path(values: ParameterValues, name: str, item: Any) -> Union[str, QgsRasterLayer]:
    """Processing leaves out of a list what it cannot load, without a word; here it is an error."""
    if isinstance(item, (str, Path)):
        if Path(item).is_dir():
            return str(item)
        load_virtual_file(str(item), values.context)
        layer = QgsProcessingUtils.mapLayerFromString(str(item), values.context)
    else:
        layer = item
    if isinstance(layer, QgsRasterLayer) and layer.isValid():
        return layer
    if isinstance(layer, QgsVectorLayer) and layer.isValid():
        return str(layer.source())
    raise _not_loadable(name, item, RASTER)


def _loaded(values: ParameterValues, read: Callable[..., Any], name: str, kind: str) -> Any:
    if not values.is_given(name):
        return None
    load_virtual_file(values.given(name), values.context)
    layer = values.read(read, name)
    if layer is None or not layer.isValid():
        raise _not_loadable(name, values.given(name), kind)
    return layer


def _not_loadable(name: str, value: Any, kind: str) -> InvalidRequest:
    """What core would say of the file; of what it could open, that QGIS cannot."""
    source = value.source() if isinstance(value, QgsMapLayer) else value
    if not isinstance(source, (str, Path)):
        problem = f"is {quoted(source)}, but must be a path, or a layer of the project."
        return InvalidRequest(name, problem)
    refused = (_no_raster if kind == RASTER else _no_features)(name, str(source))
    if refused is not None and kind == ANY and _no_raster(name, str(source)) is None:
        refused = None
    return refused or InvalidRequest(
        name, f"'{shown(str(source))}' cannot be loaded as a {kind} by QGIS; choose another one."
    )


def _no_raster(name: str, source: str) -> Optional[InvalidRequest]:
    from ..core.raster import describe_raster

    try:
        describe_raster(split_source(source))
    except UnreadableSource as error:
        return InvalidRequest(name, str(error))
    return None


def _no_features(name: str, source: str) -> Optional[InvalidRequest]:
    from ..core.feature_query import opened_layer

    path, _, layer_name = source.partition("|layername=")
    try:
        opened_layer(FeatureSource(path, layer_name.partition("|")[0]), name)
    except InvalidRequest as refused:
        return refused
    return None
