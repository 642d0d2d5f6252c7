"""Checks of COCO: annotations/instances_*.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Optional

from ..gdal_errors import GdalFailure
from ..progress import Progress
from .chips import no_images
from .class_maps import unreadable_raster
from .coco_annotations import StatedChip, check_annotation, key_of
from .dataset_kind import ANNOTATIONS, annotation_files
from .documents import Document, Json, byte_order_mark, is_finite, json_document, missing, objects
from .findings import Finding, error, warning
from .listing import IMAGE_ENDINGS, files
from .rasters import chip_facts
from .watching import watched

LISTS = ("images", "annotations", "categories")


def check_coco(folder: str, progress: Progress) -> Iterator[Finding]:
    """Every annotation file, and that it describes the chips that are there."""
    on_disk = set(files(folder, "", IMAGE_ENDINGS))
    described: set[str] = set()
    paths = annotation_files(folder)
    if not paths:
        yield missing(f"{ANNOTATIONS}/instances_train.json")
    for path in paths:
        document = json_document(folder, path)
        yield from document.findings
        yield from byte_order_mark(document)
        if document.is_readable:
            yield from _document(folder, document, on_disk, described, progress)
    if not on_disk:
        yield no_images()
    for path in sorted(each for each in on_disk - described if each.startswith("images/")):
        yield warning(
            "image-not-in-annotations",
            path,
            f"No file in {ANNOTATIONS} describes this chip, so no trainer uses it. Add it, or "
            "remove the file.",
        )


def _document(
    folder: str, document: Document, on_disk: set[str], described: set[str], progress: Progress
) -> Iterator[Finding]:
    content, path = document.content, document.path
    for key in LISTS:
        if not isinstance(content.get(key), list):
            yield error(
                "coco-key-missing",
                path,
                f"There is no list '{key}'; a reader stops without it. Export again.",
            )
        yield from _unique_ids(path, key, objects(content.get(key)))
    split = path.rpartition("instances_")[2][: -len(".json")]
    for image in watched(objects(content.get("images")), progress):
        yield from _image(folder, path, image, _place(image, split, on_disk), described)
    chips = {key_of(each.get("id")): _chip(each) for each in objects(content.get("images"))}
    categories = {key_of(each.get("id")) for each in objects(content.get("categories"))}
    for annotation in watched(objects(content.get("annotations")), progress):
        yield from check_annotation(path, annotation, chips, categories)
    if content.get("images") and not content.get("annotations"):
        yield warning(
            "nothing-labelled",
            path,
            "There is no annotation: all chips count as background. Check that the labels lie on "
            "the image, and export again.",
        )


def _unique_ids(path: str, key: str, entries: Sequence[Json]) -> Iterator[Finding]:
    counts = Counter(key_of(each.get("id")) for each in entries)
    for number, count in counts.items():
        if count > 1 or number == "null":
            yield error(
                "coco-id-not-unique",
                path,
                f"{count} of {key} have the id {number}; readers keep one of them and lose the "
                "rest. Give each its own number.",
            )


def _place(image: Json, split: str, on_disk: set[str]) -> Optional[str]:
    """Where the file of an image lies: readers are told one of these folders."""
    name = str(image.get("file_name")).replace("\\", "/")
    inside = ("", f"images/{split}/", "images/", f"{split}/", f"{split}/images/")
    return next((place + name for place in inside if place + name in on_disk), None)


def _chip(image: Json) -> StatedChip:
    sides = (image.get(key) for key in ("width", "height"))
    columns, rows = (float(side) if is_finite(side) else 0.0 for side in sides)  # type: ignore[arg-type]
    return StatedChip(str(image.get("file_name")), columns, rows)


def _image(
    folder: str, path: str, image: Json, place: Optional[str], described: set[str]
) -> Iterator[Finding]:
    name, columns, rows = _chip(image)
    if place is None:
        yield error(
            "coco-image-missing",
            path,
            f"The chip {name} is described, but there is no such file; a trainer stops there. "
            "Restore it, or remove its entry and annotations.",
        )
        return
    described.add(place)
    try:
        chip = chip_facts(folder, place)
    except GdalFailure as problem:
        yield unreadable_raster(place, problem)
        return
    if chip.size != (columns, rows):
        yield error(
            "stated-size-differs",
            path,
            f"The chip {name} is said to have {columns:g} × {rows:g} pixels, but has "
            f"{chip.columns} × {chip.rows}; boxes would be scaled wrongly. Correct width and "
            "height.",
        )
