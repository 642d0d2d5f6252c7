"""Runs an algorithm of the plugin through qgis_process, in a QGIS profile of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_algorithm(name: str, parameters: dict[str, str], profile: Path) -> None:
    """Runs `chipwright:name` and shows the command and its output; ends the program if it fails."""
    make_profile(profile)
    settings = profile_settings(profile)
    values = [f"{key}={value}" for key, value in parameters.items()]
    command = [qgis_process(), "run", f"chipwright:{name}", "--", *values]
    given = [f"{key}={value}" for key, value in settings.items()]
    print(" \\\n  ".join([shlex.join(given), shlex.join(command[:4]), *map(shlex.quote, values)]))
    print(flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    finished = subprocess.run(command, env={**environment, **settings}, check=False)
    if finished.returncode:
        raise SystemExit(f"qgis_process ended with {finished.returncode}.")


def qgis_process() -> str:
    """Debian's qgis_process is a script that some versions got wrong; behind it is the .bin."""
    found = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if not found:
        raise SystemExit("qgis_process is not on the PATH; install QGIS 3.22 or newer.")
    return found


def make_profile(profile: Path, plugins: Collection[str] = ("chipwright",)) -> None:
    """A QGIS profile that has this plugin; those that are named are switched on."""
    home = profile / "profiles" / "default"
    installed = home / "python" / "plugins"
    installed.mkdir(parents=True, exist_ok=True)
    link = installed / "chipwright"
    if not link.is_symlink():
        link.symlink_to(ROOT)
    (home / "QGIS").mkdir(exist_ok=True)
    switched_on = "".join(f"{name}=true\n" for name in plugins)
    (home / "QGIS" / "QGIS3.ini").write_text(f"[PythonPlugins]\n{switched_on}", "ascii")
    (profile / "run").mkdir(mode=0o700, exist_ok=True)


def profile_settings(profile: Path) -> dict[str, str]:
    """Environment variables by which QGIS uses a profile, and writes nothing into the clone.

    QGIS brings much Python that nobody compiled; it is compiled once for all that share the place.
    """
    return {
        "HOME": str(profile),
        "QGIS_CUSTOM_CONFIG_PATH": str(profile),
        "XDG_RUNTIME_DIR": str(profile / "run"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", str(profile / "compiled")),
    }
