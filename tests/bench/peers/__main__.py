"""`make bench-peers`: chips per second of other tools and of ours, over the same scene."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Optional

from ..bars import at_least
from ..busy import BUSY_CORES, cores_of_others, now
from ..jobs import CLASS_MAPS, TILES, VOC, Job
from ..measuring import warm_memory, work_folder
from ..reference import run_alone
from ..sources import SIDE, Source
from ..table import Column, Report, Table

SCRIPTS = Path(__file__).parent
TILE, STRIDE = "256", "128"
LABELED_SIDE = 4096
"""The labelled peers would take minutes over the whole scene."""
ROUNDS = 3
TABLE = Table(
    [
        Column("job", 25, is_text=True),
        Column("peer", 34, is_text=True),
        Column("scene", 7),
        Column("chips", 6),
        Column("chips/s", 8),
        Column("ours, chips/s", 13),
        Column("times", 6),
        Column("bar", 6),
        Column("others", 6),
        Column("", 11, is_text=True),
    ]
)


@dataclass(frozen=True)
class Peer:
    """Another tool: the Python that has it, its script, and what it is to write."""

    name: str
    script: str
    in_venv: bool
    arguments: tuple[str, ...]
    """IMAGE, LABELS and FOLDER stand for those paths."""
    side: int = LABELED_SIDE

    def command(self, python: str, source: Source, folder: Path) -> list[str]:
        """The command line."""
        scene = source.scene()
        paths = {"IMAGE": scene.image, "LABELS": scene.labels, "FOLDER": folder}
        given = [str(paths.get(it, it)) for it in self.arguments]
        return [python, str(SCRIPTS / self.script), *given]


RETILE = Peer(
    "gdal_retile.py, no labels",
    "retile_chips.py",
    False,
    ("IMAGE", "FOLDER", TILE, str(int(TILE) - int(STRIDE))),
    SIDE,
)
GEOAI = Peer(
    "geoai-py, masks and boxes",
    "geoai_chips.py",
    True,
    ("IMAGE", "LABELS", "FOLDER", TILE, STRIDE),
)


def _loop(what: str, side: int = LABELED_SIDE) -> Peer:
    arguments = ("IMAGE", "LABELS", "FOLDER", TILE, STRIDE, what)
    return Peer(f"rasterio loop, {what}", "rasterio_chips.py", True, arguments, side)


COMPARISONS: Sequence[tuple[Job, Peer, Optional[float]]] = (
    (TILES, RETILE, 8),
    (TILES, _loop("images", SIDE), None),
    (VOC, RETILE, 4),
    (VOC, _loop("boxes"), 40),
    (VOC, GEOAI, 40),
    (CLASS_MAPS, RETILE, 4),
    (CLASS_MAPS, _loop("classes"), 40),
    (CLASS_MAPS, GEOAI, 40),
)
"""Our job, the peer, and how many times as fast we are to be, if that was said."""


class NotThere(Exception):
    """A peer that could not be installed or does not run, and why."""


def main() -> None:
    """Compare all, one after the other."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--venv", type=Path, required=True, help="where the peers are installed")
    parser.add_argument("--side", type=int, default=SIDE, help="no scene has longer sides")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--markdown", type=Path, help="a file for the table, seen from build/")
    arguments = parser.parse_args()
    report = Report()
    report.say(
        "Chips of 256 pixels at stride 128, uncompressed TIFF, each in a process of its own, from "
        "when everything is loaded; ours with two workers, the others as they come. Medians."
    )
    warm_memory()
    report.begin(TABLE)
    with work_folder() as folder:
        for job, peer, bar in COMPARISONS:
            bench = Comparison(job, peer, peer_source(peer, arguments.side), folder / "out")
            report.row(bench.row(bar, str(arguments.venv / "bin/python"), arguments.rounds))
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(), "utf-8")


def peer_source(peer: Peer, side: int) -> Source:
    """The scene that a peer cuts, not larger than wanted."""
    return Source(peer.side).at_most(side)


@dataclass(frozen=True)
class Comparison:
    """A job of ours and a peer over the same scene."""

    job: Job
    peer: Peer
    source: Source
    folder: Path

    def row(self, bar: Optional[float], python: str, rounds: int) -> list[str]:
        """A row of the table; where there is no peer, it says why."""
        title = [f"({self.job.letter}) {self.job.name}", self.peer.name, f"{self.source.side}²"]
        before = now()
        try:
            pairs = [(self._theirs(python), self._ours()) for _ in range(rounds)]
        except NotThere as problem:
            return [*title, *["–"] * 6, f"not compared: {problem}"]
        theirs, ours = zip(*pairs)  # one after the other: a machine has its moods
        others = cores_of_others(before, now())
        rates = median(rate for _, rate in theirs), median(ours)
        return [*title, str(theirs[0][0]), *_judged(*rates, bar), *_busy(others, *rates, bar)]

    def _theirs(self, python: str) -> tuple[int, float]:
        """Chips of the peer, and how many a second. Raises NotThere."""
        command = self.peer.command(
            python if self.peer.in_venv else sys.executable, self.source, self.folder
        )
        self.folder.mkdir()
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            images = self.folder / "images"
            chips = sum(1 for _ in (images if images.exists() else self.folder).glob("*.tif"))
        except OSError as error:
            raise NotThere(f"{python}: {error.strerror}") from error
        finally:
            shutil.rmtree(self.folder)
        if done.returncode or not chips:
            raise NotThere((done.stderr.strip().splitlines() or ["it wrote nothing"])[-1])
        return chips, chips / float(done.stdout.split()[-1])

    def _ours(self) -> float:
        """Chips a second of our job."""
        done = run_alone(self.job.request(self.source.scene(), self.folder, workers=2))
        shutil.rmtree(self.folder)
        return done.chips / done.wall


def _judged(theirs: float, ours: float, bar: Optional[float]) -> list[str]:
    asked = "" if bar is None else f"≥ {bar:g}"
    return [f"{theirs:.0f}", f"{ours:.0f}", f"{ours / theirs:.1f}", asked]


def _busy(others: float, theirs: float, ours: float, bar: Optional[float]) -> list[str]:
    judgement = "" if bar is None else at_least(ours / theirs, bar)
    if others > BUSY_CORES:
        judgement += ", the machine was busy"
    return [f"{others:.2f}", judgement.lstrip(", ")]


if __name__ == "__main__":
    main()
