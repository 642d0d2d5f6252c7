"""The counts that a dataset states, against the files that are there."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Optional

from .dataset_kind import STATE, SUMMARY
from .description import Description, class_entries
from .documents import Json, whole
from .findings import Finding, warning
from .tally import Tally

COUNTS_OBJECTS = (
    "PASCAL_VOC_rectangles",
    "KITTI_rectangles",
    "RCNN_Masks",
    "PASCAL_VOC_layout",
)
COUNTS_CHIPS = (*COUNTS_OBJECTS, "Labeled_Tiles", "MultiLabeled_Tiles", "Imagenet")
COUNTS_PIXELS = ("Classified_Tiles",)
IMAGES = re.compile(r"^images = *(\d+)", re.MULTILINE)
AMOUNTS = re.compile(r"^(?:features|pixels) = *(\d+)", re.MULTILINE)


class _Statement(NamedTuple):
    """A number a file states, and the one that was counted."""

    path: str
    what: str
    stated: Optional[int]
    counted: int


def check_counts(description: Description, tally: Tally) -> Iterator[Finding]:
    """Trainers weigh classes by these counts, and an export that appends goes on from them."""
    for path, what, stated, counted in _statements(description, tally):
        if stated is not None and stated != counted:
            yield warning(
                "count-differs",
                path,
                f"{what} is {stated}, but the files hold {counted}. Files were added, removed or "
                "changed after the export; weights of classes that are taken from here are wrong. "
                "Restore the files, or correct the number.",
            )


def _statements(description: Description, tally: Tally) -> Iterator[_Statement]:
    state, summary = description.state.content, _summary(description.folder)
    yield _Statement(STATE, "NumTiles", whole(state.get("NumTiles")), tally.chips)
    yield _Statement(SUMMARY, "images", _number(IMAGES, summary), tally.chips)
    if not tally.is_complete:
        return
    features, pixels = state.get("FeatureStats"), state.get("ClassPixelStats")
    kind = description.metadata_format
    if isinstance(features, dict) and kind in COUNTS_CHIPS:
        yield from _per_class(description, features, "NumImagesPerClass", tally.chips_per_class)
    if isinstance(features, dict) and kind in COUNTS_OBJECTS:
        yield from _per_class(description, features, "NumFeaturesPerClass", tally.amounts)
        total = sum(tally.amounts.values())
        yield _Statement(SUMMARY, "features", _number(AMOUNTS, summary), total)
    if isinstance(pixels, dict) and kind in COUNTS_PIXELS:
        yield from _per_class(description, pixels, "NumImagesPerClass", tally.chips_per_class)
        yield from _per_class(description, pixels, "NumPixelsPerClass", tally.amounts)


def _per_class(
    description: Description, stated: Json, key: str, counted: Counter[int]
) -> Iterator[_Statement]:
    """A list with a number for each class of the state, in their order."""
    numbers = stated.get(key)
    if not isinstance(numbers, list):
        return
    classes = class_entries(description.state)
    yield _Statement(STATE, f"The length of {key}", len(numbers), len(classes))
    for (value, name), number in zip(classes, numbers):
        if value is not None:
            yield _Statement(STATE, f"{key} of class '{name}'", whole(number), counted[value])


def _summary(folder: str) -> str:
    try:
        with open(os.path.join(folder, SUMMARY), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _number(pattern: re.Pattern[str], text: str) -> Optional[int]:
    found = pattern.search(text)
    return int(found[1]) if found else None
