"""The text and JSON files of a dataset, read without trusting them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

from .findings import Finding, error

Json = dict[str, Any]
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Document:
    """A JSON file; the content is empty where it could not be read."""

    path: str
    content: Json
    raw: bytes
    findings: tuple[Finding, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether there is a JSON object in the file."""
        return not self.findings


def json_document(folder: str, path: str) -> Document:
    """A JSON object of a dataset, and what is wrong with it as a file."""
    try:
        raw = contents(folder, path)
    except FileNotFoundError:
        return Document(path, {}, b"", (missing(path),))
    except OSError as problem:
        return Document(path, {}, b"", (unreadable(path, problem),))
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        return Document(path, {}, raw, (not_json(path, str(problem)),))
    if not isinstance(content, dict):
        return Document(path, {}, raw, (not_json(path, "it is no object in braces"),))
    return Document(path, content, raw)


def contents(folder: str, path: str) -> bytes:
    """The bytes of a file of a dataset. Raises OSError."""
    with open(os.path.join(folder, path), "rb") as file:
        return file.read()


def missing(path: str) -> Finding:
    """A file every reader asks for is not there."""
    return error(
        "file-missing",
        path,
        "There is no such file; a trainer cannot load the dataset without it. Export again, or "
        "copy the file from where the dataset comes from.",
    )


def unreadable(path: str, problem: Exception) -> Finding:
    """A file that is there, but cannot be read."""
    reason = getattr(problem, "strerror", None) or str(problem)
    return error(
        "file-unreadable",
        path,
        f"The file cannot be read ({reason}), so a trainer stops here. Copy it again, or export "
        "again.",
    )


def not_json(path: str, reason: str) -> Finding:
    """A file that should be JSON."""
    return error(
        "not-json",
        path,
        f"The file is not the JSON it should be ({reason}); a trainer cannot load it. It may have "
        "been cut off or edited: copy it again, or export again.",
    )


def byte_order_mark(document: Document) -> Iterator[Finding]:
    """An editor's mark at the start of the file."""
    if document.raw.startswith(BYTE_ORDER_MARK):
        yield error(
            "byte-order-mark",
            document.path,
            "The file begins with a byte order mark, which JSON readers refuse. Save it as UTF-8 "
            "without BOM.",
        )


def whole(value: object) -> Optional[int]:
    """A whole number, also one written as 3.0; None for anything else.

    >>> whole(3.0), whole(True), whole("3")
    (3, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if math.isfinite(value) and value == int(value) else None


def is_finite(value: object) -> bool:
    """Whether it is a number that one can calculate with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def objects(value: object) -> list[Json]:
    """The JSON objects of a list; nothing for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
