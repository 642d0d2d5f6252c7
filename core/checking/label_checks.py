"""Which check belongs to the labels of which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .class_maps import check_class_map
from .instance_masks import check_mask
from .kitti_labels import check_kitti
from .label_content import LabelContent, LabelFile
from .layout_labels import check_layout
from .voc_labels import check_labeled, check_multilabeled, check_voc

LABEL_CHECKS: Mapping[str, Callable[[LabelFile], LabelContent]] = {
    "PASCAL_VOC_rectangles": check_voc,
    "KITTI_rectangles": check_kitti,
    "Classified_Tiles": check_class_map,
    "RCNN_Masks": check_mask,
    "Labeled_Tiles": check_labeled,
    "MultiLabeled_Tiles": check_multilabeled,
    "Panoptic_Segmentation": check_class_map,
    "PASCAL_VOC_layout": check_layout,
}
LABEL_FOR_EVERY_CHIP = (
    "Classified_Tiles",
    "Labeled_Tiles",
    "MultiLabeled_Tiles",
    "Panoptic_Segmentation",
)
