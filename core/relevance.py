"""Which parameters have a meaning, given what else was chosen: what a dialog has to show.

A parameter is irrelevant where the request would refuse any value of it, or ignore it. Two wishes
that exclude each other are both shown: that is for a message to say.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional, Union

from .chip_format import ChipFormat, Placement, SecondImage
from .errors import InvalidRequest
from .formats import FORMATS
from .labels import LabelKind
from .request import ExportRequest, FeatureSource, RasterSource

LABEL_IMAGES = (LabelKind.CLASS_MAP, LabelKind.INSTANCE_MASKS)
COMPRESSED_CHIPS = ("TIFF", "MRF")
UNORDERED = (LabelKind.NONE, LabelKind.CLASSES, LabelKind.MAIN_OBJECT)
"""Labels in which nothing lies on top of anything."""


class Given(enum.Enum):
    """What was chosen as labels, or as single objects."""

    NOTHING = "nothing"
    POINTS = "points"
    LINES = "lines"
    POLYGONS = "polygons"
    RASTER = "raster"

    @property
    def covers_no_area(self) -> bool:
        """Whether it takes a buffer to make areas of it."""
        return self in (Given.POINTS, Given.LINES)


@dataclass(frozen=True)
class Choice:
    """What parameters depend on, as far as it was chosen; fields are named as the request's."""

    metadata_format: str = ExportRequest.metadata_format
    input_class_data: Given = Given.NOTHING
    input_instance_data: Given = Given.NOTHING
    has_second_image: bool = False
    chip_format: str = ExportRequest.chip_format
    reference_system: str = ExportRequest.reference_system
    buffer_radius: float = ExportRequest.buffer_radius
    pixel_scaling: str = ExportRequest.pixel_scaling
    export_all_tiles: bool = ExportRequest.export_all_tiles
    min_label_ratio: float = ExportRequest.min_label_ratio
    negative_ratio: Optional[float] = ExportRequest.negative_ratio
    split: str = ExportRequest.split

    @property
    def format(self) -> ChipFormat:
        """What the format says of itself."""
        return FORMATS[self.metadata_format]

    @property
    def expects_labels(self) -> bool:
        """Whether there are labels, or there must be some before anything can be exported."""
        return self.format.needs_labels or self.input_class_data is not Given.NOTHING

    @property
    def reads_labels(self) -> bool:
        """Whether labels are looked at: a format without labels may choose chips by them."""
        chooses = bool(
            not self.export_all_tiles
            or self.min_label_ratio
            or self.negative_ratio is not None
            or self.split
        )
        return self.format.needs_labels or (self.expects_labels and chooses)

    @property
    def reads_label_features(self) -> bool:
        """Whether labels are features; nothing else was said until labels are chosen."""
        return self.reads_labels and self.input_class_data is not Given.RASTER

    @property
    def reads_instance_features(self) -> bool:
        """Whether single objects are features; nothing else was said until they are chosen."""
        return self.format.needs_instances and self.input_instance_data is not Given.RASTER

    @property
    def is_per_feature(self) -> bool:
        """Whether each feature has a chip of its own."""
        return self.format.placement is Placement.PER_FEATURE and self.reads_label_features

    @property
    def has_unlabeled_chips(self) -> bool:
        """Whether there may be chips without labels."""
        return self.export_all_tiles and not self.format.only_labeled

    @property
    def takes_second_image(self) -> bool:
        """Whether there is a place for additionalInputRaster."""
        return self.format.second_image is not SecondImage.NONE


Rule = Callable[[Choice], bool]


def _has_features(choice: Choice) -> bool:
    return choice.reads_label_features or choice.reads_instance_features


def _limits_unlabeled(choice: Choice) -> bool:
    return choice.expects_labels and choice.has_unlabeled_chips


def _has_order(choice: Choice) -> bool:
    return choice.reads_label_features and choice.format.needs not in UNORDERED


def _is_random(choice: Choice) -> bool:
    return bool(choice.split) or (_limits_unlabeled(choice) and choice.negative_ratio is not None)


RELEVANT_IF: dict[str, Rule] = {
    "strideSizeX": lambda choice: not choice.is_per_feature,
    "strideSizeY": lambda choice: not choice.is_per_feature,
    "classValueField": lambda choice: choice.reads_label_features,
    "selectedFeaturesOnly": lambda choice: choice.reads_label_features,
    "classPriority": _has_order,
    "bufferRadius": _has_features,
    "minPolygonOverlapRatio": _has_features,
    "blackenAroundFeature": lambda choice: choice.is_per_feature,
    "fixChipSize": lambda choice: choice.is_per_feature,
    "additionalInputRaster": lambda choice: choice.takes_second_image,
    "inputInstanceData": lambda choice: choice.format.needs_instances,
    "instanceClassValueField": lambda choice: choice.format.needs_instances,
    "cellSize": lambda choice: choice.reference_system != "PIXEL_SPACE",
    "exportAllTiles": lambda choice: choice.expects_labels and not choice.format.only_labeled,
    "negativeRatio": _limits_unlabeled,
    "minLabelRatio": lambda choice: choice.expects_labels,
    "seed": _is_random,
    "scalingPercentiles": lambda choice: choice.pixel_scaling == "percentile",
    "jpegQuality": lambda choice: choice.chip_format == "JPEG",
    "pngLevel": lambda choice: choice.chip_format == "PNG",
    "compression": lambda choice: (
        choice.chip_format in COMPRESSED_CHIPS or choice.format.needs in LABEL_IMAGES
    ),
}
"""Parameters that are not named here always have a meaning."""


def irrelevant(choice: Choice) -> frozenset[str]:
    """Names of the parameters that have no meaning.

    >>> sorted({"fixChipSize", "inputInstanceData"} - irrelevant(Choice("Imagenet")))
    ['fixChipSize']
    """
    return frozenset(name for name, rule in RELEVANT_IF.items() if not rule(choice))


def problem(choice: Choice) -> Optional[InvalidRequest]:
    """What stands in the way of an export before any source is looked at; None if nothing does.

    >>> problem(Choice("COCO")).parameter
    'inputClassData'
    """
    try:
        _request(choice)
    except InvalidRequest as refused:
        return refused
    return _no_area(choice)


def _request(choice: Choice) -> ExportRequest:
    """The request, with sources that stand for what was chosen. Raises InvalidRequest."""
    takes_both = choice.takes_second_image and choice.has_second_image
    return ExportRequest(
        RasterSource("image"),
        "folder",
        metadata_format=choice.metadata_format,
        input_class_data=_source(choice.input_class_data),
        additional_input_raster=RasterSource("image") if takes_both else None,
        input_instance_data=(
            _source(choice.input_instance_data) if choice.format.needs_instances else None
        ),
    )


def _source(given: Given) -> Optional[Union[FeatureSource, RasterSource]]:
    if given is Given.NOTHING:
        return None
    return RasterSource("labels") if given is Given.RASTER else FeatureSource("labels")


def _no_area(choice: Choice) -> Optional[InvalidRequest]:
    read = {
        "inputClassData": choice.input_class_data if choice.reads_label_features else None,
        "inputInstanceData": choice.input_instance_data if choice.reads_instance_features else None,
    }
    for parameter, given in read.items():
        if given and given.covers_no_area and not choice.buffer_radius:
            return InvalidRequest(
                "bufferRadius",
                f"{parameter} has {given.value}, which cover no area; give a radius above 0 to "
                "make circles (or strips) of them.",
            )
    return None
