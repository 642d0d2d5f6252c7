"""From what the user gave to the request that core carries out."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import InvalidRequest
from ..core.grid import Size
from ..core.request import ExportRequest
from .layers import LayerSources
from .memory_files import MemoryFile
from .parameter_values import ParameterValues


@dataclass(frozen=True)
class RequestedExport:
    """A request, and the files in memory that must be there while it is carried out."""

    request: ExportRequest
    memory_files: tuple[MemoryFile, ...]


def requested_export(values: ParameterValues, output_location: str) -> RequestedExport:
    """Read all parameters but the destination, which only the caller may evaluate.

    Writes nothing. Raises InvalidRequest.
    """
    sources = LayerSources(values)
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
    return RequestedExport(request, tuple(sources.memory_files))
