"""The code of core, as it is sent to workers, and told from that of another version."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

PACKAGE, _, _ = __name__.partition(".core.")
"""What core lies in; in QGIS, the name of the plugin's folder."""


def sources() -> Iterator[tuple[str, bytes]]:
    """Path within the package, and text, of each module of core, wherever it was loaded from."""
    return _sources(files(f"{PACKAGE}.core"), "core")


def _sources(folder: Any, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: str(entry.name)):
        inner = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, inner)
        elif entry.name.endswith(".py"):
            yield inner, entry.read_bytes()


@cache
def fingerprint() -> str:
    """The same in all processes that have the same core."""
    digest = hashlib.sha256()
    for path, text in sources():
        digest.update(f"{path}\n{len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()[:16]


def write_archive(path: str) -> None:
    """Write a zip file from which core can be imported under its own name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{PACKAGE}/__init__.py", "")
        for inner, text in sources():
            archive.writestr(f"{PACKAGE}/{inner}", text)
