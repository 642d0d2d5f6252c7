"""Writing into the dataset's folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Optional

from .encodings import Encoding
from .errors import UnwritableOutput
from .files import ChipImage, LabelImage, OutputFile, PartnerImage, TextFile
from .gdal_errors import GdalFailure
from .memory_folder import Bytes

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class ChipFolder:
    """A dataset's folder, as the files of chips see it; any number of threads may write."""

    def __init__(
        self, path: str, chips: Encoding, labels: Encoding, partners: Optional[Encoding] = None
    ) -> None:
        self.path = path
        self._encodings = {ChipImage: chips, LabelImage: labels, PartnerImage: partners or chips}
        self._made: set[str] = set()

    @property
    def image_ending(self) -> str:
        """What the names of chip images end with."""
        return self._encodings[ChipImage].ending

    def write(self, file: OutputFile) -> str:
        """Write a file with its folders; returns its path in the dataset."""
        if isinstance(file, TextFile):
            self._write(file.path, file.text.encode("utf-8"))
            return file.path
        encoding = self._encodings[type(file)]
        try:
            for ending, content in encoding.files(file.pixels, file.grid):
                self._write(file.stem + ending, content)
        except GdalFailure as failure:
            raise UnwritableOutput(
                f"chipFormat: '{self.path}/{file.stem}' cannot be made ({failure}); choose "
                "smaller chips, or chipFormat TIFF."
            ) from failure
        return file.stem + encoding.ending

    def _write(self, path: str, content: Bytes) -> None:
        folder = path.rpartition("/")[0]
        try:
            if folder not in self._made:
                os.makedirs(f"{self.path}/{folder}", exist_ok=True)
                self._made.add(folder)
            write_bytes(f"{self.path}/{path}", content)
        except OSError as error:
            raise unwritable(error, f"{self.path}/{path}") from error


def write_bytes(path: str, content: Bytes) -> None:
    """Write a file with as few system calls as can be; a part of one is taken away again."""
    handle = os.open(path, FLAGS, 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(handle)


FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
GONE = (errno.ENOENT, errno.ESTALE)


def unwritable(error: OSError, path: str) -> UnwritableOutput:
    """The error of a file that cannot be written, for the user."""
    if error.errno in FULL:
        advice = "make room on its disk, or choose a folder on another one."
    elif error.errno in GONE:
        advice = "a folder was removed, renamed or unplugged meanwhile; bring it back."
    else:
        advice = "choose a folder that you may write to and that has room."
    return UnwritableOutput(
        f"outputLocation: '{error.filename or path}' cannot be written ({error.strerror}); {advice}"
    )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Failures to write become errors that name the path and the parameter."""
    try:
        yield
    except OSError as error:
        raise unwritable(error, str(path)) from error
