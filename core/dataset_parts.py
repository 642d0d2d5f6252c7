"""What a dataset's folder has in it, and what is in it besides until the dataset is whole."""

from __future__ import annotations

import os
from pathlib import Path

from .cancelling import Watch
from .files import MAP_FILE
from .removal import remove, unwatched
from .report.names import REPORT_FILES

ROOT_FILES = (
    MAP_FILE,
    "esri_model_definition.emd",
    "esri_accumulated_stats.json",
    "stats.txt",
    "data.yaml",
    "splits.json",
    *REPORT_FILES,
)
FOLDERS = ("images", "images2", "labels", "labels2", "annotations", "ImageSets", "A", "B")
UNFINISHED = ".chipwright"
"""Holds what belongs to no chip until the dataset is whole; with it, a dataset is unfinished."""
REPLACED, KEPT, PUT_OUT = "replaced", "kept", "rubbish"
"""In it: the dataset that is replaced, files about one that is added to, what may be removed."""


def parts_in(folder: Path) -> list[str]:
    """What of a dataset there is in a folder."""
    return [name for name in (*ROOT_FILES, UNFINISHED, *FOLDERS) if os.path.exists(folder / name)]


def remove_unfinished(unfinished: Path, watch: Watch = unwatched) -> None:
    """Remove all that is needed no longer; whoever has the lock of the folder keeps it."""
    for path in unfinished.iterdir():
        if not path.name.startswith("lock"):
            remove(path, watch)
