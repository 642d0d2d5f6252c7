"""Commands of the Makefile and of .ci that need neither a network nor much time."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

CHROOT = ROOT / ".ci" / "qgis-chroot"


def said_by_chroot(*arguments: str, path: str = os.environ["PATH"]) -> str:
    command = [str(shutil.which("bash")), str(CHROOT), *arguments]
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def test_a_suite_that_is_not_known_is_refused_with_those_that_are() -> None:
    assert "must be bookworm, trixie or trixie-backports" in said_by_chroot("sid", "true")


def test_a_suite_and_a_command_must_be_given() -> None:
    assert "give a suite" in said_by_chroot("trixie")


@pytest.mark.skipif(os.getuid() != 0, reason="others are asked for root first")
def test_without_debootstrap_it_says_how_to_get_it(tmp_path: Path) -> None:
    for name in ("dirname", "id"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    said = said_by_chroot("trixie", "true", path=str(tmp_path))
    assert "apt-get install debootstrap" in said


@pytest.mark.skipif(os.getuid() == 0, reason="it is root that may mount")
def test_without_root_and_sudo_it_says_so(tmp_path: Path) -> None:
    for name in ("dirname", "id"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    assert "it takes root or sudo" in said_by_chroot("trixie", "true", path=str(tmp_path))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not there")
def test_installing_links_the_clone_into_the_profile(tmp_path: Path) -> None:
    plugins = tmp_path / ".local/share/QGIS/QGIS3/profiles/default/python/plugins"
    for _ in range(2):
        command = ["make", "-s", "-C", str(ROOT), "install", f"HOME={tmp_path}"]
        subprocess.run(command, check=True, capture_output=True)
    assert (plugins / "chipwright").resolve() == ROOT.resolve()
    assert (plugins / "chipwright/metadata.txt").is_file()
