"""What is done with a random request: exported, broken off and resumed, appended to, replaced."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from chipwright.core.dataset_parts import UNFINISHED
from chipwright.core.journal import JOURNAL
from chipwright.core.request import RasterSource

from ..core.dataset_reading import contents
from .asking import WORKERS, Dice, Settings, random_settings
from .samples import Sample
from .steps import CANCELLED, FAILED, KILLED, MADE, REFUSED, Outcome, Runner, Step

LATEST = 3_000
"""The step or question at which an export is broken off, at most; early ones are more likely."""

WHOLE = "is whole"
"""What a refusal to resume says where there is nothing to do, and who cancelled when all was done."""


class Wrong(Exception):
    """Something that must not be."""


@dataclass(frozen=True)
class Trial:
    """A request, what is done with it, and a second one for what is done with two."""

    scenario: str
    settings: Settings
    second: Settings
    ending: str
    """CANCELLED or KILLED, where it is broken off."""
    moments: Sequence[int]
    takes_footprints: bool
    workers: str
    """Of another run."""

    def step(self, folder: Path, existing_output: str = "refuse") -> Step:
        """Export the request as a whole."""
        return Step(
            self.settings, str(folder), existing_output, takes_footprints=self.takes_footprints
        )

    def next_step(self, folder: Path, existing_output: str) -> Step:
        """Export the second request as a whole."""
        return Step(self.second, str(folder), existing_output)

    def broken_off(self, step: Step, number: int) -> Step:
        """The same, broken off."""
        return replace(step, ending=self.ending, moment=self.moments[number])

    def with_other_workers(self, step: Step) -> Step:
        """The same by other workers."""
        return replace(step, settings={**step.settings, "parallel_processing_factor": self.workers})


def random_trial(seed: int, number: int, samples: Sequence[Sample]) -> Trial:
    """The same for the same numbers and samples."""
    dice = Dice(Random(f"{seed} {number}"))
    sample = dice.one_of(samples)
    scenario = dice.one_of([name for name, (share, _) in SCENARIOS.items() for _ in range(share)])
    settings = random_settings(dice, sample, samples)
    return Trial(
        scenario,
        settings,
        _second(dice, scenario, settings, sample, samples),
        dice.one_of((KILLED, KILLED, CANCELLED)),
        [round(dice.between(1, LATEST)) for _ in range(3)],
        dice.maybe(0.2),
        dice.one_of(WORKERS),
    )


def _second(
    dice: Dice, scenario: str, settings: Settings, sample: Sample, samples: Sequence[Sample]
) -> Settings:
    """Mostly the same with another image, so that it can be appended; any to replace it by."""
    if scenario == "append" and dice.maybe(0.9):
        images = [sample.image, *sample.alike]
        return {
            **settings,
            "input_raster": RasterSource(dice.one_of(images).path),
            "start_index": 0,
        }
    return random_settings(dice, sample, samples)


@dataclass(frozen=True)
class Ground:
    """Where trials take place."""

    folder: Path
    runner: Runner

    def carry_out(self, trial: Trial) -> Outcome:
        """How the export of the request ended. Raises Wrong."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        _, scenario = SCENARIOS[trial.scenario]
        return scenario(self, trial)

    def run(self, step: Step) -> Outcome:
        """A step that leaves a whole dataset or things as they were. Raises Wrong."""
        folder = Path(step.folder)
        before = _state(folder)
        outcome = self.runner.run(step)
        if outcome.kind == FAILED:
            raise Wrong(outcome.message)
        if outcome.kind == REFUSED:
            self._check_refusal(step, outcome, before)
        if outcome.kind == MADE and (folder / UNFINISHED).exists():
            raise Wrong(f"{UNFINISHED} is still there.")
        return outcome

    def _check_refusal(self, step: Step, outcome: Outcome, before: Mapping[str, bytes]) -> None:
        message = outcome.message
        if not message.strip() or "\n" in message or "Traceback" in message:
            raise Wrong(f"A refusal that is no sentence: {message}")
        after = _state(Path(step.folder))
        if WHOLE in message:  # what an export left that was killed when all was done is tidied up
            before, after = _of_dataset(before), _of_dataset(after)
        if after != before and "chips are kept" not in message:
            raise Wrong(f"A refusal that left something behind or changed it: {message}")

    def check_again(self, step: Step, outcome: Outcome) -> None:
        """The same in the folder `again` must end alike, and be the same bytes."""
        folder = self.folder / "again"
        again = self.run(replace(step, folder=str(folder)))
        if (again.kind, again.parameter) != (outcome.kind, outcome.parameter):
            raise Wrong(f"{_said(outcome)} But done at once elsewhere: {_said(again)}")
        if again.kind == MADE:
            _check_same(Path(step.folder), folder)

    def finished(self, trial: Trial, step: Step, existing_output: str) -> Outcome:
        """Break a step off, again and again, then let it be done.

        Mostly it is gone on with; what changes a dataset is begun anew after odd moments.
        """
        journal = Path(step.folder, UNFINISHED, JOURNAL)
        for number in range(len(trial.moments)):
            outcome = self.run(trial.broken_off(step, number))
            if outcome.kind in (MADE, REFUSED) or WHOLE in outcome.message:
                break
            if outcome.kind == KILLED and existing_output == "append" and not journal.exists():
                return outcome  # it was not begun, or done; nobody can tell
            goes_on = journal.exists() and trial.moments[number] % 2 == 0
            policy = "resume" if goes_on else existing_output
            step = trial.with_other_workers(replace(step, existing_output=policy))
        else:
            outcome = self.run(step)
        if WHOLE in outcome.message:  # it was broken off when all was done
            shutil.rmtree(Path(step.folder, UNFINISHED), ignore_errors=True)  # which may be removed
            return Outcome(MADE)
        return outcome


def _state(folder: Path) -> dict[str, bytes]:
    """Folders and files, but nothing of a folder that is not there."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    state = {name: path.read_bytes() if path.is_file() else b"" for name, path in found.items()}
    return {**state, "": b""} if folder.exists() else state


def _of_dataset(state: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without what belongs to an unfinished export."""
    return {name: content for name, content in state.items() if not name.startswith(UNFINISHED)}


def _said(outcome: Outcome) -> str:
    return f"{outcome.kind} {outcome.parameter} {outcome.message}".rstrip() + "."


def _check_same(one: Path, other: Path) -> None:
    left, right = contents(one), contents(other)
    differing = sorted(name for name in {*left, *right} if left.get(name) != right.get(name))
    if differing:
        raise Wrong(f"{len(differing)} files are not the same, such as {differing[:5]}.")


def _once(ground: Ground, trial: Trial) -> Outcome:
    return ground.run(trial.step(ground.folder / "chips"))


def _by_other_workers(ground: Ground, trial: Trial) -> Outcome:
    step = trial.step(ground.folder / "chips")
    outcome = ground.run(step)
    if outcome.parameter != "parallelProcessingFactor":
        ground.check_again(trial.with_other_workers(step), outcome)
    return outcome


def _resumed(ground: Ground, trial: Trial) -> Outcome:
    step = trial.step(ground.folder / "chips")
    outcome = ground.finished(trial, step, "resume")
    ground.check_again(step, outcome)
    return outcome


def _changed(ground: Ground, trial: Trial, existing_output: str) -> Outcome:
    """Another request changes a dataset."""
    folder = ground.folder / "chips"
    outcome = ground.run(trial.step(folder))
    if outcome.kind != MADE:
        return outcome
    shutil.copytree(folder, ground.folder / "again")
    step = trial.next_step(folder, existing_output)
    outcome = ground.finished(trial, step, existing_output)
    if outcome.kind != KILLED:
        ground.check_again(step, outcome)
    return outcome


def _appended(ground: Ground, trial: Trial) -> Outcome:
    return _changed(ground, trial, "append")


def _replaced(ground: Ground, trial: Trial) -> Outcome:
    return _changed(ground, trial, "replace")


def _taken(ground: Ground, trial: Trial) -> Outcome:
    """A dataset that is there is neither touched nor resumed."""
    outcome = ground.run(trial.step(ground.folder / "chips"))
    if outcome.kind == MADE:
        for policy in ("refuse", "resume"):
            if ground.run(trial.step(ground.folder / "chips", policy)).kind != REFUSED:
                raise Wrong(f"A dataset that was there was not refused by {policy}.")
    return outcome


SCENARIOS: Mapping[str, tuple[int, Callable[[Ground, Trial], Outcome]]] = {
    "once": (50, _once),
    "workers": (10, _by_other_workers),
    "resume": (20, _resumed),
    "append": (9, _appended),
    "replace": (8, _replaced),
    "taken": (3, _taken),
}
"""How many in a hundred, and what is done."""
