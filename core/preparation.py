"""From a request to all that an export needs; all checks are here, before a byte is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .cancelling import stop_if_cancelled
from .chip_format import ChipFormat
from .dataset_folder import check_usable
from .errors import InvalidRequest
from .esri_files import Dataset
from .feature_labels import FeatureLabels, feature_labels
from .features import FeatureQuery, box_in, read_areas, read_features
from .formats import FORMATS
from .grid import PixelGrid, Size
from .image import Image, image_of
from .labels import LabelKind, LabelSource
from .masking import Mask, mask_of
from .plan import Plan
from .progress import Progress, StopSignal
from .raster_labels import raster_labels
from .region_labels import RegionLabels
from .request import ExportRequest, RasterSource

FROM_PIXELS = (LabelKind.NONE, LabelKind.CLASS_MAP, LabelKind.CLASSES)
"""What a classified raster tells by itself."""
NAME_SHOWN = 60
"""Characters of a class name in a message."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A request whose sources were opened and found to fit it."""

    request: ExportRequest
    image: Image
    plan: Plan
    chip_format: ChipFormat
    labels: Optional[LabelSource]
    mask: Optional[Mask]
    dataset: Dataset


def prepare(request: ExportRequest, progress: Progress, stop: StopSignal) -> Prepared:
    """Open and check all that a request names. Raises ChipExportError."""
    check_usable(request.output_location)
    image = image_of(request)
    chip_format = FORMATS[request.metadata_format]
    labels = _labels(request, chip_format, image, progress, stop)
    return Prepared(
        request,
        image,
        Plan(image.grid, request.tile_size, stride(request), image.raster.pixel_bytes),
        chip_format,
        labels,
        _mask(request, image, progress),
        _dataset(request, image, labels),
    )


def stride(request: ExportRequest) -> Size:
    """The step to the next chip; 0 means the tile's own size."""
    step, tile = request.stride_size, request.tile_size
    return Size(step.columns or tile.columns, step.rows or tile.rows)


def _labels(
    request: ExportRequest,
    chip_format: ChipFormat,
    image: Image,
    progress: Progress,
    stop: StopSignal,
) -> Optional[LabelSource]:
    source = request.input_class_data
    if source is None or not (chip_format.needs_labels or request.only_labeled):
        return None
    if isinstance(source, RasterSource):
        return _labels_of_raster(request, source, chip_format, image, progress, stop)
    query = FeatureQuery(
        source,
        "inputClassData",
        image.grid,
        request.class_value_field,
        buffer_radius=request.buffer_radius,
        radius_parameter="bufferRadius",
        whole=image.raster.grid if request.extent else None,
    )
    features = read_features(query, lambda: stop_if_cancelled(progress))
    for warning in features.warnings:
        progress.warning(warning)
    _warn_of_unknown_system(features.crs_wkt, image, progress)
    for renamed in features.classes.renamed:
        progress.warning(
            f"inputClassData: the class '{renamed.original_name[:NAME_SHOWN]}' is written as "
            f"'{renamed.name[:NAME_SHOWN]}', which is safe in paths and unique."
        )
    labels = feature_labels(features, chip_format.needs, request.min_polygon_overlap_ratio)
    _warn_of_hopeless_features(labels, request, image, progress)
    return labels


def _labels_of_raster(
    request: ExportRequest,
    source: RasterSource,
    chip_format: ChipFormat,
    image: Image,
    progress: Progress,
    stop: StopSignal,
) -> LabelSource:
    if request.min_polygon_overlap_ratio:
        raise InvalidRequest(
            "minPolygonOverlapRatio",
            "has a meaning for features only, but inputClassData is a raster; leave it at 0.",
        )
    classified = raster_labels(source, stop)
    _check_meeting(classified.reader.raster.grid, image.raster.grid)
    _warn_of_unknown_system(classified.reader.raster.grid.crs_wkt, image, progress)
    if chip_format.needs in FROM_PIXELS:
        return classified
    return RegionLabels(chip_format.needs, classified)


def _check_meeting(labels: PixelGrid, image: PixelGrid) -> None:
    box = box_in(labels.bounds, labels.crs_wkt, image.crs_wkt)
    if box is None:
        return
    left, bottom, right, top = image.bounds
    if box[0] >= right or box[2] <= left or box[1] >= top or box[3] <= bottom:
        raise InvalidRequest(
            "inputClassData",
            "the classified raster does not lie on inputRaster; check both rasters' coordinate "
            "systems.",
        )


def _warn_of_unknown_system(label_crs: str, image: Image, progress: Progress) -> None:
    """Coordinates of which nobody knows the system are taken as they are."""
    for parameter, known in (
        ("inputClassData", label_crs),
        ("inputRaster", image.grid.crs_wkt),
    ):
        if not known:
            progress.warning(
                f"{parameter}: has no coordinate system; labels and raster are taken to be in the "
                "same one."
            )


def _warn_of_hopeless_features(
    labels: FeatureLabels, request: ExportRequest, image: Image, progress: Progress
) -> None:
    """Features so large that no chip can hold the share of them that is asked for."""
    ratio = request.min_polygon_overlap_ratio
    tile_area = request.tile_size.columns * request.tile_size.rows * image.grid.cell_area
    count = int((labels.shapes.areas() * ratio > tile_area).sum()) if ratio else 0
    if count:
        progress.warning(
            f"minPolygonOverlapRatio: {count} features are so large that no chip holds {ratio:g} "
            "of them; they are in no chip. Choose a smaller ratio or larger chips."
        )


def _mask(request: ExportRequest, image: Image, progress: Progress) -> Optional[Mask]:
    if request.input_mask_polygons is None:
        return None
    query = FeatureQuery(request.input_mask_polygons, "inputMaskPolygons", image.grid)
    return mask_of(read_areas(query, lambda: stop_if_cancelled(progress)))


def _dataset(request: ExportRequest, image: Image, labels: Optional[LabelSource]) -> Dataset:
    return Dataset(
        request.metadata_format,
        request.tile_size,
        image.grid,
        image.band_names,
        image.sensor,
        labels.classes if labels and FORMATS[request.metadata_format].needs_labels else None,
        labels is not None and labels.from_features,
    )
