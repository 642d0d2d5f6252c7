"""Multi-label classification: the names of all classes in a chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabelKind
from ..voc import voc_annotation, voc_object


class MultiLabeledTiles(ChipFormat):
    """`labels/N.xml` with one object, whose name is the class names joined by commas, by value.

    Readers fail on a chip without an object, so chips without labels are not written.
    """

    name = "MultiLabeled_Tiles"
    needs = LabelKind.CLASSES
    only_labeled = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        names = ",".join(map(chip.classes.name_of, chip.labels.class_values))
        whole = (0.0, 0.0, float(chip.grid.columns), float(chip.grid.rows))
        yield TextFile(f"labels/{chip.name}.xml", voc_annotation(chip, [voc_object(names, whole)]))
