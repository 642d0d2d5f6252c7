"""Checks of labels in PASCAL VOC's XML: boxes, and the labels of whole chips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .annotation_xml import AnnotatedObject, Unreadable, annotated_objects, annotation, text
from .boxes import check_box, check_class_value, class_value, unknown_class
from .findings import Finding, error, warning
from .label_content import LabelContent, LabelFile, content_of, unreadable_label


def check_voc(label: LabelFile) -> LabelContent:
    """PASCAL_VOC_rectangles: any number of objects, each with its class value and box."""
    try:
        root = annotation(label.folder, label.path)
    except Unreadable as problem:
        return unreadable_label(problem.finding)
    found = list(annotated_objects(root, "object", "name"))
    return content_of(_values(found), [*_head(label, root), *_objects(label, found)])


def check_labeled(label: LabelFile) -> LabelContent:
    """Labeled_Tiles: exactly one object, the class of the chip."""
    try:
        root = annotation(label.folder, label.path)
    except Unreadable as problem:
        return unreadable_label(problem.finding)
    found = list(annotated_objects(root, "object", "name"))
    findings = [*_head(label, root), *_single(label, found), *_objects(label, found)]
    return content_of(_values(found), findings)


def check_multilabeled(label: LabelFile) -> LabelContent:
    """MultiLabeled_Tiles: one object with the names of all classes in the chip."""
    try:
        root = annotation(label.folder, label.path)
    except Unreadable as problem:
        return unreadable_label(problem.finding)
    found = list(annotated_objects(root, "object", "name"))
    names = [name for each in found for name in (each.name or "").split(",")]
    values = label.description.values
    boxes = [edge for each in found if each.box for edge in check_box(label, each.box)]
    findings = [*_head(label, root), *_single(label, found), *_class_names(label, names), *boxes]
    return content_of([values[name] for name in names if name in values], findings)


def _values(found: Sequence[AnnotatedObject]) -> list[int]:
    values = [class_value(each.name or "") for each in found]
    return [value for value in values if value is not None]


def _head(label: LabelFile, root: Any) -> Iterator[Finding]:
    size = text(root, "size/width"), text(root, "size/height")
    if size != tuple(map(str, label.chip.size)):
        yield error(
            "label-size-differs",
            label.path,
            f"The label is for a chip of {size[0] or '?'} × {size[1] or '?'} pixels, but its "
            f"chip has {label.chip.columns} × {label.chip.rows}; boxes would lie in the wrong "
            "place. Export again.",
        )
    file_name = text(root, "filename")
    if file_name is not None and file_name != label.image.rpartition("/")[2]:
        yield warning(
            "label-names-other-chip",
            label.path,
            f"The label says it is for '{file_name}', but lies beside {label.image}; readers that "
            "go by the name take another chip. Look at both, and correct the one that is wrong.",
        )


def _objects(label: LabelFile, found: Sequence[AnnotatedObject]) -> Iterator[Finding]:
    for each in found:
        yield from check_class_value(label, each.name or "")
        yield from check_box(label, each.box or (None,) * 4)


def _single(label: LabelFile, found: Sequence[AnnotatedObject]) -> Iterator[Finding]:
    if len(found) != 1:
        yield error(
            "not-one-object",
            label.path,
            f"The label has {len(found)} objects, but in this format a chip has exactly one, which "
            "stands for the chip as a whole. Keep one, or remove the chip and its label.",
        )


def _class_names(label: LabelFile, names: Sequence[str]) -> Iterator[Finding]:
    values, classes = label.description.values, label.description.classes
    for name in names:
        if not values or name in values:
            continue
        if class_value(name) in classes:
            yield error(
                "value-for-name",
                label.path,
                f"The class value {name} is given, but in this format readers look for names. "
                f"Write '{classes[int(name)]}'.",
            )
        elif name.strip() in values:
            yield error(
                "blank-in-names",
                label.path,
                f"There is a blank beside '{name.strip()}'; readers take it for a part of the "
                "name, and for a class of its own. Separate names by commas without blanks.",
            )
        else:
            yield unknown_class(label.path, f"The chip is of class '{name}'")
