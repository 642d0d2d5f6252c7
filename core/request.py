"""The request: every parameter of an export in one immutable value that refuses nonsense."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional, Union

from .addresses import shown
from .chip_format import ChipFormat, Placement, SecondImage
from .errors import InvalidRequest
from .formats import FORMATS
from .grid import Size
from .workers import worker_count

CHIP_FORMATS = ("TIFF", "PNG", "JPEG", "MRF")
REFERENCE_SYSTEMS = ("MAP_SPACE", "PIXEL_SPACE")
RESPONSE_FORMATS = ("html", "json", "pjson")
EXISTING_OUTPUT = ("refuse", "append", "resume", "replace")
EDGE_POLICIES = ("drop", "shift", "pad")
COMPRESSIONS = ("NONE", "LZW", "DEFLATE", "ZSTD")
PIXEL_SCALINGS = ("none", "minmax", "percentile", "stddev")
FEATURE_ORDER, SMALLER_ON_TOP = "feature order", "smaller on top"
TILE_SIZE = Size(256, 256)
STRIDE_SIZE = Size(128, 128)
IN_ORDER = (
    "PASCAL_VOC_rectangles",
    "KITTI_rectangles",
    "Classified_Tiles",
    "RCNN_Masks",
    "Labeled_Tiles",
    "MultiLabeled_Tiles",
    "Export_Tiles",
    "CycleGAN",
    "Imagenet",
    "Panoptic_Segmentation",
    "PASCAL_VOC_layout",
    "COCO",
    "YOLO",
    "YOLO_OBB",
    "YOLO_Segmentation",
)
METADATA_FORMATS = (*IN_ORDER, *(name for name in FORMATS if name not in IN_ORDER))
"""The service's, ours, and whatever else lies in the folder of formats."""


@dataclass(frozen=True)
class RasterSource:
    """A raster as GDAL opens it: a path, a /vsi path, a subdataset, a connection string."""

    path: str
    open_options: tuple[str, ...] = ()
    name: str = field(default="", compare=False)
    """What the user calls it, where that is not the path."""
    address: str = field(default="", compare=False)
    """What the path holds a copy of: the URL of a service, or a layer as QGIS opens it."""

    def __str__(self) -> str:
        return self.name or shown(self.path)


@dataclass(frozen=True)
class FeatureSource:
    """A vector layer as OGR opens it; an empty layer name means the first layer."""

    path: str
    layer: str = ""
    name: str = field(default="", compare=False)
    """What the user calls it, where that is not the path."""
    address: str = field(default="", compare=False)
    """What the path holds a copy of: the URL of a service, or a layer as QGIS opens it."""

    def __str__(self) -> str:
        return self.name or shown(self.path)


@dataclass(frozen=True)
class Extent:
    """A box in a coordinate system given as WKT; an empty WKT means that of the raster."""

    left: float
    bottom: float
    right: float
    top: float
    crs_wkt: str = ""


@dataclass(frozen=True)
class ExportRequest:
    """What to cut and how to label it. Fields carry the names of the request, in snake case.

    Raises InvalidRequest, naming the parameter, for values that no raster could make right; what
    depends on the sources is checked when they are opened.
    """

    input_raster: RasterSource
    output_location: str
    input_class_data: Optional[Union[FeatureSource, RasterSource]] = None
    chip_format: str = "TIFF"
    tile_size: Size = TILE_SIZE
    stride_size: Size = STRIDE_SIZE
    metadata_format: str = "PASCAL_VOC_rectangles"
    class_value_field: str = ""
    buffer_radius: float = 0.0
    input_mask_polygons: Optional[FeatureSource] = None
    raster_items: tuple[RasterSource, ...] = ()
    rotation_angle: float = 0.0
    reference_system: str = "MAP_SPACE"
    process_all_raster_items: bool = False
    blacken_around_feature: bool = False
    fix_chip_size: bool = True
    additional_input_raster: Optional[RasterSource] = None
    input_instance_data: Optional[Union[FeatureSource, RasterSource]] = None
    instance_class_value_field: str = ""
    min_polygon_overlap_ratio: float = 0.0
    cell_size: Optional[float] = None
    extent: Optional[Extent] = None
    parallel_processing_factor: str = "100%"
    export_all_tiles: bool = True
    start_index: int = 0
    response_format: str = ""
    """Of the report; empty for none."""
    existing_output: str = "refuse"
    edge_policy: str = "drop"
    compression: str = "NONE"
    jpeg_quality: int = 90
    png_level: int = 1
    bands: tuple[int, ...] = ()
    pixel_scaling: str = "none"
    scaling_percentiles: tuple[float, float] = (2.0, 98.0)
    max_nodata_ratio: float = 1.0
    negative_ratio: Optional[float] = None
    min_label_ratio: float = 0.0
    split: str = ""
    seed: int = 0
    class_priority: str = FEATURE_ORDER
    dask_scheduler: str = ""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise problem

    @property
    def only_labeled(self) -> bool:
        """Whether chips without labels are left out."""
        return not self.export_all_tiles

    @property
    def wants_report(self) -> bool:
        """Whether a report is written beside the dataset."""
        return bool(self.response_format)

    @property
    def chooses_places(self) -> bool:
        """Whether all places are to be looked at before any is chosen."""
        return bool(self.split) or self.negative_ratio is not None

    @property
    def asks_for_labels(self) -> bool:
        """Whether the choice of chips depends on labels, be the format one without them."""
        return self.only_labeled or self.chooses_places or self.min_label_ratio > 0

    @property
    def is_in_pixel_space(self) -> bool:
        """Whether the image is taken as its stored pixels, wherever they lie on the map."""
        return self.reference_system == "PIXEL_SPACE"

    @property
    def is_per_feature(self) -> bool:
        """Whether a chip is made for each feature, rather than for each place of a grid."""
        chip_format = FORMATS[self.metadata_format]
        has_features = isinstance(self.input_class_data, FeatureSource)
        return chip_format.placement is Placement.PER_FEATURE and has_features

    @property
    def has_variable_size(self) -> bool:
        """Whether each chip is as large as its feature."""
        return self.is_per_feature and not self.fix_chip_size


def parameter_name(field_name: str) -> str:
    """The request's spelling of a field.

    >>> parameter_name("min_polygon_overlap_ratio")
    'minPolygonOverlapRatio'
    >>> parameter_name("response_format")
    'f'
    """
    if field_name == "response_format":
        return "f"
    first, *rest = field_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _problems(request: ExportRequest) -> Iterator[InvalidRequest]:
    yield from _wrong_choices(request)
    yield from _wrong_numbers(request)
    yield from _not_available_yet(request)
    yield from _wrong_combinations(request)


def _wrong_choices(request: ExportRequest) -> Iterator[InvalidRequest]:
    choices = {
        "chip_format": CHIP_FORMATS,
        "metadata_format": METADATA_FORMATS,
        "existing_output": EXISTING_OUTPUT,
        "edge_policy": EDGE_POLICIES,
        "compression": COMPRESSIONS,
        "pixel_scaling": PIXEL_SCALINGS,
    }
    if request.reference_system == "IMAGE_SPACE":
        yield InvalidRequest(
            "referenceSystem", "IMAGE_SPACE is not supported; choose MAP_SPACE or PIXEL_SPACE."
        )
    choices["reference_system"] = REFERENCE_SYSTEMS
    if request.wants_report:
        choices["response_format"] = RESPONSE_FORMATS
    for field_name, allowed in choices.items():
        value = getattr(request, field_name)
        if value not in allowed:
            yield InvalidRequest(
                parameter_name(field_name), f"'{value}' is none of {', '.join(allowed)}."
            )


def _wrong_numbers(request: ExportRequest) -> Iterator[InvalidRequest]:
    sides = {
        "tileSizeX": (request.tile_size.columns, 1),
        "tileSizeY": (request.tile_size.rows, 1),
        "strideSizeX": (request.stride_size.columns, 0),
        "strideSizeY": (request.stride_size.rows, 0),
        "startIndex": (request.start_index, 0),
    }
    for name, (value, least) in sides.items():
        if value < least:
            yield InvalidRequest(
                name, f"is {value}, but must be a whole number of at least {least}."
            )
    ranges: dict[str, tuple[float, float]] = {
        "buffer_radius": (0, math.inf),
        "min_polygon_overlap_ratio": (0, 1),
        "jpeg_quality": (1, 100),
        "png_level": (0, 9),
        "max_nodata_ratio": (0, 1),
        "min_label_ratio": (0, 1),
    }
    for field_name, (least_value, most) in ranges.items():
        value = getattr(request, field_name)
        if not least_value <= value <= most or math.isinf(value):
            yield InvalidRequest(
                parameter_name(field_name),
                f"is {value}, but must lie between {least_value} and {most}.",
            )
    ratio = request.negative_ratio
    if ratio is not None and not 0 <= ratio < math.inf:
        yield InvalidRequest("negativeRatio", f"is {ratio}, but must be a number of at least 0.")
    if not 0 <= request.seed < 2**63:
        yield InvalidRequest("seed", f"is {request.seed}, but must be a whole number from 0 on.")
    if not 0 <= request.rotation_angle < 360:
        yield InvalidRequest(
            "rotationAngle", f"is {request.rotation_angle}, but must be at least 0 and below 360."
        )
    if request.cell_size is not None and not 0 < request.cell_size < math.inf:
        yield InvalidRequest(
            "cellSize", f"is {request.cell_size}, but must be more than 0 map units."
        )
    try:
        worker_count(request.parallel_processing_factor)
    except ValueError:
        yield InvalidRequest(
            "parallelProcessingFactor",
            f"'{request.parallel_processing_factor}' is neither a number of workers (4) nor a "
            "share of the cores (50%).",
        )
    low, high = request.scaling_percentiles
    if not 0 <= low < high <= 100:
        yield InvalidRequest(
            "scalingPercentiles",
            f"are {low:g} and {high:g}, but must rise and lie between 0 and 100, such as 2-98.",
        )
    if any(band < 1 for band in request.bands):
        yield InvalidRequest("bands", f"{list(request.bands)}: band numbers start at 1.")


def _not_available_yet(request: ExportRequest) -> Iterator[InvalidRequest]:
    """A format of the specification that has no file in formats/ so far."""
    if request.metadata_format not in FORMATS:
        yield InvalidRequest(
            "metadataFormat",
            f"{request.metadata_format} is not available yet; choose one of {', '.join(FORMATS)}.",
        )


def _wrong_combinations(request: ExportRequest) -> Iterator[InvalidRequest]:
    chip_format = FORMATS[request.metadata_format]
    if not request.output_location.strip():
        yield InvalidRequest("outputLocation", "is empty; choose the folder for the dataset.")
    if chip_format.needs_labels and request.input_class_data is None:
        yield InvalidRequest(
            "inputClassData",
            f"{chip_format.name} needs labels, but none are given; choose a label layer, or export "
            "with metadataFormat Export_Tiles.",
        )
    if request.only_labeled and request.input_class_data is None:
        yield InvalidRequest(
            "inputClassData",
            "is not given, but exportAllTiles=false asks for chips with labels only; choose a "
            "label layer, or export all tiles.",
        )
    if request.chip_format == "MRF" and request.rotation_angle and not request.is_in_pixel_space:
        yield InvalidRequest(
            "chipFormat",
            "MRF chips are always north up, so they cannot be turned; choose chipFormat TIFF, or "
            "rotationAngle 0.",
        )
    if request.compression != "NONE":
        yield from _wrong_compression(request)
    if request.is_in_pixel_space and request.cell_size is not None:
        yield InvalidRequest(
            "cellSize",
            "PIXEL_SPACE keeps the pixels as they are stored; leave it empty, or choose "
            "referenceSystem MAP_SPACE.",
        )
    choosers = {
        "negativeRatio": request.negative_ratio,
        "minLabelRatio": request.min_label_ratio or None,
    }
    for name, value in choosers.items():
        if value is not None and request.input_class_data is None:
            yield InvalidRequest(
                name,
                f"is {value:g}, but no labels are given to go by; choose inputClassData, or leave "
                "it as it is by default.",
            )
    if request.split:
        yield from _wrong_split(request)
    if request.existing_output == "append":
        yield from _wrong_append(request, chip_format)
    yield from _wrong_second_sources(request, chip_format)


def _wrong_append(request: ExportRequest, chip_format: ChipFormat) -> Iterator[InvalidRequest]:
    if not chip_format.is_service_format:
        yield InvalidRequest(
            "existingOutput",
            f"append is not available for {chip_format.name}, whose files do not say how to "
            "continue them; export both areas at once (rasterItems), or into two folders.",
        )
    if request.pixel_scaling != "none":
        yield InvalidRequest(
            "pixelScaling",
            "would stretch the new chips otherwise than those that are there; export both areas at "
            "once (rasterItems), or into two folders.",
        )
    if request.split:
        yield InvalidRequest(
            "split",
            "cannot be told apart from the chips that are there already; with "
            "existingOutput=append, leave it empty.",
        )


def _wrong_split(request: ExportRequest) -> Iterator[InvalidRequest]:
    from .split_shares import split_shares

    try:
        split_shares(request.split)
    except ValueError as error:
        yield InvalidRequest("split", str(error))


def _wrong_compression(request: ExportRequest) -> Iterator[InvalidRequest]:
    from .encodings import is_offered

    offered = [name for name in COMPRESSIONS if is_offered(request.chip_format, name)]
    if request.compression not in offered:
        yield InvalidRequest(
            "compression",
            f"{request.compression} is not available for {request.chip_format} chips here; choose "
            f"{', '.join(offered[:-1])} or {offered[-1]}.",
        )


def _wrong_second_sources(
    request: ExportRequest, chip_format: ChipFormat
) -> Iterator[InvalidRequest]:
    """Sources that only some formats take, and that some of them need."""
    image, instances = request.additional_input_raster, request.input_instance_data
    if image is not None and chip_format.second_image is SecondImage.NONE:
        takers = [
            each.name for each in FORMATS.values() if each.second_image is not SecondImage.NONE
        ]
        yield InvalidRequest(
            "additionalInputRaster",
            f"{chip_format.name} has no place for a second image; leave it empty, or choose one of "
            f"{', '.join(takers)}.",
        )
    if image is None and chip_format.second_image is SecondImage.DOMAIN:
        yield InvalidRequest(
            "additionalInputRaster",
            f"{chip_format.name} needs a second image, but none is given; choose the raster that "
            "inputRaster is to be translated into.",
        )
    if instances is not None and not chip_format.needs_instances:
        takers = [each.name for each in FORMATS.values() if each.needs_instances]
        yield InvalidRequest(
            "inputInstanceData",
            f"{chip_format.name} has no place for single objects; leave it empty, or choose "
            f"{', '.join(takers)}.",
        )
    if instances is None and chip_format.needs_instances:
        yield InvalidRequest(
            "inputInstanceData",
            f"{chip_format.name} needs single objects, but none are given; choose a layer of "
            "features, or a raster in which each object has a number.",
        )
    if request.instance_class_value_field and not chip_format.needs_instances:
        yield InvalidRequest(
            "instanceClassValueField",
            f"{chip_format.name} has no place for single objects; leave it empty.",
        )
