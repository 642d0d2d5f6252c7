from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chipwright.core.crew.interpreter import interpreter


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return str(path)


def within(monkeypatch: pytest.MonkeyPatch, own: str, prefix: Path) -> None:
    """As if Python ran within a program."""
    monkeypatch.setattr(sys, "executable", own)
    monkeypatch.setattr(sys, "exec_prefix", str(prefix))


def test_it_runs_python_of_this_version() -> None:
    found = interpreter()
    assert found is not None
    asked = [found, "-c", "import sys; print(*sys.version_info)"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(part) for part in sys.version_info]


def test_a_program_that_is_no_python_is_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be one more window of QGIS."""
    within(monkeypatch, program(tmp_path / "bin/qgis-bin"), tmp_path / "nothing")
    assert interpreter() is None


@pytest.mark.parametrize("place", ["python3", "bin/python3", "bin/python3.{}"])
def test_python_lies_beside_qgis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """In QGIS.app/Contents/MacOS/bin, for one."""
    python = program(tmp_path / place.format(sys.version_info[1]))
    within(monkeypatch, program(tmp_path / "QGIS"), tmp_path / "nothing")
    assert interpreter() == python


def test_python_lies_in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(tmp_path / "apps/Python3/python3")
    within(monkeypatch, program(tmp_path / "bin/qgis-bin"), tmp_path / "apps/Python3")
    assert interpreter() == python


def test_python_of_this_version_goes_before_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "python3")
    python = program(tmp_path / f"python3.{sys.version_info[1]}")
    within(monkeypatch, "", tmp_path)
    assert interpreter() == python


def test_python_within_qgis_is_not_the_one_that_the_user_has_first_in_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(tmp_path / "usr/bin/python3")
    within(monkeypatch, program(tmp_path / "home/python3"), tmp_path / "usr")
    assert interpreter() == python


def test_what_cannot_be_run_is_no_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(program(tmp_path / "python3")).chmod(0o644)
    within(monkeypatch, "", tmp_path)
    assert interpreter() is None
