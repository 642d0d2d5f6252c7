"""Checks of labels of KITTI_rectangles."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .boxes import check_box, check_class_value, class_value
from .documents import unreadable
from .findings import Finding, error
from .label_content import LabelContent, LabelFile, content_of, unreadable_label

COLUMNS = 15
BOX = slice(4, 8)


def check_kitti(label: LabelFile) -> LabelContent:
    """A line of 15 columns for each object; an empty file for a chip without objects."""
    try:
        with open(os.path.join(label.folder, label.path), encoding="utf-8-sig") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError) as problem:
        return unreadable_label(unreadable(label.path, problem))
    rows = [line.split() for line in content.splitlines() if line.strip()]
    values = [class_value(row[0]) for row in rows]
    findings = [*_text(label, content), *(each for row in rows for each in _row(label, row))]
    return content_of([value for value in values if value is not None], findings)


def _text(label: LabelFile, content: str) -> Iterator[Finding]:
    if any(not line.strip() for line in content.splitlines()):
        yield error(
            "kitti-blank-line",
            label.path,
            "The label has a blank line; readers take it for an object without columns and stop. "
            "Remove it; a chip without objects has an empty file.",
        )
    if "-" in content:
        yield error(
            "kitti-minus-sign",
            label.path,
            "The label has a minus sign, which readers of these chips cannot take: boxes begin at "
            "0, and unknown columns are 0. Write 0 instead.",
        )


def _row(label: LabelFile, row: list[str]) -> Iterator[Finding]:
    if len(row) != COLUMNS:
        yield error(
            "kitti-columns",
            label.path,
            f"A line has {len(row)} columns instead of {COLUMNS}; readers stop or take other "
            "numbers for the box. Export again, or complete the line by zeros.",
        )
        return
    yield from check_class_value(label, row[0])
    yield from check_box(label, row[BOX])
