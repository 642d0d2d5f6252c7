"""What is exported to compare footprints with files: sources, and settings for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwright.core.request import FeatureSource, RasterSource, Size

from .exporting import classes, features, picture
from .made_sources import DEGREES, LEFT, PIXEL, TOP, box, features_file, random_pixels, raster_file

IN_DEGREES = (15.0005, 6e-6, 0.0, 48.7532, 0.0, -4e-6)
Settings = dict[str, Any]


class Sources(NamedTuple):
    image: Path
    other: RasterSource
    beside: RasterSource
    labels: FeatureSource
    class_map: RasterSource
    mask: FeatureSource


def make_sources(folder: Path) -> Sources:
    """An image with a hole of no-data, one in degrees, one that lies beside the first."""
    holed = np.maximum(random_pixels((3, 192, 256)), 1)
    holed[:, 20:90, 30:170] = 0
    drawn = np.zeros((1, 192, 256), np.uint8)
    drawn[0, 10:100, 5:120], drawn[0, 30:190, 124:138] = 1, 2
    rows = [
        (box(left, top, left + 20, top + 17), {"kind": ("roof", "tree")[(left + top) % 3 % 2]})
        for top in range(3, 170, 24)
        for left in range(1, 230, 31)
    ]
    beside = (LEFT + 256 * PIXEL, PIXEL, 0.0, TOP, 0.0, -PIXEL)
    return Sources(
        raster_file(folder / "image.tif", holed, nodata=0),
        picture(raster_file(folder / "other.tif", some_noise(150, 140), IN_DEGREES, DEGREES)),
        picture(raster_file(folder / "beside.tif", some_noise(192, 64), beside)),
        features(features_file(folder / "labels.fgb", rows)),
        classes(raster_file(folder / "classes.tif", drawn)),
        features(features_file(folder / "mask.fgb", [(box(0, 0, 200, 150), {})])),
    )


def some_noise(rows: int, columns: int) -> NDArray[Any]:
    return np.maximum(random_pixels((3, rows, columns), seed=rows), 1)


def labeled(sources: Sources, metadata_format: str, **more: Any) -> Settings:
    given = {"input_class_data": sources.labels, "class_value_field": "kind"}
    return {"metadata_format": metadata_format, **given, **more}


HALF = {"stride_size": Size(32, 32)}
SMALL = {"tile_size": Size(16, 16)}
EACH = {"process_all_raster_items": True, "tile_size": Size(32, 32)}
CASES: dict[str, Callable[[Sources], Settings]] = {
    "images alone, numbered from 40": lambda _: {"start_index": 40},
    "PNG": lambda _: {"chip_format": "PNG", **HALF},
    "MRF, coarser": lambda _: {"chip_format": "MRF", "cell_size": 1.3},
    "turned by 90": lambda _: {"rotation_angle": 90.0, **HALF},
    "turned by 40, JPEG": lambda _: {"rotation_angle": 40.0, "chip_format": "JPEG", **HALF},
    "shifted at the edge": lambda _: {"edge_policy": "shift", "tile_size": Size(60, 50)},
    "filled up at the edge": lambda _: {"edge_policy": "pad", "tile_size": Size(60, 50)},
    "little no-data": lambda _: {"max_nodata_ratio": 0.2, **SMALL},
    "within a mask": lambda it: {"input_mask_polygons": it.mask, **HALF},
    "boxes, those with labels": lambda it: labeled(it, "KITTI_rectangles", export_all_tiles=False),
    "boxes, labelled enough": lambda it: labeled(it, "PASCAL_VOC_rectangles", min_label_ratio=0.4),
    "masks": lambda it: labeled(it, "RCNN_Masks", **HALF),
    "masks, few without labels": lambda it: labeled(it, "RCNN_Masks", negative_ratio=0.1, **SMALL),
    "outlines, split": lambda it: labeled(
        it, "KITTI_rectangles", split="50/30/20", seed=2, **SMALL
    ),
    "class map of a raster": lambda it: {
        "metadata_format": "Classified_Tiles",
        "input_class_data": it.class_map,
    },
    "YOLO": lambda it: labeled(it, "YOLO"),
    "YOLO, split": lambda it: labeled(it, "YOLO_OBB", split="80/20", **SMALL),
    "COCO": lambda it: labeled(it, "COCO"),
    "chips around features": lambda it: labeled(it, "Labeled_Tiles"),
    "chips as large as features": lambda it: labeled(it, "Imagenet", fix_chip_size=False),
    "pairs": lambda it: {"additional_input_raster": picture(it.image)},
    "two domains": lambda it: {
        "metadata_format": "CycleGAN",
        "additional_input_raster": it.other,
    },
    "a mosaic": lambda it: {"raster_items": (it.beside,), **HALF},
    "each of three": lambda it: {"raster_items": (it.beside, it.other), **EACH},
    "boxes on each of two": lambda it: labeled(
        it, "KITTI_rectangles", raster_items=(it.beside,), **EACH
    ),
}
