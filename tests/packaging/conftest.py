"""The zip of the last commit, and a QGIS profile that it is unpacked into."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chipwright.tests.demo.qgis_run import profile_settings

ROOT = Path(__file__).absolute().parents[2]
LRELEASE = shutil.which("lrelease") or shutil.which("lrelease", path="/usr/lib/qt5/bin")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make package` makes; needs the history of the clone, and lrelease."""
    if not LRELEASE:
        pytest.skip("lrelease is missing: apt-get install qttools5-dev-tools")
    if _commit() is None:
        pytest.skip("git cannot read the history of this clone")
    target = tmp_path_factory.mktemp("package") / "chipwright.zip"
    command = [sys.executable, "-B", str(ROOT / ".ci/package"), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.fixture(scope="session")
def profile(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile in which the zip is unpacked as QGIS does, and switched on."""
    folder = tmp_path_factory.mktemp("profile")
    home = folder / "profiles" / "default"
    (home / "QGIS").mkdir(parents=True)
    (folder / "run").mkdir(mode=0o700)
    with zipfile.ZipFile(package) as zipped:
        zipped.extractall(home / "python" / "plugins")
    return folder


@pytest.fixture(scope="session")
def settings(profile: Path) -> dict[str, str]:
    return profile_settings(profile)


def _commit() -> str | None:
    command = ["git", "rev-parse", "--quiet", "HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
