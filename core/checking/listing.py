"""The files of a dataset, found once."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

IMAGE_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".mrf")
LABEL_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "PASCAL_VOC_rectangles": (".xml",),
    "Labeled_Tiles": (".xml",),
    "MultiLabeled_Tiles": (".xml",),
    "PASCAL_VOC_layout": (".xml",),
    "KITTI_rectangles": (".txt",),
    "Classified_Tiles": IMAGE_ENDINGS,
    "RCNN_Masks": IMAGE_ENDINGS,
    "Panoptic_Segmentation": IMAGE_ENDINGS,
}
"""By format; formats that are not here have no labels beside the chips."""
ANY_ENDING = (".xml", ".txt", *IMAGE_ENDINGS)


@dataclass(frozen=True)
class Listing:
    """Paths within the dataset, with forward slashes, ascending."""

    images: Sequence[str]
    partners: Mapping[str, Sequence[str]]
    """images2 by stem."""
    labels: Mapping[str, Sequence[str]]
    """By stem."""
    masks: Mapping[str, Sequence[str]]
    """labels2 by stem: the single objects of Panoptic_Segmentation."""

    @property
    def label_paths(self) -> Iterator[str]:
        """All files in labels."""
        return itertools.chain.from_iterable(self.labels.values())

    @property
    def further_paths(self) -> Iterator[str]:
        """All files in images2 and labels2."""
        return itertools.chain(*self.partners.values(), *self.masks.values())


def listing(folder: str, metadata_format: str) -> Listing:
    """What lies in the folders of a dataset of the service."""
    endings = LABEL_ENDINGS.get(metadata_format, ANY_ENDING)
    return Listing(
        files(folder, "images", IMAGE_ENDINGS),
        _by_stem(files(folder, "images2", IMAGE_ENDINGS)),
        _by_stem(files(folder, "labels", endings)),
        _by_stem(files(folder, "labels2", IMAGE_ENDINGS)),
    )


def files(folder: str, inside: str, endings: tuple[str, ...]) -> list[str]:
    """Files with these endings in a folder of a dataset and below; not what GDAL puts beside."""
    found = []
    for place, _, names in os.walk(os.path.join(folder, inside)):
        relative = os.path.relpath(place, folder).replace(os.sep, "/")
        inner = "" if relative == "." else f"{relative}/"
        found += [inner + name for name in names if _is_one(name.lower(), endings)]
    return sorted(found)


def _is_one(name: str, endings: tuple[str, ...]) -> bool:
    return name.endswith(endings) and not name.endswith(".aux.xml") and not name.startswith(".")


def stem(path: str) -> str:
    """File name without its ending.

    >>> stem("labels/roof/000000007.tif")
    '000000007'
    """
    return os.path.splitext(path.rpartition("/")[2])[0]


def _by_stem(paths: Sequence[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for path in paths:
        grouped.setdefault(stem(path), []).append(path)
    return grouped
