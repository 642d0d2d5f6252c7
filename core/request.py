"""The request: every parameter of an export in one immutable value that refuses nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Optional, Union

from .addresses import shown
from .chip_format import Placement
from .formats import FORMATS
from .grid import Size
from .request_values import problems

FEATURE_ORDER, SMALLER_ON_TOP = "feature order", "smaller on top"
TILE_SIZE = Size(256, 256)
STRIDE_SIZE = Size(128, 128)


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
        for problem in problems(self):
            raise problem

    @property
    def only_labeled(self) -> bool:
        """Whether chips without labels are left out."""
        return not self.export_all_tiles

    def rasters(self) -> Iterator[tuple[str, RasterSource]]:
        """All that it names, images, classes and instances, each with the name of its field."""
        for each in fields(self):
            value = getattr(self, each.name)
            for source in value if isinstance(value, tuple) else (value,):
                if isinstance(source, RasterSource):
                    yield each.name, source

    @property
    def stride(self) -> Size:
        """The step to the next chip; where it is not given, the tile's own size."""
        step, tile = self.stride_size, self.tile_size
        return Size(step.columns or tile.columns, step.rows or tile.rows)

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
