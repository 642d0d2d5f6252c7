"""Which values of a request are nonsense, each for itself and all together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from .errors import InvalidRequest
from .formats import FORMATS
from .request_choices import (
    CHIP_FORMATS,
    COMPRESSIONS,
    EDGE_POLICIES,
    EXISTING_OUTPUT,
    METADATA_FORMATS,
    PIXEL_SCALINGS,
    REFERENCE_SYSTEMS,
    RESPONSE_FORMATS,
    parameter_name,
)
from .request_combinations import wrong_combinations
from .usable_texts import unusable_texts
from .workers import MOST_PERCENT, MOST_WORKERS, worker_count

if TYPE_CHECKING:
    from .request import ExportRequest

LEAST_TO_BEST_JPEG = (10, 100)
"""GDAL 3.6 refuses what is less."""
MOST_SHOWN = 100
"""Characters of a text that cannot be used."""
LEAST_ANGLE = 0.1
"""Degrees by which chips may be turned."""


def problems(request: ExportRequest) -> Iterator[InvalidRequest]:
    """What is wrong with it, if anything; later ones hold only where there are no earlier ones."""
    yield from _wrong_texts(request)
    yield from _wrong_choices(request)
    yield from _wrong_sizes(request)
    yield from _out_of_range(request)
    yield from _wrong_measures(request)
    yield from _wrong_angle(request)
    yield from _wrong_workers(request)
    yield from _not_available_yet(request)
    yield from wrong_combinations(request)


def _wrong_texts(request: ExportRequest) -> Iterator[InvalidRequest]:
    for each in fields(request):
        for text in unusable_texts(getattr(request, each.name)):
            yield InvalidRequest(
                parameter_name(each.name),
                f"'{text[:MOST_SHOWN]}' has a character that no path and no name can have (NUL, or "
                "half of a character); remove it.",
            )


def _wrong_choices(request: ExportRequest) -> Iterator[InvalidRequest]:
    choices = {
        "chip_format": CHIP_FORMATS,
        "metadata_format": METADATA_FORMATS,
        "existing_output": EXISTING_OUTPUT,
        "edge_policy": EDGE_POLICIES,
        "compression": COMPRESSIONS,
        "pixel_scaling": PIXEL_SCALINGS,
    }
    if request.reference_system == "IMAGE_SPACE":
        yield InvalidRequest(
            "referenceSystem", "IMAGE_SPACE is not supported; choose MAP_SPACE or PIXEL_SPACE."
        )
    choices["reference_system"] = REFERENCE_SYSTEMS
    if request.wants_report:
        choices["response_format"] = RESPONSE_FORMATS
    for field_name, allowed in choices.items():
        value = getattr(request, field_name)
        if value not in allowed:
            yield InvalidRequest(
                parameter_name(field_name), f"'{value}' is none of {', '.join(allowed)}."
            )


def _wrong_sizes(request: ExportRequest) -> Iterator[InvalidRequest]:
    sides = {
        "tileSizeX": (request.tile_size.columns, 1),
        "tileSizeY": (request.tile_size.rows, 1),
        "strideSizeX": (request.stride_size.columns, 0),
        "strideSizeY": (request.stride_size.rows, 0),
        "startIndex": (request.start_index, 0),
    }
    for name, (value, least) in sides.items():
        if value < least:
            yield InvalidRequest(
                name, f"is {value}, but must be a whole number of at least {least}."
            )
    if not 0 <= request.seed < 2**63:
        yield InvalidRequest("seed", f"is {request.seed}, but must be a whole number from 0 on.")
    if any(band < 1 for band in request.bands):
        yield InvalidRequest(
            "bands", f"is {list(request.bands)}, but bands are counted from 1; give such as 3,2,1."
        )


def _out_of_range(request: ExportRequest) -> Iterator[InvalidRequest]:
    ranges: dict[str, tuple[float, float]] = {
        "min_polygon_overlap_ratio": (0, 1),
        "jpeg_quality": LEAST_TO_BEST_JPEG,
        "png_level": (0, 9),
        "max_nodata_ratio": (0, 1),
        "min_label_ratio": (0, 1),
    }
    for field_name, (least, most) in ranges.items():
        value = getattr(request, field_name)
        if not least <= value <= most:
            yield InvalidRequest(
                parameter_name(field_name),
                f"is {value:g}, but must lie between {least} and {most}.",
            )
    low, high = request.scaling_percentiles
    if not 0 <= low < high <= 100:
        yield InvalidRequest(
            "scalingPercentiles",
            f"are {low:g} and {high:g}, but must rise and lie between 0 and 100, such as 2-98.",
        )


def _wrong_measures(request: ExportRequest) -> Iterator[InvalidRequest]:
    if not 0 <= request.buffer_radius < math.inf:
        yield InvalidRequest(
            "bufferRadius",
            f"is {request.buffer_radius:g}, but must be a number of at least 0, in the unit of the "
            "label layer.",
        )
    ratio = request.negative_ratio
    if ratio is not None and not 0 <= ratio < math.inf:
        yield InvalidRequest("negativeRatio", f"is {ratio:g}, but must be a number of at least 0.")
    if request.cell_size is not None and not 0 < request.cell_size < math.inf:
        yield InvalidRequest(
            "cellSize", f"is {request.cell_size:g}, but must be more than 0 map units."
        )


def _wrong_angle(request: ExportRequest) -> Iterator[InvalidRequest]:
    angle = request.rotation_angle
    if not 0 <= angle < 360:
        yield InvalidRequest(
            "rotationAngle", f"is {angle:g}, but must be at least 0 and below 360."
        )
    elif 0 < angle < LEAST_ANGLE:
        yield InvalidRequest(
            "rotationAngle",
            f"is {angle:g}, by which each chip would be turned more than "
            f"{360 / LEAST_ANGLE:.0f} times; give at least {LEAST_ANGLE:g} degrees, or 0 for none.",
        )


def _wrong_workers(request: ExportRequest) -> Iterator[InvalidRequest]:
    try:
        worker_count(request.parallel_processing_factor)
    except ValueError:
        yield InvalidRequest(
            "parallelProcessingFactor",
            f"'{request.parallel_processing_factor}' is neither a number of workers, such as 4 "
            f"and at most {MOST_WORKERS}, nor a share of the cores, such as 50% and at most "
            f"{MOST_PERCENT}%.",
        )


def _not_available_yet(request: ExportRequest) -> Iterator[InvalidRequest]:
    """A format of the specification that has no file in formats/ so far."""
    if request.metadata_format not in FORMATS:
        yield InvalidRequest(
            "metadataFormat",
            f"{request.metadata_format} is not available yet; choose one of {', '.join(FORMATS)}.",
        )
