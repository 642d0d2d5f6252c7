"""The chips of an export that was broken off, before it is gone on with."""

from __future__ import annotations

import os

from .errors import InvalidRequest

IMAGES = "images"


def check_kept(folder: str, ending: str, numbers: range) -> None:
    """Refuse to go on with a dataset of which images are gone. Raises InvalidRequest.

    `ending` is that of its images, `numbers` are those of the chips that it has.
    """
    images = os.path.join(folder, IMAGES)
    found = sum(
        name.endswith(ending) and name[: -len(ending)].isdecimal() and _number(name) in numbers
        for _, _, names in os.walk(images)
        for name in names
    )
    if found < len(numbers):
        raise InvalidRequest(
            "outputLocation",
            f"{len(numbers) - found} of {len(numbers)} chips that were written are no longer in "
            f"'{images}'; nothing was changed. Bring them back, or remove the dataset and export "
            "it anew.",
        )


def _number(name: str) -> int:
    return int(name.partition(".")[0])
