"""PASCAL VOC boxes: one XML per chip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..chip import Chip
from ..chip_format import ChipFormat, Grown
from ..files import ChipImage, DatasetFile, OutputFile, TextFile, split_list
from ..labels import LabelKind
from ..voc import voc_annotation, voc_objects

if TYPE_CHECKING:
    from ..esri_dataset import Dataset
    from ..manifest import Manifest


class PascalVocRectangles(ChipFormat):
    """`labels/N.xml`; the name of an object is its class value, which is what readers look up.

    The chips of splits are listed in `ImageSets/Main/<split>.txt`.
    """

    name = "PASCAL_VOC_rectangles"
    needs = LabelKind.OBJECTS

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        objects = voc_objects(chip.labels.objects)
        yield TextFile(f"labels/{chip.name}.xml", voc_annotation(chip, [objects]))

    def dataset_files(
        self, dataset: Dataset, manifest: Manifest, grown: Grown
    ) -> Iterator[DatasetFile]:
        for split in dataset.splits:
            yield DatasetFile(f"ImageSets/Main/{split}.txt", grown(split_list(split)))
        yield from super().dataset_files(dataset, manifest, grown)
