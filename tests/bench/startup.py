"""What starting an export through qgis_process costs beyond QGIS's own start and the export."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Optional

from chipwright.core.grid import Size
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource

from ..demo.qgis_run import make_profile, profile_settings, qgis_process
from ..scenes import Scene
from .bars import Verdict, at_most
from .busy import BUSY_CORES, cores_of_others, now
from .costs import Cost
from .sources import Source

MOST_SECONDS = 0.5
ROUNDS = 5
SMALL = Source(640)
TILE, STRIDE = 128, 64
FORMAT = "PASCAL_VOC_rectangles"
EXPORT_ALONE = """
import pickle, sys, time
wall, cpu = time.perf_counter(), time.process_time()
from chipwright.core.export import export
export(pickle.load(sys.stdin.buffer))
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


@dataclass(frozen=True)
class Start:
    """Three things done one after the other, and the cores that others used meanwhile."""

    qgis: Cost
    """qgis_process with an algorithm of QGIS, in a profile without plugins."""
    plugin: Cost
    """qgis_process with the export."""
    core: Cost
    """Loading the export and doing it, in a Python that runs already."""
    others: float


def startup_verdicts(folder: Path) -> Iterator[Verdict]:
    """Whether the plugin's part of the start is short; nothing where QGIS is not installed."""
    if shutil.which("qgis_process.bin") or shutil.which("qgis_process"):
        runs = QgisRuns(folder / "startup", SMALL.scene())
        runs.start()
        yield startup([runs.start() for _ in range(ROUNDS)])


def startup(starts: list[Start]) -> Verdict:
    """By wall time, or on a busy machine by processor time."""
    is_busy = 2 * sum(it.others > BUSY_CORES for it in starts) > len(starts)
    clock: Callable[[Cost], float] = (lambda it: it.cpu) if is_busy else (lambda it: it.wall)
    plugin, qgis, core = (
        median(clock(cost) for cost in costs)
        for costs in zip(*((it.plugin, it.qgis, it.core) for it in starts))
    )
    over = plugin - qgis - core
    what = (
        f"{plugin:.2f} s with the export, less {qgis:.2f} s for QGIS's start, less {core:.2f} s "
        f"for the export{' (the machine was busy: processor time)' if is_busy else ''}"
    )
    return Verdict(what, f"{over:.2f} s", f"≤ {MOST_SECONDS} s", at_most(over, MOST_SECONDS))


@dataclass(frozen=True)
class QgisRuns:
    """Runs of qgis_process with a profile that has the plugin, and one that has none."""

    folder: Path
    scene: Scene

    def start(self) -> Start:
        """Each of the three once. What Python compiles is kept from one run to the next."""
        before = now()
        qgis = self._qgis("without", "native:buffer", self._buffer())
        plugin = self._qgis("with", "chipwright:exporttrainingdata", self._export())
        core = self._core()
        return Start(qgis, plugin, core, cores_of_others(before, now()))

    def _qgis(self, profile: str, algorithm: str, values: Mapping[str, object]) -> Cost:
        home = self.folder / profile
        make_profile(home, ("chipwright",) if profile == "with" else ())
        given = [f"{name}={value}" for name, value in values.items()]
        environment = {**_inherited("PYTHONPATH"), **profile_settings(home), **self._compiled()}
        command = [qgis_process(), "run", algorithm, "--", *given]
        return _cost(command, environment)[0]

    def _core(self) -> Cost:
        environment = {**_inherited(), **self._compiled()}
        request = ExportRequest(
            RasterSource(str(self.scene.image)),
            str(self._output("core")),
            FeatureSource(str(self.scene.labels)),
            metadata_format=FORMAT,
            class_value_field="classvalue",
            tile_size=Size(TILE, TILE),
            stride_size=Size(STRIDE, STRIDE),
            response_format="html",
        )
        command = [sys.executable, "-c", EXPORT_ALONE]
        wall, cpu = _cost(command, environment, pickle.dumps(request))[1].split()
        return Cost(float(wall), float(cpu))

    def _compiled(self) -> dict[str, str]:
        return {"PYTHONPYCACHEPREFIX": str(self.folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}

    def _buffer(self) -> dict[str, object]:
        output = self._output("buffer")
        output.mkdir(parents=True)
        return {"INPUT": self.scene.labels, "DISTANCE": 1, "OUTPUT": output / "buffered.gpkg"}

    def _export(self) -> dict[str, object]:
        return {
            "inputRaster": self.scene.image,
            "inputClassData": self.scene.labels,
            "classValueField": "classvalue",
            "metadataFormat": FORMAT,
            "tileSizeX": TILE,
            "tileSizeY": TILE,
            "strideSizeX": STRIDE,
            "strideSizeY": STRIDE,
            "outputLocation": self._output("plugin"),
        }

    def _output(self, name: str) -> Path:
        """A folder that is not there yet."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.folder / name


def _inherited(*without: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in without}


def _cost(
    command: list[str], environment: Mapping[str, str], given: Optional[bytes] = None
) -> tuple[Cost, str]:
    """Cost of another program, and what it printed."""
    before = now()
    done = subprocess.run(command, env=environment, input=given, capture_output=True, check=False)
    after = now()
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr.decode()}")
    return Cost(after.wall - before.wall, after.own - before.own), done.stdout.decode()
