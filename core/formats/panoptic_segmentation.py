"""Panoptic segmentation: the class of every pixel, and single objects."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, LabelImage, OutputFile
from ..labels import LabelKind


class PanopticSegmentation(ChipFormat):
    """`labels/N.tif` as in Classified_Tiles, `labels2/<instance class>/N.tif` as in RCNN_Masks.

    The map has a line for the class map and then one for each mask: readers want two fields in a
    line, and take the first line's for a chip and its class map.
    """

    name = "Panoptic_Segmentation"
    needs = LabelKind.CLASS_MAP
    needs_instances = True
    has_class_folders = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        class_map = chip.labels.class_map
        if class_map is None:
            raise ValueError("a chip of Panoptic_Segmentation has a class map")
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        yield LabelImage(f"labels/{chip.name}", class_map[None], chip.grid)
        for mask in chip.labels.instance_masks:
            yield LabelImage(f"labels2/{mask.class_name}/{chip.name}", mask.pixels, chip.grid)
