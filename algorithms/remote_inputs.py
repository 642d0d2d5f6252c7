"""The sources of a request in text: project layers, files and services, as core's sources."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union
from urllib.parse import urlsplit

from ..core.errors import InvalidRequest, UnreadableSource
from ..core.progress import Progress
from ..core.request import FeatureSource, RasterSource
from ..core.source_references import SourceReference
from .asking import Asking, asking
from .fetched_features import FetchedFeatures
from .fetched_rasters import FetchedRaster
from .fetching import Fetching, keep
from .memory_files import MemoryFile, memory_path
from .network import Network
from .remote_layers import fetched_service

if TYPE_CHECKING:
    from ..core.feature_service import FeatureLayer
    from ..core.pixel_services import ServiceAddress

Source = Union[RasterSource, FeatureSource]
CLOUDS = {"s3": "/vsis3/", "gs": "/vsigs/", "az": "/vsiaz/"}


@dataclass(frozen=True)
class Place:
    """What a reference turned out to be: a service, or anything that GDAL opens."""

    url: str
    address: Optional[ServiceAddress]


@dataclass(frozen=True)
class RemoteInputs:
    """Finds out what references are and fetches what must be. In a worker thread.

    All that raise InvalidRequest name the parameter.
    """

    network: Network
    portal: str
    progress: Progress
    folders: list[str] = field(default_factory=list)
    """Of files that were fetched."""
    urls: dict[str, str] = field(default_factory=dict)
    """Of items of the portal, once they were asked for."""

    def raster(
        self, parameter: str, reference: SourceReference, fetching: Fetching
    ) -> tuple[RasterSource, Optional[MemoryFile]]:
        """A raster, and what must be written before it can be opened."""
        with asking(parameter, self.network, self.progress) as ask:
            place = self._place(reference, ask)
            if place.address is None:
                return self._raster_at(parameter, place.url, fetching, ask)
        address = place.address
        if address.kind == "FeatureServer":
            problem = f"'{address.url}' is a service of features; choose an image or map service."
            raise InvalidRequest(parameter, problem)
        fetched = fetched_service(parameter, address.url, address, fetching, self.network)
        return RasterSource(fetched.path, name=fetched.name, address=address.url), fetched

    def attached_images(
        self, parameter: str, reference: SourceReference, fetching: Fetching
    ) -> Optional[list[RasterSource]]:
        """The images attached to the features of a service; None where it is no such service."""
        from .attachments import fetched_images

        folder = fetching.folder_of(parameter, str(reference))
        with asking(parameter, self.network, self.progress, folder) as ask:
            place = self._place(reference, ask)
            if place.address is None or not _may_have_features(place.address):
                return None
            layer = self._layer(place.address, ask)
            if place.address.kind == "MapServer" and (layer is None or not layer.has_attachments):
                return None
            if layer is None or not layer.has_attachments:
                raise InvalidRequest(
                    parameter,
                    f"the features of '{place.url}' have no attached images; choose a service "
                    "with images.",
                )
            self.folders.append(folder)
            return fetched_images(parameter, layer, Path(folder), ask)

    def labels(
        self, parameter: str, reference: SourceReference, fetching: Fetching
    ) -> tuple[Source, Optional[MemoryFile]]:
        """Features or a classified raster, and what must be written before it can be opened."""
        with asking(parameter, self.network, self.progress) as ask:
            place = self._place(reference, ask)
            if place.address is not None and place.address.kind != "ImageServer":
                return self._features(parameter, place.address, ask)
            if place.address is None:
                return self._anything_at(parameter, place.url, fetching, ask)
        return self.raster(parameter, SourceReference(url=place.url), fetching)

    def _place(self, reference: SourceReference, ask: Asking) -> Place:
        from ..core.pixel_services import service_address

        url = reference.url
        if reference.item_id:
            if reference.item_id not in self.urls:
                self.urls[reference.item_id] = self._url_of_item(reference.item_id, ask)
            url = self.urls[reference.item_id]
        return Place(url, service_address(url))

    def _url_of_item(self, item_id: str, ask: Asking) -> str:
        page = f"{portal_root(self.portal)}/sharing/rest/content/items/{item_id}"
        item = ask.about(page)
        url = item.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise UnreadableSource(
                f"the item '{item_id}' is of the kind '{item.get('type', 'unknown')}' and has no "
                "address of a service; choose one of an image, map or feature service."
            )
        return url

    def _layer(self, address: ServiceAddress, ask: Asking) -> Optional[FeatureLayer]:
        """The layer of features that is meant; None where a map service draws something else."""
        from ..core.feature_service import feature_layer, only_layer

        if address.layer is None:
            address = replace(address, layer=only_layer(address.base, ask.about(address.base)))
        about = ask.about(address.url)
        if address.kind == "MapServer" and about.get("type") != "Feature Layer":
            return None
        return feature_layer(address.url, about)

    def _features(
        self, parameter: str, address: ServiceAddress, ask: Asking
    ) -> tuple[Source, MemoryFile]:
        layer = self._layer(address, ask)
        if layer is None:
            raise InvalidRequest(
                parameter,
                f"'{address.url}' gives pictures, whose colours are no class values; choose a "
                "layer of features, or an image service.",
            )
        file = FetchedFeatures(parameter, layer, memory_path(".fgb"), self.network)
        return FeatureSource(file.path, name=layer.name, address=layer.url), file

    def _raster_at(
        self, parameter: str, url: str, fetching: Fetching, ask: Asking
    ) -> tuple[RasterSource, Optional[FetchedRaster]]:
        """Tiles, maps, or a file that GDAL opens."""
        from ..core.picture_services import XyzTiles, is_xyz, wms_at

        service = XyzTiles(url) if is_xyz(url) else wms_at(url)
        if service is None:
            path = self._path(parameter, url, fetching, ask)
            address = "" if path == gdal_path(url) else url
            return RasterSource(path, name=_shown(url), address=address), None
        fetched = FetchedRaster(
            parameter, _shown(url), url, fetching, lambda _: service, self.network
        )
        return RasterSource(fetched.path, name=fetched.name, address=url), fetched

    def _anything_at(
        self, parameter: str, url: str, fetching: Fetching, ask: Asking
    ) -> tuple[Source, Optional[MemoryFile]]:
        from ..core.gdal_errors import GdalFailure, open_features, open_raster

        raster, file = self._raster_at(parameter, url, fetching, ask)
        if file is not None:
            return raster, file
        for open_it, kind in ((open_raster, RasterSource), (open_features, FeatureSource)):
            try:
                open_it(raster.path)
            except GdalFailure:
                continue
            return kind(raster.path, name=raster.name, address=raster.address), None
        raise InvalidRequest(
            parameter, f"'{_shown(url)}' cannot be opened as features or as a raster."
        )

    def _path(self, parameter: str, url: str, fetching: Fetching, ask: Asking) -> str:
        """What GDAL opens. It knows nothing of QGIS's logins: behind one, a file is downloaded."""
        if not self.network.auth_config or not url.startswith(("http://", "https://")):
            return gdal_path(url)
        from ..core.feature_service import safe_file_name

        folder = fetching.folder_of(parameter, url)
        path = Path(folder, safe_file_name(urlsplit(url).path))
        download(url, path, self.network, ask)
        self.folders.append(folder)
        return str(path)


def _may_have_features(address: ServiceAddress) -> bool:
    """A map service as a whole is drawn, whatever its layers are."""
    if address.kind == "MapServer":
        return address.layer is not None
    return address.kind == "FeatureServer"


def download(url: str, path: Path, network: Network, ask: Asking) -> None:
    """Fetch a file, unless it is there. Raises ChipExportError."""
    if not path.exists():
        keep(ask.wait_for(lambda: network.file(url)), path)


def gdal_path(url: str) -> str:
    """A URL as GDAL opens it.

    >>> gdal_path("https://host/a.tif")
    '/vsicurl/https://host/a.tif'
    """
    scheme, _, rest = url.partition("://")
    return CLOUDS[scheme] + rest if scheme in CLOUDS else f"/vsicurl/{url}"


def portal_root(url: str) -> str:
    """The address of a portal, whichever of its pages was given.

    >>> portal_root("https://host/portal/home/")
    'https://host/portal'
    """
    root = url.strip().rstrip("/")
    for page in ("/home/index.html", "/home", "/sharing/rest", "/sharing"):
        if root.endswith(page):
            return root[: -len(page)]
    return root


def _shown(url: str) -> str:
    from ..core.service_answers import address_shown

    return address_shown(url)
