"""What is asked for: one request for each metadata format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...core.export import export
from ...core.formats import FORMATS
from ...core.grid import Size
from ...core.request import ExportRequest, FeatureSource, RasterSource
from .sources import Sources

CHIP = Size(256, 256)
CHIP_OF_FEATURE = Size(96, 96)


def settings_by_format(sources: Sources) -> dict[str, dict[str, Any]]:
    """What a request says besides the image, the folder, the format and the grid of chips."""
    buildings = FeatureSource(str(sources.buildings), "buildings")
    labels = {"input_class_data": buildings, "class_value_field": "classvalue"}
    autumn = {"additional_input_raster": RasterSource(str(sources.autumn))}
    one_each = {**labels, "tile_size": CHIP_OF_FEATURE}
    land = {"input_class_data": RasterSource(str(sources.land))}
    single = {"input_instance_data": buildings, "instance_class_value_field": "classvalue"}
    return {
        "PASCAL_VOC_rectangles": labels,
        "KITTI_rectangles": labels,
        "Classified_Tiles": labels,
        "RCNN_Masks": labels,
        "Labeled_Tiles": one_each,
        "MultiLabeled_Tiles": labels,
        "Export_Tiles": autumn,
        "CycleGAN": autumn,
        "Imagenet": one_each,
        "Panoptic_Segmentation": {**land, **single},
        "PASCAL_VOC_layout": labels,
        "COCO": labels,
        "YOLO": labels,
        "YOLO_OBB": labels,
        "YOLO_Segmentation": labels,
    }


def export_all(sources: Sources, folder: Path) -> dict[str, Path]:
    """A dataset of each format that there is, by its name."""
    settings = settings_by_format(sources)
    datasets = {name: folder / name for name in FORMATS}
    for name, dataset in datasets.items():
        export(request(sources, dataset, name, settings[name]))
    return datasets


def request(
    sources: Sources, dataset: Path, metadata_format: str, settings: dict[str, Any]
) -> ExportRequest:
    """A request for chips side by side, as the dialog makes it."""
    common = {
        "tile_size": CHIP,
        "stride_size": Size(0, 0),
        "metadata_format": metadata_format,
        "response_format": "html",
    }
    return ExportRequest(RasterSource(str(sources.image)), str(dataset), **{**common, **settings})
