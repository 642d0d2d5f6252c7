"""The sources of a request in text: layers and files first, services when they can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Union

from ..core.errors import InvalidRequest
from ..core.request import ExportRequest, FeatureSource, RasterSource
from ..core.source_references import SourceReference, sources_of
from .fetching import Fetching, cache_folder
from .layers import LayerSources, fetching_for
from .memory_files import MemoryFile
from .parameter_values import ParameterValues
from .remote_inputs import RemoteInputs
from .requested_export import RequestedExport

Labels = Union[FeatureSource, RasterSource, None]
FIELDS = {
    "inputClassData": "input_class_data",
    "inputMaskPolygons": "input_mask_polygons",
    "additionalInputRaster": "additional_input_raster",
    "inputInstanceData": "input_instance_data",
}
"""Of the request, for sources that lie on its images."""


class LocalSources:
    """The layers and files among the sources, read in the main thread.

    Where a source is remote, a stand-in has its place: enough to check the rest of the request.
    """

    def __init__(
        self, values: ParameterValues, given: Mapping[str, Any], output_location: str
    ) -> None:
        self._layers = LayerSources(values, output_location)
        self._references = sources_of(given)

    @property
    def memory_files(self) -> Sequence[MemoryFile]:
        """Of the layers."""
        return self._layers.memory_files

    @property
    def cache_folders(self) -> Sequence[str]:
        """Of the layers."""
        return self._layers.cache_folders

    def raster(self, name: str) -> Optional[RasterSource]:
        """The raster of a parameter; None when it is not given."""
        remote = self._remote(name)
        return RasterSource(str(remote)) if remote else self._layers.raster(name)

    def rasters(self, name: str) -> tuple[RasterSource, ...]:
        """The rasters of a list, in its order."""
        local = iter(self._layers.rasters(name))
        return tuple(
            RasterSource(str(reference)) if reference.is_remote else next(local)
            for reference in self._references.get(name, ())
        )

    def polygons(self, name: str) -> Optional[FeatureSource]:
        """Polygons of which only the geometries matter; None when they are not given."""
        remote = self._remote(name)
        return FeatureSource(str(remote)) if remote else self._layers.polygons(name)

    def labels(self, name: str, field_name: str, selected_only: bool = False) -> Labels:
        """Labels as features with a class field, or as a classified raster; None for none."""
        remote = self._remote(name)
        if remote is None:
            return self._layers.labels(name, field_name, selected_only)
        if selected_only:
            problem = f"nothing can be selected in '{remote}'; leave it out."
            raise InvalidRequest("selectedFeaturesOnly", problem)
        return FeatureSource(str(remote))

    def _remote(self, name: str) -> Optional[SourceReference]:
        references = self._references.get(name, [])
        return references[0] if references and references[0].is_remote else None


def local_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a request, with paths and names for local sources and nothing for others."""
    values = dict(given)
    for name, references in sources_of(given).items():
        local = [reference.uri for reference in references if not reference.is_remote]
        values[name] = (local or None) if name == "rasterItems" else next(iter(local), None)
    return values


@dataclass
class Resolution:
    """Puts the real sources in the place of the stand-ins. In a worker thread; asks services."""

    requested: RequestedExport
    references: Mapping[str, Sequence[SourceReference]]
    inputs: RemoteInputs
    _image_files: list[MemoryFile] = field(default_factory=list)
    _other_files: list[MemoryFile] = field(default_factory=list)

    def resolved(self) -> RequestedExport:
        """The export with sources that GDAL opens once they are written. Raises InvalidRequest."""
        request = self._with_images(self.requested.request)
        request = replace(request, **self._others(request))
        # labels are fetched where images are, so those come first
        files = (*self._image_files, *self.requested.memory_files, *self._other_files)
        fetched = [file for file in files if hasattr(file, "folder")]
        folders = [*self.inputs.folders, *(file.folder for file in fetched)]
        return RequestedExport(request, files, tuple(folders))

    def _with_images(self, request: ExportRequest) -> ExportRequest:
        fetching = self._fetching(request)
        reference = self._remote("inputRaster")
        image, items = request.input_raster, list(request.raster_items)
        for place, item in enumerate(self.references.get("rasterItems", ())):
            if item.is_remote:
                items[place] = self._image("rasterItems", item, fetching)
        if reference is None:
            return replace(request, input_raster=image, raster_items=tuple(items))
        attached = self.inputs.attached_images("inputRaster", reference, fetching)
        if attached is not None:
            return self._with_attached(request, attached, items)
        image = self._image("inputRaster", reference, fetching)
        return replace(request, input_raster=image, raster_items=tuple(items))

    def _image(
        self, parameter: str, reference: SourceReference, fetching: Fetching
    ) -> RasterSource:
        source, file = self.inputs.raster(parameter, reference, fetching)
        self._image_files.extend([file] if file else [])
        return source

    def _with_attached(
        self,
        request: ExportRequest,
        attached: Sequence[RasterSource],
        items: Sequence[RasterSource],
    ) -> ExportRequest:
        """Each image for itself, in its own pixels: where it was taken from is not known."""
        self.inputs.progress.info(
            "inputRaster: each attached image is cut for itself, in its own pixels "
            "(processAllRasterItems=true, referenceSystem=PIXEL_SPACE)."
        )
        first, *others = attached
        return replace(
            request,
            input_raster=first,
            raster_items=(*others, *items),
            process_all_raster_items=True,
            reference_system="PIXEL_SPACE",
        )

    def _others(self, request: ExportRequest) -> dict[str, Any]:
        """Fields of sources that lie on the images."""
        found: dict[str, Any] = {}
        images = (request.input_raster, *request.raster_items)
        for name, field_name in FIELDS.items():
            reference = self._remote(name)
            if reference is not None:
                of_classes = name != "additionalInputRaster"
                fetching = fetching_for(
                    self._fetching(request), name, request.metadata_format, images, of_classes
                )
                found[field_name] = self._other(name, reference, fetching)
        return found

    def _other(self, name: str, reference: SourceReference, fetching: Fetching) -> Any:
        find = self.inputs.labels if fetching.of_classes else self.inputs.raster
        source, file = find(name, reference, fetching)
        if name == "inputMaskPolygons" and not isinstance(source, FeatureSource):
            raise InvalidRequest(name, f"'{source}' is a raster; choose a layer with polygons.")
        self._other_files.extend([file] if file else [])
        return source

    def _remote(self, name: str) -> Optional[SourceReference]:
        references = self.references.get(name, ())
        return references[0] if references and references[0].is_remote else None

    def _fetching(self, request: ExportRequest) -> Fetching:
        return Fetching(cache_folder(request.output_location), request.cell_size, request.extent)
