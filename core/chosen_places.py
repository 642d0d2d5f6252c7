"""The choice among the places of a dataset, as a request asks for it, and told to the user."""

from __future__ import annotations

from collections.abc import Sequence

from .progress import Progress
from .request import ExportRequest
from .selecting import Selected, selected
from .split_shares import split_shares
from .summary import tell_left_out
from .survey import Survey


def chosen_places(
    request: ExportRequest, surveys: Sequence[Survey], progress: Progress
) -> tuple[Selected, tuple[str, ...]]:
    """What is chosen of the places of each image, and the names of the splits that are used."""
    shares = split_shares(request.split) if request.split else None
    choice = selected(request, surveys, shares)
    tell_left_out(choice, progress)
    return choice, () if shares is None else shares.used
