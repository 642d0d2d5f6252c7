"""The chips of an export that was broken off, before it is gone on with."""

from __future__ import annotations

import os

from .dataset_parts import FOLDERS
from .encodings import CHIP_ENDINGS
from .errors import InvalidRequest
from .manifest import Manifest

ENDINGS = {ending[1:] for ending in CHIP_ENDINGS.values()} | {"xml", "txt"}
"""Of images and labels, after the number of the chip; other files lie beside them."""


def check_kept(folder: str, written: Manifest, otherwise: str) -> None:
    """Refuse to go on with a dataset of which images or labels are gone. Raises InvalidRequest.

    `otherwise` says what may be done instead.
    """
    numbers = range(written.start_index, written.next_number)
    found = sum(
        _belongs_to(name, numbers)
        for part in FOLDERS
        for _, _, names in os.walk(os.path.join(folder, part))
        for name in names
    )
    if found < written.file_count:
        raise InvalidRequest(
            "outputLocation",
            f"{written.file_count - found} of {written.file_count} images and labels that were "
            f"written are no longer in '{folder}'; nothing was changed. Bring them back, "
            f"{otherwise}",
        )


def _belongs_to(name: str, numbers: range) -> bool:
    """Whether this is an image or the labels of one of some chips.

    >>> [_belongs_to(name, range(5)) for name in ("000000004.xml", "000000004.tif.aux.xml")]
    [True, False]
    """
    number, _, ending = name.partition(".")
    return ending in ENDINGS and number.isdecimal() and int(number) in numbers
