"""Checks of YOLO labels: a line of a class and normalised numbers for each object."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from typing import Optional

from ..gdal_errors import GdalFailure
from ..progress import Progress
from .boxes import class_value
from .chips import no_images
from .class_maps import unreadable_raster
from .findings import Finding, error, warning
from .listing import IMAGE_ENDINGS, files
from .rasters import chip_facts
from .watching import watched
from .yolo_rows import columns_of, fits, label_rows
from .yolo_yaml import yolo_yaml

TOLERANCE = 1e-5


def check_yolo(folder: str, kind: str, progress: Progress) -> Iterator[Finding]:
    """data.yaml, and every chip with its label."""
    yaml = yolo_yaml(folder)
    yield from yaml.findings
    images = files(folder, "images", IMAGE_ENDINGS)
    labels = set(files(folder, "labels", (".txt",)))
    if not images:
        yield no_images()
    yield from _pairs(folder, images, labels)
    objects = 0
    for image in watched(images, progress):
        yield from _image(folder, image)
        path = label_of(image)
        if path in labels:
            rows, findings = label_rows(folder, path)
            yield from findings
            objects += len(rows)
            for row in rows:
                yield from _row(path, row, kind, yaml.class_count)
    if images and not objects:
        yield _nothing_labelled()


def label_of(image: str) -> str:
    """The label of a chip.

    >>> label_of("images/train/7.tif")
    'labels/train/7.txt'
    """
    return "labels" + os.path.splitext(image)[0][len("images") :] + ".txt"


def _pairs(folder: str, images: Sequence[str], labels: set[str]) -> Iterator[Finding]:
    expected = {label_of(image) for image in images}
    for path in sorted(labels - expected):
        yield error(
            "label-without-chip",
            path,
            "There is no chip for this label; it is never read. Restore the chip, or remove the "
            "label.",
        )
    if any(os.path.getsize(os.path.join(folder, path)) == 0 for path in labels & expected):
        for image in images:
            if label_of(image) not in labels:
                yield warning(
                    "image-without-label",
                    image,
                    "The chip has no label, though other chips without objects have an empty one. "
                    "A trainer takes it for background. Restore the label, or add an empty file.",
                )


def _image(folder: str, image: str) -> Iterator[Finding]:
    try:
        chip_facts(folder, image)
    except GdalFailure as problem:
        yield unreadable_raster(image, problem)


def _row(path: str, row: list[str], kind: str, class_count: Optional[int]) -> Iterator[Finding]:
    value = class_value(row[0])
    if value is None or (class_count is not None and value >= class_count):
        yield error(
            "unknown-class",
            path,
            f"An object is of class '{row[0]}', but classes go from 0 to "
            f"{(class_count or 1) - 1} in data.yaml; a trainer skips the chip or stops. Correct "
            "the label, or add the class.",
        )
    if not fits(len(row), kind):
        yield error(
            "yolo-columns",
            path,
            f"A line has {len(row)} columns, but {kind} has {columns_of(kind)}; a trainer skips "
            "the chip or reads other shapes. Export again.",
        )
        return
    yield from _numbers(path, row[1:], kind)


def _numbers(path: str, texts: Sequence[str], kind: str) -> Iterator[Finding]:
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        yield error(
            "box-not-numbers",
            path,
            f"A line holds '{' '.join(texts)}', where numbers belong; a trainer skips the chip. "
            "Export again.",
        )
        return
    edges = _edges(numbers) if kind == "YOLO" else numbers
    if min(*numbers, *edges) < -TOLERANCE or max(*numbers, *edges) > 1 + TOLERANCE:
        yield error(
            "not-normalised",
            path,
            f"An object at '{' '.join(texts[:8])}' reaches beyond 0 … 1, the edges of its chip; a "
            "trainer skips the chip. Numbers are shares of the width and height of the chip.",
        )
    if kind == "YOLO" and min(numbers[2:]) <= 0:
        yield error(
            "box-empty",
            path,
            "A box has no width or no height; trainers stop at it or skip the chip. Remove it.",
        )


def _edges(box: Sequence[float]) -> list[float]:
    x, y, width, height = box
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def _nothing_labelled() -> Finding:
    return error(
        "nothing-labelled",
        "labels",
        "No chip has an object in it: all is background, and a model would learn to find nothing. "
        "Check that the labels lie on the image, and export again.",
    )
