"""The words that a request may hold, and those that its fields are called by."""

from __future__ import annotations

from .formats import FORMATS

CHIP_FORMATS = ("TIFF", "PNG", "JPEG", "MRF")
REFERENCE_SYSTEMS = ("MAP_SPACE", "PIXEL_SPACE")
RESPONSE_FORMATS = ("html", "json", "pjson")
EXISTING_OUTPUT = ("refuse", "append", "resume", "replace")
EDGE_POLICIES = ("drop", "shift", "pad")
COMPRESSIONS = ("NONE", "LZW", "DEFLATE", "ZSTD")
PIXEL_SCALINGS = ("none", "minmax", "percentile", "stddev")
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
