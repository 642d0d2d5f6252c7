"""Runs what pages show: commands in a shell, in which `qgis_process` has this plugin."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest

from ..demo.qgis_run import make_profile, profile_settings, qgis_process

START = '#!/bin/sh\nexec "{}" "$@"\n'


def environment_of(profile: Path, plugins: Collection[str] = ("chipwright",)) -> dict[str, str]:
    """Of a QGIS profile with this plugin; `qgis_process` is the one that works.

    The plugins that are named are switched on.
    """
    try:
        program = qgis_process()
    except SystemExit as missing:
        pytest.skip(str(missing))
    make_profile(profile, plugins)
    programs = profile / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "qgis_process").write_text(START.format(program), "ascii")
    (programs / "qgis_process").chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**inherited, **profile_settings(profile), "PATH": path}


def run_script(script: str, folder: Path, environment: dict[str, str]) -> str:
    """What a script prints, run in a folder; it ends at its first command that fails."""
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout
