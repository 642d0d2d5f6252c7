"""What checking one label file comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .description import Description
from .findings import Finding
from .rasters import RasterFacts


@dataclass(frozen=True)
class LabelFile:
    """A label and the chip it belongs to."""

    path: str
    image: str
    chip: RasterFacts
    description: Description

    @property
    def folder(self) -> str:
        """The dataset."""
        return self.description.folder


@dataclass(frozen=True)
class LabelContent:
    """Objects, or pixels in a class map, by class value; and what is wrong with them."""

    amounts: Mapping[int, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_readable: bool = True


def unreadable_label(finding: Finding) -> LabelContent:
    """Nothing but the reason why there is nothing."""
    return LabelContent(findings=(finding,), is_readable=False)


def content_of(values: Iterable[int], findings: Iterable[Finding]) -> LabelContent:
    """Objects of these classes."""
    return LabelContent(Counter(values), tuple(findings))
