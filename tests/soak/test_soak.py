"""The soak itself: its requests are the same for the same numbers, and what is wrong is found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chipwright.core.dataset_parts import UNFINISHED
from chipwright.core.formats import FORMATS
from chipwright.core.grid import Size
from chipwright.core.request import RasterSource

from ..core.made_sources import box, features_file, raster_file
from ..core.making import random_pixels
from .samples import Sample, found_samples
from .steps import CANCELLED, FAILED, KILLED, MADE, REFUSED, Limits, Outcome, Runner, Step
from .trials import SCENARIOS, Ground, Trial, Wrong, random_trial

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes to kill")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sample]:
    """Two images alike, a raster of classes and a layer, in one place."""
    folder = tmp_path_factory.mktemp("samples")
    for number in range(2):
        raster_file(folder / f"image{number}.tif", random_pixels((3, 64, 64), seed=number))
    raster_file(folder / "classes.tif", np.eye(64, dtype=np.uint8)[None] * 2)
    rows = [(box(8 * n, 8 * n, 8 * n + 20, 8 * n + 9), {"value": 1 + n % 3}) for n in range(6)]
    features_file(folder / "labels.gpkg", rows)
    (folder / "notes.txt").write_text("no raster")
    return found_samples(folder)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path / "here", Runner(tmp_path / "child", Limits(60, 1_000_000_000)))


def image_of(samples: Sequence[Sample], name: str) -> Sample:
    return next(it for it in samples if it.image.path.endswith(name))


def plain(samples: Sequence[Sample], scenario: str, ending: str = CANCELLED) -> Trial:
    settings = {
        "input_raster": RasterSource(image_of(samples, "image0.tif").image.path),
        "metadata_format": "Export_Tiles",
        "tile_size": Size(8, 8),
        "parallel_processing_factor": "1",
    }
    other = {**settings, "input_raster": RasterSource(image_of(samples, "image1.tif").image.path)}
    return Trial(scenario, settings, other, ending, [9, 30, 6], True, "2")


def test_rasters_and_layers_that_overlap_are_found(samples: Sequence[Sample]) -> None:
    assert len(samples) == 3
    found = image_of(samples, "image0.tif")
    assert [layer.kind for layer in found.layers] == ["unknown"]
    assert [Path(each.path).name for each in found.class_maps] == ["classes.tif"]
    assert [Path(each.path).name for each in found.alike] == ["image1.tif"]


def test_a_request_can_be_repeated(samples: Sequence[Sample]) -> None:
    trials = [random_trial(7, number, samples) for number in range(300)]
    assert trials == [random_trial(7, number, samples) for number in range(300)]
    assert trials != [random_trial(8, number, samples) for number in range(300)]
    assert {trial.settings["metadata_format"] for trial in trials} >= set(FORMATS)
    assert {trial.scenario for trial in trials} == set(SCENARIOS)


@pytest.mark.parametrize("ending", [CANCELLED, KILLED])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_can_be_carried_out(
    samples: Sequence[Sample], ground: Ground, scenario: str, ending: str
) -> None:
    outcome = ground.carry_out(plain(samples, scenario, ending))
    assert outcome.kind == MADE or (scenario, ending) == ("append", KILLED)


def test_a_refusal_is_told_by_its_parameter(samples: Sequence[Sample], ground: Ground) -> None:
    trial = plain(samples, "once")
    outcome = ground.carry_out(replace(trial, settings={**trial.settings, "split": "x"}))
    assert (outcome.kind, outcome.parameter) == (REFUSED, "split")


def test_a_traceback_is_wrong(samples: Sequence[Sample], ground: Ground) -> None:
    trial = plain(samples, "once")
    with pytest.raises(Wrong, match="Traceback"):
        ground.carry_out(replace(trial, settings={**trial.settings, "tile_size": None}))


def test_what_takes_too_long_is_stopped(samples: Sequence[Sample], tmp_path: Path) -> None:
    runner = Runner(tmp_path, Limits(0.1, 1_000_000_000))
    step = plain(samples, "once").step(tmp_path / "chips")
    settings = {**step.settings, "tile_size": Size(1, 1), "stride_size": Size(1, 1)}
    outcome = runner.run(replace(step, settings=settings))
    assert (outcome.kind, outcome.message) == (FAILED, "It was not done after 0.1 s.")


def test_what_takes_too_much_memory_is_wrong(samples: Sequence[Sample], tmp_path: Path) -> None:
    outcome = Runner(tmp_path, Limits(60, 20_000_000)).run(
        plain(samples, "once").step(tmp_path / "chips")
    )
    assert outcome.kind == FAILED and "MB of memory" in outcome.message


class Told(Runner):
    """Tells that a step was cancelled when all was done."""

    def run(self, step: Step) -> Outcome:
        left = Path(step.folder, UNFINISHED)
        assert not left.exists(), "it was done already"
        left.mkdir(parents=True)
        return Outcome(CANCELLED, f"The new dataset is whole; what is left in '{left}' of the one.")


def test_what_is_cancelled_when_all_is_done_is_done(
    samples: Sequence[Sample], tmp_path: Path
) -> None:
    ground = Ground(tmp_path, Told(tmp_path / "child", Limits(60, 1_000_000_000)))
    trial = plain(samples, "append")
    step = trial.next_step(tmp_path / "chips", "append")
    assert ground.finished(trial, step, "append") == Outcome(MADE)
    assert not Path(step.folder, UNFINISHED).exists()
