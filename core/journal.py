"""What of a dataset is confirmed to be written, so that an export that was killed can go on.

A JSON object a line: first what is exported, then how far it has come, again and again; each line
is on the disk before the next is begun. The chips themselves are not waited for: when a process is
killed the system still has them, but after a power cut the last chips are suspect.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, Optional

from .errors import InvalidRequest
from .fingerprint import Fingerprint
from .manifest import Manifest
from .stored_sums import restored, stored

JOURNAL = "journal"
VERSION = 6
"""Of what the lines mean, and of how an image is divided into batches."""
CHIPS, SECONDS = 1000, 1.0
"""Lines are so many chips or so much time apart, whichever is less."""
SHARE = 20
"""They are so many times as far apart as it takes to write one: a slow disk is asked seldom."""
MOST_BYTES = 16 << 20
"""A longer journal is written anew, without the lines that later ones made void."""
HEADER = -1
"""Where lines of datasets have their number."""
NO_FINGERPRINT: Fingerprint = {"parameters": {}, "files": {}}


@dataclass(frozen=True)
class Header:
    """What is exported, and into what."""

    fingerprint: Fingerprint
    policy: str = "refuse"
    """What became of the dataset that was there: replace, append; refuse if there was none."""
    first_numbers: Mapping[str, int] = field(default_factory=dict)
    """Of chips that are appended: number of the first, by the folder of its dataset."""
    root_files: Sequence[str] = ()
    """Files about the dataset that were there before chips were appended."""


@dataclass(frozen=True)
class Confirmed:
    """How far the export has come: all before this is written."""

    dataset: int
    """Its number among those that are exported together."""
    image: int
    """The number of an image among those of the dataset."""
    places: int
    """Places of the image that are done."""
    manifest: Manifest
    """Of the dataset."""
    lengths: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the files that grow with the chips, those of all datasets."""

    def places_of(self, image: int, place_count: int) -> int:
        """How many of the places of an image are done."""
        if image == self.image:
            return self.places
        return place_count if image < self.image else 0

    @property
    def chip_count(self) -> int:
        """Chips that were written by this export, in its dataset."""
        return self.manifest.chip_count - self.manifest.earlier_count


class Line(NamedTuple):
    """A line of a journal, as it is written and what it says."""

    text: bytes
    said: dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """A journal that was read."""

    header: Header
    lines: tuple[Line, ...]
    """All whole lines, the header first."""

    def reached(self, folder: Path) -> Recorded:
        """Without the last lines, if growing files in the folder are too short for them.

        The system lost then what it had not written yet.
        """
        count = len(self.lines)
        while count > 1 and not _has_grown(folder, self.lines[count - 1].said["lengths"]):
            count -= 1
        return replace(self, lines=self.lines[:count])

    def confirmed(self) -> dict[int, Confirmed]:
        """The last that is said of each dataset, by its number."""
        last = {line.said["dataset"]: line.said for line in self.lines[1:]}
        return {
            dataset: Confirmed(**{**said, "manifest": restored(said["manifest"])})
            for dataset, said in last.items()
        }

    @property
    def lengths(self) -> Mapping[str, int]:
        """Bytes of the files that grow with the chips, as far as they are confirmed."""
        return self.lines[-1].said["lengths"] if len(self.lines) > 1 else {}


def _has_grown(folder: Path, lengths: Mapping[str, int]) -> bool:
    return all(
        os.path.isfile(folder / path) and os.path.getsize(folder / path) >= length
        for path, length in lengths.items()
    )


def recorded(path: Path) -> Optional[Recorded]:
    """Read a journal; None if there is none, or none that says what is exported.

    It ends before the first line that is not whole. Raises InvalidRequest for a journal that is
    written in another way, and OSError.
    """
    if not os.path.exists(path):
        return None
    lines = tuple(_whole_lines(path.read_bytes()))
    if not lines:
        return None
    said = dict(lines[0].said)
    if said.pop("version", None) != VERSION:
        raise InvalidRequest(
            "outputLocation",
            f"'{path}' was written by another version of Chipwright; nothing was changed. Go on "
            "with that one, or choose another folder.",
        )
    return Recorded(Header(**said), lines)


def _whole_lines(content: bytes) -> Iterator[Line]:
    for text in content.splitlines(keepends=True):
        try:
            said = json.loads(text)
        except ValueError:
            return
        if not text.endswith(b"\n") or not isinstance(said, dict):
            return
        yield Line(text, said)


class Journal:
    """A journal that is written on. Raises OSError."""

    def __init__(self, path: Path, earlier: Optional[Recorded] = None) -> None:
        """Begin a journal, or go on after the lines of one that was read."""
        self._path = path
        lines = () if earlier is None else earlier.lines
        self._lines = {line.said.get("dataset", HEADER): line.text for line in lines}
        """The header, and the last line of each dataset."""
        self._began = monotonic()
        self._cost = 0.0
        """Seconds that the last line took."""
        self._file = path.open("r+b" if lines else "wb")
        self._file.truncate(sum(len(line.text) for line in lines))
        self._file.seek(0, os.SEEK_END)

    def begin(self, header: Header) -> None:
        """Say what is exported."""
        self._write(HEADER, {"version": VERSION, **asdict(header)})

    def is_due(self, chips: int) -> bool:
        """Whether a line is worth while, so many chips after the last."""
        waited = monotonic() - self._began
        return (chips >= CHIPS or waited >= SECONDS) and waited >= SHARE * self._cost

    def confirm(self, confirmed: Confirmed) -> None:
        """Say how far the export has come."""
        said = {
            "dataset": confirmed.dataset,
            "image": confirmed.image,
            "places": confirmed.places,
            "manifest": stored(confirmed.manifest),
            "lengths": dict(confirmed.lengths),
        }
        self._write(confirmed.dataset, said)

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _write(self, dataset: int, said: Mapping[str, Any]) -> None:
        began = monotonic()
        self._lines[dataset] = json.dumps(said).encode("ascii") + b"\n"
        if self._file.tell() > MOST_BYTES:
            self._shorten()
        else:
            self._file.write(self._lines[dataset])
            _sync(self._file)
        self._began = monotonic()
        self._cost = self._began - began

    def _shorten(self) -> None:
        aside = self._path.with_name(f"{JOURNAL}.part")
        with aside.open("wb") as part:
            for line in self._lines.values():
                part.write(line)
            _sync(part)
        self._file.close()
        os.replace(aside, self._path)
        self._file = self._path.open("ab")


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
