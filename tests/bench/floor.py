"""The floor of a job: writing the very same files, and reading the source once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .costs import Cost, cost_of

READ_BYTES = 4 << 20


@dataclass(frozen=True)
class Floor:
    """The files of a finished export, and the file it was cut from."""

    source: Path
    files: tuple[tuple[str, int], ...]
    """Relative path and size of each."""
    chips: int

    def cost(self, folder: Path) -> Cost:
        """Of writing the files from a constant buffer, on one thread, and reading the source."""
        return cost_of(lambda: self.pay(folder))

    def pay(self, folder: Path) -> None:
        """Write the files and read the source."""
        buffer = memoryview(bytes(max(size for _, size in self.files)))
        for made in sorted({path.rpartition("/")[0] for path, _ in self.files}):
            (folder / made).mkdir(parents=True, exist_ok=True)
        for path, size in self.files:
            handle = os.open(f"{folder}/{path}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.write(handle, buffer[:size])
            os.close(handle)
        with self.source.open("rb", buffering=0) as source:
            while source.read(READ_BYTES):
                pass


def floor_of(source: Path, folder: Path, chips: int) -> Floor:
    """The floor of the export that made a folder."""
    return Floor(source, tuple(_files(folder)), chips)


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.stat().st_size
