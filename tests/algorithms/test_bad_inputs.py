"""The table of bad inputs, as the algorithms answer it: what qgis_process calls, in its order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingProvider,
)

from chipwright.algorithms.provider import ChipwrightProvider
from chipwright.core.request import Extent, FeatureSource, RasterSource
from chipwright.tests.bad_inputs import BAD, ODD
from chipwright.tests.bad_inputs.combinations import FOR_PREVIEWS
from chipwright.tests.bad_inputs.folders import FOLDERS
from chipwright.tests.bad_inputs.locked import LOCKED
from chipwright.tests.bad_inputs.row import BadInput, OddInput, Values, fits
from chipwright.tests.bad_inputs.scene import good
from chipwright.tests.bad_inputs.texts import TEXTS, BadText
from chipwright.tests.bad_inputs.values import ONLY_IN_QGIS
from chipwright.tests.core.test_bad_inputs import listing

from .test_export_training_data import Listening

ALL = (*BAD, *ONLY_IN_QGIS)


@pytest.fixture(scope="module")
def provider(qgis: QgsApplication) -> Iterator[QgsProcessingProvider]:
    """One for all rows: to make it takes as long as to try one of them."""
    provider = ChipwrightProvider()
    assert QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


@pytest.fixture
def preview(provider: QgsProcessingProvider) -> QgsProcessingAlgorithm:
    return provider.algorithm("previewchips").create()


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_a_bad_input_is_answered_by_its_sentence(
    row: BadInput,
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    sources: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    given = {**good(sources), "outputLocation": sources.parent / "chips", **row.makes(sources)}
    before, _ = listing(sources.parent), capfd.readouterr()
    feedback = Listening()
    said = answer(algorithm, given, context, feedback)
    assert fits(said, row.says_in_qgis, sources), said
    assert "Traceback" not in "".join((*capfd.readouterr(), *feedback.infos, *feedback.warnings))
    assert without_statistics(listing(sources.parent)) == without_statistics(before)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
@pytest.mark.parametrize("row", LOCKED, ids=lambda row: row.name)
def test_a_file_that_may_not_be_read_is_told(
    row: BadInput, algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, sources: Path
) -> None:
    given = {**good(sources), "outputLocation": sources.parent / "chips", **row.makes(sources)}
    said = answer(algorithm, given, context, Listening())
    assert fits(said, row.says_in_qgis, sources), said


@pytest.mark.parametrize("row", FOR_PREVIEWS, ids=lambda row: row.name)
def test_a_preview_answers_as_an_export(
    row: BadInput, preview: QgsProcessingAlgorithm, context: QgsProcessingContext, sources: Path
) -> None:
    given = {**good(sources), **row.makes(sources), "OUTPUT": "memory:"}
    said = answer(preview, given, context, Listening())
    assert fits(said, row.says_in_qgis, sources), said


@pytest.mark.parametrize("row", ODD, ids=lambda row: row.name)
def test_an_odd_input_is_exported_with_a_warning(
    row: OddInput, algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, sources: Path
) -> None:
    chips, feedback = sources.parent / "chips", Listening()
    given = {**good(sources), "outputLocation": chips, **row.makes(sources)}
    assert answer(algorithm, given, context, feedback) == ""
    assert tuple(feedback.warnings) == row.warns
    assert len(list(chips.glob("images/*.tif"))) == row.chips


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row.name)
def test_a_bad_text_is_answered_by_its_sentence(
    row: BadText, provider: QgsProcessingProvider, context: QgsProcessingContext, sources: Path
) -> None:
    reader = provider.algorithm("runexportrequest").create()
    given = {"request": row.text, "outputLocation": sources.parent / "chips"}
    said = answer(reader, given, context, Listening())
    assert fits(said, row.says_in_qgis), said
    assert listing(sources.parent) == {"sources": b""}


@pytest.mark.parametrize("row", FOLDERS, ids=lambda row: row.name)
def test_a_folder_that_is_no_dataset_is_answered_by_its_sentence(
    row: BadInput, provider: QgsProcessingProvider, context: QgsProcessingContext, sources: Path
) -> None:
    checker = provider.algorithm("checkdataset").create()
    given = row.makes(sources)
    before = listing(sources)
    said = answer(checker, given, context, Listening())
    assert fits(said, row.says_in_qgis, sources), said
    assert listing(sources) == before


def without_statistics(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files but those that QGIS itself puts beside a raster when it loads it as a layer."""
    return {name: each for name, each in files.items() if not name.endswith(".aux.xml")}


def answer(
    algorithm: QgsProcessingAlgorithm,
    given: Values,
    context: QgsProcessingContext,
    feedback: Listening,
) -> str:
    """The message of a check that fails, or of the run after it; empty if all goes well."""
    parameters = {name: as_given(value) for name, value in given.items()}
    accepted, message = algorithm.checkParameterValues(parameters, context)
    if not accepted:
        return str(message)
    algorithm.run(parameters, context, feedback)
    return "\n".join(feedback.errors)


def as_given(value: Any) -> Any:
    """A value as on a command line."""
    if isinstance(value, FeatureSource):
        return f"{value.path}|layername={value.layer}" if value.layer else value.path
    if isinstance(value, RasterSource):
        return value.path
    if isinstance(value, Extent):
        return f"{value.left},{value.right},{value.bottom},{value.top}"
    if isinstance(value, list):
        return [as_given(each) for each in value]
    return str(value) if isinstance(value, Path) else value
