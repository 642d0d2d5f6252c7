"""From what the user gave to the request that core carries out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Protocol, Union

from ..core.errors import InvalidRequest
from ..core.grid import Size
from ..core.progress import PartOfProgress, Progress
from ..core.request import ExportRequest, FeatureSource, RasterSource
from .fetching import remove_cache
from .layers import LayerSources
from .memory_files import MemoryFile, written
from .parameter_values import ParameterValues

if TYPE_CHECKING:
    from ..core.export import TakeFootprints
    from ..core.manifest import Manifest

FETCHING_SHARE = 0.5
"""Of the progress bar, where something is fetched."""


@dataclass(frozen=True)
class RequestedExport:
    """A request, and the files in memory that must be there while it is carried out."""

    request: ExportRequest
    memory_files: tuple[MemoryFile, ...]
    cache_folders: tuple[str, ...] = ()
    """Of fetched files, which are of no use when the export is done."""


class Sources(Protocol):
    """Finds the rasters and features that parameters name."""

    @property
    def memory_files(self) -> Sequence[MemoryFile]:
        """What must be written before they can be opened."""

    @property
    def cache_folders(self) -> Sequence[str]:
        """Of fetched files."""

    def raster(self, name: str) -> Optional[RasterSource]:
        """The raster of a parameter; None when it is not given."""

    def rasters(self, name: str) -> tuple[RasterSource, ...]:
        """The rasters of a list, in its order."""

    def polygons(self, name: str) -> Optional[FeatureSource]:
        """Polygons of which only the geometries matter; None when they are not given."""

    def labels(
        self, name: str, field_name: str, selected_only: bool = False
    ) -> Optional[Union[FeatureSource, RasterSource]]:
        """Labels as features with a class field, or as a classified raster; None for none."""


def requested_export(
    values: ParameterValues, output_location: str, sources: Optional[Sources] = None
) -> RequestedExport:
    """Read all parameters but the destination, which only the caller may evaluate.

    Sources are layers, if nothing else is said. Writes nothing. Raises InvalidRequest.
    """
    sources = sources or LayerSources(values, output_location)
    input_raster = sources.raster("inputRaster")
    if input_raster is None:
        raise InvalidRequest("inputRaster", "is not given; choose the image to cut.")
    request = ExportRequest(
        input_raster=input_raster,
        raster_items=sources.rasters("rasterItems"),
        output_location=output_location,
        input_class_data=sources.labels(
            "inputClassData", "classValueField", values.flag("selectedFeaturesOnly")
        ),
        chip_format=values.text("chipFormat"),
        tile_size=Size(values.whole_number("tileSizeX"), values.whole_number("tileSizeY")),
        stride_size=Size(values.whole_number("strideSizeX"), values.whole_number("strideSizeY")),
        metadata_format=values.text("metadataFormat"),
        class_value_field=values.text("classValueField"),
        buffer_radius=values.number("bufferRadius"),
        input_mask_polygons=sources.polygons("inputMaskPolygons"),
        rotation_angle=values.number("rotationAngle"),
        reference_system=values.text("referenceSystem"),
        process_all_raster_items=values.flag("processAllRasterItems"),
        blacken_around_feature=values.flag("blackenAroundFeature"),
        fix_chip_size=values.flag("fixChipSize"),
        additional_input_raster=sources.raster("additionalInputRaster"),
        input_instance_data=sources.labels("inputInstanceData", "instanceClassValueField"),
        instance_class_value_field=values.text("instanceClassValueField"),
        min_polygon_overlap_ratio=values.number("minPolygonOverlapRatio"),
        cell_size=values.optional_number("cellSize"),
        extent=values.extent("extent"),
        parallel_processing_factor=values.text("parallelProcessingFactor"),
        export_all_tiles=values.flag("exportAllTiles"),
        start_index=values.whole_number("startIndex"),
        response_format=values.text("f"),
        existing_output=values.text("existingOutput"),
        edge_policy=values.text("edgePolicy"),
        compression=values.text("compression"),
        jpeg_quality=values.whole_number("jpegQuality"),
        png_level=values.whole_number("pngLevel"),
        bands=values.whole_numbers("bands"),
        pixel_scaling=values.text("pixelScaling"),
        scaling_percentiles=values.range("scalingPercentiles"),
        max_nodata_ratio=values.number("maxNodataRatio"),
        negative_ratio=values.optional_number("negativeRatio"),
        min_label_ratio=values.number("minLabelRatio"),
        split=values.text("split"),
        seed=values.whole_number("seed"),
        class_priority=values.text("classPriority"),
        dask_scheduler=values.text("daskScheduler"),
    )
    return RequestedExport(request, tuple(sources.memory_files), tuple(sources.cache_folders))


def check_folder(requested: RequestedExport) -> None:
    """Refuse a folder before anything is fetched for it. Raises InvalidRequest."""
    from ..core.unfinished import check_usable

    check_usable(requested.request.output_location, requested.request.existing_output)


def carry_out(
    requested: RequestedExport,
    progress: Progress,
    take_footprints: Optional[TakeFootprints] = None,
) -> Manifest:
    """Fetch and copy what must be, then export. In a worker thread. Raises ChipExportError.

    What was fetched is removed when the dataset is whole; until then, the next run goes on with it.
    """
    from ..core.export import export

    check_folder(requested)
    with fetched(requested, progress) as rest:
        manifest = export(requested.request, rest, take_footprints)
    remove_cache(requested.cache_folders)
    return manifest


@contextmanager
def fetched(requested: RequestedExport, progress: Progress) -> Iterator[Progress]:
    """Fetch and copy what must be; the body has the rest of the progress.

    In a worker thread. Raises ChipExportError.
    """
    share = FETCHING_SHARE if requested.cache_folders else 0.0
    with written(requested.memory_files, PartOfProgress(progress, 0.0, share)):
        yield PartOfProgress(progress, share, 1.0)
