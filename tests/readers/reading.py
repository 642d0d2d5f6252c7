"""Has datasets read by others: what was read, and by whom."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Optional

import numpy as np
from numpy.typing import NDArray

READERS = Path(__file__).absolute().parents[2] / "build" / "readers"
READY = READERS / "ready"
"""Is there when all readers are installed."""
LOADING = Path(__file__).with_name("loading.py")


class Order(NamedTuple):
    """A dataset, and who shall read it."""

    reader: str
    folder: Path


@dataclass(frozen=True, repr=False)
class Found:
    """An object that a reader found, in chip pixels; None is what it does not tell."""

    class_name: str
    box: Optional[list[float]] = None
    area: Optional[float] = None
    polygons: Optional[list[list[float]]] = None
    corners: Optional[list[list[float]]] = None
    mask_box: Optional[list[float]] = None
    mask: Optional[NDArray[np.bool_]] = None


@dataclass(frozen=True, repr=False)
class Picture:
    """An image that a reader found; `means` (row, column, band) are those of its blocks."""

    size: list[int]
    objects: list[Found]
    means: Optional[list[list[list[float]]]] = None


@dataclass(frozen=True, repr=False)
class Reading:
    """What a reader found in a dataset, images by their names."""

    classes: list[str]
    images: Mapping[str, Picture]


class ReaderFailure(Exception):
    """A reader did not load a dataset; the message is its own."""


def load(orders: Sequence[Order]) -> list[Mapping[str, Any]]:
    """What the readers say, as they say it; one process reads all, as importing takes longest."""
    pairs = [str(word) for order in orders for word in order]
    command = [str(READERS / "bin" / "python"), "-I", str(LOADING), *pairs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReaderFailure(done.stderr)
    answers: list[Mapping[str, Any]] = json.loads(done.stdout)
    return answers


def reading(answer: Mapping[str, Any]) -> Reading:
    if "failure" in answer:
        raise ReaderFailure(answer["failure"])
    images = {name: _picture(**image) for name, image in answer["images"].items()}
    return Reading(answer["classes"], dict(sorted(images.items())))


def _picture(size: list[int], objects: list[Mapping[str, Any]], **rest: Any) -> Picture:
    return Picture(size, [_found(size, **found) for found in objects], **rest)


def _found(size: list[int], mask: Optional[list[int]] = None, **rest: Any) -> Found:
    if mask is None:
        return Found(**rest)
    pixels = np.repeat(np.arange(len(mask)) % 2 == 1, mask)
    return Found(**rest, mask=pixels.reshape(size[1], size[0]))
