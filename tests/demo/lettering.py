"""Words on pictures, in capitals of 3 x 5 dots."""

from __future__ import annotations

from typing import Any

import numpy as np

ROWS_OF = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/()",
        "25755 65656 34443 65556 74647 74644 34553 55755 72227 11152 55655 44447 57755 65555 "
        "25552 65644 25563 65655 34216 72222 55557 55552 55775 55255 55222 71247 75557 26227 "
        "71747 71317 55711 74717 74757 71122 75757 75717 00700 00007 00002 00024 02020 11244 "
        "24442 21112".split(),
    )
)
"""Rows of each letter from the top; the bits of an octal digit are the dots of a row."""


def lettering(text: str, dot: int = 2) -> Any:
    """Where the dots of a text are, as an array of booleans; unknown letters stay empty.

    >>> print(lettering("T", dot=1).astype(int))
    [[1 1 1 0]
     [0 1 0 0]
     [0 1 0 0]
     [0 1 0 0]
     [0 1 0 0]]
    """
    letters = [[int(row) for row in ROWS_OF.get(letter, "00000")] for letter in text.upper()]
    rows = np.array(letters, np.uint8).reshape(-1, 5)
    dots = (rows.T[:, :, None] >> np.array([2, 1, 0]) & 1).astype(bool)
    spaced = np.pad(dots, ((0, 0), (0, 0), (0, 1))).reshape(5, -1)
    return np.kron(spaced, np.ones((dot, dot), bool))
