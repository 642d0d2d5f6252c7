"""Strips that stay where they were read, and what stands in for them where chips are numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cutting import CutStrip


@dataclass(frozen=True)
class StripAway:
    """Stands in, where chips are numbered, for a strip that a worker holds."""

    ticket: int
    chip_count: int


def stand_ins(ticket: int, strips: Sequence[CutStrip]) -> list[StripAway]:
    """What the exporting process must know of strips to number them."""
    return [StripAway(ticket, strip.chip_count) for strip in strips]
