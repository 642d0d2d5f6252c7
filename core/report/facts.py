"""What a report says, apart from how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ..classes import Color
from .asked import Asked
from .label_overlay import Overlay

Point = tuple[float, float]


@dataclass(frozen=True)
class ClassFacts:
    """A class in the chips."""

    value: int
    name: str
    original_name: str
    """How the label data spell it."""
    color: Color
    count: int
    """Labels over all chips, or pixels where labels are a raster."""
    chips: int
    """Chips it is in."""


@dataclass(frozen=True)
class BandFacts:
    """The pixels of a band in all chips, without no-data, and a histogram of some of them."""

    name: str
    minimum: Optional[float]
    """None where there is no data at all."""
    maximum: Optional[float]
    mean: float
    deviation: float
    low: float
    """Where the histogram begins; values below it are counted in its first bin."""
    high: float
    bins: tuple[int, ...]


@dataclass(frozen=True)
class Area:
    """A chip on the map, or a cell in which there are several."""

    corners: tuple[Point, ...]
    group: str
    """Name of its split, or whether it has labels."""
    chips: int = 1


@dataclass(frozen=True)
class FootprintMap:
    """Where the chips lie."""

    crs: str
    """Name of the system; empty where there is none."""
    areas: tuple[Area, ...]
    images: tuple[tuple[Point, ...], ...]
    """Outlines of the images."""
    are_cells: bool
    """Whether there are so many chips that they are shown together."""


@dataclass(frozen=True)
class SampleFacts:
    """A chip with its labels as a picture."""

    name: str
    columns: int
    rows: int
    uri: str
    """The picture, of which the address is its content."""
    overlay: Overlay
    split: str
    class_names: tuple[str, ...]
    partner_uri: str = ""
    """Of the second image."""


@dataclass(frozen=True)
class DatasetFacts:
    """A dataset, of which an export may have written two."""

    folder: str
    chips: int
    labeled: int
    earlier: int
    """Chips that were there before."""
    labels: int
    images: int
    """Number of images it was cut from."""
    has_labels: bool
    counts_pixels: bool
    """Whether classes are counted in pixels."""
    classes: tuple[ClassFacts, ...]
    single_classes: tuple[ClassFacts, ...]
    """Of single objects beside the labels."""
    splits: Mapping[str, int]
    bands: tuple[BandFacts, ...]
    partner_bands: tuple[BandFacts, ...]
    """Of the second images; without histograms."""
    footprints: FootprintMap
    samples: tuple[SampleFacts, ...]


@dataclass(frozen=True)
class Report:
    """All of it."""

    asked: Asked
    metadata_format: str
    datasets: Sequence[DatasetFacts]
    warnings: tuple[str, ...]
