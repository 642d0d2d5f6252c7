"""The PASCAL VOC layout form that the service's page prints."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabeledObject, LabelKind
from ..voc import voc_box


class PascalVocLayout(ChipFormat):
    """`labels/N.xml`: a layout with a part for every feature; no known reader loads it."""

    name = "PASCAL_VOC_layout"
    needs = LabelKind.OBJECTS

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        parts = "".join(map(part, chip.labels.objects))
        yield TextFile(
            f"labels/{chip.name}.xml",
            '<?xml version="1.0" encoding="utf-8"?>\n'
            "<layout>\n"
            f"    <image>{chip.name}</image>\n"
            "    <object>1</object>\n"
            f"{parts}"
            "</layout>\n",
        )


def part(found: LabeledObject) -> str:
    """One feature."""
    return (
        f"    <part>\n        <class>{found.class_value}</class>\n{voc_box(found[1:])}    </part>\n"
    )
