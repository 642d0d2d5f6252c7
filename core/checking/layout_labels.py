"""Checks of labels of PASCAL_VOC_layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .annotation_xml import Unreadable, annotated_objects, annotation, text
from .boxes import check_box, check_class_value, class_value
from .findings import Finding, error
from .label_content import LabelContent, LabelFile, content_of, unreadable_label
from .listing import stem


def check_layout(label: LabelFile) -> LabelContent:
    """A layout of parts, each with its class value and box."""
    try:
        root = annotation(label.folder, label.path)
    except Unreadable as problem:
        return unreadable_label(problem.finding)
    parts = list(annotated_objects(root, "part", "class"))
    values = [class_value(part.name or "") for part in parts]
    findings = [*_head(label, root)]
    for part in parts:
        findings += check_class_value(label, part.name or "")
        findings += check_box(label, part.box or (None,) * 4)
    return content_of([value for value in values if value is not None], findings)


def _head(label: LabelFile, root: Any) -> Iterator[Finding]:
    if root.tag != "layout" or stem(text(root, "image") or "") != stem(label.path):
        yield error(
            "label-no-layout",
            label.path,
            "The label should be a <layout> whose <image> is the name of its chip; a reader of "
            "this format does not find what it is for. Export again.",
        )
