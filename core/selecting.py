"""The choice among all places of a dataset: its splits, and chips without labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from .choosing import Selection
from .request import ExportRequest
from .split_shares import Shares
from .splitting import split_places
from .survey import Survey, counts_of

LEFT_OUT, SURPLUS = -1, -2
"""In the place of a part: not wanted or between two splits, and one without labels too many."""


@dataclass(frozen=True, eq=False)
class Selected:
    """The places chosen of each image, and how many were left out why."""

    selections: Sequence[Selection]
    straddling: int
    """Chips that would lie in two splits."""
    unlabeled: int
    """Chips without labels that are too many."""


def selected(
    request: ExportRequest, surveys: Sequence[Survey], shares: Optional[Shares]
) -> Selected:
    """Choose among the places of the images of a dataset; the same seed gives the same choice."""
    wanted = np.concatenate([survey.wanted for survey in surveys])
    part = np.where(wanted, 0, LEFT_OUT).astype(np.int8)
    if shares is not None:
        part = _split(request, surveys, wanted, shares)
    straddling = int((wanted & (part == LEFT_OUT)).sum())
    kept = part
    if request.negative_ratio is not None:
        labeled = np.concatenate([survey.labeled for survey in surveys])
        kept = without_surplus(part, labeled, request.negative_ratio, request.seed)
    ends = np.cumsum([len(survey.wanted) for survey in surveys])[:-1]
    return Selected(
        [Selection(each) for each in np.split(kept, ends)],
        straddling,
        int((part != kept).sum()),
    )


def _split(
    request: ExportRequest, surveys: Sequence[Survey], wanted: NDArray[np.bool_], shares: Shares
) -> NDArray[np.int8]:
    """The split of each wanted place."""
    frames = [np.full(len(survey.wanted), survey.frame) for survey in surveys]
    chosen = np.flatnonzero(wanted)
    part = np.full(len(wanted), LEFT_OUT, np.int8)
    part[chosen] = split_places(
        np.concatenate([survey.boxes for survey in surveys])[chosen],
        np.concatenate(frames)[chosen],
        counts_of(surveys)[chosen],
        shares,
        request.seed,
        (request.tile_size.columns, request.tile_size.rows),
    )
    return part


def without_surplus(
    part: NDArray[np.int8], labeled: NDArray[np.bool_], ratio: float, seed: int
) -> NDArray[np.int8]:
    """Parts of which none has more than `ratio` places without labels for each with labels."""
    kept = part.copy()
    order = np.random.PCG64(seed).random_raw(len(part))  # alike in all versions of numpy
    for number in np.unique(part[part >= 0]).tolist():
        members = part == number
        unlabeled = np.flatnonzero(members & ~labeled)
        allowed = ratio * int((members & labeled).sum()) + 1e-9
        most = math.floor(min(allowed, len(unlabeled)))  # it may be beyond all numbers
        kept[unlabeled[np.argsort(order[unlabeled], kind="stable")][most:]] = SURPLUS
    return kept
