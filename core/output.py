"""Writing into the dataset's folder."""

from __future__ import annotations

import os
from pathlib import Path

from .encodings import Encoding
from .errors import UnwritableOutput
from .files import ChipImage, LabelImage, OutputFile, TextFile
from .tiff import Bytes

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class ChipFolder:
    """A dataset's folder, as the files of chips see it; any number of threads may write."""

    def __init__(self, path: str, chips: Encoding, labels: Encoding) -> None:
        self.path = path
        self._encodings = {ChipImage: chips, LabelImage: labels}
        self._made: set[str] = set()

    @property
    def image_ending(self) -> str:
        """What the names of chip images end with."""
        return self._encodings[ChipImage].ending

    def write(self, file: OutputFile) -> str:
        """Write a file with its folders; returns its path in the dataset."""
        try:
            if isinstance(file, TextFile):
                self._write(file.path, file.text.encode("utf-8"))
                return file.path
            encoding = self._encodings[type(file)]
            for ending, content in encoding.files(file.pixels, file.grid):
                self._write(file.stem + ending, content)
            return file.stem + encoding.ending
        except OSError as error:
            raise unwritable(error) from error

    def _write(self, path: str, content: Bytes) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(f"{self.path}/{folder}", exist_ok=True)
            self._made.add(folder)
        write_bytes(f"{self.path}/{path}", content)


def write_bytes(path: str, content: Bytes) -> None:
    """Write a file with as few system calls as can be."""
    handle = os.open(path, FLAGS, 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
    finally:
        os.close(handle)


def write_atomically(path: Path, text: str) -> None:
    """Write a text so that the file is there whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> UnwritableOutput:
    """The error of a file that cannot be written, for the user."""
    return UnwritableOutput(
        f"outputLocation: '{error.filename}' cannot be written ({error.strerror}); choose a folder "
        "that you may write to and that has room."
    )
