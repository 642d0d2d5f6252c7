"""The footprints of an export are those of the files that it wrote, as GDAL and numpy read them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core import journal
from chipwright.core.errors import ExportCancelled, UnwritableOutput
from chipwright.core.export import export
from chipwright.core.footprints import Footprint, FootprintLayer
from chipwright.core.preview import preview
from chipwright.core.progress import Silence
from chipwright.core.request import ExportRequest, FeatureSource, RasterSource, Size

from .dataset_reading import chips, contents, datasets, pixels
from .exporting import Listener, chip_request, exported_footprints
from .footprint_cases import CASES, Sources, labeled, make_sources
from .label_counts import label_counts
from .made_sources import UTM
from .making import reference

VALUES = {FeatureSource: {"roof": 1, "tree": 2}, RasterSource: {"1": 1, "2": 2}}
"""Of classes by their names."""
WITHOUT_NODATA = ("PNG", "JPEG", "MRF")
"""Chips in which no-data is not to be told from data, or is the mean of some."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return make_sources(tmp_path_factory.mktemp("sources"))


class Written(NamedTuple):
    request: ExportRequest
    chips: list[Path]
    """Those of the first domain before those of the second, by their numbers."""
    found: list[Footprint]

    @property
    def folder(self) -> Path:
        return Path(self.request.output_location)


def written_by(request: ExportRequest) -> Written:
    found = exported_footprints(request)
    folders = datasets(Path(request.output_location))
    paths = [path for it in folders for path in sorted(chips(it), key=lambda path: path.stem)]
    return Written(request, paths, found)


@pytest.fixture(scope="module", params=CASES)
def written(
    request: pytest.FixtureRequest, sources: Sources, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    folder, settings = tmp_path_factory.mktemp("written") / "chips", CASES[request.param](sources)
    return written_by(chip_request(sources.image, folder, **settings))


def test_there_is_one_for_each_file_with_its_number(written: Written) -> None:
    assert [it.number for it in written.found] == [int(path.stem) for path in written.chips] != []
    assert all(it.kept for it in written.found)


def test_each_lies_where_its_file_lies(written: Written) -> None:
    for footprint, path in zip(written.found, written.chips):
        np.testing.assert_allclose(footprint.corners, corners_of(path), rtol=0, atol=1e-5)


def corners_of(path: Path) -> list[tuple[float, ...]]:
    """In the system of the first image."""
    raster = gdal.Open(str(path))
    x, x_column, x_row, y, y_column, y_row = raster.GetGeoTransform()
    columns, rows = raster.RasterXSize, raster.RasterYSize
    around = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    corners = [(x + c * x_column + r * x_row, y + c * y_column + r * y_row) for c, r in around]
    system = osr.SpatialReference(raster.GetProjection())
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    if not system.IsGeographic():
        return corners
    points = osr.CoordinateTransformation(system, reference(UTM)).TransformPoints(corners)
    return [point[:2] for point in points]


def test_each_has_the_labels_of_its_chip(written: Written) -> None:
    settings = written.request
    values = VALUES.get(type(settings.input_class_data))
    if values is None:
        assert {len(it.labels) for it in written.found} == {0}
    elif not settings.metadata_format.startswith("YOLO") or not settings.split:
        counts = label_counts(written.folder, settings.metadata_format, values)
        by_stem = dict(zip((path.stem for path in chips(written.folder)), counts))
        found = [Counter({values[it]: n for it, n in at.labels.items()}) for at in written.found]
        assert found == [by_stem[path.stem] for path in written.chips]


def test_each_has_the_no_data_of_its_chip(written: Written) -> None:
    if written.request.chip_format not in WITHOUT_NODATA:
        shares = [float((pixels(path) == 0).all(axis=0).mean()) for path in written.chips]
        assert [it.nodata_share for it in written.found] == pytest.approx(shares)


def test_each_has_the_split_of_its_chip(written: Written) -> None:
    listed = written.folder / "splits.json"
    splits = json.loads(listed.read_text("utf-8")) if listed.exists() else {}
    by_stem = {stem: name for name, stems in splits.items() for stem in stems}
    assert len(splits) == len([it for it in written.request.split.split("/") if it])
    assert [it.split for it in written.found] == [
        by_stem.get(path.stem, "") for path in written.chips
    ]


def test_they_are_the_chips_of_a_preview(written: Written) -> None:
    places = preview(written.request, Silence()).footprints
    assert written.found == [it for it in places if it.kept]


def test_any_number_of_workers_gives_the_same(written: Written, tmp_path: Path) -> None:
    elsewhere = replace(written.request, output_location=str(tmp_path / "chips"))
    assert exported_footprints(replace(elsewhere, parallel_processing_factor="1")) == written.found


# datasets that are there already


def test_numbers_go_on_where_chips_are_appended(sources: Sources, tmp_path: Path) -> None:
    first = chip_request(sources.image, tmp_path / "chips")
    before = exported_footprints(first)
    added = exported_footprints(
        replace(first, input_raster=sources.beside, existing_output="append")
    )
    assert [it.number for it in [*before, *added]] == list(range(15))
    paths = chips(tmp_path / "chips")[12:]
    np.testing.assert_allclose([it.corners for it in added], [corners_of(path) for path in paths])


class Impatient(Listener):
    """Cancels when a share of the work is done."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def cancelled(self) -> bool:
        return any(done >= self._share for done in self.fractions)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line in the journal for every batch."""
    monkeypatch.setattr(journal, "CHIPS", 1)
    monkeypatch.setattr(journal, "SHARE", 0)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("case", ["masks", "outlines, split", "two domains", "each of three"])
def test_a_resumed_export_has_those_of_both_runs(
    often: None, sources: Sources, tmp_path: Path, case: str, share: float
) -> None:
    """Broken off while chips are written or while footprints are taken."""
    settings = {**CASES[case](sources), "stride_size": Size(16, 8)}
    whole = exported_footprints(chip_request(sources.image, tmp_path / "whole", **settings))
    halves = chip_request(sources.image, tmp_path / "halves", **settings)
    with pytest.raises(ExportCancelled):
        exported_footprints(halves, Impatient(share))
    assert exported_footprints(replace(halves, existing_output="resume")) == whole
    assert contents(tmp_path / "halves") == contents(tmp_path / "whole")


def test_they_may_be_asked_for_when_an_export_is_resumed(
    often: None, sources: Sources, tmp_path: Path
) -> None:
    settings = {**CASES["masks"](sources), "stride_size": Size(16, 8)}
    whole = exported_footprints(chip_request(sources.image, tmp_path / "whole", **settings))
    halves = chip_request(sources.image, tmp_path / "halves", **settings)
    with pytest.raises(ExportCancelled):
        export(halves, Impatient(0.5))
    assert exported_footprints(replace(halves, existing_output="resume")) == whole


def test_chips_are_kept_when_the_footprints_cannot_be(sources: Sources, tmp_path: Path) -> None:
    def fail(_: FootprintLayer) -> None:
        raise UnwritableOutput("The disk is full.")

    request = chip_request(sources.image, tmp_path / "chips")
    with pytest.raises(UnwritableOutput, match="full. 12 chips are kept: .* existingOutput=resume"):
        export(request, None, fail)
    assert len(exported_footprints(replace(request, existing_output="resume"))) == 12


# what is asked for, and what is not


def test_a_dataset_is_the_same_with_them_and_without(sources: Sources, tmp_path: Path) -> None:
    settings = labeled(sources, "RCNN_Masks", split="80/20", response_format="html")
    exported_footprints(chip_request(sources.image, tmp_path / "with", **settings))
    export(chip_request(sources.image, tmp_path / "without", **settings))
    assert contents(tmp_path / "with") == contents(tmp_path / "without")
    reports = [(tmp_path / it / "report.html").read_bytes() for it in ("with", "without")]
    assert reports[0] == reports[1]


def test_nobody_is_asked_to_take_what_a_wrong_request_has_not(
    sources: Sources, tmp_path: Path
) -> None:
    taken: list[FootprintLayer] = []
    request = chip_request(sources.image, tmp_path / "chips", tile_size=Size(500, 500))
    with pytest.raises(Exception, match="tileSize"):
        export(request, None, taken.append)
    assert taken == []


def test_the_work_is_done_when_all_are_taken(sources: Sources, tmp_path: Path) -> None:
    listener = Listener()
    settings = labeled(sources, "KITTI_rectangles", negative_ratio=1.0)
    exported_footprints(chip_request(sources.image, tmp_path / "chips", **settings), listener)
    assert listener.fractions[-1] == 1 and sorted(listener.fractions) == listener.fractions


def test_in_pixel_space_they_are_in_pixels(sources: Sources, tmp_path: Path) -> None:
    listener, taken = Listener(), []
    request = chip_request(sources.image, tmp_path / "chips", reference_system="PIXEL_SPACE")
    export(request, listener, lambda it: taken.append((it.crs_wkt, next(it.footprints).corners)))
    assert taken == [("", ((0, 0), (64, 0), (64, -64), (0, -64)))]
    assert any(it.startswith("footprints: ") and "in pixels" in it for it in listener.infos)
