"""What a request does in a process of its own, and how that ended."""

from __future__ import annotations

import os
import pickle
import resource
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chipwright.core.checking import Finding, Report, check_dataset
from chipwright.core.checking.findings import WARNING
from chipwright.core.checking.listing import IMAGE_ENDINGS, files
from chipwright.core.errors import ChipExportError, ExportCancelled, InvalidRequest
from chipwright.core.export import export
from chipwright.core.footprints import FootprintLayer
from chipwright.core.manifest import Manifest
from chipwright.core.progress import Silence
from chipwright.core.request import ExportRequest

from ..bench.reference import peak_memory
from ..core.killing import PROCESSES, die_at, write_often

PROCESSES.set_forkserver_preload(["chipwright.core.export", __name__])
RESERVED = 3 << 30
"""Threads reserve much that they never touch."""
TICK = 0.05
"""Seconds."""
WITHOUT_LABELS: tuple[str, ...] = ("no-classes", "nothing-labelled", "map-without-labels")
WITHOUT_CHIPS: tuple[str, ...] = ("no-images", "tile-statistics-missing", "split-folder-missing")
"""Findings about a dataset that is empty, if that is what its answer says."""
DECODER_SAYS = "_TIFFVSetField:/vsimem/decompress_"
"""What GDAL's own decoding threads print of TIFFs with odd tags; the pixels are right."""
MADE, REFUSED, CANCELLED, KILLED, FAILED = "made", "refused", "cancelled", "killed", "failed"


@dataclass(frozen=True)
class Step:
    """An export, whole or broken off at some moment."""

    settings: Mapping[str, Any]
    folder: str
    existing_output: str = "refuse"
    ending: str = MADE
    """What it is to end as: MADE, CANCELLED or KILLED."""
    moment: int = 0
    """The question whether to stop, or the step on the disk, at which it is broken off."""
    takes_footprints: bool = False

    def request(self) -> ExportRequest:
        """Raises InvalidRequest."""
        places = {"output_location": self.folder, "existing_output": self.existing_output}
        return ExportRequest(**{**self.settings, **places})


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    kind: str
    message: str = ""
    """What was said where it was not MADE."""
    parameter: str = ""
    """What a refusal is about."""
    chips: int = 0
    labels: int = 0
    peak: int = 0
    """Most bytes in memory."""


@dataclass(frozen=True)
class Limits:
    """What a step may take."""

    seconds: float
    memory: int
    """Bytes that may be used; what is reserved may be more by RESERVED."""


@dataclass(frozen=True)
class Runner:
    """Runs steps, one after the other, each in a process of its own."""

    folder: Path
    """For what processes say, and for temporary files."""
    limits: Limits

    def run(self, step: Step) -> Outcome:
        """Wait for a step; while all are stopped, no time goes by."""
        self._prepare()
        process = PROCESSES.Process(target=_carry_out, args=(step, self.folder, self.limits))
        process.start()
        for _ in range(int(self.limits.seconds / TICK)):
            process.join(TICK)
            if process.exitcode is not None:
                break
        else:
            process.kill()
            process.join()
            return Outcome(FAILED, f"It was not done after {self.limits.seconds:g} s.")
        return self._judged(step, self._outcome(step, process.exitcode))

    def _prepare(self) -> None:
        (self.folder / "temporary").mkdir(exist_ok=True, parents=True)
        for name in ("outcome", "said"):
            (self.folder / name).unlink(missing_ok=True)

    def _outcome(self, step: Step, exit_code: int) -> Outcome:
        if (self.folder / "outcome").exists():
            return pickle.loads((self.folder / "outcome").read_bytes())
        if exit_code == -9 and step.ending == KILLED:
            return Outcome(KILLED)
        return Outcome(FAILED, f"The process ended with {exit_code}.")

    def _judged(self, step: Step, outcome: Outcome) -> Outcome:
        """A failure, if the process said something, left something or took too much."""
        lines = (self.folder / "said").read_text("utf-8", "replace").splitlines()
        said = "\n".join(line for line in lines if DECODER_SAYS not in line)
        temporary = self.folder / "temporary"
        left = [path.name for path in temporary.iterdir()]
        if outcome.kind == KILLED:
            for name in left:
                (temporary / name).unlink()
            left = []
        problems = [outcome.message] if outcome.kind == FAILED else []
        problems += [f"It printed:\n{said}"] if said else []
        problems += [f"It left temporary files: {left}."] if left else []
        if outcome.peak > self.limits.memory:
            problems += [f"It took {outcome.peak / 1e6:.0f} MB of memory."]
        return replace(outcome, kind=FAILED, message="\n".join(problems)) if problems else outcome


class _Impatient(Silence):
    """Wants to stop the n-th time it is asked."""

    def __init__(self, moment: int) -> None:
        self._left = moment

    def cancelled(self) -> bool:
        self._left -= 1
        return self._left < 0


def _carry_out(step: Step, folder: Path, limits: Limits) -> None:
    """In the process of a step."""
    warnings.filterwarnings("ignore", "Neither gdal.UseExceptions", FutureWarning)
    said = os.open(folder / "said", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = str(folder / "temporary")
    tempfile.tempdir = None
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory + RESERVED, resource.RLIM_INFINITY))
    try:
        outcome = _outcome_of(step)
    except BaseException:
        outcome = Outcome(FAILED, traceback.format_exc())
    with Path("/proc/self/status").open(encoding="ascii") as status:
        outcome = replace(outcome, peak=peak_memory(status))
    sys.stdout.flush()
    (folder / "outcome").write_bytes(pickle.dumps(outcome))


def _outcome_of(step: Step) -> Outcome:
    if step.ending == KILLED:
        write_often()
        die_at(step.moment, Path(step.folder))
    footprints: list[object] = []

    def take(layer: FootprintLayer) -> None:
        footprints.extend(layer.footprints)

    progress = _Impatient(step.moment) if step.ending == CANCELLED else Silence()
    try:
        request = step.request()
        manifest = export(request, progress, take if step.takes_footprints else None)
    except ExportCancelled as error:
        return Outcome(CANCELLED, str(error))
    except InvalidRequest as error:
        return Outcome(REFUSED, error.problem, error.parameter)
    except ChipExportError as error:
        return Outcome(REFUSED, str(error), type(error).__name__)
    images = _images(step.folder)
    problems = _findings(check_dataset(step.folder, Silence()), request, manifest, images)
    if sum(images.values()) != manifest.chip_count:
        problems.append(f"The answer counts {manifest.chip_count} chips, there are {images}.")
    if step.takes_footprints and len(footprints) != manifest.chip_count - manifest.earlier_count:
        problems.append(f"{len(footprints)} footprints for {manifest.chip_count} chips.")
    kind = FAILED if problems else MADE
    return Outcome(
        kind, "\n".join(problems), chips=manifest.chip_count, labels=manifest.feature_count
    )


def _findings(
    report: Report, request: ExportRequest, manifest: Manifest, images: Mapping[str, int]
) -> list[str]:
    """What the check found, but for what the export says, too: that labels or chips are missing."""
    expected = () if manifest.labels.per_class and not manifest.blank_count else WITHOUT_LABELS
    expected += () if all(images.values()) else WITHOUT_CHIPS
    return [
        f"{each.severity} {each.code}: {each}"
        for each in report.lines()
        if each.code not in expected and not _was_asked_for(each, request)
    ]


def _was_asked_for(finding: Finding, request: ExportRequest) -> bool:
    """Whether it says no more than that most chips, or those of a part, have no label."""
    if finding.severity != WARNING:
        return False
    is_of_a_part = finding.code == "nothing-labelled" and bool(request.split)
    return is_of_a_part or finding.code == "mostly-background"


def _images(folder: str) -> dict[str, int]:
    """How many chips there are, in each of two domains where there are such."""
    domains = [each for each in ("A/images", "B/images") if Path(folder, each[0]).is_dir()]
    return {each: len(files(folder, each, IMAGE_ENDINGS)) for each in domains or ["images"]}
