"""Checks of the annotations in a COCO file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from .boxes import TOLERANCE
from .documents import Json, is_finite
from .findings import Finding, error

FEWEST_NUMBERS = 6
"""Of a polygon: three corners."""


class StatedChip(NamedTuple):
    """An image as an annotation file states it."""

    name: str
    columns: float
    rows: float


def key_of(number: Any) -> str:
    """Something that can be looked up, whatever stands in the file."""
    return "null" if number is None else repr(number)


def check_annotation(
    path: str, annotation: Json, chips: dict[str, StatedChip], categories: set[str]
) -> Iterator[Finding]:
    """An entry of `annotations`, with the chips and categories by their keys."""
    number = annotation.get("id")
    chip = chips.get(key_of(annotation.get("image_id")))
    if chip is None:
        yield error(
            "coco-image-unknown",
            path,
            f"Annotation {number} is for image {annotation.get('image_id')}, which is not listed; "
            "it is lost, or a reader stops. Add the image, or remove the annotation.",
        )
    if key_of(annotation.get("category_id")) not in categories:
        yield error(
            "unknown-class",
            path,
            f"Annotation {number} is of category {annotation.get('category_id')}, which is not "
            "listed; a trainer stops there. Add the category, or correct the annotation.",
        )
    yield from _box(path, annotation, chip)
    yield from _shape(path, annotation)


def _box(path: str, annotation: Json, chip: Optional[StatedChip]) -> Iterator[Finding]:
    number, box = annotation.get("id"), annotation.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_finite, box)):
        yield error(
            "box-not-numbers",
            path,
            f"The bbox of annotation {number} is {box}; it needs four numbers: left, top, width, "
            "height. Export again, or remove the annotation.",
        )
        return
    left, top, width, height = box
    if width <= 0 or height <= 0:
        yield error(
            "box-empty",
            path,
            f"The bbox of annotation {number} has no width or no height; many trainers stop at it "
            "or get a loss that is no number. Remove the annotation.",
        )
    if chip is not None and (
        min(left, top) < -TOLERANCE
        or left + width > chip.columns + TOLERANCE
        or top + height > chip.rows + TOLERANCE
    ):
        yield error(
            "box-outside-chip",
            path,
            f"The bbox of annotation {number} reaches beyond {chip.name}; trainers stop at it or "
            "learn where nothing is. Cut it at the edge of the chip.",
        )


def _shape(path: str, annotation: Json) -> Iterator[Finding]:
    number, area = annotation.get("id"), annotation.get("area")
    if not is_finite(area) or area <= 0:  # type: ignore[operator]
        yield error(
            "coco-area",
            path,
            f"The area of annotation {number} is {area}; readers skip objects without an area, or "
            "judge a model wrongly. Enter the area in pixels.",
        )
    polygons = annotation.get("segmentation", [])
    if isinstance(polygons, dict) or polygons == []:
        return
    if not isinstance(polygons, list) or not all(map(_is_polygon, polygons)):
        yield error(
            "coco-polygon",
            path,
            f"The segmentation of annotation {number} is no list of polygons with three corners "
            "(six numbers) or more; readers stop at it. Export again, or remove the annotation.",
        )


def _is_polygon(numbers: Any) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) >= FEWEST_NUMBERS
        and len(numbers) % 2 == 0
        and all(map(is_finite, numbers))
    )
