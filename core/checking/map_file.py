"""map.txt: which files belong together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from .dataset_kind import MAP
from .documents import BYTE_ORDER_MARK, missing, unreadable
from .findings import Finding, error
from .listing import LABEL_ENDINGS, Listing, stem

FIELD_ENDS = re.compile(r"\s+(?=(?:images2|labels2?)[\\/])")
"""Names of classes may hold blanks, so only the next folder tells that a field ends."""


class Entry(NamedTuple):
    """A line of the map; paths have forward slashes."""

    number: int
    image: str
    others: tuple[str, ...]
    """images2, labels and labels2."""
    words: int
    """What a reader that splits at every blank takes for fields."""

    @property
    def has_label(self) -> bool:
        """Whether the line names a label."""
        return any(path.startswith("labels") for path in self.others)


def entries(folder: str) -> Iterator[Entry]:
    """The lines of the map that are not blank; one is read at a time. Raises OSError."""
    path = os.path.join(folder, MAP)
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield map_entry(number, line)


def map_entry(number: int, line: str) -> Entry:
    r"""The fields of a line.

    >>> map_entry(1, "images\\7.tif  labels\\big tree\\7.tif\r\n")[1:3]
    ('images/7.tif', ('labels/big tree/7.tif',))
    """
    fields = [field.replace("\\", "/") for field in FIELD_ENDS.split(line.strip())]
    return Entry(number, fields[0], tuple(fields[1:]), len(line.split()))


def check_map(folder: str, metadata_format: str, found: Listing) -> Iterator[Finding]:
    """The map against the files on disk, both ways."""
    if not os.path.isfile(os.path.join(folder, MAP)):
        yield missing(MAP)
        return
    try:
        yield from _byte_order_mark(folder)
    except OSError as problem:
        yield unreadable(MAP, problem)
        return
    unlisted = _Unlisted(found)
    labeled = two_words = partnered = False
    for entry in entries(folder):
        yield from unlisted.check(entry)
        labeled |= entry.has_label
        two_words |= entry.words == 2
        partnered |= any(path.startswith("images2/") for path in entry.others)
    if metadata_format in LABEL_ENDINGS and not (partnered and labeled):
        yield from _label_fields(labeled, two_words)
    yield from unlisted.rest()


def _byte_order_mark(folder: str) -> Iterator[Finding]:
    with open(os.path.join(folder, MAP), "rb") as file:
        if file.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK:
            yield error(
                "byte-order-mark",
                MAP,
                "The file begins with a byte order mark, so readers do not find the first chip. "
                "Save it as UTF-8 without BOM.",
            )


def _label_fields(labeled: bool, two_words: bool) -> Iterator[Finding]:
    """Readers look for a line with two fields to learn how labels end, and never stop looking."""
    if not labeled:
        yield error(
            "map-without-labels",
            MAP,
            "No line names a label, so there is nothing to learn from; a common reader waits for "
            "such a line forever. Check that the labels lie on the image, and export again.",
        )
    elif not two_words:
        yield error(
            "map-without-plain-line",
            MAP,
            "Every line with a label has a blank inside a path. Readers split lines at blanks, and "
            "a common one waits forever for a line of two fields. Use names of classes without "
            "blanks, and export again.",
        )


class _Unlisted:
    """The files on disk that no line of the map has named so far."""

    def __init__(self, found: Listing) -> None:
        self._stems = {stem(path) for path in found.images}
        self._on_disk = {*found.images, *found.label_paths, *found.further_paths}
        self._unlisted = {*found.images, *found.label_paths}

    def check(self, entry: Entry) -> Iterator[Finding]:
        """One line."""
        for path in (entry.image, *entry.others):
            if path not in self._on_disk:
                yield error(
                    "map-path-missing",
                    MAP,
                    f"Line {entry.number} names {path}, but there is no such file; a trainer stops "
                    "there, or takes the labels of another chip. Restore the file, or remove the "
                    "line and what else it names.",
                )
            self._unlisted.discard(path)
        if any(stem(path) != stem(entry.image) for path in entry.others):
            yield error(
                "map-stems-differ",
                MAP,
                f"Line {entry.number} pairs {entry.image} with {', '.join(entry.others)}: the "
                "names differ, so a trainer would learn from labels of another chip.",
            )

    def rest(self) -> Iterator[Finding]:
        """What is on disk, but not in the map."""
        for path in sorted(self._unlisted):
            if path.startswith("images/"):
                yield error(
                    "image-not-in-map",
                    path,
                    f"The chip is not in {MAP}: some trainers use it and some do not. Add its "
                    "line, or remove the file and its labels.",
                )
            elif stem(path) in self._stems:
                yield error(
                    "label-not-in-map",
                    path,
                    f"The label is not in {MAP}, so its chip counts as empty for some trainers. "
                    "Add it to the line of its chip, or remove the file.",
                )
