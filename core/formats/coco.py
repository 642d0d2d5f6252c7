"""COCO instances: one JSON for all chips of a split."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..chip import Chip
from ..chip_format import ChipFormat, Grown
from ..files import ChipImage, DatasetFile, Line, OutputFile
from ..labels import LabelKind, Outline
from ..records import ChipRecord

if TYPE_CHECKING:
    from ..esri_dataset import Dataset
    from ..manifest import Manifest

IMAGES, ANNOTATIONS = "images", "annotations"
LEAST_AREA = 0.01
"""Square pixels; readers skip objects without an area."""


class Coco(ChipFormat):
    """`images/<split>/N` and `annotations/instances_<split>.json`; loads in pycocotools.

    A polygon per part of a feature; a hole is tied to its polygon by a bridge of no width, because
    polygons of COCO have no holes.
    """

    name = "COCO"
    needs = LabelKind.OUTLINES
    is_service_format = False
    lists_all_classes = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.split_folder}/{chip.name}", chip.pixels, chip.grid)

    def lines(self, chip: Chip, written: ChipRecord) -> Iterator[Line]:
        split = chip.split_folder
        yield Line(part(split, IMAGES), f"{json.dumps(image(chip))}\n")
        for outline in chip.labels.outlines:
            yield Line(part(split, ANNOTATIONS), f"{json.dumps(annotation(chip, outline))}\n")

    def dataset_files(
        self, dataset: Dataset, manifest: Manifest, grown: Grown
    ) -> Iterator[DatasetFile]:
        for split in dataset.splits or ("train",):
            path = f"annotations/instances_{split}.json"
            yield DatasetFile(path, instances(dataset, split, grown))


def part(split: str, entries: str) -> str:
    """Grows with the chips; the JSON is made of such parts, without being in memory.

    >>> part("val", IMAGES)
    'instances.val.images'
    """
    return f"instances.{split}.{entries}"


def image(chip: Chip) -> dict[str, object]:
    """An entry of `images`; its id is the chip's number."""
    return {
        "id": int(chip.name),
        "file_name": chip.image_file,
        "width": chip.grid.columns,
        "height": chip.grid.rows,
    }


def annotation(chip: Chip, outline: Outline) -> dict[str, object]:
    """An entry of `annotations`, but for its id."""
    from ..outlines import one_ring

    value, left, top, right, bottom = outline.found
    rings = [one_ring([polygon])[:-1] for polygon in outline.polygons]
    return {
        "image_id": int(chip.name),
        "category_id": value,
        "bbox": [round(number, 2) for number in (left, top, right - left, bottom - top)],
        "area": max(round(outline.area, 2), LEAST_AREA),
        "segmentation": [
            [round(number, 2) for vertex in ring for number in vertex] for ring in rings
        ],
        "iscrowd": 0,
    }


def instances(dataset: Dataset, split: str, grown: Grown) -> Iterator[str]:
    """The JSON, entry by entry; annotations are numbered from 1."""
    classes = dataset.classes.classes if dataset.classes else ()
    categories = [{"id": entry.value, "name": entry.name, "supercategory": ""} for entry in classes]
    yield '{"info": {"description": ""}, "licenses": [],\n"images": [\n'
    yield from _separated(line.rstrip() for line in grown(part(split, IMAGES)))
    yield '],\n"annotations": [\n'
    numbered = enumerate(grown(part(split, ANNOTATIONS)), start=1)
    yield from _separated(f'{{"id": {number}, {line.rstrip()[1:]}' for number, line in numbered)
    yield f'],\n"categories": {json.dumps(categories)}}}\n'


def _separated(entries: Iterator[str]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        yield f",\n{entry}" if number else entry
    yield "\n"
