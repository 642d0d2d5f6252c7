"""Checks of class maps: the labels of Classified_Tiles and Panoptic_Segmentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..gdal_errors import GdalFailure
from .findings import Finding, error
from .label_content import LabelContent, LabelFile, unreadable_label
from .rasters import label_pixels


def check_class_map(label: LabelFile) -> LabelContent:
    """One band of class values, 0 where there is no class."""
    try:
        pixels = label_pixels(label.folder, label.path)
    except GdalFailure as problem:
        return unreadable_label(unreadable_raster(label.path, problem))
    findings = [*check_raster(label, pixels), *_one_band(label, pixels)]
    if pixels.dtype.kind not in "iu":
        return LabelContent({}, tuple(findings), is_readable=False)
    amounts = {value: count for value, count in value_counts(pixels).items() if value != 0}
    findings += _values(label, amounts)
    return LabelContent(amounts, tuple(findings))


def check_raster(label: LabelFile, pixels: NDArray[Any]) -> Iterator[Finding]:
    """What holds for all label rasters: as large as the chip, whole numbers."""
    _, rows, columns = pixels.shape
    if (columns, rows) != label.chip.size:
        yield error(
            "label-size-differs",
            label.path,
            f"The label has {columns} × {rows} pixels, but its chip has {label.chip.columns} × "
            f"{label.chip.rows}; a trainer stops, or stretches one of them. Export again.",
        )
    if pixels.dtype.kind not in "iu":
        yield error(
            "label-not-integer",
            label.path,
            f"The pixels are of type {pixels.dtype.name}; labels are whole numbers, and a trainer "
            "stops at others. Convert the raster to 8 or 16 bits without a sign.",
        )


def unreadable_raster(path: str, problem: Exception) -> Finding:
    """An image or label that GDAL does not open, or not to its end."""
    return error(
        "image-unreadable",
        path,
        f"The image cannot be read ({problem}); a trainer stops here. It may have been cut off "
        "while it was copied: copy it again, or export again.",
    )


def value_counts(pixels: NDArray[Any]) -> dict[int, int]:
    """How many pixels have each value.

    >>> value_counts(np.array([[0, 2], [2, 2]], np.uint8))
    {0: 1, 2: 3}
    """
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize <= 2:
        counts = np.bincount(pixels.reshape(-1))
        values = np.flatnonzero(counts)
        return dict(zip(values.tolist(), counts[values].tolist()))
    values, counts = np.unique(pixels, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist()))


def _one_band(label: LabelFile, pixels: NDArray[Any]) -> Iterator[Finding]:
    if len(pixels) != 1:
        yield error(
            "label-bands",
            label.path,
            f"The label has {len(pixels)} bands; a class map has one, and a trainer takes the "
            "first or stops. A picture in colours is no class map: export again.",
        )


def _values(label: LabelFile, amounts: dict[int, int]) -> Iterator[Finding]:
    classes = label.description.classes
    unknown = [value for value in amounts if value not in classes]
    if classes and unknown:
        shown = ", ".join(map(str, unknown[:8])) + (", …" if len(unknown) > 8 else "")
        yield error(
            "unknown-class-value",
            label.path,
            f"Pixels have the values {shown}, which are not among the Classes of "
            "esri_model_definition.emd; a trainer stops with an index out of range. Make them 0, "
            "or add the classes.",
        )
