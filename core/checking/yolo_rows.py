"""The lines of YOLO labels, and the kinds that they can be of."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice

from .documents import unreadable
from .findings import Finding
from .listing import files

BOX_COLUMNS, CORNER_COLUMNS, FEWEST_OUTLINE_COLUMNS = 5, 9, 7
LOOKED_AT = 1000
"""Label files, not empty, from which the kind is guessed where nothing states it."""


def label_rows(folder: str, path: str) -> tuple[list[list[str]], list[Finding]]:
    """The lines of a label, split at blanks, and why there may be none."""
    try:
        with open(os.path.join(folder, path), encoding="utf-8") as file:
            return [line.split() for line in file if line.strip()], []
    except (OSError, UnicodeDecodeError) as problem:
        return [], [unreadable(path, problem)]


def guessed_kind(folder: str) -> str:
    """The kind that most lines of the first labels can only be; those of many chips are empty."""
    counts: Counter[int] = Counter()
    labels = (label_rows(folder, path)[0] for path in files(folder, "labels", (".txt",)))
    for rows in islice(filter(None, labels), LOOKED_AT):
        counts.update(map(len, rows))
    outlines = sum(number for columns, number in counts.items() if _is_outline(columns))
    corners, boxes = counts[CORNER_COLUMNS], counts[BOX_COLUMNS]
    if outlines > boxes and outlines > corners:
        return "YOLO_Segmentation"
    return "YOLO_OBB" if corners > boxes else "YOLO"


def _is_outline(columns: int) -> bool:
    return columns >= FEWEST_OUTLINE_COLUMNS and columns % 2 == 1


def fits(columns: int, kind: str) -> bool:
    """Whether a line with so many columns is of this kind."""
    if kind == "YOLO_Segmentation":
        return _is_outline(columns)
    return columns == (CORNER_COLUMNS if kind == "YOLO_OBB" else BOX_COLUMNS)


def columns_of(kind: str) -> str:
    """What a line of this kind consists of, for people."""
    wanted = {
        "YOLO": "5 (class, centre, width, height)",
        "YOLO_OBB": "9 (class, four corners)",
        "YOLO_Segmentation": "7, 9, 11 … (class, three corners or more)",
    }
    return wanted[kind]
