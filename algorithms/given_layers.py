"""The layers that were given; what cannot be loaded is refused by name, never dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from qgis.core import (
    QgsMapLayer,
    QgsProcessingParameters,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ..core.errors import InvalidRequest
from .parameter_values import ParameterValues


def given_layer(values: ParameterValues, name: str) -> Optional[QgsMapLayer]:
    """A layer of any kind; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsLayer, name, "layer")


def given_raster(values: ParameterValues, name: str) -> Optional[QgsRasterLayer]:
    """A raster; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsRasterLayer, name, "raster")


def given_features(values: ParameterValues, name: str) -> Optional[QgsVectorLayer]:
    """A vector layer; None when it is not given."""
    return _loaded(values, QgsProcessingParameters.parameterAsVectorLayer, name, "vector layer")


def given_rasters(values: ParameterValues, name: str) -> list[QgsRasterLayer]:
    """The rasters of a list, in its order."""
    if not values.is_given(name):
        return []
    _check_paths(values, name)
    layers = values.read(QgsProcessingParameters.parameterAsLayerList, name)
    for layer in layers:
        if not isinstance(layer, QgsRasterLayer) or not layer.isValid():
            raise _not_loadable(name, layer, "raster")
    return list(layers)


def _check_paths(values: ParameterValues, name: str) -> None:
    """Processing leaves out of a list what it cannot load, without a word."""
    given = values.given(name)
    for item in given if isinstance(given, (list, tuple)) else [given]:
        if not isinstance(item, str):
            continue
        if QgsProcessingUtils.mapLayerFromString(item, values.context) is None:
            raise _not_loadable(name, item, "raster")


def _loaded(values: ParameterValues, read: Callable[..., Any], name: str, kind: str) -> Any:
    if not values.is_given(name):
        return None
    layer = values.read(read, name)
    if layer is None or not layer.isValid():
        raise _not_loadable(name, values.given(name), kind)
    return layer


def _not_loadable(name: str, value: Any, kind: str) -> InvalidRequest:
    shown = value.source() if isinstance(value, QgsMapLayer) else value
    return InvalidRequest(
        name,
        f"'{shown}' cannot be loaded as a {kind}; check that it is there and readable, or choose "
        "another one.",
    )
