"""The code that is sent to workers."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chipwright.core.cluster.archive import fingerprint, sources, write_archive
from chipwright.core.formats import FORMATS

CORE = Path(__file__).absolute().parents[3] / "core"
ASK = """
import sys
sys.path.insert(0, sys.argv[1])
from chipwright.core.cluster.archive import fingerprint
from chipwright.core.formats import FORMATS
import chipwright.core.export
print(fingerprint(), *FORMATS)
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write_archive(str(tmp_path / "code.zip"))
    return tmp_path / "code.zip"


def test_all_modules_of_core_are_sent() -> None:
    expected = {f"core/{path.relative_to(CORE).as_posix()}" for path in CORE.rglob("*.py")}
    assert {path for path, _ in sources()} == expected


def test_nothing_else_is_sent(archive: Path) -> None:
    names = zipfile.ZipFile(archive).namelist()
    assert sorted(names) == sorted(
        ["chipwright/__init__.py", *(f"chipwright/{path}" for path, _ in sources())]
    )


def test_what_was_sent_is_the_same_code_with_the_same_formats(archive: Path) -> None:
    """In a process that knows nothing of this clone."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-B", "-c", ASK, str(archive)]
    done = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [fingerprint(), *FORMATS]
