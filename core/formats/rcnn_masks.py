"""Instance segmentation: a mask per class and chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, LabelImage, OutputFile
from ..labels import LabelKind


class RcnnMasks(ChipFormat):
    """`labels/<class name>/N.tif`: instances 1…n, 0 background; no file where the class is absent.

    Instances that overlap lie in a band each.
    """

    name = "RCNN_Masks"
    needs = LabelKind.INSTANCE_MASKS
    has_class_folders = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        for mask in chip.labels.instance_masks:
            yield LabelImage(f"labels/{mask.class_name}/{chip.name}", mask.pixels, chip.grid)
