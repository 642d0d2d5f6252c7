"""Checks of masks in which each object has a number: RCNN_Masks and Panoptic_Segmentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..gdal_errors import GdalFailure
from .class_maps import check_raster, unreadable_raster, value_counts
from .findings import Finding, error, warning
from .label_content import LabelContent, LabelFile, unreadable_label
from .rasters import label_pixels


def check_mask(label: LabelFile) -> LabelContent:
    """The objects of one class in one chip, 0 between them; the folder is the class."""
    try:
        pixels = label_pixels(label.folder, label.path)
    except GdalFailure as problem:
        return unreadable_label(unreadable_raster(label.path, problem))
    findings = list(check_raster(label, pixels))
    if pixels.dtype.kind not in "iu":
        return LabelContent({}, tuple(findings), is_readable=False)
    numbers = sorted(number for number in value_counts(pixels) if number != 0)
    findings += _numbers(label, numbers)
    value = label.description.values.get(class_folder(label.path))
    return LabelContent({} if value is None else {value: len(numbers)}, tuple(findings))


def class_folder(path: str) -> str:
    """The folder that is named for the class, "" if there is none.

    >>> class_folder("labels/big tree/000000007.tif"), class_folder("labels/000000007.tif")
    ('big tree', '')
    """
    return "/".join(path.split("/")[1:-1])


def check_folders(names: Sequence[str], known: Sequence[str], inside: str) -> Iterator[Finding]:
    """The folders named for classes, against the names of the classes."""
    for name in names:
        if name == "":
            yield error(
                "label-without-class-folder",
                inside,
                f"There are labels right in {inside}; in this format each class has a folder of "
                "its own, and readers do not find these. Move them to the folder of their class.",
            )
        elif known and name not in known:
            yield error(
                "unknown-class-folder",
                f"{inside}/{name}",
                f"No class of esri_model_definition.emd is called '{name}'; a trainer ignores the "
                "folder or stops. Rename it to the name of its class, or add the class.",
            )


def _numbers(label: LabelFile, numbers: Sequence[int]) -> Iterator[Finding]:
    if not numbers:
        yield warning(
            "mask-without-object",
            label.path,
            "The mask has no object in it; some trainers stop at empty masks. Remove the file and "
            "its mention in map.txt.",
        )
    elif list(numbers) != list(range(1, len(numbers) + 1)):
        yield error(
            "object-numbers-with-gaps",
            label.path,
            f"{len(numbers)} objects have numbers up to {numbers[-1]}; trainers that count from 1 "
            "take objects that are not there for empty ones. Number them 1, 2, 3 … in each file.",
        )
