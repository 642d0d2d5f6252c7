"""Layers of web services as what is fetched before GDAL can open it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qs

from qgis.core import QgsDataSourceUri, QgsRasterLayer

from ..core.errors import InvalidRequest
from .asking import Asking
from .fetched_rasters import FetchedRaster
from .fetching import Fetching
from .network import Network

if TYPE_CHECKING:
    from ..core.pixel_services import PixelService, ServiceAddress

PROVIDERS = ("arcgismapserver", "wms")


def is_remote(layer: QgsRasterLayer) -> bool:
    """Whether the layer's pixels come from a service that GDAL does not ask."""
    return layer.dataProvider().name() in PROVIDERS


def remote_raster(parameter: str, layer: QgsRasterLayer, fetching: Fetching) -> FetchedRaster:
    """What to fetch of a layer. Asks nobody. Raises InvalidRequest."""
    if layer.dataProvider().name() == "arcgismapserver":
        return _of_arcgis(parameter, layer, fetching)
    return _of_wms(parameter, layer, fetching)


def fetched_service(
    parameter: str, name: str, address: ServiceAddress, fetching: Fetching, network: Network
) -> FetchedRaster:
    """What to fetch of an image or map service; a layer of it is drawn alone."""
    layers = "" if address.layer is None else str(address.layer)
    return _fetched(parameter, name, address, layers, fetching, network)


def _of_arcgis(parameter: str, layer: QgsRasterLayer, fetching: Fetching) -> FetchedRaster:
    from ..core.pixel_services import service_address

    uri = QgsDataSourceUri(layer.source())
    address = service_address(uri.param("url"))
    if address is None:
        raise InvalidRequest(parameter, f"'{layer.name()}' has no address of a service.")
    if address.kind == "MapServer":
        _check_drawn(parameter, layer, fetching)
    network = Network(uri.authConfigId())
    return _fetched(parameter, layer.name(), address, uri.param("layer"), fetching, network)


def _fetched(
    parameter: str,
    name: str,
    address: ServiceAddress,
    layers: str,
    fetching: Fetching,
    network: Network,
) -> FetchedRaster:
    def describe(ask: Asking) -> PixelService:
        from ..core.picture_services import map_service
        from ..core.pixel_services import image_service

        about = ask.about(address.base)
        if address.kind == "ImageServer":
            return image_service(address.base, about)
        return map_service(address.base, about, layers)

    identity = f"{address.base} {layers}"
    return FetchedRaster(parameter, name, identity, fetching, describe, network)


def _of_wms(parameter: str, layer: QgsRasterLayer, fetching: Fetching) -> FetchedRaster:
    source = layer.source()
    settings = parse_qs(source, keep_blank_values=True)
    service = _wms_service(layer, settings)
    _check_drawn(parameter, layer, fetching)
    network = Network(settings.get("authcfg", [""])[0])
    if service is None:
        from .drawing import LayerDrawing

        drawing = LayerDrawing.of(layer)
        draw = partial(drawing.draw, network)
        return FetchedRaster(
            parameter, layer.name(), source, fetching, lambda _: drawing, network, draw
        )
    return FetchedRaster(parameter, layer.name(), source, fetching, lambda _: service, network)


def _wms_service(layer: QgsRasterLayer, settings: dict[str, list[str]]) -> Optional[PixelService]:
    """Tiles or maps that are asked for one by one; None where only QGIS knows how."""
    from ..core.picture_services import XyzTiles, is_xyz, wms_maps

    url = settings.get("url", [""])[0]
    if settings.get("type") == ["xyz"] and is_xyz(url) and layer.crs().authid() == "EPSG:3857":
        return XyzTiles(url, (_number(settings, "zmin", 0), _number(settings, "zmax", 18)))
    if "tileMatrixSet" in settings or "type" in settings:
        return None
    box = layer.extent()
    sides = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
    return wms_maps(url, settings, None if box.isEmpty() else sides)


def _number(settings: dict[str, list[str]], name: str, default: int) -> int:
    value = settings.get(name, [""])[0]
    return int(value) if value.isdecimal() else default


def _check_drawn(parameter: str, layer: QgsRasterLayer, fetching: Fetching) -> None:
    """Refuse what can be refused without asking anybody."""
    if fetching.of_classes:
        raise InvalidRequest(
            parameter,
            f"'{layer.name()}' gives pictures, whose colours are no class values; choose an image "
            "service or a file.",
        )
    if fetching.cell_size is None:
        sizes: list[Any] = [each for each in layer.dataProvider().nativeResolutions() if each > 0]
        hint = f"such as {min(sizes):g}, its finest" if sizes else "such as 1"
        raise InvalidRequest(
            "cellSize",
            f"is not given, but '{layer.name()}' is drawn at any cell size; choose one in map "
            f"units, {hint}.",
        )
