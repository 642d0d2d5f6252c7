"""Folders as trees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Optional

MOST_CHIPS = 4
"""Numbered files of a folder that are all shown; of more, only the first is."""


def tree(folder: Path) -> str:
    """All that is below a folder, in lines; folders first."""
    return "".join(f"{line}\n" for line in _branches(folder, ""))


def _branches(folder: Path, indent: str) -> Iterator[str]:
    entries = list(_entries(folder))
    for place, (name, below) in enumerate(entries, start=1):
        is_last = place == len(entries)
        yield f"{indent}{'└── ' if is_last else '├── '}{name}"
        if below:
            yield from _branches(below, indent + ("    " if is_last else "│   "))


def _entries(folder: Path) -> Iterator[tuple[str, Optional[Path]]]:
    """Names, and for folders what is to be looked into."""
    entries = sorted(folder.iterdir(), key=lambda it: (it.is_file(), it.name))
    numbered = [it for it in entries if it.is_file() and it.stem.isdigit()]
    hidden = numbered[1:] if len(numbered) > MOST_CHIPS else []
    for it in entries:
        if it.is_dir():
            yield f"{it.name}/", it
        elif it not in hidden:
            yield it.name, None
        if hidden and it == numbered[0]:
            yield f"… and {len(hidden)} more", None
